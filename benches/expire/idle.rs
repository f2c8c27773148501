//! What cron pays each minute when there is nothing to do.

use std::io::Write;

use super::figures::{Bar, Wanted, median, percent};
use super::shell;
use super::shop::{Shop, micros, timed};

/// The bar, in percent of the shell.
const MOST: u64 = 300;

/// Runs are short, so that many are measured in each round.
const TURNS: u64 = 15;

const JOBS: [&[&str]; 2] = [&["expire", "-q"], &["check-all", "--fix", "--due", "-q"]];

pub(crate) fn measure(
    shops: &[&Shop],
    rounds: u64,
    out: &mut impl Write,
) -> anyhow::Result<Vec<Bar>> {
    writeln!(
        out,
        "\nNothing to do; median of {}, run record included.\n\n\
         orders      what                                 microseconds   % of the shell",
        rounds * TURNS
    )?;
    let mut bars = Vec::new();
    for shop in shops {
        let shop = shop.copy()?;
        timed(&mut shell::run(&shop, shell::SETTLE))?;
        bars.extend(one(&shop, rounds * TURNS, out)?);
    }
    Ok(bars)
}

fn one(shop: &Shop, turns: u64, out: &mut impl Write) -> anyhow::Result<Vec<Bar>> {
    let mut asked = Vec::new();
    let mut took = JOBS.map(|_| Vec::new());
    for _ in 0..turns {
        asked.push(micros(timed(&mut shell::run(shop, shell::QUESTION))?));
        for (job, took) in JOBS.iter().zip(&mut took) {
            took.push(micros(timed(&mut shop.payctl(job))?));
        }
    }
    let asked = median(asked);
    let mut tell = |what: &str, took: u64| {
        let share = percent(took, asked);
        writeln!(
            out,
            "{:<10}  {what:<35}  {took:>12}  {share:>15}",
            shop.size
        )
    };
    tell("sqlite3, one indexed question", asked)?;
    let mut bars = Vec::new();
    for (job, took) in JOBS.iter().zip(took) {
        let (what, took) = (format!("payctl {}", job.join(" ")), median(took));
        tell(&what, took)?;
        bars.push(Bar {
            what: format!("{what} with nothing to do in {} orders", shop.size),
            found: percent(took, asked),
            wanted: Wanted::AtMost(MOST),
            unit: "% of the shell",
        });
    }
    Ok(bars)
}
