//! One status read of a payment that no gateway can know: whether key and address are right. Nothing of the answer is
//! booked or kept, and it counts as knowledge about nothing.

use std::time::Duration;

use super::account::GatewayAccount;
use super::query::silence;
use crate::clock::Clock;
use crate::domain::{Instant, NoAnswerReason, OrderId, Payment, PaymentOrigin, Reported, Rupiah};
use crate::gateway::LookupKey;

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    said: Reported,
    pub took: Duration,
    /// The gateway's clock minus this machine's, in milliseconds; none: it said no time.
    pub clock_ahead_ms: Option<i64>,
}

/// What it shows of key and address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProbeVerdict<'a> {
    /// The gateway takes the key, and knows no such payment: as it should be.
    Takes,
    /// The key or the account is wrong.
    WrongKey(&'a NoAnswerReason),
    /// Its API is not at this address, or it is another environment's.
    WrongPlace(&'a NoAnswerReason),
    /// It takes no more questions at the moment.
    Throttled(&'a NoAnswerReason),
    Silent(&'a NoAnswerReason),
    /// It has answered about an order that does not exist.
    KnowsIt,
}

/// Every gateway takes such an amount.
const AMOUNT: i64 = 10_000;

/// Asks one gateway account about a payment that cannot exist.
pub async fn probe(
    account: &GatewayAccount,
    clock: &dyn Clock,
    until: Option<tokio::time::Instant>,
) -> Probe {
    let asked_at = clock.now();
    let Some(payment) = impossible(account, asked_at) else {
        return Probe::silent(NoAnswerReason::Nameless);
    };
    let gateway = &account.gateway;
    let handles = gateway.handles(&payment, asked_at, Duration::ZERO);
    let handle = handles.first().copied().unwrap_or(LookupKey::Reference);
    let request = gateway.ask_status(&payment, handle);
    match account.http.send(&request, until).await {
        Ok(answer) => {
            let now = clock.now();
            Probe {
                said: gateway
                    .read_status(&payment, handle, asked_at, &answer)
                    .said,
                took: now.since(asked_at),
                clock_ahead_ms: answer.clock_ahead_ms(now),
            }
        }
        Err(failure) => Probe::silent(silence(failure)),
    }
}

impl Probe {
    #[must_use]
    pub fn verdict(&self) -> ProbeVerdict<'_> {
        match &self.said {
            Reported::NotStarted => ProbeVerdict::Takes,
            Reported::NoAnswer(why @ NoAnswerReason::Refused(_)) => ProbeVerdict::WrongKey(why),
            Reported::NoAnswer(why @ (NoAnswerReason::Gone(_) | NoAnswerReason::OtherWorld(_))) => {
                ProbeVerdict::WrongPlace(why)
            }
            Reported::NoAnswer(why @ (NoAnswerReason::Throttled(_) | NoAnswerReason::TooSoon)) => {
                ProbeVerdict::Throttled(why)
            }
            Reported::NoAnswer(why) => ProbeVerdict::Silent(why),
            Reported::Pending
            | Reported::Challenged
            | Reported::Paid { .. }
            | Reported::Failed
            | Reported::Cancelled
            | Reported::Expired
            | Reported::Closed
            | Reported::Refunded { .. }
            | Reported::ChargedBack { .. }
            | Reported::Unrecognised { .. } => ProbeVerdict::KnowsIt,
        }
    }

    fn silent(why: NoAnswerReason) -> Self {
        Self {
            said: Reported::NoAnswer(why),
            took: Duration::ZERO,
            clock_ahead_ms: None,
        }
    }
}

/// No shop has an order of this number: it has the instant of the question in it.
fn impossible(account: &GatewayAccount, now: Instant) -> Option<Payment> {
    let reference = format!("payctl-doctor-{}", now.as_millis());
    let gateway = &account.gateway;
    let payment = Payment {
        api_version: gateway.api_version(),
        ..Payment::new(
            PaymentOrigin::Shop,
            OrderId(0),
            gateway.name().clone(),
            reference.parse().ok()?,
            Rupiah::new(AMOUNT).ok()?,
            now,
            now,
        )
    };
    // A gateway that knows payments by its own ids alone.
    let id = reference.parse().ok();
    let transaction_id = id.filter(|_| !gateway.finds_by_reference(&payment));
    Some(Payment {
        transaction_id,
        ..payment
    })
}
