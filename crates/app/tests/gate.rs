//! One way of writing: whatever a change comes by – a form, a file, the trash, a change taken back – the same rules and the
//! permissions of before and after hold, and a refusal leaves nothing but its entry in the journal.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use conclave_domain::{
    answer::Result as Outcome,
    call::{
        assess::{AnswerPatch, SetAnswers},
        exchange::{ImportReport, RunImport},
        journal::{GetCharter, ListJournal, SaveCharter},
        pack::BuildPack,
        record::{
            Detail, EmptyTrash, GetRecord, ListRecords, RestoreRecord, SaveRecord, Saved, TrashRecord, UndoChange,
        },
    },
    charter::Charter,
    content,
    fault::{Fault, FaultKind},
    kind::Kind,
    noun::{
        Assessment, Body, Decision, Review, Risk,
        decision::{Condition, Seat},
        risk::Rating,
    },
    questionnaire::Reply,
    scale::Method,
    t,
};
use support::{Place, day, place};
use uuid::Uuid;

impl Place {
    async fn import(&self, kind: Kind, file: &str, dry_run: bool) -> Result<ImportReport, Fault> {
        let call = RunImport {
            path: self.file("register.csv", file),
            kind,
            read_as: Default::default(),
            mapping: None,
            mapping_path: String::new(),
            save_mapping_to: String::new(),
            dry_run,
        };
        self.app.send(call).await
    }

    async fn get(&self, id: Uuid) -> Detail {
        self.app.send(GetRecord { reference: id.to_string() }).await.unwrap()
    }

    async fn edit(&self, id: Uuid, change: impl FnOnce(&mut Body)) -> Result<Saved, Fault> {
        let detail = self.get(id).await;
        let mut body = detail.body;
        change(&mut body);
        self.app.send(SaveRecord { id: Some(id), revision: detail.head.revision, body }).await
    }

    async fn head(&self) -> u64 {
        self.app.send(ListJournal { limit: 1, ..ListJournal::default() }).await.unwrap().head_seq
    }

    async fn charter(&self, change: impl FnOnce(&mut Charter)) {
        let mut charter = self.app.send(GetCharter {}).await.unwrap();
        change(&mut charter);
        self.app.send(SaveCharter { charter }).await.unwrap();
    }

    /// A chair, a reviewer and a contributor beside the founder.
    async fn board(&self) {
        self.member("Cleo", "chair").await;
        self.member("Rhea", "reviewer").await;
        self.member("Kim", "contributor").await;
    }
}

/// A refused attempt: nothing is changed about the record, and the one new entry says who tried what.
struct Attempt<'a> {
    place: &'a Place,
    who: &'a str,
    about: Uuid,
    before: Detail,
    head: u64,
}

impl<'a> Attempt<'a> {
    async fn of(place: &'a Place, who: &'a str, about: Uuid) -> Self {
        place.act_as(who).await;
        Self { place, who, about, before: place.get(about).await, head: place.head().await }
    }

    async fn refused<T: std::fmt::Debug>(self, call: &str, reply: Result<T, Fault>) {
        let fault = reply.unwrap_err();
        assert_eq!(fault.kind, FaultKind::NotAllowed, "{} {call}: {fault:?}", self.who);
        assert_eq!(self.place.get(self.about).await, self.before, "{} {call}", self.who);
        let page = self.place.app.send(ListJournal { limit: 1, ..ListJournal::default() }).await.unwrap();
        let line = &page.lines[0];
        assert_eq!(page.head_seq, self.head + 1, "{} {call}: one entry", self.who);
        assert_eq!(
            (line.refused, line.call.as_str(), line.actor.as_str(), line.subject_count),
            (true, call, self.who, 0)
        );
    }
}

fn risk(title: &str) -> Risk {
    Risk { title: title.into(), owner: "Olga".into(), ..Risk::default() }
}

fn accept(body: &mut Body) {
    let Body::Risk(risk) = body else { panic!("a risk") };
    (risk.status, risk.accepted_by, risk.acceptance_until) = ("accepted".into(), "Cleo".into(), Some(day(90)));
}

