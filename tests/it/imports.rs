//! Import files: each order is imported whole or not at all, times must be possible, and an empty file fails.

use payctl::exit::Exit;

use crate::books::{books, difference};
use crate::effects::hooked;
use crate::world::Shop;

fn shop() -> Shop {
    let shop = Shop::new();
    shop.run("product set seat --price 12500 --capacity 5 --tickets")
        .ended(Exit::Clean);
    shop.run("product set stream --price 500 --access 2h")
        .ended(Exit::Clean);
    shop
}

fn tickets(shop: &Shop, order: &str) -> usize {
    let listed = shop.run(&format!("ticket list --order {order} -o json"));
    listed.json()["rows"].as_array().unwrap().len()
}

#[test]
fn scattered_rows_make_no_half_order() {
    let shop = shop();
    let file = "number,sku,quantity\nA,seat,1\nB,seat,1\nA,stream,1\n";
    for (imported, unchanged) in [(1, 0), (0, 1)] {
        let output = shop
            .run_words(&["order", "import", "-", "-o", "json"], file)
            .ended(Exit::Partial);
        assert_eq!(output.json()["imported"], imported);
        assert_eq!(output.json()["unchanged"], unchanged);
        assert!(
            output.stderr.contains("line 2: the rows of A"),
            "{}",
            output.stderr
        );
        assert!(output.stderr.contains("sort the file"), "{}", output.stderr);
    }
    shop.run("order show A").ended(Exit::Failed);
    let sorted = "number,sku,quantity\nA,seat,1\nA,stream,1\nB,seat,1\n";
    shop.import(sorted).ended(Exit::Clean);
    assert_eq!(shop.order("A")["lines"].as_array().unwrap().len(), 2);
}

#[test]
fn an_imported_free_order_is_delivered() {
    for rest in ["", r#","payments":[{"gateway":"midtrans"}]"#] {
        let shop = hooked(shop(), "echo \"$PAYCTL_ORDER\" >> done\n", "");
        let line = format!(
            r#"{{"number":"FREE","total":0,"lines":[{{"sku":"seat","quantity":2}},{{"sku":"stream","quantity":1}}]{rest}}}"#
        );
        shop.import(&line).ended(Exit::Clean);
        assert_eq!(tickets(&shop, "FREE"), 2);
        shop.run("access check --product stream --order FREE")
            .ended(Exit::Clean);
        shop.run("fulfil").ended(Exit::Clean);
        assert_eq!(crate::effects::lines(&shop, "done"), ["FREE"]);
        assert_eq!(shop.order("FREE")["status"], "fulfilled");
        let before = books(&shop.database());
        shop.import(&line).ended(Exit::Clean);
        assert_eq!(difference(&before, &books(&shop.database())), "");
        shop.run("verify").ended(Exit::Clean);
    }
}

