//! The assessment engine: answer once, the same for many, over time, gates, templates, what is exported.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use chrono::{Days, NaiveDate, Utc};
use conclave_domain::{
    answer::{Answer, Result as Outcome},
    call::{
        assess::{
            AnswerPatch, ApplyTemplate, DecideProposals, GetGates, GetStatement, ListProposals, Mark, OpenAssessment,
            OverrideGate, PassGate, SaveAnswer, SetAnswers,
        },
        exchange::ExportAssessment,
        framework::{FindRequirements, GetCrosswalk, PreviewFramework, RemoveFramework, SaveFramework},
        journal::CheckVault,
        over_time::{CompareAssessments, FreezeAssessment, GetTrend, ListBaselines, NextAssessment},
        record::{GetHome, GetRecord, SaveRecord, TrashRecord, UndoChange},
    },
    compare::Change,
    content,
    fault::FaultKind,
    framework::{About, Asks, Framework, Group, Offered, Requirement, When},
    noun::{Assessment, Body, Finding, Review, System},
    questionnaire::Reply,
};
use std::collections::BTreeSet;
use support::{Place, place};
use uuid::Uuid;

fn day(ahead: u64) -> NaiveDate {
    Utc::now().date_naive() + Days::new(ahead)
}

impl Place {
    async fn assess(&self, system: Uuid, framework: &str) -> Uuid {
        let body = Assessment {
            title: format!("{framework} of the system"),
            subject: Some(system),
            framework: framework.into(),
            ..Assessment::default()
        };
        self.save(Body::Assessment(body)).await.unwrap().head.id
    }

    async fn set(&self, assessment: Uuid, requirements: Vec<String>, set: AnswerPatch) -> u64 {
        self.app.send(SetAnswers { assessment, requirements, set }).await.unwrap().entry
    }

    /// Every requirement of a framework as met.
    async fn meet(&self, assessment: Uuid, framework: &str) {
        let ids = content::framework(framework).unwrap().requirements.iter().map(|r| r.id.clone()).collect();
        let set = AnswerPatch {
            result: Some(Outcome::Met),
            reason: Some("Shown in the audit".into()),
            ..AnswerPatch::default()
        };
        self.set(assessment, ids, set).await;
    }

    async fn view(&self, assessment: Uuid) -> conclave_domain::call::assess::AssessmentView {
        self.app.send(OpenAssessment { reference: assessment.to_string() }).await.unwrap()
    }

    async fn sound(&self) {
        let verdict = self.app.send(CheckVault {}).await.unwrap();
        assert_eq!(verdict.faults, Vec::<String>::new());
    }
}

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
    let call = CompareAssessments { left: baselines[0].id.to_string(), right: id.to_string() };
    let compared = place.app.send(call).await.unwrap();
    let of = |id: &str| compared.lines.iter().find(|l| l.requirement == id).unwrap().change;
    assert_eq!((of("1.1.a"), of("1.1.c"), of("2.1.a")), (Change::Improved, Change::Slipped, Change::Same));
    assert_eq!((compared.stages[0].improved, compared.stages[0].slipped), (1, 1));
    let trend = place.app.send(GetTrend { subject: system, framework: content::LEAD.into() }).await.unwrap();
    assert_eq!(trend.len(), 3, "two assessments and a baseline");
    let other = place.assess(system, "owasp-llm-2025").await;
    let wrong = CompareAssessments { left: first.to_string(), right: other.to_string() };
    assert_eq!(place.app.send(wrong).await.unwrap_err().kind, FaultKind::Invalid);
    let frozen = place.app.send(FreezeAssessment { assessment: id, title: "  ".into() }).await;
    assert!(frozen.unwrap_err().about("title").is_some());
    place.sound().await;
}

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
    let gates = place.app.send(GetGates { reference: id.to_string() }).await.unwrap();
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
    let home = place.app.send(GetHome { today: day(0) }).await.unwrap();
    assert!(home.attention.iter().any(|a| a.sort == "gate_override" && !a.overdue), "the home page says so");
    let later = place.app.send(GetHome { today: day(31) }).await.unwrap();
    assert!(later.attention.iter().any(|a| a.sort == "gate_override" && a.overdue), "and that it ended");
    // Saving the record does not lose the chair's word, and nobody writes one by saving.
    let Body::System(mut body) = shown.body else { panic!("a system") };
    body.overrides.clear();
    let save = SaveRecord { id: Some(id), revision: shown.head.revision, body: Body::System(body) };
    place.app.send(save).await.unwrap();
    let gates = place.app.send(GetGates { reference: id.to_string() }).await.unwrap();
    assert!(gates.iter().any(|g| g.to == "deployment" && g.overridden.is_some()));
    // Once the finding is gone the gate is clear, and needs no override.
    place.app.send(TrashRecord { ids: vec![finding.id] }).await.unwrap();
    assert!(place.app.send(give("Again", Some(day(30)))).await.is_err());
    assert_eq!(place.app.send(GetRecord { reference: id.to_string() }).await.unwrap().gate, "");
    place.sound().await;
}

