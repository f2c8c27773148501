//! Pakasir as simulated here: `GET /api/transactiondetail?project&amount&order_id&api_key` and `POST
//! /api/transactioncancel` with the same four fields as JSON.
//!
//! Pakasir documents no HTTP codes for refusals, so this uses a fitting code and a `message`.

mod open;
mod v2;

use std::borrow::Cow;

pub(super) use open::Open;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
pub(super) use v2::{Call, notification as second_notification, secret};

use super::answer::Answer;
use super::ending::Conduct;
use super::faults::Fault;
use super::notify::{Sender, told};
use super::reply::{Quoted, Reply, add};
use super::truth::Truth;
use crate::domain::instant::Instant;

pub(super) const DETAIL: &str = "/api/transactiondetail";
pub(super) const CANCEL: &str = "/api/transactioncancel";

/// A query for a transaction's detail.
#[derive(Debug, Default)]
pub(super) struct Question {
    pub(super) order_id: String,
    project: String,
    amount: String,
    key: String,
}

impl Question {
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
    pub(super) fn answer(&self, truth: &Truth, instead: Option<&str>) -> Reply {
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
        let order_id = Quoted(instead.unwrap_or(found.reference));
        let project = Quoted(&self.project);
        let body = format!(
            r#"{{"transaction":{{"order_id":{order_id},"project":{project}{}}}}}"#,
            found.tail
        );
        Reply::json(200, body)
    }
}

/// A request to cancel a payment.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Cancel {
    pub(super) order_id: String,
    project: String,
    amount: i64,
    api_key: String,
}

impl Cancel {
    pub(super) fn project(&self) -> &str {
        &self.project
    }

    /// An unreadable body names nothing, not even a project.
    pub(super) fn read(body: &[u8]) -> Self {
        serde_json::from_slice(body).unwrap_or_default()
    }

    /// Performs the request and returns Pakasir's answer.
    pub(super) fn carry_out(&self, truth: &mut Truth, conduct: &Conduct, now: Instant) -> Reply {
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
        let status = match conduct.act {
            Some(Fault::CloseRefused) => return problem(400, "Transaction cannot be canceled"),
            Some(Fault::CloseIgnored) => return success(),
            Some(Fault::PaidWhenClosed) => "completed",
            _ => "canceled",
        };
        let set = |answer: &mut Answer, _: &mut _| answer.status = status.to_owned();
        match truth.revise(&self.order_id, now, set) {
            Err(why) => problem(500, &why.to_string()),
            Ok(()) if status == "completed" => problem(400, "Transaction is not pending"),
            Ok(()) => success(),
        }
    }
}

/// The notification that Pakasir would send about this payment (Pakasir docs, webhook).
pub(super) fn notification(
    truth: &Truth,
    reference: &str,
    word: Option<&str>,
    sender: Sender,
    now: Instant,
) -> Option<String> {
    let mut told = told(truth, reference, word, now)?;
    if sender == Sender::Forger {
        told.amount = told.amount + told.amount;
    }
    let project = told.project.as_deref().unwrap_or(truth.last_account());
    let (order_id, project) = (Quoted(reference), Quoted(project));
    let rest = tail(&told);
    Some(format!(
        r#"{{"order_id":{order_id},"project":{project}{rest}}}"#
    ))
}

