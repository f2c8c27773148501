//! Exit codes are as documented, and what a person must know is told.

use super::{BrokenPromise, CheckedStep};
use crate::exit::Exit;
use crate::worlds::answers::{RawStatus, asked, read};
use crate::worlds::books::{CopiedOrder, CopiedPayment};
use crate::worlds::record::{Exchange, RequestKind, RunRecord};

const TOLD: &str = "a person is told";
const EXIT: &str = "the exit says it";
const QUIET: &str = "quiet means quiet";

/// A report names so many of a kind.
const MAX_NAMED: usize = 20;

pub(in crate::worlds) fn check(step: &CheckedStep<'_>) -> Vec<BrokenPromise> {
    let Some(run) = step.run else {
        return Vec::new();
    };
    let Some(exit) = run.exit else {
        return Vec::new();
    };
    let mut broken = Vec::new();
    if run.is_done() && run.is_reporting() {
        broken.extend(told_by_cron(step, run));
        broken.extend(untold_incidents(step, run));
        broken.extend(kept_orders(step, run, exit));
        broken.extend(left_twice(step, run, exit));
    }
    if run.is_done() {
        broken.extend(news(step, run, exit));
        broken.extend(questions(step, run, exit));
        broken.extend(ended_while_opening(step));
    }
    broken.extend(quiet(step, run, exit));
    let name = |mut broken: BrokenPromise| {
        let line = run.arguments.join(" ");
        broken.words = format!("payctl {line} => {}: {}", exit.name(), broken.words);
        broken
    };
    broken.into_iter().map(name).collect()
}

/// Cases and refunds that no report has named yet.
fn untold(step: &CheckedStep<'_>) -> Vec<String> {
    let cases = step.after.open_cases();
    let cases = cases.filter(|case| case.told_at.is_none());
    let refunds = step.after.refunds.iter();
    let refunds = refunds.filter(|refund| refund.status == "due" && refund.told_at.is_none());
    cases
        .map(|case| format!("case {} ({})", case.id, case.kind))
        .chain(refunds.map(|refund| format!("refund {}", refund.id)))
        .collect()
}

/// Within a day of a mail fewer are collected for the next.
const MANY: usize = MAX_NAMED;

/// The next run of a timer names everything that nobody has been told; under `--quiet`, within a day of the mail before.
fn told_by_cron(step: &CheckedStep<'_>, run: &RunRecord) -> Option<BrokenPromise> {
    let untold = untold(step);
    let is_too_much = untold.is_empty() || untold.len() > MAX_NAMED;
    let is_mailed = || step.after.is_mailed_by(run.began_by_own_clock());
    if run.is_quiet() && untold.len() < MANY && is_mailed() && !tells_incidents(step) {
        return None;
    }
    (!is_too_much)
        .then(|| BrokenPromise::new(TOLD, format!("nobody was told of {}", untold.join(", "))))
}

const HOUR_MS: i64 = 3_600_000;

/// The same for what goes wrong for a while: a report names it when it begins, each hour while it is seen, and when it is
/// over.
fn untold_incidents(step: &CheckedStep<'_>, run: &RunRecord) -> Vec<BrokenPromise> {
    let now = run.began_by_own_clock();
    let untold = step.after.incidents.iter().filter(|incident| {
        let news_after = match incident.kind.as_str() {
            "gateway_silent" | "hook_fails" => HOUR_MS / 2,
            "job_held" => HOUR_MS / 6,
            _ => 0,
        };
        let is_often = incident.kind != "hook_fails" || incident.affected >= 3;
        if incident.ended_at.is_some() {
            return incident.over_told_at.is_none();
        }
        match incident.told_at {
            None => now.saturating_sub(incident.began_at) >= news_after && is_often,
            Some(told) => incident.seen_at >= now && now.saturating_sub(told) >= HOUR_MS,
        }
    });
    untold
        .map(|incident| {
            let words = format!("nobody was told of {} {}", incident.kind, incident.subject);
            BrokenPromise::new(TOLD, words)
        })
        .collect()
}

/// Whether this run has told of an incident: what was told before is as it was.
fn tells_incidents(step: &CheckedStep<'_>) -> bool {
    step.after.incidents.iter().any(|incident| {
        let told = (incident.told_at, incident.over_told_at);
        let mut before = step.before.incidents.iter();
        let before = before.find(|before| before.id == incident.id);
        before.map_or((None, None), |before| (before.told_at, before.over_told_at)) != told
    })
}

