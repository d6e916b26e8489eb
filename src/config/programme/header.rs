//! The lines of a file that belong to one `[[exercise]]` or `[[routine]]`.

use std::ops::Range;

use toml::Spanned;
use toml::de::DeValue;

use crate::config::place::line_around;

/// Returns the line of the heading of each item.
pub(super) fn headings(text: &str, items: &[Spanned<DeValue<'_>>]) -> Vec<Range<usize>> {
    let heading = |item: &Spanned<DeValue<'_>>| {
        let line = line_around(text, item.span().start);
        let length = text[line.clone()].trim_end().len();
        line.start..line.start + length
    };
    items.iter().map(heading).collect()
}

/// Returns the end of what begins with the heading in this line: the next heading of an exercise or routine, without the
/// comment right before it.
pub(in crate::config) fn end(text: &str, start: usize) -> usize {
    let mut at = line_around(text, start).end;
    let mut end = at;
    while at < text.len() {
        let line = line_around(text, at);
        let content = text[line.clone()].trim();
        if is_heading(content) {
            return end;
        }
        at = line.end;
        if !content.starts_with('#') {
            end = at;
        }
    }
    text.len()
}

/// Returns `true` for `[[exercise]]` and `[[routine]]`, however they are spaced.
pub(in crate::config) fn is_heading(line: &str) -> bool {
    let inner = line
        .strip_prefix("[[")
        .and_then(|line| line.split_once("]]"));
    inner.is_some_and(|(name, _)| matches!(name.trim(), "exercise" | "routine"))
}
