//! A day is the day where the person sits: what ends with a day holds up to local midnight and not a moment longer, and every
//! place that says so says the same, also on the days of 23 and of 25 hours. And what the journal does when the clock is set back.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use chrono::{DateTime, Days, FixedOffset, NaiveDate, TimeDelta, Utc};
use conclave_app::Job;
use conclave_domain::{
    answer::{Answer, Result as Outcome},
    call::{
        assess::{GetStatement, OverrideGate, PassGate, SaveAnswer},
        exchange::ExportAssessment,
        journal::{ListJournal, VerifyJournal},
        pack::BuildPack,
        record::{Approval, GetHome, GetRecord, ListRecords},
        session::{GetStatus, LockVault, OpenVault},
    },
    content,
    fault::Fault,
    gate::Gate,
    kind::Kind,
    noun::Body,
    secret::Secret,
    t,
    time::{AsOf, Now, Zone},
};
use conclave_vault::{Vault, passphrase::Passphrase};
use serde_json::{Value, json};
use std::{collections::BTreeMap, ops::ControlFlow, sync::Arc};
use support::{Desk, Place, WORDS, place, place_at};
use tokio::{runtime::Handle, task::block_in_place};
use uuid::Uuid;

/// A zone: its offset in hours, until and from a moment.
#[derive(Debug, Clone, Copy)]
struct Here(DateTime<Utc>, i32, i32);

impl Zone for Here {
    fn offset_at(&self, at: DateTime<Utc>) -> FixedOffset {
        FixedOffset::east_opt(3600 * if at < self.0 { self.1 } else { self.2 }).unwrap()
    }
}

/// A local day somewhere, and the moment at which the next one begins.
#[derive(Clone, Copy)]
struct Midnight {
    name: &'static str,
    zone: Here,
    day: NaiveDate,
    end: DateTime<Utc>,
}

fn midnights() -> Vec<Midnight> {
    let fixed = |hours| Here(DateTime::UNIX_EPOCH, hours, hours);
    let (spring, autumn) = (Here(moment("2026-03-29T01:00:00Z"), 1, 2), Here(moment("2026-10-25T01:00:00Z"), 2, 1));
    [
        ("UTC-11", fixed(-11), "2026-12-31", "2027-01-01T11:00:00Z"),
        ("UTC", fixed(0), "2026-12-31", "2027-01-01T00:00:00Z"),
        ("UTC+13", fixed(13), "2026-12-31", "2026-12-31T11:00:00Z"),
        ("into the day of 23 hours", spring, "2026-03-28", "2026-03-28T23:00:00Z"),
        ("out of the day of 23 hours", spring, "2026-03-29", "2026-03-29T22:00:00Z"),
        ("out of the day of 25 hours", autumn, "2026-10-25", "2026-10-25T23:00:00Z"),
        ("forward at midnight", Here(moment("2026-09-06T04:00:00Z"), -4, -3), "2026-09-05", "2026-09-06T04:00:00Z"),
    ]
    .map(|(name, zone, day, end)| Midnight { name, zone, day: day.parse().unwrap(), end: moment(end) })
    .into()
}

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

impl Midnight {
    /// A vault that was founded on the day before.
    async fn place(self) -> Place {
        let founded = self.end - TimeDelta::hours(36);
        let place = place_at(false, Desk::at(Now::new(founded, Arc::new(self.zone)))).await;
        assert_eq!(place.desk.peek().day(), self.next(-1), "{}", self.name);
        place
    }

    fn next(self, days: i64) -> NaiveDate {
        let by = Days::new(days.unsigned_abs());
        if days < 0 { self.day - by } else { self.day + by }
    }

    /// The last moments of the day, or the first of the next.
    fn look(self, place: &Place, over: bool) {
        let at = if over { self.end } else { self.end - TimeDelta::seconds(9) };
        place.desk.set(&at.to_rfc3339(), self.zone);
    }
}

type Said = BTreeMap<&'static str, bool>;

fn all(said: &Said, wanted: bool) -> Said {
    said.keys().map(|place| (*place, wanted)).collect()
}

