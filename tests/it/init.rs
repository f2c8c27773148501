//! A new shop: real command lines in real folders.

use payctl::exit::Exit;

use crate::world::Shop;

const FILES: [&str; 3] = ["payctl.toml", ".env", "payctl.db"];

fn exist(shop: &Shop) -> [bool; 3] {
    FILES.map(|name| shop.folder.path().join(name).exists())
}

#[test]
fn a_new_shop_can_be_checked_at_once() {
    let shop = Shop::bare();
    let ran = shop
        .run("init --yes --timezone Asia/Jakarta")
        .ended(Exit::Clean);
    assert_eq!(exist(&shop), [true; 3]);
    assert_eq!(ran.stderr, "");
    for said in [
        "payctl.toml (created)",
        "MIDTRANS_SERVER_KEY=",
        "payctl product set",
        "payctl check-all",
    ] {
        assert!(ran.stdout.contains(said), "{said}: {}", ran.stdout);
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
    assert_eq!(shop.run("product list").exit, Exit::Clean);
    assert_eq!(shop.run("check-all").exit, Exit::Clean);
}

#[test]
fn the_options_choose_the_gateways() {
    let shop = Shop::bare();
    shop.run("init --yes --pakasir tokoku").ended(Exit::Clean);
    let text = shop.file("payctl.toml").unwrap();
    assert!(
        text.contains("project = \"tokoku\"") && !text.contains("midtrans"),
        "{text}"
    );

    let shop = Shop::bare();
    shop.run("init --yes --midtrans production --pakasir tokoku")
        .ended(Exit::Clean);
    let text = shop.file("payctl.toml").unwrap();
    assert!(text.contains("environment = \"production\""), "{text}");
    for wrong in [
        "--midtrans live",
        "--pakasir a/b",
        "--timezone Mars/Olympus",
    ] {
        Shop::bare()
            .run(&format!("init --yes {wrong}"))
            .ended(Exit::Usage);
    }
}

#[test]
fn an_existing_configuration_stays_untouched() {
    let shop = Shop::bare();
    std::fs::write(shop.folder.path().join("payctl.toml"), "mine").unwrap();
    let ran = shop.run("init --yes").ended(Exit::Failed);
    assert!(
        ran.stderr.contains("already exists; nothing was changed"),
        "{}",
        ran.stderr
    );
    assert_eq!(exist(&shop), [true, false, false]);
    assert_eq!(shop.file("payctl.toml").unwrap(), "mine");
    // Also before the first prompt.
    shop.run("init").ended(Exit::Failed);
    shop.run("init --yes --dry-run").ended(Exit::Failed);
}

#[test]
fn the_same_command_again_changes_nothing() {
    let shop = Shop::bare();
    shop.run("init --yes").ended(Exit::Clean);
    let before: Vec<_> = FILES
        .map(|name| std::fs::read(shop.folder.path().join(name)).unwrap())
        .into();
    shop.run("init --yes --midtrans production")
        .ended(Exit::Failed);
    let after: Vec<_> = FILES
        .map(|name| std::fs::read(shop.folder.path().join(name)).unwrap())
        .into();
    assert!(before == after);
}

#[test]
fn existing_keys_and_database_are_kept() {
    let shop = Shop::bare();
    std::fs::write(
        shop.folder.path().join(".env"),
        "MIDTRANS_SERVER_KEY=dummy\n",
    )
    .unwrap();
    assert_eq!(shop.run("product set seat --price 500").exit, Exit::Clean);
    let ran = shop.run("init --yes --format json").ended(Exit::Clean);
    let said = ran.json();
    assert_eq!(said["command"], "init");
    let results = ["config", "env", "database"].map(|piece| said[piece]["result"].clone());
    assert_eq!(results, ["created", "kept", "kept"]);
    assert!(
        !said["next"].to_string().contains("MIDTRANS_SERVER_KEY"),
        "{said}"
    );
    assert_eq!(shop.file(".env").unwrap(), "MIDTRANS_SERVER_KEY=dummy\n");
    assert!(shop.run("product list").stdout.contains("seat"));
}

#[test]
fn a_failed_init_leaves_nothing_behind() {
    let shop = Shop::bare();
    std::fs::write(
        shop.folder.path().join("payctl.db"),
        "no database ".repeat(100),
    )
    .unwrap();
    shop.run("init --yes").ended(Exit::Config);
    shop.run("init --yes --config nowhere/shop.toml")
        .ended(Exit::Failed);
    let names = std::fs::read_dir(shop.folder.path()).unwrap().count();
    assert_eq!((names, exist(&shop)), (1, [false, false, true]));
}

#[test]
fn without_a_terminal_init_names_the_command() {
    for line in ["init", "init --no-input", "init --dry-run"] {
        let shop = Shop::bare();
        let ran = shop.run(line).ended(Exit::Usage);
        assert!(ran.stderr.contains("payctl init --yes"), "{}", ran.stderr);
        assert_eq!((ran.stdout.as_str(), exist(&shop)), ("", [false; 3]));
    }
}

#[test]
fn a_dry_run_shows_texts_and_writes_nothing() {
    let shop = Shop::bare();
    let ran = shop.run("init --yes --dry-run").ended(Exit::Clean);
    assert_eq!(std::fs::read_dir(shop.folder.path()).unwrap().count(), 0);
    for said in [
        "payctl.toml (would be created)",
        "[gateways.midtrans]",
        "MIDTRANS_SERVER_KEY=",
    ] {
        assert!(ran.stdout.contains(said), "{said}: {}", ran.stdout);
    }
    let ran = shop
        .run("init --yes --dry-run --format json")
        .ended(Exit::Clean);
    let said = ran.json();
    assert_eq!(said["dry_run"], true);
    shop.run("init --yes").ended(Exit::Clean);
    assert_eq!(
        said["config"]["text"].as_str(),
        shop.file("payctl.toml").as_deref()
    );
    assert_eq!(said["env"]["text"].as_str(), shop.file(".env").as_deref());
}

#[test]
fn options_and_environment_decide_where_files_go() {
    let shop = Shop::bare();
    std::fs::create_dir(shop.folder.path().join("etc")).unwrap();
    let ran = shop
        .run("init --yes --config etc/shop.toml --db data.db")
        .ended(Exit::Clean);
    assert!(
        ran.stdout
            .contains("payctl --config etc/shop.toml check-all"),
        "{}",
        ran.stdout
    );
    for name in ["etc/shop.toml", "etc/.env", "data.db"] {
        assert!(shop.folder.path().join(name).exists(), "{name}");
    }
    assert_eq!(exist(&shop), [false; 3]);
    assert_eq!(
        shop.run("product list --config etc/shop.toml").exit,
        Exit::Clean
    );

    let shop = Shop::bare()
        .with("PAYCTL_CONFIG", "shop.toml")
        .with("PAYCTL_DB", "shop.db");
    shop.run("init --yes").ended(Exit::Clean);
    assert_eq!(exist(&shop), [false, true, false]);
    assert_eq!(shop.run("product list").exit, Exit::Clean);
}

#[cfg(unix)]
#[test]
fn the_key_file_is_private() {
    use std::os::unix::fs::PermissionsExt;

    let shop = Shop::bare();
    shop.run("init --yes").ended(Exit::Clean);
    let mode = std::fs::metadata(shop.folder.path().join(".env"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_key_that_is_set_is_not_requested() {
    let shop = Shop::bare().with("MIDTRANS_SERVER_KEY", "dummy");
    let ran = shop.run("init --yes").ended(Exit::Clean);
    assert!(
        !ran.stdout.contains("MIDTRANS_SERVER_KEY"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_simulated_shop_needs_no_answers_or_keys() {
    let shop = Shop::bare();
    let ran = shop.run("init --simulator").ended(Exit::Clean);
    for said in ["payctl simulator run", "payctl simulator pay INV-1"] {
        assert!(ran.stdout.contains(said), "{said}: {}", ran.stdout);
    }
    assert!(!ran.stdout.contains("put the"), "{}", ran.stdout);
    assert_eq!(shop.run("check-all").exit, Exit::Clean);
    let config = shop.file("payctl.toml").unwrap();
    assert!(config.contains("http://127.0.0.1:18080"), "{config}");

    let shop = Shop::bare();
    std::fs::write(
        shop.folder.path().join(".env"),
        "MIDTRANS_SERVER_KEY=mine\n",
    )
    .unwrap();
    let ran = shop.run("init --simulator").ended(Exit::Clean);
    assert!(
        ran.stdout.contains("after PAKASIR_API_KEY="),
        "{}",
        ran.stdout
    );
    assert!(!ran.stdout.contains("after MIDTRANS"), "{}", ran.stdout);

    for other in ["--midtrans sandbox", "--pakasir tokoku"] {
        let line = format!("init --simulator {other}");
        Shop::bare().run(&line).ended(Exit::Usage);
    }
}
