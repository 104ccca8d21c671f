//! Reviews: the ethics questionnaire with its scores apart, and fairness as it was planned and then measured.

use super::{
    Dossier, Profile, SystemFile,
    words::{column, filled, heading, marked, moment, number, optional_day, table},
};
use crate::tree::{Block, Cell, Mark, Row};
use conclave_domain::{
    fairness::{Group, Measured, Plan, RATES, Standing, metric::metric},
    field::choice_label,
    figures,
    noun::Review,
    t,
};

pub(super) fn reviews(d: &Dossier, s: &SystemFile) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (head, review) in &s.reviews {
        blocks.push(heading(2, format!("{} {}", head.reference, review.title)));
        blocks.push(Block::Fields(filled(vec![
            (t!("field.review_type"), choice_label("review_type", &review.review_type)),
            (t!("field.version"), review.version.clone()),
            (t!("field.reviewer"), d.person(&review.reviewer)),
            (t!("field.reviewed_on"), optional_day(review.reviewed_on)),
            (t!("field.status"), choice_label("review_status", &review.status)),
            (t!("field.recommendation"), if review.recommendation.is_empty() { String::new() } else { choice_label("recommendation", &review.recommendation) }),
            (t!("field.conclusion"), review.conclusion.clone()),
        ])));
        if review.review_type == "ethics" {
            blocks.extend(ethics(d, review));
        } else {
            blocks.extend(fairness(d, review));
        }
    }
    blocks
}

fn ethics(d: &Dossier, review: &Review) -> Vec<Block> {
    let q = &d.questionnaire;
    let score = q.score(&review.replies);
    let mut blocks = vec![
        heading(3, t!("told.scores")),
        Block::Fields(vec![
            (t!("told.impact"), t!("told.of", n = score.impact, all = score.impact_max)),
            (t!("told.mitigation"), t!("told.of", n = score.mitigation, all = score.mitigation_max)),
            (t!("told.current"), t!("told.current_value", n = score.current, level = score.level)),
            (t!("told.replied"), t!("told.of", n = score.answered, all = score.required)),
        ]),
        Block::Note(q.questionnaire.scoring.clone()),
    ];
    if d.profile == Profile::Public {
        return blocks;
    }
    let mut rows = Vec::new();
    for area in &q.areas {
        rows.push(Row::Group(format!("{} {}", area.id, area.title)));
        for question in q.of(&area.id) {
            let reply = review.replies.get(&question.id);
            let choice = reply.and_then(|r| question.choices.iter().find(|c| c.value == r.choice)).map(|c| c.label.clone());
            let words = reply.map(|r| r.text.clone()).unwrap_or_default();
            let said = match choice {
                Some(choice) if words.trim().is_empty() => choice,
                Some(choice) => format!("{choice}\n{words}"),
                None => words,
            };
            let cell = if said.trim().is_empty() { marked(Mark::Open, t!("told.no_reply")) } else { Cell::from(said) };
            rows.push(Row::Cells(vec![Cell::from(question.id.clone()), Cell::from(question.question.clone()), cell]));
        }
    }
    blocks.push(table(
        t!("told.replies"),
        vec![column(t!("told.id"), 0.8), column(t!("told.question"), 4.5), column(t!("told.reply"), 4.5)],
        rows,
    ));
    blocks
}

fn fairness(d: &Dossier, review: &Review) -> Vec<Block> {
    let Some(plan) = &review.fairness_plan else { return vec![Block::Paragraph(t!("told.no_plan"))] };
    let mut blocks = vec![heading(3, t!("told.plan")), Block::Note(t!("told.plan_before")), Block::Fields(plan_of(d, plan))];
    let Some(measured) = &review.fairness else {
        blocks.push(Block::Paragraph(t!("gap.not_measured")));
        return blocks;
    };
    blocks.push(heading(3, t!("told.measured")));
    blocks.push(Block::Paragraph(t!(
        "told.measured_lead",
        rows = measured.rows,
        left_out = measured.left_out,
        file = measured.file,
        at = measured.measured_at.map(moment).unwrap_or_default()
    )));
    blocks.push(groups(measured));
    blocks.push(Block::Figure(figures::fairness_rates(measured, "selection_rate")));
    blocks.push(metrics(measured));
    blocks.push(Block::Figure(figures::fairness_metrics(measured)));
    blocks.push(Block::Note(t!("told.fairness_note")));
    blocks
}

