//! A run gives a gateway up only after it has asked payments from everywhere: a few that get no answer keep nobody else
//! from being asked.

use std::collections::BTreeSet;

use super::{BrokenPromise, CheckedStep};
use crate::exit::Exit;
use crate::worlds::answers::{asked, read};
use crate::worlds::books::CopiedPayment;
use crate::worlds::record::{Exchange, LONG_MS, RequestKind, RunRecord};

const REACHED: &str = "a block of silence hides nobody";

/// So many questions without an answer in turn, and so many from further back. A try that
/// was named to a payment is a question of its own.
const ASKED_FIRST: usize = 5 + 4;

pub(in crate::worlds) fn check(step: &CheckedStep<'_>) -> Vec<BrokenPromise> {
    let job = step.run.filter(|run| {
        let is_whole = run.is_done() && run.exit != Some(Exit::Config) && run.took_ms() < LONG_MS;
        run.is_check_all_fix() && !run.has("--limit") && is_whole
    });
    let gateways = ["midtrans", "pakasir"].into_iter();
    let broken = job.map(|run| gateways.filter_map(|gateway| given_up(step, run, gateway)));
    broken.into_iter().flatten().collect()
}

fn given_up(step: &CheckedStep<'_>, run: &RunRecord, gateway: &str) -> Option<BrokenPromise> {
    let is_its = |each: &&Exchange| each.to == gateway && each.kind == RequestKind::Read;
    let reads: Vec<&Exchange> = run.exchanges.iter().filter(is_its).collect();
    // What concerns the whole account ends the run at once.
    let is_silence = |each: &&Exchange| {
        let code = each.reply.as_ref().map(|(code, _)| *code);
        read(each).is_none() && !matches!(code, Some(300..=399 | 401 | 403 | 410 | 429))
    };
    let was_asked = |payment: &&CopiedPayment| {
        let mut names = reads.iter().filter_map(|each| asked(each));
        names.any(|name| payment.is_called(&name))
    };
    let began_at = run.began_by_own_clock();
    let due = step.before.payments.iter().filter(|payment| {
        let is_due = |at: i64| !run.has("--due") || at <= began_at;
        // A payment of which only the opening was tried has no name there yet.
        let has_name = payment.api_version == 1 || payment.transaction_id.is_some();
        payment.gateway == gateway
            && has_name
            && payment.is_at_gateway()
            && payment.next_check_at.is_some_and(is_due)
    });
    let mut left = due.filter(|payment| !was_asked(payment));
    // Also what a wrong clock had put off.
    let payments = step.after.payments.iter();
    let met = payments.filter(was_asked).count();
    let is_of_payment = |name: &String| {
        let mut payments = step.before.payments.iter();
        payments.any(|payment| payment.is_called(name))
    };
    let names = reads.iter().filter_map(|each| asked(each));
    let tries: BTreeSet<String> = names.filter(|name| !is_of_payment(name)).collect();
    let questions = met + tries.len();
    let is_early = met > 0 && questions < ASKED_FIRST && reads.iter().all(is_silence);
    let payment = left.next().filter(|_| is_early)?;
    let words = format!(
        "{met} payments at {gateway} were silent, and payment {} was not asked about",
        payment.id
    );
    Some(BrokenPromise::new(REACHED, words))
}
