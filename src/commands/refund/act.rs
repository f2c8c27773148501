//! `payctl refund approve`, `done` and `reject`: a person decides about money that must go back.

use clap::Args;

use super::refusal::told;
use super::row::{Action, Count, Decided};
use crate::commands::acting::{self, act, exit, left_behind, must_have_operator, pen};
use crate::commands::context::Context;
use crate::commands::failure::Refusal;
use crate::domain::acts::refund;
use crate::domain::bank_transfer::{BankName, BankReference, BankTransfer};
use crate::domain::dossier::Dossier;
use crate::domain::money::Rupiah;
use crate::domain::names::RefundId;
use crate::domain::order::RefundStatus;
use crate::exit::Exit;
use crate::output::report::Report;
use crate::reconciler::Pen;
use crate::store::{Direction, Hand, StoreError};

/// Approve refunds: their money may be sent
///
/// Never more than is here: what came in, less what has gone back and what is on its way.
#[derive(Debug, Args)]
pub(in crate::commands) struct ApproveArgs {
    /// The ids of the refunds
    #[arg(required = true, value_name = "REFUND")]
    refunds: Vec<RefundId>,
    #[command(flatten)]
    hand: HandArgs,
    /// Why
    #[arg(long, value_name = "TEXT", value_parser = acting::reason, default_value = "approved")]
    reason: String,
}

/// Write down that an approved refund was sent by the shop's bank
#[derive(Debug, Args)]
pub(in crate::commands) struct DoneArgs {
    /// The id of the refund
    refund: RefundId,
    /// By what the bank knows the transfer; used once
    #[arg(long, value_name = "REF")]
    bank_ref: BankReference,
    /// The bank, where another bank's transfer has the same reference
    #[arg(long, value_name = "BANK")]
    bank_ref_of: Option<BankName>,
    #[command(flatten)]
    hand: HandArgs,
}

/// Reject a refund: the money stays, and no rule owes it again
#[derive(Debug, Args)]
pub(in crate::commands) struct RejectArgs {
    /// The id of the refund
    refund: RefundId,
    /// Why
    #[arg(long, value_name = "TEXT", value_parser = acting::reason)]
    reason: String,
    #[command(flatten)]
    hand: HandArgs,
}

#[derive(Debug, Args)]
struct HandArgs {
    /// Who decides; PAYCTL_OPERATOR by default
    #[arg(long, value_name = "NAME", value_parser = acting::name)]
    by: Option<String>,
    /// Show what would be done, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// What is decided, for all the refunds of one command line.
struct Work<'a> {
    command: &'static str,
    refunds: &'a [RefundId],
    hand: &'a HandArgs,
    action: Action,
    /// In a dry run.
    would: Action,
    after: RefundStatus,
}

pub(super) fn approve(args: &ApproveArgs, context: Context<'_>) -> anyhow::Result<Exit> {
    let work = Work {
        command: "refund approve",
        refunds: &args.refunds,
        hand: &args.hand,
        action: Action::Approved,
        would: Action::WouldApprove,
        after: RefundStatus::Approved,
    };
    carry_out(&work, context, |dossier, id, _| {
        refund::approve(dossier, id, &args.reason)
    })
}

pub(super) fn done(args: &DoneArgs, context: Context<'_>) -> anyhow::Result<Exit> {
    let transfer = BankTransfer {
        reference: args.bank_ref.clone(),
        bank: args.bank_ref_of.clone(),
    };
    must_be_unsent(&context, &transfer)?;
    let work = Work {
        command: "refund done",
        refunds: &[args.refund],
        hand: &args.hand,
        action: Action::Done,
        would: Action::WouldBeDone,
        after: RefundStatus::Done,
    };
    carry_out(&work, context, |dossier, id, hand| {
        refund::finish_by_hand(dossier, id, &transfer, hand.now)
    })
}

