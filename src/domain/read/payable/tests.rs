use super::*;
use crate::domain::payment::OPENING_TIMEOUT;
use crate::domain::samples::{dossier, minute, payment};
use crate::domain::{
    CloseResult, NamedTry, NotificationStatus, OrderStatus, PaidClaim, PaymentOrigin,
};

const SINCE: u64 = 10;

fn asked(unproven: &[PaymentId]) -> AskedSince<'_> {
    AskedSince {
        since: minute(SINCE),
        unproven,
    }
}

#[track_caller]
fn check(payment: Payment, wanted: Option<Obstacle>) {
    let order = dossier(OrderStatus::Pending, vec![payment]);
    let found = obstacles(&order, asked(&[]), minute(20));
    assert_eq!(found.first().copied(), wanted, "{order:?}");
}

fn answered(status: PaymentStatus, at: u64) -> Payment {
    let mut it = payment(1, status);
    it.schedule.last_answered_at = Some(minute(at));
    it
}

#[test]
fn p27_an_open_payment_blocks_approval_until_answered() {
    let id = PaymentId(1);
    for status in [PaymentStatus::Created, PaymentStatus::Pending] {
        check(payment(1, status), Some(Obstacle::Unanswered(id)));
        check(answered(status, SINCE - 1), Some(Obstacle::Unanswered(id)));
    }
    let open = answered(PaymentStatus::Pending, SINCE);
    check(open, Some(Obstacle::Payable(id)));
    check(answered(PaymentStatus::Created, SINCE), None);
    let held = answered(PaymentStatus::Challenged, SINCE);
    check(held, Some(Obstacle::Held(id)));
}

#[test]
fn closed_payments_block_nothing_and_need_no_query() {
    for status in [
        PaymentStatus::Paid,
        PaymentStatus::Mismatch,
        PaymentStatus::Failed,
        PaymentStatus::Cancelled,
        PaymentStatus::Expired,
        PaymentStatus::Reversed,
    ] {
        check(payment(1, status), None);
        let order = dossier(OrderStatus::Pending, vec![payment(1, status)]);
        assert_eq!(payable(&order).count(), 0, "{status}");
    }
}

#[test]
fn a_page_blocks_until_it_is_closed() {
    let mut page = answered(PaymentStatus::Created, SINCE);
    (page.on_page, page.token) = (true, Some("token".to_owned()));
    check(page.clone(), Some(Obstacle::Payable(PaymentId(1))));
    page.close_answer = Some(CloseResult::Closed);
    check(page, None);
}

#[test]
fn an_opening_call_blocks_approval() {
    let mut opening = answered(PaymentStatus::Created, SINCE);
    (opening.origin, opening.moved_at) = (PaymentOrigin::Payctl, minute(SINCE));
    let end = minute(SINCE).saturating_add(OPENING_TIMEOUT);
    check(opening, Some(Obstacle::Opening(PaymentId(1), end)));
}

#[test]
fn a_paid_notification_blocks_approval() {
    let closed = answered(PaymentStatus::Expired, SINCE);
    let mut order = dossier(OrderStatus::Pending, vec![closed]);
    order.claims = vec![PaidClaim {
        payment: PaymentId(1),
        transaction_id: None,
        received_at: minute(5),
        mark: NotificationStatus::Verified,
    }];
    assert_eq!(payable(&order).count(), 1);
    let found = obstacles(&order, asked(&[]), minute(20));
    assert_eq!(found, [Obstacle::Unanswered(PaymentId(1))]);
}

#[test]
fn a_named_try_makes_its_own_payment_payable() {
    let of_an_end = |id, gateway: &str| Payment {
        gateway: gateway.parse().unwrap(),
        ..payment(id, PaymentStatus::Expired)
    };
    let mut order = dossier(
        OrderStatus::Pending,
        vec![of_an_end(1, "pakasir"), of_an_end(2, "pakasir")],
    );
    let before: Vec<PaymentId> = payable(&order).map(|payment| payment.id).collect();
    order.named = vec![NamedTry {
        payment: PaymentId(2),
        transaction_id: "t-9".parse().unwrap(),
        named_at: minute(5),
        absent_at: None,
        tie: None,
        is_elsewhere: false,
    }];
    let after: Vec<PaymentId> = payable(&order).map(|payment| payment.id).collect();
    assert_eq!((before, after), (vec![], vec![PaymentId(2)]));
}

#[test]
fn new_money_differs_from_earlier_money() {
    let mut order = dossier(OrderStatus::Pending, vec![payment(1, PaymentStatus::Paid)]);
    order.payments[0].received = Rupiah::from_db(10_000);
    let then = received_by_payment(&order);
    assert_eq!(paid_since(&order, &then), None);
    let mut sibling = payment(2, PaymentStatus::Paid);
    sibling.received = Rupiah::from_db(15_000);
    order.payments.push(sibling);
    let found = paid_since(&order, &then).map(|payment| payment.id);
    assert_eq!(found, Some(PaymentId(2)));
}

#[test]
fn g1_an_account_without_the_payment_blocks_nothing() {
    let id = PaymentId(1);
    let mut order = dossier(
        OrderStatus::Pending,
        vec![payment(1, PaymentStatus::Created)],
    );
    let found = |order: &Dossier| obstacles(order, asked(&[id]), minute(20));
    assert_eq!(found(&order), []);
    order.payments[0].token = Some("token".to_owned());
    assert_eq!(found(&order), [Obstacle::Unanswered(id)]);
    order.payments[0] = payment(1, PaymentStatus::Pending);
    assert_eq!(found(&order), [Obstacle::Unanswered(id)]);
}
