//! Fairness: golden vectors, the rules about small groups and empty denominators, and properties over many tables.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use chrono::DateTime;
use conclave_domain::{
    fairness::{
        Band, Counter, Counts, GROUP_LIMIT, METRICS, Measured, Plan, RATES, Scope, Standing, THRESHOLD_WAYS,
        metric::metric,
    },
    text,
};
use proptest::prelude::*;

fn plan() -> Plan {
    Plan {
        label_column: "y".into(),
        favourable_label: "1".into(),
        prediction_column: "p".into(),
        favourable_prediction: "1".into(),
        group_column: "g".into(),
        reason: "The board asked for it.".into(),
        min_group_size: 1,
        ..Plan::default()
    }
}

fn headers() -> Vec<String> {
    ["y", "p", "g"].map(str::to_owned).to_vec()
}

fn measure(plan: &Plan, rows: &[[&str; 3]]) -> Measured {
    let mut counter = Counter::new(plan, &headers()).unwrap();
    for row in rows {
        counter.push(row).unwrap();
    }
    counter.finish("/somewhere/predictions.csv", "ab", DateTime::UNIX_EPOCH, "Ines Okafor")
}

/// Rows with these counts of (TP, FP, FN, TN).
fn rows(group: &str, [tp, fp, fn_, tn]: [usize; 4]) -> Vec<[&str; 3]> {
    let of = |y, p, n| std::iter::repeat_n([y, p, group], n);
    of("1", "1", tp).chain(of("0", "1", fp)).chain(of("1", "0", fn_)).chain(of("0", "0", tn)).collect()
}

fn value(measured: &Measured, metric: &str, group: &str) -> Option<f64> {
    let found = measured.metrics.iter().find(|m| m.metric == metric && m.group == group);
    found.unwrap_or_else(|| panic!("no {metric} of {group:?}")).value
}

fn standing(measured: &Measured, metric: &str) -> Standing {
    measured.metrics.iter().find(|m| m.metric == metric).unwrap().standing
}

/// The example data of fairlearn's documentation.
const TRUE: &str = "0 1 1 1 1 0 1 0 1 0 0 0 1 1 1 1 1 1";
const PREDICTED: &str = "0 0 1 0 1 1 1 0 0 1 1 1 1 0 0 1 1 0";
const GROUPS: &str = "b b a b b c c c a a c a b c c b c c";

fn golden(plan: &Plan) -> Measured {
    let rows: Vec<[&str; 3]> =
        TRUE.split(' ').zip(PREDICTED.split(' ')).zip(GROUPS.split(' ')).map(|((y, p), g)| [y, p, g]).collect();
    measure(plan, &rows)
}

#[test]
fn the_golden_table_has_its_published_counts_and_metrics() {
    let measured = golden(&Plan { reference_group: "a".into(), ..plan() });
    let counts = |name: &str| measured.groups.iter().find(|g| g.name == name).unwrap().counts.unwrap();
    assert_eq!(counts("a"), Counts { tp: 1, fp: 2, fn_: 1, tn: 0 });
    assert_eq!(counts("b"), Counts { tp: 3, fp: 0, fn_: 2, tn: 1 });
    assert_eq!(counts("c"), Counts { tp: 2, fp: 2, fn_: 3, tn: 1 });
    for (id, group, expected) in [
        ("demographic_parity_difference", "", 0.25),
        ("demographic_parity_ratio", "", 2.0 / 3.0),
        ("equalized_odds_difference", "", 1.0),
        ("equalized_odds_ratio", "", 0.0),
        ("equal_opportunity_difference", "", 0.2),
        ("equal_opportunity_ratio", "", 2.0 / 3.0),
        // PPV 1/3, 1 and 1/2; accuracy 1/4, 2/3 and 3/8, from the counts above.
        ("predictive_parity_difference", "", 2.0 / 3.0),
        ("accuracy_difference", "", 2.0 / 3.0 - 0.25),
        ("statistical_parity_difference", "b", -0.25),
        ("disparate_impact", "b", 2.0 / 3.0),
        ("signed_equal_opportunity_difference", "b", 0.1),
        ("average_odds_difference", "b", -0.45),
        ("average_abs_odds_difference", "b", 0.55),
        ("theil_index", "", 0.46436),
        ("generalised_entropy_2", "", 0.34375),
    ] {
        let found = value(&measured, id, group).unwrap();
        assert!((found - expected).abs() < 5e-6, "{id} {group}: {found}, not {expected}");
    }
    assert_eq!(measured.reference().unwrap().name, "a");
    assert_eq!((measured.rows, measured.left_out, measured.file.as_str()), (18, 0, "predictions.csv"));
}

