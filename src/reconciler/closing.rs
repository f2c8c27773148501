//! Closes payments that must not stay payable because their orders no longer wait for money (O17).

use std::time::Duration;

use super::checked::OnResult;
use super::error::RoundError;
use super::gateways::GatewayPool;
use super::ledger::Ledger;
use super::run_context::RunContext;
use super::stats::RunStats;
use crate::domain::{PaymentId, Rule};
use crate::faults::planted;

/// The limit per run; the rest come first in the next run.
const MAX_CLOSED: u32 = 500;

/// When to try again with a payment that stays open.
const TRIED_AGAIN_AFTER: Duration = Duration::from_secs(5 * 60);

/// Closes payments that are still payable although their orders have ended or are paid, and queries the result. Does
/// nothing in a preview.
///
/// # Errors
/// As [`RunContext::query`].
pub async fn close_dead(
    pool: &mut GatewayPool,
    ledger: &Ledger,
    setting: &RunContext,
    print: &mut OnResult<'_>,
) -> Result<RunStats, RoundError> {
    let Some(writer) = ledger
        .writer()
        .filter(|_| !planted!(LeaveADeadOrderPayable))
    else {
        return Ok(RunStats::default());
    };
    let tried_before = setting.now.saturating_sub(TRIED_AGAIN_AFTER);
    let rows = writer.read().payments_to_close(tried_before, MAX_CLOSED)?;
    if rows.is_empty() {
        return Ok(RunStats::default());
    }
    let cannot = rows.iter().filter(|row| !pool.can_close(&row.payment));
    let cannot: Vec<PaymentId> = cannot.map(|row| row.payment.id).collect();
    let now = setting.clock.now();
    writer.write(|store, permit| store.record_looked_at(permit, &cannot, now))?;
    let why = (Rule::O17, "deadline");
    setting.close_payments(rows, why, pool, writer, print).await
}
