//! Whom a gateway's own message is about. It moves nothing: it is kept, and it brings the question forward.

use crate::domain::{
    Authenticity, Instant, Notification, Payment, PaymentId, TransactionId, string_enum,
};

string_enum! {
    /// What became of a message.
    pub enum NotificationStatus {
        /// Signed, and about a payment that is known here.
        Verified = "verified",
        /// Not signed, and in agreement with a payment that is known here.
        Unsigned = "unsigned",
        /// It names another amount than the payment has.
        Differs = "differs",
        /// Nothing here has its reference.
        UnknownOrder = "unknown_order",
        /// About no payment, but about an account, a subscription, a payout or another API of its gateway.
        NoPayment = "no_payment",
        Forged = "forged",
        Unreadable = "unreadable",
    }
}

impl NotificationStatus {
    /// It was not taken in.
    #[must_use]
    pub fn is_refused(self) -> bool {
        match self {
            Self::Forged | Self::Unreadable => true,
            Self::Verified
            | Self::Unsigned
            | Self::Differs
            | Self::UnknownOrder
            | Self::NoPayment => false,
        }
    }

    /// It is what it should be.
    #[must_use]
    pub fn is_plain(self) -> bool {
        match self {
            Self::Verified | Self::Unsigned | Self::NoPayment => true,
            Self::Differs | Self::UnknownOrder | Self::Forged | Self::Unreadable => false,
        }
    }
}

/// What a message comes to, among the payments that are known here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationMatch {
    pub mark: NotificationStatus,
    pub payment: Option<PaymentId>,
    /// The try it names, whether or not it is the payment's: what one try is answered says nothing of another.
    pub transaction_id: Option<TransactionId>,
    /// Until its gateway has answered, the payment must be taken for one that may be paid. Without a payment: money
    /// is in under a reference that is not known here.
    pub claims_money: bool,
    /// It is signed, and names a try that stands under no payment with its reference.
    pub names_try: bool,
    /// Its gateway is to be asked about the payment.
    pub is_worth_asking: bool,
}

/// A message's word that money is in, which no answer has settled so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidClaim {
    pub payment: PaymentId,
    /// The try it is about, where it names one.
    pub transaction_id: Option<TransactionId>,
    pub mark: NotificationStatus,
    /// When it came; of several that share a row, the last.
    pub received_at: Instant,
}

impl PaidClaim {
    /// Whether it keeps an order from its end. Anybody can send what nobody signs, so that of those only
    /// what had come before the questions of a run were started does: else a flood would keep it for ever.
    #[must_use]
    pub fn blocks_expiry(&self, asked_from: Instant) -> bool {
        self.mark != NotificationStatus::Unsigned || self.received_at <= asked_from
    }
}

impl Notification {
    /// Whom it is about, of the account's payments that have its reference or its transaction id.
    #[must_use]
    pub fn matched(&self, known: &[Payment]) -> NotificationMatch {
        let nothing = |mark| NotificationMatch {
            mark,
            payment: None,
            transaction_id: None,
            claims_money: false,
            names_try: false,
            is_worth_asking: false,
        };
        let plain = match self.verdict {
            Authenticity::Forged(_) => return nothing(NotificationStatus::Forged),
            Authenticity::Unreadable(_) => return nothing(NotificationStatus::Unreadable),
            Authenticity::NoPayment => return nothing(NotificationStatus::NoPayment),
            Authenticity::Verified => NotificationStatus::Verified,
            Authenticity::Unsigned => NotificationStatus::Unsigned,
        };
        let Some(payment) = self.subject(known) else {
            let is_signed = self.verdict == Authenticity::Verified;
            return NotificationMatch {
                transaction_id: self.transaction_id.clone().filter(|_| is_signed),
                claims_money: self.claims_money && is_signed,
                ..nothing(NotificationStatus::UnknownOrder)
            };
        };
        let agrees = self.agrees_with(payment);
        // Whoever does not sign must at least know what is owed.
        let is_believable = agrees || self.verdict == Authenticity::Verified;
        NotificationMatch {
            mark: if agrees {
                plain
            } else {
                NotificationStatus::Differs
            },
            payment: Some(payment.id),
            transaction_id: self.transaction_id.clone(),
            claims_money: self.claims_money && is_believable,
            names_try: self.names_unknown_try(known),
            is_worth_asking: is_believable,
        }
    }

    fn names_unknown_try(&self, known: &[Payment]) -> bool {
        let is_known = known
            .iter()
            .any(|payment| payment.transaction_id == self.transaction_id);
        self.verdict == Authenticity::Verified && self.transaction_id.is_some() && !is_known
    }

