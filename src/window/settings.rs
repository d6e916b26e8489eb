//! The settings page: which settings are shown and how, and what a change does.
//!
//! Every change is written into the person's file at once, and what the file then says is what the page shows; nothing shown is
//! remembered elsewhere but what is typed and wrong, the list that is open, and what can be undone.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use slint::{ComponentHandle as _, Model as _, ModelRc, SharedString, VecModel};
use unhunch::autostart::{self, State};
use unhunch::cli::config::open_on_desktop;
use unhunch::config::check::Reading;
use unhunch::config::explain::{self, Explained, Kind};
use unhunch::config::{Problem, Settings, load, reload};
use unhunch::lang::{self, tr, trn};
use unhunch::paths::Paths;
use unhunch::routine::Library;
use unhunch::time::Span;

use crate::edit::{self, Change, Refused, Value};
use crate::preview::{self, Day};
use crate::shell::Shell;
use crate::synonyms;
use crate::ui::{self, SettingKind, SettingsState};

/// The tables whose settings make the day what it is.
const DAILY: [&str; 3] = ["rhythm", "hours", "presence"];

/// The switch that is no line of the file, and where it stands.
const LOGIN: &str = "login";
const LOGIN_TABLE: &str = "general";

/// What the page remembers.
#[derive(Default)]
pub(crate) struct Desk {
    /// The person's folders; none: nothing can be read or written.
    paths: Option<Paths>,
    /// What the file says, once the page was opened.
    reading: Option<Reading>,
    /// The table that was chosen; empty: none.
    table: String,
    search: String,
    /// The choice whose list is open.
    open: Option<String>,
    /// Whether the groups stand beside their settings; then one of them is always shown.
    is_beside: bool,
    /// What is wrong with what was typed, by setting.
    wrong: BTreeMap<String, String>,
    /// What can be undone, the last at the end, each with what it was.
    changes: Vec<(Undo, String)>,
    /// Whether Unhunch starts when the person logs in; none: that cannot be told.
    login: Option<State>,
    logins: Logins,
    failure: String,
    /// Tells of changes of the file while the page is open.
    watching: Option<reload::Guard>,
    shown: Shown,
}

/// What a change is undone with.
enum Undo {
    File(Change),
    /// Whether it started at login before.
    Login(bool),
}

/// How the system is asked what it does when the person logs in, and told.
#[derive(Clone, Copy)]
pub(crate) struct Logins {
    pub(crate) state: fn() -> anyhow::Result<State>,
    pub(crate) switch: fn(bool) -> anyhow::Result<State>,
}

impl Default for Logins {
    fn default() -> Self {
        Self {
            state: autostart::state,
            switch: autostart::switch,
        }
    }
}

/// The rows on the page, so that they can take on other values and keep the keyboard.
#[derive(Default)]
struct Shown {
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

impl Desk {
    /// With the settings of that person.
    pub(crate) fn of(paths: Option<Paths>) -> Self {
        Self {
            paths,
            ..Self::default()
        }
    }

    /// The table whose settings are shown; empty: all tables, or what is searched for.
    fn table(&self) -> &str {
        if self.is_beside && self.table.is_empty() && self.search.is_empty() {
            DAILY[0]
        } else {
            &self.table
        }
    }

    fn ask_the_system(&mut self) {
        let state = (self.logins.state)();
        self.login = state
            .inspect_err(|error| eprintln!("unhunch-window: {error:#}"))
            .ok();
    }

    fn read(&mut self, library: &Library) {
        let ids: Vec<&str> = library.ids().collect();
        self.reading = self
            .paths
            .as_ref()
            .map(|paths| load::load(paths, None, &ids));
    }

    /// The settings that the file makes, unless it has mistakes.
    pub(crate) fn settings(&self) -> Option<&Settings> {
        let reading = self.reading.as_ref()?;
        reading.problems.is_empty().then_some(&reading.settings)
    }

    fn explained(&self) -> Vec<Explained> {
        self.reading.as_ref().map(explain::all).unwrap_or_default()
    }

    fn one(&self, key: &str) -> Option<Explained> {
        self.explained().into_iter().find(|one| one.key() == key)
    }
}

impl Shell {
    /// Joins the page's callbacks to what they do.
    pub(crate) fn wire_settings(self: &Rc<Self>) {
        let page = self.window.global::<SettingsState<'_>>();
        macro_rules! on {
            ($on:ident, |$shell:ident $(, $argument:ident)*| $body:expr) => {{
                let weak = Rc::downgrade(self);
                page.$on(move |$($argument),*| {
                    if let Some($shell) = weak.upgrade().filter(|shell| !shell.is_deaf()) {
                        $body;
                    }
                });
            }};
        }
        on!(on_show_group, |shell, table| shell.show_settings_of(&table));
        on!(on_search_for, |shell, text| shell.search_settings(&text));
        on!(on_toggle, |shell, key| shell.toggle_setting(&key));
        on!(on_step, |shell, key, by| shell.step_setting(&key, by));
        on!(on_open_choice, |shell, key| shell.open_choice(&key));
        on!(on_close_choice, |shell| shell.close_choice());
        on!(on_focus_pick, |shell, place| shell.focus_pick(place));
        on!(on_choose, |shell, key, word| shell
            .choose_setting(&key, &word));
        on!(on_reset, |shell, key| shell.reset_setting(&key));
        on!(on_undo_last, |shell| shell.undo_setting());
        on!(on_edit_file, |shell| shell.edit_settings_file());
        on!(on_set_aside, |shell| shell.set_settings_aside());
        on!(on_try, |shell, what| shell.try_out(&what));
        let weak = Rc::downgrade(self);
        page.on_lay_out(move |is_beside| {
            if let Some(shell) = weak.upgrade() {
                shell.desk.borrow_mut().is_beside = is_beside;
                shell.show_settings();
            }
        });
        let weak = Rc::downgrade(self);
        page.on_typed(move |key, text| {
            weak.upgrade()
                .is_none_or(|shell| shell.typed_setting(&key, &text))
        });
        let weak = Rc::downgrade(self);
        self.window.on_settings_touched(move || {
            if let Some(shell) = weak.upgrade() {
                shell.settings_touched();
            }
        });
    }

