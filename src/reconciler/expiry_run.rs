//! Expires overdue orders: query, close at the gateway, query again, and release only what is proven unpaid.

use super::checked::{CheckResult, OnResult};
use super::close_expired::CloseExpired;
use super::error::RoundError;
use super::gateways::GatewayPool;
use super::ledger::Ledger;
use super::run_context::RunContext;
use super::stats::RunStats;
use super::time::reckon;
use crate::domain::decide::release::{ends_by_time, release};
use crate::domain::{
    Change, CheckReason, CloseReason, Dossier, Instant, OrderId, Payment, QueryPurpose, Reckoning,
    ReleaseBlocker, ReleaseRequest, Rule,
};
use crate::store::{Actor, DuePayment, Reader, StoreError};

/// Which orders to end, and how.
pub struct ExpiryRun<'a> {
    pub orders: &'a [OrderId],
    /// What an order is to become; `None` if it does not qualify, or no longer.
    pub request: &'a dyn Fn(&Dossier) -> Option<ReleaseRequest<'a>>,
    /// Who ends it, for the audit log.
    pub actor: &'a str,
}

/// Ends those orders that are proven unpaid, and reports a line for each. In a preview the gateways are
/// queried, but nothing is closed and nothing is written.
///
/// # Errors
/// As [`RunContext::query`]. What was written stays written.
pub async fn expire(
    work: &ExpiryRun<'_>,
    pool: &mut GatewayPool,
    ledger: &Ledger,
    setting: &RunContext,
    print: &mut OnResult<'_>,
) -> Result<RunStats, RoundError> {
    let mut endings = CloseExpired::default();
    let asked_from = setting.clock.now();
    let before = dossiers(work, ledger.read(), asked_from)?;
    if let Some(writer) = ledger.writer() {
        let is_tried = |order: &&OrderId| !is_tripped(&before, **order, pool);
        let tried: Vec<OrderId> = work.orders.iter().filter(is_tried).copied().collect();
        writer.write(|store, permit| store.record_tried(permit, &tried, asked_from))?;
    }
    let open = before.iter().flat_map(|(dossier, request)| {
        payments_to_query(dossier, |payment| {
            is_open_question(payment, *request, asked_from) || dossier.is_claimed(payment.id)
        })
    });
    let open: Vec<DuePayment> = open.collect();
    let mut keep = |line: &CheckResult| endings.on_result(line);
    // Only another gateway can have something to close while one hangs.
    let reading = if ledger.writer().is_some() && !is_at_one_gateway(&open) {
        setting.before_closing()
    } else {
        setting.clone()
    };
    let stats = reading
        .query_payments((open, QueryPurpose::Read), pool, ledger, &mut keep)
        .await?;
    endings.absorb(stats);

    let later = dossiers(work, ledger.read(), asked_from)?;
    let time = time_for(&later, pool, ledger, setting).await?;
    let to_close = to_close(later, pool, setting);
    if let Some(writer) = ledger.writer() {
        let why = (Rule::O4, work.actor);
        let mut keep = |line: &CheckResult| endings.on_result(line);
        let stats = setting
            .close_payments(to_close, why, pool, writer, &mut keep)
            .await?;
        endings.absorb(stats);
    }

    for (dossier, mut request) in before {
        request.time = time;
        let line = match ledger {
            Ledger::ReadWrite(writer) => {
                let (id, trouble) = (dossier.order.id, pool.clock_trouble());
                let by = Actor {
                    actor: work.actor,
                    now: setting.clock.now(),
                };
                let decide = |today: Dossier| {
                    let today = today.asked_from(asked_from);
                    end(&today, work, (by.now, time), trouble)
                };
                let acted =
                    writer.write(|store, permit| store.update_order(permit, id, by, decide))?;
                let after = writer.read().dossier(id)?;
                endings.line(&dossier, after.as_ref().unwrap_or(&dossier), acted, pool)
            }
            Ledger::ReadOnly(_) => endings.preview(dossier, request, pool, setting),
        };
        endings.stats.count(&line);
        print(&line)?;
    }
    Ok(endings.stats)
}

