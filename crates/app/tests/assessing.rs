//! The assessment engine: answer once, the same for many, over time.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use conclave_domain::answer::Answer;
use conclave_domain::answer::Result as Outcome;
use conclave_domain::call::assess::AnswerPatch;
use conclave_domain::call::assess::ApplyTemplate;
use conclave_domain::call::assess::DecideProposals;
use conclave_domain::call::assess::GetStatement;
use conclave_domain::call::assess::ListProposals;
use conclave_domain::call::assess::Mark;
use conclave_domain::call::assess::SaveAnswer;
use conclave_domain::call::assess::SetAnswers;
use conclave_domain::call::over_time::CompareAssessments;
use conclave_domain::call::over_time::FreezeAssessment;
use conclave_domain::call::over_time::GetTrend;
use conclave_domain::call::over_time::ListBaselines;
use conclave_domain::call::over_time::NextAssessment;
use conclave_domain::call::record::UndoChange;
use conclave_domain::compare::Change;
use conclave_domain::content;
use conclave_domain::fault::FaultKind;
use std::collections::BTreeSet;
use support::{day, place};

// ---------------------------------------------------------------- answer once

#[tokio::test]
async fn the_lead_framework_answered_proposes_52_of_nists_72_and_32_of_isos_38_with_their_origins() {
    let place = place(false).await;
    let system = place.system("Triage").await.head.id;
    let lead = place.assess(system, content::LEAD).await;
    place.meet(lead, content::LEAD).await;
    let reached = |framework: &str| {
        let all: BTreeSet<&str> = content::links()
            .iter()
            .filter(|l| l.from_framework == content::LEAD && l.to_framework == framework)
            .map(|l| l.to.as_str())
            .collect();
        content::framework(framework)
            .unwrap()
            .requirements
            .iter()
            .map(|r| r.id.clone())
            .filter(|r| !all.contains(r.as_str()))
            .collect::<Vec<_>>()
    };
    // The lists of content-facts 3.8: what no guideline reaches at any strength.
    let nist = [
        "GOVERN 1.1",
        "GOVERN 1.2",
        "GOVERN 2.3",
        "GOVERN 3.1",
        "MAP 1.2",
        "MAP 1.3",
        "MAP 5.2",
        "MEASURE 1.2",
        "MEASURE 2.2",
        "MEASURE 2.11",
        "MEASURE 2.12",
        "MEASURE 2.13",
        "MEASURE 3.2",
        "MEASURE 4.1",
    ];
    assert_eq!(reached("nist-ai-rmf-1.0"), nist);
    assert_eq!(reached("iso-42001-2023-annex-a"), ["A.2.2", "A.2.3", "A.2.4", "A.7.6"]);
    for (framework, wanted) in [("nist-ai-rmf-1.0", 52), ("iso-42001-2023-annex-a", 32)] {
        let assessment = place.assess(system, framework).await;
        let proposals = place.app.send(ListProposals { assessment }).await.unwrap();
        assert_eq!(proposals.open.len(), wanted, "{framework}");
        for proposal in &proposals.open {
            let origin = proposal.answer.origin.as_ref().expect("an origin");
            for part in &origin.from {
                assert_eq!((part.assessment, part.framework.as_str()), (lead, content::LEAD));
                let said = content::links().iter().any(|l| {
                    l.to == proposal.requirement
                        && l.to_framework == framework
                        && l.from == part.place
                        && l.strength.name() == part.strength
                });
                assert!(said, "{} rests on {}, which the crosswalk does not say", proposal.requirement, part.place);
            }
            assert_eq!(proposal.answer.result, Outcome::Partly, "a partial link never says met");
        }
    }
    place.sound().await;
}

