//! A backup is put in place, held until a person releases it, and does nothing twice.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use payctl::exit::Exit;
use payctl::simulator::MIDTRANS;
use serde_json::Value;

use crate::effects::{hooked, lines};
use crate::world::Shop;

/// Writes its key down, and says something that a later effect needs.
const HOOK: &str =
    "cat > /dev/null; echo \"$PAYCTL_EFFECT_KEY\" >> keys; echo '{\"licence\":\"L-7\"}'\n";

fn shop() -> Shop {
    let shop = hooked(Shop::new(), HOOK, "");
    shop.run("product set seat --price 1000 --capacity 50 --tickets")
        .ended(Exit::Clean);
    shop
}

fn order(shop: &Shop, number: &str) {
    let line = format!("order create --number {number} --line seat:1 --expires-in 1h");
    shop.run(&line).ended(Exit::Clean);
}

fn opened(shop: &Shop, number: &str) -> String {
    let line = format!("pay {number} --gateway midtrans --method qris -o json");
    let paid = shop.run(&line).ended(Exit::Clean).json();
    paid["reference"].as_str().unwrap().to_owned()
}

fn pays(shop: &Shop, reference: &str) {
    let handle = shop.simulator.handle();
    handle.pay(MIDTRANS, reference).unwrap();
}

fn kept(shop: &Shop) -> Vec<PathBuf> {
    let entries = fs::read_dir(shop.folder.path()).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut kept: Vec<PathBuf> = paths
        .filter(|path| path.to_string_lossy().contains(".replaced-"))
        .collect();
    kept.sort();
    kept
}

fn lost<'a>(released: &'a Value, kind: &str) -> Vec<&'a Value> {
    let rows = released["lost"].as_array().unwrap().iter();
    rows.filter(|row| row["kind"] == kind).collect()
}

/// INV-1 is paid and its effect done; INV-2 gets a payment, INV-3 comes and is paid. Returns the reference of INV-2, and the
/// keys of the effects.
fn lost_life(shop: &Shop, reference: &str) -> (String, Vec<String>) {
    shop.pass(Duration::from_secs(60));
    pays(shop, reference);
    shop.run("check-all --fix").ended(Exit::Clean);
    shop.run("fulfil").ended(Exit::Clean);
    assert_eq!(lines(shop, "keys").len(), 1);
    let used = opened(shop, "INV-2");
    order(shop, "INV-3");
    pays(shop, &opened(shop, "INV-3"));
    shop.run("check-all --fix").ended(Exit::Clean);
    let before = lines(shop, "keys");
    assert_eq!(before.len(), 2);
    (used, before)
}

