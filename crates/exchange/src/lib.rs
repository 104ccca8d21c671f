//! Readers and writers of other people's formats.
//!
//! This crate knows no database and no record of the board's: it reads a file into a generic [`Table`] of text, proposes
//! which column goes to which of the caller's [`TargetField`]s, applies a confirmed [`Mapping`] and writes tables back.
//! Its invariants: nothing is executed, nothing is dropped (a cell without a home is given back as a source value), and
//! every refusal or doubt says what, where and what to do next.
//!
//! The way of an import: [`read_table`] → [`propose`] → a person corrects the [`Mapping`] → [`apply`] → the caller stores
//! the [`MappedRow`]s, all or none.
//!
//! Beside tables: [`read_catalog`] and [`write_results`] speak OSCAL, [`write_sheets`] writes workbooks to be read and
//! printed.
//!
//! ```
//! use conclave_exchange::{FieldKind, ReadOptions, TargetField, apply, propose, read_bytes};
//! use std::ops::ControlFlow;
//!
//! let file = b"Use case;Started\r\nTriage;14.3.2024\r\n".to_vec();
//! let table = read_bytes("inventory.csv", file, &ReadOptions::default(), &mut |_, _| ControlFlow::Continue(()))?;
//! let fields = [
//!     TargetField::new("name", "Name", FieldKind::Text, &["use case"]).required(),
//!     TargetField::new("started", "Start date", FieldKind::Date, &["started"]),
//! ];
//! let applied = apply(&table, &propose(&table, &fields), &fields);
//! assert_eq!(applied.rows[0].line, 2);
//! assert_eq!(applied.rows[0].values["started"], "2024-03-14");
//! # Ok::<(), conclave_exchange::ExchangeError>(())
//! ```

mod apply;
mod date;
mod error;
mod key;
mod mapping;
mod oscal;
mod propose;
mod read;
mod sheets;
mod table;
mod words;
mod write;

pub use apply::{Applied, MappedRow, apply};
pub use date::{DateOrder, DateReading, read_date};
pub use error::ExchangeError;
pub use key::{KeyProposal, propose_key};
pub use mapping::{ChoiceTarget, ColumnMap, FieldKind, MAPPING_VERSION, Mapping, TargetField};
pub use oscal::{
    AssessmentRef, Catalog, CatalogControl, CatalogGroup, Due, EvidenceRef, FindingRow, FrameworkRef, OSCAL_VERSION,
    Party, ResultRow, ResultStatus, Results, SubjectRef, read_catalog, write_results,
};
pub use propose::{choices_seen, propose};
pub use read::{HeaderMode, Progress, ReadOptions, read_bytes, read_file, read_table};
pub use sheets::{Sheet, write_sheets};
pub use table::{Format, Header, Problem, Row, Severity, SourceInfo, Table};
pub use write::{CsvOptions, inert, plain, write_csv};