#[tokio::test]
async fn a_proposal_is_taken_edited_or_refused_and_shows_again_when_its_origin_changes() {
    let place = place(false).await;
    let system = place.system("Triage").await.head.id;
    let lead = place.assess(system, content::LEAD).await;
    place.meet(lead, content::LEAD).await;
    let assessment = place.assess(system, "etsi-en-304-223").await;
    let open =
        |p: &conclave_domain::call::assess::Proposals| p.open.iter().map(|p| p.requirement.clone()).collect::<Vec<_>>();
    let before = place.app.send(ListProposals { assessment }).await.unwrap();
    let ids = open(&before);
    assert!(
        ids.len() >= 8 && before.open.iter().any(|p| p.answer.result == Outcome::Met),
        "equivalent links carry “met”"
    );
    let edited = Answer { comment: "Checked against the clause".into(), ..before.open[1].answer.clone() };
    let decide = DecideProposals {
        assessment,
        accept: vec![ids[0].clone()],
        edited: vec![edited],
        refuse: vec![ids[2].clone()],
    };
    place.app.send(decide).await.unwrap();
    let after = place.app.send(ListProposals { assessment }).await.unwrap();
    assert_eq!(open(&after), ids[3..], "three were decided");
    assert_eq!(after.refused.iter().map(|p| p.requirement.as_str()).collect::<Vec<_>>(), [ids[2].as_str()]);
    assert!(after.changed.is_empty() && place.view(assessment).await.stale.is_empty());
    assert_eq!(place.view(assessment).await.answers[&ids[1]].comment, "Checked against the clause");
    // One answer behind them changes: what was derived is flagged, what was refused is proposed anew.
    let all = content::NCSC_CISA.requirements.iter().map(|r| r.id.clone()).collect();
    place.set(lead, all, AnswerPatch { result: Some(Outcome::NotMet), ..AnswerPatch::default() }).await;
    let view = place.view(assessment).await;
    assert_eq!(view.stale.iter().collect::<BTreeSet<_>>(), ids[..2].iter().collect::<BTreeSet<_>>());
    let now = place.app.send(ListProposals { assessment }).await.unwrap();
    assert_eq!(now.changed.len(), 2);
    assert!(now.refused.is_empty() && open(&now).contains(&ids[2]));
    // What a person then saves keeps its origin and stays flagged until the proposal is taken over.
    place
        .app
        .send(DecideProposals { assessment, accept: vec![ids[0].clone()], ..DecideProposals::default() })
        .await
        .unwrap();
    assert_eq!(place.view(assessment).await.stale, [ids[1].clone()]);
    assert_eq!(place.view(assessment).await.answers[&ids[0]].result, Outcome::NotMet);
    place.sound().await;
}

#[tokio::test]
async fn an_unfinished_guideline_proposes_nothing() {
    let place = place(false).await;
    let system = place.system("Triage").await.head.id;
    let lead = place.assess(system, content::LEAD).await;
    place.meet(lead, content::LEAD).await;
    let one = vec!["2.1.a".to_owned()];
    place.set(lead, one, AnswerPatch { result: Some(Outcome::NotAssessed), ..AnswerPatch::default() }).await;
    let assessment = place.assess(system, "etsi-en-304-223").await;
    let proposals = place.app.send(ListProposals { assessment }).await.unwrap();
    // 5.2.3 asks the same as guideline 2.1, which is not finished; a part of it still follows from 4.3.
    let supply = proposals.open.iter().find(|p| p.requirement == "5.2.3").expect("a partial proposal");
    let places: Vec<&str> = supply.answer.origin.as_ref().unwrap().from.iter().map(|f| f.place.as_str()).collect();
    assert_eq!((places, supply.answer.result), (vec!["4.3"], Outcome::Partly));
    let all = content::NCSC_CISA.requirements.iter().map(|r| r.id.clone()).collect();
    place.set(lead, all, AnswerPatch { result: Some(Outcome::NotAssessed), ..AnswerPatch::default() }).await;
    let proposals = place.app.send(ListProposals { assessment }).await.unwrap();
    assert!(proposals.open.is_empty() && proposals.unreached.len() == 13);
}

// ---------------------------------------------------------------- many at once

