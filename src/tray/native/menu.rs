//! The native menu, kept in sync with the view.

use tray_icon::menu::{IsMenuItem, Menu, MenuItem, PredefinedMenuItem, Submenu};

use crate::text::printable_line;
use crate::tray::view::Entry;

/// A native menu whose texts can be updated in place while its shape stays the same.
pub(super) struct NativeMenu {
    menu: Menu,
    /// The items with a text and the entries they show, in the order of the view.
    items: Vec<(MenuItem, Entry)>,
}

impl NativeMenu {
    pub(super) fn new(entries: &[Entry]) -> anyhow::Result<Self> {
        let (menu, mut items) = (Menu::new(), Vec::new());
        for entry in entries {
            menu.append(&*build(entry, &mut items)?)?;
        }
        Ok(Self { menu, items })
    }

    pub(super) fn menu(&self) -> Box<Menu> {
        Box::new(self.menu.clone())
    }

    /// Updates texts and enabled states. `entries` must have the same shape as before.
    pub(super) fn update(&mut self, entries: &[Entry]) {
        for ((item, current), entry) in self.items.iter_mut().zip(texts(entries)) {
            if label(current) != label(entry) {
                item.set_text(escape(label(entry)));
            }
            if is_enabled(current) != is_enabled(entry) {
                item.set_enabled(is_enabled(entry));
            }
            *current = entry.clone();
        }
    }
}

/// Returns `true` if two menus differ only in texts and enabled states, so that an open menu can stay open.
pub(super) fn same_shape(a: &[Entry], b: &[Entry]) -> bool {
    a.len() == b.len()
        && a.iter().zip(b).all(|pair| match pair {
            (Entry::Line(_), Entry::Line(_)) | (Entry::Separator, Entry::Separator) => true,
            (Entry::Item { choice: a, .. }, Entry::Item { choice: b, .. }) => a == b,
            (
                Entry::Submenu {
                    label: a,
                    entries: below,
                },
                Entry::Submenu {
                    label: b,
                    entries: beside,
                },
            ) => a == b && same_shape(below, beside),
            (Entry::Line(_) | Entry::Separator | Entry::Item { .. } | Entry::Submenu { .. }, _) => {
                false
            }
        })
}

fn build(entry: &Entry, items: &mut Vec<(MenuItem, Entry)>) -> anyhow::Result<Box<dyn IsMenuItem>> {
    Ok(match entry {
        Entry::Separator => Box::new(PredefinedMenuItem::separator()),
        Entry::Line(text) => keep(MenuItem::new(escape(text), false, None), entry, items),
        Entry::Item {
            choice,
            label,
            enabled,
        } => {
            let item = MenuItem::with_id(choice.id(), escape(label), *enabled, None);
            keep(item, entry, items)
        }
        Entry::Submenu { label, entries } => {
            let submenu = Submenu::new(escape(label), !entries.is_empty());
            for entry in entries {
                submenu.append(&*build(entry, items)?)?;
            }
            Box::new(submenu)
        }
    })
}

fn keep(item: MenuItem, entry: &Entry, items: &mut Vec<(MenuItem, Entry)>) -> Box<dyn IsMenuItem> {
    items.push((item.clone(), entry.clone()));
    Box::new(item)
}

/// Returns the entries with an item of their own, in the order in which they are built.
fn texts(entries: &[Entry]) -> Vec<&Entry> {
    entries
        .iter()
        .flat_map(|entry| match entry {
            Entry::Line(_) | Entry::Item { .. } => vec![entry],
            Entry::Submenu { entries, .. } => texts(entries),
            Entry::Separator => Vec::new(),
        })
        .collect()
}

fn label(entry: &Entry) -> &str {
    match entry {
        Entry::Line(label) | Entry::Item { label, .. } => label,
        Entry::Submenu { label, .. } => label,
        Entry::Separator => "",
    }
}

fn is_enabled(entry: &Entry) -> bool {
    match entry {
        Entry::Item { enabled, .. } => *enabled,
        Entry::Line(_) | Entry::Separator => false,
        Entry::Submenu { .. } => true,
    }
}

/// Returns the label of an item, which is plain text on one line. `&` would mark the next letter as an access key.
fn escape(text: &str) -> String {
    printable_line(text).replace('&', "&&")
}
