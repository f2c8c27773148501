//! What an operator should know about the gateways and the clocks of a run, below its report.

use std::io::{self, Write};

use super::context::Context;
use super::reckoning::tell_mended;
use crate::config::{Kind, PakasirApi};
use crate::domain::guard::{PROBES, SILENT_IN_A_ROW, Stop};
use crate::domain::names::GatewayName;
use crate::domain::payment::FIRST_API;
use crate::reconciler::{Crew, Manner, Tally};

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
        if let Some(code) = gone_first(context, gateway, manner) {
            writeln!(notes, "{}", first_ended(context, gateway, code))?;
            continue;
        }
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

/// The HTTP code with which Pakasir's first interface has shown that it is gone.
fn gone_first(context: &Context<'_>, gateway: &GatewayName, manner: &Manner) -> Option<u16> {
    let Kind::Pakasir { api_version, .. } = &context.config.gateways.get(gateway)?.kind else {
        return None;
    };
    match (manner.stop, api_version) {
        (Some(Stop::Gone(code)), PakasirApi::V1) => Some(code),
        _ => manner.ended,
    }
}

/// What has ended, how many payments of it are open here, and what to do.
fn first_ended(context: &Context<'_>, gateway: &GatewayName, code: u16) -> String {
    let count = context.reader().ok();
    let count = count.and_then(|reader| reader.open_under(gateway, FIRST_API).ok());
    let open = match count {
        Some(1) => "1 payment that it opened is open here".to_owned(),
        Some(count) => format!("{count} payments that it opened are open here"),
        None => "payments that it opened may be open here".to_owned(),
    };
    format!(
        "{gateway}: Pakasir's first interface has ended: it answered {code}, and its API is not at this address any more; \
         nothing was moved, and {open}.\n  \
         Look for them in the dashboard of Pakasir: payctl approve ORDER --even-if-payable --reason … \
         books what was paid, payctl order cancel ORDER --unproven --reason … ends what was not. New payments: write api_version = 2, environment and webhook_secret in \
         [gateways.{gateway}]"
    )
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
