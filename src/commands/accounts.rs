//! Gateway accounts, made ready from the configuration.

use std::time::Duration;

use super::context::Context;
use crate::config::{ConfigError, GatewayConfig, Kind};
use crate::domain::names::GatewayName;
use crate::gateway::{Gateway, Midtrans, Pakasir};
use crate::reconciler::Account;
use crate::wire::{Limits, Wire};

/// A gateway account with its own lane on the one wire. Reads the key.
pub(super) fn account(
    context: &Context<'_>,
    wire: &Wire,
    name: &GatewayName,
    config: &GatewayConfig,
    max_in_flight: Option<usize>,
) -> Result<Account, ConfigError> {
    let max_in_flight = max_in_flight.unwrap_or(config.max_in_flight);
    let lane = wire.lane(Limits {
        requests_per_second: config.requests_per_second,
        max_in_flight,
        timeout: config.timeout,
        connect_timeout: config.connect_timeout.min(config.timeout.max(Duration::from_millis(1))),
    });
    Ok(Account {
        gateway: gateway(context, name, &config.kind)?,
        wire: lane,
        max_in_flight,
    })
}

fn gateway(
    context: &Context<'_>,
    name: &GatewayName,
    kind: &Kind,
) -> Result<Box<dyn Gateway>, ConfigError> {
    let environment = &context.environment;
    Ok(match kind {
        Kind::Midtrans {
            server_key, api_url, ..
        } => {
            let key = server_key.resolve(environment)?;
            Box::new(Midtrans::new(name.clone(), api_url.as_str(), key))
        }
        Kind::Pakasir {
            project,
            api_key,
            api_url,
        } => {
            let key = api_key.resolve(environment)?;
            Box::new(Pakasir::new(name.clone(), api_url.as_str(), project, key))
        }
    })
}
