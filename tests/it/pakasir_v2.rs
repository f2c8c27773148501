//! Pakasir's two interfaces in configurations and files: a new shop uses the second, an older one keeps its own.

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, PAKASIR, SimulatorRule};

use crate::books::{books, difference};
use crate::old_files::shop_with;
use crate::world::Shop;

const OPENED_UNDER: &str = "SELECT api_version FROM payments WHERE reference = 'VPN-1'";

/// The configuration written by `init`, with the addresses of the simulator.
fn new_shop() -> (Shop, String) {
    let mut shop = Shop::new();
    let path = shop.folder.path().join("payctl.toml");
    std::fs::remove_file(&path).unwrap();
    let line = "init --yes --pakasir tokocontoh --pakasir-environment production --timezone UTC";
    shop.run(line).ended(Exit::Clean);
    let written = std::fs::read_to_string(&path).unwrap();
    let kind = "kind = \"pakasir\"\n";
    let here = format!("{kind}api_url = \"{}\"\n", shop.simulator.url());
    shop.configure(&written.replacen(kind, &here, 1));
    let key = crate::world::PAKASIR_KEY.to_owned();
    shop.environment.push(("PAKASIR_API_KEY".to_owned(), key));
    (shop, written)
}

#[test]
fn a_new_shop_uses_the_second_interface() {
    let (shop, written) = new_shop();
    for setting in ["\napi_version = 2\n", "\nenvironment = \"production\""] {
        assert!(written.contains(setting), "{setting}: {written}");
    }
    let line = "order create --number VPN-1 --total 25000 --expires-at 2026-03-02T05:00:00Z";
    shop.run(line).ended(Exit::Clean);
    for _ in 0..2 {
        shop.run("pay VPN-1 --gateway pakasir --method qris")
            .ended(Exit::Clean);
    }
    let database = shop.folder.path().join("payctl.db");
    let connection = rusqlite::Connection::open(database).unwrap();
    let opened: Vec<i64> = connection
        .prepare(OPENED_UNDER)
        .and_then(|mut sql| sql.query_map([], |row| row.get(0))?.collect())
        .unwrap();
    assert_eq!(opened, [2]);
    shop.at("04:05");
    let output = shop.run("check-all --fix").ended(Exit::Clean).stderr;
    assert!(
        !output.contains("environment is not configured"),
        "{output}"
    );
    assert!(
        output
            .contains("set webhook_secret = \"env:PAKASIR_WEBHOOK_SECRET\" in [gateways.pakasir]"),
        "{output}"
    );
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn an_old_configuration_means_the_first_interface() {
    let shop = Shop::new();
    let written = std::fs::read_to_string(shop.folder.path().join("payctl.toml")).unwrap();
    assert!(!written.contains("api_version") && !written.contains("webhook_secret"));
    // Payments under the first interface need no id.
    shop.run("order create --number VPN-1 --total 25000 --gateway pakasir --method qris")
        .ended(Exit::Clean);
    assert_eq!(shop.count(OPENED_UNDER), 1);
    let paid = AttemptTruth::new("completed", Rupiah::new(25_000).unwrap());
    let world = shop.simulator.handle();
    world.set(PAKASIR, "VPN-1", paid).unwrap();
    let output = shop.run("check-all --fix").ended(Exit::Clean).all();
    assert!(!output.contains("is not configured"), "{output}");
    assert_eq!(shop.order("VPN-1")["status"], "fulfilled");
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn check_all_names_missing_settings() {
    let shop = Shop::on_second();
    let path = shop.folder.path().join("payctl.toml");
    let text = std::fs::read_to_string(path).unwrap();
    let environment = "api_version = 2\nenvironment = \"production\"\n";
    shop.configure(&text.replacen(environment, "api_version = 2\n", 1));
    let id = payctl::simulator::transaction_id("VPN-1", 1);
    shop.run(&format!(
        "order create --number VPN-1 --total 25000 --gateway pakasir --method qris --transaction-id {id}"
    ))
    .ended(Exit::Clean);
    let open = AttemptTruth::new("pending", Rupiah::new(25_000).unwrap());
    let world = shop.simulator.handle();
    world.set(PAKASIR, "VPN-1", open).unwrap();
    let output = shop.run("check-all --fix").ended(Exit::Clean).stderr;
    for said in [
        "pakasir: environment is not configured, so payments in the sandbox never count",
        "set environment = \"production\" or \"sandbox\" in [gateways.pakasir]",
        "pakasir: webhook_secret is not configured, so its notifications cannot be verified",
        "set webhook_secret = \"env:PAKASIR_WEBHOOK_SECRET\" in [gateways.pakasir]",
    ] {
        assert!(output.contains(said), "{said}: {output}");
    }
}

/// A file of version 13: VPN-1 and VPN-2 are open at Pakasir, PAID-1 is paid.
fn old_shop() -> Shop {
    let shop = shop_with("pakasir_v1.sql");
    shop.run("migrate").ended(Exit::Clean);
    let under = |version: i64| {
        shop.count(&format!(
            "SELECT count(*) FROM payments WHERE api_version = {version}"
        ))
    };
    assert_eq!([under(1), under(2)], [3, 0]);
    shop
}

#[test]
fn payments_open_in_an_old_file_continue() {
    let shop = old_shop();
    let world = shop.simulator.handle();
    for number in ["VPN-1", "PAID-1"] {
        let paid = AttemptTruth::new("completed", Rupiah::new(25_000).unwrap());
        world.set(PAKASIR, number, paid).unwrap();
    }
    let open = AttemptTruth::new("pending", Rupiah::new(25_000).unwrap());
    world.set(PAKASIR, "VPN-2", open).unwrap();
    // The same when new payments open under the second interface.
    shop.switch_to_second();
    shop.run("check-all --fix").ended(Exit::Clean);
    assert_eq!(shop.order("VPN-1")["status"], "fulfilled");
    assert_eq!(shop.order("VPN-2")["status"], "pending");
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn open_payments_outlive_their_interface() {
    for is_on_second in [false, true] {
        let shop = old_shop();
        if is_on_second {
            shop.switch_to_second();
        }
        shop.simulator.handle().rule(SimulatorRule::FirstEnded(410));
        let before = books(&shop.database());
        for (time, line) in [
            ("04:12", "check-all --fix"),
            ("05:10", "expire"),
            ("05:20", "check-all --fix"),
            ("29:00", "expire"),
        ] {
            shop.at(time);
            let output = shop.run(line).ended(Exit::Config).all();
            let said = "Pakasir's API version 1 has ended: it answered 410";
            assert_eq!(output.matches(said).count(), 1, "{line}: {output}");
            let open = "nothing was changed, 2 payments opened under it still open here";
            assert!(output.contains(open), "{line}: {output}");
        }
        // Only the end of the file's first run is recorded.
        let moved = difference(&before, &books(&shop.database()));
        let of_the_file =
            |line: &&str| !line.contains(" harms ") && !line.contains(" hook_sources ");
        assert_eq!(moved.lines().find(of_the_file), None);
        for line in [
            "approve VPN-1 --even-if-payable --yes --reason dashboard",
            "order cancel VPN-2 --unproven --reason dashboard",
        ] {
            shop.run(line).ended(Exit::Clean);
            let before = books(&shop.database());
            shop.run(line);
            assert_eq!(difference(&before, &books(&shop.database())), "", "{line}");
        }
        assert_eq!(shop.order("VPN-1")["status"], "fulfilled");
        assert_eq!(shop.order("VPN-2")["status"], "cancelled");
        shop.run("verify").ended(Exit::Clean);
    }
}
