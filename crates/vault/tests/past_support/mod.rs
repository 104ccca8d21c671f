//! A random history of every sort of change, and a dump of all that can be read of a vault.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use conclave_domain::{
    answer::{Answer, Result as Outcome},
    call::{journal::ListJournal, record::ListRecords},
    charter::Charter,
    content,
    framework::{About, Framework, Group, Requirement},
    kind::Kind,
    noun::{
        Assessment, Body, Decision, Evidence, Finding, Review, Risk, System, Vendor,
        evidence::{AnswerRef, Version},
        risk::Rating,
    },
    permission::Role,
    scale::{Level, Method},
    time::Now,
};
use conclave_vault::{
    Audited, Event, How, NewVaultSpec, Unruled, Vault, VaultError, Writer, chosen_passphrase,
    crypto::hex,
    evidence::Stored as Content,
    store::{
        Reader,
        record::Stored,
        source::{NewSource, NewSourceRow},
    },
};
use uuid::Uuid;

use crate::fault_support::{Dice, WORDS};

/// A vault that was founded at a moment.
pub async fn found(folder: &Path, now: &Now) -> Vault {
    let chosen = chosen_passphrase(WORDS, &[]).unwrap();
    let spec = NewVaultSpec { folder, organisation: "Meridian", member: "Ada Osei", passphrase: &chosen };
    Vault::create(spec, now).await.unwrap().0
}

/// A system of this name.
pub async fn create(vault: &mut Vault, name: &str) -> Uuid {
    put(vault, Body::System(System { name: name.into(), ..System::default() })).await
}

/// A vendor of this name.
pub async fn create_vendor(vault: &mut Vault, name: &str) -> Uuid {
    put(vault, Body::Vendor(Vendor { name: name.into(), ..Vendor::default() })).await
}

async fn put(vault: &mut Vault, body: Body) -> Uuid {
    let (id, mut transaction) = (Uuid::now_v7(), vault.begin(&Unruled).await.unwrap());
    let (_, events) = transaction.writer().create(id, body, How::Form).await.unwrap();
    transaction.commit("record.save", Audited::all((), events).unwrap()).await.unwrap();
    id
}

/// Thrown away, and the trash emptied.
pub async fn remove(vault: &mut Vault, id: Uuid) {
    let mut transaction = vault.begin(&Unruled).await.unwrap();
    let mut events = Vec::from_iter(transaction.writer().trash(id, true).await.unwrap());
    events.extend(transaction.writer().empty_trash().await.unwrap());
    transaction.commit("trash.empty", Audited::all((), events).unwrap()).await.unwrap();
}

const SORTS: [&str; 14] = [
    "create",
    "save",
    "undo",
    "trash",
    "restore",
    "empty",
    "answer",
    "freeze",
    "import",
    "charter",
    "member",
    "framework",
    "refuse",
    "sign",
];

pub struct History {
    dice: Dice,
    /// How often each sort of change happened.
    pub done: BTreeMap<&'static str, u64>,
    calls: BTreeMap<u64, &'static str>,
    names: u64,
    members: Vec<Uuid>,
    /// Bodies as they once were.
    earlier: Vec<(Uuid, Body)>,
    /// Contents of evidence that lie in the vault's folder.
    files: Vec<Content>,
}

impl History {
    pub fn new(dice: Dice) -> Self {
        Self {
            dice,
            done: BTreeMap::new(),
            calls: BTreeMap::new(),
            names: 0,
            members: Vec::new(),
            earlier: Vec::new(),
            files: Vec::new(),
        }
    }

    pub fn did_everything(&self) -> bool {
        SORTS.iter().all(|s| self.done.contains_key(s))
    }

