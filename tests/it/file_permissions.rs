//! File permissions: the files beside the database have its permissions.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;

use payctl::exit::Exit;

use crate::world::Shop;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o777
}

fn beside(shop: &Shop, end: &str) -> std::path::PathBuf {
    let mut name = shop.database().into_os_string();
    name.push(end);
    name.into()
}

#[test]
fn a_new_database_is_private() {
    let shop = Shop::new();
    shop.run("product set seat --price 0 --tickets")
        .ended(Exit::Clean);
    assert_eq!(mode(&shop.database()), 0o600);
    shop.run("order create --number INV-1 --line seat:1")
        .ended(Exit::Clean);
    let code = shop.order("INV-1")["tickets"][0]["ticket"]
        .as_str()
        .unwrap()
        .to_owned();
    shop.run("check-all --fix").ended(Exit::Clean);
    shop.run(&format!("ticket show {code} --png a.png"))
        .ended(Exit::Clean);
    assert_eq!(mode(&shop.folder.path().join("a.png")), 0o600);
    assert_eq!(mode(&beside(&shop, ".check-all.lock")), 0o600);
    let reader = rusqlite::Connection::open(shop.database()).unwrap();
    reader
        .query_row("SELECT count(*) FROM orders", [], |_| Ok(()))
        .unwrap();
    shop.run("order create --number INV-2 --line seat:1")
        .ended(Exit::Clean);
    for end in ["-wal", "-shm"] {
        assert_eq!(mode(&beside(&shop, end)), 0o600, "{end}");
    }
}

#[test]
fn an_existing_database_keeps_its_rights() {
    for rights in [0o640, 0o660, 0o664] {
        let shop = Shop::new();
        let create = |number: &str| format!("order create --number {number} --total 25000");
        shop.run(&create("INV-1")).ended(Exit::Clean);
        fs::set_permissions(shop.database(), Permissions::from_mode(rights)).unwrap();
        // Another group of this user, if there is one.
        let given = chown(shop.database(), None, Some(100)).is_ok();
        let reader = rusqlite::Connection::open(shop.database()).unwrap();
        reader
            .query_row("SELECT count(*) FROM orders", [], |_| Ok(()))
            .unwrap();
        shop.run(&create("INV-2")).ended(Exit::Clean);
        shop.run("expire").ended(Exit::Clean);
        let group = fs::metadata(shop.database()).unwrap().gid();
        assert!(!given || group == 100);
        assert_eq!(mode(&shop.database()), rights);
        for end in ["-wal", "-shm", ".expire.lock"] {
            let path = beside(&shop, end);
            assert_eq!(mode(&path), rights, "{end}");
            assert_eq!(fs::metadata(&path).unwrap().gid(), group, "{end}");
        }
    }
}

#[test]
fn a_world_readable_file_is_reported() {
    let shop = Shop::new();
    let order = "order create --number INV-1 --total 25000 --gateway midtrans --method snap";
    shop.run(order).ended(Exit::Clean);
    let output = |line: &str| shop.run(line).stderr;
    let warning = "every user of this machine can read";
    for (rights, is_told) in [(0o644, true), (0o604, true), (0o640, false), (0o660, false)] {
        fs::set_permissions(shop.database(), Permissions::from_mode(rights)).unwrap();
        for line in ["check-all", "verify"] {
            assert_eq!(
                output(line).contains(warning),
                is_told,
                "{line}, {rights:o}"
            );
        }
        // Cron's mail is only for urgent work.
        assert!(!output("check-all --fix --due --quiet").contains(warning));
        assert!(!output("expire --quiet").contains(warning));
    }
}

#[test]
fn init_creates_a_database_for_a_group() {
    let folder = tempfile::tempdir().unwrap();
    let group = fs::metadata(folder.path()).unwrap().gid();
    let shop = Shop::new();
    let init = |name: &str, group: &str| {
        let config = folder.path().join(name).join("payctl.toml");
        fs::create_dir(folder.path().join(name)).unwrap();
        let line = [
            "--config",
            config.to_str().unwrap(),
            "init",
            "--yes",
            "--group",
            group,
        ];
        (shop.run_words(&line, ""), folder.path().join(name))
    };
    let (output, place) = init("shared", &group.to_string());
    output.ended(Exit::Clean);
    let database = place.join("payctl.db");
    assert_eq!(mode(&database), 0o660);
    assert_eq!(fs::metadata(&database).unwrap().gid(), group);
    assert_eq!(mode(&place.join(".env")), 0o640);
    let (output, place) = init("nobody", "no-such-group-here");
    let output = output.ended(Exit::Failed);
    assert!(
        output.stderr.contains("no-such-group-here"),
        "{}",
        output.all()
    );
    assert!(
        fs::read_dir(place).unwrap().next().is_none(),
        "no file is created"
    );
}
