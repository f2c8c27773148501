//! Orders, payments and answers for the tests of the rules.

use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use crate::domain::decide::booking::compare;
use crate::domain::payment::FIRST_API;
use crate::domain::{
    AccountEvidence, AmountBasis, BankTransfer, CaseId, CaseOutcome, CaseSubject, Change, Dossier,
    Effect, EffectId, EffectKey, EffectKind, EffectStatus, EffectSubject, EntitlementChange,
    FreeStock, Hook, HookName, Instant, ManualChange, NoAnswerReason, Observation, OpenCase,
    OpeningStage, Order, OrderId, OrderLine, OrderStatus, Payment, PaymentId, PaymentOrigin,
    PaymentStatus, Policy, Refund, RefundId, RefundReason, RefundStatus, RefundedByGateway,
    Reported, Reservation, RetryOnUnknown, Rule, Rupiah, Schedule, StatusAnswer, StockMove,
    Trigger,
};

pub(super) const PRICE: Rupiah = Rupiah::from_db(25_000);
pub(super) const POLICY: Policy = Policy {
    grace: Duration::from_secs(180),
};

/// Minutes after the order was made.
pub(crate) fn minute(minutes: u64) -> Instant {
    Instant::from_millis(1_752_800_000_000).saturating_add(Duration::from_secs(60 * minutes))
}

/// The payment after the usual answer of a proven account.
pub(super) fn routine(payment: &Payment, observed: &Observation) -> Option<Payment> {
    let answer = StatusAnswer {
        payment: payment.clone(),
        observation: observed.clone(),
        account: AccountEvidence::Proven,
    };
    compare(&answer, &POLICY).routine()
}

pub(super) fn transfer(reference: &str) -> BankTransfer {
    BankTransfer {
        reference: reference.parse().unwrap(),
        bank: None,
    }
}

pub(super) fn rupiah(amount: i64) -> Rupiah {
    Rupiah::from_db(amount)
}

/// A payment of [`PRICE`] in a state, with the money that belongs to the state; its deadline is minute 60.
pub(crate) fn payment(id: i64, status: PaymentStatus) -> Payment {
    let received = match status {
        PaymentStatus::Paid | PaymentStatus::Reversed => PRICE,
        PaymentStatus::Mismatch => rupiah(20_000),
        PaymentStatus::Created
        | PaymentStatus::Pending
        | PaymentStatus::Challenged
        | PaymentStatus::Failed
        | PaymentStatus::Cancelled
        | PaymentStatus::Expired => Rupiah::ZERO,
    };
    Payment {
        id: PaymentId(id),
        order: OrderId(1),
        gateway: "midtrans".parse().unwrap(),
        reference: format!("INV-{id}").parse().unwrap(),
        transaction_id: None,
        api_version: FIRST_API,
        origin: PaymentOrigin::Shop,
        status,
        amount: PRICE,
        payable: PRICE,
        imposed_fee: Rupiah::ZERO,
        method: None,
        on_page: false,
        token: None,
        created_at: minute(0),
        deadline: minute(60),
        raw_status: None,
        seen: status != PaymentStatus::Created,
        received,
        surcharge: Rupiah::ZERO,
        received_at: (received > Rupiah::ZERO).then(|| minute(u64::try_from(id).unwrap())),
        reversible: false,
        refunded: Rupiah::ZERO,
        charged_back: Rupiah::ZERO,
        back: RefundedByGateway::default(),
        denied_since: None,
        last_meaning: None,
        moved_at: minute(0),
        schedule: Schedule::new(minute(0)),
        close_tried_at: None,
        close_tries: 0,
        close_answer: None,
        version: 1,
    }
}

pub(super) fn said(said: Reported, asked_at: Instant) -> Observation {
    let raw_status = match &said {
        Reported::NoAnswer(_) => None,
        Reported::Unrecognised { word } => Some(word.clone()),
        Reported::NotStarted
        | Reported::Pending
        | Reported::Challenged
        | Reported::Paid { .. }
        | Reported::Failed
        | Reported::Cancelled
        | Reported::Expired
        | Reported::Closed
        | Reported::Refunded { .. }
        | Reported::ChargedBack { .. } => Some(format!("{said:?}")),
    };
    Observation {
        said,
        raw_status,
        measure: AmountBasis::Payable,
        ..Observation::silence(NoAnswerReason::TimedOut, asked_at)
    }
}

