//! `config show`, `check` and `set-key`.

use std::fs;

use payctl::exit::Exit;
use payctl::simulator::{Fault, FaultTarget, MIDTRANS};
use serde_json::Value;

use crate::file_modes::{mode, set_mode};
use crate::world::{CommandOutput, MIDTRANS_KEY, Shop};

const NEW: &str = "SB-Mid-server-the-new-one";

/// Its key for Midtrans is in `.env`, beside other lines.
fn shop() -> Shop {
    let mut shop = Shop::new();
    shop.environment.retain(|(name, _)| name != "MIDTRANS_KEY");
    let dotenv = shop.folder.path().join(".env");
    let text = format!("# keys\r\nOTHER='a b'\nMIDTRANS_KEY={MIDTRANS_KEY}\n");
    fs::write(&dotenv, text).unwrap();
    set_mode(&dotenv, 0o600);
    shop
}

#[track_caller]
fn set(shop: &Shop, flags: &str, key: &str, exit: Exit) -> CommandOutput {
    let line = format!("config set-key midtrans --stdin {flags}");
    let words: Vec<&str> = line.split_whitespace().collect();
    let told = shop.run_words(&words, &format!("{key}\n")).ended(exit);
    for secret in [MIDTRANS_KEY, NEW] {
        assert!(!told.all().contains(secret), "{}", told.all());
    }
    told
}

fn setting(told: &Value, name: &str) -> Value {
    let mut rows = told["rows"].as_array().unwrap().iter();
    let row = rows.find(|row| row["setting"] == name);
    row.unwrap_or_else(|| panic!("{name} in {told:#}")).clone()
}

#[test]
fn a_key_is_tried_and_written_alone() {
    let shop = shop();
    let handle = shop.simulator.handle();
    handle.accept_keys(MIDTRANS, &[NEW]);
    let before = shop.file(".env").unwrap();
    set(&shop, "", "SB-Mid-server-wrong", Exit::Config);
    set(&shop, "", "two words", Exit::Config);
    set(&shop, "", "", Exit::Config);
    set(&shop, "--dry-run", NEW, Exit::Clean);
    assert_eq!(shop.file(".env").unwrap(), before);
    set(&shop, "", NEW, Exit::Clean);
    let after = shop.file(".env").unwrap();
    assert_eq!(after, before.replace(MIDTRANS_KEY, NEW));
    set(&shop, "", NEW, Exit::Clean);
    assert_eq!(shop.file(".env").unwrap(), after);
    let mode = mode(&shop.folder.path().join(".env"));
    assert!(mode.is_none_or(|mode| mode == 0o600), "{mode:?}");
    shop.run("config check").ended(Exit::Clean);
}

#[test]
fn a_key_that_cannot_be_tried_waits() {
    let shop = shop();
    let handle = shop.simulator.handle();
    handle
        .fault(FaultTarget::all(MIDTRANS), Fault::Silent)
        .unwrap();
    let before = shop.file(".env").unwrap();
    set(&shop, "", NEW, Exit::Partial);
    assert_eq!(shop.file(".env").unwrap(), before);
    set(&shop, "--untried", NEW, Exit::Clean);
    assert_ne!(shop.file(".env").unwrap(), before);
}

#[test]
fn a_key_goes_only_where_it_counts() {
    let shop = shop();
    shop.run("config set-key midtrans").ended(Exit::Usage);
    shop.run("config set-key nobody --stdin")
        .ended(Exit::Config);
    shop.run("config set-key midtrans --stdin --setting api_url")
        .ended(Exit::Usage);
    // The environment goes before .env.
    let told = shop
        .run("config set-key pakasir --stdin")
        .ended(Exit::Config);
    assert!(
        told.stderr.contains("is set in the environment"),
        "{}",
        told.stderr
    );
}

#[test]
fn each_value_is_shown_with_its_source() {
    let shop = shop();
    let told = shop.run("config show -o json").ended(Exit::Clean);
    assert!(!told.all().contains(MIDTRANS_KEY));
    let told = told.json();
    for (name, value, source) in [
        ("database", None, "file"),
        ("timezone", Some("UTC"), "file"),
        ("expiry.grace", Some("3m"), "default"),
        ("gateways.midtrans.timeout", Some("200ms"), "file"),
        (
            "gateways.midtrans.server_key",
            Some("env:MIDTRANS_KEY"),
            "file",
        ),
    ] {
        let row = setting(&told, name);
        assert_eq!(row["source"], source, "{row}");
        assert!(value.is_none_or(|value| row["value"] == value), "{row}");
    }
    assert_eq!(
        setting(&told, "gateways.midtrans.server_key")["present"],
        true
    );
    let told = shop
        .run("--db other.db config show -o json")
        .ended(Exit::Clean);
    assert_eq!(setting(&told.json(), "database")["source"], "flag");
}

#[test]
fn a_wrong_configuration_is_told_by_line() {
    let shop = shop();
    let text = shop.file("payctl.toml").unwrap();
    shop.configure(&format!("{text}\n[expiry]\ngrece = \"3m\"\n"));
    let told = shop.run("config check").ended(Exit::Config);
    assert!(told.stderr.contains("expiry.grece"), "{}", told.stderr);
    shop.configure(&text.replace("env:MIDTRANS_KEY", "env:NOWHERE"));
    let told = shop.run("config check -o json").ended(Exit::Config);
    assert_eq!(told.json()["summary"]["problems"], 1);
}
