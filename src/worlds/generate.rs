//! Makes histories from a seed. Each world has its own mixture: some of what can happen is frequent in it, some does
//! not happen at all, so that rare things meet each other.

use fastrand::Rng;

use super::step::{
    Answer, CommandStep, Condition, CustomerAct, Ending, GatewayAct, GatewayPick, MeanwhileAct,
    NotificationStep, OperatorStep, Pick, PlacedOrder, RefundAct, ShopStep, Step,
};
use crate::simulator::Fault;

/// The kinds of steps, by which a world is mixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum StepKind {
    Order,
    Import,
    Customer,
    Gateway,
    Notification,
    Fault,
    Healthy,
    Shop,
    Pass,
    WrongClock,
    Crash,
    Cron,
    Machine,
    Operator,
    Meanwhile,
}

/// How often each kind happens in a usual world, in proportion to the others.
const USUAL: [(StepKind, u32); 15] = [
    (StepKind::Order, 10),
    (StepKind::Import, 3),
    (StepKind::Customer, 22),
    (StepKind::Gateway, 12),
    (StepKind::Notification, 14),
    (StepKind::Fault, 10),
    (StepKind::Healthy, 5),
    (StepKind::Shop, 3),
    (StepKind::Pass, 16),
    (StepKind::WrongClock, 3),
    (StepKind::Crash, 4),
    (StepKind::Cron, 22),
    (StepKind::Machine, 12),
    (StepKind::Operator, 12),
    (StepKind::Meanwhile, 6),
];

/// Without these nothing happens.
const ALWAYS: [StepKind; 4] = [
    StepKind::Order,
    StepKind::Customer,
    StepKind::Pass,
    StepKind::Cron,
];

/// What is frequent in a world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mixture {
    weights: [(StepKind, u32); USUAL.len()],
    gateways: Vec<GatewayPick>,
    /// Which version of Pakasir's interface the shop uses.
    pub(super) api_version: u8,
    pub(super) has_effects: bool,
}

impl Mixture {
    pub(super) fn of(random: &mut Rng, only: Option<GatewayPick>) -> Self {
        let mut weights = USUAL;
        for (_, weight) in &mut weights {
            match random.u8(0..6) {
                0 => *weight = 0,
                1 => *weight *= 3,
                _ => {}
            }
        }
        for ((kind, weight), (_, usual)) in weights.iter_mut().zip(USUAL) {
            if usual >= 10 && *weight == 0 && random.bool() {
                *weight = usual;
            }
            if ALWAYS.contains(kind) {
                *weight = (*weight).max(8);
            }
        }
        let gateways = match (only, random.u8(0..4)) {
            (Some(one), _) => vec![one],
            (None, 0) => vec![GatewayPick::Midtrans],
            (None, 1) => vec![GatewayPick::Pakasir],
            (None, _) => vec![GatewayPick::Midtrans, GatewayPick::Pakasir],
        };
        Self {
            weights,
            gateways,
            api_version: random.u8(1..=2),
            has_effects: random.u8(0..3) > 0,
        }
    }

    pub(super) fn step(&self, random: &mut Rng) -> Step {
        let kind = self.kind(random);
        match kind {
            StepKind::Order => Step::Order(self.order(random)),
            StepKind::Import => Step::Import {
                gateway: self.gateway(random),
                method: random.u8(..),
                is_known: random.u8(0..3) > 0,
                minutes_ago: random.u16(0..200),
                lifetime: random.u16(5..240),
            },
            StepKind::Customer => Step::Customer(pick(random), customer_act(random)),
            StepKind::Gateway => Step::Gateway(pick(random), gateway_act(random)),
            StepKind::Notification => Step::Notification(pick(random), notification(random)),
            StepKind::Fault => Step::Condition(self.fault(random)),
            StepKind::Healthy => Step::Condition(Condition::Healthy),
            StepKind::Shop => Step::Condition(Condition::Shop(shop(random))),
            StepKind::Pass => Step::Condition(Condition::Pass {
                minutes: minutes(random),
            }),
            StepKind::WrongClock => Step::Condition(Condition::WrongClock {
                minutes: wrong_minutes(random),
            }),
            StepKind::Crash => Step::Condition(Condition::Crash {
                at: random.u8(1..20),
            }),
            StepKind::Cron => Step::Cron,
            StepKind::Machine => Step::Command(self.machine_command(random)),
            StepKind::Operator => {
                Step::Command(CommandStep::Operator(self.operator_command(random)))
            }
            StepKind::Meanwhile => Step::Condition(Condition::Meanwhile(self.meanwhile(random))),
        }
    }

