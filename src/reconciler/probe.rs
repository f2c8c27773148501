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
    /// `NotStarted` is as it should be: the gateway takes the key, and knows no such payment.
    pub said: Reported,
    pub took: Duration,
    /// The gateway's clock minus this machine's, in milliseconds; none: it said no time.
    pub clock_ahead_ms: Option<i64>,
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
