//! Each fault that can be planted in the store makes the file wrong that is right without it.

use super::{Shop, minute, permit};
use crate::domain::decide::release::release_unproven;
use crate::domain::{Authenticity, CloseReason, Notification, NotificationOrigin};
use crate::faults::Planted;
use crate::store::{Actor, IncomingNotification, OperatorVisit};

/// The result without the fault and with it.
#[track_caller]
fn check(fault: Planted, play: impl Fn() -> String, right: &str, wrong: &str) {
    assert_eq!(play(), right);
    let _planted = fault.plant();
    assert_eq!(play(), wrong, "{fault}");
}

#[test]
fn stock_released_twice() {
    let cancelled = || {
        let shop = Shop::with_gateways();
        shop.add_product("a", Some(3));
        let order = shop.add_order("INV-1");
        shop.line(order, "a", 1, "held");
        let other = shop.add_order("INV-2");
        shop.line(other, "a", 1, "held");
        let by = Actor {
            actor: "operator:rina",
            now: minute(5),
        };
        let cancel = |today| {
            release_unproven(today, CloseReason::Cancelled, "gone").map(|changes| ((), changes))
        };
        let ended = shop.store.update_order(&permit(), order, by, cancel);
        ended.unwrap().unwrap().unwrap();
        shop.stock()
    };
    check(
        Planted::ReleaseTwice,
        cancelled,
        "a 1/0 released,held",
        "a 0/0 released,held",
    );
}

#[test]
fn a_named_try_forgotten() {
    let named = || {
        let shop = Shop::with_gateways();
        shop.waiting("INV-1");
        let notice = Notification {
            verdict: Authenticity::Verified,
            reference: "INV-1".parse().ok(),
            transaction_id: "t-2".parse().ok(),
            ..Notification::unreadable("")
        };
        let arrival = IncomingNotification {
            gateway: &"midtrans".parse().unwrap(),
            body: b"a try",
            notice: &notice,
            origin: &NotificationOrigin::default(),
            received_at: minute(5),
        };
        let noted = shop.store.record_notification(&permit(), arrival);
        assert!(noted.unwrap().is_to_ask);
        shop.count("named_tries").to_string()
    };
    check(Planted::ForgetANamedTry, named, "1", "0");
}

#[test]
fn a_case_that_only_its_own_run_tells() {
    let told = || {
        let mut shop = Shop::with_gateways();
        let id = shop.waiting("INV-1");
        shop.book_answer(id, super::paid(20_000), 5);
        let visit = OperatorVisit::new().unwrap();
        let later = shop.second_store().on_visit(visit);
        let untold = later.untold(&shop.path(), 20).unwrap();
        untold.all_cases.len().to_string()
    };
    check(Planted::TellOnlyOwnCases, told, "1", "0");
}
