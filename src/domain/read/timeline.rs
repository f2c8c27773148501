//! The timeline of an order: what was said, decided and done, oldest first, and what comes next.
//!
//! Nothing here decides: what an overdue order waits for is what [`release`](crate::domain::decide::release) says.

mod next_steps;
mod pending_effects;
#[cfg(test)]
mod tests;

use crate::domain::payment::observation::UNRECOGNISED;
use crate::domain::{
    AuditEntry, Coded, GatewayName, Instant, NotificationStatus, PaymentId, Reason, Rule, Rupiah,
    string_enum,
};

pub use self::next_steps::{NextSteps, PaymentNextSteps, next_steps};

string_enum! {
    /// The kind of an entry.
    pub enum TimelineKind {
        /// A gateway reported it.
        Said = "said",
        /// A rule or a person decided it.
        Decided = "decided",
        /// It was carried out.
        Did = "did",
        /// It comes next.
        Waiting = "waiting",
    }
}

/// One entry: an event, or a next step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineEntry {
    pub at: Instant,
    pub kind: TimelineKind,
    pub actor: String,
    pub payment: Option<PaymentId>,
    /// The gateway's own status word.
    pub word: Option<String>,
    pub from: Option<String>,
    pub to: Option<String>,
    pub rule: Option<Rule>,
    pub amount: Option<Rupiah>,
    /// The whole of it, for people. Names no time: those are shown in the reader's zone.
    pub text: String,
    /// Why, for programs: of what was written down, as far as it has one.
    pub code: Option<String>,
    pub params: Option<serde_json::Value>,
}

impl TimelineEntry {
    /// With its code, by which the command to type next is known.
    fn waits_for_a_person(at: Instant, reason: &Reason) -> Self {
        Self {
            code: Some(reason.code().to_owned()),
            params: serde_json::to_value(reason.params()).ok(),
            ..Self::waits(at, "operator", reason.to_string())
        }
    }

    fn waits(at: Instant, actor: &str, text: String) -> Self {
        Self {
            at,
            kind: TimelineKind::Waiting,
            actor: actor.to_owned(),
            payment: None,
            word: None,
            from: None,
            to: None,
            rule: None,
            amount: None,
            text,
            code: None,
            params: None,
        }
    }
}

/// What a gateway said about a payment, when its meaning was new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusEntry {
    pub payment: PaymentId,
    pub gateway: GatewayName,
    /// When the question was started.
    pub asked_at: Instant,
    pub raw_status: Option<String>,
    /// As [`Observation::meaning`](crate::domain::Observation::meaning) spells it.
    pub meaning: String,
}

/// What a gateway has sent by itself, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationEntry {
    pub payment: PaymentId,
    pub gateway: GatewayName,
    pub received_at: Instant,
    pub mark: NotificationStatus,
    pub claims_money: bool,
    /// How often the same notification came.
    pub times: u32,
}

/// What has happened, the earliest first. Of what happened at one instant, what was said comes first.
#[must_use]
pub fn past(
    trail: &[AuditEntry],
    spoken: &[StatusEntry],
    sent: &[NotificationEntry],
) -> Vec<TimelineEntry> {
    let said = sent
        .iter()
        .map(hinted)
        .chain(spoken.iter().map(status_line));
    let mut entries: Vec<TimelineEntry> =
        said.chain(trail.iter().map(TimelineEntry::from)).collect();
    entries.sort_by_key(|entry| entry.at);
    entries
}

fn hinted(sent: &NotificationEntry) -> TimelineEntry {
    let claim = if sent.claims_money {
        "says that money is in"
    } else {
        "says nothing of money"
    };
    let often = match sent.times {
        1 => String::new(),
        times => format!(", {times} times"),
    };
    TimelineEntry {
        at: sent.received_at,
        kind: TimelineKind::Said,
        actor: format!("webhook:{}", sent.gateway),
        payment: Some(sent.payment),
        word: Some(sent.mark.word().to_owned()),
        from: None,
        to: None,
        rule: None,
        amount: None,
        text: format!(
            "payment {}: a notification ({}) {claim}{often}",
            sent.payment, sent.mark
        ),
        code: None,
        params: None,
    }
}

