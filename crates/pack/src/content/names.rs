//! Taking the names of persons out of free text. Only names that the records know can be found; addresses always.

use super::Dossier;
use conclave_domain::t;
use std::collections::{BTreeMap, BTreeSet};

/// The names of all persons that a dossier knows by their first letter, the longest first: a register has thousands of
/// texts and hundreds of names, so that each text is read once and not once per name.
pub(super) struct Names(BTreeMap<char, Vec<String>>);

impl Names {
    pub fn of(dossier: &Dossier) -> Names {
        let mut found = BTreeSet::new();
        let mut add = |name: &str| {
            let name = name.trim();
            if name.chars().count() > 1 {
                found.insert(name.to_owned());
            }
        };
        add(&dossier.made_by);
        dossier.journal.iter().for_each(|e| add(&e.actor));
        for (head, system, _) in &dossier.portfolio {
            add(&head.updated_by);
            add(&system.owner);
        }
        for file in &dossier.systems {
            file_names(file, &mut add);
        }
        Names::new(found)
    }

    fn new(found: impl IntoIterator<Item = String>) -> Names {
        let mut names: BTreeMap<char, Vec<String>> = BTreeMap::new();
        for name in found {
            if let Some(first) = name.chars().next() {
                names.entry(folded(first)).or_default().push(name);
            }
        }
        names.values_mut().for_each(|of_letter| of_letter.sort_by_key(|name| std::cmp::Reverse(name.len())));
        Names(names)
    }

    /// The text with every known name and every mail address replaced by a mark that says so.
    pub fn scrub(&self, text: &str) -> String {
        let withheld = t!("dossier.withheld");
        let text = without_addresses(text, &withheld);
        let mut out = String::with_capacity(text.len());
        let mut rest = &*text;
        let mut before = None;
        while let Some(first) = rest.chars().next() {
            match self.name_at(rest, first, before) {
                Some(end) => {
                    out.push_str(&withheld);
                    before = rest[..end].chars().last();
                    rest = &rest[end..];
                }
                None => {
                    out.push(first);
                    before = Some(first);
                    rest = &rest[first.len_utf8()..];
                }
            }
        }
        out
    }

    /// The length of the longest name at the start of the text, if one stands there as a whole word. Names of several words
    /// are found in any case; a single word only as it is written, since it may be an everyday word too.
    fn name_at(&self, text: &str, first: char, before: Option<char>) -> Option<usize> {
        if joined(before, Some(first)) {
            return None;
        }
        self.0.get(&folded(first))?.iter().find_map(|name| {
            let end = match_at(text, name, name.contains(char::is_whitespace))?;
            let after = text[end..].chars().next();
            (!joined(text[..end].chars().last(), after)).then_some(end)
        })
    }
}

/// The letter under which a name is kept.
fn folded(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

fn file_names(file: &super::SystemFile, add: &mut impl FnMut(&str)) {
    add(&file.head.updated_by);
    add(&file.system.owner);
    for (head, vendor) in &file.vendors {
        [&head.updated_by, &vendor.owner, &vendor.contact].into_iter().for_each(|n| add(n));
    }
    for (head, asset) in &file.assets {
        [&head.updated_by, &asset.owner].into_iter().for_each(|n| add(n));
    }
    for file in &file.assessments {
        [&file.head.updated_by, &file.assessment.owner].into_iter().for_each(|n| add(n));
        for answer in file.answers.values() {
            [&answer.owner, &answer.updated_by].into_iter().for_each(|n| add(n));
        }
        file.statement.iter().flat_map(|s| &s.lines).for_each(|l| add(&l.owner));
        file.baselines.iter().for_each(|b| add(&b.by));
    }
    for (head, finding) in &file.findings {
        [&head.updated_by, &finding.owner].into_iter().for_each(|n| add(n));
    }
    let overrides = file.system.overrides.iter().chain(file.gates.iter().filter_map(|g| g.overridden.as_ref()));
    overrides.for_each(|o| add(&o.by));
    for (head, risk) in &file.risks {
        [&head.updated_by, &risk.owner, &risk.accepted_by].into_iter().for_each(|n| add(n));
    }
    for (head, review) in &file.reviews {
        [&head.updated_by, &review.reviewer, &review.concluded_by].into_iter().for_each(|n| add(n));
        review.fairness_plan.iter().for_each(|p| add(&p.recorded_by));
        review.fairness.iter().for_each(|m| add(&m.measured_by));
    }
    for (head, decision) in &file.decisions {
        [&head.updated_by, &decision.requested_by].into_iter().for_each(|n| add(n));
        decision.seats.iter().for_each(|s| add(&s.name));
        decision.conditions.iter().for_each(|c| [&c.owner, &c.verifier].into_iter().for_each(|n| add(n)));
    }
}

/// Replaces words that hold an @ between letters.
fn without_addresses(text: &str, by: &str) -> String {
    if !text.contains('@') {
        return text.to_owned();
    }
    let address = |word: &str| word.find('@').is_some_and(|at| at > 0 && at + 1 < word.len());
    let part = |word: &str| if address(word) { by.to_owned() } else { word.to_owned() };
    text.split_inclusive(char::is_whitespace)
        .map(|word| {
            let end = word.trim_end();
            part(end) + &word[end.len()..]
        })
        .collect()
}

/// Whether two neighbours are inside one word. Scripts without case write words without spaces: there, none is joined.
fn joined(a: Option<char>, b: Option<char>) -> bool {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_lowercase() || c.is_uppercase() || c.is_ascii_digit());
    letter(a) && letter(b)
}

/// The length of the name at the start of the text, if it stands there.
fn match_at(text: &str, name: &str, any_case: bool) -> Option<usize> {
    let mut found = text.char_indices();
    let mut end = 0;
    for wanted in name.chars() {
        let (at, c) = found.next()?;
        let same = c == wanted
            || (any_case && c.to_lowercase().eq(wanted.to_lowercase()))
            || (c.is_whitespace() && wanted.is_whitespace());
        if !same {
            return None;
        }
        end = at + c.len_utf8();
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_replaced_as_a_whole_word_only_and_in_any_case_if_it_has_several() {
        let names = Names::new(["Ada Lovelace", "Ada", "Mark", "王小明"].map(str::to_owned));
        let scrub = |text: &str| names.scrub(text).replace("[withheld]", "–");
        assert_eq!(scrub("Ask ada LOVELACE."), "Ask –.");
        assert_eq!(scrub("Mark marks Marks; Mark"), "– marks Marks; –");
        assert_eq!(scrub("由王小明负责"), "由–负责");
        assert_eq!(scrub("Ada\nLovelace, Adam"), "–, Adam");
    }

    #[test]
    fn mail_addresses_are_replaced_and_a_lone_sign_is_not() {
        assert_eq!(without_addresses("write to a@b.org, or @ noon", "–"), "write to – or @ noon");
    }
}
