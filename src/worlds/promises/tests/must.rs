//! What must follow from money, and from silence.

use super::TestStep;
use crate::exit::Exit;
use crate::worlds::books::{BooksCopy, CopiedPayment, CopiedProduct};
use crate::worlds::record::Exchange;
use crate::worlds::testing::{asked, line, order, payment, product, run};

fn books(status: &str, payment: CopiedPayment) -> BooksCopy {
    BooksCopy {
        products: vec![product(1, "tea")],
        orders: vec![order(1, status)],
        lines: vec![line(1, 1, "released")],
        payments: vec![payment],
        ..BooksCopy::default()
    }
}

/// The price of an expired order has just come.
fn late() -> TestStep {
    let mut before = books("expired", payment(1, "expired"));
    let mut after = books("expired", payment(1, "paid"));
    for books in [&mut before, &mut after] {
        books.orders[0].moved_at = 3_500_000;
    }
    after.payments[0].received = after.orders[0].total;
    TestStep {
        before,
        after,
        earlier: Vec::new(),
        run: run("webhook midtrans"),
        money: Vec::new(),
    }
}

fn finds(step: &TestStep, words: &str) -> bool {
    step.found().iter().any(|found| found.contains(words))
}

#[test]
fn late_money_revives_its_order() {
    let words = "INV-1 stays expired, although payment 1 is whole";
    assert!(finds(&late(), words), "{:?}", late().found());
    let mut paid = late();
    paid.after.orders[0].status = "paid".to_owned();
    assert!(!finds(&paid, words));
    let mut partly = late();
    partly.after.payments[0].received = 1;
    assert!(!finds(&partly, words));
    for product in [
        CopiedProduct {
            late_money: "refund".to_owned(),
            ..product(1, "tea")
        },
        CopiedProduct {
            capacity: Some(5),
            sold: 5,
            ..product(1, "tea")
        },
    ] {
        let mut step = late();
        step.before.products = vec![product];
        assert!(!finds(&step, words));
    }
}

#[test]
fn a_wrong_amount_is_asked_about() {
    let mut step = late();
    step.after = books("paid", payment(1, "mismatch"));
    step.after.payments[0].received = 5_000;
    assert!(finds(&step, "payment 1 is a mismatch, and nobody is asked"));
}

#[test]
fn a_closed_payment_is_soon_asked_about() {
    let mut step = late();
    step.before = books("pending", payment(1, "pending"));
    step.after = books("expired", payment(1, "expired"));
    let closed = &mut step.after.payments[0];
    closed.check_phase = "watch".to_owned();
    closed.last_asked_at = 3_600_000;
    closed.next_check_at = Some(3_600_000 + 300_000);
    assert!(!finds(&step, "has just closed"));
    step.after.payments[0].next_check_at = Some(3_600_000 + 86_400_000);
    assert!(finds(&step, "payment 1 has just closed"));
}

#[test]
fn silence_under_one_name_ends_no_query() {
    let mut step = late();
    let silent = Exchange {
        reply: None,
        ..asked("INV-1", "pending")
    };
    step.before = books("expired", payment(1, "expired"));
    step.after = step.before.clone();
    step.run = run("check-all --fix");
    step.run.exit = Some(Exit::Partial);
    let other = asked("T-9", "pending");
    step.run.exchanges = vec![silent, other];
    let words = "was not asked about by its id after silence";
    assert!(finds(&step, words), "{:?}", step.found());
    step.run.exchanges.push(asked("T-1", "expire"));
    assert!(!finds(&step, words));
}

#[test]
fn an_ended_order_is_not_shown_for_paying() {
    let mut step = late();
    step.run = run("pay INV-1 --gateway midtrans");
    assert!(finds(&step, "INV-1 is expired, and its payment is shown"));
    step.run.exit = Some(Exit::Failed);
    assert!(!finds(&step, "its payment is shown"));
}
