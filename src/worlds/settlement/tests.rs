//! Sound ends are accepted, and each kind of loose end is found.

use std::time::Duration;

use super::*;
use crate::worlds::books::{CopiedEffect, CopiedRefund, CopiedTry};
use crate::worlds::record::RunRecord;
use crate::worlds::testing::{asked, case, effect, money, order, paid, payment, refund, run};

const NOW: Instant = Instant::from_millis(9_000_000_000);

/// The end of a world in which payctl has read this payment once.
#[track_caller]
fn check_end(books: &BooksCopy, money: &[TrueMoney], expected: &[&str]) {
    let terms = ShopTerms {
        grace: Duration::from_secs(180),
        server_key: "key".to_owned(),
    };
    let mut memory = WorldMemory::default();
    let run = RunRecord {
        exchanges: vec![asked("T-1", "settlement")],
        ..run("check-all --fix")
    };
    memory.learn((books, books), Some(&run), money, &terms.server_key);
    let broken = check(&SettledWorld {
        books,
        memory: &memory,
        now: NOW,
        terms: &terms,
    });
    let words: Vec<String> = broken.into_iter().map(|broken| broken.words).collect();
    let parts = words.iter().zip(expected);
    let is_told = words.len() == expected.len()
        && parts.into_iter().all(|(words, part)| words.contains(part));
    assert!(is_told, "{words:#?}");
}

fn books(status: &str, payment: CopiedPayment) -> BooksCopy {
    BooksCopy {
        orders: vec![order(1, status)],
        payments: vec![payment],
        ..BooksCopy::default()
    }
}

#[test]
fn true_money_is_in_the_books() {
    let fulfilled = books("fulfilled", paid(1, 25_000));
    check_end(&fulfilled, &[money(25_000, 1)], &[]);
    check_end(
        &fulfilled,
        &[money(26_000, 1)],
        &["26000 came in by payment 1"],
    );
    let unseen = books("expired", payment(1, "expired"));
    check_end(&unseen, &[money(25_000, 1)], &["and 0 is booked"]);
    let elsewhere = TrueMoney {
        transaction_id: "INV-1".to_owned(),
        ..money(25_000, 1)
    };
    check_end(&unseen, &[elsewhere], &["in no payment"]);
}

#[test]
fn money_that_went_back_is_in_the_books() {
    let back = |refunded, charged_back| TrueMoney {
        refunded,
        charged_back,
        ..money(25_000, 1)
    };
    let fulfilled = books("fulfilled", paid(1, 25_000));
    check_end(&fulfilled, &[back(5_000, 0)], &["5000 went back"]);
    check_end(&fulfilled, &[back(0, 5_000)], &["5000 is charged back"]);
    let asked = BooksCopy {
        cases: vec![case(1, "refund_taken_back")],
        ..fulfilled.clone()
    };
    check_end(&asked, &[back(5_000, 0)], &[]);
    let reversed = TrueMoney {
        is_reversed: true,
        ..money(25_000, 1)
    };
    check_end(&fulfilled, &[reversed], &["was taken back, and it is paid"]);
}

#[test]
fn money_has_its_place() {
    let late = books("expired", paid(1, 25_000));
    check_end(&late, &[money(25_000, 1)], &["25000 of payment 1"]);
    let due = BooksCopy {
        refunds: vec![refund(1, "due", 25_000)],
        ..late.clone()
    };
    check_end(&due, &[money(25_000, 1)], &[]);
    let kept = BooksCopy {
        cases: vec![CopiedCase {
            resolved_at: Some(1),
            resolution: Some("accepted".to_owned()),
            ..case(1, "late_payment")
        }],
        ..late
    };
    check_end(&kept, &[money(25_000, 1)], &[]);
    let mut twice = books("paid", paid(1, 25_000));
    twice.payments.push(CopiedPayment {
        order_id: 1,
        ..paid(2, 25_000)
    });
    check_end(&twice, &[], &["INV-1 costs 25000, and 50000"]);
    twice.refunds = vec![CopiedRefund {
        payment_id: 2,
        ..refund(1, "due", 25_000)
    }];
    check_end(&twice, &[], &[]);
}

#[test]
fn nothing_waits_for_nobody() {
    let overdue = books("pending", payment(1, "expired"));
    check_end(&overdue, &[], &["INV-1 is overdue and pending"]);
    let asked = BooksCopy {
        cases: vec![case(1, "unknown_try")],
        ..overdue
    };
    check_end(&asked, &[], &[]);
    let open = books("expired", payment(1, "pending"));
    check_end(&open, &[], &["payment 1 is still pending"]);
    let mut loose = books("expired", payment(1, "expired"));
    loose.payments[0].next_check_at = None;
    loose.effects = vec![
        effect(1, "queued"),
        CopiedEffect {
            next_try_at: Some(i64::MAX),
            ..effect(2, "waiting")
        },
    ];
    loose.refunds = vec![refund(1, "sent", 1)];
    loose.named_tries = vec![CopiedTry {
        id: 1,
        payment_id: 1,
        transaction_id: "T-7".to_owned(),
        absent_at: None,
        settled_at: None,
    }];
    let expected = ["effect 1 is still queued", "refund 1 is sent", "try T-7"];
    check_end(&loose, &[], &expected);
    let untold = BooksCopy {
        cases: vec![CopiedCase {
            told_at: None,
            ..case(1, "challenged")
        }],
        ..books("fulfilled", paid(1, 25_000))
    };
    check_end(&untold, &[], &["nobody was told of case 1"]);
}

#[test]
fn the_same_end_has_the_same_form() {
    let mut one = books("refunded", paid(1, 25_000));
    one.payments.push(CopiedPayment {
        order_id: 1,
        ..payment(2, "expired")
    });
    let mut other = one.clone();
    other.payments.reverse();
    other.payments[0].id = 7;
    other.payments[0].moved_at = 8;
    assert_eq!(canonical_end(&one), canonical_end(&other));
    other.payments[0].refunded = 1;
    assert_ne!(canonical_end(&one), canonical_end(&other));
}
