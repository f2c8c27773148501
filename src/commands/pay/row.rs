//! What is told of a payment that is to be paid.

use std::io;

use serde::Serialize;

use crate::commands::context::Context;
use crate::commands::watch::WatchEnd;
use crate::domain::dossier::Dossier;
use crate::domain::instant::Instant;
use crate::domain::money::Rupiah;
use crate::domain::names::PaymentId;
use crate::domain::order::OrderStatus;
use crate::domain::payment::{Payment, PaymentStatus};
use crate::exit::Exit;
use crate::output::OutputStyle;
use crate::output::detail::{Detail, JsonDocument, show};
use crate::store::StoredInstructions;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum PayAction {
    Opened,
    /// It was open already, and can be paid.
    Alive,
    WouldOpen,
    /// No answer: nobody knows yet whether it is open.
    Unsettled,
    /// It cannot be shown how it is paid.
    Unknown,
    /// The money is in already.
    Paid,
    /// Nobody can pay it now: a person is asked about it.
    Undecided,
    Refused,
    /// Past the gateways: the customer is shown how, and a person will say that the money came.
    Asked,
    WouldAsk,
}

impl PayAction {
    /// What its reason tells.
    fn label(self) -> &'static str {
        match self {
            Self::Asked | Self::WouldAsk => "Next",
            Self::Opened
            | Self::Alive
            | Self::WouldOpen
            | Self::Unsettled
            | Self::Unknown
            | Self::Paid
            | Self::Undecided
            | Self::Refused => "Why",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Alive => "it is open already",
            Self::WouldOpen => "would be opened",
            Self::Unsettled => "nobody knows yet",
            Self::Unknown => "it is open already, nobody knows how",
            Self::Paid => "paid",
            Self::Undecided => "a person must decide",
            Self::Refused => "refused",
            Self::Asked => "asked for past the gateways",
            Self::WouldAsk => "would be asked for past the gateways",
        }
    }
}

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
    /// Of a Snap page, for the shop's own page.
    pub(super) token: Option<String>,
    pub(super) qr_text: Option<String>,
    /// Where money is sent past the gateways, in the shop's words.
    pub(super) pay_to: Option<String>,
    /// Whoever has it may see how the order stands.
    pub(super) session_token: Option<String>,
    /// How the wait for the money ended; none without one, or before its end.
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
            // A gateway may let it live longer; with its order it is closed there.
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

    /// The order and its payment as they have become meanwhile; nobody is shown how to pay what has ended.
    pub(super) fn current_state(&mut self, dossier: &Dossier) {
        self.order_status = dossier.order.status;
        let payment = self.payment.and_then(|id| dossier.payment(id));
        self.payment_status = payment.map(|payment| payment.status);
        if dossier.order.status != OrderStatus::Pending {
            (self.number, self.page_url, self.qr_text, self.pay_to) = (None, None, None, None);
            self.token = None;
        }
    }

    /// What nobody can show wants a person, as does what nobody has decided.
    pub(super) fn exit(&self) -> Exit {
        if matches!(self.action, PayAction::Unknown | PayAction::Undecided) {
            Exit::Attention
        } else {
            Exit::Clean
        }
    }

    pub(super) fn print(&self, context: &mut Context<'_>, exit: Exit) -> io::Result<()> {
        let style = context.style();
        let document = JsonDocument {
            command: "pay",
            started_at: context.started_at,
            body: self,
            exit,
        };
        show(
            &mut context.host.stdout,
            style,
            &document,
            &self.detail(style),
        )
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
            .field("Until", self.expires_at.in_zone(style.zone))
            .field_if_any("Number", self.number.as_ref())
            .field_if_any("Page", self.page_url.as_ref())
            .field_if_any("Pay to", self.pay_to.as_ref())
            .field_if_any("QR text", self.qr_text.as_ref())
            .field("Result", self.action.word())
            .field_if_any(self.action.label(), reason)
    }
}
