//! What the tests of commands share: a world in a folder, and what was written in it.

use std::ffi::OsString;
use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;
use tokio::sync::Notify;

use super::shared::Shared;
use crate::clock::MachineClock;
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::output::paint::Outlet;
use crate::world::{Machine, Outlets, World};

/// A shop's folder, and the variables of its operator.
pub(super) struct Shop {
    folder: TempDir,
    variables: Vec<(&'static str, String)>,
    stdin: &'static str,
    pub(super) interrupt: Arc<Notify>,
    pub(super) out: Shared<Vec<u8>>,
    pub(super) err: Shared<Vec<u8>>,
}

/// How a command line ended, and what it said.
#[derive(Debug)]
pub(super) struct Ran {
    pub(super) exit: Exit,
    pub(super) out: String,
    pub(super) err: String,
}

impl Shop {
    pub(super) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            variables: Vec::new(),
            stdin: "",
            interrupt: Arc::new(Notify::new()),
            out: Shared::new(Vec::new()),
            err: Shared::new(Vec::new()),
        }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    pub(super) fn stdin(mut self, text: &'static str) -> Self {
        self.stdin = text;
        self
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A file of the folder, none if it is not there.
    pub(super) fn file(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.path().join(name)).ok()
    }

    pub(super) fn world(&self) -> World {
        World {
            clock: Arc::new(MachineClock),
            environment: self.variables.iter().cloned().collect(),
            folder: self.path().to_owned(),
            stdin: Box::new(Cursor::new(self.stdin)),
            stdout: Box::new(self.out.clone()),
            stderr: Box::new(self.err.clone()),
            outlets: Outlets {
                stdin: Outlet::Elsewhere,
                stdout: Outlet::Elsewhere,
                stderr: Outlet::Elsewhere,
            },
            interrupt: Interrupt::Hand(Arc::clone(&self.interrupt)),
            machine: Machine {
                host: "till".to_owned(),
                pid: 7,
            },
        }
    }

    /// Types a command line, as it stands after `payctl`.
    pub(super) fn types(&self, line: &str) -> Ran {
        let words = ["payctl"].into_iter().chain(line.split_whitespace());
        let exit = super::run(words.map(OsString::from), self.world());
        let text = |written: &Shared<Vec<u8>>| {
            String::from_utf8(std::mem::take(&mut *written.lock())).unwrap()
        };
        Ran {
            exit,
            out: text(&self.out),
            err: text(&self.err),
        }
    }
}