fn reopen(body: &mut Body) {
    let Body::Risk(risk) = body else { panic!("a risk") };
    risk.status = "open".into();
}

// ---------------------------------------------------------------- files

#[tokio::test]
async fn a_file_changes_no_accepted_risk_and_the_dry_run_names_the_line() {
    let place = place(false).await;
    let file = |drift: &str, leak: &str| format!("Title,Owner,Acceptance expiry\nLeak,{leak},\nDrift,{drift}\n");
    place.import(Kind::Risk, &file("Olga,", "Olga"), false).await.unwrap();
    let drift = place.app.send(GetRecord { reference: "RSK-0002".into() }).await.unwrap().head;
    assert_eq!(drift.title, "Drift");
    place.edit(drift.id, accept).await.unwrap();
    place.member("Kim", "contributor").await;
    place.act_as("Kim").await;
    let (before, head) = (place.get(drift.id).await, place.head().await);
    for row in ["Paul,".to_owned(), format!("Olga,{}", day(300))] {
        let file = file(&row, "Petra");
        let dry = place.import(Kind::Risk, &file, true).await.unwrap();
        let told: Vec<_> = dry.problems.iter().filter(|p| p.error).collect();
        let sentence = t!("rule.accepted_by_file", reference = drift.reference);
        assert_eq!(told.iter().map(|p| (p.line, p.sentence.as_str())).collect::<Vec<_>>(), [(3, sentence.as_str())]);
        assert!(dry.blocked);
        let fault = place.import(Kind::Risk, &file, false).await.unwrap_err();
        assert!(fault.kind == FaultKind::Invalid && fault.sentence.contains(&sentence), "{fault:?}");
        assert_eq!((place.get(drift.id).await, place.head().await), (before.clone(), head), "all or nothing");
    }
    // What is not accepted is still brought up to date.
    let leak = place.import(Kind::Risk, "Title,Owner,Acceptance expiry\nLeak,Petra,\n", false).await.unwrap();
    assert_eq!((leak.changed, leak.missing_total), (1, 1));
    place.sound().await;
}

#[tokio::test]
async fn no_risk_arrives_accepted_even_if_the_file_says_by_whom_and_until_when() {
    let place = place(false).await;
    let file = format!("Title,Status,Accepted by,Acceptance until\nDrift,accepted,Cleo,{}\n", day(90));
    let dry = place.import(Kind::Risk, &file, true).await.unwrap();
    let told: Vec<_> = dry.problems.iter().filter(|p| p.error).map(|p| (p.line, p.sentence.clone())).collect();
    assert_eq!(told, [(2, t!("app.accept_by_hand"))]);
    assert!(place.import(Kind::Risk, &file, false).await.unwrap_err().sentence.contains(&t!("app.accept_by_hand")));
    let open = file.replace(",accepted,", ",open,");
    assert_eq!(place.import(Kind::Risk, &open, false).await.unwrap().added, 1, "nothing else is wrong with it");
}

#[tokio::test]
async fn a_file_is_held_to_the_charter_of_the_vault() {
    let place = place(false).await;
    place.import(Kind::Risk, "Title,Owner\nDrift,Olga\n", false).await.unwrap();
    let id = place.app.send(GetRecord { reference: "RSK-0001".into() }).await.unwrap().head.id;
    // Low over low by the table; high over moderate by the product.
    let rated = |likelihood, impact| Rating { likelihood, impact, rationale: String::new() };
    let rate = |body: &mut Body| {
        let Body::Risk(risk) = body else { panic!("a risk") };
        (risk.inherent, risk.residual) = (rated(1, 5), rated(5, 2));
    };
    place.edit(id, rate).await.unwrap();
    place.charter(|c| c.risk_method = Method::Product).await;
    let before = place.get(id).await;
    let dry = place.import(Kind::Risk, "Title,Owner\nDrift,Petra\n", true).await.unwrap();
    assert!(
        dry.blocked && dry.problems.iter().any(|p| p.line == 2 && p.sentence == t!("rule.residual_above_inherent"))
    );
    assert!(place.import(Kind::Risk, "Title,Owner\nDrift,Petra\n", false).await.is_err());
    assert_eq!(place.get(id).await, before);
    place.charter(|c| c.risk_method = Method::Table).await;
    assert_eq!(place.import(Kind::Risk, "Title,Owner\nDrift,Petra\n", false).await.unwrap().changed, 1);
}

