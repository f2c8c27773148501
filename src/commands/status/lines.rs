//! The lines of the screen: one for each thing, short enough for 80 columns.

use std::time::Duration;

use crate::commands::ago::ago;
use crate::commands::scheduled_job::JobState;
use crate::commands::standing::{
    GatewayStanding, GatewayState, JobStanding, Need, NotificationShare, ShopStanding,
};
use crate::domain::{Instant, string_enum};
use crate::exit::Exit;
use crate::output::counted::counted;
use crate::output::{Severity, row};

string_enum! {
    /// What a line asks of its reader.
    pub(super) enum LineState {
        Well = "well",
        /// It is worth knowing, and nobody is asked.
        Note = "note",
        /// It is on its way, or will be tried again.
        Waits = "waits",
        /// A person must look.
        Look = "look",
    }
}

row! {
    /// One line.
    pub(super) struct StatusLine {
        what: String => text("What"),
        state: LineState => text("State"),
        now: String => prose("Now"),
    }
    severity |row| match row.state {
        LineState::Well => Severity::Calm,
        LineState::Note | LineState::Waits => Severity::Unsure,
        LineState::Look => Severity::Person,
    };
}

row! {
    /// What to type next.
    pub(super) struct NextLine {
        next: String => text("Next"),
        because: String => prose("Because"),
    }
}

/// So many commands are named; they are what to begin with.
const MAX_NEXT: usize = 4;

/// What to type, each command once.
pub(super) fn next_lines(shop: &ShopStanding) -> Vec<NextLine> {
    let mut lines: Vec<NextLine> = Vec::new();
    for need in &shop.attention {
        if !lines.iter().any(|line| line.next == need.next) {
            lines.push(NextLine {
                next: need.next.clone(),
                because: need.text.clone(),
            });
        }
    }
    let more = lines.len().saturating_sub(MAX_NEXT);
    lines.truncate(MAX_NEXT);
    if more > 0 {
        lines.push(NextLine {
            next: "payctl status -o json".to_owned(),
            because: format!("{more} more to do"),
        });
    }
    lines
}

/// Of long lists so much is named.
const MAX_NAMED: usize = 3;

impl StatusLine {
    pub(super) fn is_for_a_person(&self) -> bool {
        self.state == LineState::Look
    }
}

/// All lines, in the order in which they are read.
pub(super) fn lines(shop: &ShopStanding, now: Instant) -> Vec<StatusLine> {
    let line = |what: &str, state, now| StatusLine {
        what: what.to_owned(),
        state,
        now,
    };
    let mut lines: Vec<StatusLine> = Vec::new();
    if shop.disk_full {
        let full = "full: no run can be recorded; make room".to_owned();
        lines.push(line("disk", LineState::Look, full));
    }
    for incident in &shop.incidents {
        let what = incident.kind.word().replace('_', " ");
        lines.push(line(&what, LineState::Look, incident.text.clone()));
    }
    for job in &shop.jobs {
        let is_for_a_person = job.state.is_for_a_person() || asks(shop, Need::Round, job.job);
        let state = state(is_for_a_person, job.state == JobState::Waits);
        lines.push(line(job.job, state, job_now(shop, job, now)));
    }
    for gateway in &shop.gateways {
        let name = gateway.gateway.as_str();
        let is_waiting = gateway.state == GatewayState::Silent;
        let state = state(asks(shop, Need::Gateway, name), is_waiting);
        lines.push(line(name, state, gateway_now(gateway, now)));
    }
    let told = listed(&shop.notifications, NotificationShare::words);
    let told = told.unwrap_or_else(|| "no payment in 7 days".to_owned());
    let are_lost = shop.notifications.iter().any(NotificationShare::is_notable);
    let state = if are_lost {
        LineState::Note
    } else {
        LineState::Well
    };
    lines.push(line("notifications", state, told));
    let cases = listed(&shop.cases, |cases| {
        let oldest = ago(now.since(cases.oldest_at));
        format!("{} {} (oldest {oldest})", cases.open, cases.kind)
    });
    let cases = cases.unwrap_or_else(|| "none open".to_owned());
    lines.push(line("cases", state_of(shop, Need::Cases), cases));
    let refunds = listed(&shop.refunds, |refunds| {
        let oldest = ago(now.since(refunds.oldest_at));
        let (count, amount) = (refunds.refunds, refunds.amount);
        format!("{count} {}, {amount}, oldest {oldest}", refunds.status)
    });
    let refunds = refunds.unwrap_or_else(|| "none due".to_owned());
    lines.push(line("refunds", state_of(shop, Need::Refunds), refunds));
    lines.push(line(
        "overdue orders",
        state_of(shop, Need::Overdue),
        overdue_now(shop),
    ));
    let effects = listed(&shop.effects, |effects| {
        format!("{} {}", effects.effects, effects.status)
    });
    let effects = effects.unwrap_or_else(|| "all done".to_owned());
    lines.push(line("effects", state_of(shop, Need::Effects), effects));
    let today = &shop.today;
    let payments = counted(today.payments, "payment");
    let placed = counted(today.orders_placed, "order");
    let came = format!("{} in {payments}; {placed} placed", today.received);
    lines.push(line("today", LineState::Well, came));
    lines
}

