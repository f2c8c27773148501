//! Helpers for this module's tests: an effect about a hostile order, and a runtime.

use std::future::Future;

use serde_json::{Value, json};

use super::{Attachment, DeliveryRequest};

/// Texts that shells, headers, templates and terminals would interpret instead of passing on.
pub(super) const HOSTILE: [&str; 8] = [
    "$(touch pwned) `touch pwned` ; touch pwned",
    "\"; touch pwned; \"",
    "' && touch pwned '",
    "a\r\nBcc: thief@example.com\r\n\r\nhello",
    "nul\0inside",
    "\u{1b}[2J\u{1b}]0;pwned\u{7}",
    "{{ order.total }}{% for x in range(9) %}",
    "=cmd|'/c calc'!A1 <script>alert(1)</script> äöü 🎫",
];

pub(super) fn errand(name: &str) -> DeliveryRequest {
    DeliveryRequest {
        key: "e7-paid-vpn-1".parse().unwrap(),
        repetition: 0,
        occasion: "paid",
        hook: "vpn".parse().unwrap(),
        order: Some("INV-1".parse().unwrap()),
        payload: payload(name),
        attachments: Vec::new(),
        liveness: None,
    }
}

pub(super) fn payload(name: &str) -> Value {
    json!({
        "key": "e7-paid-vpn-1",
        "order": {"number": "INV-1", "total": 25_000},
        "customer": {"name": name, "email": "rina@example.com", "phone": null},
    })
}

pub(super) fn ticket() -> Attachment {
    Attachment {
        name: "ticket-1.svg".to_owned(),
        media_type: "image/svg+xml",
        content: b"<svg/>".to_vec(),
    }
}

pub(super) fn wait<T>(future: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    let done = runtime.block_on(future);
    // As a run does: what a program left behind may hold its output open.
    runtime.shutdown_background();
    done
}
