//! Fairness on a million rows, and a pack of 500 pages against WeasyPrint on the same table.

use crate::{Table, timed};
use chrono::Utc;
use conclave_domain::fairness::{Counter, Plan};
use conclave_pack::tree::{Block, Cell, Chapter, Column, Pack, Row, Table as PackTable};
use std::{fmt::Write as _, ops::ControlFlow, path::Path, process::Command, time::Duration};

pub fn fairness(table: &mut Table) {
    let plan = Plan {
        label_column: "y".into(),
        favourable_label: "1".into(),
        prediction_column: "p".into(),
        favourable_prediction: "1".into(),
        group_column: "g".into(),
        bands: Plan::default_bands(),
        reason: "Measured for speed.".into(),
        ..Plan::default()
    };
    let headers = ["y", "p", "g"].map(str::to_owned);
    let groups = ["north", "south", "east", "west", "centre"];
    let rows: Vec<[&str; 3]> = (0..1_000_000_usize)
        .map(|n| [if n % 3 == 0 { "1" } else { "0" }, if n * 7 % 5 < 2 { "1" } else { "0" }, groups[n * 13 % 5]])
        .collect();
    let (measured, time) = timed(|| {
        let mut counter = Counter::new(&plan, &headers).unwrap();
        for row in &rows {
            counter.push(row).unwrap();
        }
        counter.finish("rows.csv", "", Utc::now(), "bench")
    });
    assert_eq!(measured.rows, 1_000_000);
    table.add(
        "fairness metrics on 1,000,000 rows",
        "≤ 1 s",
        format!("{:.2} s", time.as_secs_f64()),
        time <= Duration::from_secs(1),
    );
}

/// Rows that fill about 500 pages.
const ROWS: usize = 9_000;

fn cells(n: usize) -> [String; 4] {
    [
        format!("{}.{}.{}", n % 4 + 1, n % 9 + 1, char::from(b'a' + u8::try_from(n % 8).unwrap_or(0))),
        format!(
            "Is the training data of model {n} checked before use, and is the check repeated when its source changes?"
        ),
        "Partly met".into(),
        format!(
            "The check of batch {} is written down; the repetition is not. The owner has agreed to do it in the next quarter.",
            n % 113
        ),
    ]
}

fn tree() -> Pack {
    let column = |title: &str, share: f64| Column { title: title.into(), share, number: false };
    let rows = (0..ROWS).map(|n| Row::Cells(cells(n).map(Cell::from).to_vec())).collect();
    let columns = vec![column("Id", 1.0), column("Question", 5.0), column("Result", 1.5), column("Comment", 5.0)];
    let answers = PackTable { caption: "Answers".into(), columns, rows };
    Pack {
        id: "BENCH".into(),
        title: "Measured pack".into(),
        created: Utc::now(),
        chapters: vec![Chapter { title: "Answers".into(), blocks: vec![Block::Table(answers)] }],
        ..Pack::default()
    }
}

pub fn pages(table: &mut Table, dir: &Path) {
    let tree = tree();
    let (built, time) = timed(|| conclave_pack::build(&tree, None, &mut |_, _| ControlFlow::Continue(())).unwrap());
    let speed = f64::from(built.pages) / time.as_secs_f64();
    let per_500 = 500.0 / speed;
    let peak = peak_memory();
    table.add(
        "pack of 500 pages",
        "≤ 3 s, ≤ 300 MB",
        format!("{per_500:.2} s ({} pages at {speed:.0}/s), {peak} MB", built.pages),
        per_500 <= 3.0 && peak <= 300,
    );
    match weasyprint(dir) {
        Some(theirs) => table.add(
            "pages per second against WeasyPrint on the same table",
            "≥ 5 ×",
            format!("{:.1} × ({speed:.0} against {theirs:.0})", speed / theirs),
            speed >= 5.0 * theirs,
        ),
        None => println!("WeasyPrint is not installed (`pip install weasyprint`), so it is not compared."),
    }
}

/// The most memory that this process has used, in MB (VmHWM).
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap_or("0");
    line.split_whitespace().next().and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) / 1024
}

/// WeasyPrint's pages per second on a tenth of the table.
fn weasyprint(dir: &Path) -> Option<f64> {
    let mut html = String::from(
        "<style>@page{size:A4;margin:22mm}table{width:100%;border-collapse:collapse;font:9pt sans-serif}td{border-bottom:.3pt solid #ccc}</style><table><thead><tr><th>Id<th>Question<th>Result<th>Comment</thead>",
    );
    for n in 0..ROWS / 10 {
        let _ = write!(html, "<tr>{}", cells(n).map(|c| format!("<td>{c}")).concat());
    }
    let page = dir.join("table.html");
    std::fs::write(&page, html).ok()?;
    let script = conclave_tests::project().join("tests/bench/weasyprint_pages.py");
    let output = Command::new("python3").arg(script).arg(page).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}
