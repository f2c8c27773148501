//! `payctl approve --withdraw`: withdraws an approval.

use serde::Serialize;

use super::super::confirm::{can_ask, confirm};
use super::super::operator::{describe_consequences, exit, ledger};
use super::{ApproveArgs, word_of};
use crate::commands::{CommandError, Context};
use crate::domain::operator::withdraw;
use crate::domain::{BankReference, Order, OrderNumber, OrderStatus, PaymentId, RefundId, Rupiah};
use crate::exit::Exit;
use crate::output::detail::Detail;
use crate::store::{Actor, TransferUse, Updated};

/// Fields are only ever added.
#[derive(Serialize)]
struct WithdrawnApproval {
    order: OrderNumber,
    order_status: OrderStatus,
    order_status_after: OrderStatus,
    payment: PaymentId,
    amount: Rupiah,
    result: &'static str,
    reason: Option<String>,
    /// The refunds that were rejected because of it.
    refunds_rejected: Vec<RefundId>,
    /// The bank reference; null for cash, for example.
    bank_reference: Option<BankReference>,
    /// Other payments by the same transfer. They stay, and keep the reference in use.
    also_paid: Vec<AlsoPaid>,
}

#[derive(Serialize)]
struct AlsoPaid {
    order: OrderNumber,
    payment: PaymentId,
    amount: Rupiah,
}

pub(super) fn run(
    args: &ApproveArgs,
    payment: PaymentId,
    context: Context<'_>,
) -> anyhow::Result<Exit> {
    let word = word_of(args, &context)?;
    let ledger = ledger(&context, args.dry_run)?;
    let dossier = match ledger.read().order_of_payment(payment)? {
        Some(order) => ledger.read().dossier(order)?,
        None => None,
    };
    let Some(dossier) = dossier else {
        let message = format!("no payment has the ID {payment}");
        return Err(CommandError::failed(message)
            .hint("see an order's payments: payctl order show ORDER")
            .into());
    };
    let order = dossier.order.clone();
    let now = context.started_at;
    let (foreseen, _) = withdraw::withdraw(dossier, payment, &word.reason, now).map_err(refused)?;
    let parts = ledger.read().transfer_parts(payment)?;
    let also = also_paid(&parts, payment);
    let question = format!(
        "Withdraw the approval of {} for {}?{}",
        foreseen.amount,
        order.number,
        also.map(|also| format!(" The same transfer also paid {also}."))
            .unwrap_or_default()
    );
    let asks = !args.yes && !args.dry_run && can_ask(&context.options, context.host);
    if asks && !confirm(&question)? {
        return Err(CommandError::failed("nothing was withdrawn").into());
    }
    let by = Actor {
        actor: &word.actor,
        now,
    };
    let acted = ledger.update_order(order.id, by, |dossier| {
        withdraw::withdraw(dossier, payment, &word.reason, now)
    })?;
    let Some(acted) = acted else {
        return Err(CommandError::failed("the order no longer exists").into());
    };
    let acted = acted.map_err(refused)?;
    answer(args, payment, order, &acted, parts, context)
}

fn answer(
    args: &ApproveArgs,
    payment: PaymentId,
    order: Order,
    acted: &Updated<withdraw::ApprovalReversal>,
    parts: Vec<TransferUse>,
    mut context: Context<'_>,
) -> anyhow::Result<Exit> {
    let rejected = &acted.said.rejected;
    let also = also_paid(&parts, payment);
    let also = also.map(|also| format!("{also}; these stay, and keep the reference in use"));
    let withdrawn = WithdrawnApproval {
        order: order.number,
        order_status: acted.order_before,
        order_status_after: acted.order_after,
        payment,
        amount: acted.said.amount,
        result: if args.dry_run {
            "would_withdraw"
        } else {
            "withdrawn"
        },
        reason: describe_consequences(acted),
        refunds_rejected: rejected.iter().map(|(id, _)| *id).collect(),
        bank_reference: parts.first().map(|part| part.transfer.reference.clone()),
        also_paid: parts
            .into_iter()
            .filter(|part| part.payment != payment)
            .map(|part| AlsoPaid {
                order: part.order,
                payment: part.payment,
                amount: part.amount,
            })
            .collect(),
    };
    let stopped = stopped(rejected);
    let end = exit(acted).worse(if rejected.is_empty() {
        Exit::Clean
    } else {
        Exit::Attention
    });
    let detail = Detail::new(context.style())
        .field("Order", &withdrawn.order)
        .field("Order status", withdrawn.order_status_after)
        .field("Payment", payment)
        .field("Amount", withdrawn.amount)
        .field_if_any("Bank reference", withdrawn.bank_reference.as_ref())
        .field_if_any("It also paid", also.as_ref())
        .field_if_any("Left behind", withdrawn.reason.as_ref())
        .field_if_any("Refunds rejected", stopped.as_ref())
        .field("Result", context.would(args.dry_run, "withdrawn"));
    context.show("approve", &withdrawn, &detail, end)
}

/// `INV-2 (payment 5, Rp 25,000)`: the other payments by the same transfer.
fn also_paid(parts: &[TransferUse], payment: PaymentId) -> Option<String> {
    let others = parts.iter().filter(|part| part.payment != payment);
    let told =
        others.map(|part| format!("{} (payment {}, {})", part.order, part.payment, part.amount));
    let told: Vec<String> = told.collect();
    (!told.is_empty()).then(|| told.join(", "))
}

/// `1 (Rp 25,000)`: refunds that somebody may be about to send.
fn stopped(rejected: &[(RefundId, Rupiah)]) -> Option<String> {
    let told = rejected
        .iter()
        .map(|(id, amount)| format!("{id} ({amount})"));
    let told: Vec<String> = told.collect();
    (!told.is_empty()).then(|| format!("{}; do not send them", told.join(", ")))
}

fn refused(refusal: impl ToString) -> CommandError {
    CommandError::failed(refusal.to_string()).hint("nothing was written")
}
