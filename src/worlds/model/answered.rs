//! Where the answers of a run must have led, payment by payment.

use std::collections::BTreeSet;

use super::table::{ANSWERS, Force, Said};
use crate::worlds::answers::{RawAnswer, RawStatus, asked, read};
use crate::worlds::books::CopiedPayment;
use crate::worlds::promises::{BrokenPromise, CheckedStep};
use crate::worlds::record::{Exchange, RequestKind, RunRecord};

const OLD: &str = "an old answer overtakes nothing";
const LED: &str = "an answer leads where the tables say";

/// Payments of which the books say that they were asked in this run.
pub(super) fn check(step: &CheckedStep<'_>, run: &RunRecord) -> Vec<BrokenPromise> {
    if !books_answers(run) || !run.has_right_clock(step.terms) {
        return Vec::new();
    }
    let answers: Vec<RawAnswer> = run.exchanges.iter().filter_map(read).collect();
    let silences: Vec<String> = run.exchanges.iter().filter_map(unanswered).collect();
    let mut broken = Vec::new();
    for case in &step.after.cases {
        let is_new = step
            .before
            .cases
            .iter()
            .all(|earlier| earlier.id != case.id);
        let payment = case.payment_id.and_then(|id| step.after.payment(id));
        if is_new && case.kind == "gateway_contradiction" {
            broken.extend(payment.and_then(|payment| overtaken(payment, &answers)));
        }
    }
    for after in &step.after.payments {
        let before = step.before.payment(after.id);
        let was_asked = before.is_none_or(|before| before.last_asked_at < after.last_asked_at);
        if was_asked
            && after.gateway != "manual"
            && after.last_meaning.as_deref() != Some("foreign")
        {
            // After a silence, or an answer about somebody else's order, it may be asked again only to see whether its
            // account is the right one.
            let is_silent = silences.iter().any(|name| after.is_called(name))
                || answers.iter().any(|answer| is_about_another(answer, after));
            let led = of_payment(before, after, &answers, run.beside.is_some());
            broken.extend(led.filter(|_| !is_silent));
        }
    }
    broken
}

/// What was answered last agrees with the books, and a person is asked about a contradiction.
fn overtaken(payment: &CopiedPayment, answers: &[RawAnswer]) -> Option<BrokenPromise> {
    let mut about = answers.iter().filter(|answer| is_about(answer, payment));
    // Who is not found is asked again to see whether the account is the right one; that answer is not booked.
    if about
        .clone()
        .any(|answer| answer.said == RawStatus::NotFound)
    {
        return None;
    }
    let about = about.next_back()?;
    let agrees = payment.status == "paid" && about.said == RawStatus::Paid(payment.received);
    agrees.then(|| {
        let words = format!("payment {} is paid, as its gateway said last", payment.id);
        BrokenPromise::new(OLD, words)
    })
}

/// The name of a query that had no answer.
fn unanswered(exchange: &Exchange) -> Option<String> {
    let is_silence = exchange.kind == RequestKind::Read && read(exchange).is_none();
    asked(exchange).filter(|_| is_silence)
}

/// A run that has written everything it heard.
fn books_answers(run: &RunRecord) -> bool {
    use crate::exit::Exit::{Attention, Clean, Partial};

    let is_check = run.is(&["check-status"]) && run.has("--fix");
    let asks = run.is_check_all_fix() || is_check || run.is(&["expire"]);
    asks && matches!(run.exit, Some(Clean | Attention | Partial))
}

fn of_payment(
    before: Option<&CopiedPayment>,
    after: &CopiedPayment,
    answers: &[RawAnswer],
    has_beside: bool,
) -> Option<BrokenPromise> {
    let began = before.map_or("created", |before| before.status.as_str());
    let mut reached = BTreeSet::from([began]);
    let mut heard = Vec::new();
    let mut rules = BTreeSet::new();
    for answer in answers.iter().filter(|answer| is_about(answer, after)) {
        let said = meaning(answer, before.unwrap_or(after));
        heard.push(answer.said);
        let rows = ANSWERS.iter().filter(|row| row.said.contains(&said));
        rules.extend(rows.map(|row| row.rule));
        // What another process has moved meanwhile, an answer asked before does not move.
        let overtaken = if has_beside {
            reached.clone()
        } else {
            BTreeSet::new()
        };
        reached = reached
            .into_iter()
            .flat_map(|from| led(from, said))
            .chain(overtaken)
            .collect();
    }
    let is_right = reached.contains(after.status.as_str());
    (!is_right && !heard.is_empty()).then(|| {
        let words = format!(
            "payment {} ({}) was {began}, heard {heard:?}, and is {} instead of {reached:?}; see {rules:?}",
            after.id, after.reference, after.status
        );
        BrokenPromise::new(LED, words)
    })
}

/// The statuses to which the tables lead from here.
fn led(from: &str, said: Said) -> BTreeSet<&str> {
    let rows = ANSWERS.iter().filter(|row| row.is_about(from, said));
    let mut reached = BTreeSet::new();
    let mut is_forced = false;
    for row in rows {
        is_forced |= row.force == Force::Must;
        reached.extend(row.to.iter().copied());
    }
    if !is_forced {
        reached.insert(from);
    }
    reached
}

/// It was asked under a name of the payment, and answered about this try and no other.
fn is_about(answer: &RawAnswer, payment: &CopiedPayment) -> bool {
    let names = [Some(&payment.reference), payment.transaction_id.as_ref()];
    let is_asked = names.contains(&Some(&answer.asked));
    // Some wallets repeat their own id as the order's.
    let is_ours = answer.reference.is_none() || names.contains(&answer.reference.as_ref());
    let is_this =
        answer.transaction_id.is_none() || answer.transaction_id == payment.transaction_id;
    answer.gateway == payment.gateway && is_asked && is_ours && is_this
}

/// It was asked under a name of the payment, and answered under a reference that is not ours.
fn is_about_another(answer: &RawAnswer, payment: &CopiedPayment) -> bool {
    let reference = answer.reference.as_ref();
    payment.is_called(&answer.asked) && reference.is_some_and(|name| !payment.is_called(name))
}

fn meaning(answer: &RawAnswer, payment: &CopiedPayment) -> Said {
    // One gateway tells what the customer paid, the other the price.
    let wanted = if answer.gateway == "midtrans" {
        payment.payable
    } else {
        payment.amount
    };
    match answer.said {
        RawStatus::NotFound | RawStatus::Unknown => Said::Nothing,
        RawStatus::Pending => Said::Pending,
        RawStatus::Challenged => Said::Challenged,
        RawStatus::Failed => Said::Failed,
        RawStatus::Cancelled => Said::Cancelled,
        RawStatus::Expired => Said::Expired,
        RawStatus::Closed => Said::Closed,
        RawStatus::Paid(paid)
        | RawStatus::Refunded { paid, .. }
        | RawStatus::ChargedBack { paid, .. } => match paid.cmp(&wanted) {
            std::cmp::Ordering::Equal => Said::Right,
            std::cmp::Ordering::Less => Said::Less,
            std::cmp::Ordering::Greater => Said::More,
        },
    }
}
