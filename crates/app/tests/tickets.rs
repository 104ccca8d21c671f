//! Every call belongs to the opening and the member under which it was made. A job begins; the vault is locked and opened again,
//! another vault is opened or another member takes over; the job ends: it is refused, and nothing of it is left.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use conclave_app::Job;
use conclave_domain::{
    all_calls,
    call::{
        Call, Progress,
        evidence::PreviewEvidence,
        journal::{CheckVault, ListJournal},
        record::{GetHome, GetRecord, UndoChange},
        session::{GetDraft, LockVault},
    },
    fairness::Plan,
    fault::{Fault, FaultKind},
    kind::Kind,
    noun::Body,
    t,
};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};
use support::{Place, WORDS, place};
use tokio::{runtime::Handle, task::block_in_place};
use uuid::Uuid;

macro_rules! jobs_of {
    (reads: [$($read:path),* $(,)?] changes: [$($change:path),* $(,)?] jobs: [$($job:path),* $(,)?] sessions: [$($session:path),* $(,)?]) => {
        /// The names of the calls that are jobs.
        fn jobs() -> BTreeSet<&'static str> {
            BTreeSet::from([$(<$job as Call>::NAME),*])
        }
    };
}

all_calls!(jobs_of);

// ---------------------------------------------------------------- the scene

/// A vault with evidence, a planned review, a pack and a second member; and another vault.
struct Scene {
    place: Place,
    other: String,
    review: Uuid,
    /// How what was open stood when what happened meanwhile had happened.
    left: Mutex<State>,
}

/// What a refused job must leave as it was.
#[derive(Debug, Clone, Default, PartialEq)]
struct State {
    head: u64,
    counts: BTreeMap<String, u64>,
}

async fn scene() -> Arc<Scene> {
    let place = place(false).await;
    let other = at(&place, "other.conclave");
    ask(&place, "vault.create", json!({"path": other, "organisation": "O", "member": "Ada Osei", "passphrase": WORDS}))
        .await;
    place.reopen().await.unwrap();
    place.member("Ben", "chair").await;
    let system = place.system("Screener").await.head.id;
    place.assess(system, "").await;
    let review = planned(&place, system).await;
    place.file("inventory.csv", "Name,Owner\nTriage,Ada\nRouting,Ben\n");
    place.file("rows.csv", "truth,guess,group\n1,1,a\n0,1,a\n1,0,b\n");
    place.file("house.csv", "id,title,question\nA.1,Rule,Is it so?\n");
    // A file of two chunks.
    place.file("new.txt", "n".repeat(4_200_000));
    ask(&place, "evidence.add", json!({"path": place.file("kept.txt", "kept ".repeat(999))})).await;
    ask(&place, "pack.build", json!({"profile": "auditor", "out": at(&place, "kept.pdf")})).await;
    Arc::new(Scene { place, other, review, left: Mutex::default() })
}

/// Sends a call by its name under the ticket of now.
async fn ask(place: &Place, call: &str, payload: Value) {
    place.app.dispatch(call, &payload.to_string(), &place.app.ticket_now(), &Job::default()).await.expect(call);
}

/// The founder opens a vault.
async fn open(place: &Place, path: &str) {
    ask(place, "vault.open", json!({"path": path, "member": "Ada Osei", "passphrase": WORDS})).await;
}

fn at(place: &Place, name: &str) -> String {
    place.dir.path().join(name).display().to_string()
}

async fn planned(place: &Place, system: Uuid) -> Uuid {
    let plan = json!({
        "label_column": "truth", "favourable_label": "1", "prediction_column": "guess", "favourable_prediction": "1",
        "group_column": "group", "bands": Plan::default_bands(), "reason": "The law looks at it.",
    });
    let review = json!({"title": "Fairness", "subject": system, "review_type": "fairness", "fairness_plan": plan});
    place.save(Body::from_map(Kind::Review, review.as_object().unwrap().clone()).unwrap()).await.unwrap().head.id
}

impl Scene {
    /// How what is open stands.
    async fn state(&self) -> State {
        let app = &self.place.app;
        let head = app.send(ListJournal { limit: 1, ..ListJournal::default() }).await.unwrap().head_seq;
        State { head, counts: app.send(GetHome {}).await.unwrap().counts }
    }

