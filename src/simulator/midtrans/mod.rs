//! Midtrans as simulated here: `GET /v2/{order id or transaction id}/status`, and the requests that change a payment.
//!
//! The words are those of Midtrans's own documentation (Get Transaction Status); the body's `status_code` says more
//! than the HTTP status.

mod acts;
mod fee;
mod open;
mod tail;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use percent_encoding::percent_decode_str;
use sha2::{Digest, Sha512};

pub(super) use acts::ChangeRequest;
pub use fee::FeeShown;
pub(super) use open::MidtransOpen;
pub(super) use tail::tail;

use super::answer::AttemptTruth;
use super::ids::transaction_id;
use super::notify::{Sender, truth_at};
use super::reply::{JsonText, SimulatedReply};
use super::truth::{GatewayTruth, Lookup};
use crate::domain::{Instant, Rupiah};

/// A query for a payment's status.
#[derive(Debug)]
pub(super) struct MidtransQuery {
    /// An order id or a transaction id.
    pub(super) id: String,
    key: String,
}

impl MidtransQuery {
    /// Reads a path and the `Authorization` header; `None` if the path is not a status query.
    pub(super) fn read(path: &str, authorization: Option<&[u8]>) -> Option<Self> {
        let id = path.strip_prefix("/v2/")?.strip_suffix("/status")?;
        if id.is_empty() || id.contains('/') {
            return None;
        }
        Some(Self {
            id: percent_decode_str(id).decode_utf8_lossy().into_owned(),
            key: authorization.and_then(user_name).unwrap_or_default(),
        })
    }

    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// Midtrans's answer; `instead` makes it name another order.
    pub(super) fn answer(&self, truth: &GatewayTruth, instead: Option<&str>) -> SimulatedReply {
        if !is_server_key(&self.key) || !truth.accepts(&self.key) {
            return unauthorised(&self.id);
        }
        let found = truth.find(&self.id);
        let Some(mut found) = found.filter(|found| !found.answer.is_page_only()) else {
            return unknown(&self.id);
        };
        if let Some(other) = instead {
            found.reference = other;
            found.transaction_id = transaction_id(other, 1).into();
        }
        SimulatedReply::json(200, self.body(&found))
    }

    fn body(&self, found: &Lookup<'_>) -> String {
        let order_id = found.answer.order_id.as_deref().unwrap_or(found.reference);
        let code = code(found.answer);
        let amount = gross(found.answer.gross());
        let signature = signature(&[order_id, code, &amount, &self.key]);
        format!(
            r#"{{"transaction_id":{},"order_id":{},"status_code":"{code}","gross_amount":"{amount}","signature_key":"{signature}"{}}}"#,
            JsonText(&found.transaction_id),
            JsonText(order_id),
            found.tail,
        )
    }
}

/// The notification that Midtrans would send about this payment (Midtrans docs, HTTP notification).
pub(super) fn notification(
    truth: &GatewayTruth,
    reference: &str,
    word: Option<&str>,
    sender: Sender,
    now: Instant,
) -> Option<String> {
    let told = truth_at(truth, reference, word, now)?;
    let found = truth.find(reference)?;
    let order_id = told.order_id.as_deref().unwrap_or(found.reference);
    let code = match code(&told) {
        "407" => "202",
        _ if told.is("cancel") => "202",
        code => code,
    };
    let (amount, key) = match sender {
        Sender::Gateway => (gross(told.gross()), truth.account()),
        Sender::Forger => (gross(told.amount + told.amount), "somebody-elses-key"),
    };
    let signature = signature(&[order_id, code, &amount, key]);
    let rest = tail(found.reference, &told, found.refunds);
    let rest = rest.replace(
        "Success, transaction is found",
        "midtrans payment notification",
    );
    Some(format!(
        r#"{{"transaction_id":{},"order_id":{},"status_code":"{code}","gross_amount":"{amount}","signature_key":"{signature}"{rest}}}"#,
        JsonText(&found.transaction_id),
        JsonText(order_id),
    ))
}