impl Place {
    /// References of the records of a kind that a list shows as overdue, or as due soon.
    async fn due(&self, kind: Kind, how: &str) -> Vec<String> {
        let filters = BTreeMap::from([("due".to_owned(), vec![how.to_owned()])]);
        let page = self.app.send(ListRecords { kind, filters, limit: 50, ..ListRecords::default() }).await.unwrap();
        page.rows.into_iter().map(|row| row.head.reference).collect()
    }

    /// Whether the home page lists something of a sort, and as overdue.
    async fn home(&self, sort: &str) -> Option<bool> {
        let home = self.app.send(GetHome {}).await.unwrap();
        home.attention.iter().find(|a| a.sort == sort).map(|a| a.overdue)
    }

    async fn gates(&self, system: Uuid) -> Vec<Gate> {
        let ask = json!({"reference": system}).to_string();
        let gates = self.app.dispatch("gate.get", &ask, &self.app.ticket_now(), &Job::default()).await.unwrap();
        serde_json::from_str(&gates).unwrap()
    }

    /// Whether the last gate finds a need met.
    async fn need(&self, system: Uuid, sort: &str) -> bool {
        let gate = self.gates(system).await.pop().unwrap();
        gate.needs.iter().find(|n| n.sort == sort).unwrap().met
    }

    /// The systems as a pack's file for programs says them.
    async fn pack(&self, profile: &str, as_of: Option<NaiveDate>) -> Result<Value, Fault> {
        let out = self.dir.path().join("pack.pdf").display().to_string();
        let as_of = as_of.map(AsOf::Day);
        let (systems, profile, title, overwrite) = (Vec::new(), profile.into(), String::new(), true);
        let built = self.app.send(BuildPack { systems, profile, title, as_of, out, overwrite }).await?;
        let found = conclave_pack::verify(&std::fs::read(built.path).unwrap()).unwrap();
        let (_, file) = found.attachments.iter().find(|(name, _)| name == "systems.json").unwrap();
        Ok(serde_json::from_slice(file).unwrap())
    }

    async fn put(&self, kind: Kind, body: Value) -> Uuid {
        let body = Body::from_map(kind, body.as_object().unwrap().clone()).unwrap();
        self.save(body).await.unwrap().head.id
    }

    async fn running(&self, name: &str) -> Uuid {
        self.put(Kind::System, json!({"name": name, "stage": "operation"})).await
    }

    async fn answer(&self, assessment: Uuid, requirement: &str, due_on: Option<NaiveDate>) {
        let result = if due_on.is_some() { Outcome::Partly } else { Outcome::Met };
        let answer = Answer { requirement: requirement.into(), result, due_on, ..Answer::default() };
        self.app.send(SaveAnswer { assessment, answer }).await.unwrap();
    }
}

// ---------------------------------------------------------------- evidence

/// A requirement that asks for evidence, met by nothing but evidence that expires on a day.
async fn resting(place: &Place, expires_on: NaiveDate) -> (Uuid, Uuid, String) {
    let system = place.running("Triage").await;
    let assessment = place.assess(system, content::LEAD).await;
    let asking = content::NCSC_CISA.requirements.iter().find(|r| r.asks_evidence).unwrap().id.clone();
    place.answer(assessment, &asking, None).await;
    let answers = json!([{"assessment": assessment, "requirement": asking}]);
    let (title, link) = ("Certificate", "https://example.org/certificate");
    let proof = json!({"title": title, "link": link, "expires_on": expires_on, "answers": answers});
    place.put(Kind::Evidence, proof).await;
    (system, assessment, asking)
}

/// Who says that the evidence has expired.
async fn expired(place: &Place, system: Uuid, assessment: Uuid, asking: &str) -> Said {
    let view = place.view(assessment).await;
    let shown = place.app.send(GetRecord { reference: "EVD-0001".into() }).await.unwrap().body;
    let today = place.app.send(GetStatus {}).await.unwrap().today;
    BTreeMap::from([
        ("list, overdue", !place.due(Kind::Evidence, "overdue").await.is_empty()),
        ("list, not soon", place.due(Kind::Evidence, "soon").await.is_empty()),
        ("record and today", matches!(shown, Body::Evidence(e) if e.is_expired(today))),
        ("checklist, attached", view.evidence[asking][0].expired),
        ("checklist, gap", view.gaps.contains_key(asking)),
        ("gate", !place.need(system, "gaps").await),
        ("home", place.home("evidence_due").await.unwrap()),
    ])
}

