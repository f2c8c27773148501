//! No order ends without proof that it is unpaid.

use super::{BrokenPromise, CheckedStep, is_decided};
use crate::worlds::answers::RawAnswer;
use crate::worlds::books::{CopiedOrder, CopiedPayment};

const PROOF: &str = "nothing ends without proof";

pub(in crate::worlds) fn check(step: &CheckedStep<'_>) -> Vec<BrokenPromise> {
    let mut broken = Vec::new();
    for order in &step.after.orders {
        let is_over = ["expired", "cancelled"].contains(&order.status.as_str());
        if is_over && step.status_before(order.id) == Some("pending") {
            broken.extend(of_order(step, order));
        }
    }
    broken
}

fn of_order(step: &CheckedStep<'_>, order: &CopiedOrder) -> Vec<BrokenPromise> {
    let rule = step.rule_of(order.id, &order.status).unwrap_or("no rule");
    let began_at = step.run.map_or(step.now, |run| run.began_at).as_millis();
    // From when an answer proves. A clock that payctl believes may be fast by the grace.
    let proof_from = match (order.status.as_str(), rule) {
        // A person's word.
        (_, "O7b") => return Vec::new(),
        // It was paid by one of two processes, and cancelled by the other.
        ("cancelled", "O8b") if was_paid_beside(step, order) => return Vec::new(),
        ("expired", "O3" | "O7") => order.expires_at,
        ("cancelled", "O8") => began_at,
        _ => {
            let words = format!("{} is {} by {rule}", order.number, order.status);
            return vec![BrokenPromise::new(PROOF, words)];
        }
    };
    let gateways = step.after.payments_of(order.id);
    let gateways: Vec<_> = gateways.filter(|payment| payment.is_at_gateway()).collect();
    let mut broken = Vec::new();
    if gateways.is_empty() && step.memory.has_answers() && step.now.as_millis() < proof_from {
        broken.push(format!("{} expired before its deadline", order.number));
    }
    for payment in gateways {
        broken.extend(unproven(step, payment, proof_from));
    }
    let told = |words| BrokenPromise::new(PROOF, format!("{} ({rule}): {words}", order.number));
    broken.into_iter().map(told).collect()
}

fn was_paid_beside(step: &CheckedStep<'_>, order: &CopiedOrder) -> bool {
    let has_beside = step.run.is_some_and(|run| run.beside.is_some());
    has_beside && step.rule_of(order.id, "paid").is_some()
}

/// What is wrong with letting the order go, as far as this payment is concerned.
fn unproven(step: &CheckedStep<'_>, payment: &CopiedPayment, proof_from: i64) -> Option<String> {
    let answers = step.memory.answers_about(payment);
    let is_late_enough = |answer: &&&RawAnswer| answer.at.as_millis() >= proof_from;
    let proof = answers.iter().filter(is_late_enough);
    let Some(proved_at) = proof.map(|answer| answer.at).max() else {
        return Some(format!(
            "{} has not answered about {} since {proof_from}",
            payment.gateway, payment.reference
        ));
    };
    let about_it = |answer: &&&RawAnswer| {
        let id = payment.transaction_id.as_deref();
        id.is_none() || answer.transaction_id.is_none() || answer.transaction_id.as_deref() == id
    };
    // What names somebody else's order says nothing about this one.
    let is_ours = |answer: &&&RawAnswer| {
        let named = answer.reference.as_ref();
        named.is_none_or(|name| payment.is_called(name))
    };
    let is_gone = payment.refunded + payment.charged_back >= payment.received;
    let is_settled = payment.status == "reversed"
        || (payment.received > 0 && (is_gone || is_decided(step.after, payment)));
    let last = answers
        .iter()
        .filter(about_it)
        .filter(is_ours)
        .max_by_key(|answer| answer.at);
    let open = last.filter(|answer| !answer.said.is_unpaid_and_closed() && !is_settled);
    if let Some(answer) = open {
        return Some(format!("the last answer about it is {:?}", answer.said));
    }
    let mut money = step.memory.money_of(payment);
    let paid = money.find(|money| {
        let is_there = !money.is_reversed && money.refunded + money.charged_back < money.captured;
        is_there && !is_settled && money.captured_at < proved_at && step.memory.has_heard_of(money)
    });
    paid.map(|money| {
        let (id, amount) = (&money.transaction_id, money.captured);
        format!("{amount} had been paid by {id} before that was proved")
    })
}
