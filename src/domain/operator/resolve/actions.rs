//! Carrying out what a person has answered. An error says why it cannot be; then nothing of it is kept.

use super::lost_refunds::{has_arrived, has_not_arrived, lost_refunds};
use super::{ActionResult, CaseAction, CaseResolution, Unfit, taken_back};
use crate::domain::decide::release::end_sold_order;
use crate::domain::{
    CaseKind, CaseSubject, Change, Dossier, Effect, EffectStatus, EntitlementChange, FreeStock,
    OpenCase, OrderStatus, Payment, PaymentId, PaymentStatus, PlanBuilder, Refund, RefundReason,
    RefundStatus, Reservation, Rule, Rupiah, StockMove,
};

pub(super) fn execute(
    draft: &mut PlanBuilder,
    case: &OpenCase,
    action: CaseAction,
    word: &CaseResolution<'_>,
) -> ActionResult {
    match action {
        CaseAction::Close => Ok(()),
        CaseAction::CloseIfMoot => require_nothing_due(draft, case, word),
        CaseAction::TakeAsPaid => take_as_paid(draft, &subject(draft, case)?, word),
        CaseAction::LetGo => {
            release_attempts(draft, case);
            Ok(())
        }
        CaseAction::Waive => waive(draft, case.kind, word),
        CaseAction::Revive => reopen(draft, subject(draft, case)?.id, word),
        CaseAction::Keep => keep(draft, subject(draft, case)?.id, word),
        CaseAction::SendBack => refund_remaining(draft, case, word),
        CaseAction::DoneByHand => {
            done_by_hand(draft, word);
            Ok(())
        }
        CaseAction::End => end(draft, word),
        CaseAction::HasArrived => has_arrived(draft, &subject(draft, case)?, word),
        CaseAction::RecordStands => {
            taken_back::record_stands(draft, &subject(draft, case)?, word);
            Ok(())
        }
        CaseAction::RefundFailed => taken_back::refund_failed(draft, &subject(draft, case)?, word),
        CaseAction::TellApart => {
            draft.tell_transfers_apart(subject(draft, case)?.id);
            Ok(())
        }
        CaseAction::HasNotArrived => has_not_arrived(draft, subject(draft, case)?.id, word),
    }
}

/// P23, P24: a person has looked the tries up.
fn release_attempts(draft: &mut PlanBuilder, case: &OpenCase) {
    if let CaseSubject::Payment(payment) = case.subject {
        draft.dossier.named.retain(|named| named.payment != payment);
        draft.changes.push(Change::LetGoTries(payment));
    }
}

/// The payment that a case is about.
fn subject(draft: &PlanBuilder, case: &OpenCase) -> Result<Payment, Unfit> {
    let found = match case.subject {
        CaseSubject::Payment(id) => draft.dossier.payment(id).cloned(),
        CaseSubject::Order | CaseSubject::Gateway(_) => None,
    };
    found.ok_or(Unfit::NotAboutPayment)
}

/// What is not decided yet cannot be waved away: there is money to be kept or to be sent back.
fn require_nothing_due(
    draft: &PlanBuilder,
    case: &OpenCase,
    word: &CaseResolution<'_>,
) -> ActionResult {
    let dossier = &draft.dossier;
    let status = dossier.order.status;
    let (is_open, unfit) = match case.kind {
        CaseKind::Underpaid => (status == OrderStatus::Pending, Unfit::MoneyHere),
        CaseKind::MoneyLost => {
            let has_sold = matches!(status, OrderStatus::Paid | OrderStatus::Fulfilled);
            (has_sold && !dossier.is_covered(), Unfit::LossOpen)
        }
        CaseKind::AmountMismatch | CaseKind::DoublePayment | CaseKind::LatePayment => {
            let payment = subject(draft, case)?;
            let is_here = payment.refunded_total() < payment.received;
            (payment.status.has_money() && is_here, Unfit::MoneyHere)
        }
        CaseKind::RefundUnknown => {
            let is_lost = lost_refunds(draft, subject(draft, case)?.id, word).is_ok();
            (is_lost, Unfit::RefundOpen)
        }
        CaseKind::Challenged
        | CaseKind::ForgottenByGateway
        | CaseKind::GatewayContradiction
        | CaseKind::Chargeback
        | CaseKind::UnknownStatus
        | CaseKind::UnprovenGateway
        | CaseKind::NotFulfilled
        | CaseKind::CannotClose
        | CaseKind::UnknownTry
        | CaseKind::SameTransfer
        | CaseKind::RefundedTwice
        | CaseKind::RefundTakenBack
        | CaseKind::Unanswered
        | CaseKind::UnknownOrder => return Ok(()),
    };
    if is_open { Err(unfit) } else { Ok(()) }
}

