//! Frameworks: the list with its search, the page of one, bringing one in, and the editor for those of the board's own.

mod columns;
mod editions;
mod editor;
mod find;
mod import;
mod links;
mod list;
mod page;
mod requirement;
mod typed;

pub use editor::{edit, new};
pub use import::import;
pub use list::list;
pub use page::one;

use conclave_domain::{call::framework::FrameworkLine, t};

/// "Checklist" or "Reference".
pub fn kind_label(kind: &str) -> String {
    match kind {
        "reference" => t!("frameworks_page.kind_reference"),
        _ => t!("frameworks_page.kind_checklist"),
    }
}

/// "Built in" or "Own".
fn origin(own: bool) -> String {
    if own { t!("frameworks_page.own") } else { t!("frameworks_page.built_in") }
}

/// The edition by which a line of the list is addressed: of a built-in framework the list has only the program's own.
fn edition_of(line: &FrameworkLine) -> &str {
    if line.own { &line.edition } else { "" }
}
