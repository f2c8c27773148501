//! `payctl demo`: a shop played through, in a folder of its own.

mod stage;
mod story;
#[cfg(test)]
mod tests;

use std::io::Write;

use clap::Args;

use super::failure::CommandError;
use super::options::Options;
use crate::exit::Exit;
use crate::host::Host;
use crate::output::Format;
use stage::DemoEnvironment;
use story::STORY;

/// Play a shop through: no keys, no network
///
/// In a temporary folder, against the built-in pretend gateway over real HTTP on this machine: orders
/// are placed, their payments drift, check-all finds it and mends it. Ends with 0 when all went as told.
#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// Keep the folder, to look around in it afterwards
    #[arg(long)]
    keep: bool,
}

pub(super) fn run(args: &DemoArgs, options: &Options, host: &mut Host) -> anyhow::Result<Exit> {
    if options.format != Format::Table {
        let message = format!(
            "the demo is a story for people, and has no {}",
            options.format
        );
        let hint = "every command in it has; type: payctl demo --keep, and try one in its folder";
        return Err(CommandError::new(Exit::Usage, message).hint(hint).into());
    }
    let mut stage = DemoEnvironment::build(options, host)?;
    let told = stage.play(STORY);
    let url = stage.url();
    let folder = stage.close();
    if args.keep {
        let folder = folder.keep();
        let (place, out) = (folder.display(), &mut host.stdout);
        writeln!(out, "\nThe folder is kept: {place}")?;
        writeln!(out, "Look around in it:   cd {place}")?;
        writeln!(
            out,
            "                     payctl order show INV202507180407-3C2A"
        )?;
        writeln!(out, "The gateway again:   {}", again(&url))?;
    } else if let Err(error) = folder.close() {
        writeln!(host.stderr, "the folder could not be removed: {error}")?;
    }
    told?;
    Ok(Exit::Clean)
}

/// How to start the gateway where the kept configuration looks for it.
fn again(url: &str) -> String {
    let port = url.rsplit_once(':').map_or("0", |(_, port)| port);
    format!(
        "payctl pretend-gateway --port {port} --script {}",
        stage::SCRIPT
    )
}
