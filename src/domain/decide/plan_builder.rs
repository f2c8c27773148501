//! Builds a plan: the resulting dossier, and the changes that lead to it.

mod by_hand;
mod effects;

use std::cmp::Ordering;

use crate::domain::{
    CaseId, CaseKind, CaseOutcome, CaseSubject, Change, Dossier, EffectSubject, EntitlementChange,
    Instant, OpenCase, OrderStatus, PaymentId, Reason, Refund, RefundId, RefundReason,
    RefundStatus, Rule, Rupiah, Trigger,
};
use crate::faults::planted;

/// Each method changes the dossier and records the change, so that the two always agree.
#[derive(Debug)]
pub(in crate::domain) struct PlanBuilder {
    pub(in crate::domain) dossier: Dossier,
    pub(in crate::domain) changes: Vec<Change>,
    /// The order ended long before this was learned: only a case follows.
    pub(in crate::domain) is_long_over: bool,
    /// What covered the order when this plan began.
    cover_before: Rupiah,
}

impl PlanBuilder {
    pub(in crate::domain) fn of(dossier: Dossier) -> Self {
        Self {
            cover_before: dossier.cover(),
            dossier,
            changes: Vec::new(),
            is_long_over: false,
        }
    }

    /// Moves the order, and queues or cancels the effects of the move.
    pub(in crate::domain) fn move_order(&mut self, to: OrderStatus, rule: Rule, why: Reason) {
        let from = self.dossier.order.status;
        self.dossier.order.status = to;
        self.changes.push(Change::MoveOrder {
            from,
            to,
            rule,
            why,
        });
        self.follow_order(from, to);
    }

    /// Opens a case, unless the same one is open.
    pub(in crate::domain) fn open_case(
        &mut self,
        kind: CaseKind,
        subject: CaseSubject,
        rule: Rule,
        facts: Reason,
    ) {
        if self.dossier.open_case(kind, &subject).is_some() {
            return;
        }
        self.dossier.cases.push(OpenCase {
            id: CaseId::ADDED,
            kind,
            subject: subject.clone(),
        });
        self.changes.push(Change::OpenCase {
            kind,
            subject: subject.clone(),
            rule,
            facts,
        });
        match subject {
            CaseSubject::Order | CaseSubject::Payment(_) => {
                self.queue(Trigger::CaseOpened, EffectSubject::Case(CaseId::ADDED));
            }
            CaseSubject::Gateway(_) => self.queue_about_gateway(),
        }
    }

    /// Opens a case anew if it was open before this plan: more money has moved than its facts tell, and whoever has read
    /// them decides about something else now.
    pub(in crate::domain) fn ask_again(
        &mut self,
        kind: CaseKind,
        subject: CaseSubject,
        rule: Rule,
        facts: Reason,
    ) {
        let known = self.dossier.open_case(kind, &subject);
        if known.is_some_and(|id| id != CaseId::ADDED) && !planted!(LetAnOldCaseHideALoss) {
            self.close_cases(&subject, &[kind], &Reason::AskedAnew);
        }
        self.open_case(kind, subject, rule, facts);
    }

    /// How the cover of the order has moved in this plan.
    pub(in crate::domain) fn cover_moved(&self) -> Ordering {
        self.dossier.cover().cmp(&self.cover_before)
    }

    /// Changes what the order's lines give their buyer.
    pub(in crate::domain) fn change_entitlements(&mut self, change: EntitlementChange) {
        self.changes.push(Change::Entitlements(change));
    }

    /// Closes the cases of these kinds, because they no longer apply.
    pub(in crate::domain) fn close_cases(
        &mut self,
        subject: &CaseSubject,
        kinds: &[CaseKind],
        why: &Reason,
    ) {
        let Self {
            dossier, changes, ..
        } = self;
        dossier.cases.retain(|case| {
            let is_moot = case.subject == *subject && kinds.contains(&case.kind);
            if is_moot {
                changes.push(Change::CloseCase {
                    id: case.id,
                    kind: case.kind,
                    resolution: CaseOutcome::Settled,
                    why: why.clone(),
                });
            }
            !is_moot
        });
    }

    pub(in crate::domain) fn record_refund_due(
        &mut self,
        payment: PaymentId,
        amount: Rupiah,
        reason: RefundReason,
        rule: Rule,
        why: Reason,
    ) {
        self.add_refund(payment, RefundStatus::Due, reason, amount);
        self.changes.push(Change::Owe {
            payment,
            amount,
            reason,
            rule,
            why,
        });
        self.queue(Trigger::RefundDue, EffectSubject::Refund(RefundId::ADDED));
    }

    /// The gateway refunded money without a request from payctl.
    pub(in crate::domain) fn book_external_refund(
        &mut self,
        payment: PaymentId,
        amount: Rupiah,
        rule: Rule,
    ) {
        self.add_refund(
            payment,
            RefundStatus::External,
            RefundReason::Gateway,
            amount,
        );
        self.changes.push(Change::BookExternalRefund {
            payment,
            amount,
            rule,
        });
    }

    pub(in crate::domain) fn move_refund(
        &mut self,
        id: RefundId,
        to: RefundStatus,
        rule: Rule,
        why: &Reason,
    ) {
        for refund in self
            .dossier
            .refunds
            .iter_mut()
            .filter(|refund| refund.id == id)
        {
            self.changes.push(Change::MoveRefund {
                id,
                from: refund.status,
                to,
                rule,
                why: why.clone(),
            });
            refund.status = to;
        }
    }

    /// An answer does not show a refund that the gateway was asked for.
    pub(in crate::domain) fn record_absent_refund(&mut self, id: RefundId, since: Instant) {
        let mut refunds = self.dossier.refunds.iter_mut();
        if let Some(refund) = refunds.find(|refund| refund.id == id) {
            refund.absent_since = Some(since);
            self.changes.push(Change::NoteAbsent { id, since });
        }
    }

    pub(in crate::domain) fn reduce_refund(
        &mut self,
        id: RefundId,
        to: Rupiah,
        rule: Rule,
        why: &Reason,
    ) {
        for refund in self
            .dossier
            .refunds
            .iter_mut()
            .filter(|refund| refund.id == id)
        {
            refund.amount = to;
            self.changes.push(Change::ShrinkRefund {
                id,
                to,
                rule,
                why: why.clone(),
            });
        }
    }

    fn add_refund(
        &mut self,
        payment: PaymentId,
        status: RefundStatus,
        reason: RefundReason,
        amount: Rupiah,
    ) {
        self.dossier.refunds.push(Refund {
            id: RefundId::ADDED,
            payment,
            status,
            reason,
            amount,
            declined: false,
            by_hand: false,
            sent_at: None,
            moved_at: None,
            absent_since: None,
            life: None,
        });
    }
}
