//! Characters that would do something instead of showing something are made visible or harmless.

use std::collections::BTreeSet;

/// The text with `\n` as its only line break, tabs as spaces, and control, override and unassigned-use characters spelled
/// out as ⟨U+XXXX⟩: a name that carries a direction override must not be able to show as another name.
pub(crate) fn clean(text: &str, unprintable: &mut BTreeSet<char>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' | ' '..='~' => out.push(c),
            '\r' => {
                if chars.peek() != Some(&'\n') {
                    out.push('\n');
                }
            }
            '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\t' => out.push_str("    "),
            // A soft hyphen and variation selectors only suggest how to show what stands beside them.
            '\u{ad}' | '\u{fe00}'..='\u{fe0f}' => {}
            _ if spelled_out(c) => {
                unprintable.insert(c);
                spell(c, &mut out);
            }
            _ => out.push(c),
        }
    }
    out
}

/// Writes a character as its code.
pub(crate) fn spell(c: char, out: &mut String) {
    use std::fmt::Write;
    // Writing into a string cannot fail.
    let _ = write!(out, "⟨U+{:04X}⟩", c as u32);
}

/// Whether a character takes no room of its own and may be left out where a font lacks it.
pub(crate) fn ignorable(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{61c}' | '\u{34f}')
}

fn spelled_out(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{10ffff}')
        || (c as u32) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_override_characters_are_spelled_out_and_reported() {
        let mut seen = BTreeSet::new();
        assert_eq!(clean("a\tb\r\nc\u{7}\u{202e}d\rx", &mut seen), "a    b\nc⟨U+0007⟩⟨U+202E⟩d\nx");
        assert_eq!(seen.len(), 2);
    }

    #[test]
    fn ordinary_text_of_any_script_stays_as_it_is() {
        let mut seen = BTreeSet::new();
        let text = "Überprüfung — שלום 世界 é 👍";
        assert_eq!(clean(text, &mut seen), text);
        assert!(seen.is_empty());
    }
}
