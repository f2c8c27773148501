//! The last look before anything is shown: an order can end while its gateway answers.

use super::end::End;
use super::teller::Teller;
use crate::commands::failure::Refusal;
use crate::domain::acts::open::{abandon, replace};
use crate::domain::acts::show::{Ended, may_show};
use crate::domain::dossier::{Change, Dossier};
use crate::domain::instant::Instant;
use crate::domain::names::PaymentId;
use crate::domain::observation::Errand;
use crate::domain::order::OrderStatus;
use crate::domain::payment::Payment;
use crate::domain::rule::Rule;
use crate::exit::Exit;
use crate::reconciler::Pen;
use crate::store::{Hand, ToAsk};

/// What is chosen on a page while that is closed is a payment of its own, and is closed after it.
const ROUNDS_MOST: usize = 2;

/// Why nobody is to be shown how to pay; none where it may be shown, or would not be in any case.
pub(super) fn ended(dossier: &Dossier, end: &End, now: Instant) -> Option<Ended> {
    let payment = match end {
        End::Opened(id)
        | End::Alive(id)
        | End::Unconfirmed(id, ..)
        | End::Over(id, _)
        | End::Unsettled(id, _) => dossier.payment(*id),
        End::Asked(_) => None,
        End::Refused(_)
        | End::Misconfigured(..)
        | End::WouldOpen
        | End::WouldReplace(_)
        | End::WouldAsk(_) => return None,
    };
    let ended = may_show(dossier, payment, now).err();
    // Of what is not shown anyway, its own words tell more than the clock.
    let is_told = matches!(end, End::Over(..) | End::Unsettled(..));
    ended.filter(|ended| !is_told || matches!(ended, Ended::Order(_)))
}

impl Teller<'_> {
    /// What is told in place of a way to pay. What an order that has ended can still be paid by is closed at its
    /// gateway first, and read.
    pub(super) async fn turn_away(&mut self, ended: Ended) -> anyhow::Result<Refusal> {
        let order = &self.args.order;
        let status = match ended {
            Ended::Order(status) => status,
            Ended::Overdue(until) => {
                let message = format!(
                    "nobody is shown how to pay {order}: its deadline {until} has passed meanwhile"
                );
                let hint = format!("give it more time with: payctl order extend {order}");
                return Ok(Refusal::new(Exit::Failed, message).hint(hint));
            }
            Ended::TooMuch(id) => {
                let message = format!(
                    "nobody is shown how to pay {order}: its payment {id} asks for more than is missing by now"
                );
                return Ok(Refusal::new(Exit::Failed, message).hint(format!(
                    "close it, and open one for what is missing, with: payctl pay {order} --new"
                )));
            }
            Ended::Payment(id, status) => {
                let message = format!(
                    "nobody is shown how to pay {order}: its payment {id} is {status} by now"
                );
                return Ok(Refusal::new(Exit::Partial, message)
                    .hint("type the same again, and another one is opened"));
            }
        };
        for _ in 0..ROUNDS_MOST {
            let open: Vec<PaymentId> = open(&self.dossier()?).map(|payment| payment.id).collect();
            if open.is_empty() {
                break;
            }
            self.close(&open, Rule::O17).await?;
        }
        Ok(self.has_ended(status, &self.dossier()?))
    }

    fn has_ended(&self, status: OrderStatus, now: &Dossier) -> Refusal {
        let order = &self.args.order;
        let is = if matches!(status, OrderStatus::Paid | OrderStatus::Fulfilled) {
            "paid already".to_owned()
        } else {
            format!("{status} by now")
        };
        let left = open(now).map(|payment| {
            let (id, gateway) = (payment.id, &payment.gateway);
            format!("; its payment {id} could not be closed at {gateway}")
        });
        let left: String = left.collect();
        let hint = if self.has_new_case(now) {
            "money has come in for it all the same; see: payctl case list".to_owned()
        } else if left.is_empty() {
            format!("see it with: payctl order show {order}")
        } else {
            "check-all --fix and expire go on closing it".to_owned()
        };
        let message = format!("nobody is shown how to pay {order}: it is {is}{left}");
        Refusal::new(Exit::Failed, message).hint(hint)
    }

    /// What can be paid is closed at its gateways, and read: for another one (P1), or because its order has ended
    /// (O17).
    pub(super) async fn close(&mut self, ids: &[PaymentId], rule: Rule) -> anyhow::Result<()> {
        let hand = Hand {
            actor: self.actor,
            now: self.setting.clock.now(),
        };
        let Some(Pen::Writing { mut store, permit }) = self.pen.take() else {
            return Ok(());
        };
        let dossier = store.read().dossier(self.order)?;
        let mut rows: Vec<ToAsk> = dossier.iter().flat_map(ToAsk::of).collect();
        rows.retain(|row| ids.contains(&row.payment.id));
        let can_close = rows.iter().filter(|row| self.crew.can_close(&row.payment));
        let can_close: Vec<PaymentId> = can_close.map(|row| row.payment.id).collect();
        store.note_closing(&permit, &can_close, rule, hand)?;
        let lanes = self.crew.lanes(rows, Errand::ReadAfterClose);
        let pen = Pen::Writing { store, permit };
        let round = self.setting.round(lanes, pen);
        let (tally, pen) = round.run(&mut |_| Ok(())).await?;
        self.crew.learn(&tally);
        self.pen = Some(pen);
        let unused: fn(Dossier, PaymentId, Instant) -> Vec<Change> =
            if rule == Rule::O17 { abandon } else { replace };
        if let Some(Pen::Writing { store, permit }) = &mut self.pen {
            let hand = Hand {
                now: self.setting.clock.now(),
                ..hand
            };
            for id in ids {
                store.act::<(), ()>(permit, self.order, hand, |dossier| {
                    Ok(((), unused(dossier, *id, hand.now)))
                })?;
            }
        }
        Ok(())
    }
}

/// What can still be paid at a gateway.
fn open(dossier: &Dossier) -> impl Iterator<Item = &Payment> {
    let payments = dossier.payments.iter();
    payments.filter(|payment| payment.status.is_open() && !payment.gateway.is_manual())
}
