//! `payctl order cancel`: cancels an order on an operator's decision.

use std::io::Write as _;
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use crate::commands::accounts::pool;
use crate::commands::consent::{ConsentArgs, Foretold, Unattended};
use crate::commands::expiry_row::ExpirySummary;
use crate::commands::known::require_order;
use crate::commands::operator;
use crate::commands::polling_run::{PollJob, ask, ended};
use crate::commands::run_exit;
use crate::commands::{CommandError, Context, writes};
use crate::config::duration;
use crate::domain::decide::release::{cancel_sold, release_unproven};
use crate::domain::{
    Change, CloseReason, Dossier, Instant, Order, OrderId, OrderNumber, OrderStatus, Reckoning,
    ReleaseBlocker, ReleaseRequest, Rupiah,
};
use crate::exit::Exit;
use crate::output::counted::counted;
use crate::output::detail::Detail;
use crate::reconciler::{
    CheckAction, ExpiryRun, GatewayPool, Ledger, OnResult, RoundError, RunContext, RunStats, expire,
};
use crate::store::OpenQuestions;

/// Cancel an order
///
/// For a pending order, payctl first closes the payments at the gateways and cancels the order only when they
/// confirm that it is unpaid; if it turns out to be paid, it becomes paid. A paid order is cancelled at once,
/// and a refund becomes due: a terminal asks first, a script needs --yes.
#[derive(Debug, Args)]
pub(in crate::commands) struct OrderCancelArgs {
    /// Order number
    order: OrderNumber,
    /// Reason, stored with the order
    #[arg(long, value_name = "TEXT", value_parser = operator::reason)]
    reason: String,
    /// Cancel without asking the gateways
    ///
    /// The order may still be paid, so payctl keeps checking its payments.
    #[arg(long)]
    unproven: bool,
    /// Leave the order alone if it is paid by now; for scripts, and safe to repeat
    #[arg(long)]
    pub(super) only_pending: bool,
    /// Time limit for the gateways; without their answers the order stays pending
    #[arg(long, value_name = "TIME", default_value = "50s", value_parser = duration)]
    max_time: Duration,
    #[command(flatten)]
    consent: ConsentArgs,
}

writes!(OrderCancelArgs: Idempotent unless consent.dry_run);

const COMMAND: &str = "order cancel";

/// An end is final: the stock is free, and somebody else may have it.
const SELL_AGAIN: &str =
    "not possible; to sell it again: payctl order create --number NEW --line SKU:N";

pub(super) fn run(args: &OrderCancelArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    if !args.consent.dry_run {
        context.says_itself_that_it_is_held();
        context.require_released(&context.reader()?, "order cancel")?;
    }
    let order = require_order(&context.reader()?, &args.order)?;
    let actor = context.actor();
    match order.status {
        OrderStatus::Pending if args.unproven => by_word(args, &mut context, &order, |dossier| {
            release_unproven(dossier, CloseReason::Cancelled, &args.reason)
        }),
        OrderStatus::Pending => by_proof(args, &mut context, &order, &actor),
        OrderStatus::Paid | OrderStatus::Fulfilled if args.only_pending => {
            let message = format!("{} is already {} and stays so", args.order, order.status);
            Err(CommandError::failed(message)
                .hint("cancel it anyway without --only-pending; its money then becomes due for refund")
                .into())
        }
        OrderStatus::Paid | OrderStatus::Fulfilled => {
            context.require_consent(&args.consent, Unattended::NeedsYes, |context| {
                foretell(args, context, &order)
            })?;
            by_word(args, &mut context, &order, |dossier| {
                cancel_sold(dossier, &args.reason)
            })
        }
        OrderStatus::Expired | OrderStatus::Cancelled | OrderStatus::Refunded => {
            let message = format!("{} is already {}", args.order, order.status);
            let hint = format!("see how it ended: payctl order show {}", args.order);
            Err(CommandError::failed(message).hint(hint).into())
        }
    }
}

