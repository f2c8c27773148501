//! What whoever carries an effect out is told: the order and what has happened to it, as a document for programs.
//!
//! Fields are only ever added. It holds personal data, and no key of any gateway.

use serde::Serialize;

use super::case::CaseKind;
use super::customer::Customer;
use super::dossier::Dossier;
use super::effect::{About, Effect, EffectKey, Occasion};
use super::instant::Instant;
use super::money::Rupiah;
use super::names::{CaseId, GatewayName, OrderNumber, PaymentId, Reference, RefundId, Sku};
use super::order::{OrderStatus, RefundReason, RefundStatus};
use super::payment::PaymentStatus;

/// An effect, told to whoever carries it out.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Document {
    pub key: EffectKey,
    pub occasion: Occasion,
    /// None: it is about a case of a gateway account.
    pub order: Option<OrderPart>,
    pub refund: Option<RefundPart>,
    pub case: Option<CasePart>,
}

#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct OrderPart {
    pub number: OrderNumber,
    pub status: OrderStatus,
    /// Whole rupiah, as all amounts.
    pub total: Rupiah,
    pub created_at: Instant,
    pub expires_at: Instant,
    pub customer: CustomerPart,
    pub lines: Vec<LinePart>,
    pub payments: Vec<PaymentPart>,
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

impl Document {
    /// What is told of an effect, with the order it is about as it stands now.
    #[must_use]
    pub fn of(
        effect: &Effect,
        order: Option<(&Dossier, Customer)>,
        case: Option<CasePart>,
    ) -> Self {
        let refund = match (effect.about, &order) {
            (About::Refund(id), Some((dossier, _))) => refund(dossier, id),
            (About::Order | About::Case(_) | About::Refund(_), _) => None,
        };
        Self {
            key: effect.key.clone(),
            occasion: effect.occasion,
            order: order.map(|(dossier, customer)| OrderPart::of(dossier, customer)),
            refund,
            case,
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
    fn of(dossier: &Dossier, customer: Customer) -> Self {
        let order = &dossier.order;
        let lines = dossier.lines.iter().map(|line| LinePart {
            sku: line.sku.clone(),
            quantity: line.quantity,
            unit_price: line.unit_price,
        });
        let payments = dossier.payments.iter().map(|payment| PaymentPart {
            payment: payment.id,
            gateway: payment.gateway.clone(),
            reference: payment.reference.clone(),
            method: payment.method.clone(),
            status: payment.status,
            amount: payment.amount,
            received: payment.received,
            received_at: payment.received_at,
        });
        Self {
            number: order.number.clone(),
            status: order.status,
            total: order.total,
            created_at: order.created_at,
            expires_at: order.expires_at,
            customer: CustomerPart {
                name: customer.name,
                email: customer.email,
                phone: customer.phone,
            },
            lines: lines.collect(),
            payments: payments.collect(),
        }
    }
}
