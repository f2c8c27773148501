//! `payctl order cancel`: ends an order on a person's word.

use std::io::Write as _;
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use super::show::unknown;
use crate::commands::accounts::pool;
use crate::commands::context::Context;
use crate::commands::expiry_row::ExpirySummary;
use crate::commands::failure::CommandError;
use crate::commands::operator;
use crate::commands::polling_run::{PollJob, ask, ended};
use crate::config::duration;
use crate::domain::dossier::{Change, Dossier};
use crate::domain::instant::Instant;
use crate::domain::names::{OrderId, OrderNumber};
use crate::domain::order::{Order, OrderStatus};
use crate::domain::release::{
    CloseReason, ReleaseBlocker, ReleaseRequest, cancel_sold, release_unproven,
};
use crate::exit::Exit;
use crate::output::detail::{Detail, JsonDocument, show};
use crate::reconciler::{
    CheckAction, ExpiryRun, GatewayPool, LedgerAccess, OnResult, RoundError, RunContext, RunStats,
    expire,
};
use crate::store::{Actor, OpenQuestions, WritePermit, WriteReason};

/// Cancel an order
///
/// A pending order is closed at its gateways first, and cancelled only when they say that it is unpaid;
/// found paid, it is paid. A paid order is cancelled at once, and its money must go back.
#[derive(Debug, Args)]
pub(in crate::commands) struct OrderCancelArgs {
    /// The number of the order
    order: OrderNumber,
    /// Why
    #[arg(long, value_name = "TEXT", value_parser = operator::reason)]
    reason: String,
    /// Without asking the gateways: it may still be paid, and its payments stay on watch
    #[arg(long)]
    unproven: bool,
    /// Leave it as it is if it is paid by now: for scripts, and for what may be typed twice
    #[arg(long)]
    pub(super) only_pending: bool,
    /// So long the gateways are given; what they have not answered by then keeps the order
    #[arg(long, value_name = "TIME", default_value = "50s", value_parser = duration)]
    max_time: Duration,
    /// Show what would be done, and write nothing
    #[arg(long)]
    dry_run: bool,
}

const COMMAND: &str = "order cancel";

pub(super) fn run(args: &OrderCancelArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let Some(order) = context.reader()?.order_by_number(&args.order)? else {
        return Err(unknown(&args.order).into());
    };
    let actor = context.actor();
    match order.status {
        OrderStatus::Pending if args.unproven => by_word(args, &mut context, &order, |dossier| {
            release_unproven(dossier, CloseReason::Cancelled, &args.reason)
        }),
        OrderStatus::Pending => by_proof(args, &mut context, &order, &actor),
        OrderStatus::Paid | OrderStatus::Fulfilled if args.only_pending => {
            let message = format!("{} is {} by now, and stays so", args.order, order.status);
            Err(CommandError::new(Exit::Failed, message)
                .hint("cancel it all the same without --only-pending; its money becomes due back")
                .into())
        }
        OrderStatus::Paid | OrderStatus::Fulfilled => {
            by_word(args, &mut context, &order, |dossier| {
                cancel_sold(dossier, &args.reason)
            })
        }
        OrderStatus::Expired | OrderStatus::Cancelled | OrderStatus::Refunded => {
            let message = format!("{} is {} already", args.order, order.status);
            let hint = format!("see how it ended with: payctl order show {}", args.order);
            Err(CommandError::new(Exit::Failed, message).hint(hint).into())
        }
    }
}