    /// The page comes up: all groups.
    pub(crate) fn enter_settings(self: &Rc<Self>) {
        let weak = self.window.as_weak();
        let tell = move || {
            let _ = weak.upgrade_in_event_loop(|window| window.invoke_settings_touched());
        };
        let mut desk = self.desk.borrow_mut();
        desk.read(&self.library.borrow());
        desk.ask_the_system();
        desk.table.clear();
        desk.search.clear();
        desk.failure.clear();
        desk.changes.clear();
        let watch = desk
            .paths
            .as_ref()
            .map(|paths| reload::watch(paths, Box::new(tell)));
        match watch {
            Some(Ok(guard)) => desk.watching = Some(guard),
            Some(Err(error)) => eprintln!("unhunch-window: {error:#}"),
            None => {}
        }
        desk.settle();
        drop(desk);
        self.window
            .global::<SettingsState<'_>>()
            .set_search(SharedString::default());
        self.show_settings();
    }

    /// The page is left; nobody watches the file any more.
    pub(crate) fn leave_settings(&self) {
        let mut desk = self.desk.borrow_mut();
        desk.watching = None;
        desk.settle();
        drop(desk);
        self.hush();
    }

    /// Escape closes a list, then a group, then a search; false: there is nothing to close.
    pub(crate) fn step_back_in_settings(self: &Rc<Self>) -> bool {
        let mut desk = self.desk.borrow_mut();
        if desk.open.is_some() {
            drop(desk);
            self.close_choice();
            return true;
        }
        let is_group = !desk.is_beside && !desk.table.is_empty();
        if !is_group && desk.search.is_empty() {
            return false;
        }
        desk.table.clear();
        desk.search.clear();
        desk.settle();
        drop(desk);
        self.window
            .global::<SettingsState<'_>>()
            .set_search(SharedString::default());
        self.show_settings();
        true
    }

    /// Uses the settings of other folders, for a test.
    #[cfg(test)]
    pub(crate) fn settings_in(&self, paths: Paths, logins: Logins) {
        *self.desk.borrow_mut() = Desk {
            logins,
            ..Desk::of(Some(paths))
        };
    }

    pub(crate) fn show_settings_of(self: &Rc<Self>, table: &str) {
        let mut desk = self.desk.borrow_mut();
        table.clone_into(&mut desk.table);
        desk.search.clear();
        desk.settle();
        drop(desk);
        self.window
            .global::<SettingsState<'_>>()
            .set_search(SharedString::default());
        self.show_settings();
    }

    fn search_settings(self: &Rc<Self>, text: &str) {
        let mut desk = self.desk.borrow_mut();
        text.trim().clone_into(&mut desk.search);
        desk.table.clear();
        desk.settle();
        drop(desk);
        self.show_settings();
    }

    fn settings_touched(self: &Rc<Self>) {
        self.desk.borrow_mut().read(&self.library.borrow());
        self.show_settings();
        self.apply_own_settings();
        if self.window.get_page() == ui::Page::Welcome {
            self.show_welcome();
        }
    }

    /// What the file says holds in the window at once; the tray program takes it up by itself.
    fn apply_own_settings(self: &Rc<Self>) {
        let settings = self.desk.borrow().settings().cloned();
        if let Some(settings) = settings {
            let before = lang::spoken().tag;
            self.take_settings_of(&settings);
            if lang::spoken().tag != before {
                self.show_settings();
            }
        }
    }

    // A change.

    fn toggle_setting(self: &Rc<Self>, key: &str) {
        if key == LOGIN {
            self.toggle_login();
            return self.show_settings();
        }
        let one = self.desk.borrow().one(key);
        if let Some(one) = one {
            self.write_setting(key, &Value::Switch(one.written != "true"));
        }
    }

    /// Whether it starts when the person logs in; none: that cannot be told.
    pub(crate) fn starts_at_login(&self) -> Option<bool> {
        let desk = self.desk.borrow();
        desk.login.as_ref().map(|login| login.starts)
    }

    /// The value of a setting as a person types it.
    pub(crate) fn setting(&self, key: &str) -> Option<String> {
        self.desk.borrow().one(key).map(|one| one.plain)
    }

    pub(crate) fn toggle_login(&self) {
        if let Some(starts) = self.starts_at_login()
            && self.start_at_login(!starts)
        {
            let said = tr!(
                "{setting}: {value}",
                setting = login_title(),
                value = on_or_off(!starts)
            );
            let undo = Undo::Login(starts);
            self.desk.borrow_mut().changes.push((undo, said));
        }
    }

    /// Answers whether the system took it. What it will really do is shown.
    fn start_at_login(&self, on: bool) -> bool {
        let mut desk = self.desk.borrow_mut();
        let switched = (desk.logins.switch)(on);
        desk.failure.clear();
        match switched {
            Ok(state) => {
                desk.login = Some(state);
                true
            }
            Err(error) => {
                desk.failure = format!("{error:#}");
                false
            }
        }
    }

    fn open_choice(self: &Rc<Self>, key: &str) {
        let mut desk = self.desk.borrow_mut();
        if desk.open.as_deref() == Some(key) {
            drop(desk);
            return self.close_choice();
        }
        desk.open = Some(key.to_owned());
        let chosen = desk.one(key).and_then(|one| {
            let picks = picks(&one, &self.library.borrow());
            picks.iter().position(|(word, _)| *word == one.plain)
        });
        drop(desk);
        self.focus_pick(i32::try_from(chosen.unwrap_or(0)).unwrap_or(0));
        self.show_settings();
    }

