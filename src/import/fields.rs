//! Parses the fields of an order, the same for every format of file. A reason never repeats personal data or
//! tokens.

use std::str::FromStr;

use super::ImportProblem;
use crate::domain::values::customer::require_one_line;
use crate::domain::values::instant::text as instant_text;
use crate::domain::{Instant, Meta, MetaKey, NameError, OrderNotes, PaymentStatus};

/// Most units of one product in one line.
const MAX_QUANTITY: u32 = 1_000_000;

/// A reason repeats at most this many characters of a value.
const MAX_ECHO: usize = 60;

pub(super) fn missing(field: &str) -> ImportProblem {
    ImportProblem::new(format_args!("{field} is missing"))
}

pub(super) fn name<T: FromStr<Err = NameError>>(
    field: &str,
    text: &str,
) -> Result<T, ImportProblem> {
    text.parse()
        .map_err(|error| ImportProblem::new(format_args!("{field} {} {error}", echo(text))))
}

pub(super) fn quantity(field: &str, text: &str) -> Result<u32, ImportProblem> {
    let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(quantity @ 1..=MAX_QUANTITY) if is_digits => Ok(quantity),
        _ => Err(ImportProblem::new(format_args!(
            "{field} {} must be a whole number from 1 to 1,000,000",
            echo(text)
        ))),
    }
}

pub(super) fn instant(field: &str, text: &str) -> Result<Instant, ImportProblem> {
    instant_text::read(text).map_err(|why| {
        ImportProblem::new(format_args!("{field} {} {}", echo(text), why.zone_note()))
    })
}

pub(super) fn status(field: &str, text: &str) -> Result<PaymentStatus, ImportProblem> {
    text.parse()
        .map_err(|error| ImportProblem::new(format_args!("{field}: {error}")))
}

/// Personal data: one line of text.
pub(super) fn personal(field: &str, text: &str) -> Result<String, ImportProblem> {
    match require_one_line(text) {
        Ok(()) => Ok(text.to_owned()),
        Err(error) => Err(ImportProblem::new(format_args!("{field} {error}"))),
    }
}

/// What the shop wants to remember.
pub(super) fn note(field: &str, text: &str) -> Result<String, ImportProblem> {
    let mut notes = OrderNotes::default();
    match notes.set_note(text) {
        Ok(_) => Ok(notes.note.unwrap_or_default()),
        Err(error) => Err(ImportProblem::new(format_args!("{field}: {error}"))),
    }
}

/// Gives one of the shop's own values its key.
pub(super) fn note_value(meta: &mut Meta, key: &str, text: &str) -> Result<(), ImportProblem> {
    let key = meta_key(key)?;
    match meta.set(key, text) {
        Ok(_) => Ok(()),
        Err(error) => Err(ImportProblem::new(format_args!("meta: {error}"))),
    }
}

pub(super) fn meta_key(text: &str) -> Result<MetaKey, ImportProblem> {
    text.parse()
        .map_err(|error| ImportProblem::new(format_args!("the key {} of meta {error}", echo(text))))
}

/// A gateway's word or token.
pub(super) fn opaque(field: &str, text: &str) -> Result<String, ImportProblem> {
    const MAX_BYTES: usize = 512;
    let is_printable = text.bytes().all(|byte| byte.is_ascii_graphic());
    if text.len() > MAX_BYTES || !is_printable {
        return Err(ImportProblem::new(format_args!(
            "{field} must be 1 to {MAX_BYTES} characters of printable ASCII without spaces"
        )));
    }
    Ok(text.to_owned())
}

pub(super) fn echo(text: &str) -> String {
    let shown: String = text.chars().take(MAX_ECHO).collect();
    let rest = if shown.len() < text.len() { "…" } else { "" };
    format!("{shown:?}{rest}")
}
