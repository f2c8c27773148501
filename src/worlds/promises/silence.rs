//! Nothing is silent: what is owed, kept or may still change is asked about, by a query or of a person.

use super::{BrokenPromise, CheckedStep};
use crate::exit::Exit;
use crate::worlds::answers::{asked, read};
use crate::worlds::books::{BooksCopy, CopiedPayment};
use crate::worlds::record::{Exchange, LONG_MS, RequestKind};

const OWED: &str = "what is owed is known";
const ASKED: &str = "what may change is queried again";
const LOOKS: &str = "a look writes nothing";

const DAY_MS: i64 = 24 * 3_600_000;

pub(in crate::worlds) fn check(step: &CheckedStep<'_>) -> Vec<BrokenPromise> {
    let mut broken = Vec::new();
    for payment in &step.after.payments {
        broken.extend(unowed(step.after, payment));
        broken.extend(unasked(step, payment));
        broken.extend(asked_late(step, payment));
        broken.extend(half_asked(step, payment));
    }
    broken.extend(touched(step));
    broken
}

/// What is left of a payment, after everything that went back or is to go back.
pub(in crate::worlds) fn left_of(books: &BooksCopy, payment: &CopiedPayment) -> i64 {
    let refunds = books.refunds_of(payment.id);
    let counted = refunds.filter(|refund| !["failed", "rejected"].contains(&&*refund.status));
    let gone: i64 = counted.map(|refund| refund.amount).sum();
    payment.received - payment.charged_back - gone
}

/// Money for an order that is over goes back, or a person is asked or has decided.
fn unowed(books: &BooksCopy, payment: &CopiedPayment) -> Option<BrokenPromise> {
    let order = books.order(payment.order_id)?;
    let is_over = ["expired", "cancelled", "refunded"].contains(&order.status.as_str());
    let is_there = ["paid", "mismatch"].contains(&payment.status.as_str());
    let left = left_of(books, payment);
    if !is_over || !is_there || left <= 0 || is_decided(books, payment) {
        return None;
    }
    let words = format!(
        "{} is {}, and {left} of payment {} is neither due back nor asked about",
        order.number, order.status, payment.id
    );
    Some(BrokenPromise::new(OWED, words))
}

/// A person keeps the money, is asked about it, or has answered.
pub(in crate::worlds) fn is_decided(books: &BooksCopy, payment: &CopiedPayment) -> bool {
    let mut refunds = books.refunds_of(payment.id);
    let mut cases = books.cases.iter();
    let is_answered = cases.any(|case| {
        let is_about = case.payment_id == Some(payment.id);
        let by_person = case
            .resolution
            .as_deref()
            .is_some_and(|how| how != "settled");
        is_about && by_person
    });
    refunds.any(|refund| refund.declined) || books.asks_about_payment(payment) || is_answered
}

/// A payment leaves the schedule only when its watch has ended.
fn unasked(step: &CheckedStep<'_>, payment: &CopiedPayment) -> Option<BrokenPromise> {
    // Times of a wrong clock are put right as soon as a gateway confirms a right one.
    if step.memory.has_wrong_times() || payment.next_check_at.is_some() || !payment.is_at_gateway()
    {
        return None;
    }
    let now = step.now.as_millis();
    let watched_until = match payment.status.as_str() {
        "created" | "pending" | "challenged" => i64::MAX,
        "paid" | "mismatch" => payment.moved_at.saturating_add(45 * DAY_MS),
        _ if payment.seen => payment.moved_at.saturating_add(7 * DAY_MS),
        _ => return None,
    };
    (now < watched_until).then(|| {
        let words = format!(
            "payment {} ({}) is {}, and no query about it is to come",
            payment.id, payment.reference, payment.status
        );
        BrokenPromise::new(ASKED, words)
    })
}

/// A payment that has just been closed is asked about again within two hours: QR codes are paid late.
fn asked_late(step: &CheckedStep<'_>, payment: &CopiedPayment) -> Option<BrokenPromise> {
    let is_closed = |status: &str| ["failed", "cancelled", "expired"].contains(&status);
    let before = step.before.payment(payment.id)?;
    let was_open = ["pending", "challenged"].contains(&before.status.as_str());
    let has_closed = was_open && is_closed(&payment.status) && payment.check_phase == "watch";
    let next = payment
        .next_check_at
        .filter(|_| has_closed && !step.memory.has_wrong_times())?;
    let wait = next.saturating_sub(payment.last_asked_at);
    (wait > 2 * 3_600_000).then(|| {
        let words = format!(
            "payment {} has just closed, and is asked about in {wait} ms",
            payment.id
        );
        BrokenPromise::new(ASKED, words)
    })
}

/// The silence under the reference of a payment does not keep a check from asking by the id of its try.
fn half_asked(step: &CheckedStep<'_>, payment: &CopiedPayment) -> Option<BrokenPromise> {
    let run = step
        .run
        .filter(|run| run.is_check_all_fix() && run.is_done())?;
    let before = step.before.payment(payment.id)?;
    let id = before.transaction_id.as_ref()?;
    // Who is not due may be asked by one name, to see whether the account is the right one.
    let is_due = |at: i64| !run.has("--due") || at <= run.began_by_own_clock();
    before.next_check_at.filter(|at| is_due(*at))?;
    // The other gateway has one name for a payment.
    let mut payments = step.after.payments.iter();
    let is_shared =
        payments.any(|other| other.id != payment.id && other.reference == payment.reference);
    let is_named_once = is_shared || payment.gateway != "midtrans" || *id == payment.reference;
    if run.exit == Some(Exit::Config) || is_named_once {
        return None;
    }
    let is_read = |each: &&Exchange| each.kind == RequestKind::Read && each.to == payment.gateway;
    let reads: Vec<&Exchange> = run.exchanges.iter().filter(is_read).collect();
    let about = |name: &str| -> Vec<&Exchange> {
        let is_it = |each: &&Exchange| asked(each).is_some_and(|asked| asked == name);
        reads.iter().copied().filter(is_it).collect()
    };
    let by_reference = about(&payment.reference);
    let is_silent = by_reference.len() == 1 && by_reference.iter().all(|each| read(each).is_none());
    let answers_others = reads.iter().any(|each| read(each).is_some());
    // Then its time was over behind the first name.
    let is_cut = run.took_ms() >= LONG_MS;
    (is_silent && answers_others && !is_cut && about(id).is_empty()).then(|| {
        let words = format!(
            "payment {} was not asked about by its id after silence",
            payment.id
        );
        BrokenPromise::new(ASKED, words)
    })
}

/// A command that only looks leaves the books as they were.
fn touched(step: &CheckedStep<'_>) -> Option<BrokenPromise> {
    let run = step.run.filter(|run| run.is_look())?;
    let is_changed = step.after.has_changed_since(step.before);
    is_changed.then(|| {
        let line = run.arguments.join(" ");
        BrokenPromise::new(LOOKS, format!("payctl {line} has changed the books"))
    })
}