/// The key of HTTP basic authentication: the user name before the colon.
fn user_name(authorization: &[u8]) -> Option<String> {
    let encoded = authorization.strip_prefix(b"Basic ")?;
    let mut decoded = BASE64.decode(encoded).ok()?;
    let colon = decoded.iter().position(|byte| *byte == b':')?;
    decoded.truncate(colon);
    String::from_utf8(decoded).ok()
}

/// Rejects keys for browsers (midtrans-python-client#10), and keys with white space from a careless file.
fn is_server_key(key: &str) -> bool {
    !key.is_empty() && !key.contains("-client-") && !key.contains(char::is_whitespace)
}

/// The body's code, which readers rely on. 407 is the ordinary answer for an expired payment.
fn code(answer: &AttemptTruth) -> &'static str {
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
fn gross(amount: Rupiah) -> String {
    format!("{}.00", amount.as_i64())
}

/// The SHA-512 over the texts as they appear in the answer, and the key.
fn signature(parts: &[&str]) -> String {
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

fn unauthorised(id: &str) -> SimulatedReply {
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

#[cfg(test)]
mod tests {
    use super::super::testing::{
        KEY, KeptConnection, answer, fixture, midtrans, midtrans_question, send, shape, start,
    };
    use super::super::{ANY, AttemptTruth, Dialect, Simulator};
    use super::*;

    fn set(simulator: &Simulator, reference: &str, answer: AttemptTruth) {
        simulator
            .handle()
            .set(Dialect::Midtrans, reference, answer)
            .unwrap();
    }

    #[test]
    fn the_code_in_the_body_fits_the_word() {
        let simulator = start();
        for (status, fraud_status, code) in [
            ("pending", None, "201"),
            ("PENDING", None, "200"),
            ("capture", Some("challenge"), "201"),
            ("capture", None, "200"),
            ("deny", None, "202"),
            ("expire", None, "407"),
            ("refund", None, "200"),
            ("partial_moon", None, "200"),
        ] {
            let fraud_status = fraud_status.map(str::to_owned);
            set(
                &simulator,
                "INV-1",
                AttemptTruth {
                    fraud_status,
                    ..answer(status, 1)
                },
            );
            let observed = midtrans(&simulator, "INV-1");
            let said = (
                observed.says("/status_code"),
                observed.says("/transaction_status"),
            );
            assert_eq!(said, (code.to_owned(), status.to_owned()));
        }
    }

    #[test]
    fn the_signature_is_the_documented_one() {
        let simulator = start();
        set(&simulator, "INV-2026-0002", answer("settlement", 25_000));
        let said = midtrans(&simulator, "INV-2026-0002").says("/signature_key");
        let expected = "a3533c429bcfeadec49ffe57832ba573d9005ad931f9b38fe3c679a479982ce1\
                        6744a9876a1e6f16f9de52becd5f6d646c575166418fe48b35937bef1fae9d46";
        assert_eq!(said, expected);
    }

    #[test]
    fn an_unknown_id_is_404_in_the_body() {
        let simulator = start();
        let observed = midtrans(&simulator, "INV-9");
        assert_eq!(
            (observed.status, observed.says("/status_code")),
            (200, "404".into())
        );
        assert_eq!(shape(&observed.json()), fixture("midtrans/status-404.json"));
    }

    #[test]
    fn a_malformed_key_is_refused() {
        let simulator = start();
        set(&simulator, "INV-1", answer("pending", 25_000));
        let ask = |key: &str| {
            let mut line = KeptConnection::to(&simulator);
            line.say(&midtrans_question("INV-1", key));
            line.receive().unwrap()
        };
        assert_eq!(ask("any-server-key").status, 200);
        for key in ["", "SB-Mid-client-1", "key\n"] {
            assert_eq!(ask(key).status, 401, "{key:?}");
        }
        assert_eq!(send(&simulator, "GET", "/v2/INV-1/status", "").status, 401);
        simulator.handle().accept_keys(Dialect::Midtrans, &[KEY]);
        assert_eq!(ask(KEY).status, 200);
        let observed = ask("another");
        assert_eq!(observed.says("/status_code"), "401");
        assert_eq!(shape(&observed.json()), fixture("midtrans/status-401.json"));
    }

    #[test]
    fn an_order_id_answers_its_latest_try() {
        let simulator = start();
        let second = AttemptTruth {
            try_number: Some(2),
            ..answer("pending", 25_000)
        };
        set(&simulator, "INV-1", answer("expire", 25_000));
        set(&simulator, "INV-1", second);
        let (one, two) = (transaction_id("INV-1", 1), transaction_id("INV-1", 2));
        for (id, transaction, status) in [
            ("INV-1", &two, "pending"),
            (&one, &one, "expire"),
            (&two, &two, "pending"),
        ] {
            let observed = midtrans(&simulator, id);
            assert_eq!(observed.says("/order_id"), "INV-1");
            assert_eq!(observed.says("/transaction_id"), *transaction);
            assert_eq!(observed.says("/transaction_status"), status);
        }
        assert_eq!(
            simulator.handle().asked_about(Dialect::Midtrans, "INV-1"),
            3
        );
    }

    #[test]
    fn later_settings_keep_omitted_fields() {
        let simulator = start();
        let opened_at = Instant::parse_rfc3339("2026-03-02T03:00:04Z");
        let first = AttemptTruth {
            opened_at,
            method: Some("permata_va".to_owned()),
            ..answer("pending", 25_000)
        };
        set(&simulator, "INV-1", first);
        set(&simulator, "INV-1", answer("settlement", 25_000));
        let observed = midtrans(&simulator, "INV-1");
        assert_eq!(observed.says("/transaction_time"), "2026-03-02 10:00:04");
        assert_eq!(observed.says("/settlement_time"), "2026-03-02 10:03:41");
        assert_eq!(observed.says("/payment_type"), "bank_transfer");
        assert_eq!(observed.says("/transaction_id"), transaction_id("INV-1", 1));
    }

    #[test]
    fn a_general_answer_names_the_queried_id() {
        let simulator = start();
        set(&simulator, "INV-1", answer("cancel", 1));
        set(&simulator, ANY, answer("pending", 25_000));
        assert_eq!(
            midtrans(&simulator, "INV-1").says("/transaction_status"),
            "cancel"
        );
        let observed = midtrans(&simulator, "INV-7");
        assert_eq!(observed.says("/order_id"), "INV-7");
        let id = observed.says("/transaction_id");
        assert_ne!(id, midtrans(&simulator, "INV-8").says("/transaction_id"));
        let again = midtrans(&simulator, &id);
        assert_eq!(again.says("/order_id"), "INV-7");
        assert_eq!(again.says("/transaction_id"), id);
    }

    #[test]
    fn ids_may_hold_any_path_character() {
        let simulator = start();
        set(&simulator, ANY, answer("pending", 25_000));
        for (asked, id) in [
            ("INV%2F1%231", "INV/1#1"),
            ("a%22b%5Cc%0A", "a\"b\\c\n"),
            ("na%C3%AFve", "naïve"),
        ] {
            assert_eq!(midtrans(&simulator, asked).says("/order_id"), id);
        }
    }

    #[test]
    fn a_wrong_path_is_an_html_page() {
        let simulator = start();
        for path in ["/v2//status", "/v2/INV-1", "/v2/a/b/status", "/"] {
            let observed = send(&simulator, "GET", path, "");
            assert_eq!(observed.status, 404);
            assert!(observed.headers["content-type"].starts_with("text/html"));
        }
        assert_eq!(simulator.handle().asked_total(), 0);
    }
}
