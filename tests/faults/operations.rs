//! The changes that are interrupted. A new one is a function that says what the change will do and how it is done, and a
//! line in [`OPERATIONS`].

use std::{future::Future, path::PathBuf, pin::Pin};

use conclave_app::App;
use conclave_domain::{
    answer::Answer,
    call::{
        assess::{GetFramework, OpenAssessment, SaveAnswer},
        backup::BackUp,
        exchange::{ReadAs, RunImport},
        journal::{GetCharter, SaveCharter},
        member::{InviteMember, NewRecoveryKey, RekeyVault},
        record::{GetRecord, RestoreRecord, SaveRecord, TrashRecord},
        session::ChangePassphrase,
    },
    charter::Charter,
    fault::Fault,
    kind::Kind,
    noun::{Body, System},
    secret::Secret,
};

use crate::dice::Dice;
use crate::state::{ASSESSMENT, Attempt, Facts, PASSPHRASE, State, words};

/// All of them: name, how often among the others, what it plans.
pub const OPERATIONS: &[Operation] = &[
    Operation { name: "save", weight: 4, plan: save },
    Operation { name: "edit", weight: 3, plan: edit },
    Operation { name: "answer", weight: 3, plan: answer },
    Operation { name: "trash", weight: 2, plan: trash },
    Operation { name: "restore", weight: 2, plan: restore },
    Operation { name: "import", weight: 2, plan: import },
    Operation { name: "charter", weight: 1, plan: charter },
    Operation { name: "passphrase", weight: 2, plan: passphrase },
    Operation { name: "invite", weight: 2, plan: invite },
    Operation { name: "recovery key", weight: 1, plan: recovery_key },
    Operation { name: "backup", weight: 1, plan: backup },
    Operation { name: "re-key", weight: 2, plan: rekey },
];

/// One kind of change.
pub struct Operation {
    /// Its name.
    pub name: &'static str,
    /// How often it comes among the others.
    pub weight: usize,
    /// What it would do next; `None` while there is nothing to do it to.
    pub plan: fn(&mut Worker) -> Option<Plan>,
}

/// What works on the vault, and what it knows of it.
pub struct Worker {
    /// What the vault holds.
    pub state: State,
    /// The number of the passphrase that opens it.
    pub passphrase: u64,
    /// Chance.
    pub dice: Dice,
    /// Makes titles of this run its own.
    pub run: u64,
    /// Counts the changes of this run.
    pub count: u64,
    /// Where files for imports are written.
    pub files: PathBuf,
}

impl Worker {
    fn fresh(&mut self, what: &str) -> String {
        self.count += 1;
        format!("{}-{} {what}", self.run, self.count)
    }

    /// One of the systems, live or in the trash.
    fn one(&mut self, trashed: bool) -> Option<(String, String)> {
        let all = if trashed { &self.state.trashed } else { &self.state.live };
        let at = self.dice.below(all.len().max(1));
        all.iter().nth(at).map(|(title, id)| (title.clone(), id.to_string()))
    }
}

/// The references that were given, by title.
type Reply = Result<Facts, Fault>;
type Reached<'a> = Pin<Box<dyn Future<Output = Reply> + 'a>>;

/// A change that is about to be made.
pub struct Plan {
    /// What is told before.
    pub attempt: Attempt,
    /// What is done.
    pub work: Box<dyn for<'a> FnOnce(&'a App) -> Reached<'a>>,
}

impl Plan {
    fn new(facts: Facts, work: impl for<'a> FnOnce(&'a App) -> Reached<'a> + 'static) -> Option<Self> {
        let attempt = Attempt { facts, entries: 1, ..Attempt::default() };
        Some(Self { attempt, work: Box::new(work) })
    }

    /// The change also replaces the header, whose second copy may then be found to be the older one.
    fn with_header(mut self) -> Self {
        self.attempt.header = true;
        self
    }

    /// Replacing the header confirms the change, so that its entry may stand without it.
    fn by_header(mut self) -> Self {
        self.attempt.by_header = true;
        self.with_header()
    }

    /// The change writes a backup, which is whole or not there.
    fn to_file(mut self, path: PathBuf) -> Self {
        self.attempt.backup = Some(path);
        self
    }
}

fn one(key: String, value: String) -> Facts {
    Facts::from([(key, value)])
}

fn system(title: &str, owner: &str) -> Facts {
    one(format!("system {title}"), format!("live, owner {owner}"))
}

fn save(worker: &mut Worker) -> Option<Plan> {
    let title = worker.fresh("Sorter");
    Plan::new(system(&title, "Ada"), |app| {
        Box::pin(async move {
            let body = System { name: title.clone(), owner: "Ada".into(), ..System::default() };
            let saved = app.send(SaveRecord { id: None, revision: 0, body: Body::System(body) }).await?;
            Ok(one(title, saved.head.reference))
        })
    })
}

fn edit(worker: &mut Worker) -> Option<Plan> {
    let (title, reference) = worker.one(false)?;
    let owner = worker.fresh("owner");
    Plan::new(system(&title, &owner), |app| {
        Box::pin(async move {
            let detail = app.send(GetRecord { reference }).await?;
            let Body::System(found) = detail.body else { return Err(Fault::internal()) };
            let body = Body::System(System { owner, ..found });
            app.send(SaveRecord { id: Some(detail.head.id), revision: detail.head.revision, body }).await?;
            Ok(Facts::new())
        })
    })
}

