//! Money in the books is money that moved, and what was booked stays booked.

use super::{BrokenPromise, CheckedStep};
use crate::worlds::books::CopiedPayment;

const TRUE: &str = "booked money is true";
const STAYS: &str = "booked money stays";
const TWICE: &str = "what went back twice is asked about";

pub(in crate::worlds) fn check(step: &CheckedStep<'_>) -> Vec<BrokenPromise> {
    let mut broken = Vec::new();
    for payment in &step.after.payments {
        let before = step.before.payment(payment.id);
        let is_news = before.is_none_or(|before| {
            (&before.status, before.received) != (&payment.status, payment.received)
        });
        if is_news && payment.is_at_gateway() && !step.memory.is_by_word(payment) {
            broken.extend(untrue(step, payment));
        }
        broken.extend(before.and_then(|before| forgotten(before, payment)));
        broken.extend(gone_twice(step, payment));
    }
    broken
}

fn has_money(payment: &CopiedPayment) -> bool {
    ["paid", "mismatch"].contains(&payment.status.as_str())
}

fn untrue(step: &CheckedStep<'_>, payment: &CopiedPayment) -> Option<BrokenPromise> {
    let mut money = step.memory.money_of(payment);
    let told = |words: String| Some(BrokenPromise::new(TRUE, words));
    if has_money(payment) && !money.any(|money| money.captured == payment.received) {
        let (id, reference) = (payment.id, &payment.reference);
        let words = format!(
            "payment {id} ({reference}) is {} with {}, which nobody paid",
            payment.status, payment.received
        );
        return told(words);
    }
    let mut money = step.memory.money_of(payment);
    if payment.status == "reversed" && !money.any(|money| money.is_reversed) {
        let words = format!("payment {} was not reversed", payment.id);
        return told(words);
    }
    None
}

fn forgotten(before: &CopiedPayment, after: &CopiedPayment) -> Option<BrokenPromise> {
    let is_there = has_money(after) || after.status == "reversed";
    let is_kept = !has_money(before) || (is_there && after.received > 0);
    if is_kept {
        return None;
    }
    let words = format!(
        "payment {} was {} with {}, and is {} with {}",
        after.id, before.status, before.received, after.status, after.received
    );
    Some(BrokenPromise::new(STAYS, words))
}

/// A customer may bear a fee that one gateway does not report, so only what came through others counts here.
fn gone_twice(step: &CheckedStep<'_>, payment: &CopiedPayment) -> Option<BrokenPromise> {
    let gone = payment.refunded + payment.charged_back;
    let is_more = payment.received > 0 && gone > payment.received && payment.gateway == "midtrans";
    let mut cases = step.after.cases.iter();
    let is_asked =
        cases.any(|case| case.kind == "refunded_twice" && case.payment_id == Some(payment.id));
    (is_more && !is_asked).then(|| {
        let words = format!(
            "{gone} of {} went back of payment {}, and no case was opened",
            payment.received, payment.id
        );
        BrokenPromise::new(TWICE, words)
    })
}