    /// The list goes, and the keyboard comes back to the choice that it belongs to.
    fn close_choice(self: &Rc<Self>) {
        let closed = self.desk.borrow_mut().open.take();
        self.show_settings();
        if let Some(key) = closed {
            self.call_keys_to(&key);
        }
    }

    /// That line of the open list takes the keyboard.
    fn focus_pick(&self, place: i32) {
        let page = self.window.global::<SettingsState<'_>>();
        page.set_pick_at(place);
        page.set_pick_calls(page.get_pick_calls() + 1);
    }

    fn call_keys_to(&self, key: &str) {
        let page = self.window.global::<SettingsState<'_>>();
        page.set_called_key(key.into());
        page.set_calls(page.get_calls() + 1);
    }

    fn choose_setting(self: &Rc<Self>, key: &str, word: &str) {
        self.desk.borrow_mut().open = None;
        let kind = self.desk.borrow().one(key).map(|one| one.kind);
        let value = match kind {
            Some(Kind::Reminders) => Value::List(split(word)),
            Some(_) | None => Value::Text(word.to_owned()),
        };
        self.write_setting(key, &value);
        self.call_keys_to(key);
    }

    fn step_setting(self: &Rc<Self>, key: &str, by: i32) {
        let one = self.desk.borrow().one(key);
        let Some(one) = one else { return };
        let library = self.library.borrow();
        let stepped = match picks(&one, &library) {
            picks if picks.is_empty() => stepped(&one, by),
            picks => {
                let at = picks.iter().position(|(word, _)| *word == one.plain);
                let next = at.map_or(Some(0), |at| at.checked_add_signed(by as isize));
                next.and_then(|next| Some(picks.get(next)?.0.clone()))
            }
        };
        drop(library);
        if let Some(word) = stepped {
            self.write_setting(key, &value_of(&one, &word));
        }
    }

    /// Answers whether it was taken.
    fn typed_setting(self: &Rc<Self>, key: &str, text: &str) -> bool {
        let one = self.desk.borrow().one(key);
        let Some(one) = one else { return true };
        if shown(&one, &self.library.borrow()) == text.trim() {
            self.desk.borrow_mut().wrong.remove(key);
            self.show_settings();
            return true;
        }
        self.write_setting(key, &value_of(&one, text))
    }

    pub(crate) fn write_setting(self: &Rc<Self>, key: &str, value: &Value) -> bool {
        // What holds by default needs no line.
        let is_default = self
            .desk
            .borrow()
            .one(key)
            .is_some_and(|one| one.line.is_none() && one.written == value.written());
        self.edit_setting(key, |paths, ids| {
            if is_default {
                Ok(None)
            } else {
                edit::change(paths, key, value, ids)
            }
        })
    }

    fn reset_setting(self: &Rc<Self>, key: &str) {
        self.edit_setting(key, |paths, ids| edit::reset(paths, key, ids));
    }

    /// Answers whether the file took it.
    fn edit_setting(
        self: &Rc<Self>,
        key: &str,
        edit: impl FnOnce(&Paths, &[&str]) -> Result<Option<Change>, Refused>,
    ) -> bool {
        let library = self.library.borrow();
        let ids: Vec<&str> = library.ids().collect();
        let mut desk = self.desk.borrow_mut();
        let Some(paths) = desk.paths.clone() else {
            return false;
        };
        desk.failure.clear();
        let done = edit(&paths, &ids);
        desk.read(&library);
        let taken = match done {
            Ok(change) => {
                desk.wrong.remove(key);
                let said = desk.one(key).map(|one| said(&one, &library));
                desk.changes.extend(change.map(Undo::File).zip(said));
                true
            }
            Err(Refused::Wrong(problems)) => {
                let what = problems.first().map(|first| sentence(&in_words(first)));
                desk.wrong.insert(key.to_owned(), what.unwrap_or_default());
                false
            }
            Err(refused) => {
                desk.fail(refused);
                false
            }
        };
        drop((desk, library));
        self.show_settings();
        self.apply_own_settings();
        taken
    }

    pub(crate) fn undo_setting(self: &Rc<Self>) {
        let last = self.desk.borrow_mut().changes.pop();
        match last {
            Some((Undo::File(change), _)) => self.undo_in_file(&change),
            Some((Undo::Login(on), _)) => drop(self.start_at_login(on)),
            None => return,
        }
        self.show_settings();
        self.apply_own_settings();
    }

    fn undo_in_file(&self, change: &Change) {
        let library = self.library.borrow();
        let ids: Vec<&str> = library.ids().collect();
        let mut desk = self.desk.borrow_mut();
        let Some(paths) = desk.paths.clone() else {
            return;
        };
        desk.failure.clear();
        let undone = edit::undo(&paths, change, &ids);
        desk.read(&library);
        desk.settle();
        if let Err(refused) = undone {
            desk.fail(refused);
        }
    }

    fn edit_settings_file(self: &Rc<Self>) {
        let Some(paths) = self.desk.borrow().paths.clone() else {
            return;
        };
        let opened = load::edit(&paths).and_then(|file| open_on_desktop(&file));
        self.desk.borrow_mut().failure = opened.err().map_or_else(String::new, |error| {
            let file = paths.settings();
            tr!(
                "{error}. Your settings are in {file}.",
                error = format!("{error:#}"),
                file = file.display()
            )
        });
        self.settings_touched();
    }

    fn set_settings_aside(self: &Rc<Self>) {
        let Some(paths) = self.desk.borrow().paths.clone() else {
            return;
        };
        self.desk.borrow_mut().failure = match edit::set_aside(&paths) {
            Ok(kept) => tr!("Your file is kept as {file}.", file = kept.display()),
            Err(error) => format!("{error:#}"),
        };
        self.settings_touched();
    }

    /// Something that was tried out cannot be had.
    pub(crate) fn settings_failed(self: &Rc<Self>, error: &dyn std::fmt::Display) {
        self.desk.borrow_mut().failure = error.to_string();
        self.show_settings();
    }

