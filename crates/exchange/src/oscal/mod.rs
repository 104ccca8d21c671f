//! The Open Security Controls Assessment Language of NIST, in its JSON form: catalogues in, assessment results out.

mod catalog;
mod data;
mod json;
mod params;
mod results;
mod rows;

pub use catalog::{Catalog, CatalogControl, CatalogGroup, read_catalog};
pub use results::{
    AssessmentRef, Due, EvidenceRef, FindingRow, FrameworkRef, OSCAL_VERSION, Party, ResultRow, ResultStatus, Results,
    SubjectRef, write_results,
};
