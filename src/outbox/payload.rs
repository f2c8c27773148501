//! What a hook receives for an effect.

use serde_json::{Value, json};

use super::attachments::{MailAttachments, attach};
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
    let mut attachments = Vec::new();
    if let (Some(draw), Some(order)) = (delivery.draws_tickets(), &document.order) {
        let attached = attach(order, draw)?;
        add_attachments(&mut payload, &attached);
        attachments = attached.files;
    }
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

/// For the mail's text: the number of attached tickets, and whether there are more.
fn add_attachments(payload: &mut Value, attached: &MailAttachments) {
    if let Value::Object(payload) = payload {
        payload.insert("attached".to_owned(), attached.files.len().into());
        payload.insert("has_unattached".to_owned(), attached.has_unattached.into());
    }
}