fn state(is_for_a_person: bool, is_waiting: bool) -> LineState {
    match (is_for_a_person, is_waiting) {
        (true, _) => LineState::Look,
        (false, true) => LineState::Waits,
        (false, false) => LineState::Well,
    }
}

fn state_of(shop: &ShopStanding, need: Need) -> LineState {
    state(shop.attention.iter().any(|asked| asked.need == need), false)
}

/// Whether a person is asked about this job or gateway.
fn asks(shop: &ShopStanding, need: Need, name: &str) -> bool {
    shop.attention.iter().any(|asked| {
        let is_it = match need {
            Need::Round => name == "check-all",
            Need::Job
            | Need::Gateway
            | Need::Cases
            | Need::Refunds
            | Need::Overdue
            | Need::Effects
            | Need::Incident
            | Need::Disk => asked.name.as_deref() == Some(name),
        };
        asked.need == need && is_it
    })
}

fn job_now(shop: &ShopStanding, job: &JobStanding, now: Instant) -> String {
    let since = |at: Option<Instant>| at.map_or_else(|| "-".to_owned(), |at| ago(now.since(at)));
    let good = match job.last_success_at {
        Some(at) => format!("last good run {} ago", ago(now.since(at))),
        None => "no good run yet".to_owned(),
    };
    match job.state {
        JobState::Waits | JobState::NeverRan => "has not run yet".to_owned(),
        JobState::Running => format!("runs now; {good}"),
        JobState::Overdue => format!("overdue; {good}"),
        JobState::Died => format!("killed; began {} ago; {good}", since(job.last_started_at)),
        JobState::Failed => {
            let exit = job.last_exit.and_then(Exit::of_code);
            let exit = exit.map_or("failed", Exit::name);
            format!("{exit} {} ago; {good}", since(job.last_started_at))
        }
        JobState::RunsWell if job.job == "check-all" && !shop.round.gets_round => {
            let left = counted(shop.round.left, "payment");
            format!("{good}; does not get round: {left} left")
        }
        JobState::RunsWell if job.job == "check-all" => format!("{good}; gets round"),
        JobState::RunsWell => good,
    }
}

fn gateway_now(gateway: &GatewayStanding, now: Instant) -> String {
    let due = match gateway.due {
        0 => String::new(),
        due => format!("; {} due", counted(due, "payment")),
    };
    let since = |at: Option<Instant>| at.map_or(Duration::ZERO, |at| now.since(at));
    match gateway.state {
        GatewayState::Answers => {
            let last = ago(since(gateway.last_answer_at));
            format!("last answer {last} ago{due}")
        }
        GatewayState::Silent => {
            let silent = ago(since(gateway.silent_since));
            let error = gateway.last_error.as_deref().unwrap_or("no answer");
            format!("silent for {silent}{due}: {error}")
        }
        GatewayState::Unasked => format!("has not been asked yet{due}"),
        GatewayState::NotConfigured => format!("not in the configuration{due}"),
    }
}

/// Of so many in a hundred lost notifications somebody should know.
const MANY_LOST: u64 = 5;

impl NotificationShare {
    fn percent_lost(&self) -> u64 {
        self.lost.saturating_mul(100).div_ceil(self.payments.max(1))
    }

    fn is_notable(&self) -> bool {
        self.percent_lost() >= MANY_LOST
    }

    fn words(&self) -> String {
        let (gateway, payments) = (&self.gateway, self.payments);
        match self.lost {
            0 => format!("{gateway}: none of {payments} lost"),
            lost => {
                let percent = self.percent_lost();
                format!("{gateway}: {lost} of {payments} lost ({percent} %)")
            }
        }
    }
}

fn overdue_now(shop: &ShopStanding) -> String {
    let overdue = &shop.overdue;
    if overdue.orders == 0 {
        return "none undecided".to_owned();
    }
    let units: u64 = overdue.products.iter().map(|held| held.units).sum();
    let products = listed(&overdue.products, |held| {
        format!("{} {}", held.units, held.sku)
    });
    let held = products.map_or_else(String::new, |products| {
        let units = counted(units, "unit");
        format!(", {units} held: {products}")
    });
    format!("{} undecided{held}", overdue.orders)
}

/// The first of them, and how many more; none if there are none.
fn listed<T>(items: &[T], words: impl Fn(&T) -> String) -> Option<String> {
    let mut named: Vec<String> = items.iter().take(MAX_NAMED).map(words).collect();
    let more = items.len().saturating_sub(MAX_NAMED);
    if more > 0 {
        named.push(format!("{more} more"));
    }
    (!named.is_empty()).then(|| named.join(", "))
}
