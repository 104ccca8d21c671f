//! What must hold after whatever was tried.

use super::{Known, MEMBERS, Need, World, acts::Tried, may, need_of};
use conclave_domain::{
    call::{
        assess::OpenAssessment,
        journal::{CheckVault, GetCharter, GetEntry, JournalLine, ListJournal},
        record::{GetRecord, ListRecords},
    },
    fault::FaultKind,
    kind::Kind,
    noun::Body,
};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Who gave the answers of an assessment, by requirement.
pub type Authors = BTreeMap<String, String>;

impl World {
    pub async fn authors(&self, assessment: Uuid) -> Authors {
        let view = self.place.app.send(OpenAssessment { reference: assessment.to_string() }).await;
        view.map(|v| v.answers.into_iter().map(|(id, a)| (id, a.updated_by)).collect()).unwrap_or_default()
    }

    async fn newest(&self) -> (u64, JournalLine) {
        let page = self.place.app.send(ListJournal { limit: 1, ..ListJournal::default() }).await.unwrap();
        (page.head_seq, page.lines.into_iter().next().unwrap())
    }

    /// Holds what one call may leave behind, and learns from it.
    pub async fn settle(&mut self, tried: Tried) {
        let told = self.told.entry(tried.call).or_default();
        if tried.reply.is_ok() {
            told.0 += 1
        } else {
            told.1 += 1
        }
        let (head, line) = self.newest().await;
        match &tried.reply {
            // A file in which nothing is new, or a dry run.
            Ok(()) if head == self.head && tried.call == "import.run" => {}
            Ok(()) => self.done(&tried, head, &line).await,
            Err(fault) => {
                let noted = fault.kind == FaultKind::NotAllowed;
                assert_eq!(head, self.head + u64::from(noted), "{} {fault:?}", tried.call);
                if noted {
                    self.refused(&tried, &line);
                }
                self.nothing_changed().await;
            }
        }
        self.head = head;
    }

    fn refused(&self, tried: &Tried, line: &JournalLine) {
        let said = (line.refused, line.call.as_str(), line.actor.as_str(), line.subject_count);
        assert_eq!(said, (true, tried.call, self.who.0, 0));
        if let Some(needs) = &tried.needs {
            assert!(needs.iter().any(|n| !self.may(*n)), "{} may {needs:?}", self.who.0);
        }
    }

    async fn done(&mut self, tried: &Tried, head: u64, line: &JournalLine) {
        assert_eq!(head, self.head + 1, "{}: one entry", tried.call);
        let said = (line.refused, line.call.as_str(), line.actor.as_str());
        assert_eq!(said, (false, tried.call, self.who.0));
        let subjects = self.subjects(head).await;
        let mut needs: BTreeSet<Need> = by_the_call(tried.call);
        for (kind, id) in &subjects {
            if Kind::from_name(kind).is_some() {
                let (before, now) = self.learn(*id).await;
                needs.extend(before.as_ref().map(|b| need_of(&b.body)).filter(|_| tried.call != "trash.empty"));
                needs.extend(now.as_ref().map(|n| need_of(&n.body)));
                self.one_record(tried.call, *id, before.as_ref(), now.as_ref());
            }
            needs.extend(by_the_subject(kind, tried.call));
        }
        for need in needs {
            assert!(self.may(need), "{} ({}) did {} without {need:?}", self.who.0, self.who.1.name(), tried.call);
        }
        if subjects.iter().any(|(kind, _)| kind == "charter") {
            self.charter = self.place.app.send(GetCharter {}).await.unwrap();
            self.loosened.push((head, self.charter.administrators_decide));
        }
    }

    /// Everything that an entry is about, each once.
    async fn subjects(&self, entry: u64) -> BTreeSet<(String, Uuid)> {
        let (mut found, mut offset) = (BTreeSet::new(), 0);
        loop {
            let page = self.place.app.send(GetEntry { seq: entry, offset }).await.unwrap();
            found.extend(page.changes.iter().map(|c| (c.subject.kind.clone(), c.subject.id)));
            offset += page.changes.len() as u64;
            if page.changes.is_empty() || offset >= page.line.subject_count {
                return found;
            }
        }
    }

