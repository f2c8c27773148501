//! Pakasir as simulated here: `GET /api/transactiondetail?project&amount&order_id&api_key` and `POST
//! /api/transactioncancel` with the same four fields as JSON.
//!
//! Pakasir documents no HTTP codes for refusals, so this uses a fitting code and a `message`.

mod open;
mod v2;

use std::borrow::Cow;

pub(super) use open::PakasirOpen;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
pub(super) use v2::{PakasirV2Request, notification as second_notification, secret};

use super::answer::AttemptTruth;
use super::faults::Fault;
use super::notify::{Sender, truth_at};
use super::reply::{JsonText, SimulatedReply, add};
use super::response::ResponsePlan;
use super::truth::GatewayTruth;
use crate::domain::Instant;

pub(super) const DETAIL: &str = "/api/transactiondetail";
pub(super) const CANCEL: &str = "/api/transactioncancel";

/// A query for a transaction's detail.
#[derive(Debug, Default)]
pub(super) struct PakasirQuery {
    pub(super) order_id: String,
    project: String,
    amount: String,
    key: String,
}

impl PakasirQuery {
    pub(super) fn read(query: &str) -> Self {
        let mut question = Self::default();
        for (name, value) in pairs(query) {
            match name {
                "order_id" => question.order_id = value.into_owned(),
                "project" => question.project = value.into_owned(),
                "amount" => question.amount = value.into_owned(),
                "api_key" => question.key = value.into_owned(),
                _ => {}
            }
        }
        question
    }

    pub(super) fn project(&self) -> &str {
        &self.project
    }

    /// Pakasir's answer; `instead` makes it name another order.
    pub(super) fn answer(&self, truth: &GatewayTruth, instead: Option<&str>) -> SimulatedReply {
        if self.project.is_empty() || !truth.accepts(&self.key) {
            return problem(401, "Invalid project or API key");
        }
        let Some(found) = truth.find(&self.order_id) else {
            return unknown();
        };
        let is_theirs = found
            .answer
            .project
            .as_ref()
            .is_none_or(|project| *project == self.project);
        // For Pakasir, any amount other than the price is "not found".
        let is_price = self.amount.parse() == Ok(found.answer.amount.as_i64());
        if !is_theirs || !is_price {
            return unknown();
        }
        let order_id = JsonText(instead.unwrap_or(found.reference));
        let project = JsonText(&self.project);
        let body = format!(
            r#"{{"transaction":{{"order_id":{order_id},"project":{project}{}}}}}"#,
            found.tail
        );
        SimulatedReply::json(200, body)
    }
}

/// A request to cancel a payment.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PakasirCancel {
    pub(super) order_id: String,
    project: String,
    amount: i64,
    api_key: String,
}

impl PakasirCancel {
    pub(super) fn project(&self) -> &str {
        &self.project
    }

    /// An unreadable body names nothing, not even a project.
    pub(super) fn read(body: &[u8]) -> Self {
        serde_json::from_slice(body).unwrap_or_default()
    }

    /// Performs the request and returns Pakasir's answer.
    pub(super) fn execute(
        &self,
        truth: &mut GatewayTruth,
        plan: &ResponsePlan,
        now: Instant,
    ) -> SimulatedReply {
        if self.project.is_empty() || !truth.accepts(&self.api_key) {
            return problem(401, "Invalid project or API key");
        }
        let found = truth.find(&self.order_id);
        let Some(found) = found.filter(|found| {
            let project = found.answer.project.as_ref();
            let is_theirs = project.is_none_or(|project| *project == self.project);
            is_theirs && found.answer.amount.as_i64() == self.amount
        }) else {
            return unknown();
        };
        if !found.answer.is("pending") {
            return problem(400, "Transaction is not pending");
        }
        let status = match plan.act {
            Some(Fault::CloseRefused) => return problem(400, "Transaction cannot be canceled"),
            Some(Fault::CloseIgnored) => return success(),
            Some(Fault::PaidWhenClosed) => "completed",
            _ => "canceled",
        };
        let set = |answer: &mut AttemptTruth, _: &mut _| answer.status = status.to_owned();
        match truth.revise(&self.order_id, now, set) {
            Err(why) => problem(500, &why.to_string()),
            Ok(()) if status == "completed" => problem(400, "Transaction is not pending"),
            Ok(()) => success(),
        }
    }
}

