use super::*;
use crate::domain::samples::{describe, dossier, minute, payment, refund, rupiah, transfer};
use crate::domain::{ManualChange, RefundReason, RefundStatus};

const CASH: Approval<'static> = Approval {
    amount: None,
    transfer: None,
    part: TransferShare::Whole,
    reason: "paid at the till",
    now: Instant::from_millis(1_752_900_000_000),
};

fn of(amount: i64) -> Approval<'static> {
    Approval {
        amount: Some(rupiah(amount)),
        ..CASH
    }
}

#[track_caller]
fn check(dossier: Dossier, approval: &Approval<'_>, result: Result<&str, &str>) {
    match approve(dossier, approval) {
        Ok((_, changes)) => assert_eq!(Ok(describe(&changes).as_str()), result),
        Err(refusal) => assert_eq!(Err(refusal.to_string().as_str()), result),
    }
}

fn pending() -> Dossier {
    let open = payment(1, PaymentStatus::Pending);
    dossier(OrderStatus::Pending, vec![open])
}

fn paid() -> Dossier {
    let paid = payment(1, PaymentStatus::Paid);
    dossier(OrderStatus::Fulfilled, vec![paid])
}

/// The order after its approval, as the next act finds it.
fn again(before: &Dossier, approval: &Approval<'_>) -> Dossier {
    let (_, changes) = approve(before.clone(), approval).unwrap();
    let mut after = before.clone();
    for change in changes {
        if let Change::ByHand(ManualChange::Receive { payment, .. }) = &change {
            let id = PaymentId(i64::try_from(after.payments.len()).unwrap() + 1);
            after.payments.push(Payment {
                id,
                ..*payment.clone()
            });
        }
        if let Change::MoveOrder { to, .. } = change {
            after.order.status = to;
        }
    }
    after
}

#[test]
fn p20_an_approval_books_only_the_missing_amount() {
    check(
        pending(),
        &CASH,
        Ok("receive 25000 P20; sell; issue; order pending>paid O2; order paid>fulfilled O12"),
    );
    let mut half = pending();
    half.payments[0] = Payment {
        received: rupiah(10_000),
        ..payment(1, PaymentStatus::Paid)
    };
    check(
        half,
        &CASH,
        Ok("receive 15000 P20; sell; issue; order pending>paid O2; order paid>fulfilled O12"),
    );
}

#[test]
fn p20_a_shortage_opens_a_case_excess_is_owed() {
    check(
        pending(),
        &of(10_000),
        Ok("receive 10000 P20; case underpaid O2b"),
    );
    check(
        pending(),
        &of(30_000),
        Ok(
            "receive 30000 P20; sell; issue; order pending>paid O2; owe 5000 of 0 O2; order paid>fulfilled O12",
        ),
    );
}

#[test]
fn p22_the_unique_amount_is_no_excess() {
    let asked = Dossier {
        asked: Some(UniqueAmount {
            price: rupiah(25_000),
            amount: rupiah(25_123),
        }),
        ..dossier(OrderStatus::Pending, vec![])
    };
    let paid = "sell; issue; order pending>paid O2; order paid>fulfilled O12";
    for (approval, received) in [(CASH, 25_123), (of(25_123), 25_123), (of(25_000), 25_000)] {
        let told = format!("receive {received} P20; {paid}");
        check(asked.clone(), &approval, Ok(&told));
    }
    let told = "receive 25124 P20; sell; issue; order pending>paid O2; owe 124 of 0 O2; order paid>fulfilled O12";
    check(asked.clone(), &of(25_124), Ok(told));
    check(
        asked.clone(),
        &of(25_122),
        Ok(
            "receive 25122 P20; sell; issue; order pending>paid O2; owe 122 of 0 O2; order paid>fulfilled O12",
        ),
    );
    let booked = payment_of(&asked, &CASH);
    assert_eq!(booked.amount, rupiah(25_000));
    assert_eq!(booked.payable, rupiah(25_123));
    assert_eq!(booked.credit(), rupiah(25_000));
    let after = again(&asked, &CASH);
    check(
        after,
        &CASH,
        Err("the order is fulfilled; no money is missing"),
    );
}

/// What an approval books.
fn payment_of(before: &Dossier, approval: &Approval<'_>) -> Payment {
    let (_, changes) = approve(before.clone(), approval).unwrap();
    let booked = changes.into_iter().next();
    let Some(Change::ByHand(ManualChange::Receive { payment, .. })) = booked else {
        panic!("{booked:?}");
    };
    *payment
}

