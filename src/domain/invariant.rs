//! What must always hold in a shop's file, whatever happened to it. How it is checked is the store's affair.

use super::string_enum::string_enum;

string_enum! {
    /// One promise that the file itself can show to be kept.
    pub enum Invariant {
        Integrity = "integrity",
        ForeignKeys = "foreign_keys",
        Views = "views",
        StockCapacity = "stock_capacity",
        StockCounters = "stock_counters",
        Reservations = "reservations",
        OrderCover = "order_cover",
        DeadMoney = "dead_money",
        MustClose = "must_close",
        PaymentMoney = "payment_money",
        RefundedSums = "refunded_sums",
        RefundsStarted = "refunds_started",
        GoneTwice = "gone_twice",
        TakenBack = "taken_back",
        ExpiryProof = "expiry_proof",
        OrderEvents = "order_events",
        PaymentEvents = "payment_events",
        OpenCases = "open_cases",
        HandedOut = "handed_out",
        Worth = "worth",
        Effects = "effects",
        EffectTurns = "effect_turns",
        BankReferences = "bank_references",
        AskedAmounts = "asked_amounts",
        NamedTries = "named_tries",
        MismatchCases = "mismatch_cases",
        OverdueOrders = "overdue_orders",
        Strangers = "strangers",
        WatchEnds = "watch_ends",
        ClockInstants = "clock_instants",
    }
}

impl Invariant {
    /// What must hold, in one sentence.
    #[must_use]
    pub fn promise(self) -> &'static str {
        match self {
            Self::Integrity => "The file is undamaged.",
            Self::ForeignKeys => "Every row that names another row names one that is there.",
            Self::Views => "The views for people can be read.",
            Self::StockCapacity => "No product has more held and sold than its capacity.",
            Self::StockCounters => "What a product counts as held and sold is what its lines say.",
            Self::Reservations => "The stock of every line stands as the status of its order asks.",
            Self::OrderCover => {
                "A paid order is paid for, or a case says that its money is lost; a pending order is not paid for."
            }
            Self::DeadMoney => {
                "Money that counts for a dead order is owed back, or a person is asked about it or has declined to send it back."
            }
            Self::MustClose => {
                "What can still be paid for an order that is dead or paid is marked to be closed, and nothing else is."
            }
            Self::PaymentMoney => "Only a payment that was paid has received anything.",
            Self::RefundedSums => {
                "What went back of a payment is the sum of its refunds that have happened."
            }
            Self::RefundsStarted => {
                "The refunds started here for a payment are no more than it received and still had."
            }
            Self::GoneTwice => {
                "No more has gone back of a payment than its customer paid, or a person was asked about it."
            }
            Self::TakenBack => {
                "What a gateway has shown as gone back is not less by its last word, or it is asked again, or a person is."
            }
            Self::ExpiryProof => {
                "No order has expired without an answer after its deadline, or a person's word."
            }
            Self::OrderEvents => "The events of every order lead to its present status.",
            Self::PaymentEvents => "The events of every payment lead to its present status.",
            Self::OpenCases => "No question is open twice.",
            Self::HandedOut => {
                "Every line has the tickets and the access that it handed out, once, and none is good for an order that ended."
            }
            Self::Worth => {
                "Tickets and access are good exactly as long as the money for their order is there, and a used ticket stays used."
            }
            Self::Effects => "Nothing that must happen once has been done twice.",
            Self::EffectTurns => {
                "What must happen because of an order stands as its own fields and its order say."
            }
            Self::BankReferences => "Every bank reference is used once.",
            Self::AskedAmounts => {
                "No two orders that wait are asked for the same amount past the gateways."
            }
            Self::NamedTries => {
                "Every try that a verified notification has named was asked about, or will be."
            }
            Self::MismatchCases => {
                "Money of the wrong amount has an open case, or a person has decided on it."
            }
            Self::OverdueOrders => {
                "An order past its deadline can be ended, or is asked about again, or has an open case."
            }
            Self::Strangers => {
                "Where a gateway says, signed, that money came in under a reference that nothing here has, a person is asked."
            }
            Self::WatchEnds => "No payment has left the schedule while the rules still watch it.",
            Self::ClockInstants => {
                "Nothing was asked, made or tried later than now; nothing is put off beyond its interval."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Invariant;

    #[test]
    fn every_invariant_has_its_own_promise() {
        for (index, invariant) in Invariant::ALL.iter().enumerate() {
            assert!(invariant.promise().ends_with('.'), "{invariant}");
            let earlier = &Invariant::ALL[..index];
            let is_new = |other: &Invariant| other.promise() != invariant.promise();
            assert!(earlier.iter().all(is_new), "{invariant}");
        }
    }
}
