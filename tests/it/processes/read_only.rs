//! Every writing command on a disk that cannot be written, and for a user who may not write.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;

use payctl::exit::Exit;

use super::commands::{Input, Setting, WritingCommand, writing};
use super::mount::Mount;
use super::stage::Stage;
use crate::books::fingerprint;
use crate::program::hear;
use crate::world::CommandOutput;

/// Nobody's number on every system that has one.
const NOBODY: u32 = 65_534;

/// It failed in plain words, and says what to do.
#[track_caller]
fn check_refused(command: &WritingCommand, output: &CommandOutput) {
    let all = output.all();
    let is_request = matches!(
        command.input,
        Input::PostedNotification | Input::ExpiryRequest
    );
    if is_request {
        assert!(
            output.stdout.starts_with("Status: 50"),
            "{}\n{all}",
            command.line
        );
    } else {
        assert_eq!(output.exit, Exit::Failed, "{}\n{all}", command.line);
        let says_what_to_do = all.contains("read and write access") || all.contains("writable");
        assert!(says_what_to_do, "{}\n{all}", command.line);
    }
    assert!(!all.contains("panicked"), "{}\n{all}", command.line);
}

#[test]
fn a_read_only_disk_is_reported_plainly() {
    for command in writing().filter(|command| command.setting == Setting::Shop) {
        let stage = Stage::new(command.setting);
        let Some(mount) = Mount::tmpfs(stage.shop.folder.path(), "8m") else {
            return;
        };
        stage.put_back();
        let before = fingerprint(&stage.shop.database());
        mount.remount("ro");
        check_refused(&command, &stage.run(&command));
        mount.remount("rw");
        assert_eq!(
            fingerprint(&stage.shop.database()),
            before,
            "{}",
            command.line
        );
    }
}

#[test]
fn a_user_without_rights_is_told_plainly() {
    let stage = Stage::new(Setting::Shop);
    let folder = stage.shop.folder.path();
    for command in writing().filter(|command| command.setting == Setting::Shop) {
        stage.put_back();
        let before = fingerprint(&stage.shop.database());
        for name in [
            "payctl.toml",
            "other/payctl.toml",
            "orders.jsonl",
            "shop.db",
        ] {
            fs::set_permissions(folder.join(name), Permissions::from_mode(0o444)).unwrap();
        }
        fs::set_permissions(folder.join("other"), Permissions::from_mode(0o555)).unwrap();
        fs::set_permissions(folder, Permissions::from_mode(0o555)).unwrap();
        let mut program = stage.program(&command);
        // The superuser may write anywhere.
        program.uid(NOBODY).gid(NOBODY);
        let Ok(child) = program.spawn() else {
            eprintln!("skipped: this user may not run a program as another");
            return;
        };
        check_refused(&command, &hear(child));
        assert_eq!(
            fingerprint(&stage.shop.database()),
            before,
            "{}",
            command.line
        );
        fs::set_permissions(folder, Permissions::from_mode(0o755)).unwrap();
    }
}

#[test]
fn a_read_only_folder_keeps_its_files_name() {
    let shop = crate::world::Shop::bare();
    let Some(mount) = Mount::tmpfs(shop.folder.path(), "8m") else {
        return;
    };
    mount.remount("ro");
    let refused = shop.exec("init --simulator").ended(Exit::Failed);
    let folder = shop.folder.path().display();
    let told = format!(
        "payctl: could not write {folder}/payctl.toml: its disk can only be read\n  \
         make {folder} writable, or name another file\n"
    );
    assert_eq!(refused.stderr, told);
    let refused = shop.exec("product set seat --price 1 --db shop.db");
    let refused = refused.ended(Exit::Failed).stderr;
    assert!(
        refused.contains(&format!("could not open {folder}/shop.db: ")),
        "{refused}"
    );
    assert!(
        refused.contains("read and write access to the file and its folder"),
        "{refused}"
    );
}
