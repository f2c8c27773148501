//! What a hook receives for an effect.

use serde_json::{Value, json};

use super::attachments::attach;
use super::delivery::{Delivery, DeliveryRequest};
use crate::domain::{Effect, EffectPayload, Instant};
use crate::store::{ClaimedEffect, Reader, StoreError};

/// The request for a claimed effect, or why there is none.
pub(super) fn request(
    reader: &Reader,
    claimed: &ClaimedEffect,
    delivery: &Delivery,
    now: Instant,
) -> Result<Result<DeliveryRequest, String>, StoreError> {
    let document = reader.effect_document(&claimed.effect, now)?;
    Ok(written(&document, claimed, delivery))
}

fn written(
    document: &EffectPayload,
    claimed: &ClaimedEffect,
    delivery: &Delivery,
) -> Result<DeliveryRequest, String> {
    let effect = &claimed.effect;
    let fields = serde_json::to_value(document)
        .map_err(|error| format!("its payload could not be built: {error}"))?;
    let mut payload = payload(fields, effect);
    let attachments = match (delivery.draws_tickets(), &document.order) {
        (Some(draw), Some(order)) => attach(order, draw, &mut payload)?,
        (Some(_) | None, _) => Vec::new(),
    };
    Ok(DeliveryRequest {
        key: effect.key.clone(),
        occasion: effect.occasion,
        hook: effect.hook.clone(),
        order: document.order.as_ref().map(|order| order.number.clone()),
        payload,
        attachments,
        liveness: Some(claimed.liveness.file()),
    })
}

/// The payload: the schema first, and the customer at the top level, where templates expect it.
fn payload(document: Value, effect: &Effect) -> Value {
    let customer = document.pointer("/order/customer").cloned();
    let mut payload = json!({ "schema": "payctl/1", "hook": effect.hook });
    if let (Value::Object(payload), Value::Object(document)) = (&mut payload, document) {
        payload.extend(document);
        let unknown = || json!({ "name": null, "email": null, "phone": null });
        payload.insert("customer".to_owned(), customer.unwrap_or_else(unknown));
    }
    payload
}
