//! The one catalogue of texts for window, command line and PDF.
//!
//! Keys come from `assets/translations/en/*.toml`. [`t!`](crate::t) checks its key while compiling; [`look_up`] serves
//! keys that are put together at run time (labels of fields and choices), which a test holds complete.

use std::sync::atomic::{AtomicBool, Ordering};

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

static PSEUDO: AtomicBool = AtomicBool::new(false);

/// Shows every text with accents and brackets, so that untranslated or cut-off words stand out.
pub fn set_pseudo_locale(on: bool) {
    PSEUDO.store(on, Ordering::Relaxed);
}

/// The place of a key in the catalogue. Evaluated while compiling by [`t!`](crate::t): an unknown key does not compile.
pub const fn index(key: &str) -> usize {
    let (mut low, mut high) = (0, TEXTS.len());
    while low < high {
        let middle = (low + high) / 2;
        match compare(TEXTS[middle].0.as_bytes(), key.as_bytes()) {
            0 => return middle,
            -1 => low = middle + 1,
            _ => high = middle,
        }
    }
    panic!("this text key is not in assets/translations/en")
}

const fn compare(a: &[u8], b: &[u8]) -> i8 {
    let mut i = 0;
    while i < a.len() && i < b.len() {
        if a[i] < b[i] {
            return -1;
        }
        if a[i] > b[i] {
            return 1;
        }
        i += 1;
    }
    if a.len() < b.len() {
        -1
    } else if a.len() > b.len() {
        1
    } else {
        0
    }
}

/// The text at a place given by [`index`], its `{name}` marks replaced by the values.
pub fn at(index: usize, values: &[(&str, &str)]) -> String {
    show(TEXTS[index].1, values)
}

/// The text of a key that is only known at run time; `None` if there is none.
pub fn look_up(key: &str) -> Option<String> {
    let found = TEXTS.binary_search_by(|(k, _)| (*k).cmp(key)).ok()?;
    Some(show(TEXTS[found].1, &[]))
}

/// Like [`look_up`], but shows the key itself where a text is missing.
pub fn label(key: &str) -> String {
    look_up(key).unwrap_or_else(|| key.to_owned())
}

fn show(template: &str, values: &[(&str, &str)]) -> String {
    let template = if PSEUDO.load(Ordering::Relaxed) { pseudo(template) } else { template.to_owned() };
    fill(&template, values)
}

/// Replaces each `{name}` once, from left to right, so that a value that itself contains `{…}` stays as it is.
fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        let after = &rest[open + 1..];
        let named = after.find('}').and_then(|close| {
            let value = values.iter().find(|(name, _)| *name == &after[..close])?;
            Some((close, value.1))
        });
        if let Some((close, value)) = named {
            out.push_str(value);
            rest = &after[close + 1..];
        } else {
            out.push('{');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

fn pseudo(template: &str) -> String {
    let mut inside = false;
    let accented: String = template
        .chars()
        .map(|c| {
            match c {
                '{' => inside = true,
                '}' => inside = false,
                _ => {}
            }
            if inside { c } else { accent(c) }
        })
        .collect();
    format!("⟦{accented}⟧")
}

fn accent(c: char) -> char {
    match c {
        'a' => 'á',
        'e' => 'é',
        'i' => 'í',
        'o' => 'ó',
        'u' => 'ú',
        'n' => 'ñ',
        'A' => 'Á',
        'E' => 'É',
        'O' => 'Ö',
        other => other,
    }
}

/// Every key of the catalogue, in order.
pub fn keys() -> impl Iterator<Item = &'static str> {
    TEXTS.iter().map(|(key, _)| *key)
}

/// A text of the catalogue: `t!("parts.save")`, or with values `t!("list.shown", total = 12)`.
#[macro_export]
macro_rules! t {
    ($key:literal) => {{
        const PLACE: usize = $crate::text::index($key);
        $crate::text::at(PLACE, &[])
    }};
    ($key:literal, $($name:ident = $value:expr),+ $(,)?) => {{
        const PLACE: usize = $crate::text::index($key);
        $crate::text::at(PLACE, &[$((stringify!($name), &*$value.to_string())),+])
    }};
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_value_that_looks_like_a_mark_is_shown_and_not_replaced() {
        assert_eq!(fill("{a} of {b}", &[("a", "{b}"), ("b", "2")]), "{b} of 2");
        assert_eq!(fill("{a} {unknown} {", &[("a", "1")]), "1 {unknown} {");
    }

    #[test]
    fn the_catalogue_is_sorted_so_that_look_up_finds_every_key() {
        for key in keys() {
            assert!(look_up(key).is_some(), "{key}");
            assert_eq!(TEXTS[index(key)].0, key);
        }
    }
}
