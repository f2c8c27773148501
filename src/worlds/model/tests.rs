//! Moves that are rows of the tables are accepted; others are found.

use std::time::Duration;

use super::*;
use crate::domain::Instant;
use crate::worlds::books::BooksCopy;
use crate::worlds::memory::WorldMemory;
use crate::worlds::promises::ShopTerms;
use crate::worlds::testing::{asked, moved, order, paid, payment, run};

/// What is found when the payment was this, and is that after these answers, with these events.
#[track_caller]
fn check_move(
    before: CopiedPayment,
    after: CopiedPayment,
    heard: Vec<Exchange>,
    events: Vec<CopiedEvent>,
    expected: &[&str],
) {
    let books = |payment| BooksCopy {
        orders: vec![order(1, "pending")],
        payments: vec![payment],
        ..BooksCopy::default()
    };
    let after = BooksCopy {
        events,
        ..books(CopiedPayment {
            last_asked_at: 1,
            ..after
        })
    };
    let run = RunRecord {
        exchanges: heard,
        ..run("check-all --fix")
    };
    let terms = ShopTerms {
        grace: Duration::from_secs(180),
        server_key: "key".to_owned(),
    };
    let broken = check(&CheckedStep {
        before: &books(before),
        after: &after,
        run: Some(&run),
        memory: &WorldMemory::default(),
        now: Instant::from_millis(3_601_000),
        terms: &terms,
    });
    let words: Vec<String> = broken.into_iter().map(|broken| broken.words).collect();
    let parts = words.iter().zip(expected);
    let is_told = words.len() == expected.len()
        && parts.into_iter().all(|(words, part)| words.contains(part));
    assert!(is_told, "{words:#?}");
}

fn event(what: &str, rule: &str, from: &str, to: &str) -> CopiedEvent {
    let word = |word: &str| (word != "-").then(|| word.to_owned());
    CopiedEvent {
        what: what.to_owned(),
        payment_id: Some(1),
        from_word: word(from),
        to_word: word(to),
        ..moved(1, to, rule)
    }
}

#[test]
fn a_move_is_a_row_of_the_tables() {
    let same = || payment(1, "pending");
    let rows = [
        event("order", "O2", "pending", "paid"),
        event("effect", "E3", "running", "waiting"),
        event("refund", "R1", "due", "approved"),
        event("payment", "P28", "-", "created"),
    ];
    check_move(same(), same(), vec![], rows.to_vec(), &[]);
    for (what, rule, from, to) in [
        ("order", "O2", "expired", "paid"),
        ("order", "O3", "paid", "expired"),
        ("order", "O9", "pending", "paid"),
        ("payment", "P8", "paid", "expired"),
        ("payment", "P4", "paid", "pending"),
        ("payment", "-", "pending", "paid"),
        ("refund", "R1", "done", "sent"),
        ("effect", "E2", "done", "done"),
        ("payment", "P99", "created", "paid"),
    ] {
        let events = vec![event(what, rule, from, to)];
        check_move(same(), same(), vec![], events, &["no row of"]);
    }
}

#[test]
fn a_move_needs_an_answer_about_its_payment() {
    let booked = || vec![event("payment", "P6", "pending", "paid")];
    let answer = || vec![asked("T-1", "settlement")];
    check_move(
        payment(1, "pending"),
        paid(1, 25_000),
        answer(),
        booked(),
        &[],
    );
    check_move(
        payment(1, "pending"),
        paid(1, 25_000),
        vec![],
        booked(),
        &["was not heard"],
    );
    let other = Exchange {
        line: "GET /v2/INV-2/status".to_owned(),
        reply: Some((200, r#"{"order_id":"INV-2"}"#.to_owned())),
        ..asked("T-2", "settlement")
    };
    check_move(
        payment(1, "pending"),
        paid(1, 25_000),
        vec![other],
        booked(),
        &["was not heard"],
    );
}

#[test]
fn an_answer_leads_where_the_tables_say() {
    let mismatch = |received| CopiedPayment {
        received,
        ..payment(1, "mismatch")
    };
    for (from, word, right, wrong) in [
        ("pending", "settlement", "paid", "pending"),
        ("expired", "settlement", "paid", "expired"),
        ("pending", "refund", "paid", "pending"),
        ("pending", "expire", "expired", "pending"),
        ("pending", "deny", "failed", "expired"),
        ("expired", "pending", "pending", "expired"),
        ("cancelled", "expire", "cancelled", "expired"),
        ("paid", "expire", "paid", "expired"),
        ("reversed", "settlement", "paid", "reversed"),
    ] {
        let heard = || vec![asked("T-1", word)];
        let with = |status| CopiedPayment {
            received: 25_000,
            ..payment(1, status)
        };
        check_move(payment(1, from), with(right), heard(), vec![], &[]);
        check_move(
            payment(1, from),
            with(wrong),
            heard(),
            vec![],
            &["instead of"],
        );
    }
    let asked_for_more = |payment| CopiedPayment {
        payable: 30_000,
        ..payment
    };
    let before = || asked_for_more(payment(1, "pending"));
    let heard = || vec![asked("T-1", "settlement")];
    check_move(before(), mismatch(25_000), heard(), vec![], &[]);
    check_move(before(), paid(1, 25_000), heard(), vec![], &["instead of"]);
}

#[test]
fn answers_lead_one_after_the_other() {
    let heard = || vec![asked("INV-1", "pending"), asked("T-1", "expire")];
    check_move(
        payment(1, "created"),
        payment(1, "expired"),
        heard(),
        vec![],
        &[],
    );
    check_move(
        payment(1, "created"),
        payment(1, "pending"),
        heard(),
        vec![],
        &["instead of"],
    );
}

#[test]
fn what_is_about_another_leads_nowhere() {
    let mut other = asked("T-1", "settlement");
    other.reply = other
        .reply
        .map(|(code, body)| (code, body.replace("INV-1", "INV-9")));
    check_move(
        payment(1, "pending"),
        payment(1, "pending"),
        vec![other],
        vec![],
        &[],
    );
    let mut sibling = asked("INV-1", "settlement");
    sibling.reply = sibling
        .reply
        .map(|(code, body)| (code, body.replace("T-1", "T-2")));
    check_move(
        payment(1, "pending"),
        payment(1, "pending"),
        vec![sibling],
        vec![],
        &[],
    );
}
