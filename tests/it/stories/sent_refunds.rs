//! Refunds sent by the gateway that received the money.

use crate::story::check;

/// An order both approved and paid at the gateway, with the refund of the gateway's payment approved.
fn check_sent(method: &str, rest: &str) {
    check(&format!(
        "
        04:00 order   INV-1 until 05:00 as {method}
        04:10 payctl  approve INV-1 --by rina --reason bank --yes => clean
        04:11 gateway INV-1 settlement as {method}
        04:12 payctl  check-all --fix => attention
        04:12 payctl  refund send 1 --by rina => failed
        04:12 says    refund approve 1
        04:13 payctl  refund approve 1 --by rina => clean
        {rest}
        "
    ));
}

#[test]
fn approved_money_is_sent_back_once() {
    check_sent(
        "qris",
        "
        04:14 payctl  refund send 1 --by rina --dry-run => clean
        04:14 says    would_send
        04:14 refunds INV-1 approved double 25000
        04:15 payctl  refund send 1 --by rina => clean
        04:15 refunds INV-1 done double 25000
        04:15 cases   INV-1 none
        04:16 payctl  refund send 1 --by rina => failed
        04:17 payctl  check-all --fix => clean
        04:17 refunds INV-1 done double 25000
        04:17 look    INV-1 fulfilled
        ",
    );
}

#[test]
fn a_refund_denied_by_the_gateway_is_due() {
    check_sent(
        "qris",
        "
        04:14 gateway INV-1 refund_denied
        04:15 payctl  refund send 1 --by rina => attention
        04:15 refunds INV-1 failed double 25000 due double 25000
        04:16 payctl  refund list => clean
        04:16 says    1 refund
        04:17 payctl  refund approve 2 --by rina => clean
        04:18 payctl  refund done 2 --bank-ref OUT1 --by rina => clean
        04:18 refunds INV-1 failed double 25000 done double 25000
        ",
    );
}

#[test]
fn the_status_reveals_an_unanswered_refund() {
    check_sent(
        "qris",
        "
        04:14 gateway INV-1 unanswered
        04:15 payctl  refund send 1 --by rina => clean
        04:15 refunds INV-1 done double 25000
        ",
    );
}

#[test]
fn an_unknown_refund_is_resent_under_its_key() {
    check_sent(
        "qris",
        "
        04:14 gateway INV-1 silent
        04:15 payctl  refund send 1 --by rina => partial
        04:15 refunds INV-1 unknown double 25000
        04:16 gateway INV-1 healthy
        04:17 payctl  refund send 1 --by rina => clean
        04:17 refunds INV-1 done double 25000
        ",
    );
}

#[test]
fn an_answer_under_another_key_is_no_answer() {
    check_sent(
        "qris",
        "
        04:14 gateway INV-1 refund_other_key
        04:15 once    refund send 1 --by rina => partial
        04:15 says    the refund another, not the requested one
        04:15 refunds INV-1 unknown double 25000
        04:16 gateway INV-1 healthy
        04:17 payctl  refund send 1 --by rina => clean
        04:17 refunds INV-1 done double 25000
        ",
    );
}

#[test]
fn without_a_refund_call_the_bank_sends_it() {
    check_sent(
        "bca_va",
        "
        04:15 payctl  refund send 1 --by rina => failed
        04:15 says    payctl refund done 1
        04:15 refunds INV-1 approved double 25000
        ",
    );
}

#[test]
fn a_refund_missing_twice_can_be_resent() {
    check_sent(
        "qris",
        "
        04:14 gateway INV-1 silent
        04:15 once    refund send 1 --by rina => partial
        04:15 refunds INV-1 unknown double 25000
        04:16 gateway INV-1 healthy
        04:16 payctl  check-all --fix => clean
        04:16 refunds INV-1 unknown double 25000
        04:16:59 payctl check-all --fix => clean
        04:16:59 refunds INV-1 unknown double 25000
        04:17 payctl  check-all => attention
        04:17 says    1 would fix
        04:17 refunds INV-1 unknown double 25000
        04:17 once    check-all --fix => attention
        04:17 says    it can be sent again
        04:17 refunds INV-1 approved double 25000
        04:18 payctl  check-all --fix => clean
        04:18 refunds INV-1 approved double 25000
        04:19 payctl  refund send 1 --by rina => clean
        04:19 refunds INV-1 done double 25000
        04:20 payctl  check-all --fix => clean
        04:20 look    INV-1 fulfilled
        ",
    );
}

