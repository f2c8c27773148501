//! `payctl approve`: books money that came past the gateways, on a person's word.

mod amounts;
mod choose;
mod lines;
mod open_payments;
mod plan;
mod row;
#[cfg(test)]
mod tests;
mod withdraw;

use std::io::Write;

use clap::Args;

use self::amounts::GivenAmount;
use self::open_payments::OpenPayments;
use self::plan::{ApprovalPreview, execute_all, plan};
use self::row::ApproveSummary;
use super::confirm::{Prompt, ask, can_ask, confirm};
use super::context::Context;
use super::failure::CommandError;
use super::fulfilling::{A_PERSON_WAITS, fulfil_after};
use super::operator::{self, ledger, must_have_operator, operator};
use super::polling_run::end_of;
use super::transfers::{self, TransferBooking};
use crate::domain::bank_transfer::{BankName, BankReference, BankTransfer};
use crate::domain::money::Rupiah;
use crate::domain::names::{OrderNumber, PaymentId, Sku};
use crate::exit::Exit;
use crate::output::printable;
use crate::output::report::Report;
use crate::reconciler::LedgerAccess;
use crate::store::Direction;

/// Book money that came past the gateways, on a person's word
///
/// Use this when the money is in the bank, or in the till, and no gateway can say so. Who approved it,
/// why, and the bank's reference stay with the payment for good. On a terminal, no order means: choose
/// from a list.
#[derive(Debug, Args)]
pub(super) struct ApproveArgs {
    /// The numbers of the orders
    #[arg(value_name = "ORDER")]
    orders: Vec<OrderNumber>,
    /// Who approves; PAYCTL_OPERATOR by default
    #[arg(long, value_name = "NAME", value_parser = operator::name)]
    by: Option<String>,
    /// Why this is right
    #[arg(long, value_name = "TEXT", value_parser = operator::reason)]
    reason: Option<String>,
    /// What came in, if not all that is missing; of several orders, for each: ORDER=RUPIAH
    #[arg(long = "amount", value_name = "RUPIAH", value_parser = amounts::given)]
    amounts: Vec<GivenAmount>,
    /// By what the bank knows the transfer. It is booked once, for all orders that it pays, or for none
    #[arg(long, value_name = "REF")]
    bank_ref: Option<BankReference>,
    /// The bank, where another bank's transfer has the same reference
    #[arg(long, value_name = "BANK", requires = "bank_ref")]
    bank_ref_of: Option<BankName>,
    /// Choose among the pending orders of this product
    #[arg(long, value_name = "SKU", conflicts_with = "orders")]
    product: Option<Sku>,
    /// Take an approval back: the payment is reversed, and its order judged again
    #[arg(long, value_name = "PAYMENT", conflicts_with_all = ["orders", "amounts", "bank_ref", "product"])]
    withdraw: Option<PaymentId>,
    /// Book it even if a payment at a gateway may still be paid, because that could not be closed or read
    #[arg(long, conflicts_with = "withdraw")]
    even_if_payable: bool,
    /// Do not ask for confirmation
    #[arg(long)]
    yes: bool,
    /// Show what would be approved, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Who approves, and why.
struct OperatorDecision {
    actor: String,
    reason: String,
}

/// What is to be approved, and by what the money came.
struct ApprovalRequest<'a> {
    amounts: &'a [GivenAmount],
    transfer: Option<BankTransfer>,
    /// Each of them once.
    orders: Vec<OrderNumber>,
}

impl ApprovalRequest<'_> {
    /// One transfer pays several orders: all of them, or none.
    fn is_shared(&self) -> bool {
        self.transfer.is_some() && self.orders.len() > 1
    }
}

