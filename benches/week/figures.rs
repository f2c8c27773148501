//! The figures of a week.

use std::io::Write;

use super::customers::Customers;
use super::mails::Mailbox;
use super::shop::Shop;

pub(crate) fn print(
    shop: &Shop,
    customers: &Customers,
    mailbox: &Mailbox,
    (sizes, asked): (&[u64], &[u64]),
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let books = shop.books()?;
    let count = |sql: &str| books.query_row(sql, [], |row| row.get::<_, i64>(0));
    let placed = customers.placed();
    writeln!(
        out,
        "orders: {placed}, of which {} paid",
        customers.paid.len()
    )?;
    let all = asked.last().copied().unwrap_or_default();
    writeln!(
        out,
        "questions to gateways: {all}, {} per 10 orders; a day: {}",
        10 * all / placed.max(1),
        differences(asked, 1)
    )?;

    let (with_cases, others) = mailbox.by_kind();
    writeln!(out, "\nmails: {}", mailbox.mails.len())?;
    writeln!(out, "  {with_cases} with a case that is new")?;
    for ((job, line), many) in &others {
        writeln!(out, "  {many} of {job}: {line}")?;
    }

    let opened = count("SELECT count(*) FROM cases")?;
    let told = mailbox.told_cases();
    let once = told.values().filter(|times| **times == 1).count();
    writeln!(
        out,
        "\ncases: {opened} opened, {} told, {once} of them once",
        told.len()
    )?;
    let waiting = count(
        "SELECT count(*) FROM cases WHERE told_at IS NULL AND resolved_at IS NULL
            AND opened_at > (SELECT told_at FROM last_mail)",
    )?;
    let closed =
        count("SELECT count(*) FROM cases WHERE told_at IS NULL AND resolved_at IS NOT NULL")?;
    writeln!(
        out,
        "  {waiting} wait for the next mail; {closed} were closed by an answer before they were told"
    )?;
    let open = count("SELECT count(*) FROM cases WHERE resolved_at IS NULL")?;
    let due = count("SELECT count(*) FROM refunds WHERE status IN ('due', 'approved')")?;
    writeln!(out, "  still open: {open}; refunds still due: {due}")?;

    let mut waits = Vec::new();
    let mut unknown = 0;
    let sql = "SELECT min(events.at) FROM events JOIN payments ON payments.id = events.payment_id
        JOIN orders ON orders.id = payments.order_id
        WHERE orders.number = ?1 AND events.what = 'payment' AND events.to_word IN ('paid', 'mismatch')";
    let mut known_at = books.prepare(sql)?;
    for (number, paid) in customers
        .paid
        .iter()
        .filter(|(_, paid)| paid.is_webhook_lost)
    {
        match known_at.query_row([number], |row| row.get::<_, Option<i64>>(0))? {
            Some(at) => waits.push((at - paid.paid_at_ms) / 1_000),
            None => unknown += 1,
        }
    }
    waits.sort_unstable();
    let at = |part: usize| {
        waits
            .get(waits.len().saturating_sub(1) * part / 100)
            .copied()
    };
    writeln!(
        out,
        "\nmoney whose webhook was lost: {} known, {unknown} not yet; after {} s (median), {} s (95 of 100), {} s (last)",
        waits.len(),
        at(50).unwrap_or_default(),
        at(95).unwrap_or_default(),
        at(100).unwrap_or_default()
    )?;

    writeln!(out, "file: {} KiB a day", differences(sizes, 1_024))?;
    let runs = count("SELECT count(*) FROM runs")?;
    writeln!(out, "  rows of runs: {runs}")?;
    let verify = shop.run("verify", "");
    writeln!(out, "verify: exit {}", verify.exit.code())?;
    Ok(())
}

/// By how much each day's end is above the day before, in parts of this size.
fn differences(ends: &[u64], part: u64) -> String {
    let days = ends.iter().zip(ends.iter().skip(1));
    let days = days.map(|(before, after)| (after.saturating_sub(*before) / part).to_string());
    days.collect::<Vec<_>>().join(", ")
}