/// What the shop and the customer lose with a sale.
fn foretell(
    args: &OrderCancelArgs,
    context: &Context<'_>,
    order: &Order,
) -> anyhow::Result<Option<Foretold>> {
    let reader = context.reader()?;
    let acted = reader.preview_update(order.id, |dossier| {
        cancel_sold(dossier, &args.reason).map(|changes| ((), changes))
    })?;
    let Some(Ok(acted)) = acted else {
        return Ok(None);
    };
    let owed: Rupiah = acted.owed.iter().map(|owed| owed.amount).sum();
    let mut lost = vec![format!("{owed} becomes due back")];
    let tickets = reader.ticket_count(order.id)?;
    if tickets.good > 0 {
        lost.push(format!("{} revoked", counted(tickets.good, "ticket")));
    }
    if reader.access_count(order.id)? > 0 {
        lost.push("its access ends".to_owned());
    }
    Ok(Some(Foretold {
        consequences: vec![format!(
            "{} is {}. Cancelling it cannot be undone: {}.",
            order.number,
            order.status,
            lost.join(", ")
        )],
        question: format!("Cancel {}?", order.number),
        otherwise: "nothing was cancelled",
    }))
}

/// O8: the gateways are asked first.
fn by_proof(
    args: &OrderCancelArgs,
    context: &mut Context<'_>,
    order: &Order,
    actor: &str,
) -> anyhow::Result<Exit> {
    let ledger = operator::ledger(context, args.consent.dry_run)?;
    let pool = pool(context, ledger.read(), None)?;
    let work = CancelJob {
        order: order.id,
        actor,
        reason: &args.reason,
        wished_at: context.started_at,
    };
    let asked = ask(context, COMMAND, &work, pool, &ledger, Some(args.max_time))?;
    if asked.summary.has_kept() && !context.options.quiet {
        // The reader closed the pipe; nothing is left to do.
        let _gone = writeln!(
            context.host.stderr,
            "{number} was not cancelled; try again later, or cancel without asking the gateways: payctl order cancel {number} --unproven --reason …",
            number = order.number
        );
    }
    let is_over = !args.consent.dry_run && !asked.summary.has_kept();
    if is_over && asked.exit == Exit::Clean && !context.options.quiet {
        // The reader closed the pipe; nothing is left to do.
        let _gone = writeln!(context.host.stderr, "undo: {SELL_AGAIN}");
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
        ledger: &Ledger,
        setting: &RunContext,
        print: &mut OnResult<'_>,
    ) -> Result<RunStats, RoundError> {
        // A query sent in the same millisecond as the cancellation counts as sent after it.
        let proof_from = self.wished_at.saturating_sub(Duration::from_millis(1));
        let request = |dossier: &Dossier| {
            let is_pending = dossier.order.status == OrderStatus::Pending;
            is_pending.then_some(ReleaseRequest {
                to: CloseReason::Cancelled,
                proof_from,
                reason: Some(self.reason),
                time: Reckoning::From(self.wished_at),
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

    /// The exit code also says that the order was not cancelled.
    fn exit(&self, stats: &RunStats) -> Exit {
        match stats.of(CheckAction::Kept) {
            0 => run_exit::exit(stats),
            _ => run_exit::exit(stats).worse(Exit::Partial),
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

/// O7b and O8b: an operator's decision is enough.
fn by_word(
    args: &OrderCancelArgs,
    context: &mut Context<'_>,
    order: &Order,
    decide: impl FnOnce(Dossier) -> Result<Vec<Change>, ReleaseBlocker>,
) -> anyhow::Result<Exit> {
    let (store, permit) = context.store_to_write(args.consent.dry_run)?;
    let actor = context.actor();
    let by = context.by(&actor);
    let acted = store.update_order(&permit, order.id, by, |dossier| {
        decide(dossier).map(|changes| ((), changes))
    })?;
    let Some(Ok(acted)) = acted else {
        let message = format!("{} has changed in the meantime", args.order);
        return Err(CommandError::failed(message)
            .hint(format!("check it again: payctl order show {}", args.order))
            .into());
    };
    let exit = operator::exit(&acted);
    let cancelled = CancelledOrder {
        order: args.order.to_string(),
        order_status: acted.order_before,
        order_status_after: acted.order_after,
        refunds_owed: acted.owed.len(),
    };
    let again = (!args.consent.dry_run).then_some(SELL_AGAIN);
    let detail = Detail::new(context.style())
        .field("Order", &cancelled.order)
        .field("Was", cancelled.order_status)
        .field("Refunds due", cancelled.refunds_owed)
        .field(
            "Result",
            context.would(args.consent.dry_run, cancelled.order_status_after.word()),
        )
        .field_if_any("Undo", again);
    context.show(COMMAND, &cancelled, &detail, exit)
}
