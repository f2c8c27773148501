//! The steps of the demo, and their expected results.

use crate::exit::Exit;

pub(super) enum DemoStep {
    /// Prints an explanation.
    Say(&'static str),
    /// Runs a command line and shows its output.
    Type { line: &'static str, ends: Exit },
    /// Changes something at the gateway; no notification arrives.
    Midtrans {
        reference: &'static str,
        status: &'static str,
        amount: i64,
    },
    /// Compares each order and its payments with what is expected.
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
    Say("A shop sells seats at a festival, and two hours of its stream."),
    types("product set seat --price 150000 --capacity 100 --tickets"),
    types("product set stream --price 50000 --access 2h"),
    Say("\
Seven customers order, which reserves the stock at once. The shop opens each payment at its gateway itself
and tells payctl the reference under which the gateway knows it; the default is the order number."),
    types("order create --number INV202507180407-3C2A --line seat:2 --gateway midtrans --reference INV202507180407-3C2A --method qris"),
    types("order create --number INV202507180412-9F1B --line seat:1 --gateway midtrans --method bca_va"),
    types("order create --number INV202507180420-A7D0 --line seat:1 --gateway midtrans --method qris"),
    types("order create --number INV202507180425-5E88 --line seat:1 --gateway midtrans --method qris"),
    types("order create --number INV202507180431-C0DE --line seat:1 --gateway midtrans --method snap"),
    types("order create --number INV202507180440-77B1 --line seat:1 --gateway midtrans --method qris"),
    types("order create --number INV202507180452-5A1D --line stream:1 --gateway pakasir --method qris --transaction-id k3TzQ9xVb1"),
    Say("\
Meanwhile some customers have paid, one paid a wrong amount, and one let the QR code expire. No notification
has arrived, so all seven orders are still pending in the database. Ask the gateways; this writes nothing yet:"),
    ends("check-all", Exit::Attention),
    Look(BEFORE),
    Say("\
The payments differ, so the exit code is 3: somebody should look, or let payctl fix it. Now with --fix:"),
    ends("check-all --fix", Exit::Attention),
    Look(AFTER),
    Say("\
Fixed. The exit code is 3 again because of one order: INV202507180440-77B1 received Rp 15,000 instead of
Rp 150,000. No rule can settle that, so payctl opened a case for a person. Once more:"),
    types("check-all"),
    Look(AFTER),
    Say("Nothing differs any more. The orders and products are now:"),
    types("order list"),
    types("product list"),
    Say("\
What happened: payctl found three orders that were paid but still pending (exit 3), marked them paid, and
delivered them. One payment expired; its order waits for its own deadline, because check-all expires no
orders. One payment is still open, and nobody has visited the payment page of another. The wrong amount waits
for a person. The last run found nothing to do (exit 0)."),
    Say("\
Now two deadlines pass. Two customers hold the last two seats of the finale. One has paid, and again no
notification arrived; the other has not paid, but still could. No order expires without asking the gateway:"),
    types("product set finale --price 100000 --capacity 2"),
    types("order create --number INV202507180500-F1AA --line finale:1 --expires-in 1ms --gateway midtrans --method qris"),
    types("order create --number INV202507180501-F2BB --line finale:1 --expires-in 1ms --gateway midtrans --method qris"),
    types("expire"),
    Look(&[
        ("INV202507180500-F1AA", "fulfilled paid"),
        ("INV202507180501-F2BB", "expired expired"),
    ]),
    Say("\
The last query found the first payment paid, so its order is fulfilled. payctl closed the second payment at
the gateway, asked again, and only then expired its order and released its seat. But that customer's bank was
slow, and the money arrives late. The seat is still free, so the order is revived:"),
    Midtrans { reference: "INV202507180501-F2BB", status: "settlement", amount: 100_000 },
    types("check-all --fix"),
    Look(&[("INV202507180501-F2BB", "fulfilled paid")]),
    Say("\
The same again, but this time somebody else takes the seat before the money arrives:"),
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
Nothing is oversold and no money is lost: it is booked, a refund is due, and a case tells a person (exit 3):"),
    types("refund list"),
    types("case list"),
    Say("Finally, payctl checks every invariant of the database:"),
    types("verify"),
];

/// The gateways have not been asked about any payment yet.
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
