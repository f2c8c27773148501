//! The machine that a world's shop runs payctl on: each command line is a process of its own.

use std::ffi::OsString;
use std::io::{Cursor, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::clock::ShopClock;
use super::network::{KEY, WorldNetwork};
use super::record::{RunRecord, TypedLine};
use crate::clock::Clock;
use crate::faults::{self, Planted};
use crate::host::Host;
use crate::http::Network;
use crate::reconciler::BookingPlace;

#[derive(Clone)]
pub(super) struct ShopMachine {
    pub(super) clock: Arc<ShopClock>,
    pub(super) network: WorldNetwork,
    pub(super) folder: PathBuf,
}

impl ShopMachine {
    /// Runs a command line to its end, or to the crash point where it dies.
    pub(super) fn run(&self, words: &[&str], stdin: &str) -> RunRecord {
        let (stdout, stderr) = (Printed::default(), Printed::default());
        let host = self.host(stdin, &stdout, &stderr);
        let began_at = self.clock.world.now();
        let earlier = self.network.count();
        let clock_ahead_ms = self.clock.ahead_ms();
        let arguments = std::iter::once("payctl").chain(words.iter().copied());
        let arguments: Vec<OsString> = arguments.map(OsString::from).collect();
        let run = AssertUnwindSafe(|| crate::commands::run(arguments, host));
        let exit = match catch_unwind(run) {
            Ok(exit) => Some(exit),
            Err(died) if died.is::<faults::Crashed>() => None,
            Err(bug) => std::panic::resume_unwind(bug),
        };
        RunRecord {
            arguments: words.iter().map(|word| (*word).to_owned()).collect(),
            stdin: stdin.to_owned(),
            began_at,
            ended_at: self.clock.world.now(),
            clock_ahead_ms,
            exit,
            stdout: stdout.text(),
            stderr: stderr.text(),
            exchanges: self.network.take_from(earlier),
            beside: self.network.take_beside().map(Box::new),
        }
    }

    /// Runs a command line while another one, on this thread, waits for a gateway.
    pub(super) fn run_beside(&self, line: TypedLine) -> Option<RunRecord> {
        let machine = self.clone();
        let (planted, seed) = (Planted::now(), fastrand::u64(..));
        let other = thread::spawn(move || {
            let _planted = planted.map(Planted::plant);
            fastrand::seed(seed);
            let words: Vec<&str> = line.words.iter().map(String::as_str).collect();
            machine.run(&words, &line.stdin)
        });
        other.join().ok()
    }

    fn host(&self, stdin: &str, stdout: &Printed, stderr: &Printed) -> Host {
        let environment = [
            ("MIDTRANS_KEY", KEY),
            ("PAKASIR_KEY", KEY),
            ("HOOK_SECRET", KEY),
            ("WEBHOOK_SECRET", KEY),
            ("PAYCTL_OPERATOR", "rina"),
        ];
        Host {
            clock: self.clock.clone(),
            network: Network::InProcess(Arc::new(self.network.clone())),
            booking: BookingPlace::Inline,
            environment: environment.into_iter().collect(),
            stdin: Box::new(Cursor::new(stdin.to_owned())),
            stdout: Box::new(stdout.clone()),
            stderr: Box::new(stderr.clone()),
            ..Host::without_terminal(self.folder.clone())
        }
    }
}

/// What a process prints.
#[derive(Debug, Clone, Default)]
struct Printed(Arc<Mutex<Vec<u8>>>);

impl Printed {
    fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Write for Printed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut printed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        printed.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
