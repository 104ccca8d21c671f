//! Which columns tell one record from every other, so that a newer edition of the same source can be matched.

use crate::table::Table;
use crate::words;
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Columns that identify records, and how well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyProposal {
    /// The columns' names. Empty when nothing identifies the records well enough: fall back on a hash of the row.
    pub headers: Vec<String>,
    /// How many records have the same key as an earlier one. [`crate::apply`] numbers those.
    pub duplicates: usize,
}

/// Words of headings whose cells are identifiers.
const ID_WORDS: &[&str] = &["id", "identifier", "uuid", "guid", "reference", "ref", "code", "key"];
/// Headings that name the thing itself.
const NAME_WORDS: &[&str] = &[
    "name",
    "title",
    "system",
    "use case",
    "project",
    "application",
    "tool",
    "model",
    "product",
    "vendor",
    "supplier",
    "asset",
    "ai system",
];
/// Words of headings that say whose the thing is.
const OWNER_WORDS: &[&str] = &[
    "agency",
    "organization",
    "department",
    "bureau",
    "unit",
    "division",
    "office",
    "component",
    "company",
    "owner",
    "team",
    "country",
    "subsidiary",
    "business",
    "group",
    "site",
];
/// A combination may leave at most one record in twenty with an ambiguous key.
const GOOD_ENOUGH: f64 = 0.95;

/// How many columns are looked at: a key further right is no key that a person would name.
const MAX_COLUMNS: usize = 64;

/// Proposes the smallest set of columns that identifies the records: an identifier, else a name, else a name together
/// with its owners. Columns that change over time (dates, stages, descriptions) are never part of it, so a few
/// duplicates may remain: better a key that still fits next year than one that is unique only today.
pub fn propose_key(table: &Table) -> KeyProposal {
    let none = KeyProposal { headers: Vec::new(), duplicates: 0 };
    let telling = table.headers.iter().filter(|header| role(&header.name) != Role::Other).take(MAX_COLUMNS);
    let columns: Vec<Column> = telling.map(|header| Column::of(table, header.index)).collect();
    let rows = table.rows.len();
    for role in [Role::Id, Role::Name] {
        if let Some(column) = columns.iter().find(|column| column.role == role && column.distinct == rows) {
            return proposal(table, &[column], rows);
        }
    }
    // The surest start is an identifier that is unique only within its owner, then the most telling name.
    let enough = |column: &&Column| column.filled * 20 >= rows * 19;
    let start = columns.iter().filter(enough).filter(|column| matches!(column.role, Role::Id | Role::Name));
    let Some(start) = start.max_by_key(|column| (column.distinct, std::cmp::Reverse(column.index))) else {
        let mut others = (0..table.headers.len().min(MAX_COLUMNS)).map(|index| Column::of(table, index));
        return others
            .find(|column| column.distinct == rows && column.short)
            .map_or(none, |column| proposal(table, &[&column], rows));
    };
    let mut chosen = vec![start];
    let mut distinct = start.distinct;
    while distinct < rows {
        let owners = columns.iter().filter(|column| column.role == Role::Owner);
        let rest = owners.filter(|column| !chosen.iter().any(|taken| taken.index == column.index));
        let gains = rest.map(|column| {
            let with: Vec<&Column> = chosen.iter().copied().chain([column]).collect();
            (count_distinct(&with, rows), std::cmp::Reverse(column.index), column)
        });
        match gains.max_by_key(|(count, index, _)| (*count, *index)) {
            Some((count, _, column)) if count > distinct => {
                chosen.push(column);
                distinct = count;
            }
            _ => break,
        }
    }
    for index in (1..chosen.len()).rev() {
        let mut fewer = chosen.clone();
        fewer.remove(index);
        if count_distinct(&fewer, rows) == distinct {
            chosen = fewer;
        }
    }
    if (distinct as f64) < GOOD_ENOUGH * rows as f64 {
        return none;
    }
    chosen.sort_by_key(|column| column.index);
    proposal(table, &chosen, distinct)
}

fn proposal(table: &Table, columns: &[&Column], distinct: usize) -> KeyProposal {
    KeyProposal {
        headers: columns.iter().map(|column| table.headers[column.index].name.clone()).collect(),
        duplicates: table.rows.len() - distinct,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Id,
    Name,
    Owner,
    Other,
}

/// What a column could contribute to a key.
struct Column {
    index: usize,
    role: Role,
    /// The normalised cells' hashes; 0 for blank ones.
    hashes: Vec<u64>,
    /// Different values that are not blank.
    distinct: usize,
    filled: usize,
    short: bool,
}

impl Column {
    fn of(table: &Table, index: usize) -> Self {
        let hashes: Vec<u64> = table.rows.iter().map(|row| hash(&part(row.cell(index)))).collect();
        let filled = hashes.iter().filter(|hash| **hash != 0).count();
        let distinct = hashes.iter().filter(|hash| **hash != 0).collect::<HashSet<_>>().len();
        let short = table.column(index).all(|cell| cell.len() <= 60);
        Self { index, role: role(&table.headers[index].name), hashes, distinct, filled, short }
    }
}

fn role(header: &str) -> Role {
    let normal = words::normal(header);
    let words: Vec<&str> = normal.split(' ').collect();
    if words.len() > 5 {
        Role::Other
    } else if words.iter().any(|word| ID_WORDS.contains(word)) {
        Role::Id
    } else if NAME_WORDS.contains(&normal.as_str())
        || words.last().is_some_and(|word| matches!(*word, "name" | "title"))
    {
        Role::Name
    } else if words.iter().any(|word| OWNER_WORDS.contains(word)) {
        Role::Owner
    } else {
        Role::Other
    }
}

fn count_distinct(columns: &[&Column], rows: usize) -> usize {
    let key = |row: usize| columns.iter().map(|column| column.hashes[row]).collect::<Vec<u64>>();
    (0..rows).map(key).collect::<HashSet<_>>().len()
}

fn hash(text: &str) -> u64 {
    if text.is_empty() {
        return 0;
    }
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish().max(1)
}

/// One part of a key: white space folded, lower case.
pub(crate) fn part(cell: &str) -> String {
    cell.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// Joins the parts of a key; a bar inside a part is escaped, so that different parts never give the same key.
pub(crate) fn join<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    let escape = |cell: &str| part(cell).replace('\\', "\\\\").replace('|', "\\|");
    parts.map(escape).collect::<Vec<_>>().join(" | ")
}

/// Numbers repeated keys (`name | owner #2`), so that every key of a table is its own.
#[derive(Default)]
pub(crate) struct KeyCounter(HashMap<String, (usize, u64)>);

impl KeyCounter {
    /// The key to use, and the line of the first record with the same one.
    pub(crate) fn number(&mut self, key: String, line: u64) -> (String, Option<u64>) {
        let entry = self.0.entry(key.clone()).or_insert((0, line));
        entry.0 += 1;
        if entry.0 == 1 { (key, None) } else { (format!("{key} #{}", entry.0), Some(entry.1)) }
    }
}
