//! What can happen in a world. A step names nothing by its name: it picks among what is there when it is played, so
//! that any part of a history is a history.

use crate::simulator::Fault;

/// Picks one of the things that are there, the newest first: 0 is the newest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pick(pub(super) u8);

impl Pick {
    pub(super) fn of<T>(self, things: &[T]) -> Option<&T> {
        let count = things.len();
        let nth = usize::from(self.0).checked_rem(count)?;
        things.get(count.checked_sub(nth + 1)?)
    }

    /// The picked one and then each older one, where the first may not do.
    pub(super) fn and_older<T>(self, things: &[T]) -> impl Iterator<Item = &T> {
        let further = (0..=u8::MAX).take(things.len());
        further.filter_map(move |further| Self(self.0.wrapping_add(further)).of(things))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// The shop places an order, and perhaps has opened a payment for it.
    Order(PlacedOrder),
    /// The shop imports an order from its old system.
    Import {
        gateway: GatewayPick,
        method: u8,
        is_known: bool,
        /// How long ago it was placed.
        minutes_ago: u16,
        lifetime: u16,
    },
    Customer(Pick, CustomerAct),
    Gateway(Pick, GatewayAct),
    Notification(Pick, NotificationStep),
    Condition(Condition),
    /// One minute of the crontab.
    Cron,
    Command(CommandStep),
}

/// The kinds of steps, by which a world is mixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StepKind {
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

/// What changes how the rest goes, and types nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    /// How a gateway fails from now on.
    Fault {
        gateway: GatewayPick,
        /// One payment, or all.
        payment: Option<Pick>,
        fault: Fault,
        times: Option<u8>,
    },
    /// All gateways work again.
    Healthy,
    Shop(ShopStep),
    Pass {
        minutes: u32,
    },
    /// The machine's clock is wrong during the next command.
    WrongClock {
        minutes: i32,
    },
    /// The next command dies at this crash point.
    Crash {
        at: u8,
    },
    /// Somebody else acts while the next command waits for its first answer.
    Meanwhile(MeanwhileAct),
}

/// What happens while a command waits for a gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MeanwhileAct {
    /// A customer pays, and the notification arrives.
    Pays(Pick),
    /// A try ends without money, and the notification arrives.
    Ends(Pick),
    /// What has happened at the gateway before is notified.
    Arrives(Pick),
    Typed(CommandStep),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PlacedOrder {
    pub(super) product: u8,
    pub(super) units: u8,
    pub(super) lifetime: u16,
    /// `None`: a payment is opened later, by `pay`.
    pub(super) opened: Option<(GatewayPick, u8)>,
    pub(super) has_customer: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GatewayPick {
    Midtrans,
    Pakasir,
}

/// What a customer does with a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CustomerAct {
    /// Chooses how to pay on a page, or tries again there.
    Chooses(u8),
    Pays,
    PaysMore,
    PaysLess,
    /// Pays an older try of the same page or reference.
    PaysOlderTry,
}

/// What happens to a payment at its gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GatewayAct {
    /// A try ends without money.
    Ends(Ending),
    /// Another try under the same reference, after the last has ended.
    OpensAgain,
    Challenges,
    /// The shop's owner refunds in the dashboard: everything, or half.
    Refunds {
        all: bool,
    },
    /// A refund does not arrive, and is taken back.
    TakesRefundBack,
    ChargesBack {
        all: bool,
    },
    /// The shop wins the dispute.
    ReturnsChargeback,
    /// The money is taken back without a refund.
    Reverses,
    /// It repeats its own id as the order id, as some wallets do.
    CallsItself,
    /// It names somebody else's order.
    CallsAnother,
    /// A fee is added for the customer.
    AddsFee,
    SaysUnknownWord,
    Forgets,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Expire,
    Cancel,
    Deny,
}

/// A notification about a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotificationStep {
    /// What is true now, so often.
    Arrives {
        times: u8,
    },
    /// Kept by the network, to come later.
    IsDelayed,
    /// One that was delayed comes now.
    ComesLate,
    Forged,
    /// Its word is not what is true: an older one overtook a newer one.
    Says(u8),
    /// Signed money under a reference that nothing here has.
    Stranger,
}

impl NotificationStep {
    /// How often it arrives.
    pub(super) fn times(self) -> u8 {
        if let Self::Arrives { times } = self {
            times
        } else {
            1
        }
    }
}

/// How the shop's own address works from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ShopStep {
    Works,
    Refuses,
    Rejects,
    Hangs,
    Dies,
}

/// A command line that somebody types, or a timer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CommandStep {
    CheckAll {
        due: bool,
        fix: bool,
        limit: Option<u8>,
    },
    CheckStatus {
        order: Pick,
        fix: bool,
    },
    Expire,
    Fulfil,
    Cleanup {
        days: u16,
    },
    Pay {
        order: Pick,
        gateway: GatewayPick,
        method: u8,
        is_new: bool,
    },
    PayByHand {
        order: Pick,
        unique: bool,
    },
    Attach {
        order: Pick,
        gateway: GatewayPick,
        method: u8,
    },
    Watch {
        order: Pick,
    },
    Operator(OperatorStep),
}

/// What operators type, also foolish things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OperatorStep {
    Approve {
        order: Pick,
        /// Of what is missing: 0 all, 1 half, 2 double.
        amount: u8,
        even: bool,
        /// The same bank reference as before.
        same_reference: bool,
    },
    Withdraw {
        payment: Pick,
    },
    Cancel {
        order: Pick,
        unproven: bool,
    },
    Extend {
        order: Pick,
        minutes: u16,
    },
    Refund {
        refund: Pick,
        act: RefundAct,
    },
    Resolve {
        case: Pick,
        answer: Answer,
    },
    AcceptUnknown {
        gateway: GatewayPick,
    },
    ProductSet {
        product: u8,
        capacity: Option<u8>,
        late_refund: bool,
    },
    Revoke {
        ticket: Pick,
    },
    Redeem {
        ticket: Pick,
    },
    Replay {
        effect: Pick,
    },
    Erase {
        order: Pick,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Accept,
    Refund,
    Dismiss,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RefundAct {
    Approve,
    Send,
    Done,
    Reject,
}
