//! `payctl gateway accept-unknown`: a person accepts that an account does not know payments which it once knew.

use clap::Args;
use serde::Serialize;

use crate::commands::context::Context;
use crate::commands::failure::CommandError;
use crate::commands::operator::{self, must_have_operator};
use crate::domain::circuit_breaker;
use crate::domain::instant::Instant;
use crate::domain::names::GatewayName;
use crate::domain::reconcile::AccountEvidence;
use crate::exit::Exit;
use crate::output::detail::{Detail, JsonDocument, show};
use crate::reconciler::LedgerAccess;
use crate::store::{Actor, GatewayHealth, Reader};

/// Accept that a gateway does not know payments which it once knew
///
/// For an account that is the right one and has really forgotten them: when a gateway has cleared its sandbox, or has moved the
/// shop to another account. Until then its "not found" proves nothing, and runs end with 78. Nothing moves by
/// this: what was known so far is no more counted when it is looked whether the gateway still knows anybody. Whatever it
/// tells of again counts again.
#[derive(Debug, Args)]
pub(in crate::commands) struct AcceptUnknownArgs {
    /// The gateway, by its name in the configuration
    gateway: GatewayName,
    /// Why this is right
    #[arg(long, value_name = "TEXT", value_parser = operator::reason)]
    reason: String,
    /// Who decides; PAYCTL_OPERATOR by default
    #[arg(long, value_name = "NAME", value_parser = operator::name)]
    by: Option<String>,
    /// Show how many payments it is about, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Fields are only ever added.
#[derive(Serialize)]
struct AcceptedUnknown {
    gateway: GatewayName,
    /// How many payments are no more counted.
    payments: u64,
    dry_run: bool,
}

pub(super) fn run(args: &AcceptUnknownArgs, context: Context<'_>) -> anyhow::Result<Exit> {
    let actor = must_have_operator(&context, args.by.as_deref())?;
    let mut ledger = operator::ledger(&context, args.dry_run)?;
    let health = health(args, ledger.read())?;
    let payments = ledger
        .read()
        .count_known(&args.gateway, health.accepted_at)?;
    let is_moot = payments == 0 && !has_grown_old(&health, context.started_at);
    if let LedgerAccess::Writing { store, permit } = &mut ledger
        && !is_moot
    {
        let by = Actor {
            actor: &actor,
            now: context.started_at,
        };
        store.accept_unknown(permit, &args.gateway, &args.reason, by)?;
    }
    let body = AcceptedUnknown {
        gateway: args.gateway.clone(),
        payments,
        dry_run: args.dry_run,
    };
    let style = context.style();
    let result = if is_moot {
        "nothing is to be accepted: there is no payment that it must know".to_owned()
    } else {
        context.would(args.dry_run, "accepted")
    };
    let detail = Detail::new(style)
        .field("Gateway", &body.gateway)
        .field("Payments", body.payments)
        .field("Result", result);
    let document = JsonDocument {
        command: "gateway accept-unknown",
        started_at: context.started_at,
        body: &body,
        exit: Exit::Clean,
    };
    show(&mut context.host.stdout, style, &document, &detail)?;
    Ok(Exit::Clean)
}

/// It has told of nobody for so long that its word counts no more, unless a person takes it.
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
        return Err(CommandError::new(Exit::Failed, message)
            .hint("see which there are with: payctl gateway list")
            .into());
    };
    Ok(health)
}
