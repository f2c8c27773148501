//! Requests that change a Midtrans payment: expire, cancel, refund, and the cancel of an unused page.
//!
//! Answers have the format of recorded ones; for a page's errors Midtrans documents words but no HTTP codes.

use std::borrow::Cow;

use serde::Deserialize;

use super::answers::{ACCESS_DENIED, gross, page_refusal, problem, unauthorised, unknown};
use super::tail::{FIRST_REFUND, method_type};
use super::{id_in_path, may_ask, user_name};
use crate::domain::{Instant, Rupiah};
use crate::simulator::answer::{AttemptTruth, Lookup, SimulatedRefund};
use crate::simulator::dialect::{RequestHead, Scene, SimulatedRequest};
use crate::simulator::faults::{Fault, RequestPurpose};
use crate::simulator::plan::ResponsePlan;
use crate::simulator::reply::{ReplyObject, SimulatedReply};
use crate::simulator::truth::GatewayTruth;

/// More refunds of one payment than anybody makes.
const MAX_REFUNDS: usize = 100;

/// A request that changes a payment.
#[derive(Debug)]
pub(super) struct ChangeRequest {
    /// An order id, a transaction id, or the token of a page.
    id: String,
    key: String,
    doing: MidtransOperation,
}

#[derive(Debug)]
enum MidtransOperation {
    Expire,
    Cancel,
    CancelPage,
    Refund(Option<RefundBody>),
}

/// The body of a refund.
#[derive(Debug, Deserialize)]
struct RefundBody {
    refund_key: String,
    /// Defaults to the remaining amount.
    amount: Option<i64>,
}

impl ChangeRequest {
    /// Reads a path; `None` if it changes nothing.
    pub(super) fn read(head: &RequestHead<'_>) -> Option<Self> {
        let (rest, act) = head.path().rsplit_once('/')?;
        let (id, doing) = match (
            rest.strip_prefix("/snap/v1/transactions/"),
            rest.strip_prefix("/v2/"),
            act,
        ) {
            (Some(token), _, "cancel") => (token, MidtransOperation::CancelPage),
            (_, Some(id), "expire") => (id, MidtransOperation::Expire),
            (_, Some(id), "cancel") => (id, MidtransOperation::Cancel),
            (_, Some(id), "refund") => (id, MidtransOperation::Refund(None)),
            _ => return None,
        };
        Some(Self {
            id: id_in_path(id)?,
            key: user_name(head),
            doing,
        })
    }

