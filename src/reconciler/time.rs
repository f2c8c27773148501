//! Queries a gateway only for its time: one query whose answer is not booked.

use super::error::RoundError;
use super::gateways::GatewayPool;
use super::ledger::Ledger;
use super::query::ask;
use super::read_turns::ReadTurns;
use super::run_context::RunContext;
use crate::domain::{GatewayName, Observation, QueryPurpose, TimeAsked};
use crate::store::{DuePayment, Reader, StoreError};

/// Queries one payment at each gateway: two clocks that disagree confirm nothing.
///
/// # Errors
/// `Store` if the file fails.
pub async fn ask_the_time(
    pool: &mut GatewayPool,
    ledger: &Ledger,
    setting: &RunContext,
) -> Result<TimeAsked, RoundError> {
    let terms = setting.limits(ReadTurns::respected(ledger));
    let reader = ledger.read();
    let mut asked = TimeAsked::NoGateway;
    for (name, account) in pool.to_be_asked() {
        let Some(row) = any_payment(reader, &name)? else {
            continue;
        };
        let answer = ask(&account, Box::new(row), QueryPurpose::Read, &terms).await;
        if answer.clock.ahead_ms().is_some() {
            pool.add_clock(&name, answer.clock);
            continue;
        }
        // A gateway that has never answered may not be configured yet: its key may be missing.
        let has_answered = answer.observations.iter().any(Observation::is_answer);
        if has_answered {
            continue;
        }
        if reader.health(&name)?.last_answer_at.is_some() {
            asked = TimeAsked::Silent;
        }
    }
    if pool.clock().ahead_ms().is_some() {
        return Ok(TimeAsked::Told(pool.clock()));
    }
    Ok(asked)
}

fn any_payment(reader: &Reader, gateway: &GatewayName) -> Result<Option<DuePayment>, StoreError> {
    let Some((order, payment)) = reader.payment_for_the_time(gateway)? else {
        return Ok(None);
    };
    let dossier = reader.dossier(order)?;
    let mut rows = dossier.iter().flat_map(DuePayment::of);
    Ok(rows.find(|row| row.payment.id == payment))
}
