//! A person approves while a job settles: exactly one of them sells the order.

use std::sync::Barrier;
use std::thread;

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, MIDTRANS};
use serde_json::Value;

use crate::world::{CommandOutput, Shop};

const ROUNDS: usize = 8;

/// An approval and a check of an order paid at the gateway, concurrently, with their outcomes. The person first
/// reads the order this many times, because the job has to query and would never be faster.
fn both_at_once(shop: &Shop, order: &str, looks: usize) -> (CommandOutput, CommandOutput) {
    shop.run(&format!(
        "order create --number {order} --line seat:1 --expires-in 1h --gateway midtrans --method qris"
    ))
    .ended(Exit::Clean);
    let paid = AttemptTruth::new("settlement", Rupiah::from_db(25_000));
    let world = shop.simulator.handle();
    world.set(MIDTRANS, order, paid).unwrap();
    let start = Barrier::new(2);
    thread::scope(|scope| {
        let person = scope.spawn(|| {
            start.wait();
            for _ in 0..looks {
                shop.order(order);
            }
            shop.run(&format!(
                "approve {order} --by rina --reason bank --bank-ref FT-{order} --yes"
            ))
        });
        let job = scope.spawn(|| {
            start.wait();
            shop.run(&format!("check-status {order} --fix"))
        });
        (person.join().unwrap(), job.join().unwrap())
    })
}

fn count(rows: &Value, is_wanted: impl Fn(&Value) -> bool) -> usize {
    let rows = rows.as_array().into_iter().flatten();
    rows.filter(|row| is_wanted(row)).count()
}

#[test]
fn concurrent_approval_and_settlement_sell_once() {
    let shop = Shop::new();
    shop.run(&format!(
        "product set seat --price 25000 --capacity {ROUNDS}"
    ))
    .ended(Exit::Clean);
    for round in 1..=ROUNDS {
        let number = format!("INV-{round}");
        let (person, job) = both_at_once(&shop, &number, round % 3);
        let order = shop.order(&number);
        let output = format!("{}{}{order:#}", person.all(), job.all());

        assert_eq!(order["status"], "fulfilled", "{output}");
        let sold = count(&order["events"], |event| {
            event["what"] == "order" && event["to"] == "paid"
        });
        assert_eq!(sold, 1, "{output}");
        // The second one finds the order paid, and the approval always learns it from the gateway.
        let is_told = matches!(person.exit, Exit::Attention | Exit::Failed);
        assert!(is_told, "{output}");
        assert_eq!(order["refunds"].as_array().unwrap().len(), 0, "{output}");
        assert_eq!(
            count(&order["payments"], |payment| payment["status"] == "paid"),
            1,
            "{output}"
        );
        let product = shop.run("product show seat -o json").json();
        assert_eq!(product["product"]["sold"], round, "{output}");
    }
    shop.run("verify").ended(Exit::Clean);
}
