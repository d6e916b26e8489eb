//! The contents of the tray, computed from the status of the schedule.

use std::time::Duration;

use crate::lang::{lower_first, tr, without_backticks};
use crate::schedule::{Phase, Status};
use crate::time::Span;

/// The input for [`TrayView::new`].
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The status of the schedule.
    pub status: &'a Status,
    /// The first mistake in the settings as a single line, if any.
    pub problem: Option<&'a str>,
    /// `true` if the program was updated while it runs.
    pub is_updated: bool,
    /// The routines, exercises and snooze length for the menu.
    pub offers: &'a Offers,
}

/// The choices for the menu.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offers {
    /// The routines.
    pub routines: Named,
    /// The exercises.
    pub exercises: Named,
    /// The name of the routine that "Start" begins.
    pub offered: String,
    /// The length of a snooze.
    pub snooze: Duration,
}

/// The routines or exercises in a submenu.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// Pairs of id and name, in display order.
    pub items: Vec<(String, String)>,
    /// `true` if the library has more of them.
    pub has_more: bool,
}

impl Named {
    /// The most entries of a submenu. More would not fit on a small screen, and would make the tray program larger.
    pub const MOST: usize = 40;
}

/// The complete contents of the tray.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrayView {
    /// The icon for the current phase.
    pub icon: Icon,
    /// The first line of the tooltip: the program's name.
    pub tooltip_title: String,
    /// The rest of the tooltip: the status and a mistake in the settings.
    pub tooltip: String,
    /// The menu entries from top to bottom.
    pub menu: Vec<Entry>,
}

/// The states of the icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// No reminder is due.
    Calm,
    /// A reminder is due or on the screen.
    Due,
    /// A reminder is due but held back.
    Held,
    /// Reminders are paused, or it is outside the working hours.
    Paused,
    /// A routine is playing.
    Stretching,
}

/// An entry of the menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A text that can't be chosen.
    Line(String),
    /// A menu item with an action.
    Item {
        /// The action of the item.
        choice: Choice,
        /// The text of the item.
        label: String,
        /// `true` if the item can be chosen at present.
        enabled: bool,
    },
    /// A nested menu with entries of its own.
    Submenu {
        /// The text of the submenu.
        label: String,
        /// The entries of the submenu.
        entries: Vec<Self>,
    },
    /// A line between groups.
    Separator,
}

/// An action of the menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Start the routine on offer.
    Start,
    /// Start the routine or exercise with this id.
    Routine(String),
    /// Report that the user has just stood up.
    Stood,
    /// Postpone the current reminder.
    Snooze,
    /// Skip the current reminder.
    Skip,
    /// Pause reminders for a while.
    Pause(Pause),
    /// End the current pause early.
    Resume,
    /// Show the guidance and its limits.
    Guidance,
    /// Show the start page of the window.
    Open,
    /// Show the exercises and routines.
    Library,
    /// Show the history page.
    History,
    /// Show the settings page.
    Settings,
    /// Open the settings file in an editor.
    EditSettings,
    /// Quit the running program.
    Quit,
}

/// The length of a pause from the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// A fixed length from now on.
    For(Duration),
    /// Until tomorrow morning at 5:00.
    Tomorrow,
}

const ROUTINE: &str = "routine:";
const PAUSE: &str = "pause:";

impl Choice {
    /// Returns the id of the menu item, which is stable across versions.
    #[must_use]
    pub fn id(&self) -> String {
        match self {
            Self::Start => "start".into(),
            Self::Routine(id) => format!("{ROUTINE}{id}"),
            Self::Stood => "stood".into(),
            Self::Snooze => "snooze".into(),
            Self::Skip => "skip".into(),
            Self::Pause(Pause::For(length)) => format!("{PAUSE}{}", length.as_secs()),
            Self::Pause(Pause::Tomorrow) => format!("{PAUSE}tomorrow"),
            Self::Resume => "resume".into(),
            Self::Guidance => "guidance".into(),
            Self::Open => "open".into(),
            Self::Library => "library".into(),
            Self::History => "history".into(),
            Self::Settings => "settings-page".into(),
            Self::EditSettings => "settings".into(),
            Self::Quit => "quit".into(),
        }
    }