/// Whether a person was told of an incident that goes on.
fn is_known(step: &CheckedStep<'_>) -> bool {
    let mut incidents = step.after.incidents.iter();
    incidents.any(|incident| incident.ended_at.is_none() && incident.told_at.is_some())
}

/// What a run has opened, or made due, is in its exit, or is still to be told.
fn news(step: &CheckedStep<'_>, run: &RunRecord, exit: Exit) -> Vec<BrokenPromise> {
    if matches!(exit, Exit::Attention | Exit::Config) || is_act(run) {
        return Vec::new();
    }
    let before = step.before;
    let cases = step.after.open_cases();
    let cases = cases.filter(|case| {
        let earlier = before.cases.iter().find(|earlier| earlier.id == case.id);
        case.told_at.is_some() && earlier.is_none_or(|earlier| earlier.told_at.is_none())
    });
    let refunds = step.after.refunds.iter().filter(|refund| {
        let earlier = before
            .refunds
            .iter()
            .find(|earlier| earlier.id == refund.id);
        let is_told = earlier.is_some_and(|earlier| earlier.told_at.is_some());
        refund.status == "due" && refund.told_at.is_some() && !is_told
    });
    cases
        .map(|case| format!("case {} ({}) counts as told", case.id, case.kind))
        .chain(refunds.map(|refund| format!("refund {} counts as told", refund.id)))
        .map(|words| BrokenPromise::new(EXIT, words))
        .collect()
}

/// What a person's own command did is in its own answer.
fn is_act(run: &RunRecord) -> bool {
    let acts = [
        "order", "approve", "case", "refund", "ticket", "access", "product",
    ];
    let first = run.arguments.first();
    first.is_some_and(|first| acts.contains(&first.as_str()))
}

/// An overdue order that `expire` keeps is in its exit.
fn kept_orders(step: &CheckedStep<'_>, run: &RunRecord, exit: Exit) -> Vec<BrokenPromise> {
    if !run.is(&["expire"]) || exit != Exit::Clean {
        return Vec::new();
    }
    let kept = step.before.orders.iter().filter(|order| {
        let after = step.after.order(order.id);
        let waits = after.is_some_and(|after| after.status == "pending");
        order.status == "pending" && is_overdue(step, run, order) && waits
    });
    let told =
        |number: &str| BrokenPromise::new(EXIT, format!("{number} is overdue, and was kept"));
    kept.map(|order| told(&order.number)).collect()
}

/// A main job says how many payments neither it nor the one before has reached, unless their gateway does not answer.
fn left_twice(step: &CheckedStep<'_>, run: &RunRecord, exit: Exit) -> Vec<BrokenPromise> {
    // Where answers were missing, the exit says that.
    let is_whole = !matches!(exit, Exit::Config | Exit::Partial);
    let is_job = run.is_check_all_fix() && !run.is_quiet() && is_whole;
    let previous = step.memory.previous_main_job().filter(|_| is_job);
    let is_told = || {
        let mut printed = [&run.stdout, &run.stderr].into_iter();
        printed.any(|text| text.contains("due since the last run began"))
    };
    let Some(previous) = previous.filter(|_| !is_told()) else {
        return Vec::new();
    };
    let left = step.after.payments.iter().filter(|payment| {
        let before = step.before.payment(payment.id);
        let mut exchanges = run.exchanges.iter();
        payment.next_check_at.is_some_and(|due| due <= previous)
            && before.is_some_and(|before| before.next_check_at == payment.next_check_at)
            && exchanges.any(|each| each.to == payment.gateway && tells(each))
    });
    left.map(|payment| {
        let words = format!("payment {} was not reached twice", payment.id);
        BrokenPromise::new(TOLD, words)
    })
    .collect()
}

/// Nobody is shown how to pay an order that has ended meanwhile. This holds whatever others have done.
pub(super) fn ended_while_opening(step: &CheckedStep<'_>) -> Option<BrokenPromise> {
    let run = step.run?;
    let number = run
        .arguments
        .get(1)
        .filter(|_| run.is(&["pay"]) && run.exit == Some(Exit::Clean))?;
    let mut orders = step.after.orders.iter();
    let order = orders.find(|order| order.number == *number)?;
    ["expired", "cancelled"]
        .contains(&order.status.as_str())
        .then(|| {
            let words = format!("{number} is {}, and its payment is shown", order.status);
            BrokenPromise::new(EXIT, words)
        })
}

/// "Not found" may prove nothing, and is no answer then.
fn tells(each: &Exchange) -> bool {
    read(each).is_some_and(|answer| answer.said != RawStatus::NotFound)
}

