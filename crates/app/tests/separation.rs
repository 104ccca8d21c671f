//! Separation of duties: from the second member on nobody reviews their own answers, nobody concludes alone a review that they
//! carried out, and administrators leave to the board what is the board's. One member alone cannot keep that; a charter that
//! loosens it says so.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use conclave_domain::{
    answer::{Answer, Result as Outcome},
    call::{
        assess::{AnswerPatch, OverrideGate, SaveAnswer},
        journal::{GetCharter, ListJournal, ListMembers, SaveCharter},
        member::DeactivateMember,
        pack::BuildPack,
        record::{Done, GetRecord, SaveRecord, Saved, UndoChange},
        session::GetStatus,
        sign::ReviewAnswers,
    },
    charter::Charter,
    content,
    fault::{Fault, FaultKind},
    noun::{Body, Decision, Review, Risk, decision::Seat},
    permission::Permission,
    questionnaire::{Question, Reply},
    t,
};
use conclave_pack::{
    content::{Dossier, pack},
    tree::Block,
};
use std::ops::ControlFlow;
use support::{Place, day, place};
use uuid::Uuid;

impl Place {
    async fn charter(&self, change: impl FnOnce(&mut Charter)) -> Charter {
        let mut charter = self.app.send(GetCharter {}).await.unwrap();
        change(&mut charter);
        self.app.send(SaveCharter { charter }).await.unwrap()
    }

    /// Takes a member's key away, so that one fewer may act.
    async fn retire(&self, name: &str) {
        let members = self.app.send(ListMembers {}).await.unwrap();
        let id = members.iter().find(|m| m.name == name).unwrap().id;
        self.app.send(DeactivateMember { id }).await.unwrap();
    }

    async fn answer(&self, assessment: Uuid, requirement: &str, comment: &str) {
        let revision = self.view(assessment).await.answers.get(requirement).map_or(0, |a| a.revision);
        let answer = Answer {
            requirement: requirement.into(),
            result: Outcome::Partly,
            comment: comment.into(),
            revision,
            ..Answer::default()
        };
        self.app.send(SaveAnswer { assessment, answer }).await.unwrap();
    }

    async fn review(&self, assessment: Uuid, requirements: &[&str]) -> Result<Done, Fault> {
        let requirements = requirements.iter().map(|r| (*r).to_owned()).collect();
        self.app.send(ReviewAnswers { assessment, requirements }).await
    }

    async fn edit(&self, id: Uuid, change: impl FnOnce(&mut Review)) -> Result<Saved, Fault> {
        let detail = self.app.send(GetRecord { reference: id.to_string() }).await.unwrap();
        let Body::Review(mut review) = detail.body else { panic!("a review") };
        change(&mut review);
        self.app.send(SaveRecord { id: Some(id), revision: detail.head.revision, body: Body::Review(review) }).await
    }

    async fn conclude(&self, id: Uuid) -> Result<Saved, Fault> {
        self.edit(id, |r| r.status = "concluded".into()).await
    }

    async fn concluded_by(&self, id: Uuid) -> String {
        match self.app.send(GetRecord { reference: id.to_string() }).await.unwrap().body {
            Body::Review(review) => review.concluded_by,
            _ => panic!("a review"),
        }
    }

    async fn may(&self, permission: Permission) -> bool {
        self.app.send(GetStatus {}).await.unwrap().vault.unwrap().may.contains(&permission)
    }
}

fn reply(question: &Question) -> Reply {
    let choice = question.choices.first().map(|c| c.value.clone()).unwrap_or_default();
    Reply { choice, text: "As described.".into() }
}

/// An ethics review with all its work done.
fn worked_out(subject: Uuid, title: &str) -> Review {
    Review {
        title: title.into(),
        subject: Some(subject),
        review_type: "ethics".into(),
        conclusion: "It may go on.".into(),
        replies: content::ETHICS.questions.iter().map(|q| (q.id.clone(), reply(q))).collect(),
        ..Review::default()
    }
}

