//! What a progress line says: `40/100 asked  20/s  3 s left  2 different`.

use std::time::Duration;

/// The words of a kind of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProgressWords {
    pub done: DoneWords,
    /// After the number of what was found; empty if nothing is looked for.
    pub found: &'static str,
}

/// What stands after the number of what is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DoneWords {
    /// A thing, in the singular.
    Thing(&'static str),
    Deed(&'static str),
}

impl DoneWords {
    fn after(self, count: u64) -> String {
        match self {
            Self::Thing(noun) if count == 1 => noun.to_owned(),
            Self::Thing(noun) => format!("{noun}s"),
            Self::Deed(verb) => verb.to_owned(),
        }
    }
}

/// How far the work is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ProgressStep {
    pub done: u64,
    pub found: u64,
    /// How much of how much, where the whole is known; its unit may be another one, such as bytes.
    pub share: Option<(u64, u64)>,
}

impl ProgressStep {
    /// So many of so many.
    #[must_use]
    pub const fn of(done: u64, total: u64, found: u64) -> Self {
        Self {
            done,
            found,
            share: Some((done, total)),
        }
    }
}

/// The line after so much time.
pub(super) fn line(words: ProgressWords, step: ProgressStep, elapsed: Duration) -> String {
    let done = match step.share {
        Some((part, whole)) if part == step.done => {
            format!("{part}/{whole} {}", words.done.after(whole))
        }
        Some((part, whole)) => {
            let percent = u128::from(part) * 100 / u128::from(whole.max(1));
            format!(
                "{} {} ({}%)",
                step.done,
                words.done.after(step.done),
                percent.min(100)
            )
        }
        None => format!("{} {}", step.done, words.done.after(step.done)),
    };
    let left = step.share.and_then(|share| left(share, elapsed));
    let found = (!words.found.is_empty()).then(|| format!("{} {}", step.found, words.found));
    let told = [Some(done), Some(rate(step.done, elapsed)), left, found];
    let told: Vec<String> = told.into_iter().flatten().collect();
    told.join("  ")
}

/// Whole pieces per second, or per minute if it is slow.
fn rate(done: u64, elapsed: Duration) -> String {
    let millis = elapsed.as_millis().max(1);
    match u128::from(done) * 1000 / millis {
        0 => format!("{}/min", u128::from(done) * 60_000 / millis),
        per_second => format!("{per_second}/s"),
    }
}

/// The time left if the rest takes as long as what is done; rounded up. None before anything is done.
fn left((part, whole): (u64, u64), elapsed: Duration) -> Option<String> {
    let rest = u128::from(whole.saturating_sub(part));
    let millis = elapsed
        .as_millis()
        .saturating_mul(rest)
        .checked_div(u128::from(part))?;
    let seconds = millis.div_ceil(1000);
    Some(match seconds {
        0..=90 => format!("{seconds} s left"),
        91..=5_400 => format!("{} min left", seconds.div_ceil(60)),
        _ => format!("{} h left", seconds.div_ceil(3_600)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKED: ProgressWords = ProgressWords {
        done: DoneWords::Deed("asked"),
        found: "different",
    };

    const LINES: ProgressWords = ProgressWords {
        done: DoneWords::Thing("line"),
        found: "refused",
    };

    const STEPS: ProgressWords = ProgressWords {
        done: DoneWords::Thing("step"),
        found: "",
    };

    #[track_caller]
    fn check(words: ProgressWords, step: ProgressStep, millis: u64, told: &str) {
        assert_eq!(line(words, step, Duration::from_millis(millis)), told);
    }

    #[test]
    fn a_line_says_what_is_done_and_left() {
        let of = ProgressStep::of;
        for (step, millis, told) in [
            (
                of(40, 100, 2),
                2_000,
                "40/100 asked  20/s  3 s left  2 different",
            ),
            (of(0, 100, 0), 1_000, "0/100 asked  0/min  0 different"),
            (
                of(1, 61, 0),
                2_000,
                "1/61 asked  30/min  2 min left  0 different",
            ),
            (
                of(9, 9_000, 1),
                100_000,
                "9/9000 asked  5/min  28 h left  1 different",
            ),
        ] {
            check(ASKED, step, millis, told);
        }
        check(STEPS, of(3, 3, 0), 1_500, "3/3 steps  2/s  0 s left");
        check(STEPS, of(0, 1, 0), 1_500, "0/1 step  0/min");
    }

    #[test]
    fn a_line_without_a_whole_says_less() {
        let step = |done, share| ProgressStep {
            done,
            found: 1,
            share,
        };
        let bytes = Some((2_500, 10_000));
        let told = "500 lines (25%)  500/s  3 s left  1 refused";
        check(LINES, step(500, bytes), 1_000, told);
        check(LINES, step(500, None), 1_000, "500 lines  500/s  1 refused");
        check(LINES, step(1, None), 1_000, "1 line  1/s  1 refused");
    }

    #[test]
    fn the_largest_numbers_fit() {
        let most = ProgressStep::of(u64::MAX, u64::MAX, 0);
        let told = line(STEPS, most, Duration::from_millis(1));
        assert!(told.ends_with("  0 s left"), "{told}");
        line(STEPS, most, Duration::MAX);
    }
}
