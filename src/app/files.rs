//! The user's files: settings, routines and exercises.

use std::panic::resume_unwind;
use std::thread;

use super::App;
use super::daily_progress::{Prescriptions, prescriptions};
use super::system::release_freed_memory;
use super::turn::Turn;
use crate::config::check::Reading;
use crate::config::{Problem, Settings, load, user_library};
use crate::lang;
use crate::paths::Paths;
use crate::routine::{Library, LibraryItem};
use crate::schedule::{Event, Phase, RoutineNames};
use crate::state::StateFile;
use crate::time::day;
use crate::tray::Named;

/// The part of the files that stays in memory. The exercises don't, since a user may have thousands: they are read again when needed.
pub(super) struct OnDisk {
    pub(super) settings: Settings,
    pub(super) names: Names,
    /// The names of the routines in the settings.
    pub(super) offered: RoutineNames,
    pub(super) prescriptions: Prescriptions,
    /// The mistakes in the settings and in the library.
    pub(super) problems: Vec<Problem>,
}

impl OnDisk {
    /// Reads the files and switches to the language of the settings. Invalid settings keep their value from `last_good`.
    pub(super) fn read(paths: &Paths, last_good: Option<&Settings>) -> Self {
        on_own_thread(|| Self::read_here(paths, last_good))
    }

    fn read_here(paths: &Paths, last_good: Option<&Settings>) -> Self {
        let (library, in_library) = user_library::library(paths);
        let ids: Vec<&str> = library.ids().collect();
        let Reading {
            settings, problems, ..
        } = load::load(paths, last_good, &ids);
        let language = settings.language.language();
        // Names and mistakes are translated while reading, so they have to be read again in the new language.
        if lang::current().tag != language.tag {
            lang::set_current(language);
            drop(library);
            return Self::read_here(paths, last_good);
        }
        Self {
            names: Names::new(&library),
            offered: RoutineNames {
                routine: library.name_of(&settings.rhythm.routine).to_owned(),
                short_routine: library.name_of(&settings.rhythm.short_routine).to_owned(),
            },
            prescriptions: prescriptions(&library),
            settings,
            problems: [problems, in_library].concat(),
        }
    }
}

/// The names that the menu shows.
#[derive(Debug)]
pub(super) struct Names {
    pub(super) routines: Named,
    pub(super) exercises: Named,
}

impl Names {
    fn new(library: &Library) -> Self {
        let is_routine = |item: &LibraryItem<'_>| matches!(item, LibraryItem::Routine(_));
        let (routines, exercises) = library.iter().partition(is_routine);
        Self {
            routines: shortlist(routines),
            exercises: shortlist(exercises),
        }
    }
}

/// Returns the entries of a submenu: all items or, if there are too many, the first ones, beginning with what is prescribed.
fn shortlist(mut items: Vec<LibraryItem<'_>>) -> Named {
    let has_more = items.len() > Named::MOST;
    if has_more {
        items.sort_by_key(|item| item.per_day().is_none());
        items.truncate(Named::MOST);
    }
    let items = items.into_iter();
    Named {
        items: items
            .map(|item| (item.id().to_owned(), item.name().to_owned()))
            .collect(),
        has_more,
    }
}

/// Calls `read`, which reads the library, on a thread that ends afterwards, and gives the memory of the library back to the system.
/// The C library keeps freed blocks for each thread, and only the end of the thread frees them all.
fn on_own_thread<T: Send>(read: impl Fn() -> T + Sync) -> T {
    let result = thread::scope(
        |scope| match thread::Builder::new().spawn_scoped(scope, &read) {
            Ok(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
            Err(_) => read(),
        },
    );
    release_freed_memory();
    result
}

/// Returns `true` if there are neither traces of an earlier start nor a settings file.
pub(super) fn is_first_start(paths: &Paths) -> bool {
    let traces = [StateFile::Welcomed, StateFile::Day, StateFile::SafetyRead];
    !traces.iter().any(|trace| trace.exists(paths)) && !paths.settings().exists()
}

impl App {
    /// Returns the name of the routine that "Start" begins. While a routine plays, that is the one in the settings.
    pub(super) fn offered_name(&self) -> String {
        let rhythm = &self.settings.rhythm;
        let id = if self.schedule.phase() == Phase::Stretching {
            rhythm.routine.clone()
        } else {
            self.schedule.offered_routine()
        };
        let names = self.schedule.routine_names();
        if id == rhythm.routine {
            names.routine.clone()
        } else if id == rhythm.short_routine {
            names.short_routine.clone()
        } else {
            // The question on the screen was asked before the settings changed.
            self.with_library(|library| library.name_of(&id).to_owned())
        }
    }

    /// Calls `read` with the library. It is loaded for that and not kept, since it is rarely needed.
    pub(super) fn with_library<T: Send>(&self, read: impl Fn(&mut Library) -> T + Sync) -> T {
        let paths = &self.paths;
        on_own_thread(|| read(&mut user_library::library(paths).0))
    }

    /// Reloads files that may have changed.
    pub(super) fn reload(&mut self, turn: &mut Turn<'_>) {
        let OnDisk {
            settings,
            names,
            offered,
            prescriptions,
            problems,
        } = OnDisk::read(&self.paths, Some(&self.settings));
        self.schedule.set_routine_names(offered);
        self.names = names;
        if self.daily_progress.update_prescriptions(prescriptions) {
            self.daily_progress
                .load_today(&self.log, day(&turn.now.wall));
        }
        let changed = problems != self.problems;
        self.problems = problems;
        if changed {
            self.notify_problems(turn);
        }
        if settings != self.settings {
            self.settings = settings;
            let today = day(&turn.now.wall);
            self.daily_progress
                .set_goal(self.settings.daily_goal, &self.log, today);
            let rhythm = Box::new(self.settings.rhythm.clone());
            drop(self.feed(Event::Settings(rhythm), turn));
            self.refresh_window(turn);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names when the user has added this many routines, the last of which is prescribed.
    fn names(own_count: usize) -> Names {
        let routines = (1..=own_count).map(|n| {
            format!("[[routine]]\nid = \"own-{n}\"\nname = \"Own {n}\"\nabout = \"x\"\nexercises = [\"cat-cow\"]\n")
        });
        let mut library = Library::shipped();
        let text = routines.collect::<String>() + "per_day = 3\n";
        assert_eq!(library.add(&[], ("routines.toml", &text)), []);
        Names::new(&library)
    }

    #[test]
    fn a_long_menu_has_what_is_prescribed_first_and_ends() {
        let shipped = Names::new(&Library::shipped());
        let own_count = Named::MOST - shipped.routines.items.len();
        let full = names(own_count).routines;
        assert!(!full.has_more);
        assert_eq!(full.items.len(), Named::MOST);
        assert_ne!(full.items[0].0, format!("own-{own_count}"));
        let shortened = names(own_count + 1);
        assert!(!shortened.exercises.has_more);
        let shortened = shortened.routines;
        assert!(shortened.has_more);
        assert_eq!(shortened.items.len(), Named::MOST);
        assert_eq!(shortened.items[0].0, format!("own-{}", own_count + 1));
        assert_eq!(shortened.items[1], full.items[0]);
    }
}
