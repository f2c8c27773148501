//! Repeated requests under the same idempotency key: the first answer is repeated, and the action is not.

use std::collections::HashMap;
use std::time::Duration;

use super::reply::SimulatedReply;
use crate::domain::Instant;

/// How long Midtrans keeps its answers (Midtrans docs, API headers: `Idempotency-Key`).
const KEPT: Duration = Duration::from_secs(5 * 60);
/// Longer keys are ignored (the same page).
const MAX_KEY_BYTES: usize = 46;
/// Beyond this number nothing more is kept until older answers expire.
const MAX_KEPT: usize = 10_000;

/// The successful answers of the last minutes, by account and key.
#[derive(Debug, Default)]
pub(super) struct Repeats(HashMap<(String, String), (Instant, SimulatedReply)>);

/// Identifies a repeated request.
#[derive(Debug, Clone, Copy)]
pub(super) struct RequestKey<'a> {
    pub(super) account: &'a str,
    pub(super) key: &'a str,
}

impl Repeats {
    /// The answer to the same request before, otherwise the answer that `carry_out` returns. Only successful answers
    /// are kept: a refusal is decided anew each time.
    pub(super) fn once(
        &mut self,
        name: Option<RequestKey<'_>>,
        now: Instant,
        carry_out: impl FnOnce() -> SimulatedReply,
    ) -> SimulatedReply {
        let name = name.filter(|name| (1..=MAX_KEY_BYTES).contains(&name.key.len()));
        let Some(name) = name else {
            return carry_out();
        };
        let name = (name.account.to_owned(), name.key.to_owned());
        let is_fresh = |at: Instant| at.saturating_add(KEPT) > now;
        if let Some((at, reply)) = self.0.get(&name)
            && is_fresh(*at)
        {
            return reply.clone();
        }
        let reply = carry_out();
        if self.0.len() >= MAX_KEPT {
            self.0.retain(|_, (at, _)| is_fresh(*at));
        }
        if reply.status == 201 && self.0.len() < MAX_KEPT {
            self.0.insert(name, (now, reply.clone()));
        }
        reply
    }

    pub(super) fn forget(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(status: u16, body: &str) -> SimulatedReply {
        SimulatedReply::json(status, body.to_owned())
    }

    const NAME: RequestKey<'static> = RequestKey {
        account: "shop",
        key: "2a3b4c5d-6e7f-4809-9a1b-2c3d4e5f6071",
    };

    #[test]
    fn a_repeated_request_gets_its_answer_five_minutes() {
        let start = Instant::from_millis(1_752_800_000_000);
        let mut repeats = Repeats::default();
        let mut say = |name, seconds, status, body| {
            let now = start.saturating_add(Duration::from_secs(seconds));
            repeats.once(Some(name), now, || reply(status, body)).body
        };
        assert_eq!(say(NAME, 0, 400, "refused"), "refused");
        assert_eq!(say(NAME, 1, 201, "first"), "first");
        assert_eq!(say(NAME, 300, 201, "second"), "first");
        let other = RequestKey {
            account: "another",
            ..NAME
        };
        assert_eq!(say(other, 300, 201, "theirs"), "theirs");
        assert_eq!(say(NAME, 301, 201, "third"), "third");
        let long = "x".repeat(47);
        for name in [
            RequestKey { key: &long, ..NAME },
            RequestKey { key: "", ..NAME },
        ] {
            let now = start.saturating_add(Duration::from_secs(301));
            for body in ["one", "two"] {
                assert_eq!(
                    repeats.once(Some(name), now, || reply(201, body)).body,
                    body
                );
            }
        }
    }
}