#[tokio::test]
async fn evidence_holds_all_its_last_local_day_and_every_place_says_when_it_is_over() {
    for midnight in midnights() {
        let place = midnight.place().await;
        let (system, assessment, asking) = resting(&place, midnight.day).await;
        for wanted in [false, true] {
            midnight.look(&place, wanted);
            let said = expired(&place, system, assessment, &asking).await;
            assert_eq!(said, all(&said, wanted), "{}", midnight.name);
        }
    }
}

/// Whether the one statement of a pack marks the evidence as expired, and whether it shows the gap.
fn in_pack(pack: &Value, asking: &str) -> (bool, bool) {
    let assessment = &pack["systems"][0]["assessments"][0];
    let lines = assessment["statement"]["lines"].as_array().unwrap();
    let line = lines.iter().find(|l| l["requirement"] == asking).unwrap();
    let evidence = line["evidence"].to_string();
    assert!(evidence.contains("EVD-0001"), "{evidence}");
    (evidence.contains("(expired)"), assessment["gaps"].get(asking).is_some())
}

#[tokio::test]
async fn a_pack_says_of_evidence_what_the_checklist_says_on_the_day_that_it_speaks_of() {
    for midnight in midnights() {
        let place = midnight.place().await;
        let (.., asking) = resting(&place, midnight.day).await;
        midnight.look(&place, false);
        let last = place.pack("auditor", None).await.unwrap();
        midnight.look(&place, true);
        let next = place.pack("auditor", None).await.unwrap();
        let past = place.pack("auditor", Some(midnight.day)).await.unwrap();
        let said = [last, past, next].map(|pack| in_pack(&pack, &asking));
        assert_eq!(said, [(false, false), (false, false), (true, true)], "{}", midnight.name);
    }
}

#[tokio::test]
async fn a_statement_of_applicability_says_that_evidence_has_expired_as_the_pack_does() {
    for midnight in midnights() {
        let place = midnight.place().await;
        let (_, assessment, asking) = resting(&place, midnight.day).await;
        let reference = assessment.to_string();
        for wanted in [false, true] {
            midnight.look(&place, wanted);
            let statement = place.app.send(GetStatement { reference: reference.clone() }).await.unwrap();
            let line = statement.lines.iter().find(|l| l.requirement == asking).unwrap();
            let said = (line.evidence[0].contains("(expired)"), workbook(&place, &reference).await);
            assert_eq!(said, (wanted, wanted), "{}: {:?}", midnight.name, line.evidence);
        }
    }
}

/// Whether the statement as a workbook says of anything that it has expired.
async fn workbook(place: &Place, reference: &str) -> bool {
    let out = place.dir.path().join("soa.xlsx");
    let (format, path) = ("soa-xlsx".into(), out.display().to_string());
    place.app.send(ExportAssessment { reference: reference.into(), format, out: path, overwrite: true }).await.unwrap();
    let options = conclave_exchange::ReadOptions::default();
    let table = conclave_exchange::read_table(&out, &options, &mut |_, _| ControlFlow::Continue(())).unwrap();
    let text = format!("{:?}", table.rows);
    assert!(text.contains("EVD-0001"), "the workbook was read");
    text.contains("(expired)")
}

// ---------------------------------------------------------------- the board's word

fn approval(system: Uuid, until: NaiveDate, condition: Option<NaiveDate>) -> Value {
    let seats = json!([{"name": "Ada", "vote": "for"}, {"name": "Ben", "vote": "for", "lay": true}]);
    let conditions: Vec<Value> =
        condition.iter().map(|due| json!({"text": "Log.", "owner": "Ben", "due_on": due})).collect();
    json!({
        "title": "Go-live", "subject": system, "status": "decided", "outcome": "approve", "rationale": "Tested.",
        "seats": seats, "decided_on": until - Days::new(99), "valid_until": until, "conditions": conditions,
    })
}

