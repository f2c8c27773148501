//! `payctl refund approve`, `done` and `reject`: an operator decides about a refund.

use clap::Args;

use super::refusal::describe;
use super::row::{DecidedRefund, RefundAction, RefundDecisionSummary};
use crate::commands::consent::{ConsentArgs, Foretold, Unattended};
use crate::commands::operator::{self, describe_consequences, exit, ledger, require_operator};
use crate::commands::{CommandError, Context, writes};
use crate::domain::operator::refund;
use crate::domain::{
    BankName, BankReference, BankTransfer, Dossier, RefundId, RefundStatus, Rupiah,
};
use crate::exit::Exit;
use crate::output::counted::counted;
use crate::reconciler::Ledger;
use crate::store::{Actor, Direction, StoreError};

/// Approve refunds, so that they can be sent
///
/// Never approves more than is available: the money received, less what was refunded and what is being refunded.
#[derive(Debug, Args)]
pub(in crate::commands) struct RefundApproveArgs {
    /// Refund IDs
    #[arg(required = true, value_name = "REFUND")]
    refunds: Vec<RefundId>,
    #[command(flatten)]
    by: ManualRefundArgs,
    /// Reason, stored with the refund
    #[arg(long, value_name = "TEXT", value_parser = operator::reason, default_value = "approved")]
    reason: String,
}

writes!(RefundApproveArgs: Idempotent unless by.consent.dry_run);

/// Record that an approved refund was sent by bank transfer
#[derive(Debug, Args)]
pub(in crate::commands) struct RefundDoneArgs {
    /// Refund ID
    refund: RefundId,
    /// Bank reference of the transfer; must be unique
    #[arg(long, value_name = "REF")]
    bank_ref: BankReference,
    /// Bank of the transfer, in case another bank's transfer has the same reference
    #[arg(long, value_name = "BANK")]
    bank_ref_of: Option<BankName>,
    #[command(flatten)]
    by: ManualRefundArgs,
}

writes!(RefundDoneArgs: Idempotent unless by.consent.dry_run);

/// Reject a refund: the money stays, and no rule makes it due again
#[derive(Debug, Args)]
pub(in crate::commands) struct RefundRejectArgs {
    /// Refund ID
    refund: RefundId,
    /// Reason, stored with the refund
    #[arg(long, value_name = "TEXT", value_parser = operator::reason)]
    reason: String,
    #[command(flatten)]
    by: ManualRefundArgs,
}

writes!(RefundRejectArgs: Idempotent unless by.consent.dry_run);

#[derive(Debug, Args)]
struct ManualRefundArgs {
    /// Operator who decides; default: PAYCTL_OPERATOR, then the user of this machine
    #[arg(long, value_name = "NAME", value_parser = operator::name)]
    by: Option<String>,
    #[command(flatten)]
    consent: ConsentArgs,
}

/// The decision, for all refunds of one command line.
struct RefundJob<'a> {
    command: &'static str,
    refunds: &'a [RefundId],
    by: &'a ManualRefundArgs,
    action: RefundAction,
    /// In a dry run.
    would: RefundAction,
    after: RefundStatus,
    /// The question's first word.
    verb: &'static str,
    /// What cannot be taken back afterwards.
    warning: &'static str,
}

pub(super) fn approve(args: &RefundApproveArgs, context: Context<'_>) -> anyhow::Result<Exit> {
    let work = RefundJob {
        command: "refund approve",
        refunds: &args.refunds,
        by: &args.by,
        action: RefundAction::Approved,
        would: RefundAction::WouldApprove,
        after: RefundStatus::Approved,
        verb: "Approve",
        warning: "The next run or `payctl refund send` sends it; until then `payctl refund reject` still stops it.",
    };
    execute(&work, context, |dossier, id, _| {
        refund::approve(dossier, id, &args.reason)
    })
}

pub(super) fn done(args: &RefundDoneArgs, context: Context<'_>) -> anyhow::Result<Exit> {
    let transfer = BankTransfer {
        reference: args.bank_ref.clone(),
        bank: args.bank_ref_of.clone(),
    };
    require_unsent(&context, &transfer)?;
    let work = RefundJob {
        command: "refund done",
        refunds: &[args.refund],
        by: &args.by,
        action: RefundAction::Done,
        would: RefundAction::WouldBeDone,
        after: RefundStatus::Done,
        verb: "Record as sent:",
        warning: "The books then say that the customer has the money back; this cannot be undone.",
    };
    execute(&work, context, |dossier, id, by| {
        refund::finish_by_hand(dossier, id, &transfer, by.now)
    })
}

/// A transfer settles one refund. For two runs at once a unique index guarantees it.
fn require_unsent(context: &Context<'_>, transfer: &BankTransfer) -> anyhow::Result<()> {
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
        format!("{transfer} is already recorded{spelled}, for refund {refund} of {order}");
    let hint = format!(
        "see it: payctl refund list --order {order} --all; if this is another bank's transfer, add --bank-ref-of BANK"
    );
    Err(CommandError::failed(message).hint(hint).into())
}

