//! What a shop has come to, as text without ids and times: the same, whichever way it went.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;

use base64::Engine as _;
use payctl::exit::Exit;
use rusqlite::Connection;

use super::commands::Setting;
use super::stage::Stage;
use crate::effects::lines;
use crate::world::MIDTRANS_KEY;

/// Each returns one text a row.
const BOOKS: [&str; 12] = [
    "SELECT 'product ' || sku || ' ' || name || ' at ' || price || ': ' || held || ' held, ' || sold || ' sold of ' || capacity FROM products",
    "SELECT 'order ' || number || ' ' || status || ', total ' || total || ', waived ' || waived || ', late ' || is_late || coalesce(', for ' || c.email, '')
     FROM orders LEFT JOIN customers c ON c.id = customer_id",
    "SELECT 'line ' || o.number || ': ' || quantity || ' ' || sku || ' ' || reservation || ', freed ' || freed
     FROM order_lines l JOIN orders o ON o.id = l.order_id JOIN products p ON p.id = l.product_id",
    "SELECT 'payment ' || o.number || ' ' || p.reference || ' at ' || gateway || ' ' || p.status || ', amount ' || amount || ', received ' || received
        || ', refunded ' || refunded || ', must close ' || must_close
     FROM payments p JOIN orders o ON o.id = p.order_id",
    "SELECT 'refund ' || o.number || ' ' || r.status || ' ' || r.reason || ' ' || amount || coalesce(' by ' || bank_reference, '')
     FROM refunds r JOIN orders o ON o.id = r.order_id",
    "SELECT 'case ' || coalesce(o.number, '-') || ' ' || kind || ' ' || coalesce(resolution, 'open')
     FROM cases c LEFT JOIN orders o ON o.id = c.order_id",
    "SELECT 'ticket ' || o.number || ' ' || unit || iif(revoked_at IS NULL, '', ' revoked') || iif(redeemed_at IS NULL, '', ' redeemed')
        || iif(suspended_at IS NULL, '', ' suspended')
     FROM tickets t JOIN order_lines l ON l.id = t.order_line_id JOIN orders o ON o.id = l.order_id",
    "SELECT 'access ' || o.number || iif(starts_at IS NULL, '', ' started') || iif(revoked_at IS NULL, '', ' revoked')
     FROM grants g JOIN order_lines l ON l.id = g.order_line_id JOIN orders o ON o.id = l.order_id",
    "SELECT 'effect ' || coalesce(o.number, '-') || ' ' || hook || ' on ' || occasion || ' ' || nth || ' ' || e.status
     FROM effects e LEFT JOIN orders o ON o.id = e.order_id",
    "SELECT 'account ' || name || iif(accepted_at IS NULL, '', ' accepted') FROM gateways",
    "SELECT 'notification ' || gateway || ' ' || verdict FROM notifications",
    "SELECT 'event ' || coalesce(o.number, '-') || ' ' || what || ' ' || coalesce(from_word, '') || ' to ' || to_word || ' x' || count(*)
     FROM events e LEFT JOIN orders o ON o.id = e.order_id
     WHERE what IN ('order', 'refund', 'ticket', 'access') AND to_word IS NOT from_word GROUP BY o.number, what, from_word, to_word",
];

/// By the orders alone, and not by the counters of products.
const STOCK: &str = "SELECT p.sku, p.held, p.sold,
    coalesce(sum(iif(o.status = 'pending', quantity, 0)), 0),
    coalesce(sum(iif(o.status IN ('paid', 'fulfilled'), quantity - freed, 0)), 0)
    FROM products p LEFT JOIN order_lines l ON l.product_id = p.id LEFT JOIN orders o ON o.id = l.order_id
    GROUP BY p.id";

/// An order without its lines or with less than its total.
const HALF_ORDERS: &str = "SELECT number FROM orders o
    WHERE total <> coalesce((SELECT sum(quantity * unit_price) FROM order_lines WHERE order_id = o.id), total)
       OR NOT EXISTS (SELECT 1 FROM events WHERE order_id = o.id)";

/// Everything that the shop has come to: its books, and what its partners saw.
pub(super) fn aftermath(stage: &Stage) -> String {
    let Some(file) = stage.reader() else {
        return "no file".to_owned();
    };
    let mut rows = Vec::new();
    for sql in BOOKS {
        rows.extend(texts(&file, sql));
    }
    rows.sort();
    rows.push(gateway(stage));
    rows.join("\n")
}

fn texts(file: &Connection, sql: &str) -> Vec<String> {
    let mut statement = file.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get::<_, Option<String>>(0));
    let texts = rows.unwrap().map(|text| text.unwrap());
    texts.flatten().collect()
}

/// The payments at the gateway, and the refunds of the one whose money goes back.
fn gateway(stage: &Stage) -> String {
    let payments = ask(stage, "/pretend/payments");
    let refunds = ask(stage, "/v2/BACK-1/status");
    let (_, refunds) = refunds.split_once("\"refunds\":").unwrap_or_default();
    let count = refunds.matches("\"refund_key\":").count();
    let (_, payments) = payments.split_once("\r\n\r\n").unwrap();
    let payments = payments.replace("]},{", "]},\n{");
    format!("{count} refunds of BACK-1 at the gateway, which has\n{payments}")
}

fn ask(stage: &Stage, target: &str) -> String {
    let url = stage.shop.simulator.url();
    let mut line = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
    let key = base64::engine::general_purpose::STANDARD.encode(format!("{MIDTRANS_KEY}:"));
    write!(
        line,
        "GET {target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {key}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    line.read_to_string(&mut answer).unwrap();
    answer
}

/// Checks what holds at every moment: the promises of `verify`, the stock, whole orders, and one delivery for each
/// recorded try.
#[track_caller]
pub(super) fn check_sound(stage: &Stage, what: &str) {
    if !stage.shop.database().exists() {
        return;
    }
    let verified = stage.shop.exec("verify");
    assert_eq!(verified.exit, Exit::Clean, "{what}\n{}", verified.all());
    if stage.setting != Setting::Shop {
        return;
    }
    let file = stage.reader().unwrap();
    let mut statement = file.prepare(STOCK).unwrap();
    let mut rows = statement.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let sku: String = row.get(0).unwrap();
        let [held, sold, held_by_orders, sold_by_orders] =
            [1, 2, 3, 4].map(|column| row.get::<_, i64>(column).unwrap());
        assert_eq!(
            (held, sold),
            (held_by_orders, sold_by_orders),
            "{sku}: {what}"
        );
    }
    assert_eq!(texts(&file, HALF_ORDERS), [""; 0], "half an order: {what}");
    check_deliveries(stage, &file, what);
}

/// Attempts are counted anew with each repetition that a person asks for.
const RECORDED: &str = "SELECT tries + repetition FROM effects WHERE key = ?1";

/// The hook was started once for each try that the file has recorded, and once more if a kill kept its end from being
/// recorded; it has done its work once.
#[track_caller]
fn check_deliveries(stage: &Stage, file: &Connection, what: &str) {
    let mut received = BTreeMap::<String, i64>::new();
    for key in lines(&stage.shop, "tries") {
        *received.entry(key).or_default() += 1;
    }
    for (key, times) in received {
        let recorded: i64 = file
            .query_row(RECORDED, [&key], |row| row.get(0))
            .unwrap_or_else(|_| panic!("{key} was delivered for no effect: {what}"));
        assert!(
            times <= recorded + 1,
            "{key} was delivered {times} times, recorded {recorded}: {what}"
        );
    }
    let mut keys = lines(&stage.shop, "keys");
    let all = keys.len();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), all, "a key was carried out twice: {what}");
}
