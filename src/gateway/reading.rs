//! Reads answers, for every adapter: tolerant of spelling and of unneeded fields, never of doubt.
//!
//! Numbers are read as text, so that no amount ever passes through a floating-point number.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;

use crate::domain::{NoAnswerReason, Rupiah};
use crate::faults::planted;
use crate::http::message::HttpResponse;

/// One JSON object; values are parsed only when they are needed.
pub(super) struct JsonBody<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

/// More tries of one payment than anybody makes.
const LISTED_MAX: usize = 100;

/// One value.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum JsonField {
    /// Missing, null or empty.
    Absent,
    /// A string, or a number as written.
    Text(String),
    /// Anything else.
    Odd,
}

impl<'a> JsonBody<'a> {
    /// The answer's JSON object, or why there is none; an HTTP code with a clear meaning takes precedence.
    pub(super) fn of(answer: &'a HttpResponse) -> Result<Self, NoAnswerReason> {
        parsed(answer, "JSON that is not an object")
    }

    /// The objects of an answer that is a JSON array: a gateway that is asked by our reference may tell of several
    /// payments, or of none. A list longer than anybody's tries is not believed.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "no gateway answers with a list yet")
    )]
    pub(super) fn list_of(answer: &'a HttpResponse) -> Result<Vec<Self>, NoAnswerReason> {
        let listed: Vec<Self> = parsed(answer, "JSON that is not a list of objects")?;
        if listed.len() > LISTED_MAX {
            let what = format!("a list of more than {LISTED_MAX} payments");
            return Err(NoAnswerReason::Unreadable(what));
        }
        Ok(listed)
    }

    /// Whether a field is a non-empty string and not a number.
    pub(super) fn is_string(&self, key: &str) -> bool {
        let is_quoted = self.raw(key).is_some_and(|raw| raw.get().starts_with('"'));
        is_quoted && self.text(key).is_some()
    }

    /// The JSON object of a notification.
    pub(super) fn of_bytes(bytes: &'a [u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a field with this name exists, whatever its value.
    pub(super) fn has(&self, key: &str) -> bool {
        self.raw(key).is_some()
    }

    /// The text of a field exactly as received, including surrounding spaces: signatures are computed over it.
    pub(super) fn raw_text(&self, key: &str) -> Option<Cow<'a, str>> {
        self.raw(key).and_then(text)
    }

    pub(super) fn field(&self, key: &str) -> JsonField {
        self.raw(key).map_or(JsonField::Absent, read)
    }

    /// The text of a field; `None` if it is missing or unreadable.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        match self.field(key) {
            JsonField::Text(text) => Some(text),
            JsonField::Absent | JsonField::Odd => None,
        }
    }

    /// A word in lower case.
    pub(super) fn word(&self, key: &str) -> Option<String> {
        self.text(key).map(|text| text.to_ascii_lowercase())
    }

    /// An amount; `None` if it is missing, an error with the text if it is unreadable.
    pub(super) fn amount(&self, key: &str) -> Result<Option<Rupiah>, String> {
        match self.field(key) {
            JsonField::Absent => Ok(None),
            JsonField::Text(text) if self.is_number(key) => Rupiah::parse_number(&text)
                .map(Some)
                .map_err(|_| shown(&text)),
            JsonField::Text(text) => Rupiah::parse(&text).map(Some).map_err(|_| shown(&text)),
            JsonField::Odd => Err("something else".to_owned()),
        }
    }

    fn is_number(&self, key: &str) -> bool {
        self.raw(key).is_some_and(|raw| !raw.get().starts_with('"'))
    }

    pub(super) fn object(&self, key: &str) -> Option<JsonBody<'a>> {
        serde_json::from_str(self.raw(key)?.get()).ok()
    }

    /// The objects of a list; other elements are left out.
    pub(super) fn objects(&self, key: &str) -> Vec<JsonBody<'a>> {
        self.list(key)
            .into_iter()
            .filter_map(|raw| serde_json::from_str(raw.get()).ok())
            .collect()
    }

    /// The texts of a list; other elements are left out.
    pub(super) fn texts(&self, key: &str) -> Vec<String> {
        self.list(key)
            .into_iter()
            .filter_map(|raw| match read(raw) {
                JsonField::Text(text) => Some(text),
                JsonField::Absent | JsonField::Odd => None,
            })
            .collect()
    }

    fn list(&self, key: &str) -> Vec<&'a RawValue> {
        self.raw(key)
            .and_then(|raw| serde_json::from_str(raw.get()).ok())
            .unwrap_or_default()
    }

    /// A boolean; `None` if it is missing or something else.
    pub(super) fn flag(&self, key: &str) -> Option<bool> {
        serde_json::from_str(self.raw(key)?.get()).ok()
    }

    /// The fields on this list as received; long values, and values that are neither plain text nor a number, are
    /// left out.
    pub(super) fn pick(&self, keys: &[&'static str]) -> BTreeMap<&'static str, &'a RawValue> {
        keys.iter()
            .filter_map(|key| Some((*key, self.raw(key)?)))
            .filter(|(_, raw)| raw.get().len() <= KEPT_BYTES_MAX && !is_unsafe_text(raw))
            .collect()
    }

    /// The last field with this name if there are several.
    fn raw(&self, key: &str) -> Option<&'a RawValue> {
        let found = self.0.iter().rfind(|(name, _)| name == key);
        found.map(|(_, raw)| *raw)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for JsonBody<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(JsonFields).map(JsonBody)
    }
}

struct JsonFields;

