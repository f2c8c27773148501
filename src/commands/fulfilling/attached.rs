//! The tickets that go with a mail, as pictures of their codes.

use crate::config::TicketPicture;
use crate::domain::payload::{OrderPart, TicketPart};
use crate::domain::ticket::TicketState;
use crate::effects::Attachment;
use crate::output::qr::{Qr, QrError};

/// So many go with one mail: mail servers turn away what is much larger, and nobody opens more of them.
const ATTACHED_MOST: usize = 50;

/// What goes with a mail.
pub(super) struct MailAttachments {
    pub(super) files: Vec<Attachment>,
    /// There are more tickets that let somebody in; the mail's text can name them.
    pub(super) has_unattached: bool,
}

/// Draws the tickets of an order that let somebody in, the first of them.
///
/// # Errors
/// One of them could not be drawn.
pub(super) fn draw(order: &OrderPart, picture: TicketPicture) -> Result<MailAttachments, QrError> {
    let numbered = (1..).zip(&order.tickets);
    let good: Vec<(usize, &TicketPart)> = numbered
        .filter(|(_, ticket)| ticket.status == TicketState::Good)
        .collect();
    let files = good.iter().take(ATTACHED_MOST);
    Ok(MailAttachments {
        files: files
            .map(|(number, ticket)| file(*number, ticket, picture))
            .collect::<Result<_, _>>()?,
        has_unattached: order.has_more_tickets || good.len() > ATTACHED_MOST,
    })
}

/// Named by its place in the order: short enough that no header has to be broken for it.
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
