//! What a run has found out about one payment or order.

use std::io;

use crate::domain::Rule::R2;
use crate::domain::{
    AnswerTarget, CaseId, CaseKind, CheckReason, Finding, GatewayName, Observation, OrderId,
    OrderNumber, OrderStatus, Payment, PaymentId, PaymentStatus, Policy, Reason, Reference,
    Reported, Rupiah, Transition, string_enum,
};
use crate::store::AnswerOutcome;

string_enum! {
    /// The result of querying a payment, the least alarming first.
    pub enum CheckAction {
        /// Both sides agree.
        Match = "match",
        Fixed = "fixed",
        /// An order has ended, and its stock is free.
        Expired = "expired",
        Cancelled = "cancelled",
        /// Somebody else moved the payment while the gateway was being queried.
        Overtaken = "overtaken",
        WouldFix = "would_fix",
        WouldExpire = "would_expire",
        WouldCancel = "would_cancel",
        /// An order is overdue and not proven unpaid.
        Kept = "kept",
        /// Nothing was learned.
        Unchecked = "unchecked",
        /// A person should look at it.
        Review = "review",
    }
}

/// One payment before and after a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckResult {
    pub order: OrderNumber,
    pub order_status: OrderStatus,
    pub order_status_after: OrderStatus,
    /// `None` here and in the next four: no payment is involved.
    pub payment: Option<PaymentId>,
    pub payment_status: Option<PaymentStatus>,
    pub payment_status_after: Option<PaymentStatus>,
    pub gateway: Option<GatewayName>,
    pub reference: Option<Reference>,
    /// The gateway's own word; `None` if it gave no answer.
    pub gateway_status: Option<String>,
    pub amount: Rupiah,
    pub action: CheckAction,
    pub reason: CheckReason,
    /// Cases that this answer opened or would open.
    pub opened: Vec<CaseKind>,
    /// How many refunds now wait, or would wait, for a person because of it.
    pub owed: usize,
    /// The order, if it is overdue and waits for a person.
    pub kept: Option<OrderId>,
    /// In a preview: the payments that the answer would change, as they would be.
    pub payments_after: Vec<Payment>,
    /// A case that is open about the payment, where the report names it.
    pub open_case: Option<CaseId>,
    /// The gateway does not know the payment and has never known any (G1). Only the person who decides is told.
    pub is_unproven: bool,
}

/// Prints one line, or keeps it.
pub type OnResult<'a> = dyn FnMut(&CheckResult) -> io::Result<()> + 'a;

impl CheckResult {
    /// Whether a run with permission to write would note that the customer can pay now, and nothing else: no reason
    /// for anybody to look.
    #[must_use]
    pub fn is_newly_pending(&self) -> bool {
        self.action == CheckAction::WouldFix
            && self.payment_status == Some(PaymentStatus::Created)
            && self.payment_status_after == Some(PaymentStatus::Pending)
            && self.order_status == self.order_status_after
            && self.opened.is_empty()
            && self.owed == 0
    }

    /// A line about an order, without a payment.
    #[must_use]
    pub fn of_order(
        (order, amount): (OrderNumber, Rupiah),
        (before, after): (OrderStatus, OrderStatus),
        action: CheckAction,
        reason: CheckReason,
    ) -> Self {
        Self {
            order,
            order_status: before,
            order_status_after: after,
            payment: None,
            payment_status: None,
            payment_status_after: None,
            gateway: None,
            reference: None,
            gateway_status: None,
            amount,
            action,
            reason,
            opened: Vec::new(),
            owed: 0,
            kept: None,
            payments_after: Vec::new(),
            open_case: None,
            is_unproven: false,
        }
    }

    /// A line about a payment that stays unchanged.
    pub(super) fn of_payment(
        (order, status): (OrderNumber, OrderStatus),
        payment: &Payment,
        action: CheckAction,
        reason: CheckReason,
    ) -> Self {
        Self {
            payment: Some(payment.id),
            payment_status: Some(payment.status),
            payment_status_after: Some(payment.status),
            gateway: Some(payment.gateway.clone()),
            reference: Some(payment.reference.clone()),
            ..Self::of_order((order, payment.amount), (status, status), action, reason)
        }
    }

    /// The line of an answer that was not written, with the reason.
    pub(super) fn unwritten(
        payment: &Payment,
        order: (OrderNumber, OrderStatus),
        reason: CheckReason,
    ) -> Self {
        Self::of_payment(order, payment, CheckAction::Unchecked, reason)
    }

