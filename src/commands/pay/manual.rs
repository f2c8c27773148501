//! Payment outside the gateways: by the shop's own QRIS, or to another account.

use super::PayArgs;
use super::outcome::{PayAction, PayOutcome};
use super::refusal::refusal;
use super::row::PaymentView;
use super::session::PaymentSession;
use crate::commands::CommandError;
use crate::config::ManualConfig;
use crate::domain::operator::ask::{self, ask, wanted};
use crate::domain::{
    Dossier, GatewayName, ManualPaymentRequest, OrderNumber, Payment, Rupiah, UniqueAmount,
};
use crate::store::{Actor, Decision, OtherOrders, StoreError, StoredInstructions};

/// The method if the shop has a QRIS code of its own.
pub(super) const QRIS: &str = "qris";

/// Requests what is missing or, with `--unique`, a unique amount. An order keeps the amount that it was given.
pub(super) fn ask_by_hand(session: &PaymentSession<'_>) -> anyhow::Result<PayOutcome> {
    let wanted = wanted(&session.dossier()?, session.setting.clock.now());
    let amount = match wanted.map_err(|why| refused(session, &why))? {
        ManualPaymentRequest::Same(asked) => asked.amount,
        ManualPaymentRequest::New(price) if !session.args.unique => price,
        ManualPaymentRequest::New(_) => request_unique_amount(session)?.amount,
    };
    let action = if session.args.dry_run {
        PayAction::WouldAsk
    } else {
        PayAction::Asked
    };
    Ok(PayOutcome {
        by_hand: Some(amount),
        ..PayOutcome::without_payment(action)
    })
}

/// The operator chose a payment outside the gateways.
pub(super) fn is_chosen(args: &PayArgs) -> bool {
    args.unique || args.gateway.as_ref().is_some_and(GatewayName::is_manual)
}

/// Two open ways to pay one order would lead to two payments.
pub(super) fn already_open(order: &OrderNumber, alive: &Payment) -> CommandError {
    let message = format!(
        "{order} cannot be paid manually: its payment {} at {} can still be paid",
        alive.id, alive.gateway
    );
    CommandError::failed(message)
        .hint("close that one first with --new, or leave out --gateway and --unique to see it")
}

fn request_unique_amount(session: &PaymentSession<'_>) -> anyhow::Result<UniqueAmount> {
    let by = session.by();
    let decide = |dossier: Dossier, others: &OtherOrders<'_>| its_own(&dossier, others, by);
    match session
        .ledger
        .update_order_with(session.order, by, decide)?
    {
        Some(Ok(acted)) => Ok(acted.said),
        Some(Err(why)) => Err(refused(session, &why).into()),
        None => Err(CommandError::failed("the order no longer exists").into()),
    }
}

fn refused(session: &PaymentSession<'_>, why: &ask::AmountRefusal) -> CommandError {
    match why {
        ask::AmountRefusal::NotOpen(why) => refusal(session, why),
        ask::AmountRefusal::NoneFree(_) => {
            let message = format!("no amount was requested for {}: {why}", session.args.order);
            let hint =
                "leave out --unique, or expire and cancel orders that nobody will pay any more";
            CommandError::failed(message).hint(hint).because(why)
        }
    }
}

/// Decides with the order and the other orders as this transaction sees them.
fn its_own(
    dossier: &Dossier,
    others: &OtherOrders<'_>,
    by: Actor<'_>,
) -> Result<Decision<UniqueAmount, ask::AmountRefusal>, StoreError> {
    Ok(match wanted(dossier, by.now) {
        Err(why) => Err(why),
        Ok(ManualPaymentRequest::Same(asked)) => Ok((asked, Vec::new())),
        Ok(ManualPaymentRequest::New(price)) => {
            ask(price, &others.asked_above(price, by.now)?, by.now)
        }
    })
}

/// What the output shows.
pub(super) fn shown(
    dossier: &Dossier,
    manual: &ManualConfig,
    (action, payable): (PayAction, Rupiah),
) -> PaymentView {
    let qris = manual.qris.as_ref();
    let method = qris.map(|_| QRIS.to_owned());
    let (number, again) = (&dossier.order.number, payable.as_i64());
    let reason = format!(
        "when the money has arrived: payctl approve {number} --amount {again} --bank-ref …"
    );
    PaymentView {
        gateway: Some(GatewayName::MANUAL.to_owned()),
        method,
        payable,
        qr_text: qris.map(|qris| qris.asking_for(payable)),
        pay_to: manual.pay_to.clone(),
        ..PaymentView::of(
            dossier,
            None,
            StoredInstructions::default(),
            (action, reason),
        )
    }
}
