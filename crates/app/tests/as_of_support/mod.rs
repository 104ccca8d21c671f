//! A vault of which a pack has something to say in every chapter, and everything changed about it later.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::support::{Place, assess::own, day};
use conclave_domain::{
    answer::Result as Outcome,
    call::{
        assess::{AnswerPatch, OverrideGate},
        exchange::RunImport,
        framework::SaveFramework,
        journal::{GetCharter, ListMembers, SaveCharter},
        member::DeactivateMember,
        over_time::{FreezeAssessment, NextAssessment},
        record::{EmptyTrash, GetRecord, SaveRecord, TrashRecord},
        sign::ReviewAnswers,
    },
    charter::Charter,
    content,
    kind::Kind,
    noun::{
        Asset, Body, Decision, Evidence, Finding, Review, Risk, System, Vendor,
        decision::{Condition, Seat},
        evidence::AnswerRef,
        risk::Rating,
        system::Version,
    },
    questionnaire::Reply,
    scale::Level,
};
use uuid::Uuid;

impl Place {
    /// Saves over what is there.
    async fn change(&self, reference: &str, change: impl FnOnce(&mut Body)) {
        let detail = self.app.send(GetRecord { reference: reference.into() }).await.unwrap();
        let mut body = detail.body;
        change(&mut body);
        let call = SaveRecord { id: Some(detail.head.id), revision: detail.head.revision, body };
        self.app.send(call).await.unwrap();
    }

    async fn id(&self, reference: &str) -> Uuid {
        self.app.send(GetRecord { reference: reference.into() }).await.unwrap().head.id
    }

    async fn import(&self, colour: &str) {
        let path = self.file("inventory.csv", format!("Use Case Name,Agency,Colour\nTriage,Meridian,{colour}\n"));
        let call = RunImport {
            path,
            kind: Kind::System,
            read_as: Default::default(),
            mapping: None,
            mapping_path: String::new(),
            save_mapping_to: String::new(),
            dry_run: false,
        };
        self.app.send(call).await.unwrap();
    }

    async fn charter(&self, change: impl FnOnce(&mut Charter)) {
        let mut charter = self.app.send(GetCharter {}).await.unwrap();
        change(&mut charter);
        self.app.send(SaveCharter { charter }).await.unwrap();
    }
}

// ---------------------------------------------------------------- then, and what was changed since

fn seats() -> Vec<Seat> {
    let seat = |name: &str, lay| Seat { name: name.into(), vote: "for".into(), lay, ..Seat::default() };
    vec![seat("Mara", false), seat("Nils", true)]
}

fn decision(subject: Uuid, outcome: &str, on: i64) -> Body {
    let condition = Condition {
        text: "Log every prompt.".into(),
        owner: "Olga".into(),
        due_on: Some(day(10)),
        ..Condition::default()
    };
    Body::Decision(Decision {
        title: format!("To {outcome}"),
        subject: Some(subject),
        outcome: outcome.into(),
        status: "decided".into(),
        rationale: "It was tested.".into(),
        seats: seats(),
        decided_on: Some(day(on)),
        valid_until: Some(day(on + 30)),
        conditions: vec![condition],
        ..Decision::default()
    })
}

async fn inventory(place: &Place) -> Uuid {
    place.import("red").await;
    let vendor = place.save(Body::Vendor(Vendor { name: "Norda".into(), ..Vendor::default() })).await.unwrap().head.id;
    let asset = place
        .save(Body::Asset(Asset { name: "Weights".into(), asset_type: "model".into(), ..Asset::default() }))
        .await
        .unwrap()
        .head
        .id;
    place
        .change("AIS-0001", |body| {
            let Body::System(system) = body else { panic!("a system") };
            (system.vendors, system.assets) = (vec![vendor], vec![asset]);
            system.versions = vec![Version { label: "1".into(), date: Some(day(-5)), ..Version::default() }];
        })
        .await;
    place.system("Other").await;
    place.id("AIS-0001").await
}

async fn assessments(place: &Place, system: Uuid) -> Uuid {
    place.app.send(SaveFramework { framework: own("1", &[("a", "Is it a?")]), replace: false }).await.unwrap();
    let house = place.assess(system, "house-rules").await;
    place.set(house, vec!["a".into()], AnswerPatch { result: Some(Outcome::Partly), ..AnswerPatch::default() }).await;
    let lead = place.assess(system, content::LEAD).await;
    let ids = ["1.1.a", "1.1.b", "1.1.c"].map(str::to_owned).to_vec();
    let met = AnswerPatch { result: Some(Outcome::Met), owner: Some("Petra".into()), ..AnswerPatch::default() };
    place.set(lead, ids, met).await;
    let evidence = Evidence {
        title: "Audit report".into(),
        link: "https://example.org/report".into(),
        systems: vec![system],
        answers: vec![AnswerRef { assessment: lead, requirement: "1.1.a".into() }],
        expires_on: Some(day(20)),
        ..Evidence::default()
    };
    place.save(Body::Evidence(evidence)).await.unwrap();
    place.app.send(FreezeAssessment { assessment: lead, title: "Then".into() }).await.unwrap();
    lead
}

fn rated(likelihood: u8, impact: u8) -> Rating {
    Rating { likelihood, impact, rationale: "As seen.".into() }
}

