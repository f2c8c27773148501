//! How the payment is shown.

use serde::Serialize;

use super::outcome::PayAction;
use crate::commands::Context;
use crate::commands::watch::WatchEnd;
use crate::domain::{Dossier, Instant, OrderStatus, Payment, PaymentId, PaymentStatus, Rupiah};
use crate::exit::Exit;
use crate::output::OutputStyle;
use crate::output::detail::Detail;
use crate::store::StoredInstructions;

/// A payment, for programs. Fields are only ever added.
#[derive(Debug, Serialize)]
pub(super) struct PaymentView {
    pub(super) order: String,
    pub(super) order_status: OrderStatus,
    pub(super) action: PayAction,
    pub(super) reason: String,
    pub(super) payment: Option<PaymentId>,
    pub(super) payment_status: Option<PaymentStatus>,
    pub(super) gateway: Option<String>,
    pub(super) method: Option<String>,
    pub(super) reference: Option<String>,
    pub(super) amount: Rupiah,
    pub(super) fee: Option<Rupiah>,
    pub(super) payable: Rupiah,
    pub(super) expires_at: Instant,
    pub(super) number: Option<String>,
    pub(super) page_url: Option<String>,
    /// Only for a Snap page; for the shop's own page.
    pub(super) token: Option<String>,
    pub(super) qr_text: Option<String>,
    /// The configured account for transfers outside the gateways.
    pub(super) pay_to: Option<String>,
    /// Gives access to the order's status page.
    pub(super) session_token: Option<String>,
    /// How the waiting ended; none without --wait, or before it has ended.
    pub(super) waited: Option<WatchEnd>,
}

impl PaymentView {
    /// Without a payment: what would be opened.
    pub(super) fn of(
        dossier: &Dossier,
        payment: Option<&Payment>,
        given: StoredInstructions,
        (action, reason): (PayAction, String),
    ) -> Self {
        let missing = dossier.order.total.saturating_sub(dossier.cover());
        let offer = given.offer;
        let imposed = payment.map(|payment| payment.imposed_fee);
        let imposed = imposed.filter(|fee| *fee > Rupiah::ZERO);
        Self {
            order: dossier.order.number.to_string(),
            order_status: dossier.order.status,
            action,
            reason,
            payment: payment.map(|payment| payment.id),
            payment_status: payment.map(|payment| payment.status),
            gateway: payment.map(|payment| payment.gateway.to_string()),
            method: payment.and_then(|payment| payment.method.clone()),
            reference: payment.map(|payment| payment.reference.to_string()),
            amount: payment.map_or(missing, |payment| payment.amount),
            fee: offer.fee.or(imposed),
            payable: payment.map_or(missing, |payment| payment.payable),
            // The gateway may keep it open longer, but it is closed there together with its order.
            expires_at: payment.map_or(dossier.order.expires_at, |payment| {
                payment.deadline.min(dossier.order.expires_at)
            }),
            number: offer.number,
            page_url: offer.page_url,
            token: payment.and_then(|payment| payment.token.clone()),
            qr_text: offer.qr_text,
            pay_to: None,
            session_token: None,
            waited: None,
        }
    }

    /// Updates the order and its payment; the instructions of a payment that has ended are dropped.
    pub(super) fn current_state(&mut self, dossier: &Dossier) {
        self.order_status = dossier.order.status;
        let payment = self.payment.and_then(|id| dossier.payment(id));
        self.payment_status = payment.map(|payment| payment.status);
        if dossier.order.status != OrderStatus::Pending {
            (self.number, self.page_url, self.qr_text, self.pay_to) = (None, None, None, None);
            self.token = None;
        }
    }

    /// Needs attention if it cannot be shown, or waits for a decision.
    pub(super) fn exit(&self) -> Exit {
        if matches!(self.action, PayAction::Unknown | PayAction::Undecided) {
            Exit::Attention
        } else {
            Exit::Clean
        }
    }

    pub(super) fn print(&self, context: &mut Context<'_>, exit: Exit) -> anyhow::Result<Exit> {
        let detail = self.detail(context.style());
        context.show("pay", self, &detail, exit)
    }

    fn detail(&self, style: OutputStyle) -> Detail {
        let reason = Some(&self.reason).filter(|reason| !reason.is_empty());
        Detail::new(style)
            .field("Order", &self.order)
            .field_if_any("Payment", self.payment)
            .field_if_any("Gateway", self.gateway.as_ref())
            .field_if_any("Method", self.method.as_ref())
            .field_if_any("Reference", self.reference.as_ref())
            .field("Amount", self.amount)
            .field_if_any("Fee", self.fee)
            .field("Payable", self.payable)
            .field("Until", self.expires_at)
            .field_if_any("Number", self.number.as_ref())
            .field_if_any("Page", self.page_url.as_ref())
            .field_if_any("Pay to", self.pay_to.as_ref())
            .field_if_any("QR text", self.qr_text.as_ref())
            .field("Result", self.action.describe())
            .field_if_any(self.action.label(), reason)
    }
}
