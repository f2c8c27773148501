//! What a person must know is told, whatever else happened.

use payctl::exit::Exit;
use payctl::pretend::{Answer, Fault, Kind, Target};

use crate::world::Shop;

fn order(shop: &Shop, number: &str) {
    let line = format!(
        "order create --number {number} --total 25000 --expires-at 2026-03-02T05:00:00Z --gateway midtrans"
    );
    shop.run(&line).ended(Exit::Clean);
}

fn pays(shop: &Shop, number: &str, amount: u32) {
    let amount = payctl::domain::money::Rupiah::parse(&amount.to_string()).unwrap();
    let answer = Answer::new("settlement", amount);
    let world = shop.pretend.world();
    world.set(Kind::Midtrans, number, answer).unwrap();
}

fn silent(shop: &Shop, number: &str) {
    let world = shop.pretend.world();
    world
        .fault(Target::one(Kind::Midtrans, number), Fault::Silent)
        .unwrap();
}

#[test]
fn a_silent_gateway_hides_no_case() {
    let shop = Shop::new();
    order(&shop, "INV-1");
    order(&shop, "INV-2");
    pays(&shop, "INV-1", 10_000);
    silent(&shop, "INV-2");
    let told = shop.run("check-all --fix --quiet").ended(Exit::Attention);
    assert!(
        told.stdout.contains("case amount_mismatch"),
        "{}",
        told.all()
    );
    assert!(told.stdout.contains("1 unchecked"), "{}", told.all());
    shop.at("04:01");
    let told = shop.run("check-all --fix --quiet").ended(Exit::Partial);
    assert_eq!(told.all(), "");
}
