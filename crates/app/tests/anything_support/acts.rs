//! Anything that somebody may try.

use super::{Dice, Known, MEMBERS, Need, World, bodies::REQUIREMENTS, need_of};
use crate::support::{assess::own, day};
use conclave_app::Handle;
use conclave_domain::{
    answer::{Answer, Result as Outcome},
    call::{
        Call,
        assess::{
            AnswerPatch, ApplyTemplate, DecideProposals, OpenAssessment, OverrideGate, PassGate, SaveAnswer, SetAnswers,
        },
        evidence::AddEvidence,
        exchange::{MeasureFairness, RunImport},
        framework::{RemoveFramework, SaveFramework},
        journal::SaveCharter,
        over_time::{FreezeAssessment, NextAssessment},
        record::{EmptyTrash, RestoreRecord, SaveRecord, TrashRecord, UndoChange},
        sign::{ReviewAnswers, SignPack},
    },
    charter::Charter,
    fault::Fault,
    kind::Kind,
    noun::Body,
    scale::{Level, Method},
};
use uuid::Uuid;

/// What somebody tried, and how it ended.
pub struct Tried {
    pub call: &'static str,
    pub reply: Result<(), Fault>,
    /// What the call asks for, so far as it is known before; whoever may all of it is not refused for who they are.
    pub needs: Option<Vec<Need>>,
    /// Answers that were to be signed as reviewed.
    pub reviewed: Option<(Uuid, Vec<String>)>,
    /// Said in the log.
    pub about: String,
}

impl World {
    /// Somebody takes over, mostly.
    pub async fn turn(&mut self, dice: &mut Dice) {
        if dice.once_in(3) {
            return;
        }
        // What a board does it does by its chair and its members more often than by its auditor.
        let member = dice.of(&[0, 0, 1, 1, 1, 2, 2, 3, 3, 4]);
        self.who = MEMBERS[member];
        match member {
            0 => self.place.act_as_founder().await,
            _ => self.place.act_as(self.who.0).await,
        }
    }

    async fn send<C: Handle + std::fmt::Debug>(&self, call: C, needs: Option<Vec<Need>>) -> Tried {
        let mut about = format!("{call:?}");
        about.truncate(about.char_indices().nth(300).map_or(about.len(), |(at, _)| at));
        let reply = self.place.app.send(call).await.map(|_| ());
        Tried { call: <C as Call>::NAME, reply, needs, reviewed: None, about }
    }

    pub async fn anything(&self, dice: &mut Dice) -> Tried {
        match dice.below(34) {
            0..=4 => self.make(dice).await,
            5..=11 => self.save(dice).await,
            12..=13 => self.answer(dice).await,
            14..=15 => self.many(dice).await,
            16 => self.template(dice).await,
            17..=18 => self.sign(dice).await,
            19..=20 => self.trash(dice).await,
            21 => self.restore(dice).await,
            22 => self.send(EmptyTrash {}, Some(vec![Need::EmptyTrash])).await,
            23..=25 => self.undo(dice).await,
            26 => self.import(dice).await,
            27 => self.over_time(dice).await,
            28 => self.framework(dice).await,
            29 => self.charter(dice).await,
            30..=31 => self.gate(dice).await,
            32 => self.a_file_is_brought_in(dice).await,
            _ => self.proposals(dice).await,
        }
    }

    async fn make(&self, dice: &mut Dice) -> Tried {
        let kind =
            if dice.once_in(3) { dice.of(&[Kind::Risk, Kind::Review, Kind::Assessment]) } else { dice.of(&Kind::ALL) };
        let body = self.body(dice, kind);
        let needs = Some(vec![need_of(&body)]);
        self.send(SaveRecord { id: None, revision: 0, body }, needs).await
    }

    async fn save(&self, dice: &mut Dice) -> Tried {
        // What decides about acceptances and conclusions is tried more often.
        let kinds = if dice.once_in(2) { &[Kind::Risk, Kind::Review, Kind::Decision][..] } else { &Kind::ALL[..] };
        let trashed = dice.once_in(20);
        let id = self.some(dice, kinds, trashed);
        let Some(known) = self.known.get(&id) else { return self.make(dice).await };
        let body = self.changed(dice, &known.body);
        let needs = Some(vec![need_of(&known.body), need_of(&body)]);
        let revision = if dice.once_in(12) { known.revision - 1 } else { known.revision };
        self.send(SaveRecord { id: Some(id), revision, body }, needs).await
    }

