//! Midtrans as simulated here. The words are those of Midtrans's own documentation (Get Transaction Status); the body's
//! `status_code` says more than the HTTP status.
//!
//! | request | what it does |
//! | --- | --- |
//! | `GET /v2/{order id or transaction id}/status` | accepts any server key, by HTTP basic authentication |
//! | `POST /v2/{order id or transaction id}/expire`, `/cancel` | ends a payment that is still payable |
//! | `POST /v2/{order id or transaction id}/refund` | refunds money, once per `refund_key` |
//! | `POST /snap/v1/transactions/{token}/cancel` | closes an unused page |
//! | `POST /v2/charge`, `POST /snap/v1/transactions` | opens a payment or a page |

mod acts;
mod answers;
mod fee;
mod open;
mod tail;

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use percent_encoding::percent_decode_str;

use super::answer::{AttemptTruth, SimulatedRefund, Wording};
use super::dialect::{Dialect, RequestHead, Scene, SimulatedRequest};
use super::faults::RequestPurpose;
use super::ids::transaction_id;
use super::notification::{Sender, SimulatedNotification, WantedNotification};
use super::reply::{JsonText, ReplyObject, SimulatedReply};
use super::rules::SimulatorRules;
use super::truth::GatewayTruth;
use acts::ChangeRequest;
use answers::{code, gross, problem, signature, unauthorised, unknown};
use open::MidtransOpen;

#[derive(Debug)]
pub(super) struct MidtransDialect;

impl Wording for MidtransDialect {
    fn means_money(&self, answer: &AttemptTruth) -> bool {
        [
            "settlement",
            "refund",
            "partial_refund",
            "chargeback",
            "partial_chargeback",
        ]
        .iter()
        .any(|word| answer.is(word))
    }

    fn tail(&self, reference: &str, answer: &AttemptTruth, refunds: &[SimulatedRefund]) -> String {
        tail::tail(reference, answer, refunds)
    }
}

impl Dialect for MidtransDialect {
    fn name(&self) -> &'static str {
        "midtrans"
    }

    fn paid_word(&self) -> &'static str {
        "settlement"
    }

    fn page_method(&self) -> Option<&'static str> {
        Some("snap")
    }

    fn read(&self, head: &RequestHead<'_>) -> Option<Box<dyn SimulatedRequest>> {
        if head.is_get() {
            return Some(Box::new(MidtransQuery::read(head)?));
        }
        if let Some(open) = MidtransOpen::read(head) {
            return Some(Box::new(open));
        }
        Some(Box::new(ChangeRequest::read(head)?))
    }

    fn unknown(&self) -> SimulatedReply {
        unknown("nobody")
    }

    fn refusal(&self, code: u16, message: &str) -> SimulatedReply {
        problem(code, &code.to_string(), message, message)
    }

    /// Signed with the first accepted key, otherwise with the one used last (Midtrans docs, HTTP notification).
    fn notification(
        &self,
        truth: &GatewayTruth,
        _: &SimulatorRules,
        wanted: &WantedNotification<'_>,
    ) -> Option<SimulatedNotification> {
        let told = truth.told(wanted.reference, wanted.word, wanted.now)?;
        let found = truth.find(wanted.reference)?;
        let order_id = told.order_id.as_deref().unwrap_or(found.reference);
        let code = match code(&told) {
            "407" => "202",
            _ if told.is("cancel") => "202",
            code => code,
        };
        let (amount, key) = match wanted.sender {
            Sender::Gateway => (gross(told.gross()), truth.account()),
            Sender::Forger => (gross(told.amount + told.amount), "somebody-elses-key"),
        };
        let signature = signature(&[order_id, code, &amount, key]);
        let rest = tail::tail(found.reference, &told, found.refunds);
        let rest = rest.replace(
            "Success, transaction is found",
            "midtrans payment notification",
        );
        let body = ReplyObject::default()
            .text("transaction_id", &found.transaction_id)
            .text("order_id", order_id)
            .text("status_code", code)
            .text("gross_amount", &amount)
            .text("signature_key", &signature)
            .tail(&rest);
        let body = body.object();
        Some(SimulatedNotification::from_agent("Veritrans", body))
    }
}

