//! Output for programs: unique keys, a last line with the outcome, tokens, and CSV for Excel.

use payctl::exit::Exit;

use crate::strict_json;
use crate::world::Shop;

/// A shop with a paid order and a waiting one.
fn shop() -> Shop {
    let shop = Shop::new();
    for line in [
        "product set seat --price 25000 --tickets --access 2h",
        "order create --number PAID --line seat:1 --customer-email sari@example.com",
        "order create --number WAITS --line seat:1 --gateway midtrans --method qris",
    ] {
        shop.run(line).ended(Exit::Clean);
    }
    shop.run("approve PAID --yes --amount 30000 --bank-ref B-1 --reason cash");
    shop
}

/// Commands that print one document or JSON lines.
const COMMANDS: [&str; 25] = [
    "product list",
    "product show seat",
    "product set seat --price 25000",
    "order list",
    "order show PAID",
    "order show WAITS",
    "order create --number NEXT --total 500",
    "order extend NEXT --by 1h",
    "order cancel NEXT --reason wrong --unproven",
    "order import - --allow-empty",
    "ticket list",
    "access list",
    "access check --product seat --order PAID",
    "why PAID",
    "case list",
    "refund list",
    "gateway list",
    "fulfil",
    "fulfil list",
    "check-all",
    "check-status WAITS",
    "expire",
    "cleanup --dry-run",
    "verify",
    "migrate",
];

#[test]
fn no_document_has_a_key_twice() {
    for format in ["json", "jsonl"] {
        let shop = shop();
        for command in COMMANDS {
            let output = shop.run(&format!("{command} -o {format}"));
            assert_ne!(output.stdout, "", "{command}: {}", output.stderr);
            if format == "json" {
                assert_eq!(output.json()["schema"], "payctl/1", "{command}");
            }
            for line in output.stdout.lines().filter(|_| format == "jsonl") {
                strict_json::read(line).unwrap_or_else(|error| panic!("{error} in {line}"));
            }
        }
    }
    let migrated = shop().run("migrate -o json").json();
    assert_eq!(migrated["schema_before"], migrated["schema_after"]);
}

#[test]
fn the_last_line_says_how_it_ended() {
    let shop = shop();
    for line in [
        "watch PAID --timeout 1s",
        "watch WAITS --timeout 1s",
        "check-all",
        "order list",
        "why PAID",
    ] {
        let output = shop.run(&format!("{line} -o jsonl"));
        let last = strict_json::read(output.stdout.lines().last().unwrap()).unwrap();
        assert!(last["summary"].is_object(), "{line}: {last}");
        assert_eq!(last["exit"], output.exit.code(), "{line}: {last}");
        assert_eq!(last["schema"], "payctl/1", "{line}");
        assert!(last["finished_at"].is_string(), "{line}");
        let ended = output
            .stdout
            .lines()
            .filter(|line| line.contains("\"summary\""));
        assert_eq!(ended.count(), 1, "{line}: {}", output.stdout);
    }
    let output = shop.run("watch PAID --timeout 1s -o jsonl");
    let last = strict_json::read(output.stdout.lines().last().unwrap()).unwrap();
    assert_eq!(
        (&last["event"], &last["paid"]),
        (&"done".into(), &true.into())
    );
    assert_eq!(last["summary"]["because"], "paid");
}

#[test]
fn an_orders_tokens_can_be_read() {
    let shop = shop();
    let made = shop
        .run("order create --number INV-1 --total 25000 -o json")
        .json();
    let token = made["session_token"].as_str().unwrap().to_owned();
    assert_eq!(token.len(), 32);
    assert_eq!(shop.order("INV-1")["session_token"], token);
    let again = shop.run("order create --number INV-1 --total 25000 -o json");
    assert_eq!(again.json()["session_token"], token);
    let paid = shop.run("pay INV-1 --gateway midtrans --method snap -o json");
    let paid = paid.ended(Exit::Clean).json();
    assert_eq!(paid["session_token"], token);
    let snap = paid["token"].as_str().unwrap().to_owned();
    assert!(!snap.is_empty(), "{paid}");
    assert_eq!(shop.order("INV-1")["payments"][0]["token"], snap);
    shop.run("pay INV-1 --gateway manual -o json");
    let line = format!("access check --product seat --session {token} -o json");
    shop.run(&line).ended(Exit::Attention);
    let tried = shop.run("order create --number INV-2 --total 1 --dry-run -o json");
    assert!(tried.json()["session_token"].is_null());
    // Tables do not show tokens, which people would copy into a chat.
    let shown = shop.run("order show INV-1").stdout + &shop.run("pay INV-1").stdout;
    assert!(!shown.contains(&token), "{shown}");
}

#[cfg(unix)]
#[test]
fn a_hook_receives_the_customers_token() {
    let shop = crate::effects::hooked(shop(), "cat > document\n", "");
    shop.run("order create --number INV-1 --total 25000")
        .ended(Exit::Clean);
    shop.run("approve INV-1 --yes --reason cash")
        .ended(Exit::Clean);
    let output = std::fs::read_to_string(shop.folder.path().join("document")).unwrap();
    let document = strict_json::read(&output).unwrap();
    let token = shop.order("INV-1")["session_token"].clone();
    assert!(token.is_string());
    assert_eq!(document["order"]["session_token"], token);
}

#[test]
fn excel_opens_its_export() {
    let shop = shop();
    for line in [
        "order list --excel",
        "order list -o csv --excel",
        "order show PAID --excel",
    ] {
        let output = shop.run(line).ended(Exit::Clean);
        let text = output.stdout.strip_prefix('\u{feff}').unwrap();
        let header = text.lines().next().unwrap();
        assert!(header.contains(';') && !header.contains(','), "{header}");
        let width = header.matches(';').count();
        assert!(
            text.lines().all(|line| line.matches(';').count() == width),
            "{text}"
        );
    }
    let plain = shop.run("order list -o csv").ended(Exit::Clean);
    assert!(plain.stdout.starts_with("order,"), "{}", plain.stdout);
    for format in ["json", "jsonl"] {
        let output = shop.run(&format!("order list --excel -o {format}"));
        assert!(output.ended(Exit::Usage).stderr.contains("--excel"));
    }
}

#[test]
fn no_deadline_beyond_the_orders_is_shown() {
    let shop = shop();
    for (number, gateway) in [("SHORT-1", "pakasir"), ("SHORT-2", "midtrans")] {
        shop.run(&format!(
            "order create --number {number} --total 25000 --expires-in 10m"
        ))
        .ended(Exit::Clean);
        for _ in 0..2 {
            let output = shop.run(&format!(
                "pay {number} --gateway {gateway} --method qris -o json"
            ));
            let output = output.ended(Exit::Clean).json();
            assert_eq!(output["expires_at"], "2026-03-02T04:10:00Z", "{output}");
        }
    }
}