/// A payment about which no answer came is in the exit of a run that asked.
fn questions(step: &CheckedStep<'_>, run: &RunRecord, exit: Exit) -> Vec<BrokenPromise> {
    // Which payments a limited check was about is not to be seen: it asks about others, too.
    let is_check = run.is(&["check-all"]) && !run.has("--limit");
    let asks = is_check || run.is(&["check-status"]) || run.is(&["expire"]);
    if !asks || exit != Exit::Clean {
        return Vec::new();
    }
    let reads: Vec<&Exchange> = run
        .exchanges
        .iter()
        .filter(|each| each.kind == RequestKind::Read)
        .collect();
    let mut broken = Vec::new();
    for payment in &step.after.payments {
        if !is_in_question(step, run, payment) {
            continue;
        }
        let names = [Some(&payment.reference), payment.transaction_id.as_ref()];
        for name in names.into_iter().flatten() {
            let is_it = |each: &&&Exchange| {
                each.to == payment.gateway && asked(each).as_ref() == Some(name)
            };
            let mut asked = reads.iter().filter(is_it).peekable();
            // An answer under another name may be about this very try.
            let is_told = || {
                let mut answers = reads.iter().filter_map(|each| read(each));
                answers.any(|answer| {
                    let is_it = answer.gateway == payment.gateway
                        && answer.transaction_id.is_some()
                        && answer.transaction_id == payment.transaction_id;
                    let is_settled = matches!(answer.said, RawStatus::Paid(_));
                    is_it && (is_settled || answer.transaction_id.as_ref() == Some(name))
                })
            };
            if asked.peek().is_some() && asked.all(|each| read(each).is_none()) && !is_told() {
                let words = format!("no answer came about {name} of payment {}", payment.id);
                broken.push(BrokenPromise::new(EXIT, words));
            }
        }
    }
    broken
}

/// A run also asks about payments of others, to learn what time it is and whether its account is the right one: about
/// these it promises nothing.
fn is_in_question(step: &CheckedStep<'_>, run: &RunRecord, payment: &CopiedPayment) -> bool {
    let Some(before) = step.before.payment(payment.id) else {
        return true;
    };
    if run.is(&["expire"]) {
        let order = step.before.order(payment.order_id);
        let is_closed_now = || {
            let mut requests = run.requests_about(payment);
            requests.any(|each| {
                let is_it = || asked(each).is_some_and(|name| payment.is_called(&name));
                each.kind == RequestKind::Close && is_it()
            })
        };
        // Where an order has ended, there was proof, of this run or of an earlier one.
        let after = step.after.order(payment.order_id);
        let waits = after.is_some_and(|order| order.status == "pending");
        return order.is_some_and(|order| match order.status.as_str() {
            "pending" => waits && is_overdue(step, run, order),
            _ => is_closed_now(),
        });
    }
    if run.is(&["check-all"]) && run.has("--due") {
        let now = run.began_by_own_clock();
        return before.next_check_at.is_some_and(|due| due <= now);
    }
    let is_named = |order: &CopiedOrder| run.arguments.contains(&order.number);
    !run.is(&["check-status"]) || step.before.order(payment.order_id).is_some_and(is_named)
}

fn is_overdue(step: &CheckedStep<'_>, run: &RunRecord, order: &CopiedOrder) -> bool {
    let now = run.began_at.as_millis().min(run.began_by_own_clock());
    order.expires_at.saturating_add(step.terms.grace_ms()) < now
}

/// Cron mails what is printed: nothing without a reason, and never nothing with one.
fn quiet(step: &CheckedStep<'_>, run: &RunRecord, exit: Exit) -> Option<BrokenPromise> {
    if !run.is_quiet() {
        return None;
    }
    let is_silent = run.stdout.is_empty() && run.stderr.is_empty();
    let is_right = match exit {
        // What is over is told by a run with which all is well.
        Exit::Clean | Exit::Busy => is_silent || tells_incidents(step),
        Exit::Partial => true,
        // What was told today is not told again.
        Exit::Attention => true,
        // A refused key and a job that fails are told hourly.
        Exit::Failed | Exit::Config if run.is_reporting() => !is_silent || is_known(step),
        Exit::Failed | Exit::Usage | Exit::Config => !is_silent,
    };
    (!is_right).then(|| {
        let printed = format!("{}{}", run.stdout, run.stderr);
        BrokenPromise::new(QUIET, format!("it printed {printed:?}"))
    })
}