#[test]
fn a_released_backup_does_nothing_twice() {
    let shop = shop();
    for number in ["INV-1", "INV-2"] {
        order(&shop, number);
    }
    let reference = opened(&shop, "INV-1");
    shop.run("backup copy.db").ended(Exit::Clean);

    let (used, before) = lost_life(&shop, &reference);
    shop.pass(Duration::from_secs(60));
    shop.run("restore copy.db").ended(Exit::Usage);
    assert_eq!(shop.count("SELECT count(*) FROM orders"), 3);
    shop.run("restore copy.db --yes").ended(Exit::Clean);
    assert_eq!(shop.count("SELECT count(*) FROM orders"), 2);
    assert_eq!(kept(&shop).len(), 1);
    shop.run("verify").ended(Exit::Clean);

    // Held: the gateway's word is booked, and nothing follows from it.
    shop.run("check-all --fix").ended(Exit::Clean);
    assert_eq!(shop.order("INV-1")["status"], "paid");
    shop.run("fulfil").ended(Exit::Config);
    assert_eq!(lines(&shop, "keys"), before);

    shop.run("restore --release").ended(Exit::Usage);
    let released = shop
        .run("restore --release --yes -o json")
        .ended(Exit::Attention);
    let released = released.json();
    assert_eq!(released["released"], true, "{released}");
    assert_eq!(lost(&released, "effect").len(), 2, "{released}");
    assert_eq!(lost(&released, "payment").len(), 2, "{released}");
    assert_eq!(lost(&released, "order").len(), 1, "{released}");
    let again = shop
        .run("restore --release --yes -o json")
        .ended(Exit::Clean);
    assert_eq!(again.json()["released"], false);

    shop.run("fulfil").ended(Exit::Clean);
    assert_eq!(
        lines(&shop, "keys"),
        before,
        "an effect was carried out twice"
    );
    let first = shop.order("INV-1");
    assert_eq!(first["status"], "fulfilled");
    assert_eq!(first["effects"][0]["output"]["licence"], "L-7", "{first}");

    // What is new has names that the lost life never used.
    let reference = opened(&shop, "INV-2");
    assert_ne!(reference, used);
    order(&shop, "INV-4");
    let fourth = opened(&shop, "INV-4");
    pays(&shop, &fourth);
    shop.run("check-all --fix").ended(Exit::Clean);
    let keys = lines(&shop, "keys");
    assert_eq!(keys.len(), 3, "{keys:?}");
    assert!(!before.contains(&keys[2]), "{keys:?}");
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn a_held_file_hands_nothing_out() {
    let shop = shop();
    for number in ["INV-1", "INV-2"] {
        order(&shop, number);
    }
    shop.run("approve INV-2 --amount 3000 --reason till --yes")
        .ended(Exit::Attention);
    shop.run("refund approve 1").ended(Exit::Clean);
    shop.run("backup copy.db").ended(Exit::Clean);
    shop.run("restore copy.db --yes").ended(Exit::Clean);
    shop.pass(Duration::from_secs(3 * 60 * 60));
    for line in [
        "fulfil",
        "fulfil --replay 1 --reason again",
        "fulfil --resend 1 --reason again",
        "refund send 1",
        "expire",
        "order cancel INV-1 --reason rain --yes",
    ] {
        let told = shop.run(line).ended(Exit::Config);
        assert!(told.stderr.contains("payctl restore --release"), "{line}");
    }
    assert_eq!(shop.order("INV-1")["status"], "pending");
    for line in [
        "order list",
        "verify",
        "why INV-1",
        "case list",
        "fulfil list",
        "refund list",
    ] {
        let told = shop.run(line).ended(Exit::Clean);
        assert_eq!(
            told.stderr.matches("is held").count(),
            0,
            "logs go elsewhere"
        );
    }
    // A process says it on stderr, and goes on.
    let told = shop.exec("order list").ended(Exit::Clean);
    assert_eq!(told.stderr.matches("is held").count(), 1, "{}", told.stderr);
}

#[test]
fn a_new_payment_waits_while_held() {
    let shop = shop();
    order(&shop, "INV-1");
    shop.run("backup copy.db").ended(Exit::Clean);
    shop.run("restore copy.db --yes").ended(Exit::Clean);
    for line in [
        "pay INV-1 --gateway midtrans --method qris",
        "pay INV-1 --gateway manual --unique",
    ] {
        shop.run(line).ended(Exit::Config);
    }
    assert_eq!(shop.simulator.handle().asked_total(), 0);
}

#[test]
fn a_backup_copied_by_hand_is_held() {
    let shop = shop();
    order(&shop, "INV-1");
    shop.run("backup copy.db").ended(Exit::Clean);
    for end in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(shop.folder.path().join(format!("shop.db{end}")));
    }
    fs::copy(shop.folder.path().join("copy.db"), shop.database()).unwrap();
    shop.run("fulfil").ended(Exit::Config);
    let released = shop
        .run("restore --release --yes -o json")
        .ended(Exit::Clean);
    assert!(released.json()["compared_with"].is_null());
    shop.run("fulfil").ended(Exit::Clean);
}

#[test]
fn a_schedule_says_hourly_that_it_waits() {
    let shop = shop();
    shop.run("backup copy.db").ended(Exit::Clean);
    shop.run("restore copy.db --yes").ended(Exit::Clean);
    let says = |line: &str| !shop.run(line).ended(Exit::Config).stderr.is_empty();
    assert!(says("fulfil --quiet"));
    assert!(!says("expire --quiet"), "one of them is enough");
    shop.pass(Duration::from_secs(59 * 60));
    assert!(!says("fulfil --quiet"));
    shop.pass(Duration::from_secs(2 * 60));
    assert!(says("expire --quiet"));
    let held = "SELECT count(*) FROM runs WHERE exit = 78";
    assert_eq!(shop.count(held), 4);
}

