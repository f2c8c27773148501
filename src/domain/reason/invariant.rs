//! What must always hold in a shop's file, whatever happened to it. How it is checked is the store's affair.

use crate::domain::string_enum;

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
        DeniedMoney = "denied_money",
        OverdueOrders = "overdue_orders",
        Strangers = "strangers",
        SearchWords = "search_words",
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
            Self::ForeignKeys => "Every reference leads to an existing row.",
            Self::Views => "The views for people can be read.",
            Self::StockCapacity => "No product has more units held and sold than its capacity.",
            Self::StockCounters => "A product's held and sold counts agree with its lines.",
            Self::Reservations => "The stock of every line agrees with its order's status.",
            Self::OrderCover => {
                "A paid order is fully paid, or a case says that its money is lost; a pending order is not fully paid."
            }
            Self::DeadMoney => {
                "Money of an expired or cancelled order has a refund or an open case, or an operator has decided to keep it."
            }
            Self::MustClose => {
                "Exactly the payments that are still payable for a paid or closed order are marked to be closed."
            }
            Self::PaymentMoney => "Only a payment that was paid has received money.",
            Self::RefundedSums => {
                "The refunded total of a payment is the sum of its completed refunds."
            }
            Self::RefundsStarted => {
                "payctl has not started more refunds for a payment than the payment had money for."
            }
            Self::GoneTwice => {
                "No more has gone back of a payment than its customer paid, or a case asks about it."
            }
            Self::TakenBack => {
                "A gateway's last answer shows no smaller refunded amount than before, or a query is due, or a case asks about it."
            }
            Self::ExpiryProof => {
                "No order has expired without an answer after its deadline, or an operator's decision."
            }
            Self::OrderEvents => "The events of every order lead to its present status.",
            Self::PaymentEvents => "The events of every payment lead to its present status.",
            Self::OpenCases => "No case is open twice.",
            Self::HandedOut => {
                "Every order line has each of its tickets and its access once, and none is valid for an order that ended."
            }
            Self::Worth => {
                "Tickets and access are valid exactly while their order is fully paid, and a used ticket stays used."
            }
            Self::Effects => "No effect that must happen once was carried out twice.",
            Self::EffectTurns => {
                "The status of every effect agrees with its other fields and with its order."
            }
            Self::BankReferences => "Every bank reference is used once.",
            Self::AskedAmounts => {
                "No two pending orders have the same unique amount for a direct transfer."
            }
            Self::NamedTries => {
                "Every try that a verified notification named was queried, or its query is due."
            }
            Self::MismatchCases => {
                "A payment of the wrong amount has an open case, or an operator has decided about it."
            }
            Self::DeniedMoney => "A person is asked about money that its gateway does not know.",
            Self::OverdueOrders => {
                "An order past its deadline can be ended, or has a query due or an open case."
            }
            Self::Strangers => {
                "A case is open wherever a gateway's signed notification reports money under a reference that no payment here has."
            }
            Self::SearchWords => "Every order and customer is found by its words.",
            Self::WatchEnds => "Every payment that the rules still watch has a query scheduled.",
            Self::ClockInstants => {
                "No query, order or attempt is dated in the future, and no query or attempt is delayed beyond its interval."
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
