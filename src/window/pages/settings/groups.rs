//! The groups of settings: their list and their rows.

use std::rc::Rc;

use slint::{Model as _, ModelRc, VecModel};
use unhunch::config::explain::{self, Explanation, Kind};
use unhunch::lang::tr;
use unhunch::routine::Library;

use super::login;
use super::state::PageState;
use super::values::{control_text, next_value, picks, sentence_text};
use crate::mistakes::quoted;
use crate::ui::{self, SettingKind, SettingsState};

/// The rows on the page. They are updated in place to keep the keyboard focus.
#[derive(Default)]
pub(super) struct Rows {
    frames: Vec<Frame>,
    rows: Vec<Rc<VecModel<ui::Setting>>>,
}

/// A group without its values.
#[derive(Clone, PartialEq)]
struct Frame {
    table: &'static str,
    title: &'static str,
    about: String,
    keys: Vec<String>,
    tries: Vec<(&'static str, &'static str)>,
}

/// Returns the groups that the user can open. Empty during a search.
pub(super) fn group_links(state: &PageState, explained: &[Explanation]) -> Vec<ui::SettingGroup> {
    let is_shown = state.is_beside || state.table.is_empty() && state.search.is_empty();
    let mut groups: Vec<ui::SettingGroup> = Vec::new();
    for setting in explained.iter().filter(|_| is_shown) {
        match groups
            .last_mut()
            .filter(|group| group.table == setting.table)
        {
            Some(group) => group.about.push_str(&format!(" · {}", setting.title)),
            None => groups.push(ui::SettingGroup {
                table: setting.table.into(),
                title: explain::table_title(setting.table).into(),
                about: setting.title.into(),
                ..ui::SettingGroup::default()
            }),
        }
    }
    if let Some(general) = groups.last_mut().filter(|_| state.login.is_some()) {
        general.about = format!("{} · {}", login::title(), general.about).into();
    }
    for group in &mut groups {
        group.about = shortened(&group.about).into();
    }
    groups
}

/// Updates the list of groups in place, because one of its rows may have the focus.
pub(super) fn show_group_links(page: &SettingsState<'_>, groups: Vec<ui::SettingGroup>) {
    let model = page.get_group_links();
    if model.row_count() != groups.len() {
        return page.set_group_links(ModelRc::new(VecModel::from(groups)));
    }
    for (place, group) in groups.into_iter().enumerate() {
        let texts = |group: &ui::SettingGroup| (group.title.clone(), group.about.clone());
        if model.row_data(place).as_ref().map(texts) != Some(texts(&group)) {
            model.set_row_data(place, group);
        }
    }
}

/// Returns the first three titles.
fn shortened(titles: &str) -> String {
    let titles: Vec<&str> = titles.split(" · ").collect();
    let more = if titles.len() > 3 { " …" } else { "" };
    format!("{}{more}", titles[..titles.len().min(3)].join(" · "))
}

fn frames(
    settings: &[&Explanation],
    state: &PageState,
    is_connected: bool,
    has_login: bool,
) -> Vec<Frame> {
    let mut frames: Vec<Frame> = Vec::new();
    for setting in settings {
        match frames
            .last_mut()
            .filter(|frame| frame.table == setting.table)
        {
            Some(frame) => frame.keys.push(setting.key()),
            None => frames.push(Frame {
                table: setting.table,
                title: explain::table_title(setting.table),
                about: about(setting.table).to_owned(),
                keys: vec![setting.key()],
                tries: Vec::new(),
            }),
        }
    }
    if has_login {
        if frames
            .last()
            .is_none_or(|frame| frame.table != login::TABLE)
        {
            frames.push(Frame {
                table: login::TABLE,
                title: explain::table_title(login::TABLE),
                about: String::new(),
                keys: Vec::new(),
                tries: Vec::new(),
            });
        }
        if let Some(general) = frames.last_mut() {
            general.keys.insert(0, login::KEY.to_owned());
        }
    }
    for frame in frames.iter_mut().filter(|_| !state.table().is_empty()) {
        frame.tries = preview_buttons(frame.table, is_connected);
    }
    frames
}

/// Returns the text that applies to a whole table.
fn about(table: &str) -> &'static str {
    match table {
        "hours" => tr(
            "When reminders may appear, in local time, such as 9:00-12:30, 13:15-18:00. Leave all days empty for any time.",
        ),
        "quiet" => tr("The reminder waits; your sitting time keeps counting."),
        _ => "",
    }
}

fn preview_buttons(table: &str, is_connected: bool) -> Vec<(&'static str, &'static str)> {
    match table {
        "rhythm" if is_connected => vec![("reminder", tr("Show a reminder now"))],
        "sound" => vec![
            ("tones", tr("Play the tones")),
            ("voice", tr("Speak a sentence")),
        ],
        _ => Vec::new(),
    }
}

