//! A payment that the shop opened at a gateway itself, and told us about.

use std::time::Duration;

use crate::domain::operator::register::is_beyond_reach;
use crate::domain::{
    ImportPayment, ImportRefusal, Instant, Order, OrderNumber, Payment, PaymentId, PaymentOrigin,
    PaymentStatus, Reference, Rupiah, Schedule,
};
use crate::faults::planted;

/// How long a payment opened by the shop lives when nobody says so: the gateways' own usual span.
pub const PAYMENT_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// A payment ready to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredPayment {
    pub payment: Payment,
    pub fee: Option<Rupiah>,
    pub created_at: Instant,
}

/// A payment of `order` that the shop opened itself, at the latest at `created_at`.
pub fn shop_payment(
    told: &ImportPayment,
    id: PaymentId,
    order: &Order,
    created_at: Instant,
    now: Instant,
) -> Result<RegisteredPayment, ImportRefusal> {
    let status = told.status.unwrap_or(PaymentStatus::Created);
    let deadline = told
        .expires_at
        .unwrap_or_else(|| created_at.saturating_add(PAYMENT_LIFETIME));
    let amount = told.amount.unwrap_or(order.total);
    let payable = told.payable.unwrap_or(amount);
    refuse_payment(told, status, deadline, payable, created_at)?;
    if is_beyond_reach(deadline, now) {
        return Err(ImportRefusal::PaymentTooLong(told.gateway.clone()));
    }

    // What a shop says of it is not its gateway's word, so it counts as not seen.
    let mut payment = Payment {
        id,
        transaction_id: told.transaction_id.clone(),
        api_version: told.api_version,
        status,
        payable,
        method: told.method.clone(),
        on_page: told.on_page || told.token.is_some() || told.method.is_none(),
        token: told.token.clone(),
        seen: planted!(TakeAnImportForSeen) && status != PaymentStatus::Created,
        moved_at: moved_at(status, created_at, deadline, now),
        schedule: Schedule::new(now),
        ..Payment::new(
            PaymentOrigin::Shop,
            order.id,
            told.gateway.clone(),
            reference(told, &order.number),
            amount,
            created_at,
            deadline,
        )
    };
    if status.has_money() {
        payment.received = payable;
        payment.surcharge = payable.saturating_sub(amount);
        payment.received_at = Some(created_at);
    }
    payment.schedule = Schedule::registered(&payment, now);
    Ok(RegisteredPayment {
        payment,
        fee: told.fee,
        created_at,
    })
}

fn reference(told: &ImportPayment, number: &OrderNumber) -> Reference {
    told.reference.clone().unwrap_or_else(|| number.into())
}

fn refuse_payment(
    told: &ImportPayment,
    status: PaymentStatus,
    deadline: Instant,
    payable: Rupiah,
    created_at: Instant,
) -> Result<(), ImportRefusal> {
    if told.gateway.is_manual() {
        return Err(ImportRefusal::Manual);
    }
    match status {
        PaymentStatus::Challenged | PaymentStatus::Mismatch | PaymentStatus::Reversed => {
            return Err(ImportRefusal::Status(status));
        }
        PaymentStatus::Paid if payable == Rupiah::ZERO => {
            return Err(ImportRefusal::PaidNothing(told.gateway.clone()));
        }
        PaymentStatus::Created
        | PaymentStatus::Pending
        | PaymentStatus::Paid
        | PaymentStatus::Failed
        | PaymentStatus::Cancelled
        | PaymentStatus::Expired => {}
    }
    if deadline < created_at {
        return Err(ImportRefusal::PaymentExpiresBeforeCreated {
            gateway: told.gateway.clone(),
            expires_at: deadline,
        });
    }
    Ok(())
}

