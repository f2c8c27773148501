//! Changes that only a person can make.

use super::PlanBuilder;
use crate::domain::payment::schedule;
use crate::domain::{
    BankTransfer, CaseId, CaseKind, CaseOutcome, Change, Instant, ManualChange, Payment, PaymentId,
    Reason, RefundId, RefundStatus, RevokedTicket, Rule, Rupiah, TransferPart,
};

impl PlanBuilder {
    /// Books money received outside the gateways.
    pub(in crate::domain) fn receive(
        &mut self,
        payment: Payment,
        transfer: Option<TransferPart>,
        rule: Rule,
        why: Reason,
    ) {
        self.dossier.payments.push(payment.clone());
        self.push_manual(ManualChange::Receive {
            payment: Box::new(payment),
            transfer,
            rule,
            why,
        });
    }

    pub(in crate::domain) fn move_payment(
        &mut self,
        before: &Payment,
        after: Payment,
        rule: Rule,
        why: Reason,
    ) {
        let mut payments = self.dossier.payments.iter_mut();
        if let Some(kept) = payments.find(|payment| payment.id == after.id) {
            kept.clone_from(&after);
        }
        self.changes.push(Change::MovePayment {
            before: Box::new(before.clone()),
            after: Box::new(after),
            rule,
            why,
        });
    }

    pub(in crate::domain) fn free_transfer(&mut self, payment: PaymentId) {
        self.push_manual(ManualChange::FreeTransfer(payment));
    }

    pub(in crate::domain) fn tell_transfers_apart(&mut self, payment: PaymentId) {
        self.push_manual(ManualChange::TellTransfersApart(payment));
    }

    pub(in crate::domain) fn extend(&mut self, to: Instant, rule: Rule, why: Reason) {
        self.dossier.order.expires_at = to;
        self.push_manual(ManualChange::Extend { to, rule, why });
    }

    pub(in crate::domain) fn revoke_ticket(&mut self, revoked: RevokedTicket) {
        self.push_manual(ManualChange::RevokeTicket(revoked));
    }

    /// Waives the missing amount, if any.
    pub(in crate::domain) fn waive_shortage(&mut self, rule: Rule, why: &Reason) {
        if let Some(amount) = self.waived_shortage() {
            let why = why.clone();
            self.push_manual(ManualChange::Waive { amount, rule, why });
        }
    }

    /// As [`PlanBuilder::waive_shortage`], for money that was here and is lost.
    pub(in crate::domain) fn write_off(&mut self, rule: Rule, why: &Reason) {
        if let Some(amount) = self.waived_shortage() {
            self.dossier.loss = self.dossier.loss + amount;
            let why = why.clone();
            self.push_manual(ManualChange::TakeLoss { amount, rule, why });
        }
    }

    fn waived_shortage(&mut self) -> Option<Rupiah> {
        let amount = self
            .dossier
            .order
            .total
            .saturating_sub(self.dossier.cover());
        let waived = self.dossier.order.waived + amount;
        self.dossier.order.waived = waived;
        (amount > Rupiah::ZERO).then_some(amount)
    }

    /// Closes the case that a person decided.
    pub(in crate::domain) fn resolve(
        &mut self,
        id: CaseId,
        kind: CaseKind,
        resolution: CaseOutcome,
        why: &Reason,
    ) {
        self.dossier.cases.retain(|case| case.id != id);
        self.changes.push(Change::CloseCase {
            id,
            kind,
            resolution,
            why: why.clone(),
        });
    }

    pub(in crate::domain) fn decline_refund(&mut self, id: RefundId, rule: Rule, why: &Reason) {
        let mut refunds = self.dossier.refunds.iter_mut();
        let Some(refund) = refunds.find(|refund| refund.id == id) else {
            return;
        };
        let from = std::mem::replace(&mut refund.status, RefundStatus::Rejected);
        refund.declined = true;
        let why = why.clone();
        self.push_manual(ManualChange::DeclineRefund {
            id,
            from,
            rule,
            why,
        });
    }

    /// Records that the gateway is about to send a refund.
    pub(in crate::domain) fn send_refund(
        &mut self,
        id: RefundId,
        key: String,
        now: Instant,
        rule: Rule,
        why: &Reason,
    ) {
        let mut refunds = self.dossier.refunds.iter_mut();
        let Some(refund) = refunds.find(|refund| refund.id == id) else {
            return;
        };
        let from = std::mem::replace(&mut refund.status, RefundStatus::Sent);
        refund.sent_at = refund.sent_at.or(Some(now));
        refund.moved_at = Some(now);
        refund.absent_since = None;
        let payment = refund.payment;
        let why = why.clone();
        self.push_manual(ManualChange::SendRefund {
            id,
            from,
            key,
            payment,
            ask_at: now.saturating_add(schedule::AFTER_A_REFUND),
            rule,
            why,
        });
    }

    /// Records that the shop's bank sent a refund.
    pub(in crate::domain) fn finish_refund(
        &mut self,
        id: RefundId,
        transfer: BankTransfer,
        rule: Rule,
        why: Reason,
    ) {
        let mut refunds = self.dossier.refunds.iter_mut();
        let Some(refund) = refunds.find(|refund| refund.id == id) else {
            return;
        };
        let from = std::mem::replace(&mut refund.status, RefundStatus::Done);
        refund.by_hand = true;
        refund.declined = false;
        self.push_manual(ManualChange::FinishRefund {
            id,
            from,
            transfer,
            rule,
            why,
        });
    }

    fn push_manual(&mut self, change: ManualChange) {
        self.changes.push(Change::ByHand(change));
    }
}