/// A transfer settles one refund. Two runs at once meet the index that says so.
fn must_be_unsent(context: &Context<'_>, transfer: &BankTransfer) -> anyhow::Result<()> {
    let holders = context
        .reader()?
        .transfer_holders(Direction::Out, transfer)?;
    let Some((used, refund)) = holders
        .same
        .iter()
        .find_map(|used| Some((used, used.refund?)))
    else {
        return Ok(());
    };
    let spelled = if used.transfer == *transfer {
        String::new()
    } else {
        format!(" as {}", used.transfer)
    };
    let order = &used.order;
    let message =
        format!("{transfer} was written down already{spelled}, for refund {refund} of {order}");
    let hint = format!(
        "see it with: payctl refund list --order {order} --all; if it is another bank's transfer, name that with --bank-ref-of BANK"
    );
    Err(Refusal::new(Exit::Failed, message).hint(hint).into())
}

pub(super) fn reject(args: &RejectArgs, context: Context<'_>) -> anyhow::Result<Exit> {
    let work = Work {
        command: "refund reject",
        refunds: &[args.refund],
        hand: &args.hand,
        action: Action::Rejected,
        would: Action::WouldReject,
        after: RefundStatus::Rejected,
    };
    carry_out(&work, context, |dossier, id, _| {
        refund::reject(dossier, id, &args.reason)
    })
}

/// Each refund in a transaction of its own; a refused one keeps nobody from theirs.
fn carry_out(
    work: &Work<'_>,
    context: Context<'_>,
    decide: impl Fn(Dossier, RefundId, Hand<'_>) -> refund::Decided,
) -> anyhow::Result<Exit> {
    let actor = must_have_operator(&context, work.hand.by.as_deref())?;
    let mut pen = pen(&context, work.hand.dry_run)?;
    let (face, now, clock) = (
        context.face(),
        context.started_at,
        context.world.clock.clone(),
    );
    let hand = Hand { actor: &actor, now };
    let mut report = Report::new(&mut context.world.stdout, face, work.command, now)?;
    let mut count = Count::default();
    let mut end = Exit::Clean;
    for refund in work.refunds {
        let (row, ended) = match one(work, &mut pen, hand, *refund, &decide) {
            Ok(row) => row,
            Err(error) => refused(*refund, None, error.to_string()),
        };
        end = end.worse(ended);
        count.add(&row);
        report.row(&row)?;
    }
    report.finish(&count, clock.now(), end, &mut context.world.stderr)?;
    Ok(end)
}

fn one(
    work: &Work<'_>,
    pen: &mut Pen,
    hand: Hand<'_>,
    id: RefundId,
    decide: impl Fn(Dossier, RefundId, Hand<'_>) -> refund::Decided,
) -> Result<(Decided, Exit), StoreError> {
    let dossier = match pen.read().order_of_refund(id)? {
        Some(order) => pen.read().dossier(order)?,
        None => None,
    };
    let Some(dossier) = dossier else {
        let why = "no refund has this id; see: payctl refund list".to_owned();
        return Ok(refused(id, None, why));
    };
    let order = dossier.order.id;
    let acted = match act(pen, order, hand, |dossier| decide(dossier, id, hand))? {
        Some(Ok(acted)) => acted,
        Some(Err(why)) => {
            let why = told(&why, id, &dossier);
            return Ok(refused(id, Some(&dossier), why));
        }
        None => return Ok(refused(id, None, "its order is gone".to_owned())),
    };
    let lost = Some(refund::lost_by(&dossier, id));
    let lost = lost.filter(|lost| work.after == RefundStatus::Done && *lost > Rupiah::ZERO);
    let row = Decided {
        action: if work.hand.dry_run {
            work.would
        } else {
            work.action
        },
        status_after: Some(work.after),
        order_status_after: Some(acted.order_after),
        reason: lost.map_or_else(
            || left_behind(&acted).unwrap_or_else(|| "on a person's word".to_owned()),
            |lost| format!("{lost} of it was not here any more, and is lost"),
        ),
        ..Decided::of(id, Some(&dossier))
    };
    let end = lost.map_or(Exit::Clean, |_| Exit::Attention);
    Ok((row, exit(&acted).worse(end)))
}

pub(super) fn refused(id: RefundId, dossier: Option<&Dossier>, why: String) -> (Decided, Exit) {
    let row = Decided {
        reason: why,
        ..Decided::of(id, dossier)
    };
    (row, Exit::Failed)
}
