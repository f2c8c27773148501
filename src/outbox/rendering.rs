//! What an attempt would hand over, for a person to read. Nothing is sent, and no program is started.

use super::delivery::{Deliveries, RenderedDelivery};
use super::payload;
use crate::domain::{Effect, Instant};
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
