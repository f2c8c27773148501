//! From which instant a command reckons what it ends by the time alone: a gateway is asked for the time where there is
//! one, and the machine's clock counts where there is none.

use std::io::{self, Write};

use super::context::Context;
use crate::config::GatewayConfig;
use crate::domain::clocks::{ClockReadings, ClockRecord, ClockState, Reckoning};
use crate::domain::instant::Instant;
use crate::domain::payment::Payment;
use crate::domain::query_rates::{PerMinute, Turns};
use crate::reconciler::{GatewayPool, LedgerAccess, RoundError, RunContext, ask_the_time};
use crate::store::{Mended, Reader, Store, StoreError, WritePermit};

/// The instant, or why there is none.
#[derive(Debug)]
pub(super) struct ReckonedTime {
    by: Reckoning,
    /// What the gateways' clocks have said about this machine's.
    pub(super) clock: ClockReadings,
    trouble: Option<String>,
}

/// Asks for the time only where the instant that is confirmed already is not enough.
pub(super) async fn reckoned(
    pool: &mut GatewayPool,
    reader: &Reader,
    setting: &RunContext,
    is_enough: impl FnOnce(Instant) -> Result<bool, RoundError>,
) -> Result<ReckonedTime, RoundError> {
    let now = setting.now;
    // A run that writes nothing has not taken note of itself.
    let record = reader.clock_record()?.after_a_run(now);
    let by = match record.confirmed_by(now) {
        Some(confirmed) if is_enough(confirmed)? => Reckoning::From(confirmed),
        Some(_) | None => record.reckon(now, ask_the_time(pool, reader, setting).await?),
    };
    Ok(ReckonedTime {
        by,
        clock: pool.clock(),
        trouble: pool.clock_trouble(),
    })
}

impl ReckonedTime {
    /// Up to which time has surely passed, if that is known.
    pub(super) fn instant(&self) -> Option<Instant> {
        match self.by {
            Reckoning::From(at) => Some(at),
            Reckoning::Contradicted | Reckoning::Unanswered | Reckoning::Jumped => None,
        }
    }

    /// A clock is wrong, or has jumped. Silence passes by itself.
    pub(super) fn is_for_a_person(&self) -> bool {
        match self.by {
            Reckoning::Contradicted | Reckoning::Jumped => true,
            Reckoning::From(_) | Reckoning::Unanswered => false,
        }
    }

    /// Why something is kept that this machine's clock alone calls old enough.
    pub(super) fn reason(&self) -> String {
        match self.by {
            Reckoning::Contradicted => self.trouble.clone().unwrap_or_default(),
            Reckoning::From(_) | Reckoning::Unanswered => {
                "no gateway has answered just now, so nobody confirms this machine's clock"
                    .to_owned()
            }
            Reckoning::Jumped => {
                "the clock of this machine has gone on by more than a day since the last run; \
                 a run a day later believes it"
                    .to_owned()
            }
        }
    }
}

/// The questions that a run brings about: the first ones are due in this very run.
pub(super) fn query_rates(context: &Context<'_>) -> Turns {
    Turns::new(questions_per_minute(context), context.started_at)
}

/// Half of what each gateway may be asked in a minute; the other half is for what is due by itself.
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

/// Before a run asks: where the file has instants ahead of this machine's clock, what they have put off is due. That is
/// asked about once more, whoever's clock was wrong.
pub(super) fn reschedule_wrong_instants(
    context: &mut Context<'_>,
    store: &mut Store,
    permit: &WritePermit,
    turns: &mut Turns,
) -> Result<(), StoreError> {
    let grace = context.policy().grace;
    let record = store.read().clock_record()?;
    if record.must_look || record.is_ahead_of(turns.now(), grace) {
        context
            .mended
            .add(store.reschedule_wrong_instants(permit, turns, grace)?);
    }
    Ok(())
}

/// The same, by a run that writes nothing.
pub(super) fn preview_wrong_instants(
    context: &mut Context<'_>,
    reader: &Reader,
) -> Result<(), StoreError> {
    let (now, grace) = (context.started_at, context.policy().grace);
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

/// After a run whose clock the gateways confirm: what lies ahead of it was written by a clock that was wrong.
pub(super) fn correct_instants(
    context: &mut Context<'_>,
    ledger: &mut LedgerAccess,
    before: &ClockRecord,
    clock: ClockReadings,
) -> Result<(), StoreError> {
    let (now, grace) = (context.host.clock.now(), context.policy().grace);
    let is_confirmed = matches!(clock.state(), ClockState::Confirmed { .. });
    if let (LedgerAccess::Writing { store, permit }, true) = (ledger, is_confirmed)
        && (before.must_mend || before.is_ahead_of(now, grace) || before.differs_ms.is_some())
    {
        let mut turns = Turns::new(questions_per_minute(context), now);
        let confirmed = before.confirmed_by(now);
        let mended = store.mend_instants(permit, &mut turns, confirmed, grace)?;
        context.mended.add(mended);
    }
    Ok(())
}

/// Told once, because it is mended once.
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
        "to be due with --fix"
    };
    if payments > 0 {
        let payments = counted(payments, "payment");
        writeln!(
            notes,
            "put off or let go too early by a wrong clock, and {due}: {payments}"
        )?;
    }
    if orders > 0 {
        let orders = counted(orders, "order");
        writeln!(
            notes,
            "dated by a clock that was ahead, and reckoned from now: {orders}"
        )?;
    }
    if others > 0 {
        writeln!(
            notes,
            "dated later than now, and dated now: {others} payments, refunds or notifications"
        )?;
    }
    Ok(())
}

fn counted(count: u64, what: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {what}{ending}")
}
