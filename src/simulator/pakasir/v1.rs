//! Pakasir's first interface: four fields, in a query or as JSON.

mod open;

use std::borrow::Cow;

use serde::Deserialize;

use super::{PakasirDialect, problem, unknown};
use crate::simulator::answer::{Lookup, Wording};
use crate::simulator::dialect::{RequestHead, Scene, SimulatedRequest};
use crate::simulator::faults::{Fault, RequestPurpose};
use crate::simulator::notification::{Sender, WantedNotification};
use crate::simulator::plan::ResponsePlan;
use crate::simulator::query::pairs;
use crate::simulator::reply::{ReplyObject, SimulatedReply};
use crate::simulator::truth::GatewayTruth;

const DETAIL: &str = "/api/transactiondetail";
const CANCEL: &str = "/api/transactioncancel";
const CREATE: &str = "/api/transactioncreate/";
const SIMULATE: &str = "/api/paymentsimulation";

/// One request of the first interface.
#[derive(Debug)]
pub(super) struct PakasirV1Request {
    what: PakasirV1Operation,
    fields: PakasirV1Fields,
}

#[derive(Debug)]
enum PakasirV1Operation {
    Detail,
    Cancel,
    /// Opens a payment by this method.
    Create(String),
    /// Pays a payment.
    Simulate,
}

/// An unreadable body names nothing, not even a project.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PakasirV1Fields {
    order_id: String,
    project: String,
    amount: i64,
    api_key: String,
}

impl PakasirV1Fields {
    fn of_query(query: &str) -> Self {
        let mut fields = Self::default();
        for (name, value) in pairs(query) {
            match name {
                "order_id" => fields.order_id = value.into_owned(),
                "project" => fields.project = value.into_owned(),
                // No payment has a negative amount.
                "amount" => fields.amount = value.parse().unwrap_or(-1),
                "api_key" => fields.api_key = value.into_owned(),
                _ => {}
            }
        }
        fields
    }
}

impl PakasirV1Request {
    /// Reads a request without its body; `None` if it is none of these.
    pub(super) fn read(head: &RequestHead<'_>) -> Option<Self> {
        let what = match (head.is_get(), head.path()) {
            (true, DETAIL) => PakasirV1Operation::Detail,
            (false, CANCEL) => PakasirV1Operation::Cancel,
            (false, SIMULATE) => PakasirV1Operation::Simulate,
            (false, path) => {
                let method = path.strip_prefix(CREATE)?;
                if method.is_empty() || method.contains('/') {
                    return None;
                }
                PakasirV1Operation::Create(method.to_owned())
            }
            (true, _) => return None,
        };
        let fields = PakasirV1Fields::of_query(head.query());
        Some(Self { what, fields })
    }

    fn order_id(&self) -> &str {
        &self.fields.order_id
    }

    /// The payment of this project with this price: for Pakasir, any other amount is "not found".
    fn found<'a>(&'a self, truth: &'a GatewayTruth) -> Option<Lookup<'a>> {
        let found = truth.find(self.order_id())?;
        let project = found.answer.project.as_ref();
        let is_theirs = project.is_none_or(|project| *project == self.fields.project);
        (is_theirs && found.answer.amount.as_i64() == self.fields.amount).then_some(found)
    }

    fn detail(&self, truth: &GatewayTruth, plan: &ResponsePlan) -> SimulatedReply {
        let Some(found) = self.found(truth) else {
            return unknown();
        };
        let transaction = ReplyObject::default()
            .text("order_id", plan.instead().unwrap_or(found.reference))
            .text("project", &self.fields.project)
            .tail(found.tail);
        ReplyObject::default()
            .raw("transaction", transaction.object())
            .reply()
    }

