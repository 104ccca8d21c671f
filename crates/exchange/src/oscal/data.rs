//! OSCAL's data types: what may stand in a string, a token, a line of markup, a reference.

use super::results::Due;
use crate::error::ExchangeError;
use chrono::{DateTime, Datelike, SecondsFormat, Utc};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use uuid::{Uuid, Variant};

/// The namespace of our own properties.
pub(super) const NS: &str = "urn:conclave:oscal";

/// An object of the fields that have something to say: OSCAL knows neither empty texts nor empty lists.
pub(super) fn object<const N: usize>(fields: [(&str, Option<Value>); N]) -> Value {
    let full = fields.into_iter().filter_map(|(name, value)| Some((name.to_string(), value?)));
    Value::Object(full.filter(|(_, value)| value.as_array().is_none_or(|list| !list.is_empty())).collect::<Map<_, _>>())
}

pub(super) fn list(values: impl IntoIterator<Item = Value>) -> Option<Value> {
    Some(Value::Array(values.into_iter().collect()))
}

/// A fixed or already checked text.
pub(super) fn raw(text: impl Into<String>) -> Option<Value> {
    Some(Value::String(text.into()))
}

/// A property of ours; none when there is no value.
pub(super) fn prop(name: &str, value: &str) -> Option<Value> {
    Some(object([("name", raw(name)), ("ns", raw(NS)), ("value", Some(string(value)?))]))
}

pub(super) fn props<const N: usize>(all: [(&str, &str); N]) -> Option<Value> {
    list(all.into_iter().filter_map(|(name, value)| prop(name, value)))
}

/// Characters that neither JSON's readers nor OSCAL's XML form can carry become visible.
fn clean(c: char) -> char {
    match c {
        '\t' | '\u{FEFF}' => ' ',
        '\n' => '\n',
        '\u{FFFE}' | '\u{FFFF}' => '\u{FFFD}',
        c if c.is_whitespace() => c,
        c if c.is_control() => '\u{FFFD}',
        c => c,
    }
}

fn one_line(text: &str) -> String {
    let clean: String = text.chars().map(clean).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A plain string on one line.
pub(super) fn string(text: &str) -> Option<Value> {
    Some(one_line(text)).filter(|text| !text.is_empty()).map(Value::String)
}

/// A line of markup that shows exactly this text.
pub(super) fn line(text: &str) -> Option<Value> {
    Some(escaped(&one_line(text))).filter(|text| !text.is_empty()).map(Value::String)
}

/// Markup that shows this text. Every line is a paragraph, since markup would run single lines together; indentation
/// stays as spaces that do not break, since four common ones would start a block of code.
pub(super) fn block(text: &str) -> Option<Value> {
    let text: String = text.replace("\r\n", "\n").replace('\r', "\n").chars().map(clean).collect();
    let mut paragraphs = Vec::new();
    for line in text.trim().lines().filter(|line| !line.trim().is_empty()) {
        let words = line.trim();
        let indent = line.chars().take_while(|c| c.is_whitespace()).count();
        paragraphs.push("\u{A0}".repeat(indent) + &unmarked(words));
    }
    Some(paragraphs.join("\n\n")).filter(|text| !text.is_empty()).map(Value::String)
}

/// Escapes what would make a line a heading, an item, a quotation or a rule.
fn unmarked(line: &str) -> String {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = line.split_at(digits);
    let marked = if digits > 0 { rest.starts_with(['.', ')']) } else { rest.starts_with(['#', '+', '-', '=', '>']) };
    format!("{number}{}{}", if marked { "\\" } else { "" }, escaped(rest))
}

/// Escapes what would be emphasis, code, a link, HTML, a table or an insertion point.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        let marks = match c {
            '\\' | '`' | '*' | '~' | '^' | '[' | ']' | '<' | '{' | '}' | '|' => true,
            '_' => !(before.is_alphanumeric() && rest.starts_with(char::is_alphanumeric)),
            '&' => entity(rest),
            _ => false,
        };
        if marks {
            out.push('\\');
        }
        out.push(c);
        before = c;
    }
    out
}

