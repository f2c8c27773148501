//! What one answer leaves behind in the payment it is about.

use crate::domain::decide::refunded;
use crate::domain::{
    AmountBasis, AmountParts, CloseResult, Finding, Observation, Payment, Reported, Rule, Rupiah,
    Transition,
};

/// Behind the meaning of a "not found" that proves nothing (G1): once the account is proven, it is news.
const UNPROVEN: &str = "|unproven";

/// What is kept of an answer, whether or not it moves anything. The schedule is not part of it.
pub(in crate::domain) fn payment_after_answer(
    payment: &Payment,
    observed: &Observation,
    finding: &Finding,
) -> Payment {
    let mut after = payment.clone();
    if matches!(observed.said, Reported::NoAnswer(_)) {
        return after;
    }
    after.raw_status.clone_from(&observed.raw_status);
    after.last_meaning = Some(meaning_after(payment, observed, finding));
    after.seen |= observed.said != Reported::NotStarted;
    if after.transaction_id.is_none() {
        after.transaction_id.clone_from(&observed.transaction_id);
    }
    if observed.method.is_some() {
        after.method.clone_from(&observed.method);
    }
    if let Some(deadline) = observed.deadline {
        // A number issued on a page may run out before the page does.
        after.deadline = if after.on_page {
            after.deadline.max(deadline)
        } else {
            deadline
        };
    }
    after.back = refunded::refunded_after(payment, observed);
    if let Some(fee) = fee_to_come(payment, observed) {
        after = after.with_fee_on_top(fee);
    }
    if matches!(observed.said, Reported::Paid { .. }) {
        after.denied_since = None;
        after.reversible = observed.reversible;
    }
    if let Some(answer) = observed.close_answer {
        after.close_answer = Some(answer);
        after.close_tries += u32::from(close_changed_nothing(payment, answer, &observed.said));
    }
    let is_denial = matches!(observed.said, Reported::Failed | Reported::Cancelled);
    if is_denial && after.status.has_money() && after.transaction_id == observed.transaction_id {
        after.denied_since = after.denied_since.or(Some(observed.dated_at()));
    }
    after
}

/// The meaning of an answer to keep. What nobody believed yet is not what was believed; what was believed before stays.
pub(in crate::domain) fn meaning_after(
    payment: &Payment,
    observed: &Observation,
    finding: &Finding,
) -> String {
    let meaning = observed.meaning();
    let is_unproven = matches!(finding, Finding::Review(Rule::G1, _));
    if is_unproven && payment.last_meaning.as_ref() != Some(&meaning) {
        return meaning + UNPROVEN;
    }
    meaning
}

/// What the gateway has put on top of a payment that waits for its money: the customer is asked for that much.
fn fee_to_come(payment: &Payment, observed: &Observation) -> Option<Rupiah> {
    let waits = matches!(observed.said, Reported::Pending | Reported::Challenged);
    match observed.parts {
        AmountParts::Told { original, fee } if waits && !payment.status.has_money() => {
            payment.fee_within(original + fee, observed.measure, observed.parts)
        }
        AmountParts::Told { .. } | AmountParts::Absent | AmountParts::Unclear => None,
    }
}

/// A request to close it has changed nothing: it waits for its money, or is a page that can still be used.
fn close_changed_nothing(payment: &Payment, answer: CloseResult, said: &Reported) -> bool {
    let may_be_used = payment.status.is_open() && answer == CloseResult::Refused;
    *said == Reported::Pending || (*said == Reported::NotStarted && may_be_used)
}

/// Moves a payment that has taken note of the answer already.
pub(in crate::domain) fn make_move(
    after: &mut Payment,
    transition: &Transition,
    observed: &Observation,
) {
    if after.status != transition.to {
        after.status = transition.to;
        after.moved_at = observed.dated_at();
    }
    if let Some(received) = transition.received {
        if let Some(fee) = after.fee_within(received, observed.measure, observed.parts) {
            *after = after.clone().with_fee_on_top(fee);
        }
        after.received = received;
        after.received_at = observed.paid_at.or(Some(observed.dated_at()));
        after.surcharge = match observed.measure {
            AmountBasis::Payable => after.payable.saturating_sub(after.amount),
            AmountBasis::Price => Rupiah::ZERO,
        };
    }
    if let Some(total) = transition.refunded {
        after.refunded = total;
    }
    if let Some(total) = transition.charged_back {
        after.charged_back = total;
    }
    if transition.rule == Rule::P26 {
        // What is still missing of refunds is another question.
        let shown = after.back.shown;
        after.back.less = after.back.less.filter(|less| less.refunded < shown);
    }
    if transition.rule == Rule::P14 {
        after.denied_since = None;
    }
    after.version += 1;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::samples::{minute, payment, said};
    use crate::domain::{CloseResult, PaymentStatus};

    #[test]
    fn a_close_that_changed_nothing_is_counted() {
        use CloseResult::{Closed, Refused};
        for (status, answer, then, tries) in [
            (PaymentStatus::Pending, Refused, Reported::Pending, 3),
            (PaymentStatus::Pending, Closed, Reported::Pending, 3),
            (PaymentStatus::Created, Refused, Reported::NotStarted, 3),
            (PaymentStatus::Created, Closed, Reported::NotStarted, 2),
            (PaymentStatus::Expired, Refused, Reported::NotStarted, 2),
            (PaymentStatus::Pending, Refused, Reported::Cancelled, 2),
        ] {
            let mut tried = payment(1, status);
            tried.close_tries = 2;
            let heard = Observation {
                close_answer: Some(answer),
                ..said(then.clone(), minute(5))
            };
            let after = payment_after_answer(&tried, &heard, &Finding::Match);
            assert_eq!(after.close_tries, tries, "{status} {answer:?} {then:?}");
            assert_eq!(after.close_answer, Some(answer));
        }
    }
}
