//! Stage gates: what a system must have before it moves on, and the chair's override.

use crate::{
    frameworks,
    handle::{Changes, Reads},
};
use chrono::Days;
use conclave_domain::{
    answer::Result as Outcome,
    call::{
        Call,
        assess::{GetGates, OverrideGate, PassGate},
        record::{Head, Saved},
    },
    charter::Charter,
    content,
    fault::{Fault, FaultKind},
    gate::{self, GATES, Gate, Need, Override},
    kind::Kind,
    noun::{Body, System, system::STAGE},
    t,
};
use conclave_vault::{
    Audited, Desk, How, Vault, Writer,
    store::{Reader, record::Stored},
};
use uuid::Uuid;

/// How long an override may last: longer is no exception any more.
const LONGEST: u64 = 366;
/// How many requirements a need names.
const NAMED: usize = 200;

impl Reads for GetGates {
    async fn read(self, vault: &mut Vault) -> Result<Vec<Gate>, Fault> {
        let Some(as_of) = self.as_of else { return of(&mut vault.read().await?, &self.reference).await };
        let at = as_of.resolve(vault.now())?;
        let mut past = vault.as_of(at).await?;
        let found = of(&mut past.read(), &self.reference).await;
        past.leave().await?;
        found
    }
}

async fn of(reader: &mut Reader<'_>, reference: &str) -> Result<Vec<Gate>, Fault> {
    let charter = reader.charter().await?;
    let stored = reader.record_by(reference).await?;
    let Body::System(system) = &stored.body else {
        return Err(Fault::invalid_field("reference", t!("gate.no_system", reference = reference)));
    };
    all(reader, &stored.head, system, &charter).await
}

/// The gates of a system, in the order of the life cycle.
pub(crate) async fn all(
    reader: &mut Reader<'_>,
    head: &Head,
    system: &System,
    charter: &Charter,
) -> Result<Vec<Gate>, Fault> {
    let found = Found::read(reader, head.id, charter).await?;
    Ok(GATES.iter().map(|to| found.gate(to, system)).collect())
}

/// What the gates look at, read once.
struct Found {
    assessment: Option<Stored>,
    /// Lifecycle stage, requirement, result, whether it has a gap.
    answers: Vec<(String, String, Outcome, bool)>,
    review: Option<String>,
    findings: Vec<String>,
    risks: Vec<String>,
}

impl Found {
    async fn read(reader: &mut Reader<'_>, system: Uuid, charter: &Charter) -> Result<Self, Fault> {
        let today = reader.now().day();
        let is_lead = |s: &Stored| matches!(&s.body, Body::Assessment(a) if a.framework == content::LEAD);
        let assessment = reader.records(Kind::Assessment, Some(system)).await?.into_iter().rfind(is_lead);
        let mut answers = Vec::new();
        if let Some(Stored { seq, body: Body::Assessment(a), .. }) = &assessment {
            let framework = frameworks::of(reader, a).await?;
            let given = reader.answers(*seq).await?;
            for requirement in framework.asked(&given) {
                let stage = framework.stage_of(requirement).map(|g| g.stage.clone()).unwrap_or_default();
                let answer = given.get(&requirement.id);
                let result = answer.map(|a| a.result).unwrap_or_default();
                let gap = answer.is_some_and(|a| a.gap(requirement, charter).is_some());
                answers.push((stage, requirement.id.clone(), result, gap));
            }
        }
        let concluded =
            |s: &Stored| matches!(&s.body, Body::Review(r) if r.review_type == "ethics" && r.status == "concluded");
        let review = reader.records(Kind::Review, Some(system)).await?.into_iter().rfind(concluded);
        let major = |s: &Stored| matches!(&s.body, Body::Finding(f) if f.is_open_major());
        let above = |s: &Stored| matches!(&s.body, Body::Risk(r) if r.above_tolerance(charter) && !r.acceptance_in_force(today));
        let named = |list: Vec<Stored>| list.into_iter().map(|s| s.head.reference).collect();
        let findings = reader.records(Kind::Finding, Some(system)).await?.into_iter().filter(major).collect();
        let risks = reader.records(Kind::Risk, Some(system)).await?.into_iter().filter(above).collect();
        Ok(Self {
            assessment,
            answers,
            review: review.map(|r| r.head.reference),
            findings: named(findings),
            risks: named(risks),
        })
    }

