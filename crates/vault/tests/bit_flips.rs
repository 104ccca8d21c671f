//! One changed bit or a cut anywhere in a vault's files: opening and checking never call the vault sound, never panic,
//! and never blame the passphrase. `CONCLAVE_FAULTS=long` tries many more places.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod fault_support;

use conclave_domain::fault::{Fault, FaultKind};
use conclave_vault::header::{COPY_NAME, HEADER_NAME};
use fault_support::*;
use tokio::sync::OnceCell;

/// What a person is told about a spoilt vault.
#[derive(Debug)]
enum Told {
    /// It does not open, or the check gives up.
    Refused(Fault),
    /// It opens: notices of the opening, findings of the check, number of the newest journal entry.
    Opened { notices: Vec<String>, findings: Vec<String>, head: u64 },
}

/// Opens and checks a copy of these files. A panic is a failure of the rule, so it is caught and told with its place.
async fn told(files: &Files) -> Result<Told, String> {
    let (_dir, folder) = place();
    files.write(&folder);
    let work = async move {
        let mut vault = match open(&folder, WORDS).await {
            Ok(vault) => vault,
            Err(fault) => return Told::Refused(fault),
        };
        let notices = vault.notices().to_vec();
        match vault.check(&mut |_| true).await {
            Ok(verdict) => {
                assert_eq!(verdict.sound, verdict.faults.is_empty(), "the verdict contradicts its findings");
                let head = vault.head().map_or(0, |h| h.seq);
                vault.close().await;
                Told::Opened { notices, findings: verdict.faults, head }
            }
            Err(e) => Told::Refused(e.into()),
        }
    };
    tokio::spawn(work).await.map_err(|e| format!("panicked: {e}"))
}

/// A closed vault with a few dozen changes, some of whose pages are free again.
async fn closed() -> &'static Files {
    static FILES: OnceCell<Files> = OnceCell::const_new();
    FILES
        .get_or_init(async || {
            let (_dir, folder) = place();
            let (mut vault, _) = create(&folder).await;
            for n in 0..24 {
                save(&mut vault, system(&format!("System {n}"))).await;
            }
            // A long draft that is dropped again leaves free pages: they are checked as well.
            vault.keep_draft("system:new", &"half a thought ".repeat(8_000)).await.unwrap();
            vault.keep_draft("system:new", "").await.unwrap();
            vault.close().await;
            Files::read(&folder)
        })
        .await
}

/// A vault as a power cut leaves it: changes that are confirmed lie in the write-ahead log only.
async fn cut_off() -> &'static (Files, u64) {
    static FILES: OnceCell<(Files, u64)> = OnceCell::const_new();
    FILES
        .get_or_init(async || {
            let (_dir, folder) = place();
            let (mut vault, _) = create(&folder).await;
            save(&mut vault, system("In the database")).await;
            vault.close().await;
            let mut vault = open(&folder, WORDS).await.unwrap();
            for n in 0..12 {
                save(&mut vault, system(&format!("In the log {n}"))).await;
            }
            let files = Files::read(&folder);
            assert!(files.get(LOG).len() > 12 * 4096, "the changes lie in the log");
            (files, vault.head().unwrap().seq)
        })
        .await
}

fn flipped(files: &Files, name: &str, bit: usize) -> Files {
    let mut bytes = files.get(name).to_vec();
    bytes[bit / 8] ^= 1 << (bit % 8);
    files.with(name, bytes)
}

fn cut(files: &Files, name: &str, length: usize) -> Files {
    files.with(name, files.get(name)[..length].to_vec())
}

/// Damage is called damage; nothing is ever called sound.
fn shows(told: Result<Told, String>) -> Result<(), String> {
    match told? {
        Told::Refused(fault) if fault.kind == FaultKind::Damaged => Ok(()),
        Told::Opened { findings, .. } if !findings.is_empty() => Ok(()),
        other => Err(format!("passed unnoticed or by a wrong name: {other:?}")),
    }
}

/// Damage to one copy of the header is mended from the other, and said.
fn mended(told: Result<Told, String>) -> Result<(), String> {
    match told? {
        Told::Opened { notices, findings, .. } if !notices.is_empty() && findings.is_empty() => Ok(()),
        other => Err(format!("neither mended nor named: {other:?}")),
    }
}

/// Reports every place that went wrong, not only the first.
#[derive(Default)]
struct Places {
    tried: usize,
    wrong: Vec<String>,
}

impl Places {
    fn add(&mut self, place: impl FnOnce() -> String, result: Result<(), String>) {
        self.tried += 1;
        if let Err(why) = result {
            self.wrong.push(format!("{}: {why}", place()));
        }
    }

    #[track_caller]
    fn close(self, what: &str) {
        assert!(self.tried > 0);
        let (tried, wrong) = (self.tried, self.wrong.len());
        assert!(self.wrong.is_empty(), "{wrong} of {tried} {what}:\n{}", self.wrong.join("\n"));
        println!("FAULTS {tried} {what}, all detected");
    }
}

async fn flips(files: &Files, name: &str, count: usize, rule: fn(Result<Told, String>) -> Result<(), String>) {
    let (mut dice, mut places) = (Dice::new(name), Places::default());
    for _ in 0..count {
        let bit = dice.below(files.get(name).len() * 8);
        let result = rule(told(&flipped(files, name, bit)).await);
        places.add(|| format!("{name} byte {} bit {}", bit / 8, bit % 8), result);
    }
    places.close(&format!("flips of {name}"));
}