pub(super) fn reject(args: &RefundRejectArgs, context: Context<'_>) -> anyhow::Result<Exit> {
    let work = RefundJob {
        command: "refund reject",
        refunds: &[args.refund],
        by: &args.by,
        action: RefundAction::Rejected,
        would: RefundAction::WouldReject,
        after: RefundStatus::Rejected,
        verb: "Reject",
        warning: "The shop keeps the money, and no rule makes it due again; this cannot be undone.",
    };
    execute(&work, context, |dossier, id, _| {
        refund::reject(dossier, id, &args.reason)
    })
}

impl RefundJob<'_> {
    /// The refunds that it is about, and what becomes of each.
    fn foretell(&self, context: &Context<'_>) -> anyhow::Result<Option<Foretold>> {
        let reader = context.reader()?;
        let (mut consequences, mut amounts) = (Vec::new(), Vec::new());
        for id in self.refunds {
            let dossier = match reader.order_of_refund(*id)? {
                Some(order) => reader.dossier(order)?,
                None => None,
            };
            let Some(dossier) = dossier else { continue };
            let Some(refund) = dossier.refunds.iter().find(|refund| refund.id == *id) else {
                continue;
            };
            amounts.push(refund.amount);
            let (amount, status, order) = (refund.amount, refund.status, &dossier.order.number);
            consequences.push(format!(
                "refund {id} of {order}, {amount}, now {status}: will be {}",
                self.after
            ));
        }
        if amounts.is_empty() {
            return Ok(None);
        }
        consequences.push(self.warning.to_owned());
        let (count, sum) = (amounts.len(), amounts.into_iter().sum::<Rupiah>());
        Ok(Some(Foretold {
            consequences,
            question: format!("{} {}, {sum}?", self.verb, counted(count, "refund")),
            otherwise: "nothing was changed",
        }))
    }
}

/// Each refund in its own transaction, so one failure does not stop the others.
fn execute(
    work: &RefundJob<'_>,
    mut context: Context<'_>,
    decide: impl Fn(Dossier, RefundId, Actor<'_>) -> refund::RefundDecision,
) -> anyhow::Result<Exit> {
    let actor = require_operator(&context, work.by.by.as_deref())?;
    let consent = &work.by.consent;
    context.require_consent(consent, Unattended::GoesOn, |context| {
        work.foretell(context)
    })?;
    let ledger = ledger(&context, consent.dry_run)?;
    let by = context.by(&actor);
    let mut list = context.listing(work.command)?;
    let mut count = RefundDecisionSummary::default();
    let mut end = Exit::Clean;
    for refund in work.refunds {
        let (row, ended) = match one(work, &ledger, by, *refund, &decide) {
            Ok(row) => row,
            Err(error) => refused(*refund, None, error.to_string()),
        };
        end = end.worse(ended);
        count.add(&row);
        list.row(&row)?;
    }
    list.finish(&count, end)
}

fn one(
    work: &RefundJob<'_>,
    ledger: &Ledger,
    by: Actor<'_>,
    id: RefundId,
    decide: impl Fn(Dossier, RefundId, Actor<'_>) -> refund::RefundDecision,
) -> Result<(DecidedRefund, Exit), StoreError> {
    let dossier = match ledger.read().order_of_refund(id)? {
        Some(order) => ledger.read().dossier(order)?,
        None => None,
    };
    let Some(dossier) = dossier else {
        let why = "no refund has this id; see: payctl refund list".to_owned();
        return Ok(refused(id, None, why));
    };
    let order = dossier.order.id;
    let acted = match ledger.update_order(order, by, |dossier| decide(dossier, id, by))? {
        Some(Ok(acted)) => acted,
        Some(Err(why)) => {
            let why = describe(&why, id, &dossier);
            return Ok(refused(id, Some(&dossier), why));
        }
        None => return Ok(refused(id, None, "its order no longer exists".to_owned())),
    };
    let lost = Some(refund::lost_amount(&dossier, id));
    let lost = lost.filter(|lost| work.after == RefundStatus::Done && *lost > Rupiah::ZERO);
    let row = DecidedRefund {
        action: if work.by.consent.dry_run {
            work.would
        } else {
            work.action
        },
        status_after: Some(work.after),
        order_status_after: Some(acted.order_after),
        reason: lost.map_or_else(
            || describe_consequences(&acted).unwrap_or_else(|| "decided by an operator".to_owned()),
            |lost| format!("{lost} of it was no longer available and is written off"),
        ),
        ..DecidedRefund::of(id, Some(&dossier))
    };
    let end = lost.map_or(Exit::Clean, |_| Exit::Attention);
    Ok((row, exit(&acted).worse(end)))
}

pub(super) fn refused(
    id: RefundId,
    dossier: Option<&Dossier>,
    why: String,
) -> (DecidedRefund, Exit) {
    let row = DecidedRefund {
        reason: why,
        ..DecidedRefund::of(id, dossier)
    };
    (row, Exit::Failed)
}
