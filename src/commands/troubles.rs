//! What an operator should know about the gateways and the clocks of a run, below its report.

use std::io::{self, Write};

use super::context::Context;
use super::reckoned_time::print_corrected;
use crate::config::{GatewayKind, PakasirApi};
use crate::domain::circuit_breaker::{PROBES, SILENT_IN_A_ROW, TripReason};
use crate::domain::names::GatewayName;
use crate::domain::payment::FIRST_API;
use crate::reconciler::{GatewayPool, GatewayStats, RunStats};

/// Says of each gateway that was left alone why, and what to do about it.
pub(super) fn print_troubles(
    context: &Context<'_>,
    stats: &RunStats,
    pool: &GatewayPool,
    is_written: bool,
    notes: &mut dyn Write,
) -> io::Result<()> {
    for (gateway, count, why) in pool.missed() {
        writeln!(
            notes,
            "{gateway}: {count} payments were not asked about: {why}"
        )?;
    }
    for (gateway, gateway_stats) in &stats.gateways {
        if let Some(code) = ended_api_code(context, gateway, gateway_stats) {
            writeln!(notes, "{}", first_ended(context, gateway, code))?;
            continue;
        }
        if let Some(stop) = gateway_stats.stop {
            let left = gateway_stats.to_ask.saturating_sub(gateway_stats.asked);
            writeln!(notes, "{}", trip_text(gateway, stop, left))?;
        }
    }
    for (gateway, left) in &stats.left_twice {
        writeln!(
            notes,
            "{gateway}: {left} payments were due when the last run began, and are not asked about yet.\n  \
             If it stays so, run payctl check-all --fix --due every minute, or raise requests_per_second or max_in_flight"
        )?;
    }
    if let Some(why) = pool.clock_trouble() {
        writeln!(
            notes,
            "{why}; nothing was ended by the time.\n  \
             Set the clock of this machine, with NTP; if it is right, the gateway's is wrong"
        )?;
    }
    if !stats.gateways.is_empty() {
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
    print_corrected(context.mended, is_written, notes)
}

/// The HTTP code with which Pakasir's first interface has shown that it is gone.
fn ended_api_code(
    context: &Context<'_>,
    gateway: &GatewayName,
    gateway_stats: &GatewayStats,
) -> Option<u16> {
    let GatewayKind::Pakasir { api_version, .. } = &context.config.gateways.get(gateway)?.kind
    else {
        return None;
    };
    match (gateway_stats.stop, api_version) {
        (Some(TripReason::Gone(code)), PakasirApi::V1) => Some(code),
        _ => gateway_stats.ended,
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
fn trip_text(gateway: &GatewayName, stop: TripReason, left: u64) -> String {
    match stop {
        TripReason::Refused(code) => format!(
            "{gateway}: answered {code}, so the key or the account is wrong; {left} payments were not asked about.\n  \
                 Check its key and its environment (sandbox or production) in the configuration"
        ),
        TripReason::Gone(code) => format!(
            "{gateway}: answered {code}, and not as it answers about payments: its API is not at this address, or not any \
                 more; nothing was moved, and {left} payments were not asked about.\n  \
                 See whether it has switched this version of its API off, and whether its address in the configuration is right. \
                 Until it answers, its dashboard tells what was paid: payctl approve, payctl order cancel --unproven"
        ),
        TripReason::Forgetful {
            forgotten,
            answered,
        } => format!(
            "{gateway}: does not know {forgotten} of {answered} payments that it once knew; nothing more of it was written.\n  \
                 Check that the key belongs to the right account and environment. Where it does, and they are really gone there: \
                 payctl gateway accept-unknown {gateway} --by NAME --reason …"
        ),
        TripReason::KnowsNobody => format!(
            "{gateway}: answered \"not found\", and did not even know payments that it once knew; that proves nothing, and nothing \
                 ends by it.\n  \
                 Check that the key belongs to the right account and environment. Where it does, and they are really gone there: \
                 payctl gateway accept-unknown {gateway} --by NAME --reason …"
        ),
        TripReason::Silent => format!(
            "{gateway}: left alone, for it did not answer {SILENT_IN_A_ROW} questions in a row and none of {PROBES} others; \
                 {left} payments come first next time",
        ),
    }
}
