//! Records of any kind: one list, one page, one form, made from the fields of the noun.

pub mod conflict;
pub mod draft;
pub mod edit;
mod empty;
pub mod head;
pub mod history;
pub mod list;
pub mod new;
pub mod overview;
pub mod page;
pub mod proof;
mod query;
mod related;
pub mod saving;
pub mod say;
pub mod show;
