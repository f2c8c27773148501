//! The query of a URL.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// The names and decoded values of a query.
pub(super) fn pairs(query: &str) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
    query.split('&').filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        if value.contains('+') {
            let spaced = value.replace('+', " ");
            let decoded = percent_decode_str(&spaced).decode_utf8_lossy().into_owned();
            return Some((name, Cow::Owned(decoded)));
        }
        Some((name, percent_decode_str(value).decode_utf8_lossy()))
    })
}