pub(super) fn run(args: &ApproveArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let is_person_there = can_ask(&context.options, context.host);
    refuse_the_unclear(args, is_person_there)?;
    if !is_person_there && !args.dry_run {
        word_of(args, &context)?;
    }
    if let Some(payment) = args.withdraw {
        return withdraw::run(args, payment, context);
    }
    amounts::print_interpreted_amounts(&mut context, &args.amounts);
    let mut ledger = ledger(&context, args.dry_run)?;
    let transfer = args.transfer();
    if let Some(transfer) = &transfer {
        must_be_unused(args, &mut context, &ledger, transfer)?;
    }
    let orders = if args.orders.is_empty() {
        choose::from_pending(&context, ledger.read(), args.product.as_ref())?
    } else {
        args.orders.clone()
    };
    let request = ApprovalRequest {
        amounts: &args.amounts,
        transfer,
        orders: distinct(orders),
    };
    amounts::require_match(request.amounts, &request.orders)?;
    let planned = plan(&request, &context, &ledger)?;
    let mut beside = OpenPayments::load(
        args,
        request.transfer.as_ref(),
        &context,
        ledger.read(),
        &planned,
    )?;
    let word = if args.dry_run {
        None
    } else {
        Some(confirmed(args, &mut context, &planned, &beside)?)
    };
    if let Some(word) = &word {
        ledger = beside.close(&context, &word.actor, ledger)?;
    }
    context.lend_stdout(|context, stdout| {
        let planned = (planned, &beside);
        report(
            &request,
            context,
            stdout,
            &mut ledger,
            planned,
            word.as_ref(),
        )
    })
}

fn follow_up(context: &mut Context<'_>, ledger: &mut LedgerAccess) -> anyhow::Result<Exit> {
    let LedgerAccess::Writing { store, permit } = ledger else {
        return Ok(Exit::Clean);
    };
    let until = Some(tokio::time::Instant::now() + A_PERSON_WAITS);
    fulfil_after(context, store, permit, until)
}

/// What no order and no person can make right.
fn refuse_the_unclear(args: &ApproveArgs, is_person_there: bool) -> Result<(), CommandError> {
    if !args.orders.is_empty() {
        amounts::require_match(&args.amounts, &distinct(args.orders.clone()))?;
    }
    if is_person_there {
        return Ok(());
    }
    if args.orders.is_empty() && args.withdraw.is_none() {
        let message = "without a terminal nobody can choose; name the orders to approve";
        return Err(CommandError::new(Exit::Usage, message)
            .hint("see them with: payctl order list --status pending"));
    }
    if !args.yes && !args.dry_run {
        let message = "without a terminal nobody can say yes; nothing was approved";
        return Err(CommandError::new(Exit::Usage, message)
            .hint("add --yes to approve, or --dry-run to look"));
    }
    Ok(())
}

fn distinct(orders: Vec<OrderNumber>) -> Vec<OrderNumber> {
    let mut distinct = Vec::with_capacity(orders.len());
    for order in orders {
        if !distinct.contains(&order) {
            distinct.push(order);
        }
    }
    distinct
}

/// A transfer is booked once. Of another bank's with the same reference a person is told.
fn must_be_unused(
    args: &ApproveArgs,
    context: &mut Context<'_>,
    ledger: &LedgerAccess,
    transfer: &BankTransfer,
) -> anyhow::Result<()> {
    let holders = ledger.read().transfer_holders(Direction::In, transfer)?;
    let orders = distinct(args.orders.clone());
    let wanted = orders
        .iter()
        .map(|order| (order, amounts::of_order(&args.amounts, order)));
    let wanted: Vec<TransferBooking<'_>> = wanted.collect();
    transfers::require_unused(transfer, &holders, &wanted)?;
    transfers::print_similar_transfers(&mut context.host.stderr, transfer, &holders.others);
    Ok(())
}

impl ApproveArgs {
    fn transfer(&self) -> Option<BankTransfer> {
        self.bank_ref.clone().map(|reference| BankTransfer {
            reference,
            bank: self.bank_ref_of.clone(),
        })
    }
}