#[tokio::test]
async fn a_dry_run_of_a_file_says_what_the_import_then_does_about_a_record_in_the_trash() {
    let place = place(false).await;
    place.import(Kind::Risk, "Title,Owner\nDrift,Olga\nLeak,Olga\n", false).await.unwrap();
    let id = place.app.send(GetRecord { reference: "RSK-0001".into() }).await.unwrap().head.id;
    place.app.send(TrashRecord { ids: vec![id] }).await.unwrap();
    let file = "Title,Owner\nDrift,Petra\nLeak,Petra\n";
    let dry = place.import(Kind::Risk, file, true).await.unwrap();
    match place.import(Kind::Risk, file, false).await {
        Ok(done) => assert_eq!((done.added, done.changed, done.unchanged), (dry.added, dry.changed, dry.unchanged)),
        Err(fault) => assert!(dry.blocked && dry.problems.iter().any(|p| p.error && p.line == 2), "{fault:?}"),
    }
    place.sound().await;
}

// ---------------------------------------------------------------- before and after, by role

#[tokio::test]
async fn an_acceptance_is_lowered_trashed_restored_and_brought_back_only_by_who_may_accept() {
    let place = place(false).await;
    place.board().await;
    let id = place.save(Body::Risk(risk("Drift"))).await.unwrap().head.id;
    place.act_as("Cleo").await;
    place.edit(id, accept).await.unwrap();
    // An administrator beside others may not either.
    for who in ["Kim", "Rhea", "Ada Osei"] {
        let attempt = attempt(&place, who, id).await;
        let reply = place.edit(id, reopen).await;
        attempt.refused("record.save", reply).await;
        let attempt = attempt_again(&place, who, id).await;
        let reply = place.app.send(TrashRecord { ids: vec![id] }).await;
        attempt.refused("record.trash", reply).await;
    }
    place.act_as("Cleo").await;
    place.app.send(TrashRecord { ids: vec![id] }).await.unwrap();
    for who in ["Kim", "Rhea", "Ada Osei"] {
        let attempt = attempt(&place, who, id).await;
        let reply = place.app.send(RestoreRecord { ids: vec![id] }).await;
        attempt.refused("record.restore", reply).await;
    }
    place.act_as("Cleo").await;
    place.app.send(RestoreRecord { ids: vec![id] }).await.unwrap();
    let entry = place.edit(id, reopen).await.unwrap().entry;
    for who in ["Kim", "Rhea", "Ada Osei"] {
        let attempt = attempt(&place, who, id).await;
        let reply = place.app.send(UndoChange { entry }).await;
        attempt.refused("record.undo", reply).await;
    }
    place.act_as("Cleo").await;
    place.app.send(UndoChange { entry }).await.unwrap();
    let shown = place.get(id).await;
    let newest = &shown.signatures[0];
    assert!(newest.current && newest.right && newest.member == "Cleo", "accepted anew, and signed: {newest:?}");
    place.sound().await;
}

/// Somebody who takes over and is about to try something.
async fn attempt<'a>(place: &'a Place, who: &'a str, about: Uuid) -> Attempt<'a> {
    if who == "Ada Osei" {
        place.act_as_founder().await;
        return attempt_again(place, who, about).await;
    }
    Attempt::of(place, who, about).await
}

/// The same without taking over.
async fn attempt_again<'a>(place: &'a Place, who: &'a str, about: Uuid) -> Attempt<'a> {
    Attempt { place, who, about, before: place.get(about).await, head: place.head().await }
}

