//! What waits for a person: open cases, and refunds that nobody has decided about.

use super::connection::Reader;
use super::error::StoreError;
use super::sql;

/// How much waits for a person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OpenQuestions {
    pub cases: u32,
    pub refunds_due: u32,
}

impl Reader {
    /// The number of open questions over all orders.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn open_questions(&self) -> Result<OpenQuestions, StoreError> {
        let mut count = self.connection().prepare_cached(sql!("open_questions"))?;
        Ok(count.query_row([], |row| {
            Ok(OpenQuestions {
                cases: row.get(0)?,
                refunds_due: row.get(1)?,
            })
        })?)
    }
}