    /// The very try it speaks of; else the payment by which its page is known, or at which the try was named before.
    fn subject<'p>(&self, known: &'p [Payment]) -> Option<&'p Payment> {
        let the_try = known.iter().find(|payment| {
            self.transaction_id.is_some() && payment.transaction_id == self.transaction_id
        });
        let by_reference = || {
            known
                .iter()
                .filter(|payment| Some(&payment.reference) == self.reference.as_ref())
        };
        let untried = || by_reference().find(|payment| payment.transaction_id.is_none());
        let named = || known.first();
        the_try
            .or_else(untried)
            .or_else(|| by_reference().next())
            .or_else(named)
    }

    /// Some gateways name the price, others what the customer was asked for.
    fn agrees_with(&self, payment: &Payment) -> bool {
        match self.amount {
            Some(amount) => {
                let is_named = amount == payment.amount || amount == payment.payable;
                let fee = payment.fee_within(amount, self.measure, self.parts);
                is_named || fee.is_some()
            }
            None => self.verdict == Authenticity::Verified,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::samples::{PRICE, payment, rupiah};
    use crate::domain::{AmountParts, PaymentStatus};

    fn notice(verdict: Authenticity) -> Notification {
        Notification {
            reference: "INV-1".parse().ok(),
            amount: Some(PRICE),
            claims_money: true,
            verdict,
            ..Notification::unreadable("")
        }
    }

    #[track_caller]
    fn check(
        notice: &Notification,
        known: &[Payment],
        mark: NotificationStatus,
        payment: Option<i64>,
        asks: bool,
    ) {
        let found = notice.matched(known);
        assert_eq!(found.mark, mark);
        assert_eq!(found.payment, payment.map(PaymentId));
        assert_eq!((found.is_worth_asking, found.claims_money), (asks, asks));
    }

    #[test]
    fn a_notification_matches_the_payment_by_reference() {
        let known = [payment(1, PaymentStatus::Pending)];
        for (verdict, mark) in [
            (Authenticity::Verified, NotificationStatus::Verified),
            (Authenticity::Unsigned, NotificationStatus::Unsigned),
        ] {
            check(&notice(verdict), &known, mark, Some(1), true);
            let unknown = notice(verdict).matched(&[]);
            assert_eq!(
                (unknown.mark, unknown.payment),
                (NotificationStatus::UnknownOrder, None)
            );
            assert!(!unknown.is_worth_asking);
            // Anybody can send what nobody signs.
            assert_eq!(unknown.claims_money, mark == NotificationStatus::Verified);
        }
    }

    #[test]
    fn forged_or_unreadable_notifications_match_no_payment() {
        let known = [payment(1, PaymentStatus::Pending)];
        let (forged, unreadable) = (Authenticity::Forged("x"), Authenticity::Unreadable("x"));
        check(
            &notice(forged),
            &known,
            NotificationStatus::Forged,
            None,
            false,
        );
        check(
            &notice(unreadable),
            &known,
            NotificationStatus::Unreadable,
            None,
            false,
        );
    }

    #[test]
    fn a_different_amount_is_checked_only_if_signed() {
        let known = [payment(1, PaymentStatus::Pending)];
        for (verdict, asks) in [
            (Authenticity::Verified, true),
            (Authenticity::Unsigned, false),
        ] {
            let other = Notification {
                amount: Some(rupiah(500)),
                ..notice(verdict)
            };
            check(&other, &known, NotificationStatus::Differs, Some(1), asks);
        }
        let nothing = Notification {
            amount: None,
            ..notice(Authenticity::Unsigned)
        };
        check(
            &nothing,
            &known,
            NotificationStatus::Differs,
            Some(1),
            false,
        );
    }

    #[test]
    fn the_price_or_the_asked_amount_fits() {
        let mut with_surcharge = payment(1, PaymentStatus::Pending);
        with_surcharge.payable = with_surcharge.amount + rupiah(660);
        for (amount, mark) in [
            (with_surcharge.amount, NotificationStatus::Verified),
            (with_surcharge.payable, NotificationStatus::Verified),
            (rupiah(25_300), NotificationStatus::Differs),
        ] {
            let told = Notification {
                amount: Some(amount),
                ..notice(Authenticity::Verified)
            };
            check(
                &told,
                std::slice::from_ref(&with_surcharge),
                mark,
                Some(1),
                true,
            );
        }
    }

    #[test]
    fn the_gateway_fee_does_not_change_the_amount() {
        let known = [payment(1, PaymentStatus::Pending)];
        for (original, mark) in [
            (PRICE, NotificationStatus::Verified),
            (rupiah(24_000), NotificationStatus::Differs),
        ] {
            let with_fee = Notification {
                amount: Some(original + rupiah(175)),
                parts: AmountParts::Told {
                    original,
                    fee: rupiah(175),
                },
                ..notice(Authenticity::Verified)
            };
            check(&with_fee, &known, mark, Some(1), true);
        }
    }

    #[test]
    fn a_notification_matches_its_transaction_then_the_page() {
        let tries = |first: Option<&str>, second: &str| {
            let reference = payment(1, PaymentStatus::Pending).reference;
            let of = |id, transaction_id: Option<&str>| Payment {
                reference: reference.clone(),
                transaction_id: transaction_id.and_then(|id| id.parse().ok()),
                ..payment(id, PaymentStatus::Pending)
            };
            [of(1, first), of(2, Some(second))]
        };
        let told = |id: &str| Notification {
            transaction_id: id.parse().ok(),
            ..notice(Authenticity::Verified)
        };
        check(
            &told("b"),
            &tries(None, "b"),
            NotificationStatus::Verified,
            Some(2),
            true,
        );
        check(
            &told("c"),
            &tries(None, "b"),
            NotificationStatus::Verified,
            Some(1),
            true,
        );
        check(
            &told("c"),
            &tries(Some("a"), "b"),
            NotificationStatus::Verified,
            Some(1),
            true,
        );
    }
}
