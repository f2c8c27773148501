//! One world: a shop in a folder, its gateways, and the time.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use super::clock::{ShopClock, WorldClock};
use super::machine::ShopMachine;
use super::network::{GATEWAYS, KEY, SHOP, WorldNetwork};
use super::record::{RunRecord, TrueMoney, TypedLine};
use super::step::MeanwhileAct;
use crate::clock::Clock;
use crate::domain::Instant;
use crate::exit::Exit;
use crate::faults;
use crate::simulator::{
    MIDTRANS, PAKASIR, SimulatedNotification, SimulatedTry, SimulatorHandle, SimulatorRule,
};

/// When every world begins: 11:00 in Jakarta, on a Monday.
const BEGIN: &str = "2026-03-02T04:00:00Z";

/// How long a process waits for money after a deadline.
pub(super) const GRACE: Duration = Duration::from_secs(180);

/// The database of a shop that has its products and has sold nothing: the same in every world.
static OPENED_SHOP: OnceLock<Vec<u8>> = OnceLock::new();

/// How a shop has configured payctl.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ShopSetting {
    /// Pakasir's interface.
    pub(super) api_version: u8,
    pub(super) has_effects: bool,
    /// How many queries wait for their answers at once.
    pub(super) max_in_flight: u8,
}

pub(super) struct World {
    folder: TempDir,
    pub(super) clock: Arc<WorldClock>,
    machine: ShopMachine,
    pub(super) network: WorldNetwork,
    pub(super) gateways: SimulatorHandle,
    /// Pakasir's interface that the shop uses.
    pub(super) api_version: u8,
    /// The next command dies at this crash point.
    pub(super) crash: Option<u32>,
    /// What somebody else does while the next command waits for a gateway.
    pub(super) meanwhile: Option<MeanwhileAct>,
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
    pub(super) fn new(setting: &ShopSetting) -> Result<Self> {
        let begin = Instant::parse_rfc3339(BEGIN).context("the beginning")?;
        let clock = Arc::new(WorldClock::new(begin));
        let gateways = SimulatorHandle::unserved(clock.clone());
        gateways.rule(SimulatorRule::Sandbox(false));
        gateways.rule(SimulatorRule::WebhookSecret(KEY.to_owned()));
        for gateway in [MIDTRANS, PAKASIR] {
            gateways.accept_keys(gateway, &[KEY]);
        }
        let folder = folder()?;
        let network = WorldNetwork::new(gateways.clone(), clock.clone());
        let world = Self {
            machine: ShopMachine {
                clock: Arc::new(ShopClock::new(clock.clone())),
                network: network.clone(),
                folder: folder.path().to_owned(),
            },
            folder,
            network,
            clock,
            gateways,
            api_version: setting.api_version,
            crash: None,
            meanwhile: None,
            serial: 0,
            delayed: Vec::new(),
            reversed: Vec::new(),
            strangers: Vec::new(),
        };
        let text = configuration(setting);
        std::fs::write(world.folder.path().join("payctl.toml"), text)?;
        if let Some(file) = OPENED_SHOP.get() {
            std::fs::write(world.database(), file)?;
            keep_from_others(&world.database())?;
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
            let run = self.machine.run(&words, "");
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
        self.machine.clock.set_ahead(milliseconds);
    }

    pub(super) fn clock_ahead_ms(&self) -> i64 {
        self.machine.clock.ahead_ms()
    }

    /// Has another process run this line, after something has happened, while the next one waits for a gateway.
    pub(super) fn run_beside(&self, line: TypedLine, happens: impl FnOnce() + Send + 'static) {
        let machine = self.machine.clone();
        self.network.set_meanwhile(Some(Box::new(move || {
            happens();
            machine.run_beside(line)
        })));
    }

    /// Runs a command line as a process of its own, which may die where [`Self::crash`] says.
    pub(super) fn run_next(&mut self, words: &[&str], stdin: &str) -> RunRecord {
        match self.crash.take() {
            Some(at) => faults::crash_at(at),
            None => faults::reset(),
        }
        let run = self.machine.run(words, stdin);
        faults::reset();
        // Nobody types two lines in one second.
        self.clock.pass(Duration::from_secs(1));
        self.machine.clock.set_ahead(0);
        run
    }

    /// What a command line prints, of one that changes nothing.
    pub(super) fn look(&self, words: &[&str]) -> String {
        faults::reset();
        self.machine.run(words, "").stdout
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

/// As payctl makes its database.
#[cfg(unix)]
fn keep_from_others(file: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;

    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn keep_from_others(_: &Path) -> std::io::Result<()> {
    Ok(())
}

fn configuration(setting: &ShopSetting) -> String {
    let second = if setting.api_version == 2 {
        "api_version = 2\nenvironment = \"production\"\n"
    } else {
        ""
    };
    let effects = if setting.has_effects {
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
         max_in_flight = {in_flight}\napi_url = \"{GATEWAYS}\"\nsnap_url = \"{GATEWAYS}\"\n\
         [gateways.pakasir]\nkind = \"pakasir\"\nproject = \"toko\"\napi_key = \"env:PAKASIR_KEY\"\nwebhook_secret = \"env:WEBHOOK_SECRET\"\n{second}\
         max_in_flight = {in_flight}\napi_url = \"{GATEWAYS}\"\n\
         [manual]\npay_to = \"BCA 123 TOKO\"\n{effects}",
        grace = GRACE.as_secs(),
        in_flight = setting.max_in_flight,
    )
}
