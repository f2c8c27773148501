//! What whoever carries an effect out is told: the order and what has happened to it, as a document for programs.
//!
//! Fields are only ever added. It holds personal data, and no key of any gateway.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::{
    AccessGrant, AccessState, CaseId, CaseKind, Customer, Dossier, Effect, EffectKey,
    EffectSubject, GatewayName, HookName, HookOutput, Instant, Meta, OrderLine, OrderNotes,
    OrderNumber, OrderStatus, Payment, PaymentId, PaymentStatus, Reference, RefundId, RefundReason,
    RefundStatus, Rupiah, Sku, Ticket, TicketCode, TicketState, Trigger,
};

/// An effect, told to whoever carries it out.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct EffectPayload {
    pub key: EffectKey,
    /// 0 for the first delivery; from 1 on, a person has had it delivered once more.
    pub repetition: u32,
    pub occasion: Trigger,
    /// None: it is about a case of a gateway account.
    pub order: Option<OrderPart>,
    pub refund: Option<RefundPart>,
    pub case: Option<CasePart>,
    /// What the order's hooks have said, by their names.
    pub effects: BTreeMap<HookName, EffectPart>,
}

/// An effect of the order that has said something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EffectPart {
    pub output: HookOutput,
    /// It said more than what is kept.
    pub output_cut: bool,
}

impl From<HookOutput> for EffectPart {
    fn from(output: HookOutput) -> Self {
        Self {
            output_cut: output.is_cut(),
            output,
        }
    }
}

#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct OrderPart {
    pub number: OrderNumber,
    pub status: OrderStatus,
    /// Whole rupiah, as all amounts.
    pub total: Rupiah,
    pub created_at: Instant,
    pub expires_at: Instant,
    /// Whoever has it may see how the order stands, as the buyer.
    pub session_token: String,
    pub customer: CustomerPart,
    /// The shop's own words about it.
    pub note: Option<String>,
    pub meta: Meta,
    pub lines: Vec<LinePart>,
    pub payments: Vec<PaymentPart>,
    /// The first of them, line by line; at most [`MAX_TOLD`].
    pub tickets: Vec<TicketPart>,
    pub has_more_tickets: bool,
    /// What it lets its buyer use, the latest first; at most [`MAX_TOLD`].
    pub access: Vec<AccessPart>,
    pub has_more_access: bool,
}

#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct CustomerPart {
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LinePart {
    pub sku: Sku,
    pub quantity: u32,
    pub unit_price: Rupiah,
}

/// One unit of what was sold. Whoever shows its code is let in.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct TicketPart {
    pub ticket: TicketCode,
    pub product: Sku,
    pub product_name: String,
    /// Which unit of its line it is, from 1.
    pub unit: u32,
    pub status: TicketState,
}

/// The right to use a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccessPart {
    pub product: Sku,
    pub status: AccessState,
    pub seconds: u64,
    /// None: its time begins with its first use.
    pub starts_at: Option<Instant>,
    pub ends_at: Option<Instant>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PaymentPart {
    pub payment: PaymentId,
    pub gateway: GatewayName,
    pub reference: Reference,
    pub method: Option<String>,
    pub status: PaymentStatus,
    pub amount: Rupiah,
    pub received: Rupiah,
    pub received_at: Option<Instant>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefundPart {
    pub refund: RefundId,
    pub payment: PaymentId,
    pub status: RefundStatus,
    pub reason: RefundReason,
    pub amount: Rupiah,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CasePart {
    pub case: CaseId,
    pub kind: CaseKind,
    pub payment: Option<PaymentId>,
    pub gateway: Option<GatewayName>,
    pub facts: String,
}

/// So many tickets, and so many grants, are told: a document is held in memory, and a hook has to cope with it.
pub const MAX_TOLD: usize = 1_000;

/// An order with what is told of it. One more than [`MAX_TOLD`] stands for all that are not told.
#[derive(Clone, PartialEq, Eq)]
pub struct OrderFacts {
    pub dossier: Dossier,
    pub customer: Customer,
    pub notes: OrderNotes,
    pub effects: BTreeMap<HookName, EffectPart>,
    pub session_token: String,
    /// Line by line.
    pub tickets: Vec<Ticket>,
    /// The latest first.
    pub access: Vec<AccessGrant>,
}

impl EffectPayload {
    /// What is told of an effect, with the order it is about as it stands now.
    #[must_use]
    pub fn of(
        effect: &Effect,
        mut order: Option<OrderFacts>,
        case: Option<CasePart>,
        now: Instant,
    ) -> Self {
        let refund = match (effect.about, &order) {
            (EffectSubject::Refund(id), Some(order)) => refund(&order.dossier, id),
            (EffectSubject::Order | EffectSubject::Case(_) | EffectSubject::Refund(_), _) => None,
        };
        let effects = order
            .as_mut()
            .map(|order| std::mem::take(&mut order.effects));
        Self {
            key: effect.key.clone(),
            repetition: effect.repetition,
            occasion: effect.occasion,
            order: order.map(|order| OrderPart::of(order, now)),
            refund,
            case,
            effects: effects.unwrap_or_default(),
        }
    }
}

fn refund(dossier: &Dossier, id: RefundId) -> Option<RefundPart> {
    let refund = dossier.refunds.iter().find(|refund| refund.id == id)?;
    Some(RefundPart {
        refund: id,
        payment: refund.payment,
        status: refund.status,
        reason: refund.reason,
        amount: refund.amount,
    })
}

impl OrderPart {
    fn of(facts: OrderFacts, now: Instant) -> Self {
        let order = facts.dossier.order;
        let customer = facts.customer;
        Self {
            number: order.number,
            status: order.status,
            total: order.total,
            created_at: order.created_at,
            expires_at: order.expires_at,
            session_token: facts.session_token,
            customer: CustomerPart {
                name: customer.name,
                email: customer.email,
                phone: customer.phone,
            },
            note: facts.notes.note,
            meta: facts.notes.meta,
            lines: facts.dossier.lines.into_iter().map(line).collect(),
            payments: facts.dossier.payments.into_iter().map(payment).collect(),
            has_more_tickets: facts.tickets.len() > MAX_TOLD,
            tickets: (facts.tickets.into_iter().take(MAX_TOLD))
                .map(ticket)
                .collect(),
            has_more_access: facts.access.len() > MAX_TOLD,
            access: (facts.access.iter().take(MAX_TOLD))
                .map(|grant| access(grant, now))
                .collect(),
        }
    }
}

fn line(line: OrderLine) -> LinePart {
    LinePart {
        sku: line.sku,
        quantity: line.quantity,
        unit_price: line.unit_price,
    }
}

fn payment(payment: Payment) -> PaymentPart {
    PaymentPart {
        payment: payment.id,
        gateway: payment.gateway,
        reference: payment.reference,
        method: payment.method,
        status: payment.status,
        amount: payment.amount,
        received: payment.received,
        received_at: payment.received_at,
    }
}

fn ticket(ticket: Ticket) -> TicketPart {
    TicketPart {
        status: ticket.state(),
        ticket: ticket.code,
        product: ticket.sku,
        product_name: ticket.product_name,
        unit: ticket.unit,
    }
}

fn access(grant: &AccessGrant, now: Instant) -> AccessPart {
    AccessPart {
        product: grant.sku.clone(),
        status: grant.state(now),
        seconds: grant.span.as_secs(),
        starts_at: grant.starts_at,
        ends_at: grant.ends_at,
    }
}
