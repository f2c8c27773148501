//! `payctl completions`: what a shell completes.

use std::io::Write as _;

use clap::Args;
use clap_complete::{Shell, generate};

use crate::exit::Exit;
use crate::host::Host;

/// Print what a shell needs to complete command lines
///
/// For this session alone: source <(payctl completions bash). To keep it: put the output where the shell looks for it,
/// for example ~/.local/share/bash-completion/completions/payctl, ~/.zfunc/_payctl or
/// ~/.config/fish/completions/payctl.fish.
#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell: bash, zsh, fish, powershell or elvish
    #[arg(hide_possible_values = true)]
    shell: Shell,
}

pub(super) fn run(
    args: &CompletionsArgs,
    command: &clap::Command,
    host: &mut Host,
) -> anyhow::Result<Exit> {
    let shown = command.get_subcommands().filter(|one| !one.is_hide_set());
    let mut command = clap::Command::new("payctl")
        .args(command.get_arguments().cloned())
        .subcommands(shown.cloned());
    let mut script = Vec::new();
    generate(args.shell, &mut command, "payctl", &mut script);
    host.stdout.write_all(&script)?;
    host.stdout.flush()?;
    Ok(Exit::Clean)
}
