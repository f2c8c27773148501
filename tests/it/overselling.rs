//! Many processes compete for the last units: none oversells, none is locked out, and the sums hold.

use std::thread;

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, MIDTRANS};
use rusqlite::{Connection, OpenFlags};

use crate::program::hear;
use crate::world::{CommandOutput, Shop};

const PROCESSES: usize = 20;
const SEATS: i64 = 5;

/// Runs a command that may end in any way concurrent changes of the same orders allow.
fn run(shop: &Shop, line: &str) -> CommandOutput {
    let output = hear(shop.start(line));
    let expected = [
        Exit::Clean,
        Exit::Failed,
        Exit::Attention,
        Exit::Partial,
        Exit::Busy,
    ];
    assert!(expected.contains(&output.exit), "{line}\n{}", output.all());
    assert!(!output.all().contains("locked"), "{line}\n{}", output.all());
    output
}

/// One customer orders and perhaps pays, while other processes expire and cancel.
fn customer(shop: &Shop, number: usize) {
    let order = format!("INV-{number}");
    let placed = run(
        shop,
        &format!(
            "order create --number {order} --line seat:1 --expires-in 1ms --gateway midtrans --method qris"
        ),
    );
    if placed.exit != Exit::Clean {
        return;
    }
    let word = ["settlement", "expire", "pending", "settlement"][number % 4];
    let answer = AttemptTruth::new(word, Rupiah::from_db(25_000));
    shop.simulator
        .handle()
        .set(MIDTRANS, &order, answer)
        .unwrap();
    for line in [
        "expire".to_owned(),
        format!("check-status {order} --fix"),
        "check-all --fix".to_owned(),
        format!("order cancel {order} --reason crowd --yes"),
        "expire".to_owned(),
    ] {
        run(shop, &line);
    }
}

fn count(connection: &Connection, sql: &str) -> i64 {
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn twenty_processes_never_oversell() {
    let shop = Shop::in_real_time();
    run(
        &shop,
        &format!("product set seat --price 25000 --capacity {SEATS}"),
    );
    thread::scope(|scope| {
        for number in 0..PROCESSES {
            let shop = &shop;
            scope.spawn(move || customer(shop, number));
        }
    });

    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let connection = Connection::open_with_flags(shop.database(), flags).unwrap();
    let taken = count(&connection, "SELECT held + sold FROM products");
    assert!(
        (0..=SEATS).contains(&taken),
        "{taken} of {SEATS} seats are taken"
    );
    for reservation in ["held", "sold"] {
        let counter = count(&connection, &format!("SELECT {reservation} FROM products"));
        let lines = count(
            &connection,
            &format!(
                "SELECT COALESCE(sum(quantity), 0) FROM order_lines WHERE reservation = '{reservation}'"
            ),
        );
        assert_eq!(counter, lines, "{reservation}");
    }
    let settled_and_dead =
        "SELECT count(*) FROM orders JOIN payments ON payments.order_id = orders.id
        WHERE orders.status = 'expired' AND payments.raw_status = 'settlement'
        AND NOT EXISTS (SELECT 1 FROM refunds WHERE refunds.payment_id = payments.id)";
    assert_eq!(
        count(&connection, settled_and_dead),
        0,
        "money was taken and nothing given"
    );
    shop.exec("verify").ended(Exit::Clean);
}
