//! The numbered rules. Every event stores the number of its rule, so that `why` can name it.

use crate::domain::string_enum;

string_enum! {
    /// One row of the tables in docs/rules.md: P for payments, O for orders, E for effects, R for refunds,
    /// G for guards, S for the schedule.
    pub enum Rule {
        P1 = "P1", P2 = "P2", P3 = "P3", P4 = "P4", P5 = "P5", P6 = "P6", P7 = "P7", P8 = "P8", P10 = "P10", P11 = "P11",
        P12 = "P12", P13 = "P13", P14 = "P14", P15 = "P15", P16 = "P16", P17 = "P17", P18 = "P18",
        P19 = "P19", P20 = "P20", P21 = "P21", P22 = "P22", P23 = "P23", P24 = "P24",
        P25 = "P25", P26 = "P26", P27 = "P27", P28 = "P28", P29 = "P29", O1 = "O1", O2 = "O2", O2b = "O2b", O3 = "O3",
        O4 = "O4", O5 = "O5", O6 = "O6", O7 = "O7", O7b = "O7b", O8 = "O8", O8b = "O8b", O9 = "O9",
        O10 = "O10", O11 = "O11", O11b = "O11b", O12 = "O12", O13 = "O13", O14 = "O14", O15 = "O15", O16 = "O16",
        O17 = "O17", O18 = "O18", E1 = "E1", E2 = "E2", E3 = "E3", E4 = "E4", E5 = "E5", E6 = "E6", E7 = "E7", E8 = "E8",
        E9 = "E9", E10 = "E10",
        R1 = "R1", R2 = "R2", R3 = "R3", G1 = "G1", H1 = "H1", S1 = "S1", S2 = "S2",
    }
}

impl Rule {
    /// By which an order is taken in.
    pub const ORDER_PLACED: Self = Self::O1;
    /// By which a payment that the shop has opened itself joins its order.
    pub const OPENED_BY_SHOP: Self = Self::P28;
    /// By which a transfer is booked once, and a person asked about one that looks like it.
    pub const TRANSFER_BOOKED: Self = Self::P20;
    /// By which a person is asked about money under references that no order has.
    pub const UNKNOWN_ORDERS: Self = Self::P29;
    /// By which an effect is queued with the change that triggers it.
    pub const EFFECT_QUEUED: Self = Self::E1;
    /// By which a person has an effect tried again.
    pub const EFFECT_RETRIED: Self = Self::E8;
    /// By which a person has a done effect delivered once more.
    pub const EFFECT_REPEATED: Self = Self::E10;

    /// Whether it brings back an order that had ended before its money came.
    #[must_use]
    pub fn is_late_money(self) -> bool {
        self == Self::O9
    }
}

/// Gives each rule its sentence.
macro_rules! sentences {
    ($($rule:ident: $sentence:literal,)+) => {
        impl Rule {
            /// What the rule says, in one sentence.
            #[must_use]
            pub fn sentence(self) -> &'static str {
                match self { $(Self::$rule => $sentence),+ }
            }
        }
    };
}

sentences! {
    P1: "payctl records a payment before it asks the gateway to open it",
    P2: "the gateway answered the request to open the payment",
    P3: "the gateway did not answer the request to open it, so payctl reads it",
    P4: "the gateway waits for the money",
    P5: "the gateway's fraud check holds the payment for a person",
    P6: "the right amount was paid",
    P7: "another amount was paid",
    P8: "the payment ended at the gateway without money",
    P10: "the customer chose no way to pay before the deadline",
    P11: "the gateway no longer knows a payment that it knew",
    P12: "a closed payment stays closed",
    P13: "the gateway contradicts what it said about money",
    P14: "the gateway took the money back without a refund, and said so twice",
    P15: "the gateway reports a refund",
    P16: "the customer's bank charged money back",
    P17: "money that was taken back has arrived again",
    P18: "no answer changes nothing",
    P19: "a status that this version does not know changes nothing",
    P20: "a person says that the money arrived by another way than the gateways",
    P21: "a person withdraws an approval",
    P22: "the order gets a unique amount for a manual transfer",
    P23: "payctl queries a try that a notification named until the try answers",
    P24: "an answer about a try that no notification named proves nothing",
    P25: "the gateway no longer shows a refund, and said so twice",
    P26: "the gateway reports twice that charged-back money has returned",
    P27: "open payments are closed and read before a manual approval counts",
    P28: "the shop opened a further payment of a known order",
    P29: "signed news of money under an unknown reference goes to a person",
    O1: "order created and stock reserved",
    O2: "the money covers the order, and the excess goes back",
    O2b: "part of the total is paid",
    O3: "the order is overdue, and every gateway answered that it is unpaid",
    O4: "payctl first closes the payments that can still be paid",
    O5: "no order expires without an answer from its gateway",
    O6: "no order expires while something about its money is undecided",
    O7: "the order is overdue, and no gateway has a payment of it",
    O7b: "a person ends the order without proof that it is unpaid",
    O8: "a person cancels the order, and every gateway answered that it is unpaid",
    O8b: "a person cancels the order after it was paid",
    O9: "late money arrived, and the stock is still free",
    O10: "money arrived after the order ended",
    O11: "the order is covered without this payment",
    O11b: "the order needs the money of a refund that was due",
    O12: "all effects are done",
    O13: "an effect of the paid order failed for good",
    O14: "the order is no longer fully paid",
    O15: "all money of the order went back",
    O16: "a person moves the deadline",
    O17: "payments still payable for a paid or closed order are closed",
    O18: "a person revokes one ticket, and the order stays",
    E1: "effects are queued in the transaction that causes them",
    E2: "the effect is done",
    E3: "the attempt failed and will be retried",
    E4: "the attempt failed and will not be retried",
    E5: "the worker stopped; the effect is retried under the same key",
    E6: "nobody knows whether the effect happened, and it must not happen twice",
    E7: "the order ended before the effect was done",
    E8: "a person retries the effect now",
    E9: "the order was paid again before the effect was undone",
    E10: "a person has a done effect delivered once more",
    R1: "a person decides about a refund",
    R2: "the gateway twice did not show a refund, so the refund was not sent",
    R3: "a refund that was first sent too long ago is never sent again",
    S1: "a payment or gateway did not answer for a day; a person looks",
    S2: "a payment is still payable a week after its deadline; a person looks",
    H1: "payctl queries again what an older version damaged",
    G1: "an account that has never known a payment may be the wrong one",
}

#[cfg(test)]
mod tests {
    use super::Rule;

    #[test]
    fn every_rule_has_its_own_sentence() {
        let mut sentences: Vec<&str> = Rule::ALL.iter().map(|rule| rule.sentence()).collect();
        sentences.sort_unstable();
        sentences.dedup();
        assert_eq!(sentences.len(), Rule::ALL.len());
    }
}
