//! Builds a message from a template and an order's facts.

use std::time::{Duration, UNIX_EPOCH};

use lettre::Message;
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::super::{DeliveryRequest, truncated};
use super::MailTemplate;
use super::post::with_ascii_domain;
use super::template::{TemplateError, TemplateText, render};
use crate::domain::{AttemptResult, NO_ADDRESS, Zone};

/// A longer text is not a subject.
const MAX_SUBJECT_LETTERS: usize = 200;

/// A mail that is rendered, but not yet encoded.
pub(super) struct WrittenMail {
    pub(super) to: Mailbox,
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) format: TextFormat,
    /// Its `Message-ID`.
    pub(super) id: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextFormat {
    Html,
    Plain,
}

impl TextFormat {
    /// By the end of the template's name.
    fn of(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        if [".html", ".htm"].iter().any(|end| name.ends_with(end)) {
            Self::Html
        } else {
            Self::Plain
        }
    }

    pub(super) fn media_type(self) -> &'static str {
        match self {
            Self::Html => "text/html; charset=utf-8",
            Self::Plain => "text/plain; charset=utf-8",
        }
    }
}

/// Renders the mail of an attempt.
///
/// # Errors
/// What the attempt ends in without a message: `Again` if the shop can fix its template or its settings, `Never` if the
/// order has no recipient.
pub(super) fn write(
    mail: &MailTemplate,
    request: &DeliveryRequest,
    source: &str,
) -> Result<WrittenMail, AttemptResult> {
    let (subject, text) = match &mail.subject {
        Some(subject) => (subject.as_str(), source),
        None => subject_line(source)?,
    };
    let to = recipient(&mail.to, &request.payload, mail.zone)?;
    let name = mail.template.file_name().unwrap_or_default();
    let name = name.to_string_lossy();
    let before = source.len().saturating_sub(text.len());
    let text = TemplateText {
        name: &name,
        source: text,
        lines_before: source
            .get(..before)
            .unwrap_or_default()
            .matches('\n')
            .count(),
    };
    let text = render(text, &request.payload, mail.zone).map_err(mendable)?;
    // A subject is never markup, whatever the text is.
    let subject = TemplateText::line("subject", subject);
    let subject = render(subject, &request.payload, mail.zone).map_err(mendable)?;
    Ok(WrittenMail {
        subject: truncated(&subject, MAX_SUBJECT_LETTERS),
        text,
        format: TextFormat::of(&name),
        id: message_id(mail, request, &to),
        to,
    })
}

/// Encodes the mail for the server.
///
/// # Errors
/// `Again`, if the mail cannot be encoded.
pub(super) fn compose(
    mail: &MailTemplate,
    request: &DeliveryRequest,
    written: WrittenMail,
) -> Result<Message, AttemptResult> {
    let since_1970 = u64::try_from(mail.clock.now().as_millis()).unwrap_or_default();
    let message = Message::builder()
        .from(mail.mailer.from().clone())
        .message_id(Some(written.id))
        .to(written.to)
        .subject(written.subject)
        .date(UNIX_EPOCH + Duration::from_millis(since_1970));
    let body = match written.format {
        TextFormat::Html => SinglePart::html(written.text),
        TextFormat::Plain => SinglePart::plain(written.text),
    };
    let written = if request.attachments.is_empty() {
        message.singlepart(body)
    } else {
        message.multipart(with_attachments(body, request)?)
    };
    written.map_err(|_| AttemptResult::Again("could not compose the mail".to_owned()))
}

fn with_attachments(
    body: SinglePart,
    request: &DeliveryRequest,
) -> Result<MultiPart, AttemptResult> {
    let mut parts = MultiPart::mixed().singlepart(body);
    for file in &request.attachments {
        let media = ContentType::parse(file.media_type)
            .map_err(|_| AttemptResult::Again("could not attach a ticket".to_owned()))?;
        let part = Attachment::new(file.name.clone()).body(file.content.clone(), media);
        parts = parts.singlepart(part);
    }
    Ok(parts)
}

/// Splits `Subject: …` from the rest, without the empty line between them.
fn subject_line(source: &str) -> Result<(&str, &str), AttemptResult> {
    let source = source.trim_start_matches('\u{feff}');
    let (first, rest) = source.split_once('\n').unwrap_or((source, ""));
    let Some(subject) = first.trim_end().strip_prefix("Subject:") else {
        let why =
            "the first line of the template must be Subject: …, or the effect must have a subject";
        return Err(AttemptResult::Again(why.to_owned()));
    };
    let rest = rest
        .strip_prefix("\r\n")
        .or(rest.strip_prefix('\n'))
        .unwrap_or(rest);
    Ok((subject.trim(), rest))
}

/// One mailbox. Errors do not repeat the text, because it is personal data.
pub(super) fn recipient(to: &str, payload: &Value, zone: Zone) -> Result<Mailbox, AttemptResult> {
    let nobody = || AttemptResult::Never(NO_ADDRESS.to_owned());
    let template = TemplateText::line("to", to);
    let to = match render(template, payload, zone) {
        Ok(to) => to,
        Err(TemplateError::Unknown(_)) => return Err(nobody()),
        Err(TemplateError::Broken(why)) => return Err(AttemptResult::Again(why)),
    };
    if to.chars().any(char::is_control) {
        return Err(nobody());
    }
    let mailbox: Mailbox = to.trim().parse().map_err(|_| nobody())?;
    with_ascii_domain(mailbox).ok_or_else(nobody)
}

fn mendable(unrendered: TemplateError) -> AttemptResult {
    match unrendered {
        TemplateError::Unknown(why) | TemplateError::Broken(why) => AttemptResult::Again(why),
    }
}

/// The same in every attempt, so that a server or a mail program can recognise a repetition; different for another
/// shop or person, and where a person wants it delivered once more, because servers drop repetitions.
fn message_id(mail: &MailTemplate, request: &DeliveryRequest, to: &Mailbox) -> String {
    let repetition = match request.repetition {
        0 => String::new(),
        times => times.to_string(),
    };
    let mut digest = Sha256::new();
    for part in [
        request.key.as_str(),
        request.order.as_ref().map_or("", |order| order.as_str()),
        to.email.as_ref(),
    ]
    .into_iter()
    .chain((!repetition.is_empty()).then_some(repetition.as_str()))
    {
        digest.update(part);
        digest.update([0]);
    }
    let digest = digest.finalize();
    let short: String = digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let domain = mail.mailer.from().email.domain();
    format!("<{}.{short}@{domain}>", request.key)
}
