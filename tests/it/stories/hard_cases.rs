//! Hard cases: answers that come late, twice, out of order, or during a decision.

use crate::story::check;

#[test]
fn a_qr_paid_within_the_grace_counts() {
    check(
        "
        04:00 payctl  product set seat --price 25000 --capacity 1 => clean
        04:00 order   INV-1 until 04:30 as qris of seat x1
        04:10 gateway INV-1 pending as qris
        04:31 payctl  expire => clean
        04:31 look    INV-1 pending
        04:31:10 gateway INV-1 settlement as qris
        04:34 payctl  expire => clean
        04:34 look    INV-1 fulfilled
        04:34 look    INV-1 punctual
        04:34 stock   seat 0 held 1 sold
        ",
    );
}

/// A QR paid seventy seconds after the deadline, which the gateway shows as paid only after the order expired.
fn check_shown_late(meanwhile: &str, found: &str) {
    check(&format!(
        "
        04:00 payctl  product set seat --price 25000 --capacity 1 => clean
        04:00 order   INV-1 until 04:30 as qris of seat x1
        04:10 gateway INV-1 pending as qris
        04:30 gateway INV-1 expire as qris
        04:34 payctl  expire => clean
        04:34 look    INV-1 expired
        {meanwhile}
        04:36 gateway INV-1 settlement as qris
        {found}
        "
    ));
}

#[test]
fn money_shown_after_expiry_retakes_the_stock() {
    check_shown_late(
        "",
        "
        04:37 payctl  check-all --fix => clean
        04:37 look    INV-1 fulfilled
        04:37 look    INV-1 late
        04:37 look    INV-1 payment paid
        04:37 stock   seat 0 held 1 sold
        04:37 refunds INV-1 none
        ",
    );
}

#[test]
fn money_shown_after_selling_out_is_owed() {
    check_shown_late(
        "04:35 order   INV-2 until 09:30 as qris of seat x1",
        "
        04:37 payctl  check-all --fix => attention
        04:37 look    INV-1 expired
        04:37 look    INV-1 payment paid
        04:37 refunds INV-1 due late 25000
        04:37 cases   INV-1 late_payment
        04:37 stock   seat 1 held 0 sold
        ",
    );
}

#[test]
fn the_next_attempt_pays_after_one_expires() {
    check(
        r#"
        04:00 import {"number":"INV-1","total":25000,"expires_at":"2026-03-02T05:00:00Z","payments":[{"gateway":"midtrans","reference":"INV-1","method":"qris"},{"gateway":"midtrans","reference":"INV-1B","method":"qris"}]}
        04:10 gateway INV-1 expire
        04:10 gateway INV-1B pending
        04:11 payctl  check-all --fix => clean
        04:11 look    INV-1 pending
        04:11 look    INV-1 payment expired pending
        04:20 gateway INV-1B settlement
        04:21 payctl  check-all --fix => clean
        04:21 look    INV-1 fulfilled
        04:21 look    INV-1 payment expired paid
        04:21 refunds INV-1 none
        05:04 payctl  expire => clean
        05:04 look    INV-1 fulfilled
        "#,
    );
}

#[test]
fn an_approved_orders_qr_is_closed() {
    check(
        "
        04:00 order   INV-1 until 05:00 as qris
        04:05 gateway INV-1 pending as qris
        04:06 payctl  check-all --fix => clean
        04:09 gateway INV-1 silent
        04:10 payctl  approve INV-1 --by rina --reason bank --yes => partial
        04:10 look    INV-1 pending
        04:10 payctl  approve INV-1 --by rina --reason bank --yes --even-if-payable => clean
        04:10 gateway INV-1 healthy
        04:10 look    INV-1 fulfilled
        04:10 look    INV-1 payment pending paid
        04:12 payctl  check-all --fix => clean
        04:12 look    INV-1 payment expired paid
        04:12 refunds INV-1 none
        ",
    );
}

