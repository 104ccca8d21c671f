//! What keeping a vault costs: unlocking, backup, re-keying, a large evidence file.

use crate::{Table, big::WORDS, ms};
use conclave_app::{App, Headless};
use conclave_domain::{
    call::{
        backup::BackUp,
        evidence::AddEvidence,
        member::RekeyVault,
        session::{LockVault, OpenVault},
    },
    secret::Secret,
};
use conclave_vault::kdf::{KdfParams, SALT_BYTES, derive};
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// What a shipped program gives a new slot on a machine that is fast enough; this one derives cheaply.
const SHIPPED: KdfParams = KdfParams { m_kib: 256 * 1024, t: 3, p: 1 };
/// The size of the evidence file, in bytes.
const FILE: u64 = 200_000_000;

pub async fn measure(table: &mut Table, dir: &Path, folder: &Path) {
    let app = App::new(Arc::new(Headless));
    let open = OpenVault { path: folder.display().to_string(), member: String::new(), passphrase: Secret::new(WORDS) };
    let start = Instant::now();
    std::hint::black_box(derive(WORDS.as_bytes(), &[7; SALT_BYTES], SHIPPED).unwrap());
    let derived = start.elapsed();
    app.send(open).await.unwrap();
    let time = start.elapsed();
    table.add(
        "unlock with the default cost (256 MiB, 3 passes)",
        "≤ 1 s",
        format!("{} ({} of it the derivation)", ms(time), ms(derived)),
        time <= Duration::from_secs(1),
    );
    backup(table, &app, dir).await;
    upload(table, &app, dir).await;
    let start = Instant::now();
    app.send(RekeyVault {}).await.unwrap();
    let time = start.elapsed();
    table.add(
        "encrypt all of it anew, with the backup before",
        "no target",
        format!("{:.1} s", time.as_secs_f64()),
        true,
    );
    app.send(LockVault {}).await.unwrap();
}

async fn backup(table: &mut Table, app: &App, dir: &Path) {
    let out = dir.join("large.conclave-backup").display().to_string();
    let start = Instant::now();
    let done = app.send(BackUp { out, overwrite: false }).await.unwrap();
    let time = start.elapsed();
    let speed = done.size as f64 / 1e6 / time.as_secs_f64();
    table.add(
        "backup, written and checked by opening it",
        "≥ 100 MB/s",
        format!("{speed:.0} MB/s ({:.0} MB in {:.1} s)", done.size as f64 / 1e6, time.as_secs_f64()),
        speed >= 100.0,
    );
}

async fn upload(table: &mut Table, app: &App, dir: &Path) {
    let path = dir.join("evidence.bin");
    let bytes: Vec<u8> = (0..1_000_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()[3]).collect();
    let mut file = std::fs::File::create(&path).unwrap();
    for _ in 0..FILE / 1_000_000 {
        std::io::Write::write_all(&mut file, &bytes).unwrap();
    }
    drop(file);
    let idle = resident();
    let (most, done) = (Arc::new(AtomicU64::new(idle)), Arc::new(AtomicBool::new(false)));
    let (seen, stop) = (most.clone(), done.clone());
    let watch = std::thread::spawn(move || {
        while !stop.load(Ordering::Relaxed) {
            seen.fetch_max(resident(), Ordering::Relaxed);
            std::thread::sleep(Duration::from_millis(2));
        }
    });
    let call = AddEvidence { id: None, revision: 0, path: path.display().to_string(), body: Default::default() };
    let start = Instant::now();
    app.send(call).await.unwrap();
    let time = start.elapsed();
    done.store(true, Ordering::Relaxed);
    watch.join().unwrap();
    let above = most.load(Ordering::Relaxed).saturating_sub(idle) / 1_000_000;
    table.add(
        "evidence file of 200 MB, encrypted and durable",
        "≤ 64 MB above idle",
        format!("{above} MB above idle, {:.1} s", time.as_secs_f64()),
        above <= 64,
    );
}

/// Memory of this process, in bytes.
fn resident() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    pages.split_whitespace().nth(1).and_then(|n| n.parse::<u64>().ok()).unwrap_or(0) * 4096
}
