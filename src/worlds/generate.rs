//! Makes histories from a seed. Each world has its own mixture: some of what can happen is frequent in it, some does
//! not happen at all, so that rare things meet each other.

use fastrand::Rng;

use super::chances::{
    customer_act, fault, gateway_act, minutes, notification, one_of, pick, refund, shop,
    wrong_minutes,
};
use super::customs::{Customs, often};
use super::step::{
    Answer, CommandStep, Condition, GatewayPick, MeanwhileAct, OperatorStep, PlacedOrder,
    RefundAct, Step, StepKind,
};
use super::world::ShopSetting;
use crate::simulator::Fault;

/// How often each kind happens in a usual world, in proportion to the others.
const USUAL: [(StepKind, u32); 15] = [
    (StepKind::Order, 10),
    (StepKind::Import, 6),
    (StepKind::Customer, 22),
    (StepKind::Gateway, 12),
    (StepKind::Notification, 14),
    (StepKind::Fault, 14),
    (StepKind::Healthy, 5),
    (StepKind::Shop, 3),
    (StepKind::Pass, 16),
    (StepKind::WrongClock, 3),
    (StepKind::Crash, 4),
    (StepKind::Cron, 22),
    (StepKind::Machine, 12),
    (StepKind::Operator, 12),
    (StepKind::Meanwhile, 10),
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
    customs: Customs,
    pub(super) setting: ShopSetting,
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
            // Where there are few orders, more happens to each of them.
            if *kind == StepKind::Order && random.bool() {
                *weight = random.u32(1..4);
            }
        }
        let gateways = match (only, random.u8(0..4)) {
            (Some(one), _) => vec![one],
            (None, 0) => vec![GatewayPick::Midtrans],
            (None, 1) => vec![GatewayPick::Pakasir],
            (None, _) => vec![GatewayPick::Midtrans, GatewayPick::Pakasir],
        };
        let customs = Customs::of(random);
        let gateways = if customs.are_plain() || only.is_some() {
            gateways
        } else {
            vec![GatewayPick::Midtrans]
        };
        for (kind, weight) in &mut weights {
            *weight = customs
                .weight(*kind)
                .map_or(*weight, |least| least.max(*weight));
        }
        let mut mixture = Self {
            weights,
            gateways,
            customs,
            setting: ShopSetting {
                api_version: random.u8(1..=2),
                has_effects: random.u8(0..3) > 0,
                max_in_flight: one_of(random, 16, &[1, 2]),
            },
        };
        if mixture.customs.are_plain() && random.bool() {
            let practice = mixture.operator_command(random);
            mixture.customs.operators.push(practice);
        }
        mixture
    }

    /// Without an order there is nothing to decide. Some shops begin with a rush, and some of these in an outage.
    pub(super) fn first_steps(&self, random: &mut Rng) -> Vec<Step> {
        if random.u8(0..5) > 0 {
            return vec![Step::Order(self.order(random))];
        }
        let gateway = self.gateway(random);
        let rush = random.usize(7..13);
        let mut order = || PlacedOrder {
            product: 0,
            opened: Some((gateway, self.method(random))),
            ..self.order(random)
        };
        let mut steps: Vec<Step> = std::iter::repeat_with(|| Step::Order(order()))
            .take(rush)
            .collect();
        if random.bool() {
            steps.push(Step::Condition(Condition::Fault {
                gateway,
                payment: None,
                fault: self.kind_of_fault(random),
                times: None,
            }));
            steps.push(Step::Cron);
        }
        steps
    }

    pub(super) fn step(&self, random: &mut Rng) -> Step {
        let kind = self.kind(random);
        match kind {
            StepKind::Order => Step::Order(self.order(random)),
            StepKind::Import => Step::Import {
                gateway: self.gateway(random),
                method: self.method(random),
                is_known: random.u8(0..3) > 0,
                minutes_ago: random.u16(0..200),
                lifetime: random.u16(5..240),
            },
            StepKind::Customer => {
                let act = often(random, &self.customs.customers);
                Step::Customer(pick(random), act.unwrap_or_else(|| customer_act(random)))
            }
            StepKind::Gateway => {
                let act = often(random, &self.customs.gateway);
                Step::Gateway(pick(random), act.unwrap_or_else(|| gateway_act(random)))
            }
            StepKind::Notification => {
                let told = often(random, &self.customs.notifications);
                Step::Notification(pick(random), told.unwrap_or_else(|| notification(random)))
            }
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
        if let Some(custom) = often(random, &self.customs.beside) {
            return custom;
        }
        match random.u8(0..10) {
            0..=4 => MeanwhileAct::Pays(pick(random)),
            5 => MeanwhileAct::Arrives(pick(random)),
            6 => MeanwhileAct::Ends(pick(random)),
            7 => MeanwhileAct::Typed(self.machine_command(random)),
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
            opened: (random.u8(0..3) > u8::from(self.customs.opens_later))
                .then(|| (self.gateway(random), self.method(random))),
            has_customer: random.bool(),
        }
    }

    fn fault(&self, random: &mut Rng) -> Condition {
        Condition::Fault {
            gateway: self.gateway(random),
            payment: random.bool().then(|| pick(random)),
            fault: self.kind_of_fault(random),
            times: random.bool().then(|| random.u8(1..6)),
        }
    }

    fn kind_of_fault(&self, random: &mut Rng) -> Fault {
        match &self.customs.ailment {
            Some(ailment) if random.u8(0..3) > 0 => ailment.clone(),
            _ => fault(random),
        }
    }

    fn method(&self, random: &mut Rng) -> u8 {
        often(random, &self.customs.methods).unwrap_or_else(|| random.u8(..))
    }

    fn machine_command(&self, random: &mut Rng) -> CommandStep {
        if let Some(custom) = often(random, &self.customs.machine) {
            return custom;
        }
        let order = pick(random);
        match random.u8(0..18) {
            0..=2 | 16 | 17 => CommandStep::CheckAll {
                due: random.bool(),
                fix: random.u8(0..4) > 0,
                limit: self.customs.limit,
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
                method: self.method(random),
                is_new: random.u8(0..5) == 0,
            },
            13 => CommandStep::PayByHand {
                order,
                unique: random.bool(),
            },
            14 => CommandStep::Attach {
                order,
                gateway: self.gateway(random),
                method: self.method(random),
            },
            _ => CommandStep::Watch { order },
        }
    }

    fn operator_command(&self, random: &mut Rng) -> OperatorStep {
        if let Some(custom) = often(random, &self.customs.operators) {
            return custom;
        }
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
