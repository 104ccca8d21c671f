//! Evidence and signatures, through the calls.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use conclave_domain::{
    answer::{Answer, Result as Outcome},
    call::{
        assess::{OpenAssessment, SaveAnswer},
        backup::{BackUp, RestoreBackup},
        evidence::{AddEvidence, AddedEvidence, ExportEvidence, PreviewEvidence},
        journal::CheckVault,
        member::{InviteMember, SwitchMember},
        record::{EmptyTrash, GetRecord, SaveRecord, TrashRecord},
        session::{ChangePassphrase, OpenVault},
        sign::{ReviewAnswers, SignPack},
    },
    fault::FaultKind,
    noun::{Assessment, Body, Evidence, Risk, evidence::AnswerRef},
    secret::Secret,
};
use serde_json::{Value, json};
use std::path::Path;
use support::{Place, WORDS, place};
use uuid::Uuid;

impl Place {
    async fn add(&self, path: &str, body: Value) -> AddedEvidence {
        let Value::Object(body) = body else { panic!("an object") };
        let call = AddEvidence { id: None, revision: 0, path: path.into(), body };
        self.app.send(call).await.unwrap()
    }

    async fn evidence(&self, reference: &str) -> (Uuid, i64, Evidence) {
        let detail = self.app.send(GetRecord { reference: reference.into() }).await.unwrap();
        let Body::Evidence(evidence) = detail.body else { panic!("evidence") };
        (detail.head.id, detail.head.revision, evidence)
    }

    async fn faults(&self) -> Vec<String> {
        self.app.send(CheckVault {}).await.unwrap().faults
    }

    async fn assessment(&self) -> Uuid {
        let subject = Some(self.system("Chatbot").await.head.id);
        let body = Assessment { title: "First".into(), subject, ..Assessment::default() };
        self.save(Body::Assessment(body)).await.unwrap().head.id
    }
}

fn chunks(folder: &Path) -> usize {
    std::fs::read_dir(folder.join("evidence")).map_or(0, Iterator::count)
}

#[tokio::test]
async fn a_file_comes_in_is_shown_gets_versions_and_goes_out_unchanged() {
    let place = place(false).await;
    let first = place.file("report.txt", "Accuracy is 0.93.\n");
    let added = place.add(&first, json!({"evidence_type": "test_report", "dated_on": "2026-01-31"})).await;
    assert_eq!((added.saved.head.title.as_str(), added.same_as.len()), ("report.txt", 0));
    let reference = added.saved.head.reference.clone();
    let shown = place.app.send(PreviewEvidence { reference: reference.clone(), version: 0 }).await.unwrap();
    assert_eq!((shown.kind.as_str(), shown.text.as_str()), ("text", "Accuracy is 0.93.\n"));
    let second = place.file("report.txt", "Accuracy is 0.91.\n");
    let (id, revision, _) = place.evidence(&reference).await;
    let newer = AddEvidence { id: Some(id), revision, path: second.clone(), body: Default::default() };
    place.app.send(newer.clone()).await.unwrap();
    assert!(matches!(place.app.send(newer).await.unwrap_err().kind, FaultKind::Conflict { .. }));
    let (_, revision, evidence) = place.evidence(&reference).await;
    assert_eq!(evidence.versions.len(), 2);
    assert_eq!(evidence.versions[0].uploaded_by, "Ada Osei");
    // A form cannot change what was uploaded.
    let forged = Evidence { versions: Vec::new(), ..evidence.clone() };
    place.app.send(SaveRecord { id: Some(id), revision, body: Body::Evidence(forged) }).await.unwrap();
    assert_eq!(place.evidence(&reference).await.2.versions, evidence.versions);
    for (version, text) in [(1, "Accuracy is 0.93.\n"), (2, "Accuracy is 0.91.\n"), (0, "Accuracy is 0.91.\n")] {
        let out = place.dir.path().join(format!("copy-{version}.txt"));
        let call =
            ExportEvidence { reference: reference.clone(), version, out: out.display().to_string(), overwrite: false };
        place.app.send(call.clone()).await.unwrap();
        assert_eq!(std::fs::read_to_string(&out).unwrap(), text);
        assert_eq!(place.app.send(call).await.unwrap_err().kind, FaultKind::Exists);
    }
    assert_eq!(place.faults().await, Vec::<String>::new());
    assert_eq!(chunks(&place.folder), 2, "the refused upload left nothing");
}

