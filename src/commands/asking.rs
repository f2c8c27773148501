//! Asking gateways and telling what came of it: what `check-all` and `check-status` have in common.

use std::io::{self, Write};
use std::time::Duration;

use anyhow::Context as _;

use super::checked_row::{CheckedRow, CheckedSummary};
use super::context::Context;
use crate::domain::guard::Stop;
use crate::domain::names::GatewayName;
use crate::exit::Exit;
use crate::output::paint::Outlet;
use crate::output::progress::Progress;
use crate::output::report::Report;
use crate::output::spool::Spool;
use crate::output::is_closed_pipe;
use crate::reconciler::{Checked, Lane, Pen, Round, Source, Tally};
use crate::store::Reader;

/// What one run asks.
#[derive(Default)]
pub(super) struct Questions {
    pub(super) lanes: Vec<Lane>,
    /// Left for the next run by `--limit`.
    pub(super) beyond_limit: u64,
    pub(super) unaskable: Vec<Unaskable>,
}

/// A gateway with questions that cannot be asked in this run.
pub(super) struct Unaskable {
    pub(super) gateway: GatewayName,
    pub(super) count: u64,
    pub(super) why: anyhow::Error,
}

/// What came of a run.
pub(super) struct Asked {
    pub(super) exit: Exit,
    pub(super) summary: CheckedSummary,
    pub(super) pen: Pen,
}

/// Asks, writes if the pen writes, and prints the report, or under `--quiet` only what somebody should read.
pub(super) fn ask(
    context: &mut Context<'_>,
    command: &str,
    questions: Questions,
    pen: Pen,
    max_time: Option<Duration>,
) -> anyhow::Result<Asked> {
    let (mut answer, mut notes) = (Spool::new(), Spool::new());
    let is_quiet = context.options.quiet;
    tell_warnings(context, &questions, &mut notes)?;
    let out: &mut dyn Write = if is_quiet { &mut answer } else { &mut context.world.stdout };
}
