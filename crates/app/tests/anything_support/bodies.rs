//! Records by chance, right and wrong.

use super::{Dice, World};
use crate::support::day;
use conclave_domain::{
    content,
    fairness::Plan,
    gate::Override,
    kind::Kind,
    noun::{
        Assessment, Asset, Body, Decision, Evidence, Finding, PackRecord, Review, Risk, System, Vendor,
        decision::{Condition, Seat},
        evidence::AnswerRef,
        risk::Rating,
    },
    questionnaire::Reply,
};

/// The requirements that are answered.
pub const REQUIREMENTS: [&str; 6] = ["1.1.a", "1.1.b", "1.1.c", "2.1.a", "a", "b"];

impl World {
    pub fn body(&self, dice: &mut Dice, kind: Kind) -> Body {
        match kind {
            Kind::System => Body::System(self.system(dice)),
            Kind::Vendor => {
                let (start, end) = (dice.below(9) as i64, dice.below(12) as i64);
                let (contract_start, contract_end) = (Some(day(start)), Some(day(end)));
                Body::Vendor(Vendor { name: dice.text(), contract_start, contract_end, ..Vendor::default() })
            }
            Kind::Asset => {
                let asset_type = dice.of(&["model", "dataset", "", "unicorn"]).to_owned();
                Body::Asset(Asset { name: dice.text(), asset_type, ..Asset::default() })
            }
            Kind::Assessment => self.assessment(dice),
            Kind::Risk => self.risk(dice),
            Kind::Review => self.review(dice),
            Kind::Finding => self.finding(dice),
            Kind::Decision => self.decision(dice),
            Kind::Evidence => self.evidence(dice),
            Kind::Pack => Body::Pack(PackRecord { title: "Forged".into(), ..PackRecord::default() }),
        }
    }

    fn system(&self, dice: &mut Dice) -> System {
        let stage = dice.of(&["", "design", "development", "deployment", "operation", "retired", "orbit"]).to_owned();
        let vendors = if dice.once_in(3) { vec![self.some(dice, &[Kind::Vendor], false)] } else { Vec::new() };
        System { name: dice.text(), owner: dice.word(), stage, vendors, ..System::default() }
    }

    fn assessment(&self, dice: &mut Dice) -> Body {
        Body::Assessment(Assessment {
            title: dice.text(),
            subject: Some(self.some(dice, &[Kind::System], false)),
            framework: dice.of(&[content::LEAD, "etsi-en-304-223", "house-rules", "nowhere", ""]).to_owned(),
            status: dice.of(&["", "in_progress", "complete"]).to_owned(),
            ..Assessment::default()
        })
    }

    fn risk(&self, dice: &mut Dice) -> Body {
        let mut rating = || {
            let (likelihood, impact) = (dice.below(6) as u8, dice.below(6) as u8);
            Rating { likelihood, impact: if likelihood == 0 { 0 } else { impact.max(1) }, rationale: String::new() }
        };
        let (inherent, residual) = (rating(), rating());
        Body::Risk(Risk {
            title: dice.text(),
            status: dice.of(&["open", "in_treatment", "accepted", "accepted", "closed"]).to_owned(),
            accepted_by: dice.text(),
            acceptance_until: if dice.once_in(5) { None } else { Some(day(90)) },
            inherent,
            residual,
            rating_reason: if dice.once_in(3) { String::new() } else { "It rose.".into() },
            ..Risk::default()
        })
    }

    fn review(&self, dice: &mut Dice) -> Body {
        let fairness = dice.once_in(3);
        let reply = |q: &conclave_domain::questionnaire::Question| Reply {
            choice: q.choices.first().map(|c| c.value.clone()).unwrap_or_default(),
            text: "As described.".into(),
        };
        let replied = !dice.once_in(4);
        let questions = content::ETHICS.questions.iter().filter(|_| replied && !fairness);
        Body::Review(Review {
            title: dice.word(),
            subject: Some(self.some(dice, &[Kind::System], false)),
            review_type: if fairness { "fairness".into() } else { "ethics".into() },
            status: dice.of(&["", "", "draft", "concluded"]).to_owned(),
            replies: questions.map(|q| (q.id.clone(), reply(q))).collect(),
            fairness_plan: fairness.then(plan),
            conclusion: dice.text(),
            ..Review::default()
        })
    }

    fn finding(&self, dice: &mut Dice) -> Body {
        let closed = dice.once_in(3);
        Body::Finding(Finding {
            title: dice.word(),
            subject: Some(self.some(dice, &[Kind::System], false)),
            assessment: dice.once_in(3).then(|| self.some(dice, &[Kind::Assessment], false)),
            severity: dice.of(&["major", "minor", "observation", ""]).to_owned(),
            status: if closed { "closed".into() } else { String::new() },
            closure: dice.text(),
            closed_on: Some(day(0)),
            ..Finding::default()
        })
    }

