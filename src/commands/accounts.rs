//! Builds the gateway accounts from the configuration.

use std::sync::Arc;

use crate::commands::{CommandError, Context};
use crate::config::{Config, ConfigError, Environment, GatewayConfig};
use crate::domain::payment::{FIRST_API, circuit_breaker};
use crate::domain::{AccountEvidence, CircuitBreaker, GatewayName, Reference, TransactionId};
use crate::exit::Exit;
use crate::gateway::descriptor::UnfitId;
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
    let http = context.host.http();
    let members = context.config.gateways.iter().map(|(name, config)| {
        let health = reader.health(name)?;
        let known = reader.witnesses(name, health.accepted_at)?;
        let vouched_at = health.last_known_at.max(health.accepted_at);
        let now = context.host.clock.now();
        let standing =
            circuit_breaker::account(health.proven_at, vouched_at, !known.is_empty(), now);
        let breaker =
            CircuitBreaker::new(standing, health.accepted_at)
                .under((config.kind.versions.current)(&config.settings));
        let witness = Arc::new(Witness::new(standing, known, health.accepted_at));
        let secrets = &context.environment;
        let member = account(secrets, &http, (name, config), max_in_flight, witness)
            .map(|account| GatewayClient { account, breaker })
            .map_err(|error| format!("{error}; {}", error.hint()));
        Ok((name.clone(), member))
    });
    members.collect()
}

/// A warning about a reference that this account's gateway would reject and may therefore not find.
pub(super) fn reference_warning(
    config: &Config,
    gateway: &GatewayName,
    reference: &Reference,
) -> Option<String> {
    let why = (config.gateways.get(gateway)?.kind.accepts_reference)(reference).err()?;
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
            Some(_) => {
                Err(CommandError::config(message)
                    .hint("add the account to the configuration first"))
            }
            None => Ok(FIRST_API),
        };
    };
    let version = (account.kind.versions.registered)(gateway, &account.settings, id);
    version.map_err(|unfit| {
        let (exit, problem) = match unfit {
            UnfitId::Missing(problem) => (Exit::Usage, problem),
            UnfitId::Foreign(problem) => (Exit::Config, problem),
        };
        CommandError::new(exit, problem.what).hint(problem.hint)
    })
}

/// One account with its keys from this environment, for a query about no payment of the shop.
///
/// # Errors
/// A key cannot be read.
pub(super) fn lone_account(
    context: &Context<'_>,
    account_config: (&GatewayName, &GatewayConfig),
    environment: &Environment,
) -> Result<GatewayAccount, ConfigError> {
    let witness = Witness::new(AccountEvidence::Unproven, Vec::new(), None);
    let http = context.host.http();
    account(environment, &http, account_config, None, Arc::new(witness))
}

fn account(
    environment: &Environment,
    http: &HttpClient,
    (name, config): (&GatewayName, &GatewayConfig),
    max_in_flight: Option<usize>,
    witness: Arc<Witness>,
) -> Result<GatewayAccount, ConfigError> {
    let max_in_flight = max_in_flight.unwrap_or(config.max_in_flight);
    let secrets = config.resolve(environment)?;
    let pace = config.kind.pace;
    Ok(GatewayAccount {
        gateway: (config.kind.adapter)(name.clone(), &config.settings, &secrets),
        http: http.limited(RequestLimits {
            requests_per_second: config.requests_per_second,
            requests_per_minute: pace.requests_per_minute,
            changes_per_second: pace.changes_per_second,
            max_in_flight,
            timeout: config.timeout,
            connect_timeout: config.connect_timeout,
        }),
        max_in_flight,
        witness,
    })
}
