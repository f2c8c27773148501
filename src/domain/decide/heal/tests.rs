use super::*;
use crate::domain::samples::{dossier, minute, payment};
use crate::domain::{OrderStatus, PaymentStatus};

const DAY: u64 = 24 * 60;

/// A payment that nobody asks about, last answered at that minute.
fn resting(status: PaymentStatus, answered: Option<u64>) -> Payment {
    let mut resting = payment(1, status);
    resting.schedule.next_check_at = None;
    resting.schedule.last_answered_at = answered.map(minute);
    resting
}

#[test]
fn an_unseen_expired_payment_is_queried_once_more() {
    let unknown = Payment {
        seen: false,
        ..resting(PaymentStatus::Expired, Some(2 * DAY))
    };
    let today = dossier(OrderStatus::Expired, vec![unknown.clone()]);
    let now = minute(20 * DAY);
    let healed = ask_again(today, unknown.id, Harm::NotFound, now, now);
    let Some(Change::MovePayment { after, .. }) = healed.unwrap().1.pop() else {
        panic!("nothing was moved");
    };
    let asked = after.schedule;
    assert_eq!(asked.next_check_at, Some(now));
    assert_eq!(asked.last_answered_at, Some(minute(2 * DAY)));
    assert_eq!(after.version, unknown.version + 1);
    let known = Payment {
        seen: true,
        ..unknown
    };
    let today = dossier(OrderStatus::Expired, vec![known.clone()]);
    let healed = ask_again(today, known.id, Harm::NotFound, now, now);
    assert_eq!(healed, Err(Sound));
}

#[test]
fn an_answer_of_a_fast_clock_is_forgotten() {
    let mut unknown = resting(PaymentStatus::Expired, Some(30 * DAY));
    unknown.seen = false;
    unknown.schedule.last_asked_at = Some(minute(30 * DAY));
    let today = dossier(OrderStatus::Expired, vec![unknown.clone()]);
    let now = minute(20 * DAY);
    let healed = ask_again(today, unknown.id, Harm::NotFound, now, now);
    let Some(Change::MovePayment { after, .. }) = healed.unwrap().1.pop() else {
        panic!("nothing was moved");
    };
    assert_eq!(after.schedule.last_answered_at, None);
    assert_eq!(after.schedule.last_asked_at, None);
}