/// The notification that Pakasir would send about this payment (Pakasir docs, webhook).
pub(super) fn notification(
    truth: &GatewayTruth,
    reference: &str,
    word: Option<&str>,
    sender: Sender,
    now: Instant,
) -> Option<String> {
    let mut told = truth_at(truth, reference, word, now)?;
    if sender == Sender::Forger {
        told.amount = told.amount + told.amount;
    }
    let project = told.project.as_deref().unwrap_or(truth.last_account());
    let (order_id, project) = (JsonText(reference), JsonText(project));
    let rest = tail(&told);
    Some(format!(
        r#"{{"order_id":{order_id},"project":{project}{rest}}}"#
    ))
}

fn success() -> SimulatedReply {
    SimulatedReply::json(200, r#"{"success":true}"#.to_owned())
}

/// The names and decoded values of a query.
pub(super) fn pairs(query: &str) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
    query.split('&').filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        if value.contains('+') {
            let spaced = value.replace('+', " ");
            let decoded = percent_decode_str(&spaced).decode_utf8_lossy().into_owned();
            return Some((name, Cow::Owned(decoded)));
        }
        Some((name, percent_decode_str(value).decode_utf8_lossy()))
    })
}

pub(super) fn unknown() -> SimulatedReply {
    problem(404, "Transaction not found")
}

