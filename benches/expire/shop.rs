//! A shop in a temporary folder: its orders, copies of its file, and runs of `payctl` over it.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use payctl::clock::{Clock as _, MachineClock};
use tempfile::TempDir;

const DATABASE: &str = "payctl.db";
const SETTINGS: &str = "payctl.toml";
const PRODUCTS: u64 = 20;
const ONE_DUE_IN: u64 = 10;

/// It is asked for the time, and about no payment; its address follows.
const GATEWAY: &str = r#"database = "payctl.db"
[gateways.midtrans]
kind = "midtrans"
environment = "sandbox"
server_key = "env:PAYCTL_BENCH_KEY"
"#;

pub(crate) struct Shop {
    folder: TempDir,
    pub(crate) size: u64,
}

pub(crate) fn due_of(size: u64) -> u64 {
    size / ONE_DUE_IN
}

/// How long a command takes as a whole process, which must end well.
pub(crate) fn timed(command: &mut Command) -> anyhow::Result<Duration> {
    let started = Instant::now();
    let ended = command.status()?;
    let took = started.elapsed();
    ensure!(ended.success(), "{command:?} ended with {ended}");
    Ok(took)
}

pub(crate) fn micros(took: Duration) -> u64 {
    u64::try_from(took.as_micros()).unwrap_or(u64::MAX)
}

impl Shop {
    /// A shop with so many orders, one in ten of them due and without a payment, and a gateway at this address.
    pub(crate) fn new(size: u64, gateway: &str) -> anyhow::Result<Self> {
        let folder = TempDir::new()?;
        let shop = Self { folder, size };
        let settings = format!("{GATEWAY}api_url = \"{gateway}\"\n");
        fs::write(shop.path(SETTINGS), settings)?;
        let capacity = size.to_string();
        for product in 0..PRODUCTS {
            timed(shop.payctl(&["product", "set"]).arg(sku(product)).args([
                "--name",
                "Seat",
                "--price",
                "20000",
                "--capacity",
                &capacity,
            ]))?;
        }
        shop.import()?;
        Ok(shop)
    }

    /// A shop with the same orders, to be changed on its own: written to the disk, and read once.
    pub(crate) fn copy(&self) -> anyhow::Result<Self> {
        let log = fs::metadata(self.path("payctl.db-wal"));
        ensure!(
            log.map_or(0, |log| log.len()) == 0,
            "the last run left its log behind"
        );
        let folder = TempDir::new()?;
        let copy = Self { folder, ..*self };
        for file in [DATABASE, SETTINGS] {
            fs::copy(self.path(file), copy.path(file))?;
            let mut file = File::options()
                .read(true)
                .write(true)
                .open(copy.path(file))?;
            file.sync_all()?;
            io::copy(&mut file, &mut io::sink())?;
        }
        Ok(copy)
    }

    pub(crate) fn payctl(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_payctl"));
        command
            .args(arguments)
            .env_remove("PAYCTL_DB")
            .env_remove("PAYCTL_CONFIG")
            .env("PAYCTL_BENCH_KEY", "bench")
            .stdout(Stdio::null())
            .current_dir(self.folder.path());
        command
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.path(DATABASE)
    }

    pub(crate) fn bytes(&self) -> anyhow::Result<u64> {
        Ok(fs::metadata(self.database())?.len())
    }

    fn import(&self) -> anyhow::Result<()> {
        let mut command = self.payctl(&["order", "import", "-"]);
        let mut child = command.stdin(Stdio::piped()).spawn()?;
        let orders = child.stdin.take().context("it takes no input")?;
        let size = self.size;
        let written = thread::spawn(move || write_orders(orders, size));
        let ended = child.wait()?;
        match written.join() {
            Ok(result) => result?,
            Err(_) => bail!("the orders could not be written"),
        }
        ensure!(ended.success(), "the orders were not taken over: {ended}");
        Ok(())
    }

    fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn sku(product: u64) -> String {
    format!("seat-{product:02}")
}

/// The deadline of what is not due.
const LATER: Duration = Duration::from_secs(300 * 24 * 60 * 60);

/// Every tenth order is due; every second has a payment at a gateway, and much time left.
fn write_orders(out: impl Write, size: u64) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    // An import takes no deadline that is more than a year ahead.
    let later = MachineClock.now().saturating_add(LATER);
    for number in 1..=size {
        let deadline = if number % ONE_DUE_IN == 0 {
            format!(
                "2025-07-18T05:{:02}:{:02}Z",
                number / 600 % 60,
                number / 10 % 60
            )
        } else {
            later.to_string()
        };
        let payments = if number % 2 == 1 {
            format!(
                r#"[{{"gateway":"midtrans","status":"pending","method":"qris","expires_at":"{later}"}}]"#
            )
        } else {
            "[]".to_owned()
        };
        let sku = sku(number / ONE_DUE_IN % PRODUCTS);
        writeln!(
            out,
            r#"{{"number":"INV202507180407-{number:07}","created_at":"2025-07-18T04:07:00Z","expires_at":"{deadline}","customer":{{"name":"Buyer {number}","email":"buyer{number}@example.com"}},"lines":[{{"sku":"{sku}","quantity":1}}],"payments":{payments}}}"#
        )?;
    }
    out.flush()
}
