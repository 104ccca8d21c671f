//! The files inside the PDF: what the pages say, for programs.

use super::{
    AssessmentFile, Profile, SystemFile,
    book::{Book, coverage, result_of},
    findings,
    risks::{is_open, matrix},
};
use crate::tree::Attachment;
use conclave_domain::{
    answer::{Answer, Result},
    call::{
        assess::{Applicability, ApplicabilityLine},
        over_time::BaselineLine,
    },
    noun::{Decision, risk::Rating},
    t,
};
use serde_json::{Value, json};

/// The version of the format of `systems.json`.
const FORMAT: u32 = 1;

pub(super) fn attachments(book: &Book<'_>) -> Vec<Attachment> {
    let mut files = vec![
        json_file("head.json", t!("dossier.manifest.head"), &head(book)),
        json_file("systems.json", t!("dossier.manifest.systems"), &systems(book)),
        json_file("frameworks.json", t!("dossier.manifest.frameworks"), &frameworks(book)),
    ];
    if !book.is_public() {
        files.push(csv_file("answers.csv", t!("dossier.manifest.answers"), &answers(book)));
        files.push(csv_file("risks.csv", t!("dossier.manifest.risks"), &risks(book)));
    }
    files
}

fn json_file(name: &str, description: String, value: &Value) -> Attachment {
    // A tree of JSON values always has a text.
    let bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    Attachment { name: name.into(), description, media: "application/json".into(), relationship: "Data", bytes }
}

fn head(book: &Book<'_>) -> Value {
    let vault = &book.dossier.vault;
    json!({ "seq": vault.head_seq, "hash": vault.head_hash, "vault": vault.id, "genesis": vault.genesis })
}

fn systems(book: &Book<'_>) -> Value {
    let d = book.dossier;
    let one = |file: &SystemFile| match d.profile {
        Profile::Public => public_system(book, file),
        Profile::Board | Profile::Auditor => full_system(book, file),
    };
    json!({
        "format": FORMAT,
        "pack": d.pack_id,
        "profile": d.profile.name(),
        "created": d.created,
        "as_of": d.as_of.unwrap_or(d.created),
        "charter": d.charter,
        "systems": d.systems.iter().map(one).collect::<Vec<_>>(),
    })
}

/// The records as they are; the board's edition has its open answers only and no source rows.
fn full_system(book: &Book<'_>, file: &SystemFile) -> Value {
    let with_head = |head: &conclave_domain::call::record::Head, body: Value| json!({ "head": head, "body": body });
    macro_rules! records {
        ($list:expr) => {
            $list.iter().map(|(head, body)| with_head(head, json!(body))).collect::<Vec<_>>()
        };
    }
    let assessments = file.assessments.iter().map(|a| {
        let kept = a.answers.iter().filter(|(id, answer)| kept(book, a, id, answer));
        let answers = kept.collect::<std::collections::BTreeMap<_, _>>();
        json!({
            "head": a.head, "body": a.assessment, "coverage": counts(book, a), "answers": answers, "gaps": a.gaps,
            "statement": a.statement, "baselines": a.baselines,
        })
    });
    let source = if book.is_auditor() { json!(file.source) } else { json!([]) };
    json!({
        "head": file.head,
        "body": file.system,
        "approval": file.approval,
        "gaps": file.gaps,
        "vendors": records!(file.vendors),
        "assets": records!(file.assets),
        "assessments": assessments.collect::<Vec<_>>(),
        "risks": records!(file.risks),
        "reviews": records!(file.reviews),
        "decisions": records!(file.decisions),
        "findings": records!(file.findings),
        "gates": file.gates,
        "source": source,
    })
}

/// What the public pages say, and no more.
fn public_system(book: &Book<'_>, file: &SystemFile) -> Value {
    let decision = |d: &Decision| {
        json!({
            "outcome": d.outcome, "version": d.version, "decided_on": d.decided_on, "valid_until": d.valid_until,
            "route": d.route, "derogation": d.derogation, "conditions": d.conditions.len(),
            "open_conditions": d.conditions.iter().filter(|c| c.is_open()).count(),
        })
    };
    let assessments = file.assessments.iter().map(|a| {
        let told = &a.assessment;
        json!({
            "reference": a.head.reference, "title": told.title, "framework": told.framework, "edition": told.edition,
            "as_of": told.as_of, "coverage": counts(book, a), "statement": a.statement.as_ref().map(public_statement),
            "baselines": a.baselines.iter().map(public_baseline).collect::<Vec<_>>(),
        })
    });
    let open = file.risks.iter().filter(|(_, r)| is_open(r)).count();
    let risks = matrix(file.risks.iter().map(|(_, r)| r), book.charter());
    let found = findings::counts(book, file.findings.iter().map(|(_, f)| f));
    json!({
        "reference": file.head.reference,
        "title": file.head.title,
        "system": file.system,
        "approval": file.approval,
        "assessments": assessments.collect::<Vec<_>>(),
        "decisions": file.decisions.iter().map(|(h, d)| json!({ "reference": h.reference, "decision": decision(d) })).collect::<Vec<_>>(),
        "gates": file.gates,
        "findings": { "total": found.total, "open": found.open, "open_major": found.major, "overdue": found.overdue },
        "risks": { "open": open, "above_tolerance": risks.above_tolerance, "not_rated": risks.unrated },
    })
}

