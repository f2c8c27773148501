//! Opens a payment at Pakasir, and pays a simulated one: `POST /api/transactioncreate/{method}` and `POST
//! /api/paymentsimulation`.

use std::time::Duration;

use serde::Deserialize;

use super::super::answer::AttemptTruth;
use super::super::faults::Fault;
use super::super::qr;
use super::super::reply::{JsonText, SimulatedReply, add};
use super::super::response::ResponsePlan;
use super::super::truth::GatewayTruth;
use super::{problem, success, unknown};
use crate::domain::{Instant, Rupiah};

const CREATE: &str = "/api/transactioncreate/";
const SIMULATE: &str = "/api/paymentsimulation";

const LIFE: Duration = Duration::from_secs(24 * 3600);

/// A request to open a payment by a method, or, without a method, to pay it.
#[derive(Debug)]
pub(in crate::simulator) struct PakasirOpen {
    method: Option<String>,
    body: PakasirOpenBody,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PakasirOpenBody {
    order_id: String,
    project: String,
    amount: i64,
    api_key: String,
}

impl PakasirOpen {
    /// Reads a path; `None` if it neither opens nor pays anything.
    pub(in crate::simulator) fn read(path: &str) -> Option<Self> {
        let method = match path.strip_prefix(CREATE) {
            Some(method) if !method.is_empty() && !method.contains('/') => Some(method.to_owned()),
            _ if path == SIMULATE => None,
            _ => return None,
        };
        let body = PakasirOpenBody::default();
        Some(Self { method, body })
    }

    /// Adds the body; an unreadable body names nothing.
    pub(in crate::simulator) fn with(mut self, body: &[u8]) -> Self {
        self.body = serde_json::from_slice(body).unwrap_or_default();
        self
    }

    pub(in crate::simulator) fn id(&self) -> &str {
        &self.body.order_id
    }

    pub(in crate::simulator) fn project(&self) -> &str {
        &self.body.project
    }

    /// Performs the request and returns Pakasir's answer.
    pub(in crate::simulator) fn execute(
        &self,
        truth: &mut GatewayTruth,
        plan: &ResponsePlan,
        now: Instant,
    ) -> SimulatedReply {
        if self.body.project.is_empty() || !truth.accepts(&self.body.api_key) {
            return problem(401, "Invalid project or API key");
        }
        match &self.method {
            Some(method) => self.create(method, truth, plan, now),
            None => self.simulate(truth, now),
        }
    }

    fn create(
        &self,
        method: &str,
        truth: &mut GatewayTruth,
        plan: &ResponsePlan,
        now: Instant,
    ) -> SimulatedReply {
        let price = Rupiah::new(self.body.amount).unwrap_or_default();
        if plan.act == Some(Fault::OpenRefused) {
            return problem(400, "The simulated gateway was told to refuse");
        }
        if self.id().len() < 5 || price < Rupiah::from_db(500) {
            return problem(400, "Order id or amount is too small");
        }
        if plan.act == Some(Fault::OpenTaken) || truth.tries_of(self.id()) > 0 {
            return problem(400, "Order id already exists");
        }
        let expires_at = now.saturating_add(LIFE);
        let answer = AttemptTruth {
            method: Some(method.to_owned()),
            opened_at: Some(now),
            expires_at: Some(expires_at),
            project: Some(self.body.project.clone()),
            ..AttemptTruth::new("pending", price)
        };
        if let Err(why) = truth.set(self.id(), answer, now) {
            return problem(400, &why.to_string());
        }
        self.created(method, price, expires_at, plan)
    }

    fn created(
        &self,
        method: &str,
        price: Rupiah,
        expires_at: Instant,
        plan: &ResponsePlan,
    ) -> SimulatedReply {
        let total = price + fee(method, price);
        let number = if method == "qris" {
            qr::text(self.id(), total)
        } else {
            "9880000000000202".to_owned()
        };
        // With nanoseconds, as in the documented sample.
        let expired_at = format!(
            "{}.678622564Z",
            expires_at.to_string().get(..19).unwrap_or_default()
        );
        let order_id = JsonText(plan.instead().unwrap_or(self.id()));
        let mut body = format!(r#"{{"payment":{{"order_id":{order_id}"#);
        add(&mut body, "project", JsonText(&self.body.project));
        add(&mut body, "amount", price.as_i64());
        add(&mut body, "fee", (total - price).as_i64());
        add(&mut body, "total_payment", total.as_i64());
        add(&mut body, "payment_method", JsonText(method));
        add(&mut body, "payment_number", JsonText(&number));
        add(&mut body, "expired_at", JsonText(&expired_at));
        body.push_str("}}");
        SimulatedReply::json(200, body)
    }

    fn simulate(&self, truth: &mut GatewayTruth, now: Instant) -> SimulatedReply {
        let amount = self.body.amount;
        let found = truth.find(self.id());
        let Some(found) = found.filter(|found| found.answer.amount.as_i64() == amount) else {
            return unknown();
        };
        if !found.answer.is("pending") {
            return problem(400, "Transaction is not pending");
        }
        let pay = |answer: &mut AttemptTruth, _: &mut _| answer.status = "completed".to_owned();
        match truth.revise(self.id(), now, pay) {
            Ok(()) => success(),
            Err(why) => problem(500, &why.to_string()),
        }
    }
}

/// As merchants have seen it (pakasir-sdk): Rp 310 and 0.7 % for QRIS, Rp 3,500 for a virtual account.
pub(super) fn fee(method: &str, price: Rupiah) -> Rupiah {
    if method == "qris" {
        Rupiah::from_db(310 + price.as_i64() * 7 / 1000)
    } else {
        Rupiah::from_db(3_500)
    }
}

#[cfg(test)]
mod tests;
