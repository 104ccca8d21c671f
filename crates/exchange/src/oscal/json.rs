//! A JSON document within limits, and its fields with the path at which they lie.

use crate::error::ExchangeError;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use std::collections::BTreeMap;
use std::fmt;

/// Larger files are refused (bytes).
pub(super) const MAX_BYTES: usize = 64 * 1024 * 1024;
/// Groups, controls and parts may lie inside each other this deep.
pub(super) const MAX_DEPTH: usize = 40;
/// Two brackets for every level, and some for what a level holds; the parser itself gives up at 127.
const MAX_BRACKETS: usize = 2 * MAX_DEPTH + 20;
/// Each value costs memory, however short its text is.
const MAX_VALUES: usize = 5_000_000;

/// A value, without what no reader here asks for.
#[derive(Debug)]
pub(super) enum Node {
    Null,
    Flag,
    Number,
    Text(String),
    List(Vec<Node>),
    Record(Record),
}

pub(super) type Record = BTreeMap<String, Node>;

impl Node {
    fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Flag => "true or false",
            Self::Number => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Record(_) => "an object",
        }
    }
}

/// Reads a whole document.
pub(super) fn parse(file: &str, bytes: &[u8]) -> Result<Node, ExchangeError> {
    if bytes.len() > MAX_BYTES {
        let (bytes, limit) = (bytes.len() as u64, MAX_BYTES as u64);
        return Err(ExchangeError::TooLarge { file: file.to_string(), bytes, limit });
    }
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if text.iter().all(u8::is_ascii_whitespace) {
        return Err(ExchangeError::Empty { file: file.to_string() });
    }
    survey(file, text)?;
    serde_json::from_slice(text).map_err(|error| not_json(file, text, &error))
}

fn not_json(file: &str, text: &[u8], error: &serde_json::Error) -> ExchangeError {
    let said = error.to_string();
    let detail = match error.classify() {
        Category::Eof => "the text breaks off there",
        _ if text.trim_ascii_start().starts_with(b"<") => "it looks like XML",
        _ => said.split(" at line ").next().unwrap_or(&said),
    };
    // An error before the first byte has column 0.
    let (line, column) = (error.line().max(1), error.column().max(1));
    ExchangeError::NotJson { file: file.to_string(), line, column, detail: detail.to_string() }
}

/// Goes over the brackets before anything is built: depth and number of values are bounded without trusting the text.
fn survey(file: &str, text: &[u8]) -> Result<(), ExchangeError> {
    let (mut line, mut depth, mut values) = (1, 0_usize, 0_usize);
    let (mut quoted, mut escaped) = (false, false);
    for byte in text {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'\n' => line += 1,
            _ if quoted => {}
            b'[' | b'{' => {
                depth += 1;
                values += 1;
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' => values += 1,
            _ => {}
        }
        if depth > MAX_BRACKETS {
            return Err(too_deep(file, format!("on line {line}")));
        }
        if values > MAX_VALUES {
            return Err(ExchangeError::OverLimit { file: file.to_string(), limit: "5,000,000 values".into() });
        }
    }
    Ok(())
}

pub(super) fn too_deep(file: &str, place: String) -> ExchangeError {
    ExchangeError::TooDeep { file: file.to_string(), place, limit: MAX_DEPTH }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reading)
    }
}

struct Reading;

impl<'de> Visitor<'de> for Reading {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Node, E> {
        Ok(Node::Flag)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Node, E> {
        Ok(Node::Number)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Node, E> {
        Ok(Node::Number)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Node, E> {
        Ok(Node::Number)
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_string()))
    }

