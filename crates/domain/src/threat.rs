//! The threat library: published threats in our own words, to raise risks from.

use serde::{Deserialize, Serialize};

/// The library as its content file defines it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ThreatLibrary {
    /// Edition, source and licence.
    pub library: crate::framework::About,
    /// The threats.
    #[serde(rename = "threat")]
    pub threats: Vec<Threat>,
}

/// A threat.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the names say it; content files explain them")]
pub struct Threat {
    pub id: String,
    pub source: String,
    pub title: String,
    pub category: String,
    pub gist: String,
    pub cause: String,
    pub event: String,
    pub consequence: String,
    pub guidelines: Vec<String>,
}
