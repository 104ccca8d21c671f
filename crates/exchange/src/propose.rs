//! Recognises columns: by the words of their headings, then by whether the cells are of the field's kind.

use crate::date::{self, DateOrder};
use crate::key::propose_key;
use crate::mapping::{ChoiceTarget, ColumnMap, FieldKind, MAPPING_VERSION, Mapping, TargetField};
use crate::table::Table;
use crate::words;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Below this, a column stays without a home: a wrong proposal costs more than a missing one.
const THRESHOLD: f64 = 0.45;
/// The best factor that [`Cells::fit`] gives.
const BEST_FIT: f64 = 1.1;
/// How many cells of a column are looked at.
const SAMPLE: usize = 300;
/// Columns with more different values than this hold no choices.
const MAX_CHOICES: usize = 60;

/// Proposes a mapping: each field at most one column, the surest pairs first. Columns without a home keep
/// `target: None`. Choices that are not named exactly but are recognised by their words are written out in
/// [`ColumnMap::choices`], where a person sees and corrects them. The key is that of [`propose_key`].
pub fn propose(table: &Table, fields: &[TargetField]) -> Mapping {
    let weights = Weights::of(table);
    let phrases: Vec<Vec<Phrase>> = fields.iter().map(phrases_of).collect();
    let mut pairs = Vec::new();
    for header in &table.headers {
        let heading = Phrase::new(&header.name);
        let alike = |phrases: &Vec<Phrase>| {
            phrases.iter().map(|phrase| similarity(&heading, phrase, &weights)).fold(0.0, f64::max)
        };
        let names = phrases.iter().map(alike).enumerate().filter(|(_, name)| name * BEST_FIT >= THRESHOLD);
        // Looking at cells is the costly part: only for columns whose heading says something.
        let mut cells = None;
        for (field, name) in names {
            let cells = cells.get_or_insert_with(|| Cells::of(table, header.index));
            let score = (name * cells.fit(&fields[field].kind)).min(1.0);
            if score >= THRESHOLD {
                pairs.push((score, header.index, field));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let mut by_column: HashMap<usize, (f64, usize)> = HashMap::new();
    let mut taken = HashSet::new();
    for (score, column, field) in pairs {
        if !by_column.contains_key(&column) && taken.insert(field) {
            by_column.insert(column, (score, field));
        }
    }
    let elsewhere = table_order(table, fields, &by_column);
    let columns = table.headers.iter().map(|header| match by_column.get(&header.index) {
        None => ColumnMap::unmapped(&header.name),
        Some((score, field)) => map_column(table, header.index, &fields[*field], *score, elsewhere),
    });
    let name = table.source.file_name.rsplit_once('.').map_or(table.source.file_name.as_str(), |(stem, _)| stem);
    Mapping {
        format_version: MAPPING_VERSION,
        name: name.to_string(),
        key: propose_key(table).headers,
        columns: columns.collect(),
    }
}

fn map_column(table: &Table, index: usize, field: &TargetField, score: f64, elsewhere: Option<DateOrder>) -> ColumnMap {
    let mut map = ColumnMap::unmapped(&table.headers[index].name);
    map.target = Some(field.key.clone());
    map.confidence = (score * 100.0).round() / 100.0;
    match &field.kind {
        FieldKind::Date => map.date_order = date::order_of(table.column(index)).or(elsewhere),
        FieldKind::Choice(choices) => map.choices = recognised(table, index, choices),
        _ => {}
    }
    map
}

/// The order of day and month that the other date columns of the same file show.
fn table_order(table: &Table, fields: &[TargetField], columns: &HashMap<usize, (f64, usize)>) -> Option<DateOrder> {
    let dates = columns.iter().filter(|(_, (_, field))| fields[*field].kind == FieldKind::Date);
    date::order_of(dates.flat_map(|(column, _)| table.column(*column)))
}

/// The different values of a column with how often each occurs, most frequent first, and the choice that each is
/// recognised as. For a page on which a person completes [`ColumnMap::choices`].
pub fn choices_seen(table: &Table, column: usize, choices: &[ChoiceTarget]) -> Vec<(String, usize, Option<String>)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for value in table.column(column) {
        *counts.entry(value).or_default() += 1;
    }
    let mut seen: Vec<_> = counts
        .into_iter()
        .map(|(value, count)| {
            let choice = exact_choice(value, choices).or_else(|| likely_choice(value, choices));
            (value.to_string(), count, choice.map(str::to_string))
        })
        .collect();
    seen.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    seen
}

/// The choice that is named exactly: by value, label or synonym, without regard to case and punctuation.
pub(crate) fn exact_choice<'a>(text: &str, choices: &'a [ChoiceTarget]) -> Option<&'a str> {
    let wanted = words::normal(text);
    let names = |choice: &ChoiceTarget, test: &dyn Fn(&str) -> bool| {
        test(&choice.value) || test(&choice.label) || choice.synonyms.iter().any(|synonym| test(synonym))
    };
    // Text without letters and digits has no normal form; it is compared as it is.
    let same = |name: &str| {
        if wanted.is_empty() { name.trim() == text.trim() } else { words::normal(name) == wanted }
    };
    choices.iter().find(|choice| names(choice, &same)).map(|choice| choice.value.as_str())
}

