//! Figures: nothing overlaps, nothing leaves the canvas, colour is never alone, and the words say what the shapes show.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use chrono::DateTime;
use conclave_domain::{
    answer::Coverage,
    call::record::Matrix,
    charter::Charter,
    fairness::{Counter, Measured, Plan, RATES},
    figure::{Anchor, Figure, Ink, Shape},
    figures::{fairness_metrics, fairness_rates, heat_map, stage_coverage},
    scale::{Level, Method},
};

const LONG: &str = "Persons between 25 and 45 years of age who applied on paper, WITH A VERY LONG NAME 日本語";

fn measured(groups: usize, name: impl Fn(usize) -> String, plan: &Plan) -> Measured {
    let plan = Plan {
        label_column: "y".into(),
        favourable_label: "1".into(),
        prediction_column: "p".into(),
        favourable_prediction: "1".into(),
        group_column: "g".into(),
        reason: "The board asked for it.".into(),
        min_group_size: 30,
        ..plan.clone()
    };
    let mut counter = Counter::new(&plan, &["y", "p", "g"].map(str::to_owned)).unwrap();
    for at in 0..groups {
        // The last group is too small; every seventh has no favourable label.
        let n = if at + 1 == groups { 7 } else { 4000 / (at + 1) };
        for row in 0..n.max(if at + 1 == groups { 0 } else { 40 }) {
            let y = if row % 3 == 0 && at % 7 != 6 { "1" } else { "0" };
            let p = if (row * 7 + at) % (3 + at % 3) == 0 { "1" } else { "0" };
            counter.push(&[y, p, &name(at)]).unwrap();
        }
    }
    counter.finish("predictions.csv", "ab", DateTime::UNIX_EPOCH, "Ines Okafor")
}

fn stages() -> Vec<(String, Coverage)> {
    let of = |met, partly, not_met, not_assessed, not_applicable| Coverage {
        met,
        partly,
        not_met,
        not_applicable,
        not_assessed,
    };
    vec![
        ("Secure design".into(), of(28, 4, 3, 3, 0)),
        ("Secure development".into(), of(17, 8, 3, 0, 2)),
        (LONG.into(), of(999, 999, 999, 999, 999)),
        ("Only open".into(), of(0, 0, 0, 12, 0)),
        ("None applies".into(), of(0, 0, 0, 0, 4)),
        ("Empty".into(), of(0, 0, 0, 0, 0)),
    ]
}

fn matrix() -> Matrix {
    let mut cells = [[0; 5]; 5];
    (cells[2][3], cells[4][4], cells[0][0], cells[1][4], cells[3][2]) = (4, 1, 12, 3, 1000);
    Matrix { cells, unrated: 2, above_tolerance: 1, open: 1022 }
}

fn judged() -> Plan {
    Plan { bands: Plan::default_bands(), ..Plan::default() }
}

/// Every figure in its usual and its worst case.
fn all() -> Vec<(String, Figure)> {
    let group = |at: usize| ["Men", "Women", "Age 18–29", "Age 50 and over", "Disability declared"][at % 5].to_owned();
    let usual = measured(5, group, &judged());
    let worst = measured(30, |at| format!("{at} {LONG}"), &judged());
    let over = measured(64, |at| format!("group {at}"), &judged());
    let unjudged = measured(4, group, &Plan::default());
    let lone = measured(1, group, &judged());
    let mut figures = vec![
        ("coverage".to_owned(), stage_coverage(&stages())),
        ("coverage-none".to_owned(), stage_coverage(&[])),
        ("heat".to_owned(), heat_map(&matrix(), &Charter::default())),
        (
            "heat-none".to_owned(),
            heat_map(&Matrix::default(), &Charter { tolerance: Level::VeryHigh, ..Charter::default() }),
        ),
        (
            "heat-product".to_owned(),
            heat_map(&matrix(), &Charter { risk_method: Method::Product, ..Charter::default() }),
        ),
        ("rates-none".to_owned(), fairness_rates(&Measured::default(), "tpr")),
        ("metrics-none".to_owned(), fairness_metrics(&Measured::default())),
    ];
    for (name, measured) in
        [("usual", &usual), ("worst", &worst), ("over", &over), ("unjudged", &unjudged), ("lone", &lone)]
    {
        figures.push((format!("rates-{name}"), fairness_rates(measured, "tpr")));
        figures.push((format!("metrics-{name}"), fairness_metrics(measured)));
    }
    figures
}

