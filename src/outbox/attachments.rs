//! The tickets attached to a mail, as pictures of their codes.

use serde_json::Value;

use crate::domain::{OrderPart, TicketState};

/// A file attached to a mail.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Attachment {
    /// Plain letters only; payctl creates it.
    pub(super) name: String,
    pub(super) media_type: &'static str,
    pub(super) content: Vec<u8>,
}

impl std::fmt::Debug for Attachment {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Attachment({})", self.name)
    }
}

/// Draws a ticket's code, or says why it cannot be drawn.
pub type DrawTicket = fn(&str) -> Result<TicketImage, String>;

/// A picture of a ticket's code.
pub struct TicketImage {
    /// The end of its file's name.
    pub extension: &'static str,
    pub media_type: &'static str,
    pub content: Vec<u8>,
}

/// Most tickets attached to one mail: mail servers reject much larger mails, and nobody opens more attachments.
const MAX_ATTACHED: usize = 50;

/// Draws the order's valid tickets, up to the limit. The mail's text can say how many are attached, and whether there
/// are more.
///
/// # Errors
/// If one of them could not be drawn.
pub(super) fn attach(
    order: &OrderPart,
    draw: DrawTicket,
    payload: &mut Value,
) -> Result<Vec<Attachment>, String> {
    let numbered = (1..).zip(&order.tickets);
    let mut good = numbered.filter(|(_, ticket)| ticket.status == TicketState::Good);
    let mut files = Vec::new();
    for (number, ticket) in good.by_ref().take(MAX_ATTACHED) {
        files.push(file(number, draw(ticket.ticket.as_str())?));
    }
    let has_unattached = order.has_more_tickets || good.next().is_some();
    if let Value::Object(payload) = payload {
        payload.insert("attached".to_owned(), files.len().into());
        payload.insert("has_unattached".to_owned(), has_unattached.into());
    }
    Ok(files)
}

/// Named by its position in the order: short enough that the header needs no line break.
fn file(number: usize, image: TicketImage) -> Attachment {
    Attachment {
        name: format!("ticket-{number}.{}", image.extension),
        media_type: image.media_type,
        content: image.content,
    }
}
