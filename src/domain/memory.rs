//! What one answer leaves behind in the payment it is about.

use super::gone_back;
use super::imposed_fee::AmountParts;
use super::money::Rupiah;
use super::observation::{Measure, Observation, Said};
use super::payment::{CloseAnswer, Payment};
use super::reconcile::Transition;
use super::rule::Rule;

/// What is kept of an answer, whether or not it moves anything. The schedule is not part of it.
pub(super) fn remember(payment: &Payment, heard: &Observation) -> Payment {
    let mut after = payment.clone();
    if matches!(heard.said, Said::NoAnswer(_)) {
        return after;
    }
    after.raw_status.clone_from(&heard.raw_status);
    after.last_meaning = Some(heard.meaning());
    after.seen |= heard.said != Said::NotStarted;
    if after.transaction_id.is_none() {
        after.transaction_id.clone_from(&heard.transaction_id);
    }
    if heard.method.is_some() {
        after.method.clone_from(&heard.method);
    }
    if let Some(deadline) = heard.deadline {
        // A number issued on a page may run out before the page does.
        after.deadline = if after.on_page {
            after.deadline.max(deadline)
        } else {
            deadline
        };
    }
    after.back = gone_back::remember(payment, heard);
    if let Some(fee) = fee_to_come(payment, heard) {
        after = after.with_fee_on_top(fee);
    }
    if matches!(heard.said, Said::Paid { .. }) {
        after.denied_since = None;
        after.reversible = heard.reversible;
    }
    if let Some(answer) = heard.close_answer {
        after.close_answer = Some(answer);
        after.close_tries += u32::from(is_left_open(payment, answer, &heard.said));
    }
    let is_denial = matches!(heard.said, Said::Failed | Said::Cancelled);
    if is_denial && after.status.has_money() && after.transaction_id == heard.transaction_id {
        after.denied_since = after.denied_since.or(Some(heard.dated_at()));
    }
    after
}

/// What the gateway has put on top of a payment that waits for its money: the customer is asked for that much.
fn fee_to_come(payment: &Payment, heard: &Observation) -> Option<Rupiah> {
    let waits = matches!(heard.said, Said::Pending | Said::Challenged);
    match heard.parts {
        AmountParts::Told { original, fee } if waits && !payment.status.has_money() => {
            payment.fee_within(original + fee, heard.measure, heard.parts)
        }
        AmountParts::Told { .. } | AmountParts::Absent | AmountParts::Unclear => None,
    }
}

/// A request to close it has changed nothing: it waits for its money, or is a page that can still be used.
fn is_left_open(payment: &Payment, answer: CloseAnswer, said: &Said) -> bool {
    let may_be_used = payment.status.is_open() && answer == CloseAnswer::Refused;
    *said == Said::Pending || (*said == Said::NotStarted && may_be_used)
}

/// Moves a payment that has taken note of the answer already.
pub(super) fn make_move(after: &mut Payment, transition: &Transition, heard: &Observation) {
    if after.status != transition.to {
        after.status = transition.to;
        after.moved_at = heard.dated_at();
    }
    if let Some(received) = transition.received {
        if let Some(fee) = after.fee_within(received, heard.measure, heard.parts) {
            *after = after.clone().with_fee_on_top(fee);
        }
        after.received = received;
        after.received_at = heard.paid_at.or(Some(heard.dated_at()));
        after.surcharge = match heard.measure {
            Measure::Payable => after.payable.less(after.amount),
            Measure::Price => Rupiah::ZERO,
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
