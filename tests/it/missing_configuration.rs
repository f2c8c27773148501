//! A shop with effects, and commands that do not find its configuration.

use std::process::Stdio;

use payctl::exit::Exit;

use crate::books::{books, difference};
use crate::effects::{hooked, lines};
use crate::program::hear;
use crate::world::{CommandOutput, Shop, config};

const HOOK: &str = "echo \"$PAYCTL_EFFECT_KEY\" >> keys\n";

/// Runs a command from a folder without a configuration.
fn run_elsewhere(shop: &Shop, line: &str) -> CommandOutput {
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
fn without_its_configuration_no_order_moves() {
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
        let output = run_elsewhere(&shop, line).ended(Exit::Config);
        let why = "this shop has effects (vpn), and no payctl.toml was found";
        assert!(output.stderr.contains(why), "{line}: {}", output.stderr);
        assert!(output.stderr.contains("--config FILE"), "{}", output.stderr);
        assert_eq!(difference(&level, &books(&shop.database())), "", "{line}");
    }
    // A command that only reads may run.
    let shown = run_elsewhere(&shop, "order show INV-1 -o json").ended(Exit::Clean);
    assert_eq!(shown.json()["status"], "pending");

    let at_home = shop.folder.path().join("payctl.toml");
    let approve = "approve INV-1 --yes --reason cash --config";
    let approve = format!("{approve} {}", at_home.display());
    run_elsewhere(&shop, &approve).ended(Exit::Clean);
    assert_eq!(lines(&shop, "keys").len(), 1);
    shop.exec("verify").ended(Exit::Clean);
}

#[test]
fn another_shops_configuration_moves_no_order() {
    let shop = hooked(Shop::in_real_time(), HOOK, "");
    create(&shop, "INV-1");
    let other = tempfile::tempdir().unwrap();
    let theirs = other.path().join("payctl.toml");
    std::fs::write(&theirs, "database = \"theirs.db\"\n").unwrap();
    let level = books(&shop.database());
    for line in ["approve INV-1 --yes --reason cash", "fulfil"] {
        let line = format!("{line} --config {}", theirs.display());
        let output = run_elsewhere(&shop, &line).ended(Exit::Config);
        let why = "payctl.toml is not its configuration";
        assert!(output.stderr.contains(why), "{line}: {}", output.stderr);
        assert_eq!(difference(&level, &books(&shop.database())), "", "{line}");
    }
    // A configuration with the effects may be anywhere once a person has accepted it.
    let ours = shop.folder.path().join("payctl.toml");
    let text = std::fs::read_to_string(&ours).unwrap();
    let hook = shop.folder.path().join("hook.sh");
    let hook = hook.display().to_string().replace('\\', "/");
    let text = text.replace("hook.sh", &hook);
    std::fs::write(&theirs, text).unwrap();
    let line = format!(
        "approve INV-1 --yes --reason cash --config {}",
        theirs.display()
    );
    run_elsewhere(&shop, &line).ended(Exit::Config);
    let accept = format!("config accept --by rina --config {}", theirs.display());
    run_elsewhere(&shop, &accept).ended(Exit::Clean);
    run_elsewhere(&shop, &line).ended(Exit::Clean);
    assert_eq!(shop.order("INV-1")["status"], "fulfilled");
}

#[test]
fn a_shop_may_drop_its_effects() {
    let shop = hooked(Shop::in_real_time(), HOOK, "");
    create(&shop, "INV-1");
    run_elsewhere(&shop, "approve INV-1 --yes --reason cash").ended(Exit::Config);
    let url = shop.simulator.url();
    shop.configure(&config(&url, &url));
    create(&shop, "INV-2");
    for number in ["INV-1", "INV-2"] {
        let line = format!("approve {number} --yes --reason cash");
        run_elsewhere(&shop, &line).ended(Exit::Clean);
        assert_eq!(shop.order(number)["status"], "fulfilled");
    }
    shop.exec("verify").ended(Exit::Clean);
}

/// Another shop in its own folder, whose hook has the same name and leaves its mark there.
fn other_shop(shop: &Shop) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let ours = std::fs::read_to_string(shop.folder.path().join("payctl.toml")).unwrap();
    std::fs::write(folder.path().join("payctl.toml"), ours).unwrap();
    let hook = folder.path().join("hook.sh");
    std::fs::copy(shop.folder.path().join("hook.sh"), hook).unwrap();
    folder
}

/// Runs a command in that folder, with its configuration.
fn from(folder: &tempfile::TempDir, shop: &Shop, line: &str, variable: bool) -> CommandOutput {
    let mut program = shop.program(line);
    program
        .current_dir(folder.path())
        .env_remove("PAYCTL_CONFIG");
    if variable {
        program.env("PAYCTL_DB", shop.database());
    } else {
        program.arg("--db").arg(shop.database());
    }
    hear(program.stdout(Stdio::piped()).spawn().unwrap())
}

