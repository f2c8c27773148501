//! Tries that a notification named by the gateway's id, until the gateway answers about them.

use crate::story::check;

#[test]
fn a_try_named_during_silence_is_remembered() {
    for (wait, until) in [("04:20", "06:00"), ("04:40", "04:30")] {
        check(&format!(
            "
            04:00 order   INV-1 until {until}
            04:05 gateway INV-1 pending as bca_va
            04:05 gateway INV-1 silent
            04:05 webhook INV-1 pending try 1 => partial
            04:08 gateway INV-1 pending try 2 as qris
            04:09 gateway INV-1 settlement try 1 as bca_va
            {wait} gateway INV-1 healthy
            {wait} payctl  check-all --fix => clean
            {wait} look    INV-1 fulfilled
            "
        ));
    }
}

#[test]
fn any_notification_of_a_try_keeps_its_order() {
    for word in ["pending", "expire", "deny", "cancel", "settlement"] {
        check(&format!(
            r#"
            04:00 order   INV-1 until 04:30 as qris
            04:05 gateway INV-1 expire as qris
            04:34 payctl  check-all --fix => clean
            04:35 gateway all silent
            04:35 webhook INV-1 {word} try 2 => partial
            04:36 payctl  expire --dry-run => partial
            04:36 look    INV-1 pending
            04:37 payctl  why INV-1 => clean
            04:40 gateway INV-1 settlement try 2 as qris
            04:41 gateway all healthy
            04:41 payctl  expire => clean
            04:41 look    INV-1 fulfilled
            "#
        ));
    }
}

#[test]
fn not_found_counts_only_after_the_grace() {
    check(
        "
        04:00 order   INV-1 until 04:30 as qris
        04:05 gateway INV-1 expire as qris
        04:06 payctl  check-all --fix => clean
        04:07 webhook INV-1 pending try 2 => clean
        04:10 gateway INV-1 settlement try 2 as bca_va
        04:12 gateway INV-1 pending try 3 as qris
        04:15 payctl  check-all --fix => clean
        04:15 look    INV-1 fulfilled
        ",
    );
}

#[test]
fn a_repeated_notification_queries_again() {
    check(
        "
        04:00 order   INV-1 until 04:30 as qris
        04:05 gateway INV-1 expire as qris
        04:34 payctl  expire => clean
        04:34 look    INV-1 expired
        04:35 webhook INV-1 settlement try 2 => clean
        04:36 gateway INV-1 settlement try 2 as bca_va
        04:36 gateway INV-1 expire try 3 as qris
        04:40 webhook INV-1 settlement try 2 => clean
        04:40 look    INV-1 fulfilled
        ",
    );
}

#[test]
fn a_cancelled_order_waits_for_the_named_try() {
    check(
        r#"
        04:00 order   INV-1 until 06:00 as qris
        04:05 gateway INV-1 expire as qris
        04:06 payctl  check-all --fix => clean
        04:07 gateway all silent
        04:07 webhook INV-1 pending try 2 => partial
        04:08 payctl  order cancel INV-1 --reason twice --only-pending => partial
        04:08 look    INV-1 pending
        04:09 gateway all healthy
        04:10 payctl  order cancel INV-1 --reason twice --only-pending => clean
        04:10 look    INV-1 cancelled
        "#,
    );
}

#[test]
fn at_most_ten_unknown_tries_are_queried() {
    let mut story = String::from(
        "
        04:00 order   INV-1 until 04:30 as qris
        04:05 gateway INV-1 expire as qris
        04:06 payctl  check-all --fix => clean
        ",
    );
    for nth in 3..13 {
        story.push_str(&format!("04:07 webhook INV-1 pending try {nth} => clean\n"));
    }
    story.push_str(
        r#"
        04:08 webhook INV-1 pending try 13 => attention
        04:08 cases   INV-1 unknown_try
        04:08 webhook INV-1 pending try 3 => clean
        04:40 payctl  expire => attention
        04:40 says    "1 kept"
        04:41 payctl  case resolve 1 --dismiss --by rina --reason looked_up => clean
        04:42 payctl  expire => clean
        04:42 look    INV-1 expired
        "#,
    );
    check(&story);
}

/// DANA: known only by its try's id, which it repeats as the order id.
const DANA: &str = "
    04:00 order   INV-1 until 04:30 as dana
    04:05 gateway INV-1 settlement as dana calls itself
    04:05 gateway INV-1 known_by_id_only
";

#[test]
fn a_signed_success_books_a_self_named_try() {
    check(&format!(
        "{DANA}
        04:10 payctl  check-all --fix => attention
        04:10 look    INV-1 payment created
        04:11 webhook INV-1 settlement try 1 as dana => clean
        04:11 look    INV-1 payment paid
        04:11 look    INV-1 fulfilled
        04:20 payctl  check-all --fix => clean
        04:20 look    INV-1 payment paid
        04:20 cases   INV-1 none
        "
    ));
}

