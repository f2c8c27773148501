//! Another payment for a known order: by `order attach`, and by an import that only adds payments.

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, MIDTRANS};

use crate::books::{books, difference};
use crate::world::Shop;

fn shop() -> Shop {
    let shop = Shop::new();
    shop.run("order create --number INV-1 --total 25000 --gateway midtrans --method qris")
        .ended(Exit::Clean);
    shop
}

/// Runs the command twice; the second run must change nothing.
#[track_caller]
fn twice(shop: &Shop, line: &str, exit: Exit) -> String {
    let output = shop.run(line).ended(exit).all();
    let before = books(&shop.database());
    shop.run(line).ended(exit);
    assert_eq!(difference(&before, &books(&shop.database())), "", "{line}");
    output
}

fn references(shop: &Shop, number: &str) -> Vec<String> {
    let order = shop.order(number);
    let payments = order["payments"].as_array().unwrap().iter();
    payments
        .map(|payment| payment["reference"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn an_attached_payment_is_queried() {
    let shop = shop();
    let line = "order attach INV-1 --gateway midtrans --reference INV-1-2 --method qris";
    let would = shop.run(&format!("{line} --dry-run")).ended(Exit::Clean);
    assert!(
        would.all().contains("would be registered"),
        "{}",
        would.all()
    );
    assert_eq!(references(&shop, "INV-1"), ["INV-1"]);
    twice(&shop, line, Exit::Clean);
    assert_eq!(references(&shop, "INV-1"), ["INV-1", "INV-1-2"]);
    let paid = AttemptTruth::new("settlement", Rupiah::new(25_000).unwrap());
    let world = shop.simulator.handle();
    world.set(MIDTRANS, "INV-1-2", paid).unwrap();
    shop.run("check-all --fix").ended(Exit::Clean);
    assert_eq!(shop.order("INV-1")["status"], "fulfilled");
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn a_payment_attached_to_a_dead_order_closes() {
    let shop = shop();
    shop.run("order cancel INV-1 --unproven --reason gone")
        .ended(Exit::Clean);
    twice(
        &shop,
        "order attach INV-1 --gateway midtrans --reference INV-1-2 --method qris",
        Exit::Clean,
    );
    assert_eq!(
        shop.count("SELECT must_close FROM payments WHERE reference = 'INV-1-2'"),
        1
    );
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn one_payment_pays_one_order() {
    let shop = shop();
    shop.run("order create --number INV-2 --total 25000")
        .ended(Exit::Clean);
    let by_id = "--gateway midtrans --method qris --transaction-id t-1";
    twice(
        &shop,
        &format!("order attach INV-1 --reference A-1 {by_id}"),
        Exit::Clean,
    );
    for reference in ["INV-1", "A-1", "A-2"] {
        let line = format!("order attach INV-2 --reference {reference} {by_id}");
        let output = twice(&shop, &line, Exit::Failed);
        assert!(output.contains("as a payment of INV-1"), "{output}");
    }
    let line = format!("order create --number INV-3 --total 1 --reference A-3 {by_id}");
    shop.run(&line).ended(Exit::Failed);
    let line = "{\"number\":\"INV-4\",\"total\":1,\"payments\":[{\"gateway\":\"midtrans\",\"transaction_id\":\"t-1\"}]}";
    shop.import(line).ended(Exit::Partial);
    twice(
        &shop,
        "order attach INV-9 --reference A-9 --gateway midtrans --method qris",
        Exit::Failed,
    );
}

#[test]
fn an_import_adds_payments_to_a_known_order() {
    let shop = shop();
    let import = |text: &str, exit| {
        let output = shop.import(text).ended(exit);
        let before = books(&shop.database());
        shop.import(text).ended(exit);
        assert_eq!(difference(&before, &books(&shop.database())), "", "{text}");
        output.all()
    };
    let payment = |reference: &str| {
        format!("{{\"gateway\":\"midtrans\",\"reference\":\"{reference}\",\"method\":\"qris\"}}")
    };
    let bare = format!(
        "{{\"number\":\"INV-1\",\"payments\":[{}]}}",
        payment("INV-1-2")
    );
    let output = import(&bare, Exit::Clean);
    assert!(output.contains("Payments added"), "{output}");
    assert_eq!(references(&shop, "INV-1"), ["INV-1", "INV-1-2"]);

    let whole = |payments: &str| {
        format!("{{\"number\":\"INV-5\",\"total\":25000,\"payments\":[{payments}]}}")
    };
    import(&whole(&payment("B-1")), Exit::Clean);
    let both = whole(&format!("{},{}", payment("B-1"), payment("B-2")));
    import(&both, Exit::Clean);
    assert_eq!(references(&shop, "INV-5"), ["B-1", "B-2"]);
    import(&whole(&payment("B-1")), Exit::Clean);
    let paid = payment("B-3").replace("}", ",\"status\":\"paid\"}");
    let output = import(
        &format!("{{\"number\":\"INV-5\",\"payments\":[{paid}]}}"),
        Exit::Partial,
    );
    assert!(output.contains("leave its status out"), "{output}");
    let other = whole(&payment("B-9"));
    assert!(import(&other, Exit::Partial).contains("other content"));
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn csv_reads_the_transaction_id() {
    let shop = Shop::new();
    let csv =
        "number,total,gateway,reference,transaction_id,method\nINV-1,25000,midtrans,A-1,t-1,qris\n";
    shop.import(csv).ended(Exit::Clean);
    let id = shop.order("INV-1")["payments"][0]["transaction_id"].clone();
    assert_eq!(id, "t-1");
}

#[test]
fn an_attached_payment_needs_its_interfaces_id() {
    let shop = shop();
    let v1 = "order attach INV-1 --gateway pakasir --reference P-12345 --method qris";
    let output = twice(&shop, &format!("{v1} --transaction-id t-1"), Exit::Config);
    assert!(output.contains("api_version = 2"), "{output}");
    let config = crate::world::config(&shop.simulator.url(), &shop.simulator.url());
    let project = "project = \"tokocontoh\"";
    shop.configure(&config.replace(
        project,
        &format!("{project}\napi_version = 2\nenvironment = \"production\""),
    ));
    let output = twice(&shop, v1, Exit::Usage);
    assert!(output.contains("--transaction-id"), "{output}");
    twice(&shop, &format!("{v1} --transaction-id t-1"), Exit::Clean);
    let line = "order create --number INV-7 --total 25000 --gateway pakasir --method qris";
    shop.run(line).ended(Exit::Usage);
    let line = "{\"number\":\"INV-8\",\"total\":25000,\"payments\":[{\"gateway\":\"pakasir\"}]}";
    let output = shop.import(line).ended(Exit::Partial);
    assert!(
        output
            .all()
            .contains("INV-8: pakasir finds a payment only by Pakasir's own ID"),
        "{}",
        output.all()
    );
    assert_eq!(
        shop.count("SELECT count(*) FROM orders WHERE number IN ('INV-7', 'INV-8')"),
        0
    );
    let version = "SELECT api_version FROM payments WHERE reference = 'P-12345'";
    assert_eq!(shop.count(version), 2);
}