#[test]
fn the_rates_of_a_group_follow_from_its_counts() {
    let measured = golden(&plan());
    let b = measured.groups.iter().find(|g| g.name == "b").unwrap();
    let rates: Vec<_> = b.rates.iter().map(|r| (r.id.as_str(), r.value.unwrap())).collect();
    let expected =
        [("selection_rate", 0.5), ("tpr", 0.6), ("fpr", 0.0), ("fnr", 0.4), ("ppv", 1.0), ("accuracy", 0.666_666_667)];
    assert_eq!(rates, expected);
    assert!(b.rates.iter().all(|r| r.interval.is_some_and(|(low, high)| low < high)));
}

#[test]
fn an_empty_denominator_is_not_computable_and_never_0() {
    // "a" has no favourable label, "b" no favourable prediction; "c" is complete.
    let table = [rows("a", [0, 3, 0, 3]), rows("b", [0, 0, 3, 3]), rows("c", [2, 1, 2, 1])].concat();
    let plan = Plan { bands: Plan::default_bands(), reference_group: "b".into(), ..plan() };
    let measured = measure(&plan, &table);
    let rate = |group: &str, id: &str| {
        let group = measured.groups.iter().find(|g| g.name == group).unwrap();
        group.rates.iter().find(|r| r.id == id).unwrap().clone()
    };
    for (group, id) in [("a", "tpr"), ("a", "fnr"), ("b", "ppv")] {
        assert_eq!((rate(group, id).value, rate(group, id).interval), (None, None), "{group} {id}");
    }
    assert_eq!(value(&measured, "equal_opportunity_difference", ""), None);
    assert_eq!(value(&measured, "predictive_parity_difference", ""), None);
    assert_eq!(value(&measured, "disparate_impact", "c"), None, "the reference group is never selected");
    assert_eq!(value(&measured, "average_odds_difference", "a"), None);
    assert_eq!(standing(&measured, "disparate_impact"), Standing::NotComputable);
    assert_eq!(standing(&measured, "equal_opportunity_difference"), Standing::NotComputable);
    assert_eq!(value(&measured, "demographic_parity_ratio", ""), Some(0.0), "a true 0 stays 0");
}

#[test]
fn only_false_negatives_leave_the_inequality_indices_not_computable() {
    let measured = measure(&plan(), &[rows("a", [0, 0, 2, 0]), rows("b", [0, 0, 2, 0])].concat());
    assert_eq!(value(&measured, "theil_index", ""), None);
    assert_eq!(value(&measured, "generalised_entropy_2", ""), None);
}

#[test]
fn a_group_below_the_minimum_has_no_counts_no_rates_and_no_part_in_the_metrics() {
    let large = [rows("a", [10, 5, 5, 10]), rows("b", [12, 6, 6, 6])].concat();
    let plan = Plan { min_group_size: 30, ..plan() };
    let with = measure(&plan, &[large.clone(), rows("tiny", [29, 0, 0, 0])].concat());
    let without = measure(&plan, &large);
    let tiny = with.groups.iter().find(|g| g.name == "tiny").unwrap();
    assert_eq!((tiny.counts, tiny.n, tiny.rates.len()), (None, 29, 0));
    assert!(with.metrics.iter().all(|m| m.group != "tiny"));
    for m in METRICS.iter().filter(|m| m.scope() == Scope::AllGroups) {
        assert_eq!(value(&with, m.id, ""), value(&without, m.id, ""), "{}", m.id);
    }
    let enough = measure(&plan, &[large, rows("tiny", [30, 0, 0, 0])].concat());
    assert!(enough.groups.iter().all(|g| g.counts.is_some()), "exactly the minimum is enough");
}

