//! The demo in a folder of its own.

use std::path::PathBuf;

use payctl::exit::Exit;

use crate::terminal::Terminal;
use crate::world::Shop;

#[test]
fn a_kept_folder_can_be_used_again() {
    let shop = Shop::bare();
    let ran = shop.exec("demo --keep");
    assert_eq!((ran.exit, ran.stderr.as_str()), (Exit::Clean, ""));
    let after = |mark: &str| {
        let (_, rest) = ran.stdout.split_once(mark).unwrap();
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
    assert!(again.ends_with("--script gateway.jsonl") && script.contains("INV-1"));
}

#[test]
fn the_demo_leaves_the_real_shop_alone() {
    let shop = Shop::bare()
        .with("PAYCTL_DB", "real.db")
        .with("PAYCTL_CONFIG", "real.toml");
    assert_eq!(shop.exec("demo").exit, Exit::Clean);
    assert_eq!(std::fs::read_dir(shop.folder.path()).unwrap().count(), 0);
}

#[test]
fn the_demo_refuses_json() {
    let ran = Shop::bare().exec("demo --format json");
    assert_eq!((ran.exit, ran.stdout.as_str()), (Exit::Usage, ""));
    assert!(
        ran.stderr.contains("does not support --format json"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_terminal_pauses_after_each_scene() {
    let shop = Shop::bare();
    let Some(terminal) = Terminal::open(&shop, (80, 24)) else {
        return;
    };
    terminal.types("payctl demo");
    for scene in 1..=4 {
        let screen = terminal.shows("-- Enter: the next scene");
        let title = format!("\n{scene} of 5: ");
        // The whole scene is on the screen, and nothing of the next one.
        assert!(format!("\n{screen}").contains(&title), "{screen}");
        assert!(
            !screen.contains(&format!("{} of 5: ", scene + 1)),
            "{screen}"
        );
        terminal.presses("x");
        terminal.presses("Enter");
        let next = format!("{} of 5: ", scene + 1);
        terminal.shows(&next);
    }
    let screen = terminal.ended(0);
    assert!(!screen.contains("-- Enter"), "{screen}");
    assert!(screen.contains(" checks passed"), "{screen}");

    terminal.types("payctl demo");
    terminal.shows("-- Enter: the next scene");
    terminal.presses("q");
    let screen = terminal.ended(0);
    assert!(
        screen.contains("1 of 5: ") && !screen.contains("2 of 5: "),
        "{screen}"
    );

    for skips in [
        "payctl demo --yes",
        "payctl demo --no-input",
        "payctl demo | cat",
    ] {
        let screen = terminal.ends(skips, 0);
        assert!(screen.contains(" checks passed"), "{screen}");
    }
}
