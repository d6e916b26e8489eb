//! A microphone is in use, as PulseAudio or PipeWire knows it: a call.
//!
//! Their protocol is large, so their own program is asked, and tells of changes.

use std::env;
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_io::Timer;

use super::answers::Teller;
use super::child::{Lines, said};
use crate::watch::arrival::Arrival;

const PROGRAM: &str = "pactl";

/// Who has just come may not be ready, and who has just gone may be back in a moment.
const MOMENT: Duration = Duration::from_secs(1);

/// Follows the sound server, also when it ends and comes back.
pub(super) async fn follow(tell: &dyn Teller) {
    let socket = socket();
    loop {
        let arrival = Arrival::of(&socket);
        // Asked where no server runs, the program might start one.
        let answered = is_there(&socket) && live(tell).await;
        if !answered {
            tell.answer(None);
            arrival.come().await;
        }
        Timer::after(MOMENT).await;
    }
}

/// Follows one until it ends, and says whether it has answered.
async fn live(tell: &dyn Teller) -> bool {
    let Ok(mut changes) = Lines::of(PROGRAM, &["subscribe"]) else {
        return false;
    };
    let mut answered = false;
    loop {
        let Some(recorded) = is_recorded().await else {
            return answered;
        };
        tell.answer(Some(recorded));
        answered = true;
        loop {
            match changes.next().await {
                None => return answered,
                Some(line) if line.contains("source-output") => break,
                Some(_) => {}
            }
        }
    }
}

/// Where it listens, if that is a file.
fn socket() -> PathBuf {
    let folder = || env::var_os("XDG_RUNTIME_DIR").unwrap_or_default();
    match env::var("PULSE_SERVER") {
        Ok(server) => server.trim_start_matches("unix:").into(),
        Err(_) => PathBuf::from(folder()).join("pulse/native"),
    }
}

fn is_there(socket: &Path) -> bool {
    env::var_os("PULSE_SERVER").is_some() || socket.exists()
}

/// None: nobody answers.
async fn is_recorded() -> Option<bool> {
    let recordings = said(PROGRAM, &["list", "source-outputs"]).await?;
    let recorded = sources(&recordings);
    if recorded.is_empty() {
        return Some(false);
    }
    let all = said(PROGRAM, &["list", "short", "sources"]).await?;
    Some(
        recorded
            .into_iter()
            .any(|source| is_microphone(source, &all)),
    )
}

/// The sources from which somebody records. A meter on the screen and one who has stopped for a while don't.
fn sources(recordings: &str) -> Vec<&str> {
    recordings
        .split("Source Output #")
        .filter(|recording| {
            let has = |line: &str| recording.lines().any(|this| this.trim() == line);
            !has("Corked: yes")
                && !has("media.name = \"Peak detect\"")
                && !has("application.id = \"org.PulseAudio.pavucontrol\"")
        })
        .filter_map(|recording| {
            let source = |line: &'_ str| line.trim().starts_with("Source: ");
            let line = recording.lines().find(|line| source(line))?;
            line.trim().strip_prefix("Source: ")
        })
        .collect()
}

/// What a loudspeaker plays can be recorded, too, and is no microphone.
fn is_microphone(source: &str, all: &str) -> bool {
    let mut all = all.lines().map(|line| line.split_whitespace());
    let name = all.find_map(|mut words| (words.next() == Some(source)).then(|| words.next()));
    name.flatten()
        .is_some_and(|name| !name.ends_with(".monitor"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORDINGS: &str = "Source Output #7
\tDriver: PipeWire
\tSource: 54
\tCorked: no
\tProperties:
\t\tmedia.name = \"RecordStream\"
Source Output #8
\tSource: 55
\tCorked: yes
Source Output #9
\tSource: 56
\tCorked: no
\tProperties:
\t\tmedia.name = \"Peak detect\"
";

    #[test]
    fn only_who_listens_to_a_microphone_counts() {
        assert_eq!(sources(RECORDINGS), ["54"]);
        assert!(sources("").is_empty());
        let all = "54\talsa_input.pci\tPipeWire\n55\talsa_output.pci.monitor\tPipeWire\n";
        assert!(is_microphone("54", all));
        assert!(!is_microphone("55", all));
        assert!(!is_microphone("5", all));
    }
}