    /// Parses the id of a menu item. `None` if the id is unknown.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        if let Some(routine) = id.strip_prefix(ROUTINE) {
            return Some(Self::Routine(routine.to_owned()));
        }
        if let Some(length) = id.strip_prefix(PAUSE) {
            return Pause::from_id(length).map(Self::Pause);
        }
        Some(match id {
            "start" => Self::Start,
            "stood" => Self::Stood,
            "snooze" => Self::Snooze,
            "skip" => Self::Skip,
            "resume" => Self::Resume,
            "guidance" => Self::Guidance,
            "open" => Self::Open,
            "library" => Self::Library,
            "history" => Self::History,
            "settings-page" => Self::Settings,
            "settings" => Self::EditSettings,
            "quit" => Self::Quit,
            _ => return None,
        })
    }
}

impl Pause {
    fn from_id(id: &str) -> Option<Self> {
        if id == "tomorrow" {
            return Some(Self::Tomorrow);
        }
        id.parse().ok().map(Duration::from_secs).map(Self::For)
    }
}

impl TrayView {
    /// Computes the contents of the tray.
    #[must_use]
    pub fn new(facts: Facts<'_>) -> Self {
        let problem = facts.problem.map(without_backticks);
        let facts = Facts {
            problem: problem.as_deref(),
            ..facts
        };
        let why = facts.status.why.as_str();
        Self {
            icon: icon(facts.status),
            tooltip_title: "Unhunch".into(),
            tooltip: std::iter::once(why)
                .chain(notes(facts))
                .collect::<Vec<_>>()
                .join("\n"),
            menu: menu(facts),
        }
    }
}

fn icon(status: &Status) -> Icon {
    match status.phase {
        Phase::Due if !status.holds.is_empty() => Icon::Held,
        Phase::Due | Phase::Asking => Icon::Due,
        Phase::Paused | Phase::OffHours => Icon::Paused,
        Phase::Stretching => Icon::Stretching,
        Phase::Sitting | Phase::Snoozed | Phase::Away => Icon::Calm,
    }
}

fn menu(facts: Facts<'_>) -> Vec<Entry> {
    let mut entries = vec![Entry::Line(facts.status.why.clone())];
    entries.extend(notes(facts).map(|note| Entry::Line(note.to_owned())));
    entries.push(Entry::Separator);
    entries.extend(answers(facts));
    entries.push(Entry::Separator);
    entries.extend([
        item(Choice::Open, tr("Open Unhunch…")),
        item(Choice::History, tr("History…")),
        item(Choice::Settings, tr("Settings…")),
        item(Choice::EditSettings, tr("Edit settings file…")),
        item(Choice::Guidance, tr("Guidance and safety…")),
        item(Choice::Quit, tr("Quit")),
    ]);
    entries
}

/// The lines below the status: a mistake in the settings, and what an update asks for.
fn notes(facts: Facts<'_>) -> impl Iterator<Item = &str> {
    let update = facts.is_updated.then(update_sentence);
    facts.problem.into_iter().chain(update)
}

/// Says that the program was updated while it runs.
#[must_use]
pub fn update_sentence() -> &'static str {
    tr("Unhunch was updated: quit and start it again to use the new version")
}

fn answers(facts: Facts<'_>) -> [Entry; 8] {
    let phase = facts.status.phase;
    // There is nothing to postpone while a routine plays or reminders are off.
    let open = !matches!(phase, Phase::Stretching | Phase::Paused | Phase::OffHours);
    let snooze = Span::from(facts.offers.snooze).localized();
    [
        item_if(
            phase != Phase::Stretching,
            Choice::Start,
            &tr!(
                "Start: {routine}",
                routine = lower_first(&facts.offers.offered)
            ),
        ),
        Entry::Submenu {
            label: tr("Routines").to_owned(),
            entries: routines(&facts.offers.routines),
        },
        Entry::Submenu {
            label: tr("Exercises").to_owned(),
            entries: routines(&facts.offers.exercises),
        },
        item(Choice::Stood, tr("I just got up")),
        item_if(
            open,
            Choice::Snooze,
            &tr!("Snooze {length}", length = snooze),
        ),
        item_if(open, Choice::Skip, tr("Skip this reminder")),
        Entry::Submenu {
            label: tr("Pause").to_owned(),
            entries: pauses(),
        },
        item_if(phase == Phase::Paused, Choice::Resume, tr("Resume")),
    ]
}

