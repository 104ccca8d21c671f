//! The nouns: each a plain struct whose JSON form is the record's body, with its fields as data and its rules as code.

pub mod assessment;
pub mod asset;
pub mod decision;
pub mod evidence;
pub mod finding;
pub mod pack;
pub mod review;
pub mod risk;
pub mod system;
pub mod vendor;

use crate::{
    charter::Charter,
    fault::{Fault, FieldFault},
    field::{Field, FieldKind, check_fields},
    kind::Kind,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use uuid::Uuid;

pub use assessment::Assessment;
pub use asset::Asset;
pub use decision::Decision;
pub use evidence::Evidence;
pub use finding::Finding;
pub use pack::PackRecord;
pub use review::Review;
pub use risk::Risk;
pub use system::System;
pub use vendor::Vendor;

/// The form of what the vault holds and derives: bodies, list columns, links, coverage. It counts up when an older vault has to
/// be written anew in places (`Vault::upgrade`); a field with a default, or another derivation of a column, needs only
/// this number. 1 is what programs before it wrote.
pub const FORM: u32 = 2;

/// What every noun has.
pub trait Noun: Serialize + DeserializeOwned + Default {
    /// The kind of record.
    const KIND: Kind;
    /// Its fields, in the order of the form.
    const FIELDS: &'static [Field];

    /// The name by which people know it; never empty in a saved record.
    fn title(&self) -> String;
    /// What lists filter and sort by.
    fn columns(&self, charter: &Charter) -> Columns;
    /// Invariants beyond those that the field list holds.
    fn check(&self, _charter: &Charter, _faults: &mut Vec<FieldFault>) {}
    /// What keeps a draft from progressing. A record with gaps can be saved; the gaps show wherever it shows.
    fn gaps(&self, _charter: &Charter) -> Vec<Gap> {
        Vec::new()
    }
}

/// A rule that a saved draft does not yet satisfy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The field that closes it.
    pub field: String,
    /// The rule in one sentence.
    pub sentence: String,
}

/// The columns by which lists of any kind filter and sort. Each noun says what they mean for it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Columns {
    /// Where it stands: lifecycle stage of a system, status of a risk, review or decision.
    pub status: String,
    /// What sort it is: risk class, criticality, asset type, framework, risk category, review type, outcome.
    pub class: String,
    /// The accountable person.
    pub owner: String,
    /// The organisation or unit.
    pub unit: String,
    /// The next date that matters: review date, due date, valid until.
    pub due: Option<NaiveDate>,
    /// A number to sort by: 10 × residual level + … for risks, share for assessments; 0 where there is none.
    pub score: i64,
    /// The system (or other record) that it is about.
    pub subject: Option<Uuid>,
    /// The cell of the matrix that a risk lies in: 10 × likelihood + impact of the current rating; 0 if not rated.
    pub cell: i64,
}

/// The body of a record of any kind; on the wire its kind and the map of its fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Wire", into = "Wire")]
#[allow(clippy::large_enum_variant, reason = "bodies travel one at a time and are boxed in none of their uses")]
pub enum Body {
    /// An AI system.
    System(System),
    /// A vendor.
    Vendor(Vendor),
    /// An asset.
    Asset(Asset),
    /// An assessment (its answers lie apart).
    Assessment(Assessment),
    /// A risk.
    Risk(Risk),
    /// A review.
    Review(Review),
    /// A finding.
    Finding(Finding),
    /// A decision.
    Decision(Decision),
    /// Evidence.
    Evidence(Evidence),
    /// A built pack.
    Pack(PackRecord),
}

/// A body on the wire. One form for all kinds keeps the interface small: each noun is read from a map and from nothing else.
#[derive(Serialize, Deserialize)]
struct Wire {
    kind: Kind,
    body: Map<String, Value>,
}

impl TryFrom<Wire> for Body {
    type Error = Fault;

    fn try_from(wire: Wire) -> Result<Body, Fault> {
        Body::from_map(wire.kind, wire.body)
    }
}

impl From<Body> for Wire {
    fn from(body: Body) -> Wire {
        Wire { kind: body.kind(), body: body.to_map() }
    }
}

macro_rules! each {
    ($self:expr, $noun:ident => $use:expr) => {
        match $self {
            Body::System($noun) => $use,
            Body::Vendor($noun) => $use,
            Body::Asset($noun) => $use,
            Body::Assessment($noun) => $use,
            Body::Risk($noun) => $use,
            Body::Review($noun) => $use,
            Body::Finding($noun) => $use,
            Body::Decision($noun) => $use,
            Body::Evidence($noun) => $use,
            Body::Pack($noun) => $use,
        }
    };
}

/// The field list of a kind.
pub const fn fields(kind: Kind) -> &'static [Field] {
    match kind {
        Kind::System => System::FIELDS,
        Kind::Vendor => Vendor::FIELDS,
        Kind::Asset => Asset::FIELDS,
        Kind::Assessment => Assessment::FIELDS,
        Kind::Risk => Risk::FIELDS,
        Kind::Review => Review::FIELDS,
        Kind::Finding => Finding::FIELDS,
        Kind::Decision => Decision::FIELDS,
        Kind::Evidence => Evidence::FIELDS,
        Kind::Pack => PackRecord::FIELDS,
    }
}

impl Body {
    /// The kind of record.
    pub fn kind(&self) -> Kind {
        fn of<N: Noun>(_: &N) -> Kind {
            N::KIND
        }
        each!(self, n => of(n))
    }

