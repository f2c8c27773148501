//! A person reads every time in the shop's zone, which is named once; programs read UTC.

use payctl::exit::Exit;

use crate::world::{Shop, config};

/// A shop in Jakarta with an order that waits until 11:30 there.
fn shop() -> Shop {
    let shop = Shop::new();
    let url = shop.simulator.url();
    let text = config(&url, &url);
    shop.configure(&text.replace("\"UTC\"", "\"Asia/Jakarta\""));
    shop.run("order create --number INV-1 --total 25000 --expires-in 30m")
        .ended(Exit::Clean);
    shop
}

#[test]
fn a_person_reads_local_times() {
    let shop = shop();
    for (line, told) in [
        ("order list", "2026-03-02 11:30:00"),
        ("order list", "1 order; times in Asia/Jakarta"),
        ("order show INV-1", "Expires: 2026-03-02 11:30:00"),
        ("order show INV-1", "Times:   Asia/Jakarta"),
        (
            "why INV-1",
            "deadline 2026-03-02 11:30:00; times in Asia/Jakarta",
        ),
        (
            "order extend INV-1 --until 2026-03-02T04:10:00Z",
            "the deadline is already later: 2026-03-02 11:30:00 WIB",
        ),
    ] {
        let shown = shop.run(line).all();
        assert!(shown.contains(told), "{line}: {shown}");
        assert!(!shown.contains("T04:30:00Z"), "{line}: {shown}");
    }
    let none = shop.run("refund list").stdout;
    assert!(!none.contains("Jakarta"), "no time is shown: {none}");
}

#[test]
fn programs_read_utc() {
    let shop = shop();
    for line in [
        "order list -o json",
        "order list -o csv",
        "order show INV-1 -o json",
        "why INV-1 -o json",
    ] {
        let shown = shop.run(line).stdout;
        assert!(shown.contains("2026-03-02T04:30:00Z"), "{line}: {shown}");
        assert!(!shown.contains("11:30"), "{line}: {shown}");
    }
    let refused = shop
        .run("order extend INV-1 --until 2026-03-02T04:10:00Z -o json")
        .all();
    assert!(refused.contains("2026-03-02T04:30:00Z"), "{refused}");
}
