//! Builds the gateway accounts from the configuration.

use std::sync::Arc;

use super::context::Context;
use super::failure::CommandError;
use crate::config::{
    Config, ConfigError, GatewayConfig, GatewayKind, MidtransEnvironment, PakasirApi,
};
use crate::domain::payment::{FIRST_API, circuit_breaker};
use crate::domain::{CircuitBreaker, GatewayName, Reference, TransactionId};
use crate::exit::Exit;
use crate::gateway::Gateway;
use crate::gateway::midtrans::{self, Midtrans};
use crate::gateway::pakasir::{self, Pakasir};
use crate::gateway::pakasir_account::PakasirAccount;
use crate::gateway::pakasir_v2::{PakasirMode, PakasirV2};
use crate::http::{HttpClient, RequestLimits};
use crate::reconciler::{GatewayAccount, GatewayClient, GatewayPool, Witness};
use crate::store::{Reader, StoreError};

/// All configured accounts, ready to be queried. Reads their keys; sends nothing yet.
///
/// # Errors
/// If the database cannot be read. An unavailable key only disables its own gateway.
pub(super) fn pool(
    context: &Context<'_>,
    reader: &Reader,
    max_in_flight: Option<usize>,
) -> Result<GatewayPool, StoreError> {
    let http = HttpClient::new(context.host.clock.clone());
    let members = context.config.gateways.iter().map(|(name, config)| {
        let health = reader.health(name)?;
        let known = reader.witnesses(name, health.accepted_at)?;
        let vouched_at = health.last_known_at.max(health.accepted_at);
        let now = context.host.clock.now();
        let standing =
            circuit_breaker::account(health.proven_at, vouched_at, !known.is_empty(), now);
        let breaker =
            CircuitBreaker::new(standing, health.accepted_at).under(version(&config.kind));
        let witness = Arc::new(Witness::new(standing, known, health.accepted_at));
        let member = account(context, &http, (name, config), max_in_flight, witness)
            .map(|account| GatewayClient { account, breaker })
            .map_err(|error| format!("{error}; {}", error.hint()));
        Ok((name.clone(), member))
    });
    members.collect()
}

/// The API version under which an account is queried today.
fn version(kind: &GatewayKind) -> u8 {
    match kind {
        GatewayKind::Midtrans { .. } => FIRST_API,
        GatewayKind::Pakasir { api_version, .. } => api_version.number(),
    }
}

/// Pakasir's limit on requests that open or cancel (Pakasir docs).
fn changes_per_second(kind: &GatewayKind) -> u32 {
    match kind {
        GatewayKind::Midtrans { .. } => 0,
        GatewayKind::Pakasir { .. } => 2,
    }
}

/// A warning about a reference that this account's gateway would reject and may therefore not find.
pub(super) fn reference_warning(
    config: &Config,
    gateway: &GatewayName,
    reference: &Reference,
) -> Option<String> {
    let accepts = match config.gateways.get(gateway)?.kind {
        GatewayKind::Midtrans { .. } => midtrans::accepts_reference(reference),
        GatewayKind::Pakasir { .. } => pakasir::accepts_reference(reference),
    };
    let why = accepts.err()?;
    Some(format!(
        "{why}; the gateway may not find the payment by this reference, so check it"
    ))
}

/// The API version under which payctl queries a payment that the shop opened itself.
///
/// # Errors
/// If the payment lacks the ID that the version needs, or has one that the version does not know.
pub(super) fn registered_version(
    config: &Config,
    gateway: &GatewayName,
    id: Option<&TransactionId>,
) -> Result<u8, CommandError> {
    let Some(account) = config.gateways.get(gateway) else {
        let message = format!(
            "{gateway} is not in the configuration, so the meaning of a transaction ID there is unknown"
        );
        return match id {
            Some(_) => Err(CommandError::new(Exit::Config, message)
                .hint("add the account to the configuration first")),
            None => Ok(FIRST_API),
        };
    };
    let GatewayKind::Pakasir { api_version, .. } = account.kind else {
        return Ok(FIRST_API);
    };
    match (api_version, id) {
        (PakasirApi::V2, None) => Err(CommandError::new(
            Exit::Usage,
            format!("{gateway} finds a payment only by Pakasir's own ID for it, which is missing"),
        )
        .hint(
            "give the txn_id of Pakasir's answer: --transaction-id, or transaction_id in a file",
        )),
        (PakasirApi::V1, Some(_)) => Err(CommandError::new(
            Exit::Config,
            format!(
                "{gateway} is configured for Pakasir's API version 1, which has no transaction IDs"
            ),
        )
        .hint(format!("set api_version = 2 in [gateways.{gateway}]"))),
        (api_version, _) => Ok(api_version.number()),
    }
}

fn account(
    context: &Context<'_>,
    http: &HttpClient,
    (name, config): (&GatewayName, &GatewayConfig),
    max_in_flight: Option<usize>,
    witness: Arc<Witness>,
) -> Result<GatewayAccount, ConfigError> {
    let max_in_flight = max_in_flight.unwrap_or(config.max_in_flight);
    Ok(GatewayAccount {
        gateway: gateway(context, name, &config.kind)?,
        http: http.limited(RequestLimits {
            requests_per_second: config.requests_per_second,
            changes_per_second: changes_per_second(&config.kind),
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
    kind: &GatewayKind,
) -> Result<Arc<dyn Gateway>, ConfigError> {
    let key = kind.key().resolve(&context.environment)?;
    // Without this secret only notifications signed with it are refused, and a warning says so.
    let previous = kind.previous_key();
    let previous = previous.and_then(|key| key.resolve(&context.environment).ok());
    let name = name.clone();
    Ok(match kind {
        GatewayKind::Midtrans {
            api_url, snap_url, ..
        } => {
            let midtrans = Midtrans::new(name, api_url.as_str(), snap_url.as_str(), key);
            Arc::new(midtrans.with_previous(previous))
        }
        GatewayKind::Pakasir {
            project,
            api_url,
            api_version,
            environment,
            webhook_secret,
            ..
        } => {
            let secret = webhook_secret.as_ref();
            let secret = secret.map(|secret| secret.resolve(&context.environment));
            let mode = match environment {
                Some(MidtransEnvironment::Sandbox) => PakasirMode::Sandbox,
                Some(MidtransEnvironment::Production) => PakasirMode::Production,
                None => PakasirMode::Untold,
            };
            let v1 = Pakasir::new(name.clone(), api_url.as_str(), project, key.clone());
            let address = (api_url.as_str(), project.as_str());
            let v2 = PakasirV2::new(name, address, key, mode, secret.transpose()?);
            Arc::new(PakasirAccount::new(v1, v2, api_version.number()))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SecretRef;

    #[test]
    fn only_pakasir_limits_the_rate_of_changes() {
        let host = MidtransEnvironment::Sandbox;
        let key = || SecretRef::Env("KEY".to_owned());
        for api_version in [PakasirApi::V1, PakasirApi::V2] {
            let pakasir = GatewayKind::Pakasir {
                project: "tokocontoh".to_owned(),
                api_key: key(),
                api_version,
                environment: None,
                webhook_secret: None,
                api_url: host.api_url(),
            };
            assert_eq!(changes_per_second(&pakasir), 2);
        }
        let midtrans = GatewayKind::Midtrans {
            environment: host,
            server_key: key(),
            previous: None,
            api_url: host.api_url(),
            snap_url: host.snap_url(),
        };
        assert_eq!(changes_per_second(&midtrans), 0);
    }
}