#[test]
fn an_unanswered_refund_is_soon_due_for_query() {
    check_sent(
        "qris",
        r#"
        04:14 gateway INV-1 silent
        04:15 once    refund send 1 --by rina => partial
        04:15 gateway INV-1 healthy
        04:15:59 payctl check-all --due --fix => clean
        04:15:59 says "nothing to check"
        04:16 payctl  check-all --due --fix => clean
        04:16 says    "1 asked"
        04:17 payctl  check-all --due --fix => clean
        04:17 says    "nothing to check"
        04:26 once    check-all --due --fix => attention
        04:26 refunds INV-1 approved double 25000
        "#,
    );
}

#[test]
fn a_week_of_silence_makes_a_refund_case() {
    let silent: String = (5..16)
        .map(|hour| format!("{hour:02}:15 once check-all --fix => partial\n"))
        .collect();
    check_sent(
        "qris",
        &format!(
            "
            04:14 gateway INV-1 silent
            04:15 once    refund send 1 --by rina => partial
            {silent}
            172:15 once   check-all --fix => attention
            172:15 cases  INV-1 double_payment refund_unknown
            172:50 once   check-all --fix => partial
            "
        ),
    );
}

#[test]
fn a_week_old_unknown_refund_asks_a_person() {
    let story = |answer: &str, rest: &str| {
        check_sent(
            "qris",
            &format!(
                "
                04:14 gateway INV-1 silent
                04:15 once    refund send 1 --by rina => partial
                172:14 gateway INV-1 healthy
                172:15 once   check-all --fix => attention
                172:15 cases  INV-1 double_payment refund_unknown
                172:15 refunds INV-1 unknown double 25000
                172:16 payctl check-all --fix => clean
                172:17 payctl refund send 1 --by rina => failed
                172:17 says   more than seven days ago
                172:18 payctl case resolve 2 --dismiss --by rina --reason looked => failed
                172:18 says   answer accept if the money has arrived
                172:19 payctl case resolve 2 --{answer} --by rina --reason looked => {rest}
                "
            ),
        );
    };
    story(
        "accept",
        "clean
        172:19 refunds INV-1 done double 25000
        172:19 cases  INV-1 none
        ",
    );
    story(
        "refund",
        "attention
        172:19 refunds INV-1 failed double 25000 due double 25000
        172:20 payctl refund approve 2 --by rina => clean
        172:21 payctl refund send 2 --by rina => clean
        172:21 refunds INV-1 failed double 25000 done double 25000
        ",
    );
}

#[test]
fn a_refund_found_late_closes_its_case() {
    check_sent(
        "qris",
        "
        04:14 gateway INV-1 silent
        04:15 once    refund send 1 --by rina => partial
        172:14 gateway INV-1 healthy
        172:15 once   check-all --fix => attention
        172:16 gateway INV-1 refund as qris refunded 25000
        172:17 payctl check-all --fix => clean
        172:17 refunds INV-1 done double 25000
        172:17 cases  INV-1 none
        ",
    );
}

#[test]
fn a_silent_gateway_is_sent_no_more_refunds() {
    check(
        "
        04:00 order   INV-1 until 05:00 as qris
        04:00 order   INV-2 until 05:00 as qris
        04:01 gateway INV-1 settlement
        04:01 gateway INV-2 settlement
        04:02 payctl  check-all --fix => clean
        04:03 once    order cancel INV-1 --reason unwanted --yes => attention
        04:03 once    order cancel INV-2 --reason unwanted --yes => attention
        04:04 payctl  refund approve 1 2 --by rina => clean
        04:05 gateway all silent
        04:05 once    refund send 1 2 --by rina => partial
        04:05 says    the refund was not sent; try again later
        04:05 refunds INV-1 unknown person 25000
        04:05 refunds INV-2 approved person 25000
        04:06 gateway all healthy
        04:07 payctl  refund send 1 2 --by rina => clean
        04:07 refunds INV-2 done person 25000
        ",
    );
}