    fn gate(&self, to: &str, system: &System) -> Gate {
        let stages = gate::before(to);
        let mut needs = self.requirements(stages);
        if stages.len() > 1 {
            // From development on there is something to review.
            needs.push(need(
                "review",
                self.review.is_some(),
                if self.review.is_some() { t!("gate.review_done") } else { t!("gate.review_missing") },
                self.review.iter().cloned().collect(),
            ));
        }
        let n = self.findings.len();
        let sentence = if n == 0 { t!("gate.findings_none") } else { t!("gate.findings", n = n) };
        needs.push(need("findings", n == 0, sentence, self.findings.clone()));
        let n = self.risks.len();
        let sentence = if n == 0 { t!("gate.risks_none") } else { t!("gate.risks", n = n) };
        needs.push(need("risks", n == 0, sentence, self.risks.clone()));
        Gate {
            to: to.to_owned(),
            needs,
            overridden: system.overrides.iter().rfind(|o| o.to == to).cloned(),
            passed: gate::place(&system.stage) >= gate::place(to),
        }
    }

    fn requirements(&self, stages: &[&str]) -> Vec<Need> {
        let Some(assessment) = &self.assessment else {
            return vec![need("assessment", false, t!("gate.no_assessment"), Vec::new())];
        };
        let record = vec![assessment.head.reference.clone()];
        let asked: Vec<_> = self.answers.iter().filter(|(stage, ..)| stages.contains(&stage.as_str())).collect();
        let of = |wanted: Outcome| asked.iter().filter(move |(_, _, r, _)| *r == wanted).map(|(_, id, ..)| id.clone());
        let (open, not_met): (Vec<_>, Vec<_>) = (of(Outcome::NotAssessed).collect(), of(Outcome::NotMet).collect());
        let sentence = if open.is_empty() && not_met.is_empty() {
            t!("gate.requirements_met", n = asked.len())
        } else {
            t!("gate.requirements_open", open = open.len(), n = asked.len(), not_met = not_met.len())
        };
        let met = open.is_empty() && not_met.is_empty();
        let mut named: Vec<String> = not_met.into_iter().chain(open).collect();
        named.truncate(NAMED);
        let requirements = Need { requirements: named, ..need("requirements", met, sentence, record.clone()) };
        let gaps: Vec<String> = asked.iter().filter(|(.., gap)| *gap).map(|(_, id, ..)| id.clone()).collect();
        let sentence = if gaps.is_empty() { t!("gate.gaps_none") } else { t!("gate.gaps", n = gaps.len()) };
        let gaps = Need { met: gaps.is_empty(), requirements: gaps, ..need("gaps", true, sentence, record) };
        vec![requirements, gaps]
    }
}

fn need(sort: &str, met: bool, sentence: String, records: Vec<String>) -> Need {
    Need { sort: sort.to_owned(), sentence, met, records, requirements: Vec::new() }
}

/// Where the overridden gates of these systems stand, by system: a sentence and whether the override has ended. Those whose
/// gate is clear by now are left out.
pub(crate) async fn overridden(
    reader: &mut Reader<'_>,
    among: Option<&[Uuid]>,
    charter: &Charter,
) -> Result<Vec<(Head, Gate)>, Fault> {
    // The journal knows which systems ever had an override; there are few of them.
    let mut ids = reader.changed_by(OverrideGate::NAME).await?;
    if let Some(among) = among {
        ids.retain(|id| among.contains(id));
    }
    let mut found = Vec::new();
    for Stored { head, body, .. } in reader.records_by(&ids).await? {
        if let Body::System(system) = body
            && head.trashed_at.is_none()
            && let Some(gate) = standing(reader, &head, &system, charter).await?
        {
            found.push((head, gate));
        }
    }
    Ok(found)
}

/// The override of the gates that a system passed, with what is still open there. `None` where nothing was overridden or the
/// gate is clear by now.
async fn standing(
    reader: &mut Reader<'_>,
    head: &Head,
    system: &System,
    charter: &Charter,
) -> Result<Option<Gate>, Fault> {
    let today = reader.now().day();
    if system.overrides.is_empty() || system.stage == "retired" {
        return Ok(None);
    }
    let gates = all(reader, head, system, charter).await?;
    // An override that nobody has used yet is worth knowing as long as it is in force.
    let counts = |g: &Gate| !g.is_clear() && g.overridden.as_ref().is_some_and(|o| g.passed || o.in_force(today));
    Ok(gates.into_iter().rfind(counts))
}

