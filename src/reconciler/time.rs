//! Queries a gateway only for its time: one query whose answer is not booked.

use super::ask::ask;
use super::crew::Crew;
use super::expiring::Setting;
use super::read_turns::ReadTurns;
use super::round::{RoundError, Terms};
use crate::domain::clocks::TimeAsked;
use crate::domain::names::GatewayName;
use crate::domain::observation::{Errand, Observation};
use crate::store::{Reader, StoreError, ToAsk};

/// Queries one payment at each gateway: two clocks that disagree confirm nothing.
///
/// # Errors
/// `Store` if the file fails.
pub async fn ask_the_time(
    crew: &mut Crew,
    reader: &Reader,
    setting: &Setting,
) -> Result<TimeAsked, RoundError> {
    let terms = Terms {
        clock: setting.clock.clone(),
        policy: setting.policy,
        until: setting.until,
        turns: ReadTurns::looking(reader),
    };
    let mut asked = TimeAsked::NoGateway;
    for (name, account) in crew.to_be_asked() {
        let Some(row) = one_of(reader, &name)? else {
            continue;
        };
        let answer = ask(&account, Box::new(row), Errand::Read, &terms).await;
        if answer.clock.ahead_ms().is_some() {
            crew.hear_clock(&name, answer.clock);
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
    if crew.clock().ahead_ms().is_some() {
        return Ok(TimeAsked::Told(crew.clock()));
    }
    Ok(asked)
}

fn one_of(reader: &Reader, gateway: &GatewayName) -> Result<Option<ToAsk>, StoreError> {
    let Some((order, payment)) = reader.payment_for_the_time(gateway)? else {
        return Ok(None);
    };
    let dossier = reader.dossier(order)?;
    let mut rows = dossier.iter().flat_map(ToAsk::of);
    Ok(rows.find(|row| row.payment.id == payment))
}
