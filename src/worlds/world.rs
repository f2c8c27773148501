//! One world: a shop in a folder, its gateways, and the time.

use std::ffi::OsString;
use std::io::{Cursor, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use super::clock::{ShopClock, WorldClock};
use super::network::{GATEWAYS, SHOP, WorldNetwork};
use super::record::{RunRecord, TrueMoney};
use crate::clock::Clock;
use crate::domain::Instant;
use crate::exit::Exit;
use crate::faults;
use crate::host::{Host, HostInfo, Terminals};
use crate::http::Network;
use crate::output::paint::OutputStream;
use crate::reconciler::BookingPlace;
use crate::shutdown::Shutdown;
use crate::simulator::{SimulatedNotification, SimulatedTry, SimulatorHandle, SimulatorRule};

/// When every world begins: 11:00 in Jakarta, on a Monday.
const BEGIN: &str = "2026-03-02T04:00:00Z";

/// How long a process waits for money after a deadline.
pub(super) const GRACE: Duration = Duration::from_secs(180);

/// The database of a shop that has its products and has sold nothing: the same in every world.
static OPENED_SHOP: OnceLock<Vec<u8>> = OnceLock::new();

pub(super) struct World {
    folder: TempDir,
    pub(super) clock: Arc<WorldClock>,
    machine: Arc<ShopClock>,
    pub(super) network: WorldNetwork,
    pub(super) gateways: SimulatorHandle,
    /// Pakasir's interface that the shop uses.
    pub(super) api_version: u8,
    /// The next command dies at this crash point.
    pub(super) crash: Option<u32>,
    /// Orders, references and bank transfers are numbered.
    pub(super) serial: u32,
    /// Notifications on their way.
    pub(super) delayed: Vec<(String, SimulatedNotification)>,
    /// Tries whose money the gateway has taken back without a refund.
    pub(super) reversed: Vec<String>,
    /// References of money that is not for this shop's orders.
    pub(super) strangers: Vec<String>,
}

impl World {
    /// # Errors
    /// The folder cannot be made, or payctl does not accept the shop's configuration.
    pub(super) fn new(api_version: u8, has_effects: bool) -> Result<Self> {
        let begin = Instant::parse_rfc3339(BEGIN).context("the beginning")?;
        let clock = Arc::new(WorldClock::new(begin));
        let gateways = SimulatorHandle::unserved(clock.clone());
        gateways.rule(SimulatorRule::Sandbox(false));
        gateways.rule(SimulatorRule::WebhookSecret(KEY.to_owned()));
        let world = Self {
            folder: folder()?,
            machine: Arc::new(ShopClock::new(clock.clone())),
            network: WorldNetwork::new(gateways.clone(), clock.clone()),
            clock,
            gateways,
            api_version,
            crash: None,
            serial: 0,
            delayed: Vec::new(),
            reversed: Vec::new(),
            strangers: Vec::new(),
        };
        let text = configuration(api_version, has_effects);
        std::fs::write(world.folder.path().join("payctl.toml"), text)?;
        if let Some(file) = OPENED_SHOP.get() {
            std::fs::write(world.database(), file)?;
        } else {
            world.sell_products()?;
            let _first = OPENED_SHOP.set(std::fs::read(world.database())?);
        }
        Ok(world)
    }

    fn sell_products(&self) -> Result<()> {
        for (sku, terms) in PRODUCTS {
            let mut words = vec!["product", "set", sku];
            words.extend(terms.split(' '));
            let run = self.run(&words, "");
            anyhow::ensure!(run.exit == Some(Exit::Clean), "{run:?}");
        }
        Ok(())
    }

    /// The folder stays when the world ends.
    pub(super) fn keep_folder(&mut self) -> PathBuf {
        self.folder.disable_cleanup(true);
        self.folder.path().to_owned()
    }

    pub(super) fn database(&self) -> PathBuf {
        self.folder.path().join("shop.db")
    }

    /// All gateways work again.
    pub(super) fn heal(&self) {
        self.gateways.clear_all();
    }

    pub(super) fn now(&self) -> Instant {
        self.clock.now()
    }

    pub(super) fn next_serial(&mut self) -> u32 {
        self.serial += 1;
        self.serial
    }

    /// The machine's clock is off by this much until it is set again.
    pub(super) fn set_clock_ahead(&self, milliseconds: i64) {
        self.machine.set_ahead(milliseconds);
    }

    /// Runs a command line as a process of its own, which may die where [`Self::crash`] says.
    pub(super) fn run_next(&mut self, words: &[&str], stdin: &str) -> RunRecord {
        match self.crash.take() {
            Some(at) => faults::crash_at(at),
            None => faults::reset(),
        }
        let run = self.run(words, stdin);
        faults::reset();
        // Nobody types two lines in one second.
        self.clock.pass(Duration::from_secs(1));
        self.machine.set_ahead(0);
        run
    }

    /// What a command line prints, of one that changes nothing.
    pub(super) fn look(&self, words: &[&str]) -> String {
        faults::reset();
        self.run(words, "").stdout
    }

    fn run(&self, words: &[&str], stdin: &str) -> RunRecord {
        let (stdout, stderr) = (Printed::default(), Printed::default());
        let host = self.host(stdin, &stdout, &stderr);
        let began_at = self.clock.now();
        let clock_ahead_ms = self.machine.ahead_ms();
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
            ended_at: self.clock.now(),
            clock_ahead_ms,
            exit,
            stdout: stdout.text(),
            stderr: stderr.text(),
            exchanges: self.network.take(),
        }
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
            clock: self.machine.clone(),
            network: Network::InProcess(Arc::new(self.network.clone())),
            booking: BookingPlace::Inline,
            environment: environment.into_iter().collect(),
            folder: self.folder.path().to_owned(),
            stdin: Box::new(Cursor::new(stdin.to_owned())),
            stdout: Box::new(stdout.clone()),
            stderr: Box::new(stderr.clone()),
            outlets: Terminals {
                stdin: OutputStream::Elsewhere,
                stdout: OutputStream::Elsewhere,
                stderr: OutputStream::Elsewhere,
            },
            shutdown: Shutdown::Never,
            machine: HostInfo {
                host: "till-1".to_owned(),
                pid: 7,
            },
        }
    }

    /// How money really moved.
    pub(super) fn money(&self) -> Vec<TrueMoney> {
        let tries = self.gateways.tries().into_iter();
        let is_reversed = |id: &String| self.reversed.contains(id);
        // What names somebody else's order is somebody else's money.
        let is_ours = |one: &SimulatedTry| match one.truth.order_id.as_deref() {
            Some(named) => named == one.reference || named == one.transaction_id,
            None => true,
        };
        let with_money =
            tries.filter(|one| is_ours(one) && (one.is_money || is_reversed(&one.transaction_id)));
        with_money
            .map(|one| {
                let gross = (one.truth.amount + one.truth.fee.unwrap_or_default()).as_i64();
                let back = one.truth.refunded.map_or(gross, |back| back.as_i64());
                let word = one.truth.status.as_str();
                let when = |is: bool, amount: i64| if is { amount } else { 0 };
                TrueMoney {
                    gateway: one.kind.name().to_owned(),
                    reference: one.reference,
                    transaction_id: one.transaction_id,
                    captured: gross,
                    captured_at: one.truth.paid_at.unwrap_or_else(|| self.clock.now()),
                    refunded: when(matches!(word, "refund" | "partial_refund"), back),
                    charged_back: when(matches!(word, "chargeback" | "partial_chargeback"), back),
                    is_reversed: !one.is_money,
                }
            })
            .collect()
    }
}

