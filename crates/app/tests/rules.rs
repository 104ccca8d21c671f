//! Rules that hold for window and command line alike, because they hold in the handlers.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use conclave_domain::{
    answer::{Answer, Result as Outcome},
    call::{
        assess::{OpenAssessment, SaveAnswer},
        exchange::{MeasureFairness, PreviewFairness, RunImport},
        journal::{CheckVault, GetCharter, GetEntry, ListJournal, SaveCharter, VerifyJournal},
        record::{
            EmptyTrash, GetHome, GetMatrix, GetRecord, ListRecords, RestoreRecord, SaveRecord, Search, TrashRecord,
            UndoChange,
        },
        session::{GetDraft, KeepDraft, LockVault},
    },
    fairness::{Plan, Standing},
    fault::FaultKind,
    kind::Kind,
    noun::{
        Assessment, Body, Decision, PackRecord, Review, Risk, System,
        decision::{Condition, Seat},
    },
    t,
};
use support::{day, place};
use uuid::Uuid;

#[tokio::test]
async fn the_sample_portfolio_breaks_no_rule_and_its_vault_is_sound() {
    let place = place(true).await;
    let home = place.app.send(GetHome {}).await.unwrap();
    assert_eq!((home.counts["system"], home.counts["vendor"], home.counts["decision"]), (10, 6, 5));
    assert!(home.attention.len() >= 8, "a board finds something to do: {}", home.attention.len());
    assert!(home.attention.iter().any(|a| a.sort == "approval_expired" && a.overdue));
    assert!(home.coverage.iter().any(|(_, _, c)| c.met > 0));
    let matrix = place.app.send(GetMatrix { subject: None }).await.unwrap();
    assert!(matrix.above_tolerance > 0 && matrix.open > matrix.above_tolerance);
    let reviews = place.app.send(ListRecords { kind: Kind::Review, ..ListRecords::default() }).await.unwrap();
    assert!(
        reviews
            .rows
            .iter()
            .any(|r| r.columns.status == "measured" || r.columns.class == "fairness" && r.columns.score > 0)
    );
    let verdict = place.app.send(CheckVault {}).await.unwrap();
    assert_eq!(verdict.faults, Vec::<String>::new());
}

#[tokio::test]
async fn an_answer_is_saved_once_counted_at_once_and_a_stale_one_is_a_conflict() {
    let place = place(false).await;
    let system = place.system("Chatbot").await.head.id;
    let body = Body::Assessment(Assessment { title: "First".into(), subject: Some(system), ..Assessment::default() });
    let assessment = place.save(body).await.unwrap().head;
    let answer = Answer { requirement: "1.1.a".into(), result: Outcome::NotApplicable, ..Answer::default() };
    let saved = place.app.send(SaveAnswer { assessment: assessment.id, answer: answer.clone() }).await.unwrap();
    assert_eq!(saved.gap.as_ref().unwrap().field, "reason", "“not applicable” without reason is a gap, not a refusal");
    assert_eq!((saved.coverage["1"].not_applicable, saved.coverage["1.1"].not_applicable), (1, 1));
    let stale = place.app.send(SaveAnswer { assessment: assessment.id, answer }).await;
    assert!(matches!(stale.unwrap_err().kind, FaultKind::Conflict { .. }));
    let unknown = Answer { requirement: "9.9.z".into(), ..Answer::default() };
    assert_eq!(
        place.app.send(SaveAnswer { assessment: assessment.id, answer: unknown }).await.unwrap_err().kind,
        FaultKind::Invalid
    );
    let view = place.app.send(OpenAssessment { reference: assessment.reference.clone() }).await.unwrap();
    assert_eq!((view.answers.len(), view.gaps.len()), (1, 1));
    let complete = Assessment { status: "complete".into(), ..view.assessment };
    let refused = place
        .app
        .send(SaveRecord { id: Some(assessment.id), revision: 1, body: Body::Assessment(complete.clone()) })
        .await;
    assert!(
        refused.unwrap_err().about("status").unwrap().contains("1.1.a"),
        "a gap keeps an assessment from being complete"
    );
    let reasoned = Answer { reason: "No such part.".into(), revision: 1, ..saved.answer };
    place.app.send(SaveAnswer { assessment: assessment.id, answer: reasoned }).await.unwrap();
    place
        .app
        .send(SaveRecord { id: Some(assessment.id), revision: 1, body: Body::Assessment(complete) })
        .await
        .unwrap();
}

