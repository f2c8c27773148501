//! `payctl approve`: books money that came in outside the gateways, on an operator's decision.

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
use self::row::{ApproveSummary, ApprovedRow};
use super::confirm::{Prompt, ask, can_ask, confirm};
use super::effects::{INTERACTIVE_BUDGET, fulfil_after};
use super::operator::{self, ledger, require_operator};
use super::polling_run::end_of;
use super::transfers::{self, TransferBooking};
use super::user::{machine_user, named_operator};
use crate::commands::{CommandError, Context, writes};
use crate::domain::{BankName, BankReference, BankTransfer, OrderNumber, PaymentId, Rupiah, Sku};
use crate::exit::Exit;
use crate::output::printable;
use crate::output::report::Report;
use crate::reconciler::Ledger;
use crate::store::{Direction, Reader};

/// Book money that came in outside the gateways
///
/// Use this when the money is in the bank account or the till and no gateway can confirm it. The operator, the
/// reason and the bank reference are stored with the payment for good. On a terminal, without an order number,
/// you choose from a list of pending orders.
#[derive(Debug, Args)]
pub(super) struct ApproveArgs {
    /// Order numbers
    #[arg(value_name = "ORDER")]
    orders: Vec<OrderNumber>,
    /// Operator who approves; default: PAYCTL_OPERATOR, then the user of this machine
    #[arg(long, value_name = "NAME", value_parser = operator::name)]
    by: Option<String>,
    /// Reason for the approval
    #[arg(long, value_name = "TEXT", value_parser = operator::reason)]
    reason: Option<String>,
    /// Amount received; default: all that is missing
    ///
    /// With several orders, repeat it for each: --amount INV-1=50000 --amount INV-2=75000
    #[arg(long = "amount", value_name = "RUPIAH", value_parser = amounts::given)]
    amounts: Vec<GivenAmount>,
    /// Bank reference of the transfer; must be unique
    ///
    /// With several orders, the transfer pays all of them or none.
    #[arg(long, value_name = "REF")]
    bank_ref: Option<BankReference>,
    /// Bank of the transfer, in case another bank's transfer has the same reference
    #[arg(long, value_name = "BANK", requires = "bank_ref")]
    bank_ref_of: Option<BankName>,
    /// Choose among the pending orders of this product
    ///
    /// With --amount: the one that waits for exactly this amount.
    #[arg(long, value_name = "SKU", conflicts_with = "orders")]
    product: Option<Sku>,
    /// Withdraw the approval of this payment
    ///
    /// The payment is reversed, and payctl decides the order's status again.
    #[arg(long, value_name = "PAYMENT", conflicts_with_all = ["orders", "amounts", "bank_ref", "product"])]
    withdraw: Option<PaymentId>,
    /// Approve even if another payment of the order may still be paid at a gateway
    ///
    /// payctl closes such payments first. Without this flag, it refuses to approve if that fails.
    #[arg(long, conflicts_with = "withdraw")]
    even_if_payable: bool,
    /// Do not ask for confirmation
    #[arg(long)]
    yes: bool,
    /// Show what would be approved, and write nothing
    #[arg(long)]
    dry_run: bool,
}

writes!(ApproveArgs: Idempotent unless dry_run);

/// Who approves, and why.
struct OperatorDecision {
    actor: String,
    reason: String,
}

/// What is to be approved, and how the money came in.
struct ApprovalRequest<'a> {
    amounts: &'a [GivenAmount],
    transfer: Option<BankTransfer>,
    /// Without duplicates.
    orders: Vec<OrderNumber>,
}

impl ApprovalRequest<'_> {
    /// The transfer pays several orders: all of them or none.
    fn is_shared(&self) -> bool {
        self.transfer.is_some() && self.orders.len() > 1
    }
}

pub(super) fn run(args: &ApproveArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let is_person_there = can_ask(&context.options, context.host);
    refuse_the_unclear(args, is_person_there)?;
    context.require_columns::<ApprovedRow>()?;
    if !is_person_there && !args.dry_run {
        word_of(args, &context)?;
    }
    if let Some(payment) = args.withdraw {
        return withdraw::run(args, payment, context);
    }
    amounts::print_interpreted_amounts(&mut context, &args.amounts);
    let ledger = ledger(&context, args.dry_run)?;
    let transfer = args.transfer();
    if let Some(transfer) = &transfer {
        require_unused(args, &mut context, &ledger, transfer)?;
    }
    let orders = match (args.by_amount(), args.orders.is_empty()) {
        (Some(wanted), _) => choose::by_amount(&context, ledger.read(), wanted, is_person_there)?,
        (None, true) => choose::from_pending(&context, ledger.read(), args.product.as_ref())?,
        (None, false) => args.orders.clone(),
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
        planned.iter().filter_map(ApprovalPreview::would_book),
    )?;
    let word = if args.dry_run {
        None
    } else {
        Some(confirmed(
            args,
            &mut context,
            ledger.read(),
            (&planned, &beside),
        )?)
    };
    if let Some((word, writer)) = word.as_ref().zip(ledger.writer()) {
        beside.close(&context, &word.actor, writer)?;
    }
    context.lend_stdout(|context, stdout| {
        let planned = (planned, &beside);
        report(&request, context, stdout, &ledger, planned, word.as_ref())
    })
}