fn public_statement(statement: &Applicability) -> Value {
    let line = |l: &ApplicabilityLine| json!({ "requirement": l.requirement, "applies": l.applies });
    json!({
        "applicable": statement.applicable, "excluded": statement.excluded,
        "without_reason": statement.without_reason, "lines": statement.lines.iter().map(line).collect::<Vec<_>>(),
    })
}

fn public_baseline(line: &BaselineLine) -> Value {
    json!({
        "title": line.title, "at": line.at, "answers": line.answers, "coverage": line.coverage,
        "sha256": line.sha256, "sound": line.sound,
    })
}

fn counts(book: &Book<'_>, file: &AssessmentFile) -> Value {
    book.framework(&file.assessment).map_or(Value::Null, |f| json!(coverage(&file.answers, f.asked(&file.answers))))
}

/// Whether an answer belongs into this profile's files.
fn kept(book: &Book<'_>, file: &AssessmentFile, id: &str, answer: &Answer) -> bool {
    book.is_auditor() || file.gaps.contains_key(id) || !matches!(answer.result, Result::Met | Result::NotApplicable)
}

/// The catalogues by id, with the requirements' ids.
fn frameworks(book: &Book<'_>) -> Value {
    let one = |f: &conclave_domain::framework::Framework| {
        let ids = f.requirements.iter().map(|r| json!({ "id": r.id, "group": r.group, "title": r.title }));
        json!({ "framework": f.framework, "requirements": ids.collect::<Vec<_>>() })
    };
    Value::Array(book.dossier.frameworks.iter().map(one).collect())
}

fn answers(book: &Book<'_>) -> Vec<Vec<String>> {
    let titles = [
        "system",
        "assessment",
        "framework",
        "requirement",
        "question",
        "result",
        "progress",
        "maturity",
        "target",
        "reason",
        "comment",
        "evidence",
        "owner",
        "due_on",
        "updated_at",
        "updated_by",
        "lacks",
        "edition",
        "asked",
        "value",
        "observation",
        "inclusion",
        "origin",
    ];
    let mut rows = vec![titles.map(str::to_owned).to_vec()];
    for file in &book.dossier.systems {
        for assessed in &file.assessments {
            let framework = book.framework(&assessed.assessment);
            let known = framework.map(|f| &*f.requirements).unwrap_or_default();
            for requirement in known {
                let blank = Answer { requirement: requirement.id.clone(), ..Answer::default() };
                let answer = assessed.answers.get(&requirement.id).unwrap_or(&blank);
                debug_assert_eq!(answer.result, result_of(&assessed.answers, requirement));
                let asked = framework.is_none_or(|f| f.is_asked(requirement, &assessed.answers));
                // What is not asked any more is kept as long as somebody answered it.
                let there = asked || assessed.answers.contains_key(&requirement.id);
                if there && kept(book, assessed, &requirement.id, answer) {
                    let asked = if asked { "yes" } else { "no" };
                    rows.push(answer_row(file, assessed, (&requirement.id, &requirement.question, asked), answer));
                }
            }
            let strays = assessed.answers.iter().filter(|(id, _)| !known.iter().any(|r| r.id == **id));
            for (id, answer) in strays.filter(|(id, a)| kept(book, assessed, id, a)) {
                rows.push(answer_row(file, assessed, (id, "", ""), answer));
            }
        }
    }
    rows
}

