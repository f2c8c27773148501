//! How one request is treated, by the faults that were set for it.

use std::time::Duration;

use super::faults::Fault;

pub(super) const OTHER_ORDER: &str = "SOMEBODY-ELSES-ORDER";

/// How one request is treated.
#[derive(Debug, Default)]
pub(super) struct ResponsePlan {
    pub(super) delay: Duration,
    pub(super) date_off_seconds: i64,
    pub(super) strange: Option<Fault>,
    /// How an opening, a close or a refund fails.
    pub(super) act: Option<Fault>,
    /// An opening, a close or a refund takes effect without an answer.
    pub(super) is_unanswered: bool,
}

impl ResponsePlan {
    /// The order to name in place of the requested one.
    pub(super) fn instead(&self) -> Option<&'static str> {
        (self.strange == Some(Fault::OtherOrder)).then_some(OTHER_ORDER)
    }

    /// Applies when a query names a try by its own id: faults of queries by reference do not.
    pub(super) fn asked_by_id(mut self) -> Self {
        let is_of_reference = matches!(
            self.strange,
            Some(Fault::KnownByIdOnly | Fault::LostByReference)
        );
        self.strange = self.strange.filter(|_| !is_of_reference);
        self
    }

    /// Whether a request that changes something takes effect.
    pub(super) fn is_carried_out(&self) -> bool {
        match &self.strange {
            None
            | Some(
                Fault::OtherOrder
                | Fault::CutOff
                | Fault::TooLarge
                | Fault::KnownByIdOnly
                | Fault::LostByReference,
            ) => true,
            Some(_) => false,
        }
    }
}
