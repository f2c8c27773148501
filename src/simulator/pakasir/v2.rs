//! Pakasir's second interface: `POST /api/v2/create-transaction/{project}/{order id}`, `GET
//! /api/v2/transaction-status/{project}/{id}` and `POST /api/v2/cancel-transaction/{project}/{id}`.

use std::borrow::Cow;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use serde::Deserialize;

use super::super::answer::AttemptTruth;
use super::super::faults::{Fault, RequestPurpose};
use super::super::notify::{Sender, truth_at};
use super::super::qr;
use super::super::reply::{JsonText, SimulatedReply, add};
use super::super::response::ResponsePlan;
use super::super::rules::SimulatorRules;
use super::super::truth::{GatewayTruth, Lookup};
use super::open::fee;
use super::{problem, with_offset};
use crate::domain::{Instant, Rupiah};

const CREATE: &str = "/api/v2/create-transaction/";
const STATUS: &str = "/api/v2/transaction-status/";
const CANCEL: &str = "/api/v2/cancel-transaction/";

/// Pakasir itself cancels a payment that is not paid by then.
const LIFE: Duration = Duration::from_secs(24 * 3600);

/// The QR code text of a sandbox project; nobody can scan it.
const SANDBOX_QR: &str = "lorem-ipsum-pakasir-qris-example";