async fn cuts(files: &Files, name: &str, count: usize, rule: fn(Result<Told, String>) -> Result<(), String>) {
    let (mut dice, mut places) = (Dice::new(name), Places::default());
    for _ in 0..count {
        let length = dice.below(files.get(name).len());
        let result = rule(told(&cut(files, name, length)).await);
        places.add(|| format!("{name} cut at {length}"), result);
    }
    places.close(&format!("truncations of {name}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_untouched_copy_is_sound() {
    for (files, newest) in [(closed().await, 25), (&cut_off().await.0, cut_off().await.1)] {
        match told(files).await.unwrap() {
            Told::Opened { notices, findings, head } => assert_eq!((notices, findings, head), (vec![], vec![], newest)),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_bit_anywhere_in_the_database_shows() {
    flips(closed().await, DATABASE, times(60, 1_000), shows).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_bit_in_every_page_shows_in_free_ones_too() {
    let files = closed().await;
    let (mut dice, mut places) = (Dice::new("pages"), Places::default());
    let pages = files.get(DATABASE).len() / 4096;
    assert!(pages > 40, "{pages} pages");
    for page in 0..pages {
        let bit = page * 4096 * 8 + dice.below(4096 * 8);
        let result = shows(told(&flipped(files, DATABASE, bit)).await);
        places.add(|| format!("page {} byte {}", page + 1, bit / 8 % 4096), result);
    }
    places.close("flips of one bit in every page");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_cut_off_anywhere_shows() {
    cuts(closed().await, DATABASE, times(20, 200), shows).await;
    // Whole pages less, which leaves a file that looks well-formed.
    let (files, mut places) = (closed().await, Places::default());
    let pages = files.get(DATABASE).len() / 4096;
    for fewer in [1, 2, pages / 2, pages - 1] {
        let result = shows(told(&cut(files, DATABASE, (pages - fewer) * 4096)).await);
        places.add(|| format!("{fewer} pages less"), result);
    }
    places.close("truncations of the database by whole pages");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_bit_in_one_copy_of_the_header_is_mended_and_told() {
    for name in [HEADER_NAME, COPY_NAME] {
        flips(closed().await, name, times(60, 1_000), mended).await;
        cuts(closed().await, name, times(20, 200), mended).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_bit_in_the_only_copy_of_the_header_is_damage_and_no_wrong_passphrase() {
    let alone = closed().await.without(COPY_NAME);
    flips(&alone, HEADER_NAME, times(60, 1_000), shows).await;
    cuts(&alone, HEADER_NAME, times(20, 200), shows).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_bit_in_the_anchor_shows() {
    let named = |told: Result<Told, String>| match told? {
        Told::Opened { notices, findings, .. } if !notices.is_empty() && !findings.is_empty() => Ok(()),
        other => Err(format!("no notice or no finding: {other:?}")),
    };
    flips(closed().await, ANCHOR, times(60, 1_000), named).await;
    cuts(closed().await, ANCHOR, times(20, 200), named).await;
}

/// Either every confirmed entry is there, or the vault says that some are missing.
fn all_or_named(told: Result<Told, String>) -> Result<(), String> {
    match told? {
        Told::Opened { findings, head, .. } if findings.is_empty() && head == HEAD => Ok(()),
        told => shows(Ok(told)),
    }
}

/// Founding, one change in the database, twelve in the log.
const HEAD: u64 = 14;

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_bit_in_the_log_loses_no_confirmed_change_silently() {
    let (files, head) = cut_off().await;
    assert_eq!(*head, HEAD);
    flips(files, LOG, times(60, 1_000), all_or_named).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_cut_off_anywhere_or_missing_loses_no_confirmed_change_silently() {
    let (files, _) = cut_off().await;
    cuts(files, LOG, times(20, 200), all_or_named).await;
    match told(&files.without(LOG)).await.unwrap() {
        Told::Refused(fault) => {
            assert_eq!(fault.kind, FaultKind::Damaged);
            assert!(fault.sentence.contains("entry 2,") && fault.sentence.contains("entry 14"), "{fault:?}");
        }
        other => panic!("{other:?}"),
    }
}

/// Confirmed changes behind a bad bit of the log can still be rescued, as long as the program that refuses the vault leaves the
/// log alone: SQLite moves its readable beginning into the database and removes it when a connection closes.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_opening_leaves_database_and_log_as_they_were() {
    let (files, _) = cut_off().await;
    let spoilt = flipped(files, LOG, (32 + 24 + 100) * 8);
    let (_dir, folder) = place();
    spoilt.write(&folder);
    let fault = open(&folder, WORDS).await.err().expect("the first change in the log is gone");
    assert_eq!(fault.kind, FaultKind::Damaged);
    until_let_go(&folder).await;
    for name in [DATABASE, LOG] {
        let after = std::fs::read(folder.join(name)).unwrap_or_default();
        assert!(after == spoilt.get(name), "{name} was changed or removed by an opening that was refused");
    }
}

/// The database is closed by a thread of its own, a moment after the refusal.
#[cfg(target_os = "linux")]
async fn until_let_go(folder: &std::path::Path) {
    let held = || {
        let open =
            std::fs::read_dir("/proc/self/fd").unwrap().filter_map(|e| std::fs::read_link(e.unwrap().path()).ok());
        open.filter(|path| path.starts_with(folder)).count()
    };
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while held() > 0 {
        assert!(std::time::Instant::now() < deadline, "the vault's files are still open after a refusal");
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}
