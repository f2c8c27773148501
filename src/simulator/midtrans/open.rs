//! Opens a payment at Midtrans: `POST /v2/charge` and `POST /snap/v1/transactions`.

use std::borrow::Cow;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::answers::{ACCESS_DENIED, gross, page_refusal, problem, unauthorised};
use super::{may_ask, user_name};
use crate::domain::{Instant, Rupiah};
use crate::simulator::answer::AttemptTruth;
use crate::simulator::dialect::{RequestHead, Scene, SimulatedRequest};
use crate::simulator::faults::{Fault, RequestPurpose};
use crate::simulator::ids::transaction_id;
use crate::simulator::plan::ResponsePlan;
use crate::simulator::qr;
use crate::simulator::repeats::RequestKey;
use crate::simulator::reply::{ReplyObject, SimulatedReply};
use crate::simulator::truth::GatewayTruth;

/// A request to open a payment.
#[derive(Debug)]
pub(super) struct MidtransOpen {
    what: MidtransOpenKind,
    key: String,
    /// The host that it was sent to: pages have the same address.
    host: String,
    /// The idempotency key.
    again: Option<String>,
    body: MidtransOpenBody,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MidtransOpenKind {
    Charge,
    Page,
}

/// The relevant part of the body.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct MidtransOpenBody {
    transaction_details: TransactionDetails,
    payment_type: String,
    bank_transfer: Value,
    cstore: Value,
    custom_expiry: MidtransExpiry,
    page_expiry: MidtransExpiry,
    item_details: Vec<MidtransItem>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TransactionDetails {
    order_id: String,
    gross_amount: i64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct MidtransExpiry {
    order_time: Option<String>,
    #[serde(alias = "duration")]
    expiry_duration: u32,
    unit: String,
}

#[derive(Debug, Deserialize)]
struct MidtransItem {
    price: i64,
    quantity: i64,
}

impl MidtransOpen {
    /// Reads a path and headers; `None` if the path opens nothing.
    pub(super) fn read(head: &RequestHead<'_>) -> Option<Self> {
        let what = match head.path() {
            "/v2/charge" => MidtransOpenKind::Charge,
            "/snap/v1/transactions" => MidtransOpenKind::Page,
            _ => return None,
        };
        let is_plain = |host: &&str| {
            host.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".:-[]".contains(&byte))
        };
        let host = head.header("host").filter(is_plain);
        Some(Self {
            what,
            key: user_name(head),
            host: host.unwrap_or("127.0.0.1").to_owned(),
            again: head.header("idempotency-key").map(str::to_owned),
            body: MidtransOpenBody::default(),
        })
    }

    fn order_id(&self) -> &str {
        &self.body.transaction_details.order_id
    }

    /// Why Midtrans would not open it.
    fn fault(&self, plan: &ResponsePlan) -> Option<&'static str> {
        let amount = self.body.transaction_details.gross_amount;
        let items = &self.body.item_details;
        let sum = items.iter().try_fold(0_i64, |sum, item| {
            sum.checked_add(item.price.checked_mul(item.quantity)?)
        });
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_~.".contains(&byte);
        let id = self.order_id();
        if plan.act == Some(Fault::OpenRefused) {
            return Some("The simulated gateway was told to refuse");
        }
        if id.is_empty() {
            return Some("transaction_details.order_id is required");
        }
        if id.len() > 50 || !id.bytes().all(is_allowed) {
            return Some("transaction_details.order_id is not allowed");
        }
        if amount <= 0 || Rupiah::new(amount).is_err() {
            return Some("transaction_details.gross_amount must be at least 1");
        }
        if !items.is_empty() && sum != Some(amount) {
            return Some(
                "transaction_details.gross_amount is not equal to the sum of item_details",
            );
        }
        (self.what == MidtransOpenKind::Charge && self.method().is_none())
            .then_some("payment_type is not supported")
    }

    fn method(&self) -> Option<String> {
        let named = |value: &Value, name: &str| Some(value.get(name)?.as_str()?.to_owned());
        match self.body.payment_type.as_str() {
            "qris" | "gopay" | "echannel" => Some(self.body.payment_type.clone()),
            "permata" => Some("permata_va".to_owned()),
            "bank_transfer" => Some(format!("{}_va", named(&self.body.bank_transfer, "bank")?)),
            "cstore" => named(&self.body.cstore, "store"),
            _ => None,
        }
    }

    fn opened(&self, at: usize, now: Instant) -> AttemptTruth {
        let amount = Rupiah::from_db(self.body.transaction_details.gross_amount);
        let word = match self.what {
            MidtransOpenKind::Charge => "pending",
            MidtransOpenKind::Page => "not_started",
        };
        let expiry = match self.what {
            MidtransOpenKind::Charge => &self.body.custom_expiry,
            MidtransOpenKind::Page => &self.body.page_expiry,
        };
        // A page that was retired loses its token.
        let token =
            transaction_id(self.order_id(), 0).replace('-', "") + &format!("{:x}", now.as_millis());
        AttemptTruth {
            method: self.method(),
            try_number: Some(at),
            opened_at: Some(now),
            expires_at: expiry.end(now),
            token: (self.what == MidtransOpenKind::Page).then_some(token),
            ..AttemptTruth::new(word, amount)
        }
    }

