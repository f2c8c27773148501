use super::*;

#[test]
fn a_chargeback_opens_a_case_and_removes_cover() {
    let mut story = pending();
    story.hears(paid(PRICE), &format!("payment 1 pending>paid P6; {SOLD}"));
    story.hears(
        Reported::ChargedBack {
            paid: PRICE,
            total: PRICE,
        },
        "payment 1 paid>paid P16; case chargeback P16; case money_lost O14; suspend",
    );
    story.hears(
        Reported::ChargedBack {
            paid: PRICE,
            total: PRICE,
        },
        "",
    );
}

#[test]
fn a_chargeback_reduces_the_refund_due() {
    for (total, refund_after) in [
        (10_000, "refund 1 shrinks to 15000 P16"),
        (25_000, "refund 1 due>rejected P16; close double_payment"),
    ] {
        let twice = vec![
            payment(1, PaymentStatus::Paid),
            payment(2, PaymentStatus::Paid),
        ];
        let mut story = Story::of(OrderStatus::Fulfilled, twice);
        let due = refund(1, 1, RefundStatus::Due, RefundReason::Double, 25_000);
        story.dossier.refunds.push(due);
        let subject = CaseSubject::Payment(PaymentId(1));
        let case = open_case(CaseKind::DoublePayment, subject);
        story.dossier.cases.push(case);
        let lost = Reported::ChargedBack {
            paid: PRICE,
            total: rupiah(total),
        };
        let told = format!("payment 1 paid>paid P16; case chargeback P16; {refund_after}");
        story.hears(lost, &told);
    }
}

#[test]
fn a_chargeback_leaves_the_refunds_rest_due() {
    let mut story = Story::of(
        OrderStatus::Fulfilled,
        vec![
            payment(1, PaymentStatus::Paid),
            payment(2, PaymentStatus::Paid),
        ],
    );
    let approved = refund(1, 1, RefundStatus::Approved, RefundReason::Double, 25_000);
    story.dossier.refunds.push(approved);
    story.hears(
        Reported::ChargedBack {
            paid: PRICE,
            total: rupiah(10_000),
        },
        "payment 1 paid>paid P16; case chargeback P16; refund 1 approved>rejected P16; owe 15000 of 1 P16",
    );
}
