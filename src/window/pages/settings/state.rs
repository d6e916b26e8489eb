//! The state of the settings page, and the selection of settings on it.

use std::collections::BTreeMap;

use unhunch::autostart;
use unhunch::config::check::Reading;
use unhunch::config::explain::{self, Explanation};
use unhunch::config::{Settings, load, reload};
use unhunch::paths::Paths;
use unhunch::reason;
use unhunch::routine::Library;

use super::edit::{Change, ChangeError};
use super::login::{self, Autostart};
use super::values::picks;
use super::{file_mistakes, synonyms};

/// The tables that affect the chart of the day.
pub(super) const DAILY: [&str; 3] = ["rhythm", "hours", "presence"];

#[derive(Default)]
pub(super) struct PageState {
    /// The user's folders. `None` if nothing can be read or written.
    pub(super) paths: Option<Paths>,
    /// The parsed file. `None` before the page was first opened.
    pub(super) reading: Option<Reading>,
    /// The selected table. Empty if there is none.
    pub(super) table: String,
    pub(super) search: String,
    /// The key of the setting whose list is open.
    pub(super) open: Option<String>,
    /// `true` if the groups are beside their settings. Then one of them is always selected.
    pub(super) is_beside: bool,
    /// The error for invalid input, by key.
    pub(super) errors: BTreeMap<String, String>,
    /// The changes that can be undone, the latest at the end, each with its description.
    pub(super) changes: Vec<(Undo, String)>,
    /// The autostart of the system. `None` if it is unknown.
    pub(super) login: Option<autostart::State>,
    pub(super) logins: Autostart,
    pub(super) failure: String,
    /// Watches the file while the page is open.
    pub(super) watching: Option<reload::Guard>,
}

/// The data needed to undo a change.
pub(super) enum Undo {
    File(Change),
    /// The previous state of the autostart.
    Login(bool),
}

impl PageState {
    /// Creates the state for these folders.
    pub(super) fn new(paths: Option<Paths>) -> Self {
        Self {
            paths,
            ..Self::default()
        }
    }

    /// Returns the selected table. Empty for all groups or the results of a search.
    pub(super) fn table(&self) -> &str {
        if self.is_beside && self.table.is_empty() && self.search.is_empty() {
            DAILY[0]
        } else {
            &self.table
        }
    }

    pub(super) fn read_autostart(&mut self) {
        let state = (self.logins.state)();
        self.login = state
            .inspect_err(|error| eprintln!("unhunch-window: {}", reason::of(error)))
            .ok();
    }

    pub(super) fn read(&mut self, library: &Library) {
        let ids: Vec<&str> = library.ids().collect();
        self.reading = self
            .paths
            .as_ref()
            .map(|paths| load::load(paths, None, &ids));
    }

    /// Returns the settings in the file, unless it has mistakes.
    pub(super) fn settings(&self) -> Option<&Settings> {
        let reading = self.reading.as_ref()?;
        reading.problems.is_empty().then_some(&reading.settings)
    }

    pub(super) fn explained(&self) -> Vec<Explanation> {
        self.reading.as_ref().map(explain::all).unwrap_or_default()
    }

    pub(super) fn find(&self, key: &str) -> Option<Explanation> {
        self.explained()
            .into_iter()
            .find(|setting| setting.key() == key)
    }

    /// Closes the list and drops invalid input.
    pub(super) fn discard_input(&mut self) {
        self.open = None;
        self.errors.clear();
    }

    /// Records the reason why the file was not changed.
    pub(super) fn fail(&mut self, refused: ChangeError) {
        self.failure = match refused {
            ChangeError::Failed(error) => reason::of(&error),
            ChangeError::InvalidValue(problems) => file_mistakes::first(&problems),
            // Mistakes are shown separately.
            ChangeError::Mistakes => String::new(),
        };
    }

    /// Returns `true` if the autostart switch is on the page. Like [`Self::is_wanted`].
    pub(super) fn is_login_wanted(&self) -> bool {
        let text = format!(
            "{} {} {}",
            login::title(),
            login::sentence(),
            synonyms::search_terms(login::KEY)
        );
        let text = text.to_lowercase();
        let contains = |word: &str| text.contains(word);
        match (self.table(), self.search.as_str()) {
            (login::TABLE, _) => true,
            (_, "") => false,
            ("", words) => words.to_lowercase().split_whitespace().all(contains),
            (_, _) => false,
        }
    }

    /// Returns `true` if a setting is in the selected group or matches the search.
    pub(super) fn is_wanted(&self, setting: &Explanation, library: &Library) -> bool {
        if !self.table().is_empty() {
            return setting.table == self.table();
        }
        if self.search.is_empty() {
            return false;
        }
        let picks = picks(setting, library).into_iter().map(|(_, text)| text);
        let synonyms = synonyms::search_terms(&setting.key()).to_owned();
        let all = [
            setting.key(),
            setting.title.to_owned(),
            setting.sentence.clone(),
            synonyms,
        ];
        let all = all
            .into_iter()
            .chain([explain::table_title(setting.table).to_owned()]);
        let text = all
            .chain(picks)
            .collect::<Vec<_>>()
            .join(" ")
            .to_lowercase();
        let words = self.search.to_lowercase();
        words.split_whitespace().all(|word| text.contains(word))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::explained;
    use super::*;

    #[test]
    fn a_search_finds_by_name_and_sentence() {
        let library = Library::shipped();
        let results = |search: &str| {
            let state = PageState {
                search: search.to_owned(),
                ..PageState::default()
            };
            let all = explained("");
            let matching = all
                .iter()
                .filter(|setting| state.is_wanted(setting, &library));
            matching.map(Explanation::key).collect::<Vec<_>>()
        };
        assert_eq!(
            results("film"),
            [
                "rhythm.hold_at_most",
                "presence.watching",
                "quiet.keep_awake"
            ]
        );
        assert_eq!(results("guide.theme"), ["guide.theme"]);
        assert_eq!(results("dark mode"), ["guide.theme"]);
        assert_eq!(results("font"), ["guide.text_size"]);
        assert_eq!(results("interval"), ["rhythm.sit"]);
        assert_eq!(results("Português"), ["general.language"]);
        assert_eq!(results("no such thing"), [""; 0]);
        assert_eq!(results("").len(), 0);
    }
}
