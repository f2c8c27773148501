//! A shop that is put back as often as needed, and commands in it as processes.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use rusqlite::{Connection, OpenFlags};

use super::commands::{Input, Setting, WritingCommand};
use super::template::{self, TOKEN, Template, furnished, set_truth};
use crate::program::hear;
use crate::world::{CommandOutput, Shop};

/// A shop that is put back to the same state before each try.
pub(super) struct Stage {
    pub(super) shop: Shop,
    pub(super) setting: Setting,
    template: &'static Template,
}

impl Stage {
    pub(super) fn new(setting: Setting) -> Self {
        let stage = Self {
            shop: furnished(Shop::in_real_time()),
            setting,
            template: template::of(setting),
        };
        stage.put_back();
        stage
    }

    /// Removes what was done since.
    pub(super) fn put_back(&self) {
        let folder = self.shop.folder.path();
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                fs::remove_dir_all(entry.path()).unwrap();
            } else {
                fs::remove_file(entry.path()).unwrap();
            }
        }
        for (name, content) in &self.template.files {
            match content {
                Some(content) => {
                    let path = folder.join(name);
                    fs::create_dir_all(path.parent().unwrap()).unwrap();
                    fs::write(&path, content).unwrap();
                    fs::set_permissions(path, Permissions::from_mode(0o600)).unwrap();
                }
                None => fs::create_dir_all(folder.join(name)).unwrap(),
            }
        }
        self.point_at_our_gateway();
        set_truth(&self.shop);
    }

    /// The template's configuration names the simulator of the shop that it was made in.
    fn point_at_our_gateway(&self) {
        for name in ["payctl.toml", "other/payctl.toml"] {
            let path = self.shop.folder.path().join(name);
            let Ok(text) = fs::read_to_string(&path) else {
                continue;
            };
            let url = format!("url = \"{}\"", self.shop.simulator.url());
            let lines = text.lines().map(|line| match line.split_once("url = ") {
                Some((name, _)) => format!("{name}{url}\n"),
                None => format!("{line}\n"),
            });
            fs::write(&path, lines.collect::<String>()).unwrap();
        }
    }

    /// The command line with the names that stand in this file.
    pub(super) fn line(&self, command: &WritingCommand) -> String {
        let names = self.template.names.iter();
        names.fold(command.line.to_owned(), |line, (name, value)| {
            line.replace(name, value)
        })
    }

    /// The command as a process, not yet started.
    pub(super) fn program(&self, command: &WritingCommand) -> Command {
        let mut program = self.shop.program(&self.line(command));
        let name = match command.input {
            Input::TicketCode => "codes.txt",
            Input::Nothing
            | Input::Notification
            | Input::PostedNotification
            | Input::ExpiryRequest => "notification.json",
        };
        let body = self.shop.folder.path().join(name);
        let length = fs::metadata(&body).map_or(0, |body| body.len());
        let (method, path, length) = match command.input {
            Input::Nothing => return program,
            Input::Notification | Input::TicketCode => ("", "", length),
            Input::PostedNotification => ("POST", "/notification/midtrans", length),
            Input::ExpiryRequest => ("GET", "/check-expired", 0),
        };
        program.stdin(Stdio::from(File::open(body).unwrap())).envs([
            ("REQUEST_METHOD", method),
            ("PATH_INFO", path),
            ("CONTENT_LENGTH", &length.to_string()),
            ("HTTP_X_PAYCTL_TOKEN", TOKEN),
        ]);
        program
    }

    /// Runs the command to its end.
    pub(super) fn run(&self, command: &WritingCommand) -> CommandOutput {
        hear(self.program(command).spawn().unwrap())
    }

    /// The file, for a reader who changes nothing.
    pub(super) fn reader(&self) -> Option<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        Connection::open_with_flags(self.shop.database(), flags).ok()
    }

    /// The bytes in the write-ahead log.
    pub(super) fn log_bytes(&self) -> u64 {
        let log = self.shop.folder.path().join("shop.db-wal");
        fs::metadata(log).map_or(0, |log| log.len())
    }

    /// The queries and requests to close that the gateways have received.
    pub(super) fn requests(&self) -> u64 {
        let gateway = self.shop.simulator.handle();
        let closes: u64 = gateway.asked().iter().map(|asked| asked.closes).sum();
        gateway.asked_total() + closes
    }
}