fn plan_of(d: &Dossier, plan: &Plan) -> Vec<(String, String)> {
    let way = match plan.threshold {
        Some(threshold) if plan.uses_threshold() => t!("told.threshold", way = conclave_domain::text::label(&format!("fairness.way.{}", plan.threshold_way)), value = threshold),
        _ => plan.favourable_prediction.clone(),
    };
    let bands = plan.bands.iter().map(|b| {
        let label = metric(&b.metric).map_or_else(|| b.metric.clone(), |m| m.label());
        format!("{label}: {} … {}", b.low, b.high)
    });
    filled(vec![
        (t!("told.label_column"), format!("{} = {}", plan.label_column, plan.favourable_label)),
        (t!("told.prediction_column"), format!("{}: {way}", plan.prediction_column)),
        (t!("told.group_column"), plan.group_column.clone()),
        (t!("told.reference_group"), plan.reference_group.clone()),
        (t!("told.bands"), bands.collect::<Vec<_>>().join("\n")),
        (t!("told.smallest"), plan.smallest_group().to_string()),
        (t!("field.reason"), plan.reason.clone()),
        (t!("told.recorded"), format!("{} {}", d.person(&plan.recorded_by), optional_day(plan.recorded_on)).trim().to_owned()),
    ])
}

fn groups(measured: &Measured) -> Block {
    let rates = RATES.iter().map(|r| r.label());
    let mut columns = vec![column(t!("told.group"), 2.2), number("n".into(), 1.0)];
    columns.extend(rates.map(|label| number(label, 1.8)));
    let rows = measured.groups.iter().map(|g| Row::Cells(group(g)));
    table(t!("told.groups"), columns, rows.collect())
}

fn group(g: &Group) -> Vec<Cell> {
    let mut cells = vec![Cell::from(g.name.clone()), Cell::from(g.n.to_string())];
    for kind in &RATES {
        let rate = g.rates.iter().find(|r| r.id == kind.id);
        cells.push(match (g.counts, rate) {
            (None, _) => Cell::from(t!("told.insufficient")),
            (Some(_), Some(rate)) => match (rate.value, rate.interval) {
                (Some(value), Some((low, high))) => Cell::from(format!("{value:.2}\n{low:.2}–{high:.2}")),
                (Some(value), None) => Cell::from(format!("{value:.2}")),
                (None, _) => Cell::from(t!("told.not_computable")),
            },
            (Some(_), None) => Cell::from(t!("told.not_computable")),
        });
    }
    cells
}

fn metrics(measured: &Measured) -> Block {
    let rows = measured.metrics.iter().map(|m| {
        let label = metric(&m.metric).map_or_else(|| m.metric.clone(), |k| k.label());
        let mark = match m.standing {
            Standing::Within => Mark::Good,
            Standing::Outside => Mark::Bad,
            Standing::NotComputable | Standing::Insufficient => Mark::Open,
            Standing::NotJudged => Mark::None,
        };
        let band = m.band.map(|(low, high)| format!("{low} … {high}")).unwrap_or_default();
        let value = m.value.map(|v| format!("{v:.3}")).unwrap_or_default();
        Row::Cells(vec![
            Cell::from(label),
            Cell::from(m.group.clone()),
            Cell::from(value),
            Cell::from(band),
            marked(mark, m.standing.label()),
        ])
    });
    table(
        t!("told.metrics"),
        vec![
            column(t!("told.metric"), 4.0),
            column(t!("told.group"), 2.0),
            number(t!("told.value"), 1.2),
            column(t!("told.band"), 1.8),
            column(t!("told.stands"), 2.8),
        ],
        rows.collect(),
    )
}
