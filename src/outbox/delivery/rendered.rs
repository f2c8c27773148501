//! What an attempt hands over, as a person reads it.

use serde::Serialize;

/// Everything that an attempt hands over, without keys. Fields are only ever added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RenderedDelivery {
    /// The program with its arguments, the method with the address, or the recipient.
    pub to: String,
    /// The program's own variables, the headers of the call, or those of the mail.
    pub headers: Vec<RenderedHeader>,
    /// The text on standard input, in the call or in the mail.
    pub body: String,
    /// The names of the attached files.
    pub attachments: Vec<String>,
}

/// A header or a variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RenderedHeader {
    pub name: &'static str,
    pub value: String,
}

impl RenderedHeader {
    pub(in crate::outbox::delivery) fn new(name: &'static str, value: impl Into<String>) -> Self {
        let value = value.into();
        Self { name, value }
    }
}
