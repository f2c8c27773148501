//! Writes refunds: those that are due, how they end, and those that the gateway made without payctl.

use rusqlite::params;

use super::super::book::RefundOwed;
use super::super::error::StoreError;
use super::super::events::{Columns, EventRecord, EventSubject};
use super::super::sql;
use super::{PlanWriter, require_hit};
use crate::domain::{
    Instant, PaymentId, Reason, RefundId, RefundReason, RefundStatus, Rule, Rupiah,
};

impl PlanWriter<'_> {
    pub(super) fn record_refund_due(
        &mut self,
        payment: PaymentId,
        amount: Rupiah,
        reason: RefundReason,
        rule: Rule,
        why: &Reason,
    ) -> Result<(), StoreError> {
        let payment = self.known(payment)?;
        self.add_refund(payment, RefundStatus::Due, reason, amount, rule, why)?;
        self.done.owed.push(RefundOwed {
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
            &Reason::RefundNotOrdered,
        )
    }

    fn add_refund(
        &mut self,
        payment: PaymentId,
        status: RefundStatus,
        reason: RefundReason,
        amount: Rupiah,
        rule: Rule,
        why: &Reason,
    ) -> Result<(), StoreError> {
        let told = Columns::of(why)?;
        self.refund = self.add(
            sql!("add_refund"),
            params![
                self.order,
                payment,
                status,
                reason,
                amount,
                self.now,
                told.words,
                told.code,
                told.params
            ],
        )?;
        self.record_event(&EventRecord {
            payment: Some(payment),
            to: Some(status.word()),
            rule: Some(rule),
            amount: Some(amount),
            ..self.event(EventSubject::Refund, why)
        })
    }

    pub(super) fn move_refund(
        &mut self,
        id: RefundId,
        from: RefundStatus,
        to: RefundStatus,
        rule: Rule,
        why: &Reason,
    ) -> Result<(), StoreError> {
        let hit = self.change(sql!("move_refund"), params![to, self.now, id, from])?;
        require_hit(hit)?;
        self.record_event(&EventRecord {
            from: Some(from.word()),
            to: Some(to.word()),
            rule: Some(rule),
            ..self.event(EventSubject::Refund, why)
        })
    }

    pub(super) fn record_absent(&mut self, id: RefundId, since: Instant) -> Result<(), StoreError> {
        require_hit(self.change(sql!("note_absent"), params![since, id])?)
    }

    pub(super) fn reduce_refund(
        &mut self,
        id: RefundId,
        to: Rupiah,
        rule: Rule,
        why: &Reason,
    ) -> Result<(), StoreError> {
        let hit = self.change(sql!("shrink_refund"), params![to, self.now, id])?;
        require_hit(hit)?;
        self.record_event(&EventRecord {
            rule: Some(rule),
            amount: Some(to),
            ..self.event(EventSubject::Refund, why)
        })
    }
}
