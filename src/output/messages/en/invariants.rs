//! What to do about a file that does not hold what it must.

use crate::domain::Invariant;

/// What to do when it does not hold.
pub(in crate::output::messages) fn advice(invariant: Invariant) -> &'static str {
    match invariant {
        Invariant::Integrity => {
            "Stop writing, keep the file as it is, and restore the last backup next to it."
        }
        Invariant::ForeignKeys | Invariant::Views => {
            "Another program has changed the file; compare it with the last backup."
        }
        Invariant::StockCapacity | Invariant::StockCounters | Invariant::Reservations => {
            "See what happened: payctl why ORDER. Count the stock, and sell no more of it until the counts are right."
        }
        Invariant::OrderCover => {
            "Type: payctl check-status ORDER --fix. payctl judges the order again when its payment changes."
        }
        Invariant::MustClose => {
            "Type: payctl check-status ORDER --fix. payctl sets the mark again when a payment changes."
        }
        Invariant::DeadMoney => "See: payctl why ORDER. Send the money back by bank transfer.",
        Invariant::PaymentMoney | Invariant::RefundedSums => {
            "Compare the payment with its gateway; see: payctl check-status ORDER, payctl why ORDER."
        }
        Invariant::RefundsStarted => {
            "Send no more refunds of this payment before you have compared it with its gateway."
        }
        Invariant::GoneTwice => {
            "Type: payctl check-status ORDER --fix. It opens a case about the surplus that went back."
        }
        Invariant::TakenBack => {
            "Type: payctl check-status ORDER --fix, twice, a minute apart. It opens a case, or the money counts again."
        }
        Invariant::ExpiryProof => {
            "Type: payctl check-status ORDER --fix. It books money that came in anyway as late."
        }
        Invariant::OrderEvents | Invariant::PaymentEvents => {
            "Another program has changed the file; the events do not explain the change."
        }
        Invariant::OpenCases => "Resolve both; one answer is enough.",
        Invariant::HandedOut => {
            "Admit nobody with the surplus tickets or access; compare: payctl ticket list --order ORDER, payctl why ORDER."
        }
        Invariant::Worth => {
            "Admit nobody with it before you have compared: payctl order show ORDER, payctl why ORDER."
        }
        Invariant::Effects => {
            "See: payctl why ORDER. Undo by hand the effect that was carried out twice."
        }
        Invariant::EffectTurns => {
            "Another program has changed the file; see: payctl why ORDER. Carry out the missing effects by hand."
        }
        Invariant::BankReferences => {
            "One transfer was booked as two; compare the bank's statement with: payctl why ORDER."
        }
        Invariant::AskedAmounts => {
            "Find out who paid before you approve either order; see: payctl order list --asked AMOUNT."
        }
        Invariant::NamedTries => {
            "Type: payctl check-all --fix. It queries the try, and books money that came in."
        }
        Invariant::MismatchCases | Invariant::DeniedMoney => {
            "Type: payctl check-status ORDER --fix. The answer opens the case."
        }
        Invariant::OverdueOrders => {
            "Type: payctl check-status ORDER --fix. Then see what you must decide: payctl why ORDER."
        }
        Invariant::Strangers => "Type: payctl check-all --fix. It opens the case.",
        Invariant::SearchWords => {
            "Until then, order find misses some. Type: payctl migrate --search-words. It writes the words anew."
        }
        Invariant::WatchEnds | Invariant::ClockInstants => {
            "Correct this machine's clock, then type: payctl check-all --fix. It makes the delayed queries and attempts due."
        }
    }
}
