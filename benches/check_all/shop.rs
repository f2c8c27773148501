//! A shop in a temporary folder, and the runs of `payctl` over it.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use payctl::clock::{Clock as _, MachineClock};
use tempfile::TempDir;

use super::gateway::PRICE;

const DATABASE: &str = "payctl.db";
const REPORT: &str = "report.txt";

/// What one run of `payctl` took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    pub(crate) took: Duration,
    /// None where the system does not tell.
    pub(crate) peak_kib: Option<u64>,
}

pub(crate) struct Shop {
    folder: TempDir,
}

pub(crate) fn order_number(number: u64) -> String {
    format!("INV202507180407-{number:07}")
}

impl Shop {
    /// A shop without orders.
    pub(crate) fn new(gateway_url: &str) -> anyhow::Result<Self> {
        let shop = Self {
            folder: TempDir::new()?,
        };
        let settings = format!(
            r#"database = "{DATABASE}"
[gateways.midtrans]
kind = "midtrans"
environment = "sandbox"
server_key = "env:PAYCTL_BENCH_KEY"
api_url = "{gateway_url}"
requests_per_second = 0
"#
        );
        fs::write(shop.path("payctl.toml"), settings)?;
        let set = shop
            .payctl(&["product", "set", "seat", "--name", "Seat", "--price"])
            .arg(PRICE.to_string())
            .stdout(Stdio::null())
            .status()?;
        ensure!(set.success(), "the product could not be set: {set}");
        Ok(shop)
    }

    /// A shop with the same orders, to be changed on its own.
    pub(crate) fn copy(&self) -> anyhow::Result<Self> {
        let copy = Self {
            folder: TempDir::new()?,
        };
        let log = fs::metadata(self.path("payctl.db-wal"));
        ensure!(
            log.map_or(0, |log| log.len()) == 0,
            "the last run left its log behind"
        );
        for file in [DATABASE, "payctl.toml"] {
            fs::copy(self.path(file), copy.path(file))?;
        }
        Ok(copy)
    }

    /// Takes over so many orders, each with one pending payment.
    pub(crate) fn import(&self, count: u64) -> anyhow::Result<Run> {
        let mut command = self.payctl(&["order", "import", "-"]);
        let (started, mut child) = self.start(command.stdin(Stdio::piped()))?;
        let orders = child.stdin.take().context("it takes no input")?;
        let written = thread::spawn(move || write_orders(orders, count));
        let run = finish(started, &mut child, &[0])?;
        match written.join() {
            Ok(result) => result?,
            Err(_) => bail!("the orders could not be written"),
        }
        self.must_report(&format!("Imported:  {count}"))?;
        Ok(run)
    }

    /// Asks about `count` payments, which must be answered.
    pub(crate) fn check_all(&self, count: u64, options: &[&str]) -> anyhow::Result<Run> {
        let mut command = self.payctl(&["check-all", "--max-time", "1h"]);
        let (started, mut child) = self.start(command.args(options))?;
        let run = finish(started, &mut child, &[0, 3])?;
        self.must_report(&format!("{count} asked"))?;
        Ok(run)
    }

    pub(crate) fn bytes(&self) -> anyhow::Result<u64> {
        Ok(fs::metadata(self.path(DATABASE))?.len())
    }

    fn start(&self, command: &mut Command) -> anyhow::Result<(Instant, Child)> {
        let report = File::create(self.path(REPORT))?;
        let started = Instant::now();
        Ok((started, command.stdout(report).spawn()?))
    }

    fn must_report(&self, text: &str) -> anyhow::Result<()> {
        let report = fs::read_to_string(self.path(REPORT))?;
        ensure!(report.contains(text), "no {text:?} in:\n{report}");
        Ok(())
    }

    fn payctl(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_payctl"));
        command
            .args(arguments)
            .env_remove("PAYCTL_DB")
            .env_remove("PAYCTL_CONFIG")
            .env("PAYCTL_BENCH_KEY", "bench")
            .current_dir(self.folder.path());
        command
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// The deadline of orders that are not due.
const LATER: Duration = Duration::from_secs(300 * 24 * 60 * 60);

fn write_orders(out: impl Write, count: u64) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    // An import takes no deadline that is more than a year ahead.
    let later = MachineClock.now().saturating_add(LATER);
    for number in 1..=count {
        writeln!(
            out,
            r#"{{"number":"{}","created_at":"2025-07-18T04:07:00Z","expires_at":"{later}","customer":{{"name":"Buyer {number}","email":"buyer{number}@example.com"}},"lines":[{{"sku":"seat","quantity":1}}],"payments":[{{"gateway":"midtrans","status":"pending","method":"qris","expires_at":"{later}"}}]}}"#,
            order_number(number)
        )?;
    }
    out.flush()
}

/// Waits for the end, and keeps an eye on the memory until then.
fn finish(started: Instant, child: &mut Child, exits: &[i32]) -> anyhow::Result<Run> {
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let mut peak_kib = None;
    loop {
        peak_kib = peak(&status).or(peak_kib);
        if let Some(ended) = child.try_wait()? {
            let took = started.elapsed();
            let is_good = ended.code().is_some_and(|code| exits.contains(&code));
            ensure!(is_good, "payctl ended with {ended}");
            return Ok(Run { took, peak_kib });
        }
        thread::sleep(Duration::from_millis(2));
    }
}

/// The most memory the process has ever had, which the kernel keeps: it only grows, and what is missed is
/// at most the last two milliseconds.
fn peak(status: &Path) -> Option<u64> {
    let text = fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}
