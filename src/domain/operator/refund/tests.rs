use super::*;
use crate::domain::samples::{
    describe, dossier, minute, open_case, payment, refund, rupiah, transfer,
};
use crate::domain::{OrderStatus, RefundReason};

const ID: RefundId = RefundId(1);

#[track_caller]
fn check(decided: RefundDecision, result: Result<&str, &str>) {
    match decided {
        Ok((_, changes)) => assert_eq!(Ok(describe(&changes).as_str()), result),
        Err(refusal) => assert_eq!(Err(refusal.to_string().as_str()), result),
    }
}

/// An order paid twice, with a refund of the second payment.
fn double(status: RefundStatus) -> Dossier {
    let payments = vec![
        payment(1, PaymentStatus::Paid),
        payment(2, PaymentStatus::Paid),
    ];
    let mut double = dossier(OrderStatus::Fulfilled, payments);
    let refund = refund(1, 2, status, RefundReason::Double, 25_000);
    double.refunds.push(refund);
    let subject = CaseSubject::Payment(PaymentId(2));
    double
        .cases
        .push(open_case(CaseKind::DoublePayment, subject));
    double
}

fn finish(dossier: Dossier) -> RefundDecision {
    finish_by_hand(dossier, ID, &transfer("FT1"), minute(90))
}

#[test]
fn a_due_refund_is_approved_once() {
    for status in RefundStatus::ALL {
        let refused = || format!("refund 1 is {status}; only one that is due can be approved");
        let result = (*status == RefundStatus::Due)
            .then_some("refund 1 due>approved R1".to_owned())
            .ok_or_else(refused);
        let result = result.as_deref().map_err(String::as_str);
        check(approve(double(*status), ID, "yes"), result);
    }
}

#[test]
fn an_approved_refund_is_done_by_hand_once() {
    for status in RefundStatus::ALL {
        let done = "refund 1 approved>done R1; payment 2 paid>paid R1; close double_payment";
        let refused = || {
            let why = if *status == RefundStatus::Due {
                "it must be approved first"
            } else {
                "it can no longer be stopped or sent by hand"
            };
            format!("refund 1 is {status}; {why}")
        };
        let can_be_done = matches!(status, RefundStatus::Approved | RefundStatus::Rejected);
        let result = can_be_done
            .then_some(done.replace("approved", status.word()))
            .ok_or_else(refused);
        let result = result.as_deref().map_err(String::as_str);
        check(finish(double(*status)), result);
    }
}

#[test]
fn a_rejected_refund_may_turn_out_done() {
    let mut lost = double(RefundStatus::Rejected);
    lost.payments[0].charged_back = rupiah(25_000);
    let wanted = "refund 1 rejected>done R1; payment 2 paid>paid R1";
    let left = "close double_payment; case money_lost O14; suspend";
    check(finish(lost.clone()), Ok(&format!("{wanted}; {left}")));
    // A person's word that it stays is no fact either.
    lost.refunds[0].declined = true;
    check(finish(lost.clone()), Ok(&format!("{wanted}; {left}")));

    // Its money is owed once more by now: what has left is not owed again.
    lost.refunds[0].declined = false;
    lost.payments[1].received = rupiah(30_000);
    let again = refund(2, 2, RefundStatus::Due, RefundReason::Person, 30_000);
    lost.refunds.push(again);
    check(
        finish(lost.clone()),
        Ok(&format!(
            "{wanted}; refund 2 shrinks to 5000 R1; case money_lost O14; suspend"
        )),
    );
    lost.refunds[1].status = RefundStatus::Approved;
    check(
        finish(lost),
        Err(
            "Rp 25,000 of payment 2 cannot go back: Rp 30,000 came in, Rp 0 has gone back and Rp 30,000 is on its way",
        ),
    );
}

#[test]
fn a_rejected_refund_is_not_owed_again() {
    check(
        reject(double(RefundStatus::Due), ID, "they agreed"),
        Ok("refund 1 due>declined R1; close double_payment"),
    );
    check(
        reject(double(RefundStatus::Approved), ID, "they agreed"),
        Ok("refund 1 approved>declined R1; close double_payment"),
    );
    for status in [
        RefundStatus::Sent,
        RefundStatus::Done,
        RefundStatus::Rejected,
    ] {
        let why = format!("refund 1 is {status}; it can no longer be stopped or sent by hand");
        check(reject(double(status), ID, "no"), Err(&why));
    }
}