/// Whether an ampersand with this after it would be read as one character.
fn entity(rest: &str) -> bool {
    let name = rest.strip_prefix('#').unwrap_or(rest).trim_start_matches(|c: char| c.is_ascii_alphanumeric());
    name.starts_with(';')
}

/// A moment to the second. OSCAL's years have four digits and begin at 1900.
pub(super) fn moment(at: DateTime<Utc>) -> Result<String, ExchangeError> {
    let whole = DateTime::from_timestamp(at.timestamp(), 0).unwrap_or(at);
    if !sayable(whole.year()) {
        let reason = format!("The moment {at} lies outside the years 1900 to 2999, which is all that OSCAL can say.");
        return Err(ExchangeError::NotWritable { reason });
    }
    Ok(whole.to_rfc3339_opts(SecondsFormat::Secs, true))
}

/// The last second of a day on which something is due; none for a year that OSCAL cannot say.
pub(super) fn deadline(due: Due) -> Option<Value> {
    sayable(due.day.year()).then_some(due.ends).and_then(|at| moment(at).ok()).map(Value::String)
}

fn sayable(year: i32) -> bool {
    (1900..3000).contains(&year)
}

/// A UUID made from another, always the same.
pub(super) fn derived(from: Uuid, what: &str) -> Uuid {
    Uuid::new_v5(&from, what.as_bytes())
}

/// Hands out every UUID once.
#[derive(Debug, Default)]
pub(super) struct Uuids(BTreeSet<Uuid>);

impl Uuids {
    /// The given UUID where OSCAL allows it (random or name-based ones only), else one made from it.
    pub(super) fn take(&mut self, given: Uuid) -> Uuid {
        let allowed = matches!(given.get_version_num(), 4 | 5) && given.get_variant() == Variant::RFC4122;
        let mut uuid = if allowed { given } else { derived(given, NS) };
        while !self.0.insert(uuid) {
            uuid = derived(uuid, "again");
        }
        uuid
    }
}

/// Tokens for ids of ours: "1.1.a" → "r-1.1.a". Ids that are tokens already, such as those of an OSCAL catalogue, stay.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    by_id: BTreeMap<String, String>,
    taken: BTreeSet<String>,
}

impl Tokens {
    /// Makes the tokens. Two ids never share one: "1.1 a" and "1.1-a" become "r-1.1-a" and "r-1.1-a-2".
    pub(super) fn new<'i>(ids: impl Iterator<Item = &'i str> + Clone) -> Self {
        let mut tokens = Self::default();
        for id in ids.clone().filter(|id| is_token(id)) {
            tokens.taken.insert(id.to_string());
            tokens.by_id.insert(id.to_string(), id.to_string());
        }
        for id in ids {
            if !tokens.by_id.contains_key(id) {
                let token = tokens.free(&made_token(id));
                tokens.by_id.insert(id.to_string(), token);
            }
        }
        tokens
    }

    pub(super) fn of(&self, id: &str) -> String {
        self.by_id.get(id).cloned().unwrap_or_else(|| made_token(id))
    }

    /// Marks a token as used, under another name if it already is.
    pub(super) fn free(&mut self, wanted: &str) -> String {
        let mut token = wanted.to_string();
        let mut number = 2;
        while !self.taken.insert(token.clone()) {
            token = format!("{wanted}-{number}");
            number += 1;
        }
        token
    }
}

fn in_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')
}

/// The schema also allows letters of other scripts; ASCII is what every tool takes.
fn is_token(id: &str) -> bool {
    id.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && id.chars().all(in_token)
}

fn made_token(id: &str) -> String {
    let plain: String = id.trim().chars().map(|c| if in_token(c) { c } else { '-' }).collect();
    format!("r-{plain}")
}