fn routines(offers: &Named) -> Vec<Entry> {
    let items = offers.items.iter();
    let items = items.map(|(id, name)| item(Choice::Routine(id.clone()), name));
    let more = || item(Choice::Library, tr("All exercises and routines"));
    items.chain(offers.has_more.then(more)).collect()
}

fn pauses() -> Vec<Entry> {
    let minutes = |minutes: u64| Pause::For(Duration::from_secs(60 * minutes));
    [
        (minutes(30), tr("30 minutes")),
        (minutes(60), tr("1 hour")),
        (minutes(120), tr("2 hours")),
        (Pause::Tomorrow, tr("Until tomorrow")),
    ]
    .map(|(pause, label)| item(Choice::Pause(pause), label))
    .into()
}

fn item(choice: Choice, label: &str) -> Entry {
    item_if(true, choice, label)
}

fn item_if(enabled: bool, choice: Choice, label: &str) -> Entry {
    Entry::Item {
        choice,
        label: label.to_owned(),
        enabled,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::{ActiveHold, Hold};

    fn status(phase: Phase, why: &str) -> Status {
        Status {
            phase,
            sit: Duration::ZERO,
            next: None,
            holds: Vec::new(),
            paused_until: None,
            off_until: None,
            away_since: None,
            watching: false,
            routine: None,
            asking: None,
            why: why.to_owned(),
        }
    }

    fn held_status() -> Status {
        let clock = |time: &str| -> jiff::ZonedDateTime {
            let text = format!("2026-03-02T{time}[UTC]");
            text.parse().unwrap()
        };
        let hold = ActiveHold {
            reason: Hold::Call,
            since: clock("14:05"),
            until: clock("15:05"),
        };
        Status {
            holds: vec![hold],
            ..status(
                Phase::Due,
                "Due; quiet since 14:05: call. At 15:05 at the latest.",
            )
        }
    }

    fn view(status: &Status, problem: Option<&str>) -> TrayView {
        let named = |id: &str, name: &str| Named {
            items: vec![(id.to_owned(), name.to_owned())],
            has_more: false,
        };
        let offers = Offers {
            routines: named("desk", "Desk stretch"),
            exercises: Named {
                has_more: true,
                ..named("cat-cow", "Cat-Cow")
            },
            offered: "Standing stretch".to_owned(),
            snooze: Duration::from_secs(600),
        };
        TrayView::new(Facts {
            status,
            problem,
            is_updated: false,
            offers: &offers,
        })
    }

    #[test]
    fn an_update_is_in_the_tooltip_and_the_menu() {
        let status = status(Phase::Sitting, "Sitting");
        let view = TrayView::new(Facts {
            status: &status,
            problem: Some("line 3: a mistake"),
            is_updated: true,
            offers: &Offers::default(),
        });
        let update = "Unhunch was updated: quit and start it again to use the new version";
        let lines = ["Sitting", "line 3: a mistake", update];
        assert_eq!(view.tooltip, lines.join("\n"));
        let lines = lines.map(|line| Entry::Line(line.to_owned()));
        assert_eq!(view.menu[..3], lines);
        assert_eq!(view.menu[3], Entry::Separator);
    }

    /// Renders the menu as text: submenus are indented, disabled items in brackets, and ids come last.
    fn outline(view: &TrayView) -> String {
        let mut text = String::new();
        write(&view.menu, 0, &mut text);
        text
    }

    fn write(entries: &[Entry], depth: usize, text: &mut String) {
        for entry in entries {
            *text += &"    ".repeat(depth);
            match entry {
                Entry::Line(line) => *text += &format!("[{line}]\n"),
                Entry::Separator => *text += "--\n",
                Entry::Item {
                    choice,
                    label,
                    enabled: true,
                } => *text += &format!("{label} = {}\n", choice.id()),
                Entry::Item { choice, label, .. } => {
                    *text += &format!("[{label}] = {}\n", choice.id());
                }
                Entry::Submenu { label, entries } => {
                    *text += &format!("{label} >\n");
                    write(entries, depth + 1, text);
                }
            }
        }
    }

    #[test]
    fn menu_while_sitting() {
        let status = status(Phase::Sitting, "Sitting. Next about 14:35.");
        assert_eq!(
            outline(&view(&status, None)),
            "\
[Sitting. Next about 14:35.]
--
Start: standing stretch = start
Routines >
    Desk stretch = routine:desk
Exercises >
    Cat-Cow = routine:cat-cow
    All exercises and routines = library
I just got up = stood
Snooze 10 min = snooze
Skip this reminder = skip
Pause >
    30 minutes = pause:1800
    1 hour = pause:3600
    2 hours = pause:7200
    Until tomorrow = pause:tomorrow
[Resume] = resume
--
Open Unhunch… = open
History… = history
Settings… = settings-page
Edit settings file… = settings
Guidance and safety… = guidance
Quit = quit
"
        );
    }

    /// Returns the labels of the disabled items.
    fn disabled_labels(view: &TrayView) -> Vec<String> {
        outline(view)
            .lines()
            .filter(|line| line.starts_with('['))
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn each_phase_disables_pointless_items() {
        let closed = |phase| disabled_labels(&view(&status(phase, "Why."), None));
        for phase in [
            Phase::Sitting,
            Phase::Due,
            Phase::Asking,
            Phase::Snoozed,
            Phase::Away,
        ] {
            assert_eq!(closed(phase), ["[Why.]", "[Resume] = resume"], "{phase:?}");
        }
        assert_eq!(
            closed(Phase::Paused),
            [
                "[Why.]",
                "[Snooze 10 min] = snooze",
                "[Skip this reminder] = skip"
            ]
        );
        assert_eq!(
            closed(Phase::OffHours),
            [
                "[Why.]",
                "[Snooze 10 min] = snooze",
                "[Skip this reminder] = skip",
                "[Resume] = resume",
            ]
        );
        assert_eq!(
            closed(Phase::Stretching),
            [
                "[Why.]",
                "[Start: standing stretch] = start",
                "[Snooze 10 min] = snooze",
                "[Skip this reminder] = skip",
                "[Resume] = resume",
            ]
        );
    }

    #[test]
    fn a_mistake_in_the_settings_is_the_second_line_while_it_lasts() {
        let status = status(Phase::Sitting, "Sitting. Next about 14:35.");
        let problem = "settings.toml, line 3: “sit” is no length of time";
        let view = view(
            &status,
            Some("settings.toml, line 3: `sit` is no length of time"),
        );
        assert_eq!(view.menu[1], Entry::Line(problem.to_owned()));
        assert_eq!(view.menu[2], Entry::Separator);
        assert_eq!(
            view.tooltip,
            format!("Sitting. Next about 14:35.\n{problem}")
        );
    }

    #[test]
    fn each_phase_has_its_picture() {
        for (phase, icon) in [
            (Phase::Sitting, Icon::Calm),
            (Phase::Snoozed, Icon::Calm),
            (Phase::Away, Icon::Calm),
            (Phase::Due, Icon::Due),
            (Phase::Asking, Icon::Due),
            (Phase::Paused, Icon::Paused),
            (Phase::OffHours, Icon::Paused),
            (Phase::Stretching, Icon::Stretching),
        ] {
            assert_eq!(view(&status(phase, ""), None).icon, icon, "{phase:?}");
        }
        assert_eq!(view(&held_status(), None).icon, Icon::Held);
    }

    #[test]
    fn the_tooltip_says_why_it_is_quiet() {
        let view = view(&held_status(), None);
        assert_eq!(view.tooltip_title, "Unhunch");
        assert_eq!(
            view.tooltip,
            "Due; quiet since 14:05: call. At 15:05 at the latest."
        );
    }

    #[test]
    fn every_id_leads_back_to_its_choice() {
        fn check(entries: &[Entry]) -> usize {
            let count = |entry: &Entry| match entry {
                Entry::Item { choice, .. } => {
                    assert_eq!(Choice::from_id(&choice.id()).as_ref(), Some(choice));
                    1
                }
                Entry::Submenu { entries, .. } => check(entries),
                Entry::Line(_) | Entry::Separator => 0,
            };
            entries.iter().map(count).sum()
        }
        let view = view(&status(Phase::Sitting, ""), None);
        assert_eq!(check(&view.menu), 18);
        for id in ["", "nothing", "pause:soon", "pause:"] {
            assert_eq!(Choice::from_id(id), None, "{id}");
        }
    }
}
