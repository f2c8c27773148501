//! The tickets attached to a mail, as pictures of their codes.

use crate::config::TicketPicture;
use crate::domain::{OrderPart, TicketPart, TicketState};
use crate::effects::Attachment;
use crate::output::qr::{Qr, QrError};

/// Most tickets attached to one mail: mail servers reject much larger mails, and nobody opens more attachments.
const MAX_ATTACHED: usize = 50;

/// The attachments of a mail.
pub(super) struct MailAttachments {
    pub(super) files: Vec<Attachment>,
    /// The order has more valid tickets than are attached; the mail's text can say so.
    pub(super) has_unattached: bool,
}

/// Renders the order's valid tickets, up to the limit.
///
/// # Errors
/// If one of them could not be rendered.
pub(super) fn draw(order: &OrderPart, picture: TicketPicture) -> Result<MailAttachments, QrError> {
    let numbered = (1..).zip(&order.tickets);
    let good: Vec<(usize, &TicketPart)> = numbered
        .filter(|(_, ticket)| ticket.status == TicketState::Good)
        .collect();
    let files = good.iter().take(MAX_ATTACHED);
    Ok(MailAttachments {
        files: files
            .map(|(number, ticket)| file(*number, ticket, picture))
            .collect::<Result<_, _>>()?,
        has_unattached: order.has_more_tickets || good.len() > MAX_ATTACHED,
    })
}

/// Named by its position in the order: short enough that the header needs no line break.
fn file(number: usize, ticket: &TicketPart, picture: TicketPicture) -> Result<Attachment, QrError> {
    let qr = Qr::new(ticket.ticket.as_str())?;
    let (media_type, content) = match picture {
        TicketPicture::Png => ("image/png", qr.png()?),
        TicketPicture::Svg => ("image/svg+xml", qr.svg().into_bytes()),
    };
    Ok(Attachment {
        name: format!("ticket-{number}.{picture}"),
        media_type,
        content,
    })
}