    /// The evidence files of the first vault.
    fn chunks(&self) -> BTreeSet<String> {
        let names = std::fs::read_dir(self.place.folder.join("evidence")).unwrap();
        names.map(|n| n.unwrap().file_name().to_string_lossy().into_owned()).collect()
    }

    /// The founder, in the first vault.
    async fn home_again(&self) {
        open(&self.place, self.place.folder.to_str().unwrap()).await;
    }

    async fn sound(&self) {
        assert_eq!(self.place.app.send(CheckVault {}).await.unwrap().faults, Vec::<String>::new());
        let call = PreviewEvidence { reference: "EVD-0001".into(), version: 0 };
        let shown = self.place.app.send(call).await.unwrap();
        assert!(shown.text.starts_with("kept kept"), "what was there before still opens");
    }
}

// ---------------------------------------------------------------- what happens meanwhile

#[derive(Debug, Clone, Copy, PartialEq)]
enum Meanwhile {
    Locked,
    Reopened,
    OtherVault,
    OtherMember,
}

impl Meanwhile {
    const ALL: [Self; 4] = [Self::Locked, Self::Reopened, Self::OtherVault, Self::OtherMember];

    async fn happens(self, scene: &Scene) {
        let place = &scene.place;
        if self != Self::OtherMember {
            place.app.send(LockVault {}).await.unwrap();
        }
        match self {
            Self::Locked => return,
            Self::Reopened => place.reopen().await.unwrap(),
            Self::OtherMember => place.act_as("Ben").await,
            Self::OtherVault => open(place, &scene.other).await,
        }
        *scene.left.lock().unwrap() = scene.state().await;
    }

    fn refusal(self) -> FaultKind {
        if self == Self::Locked { FaultKind::Locked } else { FaultKind::Stale }
    }
}

/// A job and the report at which something happens: the first, or the first of a stage, or the one that says that all is done.
#[derive(Debug, Clone)]
struct Attempt {
    call: &'static str,
    payload: Value,
    stage: String,
    done: bool,
}

fn attempt(call: &'static str, stage: String, payload: Value) -> Attempt {
    Attempt { call, payload, stage, done: false }
}

impl Attempt {
    fn is_at(&self, report: &Progress) -> bool {
        (self.stage.is_empty() || report.stage == self.stage) && (!self.done || report.done == report.total)
    }

    /// Runs the job under the ticket of now and does something at its report, which comes outside the vault's lock.
    async fn run(
        &self,
        scene: &Arc<Scene>,
        then: impl Fn(&Arc<Scene>) + Send + Sync + 'static,
    ) -> Result<String, Fault> {
        let reached = Arc::new(AtomicBool::new(false));
        let this: Arc<Mutex<Option<Job>>> = Arc::default();
        let seen = (self.clone(), scene.clone(), reached.clone(), this.clone());
        let job = Job::new(move |report| {
            let (attempt, scene, reached, this) = &seen;
            if report.stage.is_empty() {
                return;
            }
            if attempt.is_at(&report) && !reached.swap(true, Ordering::SeqCst) {
                then(scene);
            }
            // A step of another stage: so the next one is reported however soon it comes.
            let job = this.lock().unwrap().clone();
            let _ = job.unwrap().step("", 0, 0);
        });
        *this.lock().unwrap() = Some(job.clone());
        let app = &scene.place.app;
        let ended = app.dispatch(self.call, &self.payload.to_string(), &app.ticket_now(), &job).await;
        *this.lock().unwrap() = None;
        assert!(reached.load(Ordering::SeqCst), "{} never came to “{}”: {ended:?}", self.call, self.stage);
        ended
    }

    async fn while_(&self, scene: &Arc<Scene>, meanwhile: Meanwhile) -> Result<String, Fault> {
        self.run(scene, move |scene| block_in_place(|| Handle::current().block_on(meanwhile.happens(scene)))).await
    }
}

