//! Damage by an older version: `check-all` shows it and `check-all --fix` repairs it once.

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, PAKASIR};

use crate::old_files::shop_with;
use crate::world::Shop;

/// Pakasir's API was off for a moment, so the old version expired LOST-1 although it was paid.
fn damaged_shop() -> Shop {
    let shop = shop_with("forgotten.sql");
    let world = shop.simulator.handle();
    for reference in ["PAID-1", "LOST-1"] {
        let paid = AttemptTruth::new("completed", Rupiah::new(25_000).unwrap());
        world.set(PAKASIR, reference, paid).unwrap();
    }
    shop
}

fn row<'a>(output: &'a serde_json::Value, order: &str) -> Vec<&'a serde_json::Value> {
    let rows = output["rows"].as_array().unwrap().iter();
    rows.filter(|row| row["order"] == order).collect()
}

const REPAIR_REASON: &str = "an older version may have taken an address that was gone for \"not found\"; payctl queries it again (H1)";

#[test]
fn a_check_of_an_old_file_writes_nothing() {
    let shop = damaged_shop();
    let before = std::fs::read(shop.database()).unwrap();
    let shown = shop.run("check-all -o json").ended(Exit::Attention);
    let output = shown.json();
    let lost = row(&output, "LOST-1");
    assert_eq!(lost[0]["action"], "would_fix", "{output}");
    assert_eq!(lost[0]["reason"], REPAIR_REASON);
    assert_eq!(std::fs::read(shop.database()).unwrap(), before);
    let verified = shop.run("verify").ended(Exit::Attention);
    assert!(verified.stdout.contains("LOST-1"), "{}", verified.all());
    assert_eq!(std::fs::read(shop.database()).unwrap(), before);
}

#[test]
fn the_next_run_finds_the_money() {
    for line in ["check-all --fix", "check-all --fix --due"] {
        let shop = damaged_shop();
        let healed = shop.run(&format!("{line} -o json")).ended(Exit::Attention);
        let output = healed.json();
        assert_eq!(row(&output, "LOST-1")[0]["action"], "fixed", "{output}");
        assert_eq!(shop.order("LOST-1")["status"], "fulfilled");
        shop.run(line).ended(Exit::Clean);
        let again = shop.run(&format!("{line} -o json")).ended(Exit::Clean);
        assert_eq!(row(&again.json(), "LOST-1").len(), 0, "{}", again.all());
        shop.run("verify").ended(Exit::Clean);
    }
}

#[test]
fn a_truly_unpaid_order_stays_expired() {
    let shop = shop_with("forgotten.sql");
    let world = shop.simulator.handle();
    let paid = AttemptTruth::new("completed", Rupiah::new(25_000).unwrap());
    world.set(PAKASIR, "PAID-1", paid).unwrap();
    shop.run("check-all --fix");
    let lost = shop.order("LOST-1");
    assert_eq!(lost["status"], "expired", "{lost}");
    assert_eq!(lost["payments"][0]["status"], "expired", "{lost}");
    let again = shop.run("check-all --fix -o json").ended(Exit::Clean);
    assert_eq!(row(&again.json(), "LOST-1").len(), 0, "{}", again.all());
}

#[test]
fn a_long_ended_order_only_gets_a_case() {
    let shop = damaged_shop();
    shop.pass(std::time::Duration::from_secs(31 * 24 * 3600));
    let output = shop.run("check-all --fix -o json").ended(Exit::Attention);
    let output = output.json();
    let reason = "pakasir says \"completed\" (P6); case late_payment";
    assert_eq!(row(&output, "LOST-1")[0]["reason"], reason, "{output}");
    assert_eq!(output["summary"]["refunds_due"], 0, "{output}");
    assert_eq!(shop.order("LOST-1")["status"], "expired");
    shop.run("check-all --fix").ended(Exit::Clean);
    assert_eq!(shop.order("LOST-1")["status"], "expired");
}

#[test]
fn a_finished_watch_is_queried_again() {
    let shop = damaged_shop();
    let file = rusqlite::Connection::open(shop.database()).unwrap();
    let later = "UPDATE payments SET last_asked_at = last_asked_at + 172800000,
                                     last_answered_at = last_answered_at + 172800000 WHERE reference = 'LOST-1'";
    assert_eq!(file.execute(later, []).unwrap(), 1);
    drop(file);
    shop.pass(std::time::Duration::from_secs(3 * 24 * 3600));
    let output = shop.run("check-all --fix -o json").json();
    let actions: Vec<_> = row(&output, "LOST-1")
        .iter()
        .map(|row| row["reason"].clone())
        .collect();
    assert_eq!(
        actions,
        [REPAIR_REASON, "pakasir says \"completed\" (P6)"],
        "{output}"
    );
    assert_eq!(shop.order("LOST-1")["status"], "fulfilled");
    let output = shop.run("check-all --fix -o json").json();
    assert_eq!(row(&output, "LOST-1").len(), 0, "{output}");
}
