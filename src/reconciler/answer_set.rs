//! What was learned while one payment was queried, and which of it answers a notification.

use crate::domain::{
    CloseResult, Instant, Observation, Payment, QueriedAttempt, Reported, ReportedName,
    TransactionId,
};
use crate::faults::planted;

pub(super) struct AnswerSet {
    /// All names together count as one query, which started with the first name.
    pub(super) asked_at: Instant,
    /// The gateway's answer to a request to close the payment. Nobody has sent such a request for another try.
    close_answer: Option<CloseResult>,
    /// About the payment itself, its other tries, and tries that notifications have named.
    answers: Vec<Observation>,
    /// "Not found", from the last of its names that got it.
    unknown: Option<Observation>,
    /// The last silence for one of its names.
    silence: Option<Observation>,
    /// The first silence about a try that a notification has named.
    silence_about_told: Option<Observation>,
    /// The tries named by notifications, as far as they were queried.
    asked_tries: Vec<QueriedAttempt>,
    /// An answer was about the payment itself.
    is_about_it: bool,
    /// The reference was one of the names queried.
    pub(super) by_reference: bool,
    /// Time ran out, or no further query would be answered.
    pub(super) is_over: bool,
}

impl AnswerSet {
    pub(super) fn begun(asked_at: Instant, close_answer: Option<CloseResult>) -> Self {
        Self {
            asked_at,
            close_answer,
            answers: Vec::new(),
            unknown: None,
            silence: None,
            silence_about_told: None,
            asked_tries: Vec::new(),
            is_about_it: false,
            by_reference: false,
            is_over: false,
        }
    }

    /// Adds what was learned under one of the payment's own names. Returns `true` if it is about the payment itself.
    pub(super) fn add_answer(&mut self, payment: &Payment, observed: Observation) -> bool {
        let close_answer = self.close_answer;
        match owner(payment, &observed) {
            AnswerOwner::Silence(ends) => {
                self.is_over |= ends;
                self.silence = Some(observed);
                false
            }
            AnswerOwner::Nobodys => {
                self.unknown = Some(Observation {
                    close_answer,
                    ..observed
                });
                false
            }
            AnswerOwner::Siblings => {
                self.add(observed);
                false
            }
            AnswerOwner::Ours => {
                self.is_about_it = true;
                self.add(Observation {
                    close_answer,
                    ..observed
                });
                true
            }
        }
    }

    /// Ignores repetitions.
    fn add(&mut self, observed: Observation) {
        let meaning = observed.meaning();
        if self.answers.iter().all(|known| known.meaning() != meaning) {
            self.answers.push(observed);
        }
    }

    /// No answer about the payment itself shows that it is paid or can be paid.
    pub(super) fn cannot_be_paid(&self, payment: &Payment) -> bool {
        let mut own = self
            .answers
            .iter()
            .filter(|observed| is_own(payment, observed));
        own.all(Observation::cannot_be_paid)
    }

    /// Whether one of the answers is about that try; if so, it is marked as the answer to the notification.
    pub(super) fn answers(&mut self, told: &TransactionId) -> bool {
        let mut observed = self.answers.iter_mut();
        let about_it = observed.find(|observed| observed.transaction_id.as_ref() == Some(told));
        let is_answered = about_it.is_some();
        if let Some(observed) = about_it {
            observed.answers_for = Some(told.clone());
        }
        is_answered
    }

    /// Adds what was learned about that try by its id. Silence is kept, too, so that it is reported.
    pub(super) fn add_attempt_answer(&mut self, observed: Observation, told: &TransactionId) {
        let is_strange =
            observed.called != ReportedName::Ours && planted!(TakeAnUnknownNameForNotFound);
        self.asked_tries.push(QueriedAttempt {
            id: told.clone(),
            is_unknown: observed.said == Reported::NotStarted || is_strange,
        });
        if is_strange {
            return;
        }
        let observed = Observation {
            answers_for: Some(told.clone()),
            ..observed
        };
        match &observed.said {
            Reported::NotStarted => {}
            Reported::NoAnswer(silence) => {
                self.is_over |= silence.is_of_account();
                self.silence_about_told.get_or_insert(observed);
            }
            Reported::Pending
            | Reported::Challenged
            | Reported::Paid { .. }
            | Reported::Failed
            | Reported::Cancelled
            | Reported::Expired
            | Reported::Closed
            | Reported::Refunded { .. }
            | Reported::ChargedBack { .. }
            | Reported::Unrecognised { .. } => self.answers.push(observed),
        }
    }

    /// Everything to book, in this order: an answer under one name takes precedence over silence under another.
    pub(super) fn into_observations(self) -> Vec<Observation> {
        let is_partial = self.silence.is_some() || self.is_over;
        let unknown = self.unknown.filter(|_| !self.is_about_it && !is_partial);
        let answers = self.answers.into_iter().chain(unknown);
        let by_reference = self.by_reference;
        let answers = answers.map(|observed| Observation {
            is_partial,
            by_reference,
            ..observed
        });
        let silence = self.silence.into_iter();
        let mut all: Vec<Observation> = silence
            .chain(answers)
            .chain(self.silence_about_told)
            .collect();
        if let Some(last) = all.last_mut() {
            last.asked_tries = self.asked_tries;
        }
        all
    }
}

