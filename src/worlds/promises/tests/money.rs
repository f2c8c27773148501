//! Ends without proof, money that nobody paid or that is forgotten, what is owed, what happens twice.

use super::TestStep;
use crate::domain::Instant;
use crate::exit::Exit;
use crate::worlds::books::{BooksCopy, CopiedCase, CopiedOrder, CopiedPayment, CopiedRefund};
use crate::worlds::record::{Exchange, RequestKind, TrueMoney};
use crate::worlds::testing::{
    asked, case, effect, line, money, moved, order, paid, payment, product, refund, run,
};

/// One order with one payment, and its stock as its status wants it.
fn books(status: &str, payment: CopiedPayment) -> BooksCopy {
    let (reservation, held, sold) = match status {
        "pending" => ("held", 1, 0),
        "paid" | "fulfilled" => ("sold", 0, 1),
        "expired" => ("released", 0, 0),
        _ => ("returned", 0, 0),
    };
    let mut tea = product(1, "tea");
    (tea.held, tea.sold) = (held, sold);
    BooksCopy {
        products: vec![tea],
        orders: vec![order(1, status)],
        lines: vec![line(1, 1, reservation)],
        payments: vec![payment],
        ..BooksCopy::default()
    }
}

fn step(before: BooksCopy, after: BooksCopy, typed: &str) -> TestStep {
    TestStep {
        before,
        after,
        run: run(typed),
        earlier: Vec::new(),
        money: Vec::new(),
    }
}

fn expired(rule: &str) -> TestStep {
    let after = BooksCopy {
        events: vec![moved(1, "expired", rule)],
        ..books("expired", payment(1, "expired"))
    };
    let mut step = step(books("pending", payment(1, "pending")), after, "expire");
    step.run.exchanges = vec![asked("T-1", "expire")];
    step
}

#[test]
fn an_order_ends_only_with_proof() {
    expired("O3").is_sound();
    expired("O1").finds("INV-1 is expired by O1");
    let mut silent = expired("O3");
    silent.run.exchanges[0].reply = None;
    silent.run.exit = Some(Exit::Partial);
    silent.finds("has not answered about INV-1");
    let mut early = expired("O3");
    early.run.exchanges[0].at = Instant::from_millis(59_000);
    early.finds("has not answered about INV-1");
    let mut by_the_clock = expired("O7");
    by_the_clock.run.exchanges.clear();
    by_the_clock.finds("has not answered about INV-1");
    let mut open = expired("O3");
    open.run.exchanges = vec![asked("T-1", "pending")];
    open.finds("the last answer about it is Pending");
}

#[test]
fn an_order_that_was_paid_does_not_end() {
    let mut hidden = expired("O3");
    hidden.money = vec![money(25_000, 50_000)];
    hidden.finds("25000 had been paid by T-1");
    hidden.money = vec![money(25_000, 3_700_000)];
    hidden.is_sound();
    hidden.money = vec![TrueMoney {
        refunded: 25_000,
        ..money(25_000, 50_000)
    }];
    hidden.is_sound();
    // A try whose id nobody has told.
    hidden.money = vec![TrueMoney {
        transaction_id: "T-9".to_owned(),
        ..money(25_000, 50_000)
    }];
    hidden.is_sound();
}

#[test]
fn a_person_may_end_an_order_unproven() {
    let after = BooksCopy {
        events: vec![moved(1, "cancelled", "O7b")],
        ..books("cancelled", payment(1, "pending"))
    };
    let typed = "order cancel INV-1 --unproven";
    step(
        books("pending", payment(1, "pending")),
        after.clone(),
        typed,
    )
    .is_sound();
    let proven = BooksCopy {
        events: vec![moved(1, "cancelled", "O8")],
        ..after
    };
    let typed = "order cancel INV-1";
    step(books("pending", payment(1, "pending")), proven, typed).finds("has not answered");
}

