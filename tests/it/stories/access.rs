//! Access: its periods are scheduled, and rescheduled when one is revoked or restored.

use crate::story::check;

#[test]
fn a_renewal_extends_the_running_access() {
    check(
        "
        04:00 payctl  product set stream --price 25000 --access 2h => clean
        04:00 order   INV-1 until 05:00 as qris of stream x1 for Sari@example.com
        04:05 payctl  access check --product stream --order INV-1 => attention
        04:05 says    not bought
        04:10 gateway INV-1 settlement
        04:10 payctl  check-all --fix => clean
        04:11 payctl  access check --product stream --order INV-1 => clean
        04:11 says    2026-03-02 06:10
        04:30 order   INV-2 until 05:30 as qris of stream x1 for sari@example.com
        04:40 gateway INV-2 settlement
        04:40 payctl  check-all --fix => clean
        04:41 payctl  access check --product stream --user sari@EXAMPLE.com => clean
        04:41 says    2026-03-02 08:10
        04:41 payctl  access list --user sari@example.com --product stream => clean
        04:41 says    2 grants, 2 running, 0 unused
        04:50 payctl  access revoke INV-1 --product stream --reason shared --dry-run => clean
        04:50 says    would be revoked
        04:50 access  INV-1 running
        04:50 payctl  access revoke INV-1 --product stream --reason shared => clean
        04:50 access  INV-1 revoked
        04:51 payctl  access revoke INV-1 --product stream --reason shared => failed
        04:51 payctl  access revoke INV-1 --product stream --reason shared --dry-run => failed
        04:51 says    INV-1 gives no access to stream
        04:51 payctl  access check --product stream --user sari@example.com => clean
        04:51 says    2026-03-02 06:50
        04:51 payctl  why INV-2 => clean
        04:51 says    access to stream begins earlier
        06:49 payctl  access check --product stream --order INV-2 => clean
        06:50 payctl  access check --product stream --order INV-2 => attention
        08:10 says    access from INV-2 ended at
        08:11 payctl  access check --product stream --order INV-9 => failed
        08:11 payctl  access check --product other --order INV-1 => failed
        08:11 payctl  access check --product stream --session nobodys => attention
        08:11 payctl  access check --product stream => usage
        ",
    );
}

#[test]
fn first_use_access_begins_with_admission() {
    check(
        "
        04:00 payctl  product set stream --price 25000 --access 2h --access-from first_use => clean
        04:00 order   INV-1 until 05:00 as qris of stream x1
        04:10 gateway INV-1 settlement
        04:10 payctl  check-all --fix => clean
        04:10 access  INV-1 unused
        05:00 payctl  access check --product stream --order INV-1 --dry-run => clean
        05:00 access  INV-1 unused
        05:00 says    access would start now
        06:00 payctl  access check --product stream --order INV-1 => clean
        06:00 access  INV-1 running
        07:59 payctl  access check --product stream --order INV-1 => clean
        07:59 says    2026-03-02 08:00
        08:00 payctl  access check --product stream --order INV-1 => attention
        08:00 access  INV-1 ended
        ",
    );
}

#[test]
fn cancelled_renewals_leave_one_period() {
    check(
        "
        04:00 payctl  product set stream --price 25000 --access 30d => clean
        04:00 order   R-1 until 05:00 of stream x1 for sari@example.com
        04:00 order   R-2 until 05:00 of stream x1 for SARI@example.com
        04:00 order   R-3 until 05:00 of stream x1 for sari@example.com
        04:01 payctl  approve R-1 R-2 R-3 --by rina --reason cash --yes => clean
        04:02 payctl  access check --product stream --user sari@example.com => clean
        04:02 says    2026-05-31 04:01
        04:10 payctl  order cancel R-2 --reason sorry --yes => attention
        04:10 payctl  access check --product stream --user sari@example.com => clean
        04:10 says    2026-05-01 04:01
        04:20 payctl  order cancel R-1 --reason sorry --yes => attention
        04:20 payctl  access check --product stream --user sari@example.com => clean
        04:20 says    2026-04-01 04:20
        04:20 payctl  access check --product stream --order R-3 => clean
        04:20 says    2026-04-01 04:20
        04:20 payctl  why R-3 => clean
        04:20 says    the access before it was revoked
        04:30 payctl  order cancel R-3 --reason sorry --yes => attention
        04:30 payctl  access check --product stream --user sari@example.com => attention
        ",
    );
}

#[test]
fn access_pauses_while_the_money_is_away() {
    check(
        "
        04:00 payctl  product set stream --price 25000 --access 30m => clean
        04:00 order   INV-1 until 05:00 of stream x1
        04:10 payctl  approve INV-1 --by rina --reason bank --bank-ref FT1 --yes => clean
        04:20 payctl  approve --withdraw 2 --by rina --reason typo --yes => attention
        05:20 payctl  access check --product stream --order INV-1 => attention
        05:20 payctl  approve INV-1 --by rina --reason bank --bank-ref FT2 --yes => clean
        05:20 access  INV-1 running
        05:39 payctl  access check --product stream --order INV-1 => clean
        05:39 says    2026-03-02 05:40
        05:40 payctl  access check --product stream --order INV-1 => attention
        05:50 payctl  approve --withdraw 3 --by rina --reason typo --yes => attention
        05:55 payctl  approve INV-1 --by rina --reason bank --bank-ref FT3 --yes => clean
        05:55 access  INV-1 ended
        ",
    );
}

