//! Comparing one payment with what its gateway said: the table of payment moves.
//!
//! A gateway's answer moves nothing by itself; only a finding of this file does.

use std::time::Duration;

use crate::domain::decide::reference_collision::is_foreign;
use crate::domain::decide::refunded::agreed;
use crate::domain::{
    AccountEvidence, CaseKind, CloseResult, Finding, Observation, Payment, PaymentStatus, Policy,
    Reported, Rule, Rupiah, Transition,
};
use crate::faults::planted;

/// Two denials of money that had come in must lie this far apart to be believed.
pub const REVERSAL_NEEDS: Duration = Duration::from_secs(60);

/// Compares one payment with what its gateway said. Pure: same arguments, same finding.
#[must_use]
pub fn reconcile(
    payment: &Payment,
    observed: &Observation,
    account: AccountEvidence,
    policy: &Policy,
) -> Finding {
    use PaymentStatus::{
        Cancelled, Challenged, Created, Expired, Failed, Mismatch, Paid, Pending, Reversed,
    };
    use Rule::{P2, P4, P5, P8, P19};

    match (payment.status, &observed.said) {
        _ if is_foreign(payment, observed, policy) => {
            with_case(P2, Failed, CaseKind::GatewayContradiction)
        }
        // P18: silence is not an answer.
        (_, Reported::NoAnswer(why)) => Finding::Unchecked(why.clone()),
        (_, Reported::Unrecognised { .. }) => Finding::Review(P19, CaseKind::UnknownStatus),

        (_, Reported::NotStarted) => not_started(payment, observed, account, policy),

        (_, Reported::Refunded { paid, total }) if *total + observed.past_it > payment.refunded => {
            refunded(payment, observed, *paid, *total + observed.past_it)
        }
        (_, Reported::ChargedBack { paid, total }) if *total > payment.charged_back => {
            charged_back(payment, observed, *paid, *total)
        }
        // Money that went back and is known already says only that the money had come in.
        (
            _,
            Reported::Paid { amount: paid }
            | Reported::Refunded { paid, .. }
            | Reported::ChargedBack { paid, .. },
        ) => paid_finding(payment, observed, *paid),

        (Created | Failed | Cancelled | Expired, Reported::Pending) => moves(P4, Pending),
        (Created | Pending | Failed | Cancelled | Expired, Reported::Challenged) => {
            with_case(P5, Challenged, CaseKind::Challenged)
        }
        (Created | Pending | Challenged, Reported::Failed) => moves(P8, Failed),
        (Created | Pending | Challenged, Reported::Cancelled) => moves(P8, Cancelled),
        (Created | Pending | Challenged, Reported::Expired) => moves(P8, Expired),
        (Created | Pending | Challenged, Reported::Closed) => closed(payment, observed, policy),

        (
            Paid | Mismatch | Reversed,
            Reported::Pending
            | Reported::Challenged
            | Reported::Expired
            | Reported::Cancelled
            | Reported::Closed
            | Reported::Failed,
        ) => no_longer_paid(payment, observed),

        // Agreement, P12 (a closed payment stays closed), and every pair no rule names.
        (Pending, Reported::Pending)
        | (Challenged, Reported::Challenged | Reported::Pending)
        | (
            Failed | Cancelled | Expired,
            Reported::Failed | Reported::Cancelled | Reported::Expired | Reported::Closed,
        ) => Finding::Match,
    }
}

/// G1, P10, P11 and P13: the gateway does not know it. Anything else agrees, or no rule names it.
fn not_started(
    payment: &Payment,
    observed: &Observation,
    account: AccountEvidence,
    policy: &Policy,
) -> Finding {
    use PaymentStatus::{
        Cancelled, Challenged, Created, Expired, Failed, Mismatch, Paid, Pending, Reversed,
    };

    match payment.status {
        _ if account == AccountEvidence::Unproven => {
            Finding::Review(Rule::G1, CaseKind::UnprovenGateway)
        }
        Created if was_never_begun(payment, observed, policy) => moves(Rule::P10, Expired),
        Pending => Finding::Review(Rule::P11, CaseKind::ForgottenByGateway),
        Paid | Mismatch | Reversed => no_longer_paid(payment, observed),
        Created | Challenged | Failed | Cancelled | Expired => Finding::Match,
    }
}

/// P10: asked late enough, and when no call to open it could still be carried out.
fn was_never_begun(payment: &Payment, observed: &Observation, policy: &Policy) -> bool {
    let asked_at = observed.asked_at;
    !observed.is_clock_in_doubt()
        && payment.is_overdue(asked_at, policy.grace)
        && !payment.is_being_opened(asked_at)
}

/// P8: closed, and the gateway does not say why. Believed where there is a reason that we know: its time is over, or we
/// had it closed. Otherwise nothing moves, so that a misread word ends no payment early.
fn closed(payment: &Payment, observed: &Observation, policy: &Policy) -> Finding {
    let is_over = payment.is_overdue(observed.asked_at, policy.grace);
    if is_over && !observed.is_clock_in_doubt() {
        moves(Rule::P8, PaymentStatus::Expired)
    } else if observed.close_answer == Some(CloseResult::Closed) {
        moves(Rule::P8, PaymentStatus::Cancelled)
    } else {
        Finding::Match
    }
}

