//! `payctl gateway list`: lists the gateway accounts.

use clap::Args;
use serde::Serialize;

use crate::commands::context::Context;
use crate::domain::{GatewayName, Instant, Zone};
use crate::exit::Exit;
use crate::output::counted::counted;
use crate::output::report::Report;
use crate::output::{Column, Row, Severity, Summary};
use crate::store::GatewayHealth;

/// List the gateway accounts and their state
///
/// The command only reads the database and asks no gateway.
#[derive(Debug, Args)]
pub(in crate::commands) struct GatewayListArgs {}

/// One account. Fields are only ever added.
#[derive(Debug, Serialize)]
struct ListedGateway {
    gateway: GatewayName,
    /// Whether the configuration has it.
    configured: bool,
    /// Its first answer other than "not found".
    proven_at: Option<Instant>,
    /// Its last such answer.
    last_known_at: Option<Instant>,
    last_answer_at: Option<Instant>,
    silent_since: Option<Instant>,
    last_error: Option<String>,
    last_error_at: Option<Instant>,
    /// Its clock minus ours, in milliseconds.
    clock_difference_ms: Option<i64>,
    /// The number of payments it must know.
    known: u64,
    /// When an operator accepted that it has forgotten earlier payments.
    accepted_at: Option<Instant>,
}

#[derive(Serialize)]
struct GatewayCount {
    gateways: u64,
}

impl Summary for GatewayCount {
    fn line(&self) -> String {
        counted(self.gateways, "gateway")
    }
}

pub(super) fn run(_: &GatewayListArgs, context: Context<'_>) -> anyhow::Result<Exit> {
    let reader = context.reader()?;
    let (style, started_at, clock) = (
        context.style(),
        context.started_at,
        context.host.clock.clone(),
    );
    let mut all = reader.all_health()?;
    for name in context.config.gateways.keys() {
        if !all.iter().any(|(known, _)| known == name) {
            all.push((name.clone(), GatewayHealth::default()));
        }
    }
    let mut rows = Vec::with_capacity(all.len());
    for (gateway, health) in all {
        let known = reader.count_known(&gateway, health.accepted_at)?;
        let configured = context.config.gateways.contains_key(&gateway);
        rows.push(ListedGateway::of(gateway, health, configured, known));
    }
    let mut report = Report::new(&mut context.host.stdout, style, "gateway list", started_at)?;
    for row in &rows {
        report.row(row)?;
    }
    let count = GatewayCount {
        gateways: rows.len().try_into().unwrap_or(u64::MAX),
    };
    report.finish(&count, clock.now(), Exit::Clean, &mut context.host.stderr)?;
    Ok(Exit::Clean)
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

impl Row for ListedGateway {
    fn columns() -> &'static [Column] {
        const {
            &[
                Column::text("Gateway"),
                Column::text("Configured"),
                Column::text("Last knew one"),
                Column::text("Last answer"),
                Column::text("Silent since"),
                Column::number("Known"),
                Column::text("Accepted"),
                Column::text("Last error"),
            ]
        }
    }

    fn fields() -> &'static [&'static str] {
        &[
            "gateway",
            "configured",
            "proven_at",
            "last_known_at",
            "last_answer_at",
            "silent_since",
            "last_error",
            "last_error_at",
            "clock_difference_ms",
            "known",
            "accepted_at",
        ]
    }

    fn cells(&self, zone: Zone) -> Vec<String> {
        let time = |at: Option<Instant>| at.map(|at| at.in_zone(zone)).unwrap_or_default();
        let configured = if self.configured { "yes" } else { "no" };
        vec![
            self.gateway.to_string(),
            configured.to_owned(),
            time(self.last_known_at),
            time(self.last_answer_at),
            time(self.silent_since),
            self.known.to_string(),
            time(self.accepted_at),
            self.last_error.clone().unwrap_or_default(),
        ]
    }

    fn severity(&self) -> Severity {
        Severity::Calm
    }
}
