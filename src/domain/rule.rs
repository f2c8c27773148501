//! The numbered rules. A rule's number stands in every event it causes, so that `why` can name it.

use super::words::words;

words! {
    /// One row of the tables in RULES.md: P for payments, O for orders, R for refunds, G for guards.
    pub enum Rule {
        P4 = "P4", P5 = "P5", P6 = "P6", P7 = "P7", P8 = "P8", P10 = "P10", P11 = "P11",
        P12 = "P12", P13 = "P13", P14 = "P14", P15 = "P15", P16 = "P16", P17 = "P17", P18 = "P18",
        P19 = "P19", P20 = "P20", P21 = "P21", O1 = "O1", O2 = "O2", O2b = "O2b", O3 = "O3",
        O4 = "O4", O5 = "O5", O6 = "O6", O7 = "O7", O7b = "O7b", O8 = "O8", O8b = "O8b", O9 = "O9",
        O10 = "O10", O11 = "O11", O11b = "O11b", O12 = "O12", O14 = "O14", O15 = "O15", O16 = "O16",
        O17 = "O17", R1 = "R1", G1 = "G1",
    }
}
