//! A standalone page: one HTML file in the user's language, with inline styles and no script.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use unhunch::lang;

/// Returns the complete HTML file.
pub(crate) fn page(title: &str, style: &str, content: &Markup) -> String {
    let language = lang::current();
    let direction = if language.is_rtl() { "rtl" } else { "ltr" };
    let page = html! {
        (DOCTYPE)
        html lang=(language.tag) dir=(direction) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(style)) }
            }
            body {
                main { (content) }
            }
        }
    };
    page.into_string()
}
