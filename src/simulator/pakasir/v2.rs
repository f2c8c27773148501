//! Pakasir's second interface: project and id in the path, the key in a header.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use serde::Deserialize;

use super::{LIFE, NUMBER, completed_at, fee, problem, with_nanoseconds};
use crate::domain::{Instant, Rupiah};
use crate::simulator::answer::{AttemptTruth, Lookup};
use crate::simulator::dialect::{RequestHead, Scene, SimulatedRequest};
use crate::simulator::faults::{Fault, RequestPurpose};
use crate::simulator::notification::{Sender, WantedNotification};
use crate::simulator::plan::ResponsePlan;
use crate::simulator::qr;
use crate::simulator::reply::{ReplyObject, SimulatedReply};
use crate::simulator::rules::SimulatorRules;
use crate::simulator::truth::GatewayTruth;

const CREATE: &str = "/api/v2/create-transaction/";
const STATUS: &str = "/api/v2/transaction-status/";
const CANCEL: &str = "/api/v2/cancel-transaction/";

/// The QR code text of a sandbox project; nobody can scan it.
const SANDBOX_QR: &str = "lorem-ipsum-pakasir-qris-example";

/// One request of the second interface.
#[derive(Debug)]
pub(super) struct PakasirV2Request {
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
    /// Reads a request without its body; `None` if it is none of these.
    pub(super) fn read(head: &RequestHead<'_>) -> Option<Self> {
        let all = [
            (CREATE, PakasirV2Operation::Create, false),
            (STATUS, PakasirV2Operation::Status, true),
            (CANCEL, PakasirV2Operation::Cancel, false),
        ];
        let (rest, what) = all.into_iter().find_map(|(start, what, wants_get)| {
            let rest = head.path().strip_prefix(start);
            Some((rest.filter(|_| wants_get == head.is_get())?, what))
        })?;
        let (project, id) = rest.split_once('/')?;
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        Some(Self {
            what,
            project: decoded(project),
            id: decoded(id),
            key: head.header("x-api-key").unwrap_or_default().to_owned(),
            body: PakasirV2OpenBody::default(),
        })
    }

    /// By the id of the transaction only, and only in its own project.
    fn found<'a>(&'a self, truth: &'a GatewayTruth) -> Option<Lookup<'a>> {
        let found = truth.find(&self.id)?;
        let project = found.answer.project.as_ref();
        let is_theirs = project.is_none_or(|project| *project == self.project);
        (is_theirs && found.transaction_id.as_ref() == self.id).then_some(found)
    }

    fn status(&self, scene: &mut Scene<'_>) -> SimulatedReply {
        if scene.rules.is_too_soon(&self.id, scene.now) {
            return problem(429, "Terlalu banyak permintaan");
        }
        let Some(found) = self.found(scene.truth) else {
            return problem(404, "Transaksi tidak ditemukan");
        };
        let order_id = scene.plan.instead().unwrap_or(found.reference);
        SimulatedReply::json(
            200,
            told_body(
                &self.id,
                order_id,
                found.answer,
                scene.rules.sandbox,
                scene.now,
            ),
        )
    }

