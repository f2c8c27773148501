//! What a run must say.

use super::TestStep;
use crate::exit::Exit;
use crate::worlds::books::{
    BooksCopy, CopiedCase, CopiedIncident, CopiedMail, CopiedPayment, CopiedRefund,
};
use crate::worlds::testing::{asked, case, incident, line, order, payment, product, refund, run};

fn waiting() -> BooksCopy {
    let mut tea = product(1, "tea");
    tea.held = 1;
    BooksCopy {
        products: vec![tea],
        orders: vec![order(1, "pending")],
        lines: vec![line(1, 1, "held")],
        payments: vec![payment(1, "pending")],
        ..BooksCopy::default()
    }
}

fn step(typed: &str, exit: Exit) -> TestStep {
    let mut run = run(typed);
    run.exit = Some(exit);
    TestStep {
        before: waiting(),
        after: waiting(),
        run,
        earlier: Vec::new(),
        money: Vec::new(),
    }
}

#[test]
fn a_case_is_told_by_cron() {
    let mut untold = step("check-all --fix --due", Exit::Attention);
    untold.after.cases = vec![CopiedCase {
        told_at: None,
        ..case(1, "challenged")
    }];
    untold.finds("nobody was told of case 1 (challenged)");
    untold.run.exit = None;
    untold.is_sound();
    untold.run = run("webhook midtrans");
    untold.is_sound();
    let mut due = step("fulfil", Exit::Attention);
    due.after.refunds = vec![CopiedRefund {
        told_at: None,
        ..refund(1, "due", 25_000)
    }];
    due.finds("nobody was told of refund 1");
}

#[test]
fn cases_are_collected_within_a_day_of_mail() {
    let mut collected = step("check-all --fix --due -q", Exit::Attention);
    let untold = |id| CopiedCase {
        told_at: None,
        ..case(id, "challenged")
    };
    collected.after.cases = vec![untold(1)];
    collected.finds("nobody was told of case 1 (challenged)");
    let now = collected.run.began_by_own_clock();
    let mail = |before: i64| CopiedMail {
        told_at: now - before,
    };
    collected.after.mails = vec![mail(86_399_999)];
    collected.is_sound();
    collected.after.mails = vec![mail(86_400_000)];
    collected.finds("nobody was told of case 1 (challenged)");
    // A clock was ahead.
    collected.after.mails = vec![mail(-1)];
    collected.finds("nobody was told of case 1 (challenged)");
    collected.after.mails = vec![mail(86_399_999)];
    collected.after.cases = (1..=20).map(untold).collect();
    collected.finds("nobody was told of case 1 (challenged), case 2");
    collected.after.cases = vec![untold(1)];
    collected.run = run("check-all --fix --due");
    collected.finds("nobody was told of case 1 (challenged)");
}

#[test]
fn what_counts_as_told_is_in_the_exit() {
    let mut silent = step("check-all --fix --due", Exit::Partial);
    silent.after.cases = vec![case(1, "challenged")];
    silent.finds("case 1 (challenged) counts as told");
    silent.run.exit = Some(Exit::Attention);
    silent.is_sound();
    silent.run.exit = Some(Exit::Partial);
    silent.before.cases = silent.after.cases.clone();
    silent.is_sound();
}

#[test]
fn a_kept_order_is_in_the_exit() {
    step("expire", Exit::Clean).finds("INV-1 is overdue, and was kept");
    step("expire", Exit::Partial).is_sound();
    step("expire", Exit::Attention).is_sound();
    let mut by_a_clock_behind = step("expire", Exit::Clean);
    by_a_clock_behind.run.clock_ahead_ms = -7_200_000;
    by_a_clock_behind.is_sound();
}

#[test]
fn a_missing_answer_is_in_the_exit() {
    let mut silent = step("check-all --fix", Exit::Clean);
    let mut unanswered = asked("T-1", "pending");
    unanswered.reply = Some((503, "<html>".to_owned()));
    silent.run.exchanges = vec![unanswered.clone(), unanswered.clone()];
    silent.finds("no answer came about T-1");
    // The second query may only be whether its account still knows it.
    for answered in [
        vec![unanswered.clone(), asked("T-1", "pending")],
        vec![asked("T-1", "pending"), unanswered],
    ] {
        silent.run.exchanges = answered;
        silent.is_sound();
    }
}

#[test]
fn quiet_means_quiet() {
    let mut chatty = step("expire --quiet", Exit::Partial);
    chatty.run.exit = Some(Exit::Clean);
    chatty.before.orders[0].expires_at = 9_999_999;
    chatty.after = chatty.before.clone();
    chatty.is_sound();
    chatty.run.stdout = "1 order".to_owned();
    chatty.finds("it printed \"1 order\"");
    let mut silent = step("check-all --fix --quiet", Exit::Config);
    silent.finds("it printed \"\"");
    silent.run.stderr = "the key is wrong".to_owned();
    silent.is_sound();
    // It was told within the hour.
    silent.run.stderr.clear();
    silent.after.incidents = vec![incident("key_refused")];
    silent.before.incidents = silent.after.incidents.clone();
    silent.is_sound();
    // Whose end is told may print.
    chatty.before.incidents = vec![incident("key_refused")];
    chatty.after.incidents = vec![CopiedIncident {
        ended_at: Some(3_601_000),
        over_told_at: Some(3_601_000),
        ..incident("key_refused")
    }];
    chatty.is_sound();
}

#[test]
fn an_incident_is_told_by_cron() {
    let mut untold = step("check-all --fix --due", Exit::Config);
    untold.after.incidents = vec![CopiedIncident {
        told_at: None,
        ..incident("key_refused")
    }];
    untold.finds("nobody was told of key_refused midtrans");
    untold.after.incidents[0].kind = "gateway_silent".to_owned();
    untold.is_sound();
    untold.after.incidents = vec![CopiedIncident {
        told_at: Some(0),
        ..incident("key_refused")
    }];
    untold.finds("nobody was told of key_refused midtrans");
    untold.after.incidents = vec![CopiedIncident {
        ended_at: Some(3_601_000),
        ..incident("key_refused")
    }];
    untold.finds("nobody was told of key_refused midtrans");
}

#[test]
fn payments_left_twice_are_told() {
    let mut left = step("check-all --fix --limit 1", Exit::Clean);
    let other = CopiedPayment {
        next_check_at: Some(3_500_000),
        ..payment(2, "pending")
    };
    left.before.payments.push(other.clone());
    left.after.payments.push(other);
    left.after.payments[0].next_check_at = Some(3_700_000);
    left.run.exchanges = vec![asked("T-1", "pending")];
    left.is_sound();
    left.earlier = vec![run("check-all --fix --due")];
    left.finds("payment 2 was not reached twice");
    left.run.stderr =
        "midtrans: 1 payment not checked, although due since the last run began".into();
    left.is_sound();
    left.run.stderr.clear();
    left.run.exchanges.clear();
    left.is_sound();
}