impl<'de> Visitor<'de> for JsonFields {
    type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::with_capacity(FIELDS_USUALLY);
        while let Some((FieldName(name), raw)) = map.next_entry()? {
            fields.push((name, raw));
        }
        Ok(fields)
    }
}

/// A field's name: copied only if it contains escapes.
#[derive(Deserialize)]
#[serde(transparent)]
struct FieldName<'a>(#[serde(borrow)] Cow<'a, str>);

const FIELDS_USUALLY: usize = 24;

/// No field worth storing is longer; ids have at most 128 letters.
const KEPT_BYTES_MAX: usize = 160;

fn read(raw: &RawValue) -> JsonField {
    match text(raw).as_deref().map(str::trim) {
        Some("") => JsonField::Absent,
        Some(text) => JsonField::Text(text.to_owned()),
        None => JsonField::Odd,
    }
}

fn is_unsafe_text(raw: &RawValue) -> bool {
    text(raw).is_none()
}

/// A string, a number as written, or empty for null; `None` for anything else.
fn text(raw: &RawValue) -> Option<Cow<'_, str>> {
    match raw.get().as_bytes().first()? {
        b'n' => Some("".into()),
        b'"' => serde_json::from_str(raw.get())
            .ok()
            .map(|FieldName(text)| text),
        b'-' | b'0'..=b'9' => Some(raw.get().into()),
        _ => None,
    }
}

/// What an answer consists of, or why it does not.
fn parsed<'a, T: Deserialize<'a>>(
    answer: &'a HttpResponse,
    otherwise: &str,
) -> Result<T, NoAnswerReason> {
    serde_json::from_slice(&answer.body).map_err(|error| {
        let silence = silence_by_code(answer);
        silence.unwrap_or_else(|| match first_byte(answer) {
            Some(b'<') => NoAnswerReason::Gone(answer.status),
            first => NoAnswerReason::Unreadable(what_came(answer, first, &error, otherwise)),
        })
    })
}

/// Describes an answer that is not what it should be, without repeating any of it.
fn what_came(
    answer: &HttpResponse,
    first: Option<&u8>,
    error: &serde_json::Error,
    otherwise: &str,
) -> String {
    let what = match (first, error.classify()) {
        (None, _) => "nothing at all",
        (Some(_), Category::Eof) => "truncated JSON",
        (Some(_), Category::Data) => otherwise,
        (Some(_), Category::Syntax | Category::Io) => "no JSON",
    };
    format!("{what}, with HTTP {}", answer.status)
}

fn first_byte(answer: &HttpResponse) -> Option<&u8> {
    let mut body = answer.body.iter();
    body.find(|byte| !byte.is_ascii_whitespace())
}

/// The codes that say that this API is not, or no longer, at this address.
pub(super) fn is_gone(http_status: u16) -> bool {
    matches!(http_status, 300..=399 | 404 | 405 | 410)
}

/// What any web framework says of an address where nothing is. Only a planted fault takes it for "not found".
pub(super) fn is_any_not_found(code: u16) -> bool {
    code == 404 && planted!(TakeAnyNotFound)
}

/// The meaning of an answer whose body is not in the gateway's own format.
pub(super) fn foreign_answer(answer: &HttpResponse) -> NoAnswerReason {
    silence_by_code(answer).unwrap_or(NoAnswerReason::Wordless(answer.status))
}

fn silence_by_code(answer: &HttpResponse) -> Option<NoAnswerReason> {
    if is_gone(answer.status) {
        return Some(NoAnswerReason::Gone(answer.status));
    }
    silence_of(answer.status, answer.retry_after)
}

/// The codes with the same meaning everywhere, in HTTP and in a gateway's own body: no answer. 900 is Midtrans's own
/// internal error.
pub(super) fn silence_of(code: u16, retry_after: Option<Duration>) -> Option<NoAnswerReason> {
    match code {
        401 | 410 => Some(NoAnswerReason::Refused(code)),
        429 => Some(NoAnswerReason::Throttled(retry_after)),
        500..=599 | 900 => Some(NoAnswerReason::ServerError(code)),
        _ => None,
    }
}

const SHOWN_MAX: usize = 64;

/// A gateway's text, safe to store and show: short, and without control characters.
pub(super) fn shown(text: &str) -> String {
    text.chars()
        .take(SHOWN_MAX)
        .map(|letter| {
            if letter.is_control() {
                char::REPLACEMENT_CHARACTER
            } else {
                letter
            }
        })
        .collect()
}

const NUMBER_MAX: usize = 512;

/// A number to pay to, the text of a QR code or a token: plain ASCII of a usable length.
pub(super) fn number_text(text: &str) -> Option<String> {
    let is_plain = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    (is_plain && !text.is_empty() && text.len() <= NUMBER_MAX).then(|| text.to_owned())
}

const ADDRESS_MAX: usize = 2048;

/// The address of a page that a browser can open.
pub(super) fn web_address(text: &str) -> Option<String> {
    let is_web = text.starts_with("https://") || text.starts_with("http://");
    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic());
    (is_web && is_plain && text.len() <= ADDRESS_MAX).then(|| text.to_owned())
}

const METHOD_MAX: usize = 32;

/// The gateway's word for a payment method, if it is a plain word.
pub(super) fn method_word(word: &str) -> Option<String> {
    let is_plain = word
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte));
    (is_plain && !word.is_empty() && word.len() <= METHOD_MAX).then(|| word.to_owned())
}

/// Everything but the unreserved characters of RFC 3986, so that an id stays one path segment and one value.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

pub(super) fn encoded(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, RESERVED)
}

#[cfg(test)]
mod tests;