impl Rows {
    /// Shows the matching settings with their values.
    pub(super) fn show(
        &mut self,
        page: &SettingsState<'_>,
        state: &PageState,
        explained: &[Explanation],
        library: &Library,
        is_connected: bool,
    ) {
        let wanted: Vec<&Explanation> = explained
            .iter()
            .filter(|setting| state.is_wanted(setting, library))
            .collect();
        let login = state.login.as_ref().filter(|_| state.is_login_wanted());
        let login = login.map(login::row);
        let frames = frames(&wanted, state, is_connected, login.is_some());
        if self.frames != frames {
            *self = Self::new(frames, page);
        }
        let mut hours = explained
            .iter()
            .filter(|setting| setting.kind == Kind::Hours);
        let has_hours = hours.any(Explanation::is_changed);
        for (frame, rows) in self.frames.iter().zip(&self.rows) {
            let settings = wanted.iter().filter(|setting| setting.table == frame.table);
            let setting_rows = settings.map(|setting| {
                row(
                    setting,
                    state.errors.get(&setting.key()),
                    has_hours,
                    library,
                )
            });
            let first = login.clone().filter(|_| frame.table == login::TABLE);
            update_rows(rows, first.into_iter().chain(setting_rows).collect());
        }
    }

    fn new(frames: Vec<Frame>, page: &SettingsState<'_>) -> Self {
        let rows: Vec<Rc<VecModel<ui::Setting>>> = frames
            .iter()
            .map(|_| Rc::new(VecModel::default()))
            .collect();
        let groups = frames.iter().zip(&rows).map(|(frame, rows)| {
            let tries = frame.tries.iter().map(|(word, text)| ui::Try {
                word: (*word).into(),
                text: (*text).into(),
            });
            ui::SettingGroup {
                table: frame.table.into(),
                title: frame.title.into(),
                about: frame.about.as_str().into(),
                settings: ModelRc::from(Rc::clone(rows)),
                tries: ModelRc::new(VecModel::from_iter(tries)),
            }
        });
        page.set_groups(ModelRc::new(VecModel::from_iter(groups)));
        Self { frames, rows }
    }
}

/// Leaves unchanged rows alone: one of them may have the focus.
fn update_rows(rows: &VecModel<ui::Setting>, fresh: Vec<ui::Setting>) {
    if rows.row_count() != fresh.len() {
        rows.set_vec(fresh);
        return;
    }
    for (index, row) in fresh.into_iter().enumerate() {
        if rows.row_data(index).as_ref() != Some(&row) {
            rows.set_row_data(index, row);
        }
    }
}

fn row(
    setting: &Explanation,
    error: Option<&String>,
    has_hours: bool,
    library: &Library,
) -> ui::Setting {
    let is_said_once = setting.kind == Kind::Hours;
    let default = Explanation {
        plain: setting.plain_default.clone(),
        written: setting.default.clone(),
        ..setting.clone()
    };
    let reset = setting
        .is_changed()
        .then(|| tr!("Reset to {value}", value = sentence_text(&default, library)));
    let sentence = quoted(&setting.sentence);
    ui::Setting {
        key: setting.key().into(),
        title: setting.title.into(),
        about: if is_said_once { "" } else { &sentence }.into(),
        described: sentence.as_str().into(),
        kind: control(setting.kind),
        on: setting.written == "true",
        value: control_text(setting, library).into(),
        placeholder: placeholder(setting.kind, has_hours).into(),
        lower: next_value(setting, -1).is_some(),
        higher: next_value(setting, 1).is_some(),
        wrong: error.map(String::as_str).unwrap_or_default().into(),
        reset: reset.unwrap_or_default().into(),
    }
}

fn control(kind: Kind) -> SettingKind {
    match kind {
        Kind::Switch => SettingKind::Toggle,
        Kind::Length { .. } | Kind::Number { .. } | Kind::Dose { .. } => SettingKind::Stepper,
        Kind::Hours | Kind::Holidays | Kind::Words(_) => SettingKind::Field,
        Kind::Word(_) | Kind::Reminders | Kind::Routine => SettingKind::Choice,
    }
}

/// Returns the text of an empty field. A day without hours means any time only if no day has some.
fn placeholder(kind: Kind, has_hours: bool) -> String {
    let text = match kind {
        Kind::Hours if has_hours => tr("no reminders"),
        Kind::Hours => tr("any time"),
        Kind::Holidays => return tr!("such as {example}", example = "2026-12-25"),
        Kind::Words(_) => tr("none"),
        Kind::Switch
        | Kind::Length { .. }
        | Kind::Number { .. }
        | Kind::Dose { .. }
        | Kind::Word(_)
        | Kind::Reminders
        | Kind::Routine => "",
    };
    text.to_owned()
}

pub(super) fn show_picks(page: &SettingsState<'_>, open: Option<&Explanation>, library: &Library) {
    let picks = open.map(|setting| (picks(setting, library), &setting.plain));
    let picks = picks.into_iter().flat_map(|(picks, present)| {
        picks.into_iter().map(move |(word, text)| ui::Pick {
            chosen: word == *present,
            word: word.into(),
            text: text.into(),
        })
    });
    page.set_picks(ModelRc::new(VecModel::from_iter(picks)));
}

#[cfg(test)]
mod tests {
    use super::super::tests::explained;
    use super::*;

    #[test]
    fn every_choice_has_a_name_and_shows_what_holds() {
        let library = Library::shipped();
        for setting in explained("") {
            let picks = picks(&setting, &library);
            let is_choice = control(setting.kind) == SettingKind::Choice;
            assert_eq!(is_choice, !picks.is_empty(), "{}", setting.key());
            if is_choice {
                let chosen = picks.iter().filter(|(word, _)| *word == setting.plain);
                assert_eq!(chosen.count(), 1, "{}", setting.key());
                let mut texts: Vec<_> = picks.iter().map(|(_, text)| text).collect();
                texts.sort();
                texts.dedup();
                assert_eq!(texts.len(), picks.len(), "{}", setting.key());
            }
        }
    }
}
