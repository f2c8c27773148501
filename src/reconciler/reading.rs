//! What was heard while one payment was asked about, and what of it answers a message.

use crate::domain::instant::Instant;
use crate::domain::names::TransactionId;
use crate::domain::observation::Observation;

pub(super) struct Reading {
    /// All names together are one question: it was started with the first of them.
    pub(super) asked_at: Instant,
    pub(super) observations: Vec<Observation>,
    /// The question by our reference was answered.
    pub(super) by_reference: bool,
    /// Time ran out.
    pub(super) is_over: bool,
}

impl Reading {
    pub(super) fn begun(asked_at: Instant) -> Self {
        Self {
            asked_at,
            observations: Vec::new(),
            by_reference: false,
            is_over: false,
        }
    }

    /// Not all was silence.
    pub(super) fn is_answered(&self) -> bool {
        self.observations.iter().any(Observation::is_answer)
    }

    /// Whether one of the answers is about that try; from then on it is known as the answer to the message.
    pub(super) fn answers(&mut self, told: &TransactionId) -> bool {
        let mut heard = self.observations.iter_mut();
        let about_it = heard.find(|heard| heard.transaction_id.as_ref() == Some(told));
        let is_answered = about_it.is_some();
        if let Some(heard) = about_it {
            heard.answers_for = Some(told.clone());
        }
        is_answered
    }

    /// What was said of that try by its id; silence is kept as well, so that it is told.
    pub(super) fn add_told(&mut self, heard: Observation, told: &TransactionId) {
        self.observations.push(heard);
        self.answers(told);
    }

    /// Where the reference was answered, the last of the answers stands for a try that is not known by its id.
    pub(super) fn stand_in_for(&mut self, told: &TransactionId) {
        if self.answers(told) || !self.by_reference {
            return;
        }
        let mut heard = self.observations.iter_mut();
        if let Some(heard) = heard.rfind(|heard| heard.is_answer()) {
            heard.answers_for = Some(told.clone());
        }
    }
}
