//! JSON lines: one object is one order. Numbers are read as their digits, never as floating point.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::amounts::AmountReader;
use super::{ImportProblem, fields};
use crate::domain::payment::FIRST_API;
use crate::domain::values::encoding::WINDOWS_1252;
use crate::domain::{
    Customer, ImportLine, ImportPayment, ImportRecord, Meta, OrderNotes, Rupiah, SeparatorEvidence,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'a"))]
struct RawOrder<'a> {
    number: Option<&'a RawValue>,
    total: Option<&'a RawValue>,
    lines: Option<&'a RawValue>,
    customer: Option<&'a RawValue>,
    meta: Option<&'a RawValue>,
    note: Option<&'a RawValue>,
    created_at: Option<&'a RawValue>,
    expires_at: Option<&'a RawValue>,
    payments: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'a"))]
struct RawCustomer<'a> {
    name: Option<&'a RawValue>,
    email: Option<&'a RawValue>,
    phone: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'a"))]
struct RawLine<'a> {
    sku: Option<&'a RawValue>,
    quantity: Option<&'a RawValue>,
    unit_price: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'a"))]
struct RawImportPayment<'a> {
    gateway: Option<&'a RawValue>,
    reference: Option<&'a RawValue>,
    transaction_id: Option<&'a RawValue>,
    amount: Option<&'a RawValue>,
    payable: Option<&'a RawValue>,
    fee: Option<&'a RawValue>,
    method: Option<&'a RawValue>,
    token: Option<&'a RawValue>,
    expires_at: Option<&'a RawValue>,
    status: Option<&'a RawValue>,
}

/// The fields that are amounts.
const AMOUNTS: [&str; 5] = ["total", "unit_price", "amount", "payable", "fee"];

/// Records how quoted amounts use dots and commas; the dot of a JSON number is always decimal.
pub(super) fn survey(line: &[u8], signs: &mut SeparatorEvidence) {
    if let Ok(value) = serde_json::from_slice(line) {
        survey_value(&value, signs);
    }
}