    pub fn call_of(&self, entry: u64) -> &'static str {
        self.calls.get(&entry).copied().unwrap_or("founding")
    }

    /// Tries one more change, some time later; whether it was made.
    pub async fn go_on(&mut self, vault: &mut Vault) -> bool {
        let now = vault.now().clone();
        let later = now.moment() + chrono::TimeDelta::minutes(i64::try_from(self.dice.below(150) + 1).unwrap());
        vault.tell(now.at(later));
        // What makes something to change comes up more often.
        let sort = match self.dice.below(24) {
            n @ 0..14 => SORTS[n],
            14..19 => "create",
            19..21 => "answer",
            21..23 => "save",
            _ => "import",
        };
        let made = match sort {
            "member" => self.member(vault).await,
            _ => self.change(vault, sort).await,
        };
        if made {
            *self.done.entry(sort).or_default() += 1;
            self.calls.insert(vault.head().unwrap().seq, sort);
        }
        made
    }

    async fn change(&mut self, vault: &mut Vault, sort: &'static str) -> bool {
        if self.files.len() < 3 {
            let text = format!("minutes of meeting {}", self.files.len());
            self.files.push(vault.evidence().write(&mut text.as_bytes(), 1_000, &mut |_| true).unwrap());
        }
        let mut transaction = vault.begin(&Unruled).await.unwrap();
        let mut writer = transaction.writer();
        let result = self.events(&mut writer, sort).await;
        drop(writer);
        match result.map(|events| Audited::all((), events)) {
            Ok(Some(audited)) => {
                transaction.commit(sort, audited).await.unwrap();
                true
            }
            Ok(None) => {
                transaction.roll_back().await.unwrap();
                false
            }
            Err(error) => {
                assert!(matches!(error, VaultError::Fault(_)), "{sort}: {error:?}");
                transaction.roll_back().await.unwrap();
                false
            }
        }
    }

    async fn events(&mut self, writer: &mut Writer<'_>, sort: &str) -> Result<Vec<Event>, VaultError> {
        match sort {
            "create" => {
                let body = self.body(writer).await;
                Ok(writer.create(Uuid::now_v7(), body, How::Sample).await?.1)
            }
            "save" => self.save(writer).await,
            "undo" => self.undo(writer).await,
            "trash" => match self.any(writer, None).await {
                Some(record) => Ok(writer.trash(record.head.id, true).await?.into_iter().collect()),
                None => Ok(Vec::new()),
            },
            "restore" => {
                let ask = |kind| ListRecords { kind, trashed: true, ..ListRecords::default() };
                for kind in Kind::ALL {
                    let page = writer.read().list(&ask(kind), &Charter::default()).await?;
                    if let Some(row) = page.rows.first() {
                        return Ok(writer.trash(row.head.id, false).await?.into_iter().collect());
                    }
                }
                Ok(Vec::new())
            }
            "empty" if self.dice.below(2) == 0 => writer.empty_trash().await,
            "answer" => self.answer(writer).await,
            "freeze" | "refuse" => match self.any(writer, Some(Kind::Assessment)).await {
                Some(record) => {
                    let mut sheet = writer.sheet(record.head.id).await?;
                    if sort == "freeze" {
                        return Ok(vec![writer.freeze(&sheet, &format!("Audit {}", self.name())).await?.1]);
                    }
                    let requirement = self.requirement();
                    let digest = self.name();
                    sheet.refuse(writer, &requirement, &digest).await?;
                    sheet.settle(writer).await
                }
                None => Ok(Vec::new()),
            },
            "import" => self.import(writer).await,
            "charter" => self.charter(writer).await,
            "framework" => self.framework(writer).await,
            "sign" => match self.any(writer, None).await {
                Some(record) => Ok(vec![writer.sign_off(record.head.id).await?]),
                None => Ok(Vec::new()),
            },
            _ => Ok(Vec::new()),
        }
    }

    fn name(&mut self) -> String {
        self.names += 1;
        format!("{} {}", ["heron", "quarry", "lantern", "delta"][self.dice.below(4)], self.names)
    }

    fn requirement(&mut self) -> String {
        content::NCSC_CISA.requirements[self.dice.below(4)].id.clone()
    }

    async fn any(&mut self, writer: &mut Writer<'_>, kind: Option<Kind>) -> Option<Stored> {
        let kind = kind.unwrap_or(Kind::ALL[self.dice.below(Kind::ALL.len())]);
        let mut all = writer.read().records(kind, None).await.unwrap();
        if all.is_empty() { None } else { Some(all.remove(self.dice.below(all.len()))) }
    }

    async fn any_id(&mut self, writer: &mut Writer<'_>, kind: Kind) -> Vec<Uuid> {
        self.any(writer, Some(kind)).await.map(|r| r.head.id).into_iter().collect()
    }

    async fn body(&mut self, writer: &mut Writer<'_>) -> Body {
        let title = self.name();
        let subject = self.any_id(writer, Kind::System).await.pop();
        let rating = |n: usize| Rating {
            likelihood: u8::try_from(n % 5 + 1).unwrap(),
            impact: u8::try_from(n / 5 % 5 + 1).unwrap(),
            rationale: String::new(),
        };
        match self.dice.below(9) {
            0 | 1 => Body::System(System {
                name: title,
                owner: self.name(),
                stage: "operation".into(),
                vendors: self.any_id(writer, Kind::Vendor).await,
                ..System::default()
            }),
            2 => Body::Vendor(Vendor { name: title, ..Vendor::default() }),
            3 => Body::Risk(Risk { title, subject, inherent: rating(self.dice.below(25)), ..Risk::default() }),
            4 => Body::Review(Review { title, subject, review_type: "ethics".into(), ..Review::default() }),
            5 => Body::Decision(Decision {
                title,
                subject,
                outcome: "approve".into(),
                reviews: self.any_id(writer, Kind::Review).await,
                ..Decision::default()
            }),
            6 => Body::Finding(Finding { title, subject, severity: "minor".into(), ..Finding::default() }),
            7 => self.evidence(writer, title).await,
            _ => Body::Assessment(Assessment {
                title,
                subject,
                framework: content::LEAD.into(),
                ..Assessment::default()
            }),
        }
    }

    async fn evidence(&mut self, writer: &mut Writer<'_>, title: String) -> Body {
        let requirement = self.requirement();
        let assessment = self.any_id(writer, Kind::Assessment).await;
        let answers =
            assessment.into_iter().map(|assessment| AnswerRef { assessment, requirement: requirement.clone() });
        let day = writer.now().day();
        let version = self.version(writer).await;
        Body::Evidence(Evidence {
            title,
            answers: answers.collect(),
            expires_on: (self.dice.below(2) == 0).then(|| day + chrono::Days::new(self.dice.below(5) as u64)),
            versions: vec![version],
            ..Evidence::default()
        })
    }

    /// A version whose file is there; its content is known once, however often it is used.
    async fn version(&mut self, writer: &mut Writer<'_>) -> Version {
        let name = self.name();
        let content = &self.files[self.dice.below(self.files.len())];
        if writer.read().content_of(&content.sha256).await.unwrap().is_none() {
            writer.add_content(content).await.unwrap();
        }
        let (file, sha256) = (hex::encode(&content.id), hex::encode(&content.sha256));
        Version { file, sha256, size: content.size, name, ..Version::default() }
    }

    async fn save(&mut self, writer: &mut Writer<'_>) -> Result<Vec<Event>, VaultError> {
        let Some(Stored { head, mut body, .. }) = self.any(writer, None).await else { return Ok(Vec::new()) };
        self.earlier.push((head.id, body.clone()));
        let name = self.name();
        match &mut body {
            Body::System(s) => s.purpose = name,
            Body::Vendor(v) => v.name = name,
            Body::Risk(r) => r.plan = name,
            Body::Review(r) => r.conclusion = name,
            Body::Decision(d) => d.rationale = name,
            Body::Finding(f) => f.description = name,
            Body::Assessment(a) => a.owner = name,
            Body::Evidence(e) => e.description = name,
            _ => return Ok(Vec::new()),
        }
        Ok(writer.save(head.id, head.revision, body, How::Form).await?.1)
    }

    async fn undo(&mut self, writer: &mut Writer<'_>) -> Result<Vec<Event>, VaultError> {
        let Some((id, body)) = self.earlier.pop() else { return Ok(Vec::new()) };
        let Ok(now) = writer.read().record(id).await else { return Ok(Vec::new()) };
        Ok(writer.save(id, now.head.revision, body, How::Undo).await?.1)
    }

    async fn answer(&mut self, writer: &mut Writer<'_>) -> Result<Vec<Event>, VaultError> {
        let Some(record) = self.any(writer, Some(Kind::Assessment)).await else { return Ok(Vec::new()) };
        let mut sheet = writer.sheet(record.head.id).await?;
        let outcomes = [Outcome::Met, Outcome::Partly, Outcome::NotMet, Outcome::NotApplicable];
        for _ in 0..=self.dice.below(3) {
            let answer = sheet.answer(&self.requirement())?;
            let due_on = (self.dice.below(3) == 0).then(|| writer.now().day());
            let (result, comment) = (outcomes[self.dice.below(4)], self.name());
            sheet.put(writer, Answer { result, comment, due_on, ..answer }, How::Form).await?;
        }
        sheet.settle(writer).await
    }

    async fn import(&mut self, writer: &mut Writer<'_>) -> Result<Vec<Event>, VaultError> {
        let headers = vec!["Name".to_owned(), "Colour".to_owned(), "Shape".to_owned()];
        let file = format!("inventory-{}.csv", self.names);
        let source = NewSource { name: "inventory".into(), file, kind: Kind::System, headers, rows: 2 };
        let (source, event) = writer.begin_import(&source).await?;
        let mut events = vec![event];
        let row = |line, key: &str, cell: String| NewSourceRow {
            line,
            key: key.to_owned(),
            cells: vec![(1, cell), (2, "round".into())],
        };
        let name = self.name();
        let body = Body::System(System { name: name.clone(), ..System::default() });
        let cell = self.name();
        events.extend(writer.import(None, body, (source, &row(2, &name, cell))).await?);
        if let Some(before) = self.any(writer, Some(Kind::System)).await
            && let Body::System(system) = &before.body
        {
            let body = Body::System(System { topic: self.name(), ..system.clone() });
            let cell = self.name();
            events.extend(writer.import(Some(&before), body, (source, &row(3, &system.name, cell))).await?);
        }
        Ok(events)
    }

    async fn charter(&mut self, writer: &mut Writer<'_>) -> Result<Vec<Event>, VaultError> {
        let charter = writer.read().charter().await?;
        let tolerance = Level::ALL[self.dice.below(Level::ALL.len())];
        let risk_method = if self.dice.below(2) == 0 { Method::Table } else { Method::Product };
        let voting_seats = u32::try_from(self.dice.below(5) + 1).unwrap();
        let charter = Charter { tolerance, risk_method, voting_seats, ..charter };
        Ok(vec![writer.save_charter(&charter).await?.1])
    }

    async fn framework(&mut self, writer: &mut Writer<'_>) -> Result<Vec<Event>, VaultError> {
        let edition = ["1", "2"][self.dice.below(2)];
        if self.dice.below(4) == 0 {
            return Ok(writer.remove_framework("house", edition).await?.into_iter().collect());
        }
        let (id, edition) = ("house".to_owned(), edition.to_owned());
        let about = About { id, edition, title: "House rules".into(), ..About::default() };
        let group = Group { id: "A".into(), title: "All".into(), ..Group::default() };
        let requirement = |n: usize| Requirement {
            id: format!("R{n}"),
            group: "A".into(),
            question: format!("Question {n}?"),
            ..Requirement::default()
        };
        let mut requirements: Vec<Requirement> = (0..=self.dice.below(3)).map(requirement).collect();
        requirements[0].question = self.name();
        let framework = Framework { framework: about, groups: vec![group], requirements };
        Ok(vec![writer.keep_framework(framework, true).await?.1])
    }

    async fn member(&mut self, vault: &mut Vault) -> bool {
        let roles = [Role::Chair, Role::Reviewer, Role::Contributor, Role::Auditor];
        let role = roles[self.dice.below(4)];
        let known = (!self.members.is_empty()).then(|| self.members[self.dice.below(self.members.len())]);
        match (self.dice.below(3), known) {
            (1, Some(id)) => vault.change_role("member.role", id, role).await.is_ok(),
            (2, Some(id)) => {
                let active = vault.read().await.unwrap().members().await.unwrap();
                if active.iter().any(|m| m.id == id && m.active) {
                    vault.deactivate("member.deactivate", id).await.is_ok()
                } else {
                    let again = chosen_passphrase("amber bridges hum at seven tides", &[]).unwrap();
                    vault.reset_member("member.reset", id, &again, true).await.is_ok()
                }
            }
            _ if self.members.len() < 6 => {
                let (name, first) = (self.name(), chosen_passphrase("seven amber lanterns by the quay", &[]).unwrap());
                self.members.push(vault.invite("member.invite", &name, role, &first).await.unwrap());
                true
            }
            _ => false,
        }
    }
}

