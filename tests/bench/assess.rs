//! Assessments in a vault with a million answers: opening one, the portfolio's coverage, the same for many, carrying over.

use crate::{Table, big::WORDS, ms, p95};
use chrono::Utc;
use conclave_app::{App, Headless};
use conclave_domain::{
    answer::Result as Outcome,
    call::{
        assess::{AnswerPatch, ListProposals, OpenAssessment, SetAnswers},
        framework::SaveFramework,
        over_time::NextAssessment,
        record::{ListRecords, SaveRecord, UndoChange},
        session::{LockVault, OpenVault},
    },
    content,
    framework::{About, Framework, Group, Requirement},
    kind::Kind,
    noun::{Assessment, Body},
    secret::Secret,
    time::Now,
};
use conclave_vault::{Vault, passphrase::Passphrase};
use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};
use uuid::Uuid;

const ROUNDS: usize = 9;
/// As large as the largest checklist that people answer.
const REQUIREMENTS: usize = 300;

pub async fn measure(table: &mut Table, folder: &Path) {
    coverage(table, folder).await;
    let app = App::new(Arc::new(Headless));
    let path = folder.display().to_string();
    app.send(OpenVault { path, member: String::new(), passphrase: Secret::new(WORDS) }).await.unwrap();
    let (framework, ids) = large();
    app.send(SaveFramework { framework, replace: true }).await.unwrap();
    let ask = ListRecords { kind: Kind::System, limit: 1, ..ListRecords::default() };
    let subject = app.send(ask).await.unwrap().rows[0].head.id;
    let id = assessment(&app, subject, "bench").await;
    let set = AnswerPatch {
        result: Some(Outcome::Partly),
        comment: Some("Seen in the audit of March; two of five parts are still open.".into()),
        owner: Some("Owner 7".into()),
        ..AnswerPatch::default()
    };
    let call = SetAnswers { assessment: id, requirements: ids.clone(), set };
    let entry = once(table, "answer 300 requirements at once", "≤ 200 ms", app.send(call.clone())).await.entry;
    once(table, "take that back", "≤ 300 ms", app.send(UndoChange { entry })).await;
    app.send(call).await.unwrap();
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let view = app.send(OpenAssessment { reference: id.to_string() }).await.unwrap();
        times.push(start.elapsed());
        assert_eq!(view.answers.len(), REQUIREMENTS);
    }
    let time = p95(&mut times);
    let what = "open an assessment of 300 requirements among 1,000,000 answers";
    table.add(what, "≤ 50 ms", ms(time), time <= Duration::from_millis(50));
    let next = NextAssessment { assessment: id, title: "Next".into(), as_of: None, edition: String::new() };
    let report = once(table, "carry 300 answers over, with a baseline", "≤ 200 ms", app.send(next)).await;
    assert_eq!(report.carried, REQUIREMENTS);
    let nist = assessment(&app, subject, "nist-ai-rmf-1.0").await;
    once(table, "propose answers from the guidelines", "≤ 50 ms", app.send(ListProposals { assessment: nist })).await;
    app.send(LockVault {}).await.unwrap();
}

/// Measures one call against its bound, "≤ N ms".
async fn once<T>(
    table: &mut Table,
    what: &'static str,
    bound: &'static str,
    call: impl Future<Output = Result<T, conclave_domain::fault::Fault>>,
) -> T {
    let start = Instant::now();
    let reply = call.await.unwrap();
    let time = start.elapsed();
    let most: u64 = bound.split(' ').nth(1).unwrap().parse().unwrap();
    table.add(what, bound, ms(time), time <= Duration::from_millis(most));
    reply
}

async fn coverage(table: &mut Table, folder: &Path) {
    let mut vault = Vault::open(folder, "", &Passphrase::new(WORDS), &Now::utc(Utc::now())).await.unwrap();
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let found = vault.read().await.unwrap().portfolio_coverage(content::LEAD).await.unwrap();
        times.push(start.elapsed());
        assert_eq!(found.len(), 4);
    }
    vault.close().await;
    let time = p95(&mut times);
    table.add("coverage of the portfolio, 10,000 systems", "≤ 200 ms", ms(time), time <= Duration::from_millis(200));
}

fn large() -> (Framework, Vec<String>) {
    let ids: Vec<String> = (0..REQUIREMENTS).map(|n| format!("{}.{}", n / 20 + 1, n % 20 + 1)).collect();
    let about = About { id: "bench".into(), title: "Bench".into(), edition: "1".into(), ..About::default() };
    let group = |n: usize| Group { id: n.to_string(), title: format!("Group {n}"), ..Group::default() };
    let requirement = |id: &String| Requirement {
        id: id.clone(),
        group: id.split('.').next().unwrap().to_owned(),
        title: format!("Requirement {id}"),
        question: "Is what this requirement asks for in place, in use and shown by something dated?".into(),
        guidance: "Look for a named owner, a date within the last year and a record of use.".into(),
        ..Requirement::default()
    };
    let requirements = ids.iter().map(requirement).collect();
    let groups = (1..=REQUIREMENTS / 20).map(group).collect();
    (Framework { framework: about, groups, requirements }, ids)
}

async fn assessment(app: &App, subject: Uuid, framework: &str) -> Uuid {
    let body = Assessment {
        title: format!("{framework} of one system"),
        subject: Some(subject),
        framework: framework.into(),
        ..Assessment::default()
    };
    let saved = app.send(SaveRecord { id: None, revision: 0, body: Body::Assessment(body) }).await.unwrap();
    saved.head.id
}
