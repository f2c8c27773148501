mod lagging;

use super::*;
use crate::domain::samples::{describe, dossier, minute, payment as sample, rupiah};
use crate::domain::{CloseResult, TransactionId};

fn wanted(now: u64, check: impl FnOnce(&PaymentToOpen<'_>)) {
    let (gateway, reference) = ("midtrans".parse().unwrap(), "INV-1-2".parse().unwrap());
    let method = "qris".parse().unwrap();
    check(&PaymentToOpen {
        gateway: &gateway,
        method: &method,
        reference: &reference,
        api_version: 1,
        key: "0190c0de-0000-7000-8000-000000000001",
        now: minute(now),
    });
}

#[track_caller]
fn check(dossier: &Dossier, now: u64, result: Result<&str, &str>) {
    wanted(now, |wanted| {
        let decided = open(dossier, wanted).map(|(_, changes)| describe(&changes));
        let decided = decided.map_err(|refusal| refusal.to_string());
        assert_eq!(
            decided.as_deref().map_err(String::as_str),
            result,
            "{dossier:?}"
        );
    });
}

fn instructions(status: PaymentStatus) -> PaymentInstructions {
    PaymentInstructions {
        transaction_id: "T-1".parse::<TransactionId>().ok(),
        status,
        method: Some("qris".to_owned()),
        on_page: status == PaymentStatus::Created,
        imposed_fee: Rupiah::ZERO,
        payable: rupiah(25_660),
        deadline: Some(minute(15)),
        token: None,
        raw_status: Some("pending".to_owned()),
        fee: None,
        page_url: None,
        qr_text: Some("000201".to_owned()),
        number: None,
    }
}

/// A payment that was announced, with what has happened to it since.
fn announced(payment: impl FnOnce(&mut Payment)) -> Dossier {
    let mut it = sample(1, PaymentStatus::Created);
    it.origin = PaymentOrigin::Payctl;
    payment(&mut it);
    dossier(OrderStatus::Pending, vec![it])
}

#[test]
fn p1_a_payments_deadline_is_its_orders() {
    let pending = dossier(OrderStatus::Pending, vec![]);
    check(&pending, 10, Ok("open 25000 as INV-1-2 P1"));
    wanted(10, |wanted| {
        let (payment, _) = open(&pending, wanted).unwrap();
        assert_eq!(payment.deadline, pending.order.expires_at);
        assert_eq!(payment.method.as_deref(), Some("qris"));
        assert_eq!(payment.status, PaymentStatus::Created);
    });
}

#[test]
fn p1_only_a_pending_order_with_time_is_payable() {
    for status in OrderStatus::ALL {
        if *status != OrderStatus::Pending {
            let why = format!("the order is {status}; only a pending one can be paid");
            check(&dossier(*status, vec![]), 10, Err(&why));
        }
    }
    let pending = dossier(OrderStatus::Pending, vec![]);
    let why = format!("the order's deadline {} has passed", minute(60));
    check(&pending, 60, Err(&why));
}

#[test]
fn p1_nothing_is_opened_beside_an_open_payment() {
    for status in PaymentStatus::ALL {
        let order = dossier(OrderStatus::Pending, vec![sample(1, *status)]);
        let until = format!("payment 1 may be paid until {}", order.payments[0].deadline);
        let refusal = match status {
            PaymentStatus::Created | PaymentStatus::Pending | PaymentStatus::Challenged => &until,
            PaymentStatus::Mismatch => {
                "payment 1 received the wrong amount, and its case is not decided yet"
            }
            PaymentStatus::Paid => "no money is missing",
            PaymentStatus::Failed
            | PaymentStatus::Cancelled
            | PaymentStatus::Expired
            | PaymentStatus::Reversed => {
                check(&order, 10, Ok("open 25000 as INV-1-2 P1"));
                continue;
            }
        };
        check(&order, 10, Err(refusal));
    }
}

#[test]
fn p1_only_the_missing_amount_is_requested() {
    let mut some = sample(1, PaymentStatus::Paid);
    some.received = rupiah(20_000);
    let order = dossier(OrderStatus::Pending, vec![some]);
    check(&order, 10, Ok("open 5000 as INV-1-2 P1"));
}

#[test]
fn p2_the_gateways_instructions_are_kept() {
    for (status, moved) in [
        (PaymentStatus::Pending, "payment 1 created>pending P2"),
        (PaymentStatus::Created, "payment 1 created>created P2"),
    ] {
        let changes = record_instructions(
            announced(|_| {}),
            PaymentId(1),
            &instructions(status),
            minute(1),
        );
        assert_eq!(describe(&changes), format!("offer of 1: 25660; {moved}"));
        let Some(Change::MovePayment { after, .. }) = changes.last() else {
            panic!("{changes:?}");
        };
        assert_eq!(after.deadline, minute(15));
        assert_eq!(after.transaction_id, instructions(status).transaction_id);
        assert_eq!(after.seen, status == PaymentStatus::Pending);
    }
}

#[test]
fn p2_a_refused_payment_fails_and_needs_no_query() {
    let changes = refuse(announced(|_| {}), PaymentId(1), "no QRIS here", minute(1));
    assert_eq!(describe(&changes), "payment 1 created>failed P2");
    let Some(Change::MovePayment { after, why, .. }) = changes.last() else {
        panic!("{changes:?}");
    };
    assert_eq!(after.schedule.next_check_at, None);
    assert!(why.to_string().contains("no QRIS here"));
}

#[test]
fn p2_the_opening_answer_never_undoes_later_facts() {
    for status in PaymentStatus::ALL {
        let order = || announced(|payment| *payment = sample(1, *status));
        if *status == PaymentStatus::Created {
            continue;
        }
        let told = instructions(PaymentStatus::Pending);
        let changes = describe(&record_instructions(
            order(),
            PaymentId(1),
            &told,
            minute(1),
        ));
        let kept = if status.is_open() {
            "offer of 1: 25660; note P2"
        } else {
            ""
        };
        assert_eq!(changes, kept, "{status}");
        assert_eq!(refuse(order(), PaymentId(1), "no", minute(1)), []);
    }
}

#[test]
fn p1_a_closed_page_makes_room_for_another() {
    for (answer, changes) in [
        (None, ""),
        (Some(CloseResult::Refused), ""),
        (Some(CloseResult::Closed), "payment 1 created>cancelled P1"),
        (Some(CloseResult::Unknown), "payment 1 created>cancelled P1"),
    ] {
        let tried = announced(|payment| {
            payment.token = Some("t".to_owned());
            payment.close_tried_at = Some(minute(9));
            payment.schedule.last_answered_at = Some(minute(10));
            payment.close_answer = answer;
        });
        let replaced = replace_unopened(tried, PaymentId(1), minute(11));
        assert_eq!(describe(&replaced), changes, "{answer:?}");
    }
    // A link without a token is not known before somebody opens it.
    let link = announced(|payment| payment.close_answer = Some(CloseResult::Unknown));
    assert_eq!(replace_unopened(link, PaymentId(1), minute(11)), []);
}

#[test]
fn p2_a_foreign_payment_is_abandoned_with_a_case() {
    let changes = mark_collided(announced(|_| {}), PaymentId(1), minute(1));
    assert_eq!(
        describe(&changes),
        "payment 1 created>failed P2; case gateway_contradiction P2"
    );
    let Some(Change::MovePayment { after, .. }) = changes.first() else {
        panic!("{changes:?}");
    };
    assert!(after.is_foreign());
    assert_eq!(after.schedule.next_check_at, None);
    let read = announced(|payment| payment.status = PaymentStatus::Paid);
    assert_eq!(mark_collided(read, PaymentId(1), minute(1)), []);
}

#[test]
fn p3_only_one_of_two_senders_sends_again() {
    let order = announced(|_| {});
    let changes = restart(order.clone(), PaymentId(1), minute(0), minute(5));
    assert_eq!(describe(&changes), "payment 1 created>created P3");
    let Some(Change::MovePayment { after, .. }) = changes.first() else {
        panic!("{changes:?}");
    };
    let begun = announced(|payment| payment.clone_from(after));
    assert_eq!(restart(begun, PaymentId(1), minute(0), minute(5)), []);
    let seen = announced(|payment| payment.seen = true);
    assert_eq!(restart(seen, PaymentId(1), minute(0), minute(5)), []);
}

#[test]
fn p3_others_wait_until_the_call_must_end() {
    let lasts = Duration::from_secs(120);
    for (rule, at, now, waits) in [
        (Rule::P1, 10, 10, Some(120)),
        (Rule::P3, 10, 11, Some(60)),
        (Rule::P1, 10, 12, None),
        (Rule::P18, 10, 10, None),
        (Rule::P2, 10, 10, None),
        // By clocks that differ, and by one that was wrong.
        (Rule::P1, 11, 10, Some(120)),
        (Rule::P1, 70, 10, None),
    ] {
        let wanted = waits.map(Duration::from_secs);
        assert_eq!(left((rule, minute(at)), lasts, minute(now)), wanted);
    }
}
