//! The state tables of docs/rules.md as data, beside what payctl did: each line of the audit log must be a row of the
//! tables, and each answer must have led where the tables say.

mod answered;
mod table;

use super::books::{CopiedEvent, CopiedPayment};
use super::promises::{BrokenPromise, CheckedStep};
use super::record::{Exchange, RequestKind, RunRecord};
use table::{AUDIT, BY_ANSWER};

const ROW: &str = "a move is a row of the tables";
const CAUSE: &str = "a move has its answer";

/// What differs from the tables in one step.
pub(super) fn check(step: &CheckedStep<'_>) -> Vec<BrokenPromise> {
    let events = step.after.events.iter();
    let mut broken: Vec<BrokenPromise> = events.filter_map(|event| of_event(step, event)).collect();
    broken.extend(
        step.run
            .map(|run| answered::check(step, run))
            .unwrap_or_default(),
    );
    broken
}

fn of_event(step: &CheckedStep<'_>, event: &CopiedEvent) -> Option<BrokenPromise> {
    let is_told = ["order", "payment", "refund", "effect"].contains(&event.what.as_str());
    let rule = event.rule.as_deref().unwrap_or("-");
    let from = event.from_word.as_deref().unwrap_or("-");
    let to = event.to_word.as_deref().unwrap_or("-");
    // Some lines of a refund tell an amount and no move.
    if !is_told || (from, to) == ("-", "-") {
        return None;
    }
    let is_row = AUDIT
        .iter()
        .any(|row| (row.what, row.rule) == (event.what.as_str(), rule) && row.leads(from, to));
    if !is_row {
        let words = format!(
            "event {}: no row of {rule} moves a {} from {from} to {to}",
            event.id, event.what
        );
        return Some(BrokenPromise::new(ROW, words));
    }
    let payment = step.after.payment(event.payment_id?)?;
    // A person has decided about what was heard before.
    let is_decided = rule == "P25" && event.actor.starts_with("operator:");
    let is_by_answer = event.what == "payment" && BY_ANSWER.contains(&rule) && !is_decided;
    let run = step.run?;
    if !is_by_answer || payment.gateway == "manual" || has_answer_about(run, payment) {
        return None;
    }
    let words = format!(
        "event {}: payment {} went from {from} to {to} by {rule}, and its gateway was not heard",
        event.id, payment.id
    );
    Some(BrokenPromise::new(CAUSE, words))
}

/// Whether the gateway answered anything that names this payment.
fn has_answer_about(run: &RunRecord, payment: &CopiedPayment) -> bool {
    let names = [Some(&payment.reference), payment.transaction_id.as_ref()];
    let is_named = |exchange: &&Exchange| {
        let reply = exchange
            .reply
            .as_ref()
            .map_or("", |(_, body)| body.as_str());
        let texts = [
            exchange.line.as_str(),
            exchange.request_body.as_str(),
            reply,
        ];
        let mut names = names.iter().flatten();
        names.any(|name| texts.iter().any(|text| text.contains(name.as_str())))
    };
    let mut heard = run.exchanges.iter();
    heard.any(|exchange| {
        exchange.to == payment.gateway
            && exchange.kind != RequestKind::Effect
            && exchange.reply.is_some()
            && is_named(&exchange)
    })
}

#[cfg(test)]
mod tests;