fn answer(worker: &mut Worker) -> Option<Plan> {
    let (comment, at) = (worker.fresh("comment"), worker.dice.below(12));
    let requirements = conclave_domain::content::framework("ncsc-cisa-2023")?;
    let requirement = requirements.requirements.get(at)?.id.clone();
    Plan::new(one(format!("answer {requirement}"), comment.clone()), move |app| {
        Box::pin(async move {
            let view = app.send(OpenAssessment { reference: ASSESSMENT.into() }).await?;
            let before = view.answers.get(&requirement).cloned().unwrap_or_default();
            let answer = Answer { requirement, comment, ..before };
            app.send(SaveAnswer { assessment: view.head.id, answer }).await?;
            Ok(Facts::new())
        })
    })
}

fn trash(worker: &mut Worker) -> Option<Plan> {
    let (title, reference) = worker.one(false)?;
    let key = format!("system {title}");
    let value = worker.state.facts.get(&key)?.replace("live,", "in the trash,");
    Plan::new(one(key, value), |app| {
        Box::pin(async move {
            let detail = app.send(GetRecord { reference }).await?;
            app.send(TrashRecord { ids: vec![detail.head.id] }).await?;
            Ok(Facts::new())
        })
    })
}

fn restore(worker: &mut Worker) -> Option<Plan> {
    let (title, reference) = worker.one(true)?;
    let key = format!("system {title}");
    let value = worker.state.facts.get(&key)?.replace("in the trash,", "live,");
    Plan::new(one(key, value), |app| {
        Box::pin(async move {
            let detail = app.send(GetRecord { reference }).await?;
            app.send(RestoreRecord { ids: vec![detail.head.id] }).await?;
            Ok(Facts::new())
        })
    })
}

fn import(worker: &mut Worker) -> Option<Plan> {
    let (mut facts, mut csv) = (Facts::new(), String::from("Use Case Name,Agency\n"));
    for _ in 0..6 {
        let title = worker.fresh("Imported");
        csv += &format!("{title},Meridian\n");
        facts.extend(system(&title, ""));
    }
    // Written now, not while the disk is full.
    let path = worker.files.join(format!("{}-{}.csv", worker.run, worker.count));
    std::fs::write(&path, csv).ok()?;
    Plan::new(facts, |app| {
        Box::pin(async move {
            let call = RunImport {
                path: path.display().to_string(),
                kind: Kind::System,
                read_as: ReadAs::default(),
                mapping: None,
                mapping_path: String::new(),
                save_mapping_to: String::new(),
                dry_run: false,
            };
            app.send(call).await?;
            Ok(Facts::new())
        })
    })
}

fn charter(worker: &mut Worker) -> Option<Plan> {
    let organisation = worker.fresh("Meridian");
    Plan::new(one("charter".into(), organisation.clone()), |app| {
        Box::pin(async move {
            let present = app.send(GetCharter {}).await?;
            app.send(SaveCharter { charter: Charter { organisation, ..present } }).await?;
            Ok(Facts::new())
        })
    })
}

fn passphrase(worker: &mut Worker) -> Option<Plan> {
    worker.count += 1;
    let (old, new) = (worker.passphrase, worker.run * 1_000 + worker.count);
    let change = ChangePassphrase { old: Secret::new(words(old)), new: Secret::new(words(new)) };
    Plan::new(one(PASSPHRASE.into(), new.to_string()), |app| {
        Box::pin(async move { app.send(change).await.map(|()| Facts::new()) })
    })
    .map(Plan::by_header)
}

fn invite(worker: &mut Worker) -> Option<Plan> {
    let name = worker.fresh("Abara");
    let passphrase = Secret::new(words(worker.run));
    let call = InviteMember { name: name.clone(), role: "reviewer".into(), passphrase };
    Plan::new(one(format!("member {name}"), "reviewer".into()), |app| {
        Box::pin(async move { app.send(call).await.map(|_| Facts::new()) })
    })
    .map(Plan::with_header)
}

fn recovery_key(_: &mut Worker) -> Option<Plan> {
    Plan::new(Facts::new(), |app| Box::pin(async move { app.send(NewRecoveryKey {}).await.map(|_| Facts::new()) }))
        .map(Plan::with_header)
}

fn backup(worker: &mut Worker) -> Option<Plan> {
    let name = worker.fresh("kept");
    let path = worker.files.join(format!("{name}.conclave-backup"));
    let call = BackUp { out: path.display().to_string(), overwrite: false };
    Plan::new(Facts::new(), |app| Box::pin(async move { app.send(call).await.map(|_| Facts::new()) }))
        .map(|plan| plan.to_file(path))
}

/// The header that points to the next generation confirms it, and the entry lies in that generation.
fn rekey(_: &mut Worker) -> Option<Plan> {
    Plan::new(Facts::new(), |app| Box::pin(async move { app.send(RekeyVault {}).await.map(|_| Facts::new()) }))
        .map(Plan::with_header)
}

/// Makes the framework's text be read before anything is timed.
pub async fn warm_up(app: &App) -> Result<(), Fault> {
    app.send(GetFramework { id: String::new() }).await.map(|_| ())
}