/// P13 and P14: less than money is said of a payment that has brought some. A reversed one agrees with that.
fn no_longer_paid(payment: &Payment, observed: &Observation) -> Finding {
    let is_denial = matches!(observed.said, Reported::Failed | Reported::Cancelled);
    if payment.status == PaymentStatus::Reversed {
        Finding::Match
    } else if is_denial && is_reversal(payment, observed) {
        moves(Rule::P14, PaymentStatus::Reversed)
    } else {
        Finding::Review(Rule::P13, CaseKind::GatewayContradiction)
    }
}

/// P6, P7, P13, P17, P25 and P26: `paid` is in, by the gateway's word. Of a reversed payment, too, money is a fact.
fn paid_finding(payment: &Payment, observed: &Observation, paid: Rupiah) -> Finding {
    use PaymentStatus::{
        Cancelled, Challenged, Created, Expired, Failed, Mismatch, Paid, Pending, Reversed,
    };

    let is_right = is_right(payment, observed, paid);
    let is_known = paid == payment.received;
    match payment.status {
        Paid if is_known => agreed(payment, observed),
        Mismatch if is_known && !is_right => agreed(payment, observed),
        Created | Pending | Challenged | Failed | Cancelled | Expired | Mismatch if is_right => {
            book_finding(Rule::P6, Paid, paid, None)
        }
        Reversed if is_right || is_known => book_finding(Rule::P17, Paid, paid, None),
        Created | Pending | Challenged | Failed | Cancelled | Expired | Reversed => {
            book_finding(Rule::P7, Mismatch, paid, Some(CaseKind::AmountMismatch))
        }
        Paid | Mismatch => Finding::Review(Rule::P13, CaseKind::GatewayContradiction),
    }
}

/// What the customer was asked for, with the fee that the gateway has put on top.
fn is_right(payment: &Payment, observed: &Observation, paid: Rupiah) -> bool {
    let fee = payment.fee_within(paid, observed.measure, observed.parts);
    fee.is_some()
}

/// P15: more has been refunded than we knew. A capture never seen is booked first.
fn refunded(payment: &Payment, observed: &Observation, paid: Rupiah, total: Rupiah) -> Finding {
    drift(Transition {
        refunded: Some(total),
        ..refunded_transition(Rule::P15, payment, observed, paid)
    })
}

/// P16: more has been charged back than we knew. A person must answer the bank.
fn charged_back(payment: &Payment, observed: &Observation, paid: Rupiah, total: Rupiah) -> Finding {
    drift(Transition {
        charged_back: Some(total),
        case: Some(CaseKind::Chargeback),
        ..refunded_transition(Rule::P16, payment, observed, paid)
    })
}

fn refunded_transition(
    rule: Rule,
    payment: &Payment,
    observed: &Observation,
    paid: Rupiah,
) -> Transition {
    let (to, received) = if payment.status.has_money() || planted!(SkipAnUnseenCapture) {
        (payment.status, None)
    } else if is_right(payment, observed, paid) {
        (PaymentStatus::Paid, Some(paid))
    } else {
        (PaymentStatus::Mismatch, Some(paid))
    };
    Transition {
        rule,
        to,
        received,
        refunded: None,
        charged_back: None,
        case: None,
    }
}

/// P14: the second denial in a row of the same try, by a method whose money can be taken back.
fn is_reversal(payment: &Payment, observed: &Observation) -> bool {
    payment.reversible
        && !planted!(NeverReverse)
        && !observed.is_clock_in_doubt()
        && payment.transaction_id.is_some()
        && payment.transaction_id == observed.transaction_id
        && payment
            .denied_since
            .is_some_and(|first| observed.asked_at >= first.saturating_add(REVERSAL_NEEDS))
}

/// Every row of the table that moves a payment ends here.
fn drift(transition: Transition) -> Finding {
    let missing = [
        (Rule::P4, planted!(LeaveAClosedOneClosed)),
        (Rule::P7, planted!(IgnoreAWrongAmount)),
        (Rule::P15, planted!(IgnoreARefund)),
    ];
    if missing.contains(&(transition.rule, true)) {
        return Finding::Match;
    }
    Finding::Drift(transition)
}

fn moves(rule: Rule, to: PaymentStatus) -> Finding {
    drift(Transition {
        rule,
        to,
        received: None,
        refunded: None,
        charged_back: None,
        case: None,
    })
}

fn with_case(rule: Rule, to: PaymentStatus, case: CaseKind) -> Finding {
    drift(Transition {
        rule,
        to,
        received: None,
        refunded: None,
        charged_back: None,
        case: Some(case),
    })
}

fn book_finding(
    rule: Rule,
    to: PaymentStatus,
    received: Rupiah,
    case: Option<CaseKind>,
) -> Finding {
    drift(Transition {
        rule,
        to,
        received: Some(received),
        refunded: None,
        charged_back: None,
        case,
    })
}

#[cfg(test)]
mod tests;
