//! What a call did, in the words of a history.

use conclave_domain::text;

/// "Saved" of "record.save"; the call's own name where there are no words.
pub fn act_label(call: &str) -> String {
    text::look_up(&format!("record.act_{}", call.replace('.', "_"))).unwrap_or_else(|| call.to_owned())
}
