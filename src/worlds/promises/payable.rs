//! No order that is paid or over stays payable for longer than one run without an attempt to close it.

use super::{BrokenPromise, CheckedStep};
use crate::worlds::answers::{RawStatus, asked, read};
use crate::worlds::books::CopiedPayment;
use crate::worlds::record::{RequestKind, RunRecord};

const CLOSED: &str = "what nobody should pay is closed";

/// Between two attempts to close a payment.
const PAUSE_MS: i64 = 5 * 60_000;

pub(in crate::worlds) fn check(step: &CheckedStep<'_>) -> Vec<BrokenPromise> {
    let Some(run) = step.run else {
        return Vec::new();
    };
    let closes = run.is_check_all_fix() || run.is(&["expire"]);
    let is_timely = run.has_right_clock(step.terms) && !step.memory.has_wrong_times();
    if !closes || !run.is_done() || !is_timely {
        return Vec::new();
    }
    let mut broken = Vec::new();
    for payment in &step.after.payments {
        let is_over = |books: Option<&str>| books.is_some_and(|status| status != "pending");
        let Some(before) = step.before.payment(payment.id) else {
            continue;
        };
        let was_dead = is_over(step.status_before(payment.order_id)) && can_be_closed(before);
        let tried_at = before.close_tried_at.unwrap_or(0);
        let is_due = tried_at.saturating_add(PAUSE_MS) <= run.began_by_own_clock();
        if was_dead && is_due && can_be_closed(payment) && !was_tried(run, before) {
            let words = format!(
                "payment {} ({}) can still be paid, and nobody tried to close it",
                payment.id, payment.reference
            );
            broken.push(BrokenPromise::new(CLOSED, words));
        }
    }
    broken
}

/// Open, and known by a name under which its gateway could close it.
fn can_be_closed(payment: &CopiedPayment) -> bool {
    let is_named = payment.token.is_some() || payment.transaction_id.is_some();
    match payment.status.as_str() {
        "pending" | "challenged" => payment.api_version == 1 || is_named,
        "created" => is_named,
        _ => false,
    }
}

/// A gateway that is silent, refuses the key, or does not know the payment, is left alone.
fn was_tried(run: &RunRecord, payment: &CopiedPayment) -> bool {
    let names = [
        Some(&payment.reference),
        payment.transaction_id.as_ref(),
        payment.token.as_ref(),
    ];
    run.requests_about(payment).any(|request| {
        let is_it = || asked(request).is_some_and(|name| names.contains(&Some(&name)));
        let is_refused = |(code, body): &(u16, String)| {
            matches!(code, 401 | 410 | 429 | 500..) || body.contains(r#""401""#)
        };
        let is_wordless = request.kind == RequestKind::Read && read(request).is_none();
        let is_silent = is_wordless || request.reply.as_ref().is_none_or(is_refused);
        let is_unknown = read(request).is_some_and(|answer| answer.said == RawStatus::NotFound);
        (request.kind == RequestKind::Close && is_it()) || is_silent || (is_unknown && is_it())
    })
}
