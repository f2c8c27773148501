//! What a hook is told of an effect.

use serde_json::Value;

use crate::domain::effect::Effect;
use crate::domain::instant::Instant;
use crate::effects::Errand;
use crate::store::{Reader, StoreError};

/// The errand of an effect, or why it cannot be told.
pub(super) fn errand(
    reader: &Reader,
    effect: &Effect,
    now: Instant,
) -> Result<Result<Errand, String>, StoreError> {
    let document = reader.effect_document(effect, now)?;
    let order = document.order.as_ref().map(|order| order.number.clone());
    let payload = match serde_json::to_value(&document) {
        Ok(document) => payload(document, effect),
        Err(error) => return Ok(Err(format!("its document could not be written: {error}"))),
    };
    Ok(Ok(Errand {
        key: effect.key.clone(),
        occasion: effect.occasion,
        hook: effect.hook.clone(),
        order,
        payload,
        attachments: Vec::new(),
    }))
}

/// The document, with the schema in front and the customer where templates look for one: at the top.
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
