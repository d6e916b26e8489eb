//! `unhunch-window sound`: the sound of a routine as a WAV file.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use unhunch::lang::{self, mark, tr};
use unhunch::reason;
use unhunch::sound::{Choice, Score, render, tone, voice, wav};

#[derive(Debug, Args)]
pub(crate) struct SoundArgs {
    #[arg(help = mark("The id of the routine or exercise"))]
    id: String,
    #[arg(help = mark("Also speak the cues"), long)]
    voice: bool,
    #[arg(help = mark("The file to write"), long, value_name = "FILE.wav")]
    out: PathBuf,
}

/// Writes the file. Returns exit code 2 for an unknown ID, and 1 if no voice can be recorded or the file cannot be written.
pub(crate) fn write(args: &SoundArgs) -> ExitCode {
    let plan = match crate::exercises::load_library().plan(&args.id) {
        Ok(plan) => plan,
        Err(unknown) => {
            eprintln!("unhunch: {unknown}");
            return ExitCode::from(2);
        }
    };
    let choice = Choice {
        tones: true,
        voice: args.voice,
    };
    let score = Score::new(&plan, choice);
    let samples = match render(&score, |words| voice::record(words, lang::current().tag)) {
        Ok(samples) => samples,
        Err(error) => {
            return fail(&tr!(
                "no voice can be recorded: {why}",
                why = reason::of_error(&error)
            ));
        }
    };
    let written = wav::write(&samples, tone::RATE).and_then(|file| fs::write(&args.out, file));
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let message = tr!("{file} cannot be written", file = args.out.display());
            fail(&reason::after(message, &error))
        }
    }
}

fn fail(message: &str) -> ExitCode {
    eprintln!("unhunch: {message}");
    ExitCode::FAILURE
}
