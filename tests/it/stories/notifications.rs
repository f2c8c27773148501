//! Notifications: payctl records them and queries sooner, but they change nothing themselves.

use crate::notification;
use crate::story::check;
use crate::world::Shop;
use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, MIDTRANS};

#[test]
fn a_notification_triggers_the_query_that_pays() {
    check(
        r#"
        04:00 order   INV-1 until 05:00 as qris
        04:10 gateway INV-1 settlement as qris
        04:10 webhook INV-1 settlement => clean
        04:10 says    "verified, about payment 1 of INV-1"
        04:10 says    "1 fixed"
        04:10 look    INV-1 fulfilled
        04:11 payctl  why INV-1 => clean
        04:11 says    "webhook:midtrans"
        04:11 says    "a notification (verified) says that money is in, 2 times"
        "#,
    );
}

#[test]
fn settlement_first_and_then_pending_is_paid_once() {
    check(
        r#"
        04:00 order   INV-1 until 05:00 as qris
        04:10 gateway INV-1 settlement as qris
        04:10 webhook INV-1 settlement => clean
        04:11 webhook INV-1 pending => clean
        04:11 says    "1 match"
        04:11 look    INV-1 fulfilled
        04:11 cases   INV-1 none
        04:11 refunds INV-1 none
        "#,
    );
}

#[test]
fn the_gateway_overrules_a_notification() {
    check(
        "
        04:00 order   INV-1 until 05:00 as qris
        04:10 gateway INV-1 pending as qris
        04:10 webhook INV-1 settlement => clean
        04:10 look    INV-1 pending
        04:11 webhook INV-1 expire => clean
        04:11 look    INV-1 payment pending
        ",
    );
}

#[test]
fn a_claimed_payment_expires_only_after_an_answer() {
    check(
        r#"
        04:00 payctl  product set seat --price 25000 --capacity 1 => clean
        04:00 order   INV-1 until 04:30 as qris of seat x1
        04:10 gateway INV-1 expire as qris
        04:34 payctl  check-all --fix => clean
        04:35 gateway INV-1 silent
        04:35 webhook INV-1 settlement => partial
        04:36 payctl  expire => partial
        04:36 says    "1 kept"
        04:36 look    INV-1 pending
        04:36 look    INV-1 payment expired
        04:37 payctl  why INV-1 => clean
        04:37 says    "the gateway has not confirmed it yet (O6)"
        05:00 gateway INV-1 healthy
        05:00 gateway INV-1 settlement as qris
        05:00 payctl  expire => clean
        05:00 look    INV-1 fulfilled
        "#,
    );
}

#[test]
fn an_unpaid_claimed_payment_expires_once_answered() {
    check(
        r#"
        04:00 order   INV-1 until 04:30 as qris
        04:10 gateway INV-1 expire as qris
        04:34 payctl  check-all --fix => clean
        04:35 gateway INV-1 silent
        04:35 webhook INV-1 settlement => partial
        04:36 gateway INV-1 healthy
        04:36 payctl  check-all --due --fix => clean
        04:36 says    "1 asked"
        04:37 payctl  expire => clean
        04:37 look    INV-1 expired
        "#,
    );
}

#[test]
fn a_forged_notification_changes_nothing() {
    check(
        r#"
        04:00 order   INV-1 until 04:30 as qris
        04:01 gateway INV-1 settlement as qris
        04:10 webhook INV-1 settlement forged => attention
        04:10 says    "refused, forged: its signature does not match this account's key"
        04:10 says    "nothing to check"
        04:10 look    INV-1 pending
        "#,
    );
}

#[test]
fn a_notification_about_an_unknown_order_is_kept() {
    check(
        r#"
        04:00 order   INV-1 until 05:00
        04:10 webhook INV-9 settlement => attention
        04:10 says    "its order is not known here"
        "#,
    );
}

#[test]
fn the_query_decides_about_a_different_amount() {
    check(
        r#"
        04:00 order   INV-1 until 05:00 as qris
        04:10 gateway INV-1 settlement amount 20000 as qris
        04:10 webhook INV-1 settlement amount 20000 => attention
        04:10 says    "its amount differs"
        04:10 look    INV-1 payment mismatch
        04:10 cases   INV-1 amount_mismatch
        "#,
    );
}

#[test]
fn unsigned_pakasir_notifications_need_a_query() {
    check(
        r#"
        04:00 order   VPN-1 until 05:00 at pakasir
        04:00 order   VPN-2 until 05:00 at pakasir
        04:10 gateway VPN-1 pending
        04:10 webhook VPN-1 completed => clean
        04:10 look    VPN-1 pending
        04:11 gateway VPN-1 completed
        04:12 webhook VPN-1 completed amount 500 => attention
        04:12 says    "nothing to check"
        04:12 look    VPN-1 pending
        04:20 webhook VPN-1 completed => clean
        04:20 look    VPN-1 fulfilled
        "#,
    );
}

