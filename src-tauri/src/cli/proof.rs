//! The verbs about evidence and signatures.

use super::{
    ask::Who,
    commands::{open, work},
    print,
};
use clap::Subcommand;
use conclave_app::App;
use conclave_domain::{
    call::{
        evidence::{AddEvidence, ExportEvidence},
        record::{Detail, GetRecord},
        sign::SignPack,
    },
    fault::Fault,
    noun::{Body, evidence::AnswerRef},
    t,
};
use serde_json::{Map, Value};

/// What to do with evidence.
#[derive(Subcommand)]
pub enum EvidenceAct {
    /// Bring a file in, as new evidence or as the newest version of evidence that is there.
    Add {
        /// The file.
        file: String,
        /// The evidence of which it is a newer version.
        #[arg(long, value_name = "REF", conflicts_with_all = ["title", "sort", "dated", "expires", "answers"])]
        version_of: Option<String>,
        /// Its title; the file's name otherwise.
        #[arg(long, default_value = "", hide_default_value = true)]
        title: String,
        /// policy, procedure, test_report, audit_report, model_card, data_sheet, contract, certificate, …
        #[arg(long = "type", default_value = "", hide_default_value = true)]
        sort: String,
        /// The date of the evidence, not of the upload: 2026-01-31.
        #[arg(long, default_value = "", hide_default_value = true, value_name = "DATE")]
        dated: String,
        /// When it expires.
        #[arg(long, default_value = "", hide_default_value = true, value_name = "DATE")]
        expires: String,
        /// An answer that rests on it: ASM-0001:1.1.a; may be given several times.
        #[arg(long = "answer", value_name = "ANSWER")]
        answers: Vec<String>,
    },
    /// Write a copy of its file.
    Save {
        /// The evidence's reference, such as EVD-0001.
        reference: String,
        /// The file to write, or a folder.
        out: String,
        /// Which version, from 1; the newest otherwise.
        #[arg(long, default_value_t = 0, hide_default_value = true)]
        version: u32,
        /// Write over an existing file.
        #[arg(long)]
        overwrite: bool,
    },
}

pub async fn evidence(app: &App, who: &Who, vault: String, act: EvidenceAct) -> Result<bool, Fault> {
    open(app, who, vault).await?;
    match act {
        EvidenceAct::Add { file, version_of, title, sort, dated, expires, answers } => {
            let (id, revision) = match version_of {
                Some(reference) => {
                    let head = found(app, reference).await?.head;
                    (Some(head.id), head.revision)
                }
                None => (None, 0),
            };
            let mut attached = Vec::new();
            for text in answers {
                attached.push(answer(app, &text).await?);
            }
            let texts = [("title", title), ("evidence_type", sort), ("dated_on", dated), ("expires_on", expires)];
            let mut body: Map<String, Value> =
                texts.into_iter().map(|(key, text)| (key.to_owned(), Value::String(text))).collect();
            body.insert("answers".into(), serde_json::to_value(attached).unwrap_or_default());
            let added = work(app, AddEvidence { id, revision, path: file, body }).await?;
            let Detail { head, body, .. } = found(app, added.saved.head.reference).await?;
            if let Body::Evidence(evidence) = body
                && let Some(newest) = evidence.newest()
            {
                let (size, sha256) = (newest.size, &newest.sha256);
                let line = t!(
                    "cli.evidence_added",
                    reference = head.reference,
                    title = head.title,
                    size = size,
                    sha256 = sha256
                );
                print::line(&print::inert(&line));
            }
            for same in added.same_as {
                let line = t!("cli.evidence_same", reference = same.reference, title = same.title);
                eprintln!("conclave: {}", print::inert(&line));
            }
        }
        EvidenceAct::Save { reference, out, version, overwrite } => {
            let path = work(app, ExportEvidence { reference, version, out, overwrite }).await?;
            print::line(&t!("cli.evidence_saved", path = path));
        }
    }
    Ok(true)
}

async fn found(app: &App, reference: String) -> Result<Detail, Fault> {
    app.send(GetRecord { reference }).await
}

/// "ASM-0001:1.1.a".
async fn answer(app: &App, text: &str) -> Result<AnswerRef, Fault> {
    let (reference, requirement) =
        text.split_once(':').ok_or_else(|| Fault::bad_request(t!("cli.answer_form", text = text)))?;
    let assessment = found(app, reference.to_owned()).await?.head.id;
    Ok(AnswerRef { assessment, requirement: requirement.trim().to_owned() })
}

pub async fn sign(app: &App, who: &Who, vault: String, reference: String) -> Result<bool, Fault> {
    open(app, who, vault).await?;
    let head = found(app, reference).await?.head;
    app.send(SignPack { id: head.id }).await?;
    let signed = found(app, head.reference.clone()).await?.signatures;
    let member = signed.into_iter().next().map(|s| s.member).unwrap_or_default();
    print::line(&t!("cli.signed", reference = head.reference, member = member));
    Ok(true)
}