#[test]
fn a_plan_without_a_recorded_minimum_takes_the_strict_default_of_30() {
    let plan = Plan { min_group_size: 0, ..plan() };
    let measured = measure(&plan, &[rows("a", [29, 0, 0, 0]), rows("b", [10, 10, 10, 10])].concat());
    assert_eq!(measured.groups[1].counts, None);
}

#[test]
fn fewer_than_two_sufficient_groups_are_insufficient_data_for_every_metric() {
    let plan = Plan { min_group_size: 5, bands: Plan::default_bands(), ..plan() };
    for table in [rows("a", [3, 3, 3, 3]), [rows("a", [3, 3, 3, 3]), rows("b", [1, 1, 1, 1])].concat(), vec![]] {
        let measured = measure(&plan, &table);
        assert_eq!(measured.metrics.len(), METRICS.len());
        assert!(measured.metrics.iter().all(|m| m.standing == Standing::Insufficient && m.value.is_none()));
        assert!(measured.reference().is_none());
    }
}

#[test]
fn a_reference_group_that_is_too_small_or_absent_is_insufficient_data_for_the_metrics_that_need_it() {
    let table = [rows("a", [5, 5, 5, 5]), rows("b", [6, 6, 6, 6]), rows("c", [1, 0, 0, 0])].concat();
    for reference in ["c", "nobody"] {
        let measured = measure(&Plan { min_group_size: 5, reference_group: reference.into(), ..plan() }, &table);
        for m in METRICS.iter().filter(|m| m.scope() == Scope::PerGroup) {
            assert_eq!(standing(&measured, m.id), Standing::Insufficient, "{}", m.id);
        }
        assert!(value(&measured, "demographic_parity_difference", "").is_some());
    }
    let largest = measure(&Plan { min_group_size: 5, ..plan() }, &table);
    assert_eq!(largest.reference().unwrap().name, "b", "no name: the largest sufficient group");
}

#[test]
fn judged_metrics_come_first_and_the_ends_of_a_band_belong_to_it() {
    // Selection rates 0.48 and 0.6: the ratio is 0.8 but for rounding.
    let table = [rows("a", [12, 12, 13, 13]), rows("b", [15, 15, 10, 10])].concat();
    let band = |metric: &str, low, high| Band { metric: metric.into(), low, high };
    let bands = vec![band("theil_index", 0.0, 0.001), band("demographic_parity_ratio", 0.8, 1.0)];
    let measured = measure(&Plan { bands, ..plan() }, &table);
    let first: Vec<_> = measured.metrics.iter().take(3).map(|m| (m.metric.as_str(), m.standing)).collect();
    assert_eq!(first[..2], [("theil_index", Standing::Outside), ("demographic_parity_ratio", Standing::Within)]);
    assert_eq!(first[2].1, Standing::NotJudged);
    assert_eq!(measured.metrics[1].band, Some((0.8, 1.0)));
}