    async fn answer(&self, dice: &mut Dice) -> Tried {
        let assessment = self.some(dice, &[Kind::Assessment], false);
        let requirement = dice.of(&REQUIREMENTS).to_owned();
        let view = self.place.app.send(OpenAssessment { reference: assessment.to_string() }).await.ok();
        let there = view.and_then(|v| v.answers.get(&requirement).cloned());
        let revision = if dice.once_in(10) { 7 } else { there.as_ref().map_or(0, |a| a.revision) };
        let answer = Answer {
            requirement,
            result: dice.of(&[Outcome::Met, Outcome::NotMet, Outcome::NotApplicable, Outcome::NotAssessed]),
            reason: dice.text(),
            maturity: dice.once_in(6).then(|| dice.below(8) as u8),
            progress: dice.of(&["", "", "done", "done", "never"]).to_owned(),
            revision,
            ..there.unwrap_or_default()
        };
        self.send(SaveAnswer { assessment, answer }, Some(vec![Need::Assess])).await
    }

    async fn many(&self, dice: &mut Dice) -> Tried {
        let assessment = self.some(dice, &[Kind::Assessment], false);
        let requirements = if dice.once_in(3) { &REQUIREMENTS[4..] } else { &REQUIREMENTS[..1 + dice.below(4)] };
        let set = AnswerPatch {
            result: Some(dice.of(&[Outcome::Met, Outcome::Partly, Outcome::NotApplicable])),
            reason: dice.once_in(2).then(|| dice.text()),
            due_on: dice.once_in(4).then(|| dice.of(&["2027-01-31", "soon", ""]).to_owned()),
            ..AnswerPatch::default()
        };
        let requirements = requirements.iter().map(|r| (*r).to_owned()).collect();
        self.send(SetAnswers { assessment, requirements, set }, Some(vec![Need::Assess])).await
    }

    async fn template(&self, dice: &mut Dice) -> Tried {
        let assessment = self.some(dice, &[Kind::Assessment], false);
        let kind = dice.of(&["generative_api", "toaster", ""]).to_owned();
        self.send(ApplyTemplate { assessment, kind, role: "provider".into() }, Some(vec![Need::Assess])).await
    }

    async fn sign(&self, dice: &mut Dice) -> Tried {
        if dice.once_in(6) {
            let id = self.some(dice, &[Kind::Pack, Kind::Risk], false);
            return self.send(SignPack { id }, Some(vec![Need::Review])).await;
        }
        let assessment = self.some(dice, &[Kind::Assessment], false);
        let view = self.place.app.send(OpenAssessment { reference: assessment.to_string() }).await.ok();
        let answered: Vec<String> = view.into_iter().flat_map(|v| v.answers.into_keys()).take(5).collect();
        let requirements = if answered.is_empty() { vec!["1.1.a".to_owned()] } else { vec![dice.of(&answered)] };
        let reviewed = Some((assessment, requirements.clone()));
        let tried = self.send(ReviewAnswers { assessment, requirements }, Some(vec![Need::Review])).await;
        Tried { reviewed, ..tried }
    }

    async fn trash(&self, dice: &mut Dice) -> Tried {
        // Without systems and assessments little is left to try.
        let kinds: Vec<Kind> = match dice.below(5) {
            0 => Kind::ALL.to_vec(),
            _ => Kind::ALL.into_iter().filter(|k| !matches!(k, Kind::System | Kind::Assessment)).collect(),
        };
        let ids: Vec<Uuid> = (0..1 + dice.below(2)).map(|_| self.some(dice, &kinds, false)).collect();
        let needs = ids.iter().filter_map(|id| self.known.get(id)).map(|k| need_of(&k.body)).chain([Need::Trash]);
        let needs = Some(needs.collect());
        self.send(TrashRecord { ids }, needs).await
    }

    async fn restore(&self, dice: &mut Dice) -> Tried {
        let id = self.some(dice, &Kind::ALL, true);
        let needs = self.known.get(&id).map(|k| need_of(&k.body)).into_iter().chain([Need::Trash]).collect();
        self.send(RestoreRecord { ids: vec![id] }, Some(needs)).await
    }

    async fn undo(&self, dice: &mut Dice) -> Tried {
        let entry = self.head.saturating_sub(dice.below(8) as u64);
        self.send(UndoChange { entry }, None).await
    }

    async fn import(&self, dice: &mut Dice) -> Tried {
        let kind = dice.of(&[Kind::Risk, Kind::Risk, Kind::System, Kind::Decision]);
        let mut rows = String::from("Title,Name,Owner,Status,Acceptor,Acceptance expiry\n");
        // The key of a row is its name, so that a later file meets what an earlier one brought.
        for name in ["Drift", "Leak", "Bias"].into_iter().take(1 + dice.below(3)) {
            let status = dice.of(&["open", "in_treatment", "accepted"]);
            let status = if kind == Kind::Risk && dice.once_in(3) { status } else { "" };
            rows.push_str(&format!("{name},{name},{},{status},Cleo,{}\n", dice.word(), day(200)));
        }
        let call = RunImport {
            path: self.place.file("register.csv", rows),
            kind,
            read_as: Default::default(),
            mapping: None,
            mapping_path: String::new(),
            save_mapping_to: String::new(),
            dry_run: dice.once_in(5),
        };
        let own = if kind == Kind::Risk { Need::Risks } else { Need::Inventory };
        self.send(call, Some(vec![Need::Import, own])).await
    }

