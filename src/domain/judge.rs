//! Deciding what an order is from the cover its payments give: the table of order moves.
//!
//! A judgment looks at the order's whole dossier and never at the answer that brought it about.

use super::case::CaseKind;
use super::dossier::{Change, Dossier, FreeStock, OpenCase, StockMove, Subject};
use super::money::Rupiah;
use super::names::{CaseId, PaymentId, RefundId};
use super::order::{OrderStatus, Refund, RefundReason, RefundStatus};
use super::payment::Payment;
use super::rule::Rule;

/// One thing to be done about an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// O2: it is paid for.
    Sell,
    /// O2b: some money is in, but not enough.
    AskUnderpaid,
    /// O2, O10, O11: money must go back.
    Owe {
        payment: PaymentId,
        amount: Rupiah,
        reason: RefundReason,
    },
    /// O9: paid late, and everything can still be delivered.
    Revive,
    /// O11b: money that was to go back is needed after all.
    Keep { refund: RefundId },
    /// O12: nothing is left to be done.
    Fulfil,
    /// O14: what was handed out is no longer paid for.
    AskMoneyLost,
    /// O14: it is paid for again.
    Regain { case: CaseId },
    /// O15: all of its money went back.
    GiveUp,
}

/// The next thing to be done about an order; none when it is as it should be.
#[must_use]
pub fn judge(dossier: &Dossier) -> Option<Verdict> {
    let covered = dossier.is_covered();
    match dossier.order.status {
        OrderStatus::Pending if covered => Some(Verdict::Sell),
        OrderStatus::Pending if all_was_refunded(dossier) => Some(Verdict::GiveUp),
        OrderStatus::Pending => underpaid(dossier),

        OrderStatus::Paid | OrderStatus::Fulfilled if covered => regained(dossier)
            .or_else(|| double(dossier))
            .or_else(|| excess(dossier))
            .or_else(|| (dossier.order.status == OrderStatus::Paid).then_some(Verdict::Fulfil)),
        OrderStatus::Paid | OrderStatus::Fulfilled => needed_after_all(dossier)
            .or_else(|| all_was_refunded(dossier).then_some(Verdict::GiveUp))
            .or_else(|| money_lost(dossier)),

        OrderStatus::Expired
            if covered && counts_any(dossier) && dossier.stock == FreeStock::ForLateMoney =>
        {
            Some(Verdict::Revive)
        }
        OrderStatus::Expired | OrderStatus::Cancelled | OrderStatus::Refunded => late(dossier),
    }
}

fn counts_any(dossier: &Dossier) -> bool {
    dossier
        .payments
        .iter()
        .any(|payment| dossier.counts(payment))
}

fn underpaid(dossier: &Dossier) -> Option<Verdict> {
    let is_asked = dossier
        .open_case(CaseKind::Underpaid, &Subject::Order)
        .is_some();
    (counts_any(dossier) && !is_asked).then_some(Verdict::AskUnderpaid)
}

fn regained(dossier: &Dossier) -> Option<Verdict> {
    dossier
        .open_case(CaseKind::MoneyLost, &Subject::Order)
        .map(|case| Verdict::Regain { case })
}

fn money_lost(dossier: &Dossier) -> Option<Verdict> {
    dossier
        .open_case(CaseKind::MoneyLost, &Subject::Order)
        .is_none()
        .then_some(Verdict::AskMoneyLost)
}

/// O11: the latest payment that the order does not need.
fn double(dossier: &Dossier) -> Option<Verdict> {
    let cover = dossier.cover();
    latest_first(dossier)
        .into_iter()
        .find(|payment| cover - payment.credit() >= dossier.order.total)
        .map(|payment| owe_all(dossier, payment, RefundReason::Double))
}

/// O2: the part of the latest payment that the order does not need.
fn excess(dossier: &Dossier) -> Option<Verdict> {
    let kept = |payment: &Payment| {
        payment
            .received
            .less(payment.surcharge)
            .less(dossier.gone_back(payment))
    };
    let counting = || {
        dossier
            .payments
            .iter()
            .filter(|payment| dossier.counts(payment))
    };
    let sum = counting().map(kept).sum::<Rupiah>() + dossier.order.waived;
    let over = sum.less(dossier.order.total);
    let payment = latest_first(dossier)
        .into_iter()
        .find(|payment| kept(payment) > Rupiah::ZERO)?;
    let amount = over.min(kept(payment));
    (amount > Rupiah::ZERO).then_some(Verdict::Owe {
        payment: payment.id,
        amount,
        reason: RefundReason::Excess,
    })
}

