//! Writes what people decide: money past the gateways, deadlines, waivers, refunds declined or sent by hand.

use super::super::audit::EventSubject;
use super::super::gateways;
use super::super::transfers::{self, Direction};
use super::PlanWriter;
use crate::domain::{
    BankTransfer, Instant, ManualChange, Payment, Phase, Reason, RefundId, RefundStatus, Rule,
    Rupiah, TransferPart, UniqueAmount,
};
use crate::store::engine::sql;
use crate::store::error::StoreError;

impl PlanWriter<'_> {
    pub(super) fn execute_manual(&mut self, act: &ManualChange) -> Result<(), StoreError> {
        let now = self.by.now;
        match act {
            ManualChange::Receive {
                payment,
                transfer,
                rule,
                why,
            } => self.receive(payment, transfer.as_ref(), *rule, why),
            ManualChange::Ask { asked, rule, why } => self.ask(*asked, *rule, why),
            // The event keeps the transfer: it remains the payment's reference.
            ManualChange::FreeTransfer(payment) => transfers::free(self.tx, *payment),
            ManualChange::TellTransfersApart(payment) => {
                transfers::mark_distinct(self.tx, *payment)
            }
            ManualChange::Extend { to, rule, why } => self.extend(*to, *rule, why),
            ManualChange::RevokeTicket(revoked) => self.revoke_ticket(revoked),
            ManualChange::Waive { amount, rule, why } => {
                self.waive(sql!("waive_shortage"), *amount, *rule, why)
            }
            ManualChange::TakeLoss { amount, rule, why } => {
                self.waive(sql!("take_loss"), *amount, *rule, why)
            }
            ManualChange::DeclineRefund {
                id,
                from,
                rule,
                why,
            } => {
                self.tx.change(sql!("decline_refund"), &[&now, id, from])?;
                self.record_refund(*from, RefundStatus::Rejected, *rule, why)
            }
            ManualChange::SendRefund {
                id,
                from,
                key,
                payment,
                ask_at,
                rule,
                why,
            } => {
                self.tx
                    .change(sql!("send_refund"), &[key, &now, id, from])?;
                self.record_refund(*from, RefundStatus::Sent, *rule, why)?;
                // Later answers are about the refund, too.
                self.tx
                    .change(sql!("ask_again"), &[&Phase::Refund, ask_at, payment])
            }
            ManualChange::FinishRefund {
                id,
                from,
                transfer,
                rule,
                why,
            } => self.finish_refund(*id, *from, transfer, *rule, why),
        }
    }

    fn receive(
        &mut self,
        payment: &Payment,
        part: Option<&TransferPart>,
        rule: Rule,
        why: &Reason,
    ) -> Result<(), StoreError> {
        gateways::add(self.tx, &payment.gateway)?;
        let book = |part: &TransferPart| {
            transfers::book(self.tx, Direction::In, &part.transfer, part.is_further)
        };
        let transfer = part.map(book).transpose()?;
        let id = self.insert_payment(payment, transfer)?;
        let event = self.event(EventSubject::Payment, why).payment(id);
        let event = event.to(payment.status.word()).rule(rule);
        self.record(event.amount(payment.received))
    }

    /// An order that already waits with this amount keeps it; a unique index ensures that.
    fn ask(&mut self, asked: UniqueAmount, rule: Rule, why: &Reason) -> Result<(), StoreError> {
        self.tx.exec(sql!("retire_asked"), &[&asked.amount])?;
        self.tx.change(
            sql!("keep_asked"),
            &[&self.order, &asked.price, &asked.amount, &self.by.now],
        )?;
        let event = self.event(EventSubject::Note, why).rule(rule);
        self.record(event.amount(asked.amount))
    }

    fn extend(&mut self, to: Instant, rule: Rule, why: &Reason) -> Result<(), StoreError> {
        self.tx.change(
            sql!("extend_order"),
            &[&to, &self.order, &self.order_version],
        )?;
        self.order_version += 1;
        self.record(self.event(EventSubject::Note, why).rule(rule))
    }

    fn waive(
        &mut self,
        statement: &'static str,
        amount: Rupiah,
        rule: Rule,
        why: &Reason,
    ) -> Result<(), StoreError> {
        self.tx
            .change(statement, &[&amount, &self.order, &self.order_version])?;
        self.order_version += 1;
        let reason = Box::new(why.clone());
        let why = Reason::Waived { reason };
        let event = self.event(EventSubject::Note, &why).rule(rule);
        self.record(event.amount(amount))
    }

    fn finish_refund(
        &mut self,
        id: RefundId,
        from: RefundStatus,
        transfer: &BankTransfer,
        rule: Rule,
        why: &Reason,
    ) -> Result<(), StoreError> {
        let transfer = transfers::book(self.tx, Direction::Out, transfer, false)?;
        self.tx.change(
            sql!("finish_refund"),
            &[&self.by.now, &transfer, &id, &from],
        )?;
        self.record_refund(from, RefundStatus::Done, rule, why)
    }
}
