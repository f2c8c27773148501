//! Effects, their turns and their orders.

use super::{check, shop};
use crate::domain::Invariant;
use crate::store::Verified;

#[track_caller]
fn check_effect(set: &str, what: &str) {
    check(
        &format!("UPDATE effects SET {set}"),
        &[Invariant::EffectTurns],
        Some("HOOKED"),
        what,
    );
}

#[test]
fn an_effect_that_contradicts_itself_is_found() {
    check_effect(
        "status = 'running', next_try_at = NULL",
        "exec account (paid) is running, but nobody has claimed it",
    );
    check_effect("claimed_at = 1", "is queued, but somebody has claimed it");
    check_effect(
        "next_try_at = NULL",
        "is queued, but its next try is not scheduled",
    );
    check_effect(
        "status = 'dead', tries = 17",
        "is dead, but its next try is scheduled",
    );
    check_effect(
        "status = 'dead', next_try_at = NULL",
        "is dead, but it was never tried",
    );
    check_effect("occasion = 'refund_due'", "it refers to no refund");
    check_effect("occasion = 'case_opened'", "it refers to no case");
}

#[test]
fn an_effect_that_contradicts_its_order_is_found() {
    for (number, status, effect) in [
        ("BARE", "pending", "queued"),
        ("LAPSED", "expired", "queued"),
        ("PAID", "fulfilled", "queued"),
        ("BACK", "refunded", "queued"),
    ] {
        check(
            &format!(
                "UPDATE effects SET order_id = (SELECT id FROM orders WHERE number = '{number}')"
            ),
            &[Invariant::EffectTurns],
            Some(number),
            &format!("is {effect}, but its order is {status}"),
        );
    }
}

#[test]
fn an_effect_at_any_stage_is_valid() {
    for set in [
        "status = 'running', next_try_at = NULL, claimed_at = 1, claimed_until = 2, claimed_host = 'x', claimed_pid = 1",
        "status = 'waiting', tries = 1",
        "status = 'done', tries = 1, next_try_at = NULL",
        "status = 'dead', tries = 17, next_try_at = NULL",
        "status = 'uncertain', tries = 1, next_try_at = NULL",
        "status = 'running', next_try_at = NULL, claimed_at = 1, claimed_until = 2, claimed_host = 'x', claimed_pid = 1,
         order_id = (SELECT id FROM orders WHERE number = 'BACK')",
    ] {
        let shop = shop();
        shop.corrupt(&format!("UPDATE effects SET {set}"));
        assert_eq!(shop.store.read().verify().unwrap(), Verified::default());
    }
}