    fn done(&self, truth: &GatewayTruth, plan: &ResponsePlan) -> SimulatedReply {
        let Some(found) = truth.find(self.order_id()) else {
            return self.refusal("500", "The payment no longer exists");
        };
        if self.what == MidtransOpenKind::Page {
            let token = found.answer.token.as_deref().unwrap_or_default();
            let url = format!("http://{}/snap/v3/redirection/{token}", self.host);
            let body = ReplyObject::default()
                .text("token", token)
                .text("redirect_url", &url);
            return SimulatedReply::json(201, body.object());
        }
        let amount = found.answer.gross();
        let qr_text = (found.answer.method() == "qris").then(|| qr::text(self.order_id(), amount));
        let tail = found.tail;
        let body = ReplyObject::default()
            .text("status_code", "201")
            .text("transaction_id", &found.transaction_id)
            .text("order_id", plan.instead().unwrap_or(self.order_id()))
            .text("gross_amount", &gross(amount))
            .tail(&tail.replace("transaction is found", "transaction is created"))
            .some_text("qr_string", qr_text.as_deref());
        SimulatedReply::json(201, body.object())
    }

    fn refusal(&self, code: &str, why: &str) -> SimulatedReply {
        match self.what {
            MidtransOpenKind::Charge => problem(200, code, why, self.order_id()),
            MidtransOpenKind::Page => page_refusal(400, why),
        }
    }
}

impl SimulatedRequest for MidtransOpen {
    fn add_body(&mut self, body: &[u8]) {
        self.body = serde_json::from_slice(body).unwrap_or_default();
    }

    fn purpose(&self) -> RequestPurpose {
        RequestPurpose::Open
    }

    fn id(&self, _: &GatewayTruth) -> Cow<'_, str> {
        Cow::Borrowed(self.order_id())
    }

    fn account(&self) -> &str {
        &self.key
    }

    /// A repeated charge counts as the same request, but not for every method and not for pages (Midtrans docs, API
    /// headers).
    fn repeated(&self) -> Option<RequestKey<'_>> {
        let method = self.method();
        let is_honoured = self.what == MidtransOpenKind::Charge
            && !matches!(method.as_deref(), Some("permata_va" | "indomaret"));
        let key = self.again.as_deref().filter(|_| is_honoured)?;
        Some(RequestKey {
            account: &self.key,
            key,
        })
    }

    fn execute(&self, scene: &mut Scene<'_>) -> SimulatedReply {
        if !may_ask(scene.truth, &self.key) {
            return match self.what {
                MidtransOpenKind::Charge => unauthorised(self.order_id()),
                MidtransOpenKind::Page => page_refusal(401, ACCESS_DENIED),
            };
        }
        if let Some(why) = self.fault(scene.plan) {
            return self.refusal("400", why);
        }
        let tries = scene.truth.tries_of(self.order_id());
        let latest = scene.truth.latest(self.order_id());
        let is_used = latest.is_some_and(|latest| !latest.is_page_only());
        // An unused page makes room for another one; an id is free again once its payment has ended.
        let has_ended = latest.is_some_and(|latest| latest.is("cancel") || latest.is("expire"));
        if scene.plan.act == Some(Fault::OpenTaken) || (is_used && !has_ended) {
            return self.refusal("406", "transaction_details.order_id has already been taken");
        }
        let at = if is_used { tries + 1 } else { tries.max(1) };
        let fee = match scene.plan.act {
            Some(Fault::AddsFee(fee)) => Some(fee),
            _ => None,
        };
        let answer = AttemptTruth {
            fee,
            ..self.opened(at, scene.now)
        };
        match scene.truth.set(self.order_id(), answer, scene.now) {
            Ok(()) => self.done(scene.truth, scene.plan),
            Err(why) => self.refusal("400", &why.to_string()),
        }
    }
}

impl MidtransExpiry {
    /// When it expires; `None` if unspecified.
    fn end(&self, now: Instant) -> Option<Instant> {
        let seconds = match self.unit.trim_end_matches('s') {
            "second" => 1,
            "hour" => 3600,
            "day" => 86_400,
            _ => 60,
        };
        let started = self
            .order_time
            .as_deref()
            .and_then(|time| Instant::parse_western_indonesian(time.trim_end_matches(" +0700")));
        let span = Duration::from_secs(seconds) * self.expiry_duration.min(1_000_000);
        (self.expiry_duration > 0).then(|| started.unwrap_or(now).saturating_add(span))
    }
}

#[cfg(test)]
mod tests;
