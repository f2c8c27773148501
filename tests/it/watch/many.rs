//! Many watchers of one order send the queries of one.

use payctl::exit::Exit;

use super::{CREATE, events, shop};
use crate::program::hear;
use crate::world::Shop;

#[test]
fn many_watchers_query_as_one() {
    let shop = Shop::in_real_time();
    shop.exec(CREATE).ended(Exit::Clean);
    shop.set_status("pending");
    let line = "watch INV-1 --interval 500ms --timeout 3s -o jsonl";
    let children: Vec<_> = (0..6).map(|_| shop.start(line)).collect();
    let output: Vec<_> = children
        .into_iter()
        .map(|child| hear(child).ended(Exit::Attention))
        .collect();
    // Six independent watchers would send at least 36 queries; some start later.
    let asked = shop.asked();
    assert!((3..=16).contains(&asked), "{asked}");
    let own = output
        .iter()
        .map(|output| events(output).last().unwrap()["asked"].as_u64().unwrap());
    assert_eq!(own.sum::<u64>(), asked);
    for output in &output {
        assert!(
            events(output).last().unwrap()["unanswered"].is_null(),
            "{}",
            output.stdout
        );
    }
    shop.exec("verify").ended(Exit::Clean);
}

#[test]
fn all_watchers_hear_the_same_answer() {
    let shop = Shop::in_real_time();
    shop.exec(CREATE).ended(Exit::Clean);
    shop.set_status("pending");
    let line = "watch INV-1 --interval 200ms --timeout 60s -o jsonl";
    let children: Vec<_> = (0..4).map(|_| shop.start(line)).collect();
    shop.await_query();
    shop.set_status("settlement");
    for child in children {
        let output = hear(child).ended(Exit::Clean);
        assert_eq!(events(&output).last().unwrap()["paid"], true);
    }
}

#[test]
fn a_recently_queried_payment_is_not_queried_again() {
    let shop = shop();
    shop.run("check-all --fix").ended(Exit::Clean);
    assert_eq!(shop.asked(), 1);
    shop.run("watch INV-1 --interval 5s --timeout 4s")
        .ended(Exit::Attention);
    assert_eq!(shop.asked(), 1);
    shop.run("watch INV-1 --interval 5s --timeout 4s --dry-run")
        .ended(Exit::Attention);
    assert_eq!(shop.asked(), 1);
    shop.pass(std::time::Duration::from_secs(5));
    shop.run("watch INV-1 --interval 5s --timeout 4s")
        .ended(Exit::Attention);
    assert_eq!(shop.asked(), 2);
}