    fn decision(&self, dice: &mut Dice) -> Body {
        let seat = |name: &str, lay| Seat { name: name.into(), vote: "for".into(), lay, ..Seat::default() };
        let condition = Condition {
            text: "Log every prompt.".into(),
            owner: dice.text(),
            due_on: Some(day(9)),
            ..Condition::default()
        };
        let seats = vec![seat("Mara", false), seat("Nils", true), seat("Olga", true)];
        Body::Decision(Decision {
            title: dice.word(),
            subject: Some(self.some(dice, &[Kind::System], false)),
            status: dice.of(&["", "draft", "decided", "decided"]).to_owned(),
            outcome: dice.of(&["approve", "approve_with_conditions", "reject", "suspend", ""]).to_owned(),
            rationale: "It was tested.".into(),
            decided_on: Some(day(0)),
            valid_until: Some(day(90)),
            seats: seats.into_iter().take(2 + dice.below(2)).collect(),
            conditions: vec![condition],
            requested_by: dice.of(&["", "Nils"]).to_owned(),
            ..Decision::default()
        })
    }

    fn evidence(&self, dice: &mut Dice) -> Body {
        let answers = if dice.once_in(2) {
            let assessment = self.some(dice, &[Kind::Assessment], false);
            vec![AnswerRef { assessment, requirement: dice.of(&REQUIREMENTS).to_owned() }]
        } else {
            Vec::new()
        };
        Body::Evidence(Evidence {
            title: dice.text(),
            link: dice.of(&["https://example.org", "", "ftp://example.org"]).to_owned(),
            answers,
            systems: vec![self.some(dice, &[Kind::System], false)],
            ..Evidence::default()
        })
    }

    /// A record with something changed about it.
    pub fn changed(&self, dice: &mut Dice, body: &Body) -> Body {
        let mut body = body.clone();
        match &mut body {
            Body::System(system) => {
                system.name = dice.text();
                system.stage = self.system(dice).stage;
                if dice.once_in(4) {
                    let until = Some(day(30));
                    system.overrides.push(Override {
                        to: "operation".into(),
                        expires_on: until,
                        ..Override::default()
                    });
                }
            }
            Body::Risk(risk) => match dice.below(3) {
                0 => risk.notes = dice.word(),
                1 => (risk.status, risk.notes) = ("open".into(), "Reopened.".into()),
                _ => {
                    (risk.status, risk.accepted_by) = ("accepted".into(), "Cleo".into());
                    risk.acceptance_until = Some(day(30 + dice.below(30) as i64));
                }
            },
            Body::Review(review) => match dice.below(4) {
                0 => review.conclusion = dice.text(),
                1 => review.status = dice.of(&["", "draft", "planned"]).to_owned(),
                2 => (review.status, review.concluded_by) = ("concluded".into(), "Nobody".into()),
                _ => review.fairness = Some(Default::default()),
            },
            Body::Decision(decision) => match dice.below(4) {
                0 => decision.notes = dice.word(),
                1 => decision.status = dice.of(&["decided", "draft"]).to_owned(),
                2 => decision.conditions.iter_mut().for_each(|c| c.status = "met".into()),
                _ => decision.rationale = dice.word(),
            },
            Body::Assessment(assessment) => match dice.below(4) {
                0 => assessment.status = "complete".into(),
                1 => assessment.status = "in_progress".into(),
                2 => assessment.subject = Some(self.some(dice, &[Kind::System], false)),
                _ => (assessment.title, assessment.previous) = (dice.text(), Some(uuid::Uuid::from_u128(9))),
            },
            Body::Evidence(evidence) => match dice.below(3) {
                0 => evidence.versions.clear(),
                1 => evidence.answers.clear(),
                _ => evidence.title = dice.text(),
            },
            Body::Pack(pack) => (pack.title, pack.sha256) = (dice.text(), "forged".into()),
            other => *other = self.body(dice, other.kind()),
        }
        // At times it becomes something else altogether.
        let kind = dice.of(&Kind::ALL);
        if dice.once_in(30) { self.body(dice, kind) } else { body }
    }
}

pub fn plan() -> Plan {
    Plan {
        label_column: "truth".into(),
        favourable_label: "1".into(),
        prediction_column: "guess".into(),
        favourable_prediction: "1".into(),
        group_column: "group".into(),
        bands: Plan::default_bands(),
        reason: "Selection is what the law looks at.".into(),
        ..Plan::default()
    }
}