fn seats() -> Vec<Seat> {
    let seat = |name: &str, vote: &str, lay| Seat { name: name.into(), vote: vote.into(), lay, ..Seat::default() };
    vec![seat("Ada", "for", false), seat("Ben", "for", true), seat("Cem", "against", false)]
}

#[tokio::test]
async fn a_decision_needs_quorum_is_bound_to_what_was_reviewed_and_is_history_once_taken() {
    let place = place(false).await;
    let subject = Some(place.system("Chatbot").await.head.id);
    let draft = Decision {
        title: "Go-live".into(),
        subject,
        outcome: "approve".into(),
        rationale: "Tested.".into(),
        ..Decision::default()
    };
    let saved = place.save(Body::Decision(draft.clone())).await.unwrap();
    assert!(saved.gaps.iter().any(|g| g.field == "valid_until"), "no approval without an end");
    let taken = Decision {
        status: "decided".into(),
        decided_on: Some(day(0)),
        valid_until: Some(day(200)),
        conditions: vec![Condition {
            text: "Log prompts.".into(),
            owner: "Ben".into(),
            due_on: Some(day(-1)),
            ..Condition::default()
        }],
        ..draft
    };
    let send = |revision, body: &Decision| {
        place.app.send(SaveRecord { id: Some(saved.head.id), revision, body: Body::Decision(body.clone()) })
    };
    assert!(send(1, &taken).await.unwrap_err().about("seats").is_some(), "no quorum without seats");
    let alone = Decision { seats: seats().into_iter().take(1).collect(), ..taken.clone() };
    assert!(send(1, &alone).await.is_err(), "one of three voting seats is no quorum");
    let recused: Vec<Seat> =
        seats().into_iter().map(|s| Seat { recused: s.name != "Ada", note: "Works on it.".into(), ..s }).collect();
    assert!(send(1, &Decision { seats: recused, ..taken.clone() }).await.is_err(), "recused members do not count");
    let requester = Decision { seats: seats(), requested_by: "ada".into(), ..taken.clone() };
    assert!(send(1, &requester).await.is_err(), "the requester does not approve");
    let full = Decision { seats: seats(), ..taken };
    send(1, &full).await.unwrap();
    let detail = place.app.send(GetRecord { reference: saved.head.id.to_string() }).await.unwrap();
    let Body::Decision(mut kept) = detail.body else { panic!("a decision") };
    assert_eq!(kept.reviewed_hash.len(), 64);
    let approval = place.app.send(GetRecord { reference: "AIS-0001".into() }).await.unwrap().approval.unwrap();
    assert!(approval.sentence(day(0)).contains("overdue"), "{}", approval.sentence(day(0)));
    assert!(
        send(2, &Decision { rationale: "Other.".into(), ..kept.clone() }).await.is_err(),
        "what was decided is history"
    );
    assert!(place.app.send(TrashRecord { ids: vec![saved.head.id] }).await.is_err(), "and is not thrown away");
    kept.conditions[0].status = "met".into();
    send(2, &kept).await.expect("a condition can be met");
}

