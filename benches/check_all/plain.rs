//! The measure: a plain loop of questions on one thread. It reads every answer as JSON, and keeps nothing.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use reqwest::Client;

use super::shop;

/// Asks about the first `count` payments, so many at once, and says how long that took.
pub(crate) fn ask(url: &str, count: u64, in_flight: usize) -> anyhow::Result<Duration> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let started = Instant::now();
    let client = Client::builder().no_proxy().build()?;
    let asked = stream::iter(1..=count)
        .map(|number| ask_one(&client, url, number))
        .buffer_unordered(in_flight)
        .try_fold(0, |asked, ()| async move { Ok(asked + 1) });
    let asked: u64 = runtime.block_on(asked)?;
    ensure!(asked == count, "{asked} of {count} were asked");
    Ok(started.elapsed())
}

async fn ask_one(client: &Client, url: &str, number: u64) -> anyhow::Result<()> {
    let answer = client
        .get(format!("{url}/v2/{}/status", shop::order_number(number)))
        .header("Accept", "application/json")
        .header("Authorization", "Basic YmVuY2g6")
        .send()
        .await?;
    let body: serde_json::Value = serde_json::from_slice(&answer.bytes().await?)?;
    body.get("transaction_status")
        .map(|_| ())
        .context("an answer without a status")
}