    /// The line of an answer that was booked or previewed.
    pub(super) fn of(
        outcome: AnswerOutcome,
        observed: &Observation,
        is_writing: WriteMode,
        policy: &Policy,
    ) -> Self {
        let has_moved = matches!(outcome.finding, Finding::Drift(_));
        let is_overtaken =
            outcome.standing == AnswerTarget::Overtaken && outcome.before == outcome.after;
        let action = match (&outcome.finding, is_writing) {
            _ if is_overtaken => CheckAction::Overtaken,
            (Finding::Match, _) if !outcome.opened.is_empty() => CheckAction::Review,
            (Finding::Match, _) if outcome.missed.is_empty() => CheckAction::Match,
            (Finding::Match | Finding::Drift(_), WriteMode::Yes) => CheckAction::Fixed,
            (Finding::Match | Finding::Drift(_), WriteMode::No) => CheckAction::WouldFix,
            (Finding::Review(..), _) => CheckAction::Review,
            (Finding::Unchecked(_), _) => CheckAction::Unchecked,
        };
        let reason = if is_overtaken {
            CheckReason::Overtaken
        } else {
            reason(&outcome, observed)
        };
        let answered = !matches!(observed.said, Reported::NoAnswer(_));
        let kept = is_kept(&outcome, observed, action, policy).then_some(outcome.after.order);
        Self {
            kept,
            order: outcome.order_number,
            order_status: outcome.order_before,
            order_status_after: outcome.order_after,
            payment: Some(outcome.after.id),
            payment_status: Some(outcome.before.status),
            payment_status_after: Some(if has_moved {
                outcome.after.status
            } else {
                outcome.before.status
            }),
            gateway: Some(outcome.after.gateway.clone()),
            reference: Some(outcome.after.reference.clone()),
            gateway_status: observed.raw_status.clone().filter(|_| answered),
            amount: outcome.after.amount,
            action,
            reason,
            opened: outcome.opened,
            owed: outcome.owed.len() + outcome.missed.len(),
            payments_after: match is_writing {
                WriteMode::Yes => Vec::new(),
                WriteMode::No => outcome
                    .asked_after
                    .into_iter()
                    .chain([outcome.after])
                    .collect(),
            },
            open_case: None,
            is_unproven: false,
        }
    }
}

/// Whether the order is overdue and waits for a person before it can end.
fn is_kept(
    outcome: &AnswerOutcome,
    observed: &Observation,
    action: CheckAction,
    policy: &Policy,
) -> bool {
    let is_overdue = observed.asked_at > outcome.order_deadline.saturating_add(policy.grace);
    let is_undecided = matches!(
        outcome.after.status,
        PaymentStatus::Mismatch | PaymentStatus::Challenged
    );
    let is_for_a_person = match action {
        CheckAction::Review => true,
        CheckAction::Match | CheckAction::Fixed | CheckAction::WouldFix => is_undecided,
        CheckAction::Expired
        | CheckAction::Cancelled
        | CheckAction::Overtaken
        | CheckAction::WouldExpire
        | CheckAction::WouldCancel
        | CheckAction::Kept
        | CheckAction::Unchecked => false,
    };
    outcome.order_after == OrderStatus::Pending && is_overdue && is_for_a_person
}

/// Whether the round writes its findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WriteMode {
    Yes,
    No,
}

fn reason(outcome: &AnswerOutcome, observed: &Observation) -> CheckReason {
    let gateway = &outcome.after.gateway;
    let says = Box::new(if let Reported::NoAnswer(silence) = &observed.said {
        CheckReason::NoAnswer {
            gateway: gateway.clone(),
            silence: silence.to_string(),
        }
    } else {
        CheckReason::Said {
            says: Box::new(Reason::gateway_says(gateway, observed)),
        }
    });
    let cases = outcome.opened.iter();
    let cases = cases.map(|kind| CheckReason::CaseOpened { case: *kind });
    let missed = outcome.missed.iter();
    let missed = missed.map(|refund| CheckReason::RefundNotShown {
        refund: *refund,
        rule: R2,
    });
    let also: Vec<CheckReason> = cases.chain(missed).collect();
    match &outcome.finding {
        Finding::Unchecked(_) => *says,
        Finding::Match if also.is_empty() => *says,
        Finding::Match => CheckReason::Also { says, also },
        Finding::Drift(transition) => moves(says, transition, outcome, also),
        Finding::Review(rule, kind) => CheckReason::Review {
            says,
            rule: *rule,
            case: *kind,
        },
    }
}

fn moves(
    says: Box<CheckReason>,
    transition: &Transition,
    outcome: &AnswerOutcome,
    also: Vec<CheckReason>,
) -> CheckReason {
    let rule = transition.rule;
    match transition.received {
        Some(amount) if outcome.opened.contains(&CaseKind::AmountMismatch) => {
            CheckReason::MovesAmount {
                says,
                amount,
                rule,
                also,
            }
        }
        _ if also.is_empty() => CheckReason::Moves { says, rule },
        _ => CheckReason::MovesAlso { says, rule, also },
    }
}
