//! Gateway accounts, made ready from the configuration.

use std::sync::Arc;

use super::context::Context;
use crate::config::{Config, ConfigError, GatewayConfig, Kind};
use crate::domain::guard::{self, Conduct};
use crate::domain::names::{GatewayName, Reference};
use crate::gateway::Gateway;
use crate::gateway::midtrans::{self, Midtrans};
use crate::gateway::pakasir::{self, Pakasir};
use crate::reconciler::{Account, Crew, Member, Witness};
use crate::store::{Reader, StoreError};
use crate::wire::{Limits, Wire};

/// All configured accounts, ready to be asked. Reads their keys; nothing is sent yet.
///
/// # Errors
/// When the file cannot be read. A key that cannot be had only keeps its own gateway from being asked.
pub(super) fn crew(
    context: &Context<'_>,
    reader: &Reader,
    max_in_flight: Option<usize>,
) -> Result<Crew, StoreError> {
    let wire = Wire::new(context.world.clock.clone());
    let members = context.config.gateways.iter().map(|(name, config)| {
        let health = reader.health(name)?;
        let known = reader.witnesses(name, health.accepted_at)?;
        let vouched_at = health.last_known_at.max(health.accepted_at);
        let now = context.world.clock.now();
        let standing = guard::account(health.proven_at, vouched_at, !known.is_empty(), now);
        let conduct = Conduct::new(standing, health.accepted_at);
        let witness = Arc::new(Witness::new(standing, known, health.accepted_at));
        let member = account(context, &wire, (name, config), max_in_flight, witness)
            .map(|account| Member { account, conduct })
            .map_err(|error| format!("{error}; {}", error.hint()));
        Ok((name.clone(), member))
    });
    members.collect()
}

/// What is to be said of a reference that this account's gateway would not take: it may not be found by it.
pub(super) fn reference_warning(
    config: &Config,
    gateway: &GatewayName,
    reference: &Reference,
) -> Option<String> {
    let accepts = match config.gateways.get(gateway)?.kind {
        Kind::Midtrans { .. } => midtrans::accepts_reference(reference),
        Kind::Pakasir { .. } => pakasir::accepts_reference(reference),
    };
    let why = accepts.err()?;
    Some(format!(
        "{why}; such a payment may not be found by its reference; check the reference"
    ))
}

fn account(
    context: &Context<'_>,
    wire: &Wire,
    (name, config): (&GatewayName, &GatewayConfig),
    max_in_flight: Option<usize>,
    witness: Arc<Witness>,
) -> Result<Account, ConfigError> {
    let max_in_flight = max_in_flight.unwrap_or(config.max_in_flight);
    Ok(Account {
        gateway: gateway(context, name, &config.kind)?,
        wire: wire.lane(Limits {
            requests_per_second: config.requests_per_second,
            max_in_flight,
            timeout: config.timeout,
            connect_timeout: config.connect_timeout,
        }),
        max_in_flight,
        witness,
    })
}

fn gateway(
    context: &Context<'_>,
    name: &GatewayName,
    kind: &Kind,
) -> Result<Arc<dyn Gateway>, ConfigError> {
    let key = kind.key().resolve(&context.environment)?;
    // Without it only what is signed with it is refused, and a warning says so.
    let previous = kind.previous_key();
    let previous = previous.and_then(|key| key.resolve(&context.environment).ok());
    let name = name.clone();
    Ok(match kind {
        Kind::Midtrans {
            api_url, snap_url, ..
        } => {
            let midtrans = Midtrans::new(name, api_url.as_str(), snap_url.as_str(), key);
            Arc::new(midtrans.with_previous(previous))
        }
        Kind::Pakasir {
            project, api_url, ..
        } => Arc::new(Pakasir::new(name, api_url.as_str(), project, key)),
    })
}
