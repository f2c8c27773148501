//! `payctl config check`: whether the configuration can be used, without touching anything.

use clap::Args;

use crate::commands::Context;
use crate::commands::doctor::settings;
use crate::commands::doctor::{Findings, print};
use crate::exit::Exit;

/// Check the configuration and whether each key is where it says; asks nobody, writes nothing
///
/// The exit code is 78 if something is wrong. A mistake in the file is told with its line.
#[derive(Debug, Args)]
pub(in crate::commands) struct ConfigCheckArgs {}

pub(super) fn run(_: &ConfigCheckArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let mut found = Findings::default();
    settings::check(&context, &mut found);
    print("config check", found, &mut context)
}
