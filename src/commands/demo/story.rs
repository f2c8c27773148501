//! The scenes of the demo, and their expected results. A scene fits a small screen: a test counts its lines.

use crate::exit::Exit;

/// What a person reads before the demo pauses.
pub(super) struct DemoScene {
    pub(super) title: &'static str,
    pub(super) steps: &'static [DemoStep],
}

pub(super) enum DemoStep {
    /// Prints an explanation.
    Say(&'static str),
    /// Runs a command line and shows its output.
    Type { line: &'static str, ends: Exit },
    /// Runs a command line that the story does not tell.
    Beforehand(&'static str),
    /// Changes something at the gateway; no notification arrives.
    Midtrans {
        reference: &'static str,
        status: &'static str,
        amount: i64,
    },
    /// Compares each order and its payments with what is expected.
    Look(&'static [(&'static str, &'static str)]),
}

use DemoStep::{Beforehand, Look, Midtrans, Say};

const fn types(line: &'static str) -> DemoStep {
    ends(line, Exit::Clean)
}

const fn ends(line: &'static str, ends: Exit) -> DemoStep {
    DemoStep::Type { line, ends }
}

pub(super) const STORY: [DemoScene; 5] = [
    DemoScene {
        title: "Five customers order",
        steps: &[
            Beforehand("product set seat --price 150000 --capacity 100 --tickets"),
            Beforehand("product set stream --price 50000 --access 2h"),
            Say("\
A shop sells seats at a festival, and its stream. Five orders come in; each
reserves its seats at once, and its payment is open at a gateway."),
            types("order import orders.jsonl"),
            types("order list"),
        ],
    },
    DemoScene {
        title: "No webhook arrives",
        steps: &[
            Say("\
Three have paid, one of them too little, and one QR code has expired. The shop
knows of none of it. Ask the gateways; this writes nothing yet:"),
            ends("check-all", Exit::Attention),
            Look(BEFORE),
        ],
    },
    DemoScene {
        title: "The books are brought level",
        steps: &[
            Say("\
Exit code 3 means: somebody should look, or let payctl fix it. So again, with
--fix. Rp 15,000 instead of Rp 150,000 no rule can settle: that is a case."),
            ends("check-all --fix", Exit::Attention),
            Look(AFTER),
        ],
    },
    DemoScene {
        title: "Two deadlines pass",
        steps: &[
            Beforehand("product set finale --price 100000 --capacity 2"),
            Beforehand(
                "order create --number INV-6 --line finale:1 --expires-in 1ms --gateway midtrans --method qris",
            ),
            Beforehand(
                "order create --number INV-7 --line finale:1 --expires-in 1ms --gateway midtrans --method qris",
            ),
            Say("\
INV-6 has paid unheard, INV-7 not at all. No order expires without asking:"),
            types("expire"),
            Look(&[("INV-6", "fulfilled paid"), ("INV-7", "expired expired")]),
            Say("\
Then the bank of INV-7 pays late after all. Its seat is still free:"),
            Midtrans {
                reference: "INV-7",
                status: "settlement",
                amount: 100_000,
            },
            types("check-status INV-7 --fix"),
            Look(&[("INV-7", "fulfilled paid")]),
        ],
    },
    DemoScene {
        title: "Late money for a seat that is sold",
        steps: &[
            Beforehand("product set encore --price 100000 --capacity 1"),
            Beforehand(
                "order create --number INV-8 --line encore:1 --expires-in 1ms --gateway midtrans --method qris",
            ),
            Midtrans {
                reference: "INV-8",
                status: "pending",
                amount: 100_000,
            },
            Beforehand("expire"),
            Beforehand("order create --number INV-9 --line encore:1"),
            Midtrans {
                reference: "INV-8",
                status: "settlement",
                amount: 100_000,
            },
            Say("\
INV-8 pays late, too, but somebody else has taken the seat by now. Nothing is
oversold, and no money is lost: a refund is due."),
            ends("check-status INV-8 --fix", Exit::Attention),
            Look(&[("INV-8", "expired paid"), ("INV-9", "pending ")]),
            types("refund list"),
            types("verify"),
        ],
    },
];

/// The gateways have not been asked about any payment yet.
const BEFORE: &[(&str, &str)] = &[
    ("INV-1", "pending created"),
    ("INV-2", "pending created"),
    ("INV-3", "pending created"),
    ("INV-4", "pending created"),
    ("INV-5", "pending created"),
];

const AFTER: &[(&str, &str)] = &[
    ("INV-1", "fulfilled paid"),
    ("INV-2", "pending mismatch"),
    ("INV-3", "pending pending"),
    ("INV-4", "pending expired"),
    ("INV-5", "fulfilled paid"),
];
