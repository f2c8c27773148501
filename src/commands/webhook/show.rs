//! `payctl webhook show`: one notification, as it is kept.

use clap::Args;
use serde::Serialize;
use serde_json::Value;

use super::row::NotificationRow;
use crate::commands::{CommandError, Context};
use crate::exit::Exit;
use crate::output::OutputStyle;
use crate::output::detail::Detail;
use crate::store::{NotificationDetails, Reader};

/// Show a notification: where it came from, how it was judged, and what it says
///
/// Of its text payctl keeps the fields about the payment; nothing about a person, and no signature. Of a refused one
/// only that it came is kept.
#[derive(Debug, Args)]
pub(super) struct WebhookShowArgs {
    /// Notification number, as the list shows it
    notification: i64,
}

/// A notification, for programs. Fields are only ever added.
#[derive(Serialize)]
struct NotificationView {
    #[serde(flatten)]
    row: NotificationRow,
    /// The fields that are kept of it.
    body: Value,
}

pub(super) fn run(args: &WebhookShowArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let stored = require_notification(&context.reader()?, args.notification)?;
    let shown = NotificationView {
        row: NotificationRow::from(&stored.kept),
        body: serde_json::from_str(&stored.body).unwrap_or(Value::Null),
    };
    let detail = detail(&shown, &stored, context.style());
    context.show("webhook show", &shown, &detail, Exit::Clean)
}

fn detail(shown: &NotificationView, stored: &NotificationDetails, style: OutputStyle) -> Detail {
    let kept = &stored.kept;
    let body = serde_json::to_string_pretty(&shown.body).unwrap_or_else(|_| stored.body.clone());
    let detail = Detail::new(style)
        .field("Notification", kept.id)
        .field("Gateway", &kept.gateway)
        .field("Received", kept.received_at)
        .field("Times", kept.times)
        .field("Verdict", kept.verdict)
        .field_if_any("Order", kept.order.as_ref())
        .field_if_any("Payment", kept.payment)
        .field("Says paid", kept.claims_money)
        .field_if_any("Answered", kept.answered_at)
        .field_if_any("Transaction", kept.transaction_id.as_ref())
        .field_if_any("From", shown.row.sender());
    let detail = match shown.row.header_lines() {
        Some(lines) => detail.text("Headers", &lines),
        None => detail,
    };
    detail.text("Kept of its text", &body)
}

/// The notification of this number.
///
/// # Errors
/// There is none.
pub(super) fn require_notification(
    reader: &Reader,
    id: i64,
) -> anyhow::Result<NotificationDetails> {
    reader.notification(id)?.ok_or_else(|| {
        CommandError::failed(format!("no notification has the number {id}"))
            .hint("see what came: payctl webhook list; old ones are deleted by cleanup")
            .into()
    })
}