#[test]
fn restored_and_newer_access_follow_each_other() {
    check(
        "
        04:00 payctl  product set stream --price 25000 --access 30d => clean
        04:00 order   INV-1 until 05:00 of stream x1 for sari@example.com
        04:10 payctl  approve INV-1 --by rina --reason bank --bank-ref FT1 --yes => clean
        04:10 payctl  approve --withdraw 2 --by rina --reason typo --yes => attention
        04:10 order   INV-2 until 05:00 of stream x1 for sari@example.com
        04:10 payctl  approve INV-2 --by rina --reason cash --yes => clean
        04:20 payctl  access check --product stream --user sari@example.com => clean
        04:20 says    2026-04-01 04:10
        04:30 order   INV-3 until 05:30 of stream x1 for sari@example.com
        04:30 payctl  approve INV-3 --by rina --reason cash --yes => clean
        04:30 payctl  access check --product stream --user sari@example.com => clean
        04:30 says    2026-05-01 04:10
        04:40 payctl  approve INV-1 --by rina --reason bank --bank-ref FT2 --yes => clean
        04:40 payctl  access check --product stream --user sari@example.com => clean
        04:40 says    2026-05-31 04:10
        04:40 payctl  access check --product stream --order INV-1 => clean
        04:40 says    2026-05-01 04:10
        04:40 payctl  access check --product stream --order INV-2 => clean
        04:40 says    2026-04-01 04:10
        04:40 payctl  why INV-3 => clean
        04:40 says    access to stream begins later
        04:50 payctl  approve --withdraw 7 --by rina --reason typo --yes => attention
        04:50 payctl  access check --product stream --user sari@example.com => clean
        04:50 says    2026-05-01 04:10
        ",
    );
}

/// An order that is cancelled at 04:20 and paid again at 06:00.
fn with_a_second_life(product: &str, first_life: &str, second_life: &str) -> String {
    format!(
        "
        04:00 payctl  product set stream --price 25000 --not-resaleable {product} => clean
        04:00 order   INV-1 until 05:00 as qris of stream x1
        04:10 payctl  approve INV-1 --by rina --reason cash --yes => clean
        {first_life}
        04:20 payctl  order cancel INV-1 --reason sorry --yes => attention
        04:20 access  INV-1 revoked
        05:50 gateway INV-1 settlement
        05:50 payctl  check-all --fix => attention
        05:50 cases   INV-1 late_payment
        06:00 payctl  case resolve 1 --accept --by rina --reason again => clean
        06:00 look    INV-1 fulfilled
        {second_life}
        "
    )
}

#[test]
fn revived_access_lasts_a_full_period() {
    check(&with_a_second_life(
        "--access 30m",
        "04:19 access  INV-1 running",
        "
        06:00 access  INV-1 running
        06:29 payctl  access check --product stream --order INV-1 => clean
        06:29 says    2026-03-02 06:30
        06:30 payctl  access check --product stream --order INV-1 => attention
        ",
    ));
}

#[test]
fn revived_access_waits_for_first_use_again() {
    check(&with_a_second_life(
        "--access 30m --access-from first_use",
        "04:15 payctl  access check --product stream --order INV-1 => clean",
        "
        06:00 access  INV-1 unused
        06:40 payctl  access check --product stream --order INV-1 => clean
        06:40 says    2026-03-02 07:10
        ",
    ));
}

#[test]
fn no_payment_restores_revoked_access() {
    check(&with_a_second_life(
        "--access 30m --tickets",
        "04:15 payctl  access revoke INV-1 --product stream --by rina --reason shared => clean",
        "
        06:00 tickets INV-1 good
        06:00 access  INV-1 revoked
        06:00 payctl  access check --product stream --order INV-1 => attention
        06:00 says    was revoked at 2026-03-02 04:15
        ",
    ));
}

#[test]
fn regained_money_restores_only_the_remaining_time() {
    check(
        "
        04:00 payctl  product set stream --price 25000 --access 30m --not-resaleable => clean
        04:00 order   INV-1 until 05:00 as permata_va of stream x1
        04:10 gateway INV-1 settlement as permata_va
        04:10 payctl  check-all --fix => clean
        04:20 gateway INV-1 deny as permata_va
        04:20 payctl  check-all --fix => attention
        04:22 payctl  check-all --fix => attention
        04:22 cases   INV-1 money_lost
        04:30 payctl  order cancel INV-1 --reason fraud --yes => clean
        04:30 access  INV-1 revoked
        05:00 gateway INV-1 settlement as permata_va
        05:00 payctl  check-all --fix => attention
        06:00 payctl  case resolve 3 --accept --by rina --reason again => clean
        06:00 access  INV-1 running
        06:17 payctl  access check --product stream --order INV-1 => clean
        06:17 says    2026-03-02 06:18
        06:18 payctl  access check --product stream --order INV-1 => attention
        ",
    );
}

#[test]
fn no_access_lasts_over_a_hundred_years() {
    check(
        "
        04:00 payctl  product set stream --price 0 --access 100y => clean
        04:00 payctl  product set stream --price 0 --access 101y => usage
        04:00 says    must not be longer than 100 years
        04:00 payctl  product set stream --price 0 --access 49710d => usage
        04:00 payctl  order create --number INV-1 --line stream:1000000 --customer-email sari@example.com => clean
        04:01 payctl  order create --number INV-2 --line stream:60 --customer-email sari@example.com => clean
        04:02 payctl  access check --product stream --user sari@example.com => clean
        04:02 says    2126-03-03 04:01:00
        04:02 payctl  product set later --price 0 --access 100y --access-from first_use => clean
        04:02 payctl  order create --number INV-3 --line later:1000000 => clean
        04:03 payctl  access check --product later --order INV-3 => clean
        04:03 says    2126-03-03 04:03:00
        ",
    );
}
