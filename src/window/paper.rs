//! A standalone page: one HTML file in the user's language, with inline styles and no script.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use unhunch::lang;
use unhunch::text::printable;

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
    // Markup is escaped above; what would change the direction of the page or confuse a printer is replaced here.
    printable(&page.into_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_text_on_a_page() {
        let nasty = "& < > \" ' </b>\u{1b}[2J\u{202e}";
        let page = page(nasty, "", &html! { p title=(nasty) { (nasty) } });
        let text = "&amp; &lt; &gt; &quot; ' &lt;/b&gt;\u{fffd}[2J\u{fffd}";
        let expected = format!("<p title=\"{text}\">{text}</p>");
        assert!(page.contains(&expected), "{page}");
        assert!(page.contains(&format!("<title>{text}</title>")), "{page}");
    }
}
