//! What must happen because an order moved, row by row.

use std::sync::Arc;

use crate::domain::decide::apply_verdicts::settle_order;
use crate::domain::decide::judge::*;
use crate::domain::decide::release::{cancel_sold, release_unproven};
use crate::domain::samples::{describe, dossier, effect, hook, open_case, payment, rupiah};
use crate::domain::{CloseReason, Effect, EffectStatus, Hook, OrderLine, PaymentStatus, Trigger};

fn hooks() -> Arc<[Hook]> {
    let for_another = Hook {
        products: vec!["OTHER".parse().unwrap()],
        ..hook(Trigger::Paid, "other")
    };
    let mut all: Vec<Hook> = Trigger::ALL
        .iter()
        .map(|occasion| hook(*occasion, "run"))
        .collect();
    all.push(for_another);
    all.into()
}

fn hooked(status: OrderStatus, payments: Vec<Payment>, effects: Vec<Effect>) -> Dossier {
    Dossier {
        hooks: hooks(),
        effects,
        ..dossier(status, payments)
    }
}

fn of_payment(status: EffectStatus) -> Effect {
    effect(1, Trigger::Paid, status)
}

#[track_caller]
fn check(dossier: Dossier, changes: &str) {
    let (after, planned) = settle_order(dossier);
    assert_eq!(describe(&planned), changes);
    assert_eq!(judge(&after), None, "a judged order is at rest");
}

#[test]
fn e1_effects_are_queued_with_the_payment() {
    let paid = payment(1, PaymentStatus::Paid);
    check(
        hooked(OrderStatus::Pending, vec![paid.clone()], vec![]),
        "sell; issue; order pending>paid O2; queue e1-paid-run-1",
    );
    check(
        hooked(OrderStatus::Expired, vec![paid], vec![]),
        "retake; issue; order expired>paid O9; queue e1-paid-run-1",
    );
}

#[test]
fn o12_o13_finished_effects_fulfil_and_stuck_ones_ask() {
    for status in EffectStatus::ALL {
        let wanted = match status {
            EffectStatus::Queued | EffectStatus::Running | EffectStatus::Waiting => "",
            EffectStatus::Done | EffectStatus::Cancelled => "order paid>fulfilled O12",
            EffectStatus::Dead | EffectStatus::Uncertain => {
                "case not_fulfilled O13; queue e1-case_opened-run-1"
            }
        };
        let paid = payment(1, PaymentStatus::Paid);
        let effects = vec![
            of_payment(*status),
            effect(2, Trigger::Revoked, EffectStatus::Dead),
        ];
        check(
            hooked(OrderStatus::Paid, vec![paid.clone()], effects),
            wanted,
        );
        let effects = vec![of_payment(*status)];
        check(hooked(OrderStatus::Fulfilled, vec![paid], effects), "");
    }
}

#[test]
fn o13_the_case_opens_once_and_closes_itself() {
    let asked = |status| {
        let paid = payment(1, PaymentStatus::Paid);
        let mut asked = hooked(OrderStatus::Paid, vec![paid], vec![of_payment(status)]);
        asked
            .cases
            .push(open_case(CaseKind::NotFulfilled, CaseSubject::Order));
        asked
    };
    check(asked(EffectStatus::Dead), "");
    check(
        asked(EffectStatus::Done),
        "order paid>fulfilled O12; close not_fulfilled",
    );
}

#[test]
fn e1_each_refund_and_case_has_its_effect() {
    let twice = vec![
        payment(1, PaymentStatus::Paid),
        payment(2, PaymentStatus::Paid),
        payment(3, PaymentStatus::Paid),
    ];
    check(
        hooked(OrderStatus::Fulfilled, twice, vec![]),
        "owe 25000 of 3 O11; queue e1-refund_due-run-1; case double_payment O11; queue e1-case_opened-run-1; \
         owe 25000 of 2 O11; queue e1-refund_due-run-2; case double_payment O11; queue e1-case_opened-run-2",
    );
}

