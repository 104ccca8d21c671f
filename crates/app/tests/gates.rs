//! Stage gates, and what strangers found about assessments.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use conclave_domain::answer::Result as Outcome;
use conclave_domain::call::assess::AnswerPatch;
use conclave_domain::call::assess::GetGates;
use conclave_domain::call::assess::OverrideGate;
use conclave_domain::call::assess::PassGate;
use conclave_domain::call::over_time::CompareAssessments;
use conclave_domain::call::over_time::NextAssessment;
use conclave_domain::call::record::GetHome;
use conclave_domain::call::record::GetRecord;
use conclave_domain::call::record::SaveRecord;
use conclave_domain::call::record::TrashRecord;
use conclave_domain::call::record::UndoChange;
use conclave_domain::content;
use conclave_domain::noun::Body;
use conclave_domain::noun::Finding;
use conclave_domain::noun::Review;
use conclave_domain::noun::System;
use conclave_domain::questionnaire::Reply;
use conclave_domain::time::AsOf;
use support::{day, place};

// ---------------------------------------------------------------- gates

fn reply(question: &conclave_domain::questionnaire::Question) -> Reply {
    let choice = question.choices.first().map(|c| c.value.clone()).unwrap_or_default();
    Reply { choice, text: "As described.".into() }
}

#[tokio::test]
async fn a_gate_holds_until_it_is_clear_or_the_chair_overrides_it_for_a_time() {
    let place = place(false).await;
    let system = place
        .save(Body::System(System { name: "Triage".into(), stage: "design".into(), ..System::default() }))
        .await
        .unwrap();
    let id = system.head.id;
    let pass = |to: &str| PassGate { system: id, to: to.into() };
    let refused = place.app.send(pass("development")).await.unwrap_err();
    assert!(refused.about("stage").is_some() && refused.sentence.contains("no assessment"), "{refused:?}");
    // Nor by saving the record.
    let moved = System { name: "Triage".into(), stage: "operation".into(), ..System::default() };
    let save = SaveRecord { id: Some(id), revision: 1, body: Body::System(moved) };
    assert!(place.app.send(save).await.unwrap_err().about("stage").is_some());
    let assessment = place.assess(id, content::LEAD).await;
    place.meet(assessment, content::LEAD).await;
    place.app.send(pass("development")).await.unwrap();
    // The next one asks for a concluded ethics review and no open major finding.
    let shut = place.app.send(pass("deployment")).await.unwrap_err();
    assert!(shut.sentence.contains("ethics review"), "{shut:?}");
    let review = Review {
        title: "Ethics".into(),
        subject: Some(id),
        review_type: "ethics".into(),
        status: "concluded".into(),
        conclusion: "It may go on.".into(),
        recommendation: "proceed".into(),
        replies: content::ETHICS.questions.iter().map(|q| (q.id.clone(), reply(q))).collect(),
        ..Review::default()
    };
    place.save(Body::Review(review)).await.unwrap();
    let finding = Finding {
        title: "No rollback".into(),
        subject: Some(id),
        assessment: Some(assessment),
        requirement: "4.3.b".into(),
        severity: "major".into(),
        ..Finding::default()
    };
    let finding = place.save(Body::Finding(finding)).await.unwrap().head;
    let gates = place.app.send(GetGates { reference: id.to_string(), as_of: None }).await.unwrap();
    let gate = gates.iter().find(|g| g.to == "deployment").unwrap();
    assert_eq!(gate.needs.iter().filter(|n| !n.met).map(|n| n.sort.as_str()).collect::<Vec<_>>(), ["findings"]);
    assert_eq!(
        gate.needs.iter().find(|n| n.sort == "findings").unwrap().records,
        std::slice::from_ref(&finding.reference)
    );
    let give = |reason: &str, expires_on| OverrideGate {
        system: id,
        to: "deployment".into(),
        reason: reason.into(),
        expires_on,
    };
    assert!(place.app.send(give(" ", Some(day(30)))).await.unwrap_err().about("reason").is_some());
    for wrong in [None, Some(day(0)), Some(day(400))] {
        assert!(place.app.send(give("Pilot", wrong)).await.unwrap_err().about("expires_on").is_some());
    }
    place.app.send(give("Pilot with ten users", Some(day(30)))).await.unwrap();
    place.app.send(pass("deployment")).await.unwrap();
    let shown = place.app.send(GetRecord { reference: id.to_string() }).await.unwrap();
    assert!(shown.gate.contains("overridden by Ada Osei"), "the record says so: {:?}", shown.gate);
    let home = place.app.send(GetHome {}).await.unwrap();
    assert!(home.attention.iter().any(|a| a.sort == "gate_override" && !a.overdue), "the home page says so");
    place.desk.pass(31 * 24 * 3600);
    let later = place.app.send(GetHome {}).await.unwrap();
    assert!(later.attention.iter().any(|a| a.sort == "gate_override" && a.overdue), "and that it ended");
    // Saving the record does not lose the chair's word, and nobody writes one by saving.
    let Body::System(mut body) = shown.body else { panic!("a system") };
    body.overrides.clear();
    let save = SaveRecord { id: Some(id), revision: shown.head.revision, body: Body::System(body) };
    place.app.send(save).await.unwrap();
    let gates = place.app.send(GetGates { reference: id.to_string(), as_of: None }).await.unwrap();
    assert!(gates.iter().any(|g| g.to == "deployment" && g.overridden.is_some()));
    // Once the finding is gone the gate is clear, and needs no override.
    place.app.send(TrashRecord { ids: vec![finding.id] }).await.unwrap();
    assert!(place.app.send(give("Again", Some(day(30)))).await.is_err());
    assert_eq!(place.app.send(GetRecord { reference: id.to_string() }).await.unwrap().gate, "");
    place.sound().await;
}

