//! All stock is accounted for: by a sum over orders and lines that trusts neither the counters nor the reservations.

use super::BrokenPromise;
use crate::worlds::books::{BooksCopy, CopiedLine, CopiedOrder, CopiedProduct};

const STOCK: &str = "stock";

pub(in crate::worlds) fn check(books: &BooksCopy) -> Vec<BrokenPromise> {
    let mut broken = Vec::new();
    for line in &books.lines {
        let order = books.order(line.order_id);
        let is_right = order.is_some_and(|order| fits(order, line));
        if !is_right {
            let status = order.map_or("gone", |order| &order.status);
            let words = format!(
                "line {} of order {} is {}, and the order is {status}",
                line.id, line.order_id, line.reservation
            );
            broken.push(BrokenPromise::new(STOCK, words));
        }
    }
    broken.extend(
        books
            .products
            .iter()
            .flat_map(|product| of_product(books, product)),
    );
    broken
}

/// What the status of an order makes of its stock.
fn fits(order: &CopiedOrder, line: &CopiedLine) -> bool {
    let reservation = line.reservation.as_str();
    match order.status.as_str() {
        "pending" => reservation == "held",
        "paid" | "fulfilled" => reservation == "sold",
        "expired" => reservation == "released",
        // One that never had money was released; what cannot be sold again stays sold.
        "cancelled" | "refunded" => ["released", "returned", "sold"].contains(&reservation),
        _ => false,
    }
}

fn of_product(books: &BooksCopy, product: &CopiedProduct) -> Vec<BrokenPromise> {
    let (mut held, mut sold) = (0, 0);
    let lines = books.lines.iter();
    for line in lines.filter(|line| line.product_id == product.id) {
        let status = books.order(line.order_id).map(|order| &*order.status);
        match status {
            Some("pending") => held += line.quantity,
            Some("paid" | "fulfilled") => sold += line.quantity - line.freed,
            Some("cancelled" | "refunded") if line.reservation == "sold" => {
                sold += line.quantity - line.freed;
            }
            _ => {}
        }
    }
    let mut broken = Vec::new();
    let sku = &product.sku;
    if (product.held, product.sold) != (held, sold) {
        let words = format!(
            "{sku} counts {} held and {} sold; its orders need {held} and {sold}",
            product.held, product.sold
        );
        broken.push(BrokenPromise::new(STOCK, words));
    }
    if product.capacity.is_some_and(|most| held + sold > most) {
        let words = format!("{sku} is oversold: {held} held and {sold} sold");
        broken.push(BrokenPromise::new(STOCK, words));
    }
    broken
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worlds::testing::{line, order, product};

    #[track_caller]
    fn finds(status: &str, reservation: &str, freed: i64, held: i64, sold: i64, expected: &[&str]) {
        let books = BooksCopy {
            products: vec![CopiedProduct {
                capacity: Some(3),
                held,
                sold,
                ..product(1, "tea")
            }],
            orders: vec![order(1, status)],
            lines: vec![CopiedLine {
                quantity: 2,
                freed,
                ..line(1, 1, reservation)
            }],
            ..BooksCopy::default()
        };
        let words: Vec<String> = check(&books).into_iter().map(|each| each.words).collect();
        let is_told = words.len() == expected.len()
            && words
                .iter()
                .zip(expected)
                .all(|(words, part)| words.contains(part));
        assert!(is_told, "{status} {reservation}: {words:?}");
    }

    #[test]
    fn sound_stock_is_accepted() {
        finds("pending", "held", 0, 2, 0, &[]);
        finds("paid", "sold", 0, 0, 2, &[]);
        finds("fulfilled", "sold", 1, 0, 1, &[]);
        finds("expired", "released", 0, 0, 0, &[]);
        finds("refunded", "returned", 0, 0, 0, &[]);
        finds("cancelled", "sold", 0, 0, 2, &[]);
    }

    #[test]
    fn unsound_stock_is_found() {
        finds("pending", "held", 0, 1, 0, &["need 2 and 0"]);
        finds("paid", "held", 0, 2, 0, &["is held", "need 0 and 2"]);
        finds("paid", "sold", 0, 2, 2, &["need 0 and 2"]);
        finds("expired", "sold", 0, 0, 2, &["is sold", "need 0 and 0"]);
        finds("cancelled", "held", 0, 2, 0, &["is held", "need 0 and 0"]);
        finds("lost", "held", 0, 0, 0, &["is held"]);
    }

    #[test]
    fn overselling_is_found() {
        let sold = |id, order| CopiedLine {
            quantity: 2,
            ..line(id, order, "sold")
        };
        let books = BooksCopy {
            products: vec![CopiedProduct {
                capacity: Some(3),
                sold: 4,
                ..product(1, "tea")
            }],
            orders: vec![order(1, "paid"), order(2, "paid")],
            lines: vec![sold(1, 1), sold(2, 2)],
            ..BooksCopy::default()
        };
        let broken = check(&books);
        assert_eq!(
            broken,
            [BrokenPromise::new(
                STOCK,
                "tea is oversold: 0 held and 4 sold".into()
            )]
        );
    }
}
