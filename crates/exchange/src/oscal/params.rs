//! Parameters: the gaps that a catalogue leaves in its prose for the organisation to fill.

use super::json::{Record, Trail, too_deep};
use crate::error::ExchangeError;
use crate::words::excerpt;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Parameters may insert each other this deep.
const MAX_CHAIN: usize = 40;
/// One parameter's text is cut beyond this (characters): choices that insert choices double with every level.
const MAX_TEXT: usize = 4_000;
/// All that is inserted into the prose together (bytes).
const MAX_INSERTED: usize = 64 * 1024 * 1024;

/// What a parameter says, with the parameters that it inserts not yet filled in.
struct Raw<'n> {
    open: &'static str,
    texts: Vec<&'n str>,
    between: &'static str,
    close: &'static str,
}

/// All parameters of a catalogue.
#[derive(Default)]
pub(super) struct Params<'n> {
    raw: BTreeMap<&'n str, Raw<'n>>,
    done: HashMap<&'n str, String>,
    inserted: usize,
    /// What was noticed; a set, since one gap may occur in many texts.
    pub(super) problems: BTreeSet<String>,
}

impl<'n> Params<'n> {
    /// Takes down the parameters of a catalogue, group or control.
    pub(super) fn collect(&mut self, trail: &mut Trail<'_>, record: &'n Record) -> Result<(), ExchangeError> {
        trail.each(record, "params", |trail, param| {
            let id = trail.text(param, "id")?;
            if id.is_empty() {
                return Err(trail.bad("id", "is missing"));
            }
            let raw = read(trail, param)?;
            if self.raw.contains_key(id) {
                let twice = format!("The parameter “{}” is defined twice; the first definition is used.", excerpt(id));
                self.problems.insert(twice);
            } else {
                self.raw.insert(id, raw);
            }
            Ok(())
        })
    }

    /// Words every parameter, whether a text inserts it or not.
    pub(super) fn resolve(&mut self, file: &str) -> Result<(), ExchangeError> {
        let ids: Vec<&'n str> = self.raw.keys().copied().collect();
        for id in ids {
            self.resolve_one(file, id, &mut Vec::new())?;
        }
        Ok(())
    }

    fn resolve_one(&mut self, file: &str, id: &'n str, chain: &mut Vec<&'n str>) -> Result<(), ExchangeError> {
        if self.done.contains_key(id) {
            return Ok(());
        }
        if let Some(start) = chain.iter().position(|seen| *seen == id) {
            let ids = chain[start..].iter().map(|id| excerpt(id)).collect();
            return Err(ExchangeError::ParameterCircle { file: file.to_string(), ids });
        }
        if chain.len() >= MAX_CHAIN {
            return Err(too_deep(file, format!("by the parameters that “{}” inserts", excerpt(chain[0]))));
        }
        chain.push(id);
        for inner in self.inserted_by(id) {
            self.resolve_one(file, inner, chain)?;
        }
        chain.pop();
        let text = self.worded(id);
        self.done.insert(id, text);
        Ok(())
    }

    /// The known parameters that a parameter's own text inserts.
    fn inserted_by(&self, id: &str) -> Vec<&'n str> {
        let texts = self.raw.get(id).map(|raw| raw.texts.as_slice()).unwrap_or_default();
        let inserted = texts.iter().flat_map(|text| pieces(text)).filter_map(|piece| match piece {
            Piece::Param(id) => self.raw.get_key_value(id).map(|(id, _)| *id),
            Piece::Text(_) => None,
        });
        inserted.collect()
    }

    fn worded(&mut self, id: &str) -> String {
        let whose = format!("The parameter “{}”", excerpt(id));
        let Some(raw) = self.raw.get(id).filter(|raw| !raw.texts.is_empty()) else {
            self.problems.insert(format!("{whose} has neither a label nor choices."));
            return unnamed(id);
        };
        let (mut text, mut missing) = (raw.open.to_string(), Vec::new());
        for (index, part) in raw.texts.iter().enumerate() {
            text.push_str(if index > 0 { raw.between } else { "" });
            self.put(part, &mut text, &mut missing, 4 * MAX_TEXT);
            if text.len() > 4 * MAX_TEXT {
                break;
            }
        }
        text.push_str(raw.close);
        self.problems.extend(missing.iter().map(|inner| undefined(&whose, inner)));
        if text.chars().nth(MAX_TEXT).is_some() {
            self.problems.insert(format!("{whose} unfolds to more than {MAX_TEXT} characters; it was cut."));
            text = text.chars().take(MAX_TEXT).chain("…]".chars()).collect();
        }
        text
    }

    /// Appends a text with its parameters filled in, up to about `room` bytes.
    fn put(&self, text: &str, out: &mut String, missing: &mut Vec<String>, room: usize) {
        for piece in pieces(text) {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Param(id) => match self.done.get(id) {
                    Some(worded) => out.push_str(worded),
                    None => {
                        out.push_str(&unnamed(id));
                        missing.push(excerpt(id));
                    }
                },
            }
            if out.len() > room {
                return;
            }
        }
    }

    /// A text of the catalogue with its parameters filled in. `whose` names it in problems.
    pub(super) fn fill_in(&mut self, file: &str, text: &str, whose: &str) -> Result<String, ExchangeError> {
        if !text.contains("{{") {
            return Ok(text.to_string());
        }
        let (mut out, mut missing) = (String::with_capacity(text.len()), Vec::new());
        let room = text.len() + MAX_INSERTED.saturating_sub(self.inserted);
        self.put(text, &mut out, &mut missing, room);
        self.inserted += out.len().saturating_sub(text.len());
        if self.inserted > MAX_INSERTED {
            let limit = "64 MB of text once its parameters are filled in".to_string();
            return Err(ExchangeError::OverLimit { file: file.to_string(), limit });
        }
        self.problems.extend(missing.iter().map(|inner| undefined(whose, inner)));
        Ok(out)
    }
}