#[tokio::test]
async fn who_may_not_review_neither_takes_a_conclusion_back_nor_away() {
    let place = place(false).await;
    place.board().await;
    let subject = Some(place.system("Triage").await.head.id);
    let reply = |q: &conclave_domain::questionnaire::Question| Reply {
        choice: q.choices.first().map(|c| c.value.clone()).unwrap_or_default(),
        text: "As described.".into(),
    };
    let review = Review {
        title: "Ethics".into(),
        subject,
        review_type: "ethics".into(),
        conclusion: "It may go on.".into(),
        replies: content::ETHICS.questions.iter().map(|q| (q.id.clone(), reply(q))).collect(),
        ..Review::default()
    };
    let id = place.save(Body::Review(review)).await.unwrap().head.id;
    place.act_as("Rhea").await;
    let conclude = |body: &mut Body| {
        let Body::Review(review) = body else { panic!("a review") };
        review.status = "concluded".into();
    };
    let entry = place.edit(id, conclude).await.unwrap().entry;
    let try_undo = attempt(&place, "Kim", id).await;
    let reply = place.app.send(UndoChange { entry }).await;
    try_undo.refused("record.undo", reply).await;
    let try_trash = attempt(&place, "Kim", id).await;
    let reply = place.app.send(TrashRecord { ids: vec![id] }).await;
    try_trash.refused("record.trash", reply).await;
    place.act_as("Cleo").await;
    place.app.send(UndoChange { entry }).await.unwrap();
    let Body::Review(open) = place.get(id).await.body else { panic!("a review") };
    assert_eq!((open.status.as_str(), open.concluded_by.as_str()), ("", ""), "who may, may");
}

#[tokio::test]
async fn one_record_that_may_not_be_touched_keeps_all_others_where_they_are() {
    let place = place(false).await;
    place.board().await;
    let system = place.system("Triage").await.head.id;
    let draft = Decision { title: "Go-live".into(), subject: Some(system), ..Decision::default() };
    let draft = place.save(Body::Decision(draft)).await.unwrap().head.id;
    let attempt = attempt(&place, "Kim", system).await;
    let reply = place.app.send(TrashRecord { ids: vec![system, draft] }).await;
    attempt.refused("record.trash", reply).await;
    assert_eq!(place.app.send(TrashRecord { ids: vec![system] }).await.unwrap().count, 1, "alone it may go");
}

#[tokio::test]
async fn the_record_of_a_pack_is_not_thrown_away_or_renamed_by_who_may_not_hand_one_over() {
    let place = place(false).await;
    place.board().await;
    place.system("Triage").await;
    let out = place.dir.path().join("pack.pdf").display().to_string();
    let call = BuildPack {
        systems: Vec::new(),
        profile: "board".into(),
        title: "First".into(),
        as_of: None,
        out,
        overwrite: false,
    };
    let id = place.app.send(call).await.unwrap().id;
    let try_trash = attempt(&place, "Kim", id).await;
    let reply = place.app.send(TrashRecord { ids: vec![id] }).await;
    try_trash.refused("record.trash", reply).await;
    let try_save = attempt(&place, "Kim", id).await;
    let rename = |body: &mut Body| {
        let Body::Pack(pack) = body else { panic!("a pack") };
        pack.title = "Second".into();
    };
    let reply = place.edit(id, rename).await;
    try_save.refused("record.save", reply).await;
}

// ---------------------------------------------------------------- the same rules whatever the way