#[tokio::test]
async fn a_built_in_framework_has_no_other_edition() {
    let place = place(false).await;
    let system = place.system("Triage").await.head.id;
    let first = place.assess(system, content::LEAD).await;
    let next =
        |edition: &str| NextAssessment { assessment: first, title: "T".into(), as_of: None, edition: edition.into() };
    assert!(place.app.send(next("9999")).await.unwrap_err().about("edition").is_some());
    let report = place.app.send(next(&content::NCSC_CISA.framework.edition)).await.unwrap();
    let shown = place.app.send(GetRecord { reference: report.head.id.to_string() }).await.unwrap();
    let save = SaveRecord { id: Some(report.head.id), revision: shown.head.revision, body: shown.body };
    assert!(place.app.send(save).await.is_ok(), "it can still be saved");
}

#[tokio::test]
async fn taking_back_a_stage_goes_through_the_gate_and_an_override_stays_on_record() {
    let place = place(false).await;
    let body = System { name: "Triage".into(), stage: "operation".into(), ..System::default() };
    let system = place.save(Body::System(body.clone())).await.unwrap().head.id;
    // Back to design needs no gate; taking that back would pass three.
    let back = System { stage: "design".into(), ..body };
    let entry =
        place.app.send(SaveRecord { id: Some(system), revision: 1, body: Body::System(back) }).await.unwrap().entry;
    assert!(place.app.send(UndoChange { entry }).await.unwrap_err().about("stage").is_some());
    let give = OverrideGate { system, to: "deployment".into(), reason: "Pilot".into(), expires_on: Some(day(9)) };
    let entry = place.app.send(give).await.unwrap().entry;
    assert!(place.app.send(UndoChange { entry }).await.is_err());
    let unknown = PassGate { system, to: "nonsense".into() };
    assert!(place.app.send(unknown).await.unwrap_err().about("to").is_some());
}

#[tokio::test]
async fn what_is_not_asked_lacks_nothing_and_counts_nowhere() {
    let place = place(false).await;
    let system = place.system("Agent").await.head.id;
    let tracks = content::framework("conclave-tracks-2026").unwrap();
    let assessment = place.assess(system, "conclave-tracks-2026").await;
    let hidden = tracks.requirements.iter().find(|r| r.when.is_some()).unwrap().id.clone();
    // A conditional question answered as "not applicable" without a reason, while nobody asks it.
    let set = AnswerPatch { result: Some(Outcome::NotApplicable), ..AnswerPatch::default() };
    place.set(assessment, vec![hidden.clone()], set).await;
    let view = place.view(assessment).await;
    assert!(view.unasked.contains(&hidden) && view.gaps.is_empty());
    let call = CompareAssessments { left: assessment.to_string(), right: assessment.to_string(), as_of: None };
    let compared = place.app.send(call).await.unwrap();
    let counted: u32 = compared.stages.iter().map(|s| s.right.total()).sum();
    assert_eq!(usize::try_from(counted).unwrap(), tracks.requirements.len() - view.unasked.len());
    assert!(compared.lines.iter().all(|l| l.requirement != hidden));
}

#[tokio::test]
async fn nothing_goes_on_twice_from_the_same_assessment() {
    let place = place(false).await;
    let system = place.system("Triage").await.head.id;
    let first = place.assess(system, content::LEAD).await;
    let next = || NextAssessment { assessment: first, title: "2027".into(), as_of: None, edition: String::new() };
    let second = place.app.send(next()).await.unwrap().head;
    let refused = place.app.send(next()).await.unwrap_err();
    assert!(refused.sentence.contains(&second.reference), "{refused:?}");
    place.app.send(TrashRecord { ids: vec![second.id] }).await.unwrap();
    place.app.send(next()).await.unwrap();
    let long = NextAssessment { assessment: first, title: "x".repeat(1_000), as_of: None, edition: String::new() };
    assert!(place.app.send(long).await.unwrap_err().about("title").is_some());
}

/// The gates of yesterday are those that people saw yesterday, whatever was done since; so is the earlier side of a comparison.
#[tokio::test]
async fn gates_and_comparisons_of_a_day_are_as_they_stood_at_its_end() {
    let place = place(false).await;
    let system = place.system("Triage").await.head;
    let assessment = place.assess(system.id, content::LEAD).await;
    let ask = |as_of| GetGates { reference: system.id.to_string(), as_of };
    let before = place.app.send(ask(None)).await.unwrap();
    assert!(!before[0].is_clear());
    place.desk.pass(24 * 3600);
    place.meet(assessment, content::LEAD).await;
    let today = place.app.send(ask(None)).await.unwrap();
    assert!(today[0].is_clear(), "{:?}", today[0]);
    let yesterday = Some(AsOf::Day(day(0)));
    assert_eq!(place.app.send(ask(yesterday)).await.unwrap(), before);
    assert_eq!(place.app.send(ask(Some(AsOf::Day(day(1))))).await.unwrap(), today, "today is now");
    let ahead = place.app.send(ask(Some(AsOf::Day(day(2))))).await.unwrap_err();
    assert!(ahead.about("as_of").is_some());
    let compare = |as_of| CompareAssessments { left: assessment.to_string(), right: assessment.to_string(), as_of };
    let compared = place.app.send(compare(yesterday)).await.unwrap();
    assert_eq!((compared.left.coverage.met, compared.right.coverage.met), (0, 113));
    assert!(compared.left.as_of.is_some() && compared.right.as_of.is_none());
    assert_eq!(compared.stages.iter().map(|s| s.improved).sum::<u32>(), 113);
    assert_eq!(place.app.send(compare(None)).await.unwrap().left.coverage.met, 113);
    place.sound().await;
}
