//! `unhunch-package-files FOLDER`: writes the man pages, the completions for shells and the icons that the packages contain. It is
//! part of no package itself. `config/packages/build` runs it.

mod svg;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;

const ICON: &str = "icons/unhunch.svg";

/// The sizes of the icons in pixels: those of Linux desktops, and those of a macOS icon.
const SIZES: [u32; 9] = [16, 24, 32, 48, 64, 128, 256, 512, 1024];

fn main() -> ExitCode {
    let Some(folder) = env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("Usage: unhunch-package-files FOLDER");
        return ExitCode::from(2);
    };
    match write(&folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("unhunch-package-files: {}: {error}", folder.display());
            ExitCode::FAILURE
        }
    }
}

fn write(folder: &Path) -> Result<(), Box<dyn Error>> {
    let folder_of = |name: &str| {
        let folder = folder.join(name);
        fs::create_dir_all(&folder).map(|()| folder)
    };
    let mut command = unhunch::cli::documented_command()
        .version(env!("CARGO_PKG_VERSION"))
        .disable_help_subcommand(true);
    let completions = folder_of("completions")?;
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
        clap_complete::generate_to(shell, &mut command, "unhunch", &completions)?;
    }
    command.build();
    write_pages(&command, &folder_of("man")?)?;
    write_icons(&folder_of("icons")?)
}

fn write_icons(folder: &Path) -> Result<(), Box<dyn Error>> {
    let icon = Path::new(env!("CARGO_MANIFEST_DIR")).join(ICON);
    for size in SIZES {
        let file = folder.join(format!("{size}.png"));
        fs::write(file, svg::image(&icon, size)?.data())?;
    }
    let file = fs::File::create(folder.join("unhunch.ico"))?;
    Ok(svg::windows_icon(&icon)?.write(file)?)
}

/// Writes a man page for this command and for each command below it.
fn write_pages(command: &Command, folder: &Path) -> io::Result<()> {
    let name = command.get_display_name().unwrap_or(command.get_name());
    let mut page = Vec::new();
    Man::new(command.clone())
        .title(name.to_uppercase())
        .source(concat!("Unhunch ", env!("CARGO_PKG_VERSION")))
        .manual("Unhunch")
        .render(&mut page)?;
    fs::write(
        folder.join(format!("{name}.1")),
        with_usual_headings(&String::from_utf8_lossy(&page)),
    )?;
    command
        .get_subcommands()
        .try_for_each(|below| write_pages(below, folder))
}

/// Returns the page with the headings that readers of man pages know.
fn with_usual_headings(page: &str) -> String {
    let extra = match page.contains("\nExit codes:") {
        true => ".SH \"EXIT STATUS\"\n",
        false => ".SH EXAMPLES\n",
    };
    page.replace(".SH EXTRA\n", extra)
        .replace("\nExample: ", "\n")
        .replace(".SH Commands\n", ".SH COMMANDS\n")
}
