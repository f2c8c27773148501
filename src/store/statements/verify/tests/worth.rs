//! What tickets and access were issued, and what they are worth.

use super::{check, shop};
use crate::domain::Invariant;
use crate::store::Verified;

#[test]
fn a_wrong_count_of_tickets_is_found() {
    let line = "(SELECT max(order_line_id) FROM tickets WHERE unit = 2)";
    let broken = [
        format!(
            "INSERT INTO tickets (order_line_id, unit, code, issued_at) VALUES ({line}, 3, 'X', 1)"
        ),
        "DELETE FROM tickets WHERE unit = 2".to_owned(),
        format!("DELETE FROM grants WHERE order_line_id = {line}"),
        format!(
            "UPDATE order_lines SET tickets = 1 WHERE id = {line}; DELETE FROM tickets WHERE unit = 2"
        ),
    ];
    for sql in broken {
        check(&sql, &[Invariant::HandedOut], Some("PASS"), "of pass have");
    }
}

#[test]
fn tickets_issued_before_payment_are_found() {
    check(
        "INSERT INTO tickets (order_line_id, unit, code, issued_at, revoked_at)
         SELECT order_lines.id, 1, 'X', 1, 1 FROM order_lines JOIN orders ON orders.id = order_id
          WHERE number = 'BARE';
         UPDATE order_lines SET tickets = 1
          WHERE order_id = (SELECT id FROM orders WHERE number = 'BARE');
         INSERT INTO events (order_id, at, actor, what, to_word, why)
         SELECT id, 1, 'x', 'handed_out', 'issued', '1 ticket' FROM orders WHERE number = 'BARE'",
        &[Invariant::HandedOut],
        Some("BARE"),
        "the order is pending; its 1 of seat have 1 tickets (0 good)",
    );
}

#[test]
fn tickets_and_events_that_disagree_are_found() {
    check(
        "DELETE FROM tickets WHERE order_line_id IN (SELECT id FROM order_lines WHERE quantity = 2);
         DELETE FROM grants WHERE order_line_id IN (SELECT id FROM order_lines WHERE quantity = 2);
         UPDATE order_lines SET tickets = 0, gives_access = 0 WHERE quantity = 2",
        &[Invariant::HandedOut],
        Some("PASS"),
        "(2 tickets, access to 1 product), but the lines record nothing",
    );
    check(
        "DELETE FROM events WHERE what = 'handed_out'
            AND order_id = (SELECT id FROM orders WHERE number = 'PASS')",
        &[Invariant::HandedOut],
        Some("PASS"),
        "its 2 of pass record something issued, but no event says when",
    );
}

/// Orders that were sold before or were imported have already been handed out; nothing is issued for them.
#[test]
fn changed_product_terms_leave_sold_orders_valid() {
    let shop = shop();
    shop.corrupt(
        "UPDATE products SET issues_tickets = 1, access_seconds = 60 WHERE sku IN ('seat', 'vpn')",
    );
    assert_eq!(shop.store.read().verify().unwrap(), Verified::default());
    shop.corrupt("UPDATE products SET issues_tickets = 0, access_seconds = NULL");
    assert_eq!(shop.store.read().verify().unwrap(), Verified::default());
}

#[test]
fn good_tickets_of_an_ended_order_are_found() {
    check(
        "UPDATE orders SET status = 'cancelled' WHERE number = 'PASS';
         UPDATE events SET to_word = 'cancelled' WHERE what = 'order' AND to_word = 'fulfilled'
            AND order_id = (SELECT id FROM orders WHERE number = 'PASS')",
        &[Invariant::HandedOut],
        Some("PASS"),
        "the order is cancelled; its 2 of pass have 2 tickets (2 good)",
    );
}

#[test]
fn a_ticket_against_its_orders_money_is_found() {
    let of = |number: &str| {
        format!(
            "WHERE order_line_id IN (SELECT order_lines.id FROM order_lines
                JOIN orders ON orders.id = order_id WHERE number = '{number}')"
        )
    };
    for (table, set, number, what) in [
        (
            "tickets",
            "suspended_at = NULL",
            "GALA",
            "ticket 1 of gala is good, but an open case says that its money is lost",
        ),
        (
            "grants",
            "suspended_at = NULL",
            "GALA",
            "access to gala is good, but an open case says that its money is lost",
        ),
        (
            "tickets",
            "suspended_at = 1",
            "PASS",
            "of pass is suspended, but no open case says that its money is lost",
        ),
        (
            "grants",
            "suspended_at = 1",
            "PASS",
            "access to pass is suspended, but no open case",
        ),
        (
            "tickets",
            "revoked_at = 1",
            "PASS",
            "of pass is revoked, but its order is fulfilled",
        ),
    ] {
        let sql = format!("UPDATE {table} SET {set} {}", of(number));
        check(&sql, &[Invariant::Worth], Some(number), what);
    }
}

#[test]
fn a_self_contradictory_ticket_or_grant_is_found() {
    for (sql, what) in [
        (
            "UPDATE tickets SET redeemed_at = 1 WHERE unit = 2",
            "is redeemed, but without a person or a time",
        ),
        (
            "UPDATE tickets SET redeemed_at = 1, redeemed_by = 'gate', suspended_at = 1 WHERE unit = 2",
            "is redeemed, but also suspended or revoked",
        ),
        (
            "UPDATE grants SET ends_at = ends_at + 1 WHERE suspended_at IS NULL",
            "does not last the 7200 seconds that were bought",
        ),
        (
            "UPDATE grants SET starts_at = NULL WHERE suspended_at IS NULL",
            "does not last the 7200 seconds that were bought",
        ),
        (
            "UPDATE grants SET used_ms = 1 WHERE suspended_at IS NULL",
            "does not last the 7200 seconds that were bought",
        ),
        (
            "UPDATE grants SET used_ms = 7200001, ends_at = starts_at - 1 WHERE suspended_at IS NULL",
            "has used more than the 7200 seconds that were bought",
        ),
        (
            "UPDATE tickets SET revoked_by = 'operator:rina' WHERE unit = 2",
            "was revoked by somebody, but has no time of revocation",
        ),
        (
            "UPDATE grants SET revoked_by = 'operator:rina' WHERE suspended_at IS NULL",
            "was revoked by somebody, but has no time of revocation",
        ),
    ] {
        check(sql, &[Invariant::Worth], Some("PASS"), what);
    }
}

#[test]
fn a_unit_freed_without_revocation_is_found() {
    check(
        "UPDATE order_lines SET freed = 1 WHERE quantity = 2;
         UPDATE products SET sold = sold - 1 WHERE sku = 'pass'",
        &[Invariant::HandedOut],
        Some("PASS"),
        "of its 2 of pass, 1 are free again, but people have revoked 0 tickets",
    );
}

#[test]
fn a_ticket_revoked_by_a_person_is_valid() {
    let shop = shop();
    shop.corrupt(
        "UPDATE tickets SET revoked_at = 1, revoked_by = 'operator:rina' WHERE unit = 2;
         UPDATE order_lines SET freed = 1
          WHERE id = (SELECT max(order_line_id) FROM tickets WHERE unit = 2);
         UPDATE products SET sold = sold - 1 WHERE sku = 'pass'",
    );
    assert_eq!(shop.store.read().verify().unwrap(), Verified::default());
}
