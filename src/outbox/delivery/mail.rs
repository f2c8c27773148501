//! Renders a mail from a template and hands it to the shop's mail server.
//!
//! Data of an order is only a value in a template: it cannot become a header, a second recipient, or markup.

mod letter;
mod message;
mod post;
mod template;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::{DeliveryRequest, DrawTicket, RenderedDelivery, RenderedHeader};
use crate::clock::Clock;
use crate::domain::{AttemptResult, Zone};

pub use letter::Letter;
pub use post::{Mailer, MailerConfigError, MailerSettings, TlsMode};

/// A mail of the shop.
#[derive(Clone)]
pub struct MailTemplate {
    /// An address, or a template for one.
    pub to: String,
    /// A template; `None`: the first line of the file is `Subject: …`.
    pub subject: Option<String>,
    /// The template of the text.
    pub template: PathBuf,
    /// Attaches the order's tickets; none: attaches none.
    pub draw_ticket: Option<DrawTicket>,
    pub mailer: Arc<Mailer>,
    pub clock: Arc<dyn Clock>,
    /// In which the template's times are written.
    pub zone: Zone,
}

/// No mail for people is larger, but a file named by mistake may be.
const MAX_TEMPLATE_BYTES: u64 = 256 * 1024;

/// Renders the mail and sends it.
pub(super) async fn send(
    mail: &MailTemplate,
    request: &DeliveryRequest,
    timeout: Duration,
) -> AttemptResult {
    let source = source(&mail.template);
    let written = source.and_then(|source| message::write(mail, request, &source));
    let message = match written.and_then(|written| message::compose(mail, request, written)) {
        Ok(message) => message,
        Err(result) => return result,
    };
    match tokio::time::timeout(timeout, mail.mailer.send(message)).await {
        Ok(delivery) => delivery,
        Err(_) => AttemptResult::Unknown("the mail server did not answer in time".to_owned()),
    }
}

/// The mail as it would be sent now.
pub(super) fn render(
    mail: &MailTemplate,
    request: &DeliveryRequest,
) -> Result<RenderedDelivery, String> {
    let source = source(&mail.template);
    let written = source.and_then(|source| message::write(mail, request, &source));
    let written = written.map_err(|why| why.trouble().unwrap_or("it has no text").to_owned())?;
    let to = written.to.to_string();
    let files = request.attachments.iter();
    Ok(RenderedDelivery {
        headers: vec![
            RenderedHeader::new("From", mail.mailer.from().to_string()),
            RenderedHeader::new("To", to.as_str()),
            RenderedHeader::new("Subject", written.subject),
            RenderedHeader::new("Message-ID", written.id),
            RenderedHeader::new("Content-Type", written.format.media_type()),
        ],
        to,
        body: written.text,
        attachments: files.map(|file| file.name.clone()).collect(),
    })
}

/// Whether a mail to this address, or template for one, has a recipient.
pub(in crate::outbox) fn has_recipient(to: &str, payload: &Value, zone: Zone) -> bool {
    message::recipient(to, payload, zone).is_ok()
}

/// The shop can fix its file before the retries run out.
fn source(path: &Path) -> Result<String, AttemptResult> {
    let told = |why: String| {
        let path = path.display();
        AttemptResult::Again(format!("could not read the template {path}: {why}"))
    };
    let known = std::fs::metadata(path).map_err(|error| told(error.to_string()))?;
    // Opening a pipe would block until somebody writes to it.
    if !known.is_file() {
        return Err(told("it is not a file".to_owned()));
    }
    let size = known.len();
    if size > MAX_TEMPLATE_BYTES {
        return Err(told(format!(
            "it is larger than {MAX_TEMPLATE_BYTES} bytes"
        )));
    }
    std::fs::read_to_string(path).map_err(|error| told(error.to_string()))
}
