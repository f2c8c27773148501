//! A shop to test with: a folder, a clock set by hand, and the simulator for both gateways.

use std::ffi::OsString;
use std::io::{Cursor, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use payctl::clock::{Clock, MachineClock, Sleep};
use payctl::domain::Instant;
use payctl::exit::Exit;
use payctl::host::Host;
use payctl::shutdown::Shutdown;
use payctl::simulator::Simulator;
use tempfile::TempDir;
use tokio::sync::Notify;

use crate::{schemas, strict_json};

pub(crate) const MIDTRANS_KEY: &str = "SB-Mid-server-do-not-show-this";
/// The shop's static QRIS code, for any amount.
pub(crate) const STATIC_QRIS: &str = "00020101021126680016ID.CO.CONTOH.WWW011893600099000000001702150000000000000170303UMI51440014ID.CO.QRIS.WWW0215ID10200000000170303UMI5204541153033605802ID5911TOKO CONTOH6007JAKARTA61051011062070703A016304A11C";
pub(crate) const PAKASIR_KEY: &str = "pakasir-do-not-show-this";

/// A clock that stands still until it is set; waiting takes no time.
pub(crate) struct HandClock(AtomicI64);

impl Clock for HandClock {
    fn now(&self) -> Instant {
        Instant::from_millis(self.0.load(Ordering::SeqCst))
    }

    fn wait(&self, _: Duration) -> Sleep {
        Box::pin(std::future::ready(()))
    }
}

/// The simulator's clock: the test's or the machine's, whichever the last started command uses.
pub(crate) struct GatewayClock {
    hand: Arc<HandClock>,
    is_machines: AtomicBool,
}

impl Clock for GatewayClock {
    fn now(&self) -> Instant {
        if self.is_machines.load(Ordering::SeqCst) {
            MachineClock.now()
        } else {
            self.hand.now()
        }
    }

    fn wait(&self, span: Duration) -> Sleep {
        self.hand.wait(span)
    }
}

/// A time in UTC of the day of every story; `28:00` is 04:00 of the next day.
pub(crate) fn time(text: &str) -> Option<Instant> {
    let midnight = Instant::parse_rfc3339("2026-03-02T00:00:00Z")?;
    let (hours, rest) = text.split_once(':')?;
    let (minutes, seconds) = rest.split_once(':').unwrap_or((rest, "0"));
    let number = |text: &str| text.parse::<u64>().ok();
    let span = (number(hours)? * 60 + number(minutes)?) * 60 + number(seconds)?;
    Some(midnight.saturating_add(Duration::from_secs(span)))
}

/// The exit and output of one command line.
#[derive(Debug, Clone)]
pub(crate) struct CommandOutput {
    pub(crate) exit: Exit,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl CommandOutput {
    /// Reads stdout strictly: a duplicate key fails.
    pub(crate) fn json(&self) -> serde_json::Value {
        strict_json::read(&self.stdout)
            .unwrap_or_else(|error| panic!("{error} in {:?} {}", self.stdout, self.stderr))
    }

    /// Stdout and then stderr.
    pub(crate) fn all(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    #[track_caller]
    pub(crate) fn ended(self, exit: Exit) -> Self {
        assert_eq!(self.exit, exit, "{}", self.all());
        self
    }
}

pub(crate) struct Shop {
    pub(crate) folder: TempDir,
    pub(crate) clock: Arc<HandClock>,
    gateway_clock: Arc<GatewayClock>,
    pub(crate) simulator: Simulator,
    pub(crate) environment: Vec<(String, String)>,
}

impl Shop {
    /// An empty shop at 04:00 with an account at each gateway.
    pub(crate) fn new() -> Self {
        let shop = Self::bare()
            .with("MIDTRANS_KEY", MIDTRANS_KEY)
            .with("PAKASIR_KEY", PAKASIR_KEY)
            .with("PAYCTL_OPERATOR", "rina");
        let url = shop.simulator.url();
        shop.configure(&config(&url, &url));
        shop
    }

    /// An empty folder at 04:00: no configuration, and nothing in the environment.
    pub(crate) fn bare() -> Self {
        let clock = Arc::new(HandClock(AtomicI64::new(0)));
        let gateway_clock = Arc::new(GatewayClock {
            hand: clock.clone(),
            is_machines: AtomicBool::new(false),
        });
        let shop = Self {
            folder: tempfile::tempdir().unwrap(),
            simulator: Simulator::start(0, gateway_clock.clone()).unwrap(),
            gateway_clock,
            clock,
            environment: Vec::new(),
        };
        shop.at("04:00");
        shop
    }

    /// With a variable in its environment.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The text of a file in the folder; none if it does not exist.
    pub(crate) fn file(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.folder.path().join(name)).ok()
    }

    /// A shop with Pakasir's second interface in production.
    pub(crate) fn on_second() -> Self {
        let shop = Self::new();
        shop.switch_to_second();
        shop
    }

    pub(crate) fn switch_to_second(&self) {
        let url = self.simulator.url();
        self.configure(&on_second(&config(&url, &url)));
    }

    /// A shop for separate processes under the real clock, without a grace.
    pub(crate) fn in_real_time() -> Self {
        let shop = Self::new();
        shop.use_machine_clock(true);
        let url = shop.simulator.url();
        let text = config(&url, &url).replace("200ms", "20s");
        shop.configure(&format!("{text}\n[expiry]\ngrace = \"0s\"\n"));
        shop
    }

    pub(crate) fn configure(&self, text: &str) {
        std::fs::write(self.folder.path().join("payctl.toml"), text).unwrap();
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("shop.db")
    }

    pub(crate) fn at(&self, text: &str) {
        let at = time(text).unwrap_or_else(|| panic!("{text:?} is not a time such as 04:10"));
        self.clock.0.store(at.as_millis(), Ordering::SeqCst);
    }

    pub(crate) fn pass(&self, span: Duration) {
        let at = self.clock.now().saturating_add(span);
        self.clock.0.store(at.as_millis(), Ordering::SeqCst);
    }

    /// Sets the clock to this much later than the machine's.
    #[cfg(target_os = "linux")]
    pub(crate) fn after_machine_time(&self, span: Duration) {
        let at = MachineClock.now().saturating_add(span);
        self.clock.0.store(at.as_millis(), Ordering::SeqCst);
    }

    /// Runs a command line of words without spaces.
    pub(crate) fn run(&self, line: &str) -> CommandOutput {
        let words: Vec<&str> = line.split_whitespace().collect();
        self.run_words(&words, "")
    }

    /// Switches the simulator to the real clock or back to the test's.
    pub(crate) fn use_machine_clock(&self, is_machines: bool) {
        let clock = &self.gateway_clock.is_machines;
        clock.store(is_machines, Ordering::SeqCst);
    }

    pub(crate) fn run_words(&self, words: &[&str], stdin: &str) -> CommandOutput {
        self.use_machine_clock(false);
        let console = Console::default();
        let arguments = std::iter::once("payctl").chain(words.iter().copied());
        let host = self.host(stdin, &console);
        console.output(payctl::commands::run(arguments.map(OsString::from), host))
    }

    /// Everything outside the program, for one command line.
    pub(crate) fn host(&self, stdin: &str, console: &Console) -> Host {
        Host {
            clock: self.clock.clone(),
            environment: self.environment.iter().cloned().collect(),
            stdin: Box::new(Cursor::new(stdin.to_owned())),
            stdout: Box::new(console.stdout.clone()),
            stderr: Box::new(console.stderr.clone()),
            shutdown: Shutdown::Hand(console.interrupt.clone()),
            ..Host::without_terminal(self.folder.path().to_owned())
        }
    }

    /// Runs `order import` with these lines.
    pub(crate) fn import(&self, lines: &str) -> CommandOutput {
        self.run_words(&["order", "import", "-"], lines)
    }

    /// Moves an order's deadline to 2099, because processes run under the real clock.
    pub(crate) fn wait_for_processes(&self, order: &str) {
        let connection = rusqlite::Connection::open(self.database()).unwrap();
        let moved = "UPDATE orders SET expires_at = 4070908800000 WHERE number = ?1";
        assert_eq!(connection.execute(moved, [order]).unwrap(), 1);
    }

    /// The number that a statement returns.
    pub(crate) fn count(&self, statement: &str) -> i64 {
        let connection = rusqlite::Connection::open(self.database()).unwrap();
        connection
            .query_row(statement, [], |row| row.get(0))
            .unwrap()
    }

    /// An order as `order show` prints it in JSON.
    pub(crate) fn order(&self, number: &str) -> serde_json::Value {
        self.run(&format!("order show {number} -o json")).json()
    }
}

/// The configuration with Pakasir's second interface.
pub(crate) fn on_second(config: &str) -> String {
    let project = "project = \"tokocontoh\"\n";
    config.replace(
        project,
        &format!("{project}api_version = 2\nenvironment = \"production\"\n"),
    )
}

/// A configuration with two accounts and a timeout of 200 ms.
pub(crate) fn config(midtrans_url: &str, pakasir_url: &str) -> String {
    format!(
        r#"
database = "shop.db"
timezone = "UTC"

[gateways.midtrans]
kind = "midtrans"
environment = "sandbox"
server_key = "env:MIDTRANS_KEY"
requests_per_second = 0
max_in_flight = 8
timeout = "200ms"
connect_timeout = "200ms"
api_url = "{midtrans_url}"
snap_url = "{midtrans_url}"

[gateways.pakasir]
kind = "pakasir"
project = "tokocontoh"
api_key = "env:PAKASIR_KEY"
requests_per_second = 0
max_in_flight = 8
timeout = "200ms"
connect_timeout = "200ms"
api_url = "{pakasir_url}"

[manual]
qris = "{STATIC_QRIS}"
"#
    )
}

/// What a command prints, while it runs and afterwards; it can be interrupted.
#[derive(Default)]
pub(crate) struct Console {
    stdout: Capture,
    stderr: Capture,
    interrupt: Arc<Notify>,
}

impl Console {
    /// What it has printed so far.
    pub(crate) fn stdout(&self) -> String {
        self.stdout.heard()
    }

    pub(crate) fn interrupt(&self) {
        self.interrupt.notify_one();
    }

    /// The whole output, which every schema allows.
    pub(crate) fn output(&self, exit: Exit) -> CommandOutput {
        let (stdout, stderr) = (self.stdout.heard(), self.stderr.heard());
        schemas::check(&stdout, &stderr);
        CommandOutput {
            exit,
            stdout,
            stderr,
        }
    }
}

/// A stream that keeps everything written to it.
#[derive(Clone, Default)]
struct Capture(Arc<Mutex<Vec<u8>>>);

impl Capture {
    fn heard(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Capture {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
