//! Turns the bytes that a terminal sends into keys.
//!
//! Keys with a name (arrows, function keys), the wheel, focus reports and pasted text arrive as escape sequences. None of them is a
//! key that we use, so they are skipped. The key Esc is an escape character that nothing follows.

/// The number of printable characters in one read from which on they count as pasted text, even if the terminal doesn't mark them as
/// such. Typing gives fewer. Our choice.
const MIN_PASTE_LENGTH: usize = 8;

const ESC: u8 = 0x1b;
const BEL: u8 = 0x07;
/// Ends pasted text, which `ESC [ 200 ~` begins.
const PASTE_END: &[u8] = b"\x1b[201~";

/// The state between two reads, since a sequence may arrive in pieces.
#[derive(Debug, Default)]
pub(super) struct Parser {
    state: State,
    /// The bytes of a character that isn't complete yet.
    incomplete: Vec<u8>,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Ground,
    /// After an escape character.
    Escape,
    /// A control sequence, with its parameters so far.
    Csi(Vec<u8>),
    /// After `CSI M`, a mouse report of old terminals, with the number of its three bytes that are still to come.
    Mouse(u8),
    /// After `ESC O`, which one more byte follows.
    SingleShift,
    /// A control string (OSC, DCS, SOS, PM or APC), which ends with BEL or `ESC \`.
    ControlString { escaped: bool },
    /// In pasted text, with its last bytes, which may be [`PASTE_END`].
    Paste(Vec<u8>),
}

impl Parser {
    /// Returns the keys in the bytes of one read.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Vec<char> {
        let mut keys = Vec::new();
        for &byte in bytes {
            keys.extend(self.feed_byte(byte));
        }
        let printable = keys.iter().filter(|key| !key.is_control()).count();
        if printable >= MIN_PASTE_LENGTH {
            keys.clear();
        }
        keys
    }

    /// Returns `true` if an escape character waits for what follows it.
    pub(super) fn is_waiting(&self) -> bool {
        self.state == State::Escape
    }

    /// Is called when nothing has followed for a while. Returns the key Esc if an escape character was waiting.
    pub(super) fn on_timeout(&mut self) -> Option<char> {
        let was_waiting = self.is_waiting();
        if was_waiting {
            self.state = State::Ground;
        }
        was_waiting.then_some(char::from(ESC))
    }

    fn feed_byte(&mut self, byte: u8) -> Option<char> {
        match &mut self.state {
            State::Ground if byte == ESC => self.enter(State::Escape),
            State::Ground => return self.decode(byte),
            State::Escape => {
                let next = match byte {
                    b'[' => State::Csi(Vec::new()),
                    b'O' => State::SingleShift,
                    b']' | b'P' | b'X' | b'^' | b'_' => State::ControlString { escaped: false },
                    ESC => State::Escape,
                    // A letter with Alt.
                    _ => State::Ground,
                };
                self.enter(next);
            }
            State::Csi(parameters) => match byte {
                b'M' if parameters.is_empty() => self.enter(State::Mouse(3)),
                b'~' if parameters == b"200" => self.enter(State::Paste(Vec::new())),
                0x40..=0x7e => self.enter(State::Ground),
                ESC => self.enter(State::Escape),
                _ => parameters.push(byte),
            },
            State::Mouse(1) | State::SingleShift => self.enter(State::Ground),
            State::Mouse(remaining) => *remaining -= 1,
            State::ControlString { escaped } => {
                let is_over = byte == BEL || (*escaped && byte == b'\\');
                *escaped = byte == ESC;
                if is_over {
                    self.enter(State::Ground);
                }
            }
            State::Paste(last) => {
                last.push(byte);
                let excess = last.len().saturating_sub(PASTE_END.len());
                last.drain(..excess);
                if last == PASTE_END {
                    self.enter(State::Ground);
                }
            }
        }
        None
    }

    fn enter(&mut self, state: State) {
        self.state = state;
        self.incomplete.clear();
    }

    /// Returns the character that this byte completes.
    fn decode(&mut self, byte: u8) -> Option<char> {
        self.incomplete.push(byte);
        match std::str::from_utf8(&self.incomplete) {
            Ok(text) => {
                let key = text.chars().next();
                self.incomplete.clear();
                key
            }
            Err(error) => {
                if error.error_len().is_some() {
                    self.incomplete.clear();
                }
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NONE: [char; 0] = [];

    /// Input that contains no key of ours.
    const IGNORED_SEQUENCES: [&[u8]; 12] = [
        b"\x1b[C",
        b"\x1bOA",
        b"\x1b[3~",
        b"\x1b[1;5D",
        b"\x1b[I",
        b"\x1b[O",
        b"\x1b[<64;10;20M",
        b"\x1b[M !!",
        b"\x1b]11;rgb:0/0/0\x07",
        b"\x1bP1$r\x1b\\",
        b"\x1b[200~please skip, quit\x1b[201~",
        b"\x1bs",
    ];

    #[test]
    fn characters_are_keys_and_invalid_utf8_is_skipped() {
        let mut parser = Parser::default();
        assert_eq!(parser.feed(b"s"), ['s']);
        assert_eq!(parser.feed(b" \n"), [' ', '\n']);
        assert_eq!(parser.feed("я".as_bytes()), ['я']);
        assert_eq!(parser.feed(b"\xffq"), ['q']);
    }

    #[test]
    fn escape_is_a_key_only_if_nothing_follows() {
        let mut parser = Parser::default();
        assert_eq!(parser.feed(b"\x1b"), NONE);
        assert!(parser.is_waiting());
        assert_eq!(parser.on_timeout(), Some('\u{1b}'));
        assert_eq!(parser.on_timeout(), None);
        assert_eq!(parser.feed(b"q"), ['q']);
    }

    #[test]
    fn long_unmarked_input_is_ignored() {
        assert_eq!(Parser::default().feed(b"please skip, quit"), NONE);
    }

    #[test]
    fn sequences_are_skipped() {
        for sequence in IGNORED_SEQUENCES {
            let mut parser = Parser::default();
            assert_eq!(parser.feed(sequence), NONE, "{sequence:?}");
            assert_eq!(parser.on_timeout(), None, "{sequence:?}");
            assert_eq!(parser.feed(b"q"), ['q'], "{sequence:?}");
        }
    }

    proptest! {
        #[test]
        fn pieces_make_no_difference(
            which in prop::collection::vec(0..IGNORED_SEQUENCES.len(), 1..4),
            cuts in prop::collection::vec(any::<bool>(), 80),
        ) {
            let bytes: Vec<u8> = which.iter().flat_map(|index| IGNORED_SEQUENCES[*index]).copied().collect();
            let mut parser = Parser::default();
            let mut piece = Vec::new();
            for (byte, cut) in bytes.iter().zip(cuts.iter().cycle()) {
                piece.push(*byte);
                if *cut {
                    prop_assert_eq!(parser.feed(&std::mem::take(&mut piece)), NONE);
                }
            }
            prop_assert_eq!(parser.feed(&piece), NONE);
            prop_assert_eq!(parser.feed(b"q"), ['q']);
        }
    }
}
