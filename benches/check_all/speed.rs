//! Questions per second, side by side: the loop and `check-all` take turns in every round.

use std::io::Write;
use std::time::Duration;

use super::figures::{Bar, Wanted, median, percent, rate};
use super::gateway::{Gateway, Truth};
use super::plain;
use super::shop::Shop;

/// Payments in the shop; each cell asks about some of them.
const PAYMENTS: u64 = 40_000;
const IN_FLIGHT: [u16; 4] = [1, 16, 64, 256];
const LATENCIES: [Duration; 2] = [Duration::ZERO, Duration::from_millis(50)];

/// How long a cell with latency takes at the ceiling.
const CELL_SECONDS: u64 = 2;

/// The same shop at two times of its life.
struct Shops {
    /// Never asked about: every answer is news.
    fresh: Shop,
    /// Asked about before: answers repeat.
    known: Shop,
}

/// The median questions per second of one cell.
#[derive(Debug, Clone, Copy)]
struct Cell {
    latency: Duration,
    in_flight: u16,
    count: u64,
    plain: u64,
    looking: u64,
    repeated: u64,
    first: u64,
    all_drift: u64,
}

pub(crate) fn measure(rounds: u64, out: &mut impl Write) -> anyhow::Result<Vec<Bar>> {
    let mut gateway = Gateway::start()?;
    let shops = shops(&mut gateway)?;
    writeln!(
        out,
        "\nQuestions per second, whole process, median of {rounds}. loop: plain reqwest, writes nothing. \
         look: check-all. fix: check-all --fix, 1 % drift, repeated answers; first: the same, first answers; \
         all: everything drifts. In brackets: % of the loop.\n\n\
         latency  in flight  questions     loop           look            fix          first            all  % of ceiling (look, fix)"
    )?;
    let mut bars = Vec::new();
    for latency in LATENCIES {
        for in_flight in IN_FLIGHT {
            let cell = cell(&mut gateway, &shops, latency, in_flight, rounds)?;
            cell.write(out)?;
            bars.extend(cell.bars());
        }
    }
    Ok(bars)
}

fn shops(gateway: &mut Gateway) -> anyhow::Result<Shops> {
    let fresh = Shop::new(&gateway.url)?;
    fresh.import(PAYMENTS)?;
    let known = fresh.copy()?;
    gateway.tell(Truth::AllPending, Duration::ZERO)?;
    known.check_all(PAYMENTS, &["--fix"])?;
    Ok(Shops { fresh, known })
}

fn cell(
    gateway: &mut Gateway,
    shops: &Shops,
    latency: Duration,
    in_flight: u16,
    rounds: u64,
) -> anyhow::Result<Cell> {
    let count = count(latency, in_flight);
    let mut runs: [Vec<u64>; 5] = Default::default();
    for _ in 0..rounds {
        gateway.tell(Truth::OnePercentPaid, latency)?;
        let url = &gateway.url;
        let figures = [
            plain::ask(url, count, in_flight.into())?,
            run(&shops.known, count, in_flight, &[])?,
            run(&shops.known.copy()?, count, in_flight, &["--fix"])?,
            run(&shops.fresh.copy()?, count, in_flight, &["--fix"])?,
            {
                gateway.tell(Truth::AllPaid, latency)?;
                run(&shops.known.copy()?, count, in_flight, &["--fix"])?
            },
        ];
        for (run, took) in runs.iter_mut().zip(figures) {
            run.push(rate(count, took));
        }
    }
    let [plain, looking, repeated, first, all_drift] = runs.map(median);
    Ok(Cell {
        latency,
        in_flight,
        count,
        plain,
        looking,
        repeated,
        first,
        all_drift,
    })
}

/// As many questions as are needed to drown what starting a process costs.
fn count(latency: Duration, in_flight: u16) -> u64 {
    if latency.is_zero() {
        return if in_flight == 1 {
            PAYMENTS / 4
        } else {
            PAYMENTS
        };
    }
    ceiling(latency, in_flight) * CELL_SECONDS
}

/// What nobody can surpass: every place in flight is always taken.
fn ceiling(latency: Duration, in_flight: u16) -> u64 {
    rate(in_flight.into(), latency)
}

fn run(shop: &Shop, count: u64, in_flight: u16, options: &[&str]) -> anyhow::Result<Duration> {
    let (limit, in_flight) = (count.to_string(), in_flight.to_string());
    let mut all = vec!["--limit", &limit, "--max-in-flight", &in_flight];
    all.extend(options);
    Ok(shop.check_all(count, &all)?.took)
}

impl Cell {
    fn write(&self, out: &mut impl Write) -> anyhow::Result<()> {
        let beside = |rate| format!("{rate} ({} %)", percent(rate, self.plain));
        write!(
            out,
            "{:>4} ms  {:>9}  {:>9}  {:>7}  {:>13}  {:>13}  {:>13}  {:>13}",
            self.latency.as_millis(),
            self.in_flight,
            self.count,
            self.plain,
            beside(self.looking),
            beside(self.repeated),
            beside(self.first),
            beside(self.all_drift),
        )?;
        if !self.latency.is_zero() {
            let ceiling = ceiling(self.latency, self.in_flight);
            let of = |rate| percent(rate, ceiling);
            write!(out, "  {} %, {} %", of(self.looking), of(self.repeated))?;
        }
        writeln!(out)?;
        out.flush()?;
        Ok(())
    }

    fn bars(&self) -> Vec<Bar> {
        let bar = |what, found, bound| Bar {
            what,
            found,
            wanted: Wanted::AtLeast(bound),
            unit: "%",
        };
        let at = format!(
            "{} ms, {} in flight",
            self.latency.as_millis(),
            self.in_flight
        );
        if !self.latency.is_zero() {
            let ceiling = ceiling(self.latency, self.in_flight);
            return vec![
                bar(
                    format!("check-all, {at}, of the ceiling"),
                    percent(self.looking, ceiling),
                    90,
                ),
                bar(
                    format!("check-all --fix, {at}, of the ceiling"),
                    percent(self.repeated, ceiling),
                    90,
                ),
            ];
        }
        if self.in_flight != 64 {
            return Vec::new();
        }
        vec![
            bar(
                format!("check-all --fix, {at}, 1 % drift, repeated answers, of the loop"),
                percent(self.repeated, self.plain),
                70,
            ),
            bar(
                format!("check-all --fix, {at}, 1 % drift, first answers, of the loop"),
                percent(self.first, self.plain),
                70,
            ),
        ]
    }
}