/// P7: the wrong amount is taken as the right one.
fn take_as_paid(
    draft: &mut PlanBuilder,
    before: &Payment,
    word: &CaseResolution<'_>,
) -> ActionResult {
    if before.status != PaymentStatus::Mismatch {
        let (payment, status) = (before.id, before.status);
        return Err(Unfit::PaymentIs { payment, status });
    }
    let mut after = Payment {
        status: PaymentStatus::Paid,
        moved_at: word.now,
        version: before.version + 1,
        ..before.clone()
    };
    // It is watched as money from now on, also where its watch as a mismatch was over.
    let asked = &mut after.schedule;
    asked.next_check_at = asked.next_check_at.or(Some(word.now));
    draft.move_payment(before, after, Rule::P7, word.why());
    match draft.dossier.order.status {
        OrderStatus::Pending | OrderStatus::Paid | OrderStatus::Fulfilled => {
            draft.waive_shortage(Rule::P7, &word.why());
        }
        OrderStatus::Expired if draft.dossier.stock != FreeStock::Gone => {
            draft.waive_shortage(Rule::P7, &word.why());
            // A person accepts late money whatever the products say.
            draft.dossier.stock = FreeStock::ForLateMoney;
        }
        // The money is a fact, and goes back by the rules for late money.
        OrderStatus::Expired | OrderStatus::Cancelled | OrderStatus::Refunded => {}
    }
    Ok(())
}

fn waive(draft: &mut PlanBuilder, kind: CaseKind, word: &CaseResolution<'_>) -> ActionResult {
    let status = draft.dossier.order.status;
    let (rule, is_fit) = if kind == CaseKind::Underpaid {
        (Rule::O2b, status == OrderStatus::Pending)
    } else {
        let has_sold = matches!(status, OrderStatus::Paid | OrderStatus::Fulfilled);
        (Rule::O14, has_sold)
    };
    if !is_fit {
        return Err(Unfit::OrderIs(status));
    }
    if rule == Rule::O14 {
        draft.write_off(rule, &word.why());
        // The question is closed by the answer itself, so that no judgment meets it any more.
        draft.change_entitlements(EntitlementChange::Restore);
    } else {
        draft.waive_shortage(rule, &word.why());
    }
    Ok(())
}

/// O9 by a person's word: late money is taken although a rule had owed it back.
fn reopen(draft: &mut PlanBuilder, payment: PaymentId, word: &CaseResolution<'_>) -> ActionResult {
    let status = draft.dossier.order.status;
    match status {
        OrderStatus::Expired | OrderStatus::Cancelled | OrderStatus::Refunded => {}
        OrderStatus::Pending | OrderStatus::Paid | OrderStatus::Fulfilled => {
            return Err(Unfit::OrderIsWithoutIt(status));
        }
    }
    let mut lines = draft.dossier.lines.iter();
    let is_returned = lines.any(|line| line.reservation == Reservation::Returned);
    if is_returned || draft.dossier.stock == FreeStock::Gone {
        return Err(Unfit::StockGone);
    }
    stop_late_refunds(draft, payment, word)?;
    let (cover, total) = (draft.dossier.cover(), draft.dossier.order.total);
    if cover < total {
        return Err(Unfit::NotEnough { cover, total });
    }
    draft.changes.push(Change::MoveStock(StockMove::Retake));
    let issue = if has_refund(&draft.dossier) {
        EntitlementChange::Reissue
    } else {
        EntitlementChange::Issue
    };
    draft.change_entitlements(issue);
    draft.move_order(OrderStatus::Paid, Rule::O9, word.why());
    Ok(())
}

/// Whether a payment of the order's earlier life has gone back, or is on its way. Late, double and excess money never
/// bought anything.
fn has_refund(dossier: &Dossier) -> bool {
    let mut payments = dossier.payments.iter();
    payments.any(|payment| {
        let is_of_it = |refund: &&Refund| {
            refund.payment == payment.id
                && refund.status.counts_as_gone()
                && matches!(refund.reason, RefundReason::Person | RefundReason::Gateway)
        };
        let refunded: Rupiah = dossier
            .refunds
            .iter()
            .filter(is_of_it)
            .map(|refund| refund.amount)
            .sum();
        payment.status == PaymentStatus::Paid
            && !dossier.counts(payment)
            && refunded + payment.charged_back > Rupiah::ZERO
    })
}