#[tokio::test]
async fn the_same_content_is_recognised_and_kept_once() {
    let place = place(false).await;
    let (a, b) = (place.file("a.pdf", "%PDF same"), place.file("b.pdf", "%PDF same"));
    let first = place.add(&a, json!({})).await;
    let second = place.add(&b, json!({})).await;
    assert_eq!(second.same_as.iter().map(|h| h.id).collect::<Vec<_>>(), [first.saved.head.id]);
    assert_eq!(chunks(&place.folder), 1);
    // Gone with the last record that has it, not before.
    for (added, left) in [(first, 1), (second, 0)] {
        place.app.send(TrashRecord { ids: vec![added.saved.head.id] }).await.unwrap();
        place.app.send(EmptyTrash {}).await.unwrap();
        place.reopen().await.unwrap();
        assert_eq!(chunks(&place.folder), left);
        assert_eq!(place.faults().await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn met_needs_evidence_in_force_attached_or_named() {
    let place = place(false).await;
    let assessment = place.assessment().await;
    let framework = conclave_domain::content::framework("ncsc-cisa-2023").unwrap();
    let asking = framework.requirements.iter().find(|r| r.asks_evidence).expect("one that asks").id.clone();
    let answer = Answer { requirement: asking.clone(), result: Outcome::Met, attached: 9, ..Answer::default() };
    let saved = place.app.send(SaveAnswer { assessment, answer }).await.unwrap();
    assert!(saved.gap.is_some(), "what is attached is not the caller's to say");
    let answers = vec![AnswerRef { assessment, requirement: asking.clone() }];
    let path = place.file("proof.txt", "It was tested.");
    let added = place.add(&path, json!({"answers": answers, "expires_on": "2999-01-01"})).await;
    let view = place.app.send(OpenAssessment { reference: assessment.to_string() }).await.unwrap();
    assert_eq!((view.gaps.len(), view.evidence[&asking].len(), view.evidence[&asking][0].expired), (0, 1, false));
    let (id, revision, evidence) = place.evidence(&added.saved.head.reference).await;
    let expired = Evidence { expires_on: "2020-01-01".parse().ok(), dated_on: None, ..evidence };
    place.app.send(SaveRecord { id: Some(id), revision, body: Body::Evidence(expired.clone()) }).await.unwrap();
    let view = place.app.send(OpenAssessment { reference: assessment.to_string() }).await.unwrap();
    assert_eq!((view.gaps.len(), view.evidence[&asking][0].expired), (1, true), "expired evidence bears nothing out");
    let home = place.app.send(conclave_domain::call::record::GetHome {}).await.unwrap();
    assert!(home.attention.iter().any(|a| a.sort == "evidence_due" && a.overdue), "the home page says so");
    let nowhere = Evidence { answers: vec![AnswerRef { assessment, requirement: "9.9.z".into() }], ..expired };
    let refused = place.app.send(SaveRecord { id: Some(id), revision: 2, body: Body::Evidence(nowhere) }).await;
    assert!(refused.unwrap_err().about("answers").is_some());
}

#[tokio::test]
async fn bad_files_are_refused_in_a_sentence_and_leave_nothing() {
    let place = place(false).await;
    let send = |path: String| place.app.send(AddEvidence { id: None, revision: 0, path, body: Default::default() });
    assert_eq!(send("/nowhere".into()).await.unwrap_err().kind, FaultKind::Unreachable);
    assert_eq!(send(place.dir.path().display().to_string()).await.unwrap_err().kind, FaultKind::Unreachable);
    assert_eq!(send("/dev/zero".into()).await.unwrap_err().kind, FaultKind::Unreachable);
    let huge = place.file("huge.bin", "");
    std::fs::File::options().write(true).open(&huge).unwrap().set_len(200_000_001).unwrap();
    assert!(send(huge).await.unwrap_err().about("path").unwrap().contains("200"));
    assert_eq!(chunks(&place.folder), 0);
    let empty = send(place.file("empty.txt", "")).await.unwrap();
    let shown = place.app.send(PreviewEvidence { reference: empty.saved.head.reference, version: 0 }).await.unwrap();
    assert_eq!((shown.kind.as_str(), shown.text.as_str()), ("text", ""));
    assert_eq!(place.faults().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_damaged_or_missing_evidence_file_is_named_by_the_check() {
    let place = place(false).await;
    let path = place.file("report.bin", vec![7_u8; 5_000_000]);
    let added = place.add(&path, json!({})).await;
    let chunk = std::fs::read_dir(place.folder.join("evidence")).unwrap().next().unwrap().unwrap().path();
    let whole = std::fs::read(&chunk).unwrap();
    for at in [0, 30, whole.len() / 2, whole.len() - 1] {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        std::fs::write(&chunk, &bytes).unwrap();
        let faults = place.faults().await;
        assert!(faults.len() == 1 && faults[0].contains(&added.saved.head.reference), "{faults:?}");
    }
    std::fs::remove_file(&chunk).unwrap();
    assert_eq!(place.faults().await.len(), 1);
    let out = place.dir.path().join("copy.bin");
    let call =
        ExportEvidence { reference: "EVD-0001".into(), version: 0, out: out.display().to_string(), overwrite: false };
    assert_eq!(place.app.send(call).await.unwrap_err().kind, FaultKind::Damaged);
    assert!(!out.exists(), "no half copy");
}

#[tokio::test]
async fn a_backup_takes_the_evidence_along_and_so_does_one_beside_the_vault() {
    let place = place(false).await;
    let path = place.file("report.bin", vec![7_u8; 9_000_000]);
    place.add(&path, json!({})).await;
    let out = place.dir.path().join("b.conclave-backup").display().to_string();
    place.app.send(BackUp { out: out.clone(), overwrite: false }).await.unwrap();
    let kept = place.app.send(conclave_domain::call::backup::KeepBackups {}).await.unwrap().expect("due");
    assert!(kept.size < 9_000_000, "evidence never changes, so it is not copied every day");
    place.app.lock().await;
    for (n, from) in [out, kept.path].into_iter().enumerate() {
        let to = place.dir.path().join(format!("restored-{n}.conclave")).display().to_string();
        place.app.send(RestoreBackup { path: from, to: to.clone() }).await.unwrap();
        let opened = OpenVault { path: to, member: String::new(), passphrase: Secret::new(WORDS) };
        place.app.send(opened).await.unwrap();
        assert_eq!(place.faults().await, Vec::<String>::new());
        assert_eq!(place.evidence("EVD-0001").await.2.versions[0].size, 9_000_000);
    }
}

async fn second_member(place: &Place) {
    let passphrase = || Secret::new("amber bridges hum at seven tides");
    let invite = InviteMember { name: "Ben Abara".into(), role: "reviewer".into(), passphrase: passphrase() };
    place.app.send(invite).await.unwrap();
    place.app.send(SwitchMember { member: "Ben Abara".into(), passphrase: passphrase() }).await.unwrap();
    let early = place.app.send(GetRecord { reference: "AIS-0001".into() }).await.unwrap_err();
    assert_eq!(early.kind, FaultKind::NotAllowed, "an own passphrase first");
    let own = ChangePassphrase { old: passphrase(), new: Secret::new("quiet granite owls measure noon") };
    place.app.send(own).await.unwrap();
}

#[tokio::test]
async fn a_review_is_signed_over_the_answer_and_ends_when_it_changes() {
    let place = place(false).await;
    let assessment = place.assessment().await;
    let answer = Answer { requirement: "1.1.a".into(), result: Outcome::Partly, ..Answer::default() };
    let saved = place.app.send(SaveAnswer { assessment, answer }).await.unwrap().answer;
    let review = |id: &str| ReviewAnswers { assessment, requirements: vec![id.into()] };
    second_member(&place).await;
    place.act_as_founder().await;
    assert!(place.app.send(review("1.1.a")).await.unwrap_err().about("requirements").is_some(), "nobody their own");
    let words = Secret::new("quiet granite owls measure noon");
    place.app.send(SwitchMember { member: "Ben Abara".into(), passphrase: words }).await.unwrap();
    assert!(place.app.send(review("1.1.b")).await.unwrap_err().about("requirements").is_some(), "nothing to review");
    place.app.send(review("1.1.a")).await.unwrap();
    let view = place.app.send(OpenAssessment { reference: assessment.to_string() }).await.unwrap();
    let line = &view.reviewed["1.1.a"];
    assert_eq!((line.member.as_str(), line.right, line.current), ("Ben Abara", true, true));
    assert_eq!(place.faults().await, Vec::<String>::new());
    let changed = Answer { comment: "More.".into(), ..saved };
    place.app.send(SaveAnswer { assessment, answer: changed }).await.unwrap();
    let view = place.app.send(OpenAssessment { reference: assessment.to_string() }).await.unwrap();
    assert!(view.reviewed.is_empty(), "a changed answer is not the reviewed one");
    assert_eq!(place.faults().await, Vec::<String>::new());
}

#[tokio::test]
async fn acceptances_decisions_and_packs_carry_their_signatures() {
    let place = place(true).await;
    let decision = place.app.send(GetRecord { reference: "DEC-0001".into() }).await.unwrap();
    assert_eq!(decision.signatures.len(), 1);
    assert!(decision.signatures[0].right && decision.signatures[0].current);
    let subject = Some(place.system("Scorer").await.head.id);
    let risk = Risk { title: "Drift".into(), subject, ..Risk::default() };
    let saved = place.save(Body::Risk(risk.clone())).await.unwrap();
    let reference = saved.head.reference.clone();
    let none = place.app.send(GetRecord { reference: reference.clone() }).await.unwrap();
    assert_eq!(none.signatures.len(), 0, "an open risk is nobody's acceptance");
    let accepted = Risk {
        status: "accepted".into(),
        accepted_by: "Ada Osei".into(),
        acceptance_until: "2999-01-01".parse().ok(),
        ..risk
    };
    let call = SaveRecord { id: Some(saved.head.id), revision: 1, body: Body::Risk(accepted.clone()) };
    place.app.send(call).await.unwrap();
    let detail = place.app.send(GetRecord { reference: reference.clone() }).await.unwrap();
    assert_eq!((detail.signatures.len(), detail.signatures[0].purpose.as_str()), (1, "acceptance"));
    let reopened = Risk { status: "open".into(), ..accepted };
    let call = SaveRecord { id: Some(saved.head.id), revision: 2, body: Body::Risk(reopened) };
    place.app.send(call).await.unwrap();
    let detail = place.app.send(GetRecord { reference }).await.unwrap();
    assert!(!detail.signatures[0].current, "it was over an earlier revision");
    assert_eq!(place.faults().await, Vec::<String>::new());
    let nowhere = place.app.send(SignPack { id: saved.head.id }).await.unwrap_err();
    assert_eq!(nowhere.kind, FaultKind::BadRequest);
}
