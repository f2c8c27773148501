//! The instant from which a command decides what has expired by time alone. If a gateway is configured, payctl asks it
//! for the time; otherwise this machine's clock counts.

use std::io::{self, Write};

use crate::commands::Context;
use crate::config::GatewayConfig;
use crate::domain::{
    ClockReadings, ClockRecord, ClockState, Instant, Payment, PerMinute, Reckoning, Turns,
};
use crate::output::counted::counted;
use crate::reconciler::{GatewayPool, Ledger, RoundError, RunContext, Writer, reckon};
use crate::store::{Mended, Reader, StoreError};

/// The instant, or why there is none.
#[derive(Debug)]
pub(super) struct ReckonedTime {
    by: Reckoning,
    /// What the gateways' clocks said about this machine's clock.
    pub(super) clock: ClockReadings,
    trouble: Option<String>,
}

/// Asks for the time only if the instant that is already confirmed is not enough.
pub(super) async fn reckoned(
    pool: &mut GatewayPool,
    ledger: &Ledger,
    setting: &RunContext,
    is_enough: impl FnOnce(Instant) -> Result<bool, RoundError>,
) -> Result<ReckonedTime, RoundError> {
    let by = reckon(pool, ledger, setting, is_enough).await?;
    Ok(ReckonedTime {
        by,
        clock: pool.clock(),
        trouble: pool.clock_trouble(),
    })
}

impl ReckonedTime {
    /// The latest instant that has surely passed, if known.
    pub(super) fn instant(&self) -> Option<Instant> {
        match self.by {
            Reckoning::From(at) => Some(at),
            Reckoning::Contradicted | Reckoning::Unanswered | Reckoning::Jumped => None,
        }
    }

    /// A clock is wrong, or has jumped. A silent gateway needs nobody.
    pub(super) fn is_for_a_person(&self) -> bool {
        match self.by {
            Reckoning::Contradicted | Reckoning::Jumped => true,
            Reckoning::From(_) | Reckoning::Unanswered => false,
        }
    }

    /// Why something is kept that only this machine's clock calls old enough.
    pub(super) fn reason(&self) -> String {
        match self.by {
            Reckoning::Contradicted => self.trouble.clone().unwrap_or_default(),
            Reckoning::From(_) | Reckoning::Unanswered | Reckoning::Jumped => {
                self.by.why_kept().to_owned()
            }
        }
    }
}

/// The schedule for queries that a run triggers: the first ones are due in this very run.
pub(super) fn query_rates(context: &Context<'_>) -> Turns {
    Turns::new(questions_per_minute(context), context.started_at)
}

/// Half of each gateway's rate limit; the other half is for queries that are due anyway.
fn questions_per_minute(context: &Context<'_>) -> PerMinute {
    let gateways = context.config.gateways.iter();
    let half = |gateway: &GatewayConfig| {
        let at_once = u32::try_from(gateway.max_in_flight).unwrap_or(u32::MAX);
        let per_second = match gateway.requests_per_second {
            0 => at_once,
            limit => limit.min(at_once),
        };
        per_second.saturating_mul(30)
    };
    gateways
        .map(|(name, gateway)| (name.clone(), half(gateway)))
        .collect()
}

/// Before a run queries: if the file has times ahead of this machine's clock, what they postponed becomes due. Whichever
/// clock was wrong, those payments are checked once more.
pub(super) fn reschedule_wrong_instants(
    context: &mut Context<'_>,
    writer: &Writer,
    turns: &mut Turns,
) -> Result<(), StoreError> {
    // Since this run began it may have been stopped, and others have written.
    let (now, grace) = (context.host.clock.now(), context.policy().grace);
    let record = writer.read().clock_record()?;
    if record.must_look || record.is_ahead_of(now, grace) {
        let mended = writer
            .write(|store, permit| store.reschedule_wrong_instants(permit, turns, now, grace))?;
        context.mended.add(mended);
    }
    Ok(())
}

/// The same, for a run that writes nothing.
pub(super) fn preview_wrong_instants(
    context: &mut Context<'_>,
    reader: &Reader,
) -> Result<(), StoreError> {
    let (now, grace) = (context.host.clock.now(), context.policy().grace);
    let record = reader.clock_record()?;
    if record.must_look || record.is_ahead_of(now, grace) {
        let mut found = 0;
        let mut count = |page: &[Payment]| {
            found += u64::try_from(page.len()).unwrap_or(u64::MAX);
            Ok(())
        };
        reader.put_off(now, grace, &mut count)?;
        context.mended.payments += found;
    }
    Ok(())
}

/// After a run whose clock the gateways confirm: times that lie in the future were written by a wrong clock.
pub(super) fn correct_instants(
    context: &mut Context<'_>,
    ledger: &Ledger,
    before: &ClockRecord,
    clock: ClockReadings,
) -> Result<(), StoreError> {
    let (now, grace) = (context.host.clock.now(), context.policy().grace);
    let is_confirmed = matches!(clock.state(), ClockState::Confirmed { .. });
    if let Some(writer) = ledger.writer().filter(|_| is_confirmed)
        && (before.must_mend || before.is_ahead_of(now, grace) || before.differs_ms.is_some())
    {
        let mut turns = Turns::new(questions_per_minute(context), now);
        let confirmed = before.confirmed_by(now);
        let mended = writer
            .write(|store, permit| store.mend_instants(permit, &mut turns, confirmed, grace))?;
        context.mended.add(mended);
    }
    Ok(())
}

/// Reported once, because it is repaired once.
pub(super) fn print_corrected(
    mended: Mended,
    is_written: bool,
    notes: &mut dyn Write,
) -> io::Result<()> {
    let Mended {
        payments,
        orders,
        others,
    } = mended;
    let due = if is_written {
        "due now"
    } else {
        "would be due with --fix"
    };
    if payments > 0 {
        let payments = counted(payments, "payment");
        writeln!(
            notes,
            "postponed or dropped too early by a wrong clock, {due}: {payments}"
        )?;
    }
    if orders > 0 {
        let orders = counted(orders, "order");
        writeln!(
            notes,
            "dated by a clock that was ahead, now counted from the current time: {orders}"
        )?;
    }
    if others > 0 {
        writeln!(
            notes,
            "dated in the future, now set to the current time: {}",
            counted(others, "payment, refund or notification record")
        )?;
    }
    Ok(())
}
