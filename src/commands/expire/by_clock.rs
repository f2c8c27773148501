//! O7: orders that no gateway has a payment of end by the time alone, as far as the time is confirmed.

use super::ACTOR;
use crate::commands::reckoning::{Reckoned, reckoned};
use crate::domain::instant::Instant;
use crate::domain::order::OrderStatus;
use crate::reconciler::{
    Action, Checked, Crew, Halt, KeptOrder, Pen, Print, RoundError, Setting, Tally,
};
use crate::store::{Hand, Overdue, OverdueCursor};

/// So many orders without a gateway payment expire in one transaction, and so many that are kept are listed.
const TOGETHER: u32 = 1_000;

/// Ends what is overdue, and tells what is kept because nobody confirms the time.
pub(super) async fn by_clock(
    crew: &mut Crew,
    mut pen: Pen,
    setting: &Setting,
    left: &mut u64,
    tally: &mut Tally,
    print: &mut Print<'_>,
) -> Result<Pen, RoundError> {
    let overdue = setting.now.minus(setting.policy.grace);
    let is_any = |pen: &Pen, from: OverdueCursor| -> Result<bool, RoundError> {
        let (orders, _) = pen.read().overdue_by_clock(overdue, from, 1)?;
        Ok(!orders.is_empty())
    };
    if !is_any(&pen, OverdueCursor::START)? {
        return Ok(pen);
    }
    let grace = setting.policy.grace;
    let is_enough = |at: Instant| Ok(!is_any(&pen, OverdueCursor::from(at.minus(grace)))?);
    let reckoned = reckoned(crew, pen.read(), setting, is_enough).await?;
    tally.clock.merge(crew.clock());
    if let Pen::Writing { store, permit } = &mut pen {
        store.note_clock(permit, reckoned.clock, setting.clock.now())?;
    }
    let passed = reckoned.instant().map(|at| overdue.min(at.minus(grace)));
    let pen = match passed {
        Some(cutoff) => expire(cutoff, pen, setting, left, tally, print)?,
        None => pen,
    };
    if tally.halt.is_none() {
        let from = passed.map_or(OverdueCursor::START, OverdueCursor::from);
        keep((from, overdue), &pen, &reckoned, *left, tally, print)?;
    }
    Ok(pen)
}

fn expire(
    cutoff: Instant,
    mut pen: Pen,
    setting: &Setting,
    left: &mut u64,
    tally: &mut Tally,
    print: &mut Print<'_>,
) -> Result<Pen, RoundError> {
    let mut next = Some(OverdueCursor::START);
    while let Some(after) = next.filter(|_| *left > 0) {
        if setting.is_over() {
            tally.halt = Some(Halt::OutOfTime);
            break;
        }
        let size = TOGETHER.min(u32::try_from(*left).unwrap_or(u32::MAX));
        let (orders, then) = match &mut pen {
            Pen::Writing { store, permit } => {
                let hand = Hand {
                    actor: ACTOR,
                    now: setting.clock.now(),
                };
                store.expire_by_clock(permit, cutoff, after, size, hand)?
            }
            Pen::Looking(reader) => reader.overdue_by_clock(cutoff, after, size)?,
        };
        let (action, status) = match pen {
            Pen::Writing { .. } => (Action::Expired, OrderStatus::Expired),
            Pen::Looking(_) => (Action::WouldExpire, OrderStatus::Pending),
        };
        for order in &orders {
            let reason = "its time is up, and no gateway has a payment of it (O7)";
            let line = line(order, action, status, reason.to_owned());
            tally.count(&line);
            print(&line)?;
            *left -= 1;
        }
        next = then;
    }
    Ok(pen)
}

/// What this machine's clock alone calls overdue.
fn keep(
    (from, overdue): (OverdueCursor, Instant),
    pen: &Pen,
    reckoned: &Reckoned,
    left: u64,
    tally: &mut Tally,
    print: &mut Print<'_>,
) -> Result<(), RoundError> {
    let size = TOGETHER.min(u32::try_from(left).unwrap_or(u32::MAX));
    let (orders, _) = pen.read().overdue_by_clock(overdue, from, size)?;
    for order in &orders {
        let line = line(order, Action::Kept, OrderStatus::Pending, reckoned.reason());
        tally.count(&line);
        print(&line)?;
        if reckoned.is_for_a_person() {
            tally.kept_for_person.push(KeptOrder {
                id: order.id,
                number: order.number.clone(),
                why: reckoned.reason(),
            });
        } else {
            tally.kept_unanswered += 1;
        }
    }
    Ok(())
}

fn line(order: &Overdue, action: Action, after: OrderStatus, reason: String) -> Checked {
    let about = (order.number.clone(), order.total);
    Checked::of_order(about, (OrderStatus::Pending, after), action, reason)
}