pub(super) fn problem(http: u16, message: &str) -> SimulatedReply {
    SimulatedReply::json(http, format!(r#"{{"message":"{message}"}}"#))
}

/// The part of an answer that does not depend on the query.
pub(super) fn tail(answer: &AttemptTruth) -> String {
    let mut tail = String::with_capacity(128);
    add(&mut tail, "amount", answer.amount.as_i64());
    add(&mut tail, "status", JsonText(&answer.status));
    add(&mut tail, "payment_method", JsonText(answer.method()));
    match answer.paid_at {
        Some(time) => add(&mut tail, "completed_at", JsonText(&with_offset(time))),
        None => add(&mut tail, "completed_at", "null"),
    }
    tail
}

/// `2026-03-02T10:05:02.819+07:00`, as in the documented sample.
fn with_offset(time: Instant) -> String {
    let seconds = time.western_indonesian().replace(' ', "T");
    format!("{seconds}.{:03}+07:00", time.as_millis().rem_euclid(1000))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{answer, fixture, pakasir, send, shape, start};
    use super::super::{ANY, AttemptTruth, Dialect, FaultTarget, Simulator};
    use super::*;

    fn set(simulator: &Simulator, reference: &str, answer: AttemptTruth) {
        simulator
            .handle()
            .set(Dialect::Pakasir, reference, answer)
            .unwrap();
    }

    #[test]
    fn answers_have_the_shape_of_recorded_ones() {
        let simulator = start();
        for (status, sample) in [
            ("pending", "detail-pending"),
            ("completed", "detail-completed"),
            ("canceled", "detail-canceled"),
            ("expired", "detail-expired"),
        ] {
            set(&simulator, "VPN-1", answer(status, 50_000));
            let observed = pakasir(&simulator, "VPN-1", 50_000);
            assert_eq!(observed.says("/transaction/status"), status);
            let sample = fixture(&format!("pakasir/{sample}.json"));
            assert_eq!(shape(&observed.json()), sample);
        }
    }

    #[test]
    fn the_payment_time_has_offset_and_milliseconds() {
        let simulator = start();
        set(&simulator, "VPN-1", answer("completed", 50_000));
        let said = pakasir(&simulator, "VPN-1", 50_000).says("/transaction/completed_at");
        assert_eq!(said, "2026-03-02T10:03:41.250+07:00");
    }

    #[test]
    fn another_amount_order_or_project_is_not_found() {
        let simulator = start();
        let project = Some("tokolain".to_owned());
        set(&simulator, "VPN-1", answer("completed", 50_000));
        set(
            &simulator,
            "VPN-2",
            AttemptTruth {
                project,
                ..answer("completed", 50_000)
            },
        );
        for (order_id, amount) in [("VPN-1", 50_660), ("VPN-9", 50_000), ("VPN-2", 50_000)] {
            let observed = pakasir(&simulator, order_id, amount);
            assert_eq!(observed.status, 404);
            assert_eq!(
                shape(&observed.json()),
                fixture("pakasir/error-message.json")
            );
        }
    }

    #[test]
    fn a_wrong_key_is_refused() {
        let simulator = start();
        set(&simulator, ANY, answer("completed", 50_000));
        assert_eq!(pakasir(&simulator, "VPN-1", 50_000).status, 200);
        simulator
            .handle()
            .accept_keys(Dialect::Pakasir, &["the key"]);
        assert_eq!(pakasir(&simulator, "VPN-1", 50_000).status, 401);
        let path = "/api/transactiondetail?project=a&amount=50000&order_id=V%201&api_key=the+key";
        let observed = send(&simulator, "GET", path, "");
        assert_eq!(observed.says("/transaction/order_id"), "V 1");
        assert_eq!(send(&simulator, "GET", DETAIL, "").status, 401);
    }

    fn cancel(simulator: &Simulator, order_id: &str, amount: i64) -> (u16, String) {
        let body = format!(
            r#"{{"project":"tokocontoh","order_id":"{order_id}","amount":{amount},"api_key":"dummy"}}"#
        );
        let observed = send(simulator, "POST", CANCEL, &body);
        (observed.status, observed.body)
    }

    #[track_caller]
    fn check_cancel(fault: Option<Fault>, status: u16, part: &str, left: &str) {
        let simulator = start();
        set(&simulator, "VPN-1", answer("pending", 50_000));
        if let Some(fault) = fault {
            let target = FaultTarget::one(Dialect::Pakasir, "VPN-1");
            simulator.handle().fault(target, fault).unwrap();
        }
        let observed = cancel(&simulator, "VPN-1", 50_000);
        assert!(
            observed.0 == status && observed.1.contains(part),
            "{observed:?}"
        );
        let said = pakasir(&simulator, "VPN-1", 50_000).says("/transaction/status");
        assert_eq!(said, left);
        assert_eq!(simulator.handle().closes_of(Dialect::Pakasir, "VPN-1"), 1);
        assert_eq!(simulator.handle().asked_total(), 1);
    }

    #[test]
    fn a_cancel_closes_or_fails_as_configured() {
        check_cancel(None, 200, r#"{"success":true}"#, "canceled");
        let ignored = Some(Fault::CloseIgnored);
        check_cancel(ignored, 200, r#"{"success":true}"#, "pending");
        check_cancel(Some(Fault::CloseRefused), 400, "message", "pending");
        check_cancel(Some(Fault::PaidWhenClosed), 400, "message", "completed");
        check_cancel(Some(Fault::RefundDenied), 200, "true", "canceled");
    }

    #[test]
    fn only_a_matching_pending_payment_is_cancelled() {
        let simulator = start();
        set(&simulator, "VPN-1", answer("pending", 50_000));
        set(&simulator, "VPN-2", answer("completed", 50_000));
        let not_found = (404, r#"{"message":"Transaction not found"}"#.to_owned());
        assert_eq!(cancel(&simulator, "VPN-1", 50_660), not_found);
        assert_eq!(cancel(&simulator, "VPN-9", 50_000), not_found);
        assert_eq!(cancel(&simulator, "VPN-2", 50_000).0, 400);
        assert_eq!(cancel(&simulator, "VPN-1", 50_000).0, 200);
        assert_eq!(cancel(&simulator, "VPN-1", 50_000).0, 400);
        assert_eq!(send(&simulator, "POST", CANCEL, "{").status, 401);
        assert_eq!(send(&simulator, "POST", CANCEL, "").status, 401);
    }
}