/// Who and why, from the command line alone.
fn word_of(args: &ApproveArgs, context: &Context<'_>) -> Result<OperatorDecision, CommandError> {
    let actor = must_have_operator(context, args.by.as_deref())?;
    let Some(reason) = args.reason.clone() else {
        let message = "nobody has said why this is right";
        return Err(CommandError::new(Exit::Usage, message).hint("say it with --reason TEXT"));
    };
    Ok(OperatorDecision { actor, reason })
}

/// Who and why, asked of the person where the command line does not say; then whether it is meant.
fn confirmed(
    args: &ApproveArgs,
    context: &mut Context<'_>,
    planned: &[ApprovalPreview],
    beside: &OpenPayments,
) -> anyhow::Result<OperatorDecision> {
    if !can_ask(&context.options, context.host) {
        return Ok(word_of(args, context)?);
    }
    let would = planned.iter().filter_map(ApprovalPreview::would_book);
    let would = would.filter(|(order, _)| beside.stop_before(*order).is_none());
    let good: Vec<Rupiah> = would.map(|(_, amount)| amount).collect();
    let actor = match operator(context, args.by.as_deref()) {
        Some(actor) => actor,
        None => format!("operator:{}", asked("Who approves this", operator::name)?),
    };
    let reason = match &args.reason {
        Some(reason) => reason.clone(),
        None => asked("Why is this right", operator::reason)?,
    };
    for planned in planned {
        let order = planned.would_book().map(|(order, _)| order);
        let stop = order.and_then(|order| beside.stop_before(order));
        let stop = stop.map(|stop| beside.describe_blocker(&stop).1);
        let told = planned.refused().map(str::to_owned).or(stop);
        if let Some(why) = told.or_else(|| beside.describe(order?)) {
            // A terminal that went away gives no answer below.
            let _ = writeln!(
                context.host.stderr,
                "{}: {}",
                planned.number,
                printable(&why)
            );
        }
    }
    let mut question = question(&good);
    if beside.is_any() {
        question.insert_str(0, "Close what can still be paid at its gateway. ");
    }
    if !args.yes && !good.is_empty() && !confirm(&question)? {
        let message = "nothing was approved";
        return Err(CommandError::new(Exit::Failed, message).into());
    }
    Ok(OperatorDecision { actor, reason })
}

fn asked(prompt: &str, parse: fn(&str) -> Result<String, String>) -> anyhow::Result<String> {
    ask(&Prompt {
        prompt,
        usual: "",
        check: &|text| parse(text).map(|_| ()).map_err(|why| format!("this {why}")),
    })
}

fn question(amounts: &[Rupiah]) -> String {
    let sum: Rupiah = amounts.iter().copied().sum();
    match amounts.len() {
        1 => format!("Approve 1 order, {sum}?"),
        many => format!("Approve {many} orders, {sum} in all?"),
    }
}

/// Tells what approving has come to. Then come the
/// effects, and how they ended belongs to how the command ends.
fn report(
    request: &ApprovalRequest<'_>,
    context: &mut Context<'_>,
    stdout: &mut (dyn Write + Send),
    ledger: &mut LedgerAccess,
    (planned, beside): (Vec<ApprovalPreview>, &OpenPayments),
    word: Option<&OperatorDecision>,
) -> anyhow::Result<Exit> {
    let (style, now, clock) = (
        context.style(),
        context.started_at,
        context.host.clock.clone(),
    );
    let mut report = Report::new(stdout, style, "approve", now)?;
    let mut count = ApproveSummary::default();
    let mut exit = beside.exit;
    for (row, end) in execute_all(request, ledger, planned, word, now, beside) {
        exit = exit.worse(end);
        count.add(&row);
        report.row(&row)?;
    }
    let followed = follow_up(context, ledger);
    let exit = exit.worse(end_of(&followed));
    report.finish(&count, clock.now(), exit, &mut context.host.stderr)?;
    followed?;
    Ok(exit)
}