fn undefined(whose: &str, id: &str) -> String {
    format!("{whose} inserts the parameter “{id}”, which the catalogue does not define.")
}

fn unnamed(id: &str) -> String {
    format!("[parameter {}]", excerpt(id))
}

/// What stands for a parameter: the values that the catalogue sets, else the choices, else the label, else the guideline.
fn read<'n>(trail: &mut Trail<'_>, param: &'n Record) -> Result<Raw<'n>, ExchangeError> {
    let full = |texts: Vec<&'n str>| -> Vec<&'n str> { texts.into_iter().filter(|text| !text.is_empty()).collect() };
    let values = full(trail.texts(param, "values")?);
    if !values.is_empty() {
        return Ok(Raw { open: "", texts: values, between: ", ", close: "" });
    }
    if let Some(select) = trail.record(param, "select")? {
        let inner = Trail::new(trail.file, format!("{}.select", trail.path()));
        let choices = full(inner.texts(select, "choice")?);
        if !choices.is_empty() {
            let several = inner.text(select, "how-many")? == "one-or-more";
            let open = if several { "[Selection (one or more): " } else { "[Selection: " };
            return Ok(Raw { open, texts: choices, between: "; ", close: "]" });
        }
    }
    let mut label = trail.text(param, "label")?;
    trail.each(param, "guidelines", |trail, guideline| {
        if label.is_empty() {
            label = trail.text(guideline, "prose")?;
        }
        Ok(())
    })?;
    let bracketed = label.starts_with('[') && label.ends_with(']');
    let (open, close) = if bracketed { ("", "") } else { ("[", "]") };
    Ok(Raw { open, texts: full(vec![label]), between: "", close })
}

enum Piece<'t> {
    Text(&'t str),
    Param(&'t str),
}

/// Cuts a text at its insertion points, `{{ insert: param, ID }}`. Braces that mean something else stay text.
fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    let mut next = None;
    std::iter::from_fn(move || {
        if let Some(id) = next.take() {
            return Some(Piece::Param(id));
        }
        if rest.is_empty() {
            return None;
        }
        let mut from = 0;
        while let Some(inner) = rest[from..].find("{{").map(|at| from + at + 2) {
            // No id holds a brace, so the next one decides: the text is gone through once, however many open.
            let Some(end) = rest[inner..].find(['{', '}']).map(|at| inner + at) else { break };
            let found = if rest[end..].starts_with("}}") { insertion(&rest[inner..end]) } else { None };
            if let Some(id) = found {
                let before = &rest[..inner - 2];
                rest = &rest[end + 2..];
                if before.is_empty() {
                    return Some(Piece::Param(id));
                }
                next = Some(id);
                return Some(Piece::Text(before));
            }
            from = end;
        }
        Some(Piece::Text(std::mem::take(&mut rest)))
    })
}

/// The id in `insert: param, ID`; drafts of OSCAL before 1.0 wrote `param: ID`, or the bare id.
fn insertion(inner: &str) -> Option<&str> {
    let inner = inner.trim();
    let id = match inner.strip_prefix("insert:") {
        Some(rest) => rest.trim_start().strip_prefix("param")?.trim_start().strip_prefix(',')?,
        None => inner.strip_prefix("param:").unwrap_or(inner),
    };
    let id = id.split(',').next().unwrap_or_default().trim();
    let token = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    (!id.is_empty() && id.chars().all(token)).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let piece = |piece| match piece {
            Piece::Text(text) => text.to_string(),
            Piece::Param(id) => format!("<{id}>"),
        };
        pieces(text).map(piece).collect()
    }

    #[test]
    fn insertion_points_are_told_from_other_braces() {
        assert_eq!(shown("a {{ insert: param, x-1_prm.2 }} b"), "a <x-1_prm.2> b");
        assert_eq!(shown("{{insert:param,x}}{{ x }}{{param: y}}"), "<x><x><y>");
        assert_eq!(shown("{{ insert: control, x }} {{ {{ insert: param, x }}"), "{{ insert: control, x }} {{ <x>");
        for text in ["", "{", "{{", "{{ }}", "{{ a b }}", "}} {{ x", "{{{x}}}"] {
            assert_eq!(shown(text), text);
        }
    }
}
