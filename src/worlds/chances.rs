//! What chance decides at once, without the mixture of a world.

use fastrand::Rng;

use super::step::{
    CustomerAct, Ending, GatewayAct, NotificationStep, OperatorStep, Pick, RefundAct, ShopStep,
};
use crate::simulator::Fault;

/// Mostly one of the newest.
pub(super) fn pick(random: &mut Rng) -> Pick {
    Pick(if random.u8(0..4) == 0 {
        random.u8(..)
    } else {
        random.u8(0..3)
    })
}

pub(super) fn one_of<T: Copy>(random: &mut Rng, first: T, others: &[T]) -> T {
    let nth = random.usize(0..=others.len());
    others.get(nth).copied().unwrap_or(first)
}

pub(super) fn minutes(random: &mut Rng) -> u32 {
    match random.u8(0..12) {
        0..=3 => random.u32(1..5),
        4..=7 => random.u32(5..60),
        8 | 9 => random.u32(60..600),
        10 => random.u32(600..3_000),
        _ => random.u32(3_000..20_000),
    }
}

pub(super) fn wrong_minutes(random: &mut Rng) -> i32 {
    let size = one_of(random, 5, &[30, 24 * 60, 40 * 24 * 60, 120 * 24 * 60]);
    if random.bool() { size } else { -size }
}

/// Never as wrong as the machine: two clocks that agree are believed.
fn wrong_date_minutes(random: &mut Rng) -> i64 {
    let size = one_of(random, 17, &[95, 3 * 24 * 60, 70 * 24 * 60]);
    if random.bool() { size } else { -size }
}

pub(super) fn customer_act(random: &mut Rng) -> CustomerAct {
    match random.u8(0..16) {
        0..=3 => CustomerAct::Chooses(random.u8(..)),
        4..=11 => CustomerAct::Pays,
        12 => CustomerAct::PaysMore,
        13 => CustomerAct::PaysLess,
        _ => CustomerAct::PaysOlderTry,
    }
}

pub(super) fn gateway_act(random: &mut Rng) -> GatewayAct {
    let all = random.bool();
    match random.u8(0..20) {
        0..=3 => GatewayAct::Ends(Ending::Expire),
        4 => GatewayAct::Ends(Ending::Cancel),
        5 => GatewayAct::Ends(Ending::Deny),
        6..=8 => GatewayAct::OpensAgain,
        9 => GatewayAct::Challenges,
        10 | 11 => GatewayAct::Refunds { all },
        12 => GatewayAct::TakesRefundBack,
        13 => GatewayAct::ChargesBack { all },
        14 => GatewayAct::ReturnsChargeback,
        15 => GatewayAct::Reverses,
        16 => GatewayAct::CallsItself,
        17 => one_of(random, GatewayAct::CallsAnother, &[GatewayAct::AddsFee]),
        18 => GatewayAct::SaysUnknownWord,
        _ => GatewayAct::Forgets,
    }
}

pub(super) fn notification(random: &mut Rng) -> NotificationStep {
    match random.u8(0..12) {
        0..=5 => NotificationStep::Arrives {
            times: random.u8(1..3),
        },
        6 | 7 => NotificationStep::IsDelayed,
        8 | 9 => NotificationStep::ComesLate,
        10 => one_of(
            random,
            NotificationStep::Forged,
            &[NotificationStep::Stranger],
        ),
        _ => NotificationStep::Says(random.u8(..)),
    }
}

pub(super) fn refund(refund: Pick, act: RefundAct) -> OperatorStep {
    OperatorStep::Refund { refund, act }
}

pub(super) fn shop(random: &mut Rng) -> ShopStep {
    one_of(
        random,
        ShopStep::Works,
        &[
            ShopStep::Works,
            ShopStep::Refuses,
            ShopStep::Rejects,
            ShopStep::Hangs,
            ShopStep::Dies,
        ],
    )
}

pub(super) fn fault(random: &mut Rng) -> Fault {
    let status = |code| Fault::Status {
        code,
        retry_after: None,
    };
    match random.u8(0..24) {
        0..=2 => Fault::Silent,
        3 => Fault::Hang,
        4 => status(500 + u16::from(random.u8(0..4))),
        5..=7 => status(404),
        8 => status(one_of(random, 401, &[410, 429])),
        9 => Fault::Html,
        10 => Fault::CutOff,
        11 => Fault::Garbage,
        12 => Fault::OtherOrder,
        13 | 14 => Fault::KnownByIdOnly,
        15 => Fault::LostByReference,
        16 => Fault::Redirect,
        17 => Fault::WrongDate(wrong_date_minutes(random) * 60),
        18 => Fault::PaidWhenClosed,
        19 => Fault::CloseRefused,
        20 => Fault::CloseIgnored,
        21 => Fault::RefundDenied,
        22 => Fault::OpenRefused,
        _ => Fault::Unanswered,
    }
}
