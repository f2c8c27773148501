//! Why an order is as it is: what was said, decided and done, in the order in which it happened, and what it waits for.
//!
//! Nothing here decides: what an overdue order waits for is what [`release`](super::release) says.

mod outlook;
#[cfg(test)]
mod tests;
mod turns;

use super::hint::Mark;
use super::instant::Instant;
use super::money::Rupiah;
use super::names::{GatewayName, PaymentId};
use super::observation::UNRECOGNISED;
use super::rule::Rule;
use super::trail::TrailLine;
use super::words::words;

pub use self::outlook::{Outlook, PaymentOutlook, outlook};

words! {
    /// What kind of thing happened.
    pub enum Kind {
        /// A gateway said it.
        Said = "said",
        /// A rule or a person decided it.
        Decided = "decided",
        /// It was carried out.
        Did = "did",
        /// It is still to come.
        Waiting = "waiting",
    }
}

/// One thing that happened, or is to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub at: Instant,
    pub kind: Kind,
    pub actor: String,
    pub payment: Option<PaymentId>,
    /// The gateway's own word.
    pub word: Option<String>,
    pub from: Option<String>,
    pub to: Option<String>,
    pub rule: Option<Rule>,
    pub amount: Option<Rupiah>,
    /// The whole of it, for people. Names no time: those are shown in the reader's zone.
    pub text: String,
}

/// What a gateway said about a payment, when its meaning was new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    pub payment: PaymentId,
    pub gateway: GatewayName,
    /// When the question was started.
    pub asked_at: Instant,
    pub raw_status: Option<String>,
    /// As [`Observation::meaning`](super::observation::Observation::meaning) spells it.
    pub meaning: String,
}

/// What a gateway has sent by itself, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub payment: PaymentId,
    pub gateway: GatewayName,
    pub received_at: Instant,
    pub mark: Mark,
    pub claims_money: bool,
    /// How often the very same has come.
    pub times: u32,
}

/// What has happened, the earliest first. Of what happened at one instant, what was said comes first.
#[must_use]
pub fn past(trail: &[TrailLine], spoken: &[Spoken], sent: &[Sent]) -> Vec<Entry> {
    let said = sent.iter().map(hinted).chain(spoken.iter().map(said));
    let mut entries: Vec<Entry> = said.chain(trail.iter().map(written)).collect();
    entries.sort_by_key(|entry| entry.at);
    entries
}

fn hinted(sent: &Sent) -> Entry {
    let claim = if sent.claims_money {
        "says that money is in"
    } else {
        "says nothing of money"
    };
    let often = match sent.times {
        1 => String::new(),
        times => format!(", {times} times"),
    };
    Entry {
        at: sent.received_at,
        kind: Kind::Said,
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
    }
}

fn said(spoken: &Spoken) -> Entry {
    Entry {
        at: spoken.asked_at,
        kind: Kind::Said,
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
        Some(Rupiah::kept(number))
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

fn written(line: &TrailLine) -> Entry {
    Entry {
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
    }
}

fn kind(line: &TrailLine) -> Kind {
    match (line.what.as_str(), line.to.as_deref()) {
        ("stock" | "handed_out", _)
        | ("effect", Some("done" | "waiting" | "dead" | "uncertain"))
        | ("refund", Some("sent" | "unknown" | "done" | "failed" | "external")) => Kind::Did,
        _ => Kind::Decided,
    }
}

/// `payment 1 created → paid, Rp 25,000 (P6: money is in, the right amount): midtrans says "settlement"`
fn text(line: &TrailLine) -> String {
    let mut text = subject(line);
    if let Some(amount) = line.amount {
        text.push_str(&format!(", {amount}"));
    }
    if let Some(rule) = line.rule {
        text.push_str(&format!(" ({rule}: {})", rule.sentence()));
    }
    if !line.why.is_empty() {
        text.push_str(&format!(": {}", line.why));
    }
    text
}

fn subject(line: &TrailLine) -> String {
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
