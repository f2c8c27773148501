//! Each fault that can be planted in a command makes its run wrong that is right without it.

use std::ffi::OsString;
use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tempfile::TempDir;

use super::shared_writer::SharedWriter;
use crate::clock::{Clock, Sleep};
use crate::domain::{Instant, Rupiah};
use crate::exit::Exit;
use crate::faults::Planted;
use crate::host::{Host, HostInfo, Terminals};
use crate::http::Network;
use crate::output::paint::OutputStream;
use crate::reconciler::BookingPlace;
use crate::shutdown::Shutdown;
use crate::simulator::{AttemptTruth, PAKASIR, Simulator};

/// The result without the fault and with it, each in a shop of its own.
#[track_caller]
fn check(fault: Planted, play: impl Fn(&Shop) -> String, right: &str, wrong: &str) {
    assert_eq!(play(&Shop::new()), right);
    let _planted = fault.plant();
    assert_eq!(play(&Shop::new()), wrong, "{fault}");
}

/// A clock that stands still until it is set; waiting takes no time.
struct HandClock(AtomicI64);

impl Clock for HandClock {
    fn now(&self) -> Instant {
        Instant::from_millis(self.0.load(Ordering::SeqCst))
    }

    fn wait(&self, _: Duration) -> Sleep {
        Box::pin(std::future::ready(()))
    }
}

/// A shop with an account at Pakasir, where it is noon.
struct Shop {
    folder: TempDir,
    clock: Arc<HandClock>,
    simulator: Simulator,
}

impl Shop {
    fn new() -> Self {
        let noon = Instant::parse_rfc3339("2026-03-02T12:00:00Z").unwrap();
        let clock = Arc::new(HandClock(AtomicI64::new(noon.as_millis())));
        let shop = Self {
            folder: tempfile::tempdir().unwrap(),
            simulator: Simulator::start(0, clock.clone()).unwrap(),
            clock,
        };
        let url = shop.simulator.url();
        let settings = format!(
            "database = \"shop.db\"\ntimezone = \"UTC\"\n[gateways.pakasir]\nkind = \"pakasir\"\n\
             project = \"tokocontoh\"\napi_key = \"env:PAKASIR_KEY\"\nrequests_per_second = 0\n\
             timeout = \"1s\"\nconnect_timeout = \"1s\"\napi_url = \"{url}\"\n"
        );
        std::fs::write(shop.folder.path().join("payctl.toml"), settings).unwrap();
        shop
    }

    /// Runs a command line of words without spaces.
    fn run(&self, line: &str, stdin: &str) -> (Exit, String) {
        let console = SharedWriter::new(Vec::new());
        let host = Host {
            clock: self.clock.clone(),
            network: Network::Sockets,
            booking: BookingPlace::Inline,
            environment: [("PAKASIR_KEY", "k"), ("PAYCTL_OPERATOR", "rina")]
                .into_iter()
                .collect(),
            folder: self.folder.path().to_owned(),
            stdin: Box::new(Cursor::new(stdin.to_owned())),
            stdout: Box::new(console.clone()),
            stderr: Box::new(console.clone()),
            outlets: Terminals {
                stdin: OutputStream::Elsewhere,
                stdout: OutputStream::Elsewhere,
                stderr: OutputStream::Elsewhere,
            },
            shutdown: Shutdown::Never,
            machine: HostInfo {
                host: "till".to_owned(),
                pid: 7,
            },
        };
        let words = ["payctl"].into_iter().chain(line.split_whitespace());
        let exit = crate::commands::run(words.map(OsString::from), host);
        let told = String::from_utf8(console.lock().clone()).unwrap();
        (exit, told)
    }

    #[track_caller]
    fn ended(&self, exit: Exit, line: &str) {
        let (found, told) = self.run(line, "");
        assert_eq!(found, exit, "{line}: {told}");
    }

    /// An order of 500 with a payment at Pakasir, of which the gateway says this.
    fn order(&self, number: &str, status: &str) {
        let answer = AttemptTruth::new(status, Rupiah::from_db(500));
        let gateway = self.simulator.handle();
        gateway.set(PAKASIR, number, answer).unwrap();
        self.ended(
            Exit::Clean,
            &format!("order create --number {number} --total 500 --gateway pakasir --method qris --expires-in 1h"),
        );
    }

    fn status(&self, number: &str) -> String {
        let number = number.parse().unwrap();
        let reader = crate::store::Reader::open(&self.folder.path().join("shop.db")).unwrap();
        let found = reader.order_details(&number, 1).unwrap().unwrap();
        found.dossier.order.status.to_string()
    }
}

#[test]
fn a_notification_trusted() {
    let claim = r#"{"amount": 500, "order_id": "INV-1", "project": "tokocontoh", "status": "completed",
        "payment_method": "qris", "completed_at": "2026-03-02T12:05:00+00:00"}"#;
    check(
        Planted::TrustANotification,
        |shop| {
            shop.order("INV-1", "pending");
            shop.run("webhook pakasir", claim);
            shop.status("INV-1")
        },
        "pending",
        "fulfilled",
    );
}
