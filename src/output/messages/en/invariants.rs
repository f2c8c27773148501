//! What to do about a file that does not hold what it must.

use crate::domain::invariant::Invariant;

/// What to do when it does not hold.
pub(in crate::output::messages) fn advice(invariant: Invariant) -> &'static str {
    match invariant {
        Invariant::Integrity => {
            "Stop writing, keep the file as it is, and bring back the last backup beside it."
        }
        Invariant::ForeignKeys | Invariant::Views => {
            "Something other than payctl has changed the file; compare it with the last backup."
        }
        Invariant::StockCapacity | Invariant::StockCounters | Invariant::Reservations => {
            "See payctl why ORDER for what happened; count the stock, and sell no more of it until the counts are right."
        }
        Invariant::OrderCover => {
            "Type payctl check-status ORDER --fix: the order is judged again when its payment moves."
        }
        Invariant::MustClose => {
            "Type payctl check-status ORDER --fix: the mark is set again when a payment moves."
        }
        Invariant::DeadMoney => "Send the money back by hand, and see payctl why ORDER.",
        Invariant::PaymentMoney | Invariant::RefundedSums => {
            "Compare the payment with its gateway: payctl check-status ORDER, payctl why ORDER."
        }
        Invariant::RefundsStarted => {
            "Send nothing more for this payment before a person has compared it with its gateway."
        }
        Invariant::GoneTwice => {
            "Type payctl check-status ORDER --fix: a case asks what is to become of what went back too much."
        }
        Invariant::TakenBack => {
            "Type payctl check-status ORDER --fix, and once more a minute later: then a person is asked, or the money counts again."
        }
        Invariant::ExpiryProof => {
            "Type payctl check-status ORDER --fix: money that came in all the same is booked as late."
        }
        Invariant::OrderEvents | Invariant::PaymentEvents => {
            "Something other than payctl has changed the file; what it did cannot be explained from its events."
        }
        Invariant::OpenCases => "Resolve both; one answer is enough.",
        Invariant::HandedOut => {
            "Let nobody in with what is too much: compare payctl ticket list --order ORDER with payctl why ORDER."
        }
        Invariant::Worth => {
            "Let nobody in before a person has compared payctl order show ORDER with payctl why ORDER."
        }
        Invariant::Effects => "See payctl why ORDER, and take back by hand what was done twice.",
        Invariant::EffectTurns => {
            "Something other than payctl has changed the file; see payctl why ORDER for what was done, and do the rest by hand."
        }
        Invariant::BankReferences => {
            "One transfer was booked as two; compare the bank's statement with payctl why ORDER."
        }
        Invariant::AskedAmounts => {
            "Ask whose money it is before you approve either; payctl order list --asked AMOUNT names them."
        }
        Invariant::NamedTries => {
            "Type payctl check-all --fix: the try is asked about, and money that came in is booked."
        }
        Invariant::MismatchCases => {
            "Type payctl check-status ORDER --fix: the answer opens the case."
        }
        Invariant::OverdueOrders => {
            "Type payctl check-status ORDER --fix, then see payctl why ORDER for what a person must settle."
        }
        Invariant::Strangers => "Type payctl check-all --fix: it opens the case.",
        Invariant::WatchEnds | Invariant::ClockInstants => {
            "Look at this machine's clock, then type payctl check-all --fix: it makes due what a wrong clock had put off."
        }
    }
}