/// The approximate box of a text: left, top, right, bottom.
fn text_box(shape: &Shape) -> Option<(f64, f64, f64, f64, &str)> {
    let Shape::Text { at, size, anchor, text, .. } = shape else { return None };
    let wide = |c: char| matches!(c, '\u{2e80}'..='\u{d7a3}');
    let width: f64 = text.chars().map(|c| if wide(c) { 1.0 } else { 0.52 }).sum::<f64>() * size;
    let left = match anchor {
        Anchor::Start => at.0,
        Anchor::Middle => at.0 - width / 2.0,
        Anchor::End => at.0 - width,
    };
    Some((left, at.1 - size * 0.75, left + width, at.1 + size * 0.2, text))
}

fn points(shape: &Shape) -> Vec<(f64, f64)> {
    match shape {
        Shape::Rect { x, y, width, height, .. } => vec![(*x, *y), (x + width, y + height)],
        Shape::Line { from, to, .. } => vec![*from, *to],
        Shape::Polygon { points, .. } => points.clone(),
        Shape::Text { .. } => {
            text_box(shape).map(|(left, top, right, bottom, _)| vec![(left, top), (right, bottom)]).unwrap()
        }
    }
}

#[test]
fn no_shape_leaves_the_canvas_and_none_is_turned_inside_out() {
    for (name, figure) in all() {
        for shape in &figure.shapes {
            for (x, y) in points(shape) {
                let inside = (-4.0..=figure.width + 4.0).contains(&x) && (0.0..=figure.height).contains(&y);
                assert!(inside, "{name}: {shape:?} at {x}, {y} of {} × {}", figure.width, figure.height);
            }
            if let Shape::Rect { width, height, .. } = shape {
                assert!(*width >= 0.0 && *height >= 0.0, "{name}: {shape:?}");
            }
        }
    }
}

#[test]
fn no_two_texts_overlap_even_with_thirty_groups_of_long_names() {
    for (name, figure) in all() {
        let boxes: Vec<_> = figure.shapes.iter().filter_map(text_box).collect();
        for (at, a) in boxes.iter().enumerate() {
            for b in &boxes[at + 1..] {
                let apart = a.2 <= b.0 || b.2 <= a.0 || a.3 <= b.1 || b.3 <= a.1;
                assert!(apart, "{name}: “{}” and “{}” overlap", a.4, b.4);
            }
        }
    }
}

#[test]
fn every_figure_has_a_caption_a_text_alternative_and_letters_of_8_or_9_points() {
    for (name, figure) in all() {
        assert!(!figure.title.is_empty() && figure.description.ends_with('.'), "{name}: {}", figure.description);
        assert!(figure.width == 480.0 && figure.height < 720.0, "{name} is {} high", figure.height);
        for shape in &figure.shapes {
            if let Shape::Text { size, text, .. } = shape {
                assert!((8.0..=9.0).contains(size) && !text.trim().is_empty(), "{name}: {text:?} at {size}");
            }
        }
    }
}

fn texts(figure: &Figure) -> Vec<&str> {
    figure.shapes.iter().filter_map(text_box).map(|b| b.4).collect()
}

#[test]
fn coverage_gives_counts_in_words_and_the_share_of_those_that_apply() {
    let figure = stage_coverage(&stages());
    let texts = texts(&figure);
    assert!(texts.contains(&"28 of 38 met") && texts.contains(&"28 met · 4 partly met · 3 not met · 3 not assessed"));
    assert!(texts.contains(&"17 of 28 met"), "what does not apply is not in the denominator");
    assert!(texts.contains(&"none apply") && texts.contains(&"no requirements"));
    assert!(figure.description.contains("Secure design: 28 of 38 applicable requirements met"));
    let hatched =
        figure.shapes.iter().filter(|s| matches!(s, Shape::Rect { hatched: true, fill: Ink::Warn, .. })).count();
    assert_eq!(hatched, 4, "three bars and the legend");
}

