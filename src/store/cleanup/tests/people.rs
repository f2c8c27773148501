//! Erasing customers, on schedule and on request.

use super::super::*;
use super::{found, shop, tamper};
use crate::store::CustomerSelector;
use crate::store::testing::NOW;

#[test]
fn a_customer_is_deleted_once_nothing_is_open() {
    let shop = shop();
    assert_eq!(found(&shop, TableCursor::Customers), [1]);
    for sql in [
        "UPDATE orders SET status = 'pending'",
        "UPDATE cases SET resolved_at = NULL",
        "INSERT INTO refunds (order_id, payment_id, status, reason, amount, created_at, moved_at, why)
         VALUES (1, 1, 'due', 'late', 1, 1, 1, 'x')",
        "INSERT INTO orders (number, customer_id, status, total, created_at, expires_at, moved_at, session_token)
         VALUES ('YOUNG', 1, 'fulfilled', 1, 1, 1, 9000000000000, 'y')",
        "INSERT INTO grants (order_line_id, seconds, issued_at) SELECT id, 1, 1 FROM order_lines WHERE order_id = 1",
        "INSERT INTO grants (order_line_id, seconds, issued_at, starts_at, ends_at)
         SELECT id, 1, 1, 1, 9000000000000 FROM order_lines WHERE order_id = 1",
    ] {
        let shop = super::shop();
        tamper(&shop, sql);
        assert_eq!(found(&shop, TableCursor::Customers), [0; 0], "{sql}");
    }
}

#[test]
fn an_erased_customer_is_unreadable_in_the_file() {
    let shop = shop();
    let person: CustomerSelector = "rina@EXAMPLE.com".parse().unwrap();
    let pending = "UPDATE orders SET status = 'pending'";
    tamper(&shop, pending);
    let waits = Erased::Waits("LAPSED".parse().unwrap());
    assert_eq!(shop.store.read().would_erase(&person).unwrap(), waits);
    assert_eq!(shop.store.erase(&shop.permit, &person, NOW).unwrap(), waits);

    tamper(
        &shop,
        "UPDATE orders SET status = 'expired';
         UPDATE effects SET last_error = 'no mailbox for Rina';
         INSERT INTO cases (kind, order_id, subject, rule, facts, opened_at)
         VALUES ('not_fulfilled', 1, 'order', 'O13', 'mail mail is dead: no mailbox for Rina', 1);
         INSERT INTO events (order_id, at, actor, what, to_word, rule, why) VALUES
             (1, 1, 'fulfil', 'effect', 'waiting', 'E3', 'mail mail (expired): no mailbox for (Rina): x'),
             (1, 1, 'fulfil', 'effect', 'done', 'E2', 'mail mail (expired)'),
             (1, 1, 'fulfil', 'case_opened', 'not_fulfilled', 'O13', 'mail mail is dead: no mailbox for Rina')",
    );
    shop.store.compact(&shop.permit, || true).unwrap();
    assert!(shop.bytes().windows(4).any(|bytes| bytes == b"Rina"));
    assert_eq!(
        shop.store.read().would_erase(&person).unwrap(),
        Erased::Done(1)
    );
    assert_eq!(
        shop.store.erase(&shop.permit, &person, NOW).unwrap(),
        Erased::Done(1)
    );
    shop.store.compact(&shop.permit, || true).unwrap();
    assert!(!shop.bytes().windows(4).any(|bytes| bytes == b"Rina"));
    let trail = shop.details("LAPSED").trail;
    let whys: Vec<&str> = trail
        .iter()
        .rev()
        .take(3)
        .map(|line| line.why.words.as_str())
        .collect();
    assert_eq!(
        whys,
        [
            "forgotten with the customer",
            "mail mail (expired)",
            "mail mail (expired): forgotten with the customer"
        ]
    );

    for nobody in [person, CustomerSelector::Id(1), CustomerSelector::Id(7)] {
        let erased = shop.store.erase(&shop.permit, &nobody, NOW).unwrap();
        assert_eq!(erased, Erased::Nobody);
    }
    assert_eq!(shop.count("orders"), 2);
    assert!("Rina".parse::<CustomerSelector>().is_err());
    assert_eq!(format!("{:?}", CustomerSelector::Id(7)), "Person(…)");
}

#[test]
fn what_a_hook_says_afterwards_is_not_kept() {
    use crate::domain::{EffectId, HookOutput};
    use crate::store::statements::effects::keep_output;

    let shop = shop();
    let effect = shop.store.read().effect(EffectId(1)).unwrap().unwrap();
    let said = HookOutput::read(b"password of Rina").unwrap();
    let kept = || {
        let kept = shop
            .store
            .transact(&shop.permit, |tx| keep_output(tx, &effect, &said));
        kept.unwrap();
        shop.details("LAPSED").outputs.len()
    };
    assert_eq!(kept(), 1);
    let customer = CustomerSelector::Id(1);
    let erased = shop.store.erase(&shop.permit, &customer, NOW).unwrap();
    assert_eq!(erased, Erased::Done(1));
    assert_eq!(shop.details("LAPSED").outputs.len(), 0);
    assert_eq!(kept(), 0);
}

#[test]
fn words_alone_are_erased_on_schedule() {
    let shop = shop();
    tamper(
        &shop,
        "UPDATE customers SET name = NULL, email = NULL;
         UPDATE orders SET note = 'calls', meta = '{\"user\":\"rina\"}' WHERE id = 1",
    );
    assert_eq!(found(&shop, TableCursor::Customers), [0; 0]);
    tamper(&shop, "UPDATE customers SET has_words = 1");
    assert_eq!(found(&shop, TableCursor::Customers), [1]);
    let erased = shop
        .store
        .erase(&shop.permit, &CustomerSelector::Id(1), NOW);
    assert_eq!(erased.unwrap(), Erased::Done(1));
    assert!(shop.details("LAPSED").notes.is_empty());
    assert_eq!(found(&shop, TableCursor::Customers), [0; 0]);
}
