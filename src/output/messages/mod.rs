//! Words for what was decided: one catalogue a language, a template for each code.
//!
//! The file keeps the words of [`Language::English`] beside each code, so `Display` gives those: a room below needs no
//! knowledge of this one to write them. A list or a document may be rendered in another language.

mod en;

use std::fmt;

use crate::domain::operator::{
    approve, ask, extend, fulfil, open, refund, register, resend, resolve, revoke, unredeem,
    withdraw,
};
use crate::domain::{CheckReason, Coded, Invariant, Reason, Value};

/// A code, and its words with `{parameters}` in them.
pub type Message = (&'static str, &'static str);

/// A language that payctl speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    English,
}

impl Language {
    pub const ALL: &'static [Self] = &[Self::English];

    /// The words of a code.
    #[must_use]
    pub fn template(self, code: &str) -> Option<&'static str> {
        let tables = self.tables().iter().flat_map(|table| table.iter());
        find(tables, code)
    }

    /// What a code and its parameters say.
    #[must_use]
    pub fn describe(self, coded: &impl Coded) -> String {
        match self.template(coded.code()) {
            Some(template) => self.fill(template, coded),
            None => coded.code().to_owned(),
        }
    }

    /// What to type next, where the code calls for one command. A reason within a reason may have the hint.
    #[must_use]
    pub fn hint(self, coded: &impl Coded) -> Option<String> {
        let hints = match self {
            Self::English => en::HINTS,
        };
        if let Some(template) = find(hints, coded.code()) {
            return Some(self.fill(template, coded));
        }
        coded.params().0.iter().find_map(|(_, value)| match value {
            Value::Reason(inner) => self.hint(inner),
            Value::Text(_)
            | Value::Quote(_)
            | Value::Number(_)
            | Value::Amount(_)
            | Value::Instant(_)
            | Value::Word(_)
            | Value::List(_) => None,
        })
    }

    /// The same for a code as a file keeps it.
    #[must_use]
    pub fn hint_of_written(self, code: &str, params: &serde_json::Value) -> Option<String> {
        let hints = match self {
            Self::English => en::HINTS,
        };
        let template = find(hints, code)?;
        Some(fill(
            template,
            |name| match params.get(name)? {
                serde_json::Value::String(text) => Some(Value::Text(text.clone())),
                other @ (serde_json::Value::Null
                | serde_json::Value::Bool(_)
                | serde_json::Value::Number(_)
                | serde_json::Value::Array(_)
                | serde_json::Value::Object(_)) => Some(Value::Text(other.to_string())),
            },
            |value| self.value(value),
        ))
    }

    /// What to do when a file does not hold what it must.
    #[must_use]
    pub fn advice(self, invariant: Invariant) -> &'static str {
        match self {
            Self::English => en::advice(invariant),
        }
    }

    fn fill(self, template: &str, coded: &impl Coded) -> String {
        let params = coded.params();
        let known = |name: &str| {
            let mut params = params.0.iter();
            params
                .find(|(known, _)| *known == name)
                .map(|(_, value)| value.clone())
        };
        fill(template, known, |value| self.value(value))
    }

    /// The one place where amounts, times and lists become words.
    fn value(self, value: &Value) -> String {
        match value {
            Value::Text(text) => text.clone(),
            Value::Quote(text) => format!("{text:?}"),
            Value::Number(number) => number.to_string(),
            Value::Amount(amount) => amount.to_string(),
            Value::Instant(at) => at.to_string(),
            Value::Word(word) => (*word).to_owned(),
            Value::Reason(reason) => self.describe(reason),
            Value::List(reasons) => {
                let told: Vec<String> = reasons.iter().map(|one| self.describe(one)).collect();
                told.join(self.between())
            }
        }
    }

    fn tables(self) -> &'static [&'static [Message]] {
        match self {
            Self::English => en::TABLES,
        }
    }

    /// What stands between the items of a list.
    fn between(self) -> &'static str {
        match self {
            Self::English => "; ",
        }
    }
}

fn find<'a>(messages: impl IntoIterator<Item = &'a Message>, code: &str) -> Option<&'static str> {
    let mut messages = messages.into_iter();
    messages
        .find(|(known, _)| *known == code)
        .map(|(_, template)| *template)
}

fn fill(
    template: &str,
    known: impl Fn(&str) -> Option<Value>,
    tell: impl Fn(&Value) -> String,
) -> String {
    let mut text = String::with_capacity(template.len() + 32);
    for part in parts(template) {
        match part {
            Part::Words(words) => text.push_str(words),
            Part::Param(name) => {
                let (name, forms) = name.split_once(':').unwrap_or((name, "#"));
                if let Some(value) = known(name) {
                    text.push_str(&form(forms, &value).replace('#', &tell(&value)));
                }
            }
        }
    }
    text
}

/// `{tickets:# ticket|# tickets}`: the first form is for one, the last for any other number.
fn form<'f>(forms: &'f str, value: &Value) -> &'f str {
    let mut all = forms.split('|');
    let one = all.next().unwrap_or("#");
    match value {
        Value::Number(1) => one,
        Value::Number(_)
        | Value::Text(_)
        | Value::Quote(_)
        | Value::Amount(_)
        | Value::Instant(_)
        | Value::Word(_)
        | Value::Reason(_)
        | Value::List(_) => all.next_back().unwrap_or(one),
    }
}

enum Part<'t> {
    Words(&'t str),
    Param(&'t str),
}

/// A template in pieces: words, and the names between braces.
fn parts(template: &str) -> impl Iterator<Item = Part<'_>> {
    template.split('{').enumerate().flat_map(|(nth, piece)| {
        let (param, words) = match piece.split_once('}') {
            Some((name, words)) if nth > 0 => (Some(Part::Param(name)), words),
            _ => (None, piece),
        };
        param.into_iter().chain([Part::Words(words)])
    })
}

/// These are shown, and kept, in English.
macro_rules! in_english {
    ($($coded:ty),+ $(,)?) => {$(
        impl fmt::Display for $coded {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&Language::English.describe(self))
            }
        }
    )+};
}

in_english!(
    Reason,
    CheckReason,
    approve::ApprovalRefusal,
    ask::AmountRefusal,
    extend::ExtendRefusal,
    fulfil::RetryRefusal,
    resend::ResendRefusal,
    open::OpenRefusal,
    refund::RefundRefusal,
    register::ImportRefusal,
    resolve::ResolveRefusal,
    resolve::Unfit,
    revoke::TicketRevokeRefusal,
    unredeem::UnredeemRefusal,
    withdraw::WithdrawRefusal,
);

#[cfg(test)]
mod tests;
