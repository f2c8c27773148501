//! `payctl demo`: a simulated shop, played through in a temporary folder.

mod stage;
mod story;
#[cfg(test)]
mod tests;

use std::io::Write;

use clap::Args;

use crate::commands::confirm::{Pause, can_ask, pause};
use crate::commands::{CommandError, Options};
use crate::exit::Exit;
use crate::host::Host;
use crate::output::Format;
use crate::output::paint::OutputStream;
use stage::DemoEnvironment;
use story::STORY;

/// Play through a shop's day, without keys or network
///
/// Five scenes in a temporary folder against the built-in simulated gateway, over real HTTP on this machine: orders
/// come in, their payments drift apart from the gateway, and check-all finds and fixes the differences. A terminal
/// pauses after each scene; Enter goes on. Exit code 0 means that everything went as described.
#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// Keep the folder for a look around afterwards
    #[arg(long)]
    keep: bool,
    /// Do not pause between the scenes
    #[arg(long)]
    yes: bool,
}

pub(super) fn run(args: &DemoArgs, options: &Options, host: &mut Host) -> anyhow::Result<Exit> {
    if options.format != Format::Table {
        let message = format!(
            "the demo prints a story and does not support --format {}",
            options.format
        );
        let hint = "run payctl demo --keep, and use --format with the commands in its folder";
        return Err(CommandError::usage(message).hint(hint).into());
    }
    let is_followed =
        !args.yes && can_ask(options, host) && host.outlets.stdout == OutputStream::Terminal;
    let mut stage = DemoEnvironment::build(options, host)?;
    let told = stage.play(&STORY, || {
        if is_followed {
            pause("-- Enter: the next scene, q: the end --")
        } else {
            Ok(Pause::GoesOn)
        }
    });
    let url = stage.url();
    let folder = stage.close();
    if args.keep {
        let folder = folder.keep();
        let (place, out) = (folder.display(), &mut host.stdout);
        writeln!(out, "\nThe folder is kept: {place}")?;
        writeln!(out, "Look around in it:   cd {place}")?;
        writeln!(out, "                     payctl order show INV-1")?;
        writeln!(out, "Restart the gateway: {}", again(&url))?;
    } else if let Err(error) = folder.close() {
        writeln!(host.stderr, "the folder could not be removed: {error}")?;
    }
    told?;
    Ok(Exit::Clean)
}

/// The command that restarts the gateway where the kept configuration expects it.
fn again(url: &str) -> String {
    let port = url.rsplit_once(':').map_or("0", |(_, port)| port);
    format!(
        "payctl pretend-gateway --port {port} --script {}",
        stage::SCRIPT
    )
}
