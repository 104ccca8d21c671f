//! Keys by name: `Ctrl+K`, `Shift+Tab`, `Enter`.

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;

/// The actions for chords separated by blanks, such as `Ctrl+K` or `Tab Tab Enter`.
///
/// # Panics
/// If a name is unknown.
#[track_caller]
pub(crate) fn actions(chords: &str) -> KeyActions {
    let mut actions = KeyActions::new("keyboard".to_owned());
    for chord in chords.split_whitespace() {
        let keys = chord_keys(chord);
        for &value in &keys {
            actions = actions.then(KeyAction::Down { value });
        }
        for &value in keys.iter().rev() {
            actions = actions.then(KeyAction::Up { value });
        }
    }
    actions
}

#[track_caller]
fn chord_keys(chord: &str) -> Vec<char> {
    // A lone plus sign is a key; otherwise it joins keys.
    if chord == "+" {
        return vec!['+'];
    }
    chord.split('+').map(key).collect()
}

#[track_caller]
fn key(name: &str) -> char {
    let named = match name {
        "Alt" => Key::Alt,
        "ArrowDown" | "Down" => Key::Down,
        "ArrowLeft" | "Left" => Key::Left,
        "ArrowRight" | "Right" => Key::Right,
        "ArrowUp" | "Up" => Key::Up,
        "Backspace" => Key::Backspace,
        "Ctrl" | "Control" => Key::Control,
        "Delete" => Key::Delete,
        "End" => Key::End,
        "Enter" => Key::Enter,
        "Escape" | "Esc" => Key::Escape,
        "F1" => Key::F1,
        "F5" => Key::F5,
        "F11" => Key::F11,
        "Home" => Key::Home,
        "PageDown" => Key::PageDown,
        "PageUp" => Key::PageUp,
        "Shift" => Key::Shift,
        "Space" => return ' ',
        "Tab" => Key::Tab,
        _ => return letter(name),
    };
    char::from(named)
}

/// A key that writes one character. Letters are meant as keys, so `Ctrl+K` presses no Shift.
#[track_caller]
fn letter(name: &str) -> char {
    let mut characters = name.chars();
    match (characters.next(), characters.next()) {
        (Some(character), None) => character.to_ascii_lowercase(),
        _ => panic!("there is no key named {name:?}."),
    }
}

#[cfg(test)]
mod tests {
    use super::chord_keys;

    #[test]
    fn a_chord_is_its_modifiers_and_one_key() {
        assert_eq!(chord_keys("Ctrl+K"), ['\u{e009}', 'k']);
        assert_eq!(chord_keys("Shift+Tab"), ['\u{e008}', '\u{e004}']);
        assert_eq!(chord_keys("+"), ['+']);
        assert_eq!(chord_keys("?"), ['?']);
    }
}