#[test]
fn rows_without_label_prediction_or_group_and_scores_that_are_no_numbers_are_left_out_and_counted() {
    let table = [["1", "1", "a"], ["", "1", "a"], ["1", " ", "a"], ["1", "1", ""], [" 0 ", " 1 ", " b "]];
    let measured = measure(&plan(), &table);
    assert_eq!((measured.rows, measured.left_out), (2, 3));
    assert!(measured.groups.iter().any(|g| g.name == "b" && g.counts.unwrap().fp == 1), "white space does not count");

    let scores = Plan { threshold_way: "at_least".into(), threshold: Some(0.5), ..plan() };
    let table = [["1", "0.5", "a"], ["1", "0.49", "a"], ["1", "high", "a"], ["0", "NaN", "a"], ["0", "1e9", "a"]];
    let measured = measure(&scores, &table);
    assert_eq!((measured.rows, measured.left_out), (3, 2));
    assert_eq!(measured.groups[0].counts, Some(Counts { tp: 1, fp: 1, fn_: 1, tn: 0 }));
    let below = measure(&Plan { threshold_way: "below".into(), ..scores }, &table);
    assert_eq!(below.groups[0].counts, Some(Counts { tp: 1, fp: 0, fn_: 1, tn: 1 }));

    let mut counter = Counter::new(&plan(), &headers()).unwrap();
    counter.push(&["1"]).unwrap();
    assert_eq!(counter.finish("f", "", DateTime::UNIX_EPOCH, "").left_out, 1, "a short row has empty cells");
}

#[test]
fn a_column_with_too_many_values_is_no_group() {
    let mut counter = Counter::new(&plan(), &headers()).unwrap();
    for n in 0..GROUP_LIMIT {
        counter.push(&["1", "1", &n.to_string()]).unwrap();
    }
    counter.push(&["1", "1", "7"]).unwrap();
    let fault = counter.push(&["1", "1", "one more"]).unwrap_err();
    assert_eq!(fault.field, "group_column");
    assert!(fault.sentence.contains("too many different values to be a group"), "{}", fault.sentence);
}

#[test]
fn a_counter_names_the_columns_that_the_file_lacks_or_has_twice() {
    let faults = |headers: &[&str]| -> Vec<String> {
        let headers: Vec<String> = headers.iter().map(|h| (*h).to_owned()).collect();
        Counter::new(&plan(), &headers).err().unwrap_or_default().into_iter().map(|f| f.field).collect()
    };
    assert_eq!(faults(&["x", " y ", "p", "g"]), Vec::<String>::new());
    assert_eq!(faults(&["y", "P", "g"]), ["prediction_column"]);
    assert_eq!(faults(&["y", "p", "g", "g"]), ["group_column"]);
    assert_eq!(faults(&[]).len(), 3);
    assert!(Counter::new(&Plan::default(), &headers()).is_err(), "nothing is measured by a faulty plan");
}

#[test]
fn a_plan_says_what_stands_against_it_field_by_field() {
    let fields = |plan: &Plan| plan.check().into_iter().map(|f| f.field).collect::<Vec<_>>();
    assert_eq!(fields(&plan()), Vec::<String>::new());
    assert_eq!(
        fields(&Plan::default()),
        ["label_column", "prediction_column", "group_column", "favourable_label", "favourable_prediction", "reason"]
    );
    assert_eq!(fields(&Plan { group_column: " y".into(), ..plan() }), ["group_column"]);
    assert_eq!(fields(&Plan { favourable_label: " ".into(), ..plan() }), ["favourable_label"]);
    assert_eq!(fields(&Plan { reason: "\n".into(), ..plan() }), ["reason"]);
    let scores = Plan { favourable_prediction: String::new(), threshold_way: "below".into(), ..plan() };
    assert_eq!(fields(&scores), ["threshold"]);
    assert_eq!(fields(&Plan { threshold: Some(f64::NAN), ..scores.clone() }), ["threshold"]);
    assert_eq!(fields(&Plan { threshold: Some(3.0), ..scores.clone() }), Vec::<String>::new());
    assert_eq!(fields(&Plan { threshold: Some(3.0), threshold_way: "above".into(), ..scores }), ["threshold_way"]);
    let band = |metric: &str, low, high| Band { metric: metric.into(), low, high };
    let bands = vec![
        band("theil_index", 0.2, 0.1),
        band("theil_index", 0.1, 0.1),
        band("goodness", 0.0, 1.0),
        band("disparate_impact", f64::NAN, 1.0),
    ];
    assert_eq!(fields(&Plan { bands, ..plan() }), ["bands.0.high", "bands.1.metric", "bands.2.metric", "bands.3.low"]);
}