#[test]
fn a_qr_paid_during_its_close_is_owed() {
    check(
        "
        04:00 order   INV-1 until 05:00 as qris
        04:05 gateway INV-1 pending as qris
        04:06 payctl  check-all --fix => clean
        04:09 gateway INV-1 silent
        04:10 payctl  approve INV-1 --by rina --reason bank --yes => partial
        04:10 look    INV-1 pending
        04:10 payctl  approve INV-1 --by rina --reason bank --yes --even-if-payable => clean
        04:10 gateway INV-1 healthy
        04:11 gateway INV-1 paid_when_closed
        04:12 payctl  check-all --fix => attention
        04:12 look    INV-1 fulfilled
        04:12 look    INV-1 payment paid paid
        04:12 refunds INV-1 due double 25000
        04:12 cases   INV-1 double_payment
        ",
    );
}

#[test]
fn four_silent_hours_release_nothing() {
    check(
        "
        04:00 payctl  product set seat --price 25000 --capacity 1 => clean
        04:00 order   INV-1 until 04:30 as qris of seat x1
        04:20 gateway INV-1 settlement as qris
        04:20 gateway all silent
        04:34 payctl  expire => partial
        06:00 payctl  check-all --fix => partial
        08:19 payctl  expire => partial
        08:19 look    INV-1 pending
        08:19 stock   seat 1 held 0 sold
        08:20 gateway all healthy
        08:21 payctl  expire => clean
        08:21 look    INV-1 fulfilled
        08:21 look    INV-1 punctual
        08:21 stock   seat 0 held 1 sold
        ",
    );
}

#[test]
fn the_later_of_two_gateway_payments_is_owed() {
    check(
        r#"
        04:00 import {"number":"INV-1","total":25000,"expires_at":"2026-03-02T05:00:00Z","payments":[{"gateway":"midtrans","reference":"INV-1","method":"qris"},{"gateway":"pakasir","reference":"INV-1B","method":"qris"}]}
        04:05 gateway INV-1B completed
        04:06 gateway INV-1 settlement as qris
        04:10 payctl  check-all --fix => attention
        04:10 look    INV-1 fulfilled
        04:10 look    INV-1 payment paid paid
        04:10 cases   INV-1 double_payment
        04:10 refunds INV-1 due double 25000
        04:20 payctl  check-all --fix => clean
        "#,
    );
}

#[test]
fn a_permata_denial_makes_the_money_lost() {
    let story = |rest: &str| {
        check(&format!(
            "
            04:00 payctl  product set seat --price 25000 --capacity 1 --tickets => clean
            04:00 order   INV-1 until 05:00 as permata_va of seat x1
            04:10 gateway INV-1 settlement as permata_va
            04:10 payctl  check-all --fix => clean
            04:13 gateway INV-1 deny as permata_va
            04:13 payctl  check-all --due --fix => attention
            04:13 look    INV-1 payment paid
            04:13 look    INV-1 fulfilled
            04:19 payctl  check-all --due --fix => attention
            04:19 look    INV-1 payment reversed
            04:19 cases   INV-1 money_lost
            04:19 stock   seat 0 held 1 sold
            {rest}
            "
        ));
    };
    story(
        "
        04:20 payctl  case resolve 2 --accept --by rina --reason goodwill => clean
        04:20 look    INV-1 fulfilled
        04:20 cases   INV-1 none
        04:30 gateway INV-1 settlement as permata_va
        05:30 payctl  check-all --fix => clean
        05:30 look    INV-1 payment paid
        05:30 refunds INV-1 none
        05:30 cases   INV-1 none
        ",
    );
    story(
        "
        04:20 payctl  order cancel INV-1 --reason bounced --yes => clean
        04:20 look    INV-1 cancelled
        04:20 cases   INV-1 none
        04:20 refunds INV-1 none
        04:20 stock   seat 0 held 0 sold
        ",
    );
}

#[test]
fn a_refund_seen_first_ends_any_order() {
    check(
        "
        04:00 payctl  product set seat --price 25000 --capacity 1 => clean
        04:00 order   INV-1 until 04:30 as qris of seat x1
        04:05 gateway INV-1 pending as qris
        04:34 payctl  expire => clean
        04:34 look    INV-1 expired
        04:40 gateway INV-1 refund as qris refunded 25000
        04:41 payctl  check-all --fix => clean
        04:41 look    INV-1 expired
        04:41 look    INV-1 payment paid
        04:41 refunds INV-1 external gateway 25000
        04:41 cases   INV-1 none
        04:41 stock   seat 0 held 0 sold
        ",
    );
}
