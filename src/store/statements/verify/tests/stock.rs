//! Stock: counters, capacities, lines.

use super::check;
use crate::domain::Invariant;

#[test]
fn overselling_is_found() {
    check(
        "UPDATE products SET capacity = 2 WHERE sku = 'seat'",
        &[Invariant::Integrity, Invariant::StockCapacity],
        None,
        "seat has 5 held and 4 sold of 2",
    );
}

#[test]
fn wrong_stock_counters_are_found() {
    let what = "seat counts 6 held and 4 sold; its lines say 5 and 4";
    check(
        "UPDATE products SET held = held + 1 WHERE sku = 'seat'",
        &[Invariant::StockCounters],
        None,
        what,
    );
}

#[test]
fn a_line_that_contradicts_its_order_is_found() {
    for (number, status, reservation, counters) in [
        (
            "BARE",
            "pending",
            "sold",
            "held = held - 1, sold = sold + 1",
        ),
        (
            "PAID",
            "fulfilled",
            "held",
            "held = held + 1, sold = sold - 1",
        ),
        ("LAPSED", "expired", "held", "held = held + 1"),
        ("BACK", "refunded", "held", "held = held + 1"),
    ] {
        check(
            &format!(
                "UPDATE order_lines SET reservation = '{reservation}'
                  WHERE order_id = (SELECT id FROM orders WHERE number = '{number}');
                 UPDATE products SET {counters} WHERE sku = 'seat'"
            ),
            &[Invariant::Reservations],
            Some(number),
            &format!("the order is {status}, but its 1 of seat are {reservation}"),
        );
    }
}