/// Holds a system to the gate before its new stage; what the chair said at gates stays as it was.
///
/// # Errors
/// The gate is not clear and no override is in force.
pub(crate) async fn hold(
    desk: &mut Desk<'_>,
    system: &mut System,
    before: Option<&Stored>,
    how: How,
) -> Result<(), Fault> {
    let Some(Stored { head, body: Body::System(old), .. }) = before else {
        // A new record may describe a system at any stage: its gates show what is missing.
        system.overrides.clear();
        return Ok(());
    };
    if how != How::Override {
        system.overrides.clone_from(&old.overrides);
    }
    // A file may say that a system is further: then its gates show what is missing.
    let led = how == How::Import || !gate::leads_through(&old.stage, &system.stage);
    if led || !desk.charter.gates_bind {
        return Ok(());
    }
    let charter = desk.charter;
    let found = Found::read(&mut desk.read(), head.id, charter).await?;
    let gate = found.gate(&system.stage, old);
    if gate.lets_pass(desk.now.day()) { Ok(()) } else { Err(shut(&gate)) }
}

fn shut(gate: &Gate) -> Fault {
    let needs: Vec<&str> = gate.needs.iter().filter(|n| !n.met).map(|n| n.sentence.as_str()).collect();
    let sentence = t!("gate.shut", stage = STAGE.label(&gate.to), needs = needs.join(" "));
    let mut fault = Fault::invalid_field("stage", sentence.clone());
    fault.kind = FaultKind::Invalid;
    fault.sentence = sentence;
    fault.next = t!("gate.shut_next");
    fault
}

impl Changes for OverrideGate {
    async fn change(self, writer: &mut Writer<'_>) -> Result<Audited<Saved>, Fault> {
        let charter = writer.read().charter().await?;
        let today = writer.now().day();
        let reason = self.reason.trim();
        if reason.is_empty() {
            return Err(Fault::invalid_field("reason", t!("gate.reason_needed")));
        }
        let Some(expires_on) = self.expires_on else {
            return Err(Fault::invalid_field("expires_on", t!("gate.expiry_needed")));
        };
        if expires_on <= today {
            return Err(Fault::invalid_field("expires_on", t!("gate.expiry_past")));
        }
        if today.checked_add_days(Days::new(LONGEST)).is_some_and(|end| expires_on > end) {
            return Err(Fault::invalid_field("expires_on", t!("gate.expiry_far", days = LONGEST)));
        }
        let (stored, mut system) = system(writer, self.system).await?;
        if system.stage == "retired" {
            return Err(Fault::invalid_field("to", t!("gate.retired")));
        }
        let gate = gate_of(writer, &stored, &system, &self.to, &charter).await?;
        if gate.is_clear() {
            return Err(Fault::invalid_field("to", t!("gate.is_clear")));
        }
        system.overrides.push(Override {
            to: self.to,
            reason: reason.to_owned(),
            by: writer.actor().name.clone(),
            given_on: Some(today),
            expires_on: Some(expires_on),
            open: gate.needs.iter().filter(|n| !n.met).map(|n| n.sentence.clone()).collect(),
        });
        save(writer, &stored, system, How::Override).await
    }

    fn entered(reply: &mut Saved, entry: u64) {
        reply.entry = entry;
    }
}

impl Changes for PassGate {
    async fn change(self, writer: &mut Writer<'_>) -> Result<Audited<Saved>, Fault> {
        let (stored, mut system) = system(writer, self.system).await?;
        if !GATES.contains(&self.to.as_str()) {
            return Err(Fault::invalid_field("to", t!("gate.no_gate", stage = self.to)));
        }
        if !gate::leads_through(&system.stage, &self.to) {
            return Err(Fault::invalid_field("to", t!("gate.not_ahead")));
        }
        self.to.clone_into(&mut system.stage);
        save(writer, &stored, system, How::Form).await
    }

    fn entered(reply: &mut Saved, entry: u64) {
        reply.entry = entry;
    }
}

async fn system(writer: &mut Writer<'_>, id: Uuid) -> Result<(Stored, System), Fault> {
    let stored = writer.read().record(id).await?;
    match &stored.body {
        Body::System(system) if stored.head.trashed_at.is_none() => {
            let system = system.clone();
            Ok((stored, system))
        }
        _ => Err(Fault::not_found(&stored.head.reference)),
    }
}

async fn gate_of(
    writer: &mut Writer<'_>,
    stored: &Stored,
    system: &System,
    to: &str,
    charter: &Charter,
) -> Result<Gate, Fault> {
    let gates = all(&mut writer.read(), &stored.head, system, charter).await?;
    let missing = || Fault::invalid_field("to", t!("gate.no_gate", stage = to));
    gates.into_iter().find(|g| g.to == to).ok_or_else(missing)
}

async fn save(writer: &mut Writer<'_>, stored: &Stored, system: System, how: How) -> Result<Audited<Saved>, Fault> {
    let (head, body) = (&stored.head, Body::System(system));
    let (after, events) = writer.save(head.id, head.revision, body, how).await?;
    crate::records::saved(writer, after, events).await
}
