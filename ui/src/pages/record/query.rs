//! What a list shows, as it stands in the address: going back brings the same list again.

use crate::parts::{dom, filter::Filters};
use conclave_domain::{call::record::ListRecords, kind::Kind};
use leptos_router::params::ParamsMap;

/// Rows of a page.
pub const PAGE: u64 = 50;
/// The columns that can stand in the address as filters.
const FILTERS: [&str; 11] =
    ["status", "class", "owner", "unit", "due", "tolerance", "subject", "subject_stage", "cell", "score", "gaps"];

/// The state of a list.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Listing {
    /// Words to find.
    pub text: String,
    /// The values in force by column.
    pub filters: Filters,
    /// The column to sort by.
    pub sort: String,
    /// Largest first.
    pub descending: bool,
    /// The page, from 0.
    pub page: u64,
}

impl Listing {
    /// The state that an address speaks of.
    pub fn read(kind: Kind, query: &ParamsMap) -> Self {
        let (sort, descending) = default_sort(kind);
        let mut filters = Filters::new();
        for column in FILTERS.iter().chain(["open"].iter()) {
            if let Some(values) = query.get_all(column).filter(|v| !v.is_empty()) {
                filters.insert((*column).to_owned(), values);
            }
        }
        Self {
            text: query.get("q").unwrap_or_default(),
            filters,
            sort: query.get("sort").unwrap_or_else(|| sort.to_owned()),
            descending: query.get("desc").map_or(descending, |d| d == "1"),
            page: query.get("page").and_then(|p| p.parse::<u64>().ok()).map_or(0, |p| p.saturating_sub(1)),
        }
    }

    /// The address of this state.
    pub fn path(&self, kind: Kind) -> String {
        let mut parts = Vec::new();
        let mut add = |key: &str, value: &str| parts.push(format!("{key}={}", dom::escape(value)));
        if !self.text.trim().is_empty() {
            add("q", &self.text);
        }
        for (column, values) in &self.filters {
            for value in values {
                add(column, value);
            }
        }
        if (self.sort.as_str(), self.descending) != default_sort(kind) {
            add("sort", &self.sort);
            add("desc", if self.descending { "1" } else { "0" });
        }
        if self.page > 0 {
            add("page", &(self.page + 1).to_string());
        }
        let base = crate::parts::path::list_path(kind);
        if parts.is_empty() { base } else { format!("{base}?{}", parts.join("&")) }
    }

    /// The call that lists it.
    pub fn call(&self, kind: Kind) -> ListRecords {
        ListRecords {
            kind,
            text: self.text.clone(),
            filters: self.filters.clone(),
            sort: self.sort.clone(),
            descending: self.descending,
            offset: self.page * PAGE,
            limit: PAGE,
            trashed: false,
        }
    }

    /// Whether anything narrows the list.
    pub fn is_narrowed(&self) -> bool {
        !self.text.trim().is_empty() || !self.filters.is_empty()
    }

    /// The same list with a column's accepted values set.
    pub fn with(mut self, column: String, values: Vec<String>) -> Self {
        if values.is_empty() {
            self.filters.remove(&column);
        } else {
            self.filters.insert(column, values);
        }
        self.page = 0;
        self
    }
}

/// What a list sorts by unless somebody says otherwise: the worst risks and the newest records first.
const fn default_sort(kind: Kind) -> (&'static str, bool) {
    match kind {
        Kind::Risk | Kind::Finding => ("score", true),
        Kind::Assessment | Kind::Review | Kind::Decision | Kind::Evidence | Kind::Pack => ("reference", true),
        Kind::System | Kind::Vendor | Kind::Asset => ("reference", false),
    }
}