enum AnswerOwner {
    Ours,
    Siblings,
    /// Not found under this name; another name may be known.
    Nobodys,
    /// Another name may get an answer, unless the silence concerns the whole account.
    Silence(bool),
}

fn owner(payment: &Payment, observed: &Observation) -> AnswerOwner {
    if let Reported::NoAnswer(silence) = &observed.said {
        let ends = silence.is_of_account() || planted!(LetOneNameSilenceTheOthers);
        return AnswerOwner::Silence(ends);
    }
    if observed.said == Reported::NotStarted {
        return AnswerOwner::Nobodys;
    }
    if is_own(payment, observed) {
        AnswerOwner::Ours
    } else {
        AnswerOwner::Siblings
    }
}

fn is_own(payment: &Payment, observed: &Observation) -> bool {
    match (&payment.transaction_id, &observed.transaction_id) {
        (Some(ours), Some(told)) => ours == told,
        (None, _) | (_, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::samples::payment;
    use crate::domain::{NoAnswerReason, PaymentStatus};

    fn id(text: &str) -> TransactionId {
        text.parse().unwrap()
    }

    fn said(said: Reported) -> Observation {
        Observation::from_status(said, Instant::from_millis(1))
    }

    fn about(the_try: &str, word: Reported) -> Observation {
        Observation {
            transaction_id: Some(id(the_try)),
            ..said(word)
        }
    }

    fn silence(why: NoAnswerReason) -> Observation {
        said(Reported::NoAnswer(why))
    }

    /// What is booked after querying payment "a" by one name after another; `!` marks what proves nothing.
    #[track_caller]
    fn check(observed: &[Observation], expected: &[&str]) {
        let payment = Payment {
            transaction_id: Some(id("a")),
            ..payment(1, PaymentStatus::Pending)
        };
        let mut reading = AnswerSet::begun(Instant::from_millis(1), None);
        for one in observed {
            reading.add_answer(&payment, one.clone());
        }
        let booked = reading.into_observations();
        let booked: Vec<String> = booked
            .iter()
            .map(|one| {
                format!(
                    "{}{}",
                    one.meaning(),
                    if one.is_partial { " !" } else { "" }
                )
            })
            .collect();
        assert_eq!(booked, expected);
    }

    #[test]
    fn silence_under_one_id_hides_no_other_answer() {
        let wordless = || silence(NoAnswerReason::Wordless(404));
        let (silent, unknown) = ("no_answer|-|-", "not_started|-|-");
        check(&[wordless()], &[silent]);
        check(
            &[wordless(), about("a", Reported::Expired)],
            &[silent, "expired|-|a !"],
        );
        check(
            &[about("b", Reported::Pending), wordless()],
            &[silent, "pending|-|b !"],
        );
        check(&[wordless(), said(Reported::NotStarted)], &[silent]);
        check(&[said(Reported::NotStarted), wordless()], &[silent]);
        check(&[said(Reported::NotStarted)], &[unknown]);
        check(
            &[said(Reported::NotStarted), about("a", Reported::Expired)],
            &["expired|-|a"],
        );
        check(
            &[about("b", Reported::Pending), said(Reported::NotStarted)],
            &["pending|-|b", unknown],
        );
    }

    #[test]
    fn only_account_errors_end_the_queries() {
        for (why, ends) in [
            (NoAnswerReason::Refused(401), true),
            (NoAnswerReason::Throttled(None), true),
            (NoAnswerReason::TimedOut, false),
            (NoAnswerReason::ServerError(503), false),
            (NoAnswerReason::Wordless(404), false),
        ] {
            let mut reading = AnswerSet::begun(Instant::from_millis(1), None);
            let payment = payment(1, PaymentStatus::Created);
            assert!(!reading.add_answer(&payment, silence(why)));
            assert_eq!(reading.is_over, ends);
        }
    }

    /// Which of the answers answer a notification about the try "c".
    fn answering(reading: AnswerSet) -> Vec<bool> {
        let observed = reading.into_observations();
        observed
            .iter()
            .map(|observed| observed.answers_for == Some(id("c")))
            .collect()
    }

    fn reading() -> AnswerSet {
        let mut reading = AnswerSet::begun(Instant::from_millis(1), None);
        reading.add(about("a", Reported::Expired));
        reading
    }

    #[test]
    fn a_notification_is_answered_only_by_its_try() {
        let mut other = reading();
        assert!(!other.answers(&id("c")));
        assert_eq!(answering(other), [false]);
        let mut both = reading();
        both.add_attempt_answer(about("c", Reported::Pending), &id("c"));
        assert_eq!(answering(both), [false, true]);
    }

    #[test]
    fn silence_about_a_try_answers_nothing() {
        let mut silent = reading();
        silent.add_attempt_answer(silence(NoAnswerReason::TimedOut), &id("c"));
        silent.add_attempt_answer(silence(NoAnswerReason::TimedOut), &id("d"));
        silent.add_attempt_answer(said(Reported::NotStarted), &id("e"));
        let booked = silent.into_observations();
        let answers = booked
            .iter()
            .map(|observed| (observed.is_answer(), observed.answers_for.clone()));
        assert_eq!(
            answers.collect::<Vec<_>>(),
            [(true, None), (false, Some(id("c")))]
        );
        let unknown = booked[1].asked_tries.iter().map(|one| one.is_unknown);
        assert_eq!(unknown.collect::<Vec<_>>(), [false, false, true]);
    }
}
