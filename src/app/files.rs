//! The user's files: settings, routines and exercises.

use super::App;
use super::system::release_freed_memory;
use super::turn::Turn;
use crate::config::check::Reading;
use crate::config::{Problem, Settings, load, user_library};
use crate::lang;
use crate::paths::Paths;
use crate::routine::{Library, LibraryItem};
use crate::schedule::{Event, RoutineNames};
use crate::state::StateFile;
use crate::time::day;

/// The contents of the files when they were last read.
pub(super) struct OnDisk {
    pub(super) settings: Settings,
    pub(super) library: Library,
    /// The mistakes in the settings and in the library.
    pub(super) problems: Vec<Problem>,
}

impl OnDisk {
    /// Reads the files and switches to the language of the settings. Invalid settings keep their value from `last_good`.
    pub(super) fn read(paths: &Paths, last_good: Option<&Settings>) -> Self {
        let (library, in_library) = user_library::library(paths);
        let ids: Vec<&str> = library.ids().collect();
        let Reading {
            settings, problems, ..
        } = load::load(paths, last_good, &ids);
        let language = settings.language.language();
        // Names and mistakes are translated while reading, so they have to be read again in the new language.
        if lang::current().tag != language.tag {
            lang::set_current(language);
            return Self::read(paths, last_good);
        }
        Self {
            settings,
            library,
            problems: [problems, in_library].concat(),
        }
    }
}

/// The names of all routines and exercises, as pairs of id and name in display order.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) routines: Vec<(String, String)>,
    pub(super) exercises: Vec<(String, String)>,
}

impl Names {
    pub(super) fn of(library: &Library) -> Self {
        let mut names = Self::default();
        for found in library.iter() {
            let named = (found.id().to_owned(), found.name().to_owned());
            match found {
                LibraryItem::Routine(_) => names.routines.push(named),
                LibraryItem::Exercise(_) => names.exercises.push(named),
            }
        }
        names
    }
}

/// Drops a library. The user's own exercises can be thousands, so their memory is given back to the system.
pub(super) fn drop_library(library: Library) {
    let has_own = library.has_own();
    drop(library);
    if has_own {
        release_freed_memory();
    }
}

/// Returns `true` if there are neither traces of an earlier start nor a settings file.
pub(super) fn is_first_start(paths: &Paths) -> bool {
    let traces = [StateFile::Welcomed, StateFile::Day, StateFile::SafetyRead];
    !traces.iter().any(|trace| trace.exists(paths)) && !paths.settings().exists()
}

impl App {
    /// Tells the schedule the names of the routines in the settings.
    pub(super) fn name_routines(&mut self) {
        let rhythm = &self.settings.rhythm;
        self.schedule.set_routine_names(RoutineNames {
            routine: self.name_of(&rhythm.routine),
            short_routine: self.name_of(&rhythm.short_routine),
        });
    }

    /// Returns the name of a routine or an exercise, or else its id.
    pub(super) fn name_of(&self, id: &str) -> String {
        let mut all = self.names.routines.iter().chain(&self.names.exercises);
        let found = all.find(|(known, _)| known == id);
        found.map_or_else(|| id.to_owned(), |(_, name)| name.clone())
    }

    /// Calls `read` with the library. It is loaded for that and not kept, since it is rarely needed.
    pub(super) fn with_library<T>(&self, read: impl FnOnce(&mut Library) -> T) -> T {
        let mut library = user_library::library(&self.paths).0;
        let result = read(&mut library);
        drop_library(library);
        result
    }

    /// Reloads files that may have changed.
    pub(super) fn reload(&mut self, turn: &mut Turn<'_>) {
        let OnDisk {
            settings,
            library,
            problems,
        } = OnDisk::read(&self.paths, Some(&self.settings));
        self.names = Names::of(&library);
        if self.doses.update_prescriptions(&library) {
            self.doses.load_today(&self.log, day(&turn.now.wall));
        }
        drop_library(library);
        let changed = problems != self.problems;
        self.problems = problems;
        if changed {
            self.tell_problems(turn);
        }
        if settings != self.settings {
            self.settings = settings;
            let today = day(&turn.now.wall);
            self.doses
                .set_goal(self.settings.daily_goal, &self.log, today);
            let rhythm = Box::new(self.settings.rhythm.clone());
            drop(self.feed(Event::Settings(rhythm), turn));
            self.refresh_window(turn);
        }
        self.name_routines();
    }
}