fn decided(subject: Uuid) -> Body {
    let seat = |name: &str, lay| Seat { name: name.into(), vote: "for".into(), lay, ..Seat::default() };
    Body::Decision(Decision {
        title: "Go-live".into(),
        subject: Some(subject),
        status: "decided".into(),
        outcome: "approve".into(),
        rationale: "Tested.".into(),
        decided_on: Some(day(0)),
        valid_until: Some(day(90)),
        seats: vec![seat("Mara", false), seat("Nils", true)],
        ..Decision::default()
    })
}

fn accepted() -> Body {
    Body::Risk(Risk {
        title: "Drift".into(),
        status: "accepted".into(),
        accepted_by: "Mara".into(),
        acceptance_until: Some(day(90)),
        ..Risk::default()
    })
}

fn overriding(system: Uuid, to: &str) -> OverrideGate {
    OverrideGate { system, to: to.into(), reason: "Pilot".into(), expires_on: Some(day(9)) }
}

// ---------------------------------------------------------------- answers

#[tokio::test]
async fn who_answered_does_not_review_the_answer_from_the_second_member_on() {
    let place = place(false).await;
    let system = place.system("Triage").await.head.id;
    let assessment = place.assess(system, content::LEAD).await;
    place.answer(assessment, "1.1.a", "Alone.").await;
    place.review(assessment, &["1.1.a"]).await.expect("one member alone has nobody to ask");
    place.answer(assessment, "1.1.b", "Mine.").await;
    place.member("Rhea", "reviewer").await;
    let refused = place.review(assessment, &["1.1.b"]).await.unwrap_err();
    assert_eq!(refused.about("requirements").unwrap(), t!("rule.review_own", id = "1.1.b"));
    place.act_as("Rhea").await;
    place.answer(assessment, "1.1.c", "Hers.").await;
    assert!(place.review(assessment, &["1.1.b", "1.1.c"]).await.is_err(), "one of them is her own");
    assert!(!place.view(assessment).await.reviewed.contains_key("1.1.b"), "all or none");
    place.review(assessment, &["1.1.b"]).await.unwrap();
    // What she sets on many at once is her answer, too.
    let set = AnswerPatch { owner: Some("Olga".into()), ..AnswerPatch::default() };
    place.set(assessment, vec!["1.1.b".into()], set).await;
    assert!(place.review(assessment, &["1.1.b"]).await.is_err());
    place.act_as_founder().await;
    place.review(assessment, &["1.1.b", "1.1.c"]).await.unwrap();
    place.answer(assessment, "1.1.d", "Mine again.").await;
    place.retire("Rhea").await;
    place.review(assessment, &["1.1.d"]).await.expect("alone again");
    place.sound().await;
}

#[tokio::test]
async fn a_charter_may_let_members_review_their_own_answers() {
    let place = place(false).await;
    let system = place.system("Triage").await.head.id;
    let assessment = place.assess(system, content::LEAD).await;
    place.answer(assessment, "1.1.a", "Mine.").await;
    place.member("Rhea", "reviewer").await;
    place.charter(|c| (c.conclude_own_reviews, c.administrators_decide) = (true, true)).await;
    assert!(place.review(assessment, &["1.1.a"]).await.is_err(), "the other rules are not this one");
    place.charter(|c| c.review_own_answers = true).await;
    place.review(assessment, &["1.1.a"]).await.unwrap();
}

// ---------------------------------------------------------------- reviews

#[tokio::test]
async fn who_carried_a_review_out_does_not_conclude_it_alone_from_the_second_member_on() {
    let place = place(false).await;
    let system = place.system("Triage").await.head.id;
    let save = async |review: Review| place.save(Body::Review(review)).await.map(|s| s.head.id);
    let alone = Review { status: "concluded".into(), ..worked_out(system, "Alone") };
    assert_eq!(place.concluded_by(save(alone.clone()).await.unwrap()).await, "Ada Osei");
    let mine = save(worked_out(system, "Mine")).await.unwrap();
    place.member("Rhea", "reviewer").await;
    let refused = place.conclude(mine).await.unwrap_err();
    assert_eq!(refused.about("status").unwrap(), t!("rule.conclude_own"));
    assert!(save(Review { title: "At once".into(), ..alone }).await.unwrap_err().about("status").is_some());
    place.act_as("Rhea").await;
    let entry = place.conclude(mine).await.unwrap().entry;
    assert_eq!(place.concluded_by(mine).await, "Rhea", "whatever a form says");
    // Who took the conclusion back does not become the one who concluded.
    place.app.send(UndoChange { entry }).await.unwrap_err();
    place.act_as_founder().await;
    place.app.send(UndoChange { entry }).await.unwrap();
    assert_eq!(place.concluded_by(mine).await, "");
    assert!(place.conclude(mine).await.is_err());
    // Once somebody else did a part of the work, it is no longer carried out by one alone.
    place.act_as("Rhea").await;
    place.edit(mine, |r| r.conclusion = "It may go on, with care.".into()).await.unwrap();
    place.act_as_founder().await;
    place.conclude(mine).await.unwrap();
    place.sound().await;
}

