//! "Not found" is believed only of an account that shows at the same time that it still knows somebody.

use super::is_known;
use crate::domain::{Instant, NoAnswerReason, Observation, Payment, PaymentStatus, Reported};

/// What an account has shown when it was asked about payments that it must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ControlQueries {
    /// It has told of one just now.
    Knows,
    /// It said "not found" about each of them.
    KnowsNobody,
    /// It did not answer about one of them, and knew none of the others.
    Silent,
    /// There is no other payment that it must know.
    NobodyToAsk,
}

/// Why an answer is none after all, where it is not believed.
#[must_use]
pub fn doubt_reason(
    payment: &Payment,
    observed: &Observation,
    testimony: ControlQueries,
    accepted_at: Option<Instant>,
) -> Option<NoAnswerReason> {
    if observed.said != Reported::NotStarted {
        return None;
    }
    match testimony {
        ControlQueries::Knows => None,
        ControlQueries::KnowsNobody => Some(NoAnswerReason::KnowsNobody),
        ControlQueries::Silent => Some(NoAnswerReason::Unvouched),
        // It has forgotten the one payment that it must know. Of one that can be paid, or is, a person is asked
        // (P11, P13), and nothing moves; a closed one would let its order go.
        ControlQueries::NobodyToAsk => {
            let would_prove = match payment.status {
                PaymentStatus::Failed | PaymentStatus::Cancelled | PaymentStatus::Expired => true,
                PaymentStatus::Created
                | PaymentStatus::Pending
                | PaymentStatus::Challenged
                | PaymentStatus::Paid
                | PaymentStatus::Mismatch
                | PaymentStatus::Reversed => false,
            };
            (would_prove && is_known(payment, accepted_at)).then_some(NoAnswerReason::KnowsNobody)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::samples::{minute, payment, said};

    #[track_caller]
    fn check(status: PaymentStatus, testimony: ControlQueries, expected: Option<NoAnswerReason>) {
        let observed = said(Reported::NotStarted, minute(5));
        let found = doubt_reason(&payment(1, status), &observed, testimony, None);
        assert_eq!(found, expected, "{status} {testimony:?}");
    }

    #[test]
    fn not_found_counts_if_the_gateway_knows_others() {
        for status in PaymentStatus::ALL.iter().copied() {
            check(status, ControlQueries::Knows, None);
            check(
                status,
                ControlQueries::KnowsNobody,
                Some(NoAnswerReason::KnowsNobody),
            );
            check(
                status,
                ControlQueries::Silent,
                Some(NoAnswerReason::Unvouched),
            );
        }
    }

    #[test]
    fn forgetting_the_only_known_payment_proves_nothing() {
        use PaymentStatus::{Cancelled, Created, Expired, Failed, Paid, Pending};

        for status in [Failed, Cancelled, Expired] {
            check(
                status,
                ControlQueries::NobodyToAsk,
                Some(NoAnswerReason::KnowsNobody),
            );
        }
        for status in [Created, Pending, Paid] {
            check(status, ControlQueries::NobodyToAsk, None);
        }
        let never_told = Payment {
            seen: false,
            ..payment(1, Expired)
        };
        let observed = said(Reported::NotStarted, minute(5));
        let nobody = ControlQueries::NobodyToAsk;
        assert_eq!(doubt_reason(&never_told, &observed, nobody, None), None);
        let accepted = Some(minute(60));
        assert_eq!(
            doubt_reason(&payment(1, Expired), &observed, nobody, accepted),
            None
        );
    }

    #[test]
    fn every_other_answer_speaks_for_itself() {
        let observed = said(Reported::Expired, minute(5));
        let pending = payment(1, PaymentStatus::Pending);
        assert_eq!(
            doubt_reason(&pending, &observed, ControlQueries::KnowsNobody, None),
            None
        );
    }
}
