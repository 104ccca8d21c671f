//! Reads a file, proposes a mapping to the fields of an AI system and prints both:
//! `cargo run -p conclave-exchange --example inspect -- FILE [--rows]`.

#[path = "../tests/common/mod.rs"]
mod common;

use conclave_exchange::{ExchangeError, ReadOptions, apply, propose, propose_key, read_table};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

fn main() -> Result<(), ExchangeError> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(file) = arguments.first() else {
        eprintln!("Name a CSV or XLSX file.");
        return Ok(());
    };
    let fields = common::system_fields();
    let started = Instant::now();
    let table = read_table(Path::new(file), &ReadOptions::default(), &mut common::go_on)?;
    let read = started.elapsed();
    let mapping = propose(&table, &fields);
    let proposed = started.elapsed() - read;
    let applied = apply(&table, &mapping, &fields);
    let mapped = started.elapsed() - read - proposed;
    println!("{:?}", table.source);
    println!("{} records, {} columns", table.rows.len(), table.headers.len());
    println!("read {read:?}, proposed {proposed:?}, mapped {mapped:?}");
    println!("key {:?}", propose_key(&table));
    print!("{}", mapping.to_toml()?);
    let mut counts: BTreeMap<(String, String), (usize, String)> = BTreeMap::new();
    for problem in
        table.problems.iter().chain(&applied.problems).chain(applied.rows.iter().flat_map(|row| &row.problems))
    {
        let group = (problem.column.clone().unwrap_or_default(), format!("{:?}", problem.severity));
        let entry = counts.entry(group).or_default();
        entry.0 += 1;
        entry.1 = format!("{:?} {} ({})", problem.line, problem.sentence, problem.excerpt);
    }
    println!("problems: {counts:#?}");
    let mut values: BTreeMap<&str, usize> = BTreeMap::new();
    for key in applied.rows.iter().flat_map(|row| row.values.keys()) {
        *values.entry(key).or_default() += 1;
    }
    println!("values: {values:#?}");
    if arguments.iter().any(|argument| argument == "--rows") {
        println!("{:#?}", applied.rows);
    }
    Ok(())
}
