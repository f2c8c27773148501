//! The binary: exit codes, help, wrong usage, signals, and concurrent processes.

use std::time::{Duration, Instant};

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{ANY, AttemptTruth, Fault, FaultTarget, MIDTRANS};

use crate::program::hear;
use crate::world::{Shop, config};

/// A shop with this many orders, paid at the gateway, created by the binary under the real clock.
fn shop(orders: u32) -> Shop {
    let shop = Shop::new();
    let lines: String = (1..=orders)
        .map(|number| {
            format!("{{\"number\":\"INV-{number}\",\"total\":25000,\"payments\":[{{\"gateway\":\"midtrans\",\"method\":\"qris\"}}]}}\n")
        })
        .collect();
    std::fs::write(shop.folder.path().join("orders.jsonl"), lines).unwrap();
    shop.exec("order import orders.jsonl").ended(Exit::Clean);
    let paid = AttemptTruth::new("settlement", Rupiah::new(25_000).unwrap());
    let world = shop.simulator.handle();
    world.set(MIDTRANS, ANY, paid).unwrap();
    shop
}

/// A shop whose gateway accepts every query and answers none.
fn hanging_shop() -> Shop {
    let shop = shop(3);
    let url = shop.simulator.url();
    shop.configure(&config(&url, &url).replace("timeout = \"200ms\"", "timeout = \"20s\""));
    let all = FaultTarget::all(MIDTRANS);
    shop.simulator.handle().fault(all, Fault::Hang).unwrap();
    shop
}

#[test]
fn exit_codes_say_how_it_ended() {
    let shop = shop(1);
    shop.exec("check-all").ended(Exit::Attention);
    shop.exec("check-all --fix").ended(Exit::Clean);
    shop.exec("order show INV-9").ended(Exit::Failed);
    shop.exec("chek-all").ended(Exit::Usage);
    shop.exec("--db elsewhere.db check-all").ended(Exit::Config);
    let all = FaultTarget::all(MIDTRANS);
    shop.simulator.handle().fault(all, Fault::Silent).unwrap();
    shop.exec("check-all").ended(Exit::Partial);
}

