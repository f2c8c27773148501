//! Queries a gateway only for its time: one query whose answer is not booked, but makes the payment due if it is news.

use super::error::RoundError;
use super::gateways::GatewayPool;
use super::ledger::Ledger;
use super::query::ask;
use super::read_turns::ReadTurns;
use super::run_context::RunContext;
use crate::domain::{
    GatewayName, Instant, Observation, Payment, QueryPurpose, Reckoning, Reported, TimeAsked,
};
use crate::faults::planted;
use crate::store::{DuePayment, Reader, StoreError};

/// Which time has surely passed. The gateways are asked only if the instant that is already confirmed is not enough.
///
/// # Errors
/// `Store` if the file fails.
pub async fn reckon(
    pool: &mut GatewayPool,
    ledger: &Ledger,
    setting: &RunContext,
    is_enough: impl FnOnce(Instant) -> Result<bool, RoundError>,
) -> Result<Reckoning, RoundError> {
    let now = setting.now;
    // A run that writes nothing has not recorded itself.
    let record = ledger.read().clock_record()?.after_a_run(now);
    match record.confirmed_by(now) {
        _ if planted!(ExpireUnderAnUnconfirmedClock) => Ok(Reckoning::From(now)),
        Some(confirmed) if is_enough(confirmed)? => Ok(Reckoning::From(confirmed)),
        Some(_) | None => Ok(record.reckon(now, ask_the_time(pool, ledger, setting).await?)),
    }
}

/// Queries one payment at each gateway: two clocks that disagree confirm nothing.
///
/// # Errors
/// `Store` if the file fails.
async fn ask_the_time(
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
        let payment = row.payment.clone();
        let answer = ask(&account, Box::new(row), QueryPurpose::Read, &terms).await;
        if let Some(writer) = ledger.writer()
            && answer
                .observations
                .iter()
                .any(|heard| is_news(&payment, heard))
        {
            let now = setting.clock.now();
            writer.write(|store, permit| store.schedule_soon(permit, payment.id, now))?;
        }
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

/// Something else than the last answer: the next check asks again, and books it.
fn is_news(payment: &Payment, heard: &Observation) -> bool {
    heard.is_answer()
        && heard.said != Reported::NotStarted
        && !heard.is_clock_in_doubt()
        && payment.last_meaning.as_ref() != Some(&heard.meaning())
}

fn any_payment(reader: &Reader, gateway: &GatewayName) -> Result<Option<DuePayment>, StoreError> {
    let Some((order, payment)) = reader.payment_for_the_time(gateway)? else {
        return Ok(None);
    };
    let dossier = reader.dossier(order)?;
    let mut rows = dossier.iter().flat_map(DuePayment::of);
    Ok(rows.find(|row| row.payment.id == payment))
}
