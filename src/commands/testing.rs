//! Shared by the commands' tests: a host in a folder, and the files written to it.

pub(super) mod schemas;

use std::ffi::OsString;
use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;
use tokio::sync::Notify;

use super::shared_writer::SharedWriter;
use crate::clock::MachineClock;
use crate::exit::Exit;
use crate::host::{Host, HostInfo, Terminals};
use crate::output::paint::OutputStream;
use crate::shutdown::Shutdown;

/// A shop's folder and its operator's environment.
pub(super) struct TestShop {
    folder: TempDir,
    variables: Vec<(&'static str, String)>,
    stdin: &'static str,
    pub(super) shutdown: Arc<Notify>,
    pub(super) out: SharedWriter<Vec<u8>>,
    pub(super) err: SharedWriter<Vec<u8>>,
}

/// The result of a command line.
#[derive(Debug)]
pub(super) struct CommandRun {
    pub(super) exit: Exit,
    pub(super) out: String,
    pub(super) err: String,
}

impl TestShop {
    pub(super) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            variables: Vec::new(),
            stdin: "",
            shutdown: Arc::new(Notify::new()),
            out: SharedWriter::new(Vec::new()),
            err: SharedWriter::new(Vec::new()),
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

    /// The text of a file in the folder; none if it does not exist.
    pub(super) fn file(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.path().join(name)).ok()
    }

    pub(super) fn host(&self) -> Host {
        Host {
            clock: Arc::new(MachineClock),
            environment: self.variables.iter().cloned().collect(),
            folder: self.path().to_owned(),
            stdin: Box::new(Cursor::new(self.stdin)),
            stdout: Box::new(self.out.clone()),
            stderr: Box::new(self.err.clone()),
            outlets: Terminals {
                stdin: OutputStream::Elsewhere,
                stdout: OutputStream::Elsewhere,
                stderr: OutputStream::Elsewhere,
            },
            shutdown: Shutdown::Hand(Arc::clone(&self.shutdown)),
            machine: HostInfo {
                host: "till".to_owned(),
                pid: 7,
            },
        }
    }

    /// Runs a command line, given without `payctl`.
    pub(super) fn types(&self, line: &str) -> CommandRun {
        let words = ["payctl"].into_iter().chain(line.split_whitespace());
        let exit = super::run(words.map(OsString::from), self.host());
        let text = |written: &SharedWriter<Vec<u8>>| {
            String::from_utf8(std::mem::take(&mut *written.lock())).unwrap()
        };
        let (out, err) = (text(&self.out), text(&self.err));
        schemas::check(&out, &err);
        CommandRun { exit, out, err }
    }
}
