//! Input: payctl refuses an impossible name in plain words and takes any other unchanged.

use payctl::exit::Exit;
use serde_json::json;

use super::{EMAIL, NAME, NOT_ONE_LINE, check_harmless, exec};
use crate::world::Shop;

fn shop() -> Shop {
    let shop = Shop::new();
    shop.run("product set gala --price 500").ended(Exit::Clean);
    shop
}

/// Checks that the input is refused with these words and without terminal controls.
#[track_caller]
fn check_refused(shop: &Shop, words: &[&str], stdin: &str, exit: Exit, says: &str) {
    let output = shop.run_words(words, stdin).ended(exit);
    assert!(output.stderr.contains(says), "{words:?}: {}", output.stderr);
    check_harmless(&format!("{words:?}"), &output.all());
    assert_eq!(shop.count("SELECT count(*) FROM orders"), 0, "{words:?}");
    assert_eq!(shop.count("SELECT count(*) FROM customers"), 0, "{words:?}");
}

#[test]
fn a_multiline_name_is_refused_everywhere() {
    let shop = shop();
    for text in NOT_ONE_LINE {
        for option in ["--customer-name", "--customer-email", "--customer-phone"] {
            let words = [
                "order", "create", "--number", "INV-1", "--line", "gala:1", option, text,
            ];
            let says = format!("{option} has a line break or another control character");
            check_refused(&shop, &words, "", Exit::Usage, &says);
        }
        for field in ["name", "email", "phone"] {
            let record = json!({"number": "INV-1", "total": 500, "customer": {field: text}});
            let words = ["order", "import", "-"];
            let says = format!("customer.{field} has a line break or another control character");
            check_refused(&shop, &words, &record.to_string(), Exit::Partial, &says);
            let csv = format!("number,total,customer_{field}\nINV-1,500,\"{text}\"\n");
            let words = ["order", "import", "-", "--as", "csv"];
            let says = match text.contains('\n') {
                true => "a row must be on one line".to_owned(),
                false => format!("customer_{field} has a line break or another control character"),
            };
            check_refused(&shop, &words, &csv, Exit::Partial, &says);
        }
        let words = ["product", "set", "gala", "--name", text];
        let says = "has a line break or another control character";
        check_refused(&shop, &words, "", Exit::Usage, says);
    }
}

#[test]
fn an_unsuitable_number_is_refused_everywhere() {
    let shop = shop();
    let says = "must be 1 to 50 of letters, digits, - _ . ~";
    let mut numbers = NOT_ONE_LINE.to_vec();
    numbers.extend([
        "INV 1",
        "INV-1;",
        "$(id)",
        "`id`",
        "'",
        "\"",
        "<b>",
        "=1",
        "+1",
        "@x",
        "\u{202e}1",
        "𝕏",
        "..",
    ]);
    for number in numbers {
        let words = [
            "order",
            "create",
            "--total",
            "500",
            &format!("--number={number}"),
        ];
        check_refused(&shop, &words, "", Exit::Usage, says);
        let record = json!({"number": number, "total": 500}).to_string();
        check_refused(
            &shop,
            &["order", "import", "-"],
            &record,
            Exit::Partial,
            says,
        );
        check_refused(&shop, &["order", "show", number], "", Exit::Usage, says);
        let output = shop.run_words(&["order", "show", number, "-o", "json"], "");
        let error: serde_json::Value = serde_json::from_str(&output.stderr).unwrap();
        assert!(
            error["error"].as_str().unwrap().contains(says)
                || error["hint"].as_str().unwrap().contains(says)
        );
        check_harmless(number, &output.stderr);
    }
}

#[test]
fn a_web_request_changes_no_header() {
    let mut shop = shop();
    let harm = "%0d%0aSet-Cookie:%20a=b\r\nX: y\u{1b}[2J\u{9b}2J\u{202e}<script>";
    for (name, value) in [
        ("PATH_INFO", format!("/{harm}")),
        ("PATH_INFO", format!("/notification/{harm}")),
        ("PATH_INFO", "/status".to_owned()),
        ("PATH_INFO", "/check-expired".to_owned()),
        ("REQUEST_METHOD", harm.to_owned()),
        ("CONTENT_LENGTH", harm.to_owned()),
        ("HTTP_AUTHORIZATION", format!("Bearer {harm}")),
    ] {
        let kept = shop.environment.clone();
        let query = format!("order={harm}&session={harm}&token={harm}");
        for (name, value) in [
            ("REQUEST_METHOD", "GET"),
            ("PATH_INFO", "/notification/midtrans"),
            ("QUERY_STRING", &query),
            ("CONTENT_LENGTH", "2"),
            (name, &value),
        ] {
            shop.environment.push((name.to_owned(), value.to_owned()));
        }
        let output = shop.run_words(&["cgi"], "{}");
        shop.environment = kept;
        let (head, body) = output.stdout.split_once("\r\n\r\n").unwrap();
        let known = [
            "Status",
            "Allow",
            "Content-Type",
            "Content-Length",
            "Cache-Control",
        ];
        for line in head.split("\r\n") {
            let (header, _) = line.split_once(": ").unwrap();
            assert!(known.contains(&header), "{line:?} of {name} {value}");
        }
        assert!(!body.contains("script"), "{body}");
        check_harmless(
            name,
            &format!("{}{body}{}", head.replace("\r\n", "\n"), output.stderr),
        );
    }
}

#[test]
fn any_one_line_text_round_trips() {
    let shop = shop();
    let words = ["product", "set", "gala", "--name", NAME];
    exec(&shop, &words).ended(Exit::Clean);
    super::order(&shop, "INV-1");
    let record = json!({
        "number": "INV-2", "total": 500, "customer": {"name": NAME, "email": EMAIL, "phone": "+62 812; '1"}
    });
    shop.import(&record.to_string()).ended(Exit::Clean);
    for number in ["INV-1", "INV-2"] {
        let customer = &shop.order(number)["customer"];
        assert_eq!(customer["name"], NAME);
        assert_eq!(customer["email"], EMAIL);
        assert_eq!(customer["phone"], "+62 812; '1");
    }
    let product = shop.run("product show gala -o json").ended(Exit::Clean);
    assert_eq!(product.json()["product"]["name"], NAME);
}