    async fn over_time(&self, dice: &mut Dice) -> Tried {
        let assessment = self.some(dice, &[Kind::Assessment], false);
        let needs = Some(vec![Need::Assess]);
        if dice.once_in(2) {
            return self.send(FreezeAssessment { assessment, title: dice.text() }, needs).await;
        }
        let edition = dice.of(&["", "", "1", "9999"]).to_owned();
        self.send(NextAssessment { assessment, title: dice.text(), as_of: None, edition }, needs).await
    }

    async fn framework(&self, dice: &mut Dice) -> Tried {
        let needs = Some(vec![Need::Frameworks]);
        if dice.once_in(5) {
            let call = RemoveFramework { id: "house-rules".into(), edition: dice.of(&["1", "2", "9"]).to_owned() };
            return self.send(call, needs).await;
        }
        let asked = [("a", "Is it a?"), ("b", "Is it b?"), ("", "Is it?")];
        let framework = own(dice.of(&["1", "1", "2", ""]), &asked[..1 + dice.below(3)]);
        self.send(SaveFramework { framework, replace: dice.once_in(2) }, needs).await
    }

    async fn charter(&self, dice: &mut Dice) -> Tried {
        let charter = Charter {
            edition: if dice.once_in(8) { 99 } else { self.charter.edition },
            tolerance: dice.of(&Level::ALL),
            risk_method: dice.of(&[Method::Table, Method::Product]),
            voting_seats: dice.of(&[0, 1, 3, 3, 4]),
            evidence_for_met: dice.once_in(2),
            lay_seat_required: dice.once_in(2),
            requester_may_vote: dice.once_in(2),
            gates_bind: !dice.once_in(4),
            review_own_answers: dice.once_in(4),
            conclude_own_reviews: dice.once_in(4),
            administrators_decide: dice.once_in(3),
            ..self.charter.clone()
        };
        self.send(SaveCharter { charter }, Some(vec![Need::Charter])).await
    }

    async fn gate(&self, dice: &mut Dice) -> Tried {
        let system = self.some(dice, &[Kind::System], false);
        let to = dice.of(&["development", "deployment", "operation", "retired", "orbit"]).to_owned();
        if dice.once_in(2) {
            return self.send(PassGate { system, to }, Some(vec![Need::Inventory])).await;
        }
        let expires_on = Some(day(dice.below(20) as i64 - 1));
        let call = OverrideGate { system, to, reason: dice.text(), expires_on };
        self.send(call, Some(vec![Need::Override, Need::Inventory])).await
    }

    async fn a_file_is_brought_in(&self, dice: &mut Dice) -> Tried {
        if dice.once_in(2) {
            let id = dice.once_in(3).then(|| self.some(dice, &[Kind::Evidence], false));
            let revision = id.and_then(|id| self.known.get(&id)).map_or(0, |k| k.revision);
            let path = self.place.file("report.txt", format!("It is {}.", dice.below(9)));
            let call = AddEvidence { id, revision, path, body: Default::default() };
            return self.send(call, Some(vec![Need::Evidence])).await;
        }
        let mut rows = String::from("truth,guess,group\n");
        for n in 0..80 {
            rows.push_str(&format!("{},{},{}\n", n % 2, (n + dice.below(2)) % 2, ["x", "y"][n % 2]));
        }
        let planned = |k: &Known| !k.trashed && matches!(&k.body, Body::Review(r) if r.fairness_plan.is_some());
        let planned: Vec<Uuid> = self.known.iter().filter(|(_, k)| planned(k)).map(|(id, _)| *id).collect();
        let any = planned.is_empty() || dice.once_in(4);
        let review = if any { self.some(dice, &[Kind::Review], false) } else { dice.of(&planned) };
        let revision = self.known.get(&review).map_or(1, |k| k.revision);
        let path = self.place.file("predictions.csv", rows);
        let call = MeasureFairness { review, revision, path, read_as: Default::default() };
        self.send(call, Some(vec![Need::Review])).await
    }

    async fn proposals(&self, dice: &mut Dice) -> Tried {
        let assessment = self.some(dice, &[Kind::Assessment], false);
        let list = conclave_domain::call::assess::ListProposals { assessment };
        let open = self.place.app.send(list).await.map(|p| p.open).unwrap_or_default();
        let mut decide = DecideProposals { assessment, ..DecideProposals::default() };
        match (open.first(), dice.below(3)) {
            (Some(p), 0) => decide.accept.push(p.requirement.clone()),
            (Some(p), 1) => decide.refuse.push(p.requirement.clone()),
            (Some(p), _) => decide.edited.push(Answer { comment: dice.word(), ..p.answer.clone() }),
            (None, _) => decide.accept.push("1.1.a".into()),
        }
        self.send(decide, Some(vec![Need::Assess])).await
    }
}
