//! What customers do, and what the network does with notifications.

use super::books::BooksCopy;
use super::gateway_acts::end_word;
use super::record::TypedLine;
use super::step::{CustomerAct, Ending, GatewayPick, MeanwhileAct, NotificationStep, Pick};
use super::world::World;
use crate::domain::Rupiah;
use crate::simulator::{
    AttemptTruth, MIDTRANS, PAKASIR, Sender, SimulatedGateway, SimulatedNotification, SimulatedTry,
};

/// The methods of each gateway, of which a step picks one.
const MIDTRANS_METHODS: [&str; 6] = [
    "snap",
    "qris",
    "bca_va",
    "gopay",
    "permata_va",
    "credit_card",
];
const PAKASIR_METHODS: [&str; 3] = ["qris", "bni_va", "permata_va"];

impl GatewayPick {
    /// # Errors
    /// No gateway of that name is simulated.
    pub(super) fn named(name: &str) -> anyhow::Result<Self> {
        let all = [Self::Midtrans, Self::Pakasir];
        let found = all.into_iter().find(|one| one.name() == name);
        found.ok_or_else(|| anyhow::anyhow!("no gateway {name:?} is simulated: midtrans, pakasir"))
    }

    pub(super) fn kind(self) -> SimulatedGateway {
        match self {
            Self::Midtrans => MIDTRANS,
            Self::Pakasir => PAKASIR,
        }
    }

    pub(super) fn name(self) -> &'static str {
        self.kind().name()
    }

    pub(super) fn method(self, nth: u8) -> &'static str {
        let methods: &[&str] = match self {
            Self::Midtrans => &MIDTRANS_METHODS,
            Self::Pakasir => &PAKASIR_METHODS,
        };
        Pick(nth).of(methods).copied().unwrap_or("qris")
    }
}

/// What is true of a try now, to be changed and set for the same try.
fn same_try(one: &SimulatedTry) -> AttemptTruth {
    AttemptTruth {
        transaction_id: Some(one.transaction_id.clone()),
        try_number: None,
        ..one.truth.clone()
    }
}

/// The word of a gateway for money that is in.
fn paid_word(kind: SimulatedGateway) -> &'static str {
    if kind == PAKASIR {
        "completed"
    } else {
        "settlement"
    }
}

/// How a customer pays on a page.
fn chosen(nth: u8) -> &'static str {
    let methods = MIDTRANS_METHODS.get(1..).unwrap_or_default();
    Pick(nth).of(methods).copied().unwrap_or("qris")
}

impl World {
    /// The newest try of each reference.
    pub(super) fn payments(&self) -> Vec<SimulatedTry> {
        let mut found: Vec<SimulatedTry> = Vec::new();
        for one in self.gateways.tries() {
            match found.last_mut() {
                Some(last) if last.kind == one.kind && last.reference == one.reference => {
                    *last = one;
                }
                _ => found.push(one),
            }
        }
        found.sort_by_key(|one| one.truth.opened_at);
        found
    }

    pub(super) fn payment(&self, pick: Pick) -> Option<SimulatedTry> {
        pick.of(&self.payments()).cloned()
    }

    /// Changes what is true about a try; `false` if the gateway would not do that.
    pub(super) fn change(
        &self,
        one: &SimulatedTry,
        change: impl FnOnce(&mut AttemptTruth),
    ) -> bool {
        let mut truth = same_try(one);
        change(&mut truth);
        let set = self.gateways.set(one.kind, &one.reference, truth);
        set.is_ok()
    }

    pub(super) fn say(&self, one: &SimulatedTry, word: &str) -> bool {
        self.change(one, |truth| word.clone_into(&mut truth.status))
    }

    /// What the customer does, in the words of a story; `None` if it is not possible.
    pub(super) fn customer(&mut self, pick: Pick, act: CustomerAct) -> Option<String> {
        let payments = self.payments();
        let mut meant = pick.and_older(&payments);
        meant.find_map(|one| self.customer_of(one, act))
    }

    fn customer_of(&self, one: &SimulatedTry, act: CustomerAct) -> Option<String> {
        let is_open = one.truth.status == "pending" && !self.is_over(one);
        let paid = paid_word(one.kind);
        let done = match act {
            CustomerAct::Chooses(method) => {
                let has_page = one.kind == MIDTRANS
                    && (one.truth.token.is_some() || one.truth.status == "not_started")
                    && !one.is_money
                    && !self.is_over(one);
                has_page && self.gateways.choose(&one.reference, chosen(method)).is_ok()
            }
            CustomerAct::Pays => is_open && self.say(one, paid),
            CustomerAct::PaysMore | CustomerAct::PaysLess => {
                let other = one.truth.amount.as_i64()
                    + if act == CustomerAct::PaysMore {
                        5_000
                    } else {
                        -5_000
                    };
                is_open
                    && other > 0
                    && self.change(one, |truth| {
                        paid.clone_into(&mut truth.status);
                        truth.amount = Rupiah::from_db(other);
                    })
            }
            CustomerAct::PaysOlderTry => {
                let all = self.gateways.tries();
                let older = all.into_iter().find(|other| {
                    other.reference == one.reference
                        && other.kind == one.kind
                        && other.transaction_id != one.transaction_id
                        && other.truth.status == "pending"
                        && !self.is_over(other)
                })?;
                self.say(&older, paid)
            }
        };
        done.then(|| format!("gateway {} customer {act:?}", one.reference))
    }

