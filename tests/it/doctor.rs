//! `doctor`: each thing that can be wrong is told, with what to type; and nothing that is secret.

use std::fs;
use std::time::Duration;

use payctl::exit::Exit;
use payctl::simulator::MIDTRANS;
use serde_json::Value;

use crate::file_modes::set_mode;
#[cfg(unix)]
use crate::schedule::TestCrontab;
use crate::world::{MIDTRANS_KEY, PAKASIR_KEY, Shop, config};

fn shop() -> Shop {
    let shop = Shop::new();
    shop.run("product set seat --price 1000 --capacity 5")
        .ended(Exit::Clean);
    for line in [
        "check-all --fix",
        "expire",
        "fulfil",
        "cleanup",
        "backup copy.db",
    ] {
        shop.run(line).ended(Exit::Clean);
    }
    shop
}

/// The rows of a check about something.
fn rows(told: &Value, check: &str, about: &str) -> Vec<Value> {
    let rows = told["rows"].as_array().unwrap().iter();
    let of_it = rows.filter(|row| {
        let is_about = row["about"].as_str().unwrap_or_default().ends_with(about);
        row["check"] == check && is_about
    });
    of_it.cloned().collect()
}

#[track_caller]
fn check(shop: &Shop, exit: Exit, check: &str, about: &str, health: &str) -> Value {
    let told = shop.run("doctor -o json").ended(exit);
    for key in [MIDTRANS_KEY, PAKASIR_KEY] {
        assert!(!told.all().contains(key), "a key is shown");
    }
    let told = told.json();
    let found = rows(&told, check, about);
    let row = found.iter().find(|row| row["health"] == health);
    row.cloned().unwrap_or_else(|| panic!("{told:#}"))
}

fn configured(shop: &Shop, from: &str, to: &str) {
    let url = shop.simulator.url();
    let text = config(&url, &url);
    let changed = text.replacen(from, to, 1);
    assert_ne!(text, changed, "{from}");
    shop.configure(&changed);
}

#[test]
fn a_sound_shop_is_well() {
    let shop = shop();
    let told = shop.run("doctor -o json").ended(Exit::Clean).json();
    assert_eq!(told["summary"]["problems"], 0, "{told:#}");
    assert_eq!(told["summary"]["warnings"], 0, "{told:#}");
    assert_eq!(rows(&told, "gateway", "").len(), 2, "{told:#}");
    // What the question said is nothing that the shop knows.
    assert_eq!(shop.count("SELECT count(*) FROM payments"), 0);
    let quiet = shop.run("doctor --quiet").ended(Exit::Clean);
    assert_eq!(quiet.all(), "");
}

#[test]
fn a_refused_key_is_found() {
    let shop = shop();
    shop.simulator.handle().accept_keys(MIDTRANS, &["another"]);
    let row = check(&shop, Exit::Config, "gateway", "midtrans", "problem");
    assert_eq!(row["next"], "payctl config set-key midtrans");
    let offline = shop.run("doctor --offline -o json").ended(Exit::Clean);
    assert_eq!(offline.json()["summary"]["problems"], 0);
}

#[test]
fn a_gateway_that_is_not_there_is_found() {
    let shop = shop();
    let url = shop.simulator.url();
    let wrong = format!("api_url = \"{url}/nowhere\"");
    configured(&shop, &format!("api_url = \"{url}\""), &wrong);
    check(&shop, Exit::Config, "gateway", "midtrans", "problem");
}

#[test]
fn a_missing_key_is_found() {
    let shop = shop();
    configured(&shop, "env:MIDTRANS_KEY", "env:MIDTRANS_GONE");
    let about = "gateways.midtrans.server_key";
    let row = check(&shop, Exit::Config, "key", about, "problem");
    assert!(row["what"].as_str().unwrap().contains("env:MIDTRANS_GONE"));
}

#[test]
fn two_values_in_dotenv_are_found() {
    let shop = shop();
    let dotenv = shop.folder.path().join(".env");
    fs::write(&dotenv, "OTHER=1\nOTHER=2\n").unwrap();
    set_mode(&dotenv, 0o600);
    let row = check(&shop, Exit::Attention, "configuration", "", "warning");
    assert!(row["what"].as_str().unwrap().contains("OTHER"), "{row}");
}

#[test]
fn a_wrong_clock_is_found() {
    let shop = shop();
    // The simulator's clock is the machine's then, and the shop's is not.
    shop.use_machine_clock(true);
    let console = crate::world::Console::default();
    let host = shop.host("", &console);
    let words = ["payctl", "doctor", "-o", "json"].map(std::ffi::OsString::from);
    let exit = payctl::commands::run(words, host);
    let told = console.output(exit).json();
    let clock = rows(&told, "clock", "midtrans");
    assert_eq!(clock[0]["health"], "problem", "{told:#}");
}

