//! What was learned while one payment was queried, and which of it answers a notification.

use crate::domain::instant::Instant;
use crate::domain::names::TransactionId;
use crate::domain::observation::{AskedTry, Observation, Said};
use crate::domain::payment::{CloseAnswer, Payment};

pub(super) struct Reading {
    /// All names together count as one query, which started with the first name.
    pub(super) asked_at: Instant,
    /// The gateway's answer to a request to close the payment. Nobody has sent such a request for another try.
    close_answer: Option<CloseAnswer>,
    /// About the payment itself, its other tries, and tries that notifications have named.
    answers: Vec<Observation>,
    /// "Not found", from the last of its names that got it.
    unknown: Option<Observation>,
    /// The last silence for one of its names.
    silence: Option<Observation>,
    /// The first silence about a try that a notification has named.
    silence_about_told: Option<Observation>,
    /// The tries named by notifications, as far as they were queried.
    asked_tries: Vec<AskedTry>,
    /// An answer was about the payment itself.
    is_about_it: bool,
    /// The reference was one of the names queried.
    pub(super) by_reference: bool,
    /// Time ran out, or no further query would be answered.
    pub(super) is_over: bool,
}

impl Reading {
    pub(super) fn begun(asked_at: Instant, close_answer: Option<CloseAnswer>) -> Self {
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
    pub(super) fn hear(&mut self, payment: &Payment, heard: Observation) -> bool {
        let close_answer = self.close_answer;
        match whose(payment, &heard) {
            Whose::Silence(ends) => {
                self.is_over |= ends;
                self.silence = Some(heard);
                false
            }
            Whose::Nobodys => {
                self.unknown = Some(Observation {
                    close_answer,
                    ..heard
                });
                false
            }
            Whose::Siblings => {
                self.add(heard);
                false
            }
            Whose::Ours => {
                self.is_about_it = true;
                self.add(Observation {
                    close_answer,
                    ..heard
                });
                true
            }
        }
    }

    /// Ignores repetitions.
    fn add(&mut self, heard: Observation) {
        let meaning = heard.meaning();
        if self.answers.iter().all(|known| known.meaning() != meaning) {
            self.answers.push(heard);
        }
    }

    /// No answer about the payment itself shows that it is paid or can be paid.
    pub(super) fn is_dead_end(&self, payment: &Payment) -> bool {
        let mut own = self.answers.iter().filter(|heard| is_own(payment, heard));
        own.all(Observation::is_dead_end)
    }

    /// Whether one of the answers is about that try; if so, it is marked as the answer to the notification.
    pub(super) fn answers(&mut self, told: &TransactionId) -> bool {
        let mut heard = self.answers.iter_mut();
        let about_it = heard.find(|heard| heard.transaction_id.as_ref() == Some(told));
        let is_answered = about_it.is_some();
        if let Some(heard) = about_it {
            heard.answers_for = Some(told.clone());
        }
        is_answered
    }

    /// Adds what was learned about that try by its id. Silence is kept, too, so that it is reported.
    pub(super) fn add_told(&mut self, heard: Observation, told: &TransactionId) {
        self.asked_tries.push(AskedTry {
            id: told.clone(),
            is_unknown: heard.said == Said::NotStarted,
        });
        let heard = Observation {
            answers_for: Some(told.clone()),
            ..heard
        };
        match &heard.said {
            Said::NotStarted => {}
            Said::NoAnswer(silence) => {
                self.is_over |= silence.is_of_account();
                self.silence_about_told.get_or_insert(heard);
            }
            Said::Pending
            | Said::Challenged
            | Said::Paid { .. }
            | Said::Failed
            | Said::Cancelled
            | Said::Expired
            | Said::Refunded { .. }
            | Said::ChargedBack { .. }
            | Said::Unrecognised { .. } => self.answers.push(heard),
        }
    }

    /// Everything to book, in this order: an answer under one name takes precedence over silence under another.
    pub(super) fn into_observations(self) -> Vec<Observation> {
        let is_partial = self.silence.is_some() || self.is_over;
        let unknown = self.unknown.filter(|_| !self.is_about_it && !is_partial);
        let answers = self.answers.into_iter().chain(unknown);
        let by_reference = self.by_reference;
        let answers = answers.map(|heard| Observation {
            is_partial,
            by_reference,
            ..heard
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

enum Whose {
    Ours,
    Siblings,
    /// Not found under this name; another name may be known.
    Nobodys,
    /// Another name may get an answer, unless the silence concerns the whole account.
    Silence(bool),
}

fn whose(payment: &Payment, heard: &Observation) -> Whose {
    if let Said::NoAnswer(silence) = &heard.said {
        return Whose::Silence(silence.is_of_account());
    }
    if heard.said == Said::NotStarted {
        return Whose::Nobodys;
    }
    if is_own(payment, heard) {
        Whose::Ours
    } else {
        Whose::Siblings
    }
}

fn is_own(payment: &Payment, heard: &Observation) -> bool {
    match (&payment.transaction_id, &heard.transaction_id) {
        (Some(ours), Some(told)) => ours == told,
        (None, _) | (_, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::observation::Silence;
    use crate::domain::payment::PaymentStatus;
    use crate::domain::samples::payment;

    fn id(text: &str) -> TransactionId {
        text.parse().unwrap()
    }

    fn said(said: Said) -> Observation {
        Observation::bare(said, Instant::from_millis(1))
    }

    fn about(the_try: &str, word: Said) -> Observation {
        Observation {
            transaction_id: Some(id(the_try)),
            ..said(word)
        }
    }

    fn silence(why: Silence) -> Observation {
        said(Said::NoAnswer(why))
    }

    /// What is booked after querying payment "a" by one name after another; `!` marks what proves nothing.
    #[track_caller]
    fn check(heard: &[Observation], expected: &[&str]) {
        let payment = Payment {
            transaction_id: Some(id("a")),
            ..payment(1, PaymentStatus::Pending)
        };
        let mut reading = Reading::begun(Instant::from_millis(1), None);
        for one in heard {
            reading.hear(&payment, one.clone());
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
        let wordless = || silence(Silence::Wordless(404));
        let (silent, unknown) = ("no_answer|-|-", "not_started|-|-");
        check(&[wordless()], &[silent]);
        check(
            &[wordless(), about("a", Said::Expired)],
            &[silent, "expired|-|a !"],
        );
        check(
            &[about("b", Said::Pending), wordless()],
            &[silent, "pending|-|b !"],
        );
        check(&[wordless(), said(Said::NotStarted)], &[silent]);
        check(&[said(Said::NotStarted), wordless()], &[silent]);
        check(&[said(Said::NotStarted)], &[unknown]);
        check(
            &[said(Said::NotStarted), about("a", Said::Expired)],
            &["expired|-|a"],
        );
        check(
            &[about("b", Said::Pending), said(Said::NotStarted)],
            &["pending|-|b", unknown],
        );
    }

    #[test]
    fn only_account_errors_end_the_queries() {
        for (why, ends) in [
            (Silence::Refused(401), true),
            (Silence::Throttled(None), true),
            (Silence::TimedOut, false),
            (Silence::ServerError(503), false),
            (Silence::Wordless(404), false),
        ] {
            let mut reading = Reading::begun(Instant::from_millis(1), None);
            let payment = payment(1, PaymentStatus::Created);
            assert!(!reading.hear(&payment, silence(why)));
            assert_eq!(reading.is_over, ends);
        }
    }

    /// Which of the answers answer a notification about the try "c".
    fn answering(reading: Reading) -> Vec<bool> {
        let heard = reading.into_observations();
        heard
            .iter()
            .map(|heard| heard.answers_for == Some(id("c")))
            .collect()
    }

    fn reading() -> Reading {
        let mut reading = Reading::begun(Instant::from_millis(1), None);
        reading.add(about("a", Said::Expired));
        reading
    }

    #[test]
    fn a_notification_is_answered_only_by_its_try() {
        let mut other = reading();
        assert!(!other.answers(&id("c")));
        assert_eq!(answering(other), [false]);
        let mut both = reading();
        both.add_told(about("c", Said::Pending), &id("c"));
        assert_eq!(answering(both), [false, true]);
    }

    #[test]
    fn silence_about_a_try_answers_nothing() {
        let mut silent = reading();
        silent.add_told(silence(Silence::TimedOut), &id("c"));
        silent.add_told(silence(Silence::TimedOut), &id("d"));
        silent.add_told(said(Said::NotStarted), &id("e"));
        let booked = silent.into_observations();
        let answers = booked
            .iter()
            .map(|heard| (heard.is_answer(), heard.answers_for.clone()));
        assert_eq!(
            answers.collect::<Vec<_>>(),
            [(true, None), (false, Some(id("c")))]
        );
        let unknown = booked[1].asked_tries.iter().map(|one| one.is_unknown);
        assert_eq!(unknown.collect::<Vec<_>>(), [false, false, true]);
    }
}
