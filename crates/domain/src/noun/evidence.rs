//! Evidence: a file or a link that shows that something is as it is said to be.

use super::{Columns, Gap, Noun, asset::CLASSIFICATION};
use crate::{
    charter::Charter,
    fault::FieldFault,
    field::{ChoiceGroup, Field, FieldKind, field},
    kind::Kind,
    t,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What sort of thing it is.
pub static EVIDENCE_TYPE: ChoiceGroup = ChoiceGroup {
    name: "evidence_type",
    values: &[
        "policy",
        "procedure",
        "test_report",
        "audit_report",
        "model_card",
        "data_sheet",
        "contract",
        "certificate",
        "minutes",
        "screenshot",
        "log",
        "other",
    ],
};
/// One version of a file: which content, and who brought it when.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Version {
    /// The content's id in the store, 32 hexadecimal digits.
    pub file: String,
    /// The name that the file had.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// SHA-256 of its bytes, in hex.
    pub sha256: String,
    /// When it was uploaded: not the date of the evidence.
    pub uploaded_at: Option<DateTime<Utc>>,
    /// By whom.
    pub uploaded_by: String,
}

/// An answer that rests on it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct AnswerRef {
    /// The assessment.
    pub assessment: Uuid,
    /// The requirement's id.
    pub requirement: String,
}

/// A condition of a decision that it bears out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConditionRef {
    /// The decision.
    pub decision: Uuid,
    /// The condition's number, from 1.
    pub number: u32,
}

/// Evidence.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "each field is described by its label and help text")]
pub struct Evidence {
    pub title: String,
    pub evidence_type: String,
    #[serde(with = "crate::dates::optional")]
    pub dated_on: Option<NaiveDate>,
    pub owner: String,
    pub classification: String,
    #[serde(with = "crate::dates::optional")]
    pub expires_on: Option<NaiveDate>,
    pub link: String,
    pub description: String,
    pub systems: Vec<Uuid>,
    pub vendors: Vec<Uuid>,
    pub risks: Vec<Uuid>,
    pub reviews: Vec<Uuid>,
    pub decisions: Vec<Uuid>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Uuid>,
    pub answers: Vec<AnswerRef>,
    pub conditions: Vec<ConditionRef>,
    /// The file's versions, the newest last: set by the program.
    pub versions: Vec<Version>,
}

impl Evidence {
    /// Whether it has expired.
    pub fn is_expired(&self, today: NaiveDate) -> bool {
        self.expires_on.is_some_and(|day| day < today)
    }

    /// The newest version of the file.
    pub fn newest(&self) -> Option<&Version> {
        self.versions.last()
    }
}

impl Noun for Evidence {
    const KIND: Kind = Kind::Evidence;
    const FIELDS: &'static [Field] = &[
        field("title", FieldKind::Text, "identity").required(),
        field("evidence_type", FieldKind::Choice(&EVIDENCE_TYPE), "identity"),
        field("dated_on", FieldKind::Date, "identity"),
        field("owner", FieldKind::Person, "identity"),
        field("classification", FieldKind::Choice(&CLASSIFICATION), "identity"),
        field("expires_on", FieldKind::Date, "identity"),
        field("link", FieldKind::Text, "identity"),
        field("description", FieldKind::Long, "identity"),
        field("systems", FieldKind::Links(Kind::System), "shows"),
        field("vendors", FieldKind::Links(Kind::Vendor), "shows"),
        field("risks", FieldKind::Links(Kind::Risk), "shows"),
        field("reviews", FieldKind::Links(Kind::Review), "shows"),
        field("findings", FieldKind::Links(Kind::Finding), "shows"),
        field("decisions", FieldKind::Links(Kind::Decision), "shows"),
        field("answers", FieldKind::Own, "shows"),
        field("conditions", FieldKind::Own, "shows"),
        field("versions", FieldKind::Own, "file"),
    ];

    fn title(&self) -> String {
        self.title.clone()
    }

    fn columns(&self, _charter: &Charter) -> Columns {
        Columns {
            status: self.classification.clone(),
            class: self.evidence_type.clone(),
            owner: self.owner.clone(),
            due: self.expires_on,
            score: i64::try_from(self.versions.len()).unwrap_or(i64::MAX),
            ..Columns::default()
        }
    }

    fn check(&self, _charter: &Charter, faults: &mut Vec<FieldFault>) {
        if let (Some(dated), Some(expires)) = (self.dated_on, self.expires_on)
            && expires < dated
        {
            faults.push(FieldFault::new("expires_on", t!("rule.expires_before_dated")));
        }
        let link = self.link.trim();
        if !link.is_empty() && !link.starts_with("https://") && !link.starts_with("http://") {
            faults.push(FieldFault::new("link", t!("rule.link")));
        }
    }

    fn gaps(&self, _charter: &Charter) -> Vec<Gap> {
        let mut gaps = Vec::new();
        if self.versions.is_empty() && self.link.trim().is_empty() {
            gaps.push(Gap { field: "link".into(), sentence: t!("gap.evidence_empty") });
        }
        if self.dated_on.is_none() {
            gaps.push(Gap { field: "dated_on".into(), sentence: t!("gap.evidence_undated") });
        }
        gaps
    }
}

/// A file name that every file system takes and that hides nothing: no path, no control or direction characters, no leading
/// dot, at most 120 characters with its ending kept.
pub fn clean_name(name: &str) -> String {
    const MOST: usize = 120;
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let kept = base.chars().filter(|c| !hidden(*c));
    let kept: String = kept.map(|c| if r#"<>:"|?*"#.contains(c) { '_' } else { c }).collect();
    let kept = kept.trim().trim_matches('.').trim();
    let (stem, ending) = match kept.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && ending.chars().count() <= 10 => (stem, format!(".{ending}")),
        _ => (kept, String::new()),
    };
    let stem: String = stem.chars().take(MOST - ending.chars().count()).collect();
    let reserved = ["con", "prn", "aux", "nul"].contains(&stem.to_lowercase().as_str());
    let stem = if stem.is_empty() || reserved { format!("evidence{stem}") } else { stem };
    format!("{stem}{ending}")
}

#[cfg(test)]
mod tests {
    use super::clean_name;

    #[test]
    fn a_name_leads_nowhere_and_hides_nothing() {
        for (given, cleaned) in [
            ("report.pdf", "report.pdf"),
            ("../../etc/passwd", "passwd"),
            (r"C:\Users\x\report.pdf", "report.pdf"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("a<b>:c?.txt", "a_b__c_.txt"),
            (".bashrc", "bashrc"),
            ("..", "evidence"),
            ("", "evidence"),
            ("nul.txt", "evidencenul.txt"),
            ("Prüfbericht 報告.pdf", "Prüfbericht 報告.pdf"),
        ] {
            assert_eq!(clean_name(given), cleaned, "{given:?}");
        }
        let long = clean_name(&format!("{}.pdf", "x".repeat(500)));
        assert!(long.ends_with(".pdf") && long.chars().count() == 120);
    }
}
