//! Files and folders where payctl cannot read or write: what a person is told, and what to type next.

use payctl::exit::Exit;

use crate::program::hear;
use crate::world::Shop;

/// What stands in an otherwise empty folder, what is typed there, and what is told.
struct Refused {
    folder: &'static str,
    line: &'static str,
    exit: Exit,
    told: &'static str,
    next: &'static str,
}

const LOOKED_FOR: &str = "  looked for HERE/payctl.toml and HERE/.config/payctl/payctl.toml; go to the shop's folder, name one with --config or --db, or set up a new shop: payctl init";
const NEITHER: &str = "there is no payctl database at HERE/payctl.db, and no configuration";
const NAME_ONE: &str =
    "  name a file in it: correct --db, PAYCTL_DB, or `database` in the configuration";
const MOVE_AWAY: &str = "  name a file in it, or move the folder away";
const CONFIG: &str =
    "  name a file in it: correct --config or PAYCTL_CONFIG, or move the folder away";

const fn refused(
    folder: &'static str,
    line: &'static str,
    exit: Exit,
    told: &'static str,
    next: &'static str,
) -> Refused {
    Refused {
        folder,
        line,
        exit,
        told,
        next,
    }
}

const TABLE: [Refused; 14] = [
    refused("", "order list", Exit::Config, NEITHER, LOOKED_FOR),
    refused("", "check-all --fix", Exit::Config, NEITHER, LOOKED_FOR),
    refused("", "expire", Exit::Config, NEITHER, LOOKED_FOR),
    refused("", "pay INV-1", Exit::Config, NEITHER, LOOKED_FOR),
    refused("", "verify", Exit::Config, NEITHER, LOOKED_FOR),
    refused(
        "",
        "check-all --fix --db shop.db",
        Exit::Config,
        "payctl: there is no payctl database at HERE/shop.db",
        "  check --db and the configuration, or set up a new shop: payctl init",
    ),
    refused(
        "",
        "order list --config shop.toml",
        Exit::Config,
        "there is no configuration file HERE/shop.toml",
        "  check --config and PAYCTL_CONFIG, or create a file: payctl init",
    ),
    refused(
        "shop",
        "order list --db shop",
        Exit::Config,
        "the database HERE/shop is a folder",
        NAME_ONE,
    ),
    refused(
        "shop",
        "order list --config shop",
        Exit::Config,
        "could not read HERE/shop: it is a folder",
        CONFIG,
    ),
    refused(
        "payctl.toml",
        "check-all --fix",
        Exit::Config,
        "could not read HERE/payctl.toml: it is a folder",
        CONFIG,
    ),
    refused(
        "payctl.toml",
        "init --simulator",
        Exit::Failed,
        "the configuration HERE/payctl.toml is a folder",
        MOVE_AWAY,
    ),
    refused(
        "payctl.db",
        "init --simulator",
        Exit::Failed,
        "the database HERE/payctl.db is a folder",
        MOVE_AWAY,
    ),
    refused(
        ".env",
        "init --simulator",
        Exit::Failed,
        "the file of keys HERE/.env is a folder",
        MOVE_AWAY,
    ),
    refused(
        "",
        "init --simulator --config shop/payctl.toml",
        Exit::Failed,
        "could not write HERE/shop/payctl.toml: its folder does not exist",
        "  make the folder HERE/shop, or name another file",
    ),
];

#[test]
#[cfg_attr(windows, ignore = "the places and words of Unix")]
fn each_place_is_refused_with_what_helps() {
    for row in &TABLE {
        let shop = Shop::bare();
        let folder = shop.folder.path();
        let here = folder.display().to_string();
        if !row.folder.is_empty() {
            std::fs::create_dir(folder.join(row.folder)).unwrap();
        }
        let mut program = shop.program(row.line);
        program.env("HOME", folder).env_remove("XDG_CONFIG_HOME");
        let ran = hear(program.spawn().unwrap()).ended(row.exit);
        let mut told = ran.stderr.lines();
        let first = told.next().unwrap();
        assert!(
            first.ends_with(&row.told.replace("HERE", &here)),
            "{}",
            ran.stderr
        );
        let next = row.next.replace("HERE", &here);
        if cfg!(target_os = "linux") {
            assert_eq!(told.next(), Some(&*next), "{}", row.line);
        }
        assert_eq!(told.next(), None, "{}", ran.stderr);
        // What was refused has written nothing.
        let left = std::fs::read_dir(folder).unwrap().count();
        assert_eq!(left, usize::from(!row.folder.is_empty()), "{}", row.line);
    }
}

#[test]
fn a_picture_is_refused_under_its_own_name() {
    let shop = Shop::new();
    shop.run("order create --number INV-1 --total 25000 --expires-in 1h")
        .ended(Exit::Clean);
    let refused = shop.run("pay INV-1 --gateway manual --svg shop/qr.svg");
    let refused = refused.ended(Exit::Failed);
    let folder = shop.folder.path().join("shop").display().to_string();
    for told in [
        format!("could not write {folder}/qr.svg: its folder does not exist"),
        format!("  make the folder {folder}, or name another file"),
    ] {
        assert!(refused.stderr.contains(&told), "{}", refused.stderr);
    }
}

#[test]
#[cfg(unix)]
fn a_missing_temporary_folder_is_named() {
    let shop = Shop::new();
    std::fs::write(
        shop.folder.path().join("orders.csv"),
        "number,total\nINV-1,1000\n",
    )
    .unwrap();
    for (line, told) in [
        (
            "order import orders.csv",
            "orders.csv: could not be kept in a temporary file",
        ),
        (
            "demo",
            "could not make a temporary folder in /nowhere/at/all: its folder does not exist",
        ),
    ] {
        let mut program = shop.program(line);
        program.env("TMPDIR", "/nowhere/at/all");
        let ran = hear(program.spawn().unwrap()).ended(Exit::Failed);
        assert!(ran.stderr.contains(told), "{}", ran.stderr);
        assert!(ran.stderr.contains("set TMPDIR"), "{}", ran.stderr);
        assert!(!ran.stderr.contains(".tmp"), "{}", ran.stderr);
    }
}
