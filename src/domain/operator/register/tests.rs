use super::*;
use crate::domain::{Customer, ImportLine, ImportPayment, OrderNotes};

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

const TIMES: ImportTimes = ImportTimes {
    order_lifetime: HOUR,
    grace: Duration::from_secs(180),
};

fn day(number: u32) -> Instant {
    Instant::from_millis(1_700_000_000_000).saturating_add(number * DAY)
}

fn paying(status: PaymentStatus, amount: i64) -> ImportPayment {
    ImportPayment {
        reference: Some(format!("{status}-{amount}").parse().unwrap()),
        amount: Some(Rupiah::from_db(amount)),
        status: Some(status),
        ..ImportPayment::at("midtrans".parse().unwrap())
    }
}

fn record(payments: &[ImportPayment]) -> ImportRecord {
    ImportRecord {
        number: "INV-1".parse().unwrap(),
        total: None,
        lines: vec![ImportLine {
            sku: "seat".parse().unwrap(),
            quantity: 2,
            unit_price: None,
        }],
        customer: Customer::default(),
        notes: OrderNotes::default(),
        created_at: Some(day(0)),
        expires_at: None,
        payments: payments.to_vec(),
    }
}

fn register_at(record: &ImportRecord, now: Instant) -> Result<Registration, ImportRefusal> {
    register(record, &[Rupiah::from_db(500)], TIMES, now)
}

#[track_caller]
fn check(payments: &[(PaymentStatus, i64)], status: OrderStatus, reservation: Reservation) {
    let payments: Vec<ImportPayment> = payments
        .iter()
        .map(|(status, amount)| paying(*status, *amount))
        .collect();
    let registration = register_at(&record(&payments), day(1)).unwrap();
    assert_eq!(registration.order.status, status);
    assert_eq!(registration.lines[0].reservation, reservation);
}

#[test]
fn the_order_follows_from_its_payments() {
    use OrderStatus as Order;
    use PaymentStatus::{Cancelled, Created, Expired, Failed, Paid, Pending};
    use Reservation::{Held, Released, Sold};

    check(&[], Order::Pending, Held);
    check(&[(Created, 1000)], Order::Pending, Held);
    check(&[(Pending, 1000)], Order::Pending, Held);
    check(&[(Paid, 1000)], Order::Fulfilled, Sold);
    check(&[(Paid, 1200)], Order::Fulfilled, Sold);
    check(&[(Paid, 400), (Paid, 600)], Order::Fulfilled, Sold);
    check(&[(Expired, 1000), (Paid, 1000)], Order::Fulfilled, Sold);
    check(&[(Paid, 400)], Order::Pending, Held);
    check(&[(Paid, 400), (Expired, 600)], Order::Pending, Held);
    check(&[(Expired, 1000)], Order::Expired, Released);
    check(&[(Failed, 1000)], Order::Expired, Released);
    check(
        &[(Failed, 1000), (Cancelled, 1000)],
        Order::Expired,
        Released,
    );
    check(&[(Cancelled, 1000)], Order::Cancelled, Released);
    check(
        &[(Cancelled, 900), (Cancelled, 1000)],
        Order::Cancelled,
        Released,
    );
    check(&[(Cancelled, 1000), (Pending, 1000)], Order::Pending, Held);
}

#[test]
fn an_order_that_costs_nothing_is_fulfilled() {
    let free = ImportRecord {
        total: Some(Rupiah::ZERO),
        ..record(&[])
    };
    let registration = register_at(&free, day(1)).unwrap();
    assert_eq!(registration.order.status, OrderStatus::Fulfilled);
}

#[track_caller]
fn check_open_ends(payments: &[ImportPayment], wanted: &[&str]) {
    let registration = register_at(&record(payments), day(1)).unwrap();
    let told: Vec<String> = registration
        .open_ends
        .iter()
        .map(|change| {
            if let Change::OpenCase { kind, subject, .. } = change {
                format!("case {kind} about {subject:?}")
            } else if let Change::Owe {
                payment, amount, ..
            } = change
            {
                format!("owe {} of payment {payment}", amount.as_i64())
            } else {
                format!("{change:?}")
            }
        })
        .collect();
    assert_eq!(told, wanted);
}

