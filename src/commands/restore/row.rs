//! What was done since a backup, line by line.

use crate::domain::{EffectStatus, Instant, RefundStatus, string_enum};
use crate::output::{Severity, row};
use crate::store::{LostEffect, LostOrder, LostPayment, LostRefund, LostTicket, LostWork};

string_enum! {
    /// What was done.
    pub(super) enum LostKind {
        Effect = "effect",
        Refund = "refund",
        Ticket = "ticket",
        Payment = "payment",
        Order = "order",
    }
}

row! {
    /// Something that was done since the backup, and that the restored file does not know. Fields are only ever added.
    pub(super) struct LostRow {
        pub(super) kind: LostKind => text("Kind"),
        pub(super) order: Option<String> => text("Order"),
        pub(super) what: String => prose("What"),
        pub(super) at: Instant => text("When"),
        /// Whether it may happen twice.
        pub(super) may_repeat: bool,
        /// What to know, and to type.
        pub(super) advice: String => prose("Advice"),
    }
    severity |row| if row.may_repeat { Severity::Person } else { Severity::Calm };
}

/// All of it, what may happen twice first.
pub(super) fn rows(work: &LostWork) -> Vec<LostRow> {
    let effects = work.effects.iter().map(LostRow::from);
    let refunds = work.refunds.iter().map(LostRow::from);
    let tickets = work.tickets.iter().map(LostRow::from);
    let payments = work.payments.iter().map(LostRow::from);
    let orders = work.orders.iter().map(LostRow::from);
    let all = refunds.chain(effects).chain(tickets).chain(payments);
    let mut rows: Vec<LostRow> = all.chain(orders).collect();
    rows.sort_by_key(|row| !row.may_repeat);
    rows
}

impl From<&LostEffect> for LostRow {
    fn from(effect: &LostEffect) -> Self {
        let is_done = effect.status == EffectStatus::Done;
        let advice = if is_done {
            "done, and not carried out again".to_owned()
        } else {
            format!(
                "it was {} when the file was replaced; it is tried under the same key",
                effect.status
            )
        };
        Self {
            kind: LostKind::Effect,
            order: effect.order.as_ref().map(ToString::to_string),
            what: format!("{} on {}, key {}", effect.hook, effect.occasion, effect.key),
            at: effect.moved_at,
            may_repeat: !is_done,
            advice,
        }
    }
}

impl From<&LostRefund> for LostRow {
    fn from(refund: &LostRefund) -> Self {
        let id = refund.id;
        let by_bank = refund.bank_reference.as_ref();
        let advice = match (by_bank, refund.status) {
            (Some(reference), _) => format!(
                "the shop's bank has sent it; before anybody sends it again: payctl refund done {id} --bank-ref {reference}"
            ),
            (None, RefundStatus::Done) => {
                format!(
                    "the gateway has sent it; do not send it again before: payctl check-status {} --fix",
                    refund.order
                )
            }
            (None, _) => format!(
                "it was sent to the gateway, and nobody knows its answer; first: payctl check-status {} --fix",
                refund.order
            ),
        };
        Self {
            kind: LostKind::Refund,
            order: Some(refund.order.to_string()),
            what: format!("refund {id} of {}, {}", refund.amount, refund.status),
            at: refund.moved_at,
            may_repeat: true,
            advice,
        }
    }
}

impl From<&LostTicket> for LostRow {
    fn from(ticket: &LostTicket) -> Self {
        let code = &ticket.code;
        let (what, at, advice) = match ticket.redeemed_at {
            Some(at) => (
                format!("ticket {code}, redeemed"),
                at,
                format!(
                    "it would let somebody in again; if it is known here: payctl ticket redeem {code}"
                ),
            ),
            None => (
                format!("ticket {code}, issued"),
                ticket.issued_at,
                "it is not known here; a new one is issued, and must be sent".to_owned(),
            ),
        };
        Self {
            kind: LostKind::Ticket,
            order: Some(ticket.order.to_string()),
            what,
            at,
            may_repeat: ticket.redeemed_at.is_some(),
            advice,
        }
    }
}

impl From<&LostPayment> for LostRow {
    fn from(payment: &LostPayment) -> Self {
        let (order, gateway, reference) = (&payment.order, &payment.gateway, &payment.reference);
        let advice = if gateway.is_manual() {
            format!("booked by a person; if the money is there: payctl approve {order} --yes")
        } else {
            let method = payment.method.as_deref().unwrap_or("METHOD");
            format!(
                "the customer may pay it: payctl order attach {order} --gateway {gateway} --reference {reference} --method {method}"
            )
        };
        Self {
            kind: LostKind::Payment,
            order: Some(order.to_string()),
            what: format!("{reference} at {gateway}, {}", payment.status),
            at: payment.created_at,
            may_repeat: false,
            advice,
        }
    }
}

impl From<&LostOrder> for LostRow {
    fn from(order: &LostOrder) -> Self {
        Self {
            kind: LostKind::Order,
            order: Some(order.number.to_string()),
            what: format!("placed, {}", order.status),
            at: order.created_at,
            may_repeat: false,
            advice: "enter it again: payctl order create, or order import".to_owned(),
        }
    }
}
