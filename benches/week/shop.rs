//! The shop: a folder, a machine whose clock may be wrong, and the simulator, whose clock is right.

use std::ffi::OsString;
use std::fs;
use std::io::{Cursor, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use payctl::clock::{Clock, Sleep};
use payctl::domain::Instant;
use payctl::exit::Exit;
use payctl::host::Host;
use payctl::simulator::Simulator;
use rusqlite::Connection;
use tempfile::TempDir;

/// A clock that is set by hand; waiting takes no time.
struct SetClock(AtomicI64);

impl Clock for SetClock {
    fn now(&self) -> Instant {
        Instant::from_millis(self.0.load(Ordering::SeqCst))
    }

    fn wait(&self, _: Duration) -> Sleep {
        Box::pin(std::future::ready(()))
    }
}

/// How a command line ended, and what it printed.
pub(crate) struct Run {
    pub(crate) exit: Exit,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

pub(crate) struct Shop {
    folder: TempDir,
    machine: Arc<SetClock>,
    truth: Arc<SetClock>,
    pub(crate) simulator: Simulator,
    environment: Vec<(String, String)>,
    hook_works: bool,
}

/// 2026-03-02, a Monday, at midnight.
const BEGIN_MS: i64 = 1_772_409_600_000;
const MINUTE_MS: i64 = 60_000;

impl Shop {
    pub(crate) fn new() -> anyhow::Result<Self> {
        let truth = Arc::new(SetClock(AtomicI64::new(BEGIN_MS)));
        let mut shop = Self {
            folder: TempDir::new()?,
            machine: Arc::new(SetClock(AtomicI64::new(BEGIN_MS))),
            simulator: Simulator::start(0, truth.clone())?,
            truth,
            environment: Vec::new(),
            hook_works: true,
        };
        let pairs = [
            ("MIDTRANS_KEY", "SB-Mid-server-week"),
            ("PAKASIR_KEY", "pakasir-week"),
            ("PAYCTL_OPERATOR", "rina"),
            ("PATH", "/usr/bin:/bin"),
        ];
        for (name, value) in pairs {
            shop.environment.push((name.to_owned(), value.to_owned()));
        }
        shop.configure()?;
        shop.run("product set seat --price 25000 --capacity 100000", "");
        Ok(shop)
    }

    /// Whether the program that the shop runs for each paid order works.
    pub(crate) fn set_hook(&mut self, works: bool) -> anyhow::Result<()> {
        if works != self.hook_works {
            self.hook_works = works;
            self.configure()?;
        }
        Ok(())
    }

    fn configure(&self) -> anyhow::Result<()> {
        let url = self.simulator.url();
        let program = if self.hook_works { "true" } else { "false" };
        let text = format!(
            r#"database = "shop.db"
timezone = "Asia/Jakarta"

[gateways.midtrans]
kind = "midtrans"
environment = "sandbox"
server_key = "env:MIDTRANS_KEY"
api_url = "{url}"

[gateways.pakasir]
kind = "pakasir"
project = "tokocontoh"
api_key = "env:PAKASIR_KEY"
api_url = "{url}"

[[effects]]
name = "account"
on = "paid"
exec = ["{program}"]
"#
        );
        fs::write(self.folder.path().join("payctl.toml"), text)?;
        Ok(())
    }

    pub(crate) fn set_time(&self, minute: u64, ahead_minutes: u64) {
        let at = |minutes: u64| {
            BEGIN_MS
                + i64::try_from(minutes)
                    .unwrap_or(0)
                    .saturating_mul(MINUTE_MS)
        };
        self.truth.0.store(at(minute), Ordering::SeqCst);
        let machine = at(minute + ahead_minutes);
        self.machine.0.store(machine, Ordering::SeqCst);
    }

    /// The true time, as the gateways know it.
    pub(crate) fn now_ms(&self) -> i64 {
        self.truth.now().as_millis()
    }

    /// Runs a command line of words without spaces.
    pub(crate) fn run(&self, line: &str, stdin: &str) -> Run {
        let words: Vec<&str> = line.split_whitespace().collect();
        self.run_words(&words, stdin)
    }

    pub(crate) fn run_words(&self, words: &[&str], stdin: &str) -> Run {
        let (stdout, stderr) = (Capture::default(), Capture::default());
        let host = Host {
            clock: self.machine.clone(),
            environment: self.environment.iter().cloned().collect(),
            stdin: Box::new(Cursor::new(stdin.to_owned())),
            stdout: Box::new(stdout.clone()),
            stderr: Box::new(stderr.clone()),
            ..Host::without_terminal(self.folder.path().to_owned())
        };
        let arguments = std::iter::once("payctl").chain(words.iter().copied());
        let exit = payctl::commands::run(arguments.map(OsString::from), host);
        Run {
            exit,
            stdout: stdout.text(),
            stderr: stderr.text(),
        }
    }

    fn database(&self) -> PathBuf {
        self.folder.path().join("shop.db")
    }

    /// For questions that no command answers.
    pub(crate) fn books(&self) -> anyhow::Result<Connection> {
        Ok(Connection::open(self.database())?)
    }

    /// The database with its log.
    pub(crate) fn file_bytes(&self) -> anyhow::Result<u64> {
        let wal = self.folder.path().join("shop.db-wal");
        let wal = fs::metadata(wal).map_or(0, |file| file.len());
        Ok(fs::metadata(self.database())?.len() + wal)
    }
}

/// A stream that keeps everything written to it.
#[derive(Clone, Default)]
struct Capture(Arc<Mutex<Vec<u8>>>);

impl Capture {
    fn text(&self) -> String {
        let kept = self.0.lock().map(|bytes| bytes.clone()).unwrap_or_default();
        String::from_utf8_lossy(&kept).into_owned()
    }
}

impl Write for Capture {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if let Ok(mut kept) = self.0.lock() {
            kept.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
