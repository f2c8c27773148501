//! What the people and gateways of one world do more often than those of another, so that rare things meet: a shop whose
//! bank takes money back, one whose customers pay the wrong amount, one where two people pay back.

use fastrand::Rng;

use super::chances::{customer_act, fault, gateway_act, refund};
use super::step::{
    CommandStep, CustomerAct, Ending, GatewayAct, GatewayPick, MeanwhileAct, NotificationStep,
    OperatorStep, Pick, RefundAct, StepKind,
};
use crate::simulator::Fault;

/// Methods by which every order of some worlds is paid: at Midtrans, and what has the same number at Pakasir.
const BANK: u8 = 1;
const WALLET: u8 = 2;
const QRIS: u8 = 4;
const PAGE: u8 = 5;

const NEWEST: Pick = Pick(0);

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Customs {
    /// What ails the gateways most of the time, if it is always the same.
    pub(super) ailment: Option<Fault>,
    /// How many payments a check of this shop may ask about.
    pub(super) limit: Option<u8>,
    /// Payments are opened by `pay`, not by the shop.
    pub(super) opens_later: bool,
    pub(super) methods: Vec<u8>,
    pub(super) gateway: Vec<GatewayAct>,
    pub(super) customers: Vec<CustomerAct>,
    pub(super) notifications: Vec<NotificationStep>,
    pub(super) machine: Vec<CommandStep>,
    pub(super) operators: Vec<OperatorStep>,
    pub(super) beside: Vec<MeanwhileAct>,
    /// What happens at least so often.
    weights: Vec<(StepKind, u32)>,
}

impl Customs {
    pub(super) fn of(random: &mut Rng) -> Self {
        let usual = Self {
            ailment: match random.u8(0..6) {
                0 => Some(Fault::Silent),
                1..=3 => Some(fault(random)),
                _ => None,
            },
            limit: (random.u8(0..3) == 0).then(|| random.u8(1..3)),
            gateway: Vec::from_iter(random.bool().then(|| gateway_act(random))),
            customers: Vec::from_iter(random.bool().then(|| customer_act(random))),
            ..Self::default()
        };
        match random.u8(0..16) {
            0 | 1 => usual.of_two_who_pay_back(),
            2 => usual.of_banks_that_take_back(),
            3 => usual.of_wrong_amounts(),
            4 => usual.of_wallets(),
            5 => usual.of_the_impatient(),
            6 => usual.of_wrong_clocks(),
            7 => usual.of_small_limits(),
            _ => usual,
        }
    }

    /// Whether no theme ties them together.
    pub(super) fn are_plain(&self) -> bool {
        self.weights.is_empty()
    }

    /// How often this kind happens at least.
    pub(super) fn weight(&self, kind: StepKind) -> Option<u32> {
        let found = self.weights.iter().find(|(one, _)| *one == kind);
        found.map(|(_, weight)| *weight)
    }

    /// One person pays money back by hand, another in the gateway's dashboard.
    fn of_two_who_pay_back(self) -> Self {
        let done = refund(NEWEST, RefundAct::Done);
        Self {
            operators: vec![cancel(), done, done],
            gateway: vec![GatewayAct::Refunds { all: true }],
            weights: vec![
                (StepKind::Operator, 60),
                (StepKind::Gateway, 24),
                (StepKind::Customer, 24),
            ],
            ..self
        }
    }

    /// Money comes by transfer, and the bank takes it back.
    fn of_banks_that_take_back(self) -> Self {
        Self {
            methods: vec![BANK],
            gateway: vec![GatewayAct::Reverses],
            customers: vec![CustomerAct::Pays],
            weights: vec![(StepKind::Gateway, 40), (StepKind::Customer, 40)],
            ..self
        }
    }

    /// Customers type the amount themselves, and half of it goes back at once.
    fn of_wrong_amounts(self) -> Self {
        Self {
            methods: vec![BANK, QRIS],
            gateway: vec![GatewayAct::Refunds { all: false }],
            customers: vec![CustomerAct::PaysMore, CustomerAct::PaysLess],
            weights: vec![(StepKind::Gateway, 40), (StepKind::Customer, 30)],
            ..self
        }
    }

    /// Wallets that call a payment by their own id, under a gateway that is often silent and notifies all the same.
    fn of_wallets(self) -> Self {
        Self {
            ailment: Some(Fault::Silent),
            methods: vec![WALLET, PAGE],
            gateway: vec![
                GatewayAct::CallsItself,
                GatewayAct::CallsItself,
                GatewayAct::Ends(Ending::Deny),
                GatewayAct::OpensAgain,
            ],
            customers: vec![CustomerAct::Pays, CustomerAct::Chooses(2)],
            notifications: vec![NotificationStep::Arrives { times: 1 }],
            weights: vec![
                (StepKind::Customer, 40),
                (StepKind::Gateway, 40),
                (StepKind::Notification, 40),
                (StepKind::Fault, 20),
                (StepKind::Healthy, 14),
            ],
            ..self
        }
    }

    /// An order is cancelled while its payment is being opened.
    fn of_the_impatient(self) -> Self {
        let pay = CommandStep::Pay {
            order: NEWEST,
            gateway: GatewayPick::Midtrans,
            method: QRIS,
            is_new: false,
        };
        Self {
            opens_later: true,
            machine: vec![pay],
            beside: vec![MeanwhileAct::Typed(CommandStep::Operator(cancel()))],
            weights: vec![
                (StepKind::Order, 20),
                (StepKind::Machine, 80),
                (StepKind::Meanwhile, 60),
            ],
            ..self
        }
    }

    /// The machine's clock is wrong again and again, and nobody opens payments.
    fn of_wrong_clocks(self) -> Self {
        Self {
            opens_later: true,
            machine: vec![CommandStep::Expire],
            weights: vec![
                (StepKind::Order, 16),
                (StepKind::WrongClock, 30),
                (StepKind::Machine, 30),
            ],
            ..self
        }
    }

    /// More orders wait than a check may ask about.
    fn of_small_limits(self) -> Self {
        let check = CommandStep::CheckAll {
            due: true,
            fix: true,
            limit: Some(1),
        };
        Self {
            limit: Some(1),
            machine: vec![check],
            weights: vec![(StepKind::Order, 24), (StepKind::Machine, 60)],
            ..self
        }
    }
}

/// Mostly one of these, where there are any.
pub(super) fn often<T: Clone>(random: &mut Rng, customs: &[T]) -> Option<T> {
    let is_usual = random.u8(0..3) == 0;
    let nth = random.usize(0..customs.len().max(1));
    customs.get(nth).filter(|_| !is_usual).cloned()
}

fn cancel() -> OperatorStep {
    OperatorStep::Cancel {
        order: NEWEST,
        unproven: false,
    }
}