/// A record does not say when a payment moved: one that ended without money did so by its deadline at the
/// latest, which keeps it on watch for longest.
fn moved_at(
    status: PaymentStatus,
    created_at: Instant,
    deadline: Instant,
    now: Instant,
) -> Instant {
    if status.is_closed() {
        deadline.min(now).max(created_at)
    } else {
        created_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{OrderId, OrderStatus, Phase};

    const DAY: Duration = Duration::from_secs(24 * 60 * 60);

    fn day(number: u32) -> Instant {
        Instant::from_millis(1_700_000_000_000).saturating_add(number * DAY)
    }

    fn paying(status: PaymentStatus, amount: i64) -> ImportPayment {
        ImportPayment {
            amount: Some(Rupiah::from_db(amount)),
            status: Some(status),
            ..ImportPayment::at("midtrans".parse().unwrap())
        }
    }

    fn register_at(told: &ImportPayment, now: Instant) -> RegisteredPayment {
        let order = Order {
            id: OrderId(0),
            number: "INV-1".parse().unwrap(),
            status: OrderStatus::Pending,
            total: Rupiah::from_db(1000),
            waived: Rupiah::ZERO,
            created_at: day(0),
            expires_at: day(0),
            version: 1,
        };
        shop_payment(told, PaymentId(1), &order, order.created_at, now).unwrap()
    }

    #[test]
    fn missing_fields_of_a_record_get_defaults() {
        let midtrans = ImportPayment::at("midtrans".parse().unwrap());
        let payment = register_at(&midtrans, day(1)).payment;
        assert_eq!(payment.reference.as_str(), "INV-1");
        assert_eq!(payment.amount, Rupiah::from_db(1000));
        assert_eq!(payment.payable, Rupiah::from_db(1000));
        assert_eq!(payment.deadline, day(1));
        assert_eq!(payment.status, PaymentStatus::Created);
        assert!(!payment.seen && payment.on_page);
    }

    #[test]
    fn a_paid_payment_credits_its_price_without_fee() {
        let with_fee = ImportPayment {
            payable: Some(Rupiah::from_db(1_007)),
            fee: Some(Rupiah::from_db(7)),
            ..paying(PaymentStatus::Paid, 1000)
        };
        let registered = register_at(&with_fee, day(1));
        let payment = &registered.payment;
        assert!(!payment.seen && payment.is_begun());
        assert_eq!(payment.received, Rupiah::from_db(1_007));
        assert_eq!(payment.surcharge, Rupiah::from_db(7));
        assert_eq!(payment.credit(), Rupiah::from_db(1_000));
        assert_eq!(payment.received_at, Some(day(0)));
        assert_eq!(registered.fee, Some(Rupiah::from_db(7)));
    }

    #[test]
    fn only_a_page_allows_another_try() {
        for (method, is_page, token, on_page) in [
            (None, false, None, true),
            (Some("page"), true, None, true),
            (Some("qris"), false, None, false),
            (Some("qris"), false, Some("t"), true),
        ] {
            let told = ImportPayment {
                method: method.map(str::to_owned),
                on_page: is_page,
                token: token.map(str::to_owned),
                ..paying(PaymentStatus::Pending, 1000)
            };
            assert_eq!(register_at(&told, day(1)).payment.on_page, on_page);
        }
    }

    #[track_caller]
    fn check_schedule(status: PaymentStatus, now: Instant, phase: Phase, due: Option<Instant>) {
        let schedule = register_at(&paying(status, 1000), now).payment.schedule;
        assert_eq!((schedule.phase, schedule.next_check_at), (phase, due));
        assert_eq!(schedule.checks, 0);
    }

    #[test]
    fn a_payments_status_decides_its_query_schedule() {
        use PaymentStatus::{Created, Expired, Paid, Pending};
        check_schedule(Created, day(300), Phase::Open, Some(day(300)));
        check_schedule(Pending, day(300), Phase::Open, Some(day(300)));
        check_schedule(Paid, day(44), Phase::Money, Some(day(44)));
        check_schedule(Paid, day(45), Phase::Money, None);
        // Its deadline is a day after the order was made; from there a week is watched.
        check_schedule(Expired, day(7), Phase::Watch, Some(day(7)));
        check_schedule(Expired, day(8), Phase::Watch, None);
    }
}