    // What is shown.

    pub(crate) fn show_settings(self: &Rc<Self>) {
        let page = self.window.global::<SettingsState<'_>>();
        let library = self.library.borrow();
        let mut desk = self.desk.borrow_mut();
        let explained = desk.explained();
        let is_connected = self.is_connected();
        show_slips(&page, desk.reading.as_ref());
        // While the file has mistakes nothing is written, and what was changed before them isn't undone either.
        if desk.settings().is_none() {
            desk.changes.clear();
        }
        page.set_failure(desk.failure.as_str().into());
        page.set_undo(desk.changes.last().map_or("", |(_, said)| said).into());
        let table = desk.table().to_owned();
        page.set_beside(desk.is_beside);
        page.set_overview(table.is_empty());
        page.set_table(table.as_str().into());
        let title = match table.as_str() {
            "" => tr("Settings"),
            table => explain::table_title(table),
        };
        page.set_title(title.into());
        show_ways(&page, ways(&desk, &explained));
        let wanted: Vec<&Explained> = explained
            .iter()
            .filter(|one| desk.is_wanted(one, &library))
            .collect();
        let login = desk.login.as_ref().filter(|_| desk.wants_login());
        let login = login.map(login_row);
        let frames = frames(&wanted, &desk, is_connected, login.is_some());
        if desk.shown.frames != frames {
            desk.shown = Shown::new(frames, &page);
        }
        for (frame, rows) in desk.shown.frames.iter().zip(&desk.shown.rows) {
            let own = wanted.iter().filter(|one| one.table == frame.table);
            let own = own.map(|one| row(one, desk.wrong.get(&one.key()), &library));
            let first = login.clone().filter(|_| frame.table == LOGIN_TABLE);
            put(rows, first.into_iter().chain(own).collect());
        }
        let open = desk.open.as_ref().and_then(|key| desk.one(key));
        page.set_open_key(desk.open.clone().unwrap_or_default().into());
        show_picks(&page, open.as_ref(), &library);
        let has_day = DAILY.contains(&table.as_str());
        page.set_has_day(has_day);
        drop((desk, library));
        if has_day {
            self.show_day_of_file();
        }
    }

    pub(crate) fn show_day_of_file(&self) {
        let page = self.window.global::<SettingsState<'_>>();
        if let Some(reading) = &self.desk.borrow().reading {
            show_day(&page, &Day::with(&reading.settings, &self.library.borrow()));
        }
    }
}

impl Desk {
    /// Nothing is half typed or open any more.
    fn settle(&mut self) {
        self.open = None;
        self.wrong.clear();
    }

    fn fail(&mut self, refused: Refused) {
        self.failure = match refused {
            Refused::Failed(error) => format!("{error:#}"),
            Refused::Wrong(problems) => problems
                .first()
                .map(|first| sentence(&in_words(first)))
                .unwrap_or_default(),
            // They are shown by themselves.
            Refused::Mistakes => String::new(),
        };
    }

    fn wants_login(&self) -> bool {
        let text = format!(
            "{} {} {}",
            login_title(),
            login_sentence(),
            synonyms::of(LOGIN)
        );
        let text = text.to_lowercase();
        let found = |word: &str| text.contains(word);
        match (self.table(), self.search.as_str()) {
            (LOGIN_TABLE, _) => true,
            (_, "") => false,
            ("", words) => words.to_lowercase().split_whitespace().all(found),
            (_, _) => false,
        }
    }

    fn is_wanted(&self, one: &Explained, library: &Library) -> bool {
        if !self.table().is_empty() {
            return one.table == self.table();
        }
        if self.search.is_empty() {
            return false;
        }
        let picks = picks(one, library).into_iter().map(|(_, text)| text);
        let synonyms = synonyms::of(&one.key()).to_owned();
        let all = [
            one.key(),
            one.title.to_owned(),
            one.sentence.clone(),
            synonyms,
        ];
        let all = all
            .into_iter()
            .chain([explain::table_title(one.table).to_owned()]);
        let text = all
            .chain(picks)
            .collect::<Vec<_>>()
            .join(" ")
            .to_lowercase();
        let words = self.search.to_lowercase();
        words.split_whitespace().all(|word| text.contains(word))
    }
}

/// The groups that one can go to, unless something is searched for.
fn ways(desk: &Desk, explained: &[Explained]) -> Vec<ui::SettingGroup> {
    let is_shown = desk.is_beside || desk.table.is_empty() && desk.search.is_empty();
    let mut ways: Vec<ui::SettingGroup> = Vec::new();
    for one in explained.iter().filter(|_| is_shown) {
        match ways.last_mut().filter(|way| way.table == one.table) {
            Some(way) => way.about.push_str(&format!(" · {}", one.title)),
            None => ways.push(ui::SettingGroup {
                table: one.table.into(),
                title: explain::table_title(one.table).into(),
                about: one.title.into(),
                ..ui::SettingGroup::default()
            }),
        }
    }
    if let Some(general) = ways.last_mut().filter(|_| desk.login.is_some()) {
        general.about = format!("{} · {}", login_title(), general.about).into();
    }
    for way in &mut ways {
        way.about = shortened(&way.about).into();
    }
    ways
}

/// The rows stay where they are, as one of them may have the keyboard.
fn show_ways(page: &SettingsState<'_>, ways: Vec<ui::SettingGroup>) {
    let shown = page.get_ways();
    if shown.row_count() != ways.len() {
        return page.set_ways(ModelRc::new(VecModel::from(ways)));
    }
    for (place, way) in ways.into_iter().enumerate() {
        let said = |way: &ui::SettingGroup| (way.title.clone(), way.about.clone());
        if shown.row_data(place).as_ref().map(said) != Some(said(&way)) {
            shown.set_row_data(place, way);
        }
    }
}

/// The first three of them.
fn shortened(titles: &str) -> String {
    let titles: Vec<&str> = titles.split(" · ").collect();
    let more = if titles.len() > 3 { " …" } else { "" };
    format!("{}{more}", titles[..titles.len().min(3)].join(" · "))
}

fn frames(wanted: &[&Explained], desk: &Desk, is_connected: bool, has_login: bool) -> Vec<Frame> {
    let mut frames: Vec<Frame> = Vec::new();
    for one in wanted {
        match frames.last_mut().filter(|frame| frame.table == one.table) {
            Some(frame) => frame.keys.push(one.key()),
            None => frames.push(Frame {
                table: one.table,
                title: explain::table_title(one.table),
                about: about(one.table).to_owned(),
                keys: vec![one.key()],
                tries: Vec::new(),
            }),
        }
    }
    if has_login {
        if frames.last().is_none_or(|frame| frame.table != LOGIN_TABLE) {
            frames.push(Frame {
                table: LOGIN_TABLE,
                title: explain::table_title(LOGIN_TABLE),
                about: String::new(),
                keys: Vec::new(),
                tries: Vec::new(),
            });
        }
        if let Some(general) = frames.last_mut() {
            general.keys.insert(0, LOGIN.to_owned());
        }
    }
    for frame in frames.iter_mut().filter(|_| !desk.table().is_empty()) {
        frame.tries = tries(frame.table, is_connected);
    }
    frames
}

/// What is said once for a whole table.
fn about(table: &str) -> &'static str {
    match table {
        "hours" => tr(
            "When reminders may come, by your clock, like 9:00-12:30, 13:15-18:00. Leave all days empty for any time.",
        ),
        "quiet" => tr("The reminder waits; your sitting time keeps counting."),
        _ => "",
    }
}

