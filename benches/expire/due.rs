//! All that is due, expired: by `payctl expire`, and by the `sqlite3` shell.

use std::io::Write;

use anyhow::ensure;

use super::figures::{Bar, Wanted, median, percent, rate};
use super::shell;
use super::shop::{Shop, due_of, micros, timed};

/// The bar, in percent of the shell.
const MOST: u64 = 150;

pub(crate) fn measure(shop: &Shop, rounds: u64, out: &mut impl Write) -> anyhow::Result<Vec<Bar>> {
    let due = due_of(shop.size);
    writeln!(
        out,
        "\n{due} due among {} orders (file: {} MiB), each without a payment at a gateway; median of {rounds}.\n\n\
         what                                     ms   orders a second",
        shop.size,
        shop.bytes()? / 1024 / 1024
    )?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let (by_payctl, by_shell) = (shop.copy()?, shop.copy()?);
        ours.push(micros(timed(&mut by_payctl.payctl(&[
            "expire",
            "--max-time",
            "1h",
            "-q",
        ]))?));
        theirs.push(micros(timed(&mut shell::run(&by_shell, shell::EXPIRE))?));
        must_agree(&by_payctl, &by_shell, due)?;
    }
    let (ours, theirs) = (median(ours), median(theirs));
    for (what, took) in [
        ("payctl expire -q", ours),
        ("sqlite3, one transaction", theirs),
    ] {
        let speed = rate(due, std::time::Duration::from_micros(took));
        writeln!(out, "{what:<32}  {:>9}  {speed:>16}", took / 1000)?;
    }
    Ok(vec![Bar {
        what: format!("expire of {due} among {}, of the shell's time", shop.size),
        found: percent(ours, theirs),
        wanted: Wanted::AtMost(MOST),
        unit: "%",
    }])
}

/// Otherwise the two have not done the same.
fn must_agree(one: &Shop, other: &Shop, due: u64) -> anyhow::Result<()> {
    let (one, other) = (
        shell::ask(one, shell::STATE)?,
        shell::ask(other, shell::STATE)?,
    );
    ensure!(
        one == other,
        "payctl made:\n{one}\nthe shell made:\n{other}"
    );
    let expired = format!("order expired|{due}\n");
    ensure!(one.contains(&expired), "not {due} expired:\n{one}");
    Ok(())
}
