//! Writes what people decide: money past the gateways, deadlines, waivers, refunds declined or sent by hand.

use rusqlite::params;

use super::super::error::StoreError;
use super::super::events::{EventRecord, EventSubject};
use super::super::sql;
use super::super::transfers::{self, Direction};
use super::{PlanWriter, require_hit};
use crate::domain::{
    BankTransfer, Instant, ManualChange, Payment, PaymentId, Phase, Reason, RefundId, RefundStatus,
    Rule, Rupiah, TransferPart, UniqueAmount,
};

impl PlanWriter<'_> {
    pub(super) fn execute_manual(&mut self, act: &ManualChange) -> Result<(), StoreError> {
        match act {
            ManualChange::Receive {
                payment,
                transfer,
                rule,
                why,
            } => self.receive(payment, transfer.as_ref(), *rule, why),
            ManualChange::Ask { asked, rule, why } => self.ask(*asked, *rule, why),
            // The event keeps the transfer: it remains the payment's reference.
            ManualChange::FreeTransfer(payment) => transfers::free(self.connection, *payment),
            ManualChange::TellTransfersApart(payment) => {
                transfers::mark_distinct(self.connection, *payment)
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
            } => self.decline_refund(*id, *from, *rule, why),
            ManualChange::SendRefund {
                id,
                from,
                key,
                payment,
                ask_at,
                rule,
                why,
            } => {
                self.send_refund(*id, *from, key, *rule, why)?;
                self.ask_again(*payment, *ask_at)
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
        self.statement(sql!("add_gateway"))?
            .execute([&payment.gateway])?;
        let transfer = match part {
            Some(part) => Some(transfers::book(
                self.connection,
                Direction::In,
                &part.transfer,
                part.is_further,
            )?),
            None => None,
        };
        let id = self.insert_payment(payment, transfer)?;
        self.record_event(&EventRecord {
            payment: Some(id),
            to: Some(payment.status.word()),
            rule: Some(rule),
            amount: Some(payment.received),
            ..self.event(EventSubject::Payment, why)
        })
    }

    /// An order that already waits with this amount keeps it; a unique index ensures that.
    fn ask(&mut self, asked: UniqueAmount, rule: Rule, why: &Reason) -> Result<(), StoreError> {
        self.statement(sql!("retire_asked"))?
            .execute([asked.amount])?;
        let row = params![self.order, asked.price, asked.amount, self.now];
        require_hit(self.change(sql!("keep_asked"), row)?)?;
        self.record_event(&EventRecord {
            rule: Some(rule),
            amount: Some(asked.amount),
            ..self.event(EventSubject::Note, why)
        })
    }

    fn extend(&mut self, to: Instant, rule: Rule, why: &Reason) -> Result<(), StoreError> {
        let hit = self.change(
            sql!("extend_order"),
            params![to, self.order, self.order_version],
        )?;
        require_hit(hit)?;
        self.order_version += 1;
        self.record_event(&EventRecord {
            rule: Some(rule),
            ..self.event(EventSubject::Note, why)
        })
    }

    fn waive(
        &mut self,
        statement: &str,
        amount: Rupiah,
        rule: Rule,
        why: &Reason,
    ) -> Result<(), StoreError> {
        let hit = self.change(statement, params![amount, self.order, self.order_version])?;
        require_hit(hit)?;
        self.order_version += 1;
        let reason = Box::new(why.clone());
        self.record_event(&EventRecord {
            rule: Some(rule),
            amount: Some(amount),
            ..self.event(EventSubject::Note, &Reason::Waived { reason })
        })
    }

    fn decline_refund(
        &mut self,
        id: RefundId,
        from: RefundStatus,
        rule: Rule,
        why: &Reason,
    ) -> Result<(), StoreError> {
        let hit = self.change(sql!("decline_refund"), params![self.now, id, from])?;
        require_hit(hit)?;
        self.record_event(&EventRecord {
            from: Some(from.word()),
            to: Some(RefundStatus::Rejected.word()),
            rule: Some(rule),
            ..self.event(EventSubject::Refund, why)
        })
    }

    fn send_refund(
        &mut self,
        id: RefundId,
        from: RefundStatus,
        key: &str,
        rule: Rule,
        why: &Reason,
    ) -> Result<(), StoreError> {
        let hit = self.change(sql!("send_refund"), params![key, self.now, id, from])?;
        require_hit(hit)?;
        self.record_event(&EventRecord {
            from: Some(from.word()),
            to: Some(RefundStatus::Sent.word()),
            rule: Some(rule),
            ..self.event(EventSubject::Refund, why)
        })
    }

    /// Later answers are about the refund, too.
    fn ask_again(&mut self, payment: PaymentId, at: Instant) -> Result<(), StoreError> {
        require_hit(self.change(sql!("ask_again"), params![Phase::Refund, at, payment])?)
    }

    fn finish_refund(
        &mut self,
        id: RefundId,
        from: RefundStatus,
        transfer: &BankTransfer,
        rule: Rule,
        why: &Reason,
    ) -> Result<(), StoreError> {
        let transfer = transfers::book(self.connection, Direction::Out, transfer, false)?;
        let hit = self.change(sql!("finish_refund"), params![self.now, transfer, id, from])?;
        require_hit(hit)?;
        self.record_event(&EventRecord {
            from: Some(from.word()),
            to: Some(RefundStatus::Done.word()),
            rule: Some(rule),
            ..self.event(EventSubject::Refund, why)
        })
    }
}
