//! The home page: what needs attention, and the portfolio's figures.

use crate::{handle::Reads, records::dress};
use chrono::{Days, NaiveDate};
use conclave_domain::{
    approval::stand,
    call::record::{Approval, Attention, GetHome, Head, Home, ListRecords, Row},
    charter::Charter,
    content,
    fault::Fault,
    kind::Kind,
    noun::{Body, Decision},
    t,
};
use conclave_vault::{
    Vault,
    store::{Reader, record::Stored},
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// How many things the page lists; the rest is counted.
const SHOWN: usize = 50;
/// How many records of one sort are looked at for the list.
const LOOKED_AT: u64 = 60;

/// Where the board's approval of each of these systems stands.
pub(crate) async fn approvals(reader: &mut Reader<'_>, systems: &[Uuid]) -> Result<BTreeMap<Uuid, Approval>, Fault> {
    let today = reader.now().day();
    let mut decisions: BTreeMap<Uuid, Vec<(String, Decision)>> = BTreeMap::new();
    for Stored { head, body, .. } in reader.records_about(Kind::Decision, systems).await? {
        if let Body::Decision(decision) = body
            && let Some(subject) = decision.subject
        {
            decisions.entry(subject).or_default().push((head.reference, decision));
        }
    }
    // Only what was decided on needs the system's body, for its versions.
    let decided: Vec<Uuid> = decisions.keys().copied().collect();
    let mut found: BTreeMap<Uuid, Approval> = systems.iter().map(|id| (*id, Approval::None)).collect();
    for Stored { head, body, .. } in reader.records_by(&decided).await? {
        if let (Body::System(system), Some(decisions)) = (body, decisions.get(&head.id)) {
            found.insert(head.id, stand(&system, decisions, today));
        }
    }
    Ok(found)
}

impl Reads for GetHome {
    async fn read(self, vault: &mut Vault) -> Result<Home, Fault> {
        let mut reader = vault.read().await?;
        let today = reader.now().day();
        let charter = reader.charter().await?;
        let mut home = Home::default();
        for (kind, count) in reader.counts().await? {
            home.counts.insert(kind.name().into(), count);
        }
        let facets = reader.facets(Kind::System).await?;
        let facet = |column: &str, value: &str| {
            facets.get(column).and_then(|v| v.iter().find(|(name, _)| name == value)).map_or(0, |(_, n)| *n)
        };
        home.stages = facets.get("status").into_iter().flatten().cloned().collect();
        home.high_risk = facet("class", "high") + facet("class", "prohibited");
        home.without_owner = facet("owner", "");
        home.above_tolerance = u64::from(reader.matrix(None, &charter).await?.above_tolerance);
        let coverage = reader.portfolio_coverage(content::LEAD).await?;
        let stages = content::NCSC_CISA.stages();
        home.coverage =
            stages.map(|s| (s.id.clone(), s.title.clone(), coverage.get(&s.id).copied().unwrap_or_default())).collect();
        let mut list = Attentions { today, soon: soon(today, &charter), found: Vec::new() };
        let running = facet("status", "deployment") + facet("status", "operation");
        home.without_approval = running.saturating_sub(list.approvals(&mut reader).await?);
        list.risks(&mut reader, &charter).await?;
        list.answers(&mut reader).await?;
        list.vendors(&mut reader).await?;
        list.reviews(&mut reader).await?;
        list.evidence(&mut reader).await?;
        list.gates(&mut reader, &charter).await?;
        list.findings(&mut reader).await?;
        home.attention_total = list.found.len() as u64;
        list.found
            .sort_by_key(|a| (!a.overdue, weight(&a.sort), a.due.unwrap_or(NaiveDate::MAX), a.head.reference.clone()));
        list.found.truncate(SHOWN);
        home.attention = list.found;
        Ok(home)
    }
}

fn soon(today: NaiveDate, charter: &Charter) -> NaiveDate {
    today.checked_add_days(Days::new(u64::from(charter.soon_days))).unwrap_or(today)
}

/// What weighs more comes first: what runs without the board's word, then what the board asked for, then what may harm.
fn weight(sort: &str) -> u8 {
    match sort {
        "approval_expired" | "approval_stale" => 0,
        "condition" | "gate_override" => 1,
        "risk_above" => 2,
        "approval_ending" | "acceptance_ending" => 3,
        "risk_review" => 4,
        "answer_due" => 5,
        _ => 6,
    }
}

struct Attentions {
    today: NaiveDate,
    soon: NaiveDate,
    found: Vec<Attention>,
}

impl Attentions {
    fn add(&mut self, sort: &str, sentence: String, head: Head, owner: &str, due: Option<NaiveDate>, overdue: bool) {
        self.found.push(Attention { sort: sort.into(), sentence, head, owner: owner.into(), due, overdue });
    }

    /// Everything about approvals and conditions; gives how many running systems have an approval in force.
    async fn approvals(&mut self, reader: &mut Reader<'_>) -> Result<u64, Fault> {
        let mut decisions: BTreeMap<Uuid, Vec<(String, Head, Decision)>> = BTreeMap::new();
        for Stored { head, body, .. } in reader.records(Kind::Decision, None).await? {
            if let Body::Decision(decision) = body
                && let Some(subject) = decision.subject
            {
                decisions.entry(subject).or_default().push((head.reference.clone(), head, decision));
            }
        }
        let ids: Vec<Uuid> = decisions.keys().copied().collect();
        let mut in_force = 0;
        for Stored { head, body, .. } in reader.records_by(&ids).await? {
            let (Body::System(system), Some(mine)) = (body, decisions.get(&head.id)) else { continue };
            if head.trashed_at.is_some() || system.stage == "retired" {
                continue;
            }
            let plain: Vec<(String, Decision)> = mine.iter().map(|(r, _, d)| (r.clone(), d.clone())).collect();
            let approval = stand(&system, &plain, self.today);
            let running = matches!(system.stage.as_str(), "deployment" | "operation");
            in_force += u64::from(running && matches!(approval, Approval::InForce { .. }));
            self.approval(&approval, head, &system.owner, running);
            if let Approval::InForce { decision, .. } = &approval
                && let Some((_, head, decision)) = mine.iter().find(|(r, ..)| r == decision)
            {
                self.conditions(head, decision);
            }
        }
        Ok(in_force)
    }

    fn approval(&mut self, approval: &Approval, head: Head, owner: &str, running: bool) {
        let name = head.title.clone();
        match approval {
            Approval::Expired { since, .. } if running => {
                let days = (self.today - *since).num_days();
                let sentence = t!("attention.approval_expired", name = name, days = days);
                self.add("approval_expired", sentence, head, owner, Some(*since), true);
            }
            Approval::Stale { version, .. } => {
                let sentence = t!("attention.approval_stale", name = name, version = version);
                self.add("approval_stale", sentence, head, owner, None, true);
            }
            Approval::Refused { .. } if running => {
                self.add("approval_expired", t!("attention.approval_refused", name = name), head, owner, None, true);
            }
            Approval::InForce { until: Some(until), .. } if *until <= self.soon => {
                let sentence = t!("attention.approval_ending", name = name, days = (*until - self.today).num_days());
                self.add("approval_ending", sentence, head, owner, Some(*until), false);
            }
            _ => {}
        }
    }

    fn conditions(&mut self, head: &Head, decision: &Decision) {
        for condition in decision.conditions.iter().filter(|c| c.is_open()) {
            let due = condition.due_on.unwrap_or(NaiveDate::MAX);
            if due <= self.soon {
                let sentence = t!("attention.condition", text = shorten(&condition.text));
                self.add("condition", sentence, head.clone(), &condition.owner, condition.due_on, due < self.today);
            }
        }
    }

    async fn risks(&mut self, reader: &mut Reader<'_>, charter: &Charter) -> Result<(), Fault> {
        let ask = |key: &str, values: &[&str], sort: &str| ListRecords {
            kind: Kind::Risk,
            filters: BTreeMap::from([(key.to_owned(), values.iter().map(|v| (*v).to_owned()).collect())]),
            sort: sort.into(),
            descending: sort == "score",
            limit: LOOKED_AT,
            ..ListRecords::default()
        };
        let above = ask("tolerance", &["above"], "score");
        let due = ask("due", &["overdue", "soon"], "due");
        let mut rows = reader.list(&above, charter).await?.rows;
        dress(reader, &mut rows).await?;
        let ids: Vec<Uuid> = rows.iter().map(|r| r.head.id).collect();
        let accepted: BTreeMap<Uuid, bool> = reader
            .records_by(&ids)
            .await?
            .into_iter()
            .map(|r| (r.head.id, matches!(&r.body, Body::Risk(risk) if risk.acceptance_in_force(self.today) || !risk.plan.trim().is_empty())))
            .collect();
        for Row { head, columns, subject, .. } in
            rows.into_iter().filter(|r| !accepted.get(&r.head.id).copied().unwrap_or(false))
        {
            let sentence = t!("attention.risk_above", title = head.title, subject = subject);
            self.add("risk_above", sentence, head, &columns.owner, None, true);
        }
        for Row { head, columns, .. } in reader.list(&due, charter).await?.rows {
            let overdue = columns.due.is_some_and(|d| d < self.today);
            let sentence = if columns.status == "accepted" {
                t!("attention.acceptance_ending", title = head.title)
            } else {
                t!("attention.risk_review", title = head.title)
            };
            self.add("risk_review", sentence, head, &columns.owner, columns.due, overdue);
        }
        Ok(())
    }

    async fn answers(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let due = reader.due_answers(self.soon, i64::try_from(LOOKED_AT).unwrap_or(60)).await?;
        let mut ids: Vec<Uuid> = due.iter().map(|d| d.assessment).collect();
        ids.sort_unstable();
        ids.dedup();
        let heads: BTreeMap<Uuid, Head> = reader.heads(&ids).await?.into_iter().map(|h| (h.id, h)).collect();
        for answer in due {
            let Some(head) = heads.get(&answer.assessment) else { continue };
            let sentence = t!("attention.answer_due", id = answer.requirement, title = head.title);
            self.add(
                "answer_due",
                sentence,
                head.clone(),
                &answer.owner,
                Some(answer.due_on),
                answer.due_on < self.today,
            );
        }
        Ok(())
    }

    async fn vendors(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        for (head, columns) in self.due_of(reader, Kind::Vendor).await? {
            let overdue = columns.due.is_some_and(|d| d < self.today);
            let sentence = t!("attention.vendor_due", name = head.title);
            self.add("vendor_due", sentence, head, &columns.owner, columns.due, overdue);
        }
        Ok(())
    }

    async fn reviews(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        for (head, columns) in self.due_of(reader, Kind::Review).await? {
            let overdue = columns.due.is_some_and(|d| d < self.today);
            let sentence = t!("attention.review_draft", title = head.title);
            self.add("review_draft", sentence, head, &columns.owner, columns.due, overdue);
        }
        Ok(())
    }

    /// Evidence that expired, or will soon: whatever rests on it loses it.
    async fn evidence(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        for (head, columns) in self.due_of(reader, Kind::Evidence).await? {
            let overdue = columns.due.is_some_and(|d| d < self.today);
            let sentence = if overdue {
                t!("attention.evidence_expired", title = head.title)
            } else {
                t!("attention.evidence_expiring", title = head.title)
            };
            self.add("evidence_due", sentence, head, &columns.owner, columns.due, overdue);
        }
        Ok(())
    }

    /// Systems that passed a gate which is not clear: for as long as it is not.
    async fn gates(&mut self, reader: &mut Reader<'_>, charter: &Charter) -> Result<(), Fault> {
        for (head, gate) in crate::gates::overridden(reader, None, charter).await? {
            let (until, by) = gate.overridden.as_ref().map(|o| (o.expires_on, o.by.clone())).unwrap_or_default();
            let overdue = until.is_some_and(|d| d < self.today);
            let sentence = t!("attention.gate_override", name = head.title, gate = gate.sentence(self.today));
            self.add("gate_override", sentence, head, &by, until, overdue);
        }
        Ok(())
    }

    async fn findings(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        for (head, columns) in self.due_of(reader, Kind::Finding).await? {
            let overdue = columns.due.is_some_and(|d| d < self.today);
            let sentence = t!("attention.finding_due", title = head.title);
            self.add("finding_due", sentence, head, &columns.owner, columns.due, overdue);
        }
        Ok(())
    }

    async fn due_of(
        &self,
        reader: &mut Reader<'_>,
        kind: Kind,
    ) -> Result<Vec<(Head, conclave_domain::noun::Columns)>, Fault> {
        let ask = ListRecords {
            kind,
            filters: BTreeMap::from([("due".to_owned(), vec!["overdue".to_owned(), "soon".to_owned()])]),
            sort: "due".into(),
            limit: LOOKED_AT,
            ..ListRecords::default()
        };
        let charter = reader.charter().await?;
        Ok(reader.list(&ask, &charter).await?.rows.into_iter().map(|r| (r.head, r.columns)).collect())
    }
}

/// The beginning of a long text.
fn shorten(text: &str) -> String {
    const CHARS: usize = 120;
    if text.chars().count() <= CHARS { text.to_owned() } else { text.chars().take(CHARS).chain(['…']).collect() }
}
