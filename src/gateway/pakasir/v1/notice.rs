//! Notifications of the first interface. They are not signed: the header that Pakasir's own plugin compares is the same for
//! every merchant and every notification, so it proves nothing and is ignored.

use super::{KEPT, PakasirV1};
use crate::domain::{Authenticity, Notification};
use crate::gateway::pakasir::notice::notification;
use crate::gateway::reading::JsonBody;

impl PakasirV1 {
    /// Sent only after a payment, with the price as `amount` (Pakasir docs, webhook).
    pub(super) fn notice(&self, bytes: &[u8]) -> Notification {
        notification(bytes, &KEPT, |_| true, |body| self.verdict(body))
    }

    fn verdict(&self, body: &JsonBody<'_>) -> Authenticity {
        match body.text("project") {
            Some(project) if project == self.project => Authenticity::Unsigned,
            _ => Authenticity::Forged("it is not about this account's project"),
        }
    }
}

#[cfg(test)]
mod tests;
