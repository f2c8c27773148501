//! Each fault that can be planted in the store makes the file wrong that is right without it.

use super::{Shop, minute};
use crate::domain::CloseReason;
use crate::domain::decide::release::release_unproven;
use crate::faults::Planted;
use crate::store::Actor;

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
        let ended = shop.store.update_order(&super::permit(), order, by, cancel);
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