async fn of_the_board(place: &Place, system: Uuid, lead: Uuid) {
    let subject = Some(system);
    let risk = Risk {
        title: "Drift".into(),
        subject,
        status: "accepted".into(),
        accepted_by: "Mara".into(),
        acceptance_until: Some(day(20)),
        inherent: rated(5, 5),
        ..Risk::default()
    };
    place.save(Body::Risk(risk)).await.unwrap();
    let replies = content::ETHICS.questions.iter().take(3).map(|q| {
        (
            q.id.clone(),
            Reply { choice: q.choices.first().map(|c| c.value.clone()).unwrap_or_default(), text: "Yes.".into() },
        )
    });
    let review = Review {
        title: "Ethics".into(),
        subject,
        review_type: "ethics".into(),
        replies: replies.collect(),
        ..Review::default()
    };
    place.save(Body::Review(review)).await.unwrap();
    let finding = Finding {
        title: "No rollback".into(),
        subject,
        assessment: Some(lead),
        severity: "major".into(),
        ..Finding::default()
    };
    place.save(Body::Finding(finding)).await.unwrap();
    place.save(decision(system, "approve", 0)).await.unwrap();
    let pilot = OverrideGate { system, to: "deployment".into(), reason: "Pilot".into(), expires_on: Some(day(20)) };
    place.app.send(pilot).await.unwrap();
}

/// A vault of which a pack has something to say in every chapter; gives the system and the assessment by the lead framework.
pub async fn then(place: &Place) -> (Uuid, Uuid) {
    place.charter(|c| c.soon_days = 14).await;
    let system = inventory(place).await;
    let lead = assessments(place, system).await;
    of_the_board(place, system, lead).await;
    place.member("Ben Abara", "reviewer").await;
    place.act_as("Ben Abara").await;
    place.app.send(ReviewAnswers { assessment: lead, requirements: vec!["1.1.b".into()] }).await.unwrap();
    place.act_as_founder().await;
    (system, lead)
}

async fn answers_are_changed(place: &Place, lead: Uuid) {
    // The one that was not reviewed then is reviewed now, as it stood.
    place.act_as("Ben Abara").await;
    place.app.send(ReviewAnswers { assessment: lead, requirements: vec!["1.1.a".into()] }).await.unwrap();
    place.act_as_founder().await;
    let set = AnswerPatch { result: Some(Outcome::NotMet), comment: Some("Later.".into()), ..AnswerPatch::default() };
    place.set(lead, vec!["1.1.b".into(), "2.1.a".into()], set).await;
    place
        .change("EVD-0001", |body| {
            let Body::Evidence(evidence) = body else { panic!("evidence") };
            evidence.title = "Withdrawn report".into();
            evidence.answers = vec![AnswerRef { assessment: lead, requirement: "1.1.c".into() }];
        })
        .await;
    let next = NextAssessment { assessment: lead, title: "Next".into(), as_of: None, edition: String::new() };
    place.app.send(next).await.unwrap();
    // An edition is replaced once nothing answers it any more.
    let house = place.id("ASM-0001").await;
    place.app.send(TrashRecord { ids: vec![house] }).await.unwrap();
    place.app.send(EmptyTrash {}).await.unwrap();
    place.app.send(SaveFramework { framework: own("1", &[("z", "Is it z?")]), replace: true }).await.unwrap();
}

async fn the_inventory_is_changed(place: &Place) {
    place.import("blue").await;
    place
        .change("AIS-0001", |body| {
            let Body::System(system) = body else { panic!("a system") };
            system.name = "Triage of letters".into();
            (system.vendors, system.assets) = (Vec::new(), Vec::new());
            let label = "2".to_owned();
            system.versions.push(Version { label, date: Some(day(30)), material: true, ..Version::default() });
        })
        .await;
    let ids = vec![place.id("VEN-0001").await, place.id("AST-0001").await];
    place.app.send(TrashRecord { ids }).await.unwrap();
    place.app.send(EmptyTrash {}).await.unwrap();
    place.app.send(TrashRecord { ids: vec![place.id("AIS-0002").await] }).await.unwrap();
    place.save(Body::System(System { name: "Newcomer".into(), ..System::default() })).await.unwrap();
}

async fn the_board_changes_its_mind(place: &Place, system: Uuid) {
    place
        .change("RSK-0001", |body| {
            let Body::Risk(risk) = body else { panic!("a risk") };
            (risk.title, risk.status) = ("Drift of meaning".into(), "closed".into());
        })
        .await;
    place
        .change("REV-0001", |body| {
            let Body::Review(review) = body else { panic!("a review") };
            review.replies.values_mut().for_each(|r| r.text = "No.".into());
        })
        .await;
    place
        .change("FND-0001", |body| {
            let Body::Finding(finding) = body else { panic!("a finding") };
            (finding.status, finding.closure) = ("closed".into(), "It rolls back.".into());
            finding.closed_on = Some(day(60));
        })
        .await;
    place
        .change("DEC-0001", |body| {
            let Body::Decision(decision) = body else { panic!("a decision") };
            decision.conditions[0].status = "met".into();
        })
        .await;
    place.save(decision(system, "suspend", 59)).await.unwrap();
}

/// Sixty days later everything is otherwise.
pub async fn later(place: &Place, system: Uuid, lead: Uuid) {
    place.desk.pass(60 * 24 * 3600);
    place
        .charter(|c| {
            (c.organisation, c.tolerance, c.administrators_decide) = ("Meridian North".into(), Level::High, true);
        })
        .await;
    answers_are_changed(place, lead).await;
    the_inventory_is_changed(place).await;
    the_board_changes_its_mind(place, system).await;
    let members = place.app.send(ListMembers {}).await.unwrap();
    let ben = members.iter().find(|m| m.name == "Ben Abara").unwrap().id;
    place.app.send(DeactivateMember { id: ben }).await.unwrap();
}
