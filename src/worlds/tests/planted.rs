//! Histories written by hand, each broken by one planted fault: what the checks must see when chance leads there.

use super::*;
use crate::worlds::step::{OperatorStep, RefundAct};

fn order(product: u8, lifetime: u16, opened: Option<(GatewayPick, u8)>) -> Step {
    Step::Order(PlacedOrder {
        product,
        units: 1,
        lifetime,
        opened,
        has_customer: false,
    })
}

/// By QRIS at Midtrans.
fn qris(lifetime: u16) -> Step {
    order(2, lifetime, Some((GatewayPick::Midtrans, 4)))
}

fn gopay(lifetime: u16) -> Step {
    order(2, lifetime, Some((GatewayPick::Midtrans, 2)))
}

fn later(minutes: u32) -> Step {
    Step::Condition(Condition::Pass { minutes })
}

fn silent(payment: Option<u8>) -> Step {
    Step::Condition(Condition::Fault {
        gateway: GatewayPick::Midtrans,
        payment: payment.map(Pick),
        fault: Fault::Silent,
        times: None,
    })
}

const NEWEST: Pick = Pick(0);

fn customer(act: CustomerAct) -> Step {
    Step::Customer(NEWEST, act)
}

fn gateway(act: GatewayAct) -> Step {
    Step::Gateway(NEWEST, act)
}

fn operator(step: OperatorStep) -> Step {
    Step::Command(CommandStep::Operator(step))
}

fn refund(act: RefundAct) -> Step {
    operator(OperatorStep::Refund {
        refund: NEWEST,
        act,
    })
}

const HEALTHY: Step = Step::Condition(Condition::Healthy);

#[track_caller]
fn breaks(fault: Planted, steps: &[Step]) {
    for (planted, is_broken) in [(None, false), (Some(fault), true)] {
        let history = History {
            setting: ShopSetting {
                max_in_flight: 1,
                ..PLAIN
            },
            steps: steps.to_vec(),
        };
        let played = history.play(1, planted).unwrap();
        assert_eq!(
            played.failure.is_some(),
            is_broken,
            "{planted:?}: {:#?}\n{}",
            played.failure.map(|failure| failure.broken),
            played.story.join("\n")
        );
    }
}

#[test]
fn an_unknown_name_taken_for_nobody_is_seen() {
    breaks(
        Planted::TakeAnUnknownNameForNotFound,
        &[
            gopay(240),
            Step::Cron,
            gateway(GatewayAct::Ends(Ending::Deny)),
            later(5),
            Step::Cron,
            gateway(GatewayAct::OpensAgain),
            silent(None),
            Step::Notification(NEWEST, NotificationStep::Arrives { times: 1 }),
            customer(CustomerAct::Pays),
            HEALTHY,
            gateway(GatewayAct::CallsItself),
            later(5),
            Step::Cron,
            later(300),
            Step::Cron,
        ],
    );
}

#[test]
fn an_unconfirmed_clock_that_expires_is_seen() {
    breaks(
        Planted::ExpireUnderAnUnconfirmedClock,
        &[
            qris(240),
            order(2, 240, None),
            Step::Cron,
            Step::Condition(Condition::WrongClock { minutes: 24 * 60 }),
            Step::Command(CommandStep::Expire),
        ],
    );
}

#[test]
fn a_block_of_silence_that_starves_is_seen() {
    let placed = order(0, 240, Some((GatewayPick::Midtrans, 4)));
    let mut steps = vec![placed; 7];
    steps.extend([Step::Cron, silent(None), later(30), Step::Cron]);
    breaks(Planted::StarveBehindSilence, &steps);
}

#[test]
fn an_accepted_double_refund_is_seen() {
    breaks(
        Planted::AcceptADoubleRefund,
        &[
            order(1, 15, Some((GatewayPick::Midtrans, 4))),
            order(1, 15, Some((GatewayPick::Midtrans, 4))),
            Step::Cron,
            operator(OperatorStep::Cancel {
                order: NEWEST,
                unproven: true,
            }),
            customer(CustomerAct::Pays),
            later(5),
            Step::Cron,
            refund(RefundAct::Approve),
            refund(RefundAct::Done),
            gateway(GatewayAct::Refunds { all: true }),
            later(60),
            Step::Cron,
        ],
    );
}

