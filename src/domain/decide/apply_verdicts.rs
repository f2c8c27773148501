//! Applies verdicts until none is left.

use std::cmp::Ordering;

use crate::domain::decide::judge::judge;
use crate::domain::{
    CaseKind, CaseSubject, Change, Dossier, EntitlementChange, OrderStatus, PaymentId, PlanBuilder,
    Reason, RefundReason, RefundStatus, Rule, Rupiah, StockMove, Verdict,
};

/// Each verdict settles something; this bound only stops a defect from looping for ever.
const MAX_VERDICTS: usize = 64;

/// Judges an order without an answer: when it is created, or after a person's decision.
#[must_use]
pub fn settle_order(dossier: Dossier) -> (Dossier, Vec<Change>) {
    let mut draft = PlanBuilder::of(dossier);
    settle(&mut draft);
    (draft.dossier, draft.changes)
}

/// Judges an order until no verdict is left.
pub(in crate::domain) fn settle(draft: &mut PlanBuilder) {
    for _ in 0..MAX_VERDICTS {
        let Some(verdict) = judge(&draft.dossier) else {
            break;
        };
        apply_verdict(draft, &verdict);
    }
    ask_about_new_cover(draft);
}

/// O2b, O14: an open case tells how much is in, or is left. Where that has moved, it is asked again.
fn ask_about_new_cover(draft: &mut PlanBuilder) {
    let (cover, total) = (draft.dossier.cover(), draft.dossier.order.total);
    let (kind, rule, facts) = match draft.cover_moved() {
        Ordering::Equal => return,
        Ordering::Less => {
            let facts = describe_remaining(&draft.dossier);
            (CaseKind::MoneyLost, Rule::O14, facts)
        }
        Ordering::Greater => {
            let facts = Reason::MoneyIn { cover, total };
            (CaseKind::Underpaid, Rule::O2b, facts)
        }
    };
    if draft.dossier.open_case(kind, &CaseSubject::Order).is_some() {
        draft.ask_again(kind, CaseSubject::Order, rule, facts);
    }
}

fn apply_verdict(draft: &mut PlanBuilder, verdict: &Verdict) {
    let total = draft.dossier.order.total;
    let cover = draft.dossier.cover();
    if draft.is_long_over && is_late(verdict) {
        return ask_about_late(draft);
    }
    match verdict {
        Verdict::Sell => {
            draft.changes.push(Change::MoveStock(StockMove::Sell));
            draft.change_entitlements(EntitlementChange::Issue);
            let why = Reason::MoneyIn { cover, total };
            draft.move_order(OrderStatus::Paid, Rule::O2, why);
            draft.close_cases(
                &CaseSubject::Order,
                &[CaseKind::Underpaid],
                &Reason::RestIsIn,
            );
        }
        Verdict::AskMismatch { payment } => ask_mismatch(draft, *payment),
        Verdict::AskUnderpaid => {
            let facts = Reason::MoneyIn { cover, total };
            draft.open_case(CaseKind::Underpaid, CaseSubject::Order, Rule::O2b, facts);
        }
        Verdict::Owe {
            payment,
            amount,
            reason,
        } => record_refund_due(draft, *payment, *amount, *reason),
        Verdict::Revive => {
            draft.changes.push(Change::MoveStock(StockMove::Retake));
            draft.change_entitlements(EntitlementChange::Issue);
            let why = Reason::CameLateStockFree { cover, total };
            draft.move_order(OrderStatus::Paid, Rule::O9, why);
        }
        Verdict::Keep { refund } => {
            let (to, why) = (RefundStatus::Rejected, Reason::NeededAgain);
            draft.move_refund(*refund, to, Rule::O11b, &why);
        }
        Verdict::Fulfil => {
            let why = Reason::NothingLeftToDo;
            draft.move_order(OrderStatus::Fulfilled, Rule::O12, why);
            let moot = [CaseKind::NotFulfilled];
            draft.close_cases(&CaseSubject::Order, &moot, &Reason::HappenedAfterAll);
        }
        Verdict::AskNotFulfilled => {
            let facts = describe_failures(&draft.dossier);
            draft.open_case(CaseKind::NotFulfilled, CaseSubject::Order, Rule::O13, facts);
        }
        Verdict::AskMoneyLost => {
            let facts = describe_remaining(&draft.dossier);
            draft.open_case(CaseKind::MoneyLost, CaseSubject::Order, Rule::O14, facts);
            draft.change_entitlements(EntitlementChange::Suspend);
        }
        Verdict::Regain => {
            let why = Reason::PaidAgain;
            draft.close_cases(&CaseSubject::Order, &[CaseKind::MoneyLost], &why);
            draft.change_entitlements(EntitlementChange::Restore);
        }
        Verdict::GiveUp => stop_undelivered(draft),
    }
}