/// O8: gateway first.
fn by_proof(
    args: &OrderCancelArgs,
    context: &mut Context<'_>,
    order: &Order,
    actor: &str,
) -> anyhow::Result<Exit> {
    let ledger = if args.dry_run {
        LedgerAccess::Looking(context.reader()?)
    } else {
        let permit = WritePermit::granted_by(WriteReason::NotDryRun);
        LedgerAccess::Writing {
            store: context.store()?,
            permit,
        }
    };
    let pool = pool(context, ledger.read(), None)?;
    let work = CancelJob {
        order: order.id,
        actor,
        reason: &args.reason,
        wished_at: context.started_at,
    };
    let asked = ask(context, COMMAND, &work, pool, ledger, Some(args.max_time))?;
    if asked.summary.has_kept() && !context.options.quiet {
        // A reader that went away has seen enough.
        let _gone = writeln!(
            context.host.stderr,
            "{number} was kept; type the same again later, or end it without asking: payctl order cancel {number} --unproven --reason …",
            number = order.number
        );
    }
    ended(asked.exit, asked.trouble)
}

struct CancelJob<'a> {
    order: OrderId,
    actor: &'a str,
    reason: &'a str,
    wished_at: Instant,
}

impl PollJob for CancelJob<'_> {
    type Summary = ExpirySummary;

    fn total(&self) -> u64 {
        1
    }

    async fn execute(
        &self,
        pool: &mut GatewayPool,
        ledger: LedgerAccess,
        setting: &RunContext,
        print: &mut OnResult<'_>,
    ) -> Result<(RunStats, LedgerAccess), RoundError> {
        // A question that is asked in the very millisecond of the wish comes after it.
        let proof_from = self.wished_at.saturating_sub(Duration::from_millis(1));
        let request = |dossier: &Dossier| {
            let is_pending = dossier.order.status == OrderStatus::Pending;
            is_pending.then_some(ReleaseRequest {
                to: CloseReason::Cancelled,
                proof_from,
                reason: Some(self.reason),
            })
        };
        let work = ExpiryRun {
            orders: &[self.order],
            request: &request,
            actor: self.actor,
        };
        expire(&work, pool, ledger, setting, print).await
    }

    fn summary(&self, stats: &RunStats, _: u64, open: OpenQuestions) -> ExpirySummary {
        ExpirySummary::of(stats, open)
    }

    /// Whoever cancels one order is told by the code, too, that it is not cancelled.
    fn exit(&self, stats: &RunStats) -> Exit {
        match stats.of(CheckAction::Kept) {
            0 => stats.exit(),
            _ => stats.exit().worse(Exit::Partial),
        }
    }
}

#[derive(Serialize)]
struct CancelledOrder {
    order: String,
    order_status: OrderStatus,
    order_status_after: OrderStatus,
    refunds_owed: usize,
}

/// O7b and O8b: a person's word is enough.
fn by_word(
    args: &OrderCancelArgs,
    context: &mut Context<'_>,
    order: &Order,
    decide: impl FnOnce(Dossier) -> Result<Vec<Change>, ReleaseBlocker>,
) -> anyhow::Result<Exit> {
    let (mut store, permit) = context.store_to_write(args.dry_run)?;
    let by = Actor {
        actor: &context.actor(),
        now: context.started_at,
    };
    let acted = store.update_order(&permit, order.id, by, |dossier| {
        decide(dossier).map(|changes| ((), changes))
    })?;
    let Some(Ok(acted)) = acted else {
        let message = format!("{} has moved meanwhile", args.order);
        return Err(CommandError::new(Exit::Failed, message)
            .hint(format!("look again with: payctl order show {}", args.order))
            .into());
    };
    let exit = operator::exit(&acted);
    let cancelled = CancelledOrder {
        order: args.order.to_string(),
        order_status: acted.order_before,
        order_status_after: acted.order_after,
        refunds_owed: acted.owed.len(),
    };
    let style = context.style();
    let detail = Detail::new(style)
        .field("Order", &cancelled.order)
        .field("Was", cancelled.order_status)
        .field("Refunds due", cancelled.refunds_owed)
        .field(
            "Result",
            context.would(args.dry_run, cancelled.order_status_after.word()),
        );
    let document = JsonDocument {
        command: COMMAND,
        started_at: context.started_at,
        body: &cancelled,
        exit,
    };
    show(&mut context.host.stdout, style, &document, &detail)?;
    Ok(exit)
}