/// Who says that the approval of the first system has ended.
async fn ended(place: &Place, system: Uuid) -> Said {
    let is_over = |a: &Option<Approval>| matches!(a, Some(Approval::Expired { .. }));
    let shown = place.app.send(GetRecord { reference: system.to_string() }).await.unwrap();
    let listed = place.app.send(ListRecords::default()).await.unwrap().rows;
    let home = place.app.send(GetHome {}).await.unwrap();
    let pack = place.pack("auditor", None).await.unwrap();
    BTreeMap::from([
        ("record", is_over(&shown.approval)),
        ("list", is_over(&listed.iter().find(|row| row.head.id == system).unwrap().approval)),
        ("list of decisions", place.due(Kind::Decision, "overdue").await.contains(&"DEC-0001".into())),
        ("home", home.attention.iter().any(|a| a.sort == "approval_expired" && a.overdue)),
        ("home, counted", home.without_approval == 1),
        ("pack", pack["systems"][0]["approval"].to_string().contains("expired")),
    ])
}

/// Who says that the condition of the second system is overdue.
async fn condition_overdue(place: &Place, system: Uuid) -> Said {
    let is_late = |a: &Option<Approval>| matches!(a, Some(Approval::InForce { overdue_conditions: 1, .. }));
    let shown = place.app.send(GetRecord { reference: system.to_string() }).await.unwrap();
    let pack = place.pack("auditor", None).await.unwrap();
    BTreeMap::from([
        ("record", is_late(&shown.approval)),
        ("home", place.home("condition").await.unwrap()),
        ("pack", pack["systems"][1]["approval"].to_string().contains("\"overdue_conditions\":1")),
    ])
}

#[tokio::test]
async fn an_approval_and_its_conditions_hold_up_to_local_midnight() {
    for midnight in midnights() {
        let place = midnight.place().await;
        let (first, second) = (place.running("First").await, place.running("Second").await);
        place.put(Kind::Decision, approval(first, midnight.day, None)).await;
        place.put(Kind::Decision, approval(second, midnight.next(90), Some(midnight.day))).await;
        for wanted in [false, true] {
            midnight.look(&place, wanted);
            let said = [ended(&place, first).await, condition_overdue(&place, second).await];
            assert_eq!(said, [all(&said[0], wanted), all(&said[1], wanted)], "{}", midnight.name);
        }
    }
}

/// Something of every kind that is due on a day.
async fn all_due(place: &Place, system: Uuid, day: NaiveDate) {
    let assessment = place.assess(system, content::LEAD).await;
    place.answer(assessment, "1.1.a", Some(day)).await;
    let finding = json!({"title": "Gap", "subject": system, "severity": "minor", "due_on": day});
    place.put(Kind::Finding, finding).await;
    place.put(Kind::Vendor, json!({"name": "Supplier", "review_on": day})).await;
    let review = json!({"title": "Ethics", "subject": system, "review_type": "ethics", "reviewed_on": day});
    place.put(Kind::Review, review).await;
    let rating = json!({"likelihood": 5, "impact": 5, "rationale": "Seen."});
    let risk = json!({
        "title": "Drift", "subject": system, "inherent": rating, "status": "accepted", "accepted_by": "Ada Osei",
        "acceptance_until": day,
    });
    place.put(Kind::Risk, risk).await;
}

/// Who says that it is over.
async fn overdue(place: &Place, system: Uuid) -> Said {
    let listed = async |kind| !place.due(kind, "overdue").await.is_empty();
    let pack = place.pack("public", None).await.unwrap();
    BTreeMap::from([
        ("home, answer", place.home("answer_due").await.unwrap()),
        ("home, finding", place.home("finding_due").await.unwrap()),
        ("home, vendor", place.home("vendor_due").await.unwrap()),
        ("home, review", place.home("review_draft").await.unwrap()),
        ("home, acceptance", place.home("risk_review").await.unwrap()),
        ("home, risk above tolerance", place.home("risk_above").await.is_some()),
        ("gate, risk above tolerance", !place.need(system, "risks").await),
        ("list of findings", listed(Kind::Finding).await),
        ("list of vendors", listed(Kind::Vendor).await),
        ("list of reviews", listed(Kind::Review).await),
        ("list of risks", listed(Kind::Risk).await),
        ("pack, findings", pack["systems"][0]["findings"]["overdue"] == 1),
    ])
}

