//! Notifications of the second interface: the fields of a status answer. A header proves that the sender knows the
//! project's webhook secret, but it covers nothing of the body; even then only a query is believed.

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{KEPT, PakasirV2};
use crate::domain::{Authenticity, Notification};
use crate::gateway::incoming::IncomingRequest;
use crate::gateway::pakasir::notice::notification;
use crate::gateway::reading::JsonBody;

const HEADER: &str = "X-Secret";

impl PakasirV2 {
    /// Sent after a payment, as JSON whatever its content type says (Pakasir docs, webhook). Money in the other
    /// environment is none.
    pub(super) fn notice(&self, message: &IncomingRequest<'_>) -> Notification {
        let fits = |flag| self.fits(flag);
        let counts = |body: &JsonBody<'_>| body.flag("is_sandbox").is_some_and(fits);
        notification(message.body, &KEPT, counts, |_| self.verdict(message))
    }

    fn verdict(&self, message: &IncomingRequest<'_>) -> Authenticity {
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
