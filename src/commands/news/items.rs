//! One item of the news: as programs read it, and as a line for people.

use serde::Serialize;

use crate::commands::incidents::sentence;
use crate::commands::reason_code::ReasonCode;
use crate::domain::{
    CaseId, CaseKind, GatewayName, Incident, IncidentKind, IncidentPhase, Instant, OrderNumber,
    PaymentId, RefundId, RefundReason, RefundStatus, Rupiah,
};
use crate::reconciler::KeptOrder;
use crate::store::{UntoldCase, UntoldRefund};

#[derive(Debug, Clone, Serialize)]
pub(super) struct NewsCase {
    case: CaseId,
    kind: CaseKind,
    order: Option<OrderNumber>,
    payment: Option<PaymentId>,
    gateway: Option<GatewayName>,
    amount: Option<Rupiah>,
    facts: String,
    opened_at: Instant,
    next: String,
    #[serde(flatten)]
    code: ReasonCode,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct NewsRefund {
    refund: RefundId,
    order: OrderNumber,
    payment: PaymentId,
    status: RefundStatus,
    reason: RefundReason,
    amount: Rupiah,
    why: String,
    next: String,
    #[serde(flatten)]
    code: ReasonCode,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct NewsKeptOrder {
    order: OrderNumber,
    why: String,
    next: String,
}

impl NewsCase {
    pub(super) fn line(&self) -> String {
        let gateway = self.gateway.as_ref().map(GatewayName::as_str);
        let about = self.order.as_ref().map(OrderNumber::as_str).or(gateway);
        let amount = self.amount.map(|amount| format!(", {amount}"));
        format!(
            "  case {}, {}, {}{}: {}; {}",
            self.case,
            self.kind,
            about.unwrap_or("-"),
            amount.unwrap_or_default(),
            self.facts,
            self.next
        )
    }
}

impl From<&UntoldCase> for NewsCase {
    fn from(case: &UntoldCase) -> Self {
        Self {
            case: case.id,
            kind: case.kind,
            order: case.order.clone(),
            payment: case.payment,
            gateway: case.gateway.clone(),
            amount: case.amount,
            facts: case.facts.words.clone(),
            code: (&case.facts).into(),
            opened_at: case.opened_at,
            next: format!("payctl case show {}", case.id),
        }
    }
}

impl NewsRefund {
    pub(super) fn line(&self) -> String {
        format!(
            "  refund {}, {}, {}, {}: {}; {}",
            self.refund, self.status, self.order, self.amount, self.why, self.next
        )
    }
}

impl From<&UntoldRefund> for NewsRefund {
    fn from(refund: &UntoldRefund) -> Self {
        let id = refund.id;
        let next = match refund.status {
            RefundStatus::Approved => format!("payctl refund send {id}"),
            RefundStatus::Due
            | RefundStatus::Sent
            | RefundStatus::Unknown
            | RefundStatus::Done
            | RefundStatus::Failed
            | RefundStatus::Rejected
            | RefundStatus::External => format!("payctl refund approve {id} --by NAME"),
        };
        Self {
            refund: id,
            order: refund.order.clone(),
            payment: refund.payment,
            status: refund.status,
            reason: refund.reason,
            amount: refund.amount,
            why: refund.why.words.clone(),
            code: (&refund.why).into(),
            next,
        }
    }
}

impl NewsKeptOrder {
    pub(super) fn line(&self) -> String {
        format!("  {}: {}; {}", self.order, self.why, self.next)
    }
}

impl From<&KeptOrder> for NewsKeptOrder {
    fn from(kept: &KeptOrder) -> Self {
        Self {
            order: kept.number.clone(),
            why: kept.why.clone(),
            next: format!("payctl why {}", kept.number),
        }
    }
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct NewsIncident {
    kind: IncidentKind,
    /// The gateway, the job or the effect; empty where there is only one.
    subject: String,
    state: IncidentPhase,
    began_at: Instant,
    ended_at: Option<Instant>,
    affected: u64,
    text: String,
}

impl NewsIncident {
    pub(super) fn of(incident: &Incident, state: IncidentPhase) -> Self {
        Self {
            kind: incident.kind,
            subject: incident.subject.clone(),
            state,
            began_at: incident.began_at,
            ended_at: incident.ended_at,
            affected: incident.affected,
            text: sentence(incident, state),
        }
    }

    pub(super) fn line(&self) -> String {
        self.text.clone()
    }
}