fn survey_value(value: &Value, signs: &mut SeparatorEvidence) {
    match value {
        Value::Array(members) => members
            .iter()
            .for_each(|member| survey_value(member, signs)),
        Value::Object(fields) => {
            // The shop's own values are no amounts, whatever they are called.
            for (name, value) in fields.iter().filter(|(name, _)| *name != "meta") {
                let text = value.as_str().filter(|_| AMOUNTS.contains(&name.as_str()));
                match text {
                    Some(text) => signs.observe(text),
                    None => survey_value(value, signs),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The order on one line.
pub(super) fn record(
    line: &[u8],
    amounts: &mut AmountReader,
) -> Result<ImportRecord, ImportProblem> {
    let line =
        std::str::from_utf8(line.trim_ascii()).map_err(|_| ImportProblem::new(WINDOWS_1252))?;
    let raw: RawOrder<'_> = object(line)?;
    Ok(ImportRecord {
        number: needed("number", raw.number, fields::name)?,
        total: amount_of("total", raw.total, amounts)?,
        lines: list("lines", raw.lines, |text| read_line(text, amounts))?,
        customer: customer(raw.customer)?,
        notes: OrderNotes {
            note: filled("note", raw.note, fields::note)?.filter(|note| !note.is_empty()),
            meta: meta(raw.meta)?,
        },
        created_at: text("created_at", raw.created_at, fields::instant)?,
        expires_at: text("expires_at", raw.expires_at, fields::instant)?,
        payments: list("payments", raw.payments, |text| read_payment(text, amounts))?,
    })
}

fn customer(raw: Option<&RawValue>) -> Result<Customer, ImportProblem> {
    let Some(raw) = raw else {
        return Ok(Customer::default());
    };
    let raw: RawCustomer<'_> = object(raw.get()).map_err(|reason| reason.within("customer: "))?;
    let read = |field: &str, raw| filled(field, raw, fields::personal);
    Ok(Customer {
        name: read("customer.name", raw.name)?,
        email: read("customer.email", raw.email)?,
        phone: read("customer.phone", raw.phone)?,
    })
}

/// Texts by key; numbers, `true` and `false` are read as they are written, and null as not given.
fn meta(raw: Option<&RawValue>) -> Result<Meta, ImportProblem> {
    let mut meta = Meta::default();
    let Some(raw) = raw else { return Ok(meta) };
    let raw: BTreeMap<String, &RawValue> =
        object(raw.get()).map_err(|reason| reason.within("meta: "))?;
    for (key, value) in raw {
        let value = match value.get() {
            "null" => continue,
            text if text.starts_with('"') => text_of(&format!("meta.{key}"), Some(value))?,
            text if text.starts_with(['{', '[']) => {
                return Err(ImportProblem::new(format_args!(
                    "meta.{key} must be a text, a number, true or false"
                )));
            }
            text => Some(Cow::Borrowed(text)),
        };
        fields::note_value(&mut meta, &key, value.as_deref().unwrap_or_default())?;
    }
    Ok(meta)
}

fn read_line(text: &str, amounts: &mut AmountReader) -> Result<ImportLine, ImportProblem> {
    let raw: RawLine<'_> = object(text)?;
    Ok(ImportLine {
        sku: needed("sku", raw.sku, fields::name)?,
        quantity: optional(
            "quantity",
            digits_of("quantity", raw.quantity)?,
            fields::quantity,
        )?
        .ok_or_else(|| fields::missing("quantity"))?,
        unit_price: amount_of("unit_price", raw.unit_price, amounts)?,
    })
}

fn read_payment(payment: &str, amounts: &mut AmountReader) -> Result<ImportPayment, ImportProblem> {
    let raw: RawImportPayment<'_> = object(payment)?;
    let mut amount = |field: &str, raw| amount_of(field, raw, amounts);
    Ok(ImportPayment {
        gateway: needed("gateway", raw.gateway, fields::name)?,
        reference: text("reference", raw.reference, fields::name)?,
        transaction_id: filled("transaction_id", raw.transaction_id, fields::name)?,
        api_version: FIRST_API,
        amount: amount("amount", raw.amount)?,
        payable: amount("payable", raw.payable)?,
        fee: amount("fee", raw.fee)?,
        method: filled("method", raw.method, fields::opaque)?,
        on_page: false,
        token: filled("token", raw.token, fields::opaque)?,
        expires_at: text("expires_at", raw.expires_at, fields::instant)?,
        status: text("status", raw.status, fields::status)?,
    })
}

/// An object in which all fields are known. Other JSON is not shown, because it may be a person's name.
fn object<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, ImportProblem> {
    if !text.starts_with('{') {
        return Err(ImportProblem::new("must be a JSON object"));
    }
    serde_json::from_str(text).map_err(|error| malformed(&error))
}

fn list<T>(
    field: &str,
    raw: Option<&RawValue>,
    mut read: impl FnMut(&str) -> Result<T, ImportProblem>,
) -> Result<Vec<T>, ImportProblem> {
    let Some(raw) = raw else {
        return Ok(Vec::new());
    };
    if !raw.get().starts_with('[') {
        return Err(ImportProblem::new(format_args!("{field} must be a list")));
    }
    let members: Vec<&RawValue> =
        serde_json::from_str(raw.get()).map_err(|error| malformed(&error))?;
    let mut read_one = |(index, member): (usize, &&RawValue)| {
        read(member.get()).map_err(|reason| reason.within(format_args!("{field}[{index}]: ")))
    };
    members.iter().enumerate().map(&mut read_one).collect()
}

/// The parser's message without its line number, which is always 1 and would be taken for the file's.
fn malformed(error: &serde_json::Error) -> ImportProblem {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let what = text.strip_suffix(place.as_str()).unwrap_or(&text);
    if error.is_data() {
        ImportProblem::new(what)
    } else {
        ImportProblem::new(format_args!(
            "is not JSON: {what} at column {}",
            error.column()
        ))
    }
}

fn text_of<'a>(
    field: &str,
    raw: Option<&'a RawValue>,
) -> Result<Option<Cow<'a, str>>, ImportProblem> {
    let Some(raw) = raw else { return Ok(None) };
    let wrong = || ImportProblem::new(format_args!("{field} must be a text in quotes"));
    let text = raw.get();
    if !text.starts_with('"') {
        return Err(wrong());
    }
    let inner = text
        .get(1..text.len() - 1)
        .filter(|inner| !inner.contains('\\'));
    let text = match inner {
        Some(plain) => Cow::Borrowed(plain),
        None => Cow::Owned(serde_json::from_str(text).map_err(|_| wrong())?),
    };
    Ok(Some(trimmed(text)))
}

/// Quoted: written by a person or an export; otherwise a number.
fn amount_of(
    field: &str,
    raw: Option<&RawValue>,
    amounts: &mut AmountReader,
) -> Result<Option<Rupiah>, ImportProblem> {
    let is_text = raw.is_some_and(|raw| raw.get().starts_with('"'));
    optional(field, digits_of(field, raw)?, |field, text| {
        if is_text {
            amounts.text(field, text)
        } else {
            amounts.number(field, text)
        }
    })
}

/// Digits, with or without quotes.
fn digits_of<'a>(
    field: &str,
    raw: Option<&'a RawValue>,
) -> Result<Option<Cow<'a, str>>, ImportProblem> {
    match raw.map(RawValue::get) {
        None => Ok(None),
        Some(text) if text.starts_with('"') => text_of(field, raw),
        Some(text) if text.starts_with(|first: char| first == '-' || first.is_ascii_digit()) => {
            Ok(Some(Cow::Borrowed(text)))
        }
        Some(_) => Err(ImportProblem::new(format_args!("{field} must be a number"))),
    }
}

fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}

fn text<T>(field: &str, raw: Option<&RawValue>, read: Read<T>) -> Result<Option<T>, ImportProblem> {
    optional(field, text_of(field, raw)?, read)
}

/// A text that may be missing or empty.
fn filled<T>(
    field: &str,
    raw: Option<&RawValue>,
    read: Read<T>,
) -> Result<Option<T>, ImportProblem> {
    let text = text_of(field, raw)?.filter(|text| !text.is_empty());
    optional(field, text, read)
}

fn needed<T>(field: &str, raw: Option<&RawValue>, read: Read<T>) -> Result<T, ImportProblem> {
    text(field, raw, read)?.ok_or_else(|| fields::missing(field))
}

/// Reads a field's text; the field's name is for the reason why not.
type Read<T> = fn(&str, &str) -> Result<T, ImportProblem>;

fn optional<T>(
    field: &str,
    text: Option<impl AsRef<str>>,
    read: impl FnOnce(&str, &str) -> Result<T, ImportProblem>,
) -> Result<Option<T>, ImportProblem> {
    text.map(|text| read(field, text.as_ref())).transpose()
}
