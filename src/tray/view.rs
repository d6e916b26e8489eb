//! What the tray shows, computed each time from what the schedule says.

use std::time::Duration;

use crate::lang::{tr, without_backticks};
use crate::schedule::{Phase, Status};
use crate::time::Span;

/// What the view is computed from.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The schedule.
    pub status: &'a Status,
    /// The first mistake in the settings, in a line.
    pub problem: Option<&'a str>,
    /// What can be chosen.
    pub offers: &'a Offers,
}

/// What can be chosen in the menu: id and name, in the order in which they are offered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offers {
    /// The routines.
    pub routines: Vec<(String, String)>,
    /// The exercises.
    pub exercises: Vec<(String, String)>,
    /// How long a snooze lasts.
    pub snooze: Duration,
}

/// All that the tray shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrayView {
    /// The picture.
    pub icon: Icon,
    /// The first line of the tooltip: the program's name.
    pub tooltip_title: String,
    /// What the tooltip says below it.
    pub tooltip: String,
    /// The menu, from top to bottom.
    pub menu: Vec<Entry>,
}

/// The pictures of the icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// Nothing is asked of anybody.
    Calm,
    /// A reminder is due or on the screen.
    Due,
    /// A reminder is due, and something keeps us quiet.
    Held,
    /// The person asked for silence.
    Paused,
    /// A routine plays.
    Stretching,
}

/// A line of the menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A text that can't be chosen.
    Line(String),
    /// Something to choose.
    Item {
        /// What it does.
        choice: Choice,
        /// What it says.
        label: String,
        /// Whether it can be chosen at present.
        enabled: bool,
    },
    /// A menu in the menu.
    Submenu {
        /// What it says.
        label: String,
        /// What is in it.
        entries: Vec<Self>,
    },
    /// A thin line between groups.
    Separator,
}

/// What can be chosen in the menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Begin the offered routine.
    Start,
    /// Begin the routine or exercise of this id.
    Routine(String),
    /// "I just got up."
    Stood,
    /// Ask again later.
    Snooze,
    /// Not this time.
    Skip,
    /// No reminders for a while.
    Pause(Pause),
    /// The pause is over.
    Resume,
    /// Show the guidance and its limits.
    Guidance,
    /// Show the home window.
    Open,
    /// Show the history.
    History,
    /// Show the settings.
    Settings,
    /// Open the settings file in an editor.
    EditSettings,
    /// End the program.
    Quit,
}

/// How long a pause from the menu lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// So long from now.
    For(Duration),
    /// Until tomorrow.
    Tomorrow,
}

const ROUTINE: &str = "routine:";
const PAUSE: &str = "pause:";

impl Choice {
    /// Its id in the menu. It stays the same from version to version.
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
            Self::History => "history".into(),
            Self::Settings => "settings-page".into(),
            Self::EditSettings => "settings".into(),
            Self::Quit => "quit".into(),
        }
    }

    /// What the item of that id does.
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
    /// What to show when these are the facts.
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
            tooltip: facts
                .problem
                .map_or_else(|| why.to_owned(), |problem| format!("{why}\n{problem}")),
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
    entries.extend(facts.problem.map(|problem| Entry::Line(problem.to_owned())));
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

fn answers(facts: Facts<'_>) -> [Entry; 8] {
    let phase = facts.status.phase;
    // There is nothing to put off while a routine plays or while all is silent anyway.
    let open = !matches!(phase, Phase::Stretching | Phase::Paused | Phase::OffHours);
    let snooze = Span::from(facts.offers.snooze).said();
    [
        item_if(
            phase != Phase::Stretching,
            Choice::Start,
            tr("Start desk stretch"),
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

fn routines(offers: &[(String, String)]) -> Vec<Entry> {
    offers
        .iter()
        .map(|(id, name)| item(Choice::Routine(id.clone()), name))
        .collect()
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
    use crate::schedule::{Held, Hold};

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

    fn held() -> Status {
        let clock = |time: &str| -> jiff::Zoned {
            let text = format!("2026-03-02T{time}[UTC]");
            text.parse().unwrap()
        };
        let hold = Held {
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
        let offers = Offers {
            routines: vec![("desk".to_owned(), "Desk stretch".to_owned())],
            exercises: vec![("cat-cow".to_owned(), "Cat-Cow".to_owned())],
            snooze: Duration::from_secs(600),
        };
        TrayView::new(Facts {
            status,
            problem,
            offers: &offers,
        })
    }

    /// The menu as text: what is below a line is set in, what can't be chosen is in brackets, the id comes last.
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
    fn the_menu_of_somebody_who_sits() {
        let status = status(Phase::Sitting, "Sitting. Next about 14:35.");
        assert_eq!(
            outline(&view(&status, None)),
            "\
[Sitting. Next about 14:35.]
--
Start desk stretch = start
Routines >
    Desk stretch = routine:desk
Exercises >
    Cat-Cow = routine:cat-cow
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

    /// The lines that can't be chosen.
    fn closed(view: &TrayView) -> Vec<String> {
        outline(view)
            .lines()
            .filter(|line| line.starts_with('['))
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn each_phase_closes_what_makes_no_sense_in_it() {
        let closed = |phase| closed(&view(&status(phase, "Why."), None));
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
                "[Start desk stretch] = start",
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
        assert_eq!(view(&held(), None).icon, Icon::Held);
    }

    #[test]
    fn the_tooltip_says_why_it_is_quiet() {
        let view = view(&held(), None);
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
        assert_eq!(check(&view.menu), 17);
        for id in ["", "nothing", "pause:soon", "pause:"] {
            assert_eq!(Choice::from_id(id), None, "{id}");
        }
    }
}
