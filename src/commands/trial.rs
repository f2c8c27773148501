//! A shop to try command lines in: a folder, a clock set by hand, streams that remember.

use std::ffi::OsString;
use std::io::{Cursor, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempDir;

use crate::clock::{Clock, Wait};
use crate::domain::instant::Instant;
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::output::paint::Outlet;
use crate::store::by_hand;
use crate::world::{Machine, Outlets, World};

pub(super) struct Trial {
    folder: TempDir,
    clock: Arc<HandClock>,
}

struct HandClock(AtomicI64);

impl Clock for HandClock {
    fn now(&self) -> Instant {
        Instant::from_millis(self.0.load(Ordering::SeqCst))
    }

    fn wait(&self, _: Duration) -> Wait {
        Box::pin(std::future::ready(()))
    }
}

/// What one command line came to.
pub(super) struct Told {
    pub(super) exit: Exit,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Told {
    #[track_caller]
    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error} in {:?} {}", self.stdout, self.stderr))
    }
}

impl Trial {
    /// At four in the morning, with an empty database.
    pub(super) fn new() -> Self {
        let start = Instant::parse_rfc3339("2026-03-02T04:00:00Z").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let config = "database = \"shop.db\"\ntimezone = \"UTC\"\n";
        std::fs::write(folder.path().join("payctl.toml"), config).unwrap();
        Self {
            folder,
            clock: Arc::new(HandClock(AtomicI64::new(start.as_millis()))),
        }
    }

    pub(super) fn now(&self) -> Instant {
        self.clock.now()
    }

    pub(super) fn pass(&self, span: Duration) {
        let later = self.clock.now().plus(span).as_millis();
        self.clock.0.store(later, Ordering::SeqCst);
    }

    /// Runs a command line of words without spaces.
    pub(super) fn run(&self, line: &str) -> Told {
        let (out, err) = (Ear::default(), Ear::default());
        let world = World {
            clock: self.clock.clone(),
            environment: [("PAYCTL_OPERATOR".to_owned(), "rina".to_owned())]
                .into_iter()
                .collect(),
            folder: self.folder.path().to_owned(),
            stdin: Box::new(Cursor::new(Vec::new())),
            stdout: Box::new(out.clone()),
            stderr: Box::new(err.clone()),
            outlets: Outlets {
                stdin: Outlet::Elsewhere,
                stdout: Outlet::Elsewhere,
                stderr: Outlet::Elsewhere,
            },
            interrupt: Interrupt::Hand(Arc::default()),
            machine: Machine {
                host: "till-1".to_owned(),
                pid: 7,
            },
        };
        let words = std::iter::once("payctl").chain(line.split_whitespace());
        let exit = super::run(words.map(OsString::from), world);
        Told {
            exit,
            stdout: out.heard(),
            stderr: err.heard(),
        }
    }

    /// Runs a command line that must end well.
    #[track_caller]
    pub(super) fn done(&self, line: &str) -> Told {
        let told = self.run(line);
        assert_eq!(told.exit, Exit::Clean, "{line}: {}", told.stderr);
        told
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join("shop.db")
    }

    pub(super) fn sql(&self, text: &str) {
        by_hand::sql(&self.path(), text);
    }

    pub(super) fn count(&self, table: &str) -> i64 {
        by_hand::number(&self.path(), &format!("SELECT count(*) FROM {table}"))
    }

    /// The file and the log beside it.
    pub(super) fn bytes(&self) -> (Vec<u8>, Vec<u8>) {
        let read = |name: &str| std::fs::read(self.folder.path().join(name));
        (
            read("shop.db").unwrap(),
            read("shop.db-wal").unwrap_or_default(),
        )
    }
}

/// A stream that remembers what was written to it.
#[derive(Clone, Default)]
struct Ear(Arc<Mutex<Vec<u8>>>);

impl Ear {
    fn heard(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Ear {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