    /// Rules about what a record was and what it became.
    fn one_record(&self, call: &str, id: Uuid, before: Option<&Known>, now: Option<&Known>) {
        let decided = |k: &Known| matches!(&k.body, Body::Decision(d) if d.status == "decided");
        if let Some(before) = before.filter(|b| decided(b)) {
            let now = now.expect("what was decided is not thrown away");
            let (Body::Decision(old), Body::Decision(new)) = (&before.body, &now.body) else { panic!("a decision") };
            assert!(decided(now) && !now.trashed && old.rationale == new.rationale && old.seats == new.seats);
        }
        let accepted = |k: &Known| matches!(&k.body, Body::Risk(r) if r.status == "accepted");
        if call == "import.run" {
            assert!(!before.is_some_and(accepted) && !now.is_some_and(accepted), "a file met an acceptance");
        }
        let by = |k: &Known| match &k.body {
            Body::Review(r) if r.status == "concluded" => Some(r.concluded_by.clone()),
            _ => None,
        };
        let concluded = now.and_then(by).filter(|_| before.and_then(by).is_none());
        if let Some(by) = concluded {
            assert_eq!(by, self.who.0, "somebody else is said to have concluded");
            let alone = self.workers.get(&id).is_some_and(|w| w.iter().eq([&self.who.0]));
            assert!(!alone || self.charter.conclude_own_reviews, "{by} concluded alone what they carried out");
        }
    }

    /// The reviewed answers were somebody else's, as they stood before.
    pub fn reviewed(&self, tried: &Tried, authors: &Authors) {
        let Some((_, requirements)) = tried.reviewed.as_ref().filter(|_| tried.reply.is_ok()) else { return };
        let own = requirements.iter().any(|r| authors.get(r).is_some_and(|by| by == self.who.0));
        assert!(!own || self.charter.review_own_answers, "{} reviewed their own answer", self.who.0);
    }

    /// As far as lists show it.
    async fn nothing_changed(&self) {
        for kind in Kind::ALL {
            for trashed in [false, true] {
                let call = ListRecords { kind, trashed, limit: 500, ..ListRecords::default() };
                let rows = self.place.app.send(call).await.unwrap().rows;
                let mut shown: Vec<_> = rows.iter().map(|r| (r.head.id, r.head.revision)).collect();
                shown.sort_unstable();
                let known = self.known.iter().filter(|(_, k)| k.body.kind() == kind && k.trashed == trashed);
                let known: Vec<_> = known.map(|(id, k)| (*id, k.revision)).collect();
                assert_eq!(shown, known, "{kind:?}, trashed: {trashed}");
            }
        }
    }

    /// Everything: the vault is sound, every record is as it is known to be and passes, every acceptance is signed.
    pub async fn everything(&self) {
        let verdict = self.place.app.send(CheckVault {}).await.unwrap();
        assert_eq!(verdict.faults, Vec::<String>::new());
        assert_eq!(self.place.app.send(GetCharter {}).await.unwrap(), self.charter);
        self.nothing_changed().await;
        for (id, known) in &self.known {
            let detail = self.place.app.send(GetRecord { reference: id.to_string() }).await.unwrap();
            assert_eq!((&detail.body, detail.head.trashed_at.is_some()), (&known.body, known.trashed));
            known.body.check(&known.charter).unwrap_or_else(|f| panic!("{}: {f}", detail.head.reference));
            if !matches!(&known.body, Body::Risk(r) if r.status == "accepted") {
                continue;
            }
            let current =
                |s: &&conclave_domain::call::sign::SignatureLine| s.right && s.current && s.purpose == "acceptance";
            let line = detail.signatures.iter().find(current).unwrap_or_else(|| panic!("{}", detail.head.reference));
            let role = MEMBERS.iter().find(|(name, _)| *name == line.member).unwrap().1;
            let loose = self.loosened.iter().rfind(|(entry, _)| *entry < line.entry).unwrap().1;
            assert!(may(role, Need::Accept, loose), "{} accepted {}", line.member, detail.head.reference);
        }
    }
}

/// What a call asks for, whatever it is about.
fn by_the_call(call: &str) -> BTreeSet<Need> {
    let need = match call {
        "record.trash" | "record.restore" | "record.undo" => Need::Trash,
        "trash.empty" => Need::EmptyTrash,
        "import.run" => Need::Import,
        "gate.override" => Need::Override,
        "answer.review" | "pack.sign" | "fairness.measure" => Need::Review,
        "charter.save" => Need::Charter,
        "framework.save" | "framework.remove" => Need::Frameworks,
        _ => return BTreeSet::new(),
    };
    BTreeSet::from([need])
}

/// What it takes to change what is no record.
fn by_the_subject(kind: &str, call: &str) -> Option<Need> {
    match kind {
        "answer" | "baseline" | "proposal" => Some(Need::Assess),
        "charter" => Some(Need::Charter),
        // An assessment takes a copy of what it answers along.
        "framework" if call.starts_with("framework.") => Some(Need::Frameworks),
        "import" => Some(Need::Import).filter(|_| call == "import.run"),
        _ => None,
    }
}
