//! A fee that a gateway puts on top of what it was asked to collect (Midtrans, Automatic Fee Imposition).
//!
//! The customer bears it. It is believed only where the gateway's own parts add up to what this payment was opened with.

use crate::domain::{Payment, Rupiah};

/// In which of our numbers a gateway reports money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmountBasis {
    /// What the customer was asked for, fee included (Midtrans).
    Payable,
    /// The price without the customer's fee (Pakasir).
    Price,
}

/// How a gateway breaks down the amount that it asks of the customer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AmountParts {
    /// It says nothing of a fee.
    #[default]
    Absent,
    /// What it was asked to collect, and the fee that it has put on top; together they are its amount.
    Told { original: Rupiah, fee: Rupiah },
    /// Its parts are incomplete, cannot be read, or contradict each other.
    Unclear,
}

impl Payment {
    /// What its gateway was asked to collect, without the fee that the gateway itself puts on top.
    #[must_use]
    pub fn asked_for(&self) -> Rupiah {
        self.payable.saturating_sub(self.imposed_fee)
    }

    /// The gateway's fee within `paid`, where `paid` is the right amount; none where it is a wrong one.
    #[must_use]
    pub fn fee_within(
        &self,
        paid: Rupiah,
        measure: AmountBasis,
        parts: AmountParts,
    ) -> Option<Rupiah> {
        match (measure, parts) {
            (AmountBasis::Price, _) => (paid == self.amount).then_some(self.imposed_fee),
            (AmountBasis::Payable, _) if paid == self.asked_for() => Some(Rupiah::ZERO),
            (AmountBasis::Payable, AmountParts::Told { original, fee }) => {
                (original == self.asked_for() && original + fee == paid).then_some(fee)
            }
            (AmountBasis::Payable, AmountParts::Absent) => {
                (paid == self.payable).then_some(self.imposed_fee)
            }
            (AmountBasis::Payable, AmountParts::Unclear) => None,
        }
    }

    /// The payment with this fee on top of what its gateway was asked for.
    #[must_use]
    pub fn with_fee_on_top(self, fee: Rupiah) -> Self {
        Self {
            payable: self.asked_for() + fee,
            imposed_fee: fee,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::PaymentStatus;
    use crate::domain::samples::{payment, rupiah};

    const ABSENT: AmountParts = AmountParts::Absent;
    const UNCLEAR: AmountParts = AmountParts::Unclear;

    fn parts(original: i64, fee: i64) -> AmountParts {
        let (original, fee) = (rupiah(original), rupiah(fee));
        AmountParts::Told { original, fee }
    }

    #[track_caller]
    fn check(payment: &Payment, paid: i64, parts: AmountParts, fee: Option<i64>) {
        let within = payment.fee_within(rupiah(paid), AmountBasis::Payable, parts);
        assert_eq!(within, fee.map(rupiah), "{paid} with {parts:?}");
    }

    #[test]
    fn a_fee_is_believed_if_the_parts_add() {
        let opened = payment(1, PaymentStatus::Pending);
        for (paid, parts, fee) in [
            (25_000, ABSENT, Some(0)),
            (25_000, UNCLEAR, Some(0)),
            (25_000, parts(25_000, 0), Some(0)),
            (25_175, parts(25_000, 175), Some(175)),
            (25_175, ABSENT, None),
            (25_175, UNCLEAR, None),
            (25_175, parts(25_175, 0), None),
            (25_175, parts(24_000, 1_175), None),
            (25_175, parts(25_000, 174), None),
            (25_000, parts(24_825, 175), Some(0)),
            (24_999, parts(24_999, 0), None),
        ] {
            check(&opened, paid, parts, fee);
        }
    }

    #[test]
    fn a_known_fee_need_not_be_repeated() {
        let known = payment(1, PaymentStatus::Pending).with_fee_on_top(rupiah(175));
        assert_eq!(known.payable, rupiah(25_175));
        assert_eq!(known.asked_for(), rupiah(25_000));
        for (paid, parts, fee) in [
            (25_175, ABSENT, Some(175)),
            (25_175, parts(25_000, 175), Some(175)),
            (25_290, parts(25_000, 290), Some(290)),
            (25_000, ABSENT, Some(0)),
            (25_175, UNCLEAR, None),
            (25_175, parts(25_100, 75), None),
            (25_290, ABSENT, None),
        ] {
            check(&known, paid, parts, fee);
        }
    }

    #[test]
    fn the_shops_own_fee_is_not_the_gateways() {
        let own = Payment {
            payable: rupiah(25_500),
            ..payment(1, PaymentStatus::Pending)
        };
        check(&own, 25_500, ABSENT, Some(0));
        check(&own, 25_678, parts(25_500, 178), Some(178));
        check(&own, 25_678, parts(25_000, 678), None);
        check(&own, 25_000, ABSENT, None);
    }

    #[test]
    fn gateways_that_report_prices_are_compared_by_price() {
        let pending = payment(1, PaymentStatus::Pending);
        let within = |paid| pending.fee_within(rupiah(paid), AmountBasis::Price, ABSENT);
        assert_eq!(within(25_000), Some(Rupiah::ZERO));
        assert_eq!(within(25_175), None);
    }
}