fn ask_mismatch(draft: &mut PlanBuilder, id: PaymentId) {
    let Some(payment) = draft.dossier.payment(id) else {
        return;
    };
    let (received, gone) = (payment.received, draft.dossier.refunded(payment));
    let facts = Reason::WrongAmountHere {
        received,
        amount: payment.amount,
        here: received.saturating_sub(gone),
    };
    draft.open_case(
        CaseKind::AmountMismatch,
        CaseSubject::Payment(id),
        Rule::P7,
        facts,
    );
}

/// Whether the verdict is one that O9 or O10 gives automatically.
fn is_late(verdict: &Verdict) -> bool {
    match verdict {
        Verdict::Revive
        | Verdict::Owe {
            reason: RefundReason::Late,
            ..
        } => true,
        Verdict::Sell
        | Verdict::AskMismatch { .. }
        | Verdict::AskUnderpaid
        | Verdict::Owe { .. }
        | Verdict::Keep { .. }
        | Verdict::Fulfil
        | Verdict::AskNotFulfilled
        | Verdict::AskMoneyLost
        | Verdict::Regain
        | Verdict::GiveUp => false,
    }
}

/// O10: the order ended so long ago that a person must decide about the money.
fn ask_about_late(draft: &mut PlanBuilder) {
    let (status, moved_at) = (draft.dossier.order.status, draft.dossier.moved_at);
    let payments = draft.dossier.payments.iter();
    let counting: Vec<(PaymentId, Rupiah)> = payments
        .filter(|payment| draft.dossier.counts(payment))
        .map(|payment| {
            let here = payment
                .received
                .saturating_sub(draft.dossier.refunded(payment));
            (payment.id, here)
        })
        .collect();
    for (payment, here) in counting {
        let facts = Reason::CameLongAfter {
            amount: here,
            status,
            since: moved_at,
        };
        let subject = CaseSubject::Payment(payment);
        draft.open_case(CaseKind::LatePayment, subject, Rule::O10, facts);
    }
}

/// O15: an order refunded before it was paid has nothing to revoke.
fn stop_undelivered(draft: &mut PlanBuilder) {
    match draft.dossier.order.status {
        OrderStatus::Pending => draft.changes.push(Change::MoveStock(StockMove::Release)),
        OrderStatus::Paid
        | OrderStatus::Fulfilled
        | OrderStatus::Expired
        | OrderStatus::Cancelled
        | OrderStatus::Refunded => {
            draft.changes.push(Change::MoveStock(StockMove::Return));
            draft.change_entitlements(EntitlementChange::Revoke);
        }
    }
    let why = Reason::AllMoneyWentBack;
    let moot = [
        CaseKind::Underpaid,
        CaseKind::MoneyLost,
        CaseKind::NotFulfilled,
    ];
    draft.close_cases(&CaseSubject::Order, &moot, &why);
    draft.move_order(OrderStatus::Refunded, Rule::O15, why);
}

/// The remaining money of an order, and the approved refunds that may not have been sent yet.
fn describe_remaining(dossier: &Dossier) -> Reason {
    let (cover, total) = (dossier.cover(), dossier.order.total);
    let refunds = dossier.refunds.iter();
    let approved = refunds.filter(|refund| refund.status == RefundStatus::Approved);
    let refunds: Vec<Reason> = approved
        .map(|refund| Reason::RefundApproved {
            refund: refund.id,
            amount: refund.amount,
        })
        .collect();
    if refunds.is_empty() {
        return Reason::MoneyLeft { cover, total };
    }
    Reason::MoneyLeftRefundsApproved {
        cover,
        total,
        refunds,
    }
}

/// `exec vpn-account is dead: it ended with 1`
fn describe_failures(dossier: &Dossier) -> Reason {
    let stuck = dossier.effects_of_payment();
    let stuck = stuck.filter(|effect| effect.status.needs_a_person());
    let effects = stuck.map(|effect| {
        let (kind, hook, status) = (effect.kind, effect.hook.clone(), effect.status);
        match effect.last_error.clone() {
            Some(words) => Reason::EffectStuck {
                kind,
                hook,
                status,
                words,
            },
            None => Reason::EffectStuckUnexplained { kind, hook, status },
        }
    });
    Reason::EffectsStuck {
        effects: effects.collect(),
    }
}

fn record_refund_due(
    draft: &mut PlanBuilder,
    payment: PaymentId,
    amount: Rupiah,
    reason: RefundReason,
) {
    let (rule, case, why) = match reason {
        RefundReason::Double => (
            Rule::O11,
            Some(CaseKind::DoublePayment),
            Reason::PaidWithout { amount },
        ),
        RefundReason::Late => (
            Rule::O10,
            Some(CaseKind::LatePayment),
            Reason::CameLate {
                amount,
                status: draft.dossier.order.status,
            },
        ),
        RefundReason::Excess | RefundReason::Person | RefundReason::Gateway => {
            (Rule::O2, None, Reason::TooMuchCame { amount })
        }
    };
    draft.record_refund_due(payment, amount, reason, rule, why.clone());
    if let Some(kind) = case {
        draft.open_case(kind, CaseSubject::Payment(payment), rule, why);
    }
}
