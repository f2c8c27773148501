//! What may be stored of Midtrans's answers and notifications.

use super::fee::info;
use crate::gateway::reading::JsonBody;

/// The fields of an answer that may be stored: no personal data, no numbers to pay to, no signature.
const KEPT: [&str; 15] = [
    "status_code",
    "transaction_status",
    "fraud_status",
    "transaction_id",
    "order_id",
    "gross_amount",
    "currency",
    "payment_type",
    "acquirer",
    "issuer",
    "store",
    "transaction_time",
    "settlement_time",
    "expiry_time",
    "refund_amount",
];

const KEPT_OF_A_REFUND: [&str; 2] = ["refund_key", "refund_amount"];

const KEPT_OF_A_FEE: [&str; 3] = [
    "original_amount",
    "gross_amount",
    "customer_imposed_payment_fee",
];

/// More refunds of one payment than anybody makes.
const KEPT_REFUNDS_MAX: usize = 20;

pub(super) fn kept_body(body: &JsonBody<'_>) -> Option<String> {
    let mut kept = body.pick(&KEPT);
    let raw_refunds;
    let refunds: Vec<_> = body
        .objects("refunds")
        .iter()
        .take(KEPT_REFUNDS_MAX)
        .map(|refund| refund.pick(&KEPT_OF_A_REFUND))
        .collect();
    if !refunds.is_empty() {
        raw_refunds = serde_json::value::to_raw_value(&refunds).ok()?;
        kept.insert("refunds", &raw_refunds);
    }
    let raw_parts;
    if let Some(parts) = info(body) {
        raw_parts = serde_json::value::to_raw_value(&parts.pick(&KEPT_OF_A_FEE)).ok()?;
        kept.insert("gross_amount_info", &raw_parts);
    }
    serde_json::to_string(&kept).ok()
}
