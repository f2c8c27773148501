//! What the program says of itself: its version, its manual, and what a shell completes.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use payctl::exit::Exit;

use crate::world::Shop;

#[test]
fn the_version_begins_with_its_old_line() {
    let shop = Shop::bare();
    let short = shop.exec("-V").ended(Exit::Clean).stdout;
    assert_eq!(short, format!("payctl {}\n", env!("CARGO_PKG_VERSION")));
    let long = shop.exec("--version").ended(Exit::Clean).stdout;
    let lines: Vec<&str> = long.lines().collect();
    assert_eq!(format!("{}\n", lines[0]), short);
    let names: Vec<&str> = lines[1..]
        .iter()
        .map(|line| line.split_once(' ').unwrap().0)
        .collect();
    assert_eq!(names, ["commit", "target", "features", "schema"]);
    // Only a release asks git; a build from an archive knows no commit either.
    assert!(
        cfg!(not(debug_assertions)) || lines[1] == "commit unknown (unknown)",
        "{long}"
    );
    assert_eq!(
        lines[4],
        format!("schema {}", payctl::store::newest_schema())
    );
}

#[test]
fn every_command_has_its_page() {
    let shop = Shop::bare();
    let page = shop.exec("man").ended(Exit::Clean).stdout;
    assert!(page.contains(".TH payctl 1"), "{page}");
    let told = shop.exec("man pages/man1").ended(Exit::Clean).stdout;
    let folder = shop.folder.path().join("pages/man1");
    let names = || -> Vec<String> {
        let entries = fs::read_dir(&folder).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.collect()
    };
    let all = names();
    assert!(
        told.starts_with(&format!("{} pages written to ", all.len())),
        "{told}"
    );
    for name in [
        "payctl.1",
        "payctl-runs.1",
        "payctl-order-create.1",
        "payctl-webhook-replay.1",
    ] {
        assert!(all.iter().any(|known| known == name), "{name} is missing");
    }
    assert!(
        !all.iter().any(|name| name.contains("pretend-gateway")),
        "{all:?}"
    );
    let path = folder.join("payctl-order-create.1");
    let page = fs::read_to_string(&path).unwrap();
    assert!(
        page.contains(&format!("\"payctl {}\"", env!("CARGO_PKG_VERSION"))),
        "{page}"
    );
    // What is there is replaced, and nothing else is left in the folder.
    fs::write(&path, "old").unwrap();
    assert_eq!(
        shop.exec("man pages/man1 --quiet").ended(Exit::Clean).all(),
        ""
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), page);
    assert_eq!(names().len(), all.len());
    let in_the_way = shop.exec("man payctl.toml/man1");
    assert_eq!(in_the_way.exit, Exit::Clean);
    fs::write(shop.folder.path().join("file"), "").unwrap();
    shop.exec("man file").ended(Exit::Failed);
}

/// The programs that read manuals, where the machine has them.
#[test]
fn manual_readers_accept_every_page() {
    let shop = Shop::bare();
    shop.exec("man pages").ended(Exit::Clean);
    for reader in [
        ["mandoc", "-T", "lint", "-W", "error"].as_slice(),
        ["groff", "-k", "-man", "-ww", "-z"].as_slice(),
    ] {
        for entry in fs::read_dir(shop.folder.path().join("pages")).unwrap() {
            let path = entry.unwrap().path();
            let mut program = Command::new(reader[0]);
            let Ok(output) = program.args(&reader[1..]).arg(&path).output() else {
                break;
            };
            let told = String::from_utf8_lossy(&output.stderr);
            let is_accepted = output.status.success() && told.is_empty();
            assert!(is_accepted, "{reader:?} {}: {told}", path.display());
        }
    }
}

#[test]
fn shells_accept_their_completions() {
    let shop = Shop::bare();
    for (shell, check) in [
        ("bash", Some(["bash", "-n"])),
        ("zsh", Some(["zsh", "-n"])),
        ("fish", Some(["fish", "-n"])),
        ("powershell", None),
        ("elvish", None),
    ] {
        let script = shop
            .exec(&format!("completions {shell}"))
            .ended(Exit::Clean)
            .stdout;
        for word in ["check-all", "runs", "log", "older-than"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
        assert!(!script.contains("pretend-gateway"), "{shell}");
        let Some([program, flag]) = check else {
            continue;
        };
        let started = Command::new(program)
            .arg(flag)
            .stdin(Stdio::piped())
            .spawn();
        let Ok(mut child) = started else { continue };
        child
            .stdin
            .take()
            .unwrap()
            .write_all(script.as_bytes())
            .unwrap();
        assert!(child.wait().unwrap().success(), "{shell}");
    }
    shop.exec("completions tcsh").ended(Exit::Usage);
}

/// A word is completed as a person would type it on.
#[test]
#[cfg(unix)]
fn bash_completes_a_command() {
    let shop = Shop::bare();
    let script = shop.exec("completions bash").ended(Exit::Clean).stdout;
    fs::write(shop.folder.path().join("payctl.bash"), script).unwrap();
    let typed = "source payctl.bash; COMP_WORDS=(payctl check-); COMP_CWORD=1; _payctl payctl check- payctl; echo ${COMPREPLY[@]}";
    let Ok(output) = Command::new("bash")
        .args(["-c", typed])
        .current_dir(shop.folder.path())
        .output()
    else {
        return;
    };
    let completed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(completed.trim(), "check-all check-status");
}