// ---------------------------------------------------------------- frameworks

fn own(edition: &str, requirements: &[(&str, &str)]) -> Framework {
    let about =
        About { id: "house-rules".into(), title: "House rules".into(), edition: edition.into(), ..About::default() };
    let group = Group { id: "A".into(), title: "All".into(), ..Group::default() };
    let requirement = |(id, question): &(&str, &str)| Requirement {
        id: (*id).into(),
        group: "A".into(),
        title: format!("Rule {id}"),
        question: (*question).into(),
        ..Requirement::default()
    };
    Framework { framework: about, groups: vec![group], requirements: requirements.iter().map(requirement).collect() }
}

#[tokio::test]
async fn a_new_edition_migrates_an_assessment_and_reports_what_changed() {
    let place = place(false).await;
    let keep = |framework, replace| place.app.send(SaveFramework { framework, replace });
    keep(own("1", &[("a", "Is it a?"), ("b", "Is it b?"), ("c", "Is it c?")]), false).await.unwrap();
    assert!(
        keep(own("1", &[("a", "?")]), false).await.unwrap_err().about("edition").is_some(),
        "an edition is there once"
    );
    keep(own("1", &[("a", "Is it a?"), ("b", "Is it b?"), ("c", "Is it c?")]), true).await.unwrap();
    let system = place.system("Triage").await.head.id;
    let first = place.assess(system, "house-rules").await;
    place
        .set(
            first,
            vec!["a".into(), "b".into(), "c".into()],
            AnswerPatch { result: Some(Outcome::Met), ..AnswerPatch::default() },
        )
        .await;
    let used = keep(own("1", &[("a", "Is it another a?")]), true).await.unwrap_err();
    assert!(used.about("edition").is_some(), "an edition that is answered does not change");
    keep(own("2", &[("a", "Is it a?"), ("b", "Is it really b?"), ("d", "Is it d?")]), false).await.unwrap();
    let next = NextAssessment { assessment: first, title: "Second".into(), as_of: None, edition: "2".into() };
    let report = place.app.send(next).await.unwrap();
    let ids = |list: &[(String, String)]| list.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>();
    assert_eq!(report.carried, 2);
    assert_eq!(
        (ids(&report.editions.added), ids(&report.editions.changed), ids(&report.editions.removed)),
        (vec!["d".into()], vec!["b".into()], vec!["c".into()])
    );
    let view = place.view(report.head.id).await;
    assert_eq!((view.marks["a"], view.marks["b"]), (Mark::Carried, Mark::Reworded));
    assert_eq!(view.coverage["A"].total(), 3);
    assert_eq!(place.view(first).await.coverage["A"].met, 3, "the first keeps its edition");
    let remove = |edition: &str| place.app.send(RemoveFramework { id: "house-rules".into(), edition: edition.into() });
    assert!(remove("1").await.is_err(), "what is answered stays");
    keep(own("3", &[("a", "Is it a?")]), false).await.unwrap();
    remove("3").await.unwrap();
    let built_in = Framework {
        framework: About { id: content::LEAD.into(), ..own("9", &[]).framework },
        ..own("9", &[("a", "?")])
    };
    assert!(keep(built_in, false).await.unwrap_err().about("id").is_some());
    place.sound().await;
    place.reopen().await.unwrap();
    place.sound().await;
}

#[tokio::test]
async fn a_framework_that_cannot_be_answered_is_refused() {
    let place = place(false).await;
    let spoilt = [
        own("1", &[]),
        own("1", &[("a", "?"), ("a", "?")]),
        own("", &[("a", "?")]),
        Framework { groups: Vec::new(), ..own("1", &[("a", "?")]) },
        Framework {
            groups: vec![Group { id: "A".into(), parent: "A".into(), ..Group::default() }],
            ..own("1", &[("a", "?")])
        },
    ];
    for framework in spoilt {
        let refused = place.app.send(SaveFramework { framework: framework.clone(), replace: false }).await;
        assert_eq!(refused.unwrap_err().kind, FaultKind::Invalid, "{framework:?}");
    }
}