/// Everything that the reader gives, a line each.
pub async fn dump(reader: &mut Reader<'_>) -> String {
    let mut out = String::new();
    let charter = reader.charter().await.unwrap();
    macro_rules! say { ($($t:tt)*) => { writeln!(out, $($t)*).unwrap() }; }
    say!("day {} charter {charter:?}", reader.now().day());
    for member in reader.members().await.unwrap() {
        say!("{member:?}");
    }
    say!("{:?}", reader.counts().await.unwrap());
    say!("{:?}", reader.matrix(None, &charter).await.unwrap());
    say!("{:?}", reader.portfolio_coverage(content::LEAD).await.unwrap());
    for kind in Kind::ALL {
        say!("{kind:?} {:?}", reader.facets(kind).await.unwrap());
        for trashed in [false, true] {
            let ask = ListRecords { kind, trashed, limit: 500, ..ListRecords::default() };
            let ids: Vec<Uuid> = {
                let page = reader.list(&ask, &charter).await.unwrap();
                page.rows.iter().for_each(|row| say!("{row:?}"));
                page.rows.iter().map(|r| r.head.id).collect()
            };
            for id in ids {
                record(reader, id, &mut out).await;
            }
        }
    }
    let until = reader.now().day();
    say!("{:?}", reader.due_answers(until, 100).await.unwrap());
    for word in ["heron", "quarry", "lantern", "round"] {
        let mut hits = reader.search(word, 100).await.unwrap().hits;
        hits.sort_by_key(|h| h.id);
        say!("{word} {hits:?}");
    }
    for line in reader.own_frameworks().await.unwrap() {
        let whole = reader.framework(&line.id, &line.edition).await.unwrap();
        say!("{line:?} {whole:?}");
    }
    say!("{:?}", reader.kept_editions().await.unwrap());
    for line in reader.baselines_about(Uuid::nil(), "").await.unwrap() {
        say!("{line:?}");
    }
    let ask = ListJournal { limit: 500, ..ListJournal::default() };
    let page = reader.journal(&ask).await.unwrap();
    say!("{} {:?} {:?}", page.total, page.actors, page.calls);
    page.lines.iter().for_each(|l| say!("{} {} {} {} {}", l.seq, l.at, l.actor, l.call, l.subject_count));
    say!("{:?}", reader.head().await.unwrap());
    out
}