/// The choice whose words lie in the text, if one is clearly ahead and nothing is denied.
fn likely_choice<'a>(text: &str, choices: &'a [ChoiceTarget]) -> Option<&'a str> {
    if text.len() > 300 || words::nothing(text) {
        return None;
    }
    let (heading, weights) = (Phrase::new(text), Weights::none());
    let mut scores: Vec<(f64, &str)> = choices
        .iter()
        .map(|choice| {
            let names = std::iter::once(&choice.label).chain(&choice.synonyms).chain(std::iter::once(&choice.value));
            let best = names
                .filter(|name| words::negates(name) == words::negates(text))
                .map(|name| similarity(&heading, &Phrase::new(name), &weights))
                .fold(0.0, f64::max);
            (best, choice.value.as_str())
        })
        .collect();
    scores.sort_by(|a, b| b.0.total_cmp(&a.0));
    let second = scores.get(1).map_or(0.0, |(score, _)| *score);
    scores.first().filter(|(score, _)| *score >= 0.5 && score - second >= 0.05).map(|(_, value)| *value)
}

/// What a column's words stand for, where they do not name the choice exactly.
fn recognised(table: &Table, column: usize, choices: &[ChoiceTarget]) -> BTreeMap<String, String> {
    let values: HashSet<&str> = table.column(column).collect();
    if values.len() > MAX_CHOICES {
        return BTreeMap::new();
    }
    let loose = values.into_iter().filter(|value| exact_choice(value, choices).is_none());
    loose
        .filter_map(|value| likely_choice(value, choices).map(|choice| (value.to_string(), choice.to_string())))
        .collect()
}

/// A heading or a field's name, prepared for comparing.
struct Phrase {
    normal: String,
    words: Vec<String>,
}

impl Phrase {
    fn new(text: &str) -> Self {
        Self { normal: words::normal(text), words: words::content(text) }
    }
}

fn phrases_of(field: &TargetField) -> Vec<Phrase> {
    let key = field.key.replace(['_', '.'], " ");
    let names = field.synonyms.iter().map(String::as_str).chain([field.label.as_str(), key.as_str()]);
    names.map(Phrase::new).filter(|phrase| !phrase.normal.is_empty()).collect()
}

/// Words that many headings of one table share ("AI", "use", "case") tell columns apart badly and weigh little.
struct Weights(HashSet<String>);

impl Weights {
    fn none() -> Self {
        Self(HashSet::new())
    }

    fn of(table: &Table) -> Self {
        let mut counts: HashMap<String, usize> = HashMap::new();
        for header in &table.headers {
            for word in words::content(&header.name).into_iter().collect::<HashSet<_>>() {
                *counts.entry(word).or_default() += 1;
            }
        }
        let many = (table.headers.len() / 6).max(4);
        Self(counts.into_iter().filter(|(_, count)| *count >= many).map(|(word, _)| word).collect())
    }

