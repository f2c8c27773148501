//! The lines about stored notifications. Fields are only ever added.

use std::collections::BTreeMap;

use crate::domain::{
    GatewayName, Instant, NotificationStatus, OrderNumber, PaymentId, TransactionId,
};
use crate::output::row;
use crate::store::KeptNotification;

row! {
    pub(super) struct NotificationRow {
        notification: i64 => number("Notification"),
        received_at: Instant => text("Received"),
        gateway: GatewayName => text("Gateway"),
        verdict: NotificationStatus => text("Verdict"),
        order: Option<OrderNumber> => text("Order"),
        payment: Option<PaymentId> => number("Payment no."),
        times: u32 => number("Times"),
        claims_money: bool => text("Says paid"),
        answered_at: Option<Instant>,
        transaction_id: Option<TransactionId>,
        remote_address: Option<String> => text("From", |row, _| row.sender().unwrap_or_default()),
        headers: Option<BTreeMap<String, String>>,
    }
    hides "Times", "Says paid", "Payment no.", "From";
}

impl NotificationRow {
    /// The address, and behind it for whom a proxy says that it speaks: `127.0.0.1 (for 203.0.113.7)`.
    pub(super) fn sender(&self) -> Option<String> {
        let address = self.remote_address.as_ref()?;
        let headers = self.headers.as_ref();
        let of_proxy = headers.and_then(|headers| headers.get("x-forwarded-for"));
        Some(match of_proxy {
            Some(sender) => format!("{address} (for {sender})"),
            None => address.clone(),
        })
    }

    /// `user-agent: Veritrans`
    pub(super) fn header_lines(&self) -> Option<String> {
        let headers = self
            .headers
            .as_ref()
            .filter(|headers| !headers.is_empty())?;
        let lines = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}"));
        Some(lines.collect::<Vec<_>>().join("\n"))
    }
}

impl From<&KeptNotification> for NotificationRow {
    fn from(kept: &KeptNotification) -> Self {
        let origin = kept.origin.as_ref();
        Self {
            notification: kept.id,
            received_at: kept.received_at,
            gateway: kept.gateway.clone(),
            verdict: kept.verdict,
            order: kept.order.clone(),
            payment: kept.payment,
            times: kept.times,
            claims_money: kept.claims_money,
            answered_at: kept.answered_at,
            transaction_id: kept.transaction_id.clone(),
            remote_address: origin.and_then(|origin| origin.remote_address.clone()),
            headers: origin.map(|origin| origin.headers.clone()),
        }
    }
}