/// Jobs that come back to the vault after their report.
fn returning(scene: &Scene) -> Vec<Attempt> {
    let file = |name: &str| at(&scene.place, name);
    let (reading, out) = (|| t!("app.stage_reading"), file("out"));
    let import = json!({"path": file("inventory.csv"), "kind": "system"});
    let measure = json!({"review": scene.review, "revision": 1, "path": file("rows.csv")});
    let pack = json!({"profile": "auditor", "out": out});
    let upload = |name| attempt("evidence.add", t!("app.stage_uploading"), json!({"path": file(name)}));
    vec![
        attempt("import.run", reading(), import.clone()),
        attempt("import.run", t!("app.stage_mapping"), import),
        attempt("fairness.measure", reading(), measure.clone()),
        attempt("fairness.measure", t!("app.stage_measuring"), measure),
        attempt("pack.build", t!("app.stage_content"), pack.clone()),
        attempt("pack.build", t!("app.stage_layout"), pack),
        upload("new.txt"),
        Attempt { done: true, ..upload("new.txt") },
        Attempt { done: true, ..upload("kept.txt") },
        attempt("export.list", reading(), json!({"kind": "system", "format": "csv", "out": out})),
        attempt("export.assessment", reading(), json!({"reference": "ASM-0001", "format": "soa-xlsx", "out": out})),
        attempt("framework.preview", reading(), json!({"path": file("house.csv")})),
        attempt("pack.verify", reading(), json!({"path": file("kept.pdf"), "with_vault": true})),
    ]
}

/// Jobs that have all they need of the vault before this report, and write it to a file after it.
fn exporting(scene: &Scene) -> Vec<Attempt> {
    let (out, writing) = (at(&scene.place, "out"), || t!("app.stage_writing"));
    vec![
        attempt("export.list", writing(), json!({"kind": "system", "format": "csv", "out": out})),
        attempt("export.assessment", writing(), json!({"reference": "ASM-0001", "format": "oscal-ar", "out": out})),
        attempt("evidence.export", writing(), json!({"reference": "EVD-0001", "out": out})),
    ]
}

/// Jobs that read a file and need nothing of the vault but the permission.
fn previewing(scene: &Scene) -> Vec<Attempt> {
    let (list, rows) = (at(&scene.place, "inventory.csv"), at(&scene.place, "rows.csv"));
    vec![
        attempt("import.preview", t!("app.stage_mapping"), json!({"path": list, "kind": "system"})),
        attempt("fairness.preview", t!("app.stage_measuring"), json!({"path": rows})),
    ]
}

/// Jobs that keep the vault from their first report to their last.
fn keeping(scene: &Scene) -> Vec<Attempt> {
    let any = |call, payload| attempt(call, String::new(), payload);
    vec![
        any("journal.verify", json!({})),
        any("vault.check", json!({})),
        any("vault.backup", json!({"out": at(&scene.place, "b.conclave-backup")})),
        any("vault.keep_backups", json!({})),
        any("vault.rekey", json!({})),
    ]
}

/// Jobs that need no open vault.
const FREE: [&str; 4] = ["vault.create", "vault.restore", "vault.check_backup", "vault.rescue"];

#[tokio::test]
async fn no_job_is_missing_from_these_tests() {
    let scene = scene().await;
    let lists = [returning(&scene), exporting(&scene), previewing(&scene), keeping(&scene)];
    let tried: BTreeSet<&str> = lists.iter().flatten().map(|a| a.call).chain(FREE).collect();
    assert_eq!(tried, jobs());
}

// ---------------------------------------------------------------- jobs