#[test]
fn money_kept_for_cover_is_owed_when_needless() {
    let mut needed = double(RefundStatus::Approved);
    needed.payments[0].status = PaymentStatus::Reversed;
    let (_, changes) = reject(needed.clone(), ID, "it pays the order now").unwrap();
    assert!(
        describe(&changes).starts_with("refund 1 approved>rejected R1"),
        "{}",
        describe(&changes)
    );

    // The first money comes after all: then one of the two is too much.
    needed.refunds[0].status = RefundStatus::Rejected;
    needed.payments[0].status = PaymentStatus::Paid;
    let (_, changes) = crate::domain::decide::apply_verdicts::settle_order(needed);
    assert!(describe(&changes).contains("O11"), "{}", describe(&changes));
}

#[test]
fn a_kept_excess_covers_no_other_payment() {
    let mut kept = double(RefundStatus::Rejected);
    kept.payments[0].received = rupiah(30_000);
    kept.refunds[0].payment = PaymentId(1);
    kept.refunds[0].reason = RefundReason::Excess;
    kept.refunds[0].amount = rupiah(5_000);
    kept.refunds[0].declined = true;
    let (_, changes) = crate::domain::decide::apply_verdicts::settle_order(kept);
    assert_eq!(describe(&changes), "owe 25000 of 2 O11");
}

#[test]
fn o15_refunds_by_hand_make_a_refunded_order() {
    for (status, result) in [
        (
            OrderStatus::Pending,
            "refund 1 approved>done R1; payment 1 paid>paid R1; release; order pending>refunded O15",
        ),
        (
            OrderStatus::Fulfilled,
            "refund 1 approved>done R1; payment 1 paid>paid R1; return; revoke; order fulfilled>refunded O15",
        ),
    ] {
        let mut given_up = dossier(status, vec![payment(1, PaymentStatus::Paid)]);
        let approved = refund(1, 1, RefundStatus::Approved, RefundReason::Person, 25_000);
        given_up.refunds.push(approved);
        check(finish(given_up), Ok(result));
    }
}

#[test]
fn refunds_never_exceed_the_money_here() {
    let mut much = double(RefundStatus::Due);
    much.payments[1].refunded = rupiah(10_000);
    let other = refund(2, 2, RefundStatus::Sent, RefundReason::Person, 5_000);
    much.refunds.push(other);
    check(
        approve(much.clone(), ID, "yes"),
        Err(
            "Rp 25,000 of payment 2 cannot go back: Rp 25,000 came in, Rp 10,000 has gone back and Rp 5,000 is on its way",
        ),
    );
    much.refunds[0].amount = rupiah(10_000);
    check(approve(much, ID, "yes"), Ok("refund 1 due>approved R1"));

    let mut lost = double(RefundStatus::Approved);
    lost.payments[1].charged_back = rupiah(1);
    let why = "Rp 25,000 of payment 2 cannot go back: Rp 25,000 came in, Rp 1 has gone back and Rp 0 is on its way";
    check(send(lost, ID, minute(60)), Err(why));
    let mut sent = double(RefundStatus::Approved);
    sent.payments[1].refunded = rupiah(1);
    check(finish(sent), Err(why));

    let mut reversed = double(RefundStatus::Due);
    reversed.payments[1].status = PaymentStatus::Reversed;
    check(
        approve(reversed, ID, "yes"),
        Err("payment 2 is reversed; it has no money to send back"),
    );
}

#[test]
fn money_already_sent_is_booked_even_when_missing() {
    let done = "refund 1 rejected>done R1; payment 2 ";
    let mut charged_back = double(RefundStatus::Rejected);
    charged_back.payments[1].charged_back = rupiah(10_000);
    let rest = refund(2, 2, RefundStatus::Due, RefundReason::Double, 15_000);
    charged_back.refunds.push(rest);
    assert_eq!(lost_amount(&charged_back, ID), rupiah(10_000));
    check(
        finish(charged_back),
        Ok(&format!(
            "{done}paid>paid R1; case refunded_twice R1; close double_payment; refund 2 due>rejected R1; note R1"
        )),
    );

    let mut reversed = double(RefundStatus::Rejected);
    reversed.payments[1].status = PaymentStatus::Reversed;
    assert_eq!(lost_amount(&reversed, ID), rupiah(25_000));
    check(
        finish(reversed),
        Ok(&format!(
            "{done}reversed>reversed R1; close double_payment; note R1"
        )),
    );
    assert_eq!(
        lost_amount(&double(RefundStatus::Approved), ID),
        Rupiah::ZERO
    );
}