    fn cancel(&self, scene: &mut Scene<'_>) -> SimulatedReply {
        let Some(found) = self.found(scene.truth) else {
            return unknown();
        };
        if !found.answer.is("pending") {
            return problem(400, "Transaction is not pending");
        }
        let status = match scene.plan.act {
            Some(Fault::CloseRefused) => return problem(400, "Transaction cannot be canceled"),
            Some(Fault::CloseIgnored) => return success(),
            Some(Fault::PaidWhenClosed) => "completed",
            _ => "canceled",
        };
        match scene.truth.set_status(self.order_id(), status, scene.now) {
            Err(why) => problem(500, &why.to_string()),
            Ok(()) if status == "completed" => problem(400, "Transaction is not pending"),
            Ok(()) => success(),
        }
    }
}

impl SimulatedRequest for PakasirV1Request {
    fn add_body(&mut self, body: &[u8]) {
        self.fields = serde_json::from_slice(body).unwrap_or_default();
    }

    fn purpose(&self) -> RequestPurpose {
        match self.what {
            PakasirV1Operation::Detail => RequestPurpose::Read,
            PakasirV1Operation::Cancel => RequestPurpose::Close,
            PakasirV1Operation::Create(_) | PakasirV1Operation::Simulate => RequestPurpose::Open,
        }
    }

    fn id(&self, _: &GatewayTruth) -> Cow<'_, str> {
        Cow::Borrowed(self.order_id())
    }

    fn account(&self) -> &str {
        &self.fields.project
    }

    fn execute(&self, scene: &mut Scene<'_>) -> SimulatedReply {
        if let Some(code) = scene.rules.first_ended() {
            return ended(code);
        }
        if self.fields.project.is_empty() || !scene.truth.accepts(&self.fields.api_key) {
            return problem(401, "Invalid project or API key");
        }
        match &self.what {
            PakasirV1Operation::Detail => self.detail(scene.truth, scene.plan),
            PakasirV1Operation::Cancel => self.cancel(scene),
            PakasirV1Operation::Create(method) => self.create(method, scene),
            PakasirV1Operation::Simulate => self.simulate(scene),
        }
    }
}

/// The answer once this interface is switched off.
fn ended(code: u16) -> SimulatedReply {
    match code {
        410 => problem(410, "API v1 is no longer available"),
        301 => SimulatedReply::html(301, "Moved")
            .with(hyper::header::LOCATION, "/api/v2/docs".to_owned()),
        code => SimulatedReply::html(code, "Pakasir"),
    }
}

/// The notification that Pakasir would send about this payment (Pakasir docs, webhook).
pub(super) fn notification(
    truth: &GatewayTruth,
    wanted: &WantedNotification<'_>,
) -> Option<String> {
    let mut told = truth.told(wanted.reference, wanted.word, wanted.now)?;
    if wanted.sender == Sender::Forger {
        told.amount = told.amount + told.amount;
    }
    let project = told.project.as_deref().unwrap_or(truth.last_account());
    let body = ReplyObject::default()
        .text("order_id", wanted.reference)
        .text("project", project)
        .tail(&PakasirDialect.tail(wanted.reference, &told, &[]));
    Some(body.object())
}

fn success() -> SimulatedReply {
    SimulatedReply::json(200, r#"{"success":true}"#.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::testing::{answer, fixture, pakasir, send, shape, start};
    use crate::simulator::{ANY, AttemptTruth, FaultTarget, PAKASIR, Simulator};

    fn set(simulator: &Simulator, reference: &str, answer: AttemptTruth) {
        simulator.handle().set(PAKASIR, reference, answer).unwrap();
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
        simulator.handle().accept_keys(PAKASIR, &["the key"]);
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
            let target = FaultTarget::one(PAKASIR, "VPN-1");
            simulator.handle().fault(target, fault).unwrap();
        }
        let observed = cancel(&simulator, "VPN-1", 50_000);
        assert!(
            observed.0 == status && observed.1.contains(part),
            "{observed:?}"
        );
        let said = pakasir(&simulator, "VPN-1", 50_000).says("/transaction/status");
        assert_eq!(said, left);
        assert_eq!(simulator.handle().closes_of(PAKASIR, "VPN-1"), 1);
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
