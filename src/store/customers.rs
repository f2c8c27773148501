//! Corrects what is known of an order's customer.

use super::effects::requeue_in;
use super::error::StoreError;
use super::permit::WritePermit;
use super::statements::audit::{Actor, Event, EventSubject};
use super::statements::customers::assign;
use super::writing::Store;
use crate::domain::{
    Customer, CustomerEdit, EffectId, EffectKind, EffectStatus, NO_ADDRESS, OrderId, Reason,
};

/// What an edit did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditedCustomer {
    pub customer: Customer,
    /// What has changed, in a word each; empty if everything was so already.
    pub changed: Vec<&'static str>,
    /// Mails that had no address and are queued again.
    pub queued: Vec<EffectId>,
}

impl Store {
    /// Changes name or addresses of an order's customer, for this order only. Mails of the order that died because it had
    /// no address are queued again when one comes. The audit log says what has changed, without the texts.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`; nothing was written.
    pub fn edit_customer(
        &self,
        permit: &WritePermit,
        order: OrderId,
        edit: &CustomerEdit,
        by: Actor<'_>,
    ) -> Result<EditedCustomer, StoreError> {
        self.transact(permit, |tx| {
            let before = tx.customer_of(order)?;
            let (customer, changed) = edit.applied_to(&before);
            let mut queued = Vec::new();
            if !changed.is_empty() {
                assign(tx, order, &customer)?;
                let why = Reason::CustomerEdited {
                    parts: changed.join(", "),
                };
                let event = Event::new(EventSubject::Note, &why).order(order);
                event.write(tx, by)?;
            }
            if changed.contains(&CustomerEdit::EMAIL) && customer.email.is_some() {
                for effect in tx
                    .dossier(order)?
                    .into_iter()
                    .flat_map(|dossier| dossier.effects)
                {
                    let has_no_address = effect.kind == EffectKind::Mail
                        && effect.status == EffectStatus::Dead
                        && effect.last_error.as_deref() == Some(NO_ADDRESS);
                    if has_no_address
                        && requeue_in(tx, effect.id, by, "the address came")?
                            .is_some_and(|done| done.is_ok())
                    {
                        queued.push(effect.id);
                    }
                }
            }
            Ok(EditedCustomer {
                customer,
                changed,
                queued,
            })
        })
    }
}
