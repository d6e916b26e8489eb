//! Shortcuts such as Ctrl+Z under every keyboard layout.
//!
//! Slint and the markup compare the text of a key. Under a Russian, Greek, Arabic or Hebrew layout Ctrl+Z has another text, and
//! with Caps Lock it is a capital letter. So the text is replaced by the letter that the shortcut is named after, before Slint
//! sees the key.

use slint::platform::WindowEvent;
use winit::event::KeyEvent;
use winit::keyboard::{Key, KeyCode, ModifiersState, PhysicalKey};

/// Returns the event that replaces a pressed key whose text is not the letter of its shortcut. `None` if the key can stay as it
/// is.
pub(crate) fn replacement(event: &KeyEvent, modifiers: ModifiersState) -> Option<WindowEvent> {
    if !event.state.is_pressed() || !is_shortcut(modifiers) {
        return None;
    }
    let letter = letter(&event.logical_key, event.physical_key)?;
    let text = slint::SharedString::from(letter);
    if event.logical_key == Key::Character(text.as_str().into()) {
        return None;
    }
    Some(if event.repeat {
        WindowEvent::KeyPressRepeated { text }
    } else {
        WindowEvent::KeyPressed { text }
    })
}

/// Returns `true` if a letter typed with these modifiers is a shortcut. AltGr, which types characters, is Ctrl+Alt on Windows.
fn is_shortcut(modifiers: ModifiersState) -> bool {
    let command = if cfg!(target_vendor = "apple") {
        modifiers.super_key()
    } else {
        modifiers.control_key()
    };
    command && !modifiers.alt_key()
}

/// Returns the letter by which a shortcut is compared, in lower case. `None` if the key is none of the letters.
///
/// In a Latin layout it is the typed letter, wherever it is. Other layouts have no such letter, so there it is the one in the
/// same place of an American keyboard.
fn letter(logical: &Key, physical: PhysicalKey) -> Option<char> {
    match logical {
        Key::Character(text) if text.chars().all(is_latin) => {
            let mut characters = text.chars();
            let only = characters.next().filter(|_| characters.next().is_none())?;
            only.is_ascii_alphabetic()
                .then(|| only.to_ascii_lowercase())
        }
        // Some systems have no text for a letter with Ctrl.
        Key::Character(_) | Key::Unidentified(_) => american_letter(physical),
        Key::Named(_) | Key::Dead(_) => None,
    }
}

/// Returns `true` for characters that are typed with a Latin layout: its letters, digits and punctuation.
fn is_latin(character: char) -> bool {
    matches!(character, '\0'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

fn american_letter(physical: PhysicalKey) -> Option<char> {
    let PhysicalKey::Code(code) = physical else {
        return None;
    };
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "all other keys are no letters"
    )]
    Some(match code {
        KeyCode::KeyA => 'a',
        KeyCode::KeyB => 'b',
        KeyCode::KeyC => 'c',
        KeyCode::KeyD => 'd',
        KeyCode::KeyE => 'e',
        KeyCode::KeyF => 'f',
        KeyCode::KeyG => 'g',
        KeyCode::KeyH => 'h',
        KeyCode::KeyI => 'i',
        KeyCode::KeyJ => 'j',
        KeyCode::KeyK => 'k',
        KeyCode::KeyL => 'l',
        KeyCode::KeyM => 'm',
        KeyCode::KeyN => 'n',
        KeyCode::KeyO => 'o',
        KeyCode::KeyP => 'p',
        KeyCode::KeyQ => 'q',
        KeyCode::KeyR => 'r',
        KeyCode::KeyS => 's',
        KeyCode::KeyT => 't',
        KeyCode::KeyU => 'u',
        KeyCode::KeyV => 'v',
        KeyCode::KeyW => 'w',
        KeyCode::KeyX => 'x',
        KeyCode::KeyY => 'y',
        KeyCode::KeyZ => 'z',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(typed: &str, code: KeyCode, letter_of_shortcut: Option<char>) {
        let logical = Key::Character(typed.into());
        let letter = letter(&logical, PhysicalKey::Code(code));
        assert_eq!(letter, letter_of_shortcut, "{typed:?} on {code:?}");
    }

    #[test]
    fn other_scripts_use_the_place_of_the_key() {
        let undo = ["я", "Я", "ζ", "Ζ", "ئ", "ז", "ผ", "ზ", "զ", "ॆ", "つ", "ㅋ"];
        for typed in undo {
            check(typed, KeyCode::KeyZ, Some('z'));
        }
        check("с", KeyCode::KeyC, Some('c'));
        check("м", KeyCode::KeyV, Some('v'));
        check("ч", KeyCode::KeyX, Some('x'));
        check("ф", KeyCode::KeyA, Some('a'));
        // One key of the Arabic layout types two characters.
        check("لا", KeyCode::KeyB, Some('b'));
        check("х", KeyCode::BracketLeft, None);
    }

    #[test]
    fn latin_layouts_use_the_typed_letter() {
        check("z", KeyCode::KeyZ, Some('z'));
        check("Z", KeyCode::KeyZ, Some('z'));
        // German, French, Dvorak, Turkish F and Bépo.
        check("z", KeyCode::KeyY, Some('z'));
        check("y", KeyCode::KeyZ, Some('y'));
        check("z", KeyCode::KeyW, Some('z'));
        check("w", KeyCode::KeyZ, Some('w'));
        check("z", KeyCode::Slash, Some('z'));
        check(";", KeyCode::KeyZ, None);
        check("ö", KeyCode::KeyX, None);
        check("à", KeyCode::KeyZ, None);
        check("ơ", KeyCode::BracketRight, None);
    }

    #[test]
    fn a_key_without_text_is_known_by_its_place() {
        let unknown = Key::Unidentified(winit::keyboard::NativeKey::Unidentified);
        let place = PhysicalKey::Code(KeyCode::KeyZ);
        assert_eq!(letter(&unknown, place), Some('z'));
        let named = Key::Named(winit::keyboard::NamedKey::Enter);
        assert_eq!(letter(&named, place), None);
    }

    #[test]
    fn letters_with_the_usual_modifiers_are_shortcuts() {
        let command = if cfg!(target_vendor = "apple") {
            ModifiersState::SUPER
        } else {
            ModifiersState::CONTROL
        };
        assert!(is_shortcut(command));
        assert!(is_shortcut(command | ModifiersState::SHIFT));
        assert!(!is_shortcut(ModifiersState::SHIFT));
        assert!(!is_shortcut(command | ModifiersState::ALT));
    }
}
