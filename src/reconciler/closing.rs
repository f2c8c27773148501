//! Closes payments that must not stay payable because their orders no longer wait for money (O17).

use std::time::Duration;

use super::checked::OnResult;
use super::error::RoundError;
use super::gateways::GatewayPool;
use super::ledger::Ledger;
use super::run_context::RunContext;
use super::stats::RunStats;
use crate::domain::{PaymentId, QueryPurpose, Rule};
use crate::store::{Actor, DuePayment};

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
    let Some(writer) = ledger.writer() else {
        return Ok(RunStats::default());
    };
    let tried_before = setting.now.saturating_sub(TRIED_AGAIN_AFTER);
    let rows = writer.read().payments_to_close(tried_before, MAX_CLOSED)?;
    if rows.is_empty() {
        return Ok(RunStats::default());
    }
    let (can_close, cannot): (Vec<&DuePayment>, Vec<&DuePayment>) =
        rows.iter().partition(|row| pool.can_close(&row.payment));
    let ids = |rows: &[&DuePayment]| -> Vec<PaymentId> {
        rows.iter().map(|row| row.payment.id).collect()
    };
    let by = Actor {
        actor: "deadline",
        now: setting.clock.now(),
    };
    writer.write(|store, permit| {
        store.record_closing(permit, &ids(&can_close), Rule::O17, by)?;
        store.record_looked_at(permit, &ids(&cannot), by.now)
    })?;
    let streams = pool.streams(rows, QueryPurpose::ReadAfterClose);
    let stats = setting.query(streams, ledger, print).await?;
    pool.absorb(&stats);
    Ok(stats)
}