    fn visit_string<E>(self, text: String) -> Result<Node, E> {
        Ok(Node::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = list.next_element()? {
            nodes.push(node);
        }
        Ok(Node::List(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut record = Record::new();
        while let Some(key) = map.next_key::<String>()? {
            let node = map.next_value()?;
            // The usual "last one wins" would drop a whole list of controls without a word.
            if record.contains_key(&key) {
                let key = crate::words::excerpt(&key);
                return Err(A::Error::custom(format!("the field “{key}” occurs twice in one object")));
            }
            record.insert(key, node);
        }
        Ok(Node::Record(record))
    }
}

/// The way from the document's root to the record in hand.
#[derive(Debug)]
pub(super) struct Trail<'a> {
    pub(super) file: &'a str,
    base: String,
    steps: Vec<(&'static str, usize)>,
}

impl<'a> Trail<'a> {
    pub(super) fn new(file: &'a str, base: impl Into<String>) -> Self {
        Self { file, base: base.into(), steps: Vec::new() }
    }

    pub(super) fn path(&self) -> String {
        self.steps.iter().fold(self.base.clone(), |path, (field, index)| format!("{path}.{field}[{index}]"))
    }

    /// The levels below the start.
    pub(super) fn depth(&self) -> usize {
        self.steps.len()
    }

    pub(super) fn bad(&self, field: &str, detail: impl Into<String>) -> ExchangeError {
        let path = format!("{}.{field}", self.path());
        ExchangeError::BadField { file: self.file.to_string(), path, detail: detail.into() }
    }

    fn other_kind(&self, field: &str, node: &Node, wanted: &str) -> ExchangeError {
        self.bad(field, format!("is {}, but should be {wanted}", node.kind()))
    }

    /// A text, trimmed; empty when there is none.
    pub(super) fn text<'n>(&self, record: &'n Record, field: &str) -> Result<&'n str, ExchangeError> {
        match record.get(field) {
            None | Some(Node::Null) => Ok(""),
            Some(Node::Text(text)) => Ok(text.trim()),
            Some(other) => Err(self.other_kind(field, other, "a text")),
        }
    }

    /// A record; an empty one when there is none.
    pub(super) fn record<'n>(&self, record: &'n Record, field: &str) -> Result<Option<&'n Record>, ExchangeError> {
        match record.get(field) {
            None | Some(Node::Null) => Ok(None),
            Some(Node::Record(inner)) => Ok(Some(inner)),
            Some(other) => Err(self.other_kind(field, other, "an object")),
        }
    }

    fn list<'n>(&self, record: &'n Record, field: &str) -> Result<&'n [Node], ExchangeError> {
        match record.get(field) {
            None | Some(Node::Null) => Ok(&[]),
            Some(Node::List(nodes)) => Ok(nodes),
            Some(other) => Err(self.other_kind(field, other, "a list")),
        }
    }

    /// A list of texts.
    pub(super) fn texts<'n>(&self, record: &'n Record, field: &str) -> Result<Vec<&'n str>, ExchangeError> {
        let nodes = self.list(record, field)?.iter().enumerate();
        nodes
            .map(|(index, node)| match node {
                Node::Text(text) => Ok(text.trim()),
                other => Err(self.other_kind(&format!("{field}[{index}]"), other, "a text")),
            })
            .collect()
    }

    /// Goes through a list of records; while one is visited the trail leads to it.
    pub(super) fn each<'n>(
        &mut self,
        record: &'n Record,
        field: &'static str,
        mut visit: impl FnMut(&mut Self, &'n Record) -> Result<(), ExchangeError>,
    ) -> Result<(), ExchangeError> {
        for (index, node) in self.list(record, field)?.iter().enumerate() {
            let Node::Record(inner) = node else {
                return Err(self.other_kind(&format!("{field}[{index}]"), node, "an object"));
            };
            self.steps.push((field, index));
            visit(self, inner)?;
            self.steps.pop();
        }
        Ok(())
    }

    /// The value of OSCAL's own property of that name, one without class before one with: NIST gives a control several
    /// labels, of which the plain one is printed.
    pub(super) fn prop<'n>(&mut self, record: &'n Record, name: &str) -> Result<&'n str, ExchangeError> {
        let (mut plain, mut classed) = ("", "");
        self.each(record, "props", |trail, prop| {
            let ns = trail.text(prop, "ns")?;
            if trail.text(prop, "name")? != name || !matches!(ns, "" | "http://csrc.nist.gov/ns/oscal") {
                return Ok(());
            }
            let found = if trail.text(prop, "class")?.is_empty() { &mut plain } else { &mut classed };
            if found.is_empty() {
                *found = trail.text(prop, "value")?;
            }
            Ok(())
        })?;
        Ok(if plain.is_empty() { classed } else { plain })
    }
}
