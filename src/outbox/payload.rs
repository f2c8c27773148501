//! What a hook receives for an effect.

use std::fs::File;
use std::sync::Arc;

use serde_json::{Value, json};

use super::attachments::attach;
use super::delivery::{Delivery, DeliveryRequest};
use crate::domain::{Effect, EffectPayload, Instant};
use crate::store::{Reader, StoreError};

/// The request for an effect, or why there is none.
pub(super) fn request(
    reader: &Reader,
    effect: &Effect,
    liveness: Option<Arc<File>>,
    delivery: &Delivery,
    now: Instant,
) -> Result<Result<DeliveryRequest, String>, StoreError> {
    let document = reader.effect_document(effect, now)?;
    let request = written(&document, effect, delivery);
    Ok(request.map(|request| DeliveryRequest {
        liveness,
        ..request
    }))
}

fn written(
    document: &EffectPayload,
    effect: &Effect,
    delivery: &Delivery,
) -> Result<DeliveryRequest, String> {
    let mut payload = fields(document, effect)?;
    let attachments = match (delivery.draws_tickets(), &document.order) {
        (Some(draw), Some(order)) => attach(order, draw, &mut payload)?,
        (Some(_) | None, _) => Vec::new(),
    };
    Ok(DeliveryRequest {
        key: effect.key.clone(),
        repetition: effect.repetition,
        occasion: effect.occasion.word(),
        hook: effect.hook.clone(),
        order: document.order.as_ref().map(|order| order.number.clone()),
        payload,
        attachments,
        liveness: None,
    })
}

/// What a template finds, or why there is nothing.
pub(super) fn fields(document: &EffectPayload, effect: &Effect) -> Result<Value, String> {
    let fields = serde_json::to_value(document)
        .map_err(|error| format!("its payload could not be built: {error}"))?;
    Ok(payload(fields, effect))
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
