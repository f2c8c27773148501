//! What is played, and how it must go.

use crate::exit::Exit;

pub(super) enum DemoStep {
    /// Tells the person what comes.
    Say(&'static str),
    /// Types a command line, and shows what it prints.
    Type { line: &'static str, ends: Exit },
    /// Something happens at the gateway, and no notification arrives.
    Midtrans {
        reference: &'static str,
        status: &'static str,
        amount: i64,
    },
    /// Reads back what each order and its payment have become.
    Look(&'static [(&'static str, &'static str)]),
}

use DemoStep::{Look, Midtrans, Say};

const fn types(line: &'static str) -> DemoStep {
    ends(line, Exit::Clean)
}

const fn ends(line: &'static str, ends: Exit) -> DemoStep {
    DemoStep::Type { line, ends }
}

pub(super) const STORY: &[DemoStep] = &[
    Say("A shop sells seats at a festival and two hours of its stream."),
    types("product set seat --price 150000 --capacity 100 --tickets"),
    types("product set stream --price 50000 --access 2h"),
    Say("\
Seven customers order. The stock is held at once. The shop opens each payment at its gateway itself,
and tells payctl by what reference the gateway knows it: the order's number, unless it says otherwise."),
    types("order create --number INV202507180407-3C2A --line seat:2 --gateway midtrans --reference INV202507180407-3C2A --method qris"),
    types("order create --number INV202507180412-9F1B --line seat:1 --gateway midtrans --method bca_va"),
    types("order create --number INV202507180420-A7D0 --line seat:1 --gateway midtrans --method qris"),
    types("order create --number INV202507180425-5E88 --line seat:1 --gateway midtrans --method qris"),
    types("order create --number INV202507180431-C0DE --line seat:1 --gateway midtrans --method snap"),
    types("order create --number INV202507180440-77B1 --line seat:1 --gateway midtrans --method qris"),
    types("order create --number INV202507180452-5A1D --line stream:1 --gateway pakasir --method qris --transaction-id k3TzQ9xVb1"),
    Say("\
Some customers have paid since, one paid the wrong amount, one let the QR code run out. No notification
has arrived: in the shop's books all seven orders are pending. Ask the gateways; nothing is written yet."),
    ends("check-all", Exit::Attention),
    Look(BEFORE),
    Say("\
There is drift, so the exit code is 3: a person should look, or let payctl mend it. Now with --fix."),
    ends("check-all --fix", Exit::Attention),
    Look(AFTER),
    Say("\
Mended. The exit code is 3 once more, because of one order only: for INV202507180440-77B1 Rp 15,000 came
in instead of Rp 150,000. No rule can settle that, so a case was opened for a person. Once more:"),
    types("check-all"),
    Look(AFTER),
    Say("The drift is gone: both sides say the same. What the books say now:"),
    types("order list"),
    types("product list"),
    Say("\
What was seen: three orders that were paid and hung in pending were found (exit 3), mended, and handed
out, their stock sold. The payment that ran out is expired; its order waits for its own deadline, because
check-all expires no order. The payment under way is noted, and the page nobody has opened left alone.
The amount that does not match waits for a person. The last run found nothing to do (exit 0)."),
    Say("\
Now time runs out. Two customers hold the last two seats of the finale and had a moment to pay. One did, and
again no notification came; the other did not, and could still pay. No order expires without asking:"),
    types("product set finale --price 100000 --capacity 2"),
    types("order create --number INV202507180500-F1AA --line finale:1 --expires-in 1ms --gateway midtrans --method qris"),
    types("order create --number INV202507180501-F2BB --line finale:1 --expires-in 1ms --gateway midtrans --method qris"),
    types("expire"),
    Look(&[
        ("INV202507180500-F1AA", "fulfilled paid"),
        ("INV202507180501-F2BB", "expired expired"),
    ]),
    Say("\
The first payment was found at the last question, and its order is fulfilled. The second was closed at the
gateway, read again, and only then was its order expired; its seat is free. But its customer's bank was
slower still, and the money comes late. The seat is free, so the order is revived:"),
    Midtrans { reference: "INV202507180501-F2BB", status: "settlement", amount: 100_000 },
    types("check-all --fix"),
    Look(&[("INV202507180501-F2BB", "fulfilled paid")]),
    Say("\
The same once more, but this time somebody else has taken the seat before the money comes:"),
    types("product set encore --price 100000 --capacity 1"),
    types("order create --number INV202507180510-E1CC --line encore:1 --expires-in 1ms --gateway midtrans --method qris"),
    types("expire"),
    types("order create --number INV202507180511-E2DD --line encore:1"),
    Midtrans { reference: "INV202507180510-E1CC", status: "settlement", amount: 100_000 },
    ends("check-all --fix", Exit::Attention),
    Look(&[
        ("INV202507180510-E1CC", "expired paid"),
        ("INV202507180511-E2DD", "pending "),
    ]),
    Say("\
Nothing was oversold and no money was lost: it is booked, it must go back, and a person is told (exit 3)."),
    types("refund list"),
    types("case list"),
    Say("At last, every promise that the file can show, checked on the file itself:"),
    types("verify"),
];

/// Nobody has seen any of the payments at the gateway.
const BEFORE: &[(&str, &str)] = &[
    ("INV202507180407-3C2A", "pending created"),
    ("INV202507180412-9F1B", "pending created"),
    ("INV202507180420-A7D0", "pending created"),
    ("INV202507180425-5E88", "pending created"),
    ("INV202507180431-C0DE", "pending created"),
    ("INV202507180440-77B1", "pending created"),
    ("INV202507180452-5A1D", "pending created"),
];

const AFTER: &[(&str, &str)] = &[
    ("INV202507180407-3C2A", "fulfilled paid"),
    ("INV202507180412-9F1B", "fulfilled paid"),
    ("INV202507180420-A7D0", "pending pending"),
    ("INV202507180425-5E88", "pending expired"),
    ("INV202507180431-C0DE", "pending created"),
    ("INV202507180440-77B1", "pending mismatch"),
    ("INV202507180452-5A1D", "fulfilled paid"),
];
