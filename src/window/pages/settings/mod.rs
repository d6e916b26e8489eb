//! The settings page: the rows on it, and the changes it makes.
//!
//! Every change is written to the user's file at once, and the page shows what the file then says. The page itself keeps only
//! invalid input, the open list, and the changes that can be undone.

mod day;
pub(crate) mod edit;
mod file_mistakes;
mod groups;
pub(crate) mod login;
mod preview;
mod state;
mod synonyms;
mod tryout;
mod values;

use std::cell::RefCell;
use std::rc::Rc;

use slint::platform::Key;
use slint::{ComponentHandle as _, SharedString};
use unhunch::config::explain::{self, Explanation, Kind};
use unhunch::config::{Settings, load, reload};
use unhunch::ipc::Call;
use unhunch::lang::{self, tr};
use unhunch::paths::Paths;
use unhunch::reason;

use self::edit::{Change, ChangeError, Value};
use self::groups::Rows;
use self::preview::Day;
use self::state::{DAILY, PageState, Undo};
use self::tryout::Tryout;
use self::values::{control_text, next_value, on_or_off, picks, setting_text, split, value_of};
use super::{PageEvents, is_key, on_escape};
use crate::context::{Context, Intent};
use crate::opener::open_file;
use crate::ui::{Page, SettingsState};
use crate::wire::wire;

pub(crate) struct SettingsPage {
    context: Rc<Context>,
    state: RefCell<PageState>,
    rows: RefCell<Rows>,
    tryout: Rc<Tryout>,
}

impl PageEvents for SettingsPage {
    /// Opens the list of all groups.
    fn enter(self: Rc<Self>) {
        let mut state = self.state.borrow_mut();
        state.read(&self.context.library.borrow());
        state.read_autostart();
        state.table.clear();
        state.search.clear();
        state.failure.clear();
        state.changes.clear();
        state.discard_input();
        drop(state);
        self.watch();
        self.global().set_search(SharedString::default());
        self.show();
    }

    /// Stops watching the file.
    fn leave(&self) {
        let mut state = self.state.borrow_mut();
        state.watching = None;
        state.discard_input();
        drop(state);
        self.tryout.stop();
    }

    fn key(self: Rc<Self>, text: &str, _shift: bool) -> bool {
        is_key(text, Key::Escape) && self.go_back()
            || on_escape(text, &self.context, Intent::Open(Page::Home))
    }
}

impl SettingsPage {
    pub(crate) fn new(context: Rc<Context>) -> Rc<Self> {
        Rc::new(Self {
            context,
            state: RefCell::new(PageState::new(Paths::find().ok())),
            rows: RefCell::default(),
            tryout: Rc::default(),
        })
    }

    /// Uses other folders and another autostart, for tests.
    #[cfg(test)]
    pub(crate) fn read_from(&self, paths: Paths, logins: login::Autostart) {
        *self.state.borrow_mut() = PageState {
            logins,
            ..PageState::new(Some(paths))
        };
    }

    /// Connects the callbacks of the page.
    pub(crate) fn wire(self: &Rc<Self>) {
        let global = self.global();
        wire!(self => page, global, {
            on_show_group(table) => page.show_group(&table);
            on_search_for(text) => page.search_for(&text);
            on_toggle(key) => page.toggle(&key);
            on_step(key, by) => page.step(&key, by);
            on_open_choice(key) => page.open_choice(&key);
            on_close_choice() => page.close_choice();
            on_focus_pick(place) => page.focus_pick(place);
            on_choose(key, word) => page.choose(&key, &word);
            on_reset(key) => page.reset(&key);
            on_undo_last() => page.undo();
            on_edit_file() => page.edit_file();
            on_set_aside() => page.set_aside();
            on_try(sample) => page.try_out(&sample);
        });
        wire!(always self => page, global, {
            on_lay_out(is_beside) => page.lay_out(is_beside);
            on_typed(key, text) => page.typed(&key, &text);
        });
    }

