//! Writes what people decide: money past the gateways, deadlines, waivers, refunds declined or sent by hand.

use rusqlite::params;

use super::super::error::StoreError;
use super::super::events::{Event, What};
use super::super::sql;
use super::super::transfers::{self, Direction};
use super::{Writer, must_hit};
use crate::domain::asked::Asked;
use crate::domain::bank_transfer::{BankTransfer, TransferPart};
use crate::domain::dossier::ByHand;
use crate::domain::instant::Instant;
use crate::domain::money::Rupiah;
use crate::domain::names::{PaymentId, RefundId};
use crate::domain::order::RefundStatus;
use crate::domain::payment::Payment;
use crate::domain::rule::Rule;
use crate::domain::schedule::Phase;

impl Writer<'_> {
    pub(super) fn act(&mut self, act: &ByHand) -> Result<(), StoreError> {
        match act {
            ByHand::Receive {
                payment,
                transfer,
                rule,
                why,
            } => self.receive(payment, transfer.as_ref(), *rule, why),
            ByHand::Ask { asked, rule, why } => self.ask(*asked, *rule, why),
            // The event keeps the transfer: it remains the payment's reference.
            ByHand::FreeTransfer(payment) => transfers::free(self.connection, *payment),
            ByHand::TellTransfersApart(payment) => transfers::tell_apart(self.connection, *payment),
            ByHand::Extend { to, rule, why } => self.extend(*to, *rule, why),
            ByHand::RevokeTicket(revoked) => self.revoke_ticket(revoked),
            ByHand::Waive { amount, rule, why } => {
                self.waive(sql!("waive_shortage"), *amount, *rule, why)
            }
            ByHand::TakeLoss { amount, rule, why } => {
                self.waive(sql!("take_loss"), *amount, *rule, why)
            }
            ByHand::DeclineRefund {
                id,
                from,
                rule,
                why,
            } => self.decline_refund(*id, *from, *rule, why),
            ByHand::SendRefund {
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
            ByHand::FinishRefund {
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
        why: &str,
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
        self.tell(&Event {
            payment: Some(id),
            to: Some(payment.status.word()),
            rule: Some(rule),
            amount: Some(payment.received),
            ..self.event(What::Payment, why)
        })
    }

    /// An order that already waits with this amount keeps it; a unique index ensures that.
    fn ask(&mut self, asked: Asked, rule: Rule, why: &str) -> Result<(), StoreError> {
        self.statement(sql!("retire_asked"))?
            .execute([asked.amount])?;
        let row = params![self.order, asked.price, asked.amount, self.now];
        must_hit(self.change(sql!("keep_asked"), row)?)?;
        self.tell(&Event {
            rule: Some(rule),
            amount: Some(asked.amount),
            ..self.event(What::Note, why)
        })
    }

    fn extend(&mut self, to: Instant, rule: Rule, why: &str) -> Result<(), StoreError> {
        let hit = self.change(
            sql!("extend_order"),
            params![to, self.order, self.order_version],
        )?;
        must_hit(hit)?;
        self.order_version += 1;
        self.tell(&Event {
            rule: Some(rule),
            ..self.event(What::Note, why)
        })
    }

    fn waive(
        &mut self,
        statement: &str,
        amount: Rupiah,
        rule: Rule,
        why: &str,
    ) -> Result<(), StoreError> {
        let hit = self.change(statement, params![amount, self.order, self.order_version])?;
        must_hit(hit)?;
        self.order_version += 1;
        self.tell(&Event {
            rule: Some(rule),
            amount: Some(amount),
            ..self.event(What::Note, &format!("waived: {why}"))
        })
    }

    fn decline_refund(
        &mut self,
        id: RefundId,
        from: RefundStatus,
        rule: Rule,
        why: &str,
    ) -> Result<(), StoreError> {
        let hit = self.change(sql!("decline_refund"), params![self.now, id, from])?;
        must_hit(hit)?;
        self.tell(&Event {
            from: Some(from.word()),
            to: Some(RefundStatus::Rejected.word()),
            rule: Some(rule),
            ..self.event(What::Refund, why)
        })
    }

    fn send_refund(
        &mut self,
        id: RefundId,
        from: RefundStatus,
        key: &str,
        rule: Rule,
        why: &str,
    ) -> Result<(), StoreError> {
        let hit = self.change(sql!("send_refund"), params![key, self.now, id, from])?;
        must_hit(hit)?;
        self.tell(&Event {
            from: Some(from.word()),
            to: Some(RefundStatus::Sent.word()),
            rule: Some(rule),
            ..self.event(What::Refund, why)
        })
    }

    /// Later answers are about the refund, too.
    fn ask_again(&mut self, payment: PaymentId, at: Instant) -> Result<(), StoreError> {
        must_hit(self.change(sql!("ask_again"), params![Phase::Refund, at, payment])?)
    }

    fn finish_refund(
        &mut self,
        id: RefundId,
        from: RefundStatus,
        transfer: &BankTransfer,
        rule: Rule,
        why: &str,
    ) -> Result<(), StoreError> {
        let transfer = transfers::book(self.connection, Direction::Out, transfer, false)?;
        let hit = self.change(sql!("finish_refund"), params![self.now, transfer, id, from])?;
        must_hit(hit)?;
        self.tell(&Event {
            from: Some(from.word()),
            to: Some(RefundStatus::Done.word()),
            rule: Some(rule),
            ..self.event(What::Refund, why)
        })
    }
}
