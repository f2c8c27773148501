//! Asking for money past the gateways: the shop's own QRIS, or where else to send it.

use super::end::End;
use super::row::{Action, Shown};
use super::teller::Teller;
use crate::commands::failure::Refusal;
use crate::config::ManualConfig;
use crate::domain::acts::ask::{self, Wanted, ask, wanted};
use crate::domain::asked::Asked;
use crate::domain::dossier::Dossier;
use crate::domain::money::Rupiah;
use crate::domain::names::GatewayName;
use crate::domain::payment::Payment;
use crate::exit::Exit;
use crate::reconciler::Pen;
use crate::store::{Decision, Given, Hand, Others, StoreError};

/// How it is paid where the shop has a code of its own.
pub(super) const QRIS: &str = "qris";

impl Teller<'_> {
    /// What the customer is asked for: what is missing, or with `--unique` an amount of its own. What an order was
    /// asked for once, it is asked for again.
    pub(super) fn ask_by_hand(&mut self) -> anyhow::Result<End> {
        let now = self.setting.clock.now();
        let amount = match wanted(&self.dossier()?, now).map_err(|why| self.refused(&why))? {
            Wanted::Same(asked) => asked.amount,
            Wanted::New(price) if !self.args.unique => price,
            Wanted::New(_) => self.ask_for_its_own()?.amount,
        };
        Ok(if self.args.dry_run {
            End::WouldAsk(amount)
        } else {
            End::Asked(amount)
        })
    }

    /// Somebody has said that it is to be paid past the gateways.
    pub(super) fn must_be_by_hand(&self) -> bool {
        let named = self.args.gateway.as_ref();
        self.args.unique || named.is_some_and(GatewayName::is_manual)
    }

    /// Two ways to pay one order would be two payments.
    pub(super) fn beside(&self, alive: &Payment) -> Refusal {
        let (order, gateway) = (&self.args.order, &alive.gateway);
        let message = format!(
            "{order} was not asked to pay by hand: its payment {} at {gateway} can still be paid",
            alive.id
        );
        Refusal::new(Exit::Failed, message)
            .hint("close that one first with --new, or leave --gateway and --unique out to see it")
    }

    fn ask_for_its_own(&mut self) -> anyhow::Result<Asked> {
        let now = self.setting.clock.now();
        let hand = Hand {
            actor: self.actor,
            now,
        };
        let decide = |dossier: Dossier, others: &Others<'_>| its_own(&dossier, others, hand);
        let acted = match &mut self.pen {
            Some(Pen::Writing { store, permit }) => {
                store.act_beside(permit, self.order, hand, decide)?
            }
            Some(Pen::Looking(reader)) => reader.foresee_beside(self.order, decide)?,
            None => None,
        };
        match acted {
            Some(Ok(acted)) => Ok(acted.said),
            Some(Err(why)) => Err(self.refused(&why).into()),
            None => Err(Refusal::new(Exit::Failed, "its order is gone").into()),
        }
    }

    fn refused(&self, why: &ask::Refusal) -> Refusal {
        match why {
            ask::Refusal::NotOpen(why) => self.refusal(why),
            ask::Refusal::NoneFree(_) => {
                let message = format!("{} was not asked to pay: {why}", self.args.order);
                let hint = "leave --unique out, or expire and cancel what nobody will pay any more";
                Refusal::new(Exit::Failed, message).hint(hint)
            }
        }
    }
}

/// Decided on the order and the others as the transaction sees them.
fn its_own(
    dossier: &Dossier,
    others: &Others<'_>,
    hand: Hand<'_>,
) -> Result<Decision<Asked, ask::Refusal>, StoreError> {
    Ok(match wanted(dossier, hand.now) {
        Err(why) => Err(why),
        Ok(Wanted::Same(asked)) => Ok((asked, Vec::new())),
        Ok(Wanted::New(price)) => ask(price, &others.asked_above(price, hand.now)?, hand.now),
    })
}

/// What the answer shows.
pub(super) fn shown(
    dossier: &Dossier,
    manual: &ManualConfig,
    (action, payable): (Action, Rupiah),
) -> Shown {
    let qris = manual.qris.as_ref();
    let method = qris.map(|_| QRIS.to_owned());
    let (number, again) = (&dossier.order.number, payable.as_i64());
    let reason =
        format!("once the money is in: payctl approve {number} --amount {again} --bank-ref …");
    Shown {
        gateway: Some(GatewayName::MANUAL.to_owned()),
        method,
        payable,
        qr_text: qris.map(|qris| qris.asking_for(payable)),
        pay_to: manual.pay_to.clone(),
        ..Shown::of(dossier, None, Given::default(), (action, reason))
    }
}
