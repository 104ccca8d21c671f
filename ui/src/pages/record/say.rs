//! What pages say to the person: that something was done, what could not be done, and questions.

pub use crate::parts::{
    sheet::ask,
    toast::{fault, linked, note, undoable},
};
