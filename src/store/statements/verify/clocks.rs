//! Finds traces of wrong clocks in the file, judged by a clock that is believed.

use std::time::Duration;

use super::{MAX_BREACHES, Violation, breach};
use crate::domain::payment::put_off::put_off;
use crate::domain::{Instant, Invariant, Payment, PutOff};
use crate::store::engine::{Reader, first, sql};
use crate::store::error::StoreError;

/// The clock by which a file is checked.
#[derive(Debug, Clone, Copy)]
pub struct TrustedClock {
    pub now: Instant,
    pub grace: Duration,
}

impl Reader {
    /// Never earlier than the last time that a gateway has confirmed: time does not go back. The clock of a gateway
    /// that was last seen ahead counts, too, because events are dated by it.
    pub(super) fn believed(
        &self,
        read: &dyn Fn() -> TrustedClock,
    ) -> Result<TrustedClock, StoreError> {
        // From this first read on, the file stands still.
        let record = self.clock_record()?;
        let machine = read();
        let ahead = record.differs_ms.unwrap_or(0).max(0).unsigned_abs();
        let by_gateway = machine.now.saturating_add(Duration::from_millis(ahead));
        let confirmed = record.confirmed_at.unwrap_or(machine.now);
        Ok(TrustedClock {
            now: by_gateway.max(confirmed),
            ..machine
        })
    }

    pub(super) fn put_off_breaches(
        &self,
        wanted: PutOff,
        invariant: Invariant,
        clock: TrustedClock,
    ) -> Result<Vec<Violation>, StoreError> {
        let mut found = Vec::new();
        self.put_off(clock.now, clock.grace, &mut |page| {
            for payment in page {
                if found.len() <= MAX_BREACHES
                    && put_off(payment, clock.now, clock.grace) == Some(wanted)
                {
                    found.push(self.breach_of(payment, wanted, invariant)?);
                }
            }
            Ok(())
        })?;
        Ok(found)
    }

    fn breach_of(
        &self,
        payment: &Payment,
        wanted: PutOff,
        invariant: Invariant,
    ) -> Result<Violation, StoreError> {
        let what = match wanted {
            PutOff::Ahead => {
                "it was queried or closed in the future, or its next check is further ahead than any interval allows"
            }
            PutOff::LeftEarly => "no further check is scheduled, although the rules still watch it",
        };
        let order = self.only(sql!("order_head"), &[&payment.order], first)?;
        Ok(Violation {
            invariant,
            order: Some(order),
            payment: Some(payment.id),
            what: what.to_owned(),
        })
    }

    pub(super) fn wrong_instants(&self, clock: TrustedClock) -> Result<Vec<Violation>, StoreError> {
        let invariant = Invariant::ClockInstants;
        let mut found = self.put_off_breaches(PutOff::Ahead, invariant, clock)?;
        let rows_most = i64::try_from(MAX_BREACHES + 1).unwrap_or(i64::MAX);
        let latest = clock.now.saturating_add(clock.grace);
        found.extend(self.all(
            sql!("verify_clock_instants"),
            &[&latest, &rows_most],
            |row| breach(row, invariant),
        )?);
        Ok(found)
    }
}