/// One request of the second interface.
#[derive(Debug)]
pub(in crate::simulator) struct PakasirV2Request {
    what: PakasirV2Operation,
    project: String,
    id: String,
    key: String,
    body: PakasirV2OpenBody,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PakasirV2Operation {
    Create,
    Status,
    Cancel,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PakasirV2OpenBody {
    method: String,
    amount: i64,
}

impl PakasirV2Request {
    /// Reads a path; `None` if it is none of these.
    pub(in crate::simulator) fn read(is_get: bool, path: &str, key: Option<&str>) -> Option<Self> {
        let all = [
            (CREATE, PakasirV2Operation::Create, false),
            (STATUS, PakasirV2Operation::Status, true),
            (CANCEL, PakasirV2Operation::Cancel, false),
        ];
        let (rest, what) = all.into_iter().find_map(|(start, what, wants_get)| {
            let rest = path.strip_prefix(start).filter(|_| wants_get == is_get)?;
            Some((rest, what))
        })?;
        let (project, id) = rest.split_once('/')?;
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        Some(Self {
            what,
            project: decoded(project),
            id: decoded(id),
            key: key.unwrap_or_default().to_owned(),
            body: PakasirV2OpenBody::default(),
        })
    }

    /// Adds the body; an unreadable body names no method.
    pub(in crate::simulator) fn with(mut self, body: &[u8]) -> Self {
        self.body = serde_json::from_slice(body).unwrap_or_default();
        self
    }

    pub(in crate::simulator) fn purpose(&self) -> RequestPurpose {
        match self.what {
            PakasirV2Operation::Create => RequestPurpose::Open,
            PakasirV2Operation::Status => RequestPurpose::Read,
            PakasirV2Operation::Cancel => RequestPurpose::Close,
        }
    }

    pub(in crate::simulator) fn id(&self) -> &str {
        &self.id
    }

    pub(in crate::simulator) fn project(&self) -> &str {
        &self.project
    }

    /// Performs the request and returns Pakasir's answer.
    pub(in crate::simulator) fn execute(
        &self,
        truth: &mut GatewayTruth,
        rules: &mut SimulatorRules,
        plan: &ResponsePlan,
        now: Instant,
    ) -> SimulatedReply {
        if !truth.accepts(&self.key) {
            return problem(401, "Api key tidak valid");
        }
        match self.what {
            PakasirV2Operation::Create => self.create(truth, rules, plan, now),
            PakasirV2Operation::Status => self.status(truth, rules, plan, now),
            PakasirV2Operation::Cancel => self.cancel(truth, plan, now),
        }
    }

    /// By the id of the transaction only, and only in its own project.
    fn found<'a>(&'a self, truth: &'a GatewayTruth) -> Option<Lookup<'a>> {
        let found = truth.find(&self.id)?;
        let project = found.answer.project.as_ref();
        let is_theirs = project.is_none_or(|project| *project == self.project);
        (is_theirs && found.transaction_id.as_ref() == self.id).then_some(found)
    }

    fn status(
        &self,
        truth: &GatewayTruth,
        rules: &mut SimulatorRules,
        plan: &ResponsePlan,
        now: Instant,
    ) -> SimulatedReply {
        if rules.is_too_soon(&self.id, now) {
            return problem(429, "Terlalu banyak permintaan");
        }
        let Some(found) = self.found(truth) else {
            return problem(404, "Transaksi tidak ditemukan");
        };
        let order_id = plan.instead().unwrap_or(found.reference);
        SimulatedReply::json(
            200,
            told_body(&self.id, order_id, found.answer, rules.sandbox, now),
        )
    }

    fn cancel(
        &self,
        truth: &mut GatewayTruth,
        plan: &ResponsePlan,
        now: Instant,
    ) -> SimulatedReply {
        let done = || {
            SimulatedReply::json(
                200,
                r#"{"message":"Berhasil batalkan transaksi"}"#.to_owned(),
            )
        };
        let status = match plan.act {
            Some(Fault::CloseRefused) => return problem(422, "Transaksi tidak dapat dibatalkan"),
            Some(Fault::CloseUnavailable) => {
                return SimulatedReply::html(503, "Service unavailable");
            }
            Some(Fault::CloseIgnored) => return done(),
            Some(Fault::PaidWhenClosed) => "completed",
            _ => "canceled",
        };
        // No error is reported for a payment that does not exist or has ended.
        let is_open = self
            .found(truth)
            .is_some_and(|found| found.answer.is("pending"));
        if !is_open {
            return done();
        }
        let set = |answer: &mut AttemptTruth, _: &mut _| answer.status = status.to_owned();
        match truth.revise(&self.id, now, set) {
            Ok(()) => done(),
            Err(why) => problem(500, &why.to_string()),
        }
    }

    /// Finds what the project has opened under this name, whatever is requested now, or opens it.
    fn create(
        &self,
        truth: &mut GatewayTruth,
        rules: &mut SimulatorRules,
        plan: &ResponsePlan,
        now: Instant,
    ) -> SimulatedReply {
        let (method, amount) = (self.body.method.as_str(), self.body.amount);
        if plan.act == Some(Fault::OpenRefused) {
            return problem(400, "The simulated gateway was told to refuse");
        }
        if method.is_empty() || amount < 500 {
            return problem(400, "Metode atau jumlah tidak valid");
        }
        if truth.tries_of(&self.id) == 0 {
            let answer = AttemptTruth {
                method: Some(method.to_owned()),
                opened_at: Some(now),
                expires_at: Some(now.saturating_add(LIFE)),
                project: Some(self.project.clone()),
                ..AttemptTruth::new("pending", Rupiah::new(amount).unwrap_or_default())
            };
            if let Err(why) = truth.set(&self.id, answer, now) {
                return problem(400, &why.to_string());
            }
        }
        rules.record_second(&self.id);
        match truth.find(&self.id) {
            Some(found) => self.opened(&found, rules.sandbox, plan),
            None => problem(500, "Transaksi tidak ditemukan"),
        }
    }

    fn opened(&self, found: &Lookup<'_>, is_sandbox: bool, plan: &ResponsePlan) -> SimulatedReply {
        let (answer, id) = (found.answer, found.transaction_id.as_ref());
        let method = answer.method();
        let mut body = format!(r#"{{"txn_id":{}"#, JsonText(id));
        if method == "payment_link" {
            let link = format!("https://app.pakasir.com/pay-v2/{id}");
            add(&mut body, "payment_link", JsonText(&link));
            body.push('}');
            return SimulatedReply::json(200, body);
        }
        let total = answer.amount + fee(method, answer.amount);
        let qr = match (method, is_sandbox) {
            ("qris", true) => Cow::Borrowed(SANDBOX_QR),
            ("qris", false) => Cow::Owned(qr::text(found.reference, total)),
            _ => Cow::Borrowed(""),
        };
        let number = if method == "qris" {
            ""
        } else {
            "9880000000000202"
        };
        let order_id = plan.instead().unwrap_or(found.reference);
        add(&mut body, "project", JsonText(&self.project));
        add(&mut body, "order_id", JsonText(order_id));
        add(&mut body, "amount", answer.amount.as_i64());
        add(&mut body, "fee", (total - answer.amount).as_i64());
        add(&mut body, "total_payment", total.as_i64());
        add(&mut body, "payment_method", JsonText(method));
        add(&mut body, "qr_string", JsonText(&qr));
        add(&mut body, "va_number", JsonText(number));
        if let Some(time) = answer.expires_at {
            let seconds = time.to_string();
            let seconds = seconds.get(..19).unwrap_or_default();
            add(
                &mut body,
                "expired_at",
                JsonText(&format!("{seconds}.377465708Z")),
            );
        }
        add(&mut body, "is_sandbox", is_sandbox);
        add(&mut body, "status", JsonText(&answer.status));
        body.push('}');
        SimulatedReply::json(200, body)
    }
}

/// The notification that Pakasir would send about this payment: the body of a status answer.
pub(in crate::simulator) fn notification(
    truth: &GatewayTruth,
    rules: &SimulatorRules,
    reference: &str,
    word: Option<&str>,
    now: Instant,
) -> Option<String> {
    let id = truth.find(reference)?.transaction_id.into_owned();
    let answer = truth_at(truth, reference, word, now)?;
    Some(told_body(&id, reference, &answer, rules.sandbox, now))
}

/// The header that proves the sender; `None` if the project has no secret.
pub(in crate::simulator) fn secret(
    rules: &SimulatorRules,
    sender: Sender,
) -> Option<(&'static str, String)> {
    let secret = rules.webhook_secret.as_ref()?;
    Some(match sender {
        Sender::Gateway => ("X-Secret", secret.clone()),
        Sender::Forger => ("X-Secret", format!("not-{secret}")),
    })
}

/// An unpaid transaction whose time is over is reported as cancelled.
fn told_body(
    id: &str,
    order_id: &str,
    answer: &AttemptTruth,
    is_sandbox: bool,
    now: Instant,
) -> String {
    let is_over = answer
        .opened_at
        .is_some_and(|at| at.saturating_add(LIFE) < now);
    let status = if answer.is("pending") && is_over {
        "canceled"
    } else {
        &answer.status
    };
    let mut body = format!(r#"{{"txn_id":{}"#, JsonText(id));
    add(&mut body, "order_id", JsonText(order_id));
    add(&mut body, "amount", answer.amount.as_i64());
    add(&mut body, "is_sandbox", is_sandbox);
    add(&mut body, "status", JsonText(status));
    match answer.paid_at {
        Some(time) => add(&mut body, "completed_at", JsonText(&with_offset(time))),
        None => add(&mut body, "completed_at", "null"),
    }
    body.push('}');
    body
}
