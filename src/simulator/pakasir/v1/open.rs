//! Opens a payment, and pays a simulated one.

use super::{PakasirV1Request, success};
use crate::domain::{Instant, Rupiah};
use crate::simulator::answer::{AttemptTruth, Lookup};
use crate::simulator::dialect::Scene;
use crate::simulator::faults::Fault;
use crate::simulator::pakasir::{LIFE, NUMBER, fee, problem, unknown, with_nanoseconds};
use crate::simulator::plan::ResponsePlan;
use crate::simulator::qr;
use crate::simulator::reply::{ReplyObject, SimulatedReply};

impl PakasirV1Request {
    pub(super) fn create(&self, method: &str, scene: &mut Scene<'_>) -> SimulatedReply {
        let price = Rupiah::new(self.fields.amount).unwrap_or_default();
        if scene.plan.act == Some(Fault::OpenRefused) {
            return problem(400, "The simulated gateway was told to refuse");
        }
        if self.order_id().len() < 5 || price < Rupiah::from_db(500) {
            return problem(400, "Order id or amount is too small");
        }
        if scene.plan.act == Some(Fault::OpenTaken) || scene.truth.tries_of(self.order_id()) > 0 {
            return problem(400, "Order id already exists");
        }
        let expires_at = scene.now.saturating_add(LIFE);
        let answer = AttemptTruth {
            method: Some(method.to_owned()),
            opened_at: Some(scene.now),
            expires_at: Some(expires_at),
            project: Some(self.fields.project.clone()),
            ..AttemptTruth::new("pending", price)
        };
        if let Err(why) = scene.truth.set(self.order_id(), answer, scene.now) {
            return problem(400, &why.to_string());
        }
        self.created(method, price, expires_at, scene.plan)
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
            qr::text(self.order_id(), total)
        } else {
            NUMBER.to_owned()
        };
        let expired_at = with_nanoseconds(expires_at, 678_622_564);
        let payment = ReplyObject::default()
            .text("order_id", plan.instead().unwrap_or(self.order_id()))
            .text("project", &self.fields.project)
            .raw("amount", price.as_i64())
            .raw("fee", (total - price).as_i64())
            .raw("total_payment", total.as_i64())
            .text("payment_method", method)
            .text("payment_number", &number)
            .text("expired_at", &expired_at);
        ReplyObject::default()
            .raw("payment", payment.object())
            .reply()
    }

    pub(super) fn simulate(&self, scene: &mut Scene<'_>) -> SimulatedReply {
        let found = scene.truth.find(self.order_id());
        let is_price = |found: &Lookup<'_>| found.answer.amount.as_i64() == self.fields.amount;
        let Some(found) = found.filter(is_price) else {
            return unknown();
        };
        if !found.answer.is("pending") {
            return problem(400, "Transaction is not pending");
        }
        match scene
            .truth
            .set_status(self.order_id(), "completed", scene.now)
        {
            Ok(()) => success(),
            Err(why) => problem(500, &why.to_string()),
        }
    }
}

#[cfg(test)]
mod tests;