/// Tries jobs while this happens: each is refused and leaves nothing.
async fn are_refused(attempts: fn(&Scene) -> Vec<Attempt>, meanwhile: Meanwhile) {
    let scene = scene().await;
    let (before, chunks) = (scene.state().await, scene.chunks());
    let mut went_on = Vec::new();
    for attempt in attempts(&scene) {
        let ended = attempt.while_(&scene, meanwhile).await;
        let named = format!("{} at “{}”, {meanwhile:?}", attempt.call, attempt.stage);
        if ended.as_ref().err().map(|fault| &fault.kind) != Some(&meanwhile.refusal()) {
            went_on.push(named.clone());
        }
        if std::fs::remove_file(at(&scene.place, "out")).is_ok() {
            went_on.push(format!("{named}: its file is there"));
        }
        assert!(scene.chunks().is_superset(&chunks), "{named}: what is needed stays");
        if meanwhile != Meanwhile::Locked {
            assert_eq!(scene.state().await, *scene.left.lock().unwrap(), "{named}: what is open now");
        }
        scene.home_again().await;
        assert_eq!(scene.state().await, before, "{named}: the vault that it was begun in");
        assert_eq!(scene.chunks(), chunks, "{named}: what nothing needs goes with the next opening at the latest");
        scene.sound().await;
    }
    assert_eq!(went_on, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_whose_vault_was_locked_is_refused_and_leaves_nothing() {
    are_refused(returning, Meanwhile::Locked).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_whose_vault_was_opened_again_by_the_same_member_is_refused_and_leaves_nothing() {
    are_refused(returning, Meanwhile::Reopened).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_after_which_another_vault_was_opened_is_refused_and_leaves_nothing_in_either() {
    are_refused(returning, Meanwhile::OtherVault).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_of_a_member_before_is_refused_and_leaves_nothing() {
    are_refused(returning, Meanwhile::OtherMember).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_whose_opening_is_over_is_refused_and_writes_no_file() {
    for meanwhile in Meanwhile::ALL {
        are_refused(exporting, meanwhile).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_whose_opening_is_over_is_refused() {
    for meanwhile in Meanwhile::ALL {
        are_refused(previewing, meanwhile).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_keeps_the_vault_ends_before_the_lock() {
    let scene = scene().await;
    for attempt in keeping(&scene) {
        scene.place.system("Something to keep").await;
        let asked: Arc<Mutex<Option<tokio::task::JoinHandle<bool>>>> = Arc::default();
        let (lock, handle) = (asked.clone(), Handle::current());
        let ended = attempt.run(&scene, move |scene| {
            let scene = scene.clone();
            *lock.lock().unwrap() = Some(handle.spawn(async move { scene.place.app.lock().await }));
        });
        ended.await.unwrap();
        let locking = asked.lock().unwrap().take().unwrap();
        assert!(locking.await.unwrap(), "{}: it was locked once the job had ended", attempt.call);
        assert_eq!(scene.place.app.ticket_now(), "");
        scene.home_again().await;
        scene.sound().await;
    }
}

// ---------------------------------------------------------------- what is easily lost

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_the_new_opening_brings_in_is_whole_when_an_upload_of_the_same_file_is_refused() {
    let scene = scene().await;
    let path = at(&scene.place, "new.txt");
    let upload = attempt("evidence.add", t!("app.stage_uploading"), json!({"path": path}));
    let upload = Attempt { done: true, ..upload };
    let before = scene.chunks();
    let ended = upload.run(&scene, move |scene| {
        let again = async {
            Meanwhile::Reopened.happens(scene).await;
            assert_eq!(scene.chunks(), before, "what no row needs went with the opening, and nothing else");
            ask(&scene.place, "evidence.add", json!({"path": at(&scene.place, "new.txt")})).await;
            *scene.left.lock().unwrap() = scene.state().await;
        };
        block_in_place(|| Handle::current().block_on(again));
    });
    assert_eq!(ended.await.unwrap_err().kind, FaultKind::Stale);
    assert_eq!(scene.state().await, *scene.left.lock().unwrap());
    scene.home_again().await;
    assert_eq!(scene.chunks().len(), 3, "one chunk of the old file, two of the new one");
    scene.sound().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_that_is_refused_leaves_the_file_that_it_would_have_replaced() {
    let scene = scene().await;
    let kept = at(&scene.place, "kept.pdf");
    let before = std::fs::read(&kept).unwrap();
    let payload = json!({"profile": "auditor", "out": kept, "overwrite": true});
    let ended = attempt("pack.build", t!("app.stage_layout"), payload).while_(&scene, Meanwhile::Reopened).await;
    assert_eq!(ended.unwrap_err().kind, FaultKind::Stale);
    assert!(std::fs::read(&kept).is_ok_and(|now| now == before), "the pack that was there, whole");
}

// ---------------------------------------------------------------- old tickets

/// Sends calls of every way under a ticket and gives why they were refused.
async fn refusals(scene: &Scene, ticket: &str, entry: u64) -> Vec<FaultKind> {
    let nobody = json!({"member": "nobody", "passphrase": ""});
    let calls = [
        ("record.list", json!({})),
        ("home", json!({})),
        ("evidence.preview", json!({"reference": "EVD-0001"})),
        ("record.save", json!({"id": null, "kind": "system", "body": {"name": "Late"}})),
        ("record.undo", json!({"entry": entry})),
        ("draft.keep", json!({"key": "late", "body": "{}"})),
        ("draft.get", json!({"key": "late"})),
        ("member.switch", nobody),
        ("vault.recovery_key", json!({})),
        ("vault.check", json!({})),
        ("pack.verify", json!({"path": at(&scene.place, "kept.pdf"), "with_vault": true})),
    ];
    let mut found = Vec::new();
    for (call, payload) in calls {
        let reply = scene.place.app.dispatch(call, &payload.to_string(), ticket, &Job::default()).await;
        found.push(reply.expect_err(call).kind);
    }
    found
}

#[tokio::test]
async fn an_old_ticket_is_refused_for_reads_changes_undo_and_all_else_and_changes_nothing() {
    let scene = scene().await;
    let made = scene.place.system("Undo me").await;
    let mut tickets = BTreeSet::from([String::new(), "not a ticket".into(), Uuid::new_v4().to_string()]);
    for meanwhile in [Meanwhile::Reopened, Meanwhile::OtherMember, Meanwhile::OtherVault] {
        tickets.insert(scene.place.app.ticket_now());
        meanwhile.happens(&scene).await;
        let before = scene.state().await;
        for ticket in &tickets {
            assert_eq!(
                refusals(&scene, ticket, made.entry).await,
                vec![FaultKind::Stale; 11],
                "{ticket}, {meanwhile:?}"
            );
        }
        assert_eq!(scene.state().await, before, "not even a refusal is noted in the journal");
        assert_eq!(scene.place.app.send(GetDraft { key: "late".into() }).await.unwrap(), None);
        scene.home_again().await;
    }
    assert_eq!(tickets.len(), 6, "every opening and every change of member has a ticket of its own");
    let now = scene.place.app.send(UndoChange { entry: made.entry }).await;
    assert_eq!(now.unwrap().count, 1, "under the ticket of now it is taken back");
    let trashed = scene.place.app.send(GetRecord { reference: made.head.reference }).await.unwrap().head.trashed_at;
    assert!(trashed.is_some());
    scene.place.app.send(LockVault {}).await.unwrap();
    for ticket in &tickets {
        assert_eq!(refusals(&scene, ticket, made.entry).await, vec![FaultKind::Locked; 11], "{ticket}");
    }
}

#[tokio::test]
async fn a_member_who_could_not_take_over_leaves_the_ticket_as_it_is() {
    let scene = scene().await;
    let app = &scene.place.app;
    let ticket = app.ticket_now();
    let wrong = json!({"member": "Ben", "passphrase": "not this one at all"}).to_string();
    let refused = app.dispatch("member.switch", &wrong, &ticket, &Job::default()).await.unwrap_err();
    assert_eq!((refused.kind, app.ticket_now()), (FaultKind::WrongPassphrase, ticket.clone()));
    app.dispatch("record.list", "{}", &ticket, &Job::default()).await.unwrap();
}

#[tokio::test]
async fn what_needs_no_open_vault_needs_no_ticket() {
    let scene = scene().await;
    let (place, backup) = (&scene.place, at(&scene.place, "b.conclave-backup"));
    ask(place, "vault.backup", json!({"out": backup})).await;
    let old = place.app.ticket_now();
    place.reopen().await.unwrap();
    for (n, ticket) in ["", old.as_str()].into_iter().enumerate() {
        let to = |what: &str| at(place, &format!("{what}-{n}"));
        let (member, from) = ("Ada Osei", &place.folder);
        let calls = [
            ("session.status", json!({})),
            ("session.awake", json!({})),
            ("vault.peek", json!({"path": from})),
            ("pack.verify", json!({"path": at(place, "kept.pdf")})),
            ("vault.check_backup", json!({"path": backup})),
            ("vault.restore", json!({"path": backup, "to": to("restored")})),
            ("vault.open", json!({"path": scene.other, "passphrase": WORDS})),
            ("vault.rescue", json!({"path": from, "to": to("rescued"), "member": member, "passphrase": WORDS})),
            ("vault.create", json!({"path": to("new"), "organisation": "O", "member": member, "passphrase": WORDS})),
            ("vault.lock", json!({})),
        ];
        for (call, payload) in calls {
            let reply = place.app.dispatch(call, &payload.to_string(), ticket, &Job::default()).await;
            assert!(reply.is_ok(), "{call} under “{ticket}”: {reply:?}");
        }
    }
}