#[test]
fn a_damaged_database_is_replaced_whole() {
    let shop = shop();
    order(&shop, "INV-1");
    shop.run("backup copy.db").ended(Exit::Clean);
    order(&shop, "INV-2");
    // The schema's own page, behind the head by which payctl knows its files.
    let mut bytes = fs::read(shop.database()).unwrap();
    bytes[100..4000].fill(0xee);
    fs::write(shop.database(), &bytes).unwrap();
    shop.run("order list").ended(Exit::Failed);
    shop.run("restore copy.db --yes").ended(Exit::Clean);
    assert_eq!(shop.count("SELECT count(*) FROM orders"), 1);
    assert_eq!(fs::read(&kept(&shop)[0]).unwrap(), bytes);
    let told = shop
        .run("restore --release --yes -o json")
        .ended(Exit::Clean);
    assert!(told.json()["compared_with"].is_null());
}

#[test]
fn a_missing_database_needs_no_yes() {
    let shop = shop();
    order(&shop, "INV-1");
    shop.run("backup copy.db").ended(Exit::Clean);
    fs::remove_file(shop.database()).unwrap();
    for end in ["-wal", "-shm"] {
        let _ = fs::remove_file(shop.folder.path().join(format!("shop.db{end}")));
    }
    shop.run("restore copy.db").ended(Exit::Clean);
    assert!(kept(&shop).is_empty());
    assert_eq!(shop.order("INV-1")["status"], "pending");
}

#[test]
fn what_is_no_sound_backup_is_refused() {
    let shop = shop();
    order(&shop, "INV-1");
    shop.run("backup copy.db").ended(Exit::Clean);
    fs::write(shop.folder.path().join("notes"), "mine").unwrap();
    let mut bytes = fs::read(shop.folder.path().join("copy.db")).unwrap();
    let length = bytes.len();
    bytes[length / 2..].fill(0xee);
    fs::write(shop.folder.path().join("half.db"), bytes).unwrap();
    order(&shop, "INV-2");
    for (file, exit) in [
        ("notes", Exit::Config),
        ("half.db", Exit::Failed),
        ("none.db", Exit::Usage),
        ("shop.db", Exit::Usage),
    ] {
        shop.run(&format!("restore {file} --yes")).ended(exit);
    }
    shop.run("restore copy.db --dry-run").ended(Exit::Clean);
    assert_eq!(shop.count("SELECT count(*) FROM orders"), 2);
    assert!(kept(&shop).is_empty());
    assert_eq!(shop.file("shop.db.restore"), None);
}

#[test]
fn no_job_runs_while_a_file_is_replaced() {
    let shop = shop();
    shop.run("backup copy.db").ended(Exit::Clean);
    let lock = shop.folder.path().join("shop.db.expire.lock");
    let lock = fs::File::create(lock).unwrap();
    lock.lock().unwrap();
    shop.run("restore copy.db --yes").ended(Exit::Busy);
    drop(lock);
    shop.run("restore copy.db --yes").ended(Exit::Clean);
}

#[test]
fn refunds_and_tickets_since_are_told() {
    let shop = shop();
    order(&shop, "INV-1");
    shop.run("approve INV-1 --amount 3000 --reason till --yes")
        .ended(Exit::Attention);
    shop.run("refund approve 1").ended(Exit::Clean);
    shop.run("backup copy.db").ended(Exit::Clean);
    shop.pass(Duration::from_secs(60));
    shop.run("refund done 1 --bank-ref OUT-1")
        .ended(Exit::Clean);
    let tickets = shop.run("ticket list -o json").json();
    let code = tickets["rows"][0]["ticket"].as_str().unwrap().to_owned();
    shop.run(&format!("ticket redeem {code}"))
        .ended(Exit::Clean);
    shop.run("restore copy.db --yes").ended(Exit::Clean);
    let told = shop.run("restore --release --dry-run -o json");
    let told = told.ended(Exit::Attention).json();
    assert_eq!(told["may_repeat"], 2, "{told}");
    let advice = lost(&told, "refund")[0]["advice"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        advice.ends_with("payctl refund done 1 --bank-ref OUT-1"),
        "{advice}"
    );
    let advice = lost(&told, "ticket")[0]["advice"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        advice.ends_with(&format!("payctl ticket redeem {code}")),
        "{advice}"
    );
    // Done as it is told, there is nothing left to repeat.
    shop.run("refund done 1 --bank-ref OUT-1")
        .ended(Exit::Clean);
    shop.run(&format!("ticket redeem {code}"))
        .ended(Exit::Clean);
    let told = shop.run("restore --release --yes -o json").json();
    assert_eq!(told["may_repeat"], 0, "{told}");
    assert_eq!(told["released"], true);
}
