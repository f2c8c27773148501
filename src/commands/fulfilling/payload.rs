//! The payload that a hook receives for an effect.

use serde_json::Value;

use super::attached::{MailAttachments, draw};
use crate::config::TicketPicture;
use crate::domain::{Effect, EffectPayload, Instant};
use crate::effects::DeliveryRequest;
use crate::store::{Reader, StoreError};

/// The request for an effect, or why there is none. With `pictures` the order's tickets are attached.
pub(super) fn errand(
    reader: &Reader,
    effect: &Effect,
    pictures: Option<TicketPicture>,
    now: Instant,
) -> Result<Result<DeliveryRequest, String>, StoreError> {
    let document = reader.effect_document(effect, now)?;
    Ok(written(&document, effect, pictures))
}

fn written(
    document: &EffectPayload,
    effect: &Effect,
    pictures: Option<TicketPicture>,
) -> Result<DeliveryRequest, String> {
    let fields = serde_json::to_value(document)
        .map_err(|error| format!("its payload could not be built: {error}"))?;
    let mut payload = payload(fields, effect);
    let mut attachments = Vec::new();
    if let (Some(picture), Some(order)) = (pictures, &document.order) {
        let attached = draw(order, picture).map_err(|error| error.to_string())?;
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
        liveness: None,
    })
}

/// The payload: the schema first, and the customer at the top level, where templates expect it.
fn payload(document: Value, effect: &Effect) -> Value {
    let customer = document.pointer("/order/customer").cloned();
    let mut payload = serde_json::json!({ "schema": "payctl/1", "hook": effect.hook });
    if let (Value::Object(payload), Value::Object(document)) = (&mut payload, document) {
        payload.extend(document);
        let unknown = || serde_json::json!({ "name": null, "email": null, "phone": null });
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