fn tries(table: &str, is_connected: bool) -> Vec<(&'static str, &'static str)> {
    match table {
        "rhythm" if is_connected => vec![("reminder", tr("Show a reminder now"))],
        "sound" => vec![
            ("tones", tr("Play the tones")),
            ("voice", tr("Speak a sentence")),
        ],
        _ => Vec::new(),
    }
}

impl Shown {
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

/// What stays as it is isn't touched: it may have the keyboard.
fn put(rows: &VecModel<ui::Setting>, fresh: Vec<ui::Setting>) {
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

fn row(one: &Explained, wrong: Option<&String>, library: &Library) -> ui::Setting {
    let is_said_once = one.kind == Kind::Hours;
    let default = Explained {
        plain: one.plain_default.clone(),
        written: one.default.clone(),
        ..one.clone()
    };
    let reset = one
        .is_changed()
        .then(|| tr!("Reset to {value}", value = told(&default, library)));
    let sentence = quoted(&one.sentence, |_| None);
    ui::Setting {
        key: one.key().into(),
        title: one.title.into(),
        about: if is_said_once { "" } else { &sentence }.into(),
        described: sentence.as_str().into(),
        kind: control(one.kind),
        on: one.written == "true",
        value: shown(one, library).into(),
        placeholder: placeholder(one.kind).into(),
        lower: stepped(one, -1).is_some(),
        higher: stepped(one, 1).is_some(),
        wrong: wrong.map(String::as_str).unwrap_or_default().into(),
        reset: reset.unwrap_or_default().into(),
    }
}

pub(crate) fn login_title() -> &'static str {
    tr("Start when you log in")
}

fn login_sentence() -> &'static str {
    tr("Starts Unhunch when you log in to your computer.")
}

/// What the system will do; it is no line of the file.
fn login_row(login: &State) -> ui::Setting {
    let sentence = login_sentence();
    let sentence = match &login.note {
        Some(note) => format!("{sentence} {note}"),
        None => sentence.to_owned(),
    };
    ui::Setting {
        key: LOGIN.into(),
        title: login_title().into(),
        about: sentence.as_str().into(),
        described: sentence.into(),
        kind: SettingKind::Toggle,
        on: login.starts,
        ..ui::Setting::default()
    }
}

fn on_or_off(on: bool) -> &'static str {
    if on { tr("on") } else { tr("off") }
}

fn control(kind: Kind) -> SettingKind {
    match kind {
        Kind::Switch => SettingKind::Toggle,
        Kind::Length { .. } | Kind::Number { .. } | Kind::Dose { .. } => SettingKind::Stepper,
        Kind::Hours | Kind::Holidays => SettingKind::Field,
        Kind::Word(_) | Kind::Reminders | Kind::Routine => SettingKind::Choice,
    }
}

fn placeholder(kind: Kind) -> &'static str {
    match kind {
        Kind::Hours => tr("any time"),
        Kind::Holidays => tr("none"),
        Kind::Switch
        | Kind::Length { .. }
        | Kind::Number { .. }
        | Kind::Dose { .. }
        | Kind::Word(_)
        | Kind::Reminders
        | Kind::Routine => "",
    }
}

/// The value as it stands in its control.
fn shown(one: &Explained, library: &Library) -> String {
    let picks = picks(one, library).into_iter();
    let mut picked = picks
        .filter(|(word, _)| *word == one.plain)
        .map(|(_, text)| text);
    match one.kind {
        Kind::Dose { .. } if one.plain == "full" => tr("full").to_owned(),
        Kind::Dose { .. }
        | Kind::Length { .. }
        | Kind::Switch
        | Kind::Number { .. }
        | Kind::Word(_)
        | Kind::Reminders
        | Kind::Routine
        | Kind::Hours
        | Kind::Holidays => picked.next_back().unwrap_or_else(|| one.plain.clone()),
    }
}

/// The value in a sentence.
fn told(one: &Explained, library: &Library) -> String {
    match (one.kind, one.written.as_str()) {
        (Kind::Switch, written) => on_or_off(written == "true").to_owned(),
        (_, "[]") => tr("none").to_owned(),
        (_, _) => shown(one, library),
    }
}