#[test]
fn an_ended_order_that_is_shown_is_seen() {
    breaks(
        Planted::ShowAnEndedOrder,
        &[
            order(2, 240, None),
            Step::Condition(Condition::Meanwhile(MeanwhileAct::Typed(
                CommandStep::Operator(OperatorStep::Cancel {
                    order: NEWEST,
                    unproven: false,
                }),
            ))),
            Step::Command(CommandStep::Pay {
                order: NEWEST,
                gateway: GatewayPick::Midtrans,
                method: 4,
                is_new: false,
            }),
        ],
    );
}

#[test]
fn late_money_that_revives_nothing_is_seen() {
    breaks(
        Planted::NeverRevive,
        &[
            qris(15),
            Step::Cron,
            later(19),
            Step::Cron,
            later(5),
            gateway(GatewayAct::OpensAgain),
            customer(CustomerAct::Pays),
            later(30),
            Step::Cron,
        ],
    );
}

#[test]
fn a_hidden_wrong_amount_is_seen() {
    breaks(
        Planted::LetARefundHideAWrongAmount,
        &[
            qris(240),
            Step::Cron,
            customer(CustomerAct::PaysMore),
            gateway(GatewayAct::Refunds { all: false }),
            later(5),
            Step::Cron,
        ],
    );
}

#[test]
fn a_slow_watch_is_seen() {
    breaks(
        Planted::WatchTooSlowly,
        &[
            qris(240),
            Step::Cron,
            gateway(GatewayAct::Ends(Ending::Expire)),
            later(5),
            Step::Cron,
        ],
    );
}

#[test]
fn kept_late_money_is_seen() {
    breaks(
        Planted::KeepLateMoney,
        &[
            order(1, 15, Some((GatewayPick::Midtrans, 4))),
            Step::Cron,
            later(19),
            Step::Cron,
            later(5),
            gateway(GatewayAct::OpensAgain),
            customer(CustomerAct::Pays),
            later(30),
            Step::Cron,
        ],
    );
}

#[test]
fn a_reversal_that_is_ignored_is_seen() {
    breaks(
        Planted::NeverReverse,
        &[
            order(2, 240, Some((GatewayPick::Midtrans, 1))),
            Step::Cron,
            customer(CustomerAct::Pays),
            later(5),
            Step::Cron,
            gateway(GatewayAct::Reverses),
            later(300),
            Step::Cron,
        ],
    );
}

fn approve(even: bool) -> Step {
    operator(OperatorStep::Approve {
        order: NEWEST,
        amount: 0,
        even,
        same_reference: false,
    })
}

#[test]
fn an_approval_of_nothing_is_seen() {
    breaks(
        Planted::ApproveNothing,
        &[order(2, 240, None), approve(true)],
    );
}

#[test]
fn an_approval_beside_a_payable_is_seen() {
    breaks(
        Planted::ApproveBesideAPayable,
        &[qris(240), Step::Cron, approve(false)],
    );
}

#[test]
fn a_dead_order_left_payable_is_seen() {
    breaks(
        Planted::LeaveADeadOrderPayable,
        &[
            qris(240),
            Step::Cron,
            Step::Condition(Condition::Fault {
                gateway: GatewayPick::Midtrans,
                payment: None,
                fault: Fault::CloseRefused,
                times: None,
            }),
            approve(true),
            HEALTHY,
            later(10),
            Step::Cron,
        ],
    );
}

#[test]
fn money_that_is_not_watched_is_seen() {
    breaks(
        Planted::StopWatchingMoney,
        &[
            qris(240),
            Step::Cron,
            customer(CustomerAct::Pays),
            later(5),
            Step::Cron,
        ],
    );
}

#[test]
fn a_second_charge_back_is_told() {
    breaks(
        Planted::LetAnOldCaseHideALoss,
        &[
            qris(240),
            Step::Cron,
            customer(CustomerAct::Pays),
            later(5),
            Step::Cron,
            gateway(GatewayAct::ChargesBack { all: false }),
            later(3 * 24 * 60),
            Step::Cron,
            gateway(GatewayAct::ChargesBack { all: true }),
            later(8 * 24 * 60),
            Step::Cron,
        ],
    );
}
