//! O16: extends the deadline of an order.

use std::time::Duration;

use crate::domain::{Change, Dossier, Instant, OrderStatus, PlanBuilder, Reason, Rule, reasons};

/// The longest deadline from now; anything longer is a typing error.
pub const MAX_WAITS: Duration = Duration::from_secs(366 * 24 * 60 * 60);

reasons! {
    /// Why a deadline is not extended.
    pub enum ExtendRefusal {
        NotPending(status: OrderStatus) = "extension_not_pending",
        TooLong = "extension_too_long",
        Earlier(deadline: Instant) = "extension_earlier",
        Passed(deadline: Instant) = "extension_passed",
    }
}

impl std::error::Error for ExtendRefusal {}

/// The new deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeadlineChange {
    /// From the deadline, or from now if it has passed. Twice is twice as long.
    By(Duration),
    /// Until this instant, however often it is repeated.
    Until(Instant),
}

/// Moves the deadline. Returns the new one.
///
/// # Errors
/// As [`ExtendRefusal`] says.
pub fn extend(
    dossier: Dossier,
    wait: DeadlineChange,
    now: Instant,
) -> Result<(Instant, Vec<Change>), ExtendRefusal> {
    let status = dossier.order.status;
    if status != OrderStatus::Pending {
        return Err(ExtendRefusal::NotPending(status));
    }
    let before = dossier.order.expires_at;
    let to = match wait {
        DeadlineChange::By(span) => before.max(now).saturating_add(span),
        DeadlineChange::Until(to) if to == before => return Ok((to, Vec::new())),
        DeadlineChange::Until(to) if to < before => return Err(ExtendRefusal::Earlier(before)),
        DeadlineChange::Until(to) if to <= now => return Err(ExtendRefusal::Passed(to)),
        DeadlineChange::Until(to) => to,
    };
    if to > now.saturating_add(MAX_WAITS) {
        return Err(ExtendRefusal::TooLong);
    }
    let mut draft = PlanBuilder::of(dossier);
    draft.extend(to, Rule::O16, Reason::WaitsUntil { to, before });
    Ok((to, draft.changes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::samples::{describe, dossier, minute};

    #[track_caller]
    fn check(status: OrderStatus, now: u64, by: u64, result: Result<&str, &str>) {
        let by = DeadlineChange::By(Duration::from_secs(60 * by));
        let decided = extend(dossier(status, vec![]), by, minute(now));
        match decided {
            Ok((_, changes)) => assert_eq!(Ok(describe(&changes).as_str()), result),
            Err(refusal) => assert_eq!(Err(refusal.to_string().as_str()), result),
        }
    }

    #[test]
    fn o16_a_pending_order_can_wait_longer() {
        check(OrderStatus::Pending, 10, 30, Ok("until minute 90 O16"));
    }

    #[test]
    fn o16_an_overdue_order_waits_from_now() {
        check(OrderStatus::Pending, 100, 30, Ok("until minute 130 O16"));
    }

    #[test]
    fn o16_only_a_pending_order_can_be_extended() {
        for status in OrderStatus::ALL {
            if *status != OrderStatus::Pending {
                let why = format!("the order is {status}; only a pending one can wait longer");
                check(*status, 10, 30, Err(&why));
            }
        }
    }

    #[test]
    fn no_order_waits_longer_than_a_year() {
        let year = 366 * 24 * 60;
        check(
            OrderStatus::Pending,
            60,
            year,
            Ok("until minute 527100 O16"),
        );
        check(
            OrderStatus::Pending,
            10,
            year,
            Err("an order can wait at most a year"),
        );
    }

    #[test]
    fn o16_a_set_deadline_repeats_but_never_shortens() {
        let until = |now: u64, to: u64| {
            let wait = DeadlineChange::Until(minute(to));
            let decided = extend(dossier(OrderStatus::Pending, vec![]), wait, minute(now));
            decided.map(|(_, changes)| describe(&changes))
        };
        assert_eq!(until(10, 90), Ok("until minute 90 O16".to_owned()));
        assert_eq!(until(100, 130), Ok("until minute 130 O16".to_owned()));
        assert_eq!(until(10, 60), Ok(String::new()));
        assert_eq!(until(10, 59), Err(ExtendRefusal::Earlier(minute(60))));
        assert_eq!(until(100, 100), Err(ExtendRefusal::Passed(minute(100))));
        assert_eq!(until(0, 366 * 24 * 60 + 1), Err(ExtendRefusal::TooLong));
    }
}
