//! One attempt to carry out an effect: it runs a program, calls an address, or sends a mail.
//!
//! Data of an order never becomes a program, an argument, a URL or a header's name: it is part of a document, or an
//! escaped value. Nothing is decided here; the result of an attempt is returned as a [`AttemptResult`].

mod exec;
mod http;
mod mail;
mod rendered;
#[cfg(test)]
#[path = "../../tests/it/shell.rs"]
pub(super) mod shell;
#[cfg(test)]
mod testing;

use std::collections::BTreeMap;
use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::attachments::{Attachment, DrawTicket};
use crate::domain::{AttemptResult, EffectKey, HookName, OrderNumber};

pub use exec::Executable;
pub use http::HttpEndpoint;
pub(super) use mail::has_recipient;
pub use mail::{Letter, MailTemplate, Mailer, MailerConfigError, MailerSettings, TlsMode};
pub use rendered::{RenderedDelivery, RenderedHeader};

/// How the effects of all hooks are carried out; for a hook that could not be prepared, the reason.
pub struct Deliveries(BTreeMap<HookName, Result<Delivery, String>>);

impl Deliveries {
    #[must_use]
    pub fn new(by_hook: BTreeMap<HookName, Result<Delivery, String>>) -> Self {
        Self(by_hook)
    }

    /// # Errors
    /// Why effects of this hook cannot be carried out at the moment.
    pub(super) fn of(&self, hook: &HookName) -> Result<&Delivery, String> {
        match self.0.get(hook) {
            Some(ready) => ready.as_ref().map_err(String::clone),
            None => Err(format!("the configuration has no effect named {hook}")),
        }
    }

    /// Time limit for one attempt of this hook; zero if there is no such hook.
    pub(super) fn timeout(&self, hook: &HookName) -> Duration {
        let ready = self.of(hook);
        ready.map_or(Duration::ZERO, |ready| ready.timeout)
    }
}

/// How the effects of one hook are carried out.
pub struct Delivery {
    pub transport: Transport,
    /// Time limit for one attempt.
    pub timeout: Duration,
}

/// By which means.
pub enum Transport {
    Exec(Executable),
    Http(HttpEndpoint),
    Mail(MailTemplate),
}

impl Delivery {
    /// One attempt within the time limit. It cannot fail: the result says what went wrong, in words without control
    /// characters and of bounded length.
    ///
    /// If the future is dropped early, a started program is killed with everything it has started.
    pub(super) async fn attempt(&self, request: &DeliveryRequest) -> AttemptResult {
        match &self.transport {
            Transport::Exec(program) => exec::run(program, request, self.timeout).await,
            Transport::Http(endpoint) => http::post(endpoint, request, self.timeout).await,
            Transport::Mail(mail) => mail::send(mail, request, self.timeout).await,
        }
    }

    /// What one attempt would hand over, or why it would hand over nothing.
    pub(super) fn render(&self, request: &DeliveryRequest) -> Result<RenderedDelivery, String> {
        match &self.transport {
            Transport::Exec(program) => Ok(exec::render(program, request)),
            Transport::Http(endpoint) => Ok(http::render(endpoint, request)),
            Transport::Mail(mail) => mail::render(mail, request),
        }
    }

    /// How it attaches the order's tickets; none: it attaches none.
    pub(super) fn draws_tickets(&self) -> Option<DrawTicket> {
        match &self.transport {
            Transport::Mail(mail) => mail.draw_ticket,
            Transport::Exec(_) | Transport::Http(_) => None,
        }
    }
}

/// What one attempt hands over.
#[derive(Debug, Clone)]
pub(super) struct DeliveryRequest {
    /// The idempotency key, the same in every attempt.
    pub(super) key: EffectKey,
    /// 0 for the first delivery; from 1 on, a person has had it delivered once more.
    pub(super) repetition: u32,
    pub(super) occasion: &'static str,
    pub(super) hook: HookName,
    pub(super) order: Option<OrderNumber>,
    /// The document for the program or partner.
    pub(super) payload: Value,
    /// Attachments of a mail.
    pub(super) attachments: Vec<Attachment>,
    /// A locked file in which a program is named, and which it inherits on Unix: whether the attempt is still running.
    pub(super) liveness: Option<Arc<File>>,
}

/// A text from outside on one line, safe for a terminal and limited to `letters_most` characters: its end, if it is
/// longer.
fn truncated(text: &str, letters_most: usize) -> String {
    let line: String = text
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    let beyond = line.chars().count().saturating_sub(letters_most);
    if beyond == 0 {
        return line;
    }
    format!("…{}", line.chars().skip(beyond).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::truncated;

    #[test]
    fn an_error_text_is_one_short_line() {
        assert_eq!(truncated("a\n\u{1b}[2J\0 b\t c ", 80), "a [2J b c");
        assert_eq!(truncated("abcdef", 3), "…def");
        assert_eq!(truncated("äöü", 3), "äöü");
        assert_eq!(truncated("", 3), "");
    }
}