#[test]
fn an_order_delivered_before_is_not_delivered_again() {
    let shop = hooked(shop(), "echo \"$PAYCTL_ORDER\" >> done\n", "");
    let line = |number: &str, rest: &str| {
        format!(r#"{{"number":"{number}","lines":[{{"sku":"seat","quantity":1}}],{rest}}}"#)
    };
    let lines = [
        line(
            "OLD",
            r#""total":0,"created_at":"2026-03-01T00:00:00Z","expires_at":"2026-03-02T04:00:00Z""#,
        ),
        line(
            "LONG-AGO",
            r#""total":0,"created_at":"2026-03-01T00:00:00Z""#,
        ),
        line(
            "PAID",
            r#""payments":[{"gateway":"midtrans","status":"paid"}]"#,
        ),
    ];
    shop.import(&lines.join("\n")).ended(Exit::Clean);
    shop.run("fulfil").ended(Exit::Clean);
    for number in ["OLD", "LONG-AGO", "PAID"] {
        assert_eq!(tickets(&shop, number), 0, "{number}");
        assert_eq!(shop.order(number)["status"], "fulfilled", "{number}");
    }
    assert!(crate::effects::lines(&shop, "done").is_empty());
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn a_file_without_orders_is_no_success() {
    let shop = shop();
    let before = books(&shop.database());
    for file in [
        "",
        "\n \n",
        "\u{FEFF}",
        "number,total\n",
        "number,total\n,\n",
        "sep=;\n",
        "sep=;\nnumber\n",
    ] {
        let output = shop.import(file).ended(Exit::Failed);
        assert!(output.stderr.contains("no order"), "{}", output.stderr);
        assert!(output.stderr.contains("--allow-empty"), "{}", output.stderr);
        let words = ["order", "import", "-", "--allow-empty"];
        shop.run_words(&words, file).ended(Exit::Clean);
    }
    assert_eq!(difference(&before, &books(&shop.database())), "");
    let new = Shop::new();
    new.import("").ended(Exit::Failed);
    assert!(!new.database().exists());
}

#[test]
fn a_notification_without_a_body_is_no_success() {
    let shop = shop();
    let before = books(&shop.database());
    for body in ["", "\n", " \r\n"] {
        for gateway in ["midtrans", "pakasir"] {
            let output = shop
                .run_words(&["webhook", gateway], body)
                .ended(Exit::Failed);
            assert!(
                output.stderr.contains("no notification"),
                "{}",
                output.stderr
            );
        }
    }
    assert_eq!(difference(&before, &books(&shop.database())), "");
}

#[test]
fn an_excel_file_is_imported() {
    let shop = shop();
    let file = "\u{FEFF}sep=;\r\nNumber;Customer Name;SKU;Quantity\r\nA;Sari;seat;1\r\n";
    shop.import(file).ended(Exit::Clean);
    assert_eq!(shop.order("A")["customer"]["name"], "Sari");
}

#[test]
fn a_time_without_zone_needs_a_named_zone() {
    let shop = Shop::new();
    let file = "number,total,expires_at\nA,500,2026-03-02 12:00:00\n";
    let path = shop.folder.path().join("payctl.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let text = text.replace("timezone = \"UTC\"\n", "");
    shop.configure(&text);
    let output = shop.import(file).ended(Exit::Partial);
    assert!(output.stderr.contains("--timezone"), "{}", output.stderr);
    let words = [
        "order",
        "import",
        "-",
        "-o",
        "json",
        "--timezone",
        "Asia/Jakarta",
    ];
    let output = shop.run_words(&words, file).ended(Exit::Clean);
    assert_eq!(output.json()["timezone"], "Asia/Jakarta");
    assert_eq!(shop.order("A")["expires_at"], "2026-03-02T05:00:00Z");
    // The configured zone gives the same order; another zone gives another order.
    shop.configure(&format!("timezone = \"Asia/Jakarta\"\n{text}"));
    let output = shop.import(file).ended(Exit::Clean);
    assert_eq!(
        output.stdout.matches("Asia/Jakarta").count(),
        1,
        "{}",
        output.stdout
    );
    let words = ["order", "import", "-", "--timezone", "WITA"];
    shop.run_words(&words, file).ended(Exit::Partial);
    // Programs write JSON and know their zone.
    let json = r#"{"number":"B","total":500,"expires_at":"2026-03-02 12:00:00"}"#;
    shop.import(json).ended(Exit::Partial);
    let zoned =
        "number,total,expires_at\nC,500,2026-03-02 12:00:00 WIB\nD,500,2026-03-02T12:00:00+0700\n";
    let output = shop.run_words(&["order", "import", "-", "-o", "json"], zoned);
    assert!(output.ended(Exit::Clean).json()["timezone"].is_null());
    for number in ["C", "D"] {
        assert_eq!(shop.order(number)["expires_at"], "2026-03-02T05:00:00Z");
    }
}

#[test]
fn an_option_takes_common_zone_spellings() {
    let shop = Shop::new();
    for (number, at) in [
        ("A", "2026-03-02T12:00:00+0700"),
        ("B", "2026-03-02 12:00:00 WIB"),
    ] {
        let words = [
            "order",
            "create",
            "--number",
            number,
            "--total",
            "1",
            "--expires-at",
            at,
        ];
        shop.run_words(&words, "").ended(Exit::Clean);
        assert_eq!(shop.order(number)["expires_at"], "2026-03-02T05:00:00Z");
        let at = at.replace("12:", "13:");
        let words = ["order", "extend", number, "--until", &at];
        shop.run_words(&words, "").ended(Exit::Clean);
    }
    let words = [
        "order",
        "create",
        "--number",
        "C",
        "--total",
        "1",
        "--expires-at",
        "2026-03-02 12:00:00",
    ];
    shop.run_words(&words, "").ended(Exit::Usage);
}

#[test]
fn no_order_waits_for_ever() {
    let shop = shop();
    let before = books(&shop.database());
    for rest in [
        "--expires-in 99999999d",
        "--expires-in 367d",
        "--expires-at 2027-03-04T00:00:00Z",
        "--expires-at 9999-12-31T23:59:59Z",
    ] {
        let output = shop.run(&format!("order create --number A --line seat:1 {rest}"));
        assert!(
            output.ended(Exit::Failed).stderr.contains("a year"),
            "{rest}"
        );
    }
    for rest in [
        r#""expires_at":"2199-01-01T00:00:00Z""#,
        r#""created_at":"2026-03-02T04:03:01Z""#,
        r#""created_at":"2099-01-01T00:00:00Z""#,
        r#""payments":[{"gateway":"midtrans","expires_at":"2199-01-01T00:00:00Z"}]"#,
    ] {
        shop.import(&format!(r#"{{"number":"A","total":500,{rest}}}"#))
            .ended(Exit::Partial);
    }
    assert_eq!(difference(&before, &books(&shop.database())), "");
    let fits = r#"{"number":"A","total":500,"created_at":"2026-03-02T04:03:00Z"}"#;
    shop.import(fits).ended(Exit::Clean);
    shop.run("order create --number B --line seat:1 --expires-in 366d")
        .ended(Exit::Clean);
}
