//! Manual payments with a unique amount.

use crate::story::check;

#[test]
fn a_unique_amount_pays_the_order_exactly() {
    check(
        "
        04:00 payctl  order create --number INV-1 --total 25000 --expires-at 2026-03-02T05:00:00Z => clean
        04:00 payctl  order create --number INV-2 --total 25000 --expires-at 2026-03-02T05:00:00Z => clean
        04:01 payctl  pay INV-1 --gateway manual --unique => clean
        04:01 says    25,001
        04:02 payctl  pay INV-2 --gateway manual --unique => clean
        04:02 look    INV-1 asked 25001
        04:02 look    INV-2 asked 25002
        04:10 payctl  order list --asked 25002 => clean
        04:10 says    INV-2
        04:10 says    \"1 order\"
        04:11 payctl  approve INV-2 --amount 25002 --bank-ref BCA-1 --reason statement --yes => clean
        04:11 look    INV-2 fulfilled
        04:11 refunds INV-2 none
        04:11 cases   INV-2 none
        04:12 payctl  approve INV-1 --reason statement --yes => clean
        04:12 says    25,001
        04:12 look    INV-1 fulfilled
        04:12 refunds INV-1 none
        05:10 payctl  check-all --fix => clean
        05:10 payctl  expire => clean
        ",
    );
}

#[test]
fn the_plain_total_pays_and_more_is_returned() {
    check(
        "
        04:00 payctl  order create --number INV-1 --total 25000 --expires-at 2026-03-02T05:00:00Z => clean
        04:00 payctl  order create --number INV-2 --total 25000 --expires-at 2026-03-02T05:00:00Z => clean
        04:01 payctl  pay INV-1 --gateway manual --unique => clean
        04:01 payctl  pay INV-2 --gateway manual --unique => clean
        04:05 payctl  approve INV-1 --amount 25000 --reason till --yes => clean
        04:05 look    INV-1 fulfilled
        04:05 refunds INV-1 none
        04:06 payctl  approve INV-2 --amount 25102 --reason statement --bank-ref BCA-2 --yes => attention
        04:06 look    INV-2 fulfilled
        04:06 refunds INV-2 due excess 102
        ",
    );
}

#[test]
fn a_manual_order_expires_and_accepts_late_money() {
    check(
        "
        04:00 payctl  order create --number INV-1 --total 25000 --expires-at 2026-03-02T05:00:00Z => clean
        04:01 payctl  pay INV-1 --gateway manual --unique => clean
        05:10 payctl  expire => clean
        05:10 look    INV-1 expired
        05:11 payctl  pay INV-1 --gateway manual --unique => failed
        05:12 payctl  order create --number INV-2 --total 25000 --expires-at 2026-03-02T06:00:00Z => clean
        05:13 payctl  pay INV-2 --gateway manual --unique => clean
        05:13 look    INV-1 asked 25001
        05:13 look    INV-2 asked 25002
        05:14 payctl  approve INV-1 --reason statement --bank-ref BCA-3 --yes => clean
        05:14 look    INV-1 fulfilled
        05:14 look    INV-1 late
        05:14 refunds INV-1 none
        ",
    );
}

#[test]
fn a_second_payment_at_the_gateway_goes_back() {
    check(
        "
        04:00 payctl  order create --number INV-1 --total 25000 --expires-at 2026-03-02T05:00:00Z => clean
        04:01 payctl  pay INV-1 --gateway manual --unique => clean
        04:02 payctl  pay INV-1 --gateway pakasir => clean
        04:03 payctl  pay INV-1 --gateway manual --unique => failed
        04:03 says    --new
        04:03 payctl  pay INV-1 --gateway manual --unique --new => clean
        04:03 look    INV-1 payment cancelled
        04:03 look    INV-1 asked 25001
        04:04 payctl  approve INV-1 --reason statement --bank-ref BCA-1 --yes => clean
        04:05 payctl  approve INV-1 --amount 25001 --reason again --bank-ref BCA-2 --yes => attention
        04:05 refunds INV-1 due double 25001
        ",
    );
}

#[test]
fn a_smaller_missing_amount_needs_a_new_request() {
    check(
        "
        04:00 payctl  order create --number INV-1 --total 25000 --expires-at 2026-03-02T05:00:00Z => clean
        04:01 payctl  pay INV-1 --gateway manual --unique => clean
        04:02 payctl  approve INV-1 --amount 10000 --reason till --yes => attention
        04:03 payctl  pay INV-1 --gateway manual --unique => clean
        04:03 look    INV-1 asked 15001
        04:04 payctl  approve INV-1 --reason statement --yes => clean
        04:04 look    INV-1 fulfilled
        04:04 refunds INV-1 none
        ",
    );
}
