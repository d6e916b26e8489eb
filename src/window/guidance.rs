//! What the pages of guidance say.

use slint::{ModelRc, SharedString, VecModel};
use unhunch::config::guidance::{Guidance, Section};

use crate::ui;

/// Puts the guidance on its pages, in the language that is spoken.
pub(crate) fn fill(page: &ui::GuidanceState<'_>) {
    let Guidance { safety, more } = Guidance::shipped();
    page.set_safety(sections(&safety));
    page.set_more(sections(&more));
}

fn sections(sections: &[Section]) -> ModelRc<ui::Section> {
    let shown = sections
        .iter()
        .map(Section::said)
        .map(|section| ui::Section {
            title: section.title.into(),
            points: ModelRc::new(VecModel::from_iter(
                section.points.iter().map(SharedString::from),
            )),
            body: section.body.into(),
        });
    ModelRc::new(VecModel::from_iter(shown))
}
