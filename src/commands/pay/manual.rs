//! Payment outside the gateways: by the shop's own QRIS, or to another account.

use super::outcome::PayOutcome;
use super::row::{PayAction, PaymentView};
use super::session::PaymentSession;
use crate::commands::failure::CommandError;
use crate::config::ManualConfig;
use crate::domain::operator::ask::{self, ask, wanted};
use crate::domain::{Dossier, GatewayName, ManualPaymentRequest, Payment, Rupiah, UniqueAmount};
use crate::exit::Exit;
use crate::store::{Actor, Decision, OtherOrders, StoreError, StoredInstructions};

/// The method if the shop has a QRIS code of its own.
pub(super) const QRIS: &str = "qris";

impl PaymentSession<'_> {
    /// Requests what is missing or, with `--unique`, a unique amount. An order keeps the amount that it was given.
    pub(super) fn ask_by_hand(&mut self) -> anyhow::Result<PayOutcome> {
        let now = self.setting.clock.now();
        let amount = match wanted(&self.dossier()?, now).map_err(|why| self.refused(&why))? {
            ManualPaymentRequest::Same(asked) => asked.amount,
            ManualPaymentRequest::New(price) if !self.args.unique => price,
            ManualPaymentRequest::New(_) => self.request_unique_amount()?.amount,
        };
        Ok(if self.args.dry_run {
            PayOutcome::WouldAsk(amount)
        } else {
            PayOutcome::Asked(amount)
        })
    }

    /// The operator chose a payment outside the gateways.
    pub(super) fn is_manual_chosen(&self) -> bool {
        let named = self.args.gateway.as_ref();
        self.args.unique || named.is_some_and(GatewayName::is_manual)
    }

    /// Two open ways to pay one order would lead to two payments.
    pub(super) fn already_open(&self, alive: &Payment) -> CommandError {
        let (order, gateway) = (&self.args.order, &alive.gateway);
        let message = format!(
            "{order} cannot be paid manually: its payment {} at {gateway} can still be paid",
            alive.id
        );
        CommandError::new(Exit::Failed, message)
            .hint("close that one first with --new, or leave out --gateway and --unique to see it")
    }

    fn request_unique_amount(&mut self) -> anyhow::Result<UniqueAmount> {
        let now = self.setting.clock.now();
        let by = Actor {
            actor: self.actor,
            now,
        };
        let decide = |dossier: Dossier, others: &OtherOrders<'_>| its_own(&dossier, others, by);
        match self.ledger.update_order_with(self.order, by, decide)? {
            Some(Ok(acted)) => Ok(acted.said),
            Some(Err(why)) => Err(self.refused(&why).into()),
            None => Err(CommandError::new(Exit::Failed, "the order no longer exists").into()),
        }
    }

    fn refused(&self, why: &ask::AmountRefusal) -> CommandError {
        match why {
            ask::AmountRefusal::NotOpen(why) => self.refusal(why),
            ask::AmountRefusal::NoneFree(_) => {
                let message = format!("no amount was requested for {}: {why}", self.args.order);
                let hint =
                    "leave out --unique, or expire and cancel orders that nobody will pay any more";
                let refusal = CommandError::new(Exit::Failed, message).hint(hint);
                refusal.because(why)
            }
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