/// A conclusion stands over the work that its author saw.
#[tokio::test]
async fn nobody_writes_other_work_under_what_another_member_concluded() {
    let place = place(false).await;
    let system = place.system("Triage").await.head.id;
    place.member("Rhea", "reviewer").await;
    let id = place.save(Body::Review(worked_out(system, "Mine"))).await.unwrap().head.id;
    place.act_as("Rhea").await;
    place.conclude(id).await.unwrap();
    place.act_as_founder().await;
    place.edit(id, |r| r.notes = "Filed.".into()).await.expect("a note is no work");
    assert_eq!(place.concluded_by(id).await, "Rhea");
    let refused = place.edit(id, |r| r.conclusion = "It may go on at once.".into()).await.unwrap_err();
    assert_eq!(refused.about("status").unwrap(), t!("rule.conclude_own"));
    place.act_as("Rhea").await;
    place.edit(id, |r| r.conclusion = "It may go on, watched.".into()).await.unwrap();
    place.act_as_founder().await;
    place.edit(id, |r| r.conclusion = "It may go on, watched closely.".into()).await.unwrap();
    assert_eq!(place.concluded_by(id).await, "Ada Osei", "and whose words they are is said");
    place.sound().await;
}

#[tokio::test]
async fn who_is_named_as_the_reviewer_does_not_conclude_what_nobody_else_worked_on() {
    let place = place(false).await;
    let system = place.system("Triage").await.head.id;
    place.member("Rhea", "reviewer").await;
    let review = Review { reviewer: "ada osei".into(), ..worked_out(system, "Named") };
    let id = place.save(Body::Review(review)).await.unwrap().head.id;
    place.edit(id, |r| r.notes = "Read again.".into()).await.expect("working on it is free");
    assert!(place.conclude(id).await.is_err());
    // Neither by retelling it in one step with the conclusion.
    let at_once = place.edit(id, |r| (r.status, r.conclusion) = ("concluded".into(), "Other words.".into())).await;
    assert!(at_once.is_err());
    place.charter(|c| (c.review_own_answers, c.administrators_decide) = (true, true)).await;
    assert!(place.conclude(id).await.is_err(), "the other rules are not this one");
    place.charter(|c| c.conclude_own_reviews = true).await;
    place.conclude(id).await.unwrap();
    assert_eq!(place.concluded_by(id).await, "Ada Osei");
}

// ---------------------------------------------------------------- the board

/// Everything that is the board's, tried by whoever acts: whether each was done.
async fn acts_for_the_board(place: &Place, to: &str) -> Vec<Result<(), Fault>> {
    let system = place.app.send(GetRecord { reference: "AIS-0001".into() }).await.unwrap().head.id;
    vec![
        place.save(decided(system)).await.map(|_| ()),
        place.save(accepted()).await.map(|_| ()),
        place.app.send(overriding(system, to)).await.map(|_| ()),
    ]
}

const BOARDS: [Permission; 3] = [Permission::Decide, Permission::AcceptRisk, Permission::OverrideGate];