#[tokio::test]
async fn a_fairness_plan_is_frozen_once_figures_were_seen_and_figures_come_from_data_only() {
    let place = place(false).await;
    let subject = Some(place.system("Screener").await.head.id);
    let mut csv = String::from("truth,guess,group\n");
    for (group, n, good) in [("a", 50, 40), ("b", 50, 20), ("c", 5, 5)] {
        for i in 0..n {
            csv.push_str(&format!("{},{},{group}\n", u8::from(i % 2 == 0), u8::from(i < good)));
        }
    }
    let path = place.file("predictions.csv", csv);
    let columns = place.app.send(PreviewFairness { path: path.clone(), read_as: Default::default() }).await.unwrap();
    assert_eq!(columns.iter().map(|c| c.distinct).collect::<Vec<_>>(), [2, 2, 3]);
    let plan = Plan {
        label_column: "truth".into(),
        favourable_label: "1".into(),
        prediction_column: "guess".into(),
        favourable_prediction: "1".into(),
        group_column: "group".into(),
        bands: Plan::default_bands(),
        reason: "Selection is what the law looks at.".into(),
        ..Plan::default()
    };
    let review = Review { title: "Fairness".into(), subject, review_type: "fairness".into(), ..Review::default() };
    let unplanned = place.save(Body::Review(review.clone())).await.unwrap().head;
    let measure =
        |review, revision| MeasureFairness { review, revision, path: path.clone(), read_as: Default::default() };
    assert!(place.app.send(measure(unplanned.id, 1)).await.is_err(), "no figures before the plan");
    let invented = Review { fairness: Some(Default::default()), fairness_plan: Some(plan.clone()), ..review.clone() };
    let head = place.save(Body::Review(invented)).await.unwrap().head;
    let get = async || match place.app.send(GetRecord { reference: head.id.to_string() }).await.unwrap().body {
        Body::Review(review) => review,
        _ => panic!("a review"),
    };
    let planned = get().await;
    assert!(planned.fairness.is_none(), "figures that a person sends are dropped");
    let recorded = planned.fairness_plan.unwrap();
    assert_eq!(
        (recorded.recorded_by.as_str(), recorded.min_group_size, planned.status.as_str()),
        ("Ada Osei", 30, "planned")
    );
    place.app.send(measure(head.id, 1)).await.unwrap();
    let measured = get().await;
    let figures = measured.fairness.clone().unwrap();
    assert_eq!(figures.rows, 105);
    let small = figures.groups.iter().find(|g| g.name == "c").unwrap();
    assert!(small.counts.is_none() && small.rates.is_empty(), "a small group shows no figures");
    assert!(figures.metrics.iter().any(|m| m.standing == Standing::Outside));
    assert!(place.app.send(measure(head.id, 2)).await.is_err(), "measured once");
    let mut other = measured.clone();
    other.fairness_plan.as_mut().unwrap().reason = "Another.".into();
    let changed = place.app.send(SaveRecord { id: Some(head.id), revision: 2, body: Body::Review(other) }).await;
    assert!(changed.unwrap_err().about("fairness_plan").is_some(), "the plan is frozen");
    let entry = place
        .app
        .send(ListJournal { call: "fairness.measure".into(), limit: 1, ..ListJournal::default() })
        .await
        .unwrap()
        .lines[0]
        .seq;
    assert!(place.app.send(UndoChange { entry }).await.is_err(), "figures that were seen cannot be unseen");
    let noted = Review { notes: "Seen.".into(), ..measured };
    place
        .app
        .send(SaveRecord { id: Some(head.id), revision: 2, body: Body::Review(noted) })
        .await
        .expect("the rest can change");
}