#[test]
fn the_default_bands_are_the_documented_ones_and_hold_the_ideal_value() {
    let bands = Plan::default_bands();
    assert_eq!(bands.len(), 6);
    assert!(Plan { bands: bands.clone(), ..plan() }.check().is_empty());
    for band in &bands {
        let ideal = metric(&band.metric).unwrap().ideal;
        assert!((band.low..=band.high).contains(&ideal), "{}", band.metric);
    }
    assert!(bands.iter().any(|b| b.metric == "disparate_impact" && (b.low, b.high) == (0.8, 1.25)));
    assert!(bands.iter().all(|b| b.metric != "theil_index"), "no accepted limit exists");
}

#[test]
fn a_slip_in_the_plan_is_doubted_once_rows_are_counted() {
    let doubts = |plan: Plan, rows: &[[&str; 3]]| -> Vec<String> {
        let mut counter = Counter::new(&plan, &headers()).unwrap();
        rows.iter().for_each(|r| counter.push(r).unwrap());
        counter.doubts().into_iter().map(|f| f.field).collect()
    };
    let table = [["1", "1", "a"], ["0", "0", "b"]];
    assert_eq!(doubts(plan(), &table), Vec::<String>::new());
    assert_eq!(doubts(plan(), &[]), ["label_column"]);
    assert_eq!(doubts(Plan { favourable_label: "yes".into(), ..plan() }, &table), ["favourable_label"]);
    assert_eq!(doubts(Plan { favourable_prediction: "yes".into(), ..plan() }, &table), ["favourable_prediction"]);
    assert_eq!(doubts(Plan { reference_group: "A".into(), ..plan() }, &table), ["reference_group"]);
    let scores = Plan { threshold_way: "at_least".into(), threshold: Some(5.0), ..plan() };
    assert_eq!(doubts(scores, &table), ["threshold"]);
}

#[test]
fn every_metric_rate_standing_and_way_has_its_words_and_none_gives_a_verdict() {
    let mut keys: Vec<String> = THRESHOLD_WAYS.iter().map(|w| format!("fairness.way.{w}")).collect();
    keys.extend(METRICS.iter().flat_map(|m| [format!("metric.{}", m.id), format!("metric.{}_about", m.id)]));
    keys.extend(RATES.iter().flat_map(|r| [format!("rate.{}", r.id), format!("rate.{}_about", r.id)]));
    use Standing::{Insufficient, NotComputable, NotJudged, Outside, Within};
    for name in [Within, Outside, NotComputable, Insufficient, NotJudged].map(Standing::name) {
        keys.extend([format!("fairness.standing.{name}"), format!("fairness.standing_about.{name}")]);
    }
    for key in &keys {
        assert!(text::look_up(key).is_some(), "{key} has no text");
    }
    for key in text::keys().filter(|k| ["fairness.", "metric.", "rate.", "figure."].iter().any(|p| k.starts_with(p))) {
        let words = text::look_up(key).unwrap().to_lowercase();
        assert!(!words.split(|c: char| !c.is_alphabetic()).any(|w| w == "fair" || w == "unfair"), "{key}: {words}");
    }
}

#[test]
fn the_json_of_a_measurement_keeps_its_names() {
    let json = serde_json::to_string(&golden(&plan())).unwrap();
    for name in [r#""fn":"#, r#""standing":"not_judged""#, r#""measured_at":"1970"#, r#""interval":[0."#] {
        assert!(json.contains(name), "{name}: {json}");
    }
}

fn tables() -> impl Strategy<Value = Vec<[&'static str; 3]>> {
    let bit = prop::sample::select(vec!["0", "1"]);
    let group = prop::sample::select(vec!["a", "b", "c", "d"]);
    prop::collection::vec((bit.clone(), bit, group).prop_map(|(y, p, g)| [y, p, g]), 0..60)
}

