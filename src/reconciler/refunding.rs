//! Asking a gateway to send money back. It is written down before; what it came to is for the caller to write.

use super::lane::Account;
use crate::domain::acts::refund::Outcome;
use crate::domain::money::Rupiah;
use crate::domain::payment::Payment;
use crate::gateway::Refunding;
use crate::wire::message::Request;

/// A request to send money back, ready to be sent.
pub struct Order {
    request: Request,
}

/// None: this gateway has no call for it, or not for the way this payment was made.
#[must_use]
pub fn order(
    account: &Account,
    payment: &Payment,
    key: &str,
    amount: Rupiah,
    reason: &str,
) -> Option<Order> {
    let request = account.gateway.refund(payment, key, amount, reason)?;
    Some(Order { request })
}

/// Sends the request once, and waits for its answer.
pub async fn send_back(account: &Account, payment: &Payment, order: &Order) -> Outcome {
    let answer = match account.wire.send(&order.request, None).await {
        Ok(response) => account.gateway.read_refund(payment, &response),
        Err(failure) => return Outcome::Unknown(failure.to_string()),
    };
    tracing::debug!(label = %order.request.label, ?answer, "asked to send money back");
    match answer {
        Refunding::Done => Outcome::Done,
        Refunding::Denied(word) => Outcome::Denied(word),
        Refunding::DuplicateKey => {
            Outcome::Unknown("it had been asked for before; only the status tells".to_owned())
        }
        Refunding::NoAnswer(silence) => Outcome::Unknown(silence.to_string()),
    }
}
