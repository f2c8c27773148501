//! Asks a gateway for a refund. The caller records the request before and the result after.

use super::lane::Account;
use crate::domain::acts::refund::Outcome;
use crate::domain::money::Rupiah;
use crate::domain::observation::Silence;
use crate::domain::payment::Payment;
use crate::gateway::Refunding;
use crate::wire::message::Request;

/// A refund request, ready to be sent.
pub struct Order {
    request: Request,
    key: String,
    amount: Rupiah,
}

/// `None`: this gateway has no refund call, or none for this payment's method.
#[must_use]
pub fn order(
    account: &Account,
    payment: &Payment,
    key: &str,
    amount: Rupiah,
    reason: &str,
) -> Option<Order> {
    let request = account.gateway.refund(payment, key, amount, reason)?;
    Some(Order {
        request,
        key: key.to_owned(),
        amount,
    })
}

/// The result of a refund request.
pub struct Sent {
    pub outcome: Outcome,
    /// The request did not reach the account: the key or the address is wrong.
    pub is_misconfigured: bool,
}

/// Sends the request once and waits for its answer.
pub async fn send_back(account: &Account, payment: &Payment, order: &Order) -> Sent {
    let answer = match account.wire.send(&order.request, None).await {
        Ok(response) => {
            let gateway = &account.gateway;
            gateway.read_refund(payment, &order.key, order.amount, &response)
        }
        Err(failure) => return Sent::from(Outcome::Unknown(failure.to_string())),
    };
    tracing::debug!(label = %order.request.label, ?answer, "asked to send money back");
    let is_misconfigured = matches!(
        answer,
        Refunding::NoAnswer(Silence::Refused(_) | Silence::Gone(_))
    );
    Sent {
        is_misconfigured,
        ..Sent::from(outcome(answer))
    }
}

impl From<Outcome> for Sent {
    fn from(outcome: Outcome) -> Self {
        Self {
            outcome,
            is_misconfigured: false,
        }
    }
}

fn outcome(answer: Refunding) -> Outcome {
    match answer {
        Refunding::Done => Outcome::Done,
        Refunding::Denied(word) => Outcome::Denied(word),
        Refunding::DuplicateKey => {
            Outcome::Unknown("it was requested before; only its status tells the result".to_owned())
        }
        Refunding::NoAnswer(silence) => Outcome::Unknown(silence.to_string()),
    }
}
