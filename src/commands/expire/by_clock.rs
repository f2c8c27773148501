//! O7: orders without a gateway payment expire by time alone, as far as the time is confirmed.

use super::ACTOR;
use crate::commands::reckoned_time::{ReckonedTime, reckoned};
use crate::domain::{CheckReason, Instant, OrderStatus};
use crate::reconciler::{
    CheckAction, CheckResult, GatewayPool, KeptOrder, Ledger, OnResult, RoundError, RunContext,
    RunStats,
};
use crate::shutdown::StopReason;
use crate::store::{Actor, Overdue, OverdueCursor};

/// Orders that expire in one transaction, and orders listed as kept.
const TOGETHER: u32 = 1_000;

/// Expires what is overdue, and lists what is kept because the time is not confirmed.
pub(super) async fn by_clock(
    pool: &mut GatewayPool,
    ledger: &Ledger,
    setting: &RunContext,
    left: &mut u64,
    stats: &mut RunStats,
    print: &mut OnResult<'_>,
) -> Result<(), RoundError> {
    let overdue = setting.now.saturating_sub(setting.policy.grace);
    let is_any = |from: OverdueCursor| -> Result<bool, RoundError> {
        let (orders, _) = ledger.read().overdue_by_clock(overdue, from, 1)?;
        Ok(!orders.is_empty())
    };
    if !is_any(OverdueCursor::START)? {
        return Ok(());
    }
    let grace = setting.policy.grace;
    let is_enough = |at: Instant| Ok(!is_any(OverdueCursor::from(at.saturating_sub(grace)))?);
    let reckoned = reckoned(pool, ledger, setting, is_enough).await?;
    stats.clock.merge(pool.clock());
    if let Some(writer) = ledger.writer() {
        let now = setting.clock.now();
        writer.write(|store, permit| store.record_clock(permit, reckoned.clock, now))?;
    }
    let passed = reckoned
        .instant()
        .map(|at| overdue.min(at.saturating_sub(grace)));
    if let Some(cutoff) = passed {
        expire(cutoff, ledger, setting, left, stats, print)?;
    }
    if stats.halt.is_none() {
        let from = passed.map_or(OverdueCursor::START, OverdueCursor::from);
        keep((from, overdue), ledger, &reckoned, *left, stats, print)?;
    }
    Ok(())
}

fn expire(
    cutoff: Instant,
    ledger: &Ledger,
    setting: &RunContext,
    left: &mut u64,
    stats: &mut RunStats,
    print: &mut OnResult<'_>,
) -> Result<(), RoundError> {
    let mut next = Some(OverdueCursor::START);
    while let Some(after) = next.filter(|_| *left > 0) {
        if setting.is_over() {
            stats.halt = Some(StopReason::OutOfTime);
            break;
        }
        let size = TOGETHER.min(u32::try_from(*left).unwrap_or(u32::MAX));
        let (orders, then) = match ledger {
            Ledger::ReadWrite(writer) => {
                let by = Actor {
                    actor: ACTOR,
                    now: setting.clock.now(),
                };
                writer
                    .write(|store, permit| store.expire_by_clock(permit, cutoff, after, size, by))?
            }
            Ledger::ReadOnly(reader) => reader.overdue_by_clock(cutoff, after, size)?,
        };
        let (action, status) = match ledger {
            Ledger::ReadWrite(_) => (CheckAction::Expired, OrderStatus::Expired),
            Ledger::ReadOnly(_) => (CheckAction::WouldExpire, OrderStatus::Pending),
        };
        for order in &orders {
            let reason = "the deadline has passed, and the order has no payment at a gateway (O7)";
            let line = line(order, action, status, reason.to_owned());
            stats.count(&line);
            print(&line)?;
            *left -= 1;
        }
        next = then;
    }
    Ok(())
}

/// Orders that only this machine's clock calls overdue.
fn keep(
    (from, overdue): (OverdueCursor, Instant),
    ledger: &Ledger,
    reckoned: &ReckonedTime,
    left: u64,
    stats: &mut RunStats,
    print: &mut OnResult<'_>,
) -> Result<(), RoundError> {
    let size = TOGETHER.min(u32::try_from(left).unwrap_or(u32::MAX));
    let (orders, _) = ledger.read().overdue_by_clock(overdue, from, size)?;
    for order in &orders {
        let line = line(
            order,
            CheckAction::Kept,
            OrderStatus::Pending,
            reckoned.reason(),
        );
        stats.count(&line);
        print(&line)?;
        if reckoned.is_for_a_person() {
            stats.keep_for_person(KeptOrder {
                id: order.id,
                number: order.number.clone(),
                why: reckoned.reason(),
                by_clock: true,
            });
        } else {
            stats.kept_unanswered += 1;
        }
    }
    Ok(())
}

fn line(order: &Overdue, action: CheckAction, after: OrderStatus, reason: String) -> CheckResult {
    let about = (order.number.clone(), order.total);
    let reason = CheckReason::Found { words: reason };
    CheckResult::of_order(about, (OrderStatus::Pending, after), action, reason)
}
