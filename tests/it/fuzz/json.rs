//! A second reading of JSON objects and their amounts, to compare the product's with.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// The most that an amount from outside may be.
const MOST: i128 = 1_000_000_000_000;

/// An object; of two members with one name, the last.
pub(super) struct JsonObject(BTreeMap<String, Box<RawValue>>);

impl JsonObject {
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok().map(Self)
    }

    pub(super) fn raw(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|raw| raw.get())
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub(super) fn object(&self, name: &str) -> Option<Self> {
        Self::read(self.raw(name)?.as_bytes())
    }

    /// A string without the space around it, or a number as it is written; none if nothing is left.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let raw = self.raw(name)?;
        let text = match raw.as_bytes()[0] {
            b'"' => serde_json::from_str(raw).ok()?,
            b'-' | b'0'..=b'9' => raw.to_owned(),
            _ => return None,
        };
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    pub(super) fn word(&self, name: &str) -> Option<String> {
        self.text(name).map(|text| text.to_ascii_lowercase())
    }

    /// It is not there, or says nothing.
    pub(super) fn lacks(&self, name: &str) -> bool {
        let is_blank = |raw: &str| {
            let text: Option<String> = serde_json::from_str(raw).ok();
            raw == "null" || text.is_some_and(|text| text.trim().is_empty())
        };
        self.raw(name).is_none_or(is_blank)
    }

    pub(super) fn amount(&self, name: &str) -> Option<i64> {
        let text = self.text(name)?;
        let is_number = !self.raw(name)?.starts_with('"');
        rupiah(&text).filter(|_| !(is_number && looks_like_thousands(&text)))
    }
}

/// Whole rupiah, perhaps with empty cents.
pub(super) fn rupiah(text: &str) -> Option<i64> {
    let (whole, cents) = match text.find('.') {
        None => (text, "0"),
        Some(at) => (&text[..at], &text[at + 1..]),
    };
    if cents.is_empty() || cents.chars().any(|digit| digit != '0') || whole.is_empty() {
        return None;
    }
    let mut value: i128 = 0;
    for digit in whole.chars() {
        let digit = "0123456789".find(digit)?;
        value = (value * 10 + i128::try_from(digit).unwrap()).min(MOST + 1);
    }
    i64::try_from(value).ok().filter(|_| value <= MOST)
}

/// `150.000` without quotes: nobody knows whether its writer meant thousands.
fn looks_like_thousands(text: &str) -> bool {
    let whole = text.strip_suffix(".000").unwrap_or_default();
    (1..=3).contains(&whole.len()) && !whole.starts_with('0')
}
