//! The numbered rules. A rule's number stands in every event it causes, so that `why` can name it.

use super::string_enum::string_enum;

string_enum! {
    /// One row of the tables in RULES.md: P for payments, O for orders, E for effects, R for refunds,
    /// G for guards, S for the schedule.
    pub enum Rule {
        P1 = "P1", P2 = "P2", P3 = "P3", P4 = "P4", P5 = "P5", P6 = "P6", P7 = "P7", P8 = "P8", P10 = "P10", P11 = "P11",
        P12 = "P12", P13 = "P13", P14 = "P14", P15 = "P15", P16 = "P16", P17 = "P17", P18 = "P18",
        P19 = "P19", P20 = "P20", P21 = "P21", P22 = "P22", P23 = "P23", P24 = "P24",
        P25 = "P25", P26 = "P26", P27 = "P27", P28 = "P28", P29 = "P29", O1 = "O1", O2 = "O2", O2b = "O2b", O3 = "O3",
        O4 = "O4", O5 = "O5", O6 = "O6", O7 = "O7", O7b = "O7b", O8 = "O8", O8b = "O8b", O9 = "O9",
        O10 = "O10", O11 = "O11", O11b = "O11b", O12 = "O12", O13 = "O13", O14 = "O14", O15 = "O15", O16 = "O16",
        O17 = "O17", O18 = "O18", E1 = "E1", E2 = "E2", E3 = "E3", E4 = "E4", E5 = "E5", E6 = "E6", E7 = "E7", E8 = "E8",
        E9 = "E9",
        R1 = "R1", R2 = "R2", R3 = "R3", G1 = "G1", H1 = "H1", S1 = "S1", S2 = "S2",
    }
}

impl Rule {
    /// What the rule says, in plain words.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::P1 => "a payment is written down before its gateway is asked to open it",
            Self::P2 => "the gateway has answered the opening",
            Self::P3 => "an opening without an answer is settled by a read",
            Self::P4 => "the gateway waits for the money",
            Self::P5 => "the gateway's fraud system wants a person to look",
            Self::P6 => "money is in, the right amount",
            Self::P7 => "money is in, the wrong amount",
            Self::P8 => "it ended at the gateway without money",
            Self::P10 => "nobody had chosen how to pay by its deadline",
            Self::P11 => "the gateway does not know a payment that it once knew",
            Self::P12 => "a closed payment stays closed",
            Self::P13 => "the gateway contradicts what it has said about money",
            Self::P14 => "the gateway took the money back without a refund, and said so twice",
            Self::P15 => "the gateway has sent money back",
            Self::P16 => "the customer's bank has taken money back",
            Self::P17 => "money that was taken back is in again",
            Self::P18 => "silence is not an answer",
            Self::P19 => "a word that this version does not know moves nothing",
            Self::P20 => "a person says that the money came past the gateways",
            Self::P21 => "a person takes an approval back",
            Self::P22 => "it is asked to pay past the gateways, by an amount of its own",
            Self::P23 => "a try that a message named is asked about until it answers itself",
            Self::P24 => "an answer about somebody unnamed is nobody's, and proves nothing",
            Self::P25 => "the gateway no longer shows a refund, and said so twice",
            Self::P26 => "what was charged back is here again, and the gateway said so twice",
            Self::P27 => "what can be paid is closed and read before a person's word counts",
            Self::P28 => "the shop has opened a further payment of an order that is known",
            Self::P29 => "signed word of money under an unknown reference is a person's matter",
            Self::O1 => "an order comes in, and its stock with it",
            Self::O2 => "what has come in covers the order, and what is more goes back",
            Self::O2b => "some money is in, but not enough",
            Self::O3 => "it is overdue, and every gateway has answered that it is unpaid",
            Self::O4 => "what can still be paid is closed at its gateway first",
            Self::O5 => "nothing expires without an answer",
            Self::O6 => "nothing expires while something about its money is undecided",
            Self::O7 => "it is overdue, and no gateway has a payment of it",
            Self::O7b => "a person ends it without proof that it is unpaid",
            Self::O8 => "a person cancels it, and every gateway has answered that it is unpaid",
            Self::O8b => "a person cancels it after it was sold",
            Self::O9 => "the money came late, and everything is still free",
            Self::O10 => "money came for an order that is dead",
            Self::O11 => "the order is paid for without it",
            Self::O11b => "money that was to go back is needed after all",
            Self::O12 => "nothing is left to be done",
            Self::O13 => "what had to happen after payment has failed for good",
            Self::O14 => "what was handed out is no longer paid for",
            Self::O15 => "all of its money went back",
            Self::O16 => "a person gives it more time",
            Self::O17 => "what is dead or paid must not stay payable",
            Self::O18 => "a person takes one ticket back, and the order stays",
            Self::E1 => "what must happen is written down together with what brought it about",
            Self::E2 => "it has happened",
            Self::E3 => "it did not work, and is tried again",
            Self::E4 => "it did not work, and is not tried again",
            Self::E5 => "whoever carried it out is gone; it is tried again under the same key",
            Self::E6 => "nobody knows whether it happened, and it must not happen twice",
            Self::E7 => "its order has ended before it was done",
            Self::E8 => "a person has it tried at once",
            Self::E9 => "its order is paid again before it was undone",
            Self::R1 => "a person decides what goes back",
            Self::R2 => "a refund that its gateway does not show, twice, was not sent",
            Self::R3 => "what was sent too long ago is never sent again",
            Self::S1 => "what is not answered for a day is a question for a person",
            Self::S2 => "what stays payable a week after its deadline, a person sees",
            Self::H1 => "what an older version has harmed is asked about again",
            Self::G1 => "an account that has never known a payment may be the wrong one",
        }
    }
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
