//! `payctl verify`: checks the database against every invariant.

use std::io::{self, Write};

use clap::Args;
use serde::Serialize;

use super::shown_progress::CHECKS;
use crate::commands::Context;
use crate::domain::{Invariant, PaymentId};
use crate::exit::Exit;
use crate::output::counted::counted;
use crate::output::messages::Language;
use crate::output::progress::ProgressStep;
use crate::output::{Severity, Summary, row};
use crate::store::{MAX_BREACHES, TrustedClock, Verified, Violation};

/// Check that the database is consistent; writes nothing
///
/// Checks stock and counters, orders and their money, expiries and their proof, events and their results, and the
/// file itself. Lists the rows that violate an invariant; the exit code is then 3.
#[derive(Debug, Args)]
pub(super) struct VerifyArgs {}

pub(super) fn run(_: &VerifyArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let (clock, grace) = (context.host.clock.clone(), context.policy().grace);
    let read = || TrustedClock {
        now: clock.now(),
        grace,
    };
    let checked = |done: usize, found: usize| {
        ProgressStep::of(done as u64, Invariant::ALL.len() as u64, found as u64)
    };
    // Also while the file is opened: of an older one a copy is migrated first.
    let mut progress = context.progress(CHECKS, checked(0, 0));
    let reader = context.reader_as_migrated()?;
    let mut tell = |done, found| progress.advance(checked(done, found), clock.now());
    let verified = reader.verify_telling(&read, &mut tell)?;
    drop(progress);
    let exit = if verified.breaches.is_empty() {
        Exit::Clean
    } else {
        Exit::Attention
    };
    if exit == Exit::Clean && context.options.quiet {
        return Ok(exit);
    }
    let mut list = context.listing("verify")?;
    for breach in &verified.breaches {
        list.row(&ViolationRow::from(breach))?;
    }
    list.finish(&VerifySummary::of(&verified), exit)?;
    advise(&verified, &mut context.host.stderr)?;
    for warning in context.too_open() {
        writeln!(context.host.stderr, "{warning}")?;
    }
    Ok(exit)
}

/// What to do about each violated invariant, once.
fn advise(verified: &Verified, err: &mut dyn Write) -> io::Result<()> {
    for invariant in broken(verified) {
        let (promise, advice) = (invariant.promise(), Language::English.advice(invariant));
        writeln!(err, "{invariant}: expected: {promise}\n  {advice}")?;
    }
    Ok(())
}

fn broken(verified: &Verified) -> Vec<Invariant> {
    let mut broken: Vec<Invariant> = verified
        .breaches
        .iter()
        .map(|breach| breach.invariant)
        .collect();
    broken.dedup();
    broken
}

row! {
    /// A row that violates an invariant. Fields are only ever added.
    struct ViolationRow {
        check: Invariant => text("Check"),
        order: Option<String> => text("Order"),
        payment: Option<PaymentId> => text("Payment"),
        what: String => prose("What"),
        promise: &'static str,
        advice: &'static str,
    }
    severity |_| Severity::Person;
}

impl From<&Violation> for ViolationRow {
    fn from(breach: &Violation) -> Self {
        Self {
            check: breach.invariant,
            order: breach.order.clone(),
            payment: breach.payment,
            what: breach.what.clone(),
            promise: breach.invariant.promise(),
            advice: Language::English.advice(breach.invariant),
        }
    }
}

#[derive(Debug, Serialize)]
struct VerifySummary {
    checks: usize,
    passed: usize,
    broken: usize,
    rows: usize,
    /// The checks with more rows than are listed.
    more: Vec<Invariant>,
}

impl VerifySummary {
    fn of(verified: &Verified) -> Self {
        let (checks, broken) = (Invariant::ALL.len(), broken(verified).len());
        Self {
            checks,
            passed: checks.saturating_sub(broken),
            broken,
            rows: verified.breaches.len(),
            more: verified.cut.clone(),
        }
    }
}

impl Summary for VerifySummary {
    fn line(&self) -> String {
        if self.broken == 0 {
            return format!("{} passed", counted(self.checks, "check"));
        }
        let mut line = format!(
            "{} passed, {} failed: {}",
            counted(self.passed, "check"),
            self.broken,
            counted(self.rows, "row")
        );
        for invariant in &self.more {
            line.push_str(&format!(
                "; {invariant} has more rows than the {MAX_BREACHES} listed"
            ));
        }
        line
    }
}