#[tokio::test]
async fn every_change_can_be_undone_from_the_journal_while_nothing_newer_stands_on_it() {
    let place = place(false).await;
    let made = place.system("First name").await;
    let rename = |revision, name: &str| {
        let body = Body::System(System { name: name.into(), ..System::default() });
        place.app.send(SaveRecord { id: Some(made.head.id), revision, body })
    };
    let renamed = rename(1, "Second name").await.unwrap();
    let third = rename(2, "Third name").await.unwrap();
    assert_eq!(place.app.send(UndoChange { entry: renamed.entry }).await.unwrap_err().kind, FaultKind::BadRequest);
    place.app.send(UndoChange { entry: third.entry }).await.unwrap();
    let now = place.app.send(GetRecord { reference: made.head.reference.clone() }).await.unwrap().head;
    assert_eq!((now.title.as_str(), now.revision), ("Second name", 4), "an undo is a change of its own");
    let done = place.app.send(TrashRecord { ids: vec![made.head.id] }).await.unwrap();
    let entry = place.app.send(GetEntry { seq: done.entry, offset: 0 }).await.unwrap();
    assert!(entry.undoable && entry.changes[0].subject.name.contains("Second name"));
    place.app.send(UndoChange { entry: done.entry }).await.unwrap();
    assert!(place.app.send(GetRecord { reference: made.head.reference }).await.unwrap().head.trashed_at.is_none());
    assert!(place.app.send(UndoChange { entry: 1 }).await.is_err(), "the founding cannot be undone");
    assert!(place.app.send(VerifyJournal {}).await.unwrap().sound);
}

#[tokio::test]
async fn links_lead_somewhere_trash_gives_back_and_emptying_is_noted() {
    let place = place(false).await;
    let made = place.system("Here").await.head;
    let nowhere = System { name: "X".into(), vendors: vec![Uuid::new_v4()], ..System::default() };
    assert!(place.save(Body::System(nowhere)).await.unwrap_err().about("vendors").is_some());
    let wrong_kind = System { name: "X".into(), vendors: vec![made.id], ..System::default() };
    assert!(place.save(Body::System(wrong_kind)).await.unwrap_err().about("vendors").is_some());
    place.app.send(TrashRecord { ids: vec![made.id] }).await.unwrap();
    assert_eq!(
        place
            .app
            .send(Search { text: "Here".into(), limit: 5 })
            .await
            .unwrap()
            .hits
            .iter()
            .filter(|h| h.trashed_at.is_none())
            .count(),
        0
    );
    place.app.send(RestoreRecord { ids: vec![made.id] }).await.unwrap();
    place.app.send(TrashRecord { ids: vec![made.id] }).await.unwrap();
    assert_eq!(place.app.send(EmptyTrash {}).await.unwrap().count, 1);
    assert_eq!(place.app.send(GetRecord { reference: made.reference }).await.unwrap_err().kind, FaultKind::NotFound);
    let calls = place.app.send(ListJournal { limit: 50, ..ListJournal::default() }).await.unwrap().calls;
    assert!(calls.contains(&"trash.empty".to_owned()));
    assert!(
        place.save(Body::Pack(PackRecord { title: "Forged".into(), ..PackRecord::default() })).await.is_err(),
        "packs are built"
    );
}

#[tokio::test]
async fn a_lock_forgets_the_vault_and_keeps_the_draft() {
    let place = place(false).await;
    place.app.send(KeepDraft { key: "system:new".into(), body: "{\"name\":\"half\"}".into() }).await.unwrap();
    place.app.send(LockVault {}).await.unwrap();
    assert_eq!(place.app.send(ListRecords::default()).await.unwrap_err().kind, FaultKind::Locked);
    place.reopen().await.unwrap();
    assert_eq!(
        place.app.send(GetDraft { key: "system:new".into() }).await.unwrap().as_deref(),
        Some("{\"name\":\"half\"}")
    );
}

