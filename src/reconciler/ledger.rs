//! A run's access to the shop's file, as one handle: what previews can only read, and what writes also writes.
//!
//! Everybody who writes shares one connection and waits for the others; reading has a connection of its own, so that
//! it never waits. What was written is seen by the next read.

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

    pub(super) fn shared_reader(&self) -> Rc<Reader> {
        match self {
            Self::ReadOnly(reader) => reader.clone(),
            Self::ReadWrite(writer) => writer.reader.clone(),
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
    // Closed first: whoever closes last tidies up the file, and only the store may.
    reader: Rc<Reader>,
    books: Books,
}

/// The one connection that writes, with the right to; it can be handed to another thread.
#[derive(Debug, Clone)]
pub(super) struct Books(Arc<Mutex<(Store, WritePermit)>>);

impl Writer {
    /// # Errors
    /// As [`Reader::open`].
    pub fn new(store: Store, permit: WritePermit) -> Result<Self, StoreError> {
        Ok(Self {
            reader: Rc::new(store.read().again()?),
            books: Books(Arc::new(Mutex::new((store, permit)))),
        })
    }

    /// The file, for reading.
    #[must_use]
    pub fn read(&self) -> &Reader {
        &self.reader
    }

    /// Does a piece of work that writes, on this thread, once nobody else is writing. `work` must use the store that
    /// it is given: it would wait for itself if it wrote through the ledger.
    pub fn write<T>(&self, work: impl FnOnce(&mut Store, &WritePermit) -> T) -> T {
        self.books.write(work)
    }

    pub(super) fn books(&self) -> Books {
        self.books.clone()
    }
}

impl Books {
    pub(super) fn write<T>(&self, work: impl FnOnce(&mut Store, &WritePermit) -> T) -> T {
        let mut books = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (store, permit) = &mut *books;
        work(store, permit)
    }
}