/// A query for a payment's status.
#[derive(Debug)]
struct MidtransQuery {
    /// An order id or a transaction id.
    id: String,
    key: String,
}

impl MidtransQuery {
    /// Reads a path; `None` if it is not a status query.
    fn read(head: &RequestHead<'_>) -> Option<Self> {
        let id = head.path().strip_prefix("/v2/")?.strip_suffix("/status")?;
        Some(Self {
            id: id_in_path(id)?,
            key: user_name(head),
        })
    }
}

impl SimulatedRequest for MidtransQuery {
    fn purpose(&self) -> RequestPurpose {
        RequestPurpose::Read
    }

    fn id(&self, _: &GatewayTruth) -> Cow<'_, str> {
        Cow::Borrowed(&self.id)
    }

    fn account(&self) -> &str {
        &self.key
    }

    fn execute(&self, scene: &mut Scene<'_>) -> SimulatedReply {
        if !may_ask(scene.truth, &self.key) {
            return unauthorised(&self.id);
        }
        let found = scene.truth.find(&self.id);
        let Some(mut found) = found.filter(|found| !found.answer.is_page_only()) else {
            return unknown(&self.id);
        };
        if let Some(other) = scene.plan.instead() {
            found.reference = other;
            found.transaction_id = transaction_id(other, 1).into();
        }
        let order_id = found.answer.order_id.as_deref().unwrap_or(found.reference);
        let code = code(found.answer);
        let amount = gross(found.answer.gross());
        let signature = signature(&[order_id, code, &amount, &self.key]);
        let body = format!(
            r#"{{"transaction_id":{},"order_id":{},"status_code":"{code}","gross_amount":"{amount}","signature_key":"{signature}"{}}}"#,
            JsonText(&found.transaction_id),
            JsonText(order_id),
            found.tail,
        );
        SimulatedReply::json(200, body)
    }
}

/// An id that is one segment of a path.
fn id_in_path(id: &str) -> Option<String> {
    let is_one = !id.is_empty() && !id.contains('/');
    is_one.then(|| percent_decode_str(id).decode_utf8_lossy().into_owned())
}

/// The key of HTTP basic authentication: the user name before the colon; empty if there is none.
fn user_name(head: &RequestHead<'_>) -> String {
    let name = || {
        let encoded = head.header("authorization")?.strip_prefix("Basic ")?;
        let mut decoded = BASE64.decode(encoded).ok()?;
        let colon = decoded.iter().position(|byte| *byte == b':')?;
        decoded.truncate(colon);
        String::from_utf8(decoded).ok()
    };
    name().unwrap_or_default()
}

/// Whether this key is accepted. Keys for browsers are not (midtrans-python-client#10), nor keys with white space from
/// a careless file.
fn may_ask(truth: &GatewayTruth, key: &str) -> bool {
    let is_server_key =
        !key.is_empty() && !key.contains("-client-") && !key.contains(char::is_whitespace);
    is_server_key && truth.accepts(key)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{
        KEY, KeptConnection, answer, fixture, midtrans, midtrans_question, send, shape, start,
    };
    use super::super::{ANY, AttemptTruth, MIDTRANS, Simulator};
    use super::*;
    use crate::domain::Instant;

    fn set(simulator: &Simulator, reference: &str, answer: AttemptTruth) {
        simulator.handle().set(MIDTRANS, reference, answer).unwrap();
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
        simulator.handle().accept_keys(MIDTRANS, &[KEY]);
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
        assert_eq!(simulator.handle().asked_about(MIDTRANS, "INV-1"), 3);
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
