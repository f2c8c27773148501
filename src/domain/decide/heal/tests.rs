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
    assert!(healed.is_ok());
    let known = Payment {
        seen: true,
        ..unknown
    };
    let today = dossier(OrderStatus::Expired, vec![known.clone()]);
    let healed = ask_again(today, known.id, Harm::NotFound, now, now);
    assert_eq!(healed, Err(Sound));
}
