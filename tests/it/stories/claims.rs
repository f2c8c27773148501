//! Notifications that claim money, and the answers that settle them.

use std::time::Duration;

use crate::notification;
use crate::story::check;
use crate::world::Shop;
use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, Fault, FaultTarget, PAKASIR};

#[test]
fn an_unknown_try_answers_its_own_notification() {
    check(
        r#"
        04:00 order   INV-1 until 04:30 as qris
        04:05 gateway INV-1 pending as qris
        04:06 payctl  check-all --fix => clean
        04:10 gateway INV-1 expire as qris
        04:10 gateway INV-1 settlement try 2 as qris
        04:40 webhook INV-1 settlement try 2 => clean
        04:40 says    "2 fixed"
        04:40 look    INV-1 payment expired paid
        04:40 look    INV-1 fulfilled
        04:41 payctl  check-all --fix => clean
        04:41 look    INV-1 payment expired paid
        "#,
    );
}

#[test]
fn an_abandoned_try_is_still_found() {
    check(
        "
        04:00 order   INV-1 until 05:00 as snap
        04:05 gateway INV-1 pending as bca_va
        04:06 payctl  check-all --fix => clean
        04:07 gateway INV-1 settlement try 2 as bni_va
        04:08 gateway INV-1 pending try 3 as qris
        04:10 webhook INV-1 settlement try 2 => clean
        04:10 look    INV-1 payment pending pending paid
        04:10 look    INV-1 fulfilled
        ",
    );
}

#[test]
fn the_next_run_retries_an_unanswered_notification() {
    check(
        r#"
        04:00 order   INV-1 until 04:30 as qris
        04:05 gateway INV-1 expire as qris
        04:34 payctl  check-all --fix => clean
        04:35 gateway INV-1 settlement try 2 as qris
        04:35 gateway INV-1 silent
        04:35 webhook INV-1 settlement try 2 => partial
        04:36 payctl  expire => partial
        04:36 says    "1 kept"
        04:37 payctl  why INV-1 => clean
        04:37 says    "another try at payment 1"
        04:40 gateway INV-1 healthy
        04:40 payctl  check-all --fix => clean
        04:40 look    INV-1 fulfilled
        "#,
    );
}

#[test]
fn a_nonexistent_try_keeps_no_order() {
    check(
        "
        04:00 order   INV-1 until 04:30 as qris
        04:05 gateway INV-1 pending as qris
        04:06 payctl  check-all --fix => clean
        04:07 webhook INV-1 settlement try 9 => clean
        04:10 look    INV-1 payment pending
        04:34 payctl  expire => clean
        04:34 look    INV-1 expired
        ",
    );
}

#[test]
fn an_unsigned_notification_during_expiry_keeps_no_order() {
    check(
        r#"
        04:00    payctl  product set seat --price 25000 --capacity 1 => clean
        04:00    order   VPN-1 until 04:30 at pakasir of seat x1
        04:10    gateway VPN-1 pending
        04:40:09 gateway VPN-1 silent
        04:40:09 webhook VPN-1 completed => partial
        04:40:05 gateway VPN-1 healthy
        04:40:05 payctl  expire => clean
        04:40:05 look    VPN-1 expired
        04:40:05 stock   seat 0 held 0 sold
        "#,
    );
}

#[test]
fn an_earlier_unsigned_notification_keeps_an_order() {
    check(
        r#"
        04:00 order   VPN-1 until 04:30 at pakasir
        04:10 gateway VPN-1 canceled
        04:34 payctl  check-all --fix => clean
        04:35 gateway VPN-1 silent
        04:35 webhook VPN-1 completed => partial
        04:36 payctl  expire => partial
        04:36 says    "1 kept"
        04:37 gateway VPN-1 healthy
        04:37 payctl  expire => clean
        04:37 look    VPN-1 expired
        "#,
    );
}

#[test]
fn a_flood_of_unsigned_notifications_is_one_query() {
    // A query that breaks off is sent up to three times.
    for (fault, most) in [(None, 1), (Some(Fault::Silent), 3)] {
        let shop = Shop::new();
        shop.run("order create --number VPN-1 --total 25000 --gateway pakasir --method qris")
            .ended(Exit::Clean);
        let world = shop.simulator.handle();
        let pending = AttemptTruth::new("pending", Rupiah::new(25_000).unwrap());
        world.set(PAKASIR, "VPN-1", pending).unwrap();
        if let Some(fault) = fault {
            world.fault(FaultTarget::all(PAKASIR), fault).unwrap();
        }
        for number in 0..20 {
            let body = notification::pakasir("VPN-1", 25_000);
            let body = body.replacen('{', &format!("{{\"number\":{number},"), 1);
            shop.run_words(&["webhook", "pakasir", "--max-time", "1s"], &body);
            shop.pass(Duration::from_millis(50));
        }
        // A busy machine may have no time left for all three.
        let asked = world.asked_total();
        assert!((1..=most).contains(&asked), "{asked}");
        world.clear_all();
        let due = shop.run("check-all --due --fix -o json").json();
        assert_eq!(due["summary"]["asked"], 1, "{due}");
        let open = "SELECT count(*) FROM notifications WHERE answered_at IS NULL";
        assert_eq!(shop.count(open), 0);
        shop.run("verify").ended(Exit::Clean);
    }
}
