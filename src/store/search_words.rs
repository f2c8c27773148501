//! Mends the words by which orders are found, where another program or a damaged file has lost them.

use super::engine::Reader;
use super::error::StoreError;
use super::permit::WritePermit;
use super::statements::search_terms::{WordCursor, keep_anew};
use super::writing::Store;

impl Reader {
    /// How many orders and customers [`Store::mend_search_words`] would mend.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn misworded_count(&self) -> Result<u64, StoreError> {
        let mut count = 0;
        let mut next = Some(WordCursor::START);
        while let Some(place) = next {
            let page = self.misworded(place)?;
            count += u64::try_from(page.misworded.len()).unwrap_or(u64::MAX);
            next = page.next;
        }
        Ok(count)
    }
}

impl Store {
    /// Keeps the words anew of each order and customer that is not found by them, page by page, and returns how many
    /// those were.
    ///
    /// # Errors
    /// `Busy`, `Full`, `Denied`, `Corrupt`, `Engine`. What was written stays written.
    pub fn mend_search_words(&self, permit: &WritePermit) -> Result<u64, StoreError> {
        let mut mended = 0;
        let mut next = Some(WordCursor::START);
        while let Some(place) = next {
            let page = self.read().misworded(place)?;
            next = page.next;
            if page.misworded.is_empty() {
                continue;
            }
            mended += self.transact(permit, |tx| {
                // As they are now: somebody may have written meanwhile.
                let rows = tx.misworded(place)?.misworded;
                rows.iter().try_for_each(|(row, _)| keep_anew(tx, row))?;
                Ok(u64::try_from(rows.len()).unwrap_or(u64::MAX))
            })?;
        }
        Ok(mended)
    }
}
