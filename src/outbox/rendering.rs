//! What an attempt would hand over, for a person to read. Nothing is sent, and no program is started.

use super::delivery::{self, Deliveries, RenderedDelivery};
use super::payload;
use crate::domain::{Effect, EffectPayload, Instant, Zone};
use crate::store::{Reader, StoreError};

/// Renders what an attempt for this effect would hand over now; the inner error says why it would hand over nothing.
///
/// # Errors
/// `Corrupt`, `Busy`, `Engine`.
pub fn render(
    reader: &Reader,
    effect: &Effect,
    deliveries: &Deliveries,
    now: Instant,
) -> Result<Result<RenderedDelivery, String>, StoreError> {
    let delivery = match deliveries.of(&effect.hook) {
        Ok(delivery) => delivery,
        Err(why) => return Ok(Err(why)),
    };
    let request = payload::request(reader, effect, None, delivery, now)?;
    Ok(request.and_then(|request| delivery.render(&request)))
}

/// Whether a mail to this address, or template for one, has a recipient, from what is known of the effect's order.
#[must_use]
pub fn has_recipient(to: &str, effect: &Effect, document: &EffectPayload, zone: Zone) -> bool {
    payload::fields(document, effect)
        .is_ok_and(|payload| delivery::has_recipient(to, &payload, zone))
}