#[test]
fn every_cell_of_the_heat_map_names_its_level_and_the_counts_of_the_matrix() {
    let figure = heat_map(&matrix(), &Charter::default());
    let texts = texts(&figure);
    let named = texts.iter().filter(|t| Level::ALL.iter().any(|l| l.label() == **t)).count();
    assert_eq!(named, 25);
    for n in ["4", "1", "12", "3", "1000", "1 Rare", "5 Critical", "Likelihood", "Impact", "2 not rated"] {
        assert!(texts.contains(&n), "{n} is missing");
    }
    assert!(figure.description.contains("Likelihood 5, impact 5 (Very high): 1."));
}

#[test]
fn the_tolerance_line_runs_exactly_between_cells_within_and_above_it() {
    let edges = |charter: &Charter| {
        let figure = heat_map(&Matrix::default(), charter);
        figure.shapes.iter().filter(|s| matches!(s, Shape::Line { width, .. } if *width > 2.0)).count()
    };
    // Table, moderate: above are (3,5), (4,4), (4,5), (5,4), (5,5): two edges below, three at their left; and the legend.
    assert_eq!(edges(&Charter::default()), 2 + 3 + 1);
    assert_eq!(edges(&Charter { tolerance: Level::VeryHigh, ..Charter::default() }), 0);
}

#[test]
fn groups_without_enough_rows_or_an_empty_denominator_are_named_and_never_drawn_at_0() {
    let measured = measured(8, |at| format!("group {at}"), &judged());
    for rate in &RATES {
        let figure = fairness_rates(&measured, rate.id);
        let drawn = figure.shapes.iter().filter(|s| matches!(s, Shape::Polygon { .. })).count();
        let known =
            measured.groups.iter().filter(|g| g.rates.iter().any(|r| r.id == rate.id && r.value.is_some())).count();
        assert_eq!(drawn, known, "{}", rate.id);
        assert!(texts(&figure).contains(&"insufficient data"));
        assert!(figure.description.contains("group 7: insufficient data, 7 rows."), "{}", figure.description);
    }
    let figure = fairness_rates(&measured, "tpr");
    assert!(texts(&figure).contains(&"not computable") && figure.description.contains("group 6: not computable"));
}

#[test]
fn what_does_not_fit_is_counted_and_values_outside_their_band_stay() {
    let over = measured(64, |at| format!("group {at}"), &judged());
    assert!(fairness_rates(&over, "tpr").description.ends_with("34 more groups are in the table."));
    let figure = fairness_metrics(&over);
    let note = texts(&figure).iter().find(|t| t.ends_with("more values are in the table.")).unwrap().to_string();
    assert!(figure.description.ends_with(&note));
    let outside = over.metrics.iter().filter(|m| m.standing == conclave_domain::fairness::Standing::Outside).count();
    let shown = texts(&figure).iter().filter(|t| **t == "outside band").count();
    assert_eq!(shown, outside.min(36));
}

#[test]
fn our_own_words_are_never_cut() {
    let named = |at: usize| format!("group {at}");
    for plan in [Plan::default(), judged()] {
        for groups in [1, 4] {
            let measured = measured(groups, named, &plan);
            let figures = RATES.iter().map(|r| fairness_rates(&measured, r.id)).chain([fairness_metrics(&measured)]);
            for figure in figures {
                assert!(texts(&figure).iter().all(|t| !t.contains('…')), "{:?}", texts(&figure));
            }
        }
    }
    let all = Coverage { met: 28, partly: 10, not_met: 13, not_applicable: 12, not_assessed: 13 };
    let stage = ("4 Secure operation and maintenance".to_owned(), all);
    for figure in [stage_coverage(&[stage]), heat_map(&matrix(), &Charter::default())] {
        assert!(texts(&figure).iter().all(|t| !t.contains('…')), "{:?}", texts(&figure));
    }
}

#[test]
fn a_metric_is_said_in_words_with_its_band() {
    let figure = fairness_metrics(&measured(5, |at| format!("group {at}"), &judged()));
    assert!(figure.description.contains("the screening band from 0.800 to 1.250."), "{}", figure.description);
    let unjudged = fairness_metrics(&measured(4, |at| format!("group {at}"), &Plan::default()));
    assert!(unjudged.description.starts_with("The plan gives no metric a screening band"));
    assert!(texts(&unjudged).iter().all(|t| !t.contains("within")));
    let lone = fairness_metrics(&measured(1, |at| format!("group {at}"), &judged()));
    assert!(texts(&lone).contains(&"insufficient data"), "{:?}", texts(&lone));
}