async fn record(reader: &mut Reader<'_>, id: Uuid, out: &mut String) {
    let stored = reader.record(id).await.unwrap();
    let (seq, subject) = (stored.seq, stored.body.subject().unwrap_or_default());
    writeln!(out, "{stored:?}").unwrap();
    writeln!(out, "  points: {:?}", reader.pointing_to(id).await.unwrap()).unwrap();
    writeln!(out, "  sources: {:?}", reader.source_rows(seq).await.unwrap()).unwrap();
    writeln!(out, "  signed: {:?}", reader.signatures(Uuid::nil(), id).await.unwrap()).unwrap();
    writeln!(out, "  entries: {:?}", reader.entries_about(id).await.unwrap()).unwrap();
    if stored.head.kind == Kind::Assessment {
        writeln!(out, "  answers: {:?}", reader.answers(seq).await.unwrap()).unwrap();
        writeln!(out, "  coverage: {:?}", reader.coverage_of(&[id]).await.unwrap()).unwrap();
        writeln!(out, "  evidence: {:?}", reader.evidence_of(id).await.unwrap()).unwrap();
        writeln!(out, "  refused: {:?}", reader.refused_proposals(seq).await.unwrap()).unwrap();
        writeln!(out, "  baselines: {:?}", reader.baselines(id).await.unwrap()).unwrap();
        writeln!(out, "  about: {:?}", reader.baselines_about(subject, content::LEAD).await.unwrap()).unwrap();
    }
}
