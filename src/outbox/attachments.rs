//! The tickets attached to a mail, as pictures of their codes.

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

/// The attachments of a mail.
pub(super) struct MailAttachments {
    pub(super) files: Vec<Attachment>,
    /// The order has more valid tickets than are attached; the mail's text can say so.
    pub(super) has_unattached: bool,
}

/// Draws the order's valid tickets, up to the limit.
///
/// # Errors
/// If one of them could not be drawn.
pub(super) fn attach(order: &OrderPart, draw: DrawTicket) -> Result<MailAttachments, String> {
    let mut files = Vec::new();
    let mut has_unattached = order.has_more_tickets;
    for (number, ticket) in (1..).zip(&order.tickets) {
        if ticket.status != TicketState::Good {
            continue;
        }
        if files.len() == MAX_ATTACHED {
            has_unattached = true;
            break;
        }
        files.push(file(number, draw(ticket.ticket.as_str())?));
    }
    Ok(MailAttachments {
        files,
        has_unattached,
    })
}

/// Named by its position in the order: short enough that the header needs no line break.
fn file(number: usize, image: TicketImage) -> Attachment {
    Attachment {
        name: format!("ticket-{number}.{}", image.extension),
        media_type: image.media_type,
        content: image.content,
    }
}
