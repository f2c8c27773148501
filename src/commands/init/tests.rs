//! Real command lines in real folders.

use super::*;
use crate::commands::confirm::Prompt;
use crate::commands::testing::{CommandRun, TestShop};
use crate::config::InitAccount;
use crate::gateway::registry::by_word;

const FILES: [&str; 3] = ["payctl.toml", ".env", "payctl.db"];

fn exist(shop: &TestShop) -> [bool; 3] {
    FILES.map(|name| shop.path().join(name).exists())
}

#[track_caller]
fn check_init(shop: &TestShop, line: &str, exit: Exit) -> CommandRun {
    let ran = shop.types(line);
    assert_eq!(ran.exit, exit, "{ran:?}");
    ran
}

#[test]
fn a_new_shop_can_be_checked_at_once() {
    let shop = TestShop::new();
    let ran = check_init(&shop, "init --yes --timezone Asia/Jakarta", Exit::Clean);
    assert_eq!(exist(&shop), [true; 3]);
    assert_eq!(ran.err, "");
    for said in [
        "payctl.toml (created)",
        "MIDTRANS_SERVER_KEY=",
        "payctl product set",
        "payctl check-all",
    ] {
        assert!(ran.out.contains(said), "{said}: {}", ran.out);
    }
    assert!(
        shop.file("payctl.toml")
            .unwrap()
            .contains("environment = \"sandbox\"")
    );
    assert!(
        shop.file(".env")
            .unwrap()
            .contains("\nMIDTRANS_SERVER_KEY=\n")
    );
    assert_eq!(shop.types("product list").exit, Exit::Clean);
    assert_eq!(shop.types("check-all").exit, Exit::Clean);
}

#[test]
fn the_options_choose_the_gateways() {
    let shop = TestShop::new();
    check_init(&shop, "init --yes --pakasir tokoku", Exit::Clean);
    let text = shop.file("payctl.toml").unwrap();
    assert!(
        text.contains("project = \"tokoku\"") && !text.contains("midtrans"),
        "{text}"
    );

    let shop = TestShop::new();
    check_init(
        &shop,
        "init --yes --midtrans production --pakasir tokoku",
        Exit::Clean,
    );
    let text = shop.file("payctl.toml").unwrap();
    assert!(text.contains("environment = \"production\""), "{text}");
    for wrong in [
        "--midtrans live",
        "--pakasir a/b",
        "--timezone Mars/Olympus",
    ] {
        check_init(
            &TestShop::new(),
            &format!("init --yes {wrong}"),
            Exit::Usage,
        );
    }
}

#[test]
fn an_existing_configuration_stays_untouched() {
    let shop = TestShop::new();
    std::fs::write(shop.path().join("payctl.toml"), "mine").unwrap();
    let ran = check_init(&shop, "init --yes", Exit::Failed);
    assert!(
        ran.err.contains("already exists; nothing was changed"),
        "{}",
        ran.err
    );
    assert_eq!(exist(&shop), [true, false, false]);
    assert_eq!(shop.file("payctl.toml").unwrap(), "mine");
    // Also before the first prompt.
    check_init(&shop, "init", Exit::Failed);
    check_init(&shop, "init --yes --dry-run", Exit::Failed);
}

#[test]
fn the_same_command_again_changes_nothing() {
    let shop = TestShop::new();
    check_init(&shop, "init --yes", Exit::Clean);
    let before: Vec<_> = FILES
        .map(|name| std::fs::read(shop.path().join(name)).unwrap())
        .into();
    check_init(&shop, "init --yes --midtrans production", Exit::Failed);
    let after: Vec<_> = FILES
        .map(|name| std::fs::read(shop.path().join(name)).unwrap())
        .into();
    assert!(before == after);
}

#[test]
fn existing_keys_and_database_are_kept() {
    let shop = TestShop::new();
    std::fs::write(shop.path().join(".env"), "MIDTRANS_SERVER_KEY=dummy\n").unwrap();
    assert_eq!(shop.types("product set seat --price 500").exit, Exit::Clean);
    let ran = check_init(&shop, "init --yes --format json", Exit::Clean);
    let said: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(said["command"], "init");
    let results = ["config", "env", "database"].map(|piece| said[piece]["result"].clone());
    assert_eq!(results, ["created", "kept", "kept"]);
    assert!(
        !said["next"].to_string().contains("MIDTRANS_SERVER_KEY"),
        "{said}"
    );
    assert_eq!(shop.file(".env").unwrap(), "MIDTRANS_SERVER_KEY=dummy\n");
    assert!(shop.types("product list").out.contains("seat"));
}

#[test]
fn a_failed_init_leaves_nothing_behind() {
    let shop = TestShop::new();
    std::fs::write(shop.path().join("payctl.db"), "no database ".repeat(100)).unwrap();
    check_init(&shop, "init --yes", Exit::Config);
    check_init(&shop, "init --yes --config nowhere/shop.toml", Exit::Failed);
    let names = std::fs::read_dir(shop.path()).unwrap().count();
    assert_eq!((names, exist(&shop)), (1, [false, false, true]));
}

#[test]
fn without_a_terminal_init_names_the_command() {
    for line in ["init", "init --no-input", "init --dry-run"] {
        let shop = TestShop::new();
        let ran = check_init(&shop, line, Exit::Usage);
        assert!(ran.err.contains("payctl init --yes"), "{}", ran.err);
        assert_eq!((ran.out.as_str(), exist(&shop)), ("", [false; 3]));
    }
}

