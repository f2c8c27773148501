use super::{Shop, about, minute, permit, says};
use crate::domain::{
    Authenticity, Notification, NotificationOrigin, Observation, PaymentId, QueriedAttempt,
    Reported, Rupiah,
};
use crate::store::{IncomingNotification, RecordedNotification};

/// A notification about INV-1 that says it is paid.
fn claim(
    shop: &mut Shop,
    verdict: Authenticity,
    told: Option<&str>,
    minutes: i64,
) -> RecordedNotification {
    let notice = Notification {
        verdict,
        reference: "INV-1".parse().ok(),
        transaction_id: told.map(|id| id.parse().unwrap()),
        amount: Some(Rupiah::from_db(25_000)),
        claims_money: true,
        ..Notification::unreadable("")
    };
    let (gateway, body) = (
        "midtrans".parse().unwrap(),
        format!("{verdict:?} {told:?} {minutes}"),
    );
    let arrival = IncomingNotification {
        gateway: &gateway,
        body: body.as_bytes(),
        notice: &notice,
        origin: &NotificationOrigin::default(),
        received_at: minute(minutes),
    };
    shop.store.record_notification(&permit(), arrival).unwrap()
}

fn is_open(shop: &Shop, payment: PaymentId) -> bool {
    let dossier = shop.store.read().dossier(shop.seen(payment).order);
    dossier.unwrap().unwrap().is_claimed(payment)
}

#[track_caller]
fn check_heard(shop: &mut Shop, id: PaymentId, observation: Observation, leaves_open: bool) {
    let observed = shop.observed(id, observation);
    shop.book(observed);
    assert_eq!(is_open(shop, id), leaves_open);
}

#[test]
fn one_trys_answer_does_not_settle_anothers_notification() {
    let mut shop = Shop::with_gateways();
    let id = shop.waiting("INV-1");
    let pending = |at| about("a", says(Reported::Pending, minute(at)));
    check_heard(&mut shop, id, pending(1), false);
    claim(&mut shop, Authenticity::Verified, Some("c"), 10);
    check_heard(&mut shop, id, pending(11), true);
    let expired = about("a", says(Reported::Expired, minute(12)));
    check_heard(&mut shop, id, expired, true);
    let row = shop.seen(id);
    let dossier = shop.store.read().dossier(row.order).unwrap().unwrap();
    assert_eq!(dossier.named_tries(id), ["c".parse().unwrap()]);

    let asked = |at, is_unknown| Observation {
        asked_tries: vec![QueriedAttempt {
            id: "c".parse().unwrap(),
            is_unknown,
        }],
        ..about("a", says(Reported::Expired, minute(at)))
    };
    check_heard(&mut shop, id, asked(13, false), true);
    // Its gateway may learn of it until the order's deadline and the grace have passed.
    check_heard(&mut shop, id, asked(14, true), true);
    check_heard(&mut shop, id, asked(63, true), true);
    check_heard(&mut shop, id, asked(64, true), false);
    // A notification names it again, so it is queried again.
    claim(&mut shop, Authenticity::Verified, Some("c"), 70);
    check_heard(&mut shop, id, asked(69, true), true);
    check_heard(&mut shop, id, asked(71, true), false);
}

#[test]
fn an_answered_try_becomes_a_payment() {
    let mut shop = Shop::with_gateways();
    let id = shop.waiting("INV-1");
    check_heard(
        &mut shop,
        id,
        about("a", says(Reported::Pending, minute(1))),
        false,
    );
    claim(&mut shop, Authenticity::Verified, Some("c"), 10);
    let answer = Observation {
        answers_for: "c".parse().ok(),
        ..about("c", says(Reported::Expired, minute(11)))
    };
    check_heard(&mut shop, id, answer, false);
    assert_eq!(
        shop.words("SELECT transaction_id FROM payments ORDER BY id"),
        ["a", "c"]
    );
}

#[test]
fn the_payment_with_the_try_answers_its_notification() {
    let mut shop = Shop::with_gateways();
    let id = shop.waiting("INV-1");
    claim(&mut shop, Authenticity::Verified, Some("a"), 10);
    check_heard(
        &mut shop,
        id,
        about("a", says(Reported::Pending, minute(11))),
        false,
    );
    claim(&mut shop, Authenticity::Verified, None, 20);
    check_heard(
        &mut shop,
        id,
        about("a", says(Reported::Pending, minute(19))),
        true,
    );
    check_heard(
        &mut shop,
        id,
        about("a", says(Reported::Pending, minute(21))),
        false,
    );
}

#[test]
fn unsigned_notifications_query_at_most_once_a_minute() {
    let mut shop = Shop::with_gateways();
    shop.waiting("INV-1");
    for (verdict, minutes, asks) in [
        (Authenticity::Unsigned, 10, true),
        (Authenticity::Unsigned, 10, false),
        (Authenticity::Verified, 10, true),
        (Authenticity::Unsigned, 11, true),
        // The clock was set back.
        (Authenticity::Unsigned, 9, true),
    ] {
        let told = format!("{asks}");
        let noted = claim(&mut shop, verdict, Some(&told), minutes);
        assert_eq!((noted.is_to_ask, noted.is_due), (asks, true), "{verdict:?}");
    }
}

#[test]
fn refused_notifications_look_up_no_payment() {
    let mut shop = Shop::with_gateways();
    let id = shop.waiting("INV-1");
    // Reading this row fails.
    shop.sql(
        "UPDATE payments SET transaction_id = 'not an id' WHERE id = $1",
        [id],
    );
    for verdict in [Authenticity::Forged("x"), Authenticity::Unreadable("x")] {
        let noted = claim(&mut shop, verdict, Some("a"), 10);
        assert!(noted.mark.is_refused() && noted.payment.is_none());
    }
    assert_eq!(
        shop.words("SELECT verdict FROM notifications"),
        ["forged", "unreadable"]
    );
}