#[tokio::test]
async fn what_is_due_on_a_day_is_overdue_from_local_midnight_on() {
    for midnight in midnights() {
        let place = midnight.place().await;
        let system = place.running("Triage").await;
        all_due(&place, system, midnight.day).await;
        for wanted in [false, true] {
            midnight.look(&place, wanted);
            let said = overdue(&place, system).await;
            assert_eq!(said, all(&said, wanted), "{}", midnight.name);
        }
    }
}

#[tokio::test]
async fn an_override_is_given_for_a_local_day_to_come_and_lets_pass_up_to_its_midnight() {
    for midnight in midnights() {
        let place = midnight.place().await;
        let systems = [place.system("First").await.head.id, place.system("Second").await.head.id];
        let give = async |system, until| {
            let (to, reason, expires_on) = ("development".into(), "Pilot".into(), Some(until));
            place.app.send(OverrideGate { system, to, reason, expires_on }).await
        };
        for system in systems {
            give(system, midnight.day).await.unwrap();
        }
        for (system, over) in systems.into_iter().zip([false, true]) {
            midnight.look(&place, over);
            let passed = place.app.send(PassGate { system, to: "development".into() }).await;
            let refused = passed.is_err_and(|fault| fault.about("stage").is_some());
            let sentence = place.app.send(GetRecord { reference: systems[0].to_string() }).await.unwrap().gate;
            let listed = place.app.send(ListRecords::default()).await.unwrap().rows;
            let row = listed.into_iter().find(|row| row.head.id == systems[0]).unwrap().gate;
            assert_eq!(row, sentence, "list and record say the same");
            let said = (refused, sentence.contains("ended"), place.home("gate_override").await.unwrap());
            assert_eq!(said, (over, over, over), "{}: {sentence}", midnight.name);
            let today = i64::from(over);
            assert!(give(system, midnight.next(today)).await.unwrap_err().about("expires_on").is_some());
        }
        midnight.look(&place, true);
        give(systems[1], midnight.next(2)).await.unwrap();
        let given_on = place.gates(systems[1]).await[0].overridden.as_ref().unwrap().given_on;
        assert_eq!(given_on, Some(midnight.next(1)), "{}", midnight.name);
    }
}

// ---------------------------------------------------------------- days that are asked for and written

#[tokio::test]
async fn a_pack_is_of_today_or_of_a_day_before_and_the_program_writes_local_days() {
    for midnight in midnights() {
        let place = midnight.place().await;
        let assessment = place.assess(place.running("Triage").await, content::LEAD).await;
        for (over, requirement) in [(false, "1.1.a"), (true, "1.1.b")] {
            midnight.look(&place, over);
            let today = midnight.next(i64::from(over));
            place.answer(assessment, requirement, Some(today)).await;
            assert_eq!(place.app.send(GetStatus {}).await.unwrap().today, today);
            let statement = place.app.send(GetStatement { reference: assessment.to_string() }).await.unwrap();
            let line = statement.lines.iter().find(|l| l.requirement == requirement).unwrap();
            assert_eq!(line.changed_on, Some(today), "{}", midnight.name);
            let ask = ListJournal { from: Some(today), until: Some(today), limit: 50, ..ListJournal::default() };
            let calls = place.app.send(ask).await.unwrap().lines.into_iter().map(|line| line.call);
            assert_eq!(calls.collect::<Vec<_>>(), ["answer.save"], "{}: the entries of the day", midnight.name);
            let future = place.pack("board", Some(today + Days::new(1))).await.unwrap_err();
            assert!(future.about("as_of").unwrap().contains(&today.to_string()), "{future:?}");
            let yesterday = place.pack("auditor", Some(today - Days::new(1))).await.unwrap();
            let answers = &yesterday["systems"][0]["assessments"][0]["answers"];
            assert!(answers.get(requirement).is_none(), "{}: it was answered today", midnight.name);
            let pack = place.pack("auditor", Some(today)).await.unwrap();
            assert!(pack["systems"][0]["assessments"][0]["answers"].get(requirement).is_some());
            assert!(
                pack["pack"].as_str().unwrap().starts_with(&today.format("%Y%m%d-").to_string()),
                "{}",
                pack["pack"]
            );
        }
    }
}

