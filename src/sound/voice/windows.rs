//! The voice of Windows: SAPI, through a PowerShell that runs as long as the voice and speaks each line of its input.
//! Starting one for each sentence would take too long.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::windows::process::CommandExt as _;
use std::process::{Child, ChildStdin, Command, Stdio};

use super::{Speaker, VoiceSettings, failed};
use crate::lang::tr;
use crate::reason;

/// The flag that prevents a console window for the process.
const CREATE_NO_WINDOW: u32 = 0x0800_0000;

/// The beginning of both scripts. The language and other parameters are environment variables, so that nothing needs quoting.
const BEGIN: &str = "\
$ErrorActionPreference = 'Stop'
Add-Type -AssemblyName System.Speech
$voice = New-Object System.Speech.Synthesis.SpeechSynthesizer
try { $voice.SelectVoiceByHints('NotSet', 'NotSet', 0, [Globalization.CultureInfo]$env:UNHUNCH_LANGUAGE) } catch { }
";

/// Speaks each line of the input; an empty line is silence.
const SPEAK: &str = "\
[Console]::InputEncoding = New-Object Text.UTF8Encoding $false
$voice.Volume = [int]$env:UNHUNCH_VOLUME
[Console]::Out.WriteLine('ready')
while ($null -ne ($line = [Console]::In.ReadLine())) {
  $voice.SpeakAsyncCancelAll()
  if ($line) { [void]$voice.SpeakAsync($line) }
}
$voice.SpeakAsyncCancelAll()
";

const RECORD: &str = "\
$voice.SetOutputToWaveFile($env:UNHUNCH_FILE)
$voice.Speak($env:UNHUNCH_WORDS)
$voice.Dispose()
";

/// Starts the voice, and waits until it can speak.
pub(super) fn open(manner: &VoiceSettings) -> io::Result<Box<dyn Speaker>> {
    Ok(Box::new(Sapi::start(manner)?))
}

/// A PowerShell process that speaks.
struct Sapi {
    child: Child,
    lines: Option<ChildStdin>,
}

impl Sapi {
    fn start(manner: &VoiceSettings) -> io::Result<Self> {
        let mut child = powershell(SPEAK, &manner.language)
            .env("UNHUNCH_VOLUME", manner.volume.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let lines = child.stdin.take();
        let mut ready = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out).read_line(&mut ready)?;
        }
        let sapi = Self { child, lines };
        if ready.trim() == "ready" {
            Ok(sapi)
        } else {
            Err(reason::explained(
                io::ErrorKind::NotFound,
                tr("Windows has no speech voice installed"),
            ))
        }
    }

    fn line(&mut self, line: &str) -> io::Result<()> {
        let lines = self.lines.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        lines.write_all(format!("{line}\n").as_bytes())?;
        lines.flush()
    }
}

impl Speaker for Sapi {
    fn say(&mut self, words: &str) -> io::Result<()> {
        self.line(words)
    }

    fn silence(&mut self) -> io::Result<()> {
        self.line("")
    }
}

impl Drop for Sapi {
    fn drop(&mut self) {
        // At the end of its input it would exit by itself, but perhaps not at once.
        self.lines = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn powershell(script: &str, language: &str) -> Command {
    let mut command = Command::new("powershell.exe");
    command
        .args(["-NoLogo", "-NoProfile", "-NonInteractive", "-Command"])
        .arg(format!("{BEGIN}{script}"))
        .env("UNHUNCH_LANGUAGE", language)
        .stderr(Stdio::null())
        .creation_flags(CREATE_NO_WINDOW);
    command
}

/// Renders words as a WAV file.
pub(super) fn record(words: &str, language: &str) -> io::Result<Vec<u8>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("words.wav");
    let status = powershell(RECORD, language)
        .env("UNHUNCH_FILE", &file)
        .env("UNHUNCH_WORDS", words)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()?;
    if !status.success() {
        return Err(failed("powershell", status));
    }
    std::fs::read(file)
}
