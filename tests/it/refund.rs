//! How refunds are decided, in a shop without a configuration.

use payctl::exit::Exit;

use crate::world::Shop;

/// Two orders with a refund due: refund 1 of INV-1, refund 2 of INV-2.
fn shop() -> Shop {
    let shop = Shop::bare().with("PAYCTL_OPERATOR", "rina");
    for number in ["INV-1", "INV-2"] {
        for (line, exit) in [
            ("order create --total 25000 --number", Exit::Clean),
            (
                "approve --amount 30000 --reason till --yes",
                Exit::Attention,
            ),
        ] {
            shop.run(&format!("{line} {number} --db shop.db"))
                .ended(exit);
        }
    }
    shop
}

#[track_caller]
fn check(shop: &Shop, line: &str, exit: Exit, said: &str) {
    let told = shop.run(&format!("{line} --db shop.db")).ended(exit).all();
    assert!(told.contains(said), "{told}");
}

#[test]
fn each_refund_is_decided_once() {
    let shop = shop();
    let approve = "refund approve 1 2 7";
    check(
        &shop,
        approve,
        Exit::Failed,
        "2 decided, 1 refused; Rp 10,000 in total",
    );
    check(&shop, approve, Exit::Failed, "3 refused");
    let sent = "refund done 1 --bank-ref OUT1";
    check(
        &shop,
        &format!("{sent} --dry-run"),
        Exit::Clean,
        "would_be_done",
    );
    check(&shop, sent, Exit::Clean, "1 decided; Rp 5,000 in total");
    check(&shop, sent, Exit::Failed, "for refund 1 of INV-1");
    let other = "refund done 2 --bank-ref OUT1";
    check(&shop, other, Exit::Failed, "OUT1 is already recorded");
    check(
        &shop,
        "refund list",
        Exit::Clean,
        "1 refund, Rp 5,000 in total",
    );
    check(&shop, "refund list --status done", Exit::Clean, "1 refund");
    check(&shop, "verify", Exit::Clean, "");
}

#[test]
fn a_rejected_refund_needs_a_reason_and_stays() {
    let shop = shop();
    check(&shop, "refund reject 1", Exit::Usage, "--reason");
    let reject = "refund reject 1 --reason tip";
    check(
        &shop,
        &format!("{reject} --dry-run"),
        Exit::Clean,
        "would_reject",
    );
    check(&shop, reject, Exit::Clean, "rejected");
    check(&shop, reject, Exit::Failed, "refund 1 is rejected");
    check(
        &shop,
        "refund approve 1",
        Exit::Failed,
        "refund 1 is rejected",
    );
    check(
        &shop,
        "refund approve 1",
        Exit::Failed,
        "payctl refund list --order INV-1 --all",
    );
    let listed = "refund list --all --order INV-1 --format json";
    check(&shop, listed, Exit::Clean, r#""declined":true"#);
    check(&shop, "verify", Exit::Clean, "");
}

#[test]
fn too_large_a_refund_is_refused_with_hint() {
    let shop = shop();
    let file = rusqlite::Connection::open(shop.database()).unwrap();
    file.execute_batch("UPDATE refunds SET amount = 99999 WHERE id = 1")
        .unwrap();
    let said = "payctl order show INV-1; to keep the money: payctl refund reject 1";
    check(&shop, "refund approve 1", Exit::Failed, said);
}

#[test]
fn csv_has_its_fields() {
    let shop = shop();
    let listed = shop.run("refund list --db shop.db --format csv").stdout;
    assert!(listed.starts_with(
        "refund,order,payment,gateway,amount,status,reason,declined,bank_reference,due_since,due_for_seconds,moved_at,why\n1,INV-1,1,manual,5000,due,excess,false,,"
    ), "{listed}");
    let decided = shop
        .run("refund approve 1 --db shop.db --format csv")
        .stdout;
    assert_eq!(
        decided,
        "refund,order,order_status,order_status_after,payment,amount,status,status_after,action,reason\n\
         1,INV-1,fulfilled,fulfilled,1,5000,due,approved,approved,decided by an operator\n"
    );
}
