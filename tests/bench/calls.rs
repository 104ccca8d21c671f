//! Opening, lists, search and import: measured where the window sends its calls.

use crate::{Table, big::WORDS, ms, p95};
use conclave_app::{App, Headless};
use conclave_domain::{
    call::{
        exchange::RunImport,
        record::{GetHome, ListRecords, Search},
        session::{CreateVault, LockVault, OpenVault},
    },
    kind::Kind,
    secret::Secret,
};
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

/// Times that each question is asked.
const ROUNDS: usize = 5;

pub async fn import(table: &mut Table, dir: &Path, file: Option<String>) {
    let path = file.unwrap_or_else(|| inventory(dir));
    let app = App::new(Arc::new(Headless));
    let path_of_vault = dir.join("import").display().to_string();
    let call = CreateVault {
        path: path_of_vault,
        organisation: "B".into(),
        member: "Ada".into(),
        passphrase: Secret::new(WORDS),
        sample: false,
    };
    app.send(call).await.unwrap();
    let call = RunImport {
        path,
        kind: Kind::System,
        read_as: Default::default(),
        mapping: None,
        mapping_path: String::new(),
        save_mapping_to: String::new(),
        dry_run: false,
    };
    let start = Instant::now();
    let report = app.send(call).await.unwrap();
    let time = start.elapsed();
    assert_eq!(report.added, report.rows);
    table.add(
        "import the federal file (2,133 systems, 62 columns)",
        "≤ 2 s",
        format!("{:.2} s, {} rows", time.as_secs_f64(), report.rows),
        time <= Duration::from_secs(2),
    );
}

/// As many rows as the federal file, made of the excerpt's rows under other names.
fn inventory(dir: &Path) -> String {
    let excerpt =
        std::fs::read(conclave_tests::project().join("assets/samples/federal-ai-use-cases-excerpt.csv")).unwrap();
    // Windows-1252 as in the source; only the first cell of each row gets a number.
    let text: String = excerpt.iter().map(|b| char::from(*b)).collect();
    let (head, _) = text.split_once('\n').unwrap();
    let columns = head.matches(',').count() + 1;
    let mut out = format!(
        "Use Case Name,Bureau,Agency,Stage of Development,Intended purpose{}\n",
        ",Extra".repeat(columns.saturating_sub(5))
    );
    for n in 0..2_133 {
        let _ = writeln!(
            out,
            "System {n},Bureau {},Agency {},In production,\"Counts things\nand writes them down.\"{}",
            n % 50,
            n % 9,
            ",some further words".repeat(columns.saturating_sub(5))
        );
    }
    let path = dir.join("inventory.csv");
    std::fs::write(&path, out).unwrap();
    path.display().to_string()
}

pub async fn measure(table: &mut Table, folder: &Path) {
    let app = App::new(Arc::new(Headless));
    let open =
        || OpenVault { path: folder.display().to_string(), member: String::new(), passphrase: Secret::new(WORDS) };
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        app.send(open()).await.unwrap();
        times.push(start.elapsed());
        app.send(LockVault {}).await.unwrap();
    }
    let time = p95(&mut times);
    table.add("open a vault after the key derivation", "≤ 0.15 s", ms(time), time <= Duration::from_millis(150));
    app.send(open()).await.unwrap();
    lists(table, &app).await;
    let mut times = Vec::new();
    for words in
        ["fraud", "model 4711", "decisions", "misuse hiring", "team 42", "score person review", "steers", "imag"]
    {
        for _ in 0..ROUNDS {
            let start = Instant::now();
            app.send(Search { text: words.into(), limit: 20 }).await.unwrap();
            times.push(start.elapsed());
        }
    }
    let time = p95(&mut times);
    table.add("search over all of it", "p95 ≤ 50 ms", ms(time), time <= Duration::from_millis(50));
    let start = Instant::now();
    app.send(GetHome {}).await.unwrap();
    let time = start.elapsed();
    table.add("home page at that size", "≤ 200 ms", ms(time), time <= Duration::from_millis(200));
}

async fn lists(table: &mut Table, app: &App) {
    let filter = |key: &str, value: &str| BTreeMap::from([(key.to_owned(), vec![value.to_owned()])]);
    let base = ListRecords::default();
    let asks = vec![
        base.clone(),
        ListRecords { sort: "title".into(), offset: 4_950, ..base.clone() },
        ListRecords { filters: filter("status", "operation"), sort: "owner".into(), ..base.clone() },
        ListRecords { filters: filter("class", "high"), sort: "unit".into(), descending: true, ..base.clone() },
        ListRecords { text: "fraud".into(), sort: "title".into(), ..base.clone() },
        ListRecords { kind: Kind::Risk, sort: "score".into(), descending: true, ..base.clone() },
        ListRecords { kind: Kind::Risk, filters: filter("tolerance", "above"), sort: "due".into(), ..base.clone() },
        ListRecords { kind: Kind::Risk, filters: filter("due", "overdue"), sort: "due".into(), ..base.clone() },
        ListRecords { kind: Kind::Risk, filters: filter("owner", "Owner 17"), sort: "title".into(), ..base.clone() },
        ListRecords {
            kind: Kind::Risk,
            filters: filter("subject_stage", "operation"),
            sort: "score".into(),
            descending: true,
            ..base.clone()
        },
        ListRecords { kind: Kind::Risk, filters: filter("cell", "45"), ..base.clone() },
        ListRecords { kind: Kind::Assessment, sort: "updated".into(), descending: true, ..base.clone() },
    ];
    let (mut times, mut slowest) = (Vec::new(), (Duration::ZERO, String::new()));
    for ask in asks {
        for _ in 0..ROUNDS {
            let start = Instant::now();
            let page = app.send(ask.clone()).await.unwrap();
            let time = start.elapsed();
            assert!(!page.rows.is_empty(), "{ask:?}");
            if time > slowest.0 {
                slowest = (time, format!("{} by {} {:?}", ask.kind.name(), ask.sort, ask.filters.keys().next()));
            }
            times.push(time);
        }
    }
    let time = p95(&mut times);
    eprintln!("slowest list: {} {}", ms(slowest.0), slowest.1);
    table.add("one page of any list, filtered and sorted", "p95 ≤ 30 ms", ms(time), time <= Duration::from_millis(30));
}