    fn cancel(&self, scene: &mut Scene<'_>) -> SimulatedReply {
        let done = || {
            SimulatedReply::json(
                200,
                r#"{"message":"Berhasil batalkan transaksi"}"#.to_owned(),
            )
        };
        let status = match scene.plan.act {
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
            .found(scene.truth)
            .is_some_and(|found| found.answer.is("pending"));
        if !is_open {
            return done();
        }
        match scene.truth.set_status(&self.id, status, scene.now) {
            Ok(()) => done(),
            Err(why) => problem(500, &why.to_string()),
        }
    }

    /// Finds what the project has opened under this name, whatever is requested now, or opens it.
    fn create(&self, scene: &mut Scene<'_>) -> SimulatedReply {
        let (method, amount) = (self.body.method.as_str(), self.body.amount);
        if scene.plan.act == Some(Fault::OpenRefused) {
            return problem(400, "The simulated gateway was told to refuse");
        }
        if method.is_empty() || amount < 500 {
            return problem(400, "Metode atau jumlah tidak valid");
        }
        if scene.truth.tries_of(&self.id) == 0 {
            let answer = AttemptTruth {
                method: Some(method.to_owned()),
                opened_at: Some(scene.now),
                expires_at: Some(scene.now.saturating_add(LIFE)),
                project: Some(self.project.clone()),
                ..AttemptTruth::new("pending", Rupiah::new(amount).unwrap_or_default())
            };
            if let Err(why) = scene.truth.set(&self.id, answer, scene.now) {
                return problem(400, &why.to_string());
            }
        }
        scene.rules.record_second(&self.id);
        match scene.truth.find(&self.id) {
            Some(found) => self.opened(&found, scene.rules.sandbox, scene.plan),
            None => problem(500, "Transaksi tidak ditemukan"),
        }
    }

    fn opened(&self, found: &Lookup<'_>, is_sandbox: bool, plan: &ResponsePlan) -> SimulatedReply {
        let (answer, id) = (found.answer, found.transaction_id.as_ref());
        let method = answer.method();
        let body = ReplyObject::default().text("txn_id", id);
        if method == "payment_link" {
            let link = format!("https://app.pakasir.com/pay-v2/{id}");
            return body.text("payment_link", &link).reply();
        }
        let total = answer.amount + fee(method, answer.amount);
        let qr = match (method, is_sandbox) {
            ("qris", true) => Cow::Borrowed(SANDBOX_QR),
            ("qris", false) => Cow::Owned(qr::text(found.reference, total)),
            _ => Cow::Borrowed(""),
        };
        let expired_at = answer.expires_at;
        let expired_at = expired_at.map(|time| with_nanoseconds(time, 377_465_708));
        body.text("project", &self.project)
            .text("order_id", plan.instead().unwrap_or(found.reference))
            .raw("amount", answer.amount.as_i64())
            .raw("fee", (total - answer.amount).as_i64())
            .raw("total_payment", total.as_i64())
            .text("payment_method", method)
            .text("qr_string", &qr)
            .text("va_number", if method == "qris" { "" } else { NUMBER })
            .some_text("expired_at", expired_at.as_deref())
            .raw("is_sandbox", is_sandbox)
            .text("status", &answer.status)
            .reply()
    }
}

impl SimulatedRequest for PakasirV2Request {
    fn add_body(&mut self, body: &[u8]) {
        self.body = serde_json::from_slice(body).unwrap_or_default();
    }

    fn purpose(&self) -> RequestPurpose {
        match self.what {
            PakasirV2Operation::Create => RequestPurpose::Open,
            PakasirV2Operation::Status => RequestPurpose::Read,
            PakasirV2Operation::Cancel => RequestPurpose::Close,
        }
    }

    fn id(&self, _: &GatewayTruth) -> Cow<'_, str> {
        Cow::Borrowed(&self.id)
    }

    fn account(&self) -> &str {
        &self.project
    }

    fn execute(&self, scene: &mut Scene<'_>) -> SimulatedReply {
        if !scene.truth.accepts(&self.key) {
            return problem(401, "Api key tidak valid");
        }
        match self.what {
            PakasirV2Operation::Create => self.create(scene),
            PakasirV2Operation::Status => self.status(scene),
            PakasirV2Operation::Cancel => self.cancel(scene),
        }
    }
}

/// The notification that Pakasir would send about this payment: the body of a status answer.
pub(super) fn notification(
    truth: &GatewayTruth,
    rules: &SimulatorRules,
    wanted: &WantedNotification<'_>,
) -> Option<String> {
    let id = truth.find(wanted.reference)?.transaction_id.into_owned();
    let answer = truth.told(wanted.reference, wanted.word, wanted.now)?;
    Some(told_body(
        &id,
        wanted.reference,
        &answer,
        rules.sandbox,
        wanted.now,
    ))
}

/// The header that proves the sender; `None` if the project has no secret.
pub(super) fn proof(rules: &SimulatorRules, sender: Sender) -> Option<(&'static str, String)> {
    let secret = rules.webhook_secret.as_ref()?;
    let secret = match sender {
        Sender::Gateway => secret.clone(),
        Sender::Forger => format!("not-{secret}"),
    };
    Some(("X-Secret", secret))
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
    ReplyObject::default()
        .text("txn_id", id)
        .text("order_id", order_id)
        .raw("amount", answer.amount.as_i64())
        .raw("is_sandbox", is_sandbox)
        .text("status", status)
        .text_or_null("completed_at", completed_at(answer).as_deref())
        .object()
}