    fn cancel_page(&self, scene: &mut Scene<'_>) -> SimulatedReply {
        let in_use = || page_refusal(400, "Transaction is on progress");
        let now = scene.now;
        let reference = scene.truth.reference_of_page(&self.id).map(str::to_owned);
        let found = reference
            .as_deref()
            .and_then(|id| Some((id, scene.truth.find(id)?)));
        let Some((id, found)) = found else {
            return page_refusal(404, "token not found");
        };
        if found.answer.is("page_cancelled") {
            return page_refusal(400, "token already canceled");
        }
        if !found.answer.is("not_started") {
            return in_use();
        }
        let status = match scene.plan.act {
            Some(Fault::CloseRefused) => return in_use(),
            Some(Fault::CloseIgnored) => "not_started",
            Some(Fault::PaidWhenClosed) => "settlement",
            _ => "page_cancelled",
        };
        match scene.truth.set_status(id, status, scene.now) {
            Err(why) => page_refusal(500, &why.to_string()),
            Ok(()) if status == "settlement" => in_use(),
            Ok(()) => SimulatedReply::json(200, format!(r#"{{"canceled_at":"{now}"}}"#)),
        }
    }

    fn refund(&self, asked: &RefundBody, scene: &mut Scene<'_>) -> SimulatedReply {
        let Some(found) = scene
            .truth
            .find(&self.id)
            .filter(|found| !found.answer.is_page_only())
        else {
            return unknown(&self.id);
        };
        let given = &found.answer;
        let gone = given.gone_back().unwrap_or_default();
        let left = given.gross().saturating_sub(gone);
        let amount = asked.amount.map_or(Ok(left), Rupiah::new);
        let mut earlier = found.refunds.iter();
        if let Some(earlier) = earlier.find(|one| one.key == asked.refund_key) {
            let is_same = amount == Ok(earlier.amount);
            if asked.amount.is_some() && !is_same {
                return refusal("406", "Duplicate refund ID");
            }
            return self.refunded(scene.truth, scene.plan, &asked.refund_key);
        }
        let is_paid = given.is("settlement") || given.is("partial_refund");
        if !is_paid || is_not_refundable(given.method()) || found.refunds.len() >= MAX_REFUNDS {
            return unmodifiable();
        }
        let amount = match amount {
            Ok(amount) if amount > Rupiah::ZERO && amount <= left => amount,
            _ => return refusal("414", "Refund request is rejected due to invalid amount"),
        };
        if scene.plan.act == Some(Fault::RefundDenied) {
            return denied(&found, scene.plan, &asked.refund_key);
        }
        if scene.plan.act == Some(Fault::RefundOtherKey) {
            return of_another(&found, scene.plan, amount);
        }
        let first = format!("{}-r1", found.reference);
        let revised = scene.truth.revise(&self.id, scene.now, |answer, refunds| {
            if refunds.is_empty() && gone > Rupiah::ZERO {
                refunds.push(SimulatedRefund {
                    key: first,
                    amount: gone,
                });
            }
            refunds.push(SimulatedRefund {
                key: asked.refund_key.clone(),
                amount,
            });
            answer.refunded = Some(gone + amount);
            let word = if amount == left {
                "refund"
            } else {
                "partial_refund"
            };
            answer.status = word.to_owned();
        });
        match revised {
            Ok(()) => self.refunded(scene.truth, scene.plan, &asked.refund_key),
            Err(why) => problem(200, "500", &why.to_string(), &self.id),
        }
    }

    /// The answer to a refund that has succeeded, now or earlier.
    fn refunded(&self, truth: &GatewayTruth, plan: &ResponsePlan, key: &str) -> SimulatedReply {
        let found = truth.find(&self.id);
        let Some((found, (refund, number))) = found.and_then(|found| {
            let mut numbered = found.refunds.iter().zip(FIRST_REFUND..);
            let refund = numbered.find(|(refund, _)| refund.key == key)?;
            Some((found, refund))
        }) else {
            return unknown(&self.id);
        };
        let body = body(&found, plan, "200", APPROVED, &found.answer.status);
        with_refund(body, number, &refund.key, refund.amount).reply()
    }
}

impl SimulatedRequest for ChangeRequest {
    fn add_body(&mut self, body: &[u8]) {
        if let MidtransOperation::Refund(asked) = &mut self.doing {
            *asked = serde_json::from_slice(body).ok();
        }
    }

    fn purpose(&self) -> RequestPurpose {
        match self.doing {
            MidtransOperation::Expire
            | MidtransOperation::Cancel
            | MidtransOperation::CancelPage => RequestPurpose::Close,
            MidtransOperation::Refund(_) => RequestPurpose::Refund,
        }
    }

    fn id(&self, truth: &GatewayTruth) -> Cow<'_, str> {
        let page = match self.doing {
            MidtransOperation::CancelPage => truth.reference_of_page(&self.id),
            MidtransOperation::Expire
            | MidtransOperation::Cancel
            | MidtransOperation::Refund(_) => None,
        };
        page.map_or(Cow::Borrowed(&self.id), |id| Cow::Owned(id.to_owned()))
    }

    fn account(&self) -> &str {
        &self.key
    }

    fn execute(&self, scene: &mut Scene<'_>) -> SimulatedReply {
        let may = may_ask(scene.truth, &self.key);
        match &self.doing {
            MidtransOperation::CancelPage if !may => page_refusal(401, ACCESS_DENIED),
            _ if !may => unauthorised(&self.id),
            MidtransOperation::Expire => {
                let close = MidtransClose::new("expire", &["pending"]);
                close.execute(&self.id, scene)
            }
            MidtransOperation::Cancel => {
                let close = MidtransClose::new("cancel", &["pending", "authorize", "capture"]);
                close.execute(&self.id, scene)
            }
            MidtransOperation::CancelPage => self.cancel_page(scene),
            MidtransOperation::Refund(None) => {
                problem(200, "413", "The body is not what it should be", &self.id)
            }
            MidtransOperation::Refund(Some(asked)) => self.refund(asked, scene),
        }
    }
}

/// How a transaction is ended.
struct MidtransClose {
    word: &'static str,
    from: &'static [&'static str],
}

