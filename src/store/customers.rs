//! Corrects what is known of an order's customer, and what the shop has noted with the order.

use super::effects::requeue_in;
use super::engine::Tx;
use super::error::StoreError;
use super::permit::WritePermit;
use super::statements::audit::{Actor, Event, EventSubject};
use super::statements::customers::{assign, replace_notes};
use super::writing::Store;
use crate::domain::{
    CustomerEdit, Effect, EffectId, EffectKind, EffectPayload, EffectStatus, InvalidNotes,
    NO_ADDRESS, NotesEdit, OrderId, Reason,
};

/// What an edit did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderEdited {
    /// What has changed, in a word each; empty if everything was so already.
    pub changed: Vec<String>,
    /// Mails that had no address and are queued again.
    pub queued: Vec<EffectId>,
}

/// Whether a mail has a recipient, from what is known of its order.
pub type HasRecipient<'a> = dyn Fn(&Effect, &EffectPayload) -> bool + 'a;

impl Store {
    /// Changes name or addresses of an order's customer, for this order only, and its notes. Mails of the order that died
    /// because it had no address are queued again when `has_recipient` finds one. The audit log says what has changed, without the texts.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written. The inner error says why not, before anything is
    /// written, too.
    pub fn edit_order(
        &self,
        permit: &WritePermit,
        order: OrderId,
        (customer, notes): (&CustomerEdit, &NotesEdit),
        has_recipient: &HasRecipient<'_>,
        by: Actor<'_>,
    ) -> Result<Result<OrderEdited, InvalidNotes>, StoreError> {
        self.transact(permit, |tx| {
            let (noted, noted_parts) = match notes.applied_to(&tx.notes_of(order)?) {
                Ok(applied) => applied,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let (corrected, corrected_parts) = customer.applied_to(&tx.customer_of(order)?);
            if !corrected_parts.is_empty() {
                assign(tx, order, &corrected)?;
                let parts = corrected_parts.join(", ");
                record(tx, order, &Reason::CustomerEdited { parts }, by)?;
            }
            if !noted_parts.is_empty() {
                replace_notes(tx, order, &noted)?;
                let parts = noted_parts.join(", ");
                record(tx, order, &Reason::OrderNoted { parts }, by)?;
            }
            let corrected_parts = corrected_parts.into_iter().map(str::to_owned);
            let changed: Vec<String> = corrected_parts.chain(noted_parts).collect();
            let queued = if changed.is_empty() {
                Vec::new()
            } else {
                requeue_addressed(tx, order, has_recipient, by)?
            };
            Ok(Ok(OrderEdited { changed, queued }))
        })
    }
}

fn record(tx: &Tx<'_>, order: OrderId, why: &Reason, by: Actor<'_>) -> Result<(), StoreError> {
    let event = Event::new(EventSubject::Note, why).order(order);
    event.write(tx, by)
}

/// Queues the mails again that had no address, and have one now.
fn requeue_addressed(
    tx: &Tx<'_>,
    order: OrderId,
    has_recipient: &HasRecipient<'_>,
    by: Actor<'_>,
) -> Result<Vec<EffectId>, StoreError> {
    let mut queued = Vec::new();
    let dossier = tx.dossier(order)?;
    for effect in dossier.into_iter().flat_map(|dossier| dossier.effects) {
        let had_no_address = effect.kind == EffectKind::Mail
            && effect.status == EffectStatus::Dead
            && effect.last_error.as_deref() == Some(NO_ADDRESS);
        if had_no_address
            && has_recipient(&effect, &tx.effect_document(&effect, by.now)?)
            && requeue_in(tx, effect.id, by, "the address came")?.is_some_and(|done| done.is_ok())
        {
            queued.push(effect.id);
        }
    }
    Ok(queued)
}
