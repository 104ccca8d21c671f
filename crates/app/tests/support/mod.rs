//! A vault in a temporary folder and an app that has it open.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use conclave_app::{App, Headless, Host};
use conclave_domain::{
    call::{
        member::{InviteMember, SwitchMember},
        record::{SaveRecord, Saved},
        session::{ChangePassphrase, CreateVault, OpenVault},
    },
    fault::Fault,
    noun::{Body, System},
    secret::Secret,
    time::{Now, Zone},
};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

pub mod assess;

pub const WORDS: &str = "violet harbour counts nine lanterns";

/// Noon of the day on which all tests happen, whatever day it is.
const NOON: &str = "2026-11-27T12:00:00Z";

/// A day as far from the tests' today.
pub fn day(offset: i64) -> NaiveDate {
    let today = NOON.parse::<DateTime<Utc>>().unwrap().date_naive();
    let days = Days::new(offset.unsigned_abs());
    if offset < 0 { today - days } else { today + days }
}

/// A desktop with a clock of its own: it goes on by a tenth of a second whenever it is looked at, and can be set.
pub struct Desk(Mutex<Now>);

impl Desk {
    pub fn at(now: Now) -> Arc<Self> {
        Arc::new(Self(Mutex::new(now)))
    }

    pub fn set(&self, moment: &str, zone: impl Zone + 'static) {
        *self.0.lock().unwrap() = Now::new(moment.parse().unwrap(), Arc::new(zone));
    }

    /// Goes on (or back) by so many seconds.
    pub fn pass(&self, seconds: i64) {
        let mut now = self.0.lock().unwrap();
        *now = now.at(now.moment() + TimeDelta::seconds(seconds));
    }

    pub fn peek(&self) -> Now {
        self.0.lock().unwrap().clone()
    }
}

/// The desktop as the app holds it.
struct At(Arc<Desk>);

impl Host for At {
    fn now(&self) -> Now {
        let mut now = self.0.0.lock().unwrap();
        *now = now.at(now.moment() + TimeDelta::milliseconds(100));
        now.clone()
    }

    fn choose(&self, purpose: &str, suggested: &str) -> Option<PathBuf> {
        Headless.choose(purpose, suggested)
    }

    fn open(&self, path: &Path, in_folder: bool) -> std::io::Result<()> {
        Headless.open(path, in_folder)
    }

    fn preferences_file(&self) -> Option<PathBuf> {
        None
    }

    fn documents(&self) -> PathBuf {
        Headless.documents()
    }
}

pub struct Place {
    pub app: App,
    pub desk: Arc<Desk>,
    pub folder: PathBuf,
    pub dir: tempfile::TempDir,
    pub recovery: String,
}

/// A fresh vault, perhaps with the sample portfolio.
pub async fn place(sample: bool) -> Place {
    place_at(sample, Desk::at(Now::utc(NOON.parse().unwrap()))).await
}

/// The same at another time.
pub async fn place_at(sample: bool, desk: Arc<Desk>) -> Place {
    let dir = tempfile::tempdir().unwrap();
    let app = App::new(Arc::new(At(desk.clone())));
    let call = CreateVault {
        path: dir.path().join("board").display().to_string(),
        organisation: "Meridian".into(),
        member: "Ada Osei".into(),
        passphrase: Secret::new(WORDS),
        sample,
    };
    let created = app.send(call).await.unwrap();
    let folder = PathBuf::from(&created.vault.path);
    Place { app, desk, folder, dir, recovery: created.recovery_key.reveal().to_owned() }
}

impl Place {
    pub async fn save(&self, body: Body) -> Result<Saved, Fault> {
        self.app.send(SaveRecord { id: None, revision: 0, body }).await
    }

    pub async fn system(&self, name: &str) -> Saved {
        self.save(Body::System(System { name: name.into(), ..System::default() })).await.unwrap()
    }

    pub async fn reopen(&self) -> Result<(), Fault> {
        let path = self.folder.display().to_string();
        self.app.send(OpenVault { path, member: String::new(), passphrase: Secret::new(WORDS) }).await.map(|_| ())
    }

    /// Invites a member, who takes over with a passphrase of their own.
    pub async fn member(&self, name: &str, role: &str) {
        let (first, own) = (format!("seven amber {name} by the quay"), format!("copper birds unfold {name} atlas"));
        let call = InviteMember { name: name.into(), role: role.into(), passphrase: Secret::new(&first) };
        self.app.send(call).await.unwrap();
        self.switch_with(name, &first).await;
        self.app.send(ChangePassphrase { old: Secret::new(&first), new: Secret::new(&own) }).await.unwrap();
        self.act_as_founder().await;
    }

    /// An invited member takes over.
    pub async fn act_as(&self, name: &str) {
        self.switch_with(name, &format!("copper birds unfold {name} atlas")).await;
    }

    /// The founder, an administrator, takes over.
    pub async fn act_as_founder(&self) {
        self.switch_with("Ada Osei", WORDS).await;
    }

    async fn switch_with(&self, name: &str, words: &str) {
        self.app.send(SwitchMember { member: name.into(), passphrase: Secret::new(words) }).await.unwrap();
    }

    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.display().to_string()
    }
}