    fn of_words(&self, words: &[String]) -> f64 {
        words.iter().map(|word| if self.0.contains(word) { 0.25 } else { 1.0 }).sum()
    }
}

/// How alike a heading and a field's name are, from 0 to 1: equal, one inside the other, or many words in common.
fn similarity(heading: &Phrase, name: &Phrase, weights: &Weights) -> f64 {
    if heading.normal.is_empty() || name.normal.is_empty() {
        return 0.0;
    }
    if heading.normal == name.normal {
        return 1.0;
    }
    let (h, n) = (&heading.words, &name.words);
    if h.is_empty() || n.is_empty() {
        return 0.0;
    }
    if h == n {
        return 0.95;
    }
    let (weight_h, weight_n) = (weights.of_words(h), weights.of_words(n));
    let shared: Vec<String> = n.iter().filter(|word| h.contains(word)).cloned().collect();
    let weight_shared = weights.of_words(&shared);
    if shared.len() == n.len() {
        let together = h.windows(n.len()).any(|part| part == n.as_slice());
        // A single word inside a long question is weak evidence; several in the same order are strong.
        let base = match (n.len(), together) {
            (1, _) => 0.3,
            (_, true) => 0.5,
            (_, false) => 0.4,
        };
        let early = h.iter().take(3).any(|word| *word == n[0]);
        let score = base + 0.4 * (weight_n / weight_h).min(1.0) + if early { 0.08 } else { 0.0 };
        // Several words of which all but one are everyday words of this table say no more than one.
        return if weight_n < 1.0 { score * 0.6 } else { score.min(0.9) };
    }
    if h.iter().all(|word| n.contains(word)) {
        return if weight_h < 1.0 { 0.0 } else { 0.35 + 0.4 * weight_h / weight_n };
    }
    let dice = 2.0 * weight_shared / (weight_h + weight_n);
    if dice >= 0.6 { 0.65 * dice } else { 0.0 }
}

/// What the cells of a column look like.
struct Cells<'a> {
    sample: Vec<&'a str>,
    dates: f64,
    yes_no: f64,
    average: f64,
    filled: bool,
}

impl<'a> Cells<'a> {
    fn of(table: &'a Table, column: usize) -> Self {
        let all: Vec<&str> = table.column(column).collect();
        let step = all.len().div_ceil(SAMPLE).max(1);
        let sample: Vec<&str> = all.into_iter().step_by(step).filter(|cell| !words::nothing(cell)).collect();
        let share = |test: &dyn Fn(&str) -> bool| {
            sample.iter().filter(|cell| test(cell)).count() as f64 / sample.len().max(1) as f64
        };
        let dates = share(&|cell| date::read_date(cell, None) != date::DateReading::Not);
        let yes_no = share(&|cell| crate::apply::read_bool(cell).is_some());
        let average = sample.iter().map(|cell| cell.len()).sum::<usize>() as f64 / sample.len().max(1) as f64;
        let filled = !sample.is_empty();
        Self { sample, dates, yes_no, average, filled }
    }

    /// A factor for the heading's score: above 1 when the cells confirm the field's kind, below when they contradict.
    fn fit(&self, kind: &FieldKind) -> f64 {
        if !self.filled {
            return 0.8;
        }
        let by_share = |share: f64| 0.4 + (BEST_FIT - 0.4) * share;
        match kind {
            FieldKind::Date => by_share(self.dates),
            FieldKind::Bool => by_share(self.yes_no),
            FieldKind::Choice(choices) => {
                let known = self
                    .sample
                    .iter()
                    .filter(|cell| exact_choice(cell, choices).is_some() || likely_choice(cell, choices).is_some())
                    .count();
                by_share(known as f64 / self.sample.len() as f64)
            }
            FieldKind::Text if self.yes_no > 0.8 => 0.5,
            FieldKind::Text if self.average > 300.0 => 0.7,
            FieldKind::LongText if self.yes_no > 0.8 || self.dates > 0.8 => 0.5,
            FieldKind::Text | FieldKind::LongText | FieldKind::List => 1.0,
        }
    }
}