fn answer_row(
    file: &SystemFile,
    assessed: &AssessmentFile,
    (id, question, asked): (&str, &str, &str),
    a: &Answer,
) -> Vec<String> {
    let rated = |n: Option<u8>| n.map(|n| n.to_string()).unwrap_or_default();
    let origins = a.origin.iter().flat_map(|o| &o.from);
    let origins = origins.map(|p| format!("{} {} {} {}", p.framework, p.place, p.reference, p.strength));
    vec![
        file.head.reference.clone(),
        assessed.head.reference.clone(),
        assessed.assessment.framework.clone(),
        id.to_owned(),
        question.to_owned(),
        a.result.name().to_owned(),
        a.progress.clone(),
        rated(a.maturity),
        rated(a.target),
        a.reason.clone(),
        a.comment.clone(),
        a.evidence.clone(),
        a.owner.clone(),
        a.due_on.map(|d| d.to_string()).unwrap_or_default(),
        a.updated_at.map(|t| t.to_rfc3339()).unwrap_or_default(),
        a.updated_by.clone(),
        assessed.gaps.get(id).map(|g| g.sentence.clone()).unwrap_or_default(),
        assessed.assessment.edition.clone(),
        asked.to_owned(),
        a.value.clone(),
        a.observation.clone(),
        a.inclusion.clone(),
        origins.collect::<Vec<_>>().join("; "),
    ]
}

fn risks(book: &Book<'_>) -> Vec<Vec<String>> {
    let titles = [
        "system",
        "reference",
        "title",
        "category",
        "status",
        "owner",
        "cause",
        "event",
        "consequence",
        "threats",
        "guidelines",
        "inherent_likelihood",
        "inherent_impact",
        "inherent_level",
        "inherent_rationale",
        "controls",
        "residual_likelihood",
        "residual_impact",
        "residual_level",
        "residual_rationale",
        "treatment",
        "plan",
        "target_likelihood",
        "target_impact",
        "target_level",
        "target_rationale",
        "rating_reason",
        "review_on",
        "accepted_by",
        "acceptance_reason",
        "acceptance_until",
        "notes",
    ];
    let mut rows = vec![titles.map(str::to_owned).to_vec()];
    let charter = book.charter();
    let rating = |r: &Rating| {
        let number = |n: u8| if n == 0 { String::new() } else { n.to_string() };
        let level = r.level(charter).map(|l| l.name().to_owned()).unwrap_or_default();
        [number(r.likelihood), number(r.impact), level, r.rationale.clone()]
    };
    let date = |d: Option<chrono::NaiveDate>| d.map(|d| d.to_string()).unwrap_or_default();
    for file in &book.dossier.systems {
        for (head, r) in &file.risks {
            let mut row = vec![file.head.reference.clone(), head.reference.clone()];
            row.extend(
                [&r.title, &r.category, &r.status, &r.owner, &r.cause, &r.event, &r.consequence].map(String::clone),
            );
            row.extend([r.threats.join("; "), r.guidelines.join("; ")]);
            row.extend(rating(&r.inherent));
            row.push(r.controls.join("; "));
            row.extend(rating(&r.residual));
            row.extend([r.treatment.clone(), r.plan.clone()]);
            row.extend(rating(&r.target));
            row.extend([
                r.rating_reason.clone(),
                date(r.review_on),
                r.accepted_by.clone(),
                r.acceptance_reason.clone(),
            ]);
            row.extend([date(r.acceptance_until), r.notes.clone()]);
            rows.push(row);
        }
    }
    rows
}

/// Comma-separated text in UTF-8 with a byte order mark and CR LF, as spreadsheet programs read it best.
fn csv_file(name: &str, description: String, rows: &[Vec<String>]) -> Attachment {
    let mut text = String::from('\u{feff}');
    for row in rows {
        text.push_str(&row.iter().map(|c| csv_cell(c)).collect::<Vec<_>>().join(","));
        text.push_str("\r\n");
    }
    Attachment {
        name: name.into(),
        description,
        media: "text/csv".into(),
        relationship: "Data",
        bytes: text.into_bytes(),
    }
}

/// A cell in quotes where it needs them; what a spreadsheet program would run as a formula gets an apostrophe in front.
fn csv_cell(text: &str) -> String {
    let formula = text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r']);
    let inert = if formula { format!("'{text}") } else { text.to_owned() };
    if inert.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", inert.replace('"', "\"\"")) } else { inert }
}

#[cfg(test)]
mod tests {
    use super::csv_cell;

    #[test]
    fn a_cell_that_starts_like_a_formula_is_inert_and_quotes_are_doubled() {
        for start in ["=1+1", "+1", "-1", "@x"] {
            assert_eq!(csv_cell(start), format!("'{start}"));
        }
        assert_eq!(csv_cell("=a,\"b\""), "\"'=a,\"\"b\"\"\"");
        assert_eq!(csv_cell("plain"), "plain");
    }
}
