//! Processes that deliver and execute are killed at random moments. Afterwards everything has happened exactly once.

use std::collections::BTreeSet;
use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, MIDTRANS};
use serde_json::Value;

use super::dice::{Dice, number};
use super::moment::spin;
use crate::effects::lines;
use crate::hooks::finish_surviving_hooks;
use crate::world::{Shop, config};

const ROUNDS: u64 = 2;
const KILLS: usize = 20;
const AT_THE_GATEWAY: [&str; 3] = ["INV-1", "INV-2", "INV-3"];
const BY_HAND: [&str; 2] = ["INV-4", "INV-5"];
const UNITS: i64 = 3;

/// The latest moment of a kill in milliseconds: about the length of a run on a quiet machine.
const KILLED_WITHIN: u64 = 60;

/// Each hook works once per key, as a hook should, and notes each attempt.
const HOOK: &str = "echo \"$PAYCTL_EFFECT_KEY\" >> tries\n\
    sleep 0.02\n\
    mkdir \"done-$PAYCTL_EFFECT_KEY\" 2>/dev/null || exit 0\n\
    echo \"$PAYCTL_EFFECT_KEY\" >> keys\n";

/// A shop that sells a show with tickets and an hour of access, with two hooks on payment.
fn shop() -> Shop {
    let shop = Shop::in_real_time();
    fs::write(shop.folder.path().join("hook.sh"), HOOK).unwrap();
    let url = shop.simulator.url();
    let mut text = config(&url, &url).replace("200ms", "20s");
    for (occasion, name) in [("paid", "a"), ("paid", "b"), ("revoked", "back")] {
        text.push_str(&format!(
            "\n[[effects]]\non = \"{occasion}\"\nname = \"{name}\"\nexec = [\"/bin/sh\", \"hook.sh\"]\n"
        ));
    }
    shop.configure(&text);
    shop.exec("product set show --price 10000 --capacity 100 --tickets --access 1h")
        .ended(Exit::Clean);
    for order in AT_THE_GATEWAY.into_iter().chain(BY_HAND) {
        let create = format!("order create --number {order} --line show:{UNITS} --expires-in 1h");
        let place = match BY_HAND.contains(&order) {
            true => "",
            false => " --gateway midtrans --method qris",
        };
        shop.exec(&format!("{create}{place}")).ended(Exit::Clean);
    }
    for order in AT_THE_GATEWAY {
        let paid = AttemptTruth::new("settlement", Rupiah::from_db(10_000 * UNITS));
        let world = shop.simulator.handle();
        world.set(MIDTRANS, order, paid).unwrap();
    }
    shop
}

/// Starts these command lines one after another and kills each at a random moment.
fn kill(shop: &Shop, dice: &mut Dice, commands: &[&str]) {
    for _ in 0..KILLS {
        let mut child = shop
            .program(dice.pick(commands))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        spin(Duration::from_millis(dice.below(KILLED_WITHIN)));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    finish_surviving_hooks(shop);
}

/// The keys the hooks have done, once hooks that outlived their run have finished.
fn done(shop: &Shop, count: usize) -> BTreeSet<String> {
    let patience = Instant::now() + Duration::from_secs(10);
    while lines(shop, "keys").len() < count && Instant::now() < patience {
        std::thread::yield_now();
    }
    let keys = lines(shop, "keys");
    let all: BTreeSet<String> = keys.iter().cloned().collect();
    assert_eq!(all.len(), keys.len(), "each key once: {keys:?}");
    all
}

fn rows(shop: &Shop) -> Vec<Value> {
    let listed = shop.exec("fulfil list --all -o json").ended(Exit::Clean);
    listed.json()["rows"].as_array().unwrap().clone()
}

/// Checks that every effect is done, and that the hooks did nothing else.
fn check_done(shop: &Shop, count: usize) {
    let rows = rows(shop);
    assert_eq!(rows.len(), count, "{rows:?}");
    assert!(rows.iter().all(|row| row["status"] == "done"), "{rows:?}");
    let keys = rows
        .iter()
        .map(|row| row["key"].as_str().unwrap().to_owned());
    assert_eq!(keys.collect::<BTreeSet<_>>(), done(shop, count));
    let tried = lines(shop, "tries").into_iter().collect::<BTreeSet<_>>();
    assert_eq!(tried, done(shop, count), "a retry has the same key");
}

fn round(seed: u64) {
    eprintln!("PAYCTL_KILL_SEED={seed}");
    let mut dice = Dice::of(seed);
    let shop = shop();
    let orders = AT_THE_GATEWAY.len() + BY_HAND.len();
    let approve = |order: &str| format!("approve {order} --yes --reason cash");
    let approvals = BY_HAND.map(approve);
    let mut commands = vec!["check-all --fix", "check-all --fix", "fulfil", "fulfil"];
    commands.extend(approvals.iter().map(String::as_str));
    kill(&shop, &mut dice, &commands);
    for line in &approvals {
        // The order may be approved already; it is not approved again.
        let output = shop.exec(line);
        assert!(
            [Exit::Clean, Exit::Failed].contains(&output.exit),
            "{}",
            output.all()
        );
    }
    shop.exec("check-all --fix").ended(Exit::Clean);
    shop.exec("fulfil").ended(Exit::Clean);
    check_done(&shop, 2 * orders);
    let units = UNITS * i64::try_from(orders).unwrap();
    let issued = "SELECT count(DISTINCT code) FROM tickets WHERE revoked_at IS NULL";
    assert_eq!(shop.count(issued), units);
    assert_eq!(shop.count("SELECT count(*) FROM tickets"), units);
    assert_eq!(
        shop.count("SELECT count(*) FROM grants WHERE revoked_at IS NULL"),
        i64::try_from(orders).unwrap()
    );
    assert_eq!(shop.count("SELECT sold FROM products"), units);
    let fulfilled = "SELECT count(*) FROM orders WHERE status = 'fulfilled'";
    assert_eq!(shop.count(fulfilled), i64::try_from(orders).unwrap());
    shop.exec("verify").ended(Exit::Clean);

    cancel_one(&shop, &mut dice, orders);
}

/// Cancels one order while processes are killed.
fn cancel_one(shop: &Shop, dice: &mut Dice, orders: usize) {
    let cancel = "order cancel INV-1 --reason rain --yes";
    kill(shop, dice, &[cancel, "fulfil", "check-all --fix"]);
    let output = shop.exec(cancel);
    assert!(
        [Exit::Attention, Exit::Failed].contains(&output.exit),
        "{}",
        output.all()
    );
    // A killed process may not have reported its due refund; the next run reports it once.
    let output = shop.exec("fulfil");
    assert!(
        [Exit::Clean, Exit::Attention].contains(&output.exit),
        "{}",
        output.all()
    );
    shop.exec("fulfil").ended(Exit::Clean);
    check_done(shop, 2 * orders + 1);
    let good = "SELECT count(*) FROM tickets WHERE revoked_at IS NULL";
    let units = UNITS * i64::try_from(orders - 1).unwrap();
    assert_eq!(shop.count(good), units);
    assert_eq!(shop.count("SELECT sold FROM products"), units);
    assert_eq!(shop.count("SELECT count(*) FROM refunds"), 1);
    shop.exec("verify").ended(Exit::Clean);
}

#[test]
fn work_killed_anywhere_happens_exactly_once() {
    let first = number("PAYCTL_KILL_SEED", 1);
    for at in 0..number("PAYCTL_KILL_ROUNDS", ROUNDS) {
        round(first + at);
    }
}
