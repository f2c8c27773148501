//! Whether the gateways answer, and how many payments wait for it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::commands::Context;
use crate::domain::{GatewayName, Instant, string_enum};
use crate::store::{GatewayHealth, Reader, StoreError};

string_enum! {
    /// How a gateway account is.
    pub(in crate::commands) enum GatewayState {
        Answers = "answers",
        /// The last query met no answer, or a refused key.
        Silent = "silent",
        /// It has never been queried.
        Unasked = "unasked",
        /// Payments wait at it, and the configuration does not name it.
        NotConfigured = "not_configured",
    }
}

/// One gateway account.
#[derive(Debug, Serialize)]
pub(in crate::commands) struct GatewayStanding {
    pub(in crate::commands) gateway: GatewayName,
    pub(in crate::commands) state: GatewayState,
    pub(in crate::commands) last_answer_at: Option<Instant>,
    pub(in crate::commands) silent_since: Option<Instant>,
    pub(in crate::commands) last_error: Option<String>,
    last_error_at: Option<Instant>,
    /// Payments whose next check is due.
    pub(in crate::commands) due: u64,
}

pub(super) fn read(
    context: &Context<'_>,
    reader: &Reader,
) -> Result<Vec<GatewayStanding>, StoreError> {
    let mut known: BTreeMap<GatewayName, GatewayHealth> =
        reader.all_health()?.into_iter().collect();
    for name in context.config.gateways.keys() {
        known.entry(name.clone()).or_default();
    }
    let mut standings = Vec::new();
    for (gateway, health) in known {
        let due = reader.due_since(&gateway, context.started_at)?;
        let is_configured = context.config.gateways.contains_key(&gateway);
        // What is over is of no interest.
        if is_configured || due > 0 {
            standings.push(GatewayStanding::of(gateway, health, is_configured, due));
        }
    }
    Ok(standings)
}

impl GatewayStanding {
    fn of(gateway: GatewayName, health: GatewayHealth, is_configured: bool, due: u64) -> Self {
        let state = match (health.silent_since, health.last_answer_at) {
            _ if !is_configured => GatewayState::NotConfigured,
            (Some(_), _) => GatewayState::Silent,
            (None, Some(_)) => GatewayState::Answers,
            (None, None) => GatewayState::Unasked,
        };
        Self {
            gateway,
            state,
            last_answer_at: health.last_answer_at,
            silent_since: health.silent_since,
            last_error: health.last_error,
            last_error_at: health.last_error_at,
            due,
        }
    }
}
