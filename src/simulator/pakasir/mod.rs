//! Pakasir as simulated here: both interfaces of one project.
//!
//! | request | what it does |
//! | --- | --- |
//! | `GET /api/transactiondetail?project=&amount=&order_id=&api_key=` | accepts any project and key |
//! | `POST /api/transactioncancel` | cancels a pending payment, with the same four fields as JSON |
//! | `POST /api/transactioncreate/{method}`, `POST /api/paymentsimulation` | opens a payment, and pays it |
//! | `POST /api/v2/create-transaction/{project}/{order id}`, `POST /api/v2/cancel-transaction/{project}/{id}`, `GET /api/v2/transaction-status/{project}/{id}` | the second interface; accepts any key in `X-Api-Key` |
//!
//! Pakasir documents no HTTP codes for refusals, so this uses a fitting code and a `message`.

mod v1;
mod v2;

use std::time::Duration;

use super::answer::{AttemptTruth, SimulatedRefund, Wording};
use super::dialect::{Dialect, RequestHead, SimulatedRequest};
use super::notification::{SimulatedNotification, WantedNotification};
use super::reply::{ReplyObject, SimulatedReply};
use super::rules::SimulatorRules;
use super::truth::GatewayTruth;
use crate::domain::{Instant, Rupiah};
use v1::PakasirV1Request;
use v2::PakasirV2Request;

/// Pakasir itself cancels a payment that is not paid by then.
const LIFE: Duration = Duration::from_secs(24 * 3600);

#[derive(Debug)]
pub(super) struct PakasirDialect;

impl Wording for PakasirDialect {
    fn means_money(&self, answer: &AttemptTruth) -> bool {
        answer.is(self.paid_word())
    }

    fn tail(&self, _: &str, answer: &AttemptTruth, _: &[SimulatedRefund]) -> String {
        ReplyObject::default()
            .raw("amount", answer.amount.as_i64())
            .text("status", &answer.status)
            .text("payment_method", answer.method())
            .text_or_null("completed_at", completed_at(answer).as_deref())
            .into_tail()
    }
}

impl Dialect for PakasirDialect {
    fn name(&self) -> &'static str {
        "pakasir"
    }

    fn paid_word(&self) -> &'static str {
        "completed"
    }

    fn read(&self, head: &RequestHead<'_>) -> Option<Box<dyn SimulatedRequest>> {
        if let Some(first) = PakasirV1Request::read(head) {
            return Some(Box::new(first));
        }
        Some(Box::new(PakasirV2Request::read(head)?))
    }

    fn unknown(&self) -> SimulatedReply {
        unknown()
    }

    fn refusal(&self, code: u16, message: &str) -> SimulatedReply {
        problem(code, message)
    }

    /// In the format of the interface that opened the payment.
    fn notification(
        &self,
        truth: &GatewayTruth,
        rules: &SimulatorRules,
        wanted: &WantedNotification<'_>,
    ) -> Option<SimulatedNotification> {
        let is_second = rules.is_second(wanted.reference);
        let body = if is_second {
            v2::notification(truth, rules, wanted)?
        } else {
            v1::notification(truth, wanted)?
        };
        let mut notification = SimulatedNotification::from_agent("Pakasir", body);
        let proof = v2::proof(rules, wanted.sender).filter(|_| is_second);
        notification.headers.extend(proof);
        Some(notification)
    }
}

fn unknown() -> SimulatedReply {
    problem(404, "Transaction not found")
}

fn problem(http: u16, message: &str) -> SimulatedReply {
    SimulatedReply::json(http, format!(r#"{{"message":"{message}"}}"#))
}

/// `2026-03-02T10:05:02.819+07:00`, as in the documented sample.
fn completed_at(answer: &AttemptTruth) -> Option<String> {
    let time = answer.paid_at?;
    let seconds = time.western_indonesian().replace(' ', "T");
    let millis = time.as_millis().rem_euclid(1000);
    Some(format!("{seconds}.{millis:03}+07:00"))
}

/// In UTC with these nanoseconds, as in the documented samples.
fn with_nanoseconds(time: Instant, nanoseconds: u32) -> String {
    let seconds = time.to_string();
    let seconds = seconds.get(..19).unwrap_or_default();
    format!("{seconds}.{nanoseconds}Z")
}

/// As merchants have seen it (pakasir-sdk): Rp 310 and 0.7 % for QRIS, Rp 3,500 for a virtual account.
fn fee(method: &str, price: Rupiah) -> Rupiah {
    if method == "qris" {
        Rupiah::from_db(310 + price.as_i64() * 7 / 1000)
    } else {
        Rupiah::from_db(3_500)
    }
}

/// A number to pay to that nobody has.
const NUMBER: &str = "9880000000000202";