#[tokio::test]
async fn an_administrator_does_not_act_for_the_board_from_the_second_member_on() {
    let place = place(false).await;
    place.system("Triage").await;
    for done in acts_for_the_board(&place, "development").await {
        done.expect("one member alone is the board");
    }
    place.member("Cleo", "chair").await;
    let head = place.app.send(ListJournal { limit: 1, ..ListJournal::default() }).await.unwrap().head_seq;
    for refused in acts_for_the_board(&place, "deployment").await {
        let fault = refused.unwrap_err();
        assert_eq!((fault.kind, fault.sentence), (FaultKind::NotAllowed, t!("rule.administrator_decides")));
    }
    let journal = place.app.send(ListJournal { limit: 3, ..ListJournal::default() }).await.unwrap();
    assert_eq!(journal.head_seq, head + 3);
    assert!(journal.lines.iter().all(|l| l.refused && l.actor == "Ada Osei"), "each attempt is on record");
    for permission in BOARDS {
        assert!(!place.may(permission).await, "{permission:?} is not offered either");
    }
    place.act_as("Cleo").await;
    for done in acts_for_the_board(&place, "deployment").await {
        done.expect("a chair acts for the board");
    }
    assert!(place.may(Permission::Decide).await && !place.may(Permission::ManageVault).await);
    place.act_as_founder().await;
    place.retire("Cleo").await;
    for done in acts_for_the_board(&place, "operation").await {
        done.expect("alone again");
    }
    place.sound().await;
}

#[tokio::test]
async fn a_charter_may_let_administrators_act_for_the_board() {
    let place = place(false).await;
    place.system("Triage").await;
    place.member("Cleo", "chair").await;
    place.charter(|c| (c.review_own_answers, c.conclude_own_reviews) = (true, true)).await;
    assert!(
        acts_for_the_board(&place, "development").await.iter().all(Result::is_err),
        "the other rules are not this one"
    );
    place.charter(|c| c.administrators_decide = true).await;
    for done in acts_for_the_board(&place, "development").await {
        done.unwrap();
    }
    for permission in BOARDS {
        assert!(place.may(permission).await, "{permission:?}");
    }
}

// ---------------------------------------------------------------- what is loose shows

/// The hash of the chapter about the charter.
fn charter_chapter(bytes: &[u8]) -> String {
    let found = conclave_pack::verify(bytes).unwrap();
    let (_, manifest) = found.attachments.iter().find(|(name, _)| name == "manifest.json").unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(manifest).unwrap();
    let chapters = manifest["chapters"].as_array().unwrap();
    let chapter = chapters.iter().find(|c| c["title"] == t!("charter")).unwrap();
    chapter["sha256"].as_str().unwrap().to_owned()
}

async fn built(place: &Place) -> Vec<u8> {
    let out = place.dir.path().join("pack.pdf").display().to_string();
    let call = BuildPack {
        systems: Vec::new(),
        profile: "public".into(),
        title: String::new(),
        as_of: None,
        out: out.clone(),
        overwrite: true,
    };
    place.app.send(call).await.unwrap();
    std::fs::read(out).unwrap()
}

#[tokio::test]
async fn each_duty_that_a_charter_joins_again_is_named_wherever_the_charter_is_shown() {
    let place = place(false).await;
    place.system("Triage").await;
    type Switch = fn(&mut Charter);
    let switches: [(Switch, String); 3] = [
        (|c| c.review_own_answers = true, t!("charter.loose_own_answers")),
        (|c| c.conclude_own_reviews = true, t!("charter.loose_own_reviews")),
        (|c| c.administrators_decide = true, t!("charter.loose_administrators")),
    ];
    for (loosen, sentence) in switches {
        let organisation = "Meridian".to_owned();
        place.charter(|c| *c = Charter { edition: c.edition, organisation, ..Charter::default() }).await;
        assert!(place.app.send(GetCharter {}).await.unwrap().loosened().is_empty());
        let charter = place.charter(loosen).await;
        assert_eq!(charter.loosened(), std::slice::from_ref(&sentence));
        // The vault's pack has the chapter that the charter gives, and that one says it.
        let told = pack(&Dossier { charter, ..Dossier::default() });
        let chapter = told.chapters.iter().find(|c| c.title == t!("charter")).unwrap();
        assert!(
            chapter.blocks.iter().any(|b| matches!(b, Block::List(items) if items.contains(&sentence))),
            "{sentence}"
        );
        let alone = conclave_pack::build(&told, None, &mut |_, _| ControlFlow::Continue(())).unwrap();
        assert_eq!(charter_chapter(&built(&place).await), charter_chapter(&alone.bytes), "{sentence}");
    }
}
