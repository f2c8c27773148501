//! Writes refunds: those that are due, how they end, and those that the gateway made without payctl.

use rusqlite::params;

use super::super::book::Owed;
use super::super::error::StoreError;
use super::super::events::{Event, What};
use super::super::sql;
use super::{Writer, must_hit};
use crate::domain::instant::Instant;
use crate::domain::money::Rupiah;
use crate::domain::names::{PaymentId, RefundId};
use crate::domain::order::{RefundReason, RefundStatus};
use crate::domain::rule::Rule;

impl Writer<'_> {
    pub(super) fn owe(
        &mut self,
        payment: PaymentId,
        amount: Rupiah,
        reason: RefundReason,
        rule: Rule,
        why: &str,
    ) -> Result<(), StoreError> {
        let payment = self.known(payment)?;
        self.add_refund(payment, RefundStatus::Due, reason, amount, rule, why)?;
        self.done.owed.push(Owed {
            payment,
            amount,
            reason,
        });
        Ok(())
    }

    pub(super) fn book_external_refund(
        &mut self,
        payment: PaymentId,
        amount: Rupiah,
        rule: Rule,
    ) -> Result<(), StoreError> {
        let payment = self.known(payment)?;
        self.add_refund(
            payment,
            RefundStatus::External,
            RefundReason::Gateway,
            amount,
            rule,
            "the gateway refunded it, and payctl had not requested it",
        )
    }

    fn add_refund(
        &mut self,
        payment: PaymentId,
        status: RefundStatus,
        reason: RefundReason,
        amount: Rupiah,
        rule: Rule,
        why: &str,
    ) -> Result<(), StoreError> {
        self.refund = self.add(
            sql!("add_refund"),
            params![self.order, payment, status, reason, amount, self.now, why],
        )?;
        self.tell(&Event {
            payment: Some(payment),
            to: Some(status.word()),
            rule: Some(rule),
            amount: Some(amount),
            ..self.event(What::Refund, why)
        })
    }

    pub(super) fn move_refund(
        &mut self,
        id: RefundId,
        from: RefundStatus,
        to: RefundStatus,
        rule: Rule,
        why: &str,
    ) -> Result<(), StoreError> {
        let hit = self.change(sql!("move_refund"), params![to, self.now, id, from])?;
        must_hit(hit)?;
        self.tell(&Event {
            from: Some(from.word()),
            to: Some(to.word()),
            rule: Some(rule),
            ..self.event(What::Refund, why)
        })
    }

    pub(super) fn note_absent(&mut self, id: RefundId, since: Instant) -> Result<(), StoreError> {
        must_hit(self.change(sql!("note_absent"), params![since, id])?)
    }

    pub(super) fn shrink_refund(
        &mut self,
        id: RefundId,
        to: Rupiah,
        rule: Rule,
        why: &str,
    ) -> Result<(), StoreError> {
        let hit = self.change(sql!("shrink_refund"), params![to, self.now, id])?;
        must_hit(hit)?;
        self.tell(&Event {
            rule: Some(rule),
            amount: Some(to),
            ..self.event(What::Refund, why)
        })
    }
}
