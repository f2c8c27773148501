//! The shop's mail server.

use lettre::message::Mailbox;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use secrecy::{ExposeSecret, SecretString};

use super::super::truncated;
use crate::domain::AttemptResult;

/// How to reach the mail server.
pub struct MailerSettings {
    pub host: String,
    pub port: u16,
    pub way: TlsMode,
    /// User and password.
    pub login: Option<(String, SecretString)>,
    /// The sender.
    pub from: String,
}

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsMode {
    Tls,
    /// Required: a server without STARTTLS receives nothing.
    Starttls,
    /// For this machine only; the configuration ensures that.
    Plain,
}

/// Why the settings are invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MailerConfigError {
    #[error("smtp.from is not an address such as Shop <shop@example.com>")]
    From,
    #[error("no CA certificates were found on this machine, but the mail server requires TLS")]
    Tls,
}

/// Sends mails, each over its own connection.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mailer {
    /// # Errors
    /// The sender is not an address, or there is no trusted root for the server's certificate.
    pub fn new(settings: MailerSettings) -> Result<Self, MailerConfigError> {
        let from = settings.from.parse().ok();
        let from = from
            .and_then(with_ascii_domain)
            .ok_or(MailerConfigError::From)?;
        type SmtpTransport = AsyncSmtpTransport<Tokio1Executor>;
        let builder = match settings.way {
            TlsMode::Tls => {
                SmtpTransport::relay(&settings.host).map_err(|_| MailerConfigError::Tls)?
            }
            TlsMode::Starttls => {
                SmtpTransport::starttls_relay(&settings.host).map_err(|_| MailerConfigError::Tls)?
            }
            TlsMode::Plain => SmtpTransport::builder_dangerous(&settings.host),
        };
        let builder = match settings.login {
            Some((user, password)) => {
                let password = password.expose_secret().to_owned();
                builder.credentials(Credentials::new(user, password))
            }
            None => builder,
        };
        // The caller limits the total time.
        let transport = builder.port(settings.port).timeout(None).build();
        Ok(Self { transport, from })
    }

    pub(super) fn from(&self) -> &Mailbox {
        &self.from
    }

    /// Connects as for a mail, and sends none.
    ///
    /// # Errors
    /// What is wrong, in one harmless line.
    pub async fn reach(&self) -> Result<(), String> {
        match self.transport.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err("the mail server closed the connection".to_owned()),
            Err(error) => Err(redacted_text(&error, &[])),
        }
    }

    pub(super) async fn send(&self, message: Message) -> AttemptResult {
        let people: Vec<String> = message
            .envelope()
            .to()
            .iter()
            .map(ToString::to_string)
            .collect();
        match self.transport.send(message).await {
            Ok(_) => AttemptResult::Done(None),
            Err(error) => outcome(&error, &people),
        }
    }
}

/// The same mailbox with its domain in ASCII (IDNA): few servers accept any other form. The part before the @ stays
/// unchanged; only its own server knows other spellings of it.
pub(super) fn with_ascii_domain(mailbox: Mailbox) -> Option<Mailbox> {
    if mailbox.email.domain().is_ascii() {
        return Some(mailbox);
    }
    let domain = idna::domain_to_ascii_strict(mailbox.email.domain()).ok()?;
    let email = Address::new(mailbox.email.user(), domain).ok()?;
    Some(Mailbox::new(mailbox.name, email))
}

/// Replies about the login: they apply to all mails, not to this one.
const ABOUT_THE_LOGIN: [u16; 4] = [530, 534, 535, 538];

fn outcome(error: &Error, people: &[String]) -> AttemptResult {
    let why = redacted_text(error, people);
    let code = error.status().map(u16::from);
    if error.is_permanent() && !code.is_some_and(|code| ABOUT_THE_LOGIN.contains(&code)) {
        return AttemptResult::Never(why);
    }
    if is_undecided(error) {
        return AttemptResult::Unknown(why);
    }
    AttemptResult::Again(why)
}

/// The server may have accepted the mail: there was a connection, and it ended before the reply.
fn is_undecided(error: &Error) -> bool {
    // The only kind of error without a method to ask for it.
    let is_connected = !error.to_string().starts_with("Connection error");
    is_connected && error.status().is_none() && !error.is_client() && !error.is_tls()
}

/// The error without the recipient's address, which servers like to repeat.
fn redacted_text(error: &Error, people: &[String]) -> String {
    let mut parts = vec![error.to_string()];
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        parts.push(cause.to_string());
        source = cause.source();
    }
    parts.dedup();
    let text = people.iter().fold(parts.join(": "), |text, person| {
        let lower = text.to_ascii_lowercase();
        match lower.contains(&person.to_ascii_lowercase()) {
            true => text.replace(person.as_str(), "…"),
            false => text,
        }
    });
    truncated(&format!("the mail server: {text}"), 500)
}
