//! Asks a gateway for a refund. The caller records the request before and the result after.

use super::account::GatewayAccount;
use crate::domain::{NoAnswerReason, Payment, RefundOutcome, Rupiah};
use crate::gateway::RefundReply;
use crate::http::message::HttpRequest;

/// A refund request, ready to be sent.
pub struct RefundRequest {
    request: HttpRequest,
    key: String,
    amount: Rupiah,
}

/// `None`: this gateway has no refund call, or none for this payment's method.
#[must_use]
pub fn order(
    account: &GatewayAccount,
    payment: &Payment,
    key: &str,
    amount: Rupiah,
    reason: &str,
) -> Option<RefundRequest> {
    let request = account.gateway.refund(payment, key, amount, reason)?;
    Some(RefundRequest {
        request,
        key: key.to_owned(),
        amount,
    })
}

/// The result of a refund request.
pub struct RefundSent {
    pub outcome: RefundOutcome,
    /// The request did not reach the account: the key or the address is wrong.
    pub is_misconfigured: bool,
}

/// Sends the request once and waits for its answer.
pub async fn send_refund(
    account: &GatewayAccount,
    payment: &Payment,
    order: &RefundRequest,
) -> RefundSent {
    let answer = match account.http.send(&order.request, None).await {
        Ok(response) => {
            let gateway = &account.gateway;
            gateway.read_refund(payment, &order.key, order.amount, &response)
        }
        Err(failure) => return RefundSent::from(RefundOutcome::Unknown(failure.to_string())),
    };
    tracing::debug!(label = %order.request.label, ?answer, "asked the gateway for a refund");
    let is_misconfigured = matches!(
        answer,
        RefundReply::NoAnswer(NoAnswerReason::Refused(_) | NoAnswerReason::Gone(_))
    );
    RefundSent {
        is_misconfigured,
        ..RefundSent::from(outcome(answer))
    }
}

impl From<RefundOutcome> for RefundSent {
    fn from(outcome: RefundOutcome) -> Self {
        Self {
            outcome,
            is_misconfigured: false,
        }
    }
}

fn outcome(answer: RefundReply) -> RefundOutcome {
    match answer {
        RefundReply::Done => RefundOutcome::Done,
        RefundReply::Denied(word) => RefundOutcome::Denied(word),
        RefundReply::DuplicateKey => RefundOutcome::Unknown(
            "it was requested before; only its status tells the result".to_owned(),
        ),
        RefundReply::NoAnswer(silence) => RefundOutcome::Unknown(silence.to_string()),
    }
}