    fn kind(&self, random: &mut Rng) -> StepKind {
        let total: u32 = self.weights.iter().map(|(_, weight)| weight).sum();
        let mut left = random.u32(0..total.max(1));
        for (kind, weight) in self.weights {
            if left < weight {
                return kind;
            }
            left -= weight;
        }
        StepKind::Cron
    }

    fn meanwhile(&self, random: &mut Rng) -> MeanwhileAct {
        match random.u8(0..9) {
            0..=2 => MeanwhileAct::Pays(pick(random)),
            3 => MeanwhileAct::Arrives(pick(random)),
            8 => MeanwhileAct::Ends(pick(random)),
            4 | 5 => MeanwhileAct::Typed(self.machine_command(random)),
            _ => MeanwhileAct::Typed(CommandStep::Operator(self.operator_command(random))),
        }
    }

    fn gateway(&self, random: &mut Rng) -> GatewayPick {
        let nth = random.usize(0..self.gateways.len().max(1));
        self.gateways
            .get(nth)
            .copied()
            .unwrap_or(GatewayPick::Midtrans)
    }

    fn order(&self, random: &mut Rng) -> PlacedOrder {
        PlacedOrder {
            product: random.u8(0..3),
            units: random.u8(1..3),
            lifetime: one_of(random, 5, &[15, 30, 60, 240]),
            opened: (random.u8(0..3) > 0).then(|| (self.gateway(random), random.u8(..))),
            has_customer: random.bool(),
        }
    }

    fn fault(&self, random: &mut Rng) -> Condition {
        Condition::Fault {
            gateway: self.gateway(random),
            payment: random.bool().then(|| pick(random)),
            fault: fault(random),
            times: random.bool().then(|| random.u8(1..6)),
        }
    }

    fn machine_command(&self, random: &mut Rng) -> CommandStep {
        let order = pick(random);
        match random.u8(0..16) {
            0..=2 => CommandStep::CheckAll {
                due: random.bool(),
                fix: random.u8(0..4) > 0,
            },
            3 | 4 => CommandStep::CheckStatus {
                order,
                fix: random.u8(0..4) > 0,
            },
            5 | 6 => CommandStep::Expire,
            7 => CommandStep::Fulfil,
            8 => CommandStep::Cleanup {
                days: one_of(random, 1, &[7, 90]),
            },
            9..=12 => CommandStep::Pay {
                order,
                gateway: self.gateway(random),
                method: random.u8(..),
                is_new: random.u8(0..5) == 0,
            },
            13 => CommandStep::PayByHand {
                order,
                unique: random.bool(),
            },
            14 => CommandStep::Attach {
                order,
                gateway: self.gateway(random),
                method: random.u8(..),
            },
            _ => CommandStep::Watch { order },
        }
    }

