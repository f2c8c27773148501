use super::*;
use crate::domain::samples::{describe, dossier, minute, payment, refund, rupiah};
use crate::domain::{OrderId, Redemption, RefundStatus, TicketCode, TicketId};

/// The second of two good tickets, of a product that can be sold again.
fn held() -> HeldTicket {
    HeldTicket {
        ticket: Ticket {
            id: TicketId(2),
            code: TicketCode::of(2),
            order: OrderId(1),
            order_number: "INV-1".parse().unwrap(),
            sku: "T".parse().unwrap(),
            product_name: "T".to_owned(),
            unit: 2,
            issued_at: minute(1),
            suspended_at: None,
            revoked_at: None,
            redeemed: None,
        },
        good: 2,
        frees_unit: true,
    }
}

fn sold() -> Dossier {
    dossier(
        OrderStatus::Fulfilled,
        vec![payment(1, PaymentStatus::Paid)],
    )
}

fn outcome(dossier: Dossier, held: &HeldTicket, amount: Option<i64>) -> Result<String, String> {
    let refund = amount.map(rupiah);
    let planned = revoke(dossier, held, refund, "ill");
    planned
        .map(|changes| describe(&changes))
        .map_err(|refusal| refusal.to_string())
}

#[test]
fn o18_a_good_ticket_can_be_revoked() {
    let free = "revoke ticket 2 of T, unit free O18; note O18";
    assert_eq!(outcome(sold(), &held(), None), Ok(free.to_owned()));
    let used_up = HeldTicket {
        frees_unit: false,
        ..held()
    };
    assert_eq!(
        outcome(sold(), &used_up, Some(12_500)),
        Ok("revoke ticket 2 of T O18; note O18; owe 12500 of 1 O18".to_owned())
    );
}

#[test]
fn o18_every_refusal_says_why() {
    type Harm = fn(&mut Dossier, &mut HeldTicket);
    let table: [(Harm, &str); 8] = [
        (
            |_, held| {
                let (at, by) = (minute(3), "gate".to_owned());
                held.ticket.redeemed = Some(Redemption { at, by });
            },
            "it was redeemed at ",
        ),
        (
            |_, held| held.ticket.revoked_at = Some(minute(3)),
            "it is already revoked, since ",
        ),
        (
            |_, held| held.ticket.suspended_at = Some(minute(3)),
            "it is suspended: the order is no longer fully paid",
        ),
        (
            |dossier, _| dossier.order.status = OrderStatus::Pending,
            "the order is pending; only",
        ),
        (
            |dossier, _| dossier.order.status = OrderStatus::Expired,
            "the order is expired; only",
        ),
        (
            |dossier, _| dossier.order.status = OrderStatus::Cancelled,
            "the order is cancelled; only",
        ),
        (
            |dossier, _| dossier.order.status = OrderStatus::Refunded,
            "the order is refunded; only",
        ),
        (
            |_, held| held.good = 1,
            "it is the last good ticket of its order",
        ),
    ];
    for (harm, why) in table {
        let (mut dossier, mut held) = (sold(), held());
        harm(&mut dossier, &mut held);
        let refused = outcome(dossier, &held, None).unwrap_err();
        assert!(refused.starts_with(why), "{refused}");
    }
}

#[test]
fn o18_a_ticket_refund_never_exceeds_the_money() {
    let table = [
        (vec![], 0, Err("a refund must be greater than zero")),
        (vec![], 24_999, Ok(())),
        (vec![], 25_001, Err("")),
        (vec![(RefundStatus::Due, 10_000)], 14_999, Ok(())),
        (vec![(RefundStatus::Due, 10_000)], 15_001, Err("")),
        (vec![(RefundStatus::Sent, 10_000)], 15_001, Err("")),
        (vec![(RefundStatus::Done, 10_000)], 15_001, Err("")),
        (vec![(RefundStatus::External, 10_000)], 15_001, Err("")),
        (vec![(RefundStatus::Failed, 10_000)], 15_001, Ok(())),
        (vec![(RefundStatus::Rejected, 10_000)], 15_001, Ok(())),
    ];
    for (refunds, amount, wanted) in table {
        let mut dossier = sold();
        for (status, amount) in refunds {
            let owed = refund(7, 1, status, RefundReason::Person, amount);
            dossier.refunds.push(owed);
        }
        let planned = outcome(dossier, &held(), Some(amount));
        match wanted {
            Ok(()) => assert!(planned.is_ok(), "{planned:?}"),
            Err(why) => assert!(planned.unwrap_err().starts_with(why), "{amount}"),
        }
    }
}

#[test]
fn o18_money_returned_without_a_refund_counts_too() {
    let mut dossier = sold();
    dossier.payments[0].refunded = rupiah(5_000);
    dossier.payments[0].charged_back = rupiah(1_000);
    let refused = outcome(dossier, &held(), Some(19_001)).unwrap_err();
    assert!(refused.contains("came in, and"), "{refused}");
}

#[test]
fn o18_the_largest_payment_refunds_first() {
    let mut dossier = sold();
    dossier.order.total = rupiah(35_000);
    let small = Payment {
        amount: rupiah(10_000),
        received: rupiah(10_000),
        ..payment(2, PaymentStatus::Paid)
    };
    dossier.payments.insert(0, small);
    assert_eq!(
        outcome(dossier.clone(), &held(), Some(12_000)),
        Ok("revoke ticket 2 of T, unit free O18; note O18; owe 12000 of 1 O18".to_owned())
    );
    let all = outcome(dossier, &held(), Some(26_000)).unwrap();
    assert!(
        all.contains("owe 25000 of 1 O18; owe 1000 of 2 O18"),
        "{all}"
    );
}

/// It is not paid for any more, and that is asked about as always.
#[test]
fn o18_refunding_everything_asks_a_person() {
    assert_eq!(
        outcome(sold(), &held(), Some(25_000)),
        Ok(
            "revoke ticket 2 of T, unit free O18; note O18; owe 25000 of 1 O18; \
            case money_lost O14; suspend"
                .to_owned()
        )
    );
}
