//! Closes payments that must not stay payable because their orders no longer wait for money (O17).

use std::time::Duration;

use super::checked::OnResult;
use super::error::RoundError;
use super::gateways::GatewayPool;
use super::ledger::{Ledger, Writer};
use super::run_context::RunContext;
use super::stats::RunStats;
use crate::domain::{PaymentId, Rule};
use crate::faults::planted;
use crate::store::{DuePayment, StoreError};

/// The limit per run; the rest come first in the next run.
const MAX_CLOSED: u32 = 500;

/// When to try again with a payment that stays open.
const TRIED_AGAIN_AFTER: Duration = Duration::from_secs(5 * 60);

/// The payments to close now, those first that were not tried for longest.
fn dead(writer: &Writer, setting: &RunContext) -> Result<Vec<DuePayment>, StoreError> {
    let tried_before = setting.now.saturating_sub(TRIED_AGAIN_AFTER);
    writer.read().payments_to_close(tried_before, MAX_CLOSED)
}

/// The run for the step that reads before [`close_dead`]: if there is something to close, it leaves time for it.
///
/// # Errors
/// As reading the file.
pub fn before_closing_dead(
    ledger: &Ledger,
    setting: &RunContext,
) -> Result<RunContext, StoreError> {
    match ledger.writer() {
        Some(writer) if !dead(writer, setting)?.is_empty() => Ok(setting.before_closing()),
        Some(_) | None => Ok(setting.clone()),
    }
}

/// Closes payments that are still payable although their orders have ended or are paid, and queries the result. Does
/// nothing in a preview, and nothing without time left: what is not sent is not recorded as tried.
///
/// # Errors
/// As [`RunContext::query`].
pub async fn close_dead(
    pool: &mut GatewayPool,
    ledger: &Ledger,
    setting: &RunContext,
    print: &mut OnResult<'_>,
) -> Result<RunStats, RoundError> {
    let may_close = !setting.is_over() && !planted!(LeaveADeadOrderPayable);
    let Some(writer) = ledger.writer().filter(|_| may_close) else {
        return Ok(RunStats::default());
    };
    let rows = dead(writer, setting)?;
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