/// O10: money for an order that is dead.
fn late(dossier: &Dossier) -> Option<Verdict> {
    latest_first(dossier)
        .into_iter()
        .next()
        .map(|payment| owe_all(dossier, payment, RefundReason::Late))
}

fn owe_all(dossier: &Dossier, payment: &Payment, reason: RefundReason) -> Verdict {
    Verdict::Owe {
        payment: payment.id,
        amount: payment.received.less(dossier.gone_back(payment)),
        reason,
    }
}

/// The payments that count, the latest money first; without those whose money a person has refused to send back.
fn latest_first(dossier: &Dossier) -> Vec<&Payment> {
    let is_declined = |payment: &Payment| {
        dossier
            .refunds
            .iter()
            .any(|refund| refund.payment == payment.id && refund.declined)
    };
    let mut counting: Vec<&Payment> = dossier
        .payments
        .iter()
        .filter(|payment| dossier.counts(payment) && !is_declined(payment))
        .collect();
    // A payment added by this very plan has the id 0 and is the latest of all.
    counting.sort_by_key(|payment| {
        (
            payment.received_at,
            payment.id == PaymentId::ADDED,
            payment.id,
        )
    });
    counting.reverse();
    counting
}

/// O11b: an unsent refund of a double or late payment.
fn needed_after_all(dossier: &Dossier) -> Option<Verdict> {
    let is_spare = |refund: &&Refund| {
        refund.status.is_unsent()
            && matches!(refund.reason, RefundReason::Double | RefundReason::Late)
    };
    dossier
        .refunds
        .iter()
        .find(is_spare)
        .map(|refund| Verdict::Keep { refund: refund.id })
}

/// O15: money came in, and every rupiah of it went back by refunds that are facts.
fn all_was_refunded(dossier: &Dossier) -> bool {
    let mut with_money = dossier
        .payments
        .iter()
        .filter(|payment| payment.received > Rupiah::ZERO)
        .peekable();
    with_money.peek().is_some() && with_money.all(|payment| payment.refunded >= payment.received)
}

/// Every verdict brings an order nearer to rest; this bound only keeps a defect from running for ever.
const VERDICTS_MOST: usize = 64;

/// Judges an order until nothing is left to be done, and plans the changes.
pub fn settle_order(dossier: &mut Dossier) -> Vec<Change> {
    let mut changes = Vec::new();
    for _ in 0..VERDICTS_MOST {
        let Some(verdict) = judge(dossier) else { break };
        enact(dossier, &verdict, &mut changes);
    }
    changes
}

fn enact(dossier: &mut Dossier, verdict: &Verdict, changes: &mut Vec<Change>) {
    let total = dossier.order.total;
    let cover = dossier.cover();
    match verdict {
        Verdict::Sell => {
            changes.push(Change::MoveStock(StockMove::Sell));
            move_order(
                dossier,
                changes,
                OrderStatus::Paid,
                Rule::O2,
                format!("{cover} of {total} is in"),
            );
            close_case(dossier, changes, CaseKind::Underpaid, "the rest is in");
        }
        Verdict::AskUnderpaid => {
            open_case(
                dossier,
                changes,
                CaseKind::Underpaid,
                Subject::Order,
                Rule::O2b,
                format!("{cover} of {total} is in"),
            );
        }
        Verdict::Owe {
            payment,
            amount,
            reason,
        } => owe(dossier, changes, *payment, *amount, *reason),
        Verdict::Revive => {
            changes.push(Change::MoveStock(StockMove::Retake));
            let why = format!(
                "late: {cover} of {total} came after the order had expired, and everything is still free"
            );
            move_order(dossier, changes, OrderStatus::Paid, Rule::O9, why);
        }
        Verdict::Keep { refund } => keep(dossier, changes, *refund),
        Verdict::Fulfil => {
            move_order(
                dossier,
                changes,
                OrderStatus::Fulfilled,
                Rule::O12,
                "nothing is left to be done".to_owned(),
            );
        }
        Verdict::AskMoneyLost => {
            let facts = format!("{cover} of {total} is left");
            open_case(
                dossier,
                changes,
                CaseKind::MoneyLost,
                Subject::Order,
                Rule::O14,
                facts,
            );
        }
        Verdict::Regain { .. } => close_case(
            dossier,
            changes,
            CaseKind::MoneyLost,
            "the order is paid for again",
        ),
        Verdict::GiveUp => {
            let stock = if dossier.order.status == OrderStatus::Pending {
                StockMove::Release
            } else {
                StockMove::Return
            };
            changes.push(Change::MoveStock(stock));
            move_order(
                dossier,
                changes,
                OrderStatus::Refunded,
                Rule::O15,
                "all of its money went back".to_owned(),
            );
        }
    }
}