fn success() -> Reply {
    Reply::json(200, r#"{"success":true}"#.to_owned())
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

pub(super) fn unknown() -> Reply {
    problem(404, "Transaction not found")
}

pub(super) fn problem(http: u16, message: &str) -> Reply {
    Reply::json(http, format!(r#"{{"message":"{message}"}}"#))
}

/// The part of an answer that does not depend on the query.
pub(super) fn tail(answer: &Answer) -> String {
    let mut tail = String::with_capacity(128);
    add(&mut tail, "amount", answer.amount.as_i64());
    add(&mut tail, "status", Quoted(&answer.status));
    add(&mut tail, "payment_method", Quoted(answer.method()));
    match answer.paid_at {
        Some(time) => add(&mut tail, "completed_at", Quoted(&with_offset(time))),
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
    use super::super::{ANY, Answer, Kind, Pretend, Target};
    use super::*;

    fn set(pretend: &Pretend, reference: &str, answer: Answer) {
        pretend
            .world()
            .set(Kind::Pakasir, reference, answer)
            .unwrap();
    }

    #[test]
    fn answers_have_the_shape_of_recorded_ones() {
        let pretend = start();
        for (status, sample) in [
            ("pending", "detail-pending"),
            ("completed", "detail-completed"),
            ("canceled", "detail-canceled"),
            ("expired", "detail-expired"),
        ] {
            set(&pretend, "VPN-1", answer(status, 50_000));
            let heard = pakasir(&pretend, "VPN-1", 50_000);
            assert_eq!(heard.says("/transaction/status"), status);
            let sample = fixture(&format!("pakasir/{sample}.json"));
            assert_eq!(shape(&heard.json()), sample);
        }
    }

    #[test]
    fn the_payment_time_has_offset_and_milliseconds() {
        let pretend = start();
        set(&pretend, "VPN-1", answer("completed", 50_000));
        let said = pakasir(&pretend, "VPN-1", 50_000).says("/transaction/completed_at");
        assert_eq!(said, "2026-03-02T10:03:41.250+07:00");
    }

    #[test]
    fn another_amount_order_or_project_is_not_found() {
        let pretend = start();
        let project = Some("tokolain".to_owned());
        set(&pretend, "VPN-1", answer("completed", 50_000));
        set(
            &pretend,
            "VPN-2",
            Answer {
                project,
                ..answer("completed", 50_000)
            },
        );
        for (order_id, amount) in [("VPN-1", 50_660), ("VPN-9", 50_000), ("VPN-2", 50_000)] {
            let heard = pakasir(&pretend, order_id, amount);
            assert_eq!(heard.status, 404);
            assert_eq!(shape(&heard.json()), fixture("pakasir/error-message.json"));
        }
    }

    #[test]
    fn a_wrong_key_is_refused() {
        let pretend = start();
        set(&pretend, ANY, answer("completed", 50_000));
        assert_eq!(pakasir(&pretend, "VPN-1", 50_000).status, 200);
        pretend.world().accept_keys(Kind::Pakasir, &["the key"]);
        assert_eq!(pakasir(&pretend, "VPN-1", 50_000).status, 401);
        let path = "/api/transactiondetail?project=a&amount=50000&order_id=V%201&api_key=the+key";
        let heard = send(&pretend, "GET", path, "");
        assert_eq!(heard.says("/transaction/order_id"), "V 1");
        assert_eq!(send(&pretend, "GET", DETAIL, "").status, 401);
    }

    fn cancel(pretend: &Pretend, order_id: &str, amount: i64) -> (u16, String) {
        let body = format!(
            r#"{{"project":"tokocontoh","order_id":"{order_id}","amount":{amount},"api_key":"dummy"}}"#
        );
        let heard = send(pretend, "POST", CANCEL, &body);
        (heard.status, heard.body)
    }

    #[track_caller]
    fn check_cancel(fault: Option<Fault>, status: u16, part: &str, left: &str) {
        let pretend = start();
        set(&pretend, "VPN-1", answer("pending", 50_000));
        if let Some(fault) = fault {
            let target = Target::one(Kind::Pakasir, "VPN-1");
            pretend.world().fault(target, fault).unwrap();
        }
        let heard = cancel(&pretend, "VPN-1", 50_000);
        assert!(heard.0 == status && heard.1.contains(part), "{heard:?}");
        let said = pakasir(&pretend, "VPN-1", 50_000).says("/transaction/status");
        assert_eq!(said, left);
        assert_eq!(pretend.world().closes_of(Kind::Pakasir, "VPN-1"), 1);
        assert_eq!(pretend.world().asked_total(), 1);
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
        let pretend = start();
        set(&pretend, "VPN-1", answer("pending", 50_000));
        set(&pretend, "VPN-2", answer("completed", 50_000));
        let not_found = (404, r#"{"message":"Transaction not found"}"#.to_owned());
        assert_eq!(cancel(&pretend, "VPN-1", 50_660), not_found);
        assert_eq!(cancel(&pretend, "VPN-9", 50_000), not_found);
        assert_eq!(cancel(&pretend, "VPN-2", 50_000).0, 400);
        assert_eq!(cancel(&pretend, "VPN-1", 50_000).0, 200);
        assert_eq!(cancel(&pretend, "VPN-1", 50_000).0, 400);
        assert_eq!(send(&pretend, "POST", CANCEL, "{").status, 401);
        assert_eq!(send(&pretend, "POST", CANCEL, "").status, 401);
    }
}
