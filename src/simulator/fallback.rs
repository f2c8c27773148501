//! What a gateway says about ids that are not set.

use super::answer::{AttemptTruth, Lookup, TruthRefused, Wording};
use super::ids::{ANY, any_reference, is_one_in, try_of_any};
use crate::domain::Instant;

const MAX_FALLBACKS: usize = 16;

/// The answers of [`ANY`]: the rarest first, the one for all the rest last.
#[derive(Debug, Default)]
pub(super) struct Fallbacks(Vec<Fallback>);

#[derive(Debug)]
struct Fallback {
    answer: AttemptTruth,
    tail: String,
}

impl Fallbacks {
    pub(super) fn find<'a>(&'a self, id: &'a str) -> Option<Lookup<'a>> {
        let reference = any_reference(id);
        let holds = |one: &&Fallback| one.answer.every.is_none_or(|n| is_one_in(n, reference));
        let fallback = self.0.iter().find(holds)?;
        Some(Lookup {
            reference,
            transaction_id: try_of_any(reference).into(),
            answer: &fallback.answer,
            refunds: &[],
            tail: &fallback.tail,
        })
    }

    pub(super) fn set(
        &mut self,
        wording: &dyn Wording,
        answer: AttemptTruth,
        now: Instant,
    ) -> Result<(), TruthRefused> {
        if answer.every == Some(0) {
            return Err(TruthRefused("`every` must be at least 1"));
        }
        let is_one = answer.transaction_id.is_some() || answer.try_number.is_some();
        if is_one || answer.token.is_some() {
            return Err(TruthRefused("the reference * cannot have tries or pages"));
        }
        self.0.retain(|one| one.answer.every != answer.every);
        if self.0.len() >= MAX_FALLBACKS {
            return Err(TruthRefused("there are already 16 answers for *"));
        }
        let answer = answer.completed(wording, None, now);
        let tail = wording.tail(ANY, &answer, &[]);
        self.0.push(Fallback { answer, tail });
        self.0
            .sort_by_key(|one| std::cmp::Reverse(one.answer.every));
        Ok(())
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::super::MIDTRANS;
    use super::super::testing::answer;
    use super::*;

    fn fallbacks(answers: &[(Option<u32>, &str)]) -> Result<Fallbacks, TruthRefused> {
        let mut fallbacks = Fallbacks::default();
        for &(every, status) in answers {
            let answer = AttemptTruth {
                every,
                ..answer(status, 1)
            };
            fallbacks.set(MIDTRANS.dialect(), answer, Instant::from_millis(0))?;
        }
        Ok(fallbacks)
    }

    #[test]
    fn the_same_hundredth_of_references_always_matches() {
        let fallbacks = fallbacks(&[(None, "pending"), (Some(100), "settlement")]).unwrap();
        let settled = || {
            let names = (0..100_000).map(|number| format!("INV-{number:06}"));
            names
                .filter(|name| fallbacks.find(name).unwrap().answer.is("settlement"))
                .collect::<Vec<_>>()
        };
        let names = settled();
        assert!((800..1_200).contains(&names.len()), "{}", names.len());
        assert_eq!(names, settled());
        for name in &names {
            let id = fallbacks.find(name).unwrap().transaction_id.into_owned();
            let again = fallbacks.find(&id).unwrap();
            assert!(again.answer.is("settlement") && again.reference == name);
        }
    }

    #[test]
    fn a_fallback_replaces_its_predecessor_within_a_bound() {
        let again = fallbacks(&[(None, "pending"), (None, "expire")]).unwrap();
        assert!(again.find("INV-1").unwrap().answer.is("expire"));
        assert!(
            fallbacks(&[(Some(100), "settlement")])
                .unwrap()
                .find("INV-1")
                .is_none()
        );
        let many: Vec<_> = (1..=17).map(|n| (Some(n), "pending")).collect();
        assert!(fallbacks(&many[..16]).is_ok() && fallbacks(&many).is_err());
    }
}
