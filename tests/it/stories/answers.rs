//! Answers to cases.

use crate::story::check;

#[test]
fn a_shortage_is_waived_once() {
    check(
        "
        04:00 order   INV-1 until 05:00 as qris
        04:10 gateway INV-1 settlement as qris amount 20000
        04:15 payctl  check-all --fix => attention
        04:15 cases   INV-1 amount_mismatch
        04:16 payctl  case list => clean
        04:16 says    1 case, 1 open
        04:16 payctl  case show 1 => clean
        04:16 says    --accept
        04:16 says    Rp 5,000 waived
        04:16 payctl  case resolve 1 --accept => usage
        04:16 payctl  case resolve 1 --reason regular => usage
        04:16 payctl  case resolve 1 --accept --refund --reason regular => usage
        04:16 payctl  case resolve 1 --accept --by rina --reason regular --dry-run => clean
        04:16 look    INV-1 pending
        04:17 payctl  case resolve 1 --dismiss --by rina --reason regular => failed
        04:17 says    there is money
        04:17 payctl  case resolve 1 --accept --by rina --reason regular => clean
        04:17 look    INV-1 fulfilled
        04:18 payctl  case resolve 1 --refund --by budi --reason no => failed
        04:18 says    accepted by operator:rina
        04:20 payctl  check-all --fix => clean
        04:20 look    INV-1 payment paid
        04:20 payctl  case list --order INV-1 --all => clean
        04:20 says    accepted
        ",
    );
}

#[test]
fn refunding_the_wrong_amount_ends_the_order() {
    check(
        "
        04:00 order   INV-1 until 05:00 as qris
        04:10 gateway INV-1 settlement as qris amount 20000
        04:15 payctl  check-all --fix => attention
        04:16 payctl  case resolve 1 --refund --by rina --reason short => attention
        04:16 refunds INV-1 due person 20000
        04:17 payctl  refund approve 1 --by rina => clean
        04:18 payctl  refund done 1 --bank-ref OUT1 --by rina => clean
        04:18 look    INV-1 refunded
        ",
    );
}

#[test]
fn a_person_accepts_late_money_with_stock() {
    check(
        r#"
        04:00 payctl  product set seat --price 12500 --capacity 3 --late refund => clean
        04:00 import  {"number":"INV-1","created_at":"2026-03-02T03:00:00Z","expires_at":"2026-03-02T03:30:00Z","lines":[{"sku":"seat","quantity":2}],"payments":[{"gateway":"midtrans","method":"qris","status":"expired"}]}
        04:10 gateway INV-1 settlement as qris
        04:15 payctl  check-all --fix => attention
        04:15 refunds INV-1 due late 25000
        04:16 payctl  case resolve 1 --accept --by rina --reason regular => clean
        04:16 look    INV-1 fulfilled
        04:16 look    INV-1 late
        04:16 refunds INV-1 rejected late 25000
        04:16 stock   seat 0 held 2 sold
        04:20 payctl  check-all --fix => clean
        04:20 refunds INV-1 rejected late 25000
        "#,
    );
}

#[test]
fn late_money_without_stock_goes_back() {
    check(
        r#"
        04:00 payctl  product set seat --price 12500 --capacity 2 => clean
        04:00 import  {"number":"INV-1","created_at":"2026-03-02T03:00:00Z","expires_at":"2026-03-02T03:30:00Z","lines":[{"sku":"seat","quantity":2}],"payments":[{"gateway":"midtrans","method":"qris","status":"expired"}]}
        04:05 order   INV-2 until 05:00 of seat x2
        04:10 gateway INV-1 settlement as qris
        04:15 payctl  check-all --fix => attention
        04:16 payctl  case resolve 1 --accept --by rina --reason regular => failed
        04:16 says    no longer free
        04:16 payctl  case resolve 1 --refund --by rina --reason full => clean
        04:16 refunds INV-1 due late 25000
        04:16 cases   INV-1 none
        04:16 look    INV-1 expired
        "#,
    );
}

#[test]
fn a_customer_may_leave_the_second_payment() {
    check(
        "
        04:00 order   INV-1 until 05:00 as qris
        04:10 payctl  approve INV-1 --by rina --reason bank --yes => clean
        04:11 gateway INV-1 settlement as qris
        04:12 payctl  check-all --fix => attention
        04:13 payctl  case resolve 1 --accept --by rina --reason tip => clean
        04:13 refunds INV-1 rejected double 25000
        04:40 payctl  check-all --fix => clean
        04:40 refunds INV-1 rejected double 25000
        04:40 cases   INV-1 none
        ",
    );
}

#[test]
fn a_loss_can_be_accepted() {
    check(
        "
        04:00 order   INV-1 until 05:00
        04:10 payctl  approve INV-1 --by rina --reason bank --yes => clean
        04:11 payctl  approve --withdraw 2 --by rina --reason bounced --yes => attention
        04:11 cases   INV-1 money_lost
        04:12 payctl  case resolve 1 --accept --by rina --reason goodwill => clean
        04:12 cases   INV-1 none
        04:12 look    INV-1 fulfilled
        ",
    );
}

#[test]
fn money_after_an_accepted_loss_stays() {
    check(
        "
        04:00 order   INV-1 until 05:00
        04:10 payctl  approve INV-1 --by rina --reason bank --bank-ref BCA9 --yes => clean
        04:11 payctl  approve --withdraw 2 --by rina --reason bounced --yes => attention
        04:12 payctl  case resolve 1 --accept --by rina --reason goodwill => clean
        04:13 payctl  approve INV-1 --by rina --reason bank --bank-ref BCA9 --amount 25000 --yes => clean
        04:13 refunds INV-1 none
        04:13 cases   INV-1 none
        04:14 payctl  approve INV-1 --by rina --reason bank --bank-ref BCA10 --amount 25000 --yes => attention
        04:14 refunds INV-1 due double 25000
        ",
    );
}

#[test]
fn the_missing_part_of_a_loss_is_approved() {
    check(
        "
        04:00 order   INV-1 until 05:00
        04:10 payctl  approve INV-1 --by rina --reason bank --bank-ref BCA9 --yes => clean
        04:11 payctl  approve --withdraw 2 --by rina --reason bounced --yes => attention
        04:12 payctl  case resolve 1 --accept --by rina --reason goodwill => clean
        04:13 payctl  approve INV-1 --by rina --reason bank --bank-ref BCA9 --yes => clean
        04:13 says    Rp 25,000 in total
        04:13 payctl  approve INV-1 --by rina --reason bank --yes => failed
        04:13 refunds INV-1 none
        ",
    );
}

#[test]
fn a_doubt_about_a_gateway_is_dismissed() {
    check(
        "
        04:00 order   INV-1 until 05:00
        04:05 payctl  check-all --fix => attention
        04:06 payctl  case list --kind unproven_gateway => clean
        04:06 says    1 case, 1 open
        04:06 payctl  case resolve 1 --accept --by rina --reason new => failed
        04:06 payctl  case resolve 1 --dismiss --by rina --reason new => clean
        04:06 payctl  case resolve 1 --dismiss --by rina --reason new => failed
        ",
    );
}
