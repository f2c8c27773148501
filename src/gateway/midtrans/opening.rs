//! Opens a payment at Midtrans: a Snap page, or one method through the Core API.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::super::opening::{OpenItem, OpenRequest};
use super::Midtrans;
use super::methods::{PAGE, traits};
use crate::domain::{Customer, Instant, OrderNumber, Reference, Rupiah};
use crate::http::message::HttpRequest;

const MINUTE: Duration = Duration::from_secs(60);

/// Midtrans's own clients wait as long for an answer to a charge (midtrans-go, `httpclient.go`).
const PATIENCE: Duration = Duration::from_secs(80);

/// Midtrans rejects requests of more than 16 KB (mcp-midtrans); only the list of items can become long.
const MAX_ITEMS_BYTES: usize = 12 * 1024;

impl Midtrans {
    /// `POST /snap/v1/transactions` for a page, `POST /v2/charge` for everything else (Midtrans docs, backend
    /// integration and charge transactions).
    pub(super) fn open_request(&self, opening: &OpenRequest<'_>) -> Option<HttpRequest> {
        accepts(&opening.payment.reference).ok()?;
        let (path, host, special) = match opening.method.as_str() {
            PAGE => ("/snap/v1/transactions", &self.snap_url, page(opening)),
            _ => ("/v2/charge", &self.core_url, charge(opening)?),
        };
        let mut body = common(opening);
        body.extend(special);
        let request = HttpRequest::post(
            format!("POST {path}"),
            format!("{host}{path}"),
            Value::Object(body).to_string(),
        );
        // Midtrans keeps the key for five minutes, and ignores it for some methods (Midtrans docs, API headers): only
        // the reference reliably prevents a second payment.
        let request = request.header("Idempotency-Key", opening.key.to_owned());
        Some(self.authorised(request).patient(PATIENCE))
    }
}

/// What an order id may contain (Midtrans docs, request body).
pub(super) fn accepts(reference: &Reference) -> Result<(), String> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_~.".contains(&byte);
    let text = reference.as_str();
    if text.len() <= 50 && text.bytes().all(is_allowed) {
        return Ok(());
    }
    Err(format!(
        "Midtrans accepts at most 50 letters, digits, - _ ~ . as the id of a payment, not {text:?}"
    ))
}

/// When the payment expires at Midtrans: at its own deadline, as far as Midtrans allows.
pub(super) fn runs_out(opening: &OpenRequest<'_>) -> Instant {
    match opening.method.as_str() {
        PAGE => {
            let minutes = payable_minutes(opening).max(page_minutes(opening));
            opening.now.saturating_add(MINUTE * minutes)
        }
        _ => opening
            .now
            .saturating_add(Duration::from_secs(seconds(opening))),
    }
}

fn common(opening: &OpenRequest<'_>) -> Map<String, Value> {
    let mut body = Map::new();
    let details = json!({
        "order_id": opening.payment.reference.as_str(),
        "gross_amount": opening.payment.asked_for().as_i64(),
    });
    body.insert("transaction_details".to_owned(), details);
    if let Some(items) = items(opening.items, opening.payment.asked_for()) {
        body.insert("item_details".to_owned(), items);
    }
    if let Some(buyer) = opening.buyer.filter(|buyer| !buyer.is_unknown()) {
        body.insert("customer_details".to_owned(), customer(buyer));
    }
    body
}

/// Midtrans rejects items whose sum differs from the amount (Midtrans docs, JSON objects); in that case none are
/// sent.
fn items(items: &[OpenItem], amount: Rupiah) -> Option<Value> {
    let mut sum = Rupiah::ZERO;
    for item in items {
        sum = Rupiah::new((sum + item.unit_price.times(item.quantity).ok()?).as_i64()).ok()?;
    }
    if items.is_empty() || sum != amount {
        return None;
    }
    let told = Value::from_iter(items.iter().map(|item| {
        json!({
            "id": first(item.sku.as_str(), 50),
            "name": first(&item.name, 50),
            "price": item.unit_price.as_i64(),
            "quantity": item.quantity,
        })
    }));
    (told.to_string().len() <= MAX_ITEMS_BYTES).then_some(told)
}

fn customer(buyer: &Customer) -> Value {
    let fields = [
        ("first_name", &buyer.name),
        ("email", &buyer.email),
        ("phone", &buyer.phone),
    ];
    let known = fields
        .into_iter()
        .filter_map(|(name, text)| Some((name, first(text.as_deref()?, 255))));
    Value::from_iter(known)
}

fn first(text: &str, letters: usize) -> String {
    text.chars().take(letters).collect()
}

/// How long a method chosen on the page stays payable, from now, and how long the page lives (Midtrans docs, expire a
/// Snap session). Without the former, a number issued at the last moment would outlive the page by a day.
fn page(opening: &OpenRequest<'_>) -> Map<String, Value> {
    let special = json!({
        "expiry": {
            "start_time": zoned(opening.now),
            "unit": "minutes",
            "duration": payable_minutes(opening),
        },
        "page_expiry": { "unit": "minutes", "duration": page_minutes(opening) },
    });
    object(special)
}

fn payable_minutes(opening: &OpenRequest<'_>) -> u32 {
    minutes_left(opening, MINUTE)
}

fn page_minutes(opening: &OpenRequest<'_>) -> u32 {
    minutes_left(opening, traits(PAGE).lifetime.0)
}

fn minutes_left(opening: &OpenRequest<'_>, least: Duration) -> u32 {
    let left = opening.payment.deadline.since(opening.now);
    let left = left.clamp(least, traits(PAGE).lifetime.1);
    u32::try_from(left.as_secs() / 60).unwrap_or(u32::MAX)
}

fn charge(opening: &OpenRequest<'_>) -> Option<Map<String, Value>> {
    let mut special = object(means(opening.method.as_str(), opening.order)?);
    let expiry = json!({
        "order_time": zoned(opening.now),
        "expiry_duration": seconds(opening),
        "unit": "second",
    });
    special.insert("custom_expiry".to_owned(), expiry);
    Some(special)
}

/// The fields that name a method (Midtrans docs, charge transactions). Mandiri shows ten letters of a label and
/// thirty of its value.
fn means(method: &str, order: &OrderNumber) -> Option<Value> {
    let bank =
        |bank: &str| json!({ "payment_type": "bank_transfer", "bank_transfer": { "bank": bank } });
    let counter = |store: &str| json!({ "payment_type": "cstore", "cstore": { "store": store } });
    Some(match method {
        "qris" => json!({ "payment_type": "qris", "qris": { "acquirer": "gopay" } }),
        "bca_va" => bank("bca"),
        "bni_va" => bank("bni"),
        "bri_va" => bank("bri"),
        "cimb_va" => bank("cimb"),
        "permata_va" => bank("permata"),
        "mandiri_bill" => json!({
            "payment_type": "echannel",
            "echannel": { "bill_info1": "Order", "bill_info2": first(order.as_str(), 30) },
        }),
        "indomaret" | "alfamart" => counter(method),
        _ => return None,
    })
}

fn seconds(opening: &OpenRequest<'_>) -> u64 {
    let (least, most) = traits(opening.method.as_str()).lifetime;
    let left = opening.payment.deadline.since(opening.now);
    left.clamp(least, most).as_secs()
}

/// `2026-03-02 10:00:00 +0700`.
fn zoned(instant: Instant) -> String {
    format!("{} +0700", instant.western_indonesian())
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Map::new()
        }
    }
}

#[cfg(test)]
mod tests;