    fn operator_command(&self, random: &mut Rng) -> OperatorStep {
        let one = pick(random);
        match random.u8(0..22) {
            0..=3 => OperatorStep::Approve {
                order: one,
                amount: one_of(random, 0, &[0, 0, 1, 2]),
                even: random.bool(),
                same_reference: random.u8(0..6) == 0,
            },
            4 => OperatorStep::Withdraw { payment: one },
            5 | 6 => OperatorStep::Cancel {
                order: one,
                unproven: random.u8(0..4) == 0,
            },
            7 => OperatorStep::Extend {
                order: one,
                minutes: random.u16(1..300),
            },
            8 | 9 => refund(one, RefundAct::Approve),
            10 | 11 => refund(one, RefundAct::Send),
            12 => refund(one, RefundAct::Done),
            13 => refund(one, RefundAct::Reject),
            14..=16 => OperatorStep::Resolve {
                case: one,
                answer: one_of(random, Answer::Accept, &[Answer::Refund, Answer::Dismiss]),
            },
            17 => OperatorStep::AcceptUnknown {
                gateway: self.gateway(random),
            },
            18 => OperatorStep::ProductSet {
                product: random.u8(0..3),
                capacity: random.bool().then(|| random.u8(0..8)),
                late_refund: random.bool(),
            },
            19 => OperatorStep::Revoke { ticket: one },
            20 => OperatorStep::Redeem { ticket: one },
            _ => one_of(
                random,
                OperatorStep::Replay { effect: one },
                &[OperatorStep::Erase { order: one }],
            ),
        }
    }
}

fn refund(refund: Pick, act: RefundAct) -> OperatorStep {
    OperatorStep::Refund { refund, act }
}

/// Mostly one of the newest.
fn pick(random: &mut Rng) -> Pick {
    Pick(if random.u8(0..4) == 0 {
        random.u8(..)
    } else {
        random.u8(0..3)
    })
}

fn one_of<T: Copy>(random: &mut Rng, first: T, others: &[T]) -> T {
    let nth = random.usize(0..=others.len());
    others.get(nth).copied().unwrap_or(first)
}

fn minutes(random: &mut Rng) -> u32 {
    match random.u8(0..12) {
        0..=3 => random.u32(1..5),
        4..=7 => random.u32(5..60),
        8 | 9 => random.u32(60..600),
        10 => random.u32(600..3_000),
        _ => random.u32(3_000..20_000),
    }
}

fn wrong_minutes(random: &mut Rng) -> i32 {
    let size = one_of(random, 5, &[30, 24 * 60, 40 * 24 * 60, 120 * 24 * 60]);
    if random.bool() { size } else { -size }
}

fn customer_act(random: &mut Rng) -> CustomerAct {
    match random.u8(0..16) {
        0..=3 => CustomerAct::Chooses(random.u8(..)),
        4..=11 => CustomerAct::Pays,
        12 => CustomerAct::PaysMore,
        13 => CustomerAct::PaysLess,
        _ => CustomerAct::PaysOlderTry,
    }
}

fn gateway_act(random: &mut Rng) -> GatewayAct {
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

fn notification(random: &mut Rng) -> NotificationStep {
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

fn shop(random: &mut Rng) -> ShopStep {
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

fn fault(random: &mut Rng) -> Fault {
    let status = |code| Fault::Status {
        code,
        retry_after: None,
    };
    match random.u8(0..24) {
        0..=3 => Fault::Silent,
        4 | 5 => Fault::Hang,
        6 | 7 => status(500 + u16::from(random.u8(0..4))),
        8 => status(404),
        9 => status(one_of(random, 401, &[410, 429])),
        10 => Fault::Html,
        11 => Fault::CutOff,
        12 => Fault::Garbage,
        13 => Fault::OtherOrder,
        14 => Fault::KnownByIdOnly,
        15 => Fault::LostByReference,
        16 => Fault::Redirect,
        17 => Fault::WrongDate(i64::from(wrong_minutes(random)) * 60),
        18 => Fault::PaidWhenClosed,
        19 => Fault::CloseRefused,
        20 => Fault::CloseIgnored,
        21 => Fault::RefundDenied,
        22 => Fault::OpenRefused,
        _ => Fault::Unanswered,
    }
}
