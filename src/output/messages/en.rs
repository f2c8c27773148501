//! English: the words of every code, by what they are about.

mod checks;
mod effects;
mod hints;
mod invariants;
mod orders;
mod payments;
mod refunds;
mod refusals;

pub(super) use self::hints::HINTS;
pub(super) use self::invariants::advice;

use super::Message;

pub(super) const TABLES: &[&[Message]] = &[
    payments::MESSAGES,
    orders::MESSAGES,
    refunds::MESSAGES,
    effects::MESSAGES,
    refusals::MESSAGES,
    checks::CHECKS,
];