/// An order of [`PRICE`] with one line of one unit.
pub(crate) fn dossier(status: OrderStatus, payments: Vec<Payment>) -> Dossier {
    let reservation = match status {
        OrderStatus::Pending => Reservation::Held,
        OrderStatus::Paid | OrderStatus::Fulfilled => Reservation::Sold,
        OrderStatus::Expired | OrderStatus::Cancelled => Reservation::Released,
        OrderStatus::Refunded => Reservation::Returned,
    };
    Dossier {
        order: Order {
            id: OrderId(1),
            number: "INV-1".parse().unwrap(),
            status,
            total: PRICE,
            waived: Rupiah::ZERO,
            created_at: minute(0),
            expires_at: minute(60),
            version: 1,
        },
        moved_at: minute(0),
        loss: Rupiah::ZERO,
        lines: vec![OrderLine {
            sku: "T".parse().unwrap(),
            quantity: 1,
            unit_price: PRICE,
            reservation,
            has_handed_out: false,
            bought: Default::default(),
        }],
        payments,
        refunds: Vec::new(),
        cases: Vec::new(),
        claims: Vec::new(),
        named: Vec::new(),
        asked: None,
        stock: FreeStock::ForLateMoney,
        effects: Vec::new(),
        hooks: Arc::default(),
    }
}

pub(super) fn refund(
    id: i64,
    payment: i64,
    status: RefundStatus,
    reason: RefundReason,
    amount: i64,
) -> Refund {
    Refund {
        id: RefundId(id),
        payment: PaymentId(payment),
        status,
        reason,
        amount: rupiah(amount),
        declined: false,
        by_hand: false,
        sent_at: matches!(status, RefundStatus::Sent | RefundStatus::Unknown).then(|| minute(0)),
        moved_at: None,
        absent_since: None,
        life: None,
    }
}

/// What happens on an occasion, by this name, for all products.
pub(super) fn hook(occasion: Trigger, name: &str) -> Hook {
    Hook {
        name: name.parse().unwrap(),
        occasion,
        kind: EffectKind::Exec,
        products: Vec::new(),
        repeatable: RetryOnUnknown::Yes,
    }
}

/// An effect of the hook `run`, its id as its number.
pub(super) fn effect(id: i64, occasion: Trigger, status: EffectStatus) -> Effect {
    let hook: HookName = "run".parse().unwrap();
    let nth = u32::try_from(id).unwrap();
    Effect {
        id: EffectId(id),
        key: EffectKey::of_order(OrderId(1), occasion, &hook, nth),
        order: Some(OrderId(1)),
        about: EffectSubject::Order,
        occasion,
        hook,
        nth,
        kind: EffectKind::Exec,
        repeatable: RetryOnUnknown::Yes,
        status,
        tries: 0,
        next_try_at: None,
        claimed_at: None,
        last_error: None,
        repetition: 0,
        version: 1,
    }
}

pub(super) fn open_case(kind: crate::domain::CaseKind, subject: CaseSubject) -> OpenCase {
    OpenCase {
        id: CaseId(9),
        kind,
        subject,
    }
}

/// One line a change: what moves, from where, to where, by which rule.
pub(super) fn describe(changes: &[Change]) -> String {
    let lines: Vec<String> = changes.iter().map(describe_one).collect();
    lines.join("; ")
}

