//! How fast `check-all` is, next to a plain loop over the same gateway that writes nothing, and how much
//! memory it takes. Nothing here fails a build: the numbers are printed, and which bars they meet.
//!
//! `cargo bench --bench check_all`. What may be set by the environment:
//!
//! | variable | means | default |
//! | --- | --- | --- |
//! | `PAYCTL_BENCH_ROUNDS` | how often each speed is measured; the median counts | 3 |
//! | `PAYCTL_BENCH_MAX` | the largest shop whose time and memory are measured | 100000 |
//! | `PAYCTL_BENCH_ONLY` | `speed` or `size`, to measure only that | both |
//!
//! The simulator is a process of its own for both sides. `check-all` is the optimised binary as a
//! child process, timed from its start to its end; the loop runs in this process on one thread.

#[path = "check_all/figures.rs"]
mod figures;
#[path = "check_all/gateway.rs"]
mod gateway;
#[path = "check_all/plain.rs"]
mod plain;
#[path = "check_all/shop.rs"]
mod shop;
#[path = "check_all/size.rs"]
mod size;
#[path = "check_all/speed.rs"]
mod speed;

use std::io::{self, Write};

use anyhow::Context as _;

fn main() -> anyhow::Result<()> {
    if gateway::is_wanted() {
        return gateway::serve();
    }
    let out = &mut io::stdout();
    let only = std::env::var("PAYCTL_BENCH_ONLY").unwrap_or_default();
    let mut bars = Vec::new();
    if only != "size" {
        bars.extend(speed::measure(number("PAYCTL_BENCH_ROUNDS", 3)?, out)?);
    }
    if only != "speed" {
        bars.extend(size::measure(number("PAYCTL_BENCH_MAX", 100_000)?, out)?);
    }
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