/// The late payment's own refund, and those of others as far as they are needed to cover the order.
fn stop_late_refunds(
    draft: &mut PlanBuilder,
    payment: PaymentId,
    word: &CaseResolution<'_>,
) -> ActionResult {
    let is_late =
        |refund: &Refund| refund.status.is_unsent() && refund.reason == RefundReason::Late;
    let refunds = draft
        .dossier
        .refunds
        .iter()
        .filter(|refund| is_late(refund));
    let mut refunds: Vec<Refund> = refunds.cloned().collect();
    refunds.sort_by_key(|refund| (refund.payment != payment, refund.id));
    for refund in refunds {
        if refund.payment != payment && draft.dossier.is_covered() {
            break;
        }
        require_unsent(&refund)?;
        draft.move_refund(refund.id, RefundStatus::Rejected, Rule::O9, &word.why());
        let subject = CaseSubject::Payment(refund.payment);
        draft.close_cases(&subject, &[CaseKind::LatePayment], &word.why());
    }
    Ok(())
}

/// What somebody has approved may have left already, by the shop's bank: nobody else stops it unawares.
fn require_unsent(refund: &Refund) -> ActionResult {
    if refund.status != RefundStatus::Approved {
        return Ok(());
    }
    Err(Unfit::RefundApproved(refund.id))
}

/// O11: the customer agrees that the shop keeps it.
fn keep(draft: &mut PlanBuilder, payment: PaymentId, word: &CaseResolution<'_>) -> ActionResult {
    let unsent = refunds_of(draft, payment, RefundStatus::is_unsent);
    if unsent.is_empty() {
        return Err(Unfit::RefundNotDue);
    }
    for refund in unsent {
        require_unsent(&refund)?;
        draft.decline_refund(refund.id, Rule::O11, &word.why());
    }
    Ok(())
}

/// Owes all that is here and not on its way already.
fn refund_remaining(
    draft: &mut PlanBuilder,
    case: &OpenCase,
    word: &CaseResolution<'_>,
) -> ActionResult {
    let rule = match case.kind {
        CaseKind::AmountMismatch => Rule::P7,
        CaseKind::LatePayment => Rule::O10,
        CaseKind::DoublePayment => Rule::O11,
        CaseKind::Underpaid
        | CaseKind::Challenged
        | CaseKind::ForgottenByGateway
        | CaseKind::GatewayContradiction
        | CaseKind::Chargeback
        | CaseKind::UnknownStatus
        | CaseKind::UnprovenGateway
        | CaseKind::NotFulfilled
        | CaseKind::MoneyLost
        | CaseKind::CannotClose
        | CaseKind::RefundUnknown
        | CaseKind::UnknownTry
        | CaseKind::SameTransfer
        | CaseKind::RefundedTwice
        | CaseKind::RefundTakenBack
        | CaseKind::Unanswered
        | CaseKind::UnknownOrder => Rule::O2b,
    };
    let payments: Vec<Payment> = match case.subject {
        CaseSubject::Payment(_) => vec![subject(draft, case)?],
        CaseSubject::Order | CaseSubject::Gateway(_) => {
            let payments = draft.dossier.payments.iter();
            payments
                .filter(|payment| draft.dossier.counts(payment))
                .cloned()
                .collect()
        }
    };
    let mut is_any = false;
    for payment in payments.iter().filter(|payment| payment.status.has_money()) {
        let alive = refunds_of(draft, payment.id, RefundStatus::counts_as_gone);
        let here = payment
            .received
            .saturating_sub(draft.dossier.refunded(payment));
        is_any |= !alive.is_empty() || here > Rupiah::ZERO;
        if here > Rupiah::ZERO {
            let why = word.why();
            draft.record_refund_due(payment.id, here, RefundReason::Person, rule, why);
        }
    }
    if is_any {
        return Ok(());
    }
    Err(Unfit::NothingHere)
}

/// O13: what is stuck is taken as done.
fn done_by_hand(draft: &mut PlanBuilder, word: &CaseResolution<'_>) {
    let effects = draft.dossier.effects_of_payment();
    let stuck = effects.filter(|effect| effect.status.needs_a_person());
    for effect in stuck.cloned().collect::<Vec<_>>() {
        let done = Effect {
            status: EffectStatus::Done,
            version: effect.version + 1,
            ..effect.clone()
        };
        draft.move_effect(&effect, done, Rule::O13, Some(word.why()));
    }
}

/// O13: the customer gets the money back instead.
fn end(draft: &mut PlanBuilder, word: &CaseResolution<'_>) -> ActionResult {
    let status = draft.dossier.order.status;
    match status {
        OrderStatus::Paid | OrderStatus::Fulfilled => {
            end_sold_order(draft, Rule::O13, &word.why());
            Ok(())
        }
        OrderStatus::Pending
        | OrderStatus::Expired
        | OrderStatus::Cancelled
        | OrderStatus::Refunded => Err(Unfit::OrderIs(status)),
    }
}

fn refunds_of(
    draft: &PlanBuilder,
    payment: PaymentId,
    wanted: impl Fn(RefundStatus) -> bool,
) -> Vec<Refund> {
    let refunds = draft.dossier.refunds.iter();
    refunds
        .filter(|refund| refund.payment == payment && wanted(refund.status))
        .cloned()
        .collect()
}
