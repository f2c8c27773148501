//! `payctl order cancel`: ends an order on a person's word.

use std::io::Write as _;
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use super::show::unknown;
use crate::commands::accounts::crew;
use crate::commands::acting;
use crate::commands::asking::{Work, ask, ended};
use crate::commands::context::Context;
use crate::commands::expiry_row::ExpirySummary;
use crate::commands::failure::Refusal;
use crate::config::duration;
use crate::domain::dossier::{Change, Dossier};
use crate::domain::instant::Instant;
use crate::domain::names::{OrderId, OrderNumber};
use crate::domain::order::{Order, OrderStatus};
use crate::domain::release::{Ending, Hurdle, Wish, cancel_sold, release_unproven};
use crate::exit::Exit;
use crate::output::detail::{Detail, Document, show};
use crate::reconciler::{Action, Crew, Expiring, Pen, Print, RoundError, Setting, Tally, expire};
use crate::store::{Grant, Hand, OpenQuestions, WritePermit};

/// Cancel an order
///
/// A pending order is closed at its gateways first, and cancelled only when they say that it is unpaid;
/// found paid, it is paid. A paid order is cancelled at once, and its money must go back.
#[derive(Debug, Args)]
pub(in crate::commands) struct CancelArgs {
    /// The number of the order
    order: OrderNumber,
    /// Why
    #[arg(long, value_name = "TEXT", value_parser = acting::reason)]
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

pub(super) fn run(args: &CancelArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let Some(order) = context.reader()?.order_by_number(&args.order)? else {
        return Err(unknown(&args.order).into());
    };
    let actor = context.actor();
    match order.status {
        OrderStatus::Pending if args.unproven => by_word(args, &mut context, &order, |dossier| {
            release_unproven(dossier, Ending::Cancelled, &args.reason)
        }),
        OrderStatus::Pending => by_proof(args, &mut context, &order, &actor),
        OrderStatus::Paid | OrderStatus::Fulfilled if args.only_pending => {
            let message = format!("{} is {} by now, and stays so", args.order, order.status);
            Err(Refusal::new(Exit::Failed, message)
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
            Err(Refusal::new(Exit::Failed, message).hint(hint).into())
        }
    }
}

/// O8: gateway first.
fn by_proof(
    args: &CancelArgs,
    context: &mut Context<'_>,
    order: &Order,
    actor: &str,
) -> anyhow::Result<Exit> {
    let pen = if args.dry_run {
        Pen::Looking(context.reader()?)
    } else {
        let permit = WritePermit::granted_by(Grant::NotDryRun);
        Pen::Writing {
            store: context.store()?,
            permit,
        }
    };
    let crew = crew(context, pen.read(), None)?;
    let work = CancelOne {
        order: order.id,
        actor,
        reason: &args.reason,
        wished_at: context.started_at,
    };
    let asked = ask(context, COMMAND, &work, crew, pen, Some(args.max_time))?;
    if asked.summary.has_kept() && !context.options.quiet {
        // A reader that went away has seen enough.
        let _gone = writeln!(
            context.world.stderr,
            "{number} was kept; type the same again later, or end it without asking: payctl order cancel {number} --unproven --reason …",
            number = order.number
        );
    }
    ended(asked.exit, asked.trouble)
}

struct CancelOne<'a> {
    order: OrderId,
    actor: &'a str,
    reason: &'a str,
    wished_at: Instant,
}

impl Work for CancelOne<'_> {
    type Summary = ExpirySummary;

    fn total(&self) -> u64 {
        1
    }

    async fn carry_out(
        &self,
        crew: &mut Crew,
        pen: Pen,
        setting: &Setting,
        print: &mut Print<'_>,
    ) -> Result<(Tally, Pen), RoundError> {
        // A question that is asked in the very millisecond of the wish comes after it.
        let proof_from = self.wished_at.minus(Duration::from_millis(1));
        let wish = |dossier: &Dossier| {
            let is_pending = dossier.order.status == OrderStatus::Pending;
            is_pending.then_some(Wish {
                to: Ending::Cancelled,
                proof_from,
                reason: Some(self.reason),
            })
        };
        let work = Expiring {
            orders: &[self.order],
            wish: &wish,
            actor: self.actor,
        };
        expire(&work, crew, pen, setting, print).await
    }

    fn summary(&self, tally: &Tally, _: u64, open: OpenQuestions) -> ExpirySummary {
        ExpirySummary::of(tally, open)
    }

    /// Whoever cancels one order is told by the code, too, that it is not cancelled.
    fn exit(&self, tally: &Tally) -> Exit {
        match tally.of(Action::Kept) {
            0 => tally.exit(),
            _ => tally.exit().worse(Exit::Partial),
        }
    }
}

#[derive(Serialize)]
struct Cancelled {
    order: String,
    order_status: OrderStatus,
    order_status_after: OrderStatus,
    refunds_owed: usize,
}

/// O7b and O8b: a person's word is enough.
fn by_word(
    args: &CancelArgs,
    context: &mut Context<'_>,
    order: &Order,
    decide: impl FnOnce(Dossier) -> Result<Vec<Change>, Hurdle>,
) -> anyhow::Result<Exit> {
    let (mut store, permit) = context.store_to_write(args.dry_run)?;
    let hand = Hand {
        actor: &context.actor(),
        now: context.started_at,
    };
    let acted = store.act(&permit, order.id, hand, |dossier| {
        decide(dossier).map(|changes| ((), changes))
    })?;
    let Some(Ok(acted)) = acted else {
        let message = format!("{} has moved meanwhile", args.order);
        return Err(Refusal::new(Exit::Failed, message)
            .hint(format!("look again with: payctl order show {}", args.order))
            .into());
    };
    let exit = acting::exit(&acted);
    let cancelled = Cancelled {
        order: args.order.to_string(),
        order_status: acted.order_before,
        order_status_after: acted.order_after,
        refunds_owed: acted.owed.len(),
    };
    let face = context.face();
    let detail = Detail::new(face)
        .field("Order", &cancelled.order)
        .field("Was", cancelled.order_status)
        .field("Refunds due", cancelled.refunds_owed)
        .field(
            "Result",
            context.would(args.dry_run, cancelled.order_status_after.word()),
        );
    let document = Document {
        command: COMMAND,
        started_at: context.started_at,
        body: &cancelled,
        exit,
    };
    show(&mut context.world.stdout, face, &document, &detail)?;
    Ok(exit)
}
