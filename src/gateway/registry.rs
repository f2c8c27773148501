//! The gateways that payctl knows. One line each.

use super::descriptor::GatewayDescriptor;
use super::{midtrans, pakasir};

/// Every kind, in the order in which they are offered.
pub static GATEWAYS: [&GatewayDescriptor; 2] = [&midtrans::DESCRIPTOR, &pakasir::DESCRIPTOR];

/// The kind of this word.
#[must_use]
pub fn by_word(word: &str) -> Option<&'static GatewayDescriptor> {
    GATEWAYS.into_iter().find(|kind| kind.word == word)
}

/// Whether a text contains what only a gateway's key contains.
#[must_use]
pub fn looks_like_a_key(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let mut marks = GATEWAYS.iter().flat_map(|kind| kind.key_marks);
    marks.any(|mark| text.contains(mark))
}

/// Whether this is a gateway's word for its page on which the customer chooses how to pay.
#[must_use]
pub fn is_page(method: &str) -> bool {
    let mut kinds = GATEWAYS.iter();
    kinds.any(|kind| (kind.method)(method).reusable_page)
}