    fn global(&self) -> SettingsState<'_> {
        self.context.window.global()
    }

    /// Watches the file for changes by other programs.
    fn watch(&self) {
        let weak = self.context.window.as_weak();
        let callback = move || {
            let _ = weak.upgrade_in_event_loop(|window| window.invoke_settings_touched());
        };
        let mut state = self.state.borrow_mut();
        let watch = state
            .paths
            .as_ref()
            .map(|paths| reload::watch(paths, Box::new(callback)));
        match watch {
            Some(Ok(guard)) => state.watching = Some(guard),
            Some(Err(error)) => eprintln!("unhunch-window: {}", reason::of(&error)),
            None => {}
        }
    }

    /// Returns the settings in the file, unless it has mistakes.
    pub(crate) fn file_settings(&self) -> Option<Settings> {
        self.state.borrow().settings().cloned()
    }

    /// Returns the value of a setting as the user would type it.
    pub(crate) fn value(&self, key: &str) -> Option<String> {
        self.state.borrow().find(key).map(|setting| setting.plain)
    }

    // Layout and navigation.

    fn lay_out(&self, is_beside: bool) {
        self.state.borrow_mut().is_beside = is_beside;
        self.show();
    }

    pub(crate) fn show_group(&self, table: &str) {
        let mut state = self.state.borrow_mut();
        table.clone_into(&mut state.table);
        state.search.clear();
        state.discard_input();
        drop(state);
        self.global().set_search(SharedString::default());
        self.show();
    }

    fn search_for(&self, text: &str) {
        let mut state = self.state.borrow_mut();
        text.trim().clone_into(&mut state.search);
        state.table.clear();
        state.discard_input();
        drop(state);
        self.show();
    }

    /// Closes a list, a group or a search, in this order. Returns `false` if there is nothing to close.
    fn go_back(&self) -> bool {
        let state = self.state.borrow_mut();
        if state.open.is_some() {
            drop(state);
            self.close_choice();
            return true;
        }
        let is_group = !state.is_beside && !state.table.is_empty();
        if !is_group && state.search.is_empty() {
            return false;
        }
        drop(state);
        self.show_group("");
        true
    }

    fn open_choice(&self, key: &str) {
        let mut state = self.state.borrow_mut();
        if state.open.as_deref() == Some(key) {
            drop(state);
            return self.close_choice();
        }
        state.open = Some(key.to_owned());
        let chosen = state.find(key).and_then(|setting| {
            let picks = picks(&setting, &self.context.library.borrow());
            picks.iter().position(|(word, _)| *word == setting.plain)
        });
        drop(state);
        self.focus_pick(i32::try_from(chosen.unwrap_or(0)).unwrap_or(0));
        self.show();
    }

    /// Closes the list and returns the focus to the control that opened it.
    fn close_choice(&self) {
        let closed = self.state.borrow_mut().open.take();
        self.show();
        if let Some(key) = closed {
            self.focus_setting(&key);
        }
    }

    /// Moves the focus to this line of the open list.
    fn focus_pick(&self, place: i32) {
        let page = self.global();
        // The number of requests tells the page about a second one for the same line.
        page.set_pick_at(place);
        page.set_pick_calls(page.get_pick_calls() + 1);
    }

    fn focus_setting(&self, key: &str) {
        let page = self.global();
        page.set_called_key(key.into());
        page.set_calls(page.get_calls() + 1);
    }

    /// Shows the current content of the file.
    fn show(&self) {
        let page = self.global();
        let library = self.context.library.borrow();
        let mut state = self.state.borrow_mut();
        let explained = state.explained();
        file_mistakes::show(&page, state.reading.as_ref());
        // While the file has mistakes nothing is written, so earlier changes can't be undone.
        if state.settings().is_none() {
            state.changes.clear();
        }
        page.set_failure(state.failure.as_str().into());
        page.set_undo(state.changes.last().map_or("", |(_, text)| text).into());
        let table = state.table().to_owned();
        page.set_beside(state.is_beside);
        page.set_overview(table.is_empty());
        page.set_table(table.as_str().into());
        let title = match table.as_str() {
            "" => tr("Settings"),
            table => explain::table_title(table),
        };
        page.set_title(title.into());
        groups::show_group_links(&page, groups::group_links(&state, &explained));
        let is_connected = self.context.is_connected();
        self.rows
            .borrow_mut()
            .show(&page, &state, &explained, &library, is_connected);
        let open = state.open.as_ref().and_then(|key| state.find(key));
        page.set_open_key(state.open.clone().unwrap_or_default().into());
        groups::show_picks(&page, open.as_ref(), &library);
        let has_day = DAILY.contains(&table.as_str());
        page.set_has_day(has_day);
        drop((state, library));
        if has_day {
            self.show_day();
        }
    }

    /// Shows a typical day with these settings.
    pub(crate) fn show_day(&self) {
        if let Some(reading) = &self.state.borrow().reading {
            let library = self.context.library.borrow();
            day::show(&self.global(), &Day::simulate(&reading.settings, &library));
        }
    }

    // The file.

    /// Reads the file again after a possible change by another program.
    pub(crate) fn reload(&self) {
        self.state.borrow_mut().read(&self.context.library.borrow());
        self.show();
        self.adopt();
    }

    /// Applies the settings to the window at once. The tray program reads the file by itself.
    fn adopt(&self) {
        if let Some(settings) = self.file_settings() {
            let before = lang::current().tag;
            self.context.request(Intent::Adopt(Box::new(settings)));
            if lang::current().tag != before {
                self.show();
            }
        }
    }

    fn edit_file(self: &Rc<Self>) {
        let Some(paths) = self.state.borrow().paths.clone() else {
            return;
        };
        self.state.borrow_mut().failure.clear();
        match load::create_if_missing(&paths) {
            Ok(file) => open_file(self, &file, Self::show_open_error),
            Err(error) => self.show_open_error(&reason::of(&error)),
        }
        self.reload();
    }

    /// Says that the file can't be opened, and where it is.
    fn show_open_error(self: &Rc<Self>, error: &str) {
        let Some(paths) = self.state.borrow().paths.clone() else {
            return;
        };
        self.state.borrow_mut().failure = tr!(
            "{error}. Your settings are in {file}.",
            error = error,
            file = paths.settings().display()
        );
        self.reload();
    }

    fn set_aside(&self) {
        let Some(paths) = self.state.borrow().paths.clone() else {
            return;
        };
        self.state.borrow_mut().failure = match edit::set_aside(&paths) {
            Ok(backup) => tr!(
                "Your old settings file was kept as {file}.",
                file = backup.display()
            ),
            Err(error) => reason::of(&error),
        };
        self.reload();
    }

    // Changes.

    fn toggle(&self, key: &str) {
        if key == login::KEY {
            self.toggle_login();
            return self.show();
        }
        let setting = self.state.borrow().find(key);
        if let Some(setting) = setting {
            self.write(key, &Value::Switch(setting.written != "true"));
        }
    }

    fn choose(&self, key: &str, word: &str) {
        self.state.borrow_mut().open = None;
        let kind = self.state.borrow().find(key).map(|setting| setting.kind);
        let value = match kind {
            Some(Kind::Reminders) => Value::List(split(word)),
            Some(_) | None => Value::Text(word.to_owned()),
        };
        self.write(key, &value);
        self.focus_setting(key);
    }

    fn step(&self, key: &str, by: i32) {
        let setting = self.state.borrow().find(key);
        let Some(setting) = setting else { return };
        if let Some(word) = self.stepped(&setting, by) {
            self.write(key, &value_of(&setting, &word));
        }
    }

    /// Returns the value `by` steps further, or that entry of a list, if there is one.
    fn stepped(&self, setting: &Explanation, by: i32) -> Option<String> {
        let picks = picks(setting, &self.context.library.borrow());
        if picks.is_empty() {
            return next_value(setting, by);
        }
        let at = picks.iter().position(|(word, _)| *word == setting.plain);
        let next = at.map_or(Some(0), |at| at.checked_add_signed(by as isize));
        Some(picks.get(next?)?.0.clone())
    }

    /// Returns `true` if the input was accepted.
    fn typed(&self, key: &str, text: &str) -> bool {
        let setting = self.state.borrow().find(key);
        let Some(setting) = setting else { return true };
        let is_unchanged = control_text(&setting, &self.context.library.borrow()) == text.trim();
        if is_unchanged {
            self.state.borrow_mut().errors.remove(key);
            self.show();
            return true;
        }
        self.write(key, &value_of(&setting, text))
    }

    /// Writes a value. Returns `true` on success.
    pub(crate) fn write(&self, key: &str, value: &Value) -> bool {
        // A setting that has no line and keeps its default value needs none.
        let is_unchanged_default =
            self.state.borrow().find(key).is_some_and(|setting| {
                setting.line.is_none() && setting.written == value.written()
            });
        self.edit(key, |paths, ids| {
            if is_unchanged_default {
                Ok(None)
            } else {
                edit::change(paths, key, value, ids)
            }
        })
    }

    fn reset(&self, key: &str) {
        self.edit(key, |paths, ids| edit::reset(paths, key, ids));
    }

    /// Edits the file. Returns `true` on success.
    fn edit(
        &self,
        key: &str,
        edit: impl FnOnce(&Paths, &[&str]) -> Result<Option<Change>, ChangeError>,
    ) -> bool {
        let library = self.context.library.borrow();
        let ids: Vec<&str> = library.ids().collect();
        let mut state = self.state.borrow_mut();
        let Some(paths) = state.paths.clone() else {
            return false;
        };
        state.failure.clear();
        let result = edit(&paths, &ids);
        state.read(&library);
        let was_accepted = match result {
            Ok(change) => {
                state.errors.remove(key);
                let text = state
                    .find(key)
                    .map(|setting| setting_text(&setting, &library));
                state.changes.extend(change.map(Undo::File).zip(text));
                true
            }
            Err(ChangeError::InvalidValue(problems)) => {
                state
                    .errors
                    .insert(key.to_owned(), file_mistakes::first(&problems));
                false
            }
            Err(refused) => {
                state.fail(refused);
                false
            }
        };
        drop((state, library));
        self.show();
        self.adopt();
        was_accepted
    }

    fn undo(&self) {
        let last = self.state.borrow_mut().changes.pop();
        match last {
            Some((Undo::File(change), _)) => self.undo_in_file(&change),
            Some((Undo::Login(on), _)) => drop(self.start_at_login(on)),
            None => return,
        }
        self.show();
        self.adopt();
    }

    fn undo_in_file(&self, change: &Change) {
        let library = self.context.library.borrow();
        let ids: Vec<&str> = library.ids().collect();
        let mut state = self.state.borrow_mut();
        let Some(paths) = state.paths.clone() else {
            return;
        };
        state.failure.clear();
        let undone = edit::undo(&paths, change, &ids);
        state.read(&library);
        state.discard_input();
        if let Err(refused) = undone {
            state.fail(refused);
        }
    }

    // Autostart.

    /// Returns `true` if Unhunch starts at login, `None` if that is unknown.
    pub(crate) fn starts_at_login(&self) -> Option<bool> {
        let state = self.state.borrow();
        state.login.as_ref().map(|login| login.starts)
    }

    pub(crate) fn toggle_login(&self) {
        if let Some(starts) = self.starts_at_login()
            && self.start_at_login(!starts)
        {
            let text = tr!(
                "{setting}: {value}",
                setting = login::title(),
                value = on_or_off(!starts)
            );
            let undo = Undo::Login(starts);
            self.state.borrow_mut().changes.push((undo, text));
        }
    }

    /// Switches the autostart and shows its actual state. Returns `true` on success.
    fn start_at_login(&self, on: bool) -> bool {
        let mut state = self.state.borrow_mut();
        let switched = (state.logins.switch)(on);
        state.failure.clear();
        match switched {
            Ok(login) => {
                state.login = Some(login);
                true
            }
            Err(error) => {
                state.failure = reason::of(&error);
                false
            }
        }
    }

    // Previews of sounds and reminders.

    fn try_out(&self, sample: &str) {
        self.tryout.stop();
        let volume = self.context.settings().sound.volume;
        let result = match sample {
            "tones" => self.tryout.play_tones(volume),
            "voice" => {
                let on_voice_ready = self.context.voice_ready_callback();
                self.tryout.wake_voice(volume, on_voice_ready)
            }
            "reminder" => {
                self.context.send(Call::TryReminder);
                Ok(())
            }
            _ => Ok(()),
        };
        if let Err(error) = result {
            self.state.borrow_mut().failure = error.to_string();
            self.show();
        }
    }

    /// Called when the voice is ready to speak.
    pub(crate) fn on_voice_ready(&self) {
        self.tryout.speak();
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use unhunch::config::check;
    use unhunch::routine::Library;

    use super::*;

    pub(super) fn explained(text: &str) -> Vec<Explanation> {
        let library = Library::shipped();
        let ids: Vec<&str> = library.ids().collect();
        let reading = check::read(Path::new("settings.toml"), text.as_bytes(), None, &ids);
        assert_eq!(reading.problems, []);
        explain::all(&reading)
    }

    pub(super) fn explained_setting(text: &str, key: &str) -> Explanation {
        let all = explained(text);
        all.into_iter()
            .find(|setting| setting.key() == key)
            .unwrap()
    }
}
