//! The last check before payment instructions are shown: an order can end while its gateway answers.

use super::outcome::PayOutcome;
use super::session::PaymentSession;
use crate::commands::failure::CommandError;
use crate::domain::operator::open::{abandon, replace_unopened};
use crate::domain::operator::show::check_showable;
use crate::domain::{
    Change, Dossier, Instant, NotPayable, OrderStatus, Payment, PaymentId, QueryPurpose, Rule,
};
use crate::exit::Exit;
use crate::reconciler::CheckResult;
use crate::store::{Actor, DuePayment};

/// A payment chosen on a page while the page is being closed is closed in a second round.
const MAX_ROUNDS: usize = 2;

/// Why the instructions must not be shown; none if they may, or there are none.
pub(super) fn ended(dossier: &Dossier, end: &PayOutcome, now: Instant) -> Option<NotPayable> {
    let payment = match end {
        PayOutcome::Opened(id)
        | PayOutcome::Alive(id)
        | PayOutcome::Unconfirmed(id, ..)
        | PayOutcome::Over(id, _)
        | PayOutcome::Unsettled(id, _) => dossier.payment(*id),
        PayOutcome::Asked(_) => None,
        PayOutcome::Refused(_)
        | PayOutcome::Misconfigured(..)
        | PayOutcome::WouldOpen
        | PayOutcome::WouldReplace(_)
        | PayOutcome::WouldAsk(_) => return None,
    };
    let ended = check_showable(dossier, payment, now).err();
    // If nothing is shown anyway, its own reason says more than the clock.
    let is_told = matches!(end, PayOutcome::Over(..) | PayOutcome::Unsettled(..));
    ended.filter(|ended| !is_told || matches!(ended, NotPayable::Order(_)))
}

impl PaymentSession<'_> {
    /// The refusal instead of instructions. Payments of an order that has ended are closed at their gateways first, and
    /// checked.
    pub(super) async fn refuse_ended(&mut self, ended: NotPayable) -> anyhow::Result<CommandError> {
        let order = &self.args.order;
        let status = match ended {
            NotPayable::Order(status) => status,
            NotPayable::Overdue(until) => {
                let message = format!(
                    "no payment instructions for {order}: its deadline {until} has passed in the meantime"
                );
                let hint = format!("give it more time: payctl order extend {order}");
                return Ok(CommandError::new(Exit::Failed, message).hint(hint));
            }
            NotPayable::TooMuch(id) => {
                let message = format!(
                    "no payment instructions for {order}: its payment {id} asks for more than is still missing"
                );
                return Ok(CommandError::new(Exit::Failed, message).hint(format!(
                    "close it and open one for what is missing: payctl pay {order} --new"
                )));
            }
            NotPayable::Payment(id, status) => {
                let message = format!(
                    "no payment instructions for {order}: its payment {id} is now {status}"
                );
                return Ok(CommandError::new(Exit::Partial, message)
                    .hint("run the command again to open another one"));
            }
        };
        for _ in 0..MAX_ROUNDS {
            let open: Vec<PaymentId> = open(&self.dossier()?).map(|payment| payment.id).collect();
            if open.is_empty() {
                break;
            }
            self.close(&open, Rule::O17).await?;
        }
        Ok(self.has_ended(status, &self.dossier()?))
    }

    fn has_ended(&self, status: OrderStatus, now: &Dossier) -> CommandError {
        let order = &self.args.order;
        let is = if matches!(status, OrderStatus::Paid | OrderStatus::Fulfilled) {
            "already paid".to_owned()
        } else {
            format!("now {status}")
        };
        let left = open(now).map(|payment| {
            let (id, gateway) = (payment.id, &payment.gateway);
            format!("; its payment {id} could not be closed at {gateway}")
        });
        let left: String = left.collect();
        let hint = if self.has_new_case(now) {
            "money was received for it; see: payctl case list".to_owned()
        } else if left.is_empty() {
            format!("see the order: payctl order show {order}")
        } else {
            "check-all --fix and expire will close it".to_owned()
        };
        let message = format!("no payment instructions for {order}: it is {is}{left}");
        CommandError::new(Exit::Failed, message).hint(hint)
    }

    /// Closes open payments at their gateways and checks them: to make room for another (P1), or because the order has
    /// ended (O17).
    pub(super) async fn close(&mut self, ids: &[PaymentId], rule: Rule) -> anyhow::Result<()> {
        let by = Actor {
            actor: self.actor,
            now: self.setting.clock.now(),
        };
        let Some(writer) = self.ledger.writer() else {
            return Ok(());
        };
        let dossier = writer.read().dossier(self.order)?;
        let mut rows: Vec<DuePayment> = dossier.iter().flat_map(DuePayment::of).collect();
        rows.retain(|row| ids.contains(&row.payment.id));
        let can_close = rows.iter().filter(|row| self.pool.can_close(&row.payment));
        let can_close: Vec<PaymentId> = can_close.map(|row| row.payment.id).collect();
        writer.write(|store, permit| store.record_closing(permit, &can_close, rule, by))?;
        let streams = self.pool.streams(rows, QueryPurpose::ReadAfterClose);
        let mut unprinted = |_: &CheckResult| Ok(());
        let round = self.setting.query(streams, self.ledger, &mut unprinted);
        self.pool.absorb(&round.await?);
        let unused: fn(Dossier, PaymentId, Instant) -> Vec<Change> = if rule == Rule::O17 {
            abandon
        } else {
            replace_unopened
        };
        let by = Actor {
            now: self.setting.clock.now(),
            ..by
        };
        for id in ids {
            self.ledger
                .update_order::<(), ()>(self.order, by, |dossier| {
                    Ok(((), unused(dossier, *id, by.now)))
                })?;
        }
        Ok(())
    }
}

/// Payments that can still be paid at a gateway.
fn open(dossier: &Dossier) -> impl Iterator<Item = &Payment> {
    let payments = dossier.payments.iter();
    payments.filter(|payment| payment.status.is_open() && !payment.gateway.is_manual())
}
