//! The gateways: one read about an order that does not exist shows that key and address are right.

use std::time::Duration;

use super::Findings;
use crate::commands::Context;
use crate::commands::accounts::lone_account;
use crate::commands::runtime::block_on;
use crate::reconciler::{Probe, ProbeVerdict, probe};

const CHECK: &str = "gateway";

/// A difference of this much shows that nothing keeps the clock.
const CLOCK_MAY_DIFFER: Duration = Duration::from_secs(5);

pub(super) fn check(
    max_time: Duration,
    context: &Context<'_>,
    found: &mut Findings,
) -> anyhow::Result<()> {
    if context.config.gateways.is_empty() {
        let next = "add one to the configuration, or: payctl init";
        found.warn(CHECK, None, "none is configured", next);
    }
    let clock = context.host.clock.clone();
    for (name, config) in &context.config.gateways {
        let account = match lone_account(context, (name, config), &context.environment) {
            Ok(account) => account,
            // Its keys have a line of their own.
            Err(error) => {
                found.misconfigured(CHECK, Some(name.as_str()), error.to_string(), error.hint());
                continue;
            }
        };
        let asked = async {
            let until = Some(tokio::time::Instant::now() + max_time);
            probe(&account, &*clock, until).await
        };
        let probed = block_on(&*clock, asked)?;
        judge(name.as_str(), &probed, found);
        time(name.as_str(), &probed, context, found);
    }
    Ok(())
}

fn judge(name: &str, probed: &Probe, found: &mut Findings) {
    let about = Some(name);
    let key = format!("payctl config set-key {name}");
    match probed.verdict() {
        ProbeVerdict::Takes => {
            let took = probed.took.as_millis();
            let what = format!("it takes the key, and answered in {took} ms");
            found.ok(CHECK, about, what);
        }
        ProbeVerdict::WrongKey(why) => {
            found.misconfigured(CHECK, about, format!("it {why}"), key);
        }
        ProbeVerdict::WrongPlace(why) => {
            let next = "check its environment and address in the configuration";
            found.misconfigured(CHECK, about, format!("it {why}"), next);
        }
        ProbeVerdict::Throttled(_) => {
            let what = "it takes no more questions at the moment (429)";
            found.warn(CHECK, about, what, "try again in a minute");
        }
        ProbeVerdict::Silent(why) => {
            let next = format!(
                "check this machine's network and {name}'s status page, then: payctl doctor"
            );
            found.problem(CHECK, about, format!("it {why}"), next);
        }
        ProbeVerdict::KnowsIt => {
            let what = "it answered about an order that does not exist";
            let next = "check its address in the configuration";
            found.misconfigured(CHECK, about, what, next);
        }
    }
}

/// The clocks of gateways are right; this machine's may not be.
fn time(name: &str, probed: &Probe, context: &Context<'_>, found: &mut Findings) {
    let Some(ahead) = probed.clock_ahead_ms else {
        return;
    };
    let apart = Duration::from_millis(ahead.unsigned_abs());
    let next = "synchronise this machine's clock, for example with NTP";
    let what = format!(
        "this machine's clock and the gateway's differ by {} s",
        apart.as_secs()
    );
    if apart > context.config.expiry.grace {
        found.problem("clock", Some(name), what, next);
    } else if apart > CLOCK_MAY_DIFFER {
        found.warn("clock", Some(name), what, next);
    } else {
        found.ok(
            "clock",
            Some(name),
            "this machine's clock agrees with the gateway's",
        );
    }
}