#[test]
fn rejecting_a_refund_reopens_the_amount_case() {
    let mut wrong = dossier(
        OrderStatus::Pending,
        vec![payment(1, PaymentStatus::Mismatch)],
    );
    let due = refund(1, 1, RefundStatus::Due, RefundReason::Person, 20_000);
    wrong.refunds.push(due);
    check(
        reject(wrong, ID, "they will pay the rest"),
        Ok("refund 1 due>declined R1; case amount_mismatch P7"),
    );
}

#[test]
fn a_refund_of_another_order_is_unknown() {
    let other = || double(RefundStatus::Due);
    let unknown = Err("refund 7 does not belong to this order");
    check(approve(other(), RefundId(7), "yes"), unknown);
    check(reject(other(), RefundId(7), "no"), unknown);
}

fn sent(status: RefundStatus) -> Dossier {
    let mut sent = double(status);
    sent.refunds[0].sent_at = Some(minute(0));
    sent
}

#[test]
fn an_approved_refund_is_sent_under_one_key() {
    let now = minute(60 * 24);
    check(
        send(double(RefundStatus::Approved), ID, now),
        Ok("refund 1 approved>sent as INV-1-r1 R1"),
    );
    for status in [RefundStatus::Sent, RefundStatus::Unknown] {
        let again = format!("refund 1 {status}>sent as INV-1-r1 R1");
        check(send(sent(status), ID, now), Ok(&again));
    }
    check(
        send(double(RefundStatus::Due), ID, now),
        Err("refund 1 is due; it must be approved first"),
    );
    for status in [RefundStatus::Done, RefundStatus::Rejected] {
        let why = format!("refund 1 is {status}; it can no longer be stopped or sent by hand");
        check(send(double(status), ID, now), Err(&why));
    }
}

#[test]
fn a_week_old_refund_becomes_a_case() {
    let week = minute(60 * 24 * 7);
    check(
        send(sent(RefundStatus::Unknown), ID, week),
        Err(
            "refund 1 was sent more than seven days ago; look up its outcome at the gateway, then answer its case",
        ),
    );
    check(
        open_unknown_case(double(RefundStatus::Unknown), ID),
        Ok("case refund_unknown R3"),
    );
}

#[test]
fn an_answer_settles_only_an_unsettled_refund() {
    let answered =
        |status, outcome: RefundOutcome| answered(double(status), ID, &outcome, minute(90));
    check(
        answered(RefundStatus::Sent, RefundOutcome::Done),
        Ok("refund 1 sent>done R1; payment 2 paid>paid R1; close double_payment"),
    );
    check(
        answered(RefundStatus::Sent, RefundOutcome::Denied("no".to_owned())),
        Ok("refund 1 sent>failed R1; owe 25000 of 2 R1"),
    );
    check(
        answered(
            RefundStatus::Sent,
            RefundOutcome::Unknown("silence".to_owned()),
        ),
        Ok("refund 1 sent>unknown R1"),
    );
    check(answered(RefundStatus::Done, RefundOutcome::Done), Ok(""));
}

#[test]
fn a_late_answer_still_settles_a_missed_refund() {
    let answered =
        |status, outcome: RefundOutcome| answered(sent(status), ID, &outcome, minute(90));
    for status in [RefundStatus::Approved, RefundStatus::Unknown] {
        let done =
            format!("refund 1 {status}>done R1; payment 2 paid>paid R1; close double_payment");
        check(answered(status, RefundOutcome::Done), Ok(&done));
        let failed = format!("refund 1 {status}>failed R1; owe 25000 of 2 R1");
        check(
            answered(status, RefundOutcome::Denied("no".to_owned())),
            Ok(&failed),
        );
        check(
            answered(status, RefundOutcome::Unknown("silence".to_owned())),
            Ok(""),
        );
    }
}

#[test]
fn a_missed_refund_is_resent_within_a_week() {
    check(
        send(sent(RefundStatus::Approved), ID, minute(60)),
        Ok("refund 1 approved>sent as INV-1-r1 R1"),
    );
    check(
        send(sent(RefundStatus::Approved), ID, minute(60 * 24 * 7)),
        Err(
            "refund 1 was sent more than seven days ago; look up its outcome at the gateway, then answer its case",
        ),
    );
}