#[test]
fn e7_a_refunded_order_cancels_or_undoes_effects() {
    for (status, tries, wanted) in [
        (
            EffectStatus::Queued,
            0,
            "; effect e1-paid-run-1 queued>cancelled E7",
        ),
        (
            EffectStatus::Waiting,
            1,
            "; effect e1-paid-run-1 waiting>cancelled E7; queue e1-revoked-run-1",
        ),
        (
            EffectStatus::Dead,
            17,
            "; effect e1-paid-run-1 dead>cancelled E7; queue e1-revoked-run-1",
        ),
        (
            EffectStatus::Uncertain,
            1,
            "; effect e1-paid-run-1 uncertain>cancelled E7; queue e1-revoked-run-1",
        ),
        (EffectStatus::Done, 1, "; queue e1-revoked-run-1"),
        (EffectStatus::Running, 0, ""),
        (EffectStatus::Cancelled, 0, ""),
    ] {
        let refunded = Payment {
            refunded: rupiah(25_000),
            ..payment(1, PaymentStatus::Paid)
        };
        let effect = Effect {
            tries,
            ..of_payment(status)
        };
        let mut order = hooked(OrderStatus::Paid, vec![refunded], vec![effect]);
        order.refunds.push(crate::domain::samples::refund(
            71,
            1,
            RefundStatus::External,
            RefundReason::Gateway,
            25_000,
        ));
        check(
            order,
            &format!("return; revoke; order paid>refunded O15{wanted}"),
        );
    }
}

/// An order whose line has handed out tickets or access; its money has gone back.
fn given_and_refunded(status: OrderStatus, effects: Vec<Effect>) -> Dossier {
    let refunded = Payment {
        refunded: rupiah(25_000),
        ..payment(1, PaymentStatus::Paid)
    };
    let mut order = hooked(status, vec![refunded], effects);
    order.refunds.push(crate::domain::samples::refund(
        71,
        1,
        RefundStatus::External,
        RefundReason::Gateway,
        25_000,
    ));
    order.lines[0].has_handed_out = true;
    order
}

#[test]
fn e7_a_revoked_delivery_always_queues_its_hook() {
    let told = "return; revoke; order paid>refunded O15";
    for (effects, wanted) in [
        (vec![], "; queue e1-revoked-run-1"),
        (
            vec![of_payment(EffectStatus::Queued)],
            "; effect e1-paid-run-1 queued>cancelled E7; queue e1-revoked-run-1",
        ),
        // It waits for the end of what runs, and what that end queues is the same.
        (
            vec![of_payment(EffectStatus::Running)],
            "; queue e1-revoked-run-1",
        ),
        (
            vec![of_payment(EffectStatus::Done)],
            "; queue e1-revoked-run-1",
        ),
    ] {
        let order = given_and_refunded(OrderStatus::Paid, effects);
        check(order, &format!("{told}{wanted}"));
    }
    let fulfilled = given_and_refunded(OrderStatus::Fulfilled, vec![]);
    check(
        fulfilled,
        "return; revoke; order fulfilled>refunded O15; queue e1-revoked-run-1",
    );
}

#[test]
fn e7_each_hook_is_queued_for_itself() {
    let mut order = given_and_refunded(OrderStatus::Paid, vec![]);
    order.hooks = [
        hook(Trigger::Revoked, "run"),
        hook(Trigger::Revoked, "mail"),
    ]
    .into();
    order.effects = vec![effect(1, Trigger::Revoked, EffectStatus::Queued)];
    let told = "return; revoke; order paid>refunded O15";
    check(order, &format!("{told}; queue e1-revoked-mail-1"));
}

#[test]
fn e7_only_hooks_of_delivered_products_are_queued() {
    let for_product = |sku: &str| Hook {
        products: vec![sku.parse().unwrap()],
        ..hook(Trigger::Revoked, "back")
    };
    let line = |sku: &str, has_handed_out| OrderLine {
        sku: sku.parse().unwrap(),
        has_handed_out,
        ..dossier(OrderStatus::Paid, vec![]).lines[0].clone()
    };
    for (product, wanted) in [
        ("GIVEN", "; queue e1-revoked-back-1"),
        ("NOT-GIVEN", ""),
        ("ELSEWHERE", ""),
    ] {
        let mut order = given_and_refunded(OrderStatus::Paid, vec![]);
        order.lines = vec![line("GIVEN", true), line("NOT-GIVEN", false)];
        order.hooks = [for_product(product)].into();
        let told = "return; revoke; order paid>refunded O15";
        check(order, &format!("{told}{wanted}"));
    }
}

