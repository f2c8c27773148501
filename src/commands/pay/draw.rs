//! Renders the QR code of a payment, on the terminal or to a file.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::PayArgs;
use crate::commands::picture::{Picture, PictureFile, PictureTarget, draw_with_characters};
use crate::commands::{CommandError, Context};
use crate::exit::Exit;
use crate::output::Format;
use crate::output::paint::OutputStream;
use crate::output::qr::Qr;

pub(super) fn draw(
    args: &PayArgs,
    context: &mut Context<'_>,
    text: Option<&str>,
    until: tokio::time::Instant,
) -> anyhow::Result<()> {
    let is_table = context.options.format == Format::Table;
    let is_seen = context.host.outlets.stdout == OutputStream::Terminal && !context.options.quiet;
    let is_drawn_elsewhere = args.draws_on_stdout();
    let on_terminal = is_table && (args.qr || is_seen) && !is_drawn_elsewhere;
    let place = place(args, context)?;
    let Some(text) = text else {
        if args.qr || place.is_some() {
            let message = format!("the payment of {} has no QR code", args.order);
            return Err(CommandError::failed(message)
                .hint("the output above shows how to pay it")
                .into());
        }
        return Ok(());
    };
    if !on_terminal && place.is_none() {
        return Ok(());
    }
    let code = Qr::new(text)?;
    if on_terminal {
        draw_with_characters(context, &code)?;
    }
    let Some((picture, place)) = place else {
        return Ok(());
    };
    let bytes = picture.of(&code)?;
    match place {
        PictureTarget::Stdout => {
            let out = &mut context.host.stdout;
            out.write_all(&bytes)?;
            Ok(out.flush()?)
        }
        PictureTarget::File(file) => write(file, bytes, until),
    }
}

/// The file for the picture, if one is requested.
///
/// # Errors
/// If a picture must not replace the existing file.
pub(super) fn place(
    args: &PayArgs,
    context: &Context<'_>,
) -> Result<Option<(Picture, PictureTarget)>, CommandError> {
    let named = args.svg.as_ref().map(|name| (Picture::Svg, name));
    let named = named.or(args.png.as_ref().map(|name| (Picture::Png, name)));
    let Some((picture, name)) = named else {
        return Ok(None);
    };
    Ok(Some((picture, PictureTarget::named(context, name)?)))
}

/// The picture gets at least this long, even if the gateway has used up the time limit.
const MIN_PICTURE: Duration = Duration::from_secs(1);

/// A write that blocks (an unread pipe, an unreachable share) is left to its own thread.
fn write(file: PictureFile, picture: Vec<u8>, until: tokio::time::Instant) -> anyhow::Result<()> {
    let told = format!("could not write {}", file.path().display());
    let (end, written) = mpsc::channel();
    thread::spawn(move || end.send(file.write(&picture)));
    let left = until.saturating_duration_since(tokio::time::Instant::now());
    match written.recv_timeout(left.max(MIN_PICTURE)) {
        Ok(end) => end,
        Err(_) => Err(
            CommandError::new(Exit::Partial, format!("{told} within the time limit"))
                .hint("try again")
                .into(),
        ),
    }
}
