//! Notifications of the second interface: the fields of a status answer. A header proves that the sender knows the
//! project's webhook secret, but it covers nothing of the body; even then only a query is believed.

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{KEPT, PakasirV2};
use crate::domain::{AmountBasis, AmountParts, Authenticity, Notification};
use crate::gateway::incoming::IncomingRequest;
use crate::gateway::message as unwrapped;
use crate::gateway::reading::{JsonBody, shown};

const HEADER: &str = "X-Secret";

impl PakasirV2 {
    /// Sent after a payment, as JSON whatever its content type says (Pakasir docs, webhook).
    pub(super) fn notice(&self, message: &IncomingRequest<'_>) -> Notification {
        let bytes = unwrapped(message.body);
        let Ok(body) = JsonBody::of_bytes(&bytes) else {
            return Notification::unreadable("it is not a JSON object");
        };
        let is_completed = body.word("status").as_deref() == Some("completed");
        let is_of_this_world = body.flag("is_sandbox").is_some_and(|flag| self.fits(flag));
        Notification {
            verdict: self.verdict(message, &body),
            reference: body.text("order_id").and_then(|id| id.parse().ok()),
            transaction_id: body.text("txn_id").and_then(|id| id.parse().ok()),
            amount: body.amount("amount").ok().flatten(),
            measure: AmountBasis::Price,
            parts: AmountParts::Absent,
            raw_status: body.text("status").map(|word| shown(&word)),
            tie: None,
            claims_money: is_completed && is_of_this_world,
            kept_body: serde_json::to_string(&body.pick(&KEPT)).unwrap_or_else(|_| "{}".to_owned()),
        }
    }

    fn verdict(&self, message: &IncomingRequest<'_>, body: &JsonBody<'_>) -> Authenticity {
        if body.text("order_id").is_none() || body.text("status").is_none() {
            return Authenticity::Unreadable("it names no order or no status");
        }
        let Some(secret) = &self.webhook_secret else {
            return Authenticity::Unsigned;
        };
        match message.header(HEADER) {
            Some(told) if is_same(told, secret) => Authenticity::Verified,
            Some(_) => Authenticity::Forged("its X-Secret is not this account's webhook_secret"),
            None => {
                Authenticity::Forged("it has no X-Secret, but the account has a webhook_secret")
            }
        }
    }
}

/// Compares digests, so that the time taken does not even reveal the length of the secret.
fn is_same(told: &str, secret: &SecretString) -> bool {
    let told = Sha256::digest(told.as_bytes());
    let ours = Sha256::digest(secret.expose_secret().as_bytes());
    bool::from(told.as_slice().ct_eq(ours.as_slice()))
}