fn status_line(spoken: &StatusEntry) -> TimelineEntry {
    TimelineEntry {
        at: spoken.asked_at,
        kind: TimelineKind::Said,
        actor: format!("gateway:{}", spoken.gateway),
        payment: Some(spoken.payment),
        word: spoken.raw_status.clone(),
        from: None,
        to: None,
        rule: None,
        amount: None,
        text: format!(
            "payment {}: {}",
            spoken.payment,
            spelled(&spoken.meaning, spoken.raw_status.as_deref())
        ),
        code: None,
        params: None,
    }
}

/// What an answer meant, in words.
fn spelled(meaning: &str, word: Option<&str>) -> String {
    let meaning = meaning.split('|').next().unwrap_or_default();
    let says = match word {
        Some(word) => format!("{word:?}"),
        None => meaning.replace('_', " "),
    };
    let mut parts = meaning.split(' ');
    let mut amount = || {
        let number = parts.find_map(|part| part.parse().ok())?;
        Some(Rupiah::from_db(number))
    };
    match meaning.split(' ').next().unwrap_or_default() {
        "not_started" => "is not known there".to_owned(),
        "paid" => match amount() {
            Some(paid) => format!("{says}, {paid} is in"),
            None => says,
        },
        "refunded" => match (amount(), amount()) {
            (Some(total), Some(paid)) => format!("{says}, {total} of {paid} has been refunded"),
            _ => says,
        },
        "charged_back" => match (amount(), amount()) {
            (Some(total), Some(paid)) => format!("{says}, {total} of {paid} has been charged back"),
            _ => says,
        },
        UNRECOGNISED => format!("{says}, a word that this version does not know"),
        _ => says,
    }
}

/// What was written down, in words.
impl From<&AuditEntry> for TimelineEntry {
    fn from(line: &AuditEntry) -> Self {
        Self {
            at: line.at,
            kind: kind(line),
            actor: line.actor.clone(),
            payment: line.payment,
            word: None,
            from: line.from.clone(),
            to: line.to.clone(),
            rule: line.rule,
            amount: line.amount,
            text: text(line),
            code: line.why.code.clone(),
            params: line.why.params.clone(),
        }
    }
}

fn kind(line: &AuditEntry) -> TimelineKind {
    match (line.what.as_str(), line.to.as_deref()) {
        ("stock" | "handed_out", _)
        | ("effect", Some("done" | "waiting" | "dead" | "uncertain"))
        | ("refund", Some("sent" | "unknown" | "done" | "failed" | "external")) => {
            TimelineKind::Did
        }
        _ => TimelineKind::Decided,
    }
}

/// `payment 1 created → paid, Rp 25,000 (P6: the right amount was paid): midtrans says "settlement"`
fn text(line: &AuditEntry) -> String {
    let mut text = subject(line);
    if let Some(amount) = line.amount {
        text.push_str(&format!(", {amount}"));
    }
    if let Some(rule) = line.rule {
        text.push_str(&format!(" ({rule}: {})", rule.sentence()));
    }
    if !line.why.words.is_empty() {
        text.push_str(&format!(": {}", line.why.words));
    }
    text
}

fn subject(line: &AuditEntry) -> String {
    let of_payment = match line.payment {
        Some(payment) => format!(" of payment {payment}"),
        None => String::new(),
    };
    let step = match (&line.from, &line.to) {
        (Some(from), Some(to)) if from == to => format!(" stays {to}"),
        (Some(from), Some(to)) => format!(" {from} → {to}"),
        (None, Some(to)) => format!(" is {to}"),
        (Some(from), None) => format!(" was {from}"),
        (None, None) => String::new(),
    };
    let case = |word: &Option<String>| word.clone().unwrap_or_default();
    match (line.what.as_str(), line.payment) {
        ("order", _) => format!("order{step}"),
        ("payment", Some(payment)) => format!("payment {payment}{step}"),
        ("stock", _) => format!("stock{step}"),
        ("handed_out", _) => format!("handing out{step}"),
        ("case_opened", Some(payment)) => {
            format!(
                "a person is asked about payment {payment}: {}",
                case(&line.to)
            )
        }
        ("case_opened", None) => format!("a person is asked: {}", case(&line.to)),
        ("case_closed", _) => format!("the question is closed: {}", case(&line.from)),
        ("refund", _) if line.to.is_none() => format!("refund{of_payment} becomes less"),
        ("refund", _) => format!("refund{of_payment}{step}"),
        ("note", _) => format!("noted{of_payment}"),
        (what, _) => format!("{what}{of_payment}{step}"),
    }
}