impl MidtransClose {
    fn new(word: &'static str, from: &'static [&'static str]) -> Self {
        Self { word, from }
    }

    fn execute(&self, id: &str, scene: &mut Scene<'_>) -> SimulatedReply {
        let Some(found) = scene
            .truth
            .find(id)
            .filter(|found| !found.answer.is_page_only())
        else {
            return unknown(id);
        };
        if !self.from.iter().any(|word| found.answer.is(word)) {
            return unmodifiable();
        }
        let done = self.done(&found, scene.plan);
        let status = match scene.plan.act {
            Some(Fault::CloseRefused) => return unmodifiable(),
            Some(Fault::CloseIgnored) => return done,
            Some(Fault::PaidWhenClosed) => "settlement",
            _ => self.word,
        };
        match scene.truth.set_status(id, status, scene.now) {
            Err(why) => problem(200, "500", &why.to_string(), id),
            Ok(()) if status == "settlement" => unmodifiable(),
            Ok(()) => done,
        }
    }

    fn done(&self, found: &Lookup<'_>, plan: &ResponsePlan) -> SimulatedReply {
        if self.word == "expire" {
            let message = "Success, transaction has expired";
            return body(found, plan, "407", message, self.word).reply();
        }
        let message = "Success, transaction is canceled";
        let fraud_status = found.answer.fraud_status.as_deref().unwrap_or("accept");
        body(found, plan, "200", message, self.word)
            .text("fraud_status", fraud_status)
            .reply()
    }
}

/// Methods without refunds (virtual accounts and counters).
fn is_not_refundable(method: &str) -> bool {
    matches!(method_type(method), "bank_transfer" | "cstore" | "echannel")
}

fn of_another(found: &Lookup<'_>, plan: &ResponsePlan, amount: Rupiah) -> SimulatedReply {
    let body = body(found, plan, "200", APPROVED, "partial_refund");
    with_refund(body, FIRST_REFUND, "another", amount).reply()
}

fn denied(found: &Lookup<'_>, plan: &ResponsePlan, key: &str) -> SimulatedReply {
    let message = "Refund denied by the bank";
    let body = body(found, plan, "202", message, &found.answer.status);
    with_refund(body, FIRST_REFUND, key, Rupiah::ZERO).reply()
}

const APPROVED: &str = "Success, refund request is approved";

/// The common part of answers to changes.
fn body(
    found: &Lookup<'_>,
    plan: &ResponsePlan,
    code: &str,
    message: &str,
    status: &str,
) -> ReplyObject {
    let answer: &AttemptTruth = found.answer;
    let order_id = answer.order_id.as_deref().unwrap_or(found.reference);
    let (order_id, transaction_id) = match plan.instead() {
        Some(other) => (other, other),
        None => (order_id, found.transaction_id.as_ref()),
    };
    let opened_at = answer.opened_at.unwrap_or(Instant::from_millis(0));
    ReplyObject::default()
        .text("status_code", code)
        .text("status_message", message)
        .text("transaction_id", transaction_id)
        .text("order_id", order_id)
        .text("payment_type", method_type(answer.method()))
        .text("transaction_time", &opened_at.western_indonesian())
        .text("transaction_status", status)
        .text("gross_amount", &gross(answer.gross()))
}

fn with_refund(body: ReplyObject, number: u32, key: &str, amount: Rupiah) -> ReplyObject {
    body.raw("refund_chargeback_id", number)
        .text("refund_amount", &gross(amount))
        .text("refund_key", key)
}

fn unmodifiable() -> SimulatedReply {
    refusal(
        "412",
        "Merchant cannot modify the status of the transaction",
    )
}

fn refusal(code: &str, message: &str) -> SimulatedReply {
    let body = format!(r#"{{"status_code":"{code}","status_message":"{message}"}}"#);
    SimulatedReply::json(200, body)
}

#[cfg(test)]
mod tests;
