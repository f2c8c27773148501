//! What waits for a result or for a person: payments whose queries lead to none, open cases, undecided refunds.

use crate::domain::decide::unsettled::{OPEN_FOR, UNANSWERED_FOR};
use crate::domain::payment::schedule::UNANSWERED_QUESTIONS;
use crate::domain::{AnswerTimes, GatewayName, Instant, OrderId, PaymentId};
use crate::store::engine::{Reader, from_row, sql};
use crate::store::error::StoreError;

/// A candidate; the domain decides whether it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsettledRow {
    pub order: OrderId,
    pub payment: PaymentId,
    pub gateway: GatewayName,
    pub observed: AnswerTimes,
}

/// How much waits for a person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OpenQuestions {
    pub cases: u32,
    pub refunds_due: u32,
}

impl Reader {
    /// The candidates that no person was asked about, at most `limit`.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn unsettled(&self, now: Instant, limit: u32) -> Result<Vec<UnsettledRow>, StoreError> {
        let unanswered = now.saturating_sub(UNANSWERED_FOR);
        let open = now.saturating_sub(OPEN_FOR);
        self.all(
            sql!("unsettled"),
            &[&UNANSWERED_QUESTIONS, &unanswered, &open, &limit],
            |row| {
                Ok(from_row!(row => UnsettledRow {
                    order: "order_id", payment: "id", gateway,
                    observed = from_row!(row => AnswerTimes { last_answer_at, silent_since }),
                }))
            },
        )
    }

    /// The number of open questions over all orders.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn open_questions(&self) -> Result<OpenQuestions, StoreError> {
        self.only(sql!("open_questions"), &[], |row| {
            Ok(from_row!(row => OpenQuestions { cases, refunds_due }))
        })
    }
}
