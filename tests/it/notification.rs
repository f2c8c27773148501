//! What gateways send by themselves, as they would send it.

use serde_json::{Value, json};
use sha2::{Digest, Sha512};

use crate::world::MIDTRANS_KEY;

/// Midtrans's notification about a reference, signed by this account.
pub(crate) fn midtrans(reference: &str, status: &str, amount: i64) -> String {
    signed(reference, None, status, amount, MIDTRANS_KEY)
}

/// The same about one of several tries, by its own id.
pub(crate) fn midtrans_try(reference: &str, nth: usize, status: &str, amount: i64) -> String {
    signed(reference, Some(nth), status, amount, MIDTRANS_KEY)
}

/// The same with a fee that Midtrans has put on top of the amount.
pub(crate) fn with_fee(reference: &str, status: &str, amount: i64, fee: i64) -> String {
    let body = midtrans(reference, status, amount + fee);
    let mut body: Value = serde_json::from_str(&body).unwrap();
    body["metadata"] = json!({ "extra_info": { "gross_amount_info": {
        "original_amount": format!("{amount}.00"),
        "gross_amount": format!("{}.00", amount + fee),
        "customer_imposed_payment_fee": format!("{fee}.00"),
    } } });
    body.to_string()
}

/// The same from somebody who does not have the key.
pub(crate) fn forged(reference: &str, status: &str, amount: i64) -> String {
    signed(
        reference,
        None,
        status,
        amount,
        "SB-Mid-server-somebody-else",
    )
}

/// Pakasir's webhook, which nobody signs.
pub(crate) fn pakasir(reference: &str, amount: i64) -> String {
    json!({
        "amount": amount,
        "order_id": reference,
        "project": "tokocontoh",
        "status": "completed",
        "payment_method": "qris",
        "completed_at": "2026-03-02T10:05:02.819+07:00",
    })
    .to_string()
}

fn signed(reference: &str, nth: Option<usize>, status: &str, amount: i64, key: &str) -> String {
    let (code, amount) = ("200", format!("{amount}.00"));
    let hash = Sha512::digest(format!("{reference}{code}{amount}{key}"));
    let signature: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let transaction_id = nth.map(|nth| payctl::pretend::transaction_id(reference, nth));
    json!({
        "transaction_id": transaction_id,
        "transaction_status": status,
        "order_id": reference,
        "status_code": code,
        "gross_amount": amount,
        "currency": "IDR",
        "payment_type": "qris",
        "signature_key": signature,
        "customer_details": { "email": "sari@example.com" },
    })
    .to_string()
}