#[test]
#[cfg_attr(windows, ignore = "files have no modes")]
fn open_files_are_found_and_mended() {
    let shop = shop();
    set_mode(&shop.database(), 0o644);
    check(&shop, Exit::Attention, "file modes", "shop.db", "problem");
    shop.run("doctor --fix").ended(Exit::Clean);
    assert_eq!(crate::file_modes::mode(&shop.database()), Some(0o640));
    shop.run("doctor").ended(Exit::Clean);
}

#[test]
fn a_job_that_stopped_is_found() {
    let shop = shop();
    shop.pass(Duration::from_secs(11 * 60));
    let row = check(&shop, Exit::Attention, "job", "check-all", "problem");
    assert!(row["what"].as_str().unwrap().contains("overdue"), "{row}");
    check(&shop, Exit::Attention, "job", "cleanup", "ok");
}

#[cfg(unix)]
#[test]
fn whether_a_schedule_is_installed_is_found() {
    let crontab = TestCrontab::new();
    let home = tempfile::tempdir().unwrap();
    let shop = Shop::new()
        .with("PATH", &crontab.path())
        .with("HOME", home.path().to_str().unwrap());
    shop.run("product set seat --price 1000").ended(Exit::Clean);
    let row = check(&shop, Exit::Attention, "schedule", "", "warning");
    let words = "nothing here starts check-all, expire, fulfil, cleanup";
    assert_eq!(row["what"], words);
    assert_eq!(row["next"], "payctl schedule install");

    let table = shop.run("schedule print --for cron --user toko");
    crontab.keep(&table.ended(Exit::Clean).stdout);
    let row = check(&shop, Exit::Attention, "schedule", "", "ok");
    let words = "cron starts check-all, expire, fulfil, cleanup";
    assert_eq!(row["what"], words);
    let row = check(&shop, Exit::Attention, "job", "check-all", "warning");
    assert_eq!(row["what"], "it is installed, and has never run");
    check(&shop, Exit::Attention, "job", "cleanup", "ok");
}

#[test]
fn what_waits_for_a_person_is_found() {
    let shop = shop();
    shop.run("order create --number INV-1 --line seat:1")
        .ended(Exit::Clean);
    shop.run("approve INV-1 --amount 3000 --reason till --yes")
        .ended(Exit::Attention);
    let row = check(&shop, Exit::Attention, "refunds", "", "warning");
    assert_eq!(row["next"], "payctl refund list");
}

#[test]
fn effects_that_cannot_be_carried_out_are_found() {
    let shop = shop();
    shop.run("order create --number INV-1 --line seat:1")
        .ended(Exit::Clean);
    let url = shop.simulator.url();
    let effects = concat!(
        "[[effects]]\non = \"paid\"\nname = \"gone\"\nexec = [\"no-such-program\"]\n",
        "[[effects]]\non = \"paid\"\nname = \"shy\"\nexec = [\"./hook.sh\"]\n",
        "[[effects]]\non = \"paid\"\nname = \"receipt\"\nmail = { to = \"a@example.com\", template = \"mail.txt\" }\n",
        "[smtp]\nhost = \"127.0.0.1\"\nport = 1\nfrom = \"shop@example.com\"\n",
    );
    shop.configure(&format!("{}\n{effects}", config(&url, &url)));
    let folder = shop.folder.path();
    fs::write(folder.join("hook.sh"), "").unwrap();
    set_mode(&folder.join("hook.sh"), 0o600);
    fs::write(
        folder.join("mail.txt"),
        "Subject: {{ order.nothing.here }}\n\nx\n",
    )
    .unwrap();
    for (what, about) in [
        ("effect", "gone"),
        ("effect", "receipt"),
        ("mail server", ""),
    ] {
        check(&shop, Exit::Config, what, about, "problem");
    }
    // Where files have modes.
    let shy = if cfg!(unix) { "problem" } else { "ok" };
    check(&shop, Exit::Config, "effect", "shy", shy);
    assert_eq!(shop.count("SELECT count(*) FROM effects"), 0);
}

#[test]
fn a_damaged_or_missing_database_is_found() {
    let shop = shop();
    fs::remove_file(shop.database()).unwrap();
    check(&shop, Exit::Config, "database", "shop.db", "problem");
    fs::copy(shop.folder.path().join("copy.db"), shop.database()).unwrap();
    // A backup that was copied into place.
    let row = check(&shop, Exit::Attention, "restored", "shop.db", "problem");
    assert_eq!(row["next"], "payctl restore --release");
}

#[test]
fn an_interface_without_references_is_tried_too() {
    let told = Shop::on_second().run("doctor -o json").json();
    let found = rows(&told, "gateway", "pakasir");
    assert_eq!(found[0]["health"], "ok", "{told:#}");
}
