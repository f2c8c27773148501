//! Notifications as the gateways send them.

use serde_json::{Value, json};
use sha2::{Digest, Sha512};

use crate::world::MIDTRANS_KEY;

/// Midtrans's notification for a reference, signed with this account's key.
pub(crate) fn midtrans(reference: &str, status: &str, amount: i64) -> String {
    midtrans_by(reference, None, status, amount, "qris", "200")
}

/// The same for one of several tries by its id, with method and status code.
pub(crate) fn midtrans_by(
    reference: &str,
    nth: Option<usize>,
    status: &str,
    amount: i64,
    method: &str,
    code: &str,
) -> String {
    let id = nth.map(|nth| payctl::simulator::transaction_id(reference, nth));
    let word = (status, code, method);
    signed(reference, id, word, amount, MIDTRANS_KEY)
}

/// The same with a fee on top of the amount.
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

/// The same without the right key.
pub(crate) fn forged(reference: &str, status: &str, amount: i64) -> String {
    signed(
        reference,
        None,
        (status, "200", "qris"),
        amount,
        "SB-Mid-server-somebody-else",
    )
}

/// Pakasir's unsigned notification.
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

/// Pakasir's notification under its second interface.
pub(crate) fn pakasir_second(reference: &str, amount: i64) -> String {
    json!({
        "txn_id": payctl::simulator::transaction_id(reference, 1),
        "order_id": reference,
        "amount": amount,
        "is_sandbox": false,
        "status": "completed",
        "completed_at": "2026-03-02T10:05:02.51234+07:00",
    })
    .to_string()
}

fn signed(
    reference: &str,
    transaction_id: Option<String>,
    (status, code, method): (&str, &str, &str),
    amount: i64,
    key: &str,
) -> String {
    let amount = format!("{amount}.00");
    let hash = Sha512::digest(format!("{reference}{code}{amount}{key}"));
    let signature: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    json!({
        "transaction_id": transaction_id,
        "transaction_status": status,
        "order_id": reference,
        "status_code": code,
        "gross_amount": amount,
        "currency": "IDR",
        "payment_type": method,
        "signature_key": signature,
        "customer_details": { "email": "sari@example.com" },
    })
    .to_string()
}
