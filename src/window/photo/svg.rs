//! Pictures in SVG.
//!
//! A small file can describe a huge drawing: a shape that is used ten times, in a group that is used ten times, and so on. So the
//! work is estimated before anything is drawn, and a picture that takes too much is refused. Nothing outside of the file is read.

use std::collections::HashMap;
use std::sync::Arc;

use fontique::{Collection, CollectionOptions, GenericFamily, QueryStatus, SourceCache};
use resvg::usvg::roxmltree::{Document, Node, NodeId, ParsingOptions};
use resvg::{tiny_skia, usvg};

use super::{Pixels, SHOWN};

/// The largest file, in bytes.
const LARGEST: usize = 2 << 20;
/// The most elements and texts of a file.
const MOST_NODES: u32 = 20_000;
/// The most elements around an element, and the most references in a row.
const DEEPEST: usize = 200;
const MOST_REFERENCES: usize = 8;
/// The most work. A simple shape is 1.
const MOST_WORK: u64 = 50_000;
/// The work of an effect on an area.
const EFFECT: u64 = 500;
const AREA: u64 = 100;

/// Draws the picture with its longer side at the size of all pictures. Returns `None` if it isn't SVG, or too large.
pub(super) fn decode(content: &[u8]) -> Option<Pixels> {
    let text = std::str::from_utf8(content).ok()?;
    if text.len() > LARGEST {
        return None;
    }
    let parsing = ParsingOptions {
        allow_dtd: true,
        nodes_limit: MOST_NODES,
        ..ParsingOptions::default()
    };
    let document = Document::parse_with_options(text, parsing).ok()?;
    if !is_modest(&document) {
        return None;
    }
    let mut options = usvg::Options {
        image_href_resolver: usvg::ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..usvg::Options::default()
    };
    let is_text = |node: Node<'_, '_>| node.tag_name().name() == "text";
    if document.descendants().any(is_text) {
        add_font(Arc::make_mut(&mut options.fontdb));
    }
    let tree = usvg::Tree::from_xmltree(&document, &options).ok()?;
    draw(&tree)
}

/// Adds the desktop's font, for all texts: the fonts that the file names may not be installed.
fn add_font(fonts: &mut usvg::fontdb::Database) {
    let mut collection = Collection::new(CollectionOptions::default());
    let mut cache = SourceCache::default();
    let mut query = collection.query(&mut cache);
    query.set_families([GenericFamily::SystemUi, GenericFamily::SansSerif]);
    query.matches_with(|font| {
        fonts.load_font_data(font.blob.data().to_vec());
        QueryStatus::Stop
    });
    let name = fonts.faces().next().and_then(|face| face.families.first());
    if let Some((name, _)) = name.cloned() {
        fonts.set_serif_family(name.clone());
        fonts.set_sans_serif_family(name);
    }
}

fn draw(tree: &usvg::Tree) -> Option<Pixels> {
    let (wide, high) = (tree.size().width(), tree.size().height());
    let scale = SHOWN as f32 / wide.max(high);
    let side = |length: f32| ((length * scale).round() as u32).clamp(1, SHOWN as u32);
    let (width, height) = (side(wide), side(high));
    let mut picture = tiny_skia::Pixmap::new(width, height)?;
    resvg::render(
        tree,
        tiny_skia::Transform::from_scale(scale, scale),
        &mut picture.as_mut(),
    );
    Pixels::new(width as usize, height as usize, picture.take_demultiplied())
}

/// Returns `true` if the picture can be drawn with a limited amount of work.
fn is_modest(document: &Document<'_>) -> bool {
    let is_deep = |node: Node<'_, '_>| node.ancestors().nth(DEEPEST).is_some();
    // References in style sheets aren't followed here.
    let hides_references = |node: Node<'_, '_>| {
        node.tag_name().name() == "style" && node.descendants().any(|text| has_url(text.text()))
    };
    if document
        .descendants()
        .any(|node| is_deep(node) || hides_references(node))
    {
        return false;
    }
    let ids = document.descendants();
    let ids = ids.filter_map(|node| Some((node.attribute("id")?, node)));
    let mut work = Work {
        ids: ids.collect(),
        estimates: HashMap::new(),
    };
    work.estimate(document.root(), 0).is_some()
}

fn has_url(text: Option<&str>) -> bool {
    text.is_some_and(|text| text.contains("url("))
}

/// An estimate of the work for each element.
struct Work<'a, 'input> {
    ids: HashMap<&'a str, Node<'a, 'input>>,
    estimates: HashMap<NodeId, u64>,
}

