//! `payctl ticket show`: one ticket and its QR code.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::row::TicketRow;
use super::unknown;
use crate::commands::Context;
use crate::commands::picture::{Picture, PictureTarget, draw_with_characters};
use crate::domain::TicketCode;
use crate::exit::Exit;
use crate::output::detail::Detail;
use crate::output::qr::Qr;
use crate::output::{Format, OutputStyle};

/// Show a ticket and its QR code
#[derive(Debug, Args)]
pub(in crate::commands) struct TicketShowArgs {
    /// Ticket code
    code: TicketCode,
    /// Print the QR code, in black on white whatever the terminal's colours
    #[arg(long)]
    qr: bool,
    /// Write the QR code to an SVG file; - is stdout, instead of the table
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Write the QR code to a PNG file; - is stdout, instead of the table
    #[arg(long, value_name = "FILE")]
    png: Option<PathBuf>,
}

#[derive(Serialize)]
struct TicketView {
    ticket: TicketRow,
}

pub(super) fn run(args: &TicketShowArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let Some(ticket) = context.reader()?.ticket(&args.code)? else {
        return Err(unknown(&args.code).into());
    };
    let qr = Qr::new(ticket.code.as_str())?;
    for (name, picture) in [(&args.svg, Picture::Svg), (&args.png, Picture::Png)] {
        let Some(name) = name else { continue };
        let bytes = picture.of(&qr)?;
        match PictureTarget::named(&context, name)? {
            PictureTarget::File(file) => file.write(&bytes)?,
            // Stdout carries nothing but the picture.
            PictureTarget::Stdout => {
                let out = &mut context.host.stdout;
                out.write_all(&bytes)?;
                out.flush()?;
                return Ok(Exit::Clean);
            }
        }
    }
    let ticket = TicketRow::from(&ticket);
    let detail = ticket.detail(context.style());
    context.show("ticket show", &TicketView { ticket }, &detail, Exit::Clean)?;
    if args.qr && context.options.format == Format::Table {
        writeln!(context.host.stdout)?;
        draw_with_characters(&mut context, &qr)?;
    }
    Ok(Exit::Clean)
}

impl TicketRow {
    /// The same for people.
    pub(super) fn detail(&self, style: OutputStyle) -> Detail {
        Detail::new(style)
            .field("Ticket", &self.ticket)
            .field("Order", &self.order)
            .field("Product", &self.product_name)
            .field("Sku", &self.product)
            .field("Unit", self.unit)
            .field("Status", self.status)
            .field("Issued", self.issued_at)
            .field_if_any("Suspended", self.suspended_at)
            .field_if_any("Revoked", self.revoked_at)
            .field_if_any("Redeemed", self.redeemed_at)
            .field_if_any("By", self.redeemed_by.as_ref())
    }
}
