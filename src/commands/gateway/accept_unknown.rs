//! `payctl gateway accept-unknown`: an operator accepts that an account no longer knows payments it once knew.

use clap::Args;
use serde::Serialize;

use crate::commands::operator::{self, require_operator};
use crate::commands::{CommandError, Context, writes};
use crate::domain::payment::circuit_breaker;
use crate::domain::{AccountEvidence, GatewayName, Instant};
use crate::exit::Exit;
use crate::output::detail::Detail;
use crate::store::{GatewayHealth, Reader};

/// Accept that a gateway no longer knows payments it once knew
///
/// For an account that is the right one and has really forgotten them, for example because the gateway cleared its
/// sandbox or moved the shop to another account. Until then its "not found" proves nothing, and runs end with exit
/// code 78. This changes no order or payment: payctl only stops expecting the gateway to know the earlier payments.
/// A payment that the gateway reports again counts again.
#[derive(Debug, Args)]
pub(in crate::commands) struct AcceptUnknownArgs {
    /// Gateway, by its name in the configuration
    gateway: GatewayName,
    /// Reason, stored with the gateway
    #[arg(long, value_name = "TEXT", value_parser = operator::reason)]
    reason: String,
    /// Operator who decides; default: PAYCTL_OPERATOR, then the user of this machine
    #[arg(long, value_name = "NAME", value_parser = operator::name)]
    by: Option<String>,
    /// Show how many payments are affected, and write nothing
    #[arg(long)]
    dry_run: bool,
}

writes!(AcceptUnknownArgs: EachTime unless dry_run);

/// Fields are only ever added.
#[derive(Serialize)]
struct AcceptedUnknown {
    gateway: GatewayName,
    /// The payments that no longer count.
    payments: u64,
    dry_run: bool,
}

pub(super) fn run(args: &AcceptUnknownArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let actor = require_operator(&context, args.by.as_deref())?;
    let ledger = operator::ledger(&context, args.dry_run)?;
    let health = health(args, ledger.read())?;
    let payments = ledger
        .read()
        .count_known(&args.gateway, health.accepted_at)?;
    let is_moot = payments == 0 && !has_grown_old(&health, context.started_at);
    if let Some(writer) = ledger.writer().filter(|_| !is_moot) {
        let by = context.by(&actor);
        writer
            .write(|store, permit| store.accept_unknown(permit, &args.gateway, &args.reason, by))?;
    }
    let body = AcceptedUnknown {
        gateway: args.gateway.clone(),
        payments,
        dry_run: args.dry_run,
    };
    let style = context.style();
    let result = if is_moot {
        "nothing to accept: the gateway need not know any payment".to_owned()
    } else {
        context.would(args.dry_run, "accepted")
    };
    let detail = Detail::new(style)
        .field("Gateway", &body.gateway)
        .field("Payments", body.payments)
        .field("Result", result);
    context.show("gateway accept-unknown", &body, &detail, Exit::Clean)
}

/// The account has known no payment for so long that its "not found" counts only if an operator accepts it.
fn has_grown_old(health: &GatewayHealth, now: Instant) -> bool {
    let vouched_at = health.last_known_at.max(health.accepted_at);
    let standing = circuit_breaker::account(health.proven_at, vouched_at, false, now);
    health.proven_at.is_some() && standing == AccountEvidence::Unproven
}

/// A name that never had a payment is a mistake.
fn health(args: &AcceptUnknownArgs, reader: &Reader) -> anyhow::Result<GatewayHealth> {
    let all = reader.all_health()?;
    let found = all.into_iter().find(|(name, _)| *name == args.gateway);
    let Some((_, health)) = found else {
        let message = format!(
            "no payment is registered at a gateway named {}",
            args.gateway
        );
        return Err(CommandError::failed(message)
            .hint("see the gateways: payctl gateway list")
            .into());
    };
    Ok(health)
}