impl<'a, 'input> Work<'a, 'input> {
    /// Returns the work for an element with all that it contains and refers to. `None` if that is too much, or without end.
    fn estimate(&mut self, node: Node<'a, 'input>, references: usize) -> Option<u64> {
        if let Some(estimate) = self.estimates.get(&node.id()) {
            return Some(*estimate);
        }
        if references > MOST_REFERENCES {
            return None;
        }
        let mut work = own_work(node);
        for child in node.children().filter(Node::is_element) {
            work += self.estimate(child, references)?;
        }
        for attribute in node.attributes() {
            let times =
                if attribute.value().contains("marker") || attribute.name().starts_with("marker") {
                    1 + path_length(node)
                } else {
                    1
                };
            for id in targets(attribute.name(), attribute.value()) {
                if let Some(target) = self.ids.get(id).copied() {
                    work += times.saturating_mul(self.estimate(target, references + 1)?);
                }
            }
            if work > MOST_WORK {
                return None;
            }
        }
        if work > MOST_WORK {
            return None;
        }
        self.estimates.insert(node.id(), work);
        Some(work)
    }
}

fn own_work(node: Node<'_, '_>) -> u64 {
    let of_kind = match node.tag_name().name() {
        name if name.starts_with("fe") => EFFECT,
        "pattern" | "mask" | "clipPath" | "filter" => AREA,
        _ => 1,
    };
    of_kind + path_length(node) / 100
}

/// Returns an upper limit of the number of points.
fn path_length(node: Node<'_, '_>) -> u64 {
    let length_of = |name: &str| node.attribute(name).map_or(0, str::len);
    (length_of("d") + length_of("points")) as u64
}

/// Returns the ids that an attribute refers to.
fn targets<'v>(name: &str, value: &'v str) -> impl Iterator<Item = &'v str> {
    let link = value.trim().strip_prefix('#').filter(|_| name == "href");
    let urls = value.split("url(").skip(1).filter_map(|rest| {
        let id = rest.split(')').next()?;
        id.trim_matches([' ', '"', '\''].as_slice())
            .strip_prefix('#')
    });
    link.into_iter().chain(urls)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn svg(body: &str) -> Option<Pixels> {
        let head = r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="20" height="10">"#;
        decode(format!("{head}{body}</svg>").as_bytes())
    }

    #[test]
    fn a_drawing_is_drawn_at_the_size_of_all_pictures() {
        let pixels = svg(r##"<rect width="10" height="10" fill="#ff0000"/>"##).unwrap();
        assert_eq!((pixels.width, pixels.height), (SHOWN, SHOWN / 2));
        let at = |x: usize| &pixels.rgba[(100 * SHOWN + x) * 4..][..4];
        assert_eq!(at(10), [255, 0, 0, 255]);
        assert_eq!(at(SHOWN - 10), [0, 0, 0, 0]);
    }

    #[test]
    fn text_is_drawn() {
        let pixels = svg(r#"<text x="1" y="9" font-size="9">Hm</text>"#).unwrap();
        assert!(pixels.rgba.iter().any(|byte| *byte != 0));
    }

    #[test]
    fn ordinary_references_are_followed() {
        let body = r##"<defs><linearGradient id="g"><stop stop-color="#0000ff"/></linearGradient>
            <clipPath id="c"><rect width="20" height="10"/></clipPath><rect id="r" width="20" height="10"/></defs>
            <use xlink:href="#r" fill="url(#g)" clip-path="url(#c)"/>"##;
        assert_eq!(svg(body).unwrap().rgba[..4], [0, 0, 255, 255]);
    }

    /// Returns groups that each use the one before ten times.
    fn bomb(open: &str, close: &str, part: &str) -> String {
        let mut body = String::from(r#"<rect id="i0" width="1" height="1"/>"#);
        for level in 1..8 {
            let parts = part.replace("{}", &(level - 1).to_string()).repeat(10);
            body += &format!("{}{parts}{close}", open.replace("{}", &level.to_string()));
        }
        body + &part.replace("{}", "7")
    }

    #[test]
    fn a_drawing_that_would_never_end_is_refused() {
        for (open, close, part) in [
            (r#"<g id="i{}">"#, "</g>", r##"<use xlink:href="#i{}"/>"##),
            (
                r#"<pattern id="i{}" width="1" height="1">"#,
                "</pattern>",
                r##"<rect width="1" height="1" fill="url(#i{})"/>"##,
            ),
            (
                r#"<marker id="i{}">"#,
                "</marker>",
                r##"<path d="M0 0L1 1L2 2L3 3" style="marker:url(#i{})"/>"##,
            ),
        ] {
            assert!(svg(&bomb(open, close, part)).is_none(), "{part}");
        }
        let self_reference = r##"<g id="a"><use xlink:href="#a"/></g>"##;
        assert!(svg(self_reference).is_none());
        let deep = "<g>".repeat(5000) + &"</g>".repeat(5000);
        assert!(svg(&deep).is_none());
        assert!(svg(&"<g/>".repeat(30_000)).is_none());
    }

    #[test]
    fn nothing_outside_of_the_file_is_read() {
        let body = r#"<image width="20" height="10" xlink:href="/etc/hostname"/>"#;
        assert!(svg(body).unwrap().rgba.iter().all(|byte| *byte == 0));
        let entity = "<!DOCTYPE svg [<!ENTITY a SYSTEM \"file:///etc/hostname\">]><svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"><desc>&a;</desc></svg>";
        drop(decode(entity.as_bytes()));
    }
}
