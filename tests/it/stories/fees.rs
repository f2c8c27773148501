//! A fee that the gateway puts on top of the amount, for the customer to bear.

use crate::story::check;

#[test]
fn the_customer_bears_the_fee_throughout() {
    check(
        r#"
        04:00 payctl  order create --number INV-1 --total 25000 --expires-at 2026-03-02T05:00:00Z => clean
        04:01 gateway INV-1 adds_fee 175
        04:02 payctl  pay INV-1 --gateway midtrans --method qris -o json => clean
        04:02 says    "amount":25000,"fee":175,"payable":25175
        04:02 says    qr_text":"0002
        04:02 says    540525175
        04:03 payctl  pay INV-1 -o json => clean
        04:03 says    "payable":25175
        04:05 gateway INV-1 pays
        04:06 webhook INV-1 settlement fee 175 => clean
        04:07 payctl  why INV-1 => clean
        04:07 says    with its fee of Rp 175 on top, paid by the customer
        04:07 look    INV-1 fulfilled
        04:07 refunds INV-1 none
        04:07 cases   INV-1 none
        04:08 payctl  check-all --fix => clean
        04:10 payctl  order cancel INV-1 --reason wish --yes => attention
        04:10 refunds INV-1 due person 25175
        04:11 payctl  refund approve 1 --by rina => clean
        04:12 payctl  refund send 1 --by rina => clean
        04:13 payctl  check-all --fix => clean
        04:13 refunds INV-1 done person 25175
        04:13 cases   INV-1 none
        "#,
    );
}

#[test]
fn a_fee_is_found_without_the_webhook() {
    check(
        "
        04:00 order   INV-1 until 05:00 as qris
        04:10 gateway INV-1 settlement fee 175
        04:15 payctl  check-all --fix => clean
        04:15 look    INV-1 fulfilled
        04:15 refunds INV-1 none
        04:20 gateway INV-1 refund
        04:25 payctl  check-all --fix => clean
        04:25 look    INV-1 refunded
        04:25 refunds INV-1 external gateway 25175
        04:25 cases   INV-1 none
        ",
    );
}

#[test]
fn a_fee_is_read_wherever_shown() {
    for shown in ["metadata", "extra_info", "both"] {
        check(&format!(
            "
            04:00 order   INV-1 until 05:00 as qris
            04:10 gateway INV-1 settlement fee 175 shown {shown}
            04:15 payctl  check-all --fix => clean
            04:15 look    INV-1 fulfilled
            04:15 cases   INV-1 none
            "
        ));
    }
}

#[test]
fn an_unexplained_fee_stays_a_mismatch() {
    for (answer, facts) in [
        ("fee 175 shown nowhere", "for Rp 25,175; Rp 25,000 was"),
        (
            "fee 175 shown contradicting",
            "with a fee that does not add up",
        ),
        (
            "amount 24000 fee 1175",
            "as Rp 24,000 and a fee of Rp 1,175",
        ),
        ("amount 24000 fee 1000", ""),
        ("amount 25175", "for Rp 25,175; Rp 25,000 was"),
    ] {
        let (exit, look, cases) = if facts.is_empty() {
            ("clean", "fulfilled", "none")
        } else {
            ("attention", "pending", "amount_mismatch")
        };
        let says = if facts.is_empty() {
            String::new()
        } else {
            format!("04:16 payctl case show 1 => clean\n04:16 says \"{facts}\"")
        };
        check(&format!(
            "
            04:00 order   INV-1 until 05:00 as qris
            04:10 gateway INV-1 settlement {answer}
            04:15 payctl  check-all --fix => {exit}
            04:15 look    INV-1 {look}
            04:15 cases   INV-1 {cases}
            {says}
            "
        ));
    }
}

#[test]
fn every_try_on_a_page_has_its_fee() {
    check(
        "
        04:00 payctl  order create --number INV-1 --total 25000 --expires-at 2026-03-02T05:00:00Z => clean
        04:01 gateway INV-1 adds_fee 175
        04:02 payctl  pay INV-1 --gateway midtrans --method snap => clean
        04:02 says    25,000
        04:03 gateway INV-1 chooses qris
        04:04 payctl  check-all --fix => clean
        04:05 gateway INV-1 settlement try 2 fee 4440 as bca_va
        04:06 payctl  check-all --fix => clean
        04:06 look    INV-1 fulfilled
        04:06 look    INV-1 payment expired paid
        04:06 refunds INV-1 none
        04:06 cases   INV-1 none
        ",
    );
}

#[test]
fn a_card_under_review_may_bear_a_fee() {
    check(
        "
        04:00 order   INV-1 until 05:00 as credit_card
        04:10 gateway INV-1 capture fraud challenge fee 725
        04:11 payctl  check-all --fix => attention
        04:11 look    INV-1 payment challenged
        04:15 gateway INV-1 capture fraud accept fee 725
        04:16 payctl  check-all --fix => clean
        04:16 look    INV-1 fulfilled
        04:16 refunds INV-1 none
        ",
    );
}

#[test]
fn an_approval_asks_for_the_price_alone() {
    check(
        "
        04:00 order   INV-1 until 05:00 as qris
        04:10 gateway INV-1 pending fee 175
        04:11 payctl  check-all --fix => clean
        04:12 gateway INV-1 silent
        04:12 payctl  approve INV-1 --by rina --reason bank --bank-ref BCA-1 --yes --even-if-payable => clean
        04:12 look    INV-1 fulfilled
        04:12 gateway INV-1 healthy
        04:13 gateway INV-1 pays
        04:14 payctl  check-all --fix => attention
        04:14 refunds INV-1 due double 25175
        ",
    );
}