/// Every key of this shop.
pub(super) const KEY: &str = "SB-Mid-server-of-a-world";

const PRODUCTS: [(&str, &str); 3] = [
    (
        "seat",
        "--price 25000 --capacity 3 --resaleable --tickets --late accept",
    ),
    (
        "pass",
        "--price 40000 --capacity 2 --not-resaleable --access 2h --access-from payment --late refund",
    ),
    ("stream", "--price 10000 --capacity unlimited --late accept"),
];

/// The skus of the shop.
pub(super) const SKUS: [&str; 3] = ["seat", "pass", "stream"];

/// In memory where the system offers it: a world writes all the time, and nothing of it has to survive.
fn folder() -> std::io::Result<TempDir> {
    let memory = Path::new("/dev/shm");
    if memory.is_dir()
        && let Ok(folder) = tempfile::tempdir_in(memory)
    {
        return Ok(folder);
    }
    tempfile::tempdir()
}

fn configuration(api_version: u8, has_effects: bool) -> String {
    let second = if api_version == 2 {
        "api_version = 2\nenvironment = \"production\"\n"
    } else {
        ""
    };
    let effects = if has_effects {
        format!(
            "[[effects]]\non = \"paid\"\nhttp = {{ url = \"{SHOP}/paid\", secret = \"env:HOOK_SECRET\" }}\n\
             [[effects]]\non = \"revoked\"\nhttp = {{ url = \"{SHOP}/revoked\", secret = \"env:HOOK_SECRET\" }}\n"
        )
    } else {
        String::new()
    };
    format!(
        "database = \"shop.db\"\ntimezone = \"Asia/Jakarta\"\n\
         [expiry]\ngrace = \"{grace}s\"\n\
         [gateways.midtrans]\nkind = \"midtrans\"\nenvironment = \"sandbox\"\nserver_key = \"env:MIDTRANS_KEY\"\n\
         api_url = \"{GATEWAYS}\"\nsnap_url = \"{GATEWAYS}\"\n\
         [gateways.pakasir]\nkind = \"pakasir\"\nproject = \"toko\"\napi_key = \"env:PAKASIR_KEY\"\nwebhook_secret = \"env:WEBHOOK_SECRET\"\n{second}\
         api_url = \"{GATEWAYS}\"\n\
         [manual]\npay_to = \"BCA 123 TOKO\"\n{effects}",
        grace = GRACE.as_secs(),
    )
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
