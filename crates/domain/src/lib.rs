//! What the board talks about: nouns, rules, scoring, and the calls.
//!
//! This crate is pure: no I/O, no clock, no randomness of its own. It compiles to wasm32 and native, and window, command
//! line and tests share it, so that no type is written twice.

pub mod answer;
pub mod approval;
pub mod call;
pub mod charter;
pub mod compare;
#[cfg(not(target_arch = "wasm32"))]
pub mod content;
pub mod crosswalk;
pub mod dates;
pub mod fairness;
pub mod fault;
pub mod field;
pub mod figure;
pub mod figures;
pub mod framework;
pub mod gate;
pub mod intervals;
pub mod kind;
pub mod member;
pub mod noun;
pub mod permission;
pub mod question;
pub mod questionnaire;
pub mod scale;
pub mod secret;
pub mod template;
pub mod text;
pub mod threat;
pub mod time;
