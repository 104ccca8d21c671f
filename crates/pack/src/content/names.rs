//! Taking the names of persons out of free text. Only names that the records know can be found; addresses always.

use super::Dossier;
use conclave_domain::t;
use std::collections::BTreeSet;

/// The names of all persons that a dossier knows, the longest first.
pub(super) struct Names(Vec<String>);

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
        let mut names: Vec<String> = found.into_iter().collect();
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        Names(names)
    }

    /// The text with every known name and every mail address replaced by a mark that says so.
    pub fn scrub(&self, text: &str) -> String {
        let withheld = t!("dossier.withheld");
        let mut out = without_addresses(text, &withheld);
        for name in &self.0 {
            out = replace(&out, name, &withheld);
        }
        out
    }
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
    }
    for (head, risk) in &file.risks {
        [&head.updated_by, &risk.owner, &risk.accepted_by].into_iter().for_each(|n| add(n));
    }
    for (head, review) in &file.reviews {
        [&head.updated_by, &review.reviewer].into_iter().for_each(|n| add(n));
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

/// Replaces a name where it stands as a whole word. Names of several words are found in any case; a single word only as
/// it is written, since it may be an everyday word too.
fn replace(text: &str, name: &str, by: &str) -> String {
    let any_case = name.contains(char::is_whitespace);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = None;
    while let Some(first) = rest.chars().next() {
        let end = match_at(rest, name, any_case).filter(|end| {
            let after = rest[*end..].chars().next();
            !joined(before, name.chars().next()) && !joined(name.chars().last(), after)
        });
        match end {
            Some(end) => {
                out.push_str(by);
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
        assert_eq!(replace("Ask ada LOVELACE.", "Ada Lovelace", "–"), "Ask –.");
        assert_eq!(replace("Mark marks Marks; Mark", "Mark", "–"), "– marks Marks; –");
        assert_eq!(replace("由王小明负责", "王小明", "–"), "由–负责");
        assert_eq!(replace("Ada\nLovelace", "Ada Lovelace", "–"), "–");
    }

    #[test]
    fn mail_addresses_are_replaced_and_a_lone_sign_is_not() {
        assert_eq!(without_addresses("write to a@b.org, or @ noon", "–"), "write to – or @ noon");
    }
}
