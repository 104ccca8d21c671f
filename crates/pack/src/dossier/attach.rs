//! The machine-readable part of a pack: the same facts as files inside the PDF.

use super::{Dossier, Profile};
use crate::tree::Attachment;
use conclave_domain::t;
use serde_json::{Value, json};

pub(super) fn attachments(d: &Dossier) -> Vec<Attachment> {
    let mut all = vec![Attachment {
        name: "head.json".into(),
        description: t!("told.attach_head"),
        media: "application/json".into(),
        relationship: "Data",
        bytes: bytes(&json!({
            "seq": d.vault.head_seq, "hash": d.vault.head_hash, "vault": d.vault.id, "genesis": d.vault.genesis
        })),
    }];
    if d.profile == Profile::Auditor {
        all.push(Attachment {
            name: "systems.json".into(),
            description: t!("told.attach_systems"),
            media: "application/json".into(),
            relationship: "Source",
            bytes: bytes(&systems(d)),
        });
        all.push(Attachment {
            name: "answers.csv".into(),
            description: t!("told.attach_answers"),
            media: "text/csv".into(),
            relationship: "Data",
            bytes: answers(d).into_bytes(),
        });
        all.push(Attachment {
            name: "risks.csv".into(),
            description: t!("told.attach_risks"),
            media: "text/csv".into(),
            relationship: "Data",
            bytes: risks(d).into_bytes(),
        });
    }
    all
}

fn bytes(value: &Value) -> Vec<u8> {
    // A value made of texts and numbers can always be written.
    serde_json::to_vec_pretty(value).unwrap_or_default()
}

fn systems(d: &Dossier) -> Value {
    let one = |s: &super::SystemFile| {
        json!({
            "record": s.head,
            "system": s.system,
            "approval": s.approval,
            "vendors": s.vendors.iter().map(|(h, v)| json!({"record": h, "vendor": v})).collect::<Vec<_>>(),
            "assets": s.assets.iter().map(|(h, v)| json!({"record": h, "asset": v})).collect::<Vec<_>>(),
            "assessments": s.assessments.iter().map(|a| json!({"record": a.head, "assessment": a.assessment, "answers": a.answers})).collect::<Vec<_>>(),
            "risks": s.risks.iter().map(|(h, v)| json!({"record": h, "risk": v})).collect::<Vec<_>>(),
            "reviews": s.reviews.iter().map(|(h, v)| json!({"record": h, "review": v})).collect::<Vec<_>>(),
            "decisions": s.decisions.iter().map(|(h, v)| json!({"record": h, "decision": v})).collect::<Vec<_>>(),
            "source": s.source,
        })
    };
    json!({ "pack": d.pack_id, "created": d.created, "as_of": d.as_of, "systems": d.systems.iter().map(one).collect::<Vec<_>>() })
}

/// One cell: quoted, and inert where a spreadsheet would take it for a formula.
fn cell(text: &str) -> String {
    let risky = text.trim_start().starts_with(['=', '+', '-', '@']) || text.starts_with(['\t', '\r']);
    let mark = if risky { "'" } else { "" };
    format!("\"{mark}{}\"", text.replace('"', "\"\""))
}

fn line(cells: &[&str]) -> String {
    let mut text = cells.iter().map(|c| cell(c)).collect::<Vec<_>>().join(",");
    text.push_str("\r\n");
    text
}

fn answers(d: &Dossier) -> String {
    let mut out = line(&["system", "assessment", "requirement", "result", "progress", "comment", "reason", "evidence", "owner", "due"]);
    for s in &d.systems {
        for file in &s.assessments {
            for (id, a) in &file.answers {
                let due = a.due_on.map(|x| x.to_string()).unwrap_or_default();
                out.push_str(&line(&[
                    &s.head.reference, &file.head.reference, id, a.result.name(), &a.progress, &a.comment, &a.reason, &a.evidence, &a.owner, &due,
                ]));
            }
        }
    }
    out
}

fn risks(d: &Dossier) -> String {
    let mut out = line(&["system", "risk", "title", "category", "status", "owner", "inherent", "residual", "target", "treatment", "plan", "review"]);
    for s in &d.systems {
        for (head, r) in &s.risks {
            let level = |rating: &conclave_domain::noun::risk::Rating| rating.level(&d.charter).map(|l| l.name()).unwrap_or_default();
            let review = r.review_on.map(|x| x.to_string()).unwrap_or_default();
            out.push_str(&line(&[
                &s.head.reference, &head.reference, &r.title, &r.category, &r.status, &r.owner, level(&r.inherent), level(&r.residual), level(&r.target),
                &r.treatment, &r.plan, &review,
            ]));
        }
    }
    out
}
