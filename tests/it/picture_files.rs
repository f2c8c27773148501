//! A picture overwrites only a picture.

use std::fs;

use payctl::exit::Exit;

use crate::books::books;
use crate::world::{CommandOutput, Shop};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// A shop with a ticket and a payment with QR code, and the two commands that draw them.
fn shop() -> (Shop, [String; 2]) {
    let shop = Shop::new();
    for line in [
        "product set seat --price 0 --tickets",
        "order create --number INV-1 --line seat:1",
        "order create --number INV-2 --total 25000",
    ] {
        shop.run(line).ended(Exit::Clean);
    }
    let code = shop.order("INV-1")["tickets"][0]["ticket"]
        .as_str()
        .unwrap()
        .to_owned();
    let pay = "pay INV-2 --gateway midtrans --method qris".to_owned();
    (shop, [format!("ticket show {code}"), pay])
}

#[track_caller]
fn refused(shop: &Shop, line: &str, says: &str) -> CommandOutput {
    let output = shop.run(line).ended(Exit::Failed);
    assert!(output.stderr.contains(says), "{line}: {}", output.all());
    output
}

#[test]
fn no_file_of_the_shop_is_overwritten() {
    let (shop, lines) = shop();
    let folder = shop.folder.path();
    let database = shop.database();
    let name = database.file_name().unwrap().to_str().unwrap().to_owned();
    let before = books(&database);
    let files = [
        (name.clone(), "the database"),
        (format!("{name}-wal"), "the database"),
        (format!("{name}-shm"), "the database"),
        (format!("{name}-journal"), "the database"),
        (format!("{name}.v13"), "the database"),
        (format!("{name}.expire.lock"), "the database"),
        (name.to_uppercase(), "the database"),
        (format!("./{name}-wal"), "the database"),
        ("payctl.toml".to_owned(), "the configuration"),
        (".env".to_owned(), "the file with the keys"),
    ];
    for line in &lines {
        for (file, what) in &files {
            for flag in ["--png", "--svg"] {
                refused(&shop, &format!("{line} {flag} {file}"), what);
            }
        }
    }
    assert!(!folder.join(format!("{name}.v13")).exists());
    assert_eq!(books(&database), before, "no payment was opened");
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn only_a_picture_is_overwritten() {
    let (shop, lines) = shop();
    let folder = shop.folder.path();
    fs::write(folder.join("notes.txt"), "mine").unwrap();
    fs::write(folder.join("page.svg"), "<html><svg></svg></html>").unwrap();
    fs::write(folder.join("short.png"), &PNG[..4]).unwrap();
    fs::create_dir(folder.join("folder.png")).unwrap();
    for line in &lines {
        for file in ["notes.txt", "page.svg", "short.png", "folder.png"] {
            refused(&shop, &format!("{line} --png {file}"), "is not a picture");
        }
        refused(
            &shop,
            &format!("{line} --png nowhere/a.png"),
            "could not write",
        );
    }
    assert_eq!(
        fs::read_to_string(folder.join("notes.txt")).unwrap(),
        "mine"
    );
    for line in &lines {
        fs::write(folder.join("empty.png"), "").unwrap();
        shop.run(&format!("{line} --png empty.png"))
            .ended(Exit::Clean);
        // Twice, and in the other format: a picture may overwrite a picture.
        for flag in ["--png", "--png", "--svg", "--svg", "--png"] {
            shop.run(&format!("{line} {flag} empty.png"))
                .ended(Exit::Clean);
        }
        let drawn = fs::read(folder.join("empty.png")).unwrap();
        assert!(drawn.starts_with(PNG));
        assert!(
            drawn.ends_with(b"IEND\xaeB`\x82"),
            "the old picture is gone"
        );
    }
}

#[cfg(unix)]
#[test]
fn no_link_allows_overwriting_a_protected_file() {
    use std::os::unix::fs::symlink;

    let (shop, lines) = shop();
    let folder = shop.folder.path();
    let database = shop.database();
    symlink(&database, folder.join("soft.png")).unwrap();
    fs::hard_link(&database, folder.join("hard.png")).unwrap();
    let mut journal = database.clone().into_os_string();
    journal.push("-journal");
    symlink(&journal, folder.join("to-be.png")).unwrap();
    symlink(folder, folder.join("here")).unwrap();
    let name = database.file_name().unwrap().to_str().unwrap();
    let through = format!("here/{name}-journal");
    for line in &lines {
        refused(&shop, &format!("{line} --png soft.png"), "the database");
        refused(&shop, &format!("{line} --png hard.png"), "is not a picture");
        refused(&shop, &format!("{line} --png to-be.png"), "the database");
        refused(&shop, &format!("{line} --png {through}"), "the database");
        shop.run(&format!("{line} --png /dev/null"))
            .ended(Exit::Clean);
    }
    shop.run("verify").ended(Exit::Clean);
}

#[test]
fn a_dash_is_stdout() {
    let (shop, lines) = shop();
    for line in &lines {
        let output = shop.run(&format!("{line} --svg -")).ended(Exit::Clean);
        assert!(
            output.stdout.starts_with("<?xml") || output.stdout.starts_with("<svg"),
            "{}",
            output.stdout
        );
        assert!(
            output.stdout.trim_end().ends_with("</svg>"),
            "{}",
            output.stdout
        );
        for other in ["-o json", "-o csv"] {
            shop.run(&format!("{line} --svg - {other}"))
                .ended(Exit::Usage);
        }
        assert!(!shop.folder.path().join("-").exists());
    }
    let pay = &lines[1];
    for other in ["--qr", "--wait --timeout 1s"] {
        shop.run(&format!("{pay} --svg - {other}"))
            .ended(Exit::Usage);
    }
    let output = shop.run(&format!("{pay} --svg -")).ended(Exit::Clean);
    assert!(output.stderr.contains("25,000"), "{}", output.stderr);
}
