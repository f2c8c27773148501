//! How fast `expire` is, next to the `sqlite3` shell making the same changes as SQL; and what a run with
//! nothing to do costs, next to the shell asking one indexed question. Nothing here fails a build: the
//! numbers are printed, and which bars they meet.
//!
//! `cargo bench --bench expire`. It needs the `sqlite3` shell. What may be set by the environment:
//!
//! | variable | means | default |
//! | --- | --- | --- |
//! | `PAYCTL_BENCH_ROUNDS` | how often each side is measured; the median counts | 3 |
//! | `PAYCTL_BENCH_MAX` | orders in the large shop; every tenth is due | 100000 |
//!
//! Both sides are whole processes, timed from their start to their end, and take turns. Each `expire` has
//! a copy of the shop's file to itself; afterwards the two files must say the same. The simulator confirms the time.

#[path = "expire/due.rs"]
mod due;
#[path = "check_all/figures.rs"]
#[expect(
    dead_code,
    reason = "shared with another bench, which needs more of it"
)]
mod figures;
#[path = "expire/idle.rs"]
mod idle;
#[path = "expire/shell.rs"]
mod shell;
#[path = "expire/shop.rs"]
mod shop;

use std::io::{self, Write};
use std::sync::Arc;

use anyhow::Context as _;
use payctl::clock::MachineClock;
use payctl::simulator::Simulator;

use shop::Shop;

/// The small shop in which a run finds nothing to do.
const SMALL: u64 = 1_000;

fn main() -> anyhow::Result<()> {
    let out = &mut io::stdout();
    if !shell::is_there() {
        writeln!(out, "skipped: there is no sqlite3 shell to compare with")?;
        return Ok(());
    }
    let rounds = number("PAYCTL_BENCH_ROUNDS", 3)?;
    let size = number("PAYCTL_BENCH_MAX", 100_000)?;
    let gateway = Simulator::start(0, Arc::new(MachineClock))?;
    let large = Shop::new(size, &gateway.url())?;
    let small = Shop::new(SMALL, &gateway.url())?;
    let mut bars = due::measure(&large, rounds, out)?;
    bars.extend(idle::measure(&[&small, &large], rounds, out)?);
    writeln!(out, "\nBars:")?;
    for bar in bars {
        writeln!(out, "  {bar}")?;
    }
    Ok(())
}

fn number(variable: &str, default: u64) -> anyhow::Result<u64> {
    match std::env::var(variable) {
        Ok(text) => text
            .parse()
            .with_context(|| format!("{variable} is no number")),
        Err(_) => Ok(default),
    }
}
