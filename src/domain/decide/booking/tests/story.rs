//! One order, answer after answer.

use super::*;
use crate::domain::{Change, Refund};

/// One order that hears answer after answer, as the store would play it.
pub(super) struct Story {
    pub(super) dossier: Dossier,
    pub(super) minute: u64,
}

impl Story {
    pub(super) fn of(status: OrderStatus, payments: Vec<Payment>) -> Self {
        Self {
            dossier: dossier(status, payments),
            minute: 10,
        }
    }

    /// The first payment hears something; a minute passes.
    #[track_caller]
    pub(super) fn hears(&mut self, answer: Reported, changes: &str) {
        self.minute += 1;
        self.observes(said(answer, minute(self.minute)), changes);
    }

    #[track_caller]
    pub(super) fn observes(&mut self, observation: Observation, changes: &str) {
        let payment = self.dossier.payments[0].clone();
        let plan = self.plan(payment, observation);
        assert_eq!(describe(&plan.changes), changes);
        self.keep(&plan);
    }

    pub(super) fn plan(&self, payment: Payment, observation: Observation) -> AnswerPlan {
        let observed = StatusAnswer {
            payment,
            observation,
            account: AccountEvidence::Proven,
        };
        book(self.dossier.clone(), compare(&observed, &POLICY))
    }

    pub(super) fn keep(&mut self, plan: &AnswerPlan) {
        let kept = self
            .dossier
            .payments
            .iter_mut()
            .find(|payment| payment.id == plan.after.id);
        match kept {
            Some(kept) => kept.clone_from(&plan.after),
            None => {
                let id = PaymentId(i64::try_from(self.dossier.payments.len()).unwrap() + 1);
                self.dossier.payments.push(Payment {
                    id,
                    version: 1,
                    ..plan.after.clone()
                });
            }
        }
        self.dossier.order = plan.order_after.clone();
        for change in &plan.changes {
            match change {
                Change::OpenCase { kind, subject, .. } => {
                    self.dossier.cases.push(open_case(*kind, subject.clone()));
                }
                Change::CloseCase { kind, .. } => {
                    self.dossier.cases.retain(|case| case.kind != *kind)
                }
                Change::Owe {
                    payment,
                    amount,
                    reason,
                    ..
                } => self.add(*payment, RefundStatus::Due, *reason, *amount),
                Change::BookExternalRefund {
                    payment, amount, ..
                } => {
                    self.add(
                        *payment,
                        RefundStatus::External,
                        RefundReason::Gateway,
                        *amount,
                    );
                }
                Change::MoveRefund { id, to, .. } => self.refund(*id).status = *to,
                Change::ShrinkRefund { id, to, .. } => self.refund(*id).amount = *to,
                Change::NoteAbsent { id, since } => self.refund(*id).absent_since = Some(*since),
                Change::Entitlements(_)
                | Change::AddPayment(_)
                | Change::ByHand(_)
                | Change::Open(_)
                | Change::Note { .. }
                | Change::MovePayment { .. }
                | Change::MoveOrder { .. }
                | Change::QueueEffect(_)
                | Change::MoveEffect { .. }
                | Change::LetGoTries(_)
                | Change::MoveStock(_) => {}
            }
        }
    }

    fn refund(&mut self, id: RefundId) -> &mut Refund {
        let mut refunds = self.dossier.refunds.iter_mut();
        refunds.find(|refund| refund.id == id).unwrap()
    }

    fn add(
        &mut self,
        payment: PaymentId,
        status: RefundStatus,
        reason: RefundReason,
        amount: Rupiah,
    ) {
        let id = i64::try_from(self.dossier.refunds.len()).unwrap() + 1;
        let of = if payment == PaymentId::ADDED {
            self.dossier.payments.len()
        } else {
            usize::try_from(payment.0).unwrap()
        };
        self.dossier.refunds.push(refund(
            id,
            i64::try_from(of).unwrap(),
            status,
            reason,
            amount.as_i64(),
        ));
    }
}