fn describe_one(change: &Change) -> String {
    match change {
        Change::AddPayment(payment) => format!("sibling {}", payment.status),
        Change::ByHand(act) => describe_manual(act),
        Change::Open(OpeningStage::Announce { payment, rule, .. }) => {
            let amount = payment.amount.as_i64();
            format!("open {amount} as {} {rule}", payment.reference)
        }
        Change::Open(OpeningStage::Present {
            payment, payable, ..
        }) => format!("offer of {payment}: {}", payable.as_i64()),
        Change::MovePayment {
            before,
            after,
            rule,
            ..
        } => {
            let versions = (before.version, after.version);
            let name = format!("payment {}", after.id);
            moved(&name, (before.status, after.status), versions, *rule)
        }
        Change::MoveOrder { from, to, rule, .. } => format!("order {from}>{to} {rule}"),
        Change::MoveStock(stock) => describe_stock(*stock).to_owned(),
        Change::Entitlements(hand_out) => describe_entitlement(*hand_out).to_owned(),
        Change::Note { rule, .. } => format!("note {rule}"),
        Change::OpenCase { kind, rule, .. } => format!("case {kind} {rule}"),
        Change::CloseCase {
            kind,
            resolution: CaseOutcome::Settled,
            ..
        } => format!("close {kind}"),
        Change::CloseCase {
            kind, resolution, ..
        } => format!("{resolution} {kind}"),
        Change::Owe {
            payment,
            amount,
            rule,
            ..
        } => {
            format!("owe {} of {payment} {rule}", amount.as_i64())
        }
        Change::QueueEffect(effect) => format!("queue {}", effect.key),
        Change::MoveEffect {
            before,
            after,
            rule,
            ..
        } => {
            let versions = (before.version, after.version);
            let name = format!("effect {}", after.key);
            moved(&name, (before.status, after.status), versions, *rule)
        }
        Change::MoveRefund {
            id, from, to, rule, ..
        } => format!("refund {id} {from}>{to} {rule}"),
        Change::LetGoTries(payment) => format!("let go of tries at {payment}"),
        Change::NoteAbsent { id, .. } => format!("refund {id} absent"),
        Change::ShrinkRefund { id, to, rule, .. } => {
            format!("refund {id} shrinks to {} {rule}", to.as_i64())
        }
        Change::BookExternalRefund {
            payment,
            amount,
            rule,
        } => {
            format!("external {} of {payment} {rule}", amount.as_i64())
        }
    }
}

/// Whoever moves a row that others may move at the same time counts its version up.
fn moved<T: Display>(
    name: &str,
    (from, to): (T, T),
    (before, after): (i64, i64),
    rule: Rule,
) -> String {
    assert_eq!(after, before + 1, "the version of {name}");
    format!("{name} {from}>{to} {rule}")
}

fn describe_stock(stock: StockMove) -> &'static str {
    match stock {
        StockMove::Sell => "sell",
        StockMove::Retake => "retake",
        StockMove::Release => "release",
        StockMove::Return => "return",
    }
}

fn describe_entitlement(hand_out: EntitlementChange) -> &'static str {
    match hand_out {
        EntitlementChange::Issue => "issue",
        EntitlementChange::Reissue => "issue anew",
        EntitlementChange::Suspend => "suspend",
        EntitlementChange::Restore => "give back",
        EntitlementChange::Revoke => "revoke",
    }
}

fn describe_manual(act: &ManualChange) -> String {
    match act {
        ManualChange::Receive { payment, rule, .. } => {
            format!("receive {} {rule}", payment.received.as_i64())
        }
        ManualChange::Ask { asked, rule, .. } => format!("ask {} {rule}", asked.amount.as_i64()),
        ManualChange::FreeTransfer(payment) => format!("free the reference of {payment}"),
        ManualChange::TellTransfersApart(payment) => {
            format!("tell the transfers of {payment} apart")
        }
        ManualChange::Extend { to, rule, .. } => {
            format!("until minute {} {rule}", to.since(minute(0)).as_secs() / 60)
        }
        ManualChange::RevokeTicket(revoked) => {
            let unit = if revoked.frees_unit {
                ", unit free"
            } else {
                ""
            };
            format!("revoke {}{unit} {}", revoked.name, revoked.rule)
        }
        ManualChange::Waive { amount, rule, .. } => format!("waive {} {rule}", amount.as_i64()),
        ManualChange::TakeLoss { amount, rule, .. } => {
            format!("take the loss of {} {rule}", amount.as_i64())
        }
        ManualChange::DeclineRefund { id, from, rule, .. } => {
            format!("refund {id} {from}>declined {rule}")
        }
        ManualChange::SendRefund {
            id,
            from,
            key,
            rule,
            ..
        } => format!("refund {id} {from}>sent as {key} {rule}"),
        ManualChange::FinishRefund { id, from, rule, .. } => {
            format!("refund {id} {from}>done {rule}")
        }
    }
}
