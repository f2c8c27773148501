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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::observation::{Said, Silence};

    fn id(text: &str) -> TransactionId {
        text.parse().unwrap()
    }

    fn about(the_try: &str, said: Said) -> Observation {
        Observation {
            transaction_id: Some(id(the_try)),
            ..Observation::bare(said, Instant::from_millis(1))
        }
    }

    fn silence() -> Observation {
        Observation::silence(Silence::TimedOut, Instant::from_millis(1))
    }

    /// Which of the answers answer a message about the try "c".
    fn answering(reading: &Reading) -> Vec<bool> {
        let heard = reading.observations.iter();
        heard
            .map(|heard| heard.answers_for == Some(id("c")))
            .collect()
    }

    fn reading(observations: Vec<Observation>) -> Reading {
        Reading {
            observations,
            ..Reading::begun(Instant::from_millis(1))
        }
    }

    #[test]
    fn a_message_is_answered_by_the_try_it_names_and_by_no_other() {
        let mut other = reading(vec![about("a", Said::Expired)]);
        assert!(!other.answers(&id("c")));
        assert_eq!(answering(&other), [false]);
        other.add_told(about("c", Said::Pending), &id("c"));
        assert_eq!(answering(&other), [false, true]);
    }

    #[test]
    fn silence_about_the_try_is_told_and_answers_nothing() {
        let mut silent = reading(vec![about("a", Said::Expired)]);
        silent.add_told(silence(), &id("c"));
        assert_eq!(answering(&silent), [false, false]);
        assert!(silent.is_answered());
        assert!(!reading(vec![silence()]).is_answered());
    }

    #[test]
    fn only_where_the_reference_was_answered_an_answer_stands_for_the_try() {
        for by_reference in [false, true] {
            let heard = vec![about("a", Said::Expired), silence()];
            let mut reading = Reading {
                by_reference,
                ..reading(heard)
            };
            reading.stand_in_for(&id("c"));
            assert_eq!(answering(&reading), [by_reference, false]);
        }
    }
}
