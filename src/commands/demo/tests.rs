//! The demo, run as a command line.

use std::path::PathBuf;

use clap::Parser as _;

use super::story::DemoStep;
use super::*;
use crate::commands::testing::TestShop;

#[test]
fn the_demo_runs_through_and_shows_each_command() {
    let shop = TestShop::new();
    let ran = shop.types("demo");
    assert_eq!(
        (ran.exit, ran.err.as_str()),
        (Exit::Clean, ""),
        "{}",
        ran.out
    );
    let mut rest = ran.out.as_str();
    for beat in STORY {
        let shown = match beat {
            DemoStep::Say(text) => format!("\n{text}\n"),
            DemoStep::Type { line, .. } => format!("\n$ payctl {line}\n"),
            DemoStep::Look(_) | DemoStep::Midtrans { .. } => continue,
        };
        let Some((_, after)) = rest.split_once(&shown) else {
            panic!("{shown} is not in {rest}");
        };
        rest = after;
    }
    assert!(ran.out.contains("pending → fulfilled"), "{}", ran.out);
}

#[test]
fn a_kept_folder_can_be_used_again() {
    let shop = TestShop::new();
    let ran = shop.types("demo --keep");
    assert_eq!(ran.exit, Exit::Clean);
    let after = |mark: &str| {
        let (_, rest) = ran.out.split_once(mark).unwrap();
        rest.lines().next().unwrap().trim().to_owned()
    };
    let folder = PathBuf::from(after("The folder is kept:"));
    let config = std::fs::read_to_string(folder.join("payctl.toml")).unwrap();
    let again = after("Restart the gateway:");
    let script = std::fs::read_to_string(folder.join("gateway.jsonl")).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let (_, port) = again.split_once("--port ").unwrap();
    let port = port.split(' ').next().unwrap();
    assert!(config.contains(&format!("http://127.0.0.1:{port}\"")));
    assert!(again.ends_with("--script gateway.jsonl") && script.contains("3C2A"));
}

#[test]
fn the_demo_leaves_the_real_shop_alone() {
    let shop = TestShop::new()
        .with("PAYCTL_DB", "real.db")
        .with("PAYCTL_CONFIG", "real.toml");
    assert_eq!(shop.types("demo").exit, Exit::Clean);
    assert_eq!(std::fs::read_dir(shop.path()).unwrap().count(), 0);
}

#[test]
fn the_demo_refuses_json() {
    let ran = TestShop::new().types("demo --format json");
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Usage, ""));
    assert!(
        ran.err.contains("does not support --format json"),
        "{}",
        ran.err
    );
}

/// Plays a demo with an unexpected result; its folder is deleted with it.
#[track_caller]
fn check_otherwise(story: &[DemoStep], says: &str) {
    let shop = TestShop::new();
    let options = Typed::parse_from(["payctl"]).options;
    let mut host = shop.host();
    let mut stage = DemoEnvironment::build(&options, &mut host).unwrap();
    let error = stage.play(story).unwrap_err().to_string();
    assert!(error.contains(says), "{error}");
    let folder = stage.close();
    let path = folder.path().to_owned();
    folder.close().unwrap();
    assert!(!path.exists());
}

#[derive(clap::Parser)]
struct Typed {
    #[command(flatten)]
    options: Options,
}

#[test]
fn the_demo_notices_an_unexpected_outcome() {
    let create = DemoStep::Type {
        line: "product set seat --price 500",
        ends: Exit::Clean,
    };
    let attention = DemoStep::Type {
        line: "check-all",
        ends: Exit::Attention,
    };
    check_otherwise(
        &[create, attention],
        "`payctl check-all` ended with 0 instead of 3",
    );
    let create = DemoStep::Type {
        line: "order create --number INV-1 --total 500",
        ends: Exit::Clean,
    };
    let looks = DemoStep::Look(&[("INV-1", "paid paid")]);
    check_otherwise(&[create, looks], "INV-1 is pending  instead of paid paid");
    let create = DemoStep::Type {
        line: "product set seat --price 500",
        ends: Exit::Clean,
    };
    let looks = DemoStep::Look(&[("INV-2", "paid paid")]);
    check_otherwise(&[create, looks], "INV-2 is missing");
}
