//! `payctl gateway list`: lists the gateway accounts.

use std::collections::BTreeSet;

use clap::Args;
use serde::Serialize;

use crate::commands::Context;
use crate::domain::{GatewayName, Instant};
use crate::exit::Exit;
use crate::output::counted::counted;
use crate::output::{Cell as _, Summary, row};
use crate::store::GatewayHealth;

/// List the gateway accounts and their state
///
/// The command only reads the database and asks no gateway.
#[derive(Debug, Args)]
pub(in crate::commands) struct GatewayListArgs {}

row! {
    /// One account. Fields are only ever added.
    struct ListedGateway {
        gateway: GatewayName => text("Gateway"),
        /// Whether the configuration has it.
        configured: bool => text("Configured"),
        /// Its first answer other than "not found".
        proven_at: Option<Instant>,
        /// Its last such answer.
        last_known_at: Option<Instant> => text("Last knew one"),
        last_answer_at: Option<Instant> => text("Last answer"),
        silent_since: Option<Instant> => text("Silent since"),
        last_error: Option<String>,
        last_error_at: Option<Instant>,
        /// Its clock minus ours, in milliseconds.
        clock_difference_ms: Option<i64>,
        /// The number of payments it must know.
        known: u64 => number("Known"),
        /// When an operator accepted that it has forgotten earlier payments.
        accepted_at: Option<Instant> => text("Accepted"),
    }
    last prose("Last error", |row, zone| row.last_error.cell(zone));
    hides "Accepted", "Known", "Last knew one", "Last answer", "Configured";
}

#[derive(Default, Serialize)]
struct GatewayCount {
    gateways: u64,
}

impl Summary for GatewayCount {
    fn line(&self) -> String {
        counted(self.gateways, "gateway")
    }
}

pub(super) fn run(_: &GatewayListArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let reader = context.reader()?;
    let configured: BTreeSet<GatewayName> = context.config.gateways.keys().cloned().collect();
    let mut all = reader.all_health()?;
    for name in &configured {
        if !all.iter().any(|(known, _)| known == name) {
            all.push((name.clone(), GatewayHealth::default()));
        }
    }
    let mut list = context.listing("gateway list")?;
    let mut count = GatewayCount::default();
    for (gateway, health) in all {
        let known = reader.count_known(&gateway, health.accepted_at)?;
        let is_configured = configured.contains(&gateway);
        count.gateways += 1;
        list.row(&ListedGateway::of(gateway, health, is_configured, known))?;
    }
    list.finish(&count, Exit::Clean)
}

impl ListedGateway {
    fn of(gateway: GatewayName, health: GatewayHealth, configured: bool, known: u64) -> Self {
        Self {
            gateway,
            configured,
            proven_at: health.proven_at,
            last_known_at: health.last_known_at,
            last_answer_at: health.last_answer_at,
            silent_since: health.silent_since,
            last_error: health.last_error,
            last_error_at: health.last_error_at,
            clock_difference_ms: health.clock_difference_ms,
            known,
            accepted_at: health.accepted_at,
        }
    }
}