#[tokio::test]
async fn a_newer_edition_of_a_file_shows_added_changed_and_missing_and_writes_all_or_nothing() {
    let place = place(false).await;
    let old = place.file(
        "inventory-2024.csv",
        "Use Case Name,Agency,Stage of Development,Colour\nA,X,Initiated,red\nB,X,In production,\nC,X,Retired,\n",
    );
    let import = |path: String, dry_run| RunImport {
        path,
        kind: Kind::System,
        read_as: Default::default(),
        mapping: None,
        mapping_path: String::new(),
        save_mapping_to: String::new(),
        dry_run,
    };
    let dry = place.app.send(import(old.clone(), true)).await.unwrap();
    assert_eq!((dry.added, dry.entry), (3, 0));
    assert_eq!(place.app.send(ListRecords::default()).await.unwrap().total, 0, "a dry run writes nothing");
    let first = place.app.send(import(old.clone(), false)).await.unwrap();
    assert_eq!((first.added, first.changed, first.missing_total), (3, 0, 0));
    let detail = place.app.send(GetRecord { reference: "AIS-0001".into() }).await.unwrap();
    assert_eq!(
        (detail.sources[0].line, detail.sources[0].values[0].clone()),
        (2, ("Colour".to_owned(), "red".to_owned()))
    );
    assert_eq!(
        place.app.send(Search { text: "red".into(), limit: 5 }).await.unwrap().hits.len(),
        1,
        "source values are searchable"
    );
    let again = place.app.send(import(old, false)).await.unwrap();
    assert_eq!((again.unchanged, again.entry), (3, 0));
    let new = place.file(
        "inventory-2025.csv",
        "Use Case Name,Agency,Stage of Development,Colour\nA,X,In production,red\nB,X,In production,\nD,X,Initiated,\n",
    );
    let second = place.app.send(import(new, false)).await.unwrap();
    assert_eq!((second.added, second.changed, second.unchanged, second.missing_total), (1, 1, 1, 1));
    assert!(second.missing[0].contains('C'), "{:?}", second.missing);
    assert_eq!(place.app.send(ListRecords::default()).await.unwrap().total, 4, "the missing record stays");
    // Nothing else is wrong with these: only the rule keeps them out, and says so.
    let accepted = format!("Title,Status,Accepted by,Acceptance until\nR,accepted,Ada Osei,{}\n", day(90));
    for (kind, file, why) in [
        (Kind::Pack, "Title\nForged\n", t!("app.not_importable", kind = Kind::Pack.many())),
        (Kind::Risk, accepted.as_str(), t!("app.accept_by_hand")),
    ] {
        let path = place.file("forged.csv", file);
        let fault = place.app.send(RunImport { kind, ..import(path, false) }).await.unwrap_err();
        assert!(fault.sentence.contains(&why), "{kind:?} is not brought in by a file: {fault}");
    }
    let open = place.file("forged.csv", accepted.replace(",accepted,", ",open,"));
    assert_eq!(place.app.send(RunImport { kind: Kind::Risk, ..import(open, true) }).await.unwrap().added, 1);
    let broken = place.file("broken.csv", "Use Case Name,Agency\nGood,X\n,X\n");
    let fault = place.app.send(import(broken, false)).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Invalid, "{fault}");
    assert_eq!(place.app.send(ListRecords::default()).await.unwrap().total, 4, "all or nothing");
}

#[tokio::test]
async fn a_stricter_charter_moves_risks_above_tolerance_and_an_old_edition_is_a_conflict() {
    let place = place(false).await;
    let rating = conclave_domain::noun::risk::Rating { likelihood: 3, impact: 4, rationale: String::new() };
    place.save(Body::Risk(Risk { title: "R".into(), inherent: rating, ..Risk::default() })).await.unwrap();
    let above = async || place.app.send(GetMatrix { subject: None }).await.unwrap().above_tolerance;
    assert_eq!(above().await, 0);
    let charter = place.app.send(GetCharter {}).await.unwrap();
    let strict = conclave_domain::charter::Charter { tolerance: conclave_domain::scale::Level::Low, ..charter.clone() };
    place.app.send(SaveCharter { charter: strict }).await.unwrap();
    assert_eq!(above().await, 1);
    assert!(matches!(place.app.send(SaveCharter { charter }).await.unwrap_err().kind, FaultKind::Conflict { .. }));
}
