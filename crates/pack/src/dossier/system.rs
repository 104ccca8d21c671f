//! One system: its sheet, what it is made of, and everything that was found and decided about it.

use super::{
    Dossier, Profile, SystemFile, assessment, decisions, reviews, risks,
    words::{approval_mark, column, filled, heading, optional_day, table},
};
use crate::tree::{Block, Cell, Chapter, Row};
use conclave_domain::{
    field::{FieldKind, choice_label},
    noun::{Noun, System},
    t, text,
};
use serde_json::Value;

/// Sections of the sheet that are inward: names, contracts, notes.
const INWARD: [&str; 1] = ["notes"];
/// Fields that name persons or contracts.
const INWARD_FIELDS: [&str; 3] = ["owner", "procurement", "authorisation"];

pub(super) fn system(d: &Dossier, s: &SystemFile) -> Chapter {
    let mut blocks = vec![Block::Callout { mark: approval_mark(&s.approval), text: s.approval.sentence(d.today) }];
    blocks.push(heading(2, t!("told.sheet")));
    blocks.extend(sheet(d, s));
    blocks.extend(parts(d, s));
    for file in &s.assessments {
        blocks.extend(assessment::assessment(d, file));
    }
    blocks.extend(risks::risks(d, s));
    blocks.extend(reviews::reviews(d, s));
    blocks.extend(decisions::decisions(d, s));
    blocks.extend(source(d, s));
    Chapter { title: format!("{} {}", s.head.reference, s.system.name), blocks }
}

fn sheet(d: &Dossier, s: &SystemFile) -> Vec<Block> {
    let mut blocks = Vec::new();
    let map = match serde_json::to_value(&s.system) {
        Ok(Value::Object(map)) => map,
        _ => return blocks,
    };
    let mut sections: Vec<&str> = Vec::new();
    for field in System::FIELDS {
        if !sections.contains(&field.section) {
            sections.push(field.section);
        }
    }
    let public = d.profile == Profile::Public;
    for section in sections {
        if public && INWARD.contains(&section) {
            continue;
        }
        let fields = System::FIELDS.iter().filter(|f| f.section == section).filter(|f| {
            let link = matches!(f.kind, FieldKind::Link(_) | FieldKind::Links(_) | FieldKind::Own);
            !link && !(public && INWARD_FIELDS.contains(&f.key))
        });
        let pairs = filled(fields.map(|f| (f.label(), map.get(f.key).map(|v| f.show(v)).unwrap_or_default())).collect());
        if !pairs.is_empty() {
            blocks.push(heading(3, text::label(&format!("section.{section}"))));
            blocks.push(Block::Fields(pairs));
        }
    }
    blocks
}

fn parts(d: &Dossier, s: &SystemFile) -> Vec<Block> {
    let mut blocks = Vec::new();
    if !s.vendors.is_empty() {
        let rows = s.vendors.iter().map(|(head, v)| {
            Row::Cells(vec![
                Cell::from(head.reference.clone()),
                Cell::from(v.name.clone()),
                Cell::from(v.products.join(", ")),
                Cell::from(choice_label("criticality", &v.criticality)),
                Cell::from(v.data_location.join(", ")),
                Cell::from(optional_day(v.review_on)),
            ])
        });
        blocks.push(heading(2, t!("field.vendors")));
        blocks.push(table(
            t!("field.vendors"),
            vec![
                column(t!("told.reference"), 1.4),
                column(t!("field.name"), 2.6),
                column(t!("field.products"), 3.0),
                column(t!("field.criticality"), 1.6),
                column(t!("field.data_location"), 2.0),
                column(t!("field.review_on"), 1.6),
            ],
            rows.collect(),
        ));
    }
    if !s.assets.is_empty() && d.profile != Profile::Public {
        let rows = s.assets.iter().map(|(head, a)| {
            Row::Cells(vec![
                Cell::from(head.reference.clone()),
                Cell::from(a.name.clone()),
                Cell::from(choice_label("asset_type", &a.asset_type)),
                Cell::from(a.version.clone()),
                Cell::from(a.licence.clone()),
                Cell::from(a.limitations.clone()),
            ])
        });
        blocks.push(heading(2, t!("field.assets")));
        blocks.push(table(
            t!("field.assets"),
            vec![
                column(t!("told.reference"), 1.4),
                column(t!("field.name"), 2.6),
                column(t!("field.asset_type"), 1.4),
                column(t!("field.version"), 1.4),
                column(t!("field.licence"), 1.6),
                column(t!("field.limitations"), 3.6),
            ],
            rows.collect(),
        ));
    }
    blocks
}

/// The line of the file that the system was imported from, with the cells that have no field.
fn source(d: &Dossier, s: &SystemFile) -> Vec<Block> {
    let Some(row) = s.source.first().filter(|_| d.profile == Profile::Auditor) else { return Vec::new() };
    let mut blocks = vec![
        heading(2, t!("told.source")),
        Block::Note(t!("told.source_line", file = row.file, line = row.line)),
    ];
    let cells = filled(row.values.clone());
    if !cells.is_empty() {
        blocks.push(Block::Fields(cells));
    }
    blocks
}