/// A reference as a URI: what must not stand in one is escaped. None for an address that cannot be one.
pub(super) fn reference(href: &str) -> Option<String> {
    let text = one_line(href);
    let (mut out, mut fragment) = (String::new(), false);
    for (at, c) in text.char_indices() {
        let hex = |offset: usize| text.as_bytes().get(at + offset).is_some_and(u8::is_ascii_hexdigit);
        let allowed = match c {
            '%' => hex(1) && hex(2),
            '#' => !std::mem::replace(&mut fragment, true),
            c => c.is_ascii_alphanumeric() || "-._~:/?@!$&'()*+,;=".contains(c),
        };
        if allowed {
            out.push(c);
        } else {
            c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| out.push_str(&format!("%{byte:02X}")));
        }
    }
    let head = out.find(['/', '?', '#']).map_or(out.as_str(), |end| &out[..end]);
    let after = match head.split_once(':') {
        // One letter is a drive, not a scheme.
        Some((scheme, _)) if scheme.len() > 1 && is_scheme(scheme) => &out[scheme.len() + 1..],
        Some(_) => return Some(format!("./{out}")),
        None => out.as_str(),
    };
    let host_stands = after.strip_prefix("//").is_none_or(is_authority);
    (host_stands && !out.is_empty()).then_some(out)
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

/// Whether what follows "//" begins with a host and perhaps a port.
fn is_authority(rest: &str) -> bool {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
    host.chars().all(|c| c.is_ascii_alphanumeric() || "-._~".contains(c))
        && port.len() <= 5
        && port.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: Option<Value>) -> String {
        value.and_then(|value| value.as_str().map(String::from)).unwrap_or_default()
    }

    #[test]
    fn text_stays_text_in_markup() {
        assert_eq!(
            text(line("*a* _b_ c_d [x](y) <b> {{ insert }} R&D &lt;")),
            "\\*a\\* \\_b\\_ c_d \\[x\\](y) \\<b> \\{\\{ insert \\}\\} R&D \\&lt;"
        );
        assert_eq!(
            text(block("# a\r\n- b\n\n  1. c\n> d\n2024-01-02")),
            "\\# a\n\n\\- b\n\n\u{A0}\u{A0}1\\. c\n\n\\> d\n\n2024-01-02"
        );
        assert_eq!(text(block("a\0b\u{FFFF}")), "a\u{FFFD}b\u{FFFD}");
        assert_eq!((line(" \n\u{FEFF}"), block("\n \n"), string("\t")), (None, None, None));
    }

    #[test]
    fn ids_become_tokens_that_differ() {
        let tokens = Tokens::new(["1.1 a", "1.1-a", "ac-1", "r-1.1-a", "Ü 1", ""].into_iter());
        let made = ["1.1 a", "1.1-a", "ac-1", "r-1.1-a", "Ü 1", ""].map(|id| tokens.of(id));
        assert_eq!(made, ["r-1.1-a-2", "r-1.1-a-3", "ac-1", "r-1.1-a", "r---1", "r-"]);
    }

    #[test]
    fn references_are_escaped_and_drives_are_no_schemes() {
        assert_eq!(reference("evidence/a b.pdf").as_deref(), Some("evidence/a%20b.pdf"));
        assert_eq!(reference("C:\\x 100%").as_deref(), Some("./C:%5Cx%20100%25"));
        assert_eq!(reference("https://a.example:8080/x#y#z").as_deref(), Some("https://a.example:8080/x#y%23z"));
        assert_eq!(reference("12:30 minutes.txt").as_deref(), Some("./12:30%20minutes.txt"));
        assert_eq!((reference("http://[::1/x"), reference("  ")), (None, None));
    }

    #[test]
    fn uuids_that_oscal_does_not_know_are_replaced_the_same_way_each_time() {
        let (v7, v4) =
            (Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001), Uuid::from_u128(0x4000_8000_0000_0000_0001));
        let (first, second) = (Uuids::default().take(v7), Uuids::default().take(v7));
        assert_eq!((first, first.get_version_num()), (second, 5));
        let mut uuids = Uuids::default();
        assert_eq!(uuids.take(v4), v4);
        assert_ne!(uuids.take(v4), v4);
    }
}