fn move_order(
    dossier: &mut Dossier,
    changes: &mut Vec<Change>,
    to: OrderStatus,
    rule: Rule,
    why: String,
) {
    changes.push(Change::MoveOrder {
        from: dossier.order.status,
        to,
        rule,
        why,
    });
    dossier.order.status = to;
}

fn owe(
    dossier: &mut Dossier,
    changes: &mut Vec<Change>,
    payment: PaymentId,
    amount: Rupiah,
    reason: RefundReason,
) {
    let subject = Subject::Payment(payment);
    let (rule, why) = match reason {
        RefundReason::Double => (
            Rule::O11,
            format!("the order is paid without these {amount}"),
        ),
        RefundReason::Late => (
            Rule::O10,
            format!(
                "{amount} came for an order that is {}",
                dossier.order.status
            ),
        ),
        RefundReason::Excess | RefundReason::Person | RefundReason::Gateway => (
            Rule::O2,
            format!("{amount} more came in than the order costs"),
        ),
    };
    changes.push(Change::Owe {
        payment,
        amount,
        reason,
        rule,
        why: why.clone(),
    });
    dossier.refunds.push(Refund {
        id: RefundId(0),
        payment,
        status: RefundStatus::Due,
        reason,
        amount,
        declined: false,
    });
    match reason {
        RefundReason::Double => open_case(
            dossier,
            changes,
            CaseKind::DoublePayment,
            subject,
            rule,
            why,
        ),
        RefundReason::Late => {
            open_case(dossier, changes, CaseKind::LatePayment, subject, rule, why)
        }
        RefundReason::Excess | RefundReason::Person | RefundReason::Gateway => {}
    }
}

fn keep(dossier: &mut Dossier, changes: &mut Vec<Change>, id: RefundId) {
    let Some(refund) = dossier.refunds.iter_mut().find(|refund| refund.id == id) else {
        return;
    };
    let why = "the order is no longer paid without this money".to_owned();
    changes.push(Change::MoveRefund {
        id,
        from: refund.status,
        to: RefundStatus::Rejected,
        rule: Rule::O11b,
        why,
    });
    refund.status = RefundStatus::Rejected;
}

pub(super) fn open_case(
    dossier: &mut Dossier,
    changes: &mut Vec<Change>,
    kind: CaseKind,
    subject: Subject,
    rule: Rule,
    facts: String,
) {
    if dossier.open_case(kind, &subject).is_none() {
        dossier.cases.push(OpenCase {
            id: CaseId(0),
            kind,
            subject: subject.clone(),
        });
        changes.push(Change::OpenCase {
            kind,
            subject,
            rule,
            facts,
        });
    }
}

fn close_case(dossier: &mut Dossier, changes: &mut Vec<Change>, kind: CaseKind, why: &str) {
    close_cases(dossier, changes, &Subject::Order, &[kind], why);
}

pub(super) fn close_cases(
    dossier: &mut Dossier,
    changes: &mut Vec<Change>,
    subject: &Subject,
    kinds: &[CaseKind],
    why: &str,
) {
    dossier.cases.retain(|case| {
        let is_moot = case.subject == *subject && kinds.contains(&case.kind);
        if is_moot && case.id != CaseId(0) {
            changes.push(Change::CloseCase {
                id: case.id,
                kind: case.kind,
                why: why.to_owned(),
            });
        }
        !is_moot
    });
}
