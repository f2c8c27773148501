//! What an operator should know about the gateways and the clocks of a run, below its report.

use std::io::{self, Write};

use super::context::Context;
use super::reckoning::tell_mended;
use crate::domain::guard::{PROBES, SILENT_IN_A_ROW, Stop};
use crate::domain::names::GatewayName;
use crate::reconciler::{Crew, Tally};

/// Says of each gateway that was left alone why, and what to do about it.
pub(super) fn tell_troubles(
    context: &Context<'_>,
    tally: &Tally,
    crew: &Crew,
    is_written: bool,
    notes: &mut dyn Write,
) -> io::Result<()> {
    for (gateway, count, why) in crew.missed() {
        writeln!(
            notes,
            "{gateway}: {count} payments were not asked about: {why}"
        )?;
    }
    for (gateway, manner) in &tally.gateways {
        if let Some(stop) = manner.stop {
            let left = manner.to_ask.saturating_sub(manner.asked);
            writeln!(notes, "{}", why_alone(gateway, stop, left))?;
        }
    }
    for (gateway, left) in &tally.left_twice {
        writeln!(
            notes,
            "{gateway}: {left} payments were due when the last run began, and are not asked about yet.\n  \
             If it stays so, run payctl check-all --fix --due every minute, or raise requests_per_second or max_in_flight"
        )?;
    }
    if let Some(why) = crew.clock_trouble() {
        writeln!(
            notes,
            "{why}; nothing was ended by the time.\n  \
             Set the clock of this machine, with NTP; if it is right, the gateway's is wrong"
        )?;
    }
    if !tally.gateways.is_empty() {
        for warning in context.config.warnings(&context.environment) {
            writeln!(notes, "{warning}")?;
        }
    }
    // Cron's mail is about what somebody must do today.
    if !context.options.quiet {
        for warning in context.too_open() {
            writeln!(notes, "{warning}")?;
        }
    }
    tell_mended(context.mended, is_written, notes)
}

/// Why a gateway was left alone, and what to do about it.
fn why_alone(gateway: &GatewayName, stop: Stop, left: u64) -> String {
    match stop {
        Stop::Refused(code) => format!(
            "{gateway}: answered {code}, so the key or the account is wrong; {left} payments were not asked about.\n  \
                 Check its key and its environment (sandbox or production) in the configuration"
        ),
        Stop::Gone(code) => format!(
            "{gateway}: answered {code}, and not as it answers about payments: its API is not at this address, or not any \
                 more; nothing was moved, and {left} payments were not asked about.\n  \
                 See whether it has switched this version of its API off, and whether its address in the configuration is right. \
                 Until it answers, its dashboard tells what was paid: payctl approve, payctl order cancel --unproven"
        ),
        Stop::Forgetful {
            forgotten,
            answered,
        } => format!(
            "{gateway}: does not know {forgotten} of {answered} payments that it once knew; nothing more of it was written.\n  \
                 Check that the key belongs to the right account and environment. Where it does, and they are really gone there: \
                 payctl gateway accept-unknown {gateway} --by NAME --reason …"
        ),
        Stop::KnowsNobody => format!(
            "{gateway}: answered \"not found\", and did not even know payments that it once knew; that proves nothing, and nothing \
                 ends by it.\n  \
                 Check that the key belongs to the right account and environment. Where it does, and they are really gone there: \
                 payctl gateway accept-unknown {gateway} --by NAME --reason …"
        ),
        Stop::Silent => format!(
            "{gateway}: left alone, for it did not answer {SILENT_IN_A_ROW} questions in a row and none of {PROBES} others; \
                 {left} payments come first next time",
        ),
    }
}
