//! What must follow from money that has come or gone: late money revives its order where it can, a wrong amount and
//! each further charge-back ask a person.

use std::collections::BTreeSet;

use super::{BrokenPromise, CheckedStep, is_decided, left_of};
use crate::worlds::books::{BooksCopy, CopiedOrder, CopiedPayment};

const REVIVES: &str = "late money revives where it can";
const LOST: &str = "each charge-back asks a person";
const WRONG: &str = "a wrong amount asks a person";

/// Money for an order that was over for a month is a person's question.
const FRESH_MS: i64 = 29 * 24 * 3_600_000;

pub(in crate::worlds) fn check(step: &CheckedStep<'_>) -> Vec<BrokenPromise> {
    let mut broken = Vec::new();
    for order in &step.after.orders {
        broken.extend(unrevived(step, order));
    }
    for payment in &step.after.payments {
        broken.extend(unasked(step.after, payment));
        broken.extend(untold_loss(step, payment));
    }
    broken
}

/// An order that has expired lately, and whose whole price has just come in one payment, is paid: its stock was free, and
/// its products accept late money.
fn unrevived(step: &CheckedStep<'_>, order: &CopiedOrder) -> Option<BrokenPromise> {
    let stays = order.status == "expired" && step.status_before(order.id) == Some("expired");
    let is_fresh = step.now.as_millis().saturating_sub(order.moved_at) < FRESH_MS;
    // Another late payment of this run may have taken the last units.
    let is_free = is_sellable(step.before, order) && is_sellable(step.after, order);
    if !stays || !is_fresh || step.memory.has_wrong_times() || !is_free {
        return None;
    }
    let mut with_money = step
        .after
        .payments_of(order.id)
        .filter(|payment| payment.received > 0);
    let (payment, other) = (with_money.next()?, with_money.next());
    let is_new = step
        .before
        .payment(payment.id)
        .is_none_or(|before| before.received == 0);
    // A refund that is only due takes nothing away yet.
    let here = payment.received - payment.refunded - payment.charged_back;
    let is_whole = payment.status == "paid" && here >= order.total;
    // What asks what to do with late money asks nothing here: what to do is clear.
    let mut cases = step.after.cases.iter();
    let is_asked = cases.any(|case| {
        let is_open_about_all = case.payment_id.is_none()
            && case.resolved_at.is_none()
            && case.order_id == Some(order.id);
        (case.payment_id == Some(payment.id) && case.kind != "late_payment") || is_open_about_all
    });
    let has_refund = step
        .after
        .refunds_of(payment.id)
        .next()
        .is_some_and(|refund| refund.reason != "late");
    if other.is_some() || !is_new || !is_whole || is_asked || has_refund {
        return None;
    }
    let words = format!(
        "{} stays expired, although payment {} is whole",
        order.number, payment.id
    );
    Some(BrokenPromise::new(REVIVES, words))
}

/// Everything that it sold could be sold again, and may be for late money.
fn is_sellable(books: &BooksCopy, order: &CopiedOrder) -> bool {
    let lines = || books.lines.iter().filter(|line| line.order_id == order.id);
    lines().all(|line| {
        let product = books
            .products
            .iter()
            .find(|product| product.id == line.product_id);
        let wanted: i64 = lines()
            .filter(|other| other.product_id == line.product_id)
            .map(|other| other.quantity)
            .sum();
        product.is_some_and(|product| {
            let left = product
                .capacity
                .map(|capacity| capacity - product.held - product.sold);
            product.late_money == "accept" && left.is_none_or(|left| left >= wanted)
        })
    })
}

/// What is left of a wrong amount is somebody's decision, whatever the order is.
fn unasked(books: &BooksCopy, payment: &CopiedPayment) -> Option<BrokenPromise> {
    let is_open = payment.status == "mismatch" && left_of(books, payment) > 0;
    if !is_open || is_decided(books, payment) {
        return None;
    }
    let words = format!("payment {} is a mismatch, and nobody is asked", payment.id);
    Some(BrokenPromise::new(WRONG, words))
}

/// A case that was open before tells of less: whoever has read it knows nothing of the rest.
fn untold_loss(step: &CheckedStep<'_>, payment: &CopiedPayment) -> Option<BrokenPromise> {
    let before = step.before.payment(payment.id)?;
    let cases = |books: &BooksCopy| -> BTreeSet<i64> {
        let about = books
            .cases
            .iter()
            .filter(|case| case.kind == "chargeback" && case.payment_id == Some(payment.id));
        about.map(|case| case.id).collect()
    };
    let is_told = cases(step.after).len() > cases(step.before).len();
    let has_grown = payment.charged_back > before.charged_back;
    (has_grown && !is_told).then(|| {
        let words = format!(
            "{} is charged back of payment {}, {} before, and no case tells it",
            payment.charged_back, payment.id, before.charged_back
        );
        BrokenPromise::new(LOST, words)
    })
}
