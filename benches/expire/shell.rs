//! The measure: the `sqlite3` shell.

use std::process::{Command, Stdio};

use anyhow::ensure;

use super::shop::Shop;

/// What `expire` does, set by set, in one transaction that is as durable.
pub(crate) const EXPIRE: &str = include_str!("expire.sql");

/// What a file says after it, but for when things happened and who did them.
pub(crate) const STATE: &str = "
    SELECT 'order ' || status, count(*) FROM orders GROUP BY status ORDER BY status;
    SELECT 'line ' || reservation, count(*) FROM order_lines GROUP BY reservation ORDER BY reservation;
    SELECT 'product ' || sku, held, sold FROM products ORDER BY sku;
    SELECT 'event ' || coalesce(rule, '-') || ' ' || to_word, count(*), count(DISTINCT order_id)
        FROM events GROUP BY rule, to_word ORDER BY rule, to_word;
    SELECT 'versions', sum(version) FROM orders;";

/// One indexed question.
pub(crate) const QUESTION: &str =
    "SELECT count(*) FROM orders WHERE status = 'pending' AND expires_at < 1784563200000;";

/// Leaves nothing to do: what is due has more time, and all payments were asked about just now.
pub(crate) const SETTLE: &str = "
    UPDATE orders SET expires_at = 32503680000000 WHERE status = 'pending';
    UPDATE payments SET next_check_at = 32503680000000 WHERE next_check_at IS NOT NULL;";

pub(crate) fn is_there() -> bool {
    let version = Command::new("sqlite3")
        .arg("-version")
        .stdout(Stdio::null())
        .status();
    version.is_ok_and(|status| status.success())
}

/// The shell at a shop's file, to be run.
pub(crate) fn run(shop: &Shop, script: &str) -> Command {
    let mut command = Command::new("sqlite3");
    command
        .arg("-bail")
        .arg(shop.database())
        .arg(script)
        .stdout(Stdio::null());
    command
}

/// What the shell answers.
pub(crate) fn ask(shop: &Shop, question: &str) -> anyhow::Result<String> {
    let output = run(shop, question).stdout(Stdio::piped()).output()?;
    ensure!(
        output.status.success(),
        "the shell ended with {}",
        output.status
    );
    Ok(String::from_utf8(output.stdout)?)
}
