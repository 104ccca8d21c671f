//! The changes that are interrupted. A new one is a function that says what the change will do and how it is done, and a
//! line in [`OPERATIONS`].

use std::{future::Future, path::PathBuf, pin::Pin};

use conclave_app::App;
use conclave_domain::{
    answer::Answer,
    call::{
        assess::{OpenAssessment, SaveAnswer},
        exchange::{ReadAs, RunImport},
        framework::GetFramework,
        journal::{GetCharter, SaveCharter},
        record::{GetRecord, RestoreRecord, SaveRecord, TrashRecord},
    },
    charter::Charter,
    fault::Fault,
    kind::Kind,
    noun::{Body, System},
};

use crate::dice::Dice;
use crate::state::{ASSESSMENT, Attempt, Facts, State, UNREVIEWED};
use crate::{assess, evidence, keeping};

/// All of them: name, how often among the others, the operation that makes what it works on, what it plans.
pub const OPERATIONS: &[Operation] = &[
    Operation::new("save", 4, "", save),
    Operation::new("edit", 3, "save", edit),
    Operation::new("answer", 3, "", answer),
    Operation::new("many answers", 2, "", assess::many),
    Operation::new("baseline", 1, "", assess::baseline),
    Operation::new("framework", 1, "", assess::framework),
    Operation::new("trash", 2, "save", trash),
    Operation::new("restore", 2, "trash", restore),
    Operation::new("import", 2, "", import),
    Operation::new("charter", 1, "", charter),
    Operation::new("evidence", 2, "", evidence::upload),
    Operation::new("evidence version", 2, "evidence", evidence::version),
    Operation::new("review", 2, "answer", evidence::review),
    Operation::new("passphrase", 2, "", keeping::passphrase),
    Operation::new("invite", 2, "", keeping::invite),
    Operation::new("role", 2, "invite", keeping::role),
    Operation::new("deactivate", 2, "invite", keeping::deactivate),
    Operation::new("reset", 2, "invite", keeping::reset),
    Operation::new("recovery key", 1, "", keeping::recovery_key),
    Operation::new("backup", 1, "", keeping::backup),
    Operation::new("kept backup", 2, "save", keeping::keep),
    Operation::new("restored backup", 2, "backup", keeping::restored),
    Operation::new("re-key", 2, "", keeping::rekey),
];

/// One kind of change.
pub struct Operation {
    /// Its name.
    pub name: &'static str,
    /// How often it comes among the others.
    pub weight: usize,
    /// The operation that makes what it works on, where nothing of that sort is left.
    pub needs: &'static str,
    /// What it would do next; `None` while there is nothing to do it to.
    pub plan: fn(&mut Worker) -> Option<Plan>,
}

impl Operation {
    const fn new(
        name: &'static str,
        weight: usize,
        needs: &'static str,
        plan: fn(&mut Worker) -> Option<Plan>,
    ) -> Self {
        Self { name, weight, needs, plan }
    }
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
    /// The vault's folder.
    pub vault: PathBuf,
    /// One of how many uploads is of some megabytes; 0 for none.
    pub large: usize,
    /// The folder for everything else: files to import and to upload, backups.
    pub files: PathBuf,
}

impl Worker {
    pub fn fresh(&mut self, what: &str) -> String {
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
    pub fn new(facts: Facts, work: impl for<'a> FnOnce(&'a App) -> Reached<'a> + 'static) -> Option<Self> {
        let attempt = Attempt { facts, entries: 1, ..Attempt::default() };
        Some(Self { attempt, work: Box::new(work) })
    }

    /// The same with more to be told before.
    pub fn telling(mut self, tell: impl FnOnce(&mut Attempt)) -> Self {
        tell(&mut self.attempt);
        self
    }
}

pub fn one(key: String, value: String) -> Facts {
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
    // An answer that is changed is no longer the one that was reviewed.
    let mut facts = one(format!("answer {requirement}"), comment.clone());
    facts.insert(format!("reviewed {requirement}"), UNREVIEWED.to_owned());
    Plan::new(facts, move |app| {
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

/// Makes the framework's text be read before anything is timed.
pub async fn warm_up(app: &App) -> Result<(), Fault> {
    app.send(GetFramework { id: String::new(), edition: String::new() }).await.map(|_| ())
}