/// This run sends no more queries about the order, so it keeps its place in the queue.
fn is_tripped(
    orders: &[(Dossier, ReleaseRequest<'_>)],
    order: OrderId,
    pool: &GatewayPool,
) -> bool {
    let mut found = orders.iter().map(|(dossier, _)| dossier);
    let found = found.find(|dossier| dossier.order.id == order);
    let mut payments = found.into_iter().flat_map(|dossier| &dossier.payments);
    payments.any(|payment| pool.is_tripped(&payment.gateway))
}

/// Which time has surely passed, if an order can only expire by it. An order that turns out to be one of those later is
/// kept for the next run.
async fn time_for(
    orders: &[(Dossier, ReleaseRequest<'_>)],
    pool: &mut GatewayPool,
    ledger: &Ledger,
    setting: &RunContext,
) -> Result<Reckoning, RoundError> {
    let by_time = orders
        .iter()
        .filter(|(dossier, request)| request.to == CloseReason::Expired && ends_by_time(dossier));
    match by_time.map(|(_, request)| request.proof_from).max() {
        None => Ok(Reckoning::Unanswered),
        Some(last) => reckon(pool, ledger, setting, |at| Ok(at > last)).await,
    }
}

fn is_at_one_gateway(rows: &[DuePayment]) -> bool {
    let mut gateways = rows.iter().map(|row| &row.payment.gateway);
    let first = gateways.next();
    gateways.all(|gateway| Some(gateway) == first)
}

fn dossiers<'a>(
    work: &ExpiryRun<'a>,
    reader: &Reader,
    asked_from: Instant,
) -> Result<Vec<(Dossier, ReleaseRequest<'a>)>, StoreError> {
    let mut found = Vec::with_capacity(work.orders.len());
    for order in work.orders {
        if let Some(dossier) = reader.dossier(*order)?
            && let Some(request) = (work.request)(&dossier)
        {
            found.push((dossier.asked_from(asked_from), request));
        }
    }
    Ok(found)
}

/// A payment that is open, or whose last answer came too early to prove anything.
fn is_open_question(payment: &Payment, request: ReleaseRequest<'_>, now: Instant) -> bool {
    payment.status.is_open() || !request.is_proven_by(payment, now)
}

fn payments_to_query(dossier: &Dossier, wanted: impl Fn(&Payment) -> bool) -> Vec<DuePayment> {
    let mut rows = DuePayment::of(dossier);
    rows.retain(|row| wanted(&row.payment));
    rows
}

/// The payments that keep these orders from ending only because they are still payable.
fn to_close(
    orders: Vec<(Dossier, ReleaseRequest<'_>)>,
    pool: &GatewayPool,
    setting: &RunContext,
) -> Vec<DuePayment> {
    let mut rows = Vec::new();
    if pool.clock_trouble().is_some() {
        return rows;
    }
    for (dossier, request) in orders {
        let (ids, is_silent) = match release(&dossier, request, setting.clock.now()) {
            Err(ReleaseBlocker::Payable(ids)) => (ids, false),
            Err(ReleaseBlocker::Unanswered(ids)) => (ids, true),
            _ => continue,
        };
        let wanted = |payment: &Payment| {
            let is_next = ids.contains(&payment.id) && pool.trouble(&payment.gateway).is_none();
            is_next && (!is_silent || pool.has_lost_opening(payment))
        };
        rows.extend(payments_to_query(&dossier, wanted));
    }
    rows
}

/// Decides about the order as it is in the writing transaction.
fn end(
    today: &Dossier,
    work: &ExpiryRun<'_>,
    (now, time): (Instant, Reckoning),
    trouble: Option<String>,
) -> Result<((), Vec<Change>), ReleaseBlocker> {
    let Some(request) = (work.request)(today) else {
        return Err(ReleaseBlocker::NotForIt);
    };
    if let Some(why) = trouble {
        return Err(ReleaseBlocker::Clock(CheckReason::ClockInDoubt {
            words: why,
        }));
    }
    release(today, ReleaseRequest { time, ..request }, now).map(|changes| ((), changes))
}
