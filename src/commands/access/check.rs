//! `payctl access check`: whether somebody may use a product now.

use clap::{ArgGroup, Args};
use serde::Serialize;

use crate::commands::context::Context;
use crate::commands::failure::Refusal;
use crate::commands::order::unknown;
use crate::domain::access::{AccessGrant, AccessState, Admission, admit, term};
use crate::domain::instant::{Instant, Zone};
use crate::domain::names::{OrderNumber, Sku};
use crate::exit::Exit;
use crate::output::detail::{Detail, Document, show};
use crate::store::{Grant, Hand, Reader, WritePermit};

/// Check whether somebody may use a product now: yes with 0, no with 3
///
/// Where the time of use begins with the first use, the first yes begins it.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("who").required(true))]
pub(in crate::commands) struct CheckArgs {
    /// The product
    #[arg(long, value_name = "SKU")]
    product: Sku,
    /// By an order
    #[arg(long, value_name = "NUMBER", group = "who")]
    order: Option<OrderNumber>,
    /// By the session token of an order
    #[arg(long, value_name = "TOKEN", group = "who")]
    session: Option<String>,
    /// By all orders with an email address
    #[arg(long, value_name = "EMAIL", group = "who")]
    user: Option<String>,
    /// Begin no time of use
    #[arg(long)]
    dry_run: bool,
}

#[derive(Serialize)]
struct Answer {
    product: Sku,
    admitted: bool,
    until: Option<Instant>,
    remaining_seconds: u64,
    /// Its time begins with this check.
    begins: bool,
    reason: String,
}

/// The latest decide; nobody has bought one product more often with time left.
const GRANTS_MOST: u32 = 1_000;

pub(super) fn run(args: &CheckArgs, context: Context<'_>) -> anyhow::Result<Exit> {
    let reader = context.reader()?;
    if reader.product(&args.product)?.is_none() {
        let message = format!("no product has the sku {}", args.product);
        let hint = "see the products with: payctl product list";
        return Err(Refusal::new(Exit::Failed, message).hint(hint).into());
    }
    let answer = answer(args, &context, &reader)?;
    let exit = if answer.admitted {
        Exit::Clean
    } else {
        Exit::Attention
    };
    let face = context.face();
    let yes_or_no = if answer.admitted { "yes" } else { "no" };
    let until = answer.until.filter(|_| answer.admitted);
    let detail = Detail::new(face)
        .field("Product", &answer.product)
        .field("Access", yes_or_no)
        .field_if_any("Until", until.map(|until| until.in_zone(face.zone)))
        .field_if_any("Seconds left", until.map(|_| answer.remaining_seconds))
        .field("Reason", &answer.reason);
    let document = Document {
        command: "access check",
        started_at: context.started_at,
        body: &answer,
        exit,
    };
    show(&mut context.world.stdout, face, &document, &detail)?;
    Ok(exit)
}

fn answer(args: &CheckArgs, context: &Context<'_>, reader: &Reader) -> anyhow::Result<Answer> {
    let now = context.started_at;
    let admission = admit(&bought(args, reader)?, now);
    let Admission::Begins(grant) = &admission else {
        return Ok(Answer::of(args, &admission, context));
    };
    if !args.dry_run {
        // Only the first use writes; every other check leaves the file alone.
        let permit = WritePermit::granted_by(Grant::NotDryRun);
        let actor = context.actor();
        let hand = Hand { actor: &actor, now };
        let begun = context.store()?.start_access(&permit, grant, hand)?;
        if begun.is_none() {
            // Somebody was faster: then it is running, or it is gone.
            let admission = admit(&bought(args, reader)?, now);
            return Ok(Answer::of(args, &admission, context));
        }
    }
    Ok(Answer::of(args, &admission, context))
}

/// All that was bought of the product. A token that nobody has, or a stranger's address, has bought nothing.
fn bought(args: &CheckArgs, reader: &Reader) -> anyhow::Result<Vec<AccessGrant>> {
    if let Some(user) = &args.user {
        return Ok(reader.access_of_user(user, &args.product, GRANTS_MOST)?);
    }
    let order = match (&args.order, &args.session) {
        (Some(number), _) => {
            let order = reader.order_by_number(number)?;
            Some(order.ok_or_else(|| unknown(number))?.id)
        }
        (None, Some(token)) => reader.order_of_session(token)?,
        (None, None) => None,
    };
    match order {
        Some(order) => Ok(reader.access_of_order(order, Some(&args.product), GRANTS_MOST)?),
        None => Ok(Vec::new()),
    }
}

impl Answer {
    fn of(args: &CheckArgs, admission: &Admission, context: &Context<'_>) -> Self {
        let (now, zone) = (context.started_at, context.face().zone);
        let (until, begins, reason) = match admission {
            Admission::Until(end) => (Some(*end), false, "it was bought".to_owned()),
            Admission::Begins(grant) => {
                let (_, end) = term(grant.span, now, None);
                let begins = if args.dry_run {
                    "its time would begin now"
                } else {
                    "its time begins now"
                };
                (Some(end), true, begins.to_owned())
            }
            Admission::No(nearest) => {
                let end = nearest.as_ref().and_then(|grant| grant.ends_at);
                (end, false, refused(nearest.as_deref(), now, zone))
            }
        };
        let admitted = !matches!(admission, Admission::No(_));
        let left = until.filter(|_| admitted).map(|end| end.since(now));
        Self {
            product: args.product.clone(),
            admitted,
            until,
            remaining_seconds: left.map_or(0, |left| left.as_secs()),
            begins,
            reason,
        }
    }
}

fn refused(nearest: Option<&AccessGrant>, now: Instant, zone: Zone) -> String {
    let Some(grant) = nearest else {
        return "nothing of it was bought".to_owned();
    };
    let order = &grant.order_number;
    let at = |at: Option<Instant>| at.map(|at| at.in_zone(zone)).unwrap_or_default();
    match grant.state(now) {
        AccessState::Suspended => {
            let since = at(grant.suspended_at);
            format!("suspended since {since}: the money of {order} is away")
        }
        AccessState::Revoked => {
            format!("what {order} gave was revoked at {}", at(grant.revoked_at))
        }
        AccessState::Ended | AccessState::Running | AccessState::Unused => {
            format!("what {order} gave ended at {}", at(grant.ends_at))
        }
    }
}
