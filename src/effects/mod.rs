//! Carries out effects: runs a program, calls an address, or sends a mail.
//!
//! Data of an order never becomes a program, an argument, a URL or a header's name: it is part of a document, or an
//! escaped value. Nothing is decided here; the result of an attempt is returned as a [`AttemptResult`].

mod exec;
mod http;
mod mail;
#[cfg(test)]
mod testing;

use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::domain::{AttemptResult, EffectKey, HookName, OrderNumber, Trigger};

pub use exec::Executable;
pub use http::HttpEndpoint;
pub use mail::{MailTemplate, Mailer, MailerConfigError, MailerSettings, TlsMode as MailWay};

/// One attempt to carry out an effect.
#[derive(Debug, Clone)]
pub struct DeliveryRequest {
    /// The idempotency key, the same in every attempt.
    pub key: EffectKey,
    pub occasion: Trigger,
    pub hook: HookName,
    pub order: Option<OrderNumber>,
    /// The document for the program or partner.
    pub payload: Value,
    /// Attachments of a mail.
    pub attachments: Vec<Attachment>,
    /// A locked file that a program inherits, so that the system knows whether the attempt is still running.
    pub liveness: Option<Arc<File>>,
}

/// A file attached to a mail.
#[derive(Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Plain letters only; payctl creates it.
    pub name: String,
    pub media_type: &'static str,
    pub content: Vec<u8>,
}

impl std::fmt::Debug for Attachment {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Attachment({})", self.name)
    }
}

/// How one hook of the shop is carried out.
pub enum Transport {
    Exec(Executable),
    Http(HttpEndpoint),
    Mail(MailTemplate),
}

impl Transport {
    /// One attempt of at most `timeout`. It cannot fail: the result says what went wrong, in words without control
    /// characters and of bounded length.
    ///
    /// If the future is dropped early, a started program is killed with everything it has started.
    pub async fn carry_out(&self, errand: &DeliveryRequest, timeout: Duration) -> AttemptResult {
        match self {
            Self::Exec(program) => exec::run(program, errand, timeout).await,
            Self::Http(call) => http::post(call, errand, timeout).await,
            Self::Mail(letter) => mail::send(letter, errand, timeout).await,
        }
    }
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
