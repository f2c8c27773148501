//! P29: signed notifications of money under references that no payment here has.
//!
//! Such money cannot be queried, because its order is unknown. A case is opened, and an order of that number is kept.

use std::time::Duration;

use crate::domain::{
    Authenticity, CaseKind, CaseSubject, Change, Dossier, GatewayName, Notification, Payment,
    PlanBuilder, Reason, Reference, Rule, Rupiah,
};

/// A shop may take over its orders after their money has come.
pub const ORDERS_COME_WITHIN: Duration = Duration::from_secs(60 * 60);

/// So many references are named to a person.
pub const MAX_NAMED: usize = 5;

/// What such a notification says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownPaymentClaim {
    pub reference: Reference,
    pub amount: Option<Rupiah>,
}

impl Notification {
    /// Whom it speaks of, where it is signed and says that money is in.
    #[must_use]
    pub fn unknown_claim(&self) -> Option<UnknownPaymentClaim> {
        let is_signed = self.verdict == Authenticity::Verified;
        let reference = self.reference.clone()?;
        (is_signed && self.claims_money).then_some(UnknownPaymentClaim {
            reference,
            amount: self.amount,
        })
    }
}

impl UnknownPaymentClaim {
    /// Numbers that its order may have: what it came under, and what stands before the number of a further try.
    #[must_use]
    pub fn numbers(&self) -> Vec<&str> {
        let whole = self.reference.as_str();
        let is_nth = |end: &str| !end.is_empty() && end.bytes().all(|byte| byte.is_ascii_digit());
        let before = whole.rsplit_once('-').filter(|(_, end)| is_nth(end));
        let before = before.map(|(number, _)| number);
        std::iter::once(whole).chain(before).collect()
    }
}

/// The order has the number that money came under, and no payment there: a person is asked, and it is kept until then.
#[must_use]
pub fn ask_about_order(
    dossier: Dossier,
    gateway: &GatewayName,
    stranger: &UnknownPaymentClaim,
) -> Vec<Change> {
    // It was there before the order's payment, so that it is somebody else's (P2): a person knows.
    let is_theirs =
        |payment: &Payment| payment.gateway == *gateway && payment.reference == stranger.reference;
    if dossier.payments.iter().any(is_theirs) {
        return Vec::new();
    }
    let mut draft = PlanBuilder::of(dossier);
    let (gateway, reference) = (gateway.clone(), stranger.reference.clone());
    let facts = match stranger.amount {
        Some(amount) => Reason::MoneyUnderNumber {
            gateway,
            reference,
            amount,
        },
        None => Reason::SomeMoneyUnderNumber { gateway, reference },
    };
    draft.open_case(CaseKind::UnknownTry, CaseSubject::Order, Rule::P29, facts);
    draft.changes
}

/// What a person is told of money that nobody here knows an order of; `many` are so, and the first ones are named.
#[must_use]
pub fn facts(gateway: &GatewayName, first: &[UnknownPaymentClaim], many: u64) -> Reason {
    let references: Vec<Reason> = first.iter().take(MAX_NAMED).map(named).collect();
    let more = many.saturating_sub(u64::try_from(references.len()).unwrap_or(u64::MAX));
    let gateway = gateway.clone();
    if more == 0 {
        return Reason::MoneyOfNobody {
            gateway,
            references,
        };
    }
    Reason::MoneyOfNobodyAndMore {
        gateway,
        references,
        more,
    }
}

fn named(stranger: &UnknownPaymentClaim) -> Reason {
    let reference = stranger.reference.clone();
    match stranger.amount {
        Some(amount) => Reason::ReferenceWithAmount { reference, amount },
        None => Reason::ReferenceWithMoney { reference },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::samples::{describe, dossier, payment, rupiah};
    use crate::domain::{OrderStatus, PaymentStatus};

    fn stranger(reference: &str) -> UnknownPaymentClaim {
        UnknownPaymentClaim {
            reference: reference.parse().unwrap(),
            amount: Some(rupiah(25_000)),
        }
    }

    #[test]
    fn a_further_try_belongs_to_its_order() {
        for (reference, numbers) in [
            ("INV-1", vec!["INV-1", "INV"]),
            ("INV-1-2", vec!["INV-1-2", "INV-1"]),
            ("INV-1-x", vec!["INV-1-x"]),
            ("INV", vec!["INV"]),
            ("INV-", vec!["INV-"]),
        ] {
            assert_eq!(stranger(reference).numbers(), numbers);
        }
    }

    #[test]
    fn an_unknown_try_opens_one_case() {
        let midtrans = "midtrans".parse().unwrap();
        for status in [OrderStatus::Pending, OrderStatus::Expired] {
            let changes = ask_about_order(dossier(status, vec![]), &midtrans, &stranger("INV-1"));
            assert_eq!(describe(&changes), "case unknown_try P29", "{status}");
        }
    }

    #[test]
    fn only_its_own_reference_makes_it_known() {
        let midtrans = "midtrans".parse().unwrap();
        for (reference, gateway, asks) in [
            ("INV-1", "midtrans", false),
            ("INV-1", "pakasir", true),
            ("INV-1-2", "midtrans", true),
        ] {
            let there = Payment {
                reference: reference.parse().unwrap(),
                gateway: gateway.parse().unwrap(),
                ..payment(1, PaymentStatus::Pending)
            };
            let order = dossier(OrderStatus::Pending, vec![there]);
            let changes = ask_about_order(order, &midtrans, &stranger("INV-1"));
            assert_eq!(changes.len(), usize::from(asks), "{reference} {gateway}");
        }
    }

    #[test]
    fn a_case_names_five_tries_at_most() {
        let midtrans = "midtrans".parse().unwrap();
        let told = facts(&midtrans, &[stranger("A-1"), stranger("A-2")], 2).to_string();
        assert!(
            told.contains("has: A-1 (Rp 25,000); A-2 (Rp 25,000). "),
            "{told}"
        );
        let many: Vec<UnknownPaymentClaim> =
            (0..9).map(|nth| stranger(&format!("A-{nth}"))).collect();
        let told = facts(&midtrans, &many, 12).to_string();
        assert!(told.contains("A-4 (Rp 25,000), and 7 more. "), "{told}");
    }
}
