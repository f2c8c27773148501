//! The QR code of a payment, on the terminal or in a file.

use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::Context as _;

use super::PayArgs;
use crate::commands::context::Context;
use crate::commands::failure::Refusal;
use crate::exit::Exit;
use crate::output::Format;
use crate::output::paint::Outlet;
use crate::output::qr::Qr;

pub(super) fn draw(
    args: &PayArgs,
    context: &mut Context<'_>,
    text: Option<&str>,
    until: tokio::time::Instant,
) -> anyhow::Result<()> {
    let is_table = context.options.format == Format::Table;
    let is_seen = context.world.outlets.stdout == Outlet::Terminal && !context.options.quiet;
    let on_terminal = is_table && (args.qr || is_seen);
    let file = args.svg.as_ref().or(args.png.as_ref());
    let Some(text) = text else {
        if args.qr || file.is_some() {
            let message = format!("the payment of {} has no QR code", args.order);
            return Err(Refusal::new(Exit::Failed, message)
                .hint("see how it is paid in the answer above")
                .into());
        }
        return Ok(());
    };
    if !on_terminal && file.is_none() {
        return Ok(());
    }
    let code = Qr::new(text)?;
    if on_terminal {
        let out = &mut context.world.stdout;
        out.write_all(code.terminal().as_bytes())?;
        out.flush()?;
    }
    if let Some(file) = file {
        let picture = match args.svg {
            Some(_) => code.svg().into_bytes(),
            None => code.png()?,
        };
        write(context.world.folder.join(file), picture, until)?;
    }
    Ok(())
}

/// A picture is given so long, even where the gateway has used up the visit.
const PICTURE_LEAST: Duration = Duration::from_secs(1);

/// What cannot be written in time (a pipe that nobody reads, a share that is away) is left to a thread of its own.
fn write(path: PathBuf, picture: Vec<u8>, until: tokio::time::Instant) -> anyhow::Result<()> {
    let told = format!("could not write {}", path.display());
    let (end, written) = mpsc::channel();
    thread::spawn(move || end.send(std::fs::write(&path, picture)));
    let left = until.saturating_duration_since(tokio::time::Instant::now());
    match written.recv_timeout(left.max(PICTURE_LEAST)) {
        Ok(end) => end.with_context(|| told),
        Err(_) => Err(Refusal::new(
            Exit::Partial,
            format!("{told} within the time of the visit"),
        )
        .hint("type the same again")
        .into()),
    }
}