#[test]
fn money_that_does_not_fit_opens_a_case() {
    use PaymentStatus::Paid;
    check_open_ends(&[paying(Paid, 1000)], &[]);
    check_open_ends(&[paying(Paid, 400)], &["case underpaid about Order"]);
    check_open_ends(&[paying(Paid, 1250)], &["owe 250 of payment 1"]);
    check_open_ends(
        &[paying(Paid, 1000), paying(Paid, 1001)],
        &[
            "owe 1001 of payment 2",
            "case double_payment about Payment(PaymentId(2))",
        ],
    );
}

#[track_caller]
fn check_refused(change: fn(&mut ImportRecord), reason: &str) {
    let mut record = record(&[paying(PaymentStatus::Pending, 1000)]);
    change(&mut record);
    let refusal = register_at(&record, day(1)).unwrap_err();
    assert_eq!(refusal.to_string(), reason);
}

#[test]
fn a_record_that_contradicts_itself_is_refused() {
    check_refused(
        |record| record.lines.clear(),
        "total is missing, and there are no lines to add up",
    );
    check_refused(
        |record| record.lines[0].quantity = u32::MAX,
        "the sum of the lines is more than Rp 1,000,000,000,000",
    );
    check_refused(
        |record| record.expires_at = Some(day(0).saturating_sub(HOUR)),
        "expires_at 2023-11-14T21:13:20Z is before created_at 2023-11-14T22:13:20Z",
    );
    check_refused(
        |record| record.payments[0].expires_at = Some(day(0).saturating_sub(HOUR)),
        "the expires_at 2023-11-14T21:13:20Z of the payment at midtrans is before the order was created",
    );
    check_refused(
        |record| record.payments[0].gateway = "manual".parse().unwrap(),
        "gateway manual is for approvals; a payment cannot be registered there",
    );
    check_refused(
        |record| record.payments[0].status = Some(PaymentStatus::Mismatch),
        "a payment cannot come in as mismatch; it may be created, pending, paid, failed, cancelled or expired",
    );
    check_refused(
        |record| record.payments.push(record.payments[0].clone()),
        "midtrans has two payments with the reference pending-1000; give each its own",
    );
    check_refused(
        |record| {
            record.payments[0].status = Some(PaymentStatus::Paid);
            record.payments[0].amount = Some(Rupiah::ZERO);
        },
        "a payment at midtrans is paid, but nothing was payable",
    );
}

#[test]
fn impossible_times_are_refused() {
    let now = day(100);
    let year = MAX_WAITS;
    let minute = Duration::from_secs(60);
    for (created, expires, fits) in [
        (now.saturating_add(3 * minute), None, true),
        (now.saturating_add(4 * minute), None, false),
        (now.saturating_add(400 * DAY), None, false),
        (now, Some(now.saturating_add(year)), true),
        (now, Some(now.saturating_add(year + minute)), false),
        (day(0), Some(now.saturating_add(year + minute)), false),
        (now, Some(now.saturating_add(Duration::MAX)), false),
        (Instant::from_millis(0), None, true),
    ] {
        let mut record = record(&[]);
        record.created_at = Some(created);
        record.expires_at = expires;
        assert_eq!(
            register_at(&record, now).is_ok(),
            fits,
            "{created} {expires:?}"
        );
    }
    for (expires, fits) in [
        (now.saturating_add(year), true),
        (now.saturating_add(year + minute), false),
    ] {
        let payment = ImportPayment {
            expires_at: Some(expires),
            ..paying(PaymentStatus::Pending, 1000)
        };
        assert_eq!(register_at(&record(&[payment]), now).is_ok(), fits);
    }
}

#[test]
fn a_free_order_that_waits_is_given_away() {
    use PaymentStatus::{Cancelled, Created, Expired, Paid};
    let free = |payments: &[ImportPayment]| ImportRecord {
        total: Some(Rupiah::ZERO),
        expires_at: Some(day(2)),
        ..record(payments)
    };
    let check = |record: &ImportRecord, now, wanted| {
        let registration = register_at(record, now).unwrap();
        assert_eq!(registration.is_free_order(now), wanted, "{record:?}");
    };
    check(&free(&[]), day(1), true);
    check(&free(&[paying(Created, 0)]), day(1), true);
    check(&free(&[]), day(2), false);
    check(&free(&[paying(Paid, 500)]), day(1), false);
    check(&free(&[paying(Cancelled, 0)]), day(1), false);
    check(&free(&[paying(Expired, 0)]), day(1), false);
    check(&record(&[]), day(0), false);
}