#[tokio::test]
async fn an_assessment_that_is_complete_gets_no_gap_by_a_change_of_many_or_by_one_taken_back() {
    let place = place(false).await;
    let system = place.system("Triage").await.head.id;
    let assessment = place.assess(system, content::LEAD).await;
    let bare = AnswerPatch { result: Some(Outcome::NotApplicable), ..AnswerPatch::default() };
    place.set(assessment, vec!["1.1.a".into()], bare.clone()).await;
    let reasoned = AnswerPatch { reason: Some("No such part.".into()), ..AnswerPatch::default() };
    let entry = place.set(assessment, vec!["1.1.a".into()], reasoned).await;
    let complete = |body: &mut Body| {
        let Body::Assessment(Assessment { status, .. }) = body else { panic!("an assessment") };
        *status = "complete".into();
    };
    place.edit(assessment, complete).await.unwrap();
    let (before, head) = (place.view(assessment).await, place.head().await);
    let many = SetAnswers { assessment, requirements: vec!["1.1.c".into(), "1.1.b".into()], set: bare };
    assert!(place.app.send(many).await.unwrap_err().about("reason").is_some());
    assert!(place.app.send(UndoChange { entry }).await.unwrap_err().about("reason").is_some());
    assert_eq!((place.view(assessment).await, place.head().await), (before, head));
}

/// A decision that was taken, with one condition.
fn taken(subject: Uuid, reviews: Vec<Uuid>) -> Body {
    let seat = |name: &str, lay| Seat { name: name.into(), vote: "for".into(), lay, ..Seat::default() };
    let condition =
        Condition { text: "Log.".into(), owner: "Olga".into(), due_on: Some(day(10)), ..Condition::default() };
    Body::Decision(Decision {
        title: "Go-live".into(),
        subject: Some(subject),
        reviews,
        status: "decided".into(),
        outcome: "approve".into(),
        rationale: "Tested.".into(),
        decided_on: Some(day(0)),
        valid_until: Some(day(90)),
        seats: vec![seat("Mara", false), seat("Nils", true)],
        conditions: vec![condition],
        ..Decision::default()
    })
}

fn meet(body: &mut Body) {
    let Body::Decision(decision) = body else { panic!("a decision") };
    decision.conditions[0].status = "met".into();
}

#[tokio::test]
async fn the_conditions_of_a_decision_can_be_met_under_a_later_and_stricter_charter() {
    let place = place(false).await;
    let system = place.system("Triage").await.head.id;
    let id = place.save(taken(system, Vec::new())).await.unwrap().head.id;
    place.charter(|c| c.voting_seats = 9).await;
    place.edit(id, meet).await.expect("it was taken under the charter of its day, and only its condition changes");
}

#[tokio::test]
async fn the_conditions_of_a_decision_can_be_met_when_a_review_that_it_considered_is_gone() {
    let place = place(false).await;
    let system = place.system("Triage").await.head.id;
    let review =
        Review { title: "Ethics".into(), subject: Some(system), review_type: "ethics".into(), ..Review::default() };
    let review = place.save(Body::Review(review)).await.unwrap().head.id;
    let id = place.save(taken(system, vec![review])).await.unwrap().head.id;
    place.app.send(TrashRecord { ids: vec![review] }).await.unwrap();
    place.app.send(EmptyTrash {}).await.unwrap();
    place.edit(id, meet).await.expect("what it considered cannot be changed any more, and its condition can");
}

/// What could not be handed over is not said to be.
#[tokio::test]
async fn a_pack_without_a_place_for_its_file_is_in_no_register() {
    let place = place(true).await;
    let entries = || async { place.app.send(ListJournal { limit: 1, ..ListJournal::default() }).await.unwrap().total };
    let before = entries().await;
    for out in ["missing/", "missing/.", "missing/x.pdf", "", ".."] {
        let out = format!("{}/{out}", place.dir.path().display());
        let call = BuildPack { out, profile: "auditor".into(), ..whole_pack() };
        assert!(place.app.send(call).await.is_err());
    }
    assert_eq!(entries().await, before);
    assert_eq!(place.app.send(ListRecords { kind: Kind::Pack, ..ListRecords::default() }).await.unwrap().total, 0);
}

fn whole_pack() -> BuildPack {
    let (title, out) = (String::new(), String::new());
    BuildPack { systems: Vec::new(), profile: String::new(), title, as_of: None, out, overwrite: false }
}