#[tokio::test]
async fn what_was_set_on_many_is_one_entry_and_is_taken_back_as_one() {
    let place = place(false).await;
    let system = place.system("Triage").await.head.id;
    let assessment = place.assess(system, content::LEAD).await;
    let ids: Vec<String> = content::NCSC_CISA.requirements.iter().take(40).map(|r| r.id.clone()).collect();
    let first =
        AnswerPatch { result: Some(Outcome::Partly), owner: Some("Ines Okafor".into()), ..AnswerPatch::default() };
    place.set(assessment, ids.clone(), first).await;
    let due =
        AnswerPatch { due_on: Some("2027-03-01".into()), owner: Some("Lukas Brandt".into()), ..AnswerPatch::default() };
    let entry = place.set(assessment, ids.clone(), due).await;
    let view = place.view(assessment).await;
    assert!(
        ids.iter().all(|id| view.answers[id].owner == "Lukas Brandt" && view.answers[id].result == Outcome::Partly)
    );
    place.app.send(UndoChange { entry }).await.unwrap();
    let view = place.view(assessment).await;
    assert!(ids.iter().all(|id| view.answers[id].owner == "Ines Okafor" && view.answers[id].due_on.is_none()));
    assert_eq!(view.coverage["1"].partly, 38, "coverage follows");
    let unknown = SetAnswers { assessment, requirements: vec!["9.9".into()], set: AnswerPatch::default() };
    assert!(place.app.send(unknown).await.unwrap_err().about("requirement").is_some());
    let bad = AnswerPatch { due_on: Some("tomorrow".into()), ..AnswerPatch::default() };
    let bad = SetAnswers { assessment, requirements: vec!["1.1.a".into()], set: bad };
    assert!(place.app.send(bad).await.unwrap_err().about("due_on").is_some());
    place.sound().await;
}

#[tokio::test]
async fn a_template_leaves_out_with_reasons_and_never_touches_what_was_answered() {
    let place = place(false).await;
    let system = place.system("Chatbot").await.head.id;
    let templates = &*content::TEMPLATES;
    let kind = templates.kinds.iter().find(|t| t.id == "generative_api").expect("generative through an API");
    let left: Vec<&String> = kind.leave_out.iter().flat_map(|p| &p.requirements).collect();
    let assessment = place.assess(system, content::LEAD).await;
    let answered = left[0].clone();
    place
        .set(assessment, vec![answered.clone()], AnswerPatch { result: Some(Outcome::Met), ..AnswerPatch::default() })
        .await;
    let call = ApplyTemplate { assessment, kind: "generative_api".into(), role: "provider".into() };
    place.app.send(call.clone()).await.unwrap();
    let view = place.view(assessment).await;
    assert_eq!(view.answers[&answered].result, Outcome::Met, "a person's answer stays");
    for id in left.iter().skip(1) {
        let answer = &view.answers[*id];
        assert!(answer.result == Outcome::NotApplicable && !answer.reason.is_empty(), "{id}");
    }
    let statement = place.app.send(GetStatement { reference: assessment.to_string() }).await.unwrap();
    assert_eq!((statement.excluded, statement.without_reason, statement.lines.len()), (left.len() - 1, 0, 113));
    assert!(statement.lines.iter().filter(|l| l.applies && l.requirement != answered).all(|l| !l.inclusion.is_empty()));
    // Nothing is left to do the second time.
    assert!(place.app.send(call).await.is_err());
    let unknown = ApplyTemplate { assessment, kind: "toaster".into(), role: String::new() };
    assert!(place.app.send(unknown).await.is_err());
    place.sound().await;
}

