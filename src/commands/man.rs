//! `payctl man`: the pages of the manual.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, Command};
use clap_mangen::Man;

use super::atomic_file::{AtomicFile, FileMode};
use super::unwritten::unwritten;
use super::version::VERSION;
use crate::exit::Exit;
use crate::host::Host;
use crate::output::counted::counted;

/// Print the manual page, or write a page for every command to a folder
///
/// To read one: payctl man | man -l -. To install them: payctl man /usr/local/share/man/man1. Pages that are there are
/// replaced, each at once.
#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// Folder for the pages; made if it is missing
    folder: Option<PathBuf>,
}

pub(super) fn run(
    args: &ManArgs,
    command: Command,
    is_quiet: bool,
    host: &mut Host,
) -> anyhow::Result<Exit> {
    let mut command = command.disable_help_subcommand(true);
    command.build();
    let Some(folder) = &args.folder else {
        let page = page(&command)?;
        host.stdout.write_all(page.as_bytes())?;
        host.stdout.flush()?;
        return Ok(Exit::Clean);
    };
    let folder = host.folder.join(folder);
    fs::create_dir_all(&folder).map_err(|error| unwritten(&folder, &error))?;
    let written = write(&command, &folder)?;
    if !is_quiet {
        let pages = counted(written, "page");
        writeln!(host.stdout, "{pages} written to {}", folder.display())?;
    }
    Ok(Exit::Clean)
}

/// Writes the page of a command and those of its subcommands; returns how many.
fn write(command: &Command, folder: &Path) -> anyhow::Result<u64> {
    let path = folder.join(Man::new(command.clone()).get_filename());
    let file = AtomicFile::write(&path, &page(command)?, FileMode::Everyone);
    let replaced = file.and_then(AtomicFile::replace);
    replaced.map_err(|error| unwritten(&path, &error))?;
    let mut written = 1;
    for subcommand in command.get_subcommands().filter(|one| !one.is_hide_set()) {
        written += write(subcommand, folder)?;
    }
    Ok(written)
}

/// Without a date, so that a build can be repeated.
fn page(command: &Command) -> anyhow::Result<String> {
    let mut page = Vec::new();
    let source = format!("payctl {VERSION}");
    let man = Man::new(command.clone()).source(source).manual("payctl");
    man.render(&mut page)?;
    String::from_utf8(page).context("the manual page is no text")
}
