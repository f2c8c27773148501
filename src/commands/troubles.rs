//! Warnings about the gateways and clocks of a run, printed below its report.

use std::io::{self, Write};

use super::reckoned_time::print_corrected;
use crate::commands::Context;
use crate::domain::payment::FIRST_API;
use crate::domain::payment::circuit_breaker::{PROBES, SILENT_IN_A_ROW};
use crate::domain::{GatewayName, TripReason};
use crate::gateway::descriptor::FirstVersionEnded;
use crate::output::counted::counted;
use crate::reconciler::{GatewayPool, GatewayStats, RunStats};

/// Prints why a gateway was not queried, or not queried further, and what to do about it.
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
            "{gateway}: {} not checked: {why}",
            counted(count, "payment")
        )?;
    }
    for (gateway, gateway_stats) in &stats.gateways {
        if let Some(ended) = ended_api(context, gateway, gateway_stats) {
            writeln!(notes, "{}", first_ended(context, gateway, ended))?;
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
            "{gateway}: {} not checked, although due since the last run began.\n  \
             If this continues, run payctl check-all --fix --due every minute, or raise requests_per_second or max_in_flight",
            counted(*left, "payment")
        )?;
    }
    if let Some(why) = pool.clock_trouble() {
        writeln!(
            notes,
            "{why}; nothing was expired by time alone.\n  \
             Synchronise this machine's clock, for example with NTP; if it is right, the gateway's clock is wrong"
        )?;
    }
    if !stats.gateways.is_empty() {
        for warning in context.config.warnings(&context.environment) {
            writeln!(notes, "{warning}")?;
        }
    }
    // Cron's mail is for what somebody must do today.
    if !context.options.quiet {
        for warning in context.too_open() {
            writeln!(notes, "{warning}")?;
        }
    }
    print_corrected(context.mended, is_written, notes)
}

/// What is known of the end of the API's first version, and the HTTP code that shows it.
fn ended_api(
    context: &Context<'_>,
    gateway: &GatewayName,
    gateway_stats: &GatewayStats,
) -> Option<(FirstVersionEnded, u16)> {
    let account = context.config.gateways.get(gateway)?;
    let versions = account.kind.versions;
    let is_first = (versions.current)(&account.settings) == FIRST_API;
    let code = match gateway_stats.stop {
        Some(TripReason::Gone(code)) if is_first => Some(code),
        _ => gateway_stats.ended,
    };
    Some((versions.first_ended?, code?))
}

/// That the API's first version has ended, how many of its payments are open here, and what to do.
fn first_ended(
    context: &Context<'_>,
    gateway: &GatewayName,
    (api, code): (FirstVersionEnded, u16),
) -> String {
    let count = context.reader().ok();
    let count = count.and_then(|reader| reader.open_under(gateway, FIRST_API).ok());
    let open = match count {
        Some(count) => format!(
            "{} opened under it still open here",
            counted(count, "payment")
        ),
        None => "payments opened under it may still be open here".to_owned(),
    };
    format!(
        "{gateway}: {} has ended: it answered {code} and is no longer at this address; \
         nothing was changed, {open}.\n  \
         Look them up in {}. For a paid one: payctl approve ORDER --even-if-payable --reason …; \
         for an unpaid one: payctl order cancel ORDER --unproven --reason …. For new payments, {} in \
         [gateways.{gateway}]",
        api.name, api.dashboard, api.instead
    )
}

/// `; 3 payments not checked`, or nothing.
fn not_checked(left: u64) -> String {
    if left == 0 {
        return String::new();
    }
    format!("; {} not checked", counted(left, "payment"))
}

/// Why a gateway was not queried further, and what to do about it.
fn trip_text(gateway: &GatewayName, stop: TripReason, left: u64) -> String {
    match stop {
        TripReason::Refused(code) => format!(
            "{gateway}: answered {code}, so the key or the account is wrong{}.\n  \
                 Check its key and its environment (sandbox or production) in the configuration",
            not_checked(left)
        ),
        TripReason::Gone(code) => format!(
            "{gateway}: answered {code}, which is not an answer about payments: its API is not, or no longer, at this address; \
                 nothing was changed{}.\n  \
                 Check whether the gateway has switched off this API version, and whether its address in the configuration is right. \
                 Until it answers, its dashboard shows what was paid: payctl approve, payctl order cancel --unproven",
            not_checked(left)
        ),
        TripReason::Forgetful {
            forgotten,
            answered,
        } => format!(
            "{gateway}: does not know {forgotten} of {answered} payments that it once knew; its further answers were not written.\n  \
                 Check that the key belongs to the right account and environment. If it does, and the payments are really gone there: \
                 payctl gateway accept-unknown {gateway} --by NAME --reason …"
        ),
        TripReason::KnowsNobody => format!(
            "{gateway}: answered \"not found\" even for payments that it once knew; this proves nothing, so no order \
                 expires because of it.\n  \
                 Check that the key belongs to the right account and environment. If it does, and the payments are really gone there: \
                 payctl gateway accept-unknown {gateway} --by NAME --reason …"
        ),
        TripReason::Silent => format!(
            "{gateway}: did not answer {SILENT_IN_A_ROW} queries in a row and {PROBES} more, so it was not queried further{}; the next run goes on",
            not_checked(left),
        ),
    }
}