#[test]
fn help_lists_every_option_and_exit_code() {
    let shop = Shop::new();
    let create = "--number --line --total --expires-in --expires-at --customer-name --customer-email \
                  --customer-phone --gateway --reference --method --dry-run";
    let set = "--price --name --capacity --access --access-from --tickets --no-tickets --resaleable \
               --not-resaleable --late --dry-run";
    for (command, options) in [
        (
            "",
            "--db --config --format --quiet --verbose --color --log-format --no-input --version",
        ),
        (
            "check-all",
            "--fix --due --gateway --limit --max-time --max-in-flight",
        ),
        ("check-status", "--fix"),
        ("order create", create),
        ("order import", "--as --dry-run"),
        (
            "order list",
            "--status --gateway --older-than --newer-than --limit",
        ),
        ("order show", "--format"),
        ("product set", set),
        ("product list", "--format"),
        ("product show", "--format"),
    ] {
        let output = shop.exec(&format!("{command} --help")).ended(Exit::Clean);
        for option in options.split_whitespace() {
            assert!(output.stdout.contains(option), "{option} of {command:?}");
        }
        assert_eq!(output.stderr, "");
    }
    let output = shop.exec("--help");
    for code in ["0 clean", "3 attention", "75 busy", "78 config"] {
        assert!(output.stdout.contains(code), "{}", output.stdout);
    }
    let version = shop.exec("-V").ended(Exit::Clean).stdout;
    assert_eq!(version, format!("payctl {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_usage_error_uses_the_requested_format() {
    let shop = Shop::new();
    for line in [
        "",
        "chek-all",
        "check-all --fxi",
        "check-all --limit 0",
        "check-all --max-time never",
        "check-all --max-in-flight 2000",
        "check-status",
        "check-status INV/1",
        "order create --total 1",
        "order list --status gone",
        "check-all --format yaml",
    ] {
        let output = shop.exec(line).ended(Exit::Usage);
        assert_eq!(output.stdout, "", "{line}");
        assert!(
            output.stderr.contains("Usage") || output.stderr.contains("--help"),
            "{line}"
        );
        let output = shop.exec(&format!("-o json {line}")).ended(Exit::Usage);
        assert_eq!(output.stdout, "", "{line}");
        if line.ends_with("yaml") || line.is_empty() {
            continue;
        }
        let failure: serde_json::Value = serde_json::from_str(&output.stderr).unwrap();
        assert_eq!(failure["exit"], 2, "{line}");
        assert!(!failure["error"].as_str().unwrap().is_empty(), "{line}");
    }
}

#[test]
fn a_missing_database_is_reported_and_not_made() {
    let shop = Shop::new();
    for line in [
        "check-all",
        "check-all --fix",
        "check-status INV-1 --fix",
        "order list",
        "order show INV-1",
        "product list",
    ] {
        let output = shop.exec(line).ended(Exit::Config);
        assert!(
            output.stderr.contains("shop.db"),
            "{line} {}",
            output.stderr
        );
        assert!(
            output.stderr.contains("payctl init"),
            "{line} {}",
            output.stderr
        );
        assert!(!shop.database().exists(), "{line}");
    }
}

#[test]
fn another_programs_file_is_left_alone() {
    let shop = Shop::new();
    let other = rusqlite::Connection::open(shop.database()).unwrap();
    other.execute_batch("CREATE TABLE theirs (x);").unwrap();
    drop(other);
    let before = std::fs::read(shop.database()).unwrap();
    for line in [
        "check-all",
        "check-all --fix",
        "order list",
        "product set seat --price 1",
    ] {
        let output = shop.exec(line).ended(Exit::Config);
        assert!(
            output.stderr.contains("shop.db"),
            "{line} {}",
            output.stderr
        );
    }
    assert_eq!(std::fs::read(shop.database()).unwrap(), before);

    std::fs::write(
        shop.database(),
        "not a database, but a letter to the shop's owner",
    )
    .unwrap();
    for line in ["check-all", "check-all --fix", "product set seat --price 1"] {
        let output = shop.exec(line);
        assert!(matches!(output.exit, Exit::Config | Exit::Failed), "{line}");
        assert!(
            output.stderr.contains("shop.db"),
            "{line} {}",
            output.stderr
        );
    }
}

#[test]
fn a_newer_database_is_refused_plainly() {
    let shop = shop(1);
    let file = rusqlite::Connection::open(shop.database()).unwrap();
    file.execute_batch("PRAGMA user_version = 99;").unwrap();
    drop(file);
    for line in ["check-all", "check-all --fix"] {
        let output = shop.exec(line).ended(Exit::Failed);
        assert!(output.stderr.contains("newer"), "{}", output.stderr);
    }
}

#[test]
fn a_closed_pipe_does_not_stop_fixing() {
    for format in ["table", "json", "jsonl", "csv"] {
        let shop = shop(60);
        let mut child = shop.start(&format!("check-all --fix -o {format}"));
        drop(child.stdout.take());
        hear(child).ended(Exit::Clean);
        let output = shop.exec("order list --status fulfilled --limit 100 -o json");
        assert_eq!(output.json()["summary"]["orders"], 60, "{format}");
    }
}

#[test]
fn a_second_run_names_the_first() {
    let shop = hanging_shop();
    let mut first = shop.start("check-all --fix");
    shop.await_query();
    let started = Instant::now();
    let output = shop.exec("check-all --fix").ended(Exit::Busy);
    assert!(started.elapsed() < Duration::from_secs(2));
    let pid = format!("process {}", first.id());
    assert!(output.stderr.contains(&pid), "{pid}: {}", output.stderr);
    let quiet = shop.exec("check-all --fix --quiet").ended(Exit::Busy);
    assert_eq!(quiet.all(), "");
    first.kill().unwrap();
    first.wait().unwrap();

    shop.simulator.handle().clear_all();
    let output = shop.exec("check-all --fix").ended(Exit::Clean);
    assert!(output.stdout.contains("3 fixed"), "{}", output.stdout);
}

#[test]
#[cfg_attr(windows, ignore = "a signal by kill")]
fn a_signal_ends_the_run_with_a_report() {
    for signal in ["-TERM", "-INT"] {
        let shop = hanging_shop();
        let child = shop.start("check-all --fix -o json");
        shop.await_query();
        let kill = std::process::Command::new("kill")
            .args([signal, &child.id().to_string()])
            .status();
        assert!(kill.unwrap().success());
        let started = Instant::now();
        let output = hear(child).ended(Exit::Partial);
        assert!(started.elapsed() < Duration::from_secs(2));
        let json = output.json();
        assert_eq!(json["summary"]["ended"], "interrupted", "{signal}");
        assert_eq!(json["summary"]["not_reached"], 3, "{signal}");
        assert_eq!(json["exit"], 4);

        shop.simulator.handle().clear_all();
        shop.exec("check-all --fix").ended(Exit::Clean);
    }
}