#[test]
fn an_approval_typed_twice_is_refused() {
    let after = again(&pending(), &CASH);
    check(
        after.clone(),
        &CASH,
        Err("the order is fulfilled; no money is missing"),
    );
    check(
        after,
        &of(25_000),
        Err(
            "Rp 25,000 was already approved as payment 2; if it came twice, give the bank reference of the second transfer",
        ),
    );
    let part = again(&pending(), &of(10_000));
    check(
        part.clone(),
        &of(10_000),
        Err(
            "Rp 10,000 was already approved as payment 2; if it came twice, give the bank reference of the second transfer",
        ),
    );
    check(
        part,
        &of(15_000),
        Ok("receive 15000 P20; sell; issue; order pending>paid O2; order paid>fulfilled O12"),
    );
}

#[test]
fn o11_money_beyond_the_total_needs_a_reference() {
    check(
        paid(),
        &of(25_000),
        Err(
            "the order is fulfilled and needs no more money; extra money is booked only with its bank reference",
        ),
    );
    let bank = transfer("FT2507");
    let named = Approval {
        transfer: Some(&bank),
        ..of(25_000)
    };
    check(
        paid(),
        &named,
        Ok("receive 25000 P20; owe 25000 of 0 O11; case double_payment O11"),
    );
}

#[test]
fn o9_approval_revives_an_expired_order_with_stock() {
    for (stock, result) in [
        (
            FreeStock::ForLateMoney,
            Ok("receive 25000 P20; retake; issue; order expired>paid O9; order paid>fulfilled O12"),
        ),
        (
            FreeStock::ForAPersonOnly,
            Ok("receive 25000 P20; retake; issue; order expired>paid O9; order paid>fulfilled O12"),
        ),
        (
            FreeStock::Gone,
            Err("the order has expired, and its stock is no longer free"),
        ),
    ] {
        let expired = Dossier {
            stock,
            ..dossier(OrderStatus::Expired, vec![])
        };
        check(expired, &CASH, result);
    }
    check(
        dossier(OrderStatus::Expired, vec![]),
        &of(24_999),
        Err(
            "the order has expired, and Rp 24,999 is not enough to revive it: Rp 25,000 is missing",
        ),
    );
}

#[test]
fn money_due_for_refund_does_not_count() {
    let mut late = dossier(OrderStatus::Expired, vec![payment(1, PaymentStatus::Paid)]);
    let due = refund(1, 1, RefundStatus::Due, RefundReason::Late, 25_000);
    late.refunds.push(due);
    check(
        late,
        &CASH,
        Ok("receive 25000 P20; retake; issue; order expired>paid O9; order paid>fulfilled O12"),
    );
}

#[test]
fn dead_orders_and_zero_amounts_are_not_approved() {
    for status in [OrderStatus::Cancelled, OrderStatus::Refunded] {
        let why = format!("the order is {status}; make a new order");
        check(dossier(status, vec![]), &CASH, Err(&why));
    }
    check(
        pending(),
        &of(0),
        Err("the amount must be greater than zero"),
    );
}

#[test]
fn an_approved_payment_carries_the_bank_reference() {
    let bank = transfer("FT2507");
    for (transfer, reference) in [(Some(&bank), "FT2507"), (None, "INV-1/1")] {
        let approval = Approval { transfer, ..CASH };
        let made = super::payment(&pending(), &approval, rupiah(25_000), Rupiah::ZERO);
        assert_eq!(made.reference.as_str(), reference);
        assert_eq!(made.transaction_id.unwrap().as_str(), "INV-1/1");
        assert!(made.gateway.is_manual());
        assert_eq!(made.schedule.next_check_at, None);
        assert!(made.received_at > Some(minute(0)));
    }
}

#[test]
fn each_of_several_orders_gets_its_missing_amount() {
    let bank = transfer("FT2507");
    let asked = UniqueAmount {
        price: rupiah(25_000),
        amount: rupiah(25_007),
    };
    let order = Dossier {
        asked: Some(asked),
        ..pending()
    };
    for (part, received) in [
        (TransferShare::Whole, 25_007),
        (TransferShare::First, 25_000),
        (TransferShare::Further, 25_000),
    ] {
        let approval = Approval {
            transfer: Some(&bank),
            part,
            ..CASH
        };
        let (amount, changes) = approve(order.clone(), &approval).unwrap();
        assert_eq!(amount, rupiah(received));
        let is_further = |change: &Change| matches!(change, Change::ByHand(ManualChange::Receive { transfer: Some(of), .. }) if of.is_further);
        assert_eq!(
            changes.iter().any(is_further),
            part == TransferShare::Further
        );
    }
}