    fn is_over(&self, one: &SimulatedTry) -> bool {
        one.truth.expires_at.is_some_and(|end| end <= self.now())
    }

    /// Payments whose time is over and that nobody has paid end at their gateways.
    pub(super) fn end_overdue(&self) {
        for one in self.gateways.tries() {
            if one.truth.status == "pending" && self.is_over(&one) {
                self.say(&one, end_word(one.kind, Ending::Expire));
            }
        }
    }

    /// Has happen what was planned to happen while the next command waits, if it is possible now.
    pub(super) fn prepare_meanwhile(&mut self, books: &BooksCopy) {
        self.network.set_meanwhile(None);
        let Some(act) = self.meanwhile.take() else {
            return;
        };
        match act {
            MeanwhileAct::Typed(command) => {
                if let Some(line) = self.typed(command, books) {
                    self.run_beside(line, || ());
                }
            }
            MeanwhileAct::Pays(pick) | MeanwhileAct::Ends(pick) | MeanwhileAct::Arrives(pick) => {
                let Some(one) = self.payment(pick) else {
                    return;
                };
                let word = match act {
                    MeanwhileAct::Pays(_) => Some(paid_word(one.kind)),
                    MeanwhileAct::Ends(_) => Some(end_word(one.kind, Ending::Expire)),
                    MeanwhileAct::Arrives(_) | MeanwhileAct::Typed(_) => None,
                };
                if word.is_some() && (one.truth.status != "pending" || self.is_over(&one)) {
                    return;
                }
                let told =
                    self.gateways
                        .notification(one.kind, &one.reference, word, Sender::Gateway);
                let Some(told) = told else {
                    return;
                };
                let gateways = self.gateways.clone();
                let line = TypedLine::notified(one.kind.name(), told);
                self.run_beside(line, move || {
                    if let Some(word) = word {
                        let mut truth = same_try(&one);
                        word.clone_into(&mut truth.status);
                        let _set = gateways.set(one.kind, &one.reference, truth);
                    }
                });
            }
        }
    }

    /// The notification that a step is about, with its gateway; `None`: nothing arrives now.
    pub(super) fn notification(
        &mut self,
        pick: Pick,
        step: NotificationStep,
    ) -> Option<(String, SimulatedNotification)> {
        if step == NotificationStep::ComesLate {
            let nth = pick
                .of(&(0..self.delayed.len()).collect::<Vec<_>>())
                .copied()?;
            return Some(self.delayed.remove(nth));
        }
        let one = self.payment(pick)?;
        let words = ["pending", "settlement", "expire", "completed", "cancel"];
        let (word, sender) = match step {
            NotificationStep::Says(nth) => (Pick(nth).of(&words).copied(), Sender::Gateway),
            NotificationStep::Forged => (Some("settlement"), Sender::Forger),
            NotificationStep::Arrives { .. }
            | NotificationStep::IsDelayed
            | NotificationStep::ComesLate
            | NotificationStep::Stranger => (None, Sender::Gateway),
        };
        let mut reference = one.reference.clone();
        if step == NotificationStep::Stranger {
            reference = format!("STRANGER-{}", self.next_serial());
            let truth = AttemptTruth::new("settlement", one.truth.amount);
            self.gateways.set(MIDTRANS, &reference, truth).ok()?;
            self.strangers.push(reference.clone());
            let told = self
                .gateways
                .notification(MIDTRANS, &reference, None, sender)?;
            return Some((MIDTRANS.name().to_owned(), told));
        }
        // Also of what its gateway calls by its own id, the notification says our reference.
        let calls_itself = one.truth.order_id.as_ref() == Some(&one.transaction_id);
        if calls_itself {
            self.change(&one, |truth| truth.order_id = Some(reference.clone()));
        }
        let told = self
            .gateways
            .notification(one.kind, &reference, word, sender);
        if calls_itself {
            self.change(&one, |truth| {
                truth.order_id = Some(one.transaction_id.clone())
            });
        }
        let told = told?;
        let named = (one.kind.name().to_owned(), told);
        if step == NotificationStep::IsDelayed {
            self.delayed.push(named);
            return None;
        }
        Some(named)
    }
}
