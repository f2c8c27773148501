//! What must happen once outside the file: effects and refunds.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{BrokenPromise, CheckedStep};
use crate::worlds::books::CopiedEffect;
use crate::worlds::record::{Exchange, RequestKind, RunRecord};

const EFFECT: &str = "an effect happens once";
const PAID: &str = "an effect has its reason";
const REFUND: &str = "a refund is sent once";

pub(in crate::worlds) fn check(step: &CheckedStep<'_>) -> Vec<BrokenPromise> {
    let mut broken = shared_keys(step);
    if let Some(run) = step.run {
        broken.extend(effects(step, run));
        broken.extend(refunds(step, run));
    }
    broken
}

fn is_done(delivery: &Exchange) -> bool {
    let code = delivery.reply.as_ref().map(|(code, _)| *code);
    code.is_some_and(|code| (200..300).contains(&code))
}

fn effects(step: &CheckedStep<'_>, run: &RunRecord) -> Vec<BrokenPromise> {
    let mut broken = Vec::new();
    let mut done: Vec<&str> = Vec::new();
    let deliveries = run.exchanges.iter();
    for delivery in deliveries.filter(|each| each.kind == RequestKind::Effect) {
        let key = delivery.key.as_deref().unwrap_or_default();
        let find = |effects: &'_ [CopiedEffect]| {
            let mut effects = effects.iter();
            effects.find(|effect| effect.key == key).cloned()
        };
        let Some(effect) = find(&step.after.effects) else {
            let words = format!("something was delivered under the unknown key {key:?}");
            broken.push(BrokenPromise::new(PAID, words));
            continue;
        };
        let was_done = find(&step.before.effects).is_some_and(|before| before.status == "done");
        if was_done || done.contains(&key) {
            let words = format!("effect {} was delivered again after it was done", effect.id);
            broken.push(BrokenPromise::new(EFFECT, words));
        }
        broken.extend(unfounded(step, &effect));
        if is_done(delivery) {
            done.push(key);
            if run.exit.is_some() && effect.status != "done" {
                let words = format!("effect {} succeeded, and is {}", effect.id, effect.status);
                broken.push(BrokenPromise::new(EFFECT, words));
            }
        }
    }
    broken
}

/// Effects of a payment need a paid order; effects that undo them, one that has ended.
fn unfounded(step: &CheckedStep<'_>, effect: &CopiedEffect) -> Option<BrokenPromise> {
    let order = effect.order_id?;
    let after = step.after.order(order).map(|order| order.status.as_str());
    let statuses = [step.status_before(order), after];
    let fitting: &[&str] = match effect.occasion.as_str() {
        "paid" => &["paid", "fulfilled"],
        "revoked" => &["expired", "cancelled", "refunded"],
        "expired" => &["expired"],
        "cancelled" => &["cancelled"],
        _ => return None,
    };
    // Of two processes the other one may have moved it on.
    let passed = step
        .after
        .events
        .iter()
        .filter(|event| event.order_id == Some(order) && event.what == "order");
    let is_founded = statuses
        .into_iter()
        .flatten()
        .chain(passed.filter_map(|event| event.to_word.as_deref()))
        .any(|status| fitting.contains(&status));
    (!is_founded).then(|| {
        let words = format!(
            "effect {} on {} was delivered, and its order is {after:?}",
            effect.id, effect.occasion
        );
        BrokenPromise::new(PAID, words)
    })
}

fn shared_keys(step: &CheckedStep<'_>) -> Vec<BrokenPromise> {
    let mut times: BTreeMap<&str, u32> = BTreeMap::new();
    let keys = step.after.refunds.iter();
    for key in keys.filter_map(|refund| refund.refund_key.as_deref()) {
        *times.entry(key).or_default() += 1;
    }
    let shared = times.into_iter().filter(|(_, times)| *times > 1);
    let told =
        |(key, times)| BrokenPromise::new(REFUND, format!("{times} refunds have the key {key}"));
    shared.map(told).collect()
}

fn refunds(step: &CheckedStep<'_>, run: &RunRecord) -> Vec<BrokenPromise> {
    let mut broken = Vec::new();
    for request in run
        .exchanges
        .iter()
        .filter(|each| each.kind == RequestKind::Refund)
    {
        let body: Option<Value> = serde_json::from_str(&request.request_body).ok();
        let key = body
            .as_ref()
            .and_then(|body| body.get("refund_key")?.as_str());
        let key = key.or(request.key.as_deref()).unwrap_or_default();
        let amount = body.as_ref().and_then(|body| body.get("amount")?.as_i64());
        let mut known = step.after.refunds.iter();
        let Some(refund) = known.find(|refund| refund.refund_key.as_deref() == Some(key)) else {
            let words = format!("a refund was sent under the unknown key {key:?}");
            broken.push(BrokenPromise::new(REFUND, words));
            continue;
        };
        let mut earlier = step.before.refunds.iter();
        let before = earlier.find(|before| before.id == refund.id);
        let may_be_sent = ["approved", "sent", "unknown"];
        let before = before.map_or("not there", |before| &before.status);
        if !may_be_sent.contains(&before) {
            let words = format!("refund {} was {before}, and was sent", refund.id);
            broken.push(BrokenPromise::new(REFUND, words));
        }
        if amount.is_some_and(|amount| amount != refund.amount) {
            let words = format!("refund {} is {}, not {amount:?}", refund.id, refund.amount);
            broken.push(BrokenPromise::new(REFUND, words));
        }
    }
    broken
}