const APPROVE: &str = "approve INV-1 --yes --reason cash";

#[test]
fn another_shops_program_never_runs_for_us() {
    let shop = hooked(Shop::in_real_time(), HOOK, "");
    create(&shop, "INV-1");
    let other = other_shop(&shop);
    let level = books(&shop.database());
    for line in [
        APPROVE,
        "check-all --fix",
        "expire",
        "fulfil",
        "order create --number INV-2 --total 0",
    ] {
        for variable in [false, true] {
            let output = from(&other, &shop, line, variable).ended(Exit::Config);
            assert!(
                output.stderr.contains("is not its configuration"),
                "{}",
                output.stderr
            );
            assert!(output.stderr.contains("config accept"), "{}", output.stderr);
            assert_eq!(difference(&level, &books(&shop.database())), "", "{line}");
        }
    }
    let output = from(&other, &shop, "config accept --by rina --dry-run", false).ended(Exit::Clean);
    assert!(
        output.stdout.contains("would be accepted"),
        "{}",
        output.stdout
    );
    from(&other, &shop, APPROVE, false).ended(Exit::Config);
    for _ in 0..2 {
        from(&other, &shop, "config accept --by rina", false).ended(Exit::Clean);
    }
    from(&other, &shop, APPROVE, false).ended(Exit::Clean);
    assert!(!shop.folder.path().join("keys").exists());
    assert!(other.path().join("keys").exists());
    // Both configurations belong to the shop now.
    shop.exec("order create --number INV-3 --total 0")
        .ended(Exit::Clean);
    shop.exec("fulfil").ended(Exit::Clean);
    assert_eq!(lines(&shop, "keys").len(), 1);
}

#[test]
#[cfg_attr(windows, ignore = "copies with cp -a")]
fn a_change_at_its_own_place_is_taken() {
    let shop = hooked(Shop::in_real_time(), HOOK, "");
    create(&shop, "INV-1");
    let path = shop.folder.path().join("payctl.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    shop.configure(&text.replace("hook.sh", "./other.sh"));
    std::fs::copy(
        shop.folder.path().join("hook.sh"),
        shop.folder.path().join("other.sh"),
    )
    .unwrap();
    shop.exec(APPROVE).ended(Exit::Clean);
    assert_eq!(lines(&shop, "keys").len(), 1);
    // The folder and the database move together.
    let place = tempfile::tempdir().unwrap();
    let moved = place.path().join("moved");
    std::process::Command::new("cp")
        .arg("-a")
        .arg(shop.folder.path())
        .arg(&moved)
        .status()
        .unwrap();
    let output = shop
        .program("order create --number INV-2 --total 0")
        .env_remove("PAYCTL_CONFIG")
        .current_dir(&moved)
        .stdout(Stdio::piped())
        .spawn();
    hear(output.unwrap()).ended(Exit::Clean);
    assert!(moved.join("keys").exists());
}

#[test]
fn a_shop_without_effects_inherits_none() {
    let shop = Shop::in_real_time();
    create(&shop, "INV-1");
    let hooks = hooked(Shop::in_real_time(), HOOK, "");
    let other = other_shop(&hooks);
    let output = from(&other, &shop, APPROVE, false).ended(Exit::Config);
    assert!(output.stderr.contains("no effects"), "{}", output.stderr);
    assert!(!other.path().join("keys").exists());
}

#[cfg(unix)]
#[test]
fn a_world_writable_configuration_is_not_used() {
    use std::os::unix::fs::{PermissionsExt, chown};

    let shop = hooked(Shop::in_real_time(), HOOK, "");
    create(&shop, "INV-1");
    let path = shop.folder.path().join("payctl.toml");
    let implicit = |line: &str| {
        let mut program = shop.program(line);
        program
            .env_remove("PAYCTL_CONFIG")
            .current_dir(shop.folder.path());
        hear(program.stdout(Stdio::piped()).spawn().unwrap())
    };
    let rights =
        |mode: u32| std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
    for (mode, exit) in [
        (0o646, Exit::Config),
        (0o666, Exit::Config),
        (0o644, Exit::Clean),
        (0o664, Exit::Clean),
    ] {
        rights(mode);
        let output = implicit("order show INV-1").ended(exit);
        assert_eq!(
            output
                .stderr
                .contains("every user of this machine can change it"),
            exit == Exit::Config
        );
    }
    rights(0o666);
    let named = format!("order show INV-1 --config {}", path.display());
    implicit(&named).ended(Exit::Clean);
    rights(0o644);
    if chown(&path, Some(12_345), None).is_ok() {
        let output = implicit("order show INV-1").ended(Exit::Config);
        assert!(
            output.stderr.contains("belongs to another user"),
            "{}",
            output.stderr
        );
        chown(shop.database(), Some(12_345), None).unwrap();
        implicit("order show INV-1").ended(Exit::Clean);
    }
}
