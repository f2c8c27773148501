//! Before an act that nobody can take back: a person at a terminal is told what will happen, and says yes or no.

use std::io::Write as _;

use clap::Args;

use super::confirm::{can_ask, confirm};
use crate::commands::{CommandError, Context};
use crate::output::printable;

#[derive(Debug, Args)]
pub(super) struct ConsentArgs {
    /// Do not ask for confirmation
    #[arg(long)]
    pub(super) yes: bool,
    /// Show what would be done, and write nothing
    #[arg(long)]
    pub(super) dry_run: bool,
}

/// What holds where nobody can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unattended {
    /// The command line says enough: it names who decides.
    GoesOn,
    /// Only `--yes` will do.
    NeedsYes,
}

/// What an act will do, for the person who decides.
pub(super) struct Foretold {
    /// Lines above the question.
    pub(super) consequences: Vec<String>,
    /// Short enough for one line of any terminal.
    pub(super) question: String,
    /// What is true if the answer is no: `nothing was cancelled`.
    pub(super) otherwise: &'static str,
}

impl Context<'_> {
    /// Asks before an act that cannot be undone, unless `--yes` was given. A dry run never asks. Nothing foretold: the
    /// act itself will say why it does nothing.
    ///
    /// # Errors
    /// The person said no; or nobody can be asked and the act needs `--yes`.
    pub(super) fn require_consent(
        &mut self,
        args: &ConsentArgs,
        unattended: Unattended,
        foretell: impl FnOnce(&Self) -> anyhow::Result<Option<Foretold>>,
    ) -> anyhow::Result<()> {
        if args.yes || args.dry_run {
            return Ok(());
        }
        let is_person_there = can_ask(&self.options, self.host);
        if !is_person_there && unattended == Unattended::GoesOn {
            return Ok(());
        }
        let Some(foretold) = foretell(self)? else {
            return Ok(());
        };
        if !is_person_there {
            let told = foretold.consequences.join(" ");
            let message = format!("{told} Pass --yes to confirm; {}", foretold.otherwise);
            return Err(CommandError::usage(message)
                .hint("to see what would be done: --dry-run")
                .into());
        }
        for line in &foretold.consequences {
            writeln!(self.host.stderr, "{}", printable(line))?;
        }
        if confirm(&printable(&foretold.question))? {
            return Ok(());
        }
        Err(CommandError::failed(foretold.otherwise).into())
    }
}
