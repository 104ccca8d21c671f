//! The closing chapters: charter, journal extract, method and sources, manifest.

use super::{
    Dossier,
    words::{column, heading, moment, number, shorten, table},
};
use crate::tree::{Attachment, Block, Cell, Chapter, Mark, Row};
use conclave_domain::{t, text};
use serde_json::Value;

/// Characters of a value that the extract prints.
const VALUE: usize = 240;
/// Changes of one entry that the extract prints.
const CHANGES: usize = 12;

pub(super) fn charter(d: &Dossier) -> Chapter {
    let map = match serde_json::to_value(&d.charter) {
        Ok(Value::Object(map)) => map,
        _ => Default::default(),
    };
    let shown = |key: &str, value: &Value| match value {
        Value::Bool(true) => t!("choice.yes"),
        Value::Bool(false) => t!("choice.no"),
        Value::String(s) if key == "tolerance" => text::label(&format!("choice.level.{s}")),
        Value::String(s) => s.replace('_', " "),
        other => other.to_string(),
    };
    let pairs = map.iter().map(|(key, value)| {
        let label = text::look_up(&format!("charter.{key}")).unwrap_or_else(|| t!("told.edition"));
        (label, shown(key, value))
    });
    let mut blocks = vec![Block::Paragraph(t!("told.charter_about", edition = d.charter.edition)), Block::Fields(pairs.collect())];
    let loosened = d.charter.loosened();
    if !loosened.is_empty() {
        blocks.push(heading(2, t!("told.loosened")));
        blocks.extend(loosened.into_iter().map(|text| Block::Callout { mark: Mark::Warn, text }));
    }
    Chapter { title: t!("charter"), blocks }
}

pub(super) fn journal(d: &Dossier) -> Chapter {
    let mut blocks = vec![Block::Paragraph(t!(
        "told.journal_about",
        shown = d.journal.len(),
        total = d.journal_total,
        seq = d.vault.head_seq
    ))];
    let rows = d.journal.iter().map(|e| {
        let mut lines: Vec<String> = e
            .changes
            .iter()
            .take(CHANGES)
            .map(|(field, before, after)| t!("told.change", field = field, before = value(before), after = value(after)))
            .collect();
        if e.changes.len() > CHANGES {
            lines.push(t!("told.more_changes", n = e.changes.len() - CHANGES));
        }
        let call = text::look_up(&format!("record.act_{}", e.call.replace('.', "_"))).unwrap_or_else(|| e.call.clone());
        let what = if e.refused { format!("{call}\n{}", t!("told.refused")) } else { call };
        Row::Cells(vec![
            Cell::from(e.seq.to_string()),
            Cell::from(format!("{}\n{}", moment(e.at), e.actor)),
            Cell::from(what),
            Cell::from(e.subject.clone()),
            Cell::from(lines.join("\n")),
            Cell::from(e.hash.chars().take(16).collect::<String>()),
        ])
    });
    blocks.push(table(
        t!("told.journal"),
        vec![
            number(t!("told.number"), 0.7),
            column(t!("told.when_who"), 2.0),
            column(t!("told.what"), 1.5),
            column(t!("told.about"), 2.2),
            column(t!("told.changes"), 4.4),
            column(t!("told.hash"), 1.5),
        ],
        rows.collect(),
    ));
    Chapter { title: t!("told.journal"), blocks }
}

fn value(text: &str) -> String {
    if text.trim().is_empty() { "–".into() } else { shorten(text, VALUE) }
}

pub(super) fn method(d: &Dossier) -> Chapter {
    let mut blocks = vec![heading(2, t!("told.frameworks"))];
    for f in &d.frameworks {
        let about = &f.framework;
        blocks.push(Block::Fields(super::words::filled(vec![
            (t!("told.framework"), about.title.clone()),
            (t!("told.edition"), about.edition.clone()),
            (t!("told.publisher"), about.publisher.clone()),
            (t!("field.source"), about.source.clone()),
            (t!("field.licence"), about.licence.clone()),
            (t!("field.note"), about.note.clone()),
        ])));
    }
    let q = &d.questionnaire.questionnaire;
    blocks.push(Block::Fields(super::words::filled(vec![
        (t!("told.questionnaire"), q.title.clone()),
        (t!("told.edition"), q.edition.clone()),
        (t!("field.source"), q.source.clone()),
        (t!("field.licence"), q.licence.clone()),
    ])));
    blocks.push(heading(2, t!("told.scale")));
    blocks.push(Block::Paragraph(t!("told.scale_about")));
    let rows = (1..=5_u8).rev().map(|likelihood| {
        let mut cells = vec![Cell::from(likelihood.to_string())];
        cells.extend((1..=5_u8).map(|impact| {
            let level = d.charter.risk_method.level(likelihood, impact);
            super::words::level_cell(level, String::new())
        }));
        Row::Cells(cells)
    });
    let mut columns = vec![column(t!("told.likelihood_impact"), 1.8)];
    columns.extend((1..=5).map(|n| column(n.to_string(), 1.6)));
    blocks.push(table(t!("told.scale"), columns, rows.collect()));
    blocks.push(heading(2, t!("told.fairness_method")));
    blocks.push(Block::Paragraph(t!("told.fairness_formulas")));
    Chapter { title: t!("told.method"), blocks }
}

pub(super) fn manifest(attachments: &[Attachment]) -> Chapter {
    let rows = attachments.iter().map(|a| {
        Row::Cells(vec![
            Cell::from(a.name.clone()),
            Cell::from(a.description.clone()),
            Cell::from(a.media.clone()),
            Cell::from(a.bytes.len().to_string()),
        ])
    });
    let blocks = vec![
        Block::Paragraph(t!("told.manifest_about")),
        table(
            t!("told.manifest"),
            vec![
                column(t!("told.file"), 2.0),
                column(t!("told.contents"), 4.5),
                column(t!("told.media"), 2.0),
                number(t!("told.bytes"), 1.2),
            ],
            rows.collect(),
        ),
    ];
    Chapter { title: t!("told.manifest"), blocks }
}
