//! A shop with effects, and a command that does not find its configuration.

use std::process::Stdio;

use payctl::exit::Exit;

use crate::books::{books, difference};
use crate::effects::{hooked, lines};
use crate::program::hear;
use crate::world::{Shop, Told, config};

const HOOK: &str = "echo \"$PAYCTL_EFFECT_KEY\" >> keys\n";

/// From a folder without a configuration.
fn elsewhere(shop: &Shop, line: &str) -> Told {
    let folder = tempfile::tempdir().unwrap();
    let database = shop.database();
    let child = shop
        .program(line)
        .arg("--db")
        .arg(database)
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .spawn();
    hear(child.unwrap())
}

fn create(shop: &Shop, number: &str) {
    let line = format!("order create --number {number} --total 25000 --expires-in 1h");
    shop.exec(&line).ended(Exit::Clean);
}

#[test]
fn where_the_effects_are_not_known_no_order_is_moved_past_them() {
    let shop = hooked(Shop::in_real_time(), HOOK, "");
    create(&shop, "INV-1");
    let level = books(&shop.database());
    for line in [
        "approve INV-1 --yes --reason cash",
        "order cancel INV-1 --reason x",
        "order create --number INV-2 --total 0",
        "order create --number INV-2 --total 0 --dry-run",
        "check-all --fix",
        "expire",
        "fulfil",
    ] {
        let told = elsewhere(&shop, line).ended(Exit::Config);
        let why = "this shop has effects (vpn), and no payctl.toml was found";
        assert!(told.stderr.contains(why), "{line}: {}", told.stderr);
        assert!(told.stderr.contains("--config FILE"), "{}", told.stderr);
        assert_eq!(difference(&level, &books(&shop.database())), "", "{line}");
    }
    // Whoever only looks may.
    let shown = elsewhere(&shop, "order show INV-1 -o json").ended(Exit::Clean);
    assert_eq!(shown.json()["status"], "pending");

    let at_home = shop.folder.path().join("payctl.toml");
    let approve = "approve INV-1 --yes --reason cash --config";
    let approve = format!("{approve} {}", at_home.display());
    elsewhere(&shop, &approve).ended(Exit::Clean);
    assert_eq!(lines(&shop, "keys").len(), 1);
    shop.exec("verify").ended(Exit::Clean);
}

#[test]
fn another_shops_configuration_moves_no_order_past_the_effects_of_this_one() {
    let shop = hooked(Shop::in_real_time(), HOOK, "");
    create(&shop, "INV-1");
    let other = tempfile::tempdir().unwrap();
    let theirs = other.path().join("payctl.toml");
    std::fs::write(&theirs, "database = \"theirs.db\"\n").unwrap();
    let level = books(&shop.database());
    for line in ["approve INV-1 --yes --reason cash", "fulfil"] {
        let line = format!("{line} --config {}", theirs.display());
        let told = elsewhere(&shop, &line).ended(Exit::Config);
        let why = "this shop has effects (vpn), and its configuration is another one than";
        assert!(told.stderr.contains(why), "{line}: {}", told.stderr);
        assert_eq!(difference(&level, &books(&shop.database())), "", "{line}");
    }
    // One that has them may stand anywhere and name its own database.
    let ours = shop.folder.path().join("payctl.toml");
    let text = std::fs::read_to_string(&ours).unwrap();
    let hook = shop.folder.path().join("hook.sh");
    let text = text.replace("hook.sh", &hook.display().to_string());
    std::fs::write(&theirs, text).unwrap();
    let line = format!(
        "approve INV-1 --yes --reason cash --config {}",
        theirs.display()
    );
    elsewhere(&shop, &line).ended(Exit::Clean);
    assert_eq!(shop.order("INV-1")["status"], "fulfilled");
}

#[test]
fn a_shop_may_drop_its_effects_and_one_without_any_needs_no_configuration() {
    let shop = hooked(Shop::in_real_time(), HOOK, "");
    create(&shop, "INV-1");
    elsewhere(&shop, "approve INV-1 --yes --reason cash").ended(Exit::Config);
    let url = shop.pretend.url();
    shop.configure(&config(&url, &url));
    create(&shop, "INV-2");
    for number in ["INV-1", "INV-2"] {
        let line = format!("approve {number} --yes --reason cash");
        elsewhere(&shop, &line).ended(Exit::Clean);
        assert_eq!(shop.order(number)["status"], "fulfilled");
    }
    shop.exec("verify").ended(Exit::Clean);
}