#[test]
fn a_dry_run_shows_texts_and_writes_nothing() {
    let shop = TestShop::new();
    let ran = check_init(&shop, "init --yes --dry-run", Exit::Clean);
    assert_eq!(std::fs::read_dir(shop.path()).unwrap().count(), 0);
    for said in [
        "payctl.toml (would be created)",
        "[gateways.midtrans]",
        "MIDTRANS_SERVER_KEY=",
    ] {
        assert!(ran.out.contains(said), "{said}: {}", ran.out);
    }
    let ran = check_init(&shop, "init --yes --dry-run --format json", Exit::Clean);
    let said: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(said["dry_run"], true);
    check_init(&shop, "init --yes", Exit::Clean);
    assert_eq!(
        said["config"]["text"].as_str(),
        shop.file("payctl.toml").as_deref()
    );
    assert_eq!(said["env"]["text"].as_str(), shop.file(".env").as_deref());
}

#[test]
fn options_and_environment_decide_where_files_go() {
    let shop = TestShop::new();
    std::fs::create_dir(shop.path().join("etc")).unwrap();
    let ran = check_init(
        &shop,
        "init --yes --config etc/shop.toml --db data.db",
        Exit::Clean,
    );
    assert!(
        ran.out.contains("payctl --config etc/shop.toml check-all"),
        "{}",
        ran.out
    );
    for name in ["etc/shop.toml", "etc/.env", "data.db"] {
        assert!(shop.path().join(name).exists(), "{name}");
    }
    assert_eq!(exist(&shop), [false; 3]);
    assert_eq!(
        shop.types("product list --config etc/shop.toml").exit,
        Exit::Clean
    );

    let shop = TestShop::new()
        .with("PAYCTL_CONFIG", "shop.toml")
        .with("PAYCTL_DB", "shop.db");
    check_init(&shop, "init --yes", Exit::Clean);
    assert_eq!(exist(&shop), [false, true, false]);
    assert_eq!(shop.types("product list").exit, Exit::Clean);
}

#[cfg(unix)]
#[test]
fn the_key_file_is_private() {
    use std::os::unix::fs::PermissionsExt;

    let shop = TestShop::new();
    check_init(&shop, "init --yes", Exit::Clean);
    let mode = std::fs::metadata(shop.path().join(".env"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

const NO_ARGS: InitArgs = InitArgs {
    #[cfg(unix)]
    group: None,
    yes: false,
    simulator: false,
    accounts: AccountArgs(Vec::new()),
    timezone: None,
    dry_run: false,
};

fn account(kind: &str, answer: &str) -> InitAccount {
    accounts::account(by_word(kind).unwrap(), answer).unwrap()
}

/// Gives these answers in turn; a refused answer is followed by the next one.
#[track_caller]
fn check_answers(args: &InitArgs, said: &[&str], choices: &InitChoices) {
    let mut said = said.iter().copied();
    let mut ask = |question: &Prompt<'_>| {
        loop {
            let text = match said.next().unwrap() {
                "" => question.usual,
                text => text,
            };
            if (question.check)(text).is_ok() {
                return Ok(text.to_owned());
            }
        }
    };
    assert_eq!(answers(args, &mut ask).unwrap(), *choices);
    assert_eq!(said.next(), None);
}

#[test]
fn init_asks_only_for_missing_options() {
    let usual = InitChoices {
        accounts: vec![account("midtrans", "sandbox")],
        ..InitChoices::default()
    };
    check_answers(&NO_ARGS, &["", "", ""], &usual);
    check_answers(&NO_ARGS, &["none", "none", "none"], &InitChoices::default());
    let chosen = InitChoices {
        accounts: vec![
            account("midtrans", "production"),
            account("pakasir", "tokoku"),
        ],
        timezone: Some("Asia/Jakarta".to_owned()),
        database: None,
        simulator: false,
    };
    let said = [
        "live",
        "production",
        "a b",
        "tokoku",
        "Jakarta",
        "Asia/Jakarta",
    ];
    check_answers(&NO_ARGS, &said, &chosen);
    let args = InitArgs {
        accounts: AccountArgs(chosen.accounts.clone()),
        ..NO_ARGS
    };
    check_answers(&args, &["Asia/Jakarta"], &chosen);
}

#[test]
fn a_key_that_is_set_is_not_requested() {
    let shop = TestShop::new().with("MIDTRANS_SERVER_KEY", "dummy");
    let ran = check_init(&shop, "init --yes", Exit::Clean);
    assert!(!ran.out.contains("MIDTRANS_SERVER_KEY"), "{}", ran.out);
}

#[test]
fn a_simulated_shop_needs_no_answers_or_keys() {
    let shop = TestShop::new();
    let ran = check_init(&shop, "init --simulator", Exit::Clean);
    for said in ["payctl simulator run", "payctl simulator pay INV-1"] {
        assert!(ran.out.contains(said), "{said}: {}", ran.out);
    }
    assert!(!ran.out.contains("put the"), "{}", ran.out);
    assert_eq!(shop.types("check-all").exit, Exit::Clean);
    let config = shop.file("payctl.toml").unwrap();
    assert!(config.contains("http://127.0.0.1:18080"), "{config}");

    let shop = TestShop::new();
    std::fs::write(shop.path().join(".env"), "MIDTRANS_SERVER_KEY=mine\n").unwrap();
    let ran = check_init(&shop, "init --simulator", Exit::Clean);
    assert!(ran.out.contains("after PAKASIR_API_KEY="), "{}", ran.out);
    assert!(!ran.out.contains("after MIDTRANS"), "{}", ran.out);

    for other in ["--midtrans sandbox", "--pakasir tokoku"] {
        let line = format!("init --simulator {other}");
        check_init(&TestShop::new(), &line, Exit::Usage);
    }
}