#[test]
fn an_unlinked_try_keeps_its_order_with_case() {
    for odd in ["code 201", "as gopay", "amount 24000"] {
        check(&format!(
            r#"{DANA}
            04:11 webhook INV-1 settlement try 1 as dana {odd} => attention
            04:11 look    INV-1 payment created
            04:11 cases   INV-1 unknown_try
            04:40 payctl  expire => attention
            04:40 says    "1 kept"
            04:40 look    INV-1 pending
            04:41 payctl  expire => attention
            04:41 says    "that payctl cannot match"
            04:41 payctl  case resolve 1 --dismiss --by rina --reason another_shops => clean
            04:42 payctl  expire => clean
            04:42 look    INV-1 expired
            "#
        ));
    }
}

#[test]
fn a_third_name_never_pays_the_order() {
    check(
        r#"
        04:00 order   INV-1 until 04:30 as dana
        04:05 gateway INV-1 settlement as dana calls INV-9
        04:05 gateway INV-1 known_by_id_only
        04:11 webhook INV-1 settlement try 1 as dana => attention
        04:11 look    INV-1 payment created
        04:11 cases   INV-1 unknown_try
        04:40 payctl  expire => attention
        04:40 look    INV-1 pending
        "#,
    );
}

#[test]
fn a_try_older_than_its_order_is_queried() {
    check(
        r#"
        04:00 order   KNOWN until 05:00
        04:00 gateway KNOWN pending as qris
        04:01 payctl  check-all --fix => clean
        04:02 webhook INV-1 settlement try 1 as dana => attention
        04:03 import  {"number":"INV-1","total":25000,"created_at":"2026-03-02T04:00:00Z","expires_at":"2026-03-02T04:30:00Z","payments":[{"gateway":"midtrans","method":"dana"}]}
        04:03 gateway INV-1 settlement as dana calls itself
        04:03 gateway INV-1 known_by_id_only
        04:40 payctl  expire => clean
        04:40 look    INV-1 fulfilled
        "#,
    );
}

#[test]
fn an_approval_finds_a_try_behind_another() {
    for (word, exit, look) in [
        ("settlement", "attention", "fulfilled"),
        ("pending", "clean", "fulfilled"),
    ] {
        check(&format!(
            "
            04:00 order   INV-1 until 05:00 as qris
            04:05 gateway INV-1 expire try 1 as qris
            04:06 payctl  check-all --fix => clean
            04:20 gateway INV-1 {word} try 2 as qris
            04:21 once    approve INV-1 --by rina --reason cash --yes => {exit}
            04:21 look    INV-1 {look}
            "
        ));
    }
}

#[test]
fn a_hidden_try_is_found_after_payment() {
    check(
        "
        04:00 order   INV-1 until 05:00 as qris
        04:05 gateway INV-1 expire try 1 as qris
        04:06 payctl  check-all --fix => clean
        04:20 once    approve INV-1 --by rina --reason cash --yes => clean
        04:21 gateway INV-1 settlement try 2 as qris
        05:10 payctl  check-all --fix --due => attention
        05:10 cases   INV-1 double_payment
        ",
    );
}

#[test]
fn a_hidden_try_is_found_after_expiry() {
    check(
        "
        04:00 order   INV-1 until 04:30 as qris
        04:05 gateway INV-1 expire try 1 as qris
        04:06 payctl  check-all --fix => clean
        04:34 payctl  expire => clean
        04:34 look    INV-1 expired
        04:35 gateway INV-1 settlement try 2 as qris
        05:10 payctl  check-all --fix --due => clean
        05:10 look    INV-1 fulfilled
        ",
    );
}

#[test]
fn a_hidden_try_blocks_a_new_payment() {
    check(
        r#"
        04:00 order   INV-1 until 05:00 as qris
        04:05 gateway INV-1 expire try 1 as qris
        04:06 payctl  check-all --fix => clean
        04:20 gateway INV-1 pending try 2 as qris
        04:21 payctl  pay INV-1 --gateway midtrans --method qris => attention
        04:21 says    "close it and open another with --new"
        04:30 gateway INV-1 settlement try 2 as qris
        04:31 payctl  pay INV-1 --gateway midtrans --method qris => clean
        04:31 look    INV-1 fulfilled
        "#,
    );
}

#[test]
fn an_unused_page_blocks_an_approval() {
    check(
        r#"
        04:00 order   OTHER until 05:00 as qris
        04:01 gateway OTHER settlement as qris
        04:02 payctl  check-all --fix => clean
        04:02 order   INV-1 until 05:00 as snap
        04:03 payctl  approve INV-1 --by rina --reason bank --yes => partial
        04:03 says    "was not closed"
        04:03 look    INV-1 pending
        04:04 payctl  approve INV-1 --by rina --reason bank --yes --even-if-payable => clean
        04:04 look    INV-1 fulfilled
        "#,
    );
}

/// INV-2 is unknown, so payctl asks about INV-1 to see whether the account is the right one, and hears of money.
#[test]
fn money_heard_of_by_chance_is_booked() {
    check(
        r#"
        04:00 order   INV-1 until 04:30 as qris
        04:05 gateway INV-1 expire as qris
        04:06 payctl  approve INV-1 --reason till --yes => clean
        04:10 gateway INV-1 settlement try 2 as bca_va
        04:11 payctl  order create --number INV-2 --total 25000 --expires-in 30m --gateway midtrans --method snap => clean
        04:12 payctl  check-all --fix => attention
        04:12 refunds INV-1 due double 25000
        04:12 look    INV-1 fulfilled
        "#,
    );
}