/// "Sitting: 45 min".
fn said(one: &Explained, library: &Library) -> String {
    tr!(
        "{setting}: {value}",
        setting = one.title,
        value = told(one, library)
    )
}

/// A mistake as a sentence of its own.
fn sentence(what: &str) -> String {
    let mut chars = what.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string());
    let text = first.unwrap_or_default() + chars.as_str();
    tr!("{sentence}.", sentence = text)
}

/// What can be chosen: the words, and what they are called. Empty: it is typed or switched.
fn picks(one: &Explained, library: &Library) -> Vec<(String, String)> {
    match one.kind {
        Kind::Word(words) => words
            .iter()
            .map(|word| ((*word).to_owned(), word_text(one.name, word).to_owned()))
            .collect(),
        Kind::Routine => library
            .iter()
            .map(|found| (found.id().to_owned(), found.name().to_owned()))
            .collect(),
        Kind::Reminders => [
            ("stand, stretch", tr("Short walk, then stretch")),
            ("stretch, stand", tr("Stretch, then short walk")),
            ("stand", tr("Short walks only")),
            ("stretch", tr("Stretches only")),
        ]
        .map(|(word, text)| (word.to_owned(), text.to_owned()))
        .to_vec(),
        Kind::Length { .. }
        | Kind::Switch
        | Kind::Number { .. }
        | Kind::Dose { .. }
        | Kind::Hours
        | Kind::Holidays => Vec::new(),
    }
}

