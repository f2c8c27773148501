//! A run's access to the shop's file, as one handle: what previews can only read, and what writes also writes.
//!
//! A run has one connection, on its own thread; what was written is seen by the next read. A round that writes on other
//! threads lends them a second one for as long as it lasts.

use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::{Dossier, OrderId};
use crate::store::{
    Actor, Decision, OtherOrders, Reader, Store, StoreError, UpdateResult, WritePermit,
};

/// The file, to read or also to write. Clones share it.
#[derive(Debug, Clone)]
pub enum Ledger {
    /// A preview.
    ReadOnly(Rc<Reader>),
    ReadWrite(Writer),
}

impl Ledger {
    /// For a run that writes nothing.
    #[must_use]
    pub fn preview(reader: Reader) -> Self {
        Self::ReadOnly(Rc::new(reader))
    }

    /// The file, for reading.
    #[must_use]
    pub fn read(&self) -> &Reader {
        match self {
            Self::ReadOnly(reader) => reader,
            Self::ReadWrite(writer) => writer.read(),
        }
    }

    /// `None` in a preview.
    #[must_use]
    pub fn writer(&self) -> Option<&Writer> {
        match self {
            Self::ReadOnly(_) => None,
            Self::ReadWrite(writer) => Some(writer),
        }
    }

    /// Changes an order, or shows what the change would do.
    ///
    /// # Errors
    /// As [`Store::update_order`].
    pub fn update_order<T, E>(
        &self,
        order: OrderId,
        by: Actor<'_>,
        decide: impl FnOnce(Dossier) -> Decision<T, E>,
    ) -> Result<UpdateResult<T, E>, StoreError> {
        self.update_order_with(order, by, |dossier, _| Ok(decide(dossier)))
    }

    /// The same, for a decision that also looks at other orders.
    ///
    /// # Errors
    /// As [`Store::update_order_with`].
    pub fn update_order_with<T, E>(
        &self,
        order: OrderId,
        by: Actor<'_>,
        decide: impl FnOnce(Dossier, &OtherOrders<'_>) -> Result<Decision<T, E>, StoreError>,
    ) -> Result<UpdateResult<T, E>, StoreError> {
        match self {
            Self::ReadOnly(reader) => reader.preview_update_with(order, decide),
            Self::ReadWrite(writer) => {
                writer.write(|store, permit| store.update_order_with(permit, order, by, decide))
            }
        }
    }
}

impl From<&Writer> for Ledger {
    fn from(writer: &Writer) -> Self {
        Self::ReadWrite(writer.clone())
    }
}

/// The file, to read and to write. Clones share it.
#[derive(Debug, Clone)]
pub struct Writer {
    store: Rc<Store>,
    permit: Arc<WritePermit>,
}

impl Writer {
    #[must_use]
    pub fn new(store: Store, permit: WritePermit) -> Self {
        Self {
            store: Rc::new(store),
            permit: Arc::new(permit),
        }
    }

    /// The file, for reading.
    #[must_use]
    pub fn read(&self) -> &Reader {
        self.store.read()
    }

    /// Does a piece of work that writes. Another write within it is refused as [`StoreError::Nested`].
    pub fn write<T>(&self, work: impl FnOnce(&Store, &WritePermit) -> T) -> T {
        work(&self.store, &self.permit)
    }
}

/// A second connection that writes, with the right to, for other threads. They share it and wait for each other.
#[derive(Debug, Clone)]
pub(super) struct Books {
    store: Arc<Mutex<Store>>,
    permit: Arc<WritePermit>,
}

impl Books {
    /// # Errors
    /// As [`Store::again`].
    pub(super) fn of(writer: &Writer) -> Result<Self, StoreError> {
        Ok(Self {
            store: Arc::new(Mutex::new(writer.store.again()?)),
            permit: Arc::clone(&writer.permit),
        })
    }

    /// Does a piece of work that writes, on this thread, once no other thread of the round is writing.
    pub(super) fn write<T>(&self, work: impl FnOnce(&Store, &WritePermit) -> T) -> T {
        let store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        work(&store, &self.permit)
    }
}
