//! When questions come that are brought about all at once: spread over minutes, gateway by gateway.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::domain::{GatewayName, Instant};

/// How many of these questions come in one minute, gateway by gateway.
pub type PerMinute = BTreeMap<GatewayName, u32>;

/// Of a gateway that is not configured, and is not asked.
const PER_MINUTE: u32 = 60;

const MINUTE: Duration = Duration::from_secs(60);

/// The first minute is now, so that its questions are due in the very run that brings them about.
#[derive(Debug, Clone)]
pub struct Turns {
    per_minute: PerMinute,
    given: BTreeMap<GatewayName, u32>,
    now: Instant,
}

impl Turns {
    #[must_use]
    pub fn new(per_minute: PerMinute, now: Instant) -> Self {
        Self {
            per_minute,
            given: BTreeMap::new(),
            now,
        }
    }

    #[must_use]
    pub fn now(&self) -> Instant {
        self.now
    }

    /// When the next question to this gateway comes.
    pub fn next(&mut self, gateway: &GatewayName) -> Instant {
        let most = self.per_minute.get(gateway).copied().unwrap_or(PER_MINUTE);
        let given = self.given.entry(gateway.clone()).or_default();
        let minutes = *given / most.max(1);
        *given = given.saturating_add(1);
        self.now.saturating_add(MINUTE * minutes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::samples::minute;

    #[test]
    fn each_gateways_queries_are_spread_minute_by_minute() {
        let gateway = |name: &str| name.parse::<GatewayName>().unwrap();
        let pace = [(gateway("midtrans"), 2), (gateway("pakasir"), 0)];
        let mut turns = Turns::new(pace.into_iter().collect(), minute(5));
        for (name, at) in [
            ("midtrans", 5),
            ("pakasir", 5),
            ("midtrans", 5),
            ("midtrans", 6),
            ("pakasir", 6),
            ("midtrans", 6),
            ("midtrans", 7),
        ] {
            assert_eq!(turns.next(&gateway(name)), minute(at), "{name}");
        }
    }

    #[test]
    fn an_unconfigured_gateway_gets_sixty_queries_a_minute() {
        let gone: GatewayName = "gone".parse().unwrap();
        let mut turns = Turns::new(PerMinute::new(), minute(0));
        let at: Vec<Instant> = (0..61).map(|_| turns.next(&gone)).collect();
        assert_eq!(at.get(59), Some(&minute(0)));
        assert_eq!(at.get(60), Some(&minute(1)));
    }
}
