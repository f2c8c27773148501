//! P22: requests a manual transfer of a unique amount.
//!
//! It opens nothing at a gateway; only an approval books the money.

use super::open::{self, check_openable};
use crate::domain::payment::unique_amount::pick;
use crate::domain::{
    Change, Dossier, Instant, ManualChange, Reason, ReservedAmount, Rule, Rupiah, UniqueAmount,
    reasons,
};

reasons! {
    /// Why no amount is requested.
    pub enum AmountRefusal {
        NotOpen(reason: Box<open::OpenRefusal>) = "unique_amount_not_open",
        NoneFree(price: Rupiah) = "unique_amount_none_free",
    }
}

impl std::error::Error for AmountRefusal {}

impl From<open::OpenRefusal> for AmountRefusal {
    fn from(refusal: open::OpenRefusal) -> Self {
        Self::NotOpen(Box::new(refusal))
    }
}

/// The amount to request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ManualPaymentRequest {
    /// The same as before: the missing amount has not changed.
    Same(UniqueAmount),
    /// A new unique amount for this price.
    New(Rupiah),
}

/// Whether a transfer may be requested, and whether it needs another amount.
///
/// # Errors
/// `NotOpen`.
pub fn wanted(dossier: &Dossier, now: Instant) -> Result<ManualPaymentRequest, AmountRefusal> {
    let price = check_openable(dossier, now)?;
    let same = dossier.asked.filter(|asked| asked.price == price);
    Ok(same.map_or(ManualPaymentRequest::New(price), ManualPaymentRequest::Same))
}

/// Requests an amount that no other waiting order uses.
///
/// # Errors
/// `NoneFree`.
pub fn ask(
    price: Rupiah,
    elsewhere: &[ReservedAmount],
    now: Instant,
) -> Result<(UniqueAmount, Vec<Change>), AmountRefusal> {
    let asked = pick(price, elsewhere, now).ok_or(AmountRefusal::NoneFree(price))?;
    let step = ManualChange::Ask {
        asked,
        rule: Rule::P22,
        why: Reason::AskedPastGateways {
            amount: asked.amount,
        },
    };
    Ok((asked, vec![Change::ByHand(step)]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::samples::{describe, dossier, minute, payment, rupiah};
    use crate::domain::{OrderStatus, PaymentStatus};

    const ASKED: UniqueAmount = UniqueAmount {
        price: Rupiah::from_db(25_000),
        amount: Rupiah::from_db(25_001),
    };

    #[test]
    fn p22_an_order_keeps_its_own_unique_amount() {
        let pending = dossier(OrderStatus::Pending, vec![]);
        let price = rupiah(25_000);
        assert_eq!(
            wanted(&pending, minute(1)),
            Ok(ManualPaymentRequest::New(price))
        );
        let (asked, changes) = ask(price, &[], minute(1)).unwrap();
        assert_eq!(
            (asked, describe(&changes).as_str()),
            (ASKED, "ask 25001 P22")
        );
        let again = Dossier {
            asked: Some(asked),
            ..pending
        };
        assert_eq!(
            wanted(&again, minute(2)),
            Ok(ManualPaymentRequest::Same(ASKED))
        );
    }

    #[test]
    fn p22_a_new_missing_amount_needs_a_new_request() {
        let mut part = dossier(OrderStatus::Pending, vec![payment(1, PaymentStatus::Paid)]);
        part.payments[0].received = rupiah(10_000);
        part.asked = Some(ASKED);
        assert_eq!(
            wanted(&part, minute(1)),
            Ok(ManualPaymentRequest::New(rupiah(15_000)))
        );
    }

    #[test]
    fn open_payments_and_ended_orders_request_no_amount() {
        let alive = dossier(
            OrderStatus::Pending,
            vec![payment(1, PaymentStatus::Pending)],
        );
        let ended = dossier(OrderStatus::Expired, vec![]);
        for refused in [alive, ended] {
            assert!(matches!(
                wanted(&refused, minute(1)),
                Err(AmountRefusal::NotOpen(_))
            ));
        }
    }
}