// ---------------------------------------------------------------- a clock that is set back

/// The times of the entries and what they say of the clock, as they lie in the vault; closes it.
async fn entries(place: &Place) -> (Vec<DateTime<Utc>>, Vec<Option<i64>>) {
    place.app.send(LockVault {}).await.unwrap();
    let (words, now) = (Passphrase::new(WORDS), place.desk.peek());
    let mut vault = Vault::open(&place.folder, "Ada Osei", &words, &now).await.unwrap();
    let (last, mut found) = (vault.head().unwrap().seq, (Vec::new(), Vec::new()));
    for seq in 1..=last {
        let (line, signed, _) = vault.read().await.unwrap().entry(seq, 0, 1).await.unwrap();
        let fact = signed.entry.facts.iter().find(|f| f.name == "clock_set_back");
        found.0.push(line.at);
        found.1.push(fact.map(|f| f.value.parse().unwrap()));
    }
    vault.close().await;
    found
}

#[tokio::test]
async fn journal_times_never_decrease_and_a_clock_that_was_set_back_is_noted_once_in_the_entry_after() {
    let place = place(false).await;
    // Set back by an hour, on to where it was, back by a second, which is nobody's doing, and back by a day.
    for (n, seconds) in [0, -3600, 0, 7200, -1, -86400].into_iter().enumerate() {
        place.desk.pass(seconds);
        place.system(&format!("System {n}")).await;
    }
    let verdict = place.app.send(VerifyJournal {}).await.unwrap();
    assert!(verdict.sound, "{:?}", verdict.faults);
    place.sound().await;
    let (times, facts) = entries(&place).await;
    assert!(times.is_sorted(), "{times:?}");
    assert_eq!([times[2], times[3]], [times[1]; 2], "while it is behind, the time is that of the entry before");
    assert!(times[4] > times[3], "then they rise again");
    let noted: Vec<bool> = facts.iter().map(Option::is_some).collect();
    assert_eq!(noted, [false, false, true, false, false, false, true], "{facts:?}");
    for (fact, by) in [(facts[2], 3600), (facts[6], 86401)] {
        assert!(fact.is_some_and(|seconds| (by - 5..=by).contains(&seconds)), "{fact:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_took_long_is_no_clock_that_was_set_back() {
    let place = Arc::new(place(false).await);
    place.system("Triage").await;
    let (there, begun) = (place.clone(), place.desk.peek().moment());
    let job = Job::new(move |report| {
        if report.stage == t!("app.stage_layout") {
            there.desk.pass(60);
            block_in_place(|| Handle::current().block_on(there.app.send(GetStatus {}))).unwrap();
        }
    });
    let payload = json!({"profile": "board", "out": place.dir.path().join("pack.pdf")}).to_string();
    place.app.dispatch("pack.build", &payload, &place.app.ticket_now(), &job).await.unwrap();
    assert!(place.desk.peek().moment() - begun > TimeDelta::seconds(60), "something was looked at meanwhile");
    assert_eq!(entries(&place).await.1, [None; 3]);
}

#[tokio::test]
async fn an_opening_with_a_clock_behind_the_journal_says_so_and_so_does_its_first_entry() {
    let place = place(false).await;
    place.app.send(LockVault {}).await.unwrap();
    place.desk.pass(-3600);
    let path = place.folder.display().to_string();
    let open = OpenVault { path, member: String::new(), passphrase: Secret::new(WORDS) };
    assert_eq!(place.app.send(open.clone()).await.unwrap().notices, [t!("vault.clock_set_back")]);
    place.system("Late").await;
    place.system("Later").await;
    let (times, facts) = entries(&place).await;
    assert!(times.is_sorted() && facts[0].is_none() && facts[2].is_none(), "{facts:?}");
    assert!(facts[1].is_some_and(|seconds| (3590..=3600).contains(&seconds)), "{facts:?}");
    place.desk.pass(7200);
    assert_eq!(place.app.send(open).await.unwrap().notices, Vec::<String>::new(), "the clock is right again");
    place.sound().await;
}