fn booked(payment: CopiedPayment) -> TestStep {
    let before = books("pending", self::payment(1, "pending"));
    let mut step = step(before, books("paid", payment), "check-all --fix");
    step.run.exchanges = vec![asked("T-1", "settlement")];
    step.money = vec![money(25_000, 50_000)];
    step
}

#[test]
fn booked_money_is_true_money() {
    booked(paid(1, 25_000)).is_sound();
    booked(paid(1, 24_000)).finds("is paid with 24000, which nobody paid");
    let mut invented = booked(paid(1, 25_000));
    invented.money.clear();
    invented.finds("is paid with 25000, which nobody paid");
    let mut reversed = booked(CopiedPayment {
        received: 25_000,
        ..payment(1, "reversed")
    });
    reversed.finds("was not reversed");
    reversed.money[0].is_reversed = true;
    reversed.is_sound();
}

#[test]
fn booked_money_is_never_forgotten() {
    let before = books("paid", paid(1, 25_000));
    let after = books("paid", payment(1, "expired"));
    step(before.clone(), after, "check-all --fix").finds("was paid with 25000, and is expired");
    step(before.clone(), before, "check-all --fix").is_sound();
}

#[test]
fn what_went_back_twice_has_its_case() {
    let twice = CopiedPayment {
        refunded: 30_000,
        ..paid(1, 25_000)
    };
    let mut after = books("refunded", twice);
    after.refunds = vec![refund(1, "done", 25_000)];
    let found = step(after.clone(), after.clone(), "check-all --fix");
    found.finds("30000 of 25000 went back");
    after.cases = vec![case(1, "refunded_twice")];
    step(after.clone(), after, "check-all --fix").is_sound();
}

#[test]
fn money_of_a_dead_order_is_owed() {
    let dead = books("expired", paid(1, 25_000));
    step(dead.clone(), dead.clone(), "check-all --fix").finds("25000 of payment 1 is neither");
    let with = |refunds: Vec<CopiedRefund>, cases: Vec<CopiedCase>| BooksCopy {
        refunds,
        cases,
        ..dead.clone()
    };
    let kept = CopiedRefund {
        declined: true,
        ..refund(1, "rejected", 25_000)
    };
    let answered = CopiedCase {
        resolved_at: Some(2),
        resolution: Some("dismissed".to_owned()),
        ..case(1, "late_payment")
    };
    for sound in [
        with(vec![refund(1, "due", 25_000)], vec![]),
        with(vec![kept], vec![]),
        with(vec![], vec![case(1, "late_payment")]),
        with(vec![], vec![answered]),
    ] {
        step(sound.clone(), sound, "check-all --fix").is_sound();
    }
    let part = with(vec![refund(1, "due", 20_000)], vec![]);
    step(part.clone(), part, "check-all --fix").finds("5000 of payment 1");
}

#[test]
fn what_may_change_is_queried_again() {
    let left = |payment| CopiedPayment {
        next_check_at: None,
        ..payment
    };
    for status in ["created", "pending", "challenged", "failed", "expired"] {
        let books = books("pending", left(payment(1, status)));
        step(books.clone(), books, "check-status INV-1 --fix")
            .finds("no query about it is to come");
    }
    let watched = books("paid", left(paid(1, 25_000)));
    step(watched.clone(), watched, "check-all --fix").finds("no query about it is to come");
    let foreign = CopiedPayment {
        last_meaning: Some("foreign".to_owned()),
        ..left(payment(1, "failed"))
    };
    let foreign = books("pending", foreign);
    step(foreign.clone(), foreign, "check-all --fix").is_sound();
}

#[test]
fn what_nobody_should_pay_is_closed() {
    let dead = books("expired", payment(1, "pending"));
    let mut step = step(dead.clone(), dead, "check-all --fix");
    step.finds("nobody tried to close it");
    step.run.exchanges = vec![Exchange {
        kind: RequestKind::Close,
        line: "POST /v2/T-1/expire".to_owned(),
        ..asked("T-1", "pending")
    }];
    step.is_sound();
    step.run.exchanges.clear();
    step.before.payments[0].close_tried_at = Some(3_500_000);
    step.is_sound();
}

