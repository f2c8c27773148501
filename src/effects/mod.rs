//! Carrying out what must happen because an order moved: a program, a call, a mail.
//!
//! Nothing an order says ever becomes a program, an argument, an address of the web or a header's name: it is data in a
//! document, or a value that was made harmless. Nothing is decided here; what a try came to goes back as a [`Delivery`].

mod exec;
mod http;
mod mail;
#[cfg(test)]
mod testing;

use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::domain::effect::{Delivery, EffectKey, Occasion};
use crate::domain::names::{HookName, OrderNumber};

pub use exec::Program;
pub use http::Call;
pub use mail::{BadMailer, Letter, Mailer, MailerSettings, Way as MailWay};

/// One effect that is to be carried out once.
#[derive(Debug, Clone)]
pub struct Errand {
    /// The same in every try.
    pub key: EffectKey,
    pub occasion: Occasion,
    pub hook: HookName,
    pub order: Option<OrderNumber>,
    /// All that the outside is told, as a document.
    pub payload: Value,
    /// What goes with a mail.
    pub attachments: Vec<Attachment>,
    /// A locked file that a program inherits, so that the system knows whether the try goes on.
    pub pulse: Option<Arc<File>>,
}

/// A file that goes with a mail.
#[derive(Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Of plain letters; payctl makes it.
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
pub enum Carrier {
    Exec(Program),
    Http(Call),
    Mail(Letter),
}

impl Carrier {
    /// One try, of at most `timeout`. Cannot fail: what went wrong is in the answer, in words without control
    /// characters and of bounded length.
    ///
    /// Dropped before its end, a program that was started is ended with all it has started.
    pub async fn carry_out(&self, errand: &Errand, timeout: Duration) -> Delivery {
        match self {
            Self::Exec(program) => exec::run(program, errand, timeout).await,
            Self::Http(call) => http::post(call, errand, timeout).await,
            Self::Mail(letter) => mail::send(letter, errand, timeout).await,
        }
    }
}

/// A text from outside as one line that a terminal cannot obey, of at most so many letters: its end, where it is longer.
fn told(text: &str, letters_most: usize) -> String {
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
    use super::told;

    #[test]
    fn an_error_text_is_one_short_line() {
        assert_eq!(told("a\n\u{1b}[2J\0 b\t c ", 80), "a [2J b c");
        assert_eq!(told("abcdef", 3), "…def");
        assert_eq!(told("äöü", 3), "äöü");
        assert_eq!(told("", 3), "");
    }
}
