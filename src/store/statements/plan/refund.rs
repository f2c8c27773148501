//! Writes refunds: those that are due, how they end, and those that the gateway made without payctl.

use super::super::audit::{EventSubject, ReasonColumns};
use super::PlanWriter;
use crate::domain::{
    Instant, PaymentId, Reason, RefundId, RefundOwed, RefundReason, RefundStatus, Rule, Rupiah,
};
use crate::store::engine::{first, sql};
use crate::store::error::StoreError;

impl PlanWriter<'_> {
    pub(super) fn record_refund_due(
        &mut self,
        payment: PaymentId,
        amount: Rupiah,
        reason: RefundReason,
        rule: Rule,
        why: &Reason,
    ) -> Result<(), StoreError> {
        let owed = RefundOwed {
            payment: self.known(payment)?,
            amount,
            reason,
        };
        self.add_refund(owed, RefundStatus::Due, rule, why)?;
        self.done.owed.push(owed);
        Ok(())
    }

    pub(super) fn book_external_refund(
        &mut self,
        payment: PaymentId,
        amount: Rupiah,
        rule: Rule,
    ) -> Result<(), StoreError> {
        let gone = RefundOwed {
            payment: self.known(payment)?,
            amount,
            reason: RefundReason::Gateway,
        };
        let why = &Reason::RefundNotOrdered;
        self.add_refund(gone, RefundStatus::External, rule, why)
    }

    fn add_refund(
        &mut self,
        refund: RefundOwed,
        status: RefundStatus,
        rule: Rule,
        why: &Reason,
    ) -> Result<(), StoreError> {
        let told = ReasonColumns::of(why)?;
        self.refund = self.tx.one(
            sql!("add_refund"),
            &[
                &self.order,
                &refund.payment,
                &status,
                &refund.reason,
                &refund.amount,
                &self.by.now,
                &told.words,
                &told.code,
                &told.params,
            ],
            first,
        )?;
        let event = self.event(EventSubject::Refund, why).to(status.word());
        let event = event.payment(refund.payment).amount(refund.amount);
        self.record(event.rule(rule))
    }

    pub(super) fn move_refund(
        &mut self,
        id: RefundId,
        from: RefundStatus,
        to: RefundStatus,
        rule: Rule,
        why: &Reason,
    ) -> Result<(), StoreError> {
        self.tx
            .change(sql!("move_refund"), &[&to, &self.by.now, &id, &from])?;
        self.record_refund(from, to, rule, why)
    }

    pub(super) fn record_absent(&mut self, id: RefundId, since: Instant) -> Result<(), StoreError> {
        self.tx.change(sql!("note_absent"), &[&since, &id])
    }

    pub(super) fn reduce_refund(
        &mut self,
        id: RefundId,
        to: Rupiah,
        rule: Rule,
        why: &Reason,
    ) -> Result<(), StoreError> {
        self.tx
            .change(sql!("shrink_refund"), &[&to, &self.by.now, &id])?;
        self.record(self.event(EventSubject::Refund, why).rule(rule).amount(to))
    }

    pub(super) fn record_refund(
        &self,
        from: RefundStatus,
        to: RefundStatus,
        rule: Rule,
        why: &Reason,
    ) -> Result<(), StoreError> {
        let event = self.event(EventSubject::Refund, why).rule(rule);
        self.record(event.from(from.word()).to(to.word()))
    }
}