#[tokio::test]
async fn a_table_becomes_a_framework_by_its_headers_or_by_what_a_person_says() {
    let place = place(false).await;
    let csv =
        "Ref;Family;Name;Text\nX-1;Access;Who may enter;Is entry controlled?\nX-2;Access;Log;Is entry logged?\n;;;\n";
    let path = place.file("rules.csv", csv);
    let preview = place
        .app
        .send(PreviewFramework { path: path.clone(), edition: "1".into(), ..PreviewFramework::default() })
        .await
        .unwrap();
    let ids: Vec<&str> = preview.framework.requirements.iter().map(|r| r.id.as_str()).collect();
    assert_eq!((ids, preview.framework.groups.len()), (vec!["X-1", "X-2"], 1));
    assert_eq!(preview.framework.requirements[0].question, "Is entry controlled?");
    let columns = [("Ref", "id"), ("Text", "title")].map(|(h, f)| (h.to_owned(), f.to_owned())).into();
    let call = PreviewFramework { path, columns, ..PreviewFramework::default() };
    let mapped = place.app.send(call).await.unwrap();
    assert_eq!(mapped.framework.requirements[0].title, "Is entry controlled?");
    let toml = toml_of(&own("4", &[("a", "Is it a?")]));
    let path = place.file("house.toml", toml);
    let preview = place.app.send(PreviewFramework { path, ..PreviewFramework::default() }).await.unwrap();
    let read = preview.framework;
    assert_eq!((read.requirements, read.groups), (own("4", &[("a", "Is it a?")]).requirements, own("4", &[]).groups));
    assert_eq!((read.framework.id.as_str(), read.framework.edition.as_str()), ("house-rules", "4"));
    let bare =
        "[framework]\nid = \"bare\"\ntitle = \"Bare\"\nedition = \"1\"\n[[requirement]]\nid = \"a\"\ntitle = \"A\"\n";
    let path = place.file("bare.toml", bare);
    let preview = place.app.send(PreviewFramework { path, ..PreviewFramework::default() }).await.unwrap();
    assert!(!preview.blocked && preview.framework.groups.len() == 1, "without groups there is one");
    for (name, content) in
        [("x.toml", "group = 3"), ("x.json", "{\"profile\": {}}"), ("y.json", "{\"catalog\": "), ("x.csv", "")]
    {
        let path = place.file(name, content);
        let refused = place.app.send(PreviewFramework { path, ..PreviewFramework::default() }).await;
        assert!(refused.is_err(), "{name}: {refused:?}");
    }
}

fn toml_of(framework: &Framework) -> String {
    let mut text = String::new();
    let about = &framework.framework;
    text.push_str(&format!(
        "[framework]\nid = {:?}\ntitle = {:?}\nedition = {:?}\n",
        about.id, about.title, about.edition
    ));
    for g in &framework.groups {
        text.push_str(&format!("[[group]]\nid = {:?}\ntitle = {:?}\n", g.id, g.title));
    }
    for r in &framework.requirements {
        text.push_str(&format!(
            "[[requirement]]\nid = {:?}\ngroup = {:?}\ntitle = {:?}\nquestion = {:?}\n",
            r.id, r.group, r.title, r.question
        ));
    }
    text
}

#[tokio::test]
async fn every_name_of_the_founding_texts_is_found() {
    let place = place(false).await;
    let names = include_str!("../../../assets/crosswalks/founding-names.txt");
    for name in names.lines().filter(|l| !l.trim().is_empty()) {
        let hits = place.app.send(FindRequirements { text: name.into(), limit: 5 }).await.unwrap();
        assert!(!hits.is_empty(), "nothing is found for “{name}”");
    }
    let walk = place.app.send(GetCrosswalk { from: String::new(), to: "nist-ai-rmf-1.0".into() }).await.unwrap();
    assert_eq!((walk.rows.len(), walk.unreached.len()), (17, 14));
}

// ---------------------------------------------------------------- exports

