//! A notification that says "paid" keeps an order until its try was answered.

use super::{ReleaseBlocker, at_the_end, expiry, release};
use crate::domain::samples::{POLICY, dossier, minute};
use crate::domain::{
    NamedTry, NotificationStatus, OrderStatus, PaidClaim, PaymentId, PaymentStatus,
};

#[test]
fn a_paid_notification_keeps_the_order_until_checked() {
    let late = at_the_end(PaymentStatus::Expired);
    let mut dossier = dossier(OrderStatus::Pending, vec![late]);
    let request = expiry(&dossier, minute(70), &POLICY).unwrap();
    assert!(release(&dossier, request, minute(70)).is_ok());
    dossier.claims.push(PaidClaim {
        payment: dossier.payments[0].id,
        transaction_id: None,
        mark: NotificationStatus::Verified,
        received_at: minute(69),
    });
    assert!(matches!(
        release(&dossier, request, minute(70)),
        Err(ReleaseBlocker::Claimed(_))
    ));
}

#[test]
fn only_the_named_try_answers_its_claim() {
    let id = |text: &str| text.parse().ok();
    for (payment, absent, is_kept) in [(1, "t-1", false), (1, "t-2", true), (2, "t-1", true)] {
        let late = at_the_end(PaymentStatus::Expired);
        let mut dossier = dossier(OrderStatus::Pending, vec![late]);
        let request = expiry(&dossier, minute(70), &POLICY).unwrap();
        dossier.claims.push(PaidClaim {
            payment: PaymentId(1),
            transaction_id: id("t-1"),
            mark: NotificationStatus::Verified,
            received_at: minute(69),
        });
        dossier.named.push(NamedTry {
            payment: PaymentId(payment),
            transaction_id: id(absent).unwrap(),
            named_at: minute(5),
            absent_at: Some(minute(90)),
            tie: None,
            is_elsewhere: false,
        });
        let ended = release(&dossier, request, minute(70));
        let is_claimed = matches!(ended, Err(ReleaseBlocker::Claimed(_)));
        assert_eq!(is_claimed, is_kept, "{payment} {absent}: {ended:?}");
    }
}

#[test]
fn an_unsigned_notification_counts_only_before_the_query() {
    for (mark, received_at, is_kept) in [
        (NotificationStatus::Unsigned, minute(68), true),
        (NotificationStatus::Unsigned, minute(69), true),
        (NotificationStatus::Unsigned, minute(70), false),
        (NotificationStatus::Verified, minute(70), true),
        (NotificationStatus::Differs, minute(70), true),
    ] {
        let late = at_the_end(PaymentStatus::Expired);
        let mut dossier = dossier(OrderStatus::Pending, vec![late]);
        dossier.claims.push(PaidClaim {
            payment: dossier.payments[0].id,
            transaction_id: None,
            mark,
            received_at,
        });
        let request = expiry(&dossier, minute(71), &POLICY).unwrap();
        let ended = release(&dossier.asked_from(minute(69)), request, minute(71));
        assert_eq!(ended.is_err(), is_kept, "{mark} {received_at:?}");
    }
}
