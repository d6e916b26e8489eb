//! The position of a mistake in a text, and the part of the line to show.

use std::ops::Range;
use std::path::Path;

use super::problem::Problem;

/// The maximum length of the part of a line that is shown, in characters.
const MAX_SNIPPET: usize = 100;

/// The length of the part before the position that is shown of a long line, in characters.
const CONTEXT_BEFORE: usize = 40;

/// A position in a text, for display.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The line number, from 1.
    pub(super) line: usize,
    /// The column in characters, from 1.
    pub(super) column: usize,
    /// The part of the line that is shown.
    pub(super) snippet: String,
    /// The number of characters in the snippet before the position.
    pub(super) caret: usize,
    /// The number of marked characters in the snippet, at least 1.
    pub(super) width: usize,
}

impl Place {
    /// Computes the position of a byte range of `text`. Out-of-range and non-boundary values are clamped.
    pub(super) fn new(text: &str, span: &Range<usize>) -> Self {
        let start = boundary(text, span.start);
        let end = boundary(text, span.end.max(start));
        let Range {
            start: line_start,
            end: line_end,
        } = line_around(text, start);
        let line = text[line_start..line_end].trim_end_matches(['\r', '\n']);
        let before = text[line_start..start].chars().count();
        let marked = text[start..end.min(line_end)]
            .trim_end_matches(['\r', '\n'])
            .chars()
            .count();
        let (snippet, skipped) = snippet_around(line, before);
        let caret = before - skipped.min(before);
        let room = snippet.chars().count().saturating_sub(caret);
        Self {
            line: line_number(text, start),
            column: before + 1,
            snippet,
            caret,
            width: marked.min(room).max(1),
        }
    }

    /// Returns a problem at this place, for the caller to complete.
    pub(super) fn problem(self, file: &Path, message: String) -> Problem {
        Problem {
            file: file.to_owned(),
            line: self.line,
            column: self.column,
            key: None,
            snippet: self.snippet,
            caret: self.caret,
            width: self.width,
            what: message,
            expected: String::new(),
            hint: None,
            meanwhile: String::new(),
        }
    }
}

/// Returns the range of the line that contains this byte of `text`, with its line break.
pub(super) fn line_around(text: &str, at: usize) -> Range<usize> {
    let at = boundary(text, at);
    let start = text[..at].rfind('\n').map_or(0, |before| before + 1);
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end + 1);
    start..end
}

/// Returns the number, from 1, of the line that contains this byte of `text`.
pub(super) fn line_number(text: &str, at: usize) -> usize {
    let before = &text.as_bytes()[..at.min(text.len())];
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}

/// The last character boundary at or before `at`.
fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The sanitized part of a line around a column (from 0), and the number of characters left out before it.
fn snippet_around(line: &str, column: usize) -> (String, usize) {
    let skipped = if line.chars().nth(MAX_SNIPPET).is_some() {
        column.saturating_sub(CONTEXT_BEFORE)
    } else {
        0
    };
    let part: String = line.chars().skip(skipped).take(MAX_SNIPPET).collect();
    (sanitize(&part), skipped)
}

/// Replaces all characters that move the cursor, ring the bell or change the direction of writing, each by a
/// character of the same width.
pub(crate) fn sanitize(text: &str) -> String {
    text.chars()
        .map(|char| match char {
            '\t' => ' ',
            '\u{00AD}'
            | '\u{034F}'
            | '\u{061C}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}' => char::REPLACEMENT_CHARACTER,
            char if char.is_control() => char::REPLACEMENT_CHARACTER,
            char => char,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str, span: Range<usize>) -> (usize, usize, String, usize, usize) {
        let place = Place::new(text, &span);
        (
            place.line,
            place.column,
            place.snippet,
            place.caret,
            place.width,
        )
    }

    #[test]
    fn columns_are_counted_in_characters() {
        let text = "# größe\r\nsit = \"ä\"\r\n";
        let at = text.find("\"ä\"").unwrap();
        assert_eq!(seen(text, at..at + 4), (2, 7, "sit = \"ä\"".into(), 6, 3));
    }

    #[test]
    fn a_tab_is_as_wide_as_its_caret() {
        assert_eq!(seen("\tsit = 1", 7..8), (1, 8, " sit = 1".into(), 7, 1));
    }

    #[test]
    fn the_end_of_the_text_is_a_place() {
        assert_eq!(seen("a =", 3..3), (1, 4, "a =".into(), 3, 1));
        assert_eq!(seen("a =\n", 4..9), (2, 1, String::new(), 0, 1));
        assert_eq!(seen("", 7..9), (1, 1, String::new(), 0, 1));
    }

    #[test]
    fn a_long_line_is_shown_in_part() {
        let text = format!("{}X{}", "a".repeat(5000), "b".repeat(5000));
        let place = Place::new(&text, &(5000..5001));
        assert_eq!((place.column, place.caret, place.width), (5001, 40, 1));
        assert_eq!(place.snippet.chars().nth(40), Some('X'));
        assert_eq!(place.snippet.chars().count(), 100);
    }

    #[test]
    fn a_span_of_several_lines_is_marked_in_the_first() {
        assert_eq!(seen("a = [\n1,\n]", 4..10), (1, 5, "a = [".into(), 4, 1));
    }

    #[test]
    fn nothing_shown_can_move_the_cursor() {
        assert_eq!(
            sanitize("a\u{1b}[2J\u{202e}b\tc"),
            "a\u{fffd}[2J\u{fffd}b c"
        );
    }
}
