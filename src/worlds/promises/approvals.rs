//! What a person books by hand is booked, and not beside money that can still come.

use super::{BrokenPromise, CheckedStep};
use crate::exit::Exit;
use crate::worlds::answers::{asked, read};
use crate::worlds::books::{BooksCopy, CopiedPayment};
use crate::worlds::record::{RequestKind, RunRecord};

const BOOKED: &str = "an approval is booked";
const BESIDE: &str = "nothing is approved beside what can be paid";

pub(in crate::worlds) fn check(step: &CheckedStep<'_>) -> Vec<BrokenPromise> {
    let approved = step
        .run
        .filter(|run| run.is(&["approve"]) && run.exit == Some(Exit::Clean));
    let order = approved.and_then(|run| {
        let number = run.arguments.get(1)?;
        let mut orders = step.after.orders.iter();
        orders.find(|order| order.number == *number)
    });
    let (Some(run), Some(order)) = (approved, order) else {
        return Vec::new();
    };
    let mut broken = Vec::new();
    if by_hand(step.after, order.id) == 0 {
        let words = format!("no money by hand is booked for {}", order.number);
        broken.push(BrokenPromise::new(BOOKED, words));
    }
    let is_repeated = by_hand(step.before, order.id) > 0;
    if run.has("--even-if-payable") || is_repeated {
        return broken;
    }
    for payment in step.before.payments_of(order.id) {
        let is_open = ["pending", "challenged"].contains(&payment.status.as_str());
        if is_open && payment.is_at_gateway() && !was_asked(run, payment) {
            let words = format!(
                "{} was approved, and payment {} was not asked about",
                order.number, payment.id
            );
            broken.push(BrokenPromise::new(BESIDE, words));
        }
    }
    broken
}

/// What was approved for an order and not withdrawn; rupiah.
fn by_hand(books: &BooksCopy, order: i64) -> i64 {
    let payments = books.payments_of(order);
    let by_hand = payments.filter(|payment| payment.gateway == "manual");
    by_hand.map(|payment| payment.received).sum()
}

fn was_asked(run: &RunRecord, payment: &CopiedPayment) -> bool {
    run.requests_about(payment).any(|each| {
        let is_it = || asked(each).is_some_and(|name| payment.is_called(&name));
        each.kind == RequestKind::Read && is_it() && read(each).is_some()
    })
}
