//! "Not found" is believed only of an account that shows at the same time that it still knows somebody.

use super::is_known;
use crate::domain::instant::Instant;
use crate::domain::observation::{Observation, Said, Silence};
use crate::domain::payment::{Payment, PaymentStatus};

/// What an account has shown when it was asked about payments that it must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Testimony {
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
pub fn doubt(
    payment: &Payment,
    heard: &Observation,
    testimony: Testimony,
    accepted_at: Option<Instant>,
) -> Option<Silence> {
    if heard.said != Said::NotStarted {
        return None;
    }
    match testimony {
        Testimony::Knows => None,
        Testimony::KnowsNobody => Some(Silence::KnowsNobody),
        Testimony::Silent => Some(Silence::Unvouched),
        // It has forgotten the one payment that it must know. Of one that can be paid, or is, a person is asked
        // (P11, P13), and nothing moves; a closed one would let its order go.
        Testimony::NobodyToAsk => {
            let would_prove = match payment.status {
                PaymentStatus::Failed | PaymentStatus::Cancelled | PaymentStatus::Expired => true,
                PaymentStatus::Created
                | PaymentStatus::Pending
                | PaymentStatus::Challenged
                | PaymentStatus::Paid
                | PaymentStatus::Mismatch
                | PaymentStatus::Reversed => false,
            };
            (would_prove && is_known(payment, accepted_at)).then_some(Silence::KnowsNobody)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::samples::{minute, payment, said};

    #[track_caller]
    fn check(status: PaymentStatus, testimony: Testimony, expected: Option<Silence>) {
        let heard = said(Said::NotStarted, minute(5));
        let found = doubt(&payment(1, status), &heard, testimony, None);
        assert_eq!(found, expected, "{status} {testimony:?}");
    }

    #[test]
    fn not_found_counts_if_the_gateway_knows_others() {
        for status in PaymentStatus::ALL.iter().copied() {
            check(status, Testimony::Knows, None);
            check(status, Testimony::KnowsNobody, Some(Silence::KnowsNobody));
            check(status, Testimony::Silent, Some(Silence::Unvouched));
        }
    }

    #[test]
    fn forgetting_the_only_known_payment_proves_nothing() {
        use PaymentStatus::{Cancelled, Created, Expired, Failed, Paid, Pending};

        for status in [Failed, Cancelled, Expired] {
            check(status, Testimony::NobodyToAsk, Some(Silence::KnowsNobody));
        }
        for status in [Created, Pending, Paid] {
            check(status, Testimony::NobodyToAsk, None);
        }
        let never_told = Payment {
            seen: false,
            ..payment(1, Expired)
        };
        let heard = said(Said::NotStarted, minute(5));
        let nobody = Testimony::NobodyToAsk;
        assert_eq!(doubt(&never_told, &heard, nobody, None), None);
        let accepted = Some(minute(60));
        assert_eq!(doubt(&payment(1, Expired), &heard, nobody, accepted), None);
    }

    #[test]
    fn every_other_answer_speaks_for_itself() {
        let heard = said(Said::Expired, minute(5));
        let pending = payment(1, PaymentStatus::Pending);
        assert_eq!(doubt(&pending, &heard, Testimony::KnowsNobody, None), None);
    }
}