fn word_text(name: &str, word: &'static str) -> &'static str {
    match (name, word) {
        (_, "auto") => tr("Follow the desktop"),
        ("language", tag) => lang::by_tag(tag).map_or(tag, |language| language.name),
        (_, "light") => tr("Light"),
        (_, "dark") => tr("Dark"),
        (_, "normal") => tr("Normal"),
        (_, "high") => tr("High"),
        (_, "large") => tr("Large"),
        (_, "largest") => tr("Largest"),
        (_, "teal") => tr("Teal"),
        (_, "plum") => tr("Plum"),
        (_, "slate") => tr("Slate"),
        (_, "full") => tr("Animated"),
        (_, "reduced") => tr("Still poses"),
        (_, word) => word,
    }
}

fn show_picks(page: &SettingsState<'_>, open: Option<&Explained>, library: &Library) {
    let picks = open.map(|one| (picks(one, library), &one.plain));
    let picks = picks.into_iter().flat_map(|(picks, present)| {
        picks.into_iter().map(move |(word, text)| ui::Pick {
            chosen: word == *present,
            word: word.into(),
            text: text.into(),
        })
    });
    page.set_picks(ModelRc::new(VecModel::from_iter(picks)));
}

fn show_slips(page: &SettingsState<'_>, reading: Option<&Reading>) {
    let problems = reading
        .map(|reading| &reading.problems[..])
        .unwrap_or_default();
    page.set_locked(!problems.is_empty() || reading.is_none());
    let title = match problems.len() as u64 {
        0 => String::new(),
        n => trn!(
            n,
            "Your settings file has {n} mistake",
            "Your settings file has {n} mistakes"
        ),
    };
    page.set_slips_title(title.into());
    let slips = problems.iter().map(|problem| ui::SlipLine {
        place: match problem.line {
            0 => problem.file.display().to_string(),
            line => tr!(
                "Line {line}, column {column}",
                line = line,
                column = problem.column
            ),
        }
        .into(),
        what: sentence(&in_words(problem)).into(),
        // What was probably meant says enough.
        hint: match problem.hint {
            Some(_) => String::new(),
            None => sentence(&tr!(
                "expected: {what}",
                what = with_titles(&problem.expected, problem)
            )),
        }
        .into(),
    });
    page.set_slips(ModelRc::new(VecModel::from_iter(slips)));
}

/// What is wrong, and what was probably meant, as the page names things. The hint says what belongs in the file.
fn in_words(problem: &Problem) -> String {
    let what = with_titles(&problem.what, problem);
    match &problem.hint {
        Some(hint) => tr!(
            "{what} ({hint})",
            what = what,
            hint = quoted(hint, |_| None)
        ),
        None => what,
    }
}

/// A setting that has a title is called by it.
fn with_titles(text: &str, problem: &Problem) -> String {
    let table = problem.key.as_deref().and_then(|key| key.split_once('.'));
    quoted(text, |word| {
        explain::title_of(word, table.map(|(table, _)| table))
    })
}

/// The text with its `words` in quotation marks.
fn quoted(text: &str, title: impl Fn(&str) -> Option<&'static str>) -> String {
    let mut said = String::new();
    for (place, piece) in text.split('`').enumerate() {
        if place % 2 == 0 {
            said.push_str(piece);
        } else {
            said.push_str(&tr!("“{name}”", name = title(piece).unwrap_or(piece)));
        }
    }
    said
}

// What is typed, and steps.

fn split(text: &str) -> Vec<String> {
    text.split([',', ';', '\n'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

fn value_of(one: &Explained, text: &str) -> Value {
    let text = text.trim();
    match one.kind {
        Kind::Number { .. } => text
            .parse()
            .map_or_else(|_| Value::Text(text.to_owned()), Value::Number),
        Kind::Hours | Kind::Holidays | Kind::Reminders => Value::List(split(text)),
        Kind::Dose { .. } if text == tr("full") => Value::Text("full".to_owned()),
        Kind::Length { .. } | Kind::Dose { .. } => {
            // Written as everybody writes it.
            let span: Result<Span, _> = text.parse();
            Value::Text(span.map_or_else(|_| text.to_owned(), |span| span.to_string()))
        }
        Kind::Switch | Kind::Word(_) | Kind::Routine => Value::Text(text.to_owned()),
    }
}

/// Lengths that one steps through, in seconds.
const LENGTHS: [u64; 40] = [
    1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 360, 420, 480, 600, 720, 900,
    1200, 1500, 1800, 2100, 2400, 2700, 3000, 3300, 3600, 4500, 5400, 7200, 10800, 14400, 21600,
    28800, 43200,
];

/// The next value up or down; none: there is none.
fn stepped(one: &Explained, by: i32) -> Option<String> {
    match one.kind {
        Kind::Number { least, most } => {
            let step = if most == 100 { 5 } else { 1 };
            let number: i32 = one.plain.parse().ok()?;
            let next = if by > 0 {
                (number / step + 1) * step
            } else {
                (number + step - 1) / step * step - step
            };
            let next = next.clamp(least.into(), most.into());
            (next != number).then(|| next.to_string())
        }
        Kind::Length { least, most } => next_length(&one.plain, by, least, most),
        Kind::Dose { least, most } => match (one.plain.as_str(), by > 0) {
            ("full", true) => None,
            ("full", false) => Some(Span::from(most).to_string()),
            (plain, true) => {
                next_length(plain, by, least, most).or_else(|| Some("full".to_owned()))
            }
            (plain, false) => next_length(plain, by, least, most),
        },
        Kind::Switch
        | Kind::Word(_)
        | Kind::Reminders
        | Kind::Routine
        | Kind::Hours
        | Kind::Holidays => None,
    }
}

fn next_length(plain: &str, by: i32, least: Duration, most: Duration) -> Option<String> {
    let length = plain.parse::<Span>().ok()?.duration();
    let bounds = LENGTHS.map(Duration::from_secs).into_iter().chain([most]);
    let mut bounds = bounds.filter(|step| (least..=most).contains(step));
    let next = if by > 0 {
        bounds.filter(|step| *step > length).min()
    } else {
        bounds.by_ref().filter(|step| *step < length).max()
    };
    next.map(|next| Span::from(next).to_string())
}

// The day.

fn show_day(page: &SettingsState<'_>, day: &Day) {
    let length = (day.to - day.from).max(1) as f32;
    let at = |second: u32| (second.saturating_sub(day.from)) as f32 / length;
    let part = |from: u32, to: u32, kind: ui::DayKind, text: String| ui::DayPart {
        from: at(from),
        to: at(to),
        kind,
        text: text.into(),
    };
    let parts = day
        .parts
        .iter()
        .map(|one| part(one.from, one.to, day_kind(one.kind), String::new()));
    page.set_day_parts(ModelRc::new(VecModel::from_iter(parts)));
    let marks = day.asked.iter().map(|asked| {
        let kind = match asked.reminder {
            unhunch::schedule::Reminder::Stretch => ui::DayKind::Stretch,
            unhunch::schedule::Reminder::Stand => ui::DayKind::Away,
            unhunch::schedule::Reminder::Posture => ui::DayKind::Quiet,
        };
        part(asked.at, asked.at, kind, String::new())
    });
    page.set_day_marks(ModelRc::new(VecModel::from_iter(marks)));
    let every = match length / 3600.0 {
        ..=6.0 => 1,
        ..=12.0 => 2,
        _ => 4,
    };
    let hours = (day.from.div_ceil(3600)..=day.to / 3600).filter(|hour| hour % every == 0);
    let hours = hours.map(|hour| {
        part(
            hour * 3600,
            hour * 3600,
            ui::DayKind::Sitting,
            format!("{hour}:00"),
        )
    });
    page.set_day_hours(ModelRc::new(VecModel::from_iter(hours)));
    page.set_day_keys(ModelRc::new(VecModel::from(day_keys(day))));
    let line = day_line(day);
    page.set_day_spoken(spoken(day, &line).into());
    page.set_day_line(line.into());
}

/// What is to be seen in the picture of the day, and no more.
fn day_keys(day: &Day) -> Vec<ui::KeyLine> {
    use unhunch::schedule::Reminder;
    let part = |kind| day.parts.iter().any(|part| part.kind == kind);
    let mark = |reminder| day.asked.iter().any(|asked| asked.reminder == reminder);
    let keys = [
        (
            part(preview::Kind::Sitting),
            ui::Sign::Sitting,
            tr("sitting"),
        ),
        (
            part(preview::Kind::Stretching),
            ui::Sign::Strong,
            tr("stretching"),
        ),
        (part(preview::Kind::Away), ui::Sign::Away, tr("away")),
        (
            part(preview::Kind::Quiet),
            ui::Sign::Held,
            tr("on a call (reminders wait)"),
        ),
        (
            part(preview::Kind::Off),
            ui::Sign::Off,
            tr("outside your hours"),
        ),
        (
            mark(Reminder::Stand),
            ui::Sign::Walk,
            tr("reminder: short walk"),
        ),
        (
            mark(Reminder::Stretch),
            ui::Sign::Stretch,
            tr("reminder: stretch"),
        ),
        (
            mark(Reminder::Posture),
            ui::Sign::Posture,
            tr("posture check"),
        ),
    ];
    let keys = keys.into_iter().filter(|(is_seen, ..)| *is_seen);
    keys.map(|(_, sign, text)| ui::KeyLine {
        sign,
        text: text.into(),
    })
    .collect()
}

fn day_kind(kind: preview::Kind) -> ui::DayKind {
    match kind {
        preview::Kind::Sitting => ui::DayKind::Sitting,
        preview::Kind::Away => ui::DayKind::Away,
        preview::Kind::Stretching => ui::DayKind::Stretch,
        preview::Kind::Quiet => ui::DayKind::Quiet,
        preview::Kind::Off => ui::DayKind::Off,
    }
}

fn day_line(day: &Day) -> String {
    let Some(first) = day.asked.first() else {
        return tr("No reminder comes on such a day.").to_owned();
    };
    // To whole minutes, as people tell it.
    let longest = Span::seconds(u64::from(day.longest().div_ceil(60) * 60));
    trn!(
        day.asked.len() as u64,
        "{n} reminder, at {first}. Longest time between breaks: {longest}.",
        "{n} reminders, the first at {first}. Longest time between breaks: {longest}.",
        first = clock(first.at),
        longest = longest.said()
    )
}

fn clock(second: u32) -> String {
    format!("{}:{:02}", second / 3600, second / 60 % 60)
}

/// The picture for those who hear it: the line, and when each reminder comes.
fn spoken(day: &Day, line: &str) -> String {
    let asked = day
        .asked
        .iter()
        .map(|asked| format!("{} {}", clock(asked.at), asked.reminder.name()));
    let asked: Vec<_> = asked.collect();
    format!("{line} {}", asked.join(", ")).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use unhunch::config::check;

    use super::*;

    fn explained(text: &str) -> Vec<Explained> {
        let library = Library::shipped();
        let ids: Vec<&str> = library.ids().collect();
        let reading = check::read(Path::new("settings.toml"), text.as_bytes(), None, &ids);
        assert_eq!(reading.problems, []);
        explain::all(&reading)
    }

    fn one(text: &str, key: &str) -> Explained {
        let all = explained(text);
        all.into_iter().find(|one| one.key() == key).unwrap()
    }

    #[test]
    fn steps_stay_within_what_is_allowed() {
        for one in explained("") {
            for by in [-1, 1] {
                let mut at = one.clone();
                let mut steps = 0;
                while let Some(next) = stepped(&at, by) {
                    assert_ne!(next, at.plain);
                    let written = value_of(&one, &next).written();
                    let file = format!("{} = {written}\n", one.key());
                    let file = if one.name == "still" || one.name == "away" || one.name == "rest" {
                        String::new()
                    } else {
                        file
                    };
                    explained(&file);
                    at.plain = next;
                    steps += 1;
                    assert!(steps < 100, "{}", one.key());
                }
            }
        }
        let of = |text: &str, key: &str, by| stepped(&one(text, key), by).unwrap();
        assert_eq!(of("", "rhythm.sit", 1), "35 min");
        assert_eq!(of("rhythm.sit = \"31 min\"", "rhythm.sit", -1), "30 min");
        assert_eq!(of("", "sound.volume", 1), "45");
        assert_eq!(of("sound.volume = 42", "sound.volume", -1), "40");
        assert_eq!(of("rhythm.length = \"1 h\"", "rhythm.length", 1), "full");
        assert_eq!(of("", "rhythm.length", -1), "1 h");
    }

    #[test]
    fn what_is_typed_becomes_what_is_written() {
        let of = |key: &str, text: &str| value_of(&one("", key), text).written();
        assert_eq!(of("rhythm.sit", " 90s "), "\"1 min 30 s\"");
        assert_eq!(of("rhythm.sit", "soon"), "\"soon\"");
        assert_eq!(of("sound.volume", "7"), "7");
        assert_eq!(of("sound.volume", "loud"), "\"loud\"");
        assert_eq!(
            of("hours.monday", "9:00-12:30; 13:15-18:00,"),
            "[\"9:00-12:30\", \"13:15-18:00\"]"
        );
        assert_eq!(of("hours.holidays", ""), "[]");
    }

    #[test]
    fn every_choice_has_a_name_and_shows_what_holds() {
        let library = Library::shipped();
        for one in explained("") {
            let picks = picks(&one, &library);
            let is_choice = control(one.kind) == SettingKind::Choice;
            assert_eq!(is_choice, !picks.is_empty(), "{}", one.key());
            if is_choice {
                let chosen = picks.iter().filter(|(word, _)| *word == one.plain);
                assert_eq!(chosen.count(), 1, "{}", one.key());
                let mut texts: Vec<_> = picks.iter().map(|(_, text)| text).collect();
                texts.sort();
                texts.dedup();
                assert_eq!(texts.len(), picks.len(), "{}", one.key());
            }
        }
    }

    #[test]
    fn a_search_finds_by_name_and_sentence() {
        let library = Library::shipped();
        let found = |search: &str| {
            let desk = Desk {
                search: search.to_owned(),
                ..Desk::default()
            };
            let all = explained("");
            let found = all.iter().filter(|one| desk.is_wanted(one, &library));
            found.map(Explained::key).collect::<Vec<_>>()
        };
        assert_eq!(
            found("film"),
            [
                "rhythm.hold_at_most",
                "presence.watching",
                "quiet.keep_awake"
            ]
        );
        assert_eq!(found("guide.theme"), ["guide.theme"]);
        assert_eq!(found("dark mode"), ["guide.theme"]);
        assert_eq!(found("font"), ["guide.text_size"]);
        assert_eq!(found("interval"), ["rhythm.sit"]);
        assert_eq!(found("Português"), ["general.language"]);
        assert_eq!(found("no such thing"), [""; 0]);
        assert_eq!(found("").len(), 0);
    }

    #[test]
    fn mistakes_are_told_with_the_titles_of_the_page() {
        let of = |text: &str| {
            let file = std::path::Path::new("settings.toml");
            let reading = check::read(file, text.as_bytes(), None, &["desk", "moment"]);
            in_words(&reading.problems[0])
        };
        assert_eq!(
            of("[rhythm]\nsit = [1]\n"),
            "“Remind me after” takes a length of time, not a list"
        );
        assert_eq!(
            of("[rhythm]\nrest = \"30 s\"\n"),
            "“Counts as a break” (30 s) is shorter than “Away” (1 min)"
        );
        // What belongs in the file is named as it is written there.
        assert_eq!(
            of("[rhythm]\nsti = \"1 s\"\n"),
            "there is no “sti” in [rhythm] (did you mean “sit”?)"
        );
    }

    #[test]
    fn the_day_is_told() {
        let day = Day::with(&Settings::shipped(), &Library::shipped());
        let line = day_line(&day);
        assert!(line.contains("reminders, the first at 9:30."), "{line}");
        assert!(spoken(&day, &line).contains("9:30 short walk, "));
    }
}