/// Values of ratios over all groups lie in 0 … 1, differences in 0 … 1, signed ones in −1 … 1, the others are not
/// negative.
fn in_range(id: &str, value: f64) -> bool {
    match metric(id).unwrap() {
        m if m.scope() == Scope::AllGroups => (0.0..=1.0).contains(&value),
        m if m.scope() == Scope::PerGroup && m.id != "disparate_impact" => (-1.0..=1.0).contains(&value),
        _ => value >= 0.0 && value.is_finite(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn values_stay_in_their_range_and_only_a_missing_value_is_not_computable(table in tables()) {
        let measured = measure(&Plan { min_group_size: 3, bands: Plan::default_bands(), ..plan() }, &table);
        for m in &measured.metrics {
            if let Some(v) = m.value {
                prop_assert!(in_range(&m.metric, v), "{} = {v}", m.metric);
            }
            let missing = matches!(m.standing, Standing::NotComputable | Standing::Insufficient);
            prop_assert_eq!(missing, m.value.is_none());
        }
        let listed: u64 = measured.groups.iter().map(|g| g.n).sum();
        prop_assert_eq!(listed, table.len() as u64);
        prop_assert!(measured.groups.iter().all(|g| g.counts.is_some() == (g.n >= 3)));
        prop_assert!(measured.groups.iter().all(|g| g.counts.is_none_or(|c| c.n() == g.n)));
        prop_assert!(measured.groups.is_sorted_by(|a, b| a.n >= b.n));
    }

    /// A measured review is saved again when its conclusion is written; its figures must then compare equal.
    #[test]
    fn what_was_measured_reads_back_from_json_as_the_very_same(table in tables()) {
        let measured = measure(&Plan { bands: Plan::default_bands(), ..plan() }, &table);
        let json = serde_json::to_string(&measured).unwrap();
        prop_assert_eq!(serde_json::from_str::<Measured>(&json).unwrap(), measured);
    }

    #[test]
    fn the_order_of_rows_changes_nothing(table in tables(), seed in any::<u64>()) {
        let mut shuffled = table.clone();
        let mut state = seed;
        for at in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            shuffled.swap(at, (state >> 33) as usize % (at + 1));
        }
        let plan = Plan { min_group_size: 3, ..plan() };
        prop_assert_eq!(measure(&plan, &table), measure(&plan, &shuffled));
    }

    #[test]
    fn equal_groups_have_differences_of_0_and_ratios_of_1(counts in [0usize..20, 0usize..20, 0usize..20, 0usize..20]) {
        let table = [rows("a", counts), rows("b", counts), rows("c", counts)].concat();
        let measured = measure(&plan(), &table);
        for m in &measured.metrics {
            let known = metric(&m.metric).unwrap();
            if let (Some(v), true) = (m.value, known.scope() != Scope::AllRows) {
                prop_assert_eq!(v, known.ideal, "{}", m.metric);
            }
        }
    }

    #[test]
    fn the_indices_of_four_counts_are_those_of_the_rows(table in tables()) {
        let benefits: Vec<f64> = table.iter().map(|[y, p, _]| {
            p.parse::<f64>().unwrap() - y.parse::<f64>().unwrap() + 1.0
        }).collect();
        let n = benefits.len() as f64;
        let mean = benefits.iter().sum::<f64>() / n;
        let measured = measure(&plan(), &table);
        if let Some(theil) = value(&measured, "theil_index", "") {
            let rows = benefits.iter().map(|b| b / mean).filter(|b| *b > 0.0).map(|b| b * b.ln()).sum::<f64>() / n;
            prop_assert!((theil - rows).abs() < 1e-8);
            let squares = benefits.iter().map(|b| (b / mean).powi(2) - 1.0).sum::<f64>() / (2.0 * n);
            prop_assert!((value(&measured, "generalised_entropy_2", "").unwrap() - squares).abs() < 1e-8);
        }
    }
}