fn follow_up(context: &mut Context<'_>, ledger: &Ledger) -> anyhow::Result<Exit> {
    let Some(writer) = ledger.writer() else {
        return Ok(Exit::Clean);
    };
    let until = Some(tokio::time::Instant::now() + INTERACTIVE_BUDGET);
    fulfil_after(context, writer, until)
}

/// Refuses what is wrong regardless of the orders.
fn refuse_the_unclear(args: &ApproveArgs, is_person_there: bool) -> Result<(), CommandError> {
    if !args.orders.is_empty() {
        amounts::require_match(&args.amounts, &distinct(args.orders.clone()))?;
    }
    if is_person_there {
        return Ok(());
    }
    if args.orders.is_empty() && args.withdraw.is_none() && args.by_amount().is_none() {
        let message = "stdin is not a terminal: name the orders to approve";
        return Err(
            CommandError::usage(message).hint("list them: payctl order list --status pending")
        );
    }
    if !args.yes && !args.dry_run {
        let message = "stdin is not a terminal: pass --yes to confirm; nothing was approved";
        return Err(CommandError::usage(message).hint("to see what would be approved: --dry-run"));
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

/// A transfer is booked once. The operator is told of another bank's transfer with the same reference.
fn require_unused(
    args: &ApproveArgs,
    context: &mut Context<'_>,
    ledger: &Ledger,
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
    /// The product and the amount by which the order is to be found.
    fn by_amount(&self) -> Option<(&Sku, Rupiah)> {
        self.product.as_ref().zip(amounts::alone(&self.amounts))
    }

    fn transfer(&self) -> Option<BankTransfer> {
        self.bank_ref.clone().map(|reference| BankTransfer {
            reference,
            bank: self.bank_ref_of.clone(),
        })
    }
}

/// Operator and reason, from the command line alone.
fn word_of(args: &ApproveArgs, context: &Context<'_>) -> Result<OperatorDecision, CommandError> {
    let actor = require_operator(context, args.by.as_deref())?;
    let Some(reason) = args.reason.clone() else {
        let message = "reason required";
        return Err(CommandError::usage(message).hint("give it with --reason TEXT"));
    };
    Ok(OperatorDecision { actor, reason })
}

/// Operator and reason, prompting for what the command line lacks; then asks for confirmation.
fn confirmed(
    args: &ApproveArgs,
    context: &mut Context<'_>,
    reader: &Reader,
    (planned, beside): (&[ApprovalPreview], &OpenPayments),
) -> anyhow::Result<OperatorDecision> {
    if !can_ask(&context.options, context.host) {
        return Ok(word_of(args, context)?);
    }
    let mut good = Vec::new();
    let mut told = Vec::new();
    for one in planned {
        let would = one.would_book();
        let would = would.filter(|(order, _)| beside.stop_before(*order).is_none());
        if let Some((order, amount)) = would {
            good.push(amount);
            let name = reader.customer_of(order)?.name.unwrap_or_default();
            told.push(format!("  {}  {amount}  {name}", one.number));
        }
    }
    let actor = match named_operator(&context.environment, args.by.as_deref()) {
        Some(actor) => actor,
        None => {
            let user = machine_user(&context.environment).unwrap_or_default();
            format!("operator:{}", asked("Your name", &user, operator::name)?)
        }
    };
    let reason = match &args.reason {
        Some(reason) => reason.clone(),
        None => asked("Reason for the approval", "", operator::reason)?,
    };
    for planned in planned {
        let order = planned.would_book().map(|(order, _)| order);
        let stop = order.and_then(|order| beside.stop_before(order));
        let stop = stop.map(|stop| beside.describe_blocker(&stop).1);
        let told = planned.refused().map(str::to_owned).or(stop);
        if let Some(why) = told.or_else(|| beside.describe(order?)) {
            // If the terminal is gone, the prompt below fails.
            let _ = writeln!(
                context.host.stderr,
                "{}: {}",
                planned.number,
                printable(&why)
            );
        }
    }
    let asks = !args.yes && !good.is_empty();
    if asks && beside.is_any() {
        told.push(
            "Payments that are still open will be closed at their gateways first.".to_owned(),
        );
    }
    for line in told.iter().filter(|_| asks) {
        let _ = writeln!(context.host.stderr, "{}", printable(line).trim_end());
    }
    if asks && !confirm(&question(&good))? {
        let message = "nothing was approved";
        return Err(CommandError::failed(message).into());
    }
    Ok(OperatorDecision { actor, reason })
}

fn asked(
    prompt: &str,
    usual: &str,
    parse: fn(&str) -> Result<String, String>,
) -> anyhow::Result<String> {
    ask(&Prompt {
        prompt,
        usual,
        check: &|text| {
            parse(text)
                .map(|_| ())
                .map_err(|why| format!("the text {why}"))
        },
    })
}

fn question(amounts: &[Rupiah]) -> String {
    let sum: Rupiah = amounts.iter().copied().sum();
    match amounts.len() {
        1 => format!("Approve 1 order, {sum}?"),
        many => format!("Approve {many} orders, {sum} in all?"),
    }
}

/// Reports the approvals, then carries out their effects; how the effects ended counts towards the exit.
fn report(
    request: &ApprovalRequest<'_>,
    context: &mut Context<'_>,
    stdout: &mut (dyn Write + Send),
    ledger: &Ledger,
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