#[tokio::test]
async fn a_typed_question_sets_its_result_and_a_conditional_one_counts_only_while_it_is_asked() {
    let place = place(false).await;
    let system = place.system("Agent").await.head.id;
    let tracks = content::framework("conclave-tracks-2026").unwrap();
    let conditional = tracks.requirements.iter().find(|r| r.when.is_some()).expect("a conditional requirement");
    let when = conditional.when.clone().unwrap();
    let assessment = place.assess(system, "conclave-tracks-2026").await;
    assert!(place.view(assessment).await.unasked.contains(&conditional.id));
    let opens = Answer { requirement: when.requirement.clone(), value: when.is[0].clone(), ..Answer::default() };
    place.app.send(SaveAnswer { assessment, answer: opens }).await.unwrap();
    assert!(!place.view(assessment).await.unasked.contains(&conditional.id));
    let number =
        tracks.requirements.iter().find(|r| r.asks.as_ref().is_some_and(|a| a.kind == "number")).expect("a number");
    let say = |value: &str| SaveAnswer {
        assessment,
        answer: Answer { requirement: number.id.clone(), value: value.into(), ..Answer::default() },
    };
    let asks = number.asks.clone().unwrap();
    assert!(place.app.send(say("many")).await.unwrap_err().about("value").is_some());
    let value = asks.met_to.or(asks.met_from).unwrap().to_string();
    let saved = place.app.send(say(&value)).await.unwrap();
    assert_eq!(saved.answer.result, Outcome::Met);
    let plain = tracks.requirements.iter().find(|r| r.asks.is_none()).unwrap();
    let no_reply = Answer { requirement: plain.id.clone(), value: "x".into(), ..Answer::default() };
    assert!(place.app.send(SaveAnswer { assessment, answer: no_reply }).await.unwrap_err().about("value").is_some());
    place.sound().await;
}

// ---------------------------------------------------------------- over time

#[tokio::test]
async fn the_next_assessment_carries_answers_and_the_comparison_says_what_improved() {
    let place = place(false).await;
    let system = place.system("Triage").await.head.id;
    let first = place.assess(system, content::LEAD).await;
    place.meet(first, content::LEAD).await;
    place
        .set(first, vec!["1.1.a".into()], AnswerPatch { result: Some(Outcome::NotMet), ..AnswerPatch::default() })
        .await;
    place
        .set(
            first,
            vec!["1.1.b".into()],
            AnswerPatch { result: Some(Outcome::NotAssessed), reason: Some(String::new()), ..AnswerPatch::default() },
        )
        .await;
    let next = NextAssessment { assessment: first, title: "2027".into(), as_of: Some(day(1)), edition: String::new() };
    let report = place.app.send(next).await.unwrap();
    assert_eq!((report.carried, report.editions.same), (113, 113));
    let id = report.head.id;
    place.set(id, vec!["1.1.a".into()], AnswerPatch { result: Some(Outcome::Met), ..AnswerPatch::default() }).await;
    place.set(id, vec!["1.1.c".into()], AnswerPatch { result: Some(Outcome::Partly), ..AnswerPatch::default() }).await;
    let view = place.view(id).await;
    assert_eq!((view.marks["1.1.a"], view.marks["1.1.d"]), (Mark::Changed, Mark::Carried));
    let baselines = place.app.send(ListBaselines { assessment: first }).await.unwrap();
    assert_eq!((baselines.len(), baselines[0].sound, baselines[0].answers), (1, true, 113));
    // What happens to the old assessment afterwards does not reach its baseline.
    place
        .set(first, vec!["2.1.a".into()], AnswerPatch { result: Some(Outcome::NotMet), ..AnswerPatch::default() })
        .await;
    let call = CompareAssessments { left: baselines[0].id.to_string(), right: id.to_string(), as_of: None };
    let compared = place.app.send(call).await.unwrap();
    let of = |id: &str| compared.lines.iter().find(|l| l.requirement == id).unwrap().change;
    assert_eq!((of("1.1.a"), of("1.1.c"), of("2.1.a")), (Change::Improved, Change::Slipped, Change::Same));
    assert_eq!((compared.stages[0].improved, compared.stages[0].slipped), (1, 1));
    let trend = place.app.send(GetTrend { subject: system, framework: content::LEAD.into() }).await.unwrap();
    assert_eq!(trend.len(), 3, "two assessments and a baseline");
    let other = place.assess(system, "owasp-llm-2025").await;
    let wrong = CompareAssessments { left: first.to_string(), right: other.to_string(), as_of: None };
    assert_eq!(place.app.send(wrong).await.unwrap_err().kind, FaultKind::Invalid);
    let frozen = place.app.send(FreezeAssessment { assessment: id, title: "  ".into() }).await;
    assert!(frozen.unwrap_err().about("title").is_some());
    place.sound().await;
}
