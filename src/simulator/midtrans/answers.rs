//! The fields that all of Midtrans's answers share, and its refusals.

use sha2::{Digest, Sha512};

use crate::domain::Rupiah;
use crate::simulator::answer::AttemptTruth;
use crate::simulator::ids::transaction_id;
use crate::simulator::reply::SimulatedReply;

/// The body's code, which readers rely on. 407 is the ordinary answer for an expired payment.
pub(super) fn code(answer: &AttemptTruth) -> &'static str {
    let challenged = answer.fraud_status.as_deref() == Some("challenge");
    match answer.status.as_str() {
        "pending" => "201",
        "capture" | "authorize" if challenged => "201",
        "deny" => "202",
        "expire" => "407",
        _ => "200",
    }
}

/// `25000.00`: two decimals, always zero.
pub(super) fn gross(amount: Rupiah) -> String {
    format!("{}.00", amount.as_i64())
}

/// The SHA-512 over the texts as they appear in the answer, and the key.
pub(super) fn signature(parts: &[&str]) -> String {
    let mut hasher = Sha512::new();
    for part in parts {
        hasher.update(part);
    }
    let digest = hasher.finalize();
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or_default();
    let mut hex = String::with_capacity(2 * digest.len());
    for byte in digest {
        hex.push(digit(byte >> 4));
        hex.push(digit(byte & 15));
    }
    hex
}

pub(super) fn unknown(id: &str) -> SimulatedReply {
    problem(200, "404", "Transaction doesn't exist.", id)
}

pub(super) fn unauthorised(id: &str) -> SimulatedReply {
    let why = "Transaction cannot be authorized with the current client/server key.";
    problem(401, "401", why, id)
}

/// An answer without a status word; its id names the answer, not the payment.
pub(super) fn problem(http: u16, code: &str, message: &str, about: &str) -> SimulatedReply {
    let id = transaction_id(about, 0);
    SimulatedReply::json(
        http,
        format!(r#"{{"status_code":"{code}","status_message":"{message}","id":"{id}"}}"#),
    )
}

/// Why a page refuses a key.
pub(super) const ACCESS_DENIED: &str =
    "Access denied due to unauthorized transaction, please check client or server key";

/// A page's errors have a format of their own.
pub(super) fn page_refusal(http: u16, message: &str) -> SimulatedReply {
    SimulatedReply::json(http, format!(r#"{{"error_messages":["{message}"]}}"#))
}
