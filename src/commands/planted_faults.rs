//! Each fault that can be planted in a command makes its run wrong that is right without it.

use std::ffi::OsString;
use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tempfile::TempDir;

use super::shared_writer::SharedWriter;
use crate::clock::{Clock, Sleep};
use crate::domain::{Dossier, Instant, Rupiah};
use crate::exit::Exit;
use crate::faults::Planted;
use crate::host::Host;
use crate::reconciler::BookingPlace;
use crate::simulator::{AttemptTruth, Fault, FaultTarget, PAKASIR, Simulator};
use crate::store::Reader;

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
            booking: BookingPlace::Inline,
            environment: [("PAKASIR_KEY", "k"), ("PAYCTL_OPERATOR", "rina")]
                .into_iter()
                .collect(),
            stdin: Box::new(Cursor::new(stdin.to_owned())),
            stdout: Box::new(console.clone()),
            stderr: Box::new(console.clone()),
            ..Host::without_terminal(self.folder.path().to_owned())
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

    fn pass(&self, minutes: i64) {
        self.clock.0.fetch_add(minutes * 60_000, Ordering::SeqCst);
    }

    /// The gateway answers nothing any more.
    fn fall_silent(&self) {
        let gateway = self.simulator.handle();
        let all = FaultTarget::all(PAKASIR);
        gateway.fault(all, Fault::Silent).unwrap();
    }

    fn dossier(&self, number: &str) -> Dossier {
        let number = number.parse().unwrap();
        let reader = Reader::open(&self.folder.path().join("shop.db")).unwrap();
        reader.order_details(&number, 1).unwrap().unwrap().dossier
    }

    fn status(&self, number: &str) -> String {
        self.dossier(number).order.status.to_string()
    }
}

/// Says that INV-1 is paid.
const CLAIM: &str = r#"{"amount": 500, "order_id": "INV-1", "project": "tokocontoh", "status": "completed",
    "payment_method": "qris", "completed_at": "2026-03-02T12:05:00+00:00"}"#;

#[test]
fn a_notification_trusted() {
    check(
        Planted::TrustANotification,
        |shop| {
            shop.order("INV-1", "pending");
            shop.run("webhook pakasir", CLAIM);
            shop.status("INV-1")
        },
        "pending",
        "fulfilled",
    );
}

#[test]
fn a_silent_claim_that_ends_well() {
    check(
        Planted::EndWellOnASilentClaim,
        |shop| {
            shop.order("INV-1", "pending");
            shop.fall_silent();
            shop.run("webhook pakasir", CLAIM);
            shop.pass(120);
            let (exit, _) = shop.run("expire", "");
            format!("{}, {}", exit.name(), shop.status("INV-1"))
        },
        "partial, pending",
        "clean, pending",
    );
}

#[test]
fn an_unconfirmed_clock_that_ends_an_order() {
    check(
        Planted::ExpireUnderAnUnconfirmedClock,
        |shop| {
            shop.order("INV-1", "pending");
            shop.ended(Exit::Clean, "check-all --fix");
            shop.ended(
                Exit::Clean,
                "order create --number INV-2 --total 500 --expires-in 1h",
            );
            shop.fall_silent();
            shop.pass(120);
            shop.run("expire", "");
            shop.status("INV-2")
        },
        "pending",
        "expired",
    );
}

#[test]
fn a_cancelled_order_that_stays_payable() {
    check(
        Planted::LeaveADeadOrderPayable,
        |shop| {
            shop.order("INV-1", "pending");
            shop.ended(Exit::Clean, "check-all --fix");
            shop.run("order cancel INV-1 --unproven --reason gone", "");
            shop.run("check-all --fix", "");
            let payments = shop.dossier("INV-1").payments;
            format!("{}, {}", shop.status("INV-1"), payments[0].status)
        },
        "cancelled, cancelled",
        "cancelled, pending",
    );
}

#[test]
fn payments_left_twice_in_silence() {
    check(
        Planted::LeaveTheUnreachedUntold,
        |shop| {
            for number in ["INV-1", "INV-2", "INV-3"] {
                shop.order(number, "pending");
            }
            shop.run("check-all --fix --limit 1", "");
            shop.pass(1);
            let (_, told) = shop.run("check-all --fix --limit 1", "");
            told.contains("due since the last run began").to_string()
        },
        "true",
        "false",
    );
}