#[test]
fn ten_repeats_are_one_row_and_query() {
    let shop = Shop::new();
    shop.run("order create --number INV-1 --total 25000 --gateway midtrans --method qris")
        .ended(Exit::Clean);
    let paid = AttemptTruth::new("settlement", Rupiah::new(25_000).unwrap());
    let world = shop.simulator.handle();
    world.set(MIDTRANS, "INV-1", paid).unwrap();
    let body = notification::midtrans("INV-1", "settlement", 25_000);
    let before = shop.simulator.handle().asked_total();
    for times in 1..=10 {
        let output = shop.run_words(&["webhook", "midtrans", "-o", "json"], &body);
        assert_eq!(output.json()["summary"]["times"], times);
        shop.pass(std::time::Duration::from_millis(10));
    }
    let rows = shop.count("SELECT count(*) FROM notifications");
    assert_eq!(
        (rows, shop.simulator.handle().asked_total() - before),
        (1, 1)
    );
}

#[test]
fn a_dry_run_queries_without_writing() {
    let shop = Shop::new();
    shop.run("order create --number INV-1 --total 25000 --gateway midtrans --method qris")
        .ended(Exit::Clean);
    let before = crate::books::fingerprint(&shop.database());
    let body = notification::midtrans("INV-1", "settlement", 25_000);
    let output = shop.run_words(&["webhook", "midtrans", "--dry-run", "-o", "json"], &body);
    assert_eq!(output.json()["summary"]["asked"], 1);
    assert_eq!(crate::books::fingerprint(&shop.database()), before);
}

#[test]
fn a_flood_of_forgeries_fills_bounded_space() {
    let shop = Shop::new();
    shop.run("order create --number INV-1 --total 25000")
        .ended(Exit::Clean);
    for number in 0..1_010 {
        let body = notification::forged("INV-1", "settlement", number);
        shop.run_words(&["webhook", "midtrans"], &body)
            .ended(Exit::Attention);
    }
    assert_eq!(shop.count("SELECT count(*) FROM notifications"), 1_001);
    assert_eq!(shop.count("SELECT max(times) FROM notifications"), 10);
    assert_eq!(shop.count("SELECT max(length(body)) FROM notifications"), 2);
}

#[test]
fn too_long_a_notification_is_refused_unread() {
    let shop = Shop::new();
    shop.run("order create --number INV-1 --total 25000")
        .ended(Exit::Clean);
    let body = "x".repeat(64 * 1024 + 1);
    let output = shop.run_words(&["webhook", "midtrans"], &body);
    assert!(
        output
            .ended(Exit::Attention)
            .stderr
            .contains("at most 65536 bytes")
    );
    assert_eq!(shop.count("SELECT count(*) FROM notifications"), 0);
}

#[test]
fn no_personal_data_or_signature_is_kept() {
    let shop = Shop::new();
    shop.run("order create --number INV-1 --total 25000 --gateway midtrans --method qris")
        .ended(Exit::Clean);
    let body = notification::midtrans("INV-1", "settlement", 25_000);
    shop.run_words(&["webhook", "midtrans"], &body);
    let kept = "SELECT count(*) FROM notifications WHERE body LIKE '%settlement%'";
    assert_eq!(shop.count(kept), 1);
    for secret in ["signature", "sari@"] {
        let leak = format!("SELECT count(*) FROM notifications WHERE body LIKE '%{secret}%'");
        assert_eq!(shop.count(&leak), 0, "{secret}");
    }
}

#[test]
fn a_signed_payment_under_its_number_keeps_it() {
    check(
        "
        04:00 payctl  order create --number INV-1 --total 25000 --expires-in 30m => clean
        04:05 webhook INV-1 pending => attention
        04:05 webhook INV-1 settlement => attention
        04:05 cases   INV-1 unknown_try
        04:40 payctl  expire => attention
        04:40 look    INV-1 pending
        04:41 once    case resolve 1 --dismiss --by rina --reason seen => clean
        04:42 payctl  expire => clean
        04:42 look    INV-1 expired
        ",
    );
}

#[test]
fn signed_money_without_an_order_is_reported_once() {
    check(
        r#"
        03:00 payctl  product set p --price 1 => clean
        04:00 webhook GHOST-1 settlement => attention
        04:00 webhook GHOST-2 pending => attention
        04:10 payctl  check-all --fix => clean
        05:01 payctl  check-all --fix => attention
        05:01 says    "has: GHOST-1 (Rp 25,000). Look them up"
        05:02 payctl  check-all --fix => clean
        05:03 webhook GHOST-3 settlement => attention
        06:10 payctl  check-all --fix => clean
        06:11 payctl  case resolve 1 --dismiss --by rina --reason seen => clean
        06:12 payctl  check-all --fix => attention
        06:12 says    "has: GHOST-3 (Rp 25,000). Look them up"
        "#,
    );
}

#[test]
fn an_order_created_after_its_money_matches() {
    check(
        "
        03:00 payctl  product set p --price 1 => clean
        04:00 webhook INV-1 settlement => attention
        04:10 order   INV-1 until 05:00 as qris
        04:10 gateway INV-1 settlement as qris
        05:01 payctl  check-all --fix => clean
        05:01 look    INV-1 fulfilled
        ",
    );
}

#[test]
fn verify_finds_unreported_money() {
    check(
        r#"
        03:00 payctl  product set p --price 1 => clean
        04:00 webhook GHOST-1 settlement => attention
        05:30 payctl  verify => clean
        06:10 payctl  verify => attention
        06:10 says    "reports money under GHOST-1, but nobody was asked about it"
        06:11 payctl  check-all --fix => attention
        06:12 payctl  verify => clean
        "#,
    );
}