#[test]
fn e7_cancelling_by_a_person_revokes_the_delivery() {
    let paid = payment(1, PaymentStatus::Paid);
    let mut order = hooked(OrderStatus::Fulfilled, vec![paid], vec![]);
    order.lines[0].has_handed_out = true;
    assert_eq!(
        describe(&cancel_sold(order, "x").unwrap()),
        "return; revoke; order fulfilled>cancelled O8b; queue e1-revoked-run-1; queue e1-cancelled-run-1; \
         owe 25000 of 1 O8b; queue e1-refund_due-run-1"
    );
}

#[test]
fn e7_nothing_is_revoked_unless_taken_back_for_good() {
    // O14: suspended, and given back when the money is.
    let mut away = payment(1, PaymentStatus::Paid);
    away.charged_back = rupiah(25_000);
    let mut order = hooked(OrderStatus::Fulfilled, vec![away], vec![]);
    order.lines[0].has_handed_out = true;
    check(
        order,
        "case money_lost O14; queue e1-case_opened-run-1; suspend",
    );
    // O15, from pending: nothing was ever handed out.
    let mut order = given_and_refunded(OrderStatus::Pending, vec![]);
    order.lines[0].has_handed_out = false;
    check(order, "release; order pending>refunded O15");
}

#[test]
fn e7_cancelling_queues_hooks_and_closes_the_case() {
    let paid = payment(1, PaymentStatus::Paid);
    let mut order = hooked(
        OrderStatus::Paid,
        vec![paid],
        vec![of_payment(EffectStatus::Dead)],
    );
    order
        .cases
        .push(open_case(CaseKind::NotFulfilled, CaseSubject::Order));
    assert_eq!(
        describe(&cancel_sold(order, "x").unwrap()),
        "return; revoke; order paid>cancelled O8b; effect e1-paid-run-1 dead>cancelled E7; close not_fulfilled; \
         queue e1-revoked-run-1; queue e1-cancelled-run-1; owe 25000 of 1 O8b; queue e1-refund_due-run-1"
    );
}

#[test]
fn e9_an_order_paid_again_cancels_its_undo() {
    for status in EffectStatus::ALL {
        let is_over = status.is_over() || *status == EffectStatus::Running;
        let spared = if is_over {
            String::new()
        } else {
            format!("effect e1-revoked-run-2 {status}>cancelled E9; ")
        };
        let before = Effect {
            tries: 1,
            ..of_payment(EffectStatus::Done)
        };
        let undoing = effect(2, Trigger::Revoked, *status);
        let paid = payment(1, PaymentStatus::Paid);
        let order = hooked(OrderStatus::Expired, vec![paid], vec![before, undoing]);
        check(
            order,
            &format!("retake; issue; order expired>paid O9; {spared}queue e1-paid-run-2"),
        );
    }
}

#[test]
fn e9_an_order_that_ends_again_is_undone_again() {
    let paid = payment(1, PaymentStatus::Paid);
    let effects = vec![
        of_payment(EffectStatus::Done),
        effect(2, Trigger::Revoked, EffectStatus::Cancelled),
    ];
    let order = hooked(OrderStatus::Fulfilled, vec![paid], effects);
    let told = describe(&cancel_sold(order, "x").unwrap());
    assert!(told.contains("queue e1-revoked-run-3"), "{told}");
}

#[test]
fn e1_an_unpaid_end_queues_no_undo() {
    for (ending, told) in [
        (CloseReason::Expired, "expired O7b; queue e1-expired-run-1"),
        (
            CloseReason::Cancelled,
            "cancelled O7b; queue e1-cancelled-run-1",
        ),
    ] {
        let order = hooked(OrderStatus::Pending, vec![], vec![]);
        let changes = release_unproven(order.clone(), ending, "x").unwrap();
        assert_eq!(
            describe(&changes),
            format!("note O7b; release; order pending>{told}")
        );
    }
}