#[tokio::test]
async fn an_assessment_is_written_as_oscal_and_as_a_workbook() {
    let place = place(true).await;
    for (format, name) in [("oscal-ar", "results.json"), ("soa-xlsx", "soa.xlsx")] {
        let out = place.dir.path().join(name).display().to_string();
        let call = ExportAssessment {
            reference: "ASM-0001".into(),
            format: format.into(),
            out: out.clone(),
            overwrite: false,
        };
        assert_eq!(place.app.send(call.clone()).await.unwrap(), 113, "{format}");
        assert!(std::fs::metadata(&out).unwrap().len() > 10_000);
        assert_eq!(place.app.send(call).await.unwrap_err().kind, FaultKind::Exists);
    }
    let json = std::fs::read(place.dir.path().join("results.json")).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert!(json["assessment-results"]["results"][0]["observations"].as_array().unwrap().len() >= 100);
}

// ---------------------------------------------------------------- what strangers found

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
    let call = CompareAssessments { left: assessment.to_string(), right: assessment.to_string() };
    let compared = place.app.send(call).await.unwrap();
    let counted: u32 = compared.stages.iter().map(|s| s.right.total()).sum();
    assert_eq!(usize::try_from(counted).unwrap(), tracks.requirements.len() - view.unasked.len());
    assert!(compared.lines.iter().all(|l| l.requirement != hidden));
}

#[tokio::test]
async fn a_table_that_swallowed_rows_is_not_kept_and_columns_are_named() {
    let place = place(false).await;
    let rows = |n: usize| {
        if n == 20 { format!("A{n},title {n},\"question {n}\n") } else { format!("A{n},title {n},question {n}\n") }
    };
    let torn: String = std::iter::once("id,title,question\n".to_owned()).chain((0..100).map(rows)).collect();
    let preview = |path: String, columns: &[(&str, &str)]| {
        let columns = columns.iter().map(|(h, f)| ((*h).to_owned(), (*f).to_owned())).collect();
        place.app.send(PreviewFramework { path, columns, edition: "1".into(), ..PreviewFramework::default() })
    };
    let found = preview(place.file("torn.csv", torn), &[]).await.unwrap();
    assert!(found.blocked, "79 requirements must not vanish in one cell");
    let path = place.file("extra.csv", "id,title,question,Applies?\nA1,one,q,yes\n");
    let found = preview(path.clone(), &[]).await.unwrap();
    assert!(!found.blocked && found.problems.iter().any(|p| p.contains("Applies?")), "{:?}", found.problems);
    for wrong in [("Nope", "id"), ("id", "nope")] {
        assert!(preview(path.clone(), &[wrong]).await.unwrap_err().about("columns").is_some());
    }
}

#[tokio::test]
async fn a_question_that_could_never_be_asked_or_answered_is_refused() {
    let place = place(false).await;
    let with = |change: &dyn Fn(&mut Requirement)| {
        let mut framework = own("1", &[("a", "Is it a?"), ("b", "Is it b?")]);
        change(&mut framework.requirements[0]);
        framework
    };
    let when = |is: &[&str]| Some(When { requirement: "b".into(), is: is.iter().map(|s| (*s).to_owned()).collect() });
    let choice =
        |value: &str, result: &str| Offered { value: value.into(), label: value.into(), result: result.into() };
    let asks = |asks: Asks| move |r: &mut Requirement| r.asks = Some(asks.clone());
    let twice =
        Asks { kind: "choice".into(), choices: vec![choice("x", "met"), choice("x", "not_met")], ..Asks::default() };
    let none = Asks { kind: "choice".into(), ..Asks::default() };
    let odd = Asks { kind: "choice".into(), choices: vec![choice("x", "banana")], ..Asks::default() };
    let bounds = Asks { kind: "number".into(), min: Some(10.0), max: Some(1.0), ..Asks::default() };
    let spoilt = [
        with(&|r| r.when = when(&["banana"])),
        with(&|r| r.when = when(&[])),
        with(&asks(twice)),
        with(&asks(none)),
        with(&asks(odd)),
        with(&asks(bounds)),
        with(&|r| r.id = "A\u{200b}1".into()),
        with(&|r| r.title = "x".repeat(2_000_000)),
    ];
    for framework in spoilt {
        let refused = place.app.send(SaveFramework { framework, replace: false }).await.unwrap_err();
        assert!(refused.about("requirements").is_some() && refused.sentence.len() < 2_000, "{}", refused.sentence);
    }
    let lookalike = Framework {
        framework: About { id: "NCSC-CISA-2023".into(), ..own("1", &[]).framework },
        ..own("1", &[("a", "?")])
    };
    assert!(
        place.app.send(SaveFramework { framework: lookalike, replace: false }).await.unwrap_err().about("id").is_some()
    );
    let good = with(&|r| r.when = when(&["met"]));
    place.app.send(SaveFramework { framework: good, replace: false }).await.unwrap();
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
