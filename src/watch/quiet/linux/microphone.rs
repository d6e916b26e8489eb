//! A microphone is in use, according to PulseAudio or PipeWire: a call.

use std::io;
use std::time::Duration;

use async_io::Timer;
use futures_lite::FutureExt as _;

use super::TIMEOUT;
use super::pulse::{Recording, Server, socket};
use crate::watch::linux::arrival::Arrival;
use crate::watch::quiet::answers::AnswerReceiver;

/// The delay before another attempt: a server that has just started may not be ready, and one that has just ended may return soon.
const RETRY_DELAY: Duration = Duration::from_secs(1);

/// Follows the sound server, and reconnects after it ends.
pub(super) async fn follow(receiver: &dyn AnswerReceiver) {
    let Some(socket) = socket() else {
        return receiver.answer(None);
    };
    loop {
        let arrival = Arrival::new(&socket);
        let answered = match Server::connect(&socket).await {
            Ok(mut server) => listen(&mut server, receiver).await,
            Err(_) => false,
        };
        receiver.answer(None);
        if !answered {
            arrival.wait().await;
        }
        Timer::after(RETRY_DELAY).await;
    }
}

/// Follows a connection until it ends. Returns `true` if the server has answered.
async fn listen(server: &mut Server, receiver: &dyn AnswerReceiver) -> bool {
    let mut answered = false;
    loop {
        let timeout = async {
            Timer::after(TIMEOUT).await;
            Err(io::ErrorKind::TimedOut.into())
        };
        let Ok(recorded) = is_recorded(server).or(timeout).await else {
            return answered;
        };
        receiver.answer(Some(recorded));
        answered = true;
        if server.change().await.is_err() {
            return answered;
        }
    }
}

async fn is_recorded(server: &mut Server) -> io::Result<bool> {
    let recordings = server.recordings().await?;
    for recording in recordings.iter().filter(|recording| listens(recording)) {
        // If the source has gone meanwhile, another change will be reported.
        let name = server.source(recording.source).await;
        if name.is_ok_and(|name| is_microphone(&name)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns `false` for a level meter on the screen, and for a paused recording.
fn listens(recording: &Recording) -> bool {
    !recording.paused
        && recording.media.as_deref() != Some("Peak detect")
        && recording.program.as_deref() != Some("org.PulseAudio.pavucontrol")
}

/// Returns `false` for the monitor of a loudspeaker, which can be recorded like a microphone.
fn is_microphone(name: &str) -> bool {
    !name.ends_with(".monitor")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_microphone_recordings_count() {
        let recording = |stands, media: &str, program: &str| Recording {
            source: 54,
            paused: stands,
            media: Some(media.to_owned()),
            program: Some(program.to_owned()),
        };
        assert!(listens(&recording(false, "RecordStream", "org.phone")));
        assert!(!listens(&recording(true, "RecordStream", "org.phone")));
        assert!(!listens(&recording(false, "Peak detect", "org.phone")));
        assert!(!listens(&recording(
            false,
            "Meter",
            "org.PulseAudio.pavucontrol"
        )));
        assert!(is_microphone("alsa_input.pci"));
        assert!(!is_microphone("alsa_output.pci.monitor"));
    }
}