    /// A new, empty body of a kind.
    pub fn empty(kind: Kind) -> Body {
        match kind {
            Kind::System => Body::System(System::default()),
            Kind::Vendor => Body::Vendor(Vendor::default()),
            Kind::Asset => Body::Asset(Asset::default()),
            Kind::Assessment => Body::Assessment(Assessment::default()),
            Kind::Risk => Body::Risk(Risk::default()),
            Kind::Review => Body::Review(Review::default()),
            Kind::Finding => Body::Finding(Finding::default()),
            Kind::Decision => Body::Decision(Decision::default()),
            Kind::Evidence => Body::Evidence(Evidence::default()),
            Kind::Pack => Body::Pack(PackRecord::default()),
        }
    }

    /// The name by which people know the record.
    pub fn title(&self) -> String {
        each!(self, n => n.title())
    }

    /// What lists filter and sort by.
    pub fn columns(&self, charter: &Charter) -> Columns {
        each!(self, n => n.columns(charter))
    }

    /// What keeps a draft from progressing.
    pub fn gaps(&self, charter: &Charter) -> Vec<Gap> {
        each!(self, n => n.gaps(charter))
    }

    /// The body as a map of its fields, as forms edit it.
    pub fn to_map(&self) -> Map<String, Value> {
        match each!(self, n => serde_json::to_value(n)) {
            Ok(Value::Object(map)) => map,
            _ => Map::new(),
        }
    }

    /// A body of a kind from the map that a form or an import filled.
    ///
    /// # Errors
    /// A fault that names the field whose value has the wrong shape.
    pub fn from_map(kind: Kind, mut map: Map<String, Value>) -> Result<Body, Fault> {
        // An empty field of a form is an empty text, whatever the field holds.
        for field in fields(kind) {
            if matches!(field.kind, FieldKind::Link(_) | FieldKind::Number { .. } | FieldKind::Own)
                && map.get(field.key).is_some_and(|v| v.as_str() == Some(""))
            {
                map.remove(field.key);
            }
        }
        fn read<N: Noun>(map: Map<String, Value>) -> Result<N, Fault> {
            serde_json::from_value(Value::Object(map)).map_err(Fault::bad_request)
        }
        Ok(match kind {
            Kind::System => Body::System(read(map)?),
            Kind::Vendor => Body::Vendor(read(map)?),
            Kind::Asset => Body::Asset(read(map)?),
            Kind::Assessment => Body::Assessment(read(map)?),
            Kind::Risk => Body::Risk(read(map)?),
            Kind::Review => Body::Review(read(map)?),
            Kind::Finding => Body::Finding(read(map)?),
            Kind::Decision => Body::Decision(read(map)?),
            Kind::Evidence => Body::Evidence(read(map)?),
            Kind::Pack => Body::Pack(read(map)?),
        })
    }

    /// A stored or journalled map in normal form: read through the type and written again, so that what an older program
    /// wrote otherwise (a field less, another spelling of nothing) is the same. What does not read stays as it is.
    pub fn normal(kind: Kind, map: Map<String, Value>) -> Map<String, Value> {
        match Body::from_map(kind, map.clone()) {
            Ok(body) => body.to_map(),
            Err(_) => map,
        }
    }

    /// Holds the invariants: a body that breaks one cannot be saved.
    ///
    /// # Errors
    /// A fault that names every faulty field.
    pub fn check(&self, charter: &Charter) -> Result<(), Fault> {
        let mut faults = Vec::new();
        check_fields(fields(self.kind()), &self.to_map(), "", &mut faults);
        each!(self, n => n.check(charter, &mut faults));
        if faults.is_empty() { Ok(()) } else { Err(Fault::invalid(faults)) }
    }

    /// Whether it says what was: a decision that was taken, a pack that was handed over. What it says stays as it is, whatever
    /// becomes of the charter and of the records that it is about.
    pub fn is_history(&self) -> bool {
        match self {
            Body::Decision(decision) => decision.is_decided(),
            Body::Pack(_) => true,
            _ => false,
        }
    }

    /// The records that this one points to, with the field that points.
    pub fn links(&self) -> Vec<(&'static str, Uuid)> {
        let map = self.to_map();
        let id = |v: &Value| v.as_str().and_then(|s| s.parse().ok());
        let mut found = Vec::new();
        for field in fields(self.kind()) {
            match (field.kind, map.get(field.key)) {
                (FieldKind::Link(_), Some(value)) => found.extend(id(value).map(|i| (field.key, i))),
                (FieldKind::Links(_), Some(Value::Array(values))) => {
                    found.extend(values.iter().filter_map(id).map(|i| (field.key, i)));
                }
                _ => {}
            }
        }
        found
    }

    /// The system that the record is about, for the kinds that are about one.
    pub fn subject(&self) -> Option<Uuid> {
        self.links().into_iter().find(|(field, _)| *field == "subject").map(|(_, id)| id)
    }

    /// All words of the record, for the full-text search: what people read, not what programs store.
    pub fn search_text(&self) -> String {
        let map = self.to_map();
        let mut text = String::new();
        for field in fields(self.kind()) {
            if matches!(field.kind, FieldKind::Link(_) | FieldKind::Links(_) | FieldKind::Own) {
                continue;
            }
            if let Some(value) = map.get(field.key) {
                let shown = field.show(value);
                if !shown.is_empty() {
                    text.push_str(&shown);
                    text.push('\n');
                }
            }
        }
        text
    }
}
