//! Time and memory over shops of growing size.

use std::io::Write;
use std::time::Duration;

use super::figures::{Bar, Wanted, rate};
use super::gateway::{Gateway, Truth};
use super::shop::{Run, Shop};

const SIZES: [u64; 3] = [1_000, 100_000, 1_000_000];
const MIB: u64 = 1024;

/// The bars: no more than this at any size, and no more than this above the smallest shop.
const MAX_PEAK_MIB: u64 = 32;

pub(crate) fn measure(largest: u64, out: &mut impl Write) -> anyhow::Result<Vec<Bar>> {
    let mut gateway = Gateway::start()?;
    writeln!(
        out,
        "\nTime and peak memory over so many pending payments, 64 in flight, 1 % drift, latency 0.\n\n\
         payments  what                               seconds    per second    peak MiB"
    )?;
    let mut bars = Vec::new();
    for size in SIZES.into_iter().filter(|size| *size <= largest) {
        bars.extend(one(&mut gateway, size, out)?);
    }
    Ok(bars)
}

fn one(gateway: &mut Gateway, size: u64, out: &mut impl Write) -> anyhow::Result<Vec<Bar>> {
    let mut bars = Vec::new();
    let mut tell = |what: &str, run: Run| -> anyhow::Result<()> {
        let peak = match run.peak_kib {
            Some(kib) => format!("{}.{}", kib / MIB, kib % MIB * 10 / MIB),
            None => "not told by this system".to_owned(),
        };
        let (seconds, tenths) = (run.took.as_secs(), run.took.subsec_millis() / 100);
        let speed = rate(size, run.took);
        writeln!(
            out,
            "{size:>8}  {what:<33}  {seconds:>6}.{tenths}  {speed:>12}  {peak:>10}"
        )?;
        out.flush()?;
        bars.extend(run.peak_kib.map(|kib| Bar {
            what: format!("peak memory of {what} over {size}"),
            found: kib.div_ceil(MIB),
            wanted: Wanted::AtMost(MAX_PEAK_MIB),
            unit: "MiB",
        }));
        Ok(())
    };
    let shop = Shop::new(&gateway.url)?;
    tell("order import -", shop.import(size)?)?;
    gateway.tell(Truth::OnePercentPaid, Duration::ZERO)?;
    let flight = ["--max-in-flight", "64"];
    let fix = ["--max-in-flight", "64", "--fix"];
    tell("check-all", shop.check_all(size, &flight)?)?;
    tell(
        "check-all --fix, first answers",
        shop.check_all(size, &fix)?,
    )?;
    tell(
        "check-all --fix, repeated answers",
        shop.check_all(size, &fix)?,
    )?;
    writeln!(
        out,
        "{size:>8}  the file: {} MiB",
        shop.bytes()? / MIB / MIB
    )?;
    Ok(bars)
}
