//! Method and sources: where the questions come from, how levels, scores and metrics are computed, what words mean.

use super::{
    book::{Book, decimal},
    closing::method,
    part::Part,
    table::{cell, column, marked, strong, table},
};
use crate::tree::Mark;
use conclave_domain::{
    answer::Result,
    fairness::{METRICS, RATES},
    field::choice_label,
    t, text,
};

pub(super) fn part(book: &Book<'_>) -> Part {
    let mut part = Part::new(t!("dossier.method.title"), 2);
    catalogues(book, &mut part);
    words(&mut part);
    scale(book, &mut part);
    if !book.is_public() {
        fairness(&mut part);
    }
    part.head(t!("dossier.method.limits"));
    part.list(vec![
        t!("dossier.method.limit_claims"),
        t!("dossier.method.limit_words"),
        t!("dossier.method.limit_time"),
        t!("dossier.method.limit_text"),
    ]);
    part
}

/// Edition, source and licence of every catalogue.
fn catalogues(book: &Book<'_>, part: &mut Part) {
    part.head(t!("dossier.method.catalogues"));
    for framework in &book.dossier.frameworks {
        let about = &framework.framework;
        // Several editions of one framework are told apart.
        let alone = book.dossier.frameworks.iter().filter(|f| f.framework.id == about.id).count() == 1;
        part.sub(if alone {
            about.title.clone()
        } else {
            t!("dossier.edition_of", title = about.title, edition = about.edition)
        });
        part.fields(vec![
            (t!("dossier.method.id"), about.id.clone()),
            (t!("dossier.method.edition"), about.edition.clone()),
            (t!("dossier.method.publisher"), about.publisher.clone()),
            (t!("dossier.method.requirements"), framework.requirements.len().to_string()),
            (t!("dossier.method.source"), about.source.clone()),
            (t!("dossier.method.licence"), about.licence.clone()),
            (t!("dossier.method.note"), about.note.clone()),
        ]);
    }
    if book.is_public() {
        return;
    }
    let about = &book.dossier.questionnaire.questionnaire;
    if !about.id.is_empty() {
        part.sub(about.title.clone());
        part.fields(vec![
            (t!("dossier.method.id"), about.id.clone()),
            (t!("dossier.method.edition"), about.edition.clone()),
            (t!("dossier.method.source"), about.source.clone()),
            (t!("dossier.method.licence"), about.licence.clone()),
            (t!("dossier.method.scoring"), about.scoring.clone()),
        ]);
    }
}

/// What the results mean and how they are counted.
fn words(part: &mut Part) {
    part.head(t!("dossier.method.results"));
    let columns = vec![column(text::label("field.result"), 1.6), column(t!("dossier.method.meaning"), 6.0)];
    let mut found = table(t!("dossier.method.results_caption"), columns);
    let meanings = [
        (Result::Met, t!("dossier.method.met")),
        (Result::Partly, t!("dossier.method.partly")),
        (Result::NotMet, t!("dossier.method.not_met")),
        (Result::NotAssessed, t!("dossier.method.not_assessed")),
        (Result::NotApplicable, t!("dossier.method.not_applicable")),
    ];
    for (result, meaning) in meanings {
        found.row(vec![marked(super::book::result_mark(result), result.label()), cell(meaning)]);
    }
    part.table(found);
}

/// The level of every pair of likelihood and impact under the charter.
fn scale(book: &Book<'_>, part: &mut Part) {
    part.head(t!("dossier.method.scale"));
    let charter = book.charter();
    part.say(t!(
        "dossier.method.scale_lead",
        method = choice_label("method", method(charter.risk_method)),
        tolerance = charter.tolerance.label()
    ));
    let step = |axis: &str, n: u8| format!("{n} {}", choice_label(axis, &n.to_string()));
    let mut columns = vec![column(t!("dossier.method.likelihood_impact"), 1.6)];
    columns.extend((1..=5).map(|i| column(step("impact", i), 1.2)));
    let mut found = table(t!("dossier.method.scale_caption"), columns);
    for likelihood in (1..=5).rev() {
        let mut row = vec![strong(step("likelihood", likelihood))];
        row.extend((1..=5).map(|impact| match charter.risk_method.level(likelihood, impact) {
            Some(level) => marked(Mark::Level(level.rank()), level.label()),
            None => cell(""),
        }));
        found.row(row);
    }
    part.table(found);
}

/// What rates and metrics are, with their sources.
fn fairness(part: &mut Part) {
    part.head(t!("dossier.method.fairness"));
    part.say(t!("dossier.method.fairness_lead"));
    let columns = vec![
        column(t!("figure.metric"), 2.6),
        column(t!("dossier.fairness.about"), 5.4),
        column(t!("dossier.method.ideal"), 0.8),
        column(t!("dossier.method.documented_band"), 1.5),
    ];
    let mut found = table(t!("dossier.method.fairness_caption"), columns);
    found.group(t!("dossier.method.rates"));
    for rate in &RATES {
        found.row(vec![strong(rate.label()), cell(rate.about()), cell(""), cell("")]);
    }
    found.group(t!("dossier.method.metrics"));
    for metric in &METRICS {
        let band = metric
            .band
            .map(|(low, high)| t!("dossier.fairness.from_to", low = decimal(low, 2), high = decimal(high, 2)));
        let band = band.unwrap_or_else(|| t!("dossier.method.no_band"));
        found.row(vec![strong(metric.label()), cell(metric.about()), cell(decimal(metric.ideal, 0)), cell(band)]);
    }
    part.table(found);
    part.note(t!("dossier.method.fairness_sources"));
}
