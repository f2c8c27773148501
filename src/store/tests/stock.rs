use super::{Shop, paid};
use crate::domain::{CaseKind, OrderId, OrderStatus, PaymentId, Reported, Rupiah};

/// An expired order with two lines that released two units and one unit.
fn expired(shop: &Shop) -> (OrderId, PaymentId) {
    let order = shop.add_order("INV-1");
    let id = shop.payment(order, "midtrans", "INV-1");
    shop.line(order, "a", 1, "released");
    shop.line(order, "a", 1, "released");
    shop.line(order, "b", 1, "released");
    shop.sql("UPDATE orders SET status = 'expired'", []);
    (order, id)
}

#[test]
fn held_stock_is_sold_when_money_arrives() {
    let mut shop = Shop::with_gateways();
    shop.add_product("a", Some(3));
    shop.add_product("b", None);
    let order = shop.add_order("INV-1");
    let id = shop.payment(order, "midtrans", "INV-1");
    shop.line(order, "a", 2, "held");
    shop.line(order, "b", 1, "held");
    shop.book_answer(id, paid(25_000), 5);
    assert_eq!(shop.stock(), "a 0/2 sold; b 0/1 sold");
    assert!(shop.trail().contains("stock held>sold; order pending>paid"));
}

#[test]
fn late_money_retakes_all_lines() {
    let mut shop = Shop::with_gateways();
    shop.add_product("a", Some(2));
    shop.add_product("b", Some(1));
    let (_, id) = expired(&shop);
    let outcome = shop.book_answer(id, paid(25_000), 65);
    assert_eq!(outcome.order_after, OrderStatus::Fulfilled);
    assert_eq!(shop.stock(), "a 0/2 sold,sold; b 0/1 sold");
    assert_eq!(shop.number("SELECT is_late FROM orders", []), 1);
}

#[test]
fn late_money_retakes_every_line_or_none() {
    let mut shop = Shop::with_gateways();
    shop.add_product("a", Some(2));
    shop.add_product("b", Some(1));
    let (_, id) = expired(&shop);
    let other = shop.add_order("INV-2");
    shop.line(other, "b", 1, "held");
    let outcome = shop.book_answer(id, paid(25_000), 65);
    assert_eq!(outcome.order_after, OrderStatus::Expired);
    assert_eq!(outcome.opened, [CaseKind::LatePayment]);
    assert_eq!(outcome.owed[0].amount, Rupiah::from_db(25_000));
    assert_eq!(shop.stock(), "a 0/0 released,released; b 1/0 released,held");
}

#[test]
fn two_lines_of_one_product_count_together() {
    let mut shop = Shop::with_gateways();
    shop.add_product("a", Some(1));
    shop.add_product("b", Some(1));
    let (_, id) = expired(&shop);
    assert_eq!(
        shop.book_answer(id, paid(25_000), 65).order_after,
        OrderStatus::Expired
    );
}

#[test]
fn a_refunding_product_refuses_late_money() {
    let mut shop = Shop::with_gateways();
    shop.add_product("a", None);
    shop.add_product("b", None);
    shop.sql(
        "UPDATE products SET late_money = 'refund' WHERE sku = 'b'",
        [],
    );
    let (_, id) = expired(&shop);
    assert_eq!(
        shop.book_answer(id, paid(25_000), 65).order_after,
        OrderStatus::Expired
    );
    assert_eq!(shop.stock(), "a 0/0 released,released; b 0/0 released");
}

#[test]
fn stock_never_exceeds_the_capacity() {
    let shop = Shop::with_gateways();
    shop.add_product("a", Some(1));
    shop.add_product("b", Some(1));
    let (order, _) = expired(&shop);
    let retake = super::super::sql!("stock_retake");
    let refused = shop.file().execute(retake, [order]).unwrap_err();
    assert!(refused.to_string().contains("CHECK"), "{refused}");
    assert_eq!(shop.stock(), "a 0/0 released,released; b 0/0 released");
}

#[test]
fn only_resaleable_units_return_to_stock() {
    let mut shop = Shop::with_gateways();
    shop.add_product("a", Some(1));
    shop.add_product("b", Some(1));
    shop.sql("UPDATE products SET resaleable = 0 WHERE sku = 'b'", []);
    let order = shop.add_order("INV-1");
    let id = shop.payment(order, "midtrans", "INV-1");
    shop.line(order, "a", 1, "held");
    shop.line(order, "b", 1, "held");
    let back = Reported::Refunded {
        paid: Rupiah::from_db(25_000),
        total: Rupiah::from_db(25_000),
    };
    shop.book_answer(id, paid(25_000), 5);
    let outcome = shop.book_answer(id, back, 6);
    assert_eq!(outcome.order_after, OrderStatus::Refunded);
    assert_eq!(shop.stock(), "a 0/0 returned; b 0/1 sold");
}

#[test]
fn money_refunded_before_we_looked_releases_stock() {
    let mut shop = Shop::with_gateways();
    shop.add_product("a", Some(1));
    let order = shop.add_order("INV-1");
    let id = shop.payment(order, "midtrans", "INV-1");
    shop.line(order, "a", 1, "held");
    let back = Reported::Refunded {
        paid: Rupiah::from_db(25_000),
        total: Rupiah::from_db(25_000),
    };
    let outcome = shop.book_answer(id, back, 5);
    assert_eq!(outcome.order_after, OrderStatus::Refunded);
    assert_eq!(shop.stock(), "a 0/0 released");
    assert_eq!(shop.words("SELECT status FROM refunds"), ["external"]);
}