fn delivery(key: &str, code: Option<u16>) -> Exchange {
    Exchange {
        to: "shop".to_owned(),
        kind: RequestKind::Effect,
        key: Some(key.to_owned()),
        reply: code.map(|code| (code, String::new())),
        ..asked("T-1", "settlement")
    }
}

#[test]
fn an_effect_happens_once() {
    let with = |status: &str, effect_status: &str| BooksCopy {
        effects: vec![effect(1, effect_status)],
        ..books(status, paid(1, 25_000))
    };
    let mut delivered = step(with("paid", "queued"), with("fulfilled", "done"), "fulfil");
    delivered.run.exchanges = vec![delivery("E-1", None), delivery("E-1", Some(200))];
    delivered.is_sound();
    delivered.run.exchanges.push(delivery("E-1", Some(200)));
    delivered.finds("was delivered again");
    let mut again = step(
        with("fulfilled", "done"),
        with("fulfilled", "done"),
        "fulfil",
    );
    again.run.exchanges = vec![delivery("E-1", Some(200))];
    again.finds("was delivered again");
    let mut lost = step(with("paid", "queued"), with("paid", "waiting"), "fulfil");
    lost.run.exchanges = vec![delivery("E-1", Some(200))];
    lost.finds("succeeded, and is waiting");
    lost.run.exit = None;
    lost.is_sound();
    lost.run.exchanges = vec![delivery("E-7", Some(200))];
    lost.finds("unknown key");
}

#[test]
fn an_effect_needs_a_paid_order() {
    let with = |effect_status: &str| BooksCopy {
        effects: vec![effect(1, effect_status)],
        ..books("pending", payment(1, "pending"))
    };
    let mut unpaid = step(with("queued"), with("done"), "fulfil");
    unpaid.run.exchanges = vec![delivery("E-1", Some(200))];
    unpaid.finds("its order is Some(\"pending\")");
}

#[test]
fn a_refund_is_sent_once() {
    let with = |status: &str, other: Option<&str>| {
        let keyed = |id, status, key: Option<&str>| CopiedRefund {
            refund_key: key.map(str::to_owned),
            payment_id: 1,
            ..refund(id, status, 10_000)
        };
        BooksCopy {
            refunds: vec![keyed(1, status, Some("K-1")), keyed(2, "due", other)],
            ..books("paid", paid(1, 25_000))
        }
    };
    let sent = Exchange {
        kind: RequestKind::Refund,
        line: "POST /v2/T-1/refund".to_owned(),
        request_body: r#"{"refund_key":"K-1","amount":10000}"#.to_owned(),
        ..asked("T-1", "partial_refund")
    };
    let mut step = step(with("approved", None), with("done", None), "refund send 1");
    step.run.exchanges = vec![sent];
    step.is_sound();
    step.before = with("done", None);
    step.finds("was done, and was sent");
    step.before = with("approved", None);
    step.after = with("done", Some("K-1"));
    step.finds("2 refunds have the key K-1");
    step.after = with("done", None);
    step.run.exchanges[0].request_body = r#"{"refund_key":"K-1","amount":9000}"#.to_owned();
    step.finds("refund 1 is 10000");
    step.run.exchanges[0].request_body = r#"{"refund_key":"K-2","amount":10000}"#.to_owned();
    step.finds("unknown key");
}

#[test]
fn a_look_writes_nothing() {
    let pending = books("pending", payment(1, "pending"));
    let mut step = step(pending.clone(), pending, "check-all");
    step.is_sound();
    step.after.orders[0] = CopiedOrder {
        kept_told_at: Some(1),
        ..order(1, "pending")
    };
    step.finds("has changed the books");
    step.run = run("check-all --fix");
    step.is_sound();
}
