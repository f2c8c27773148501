//! An incoming notification as received: any part of the request may hold the proof of its sender.

use crate::domain::NotificationOrigin;

/// One complete HTTP request that somebody has sent to the shop. It may contain any bytes.
#[derive(Clone, Copy)]
pub struct IncomingRequest<'a> {
    pub method: &'a str,
    /// The path after the notification address of the gateway; empty if unknown.
    pub path: &'a str,
    /// Without the question mark.
    pub query: &'a str,
    /// Names in upper, lower or mixed case.
    pub headers: &'a [(String, String)],
    pub body: &'a [u8],
}

impl<'a> IncomingRequest<'a> {
    /// A notification of which only the body is known.
    #[must_use]
    pub fn of_body(body: &'a [u8]) -> Self {
        Self {
            method: "POST",
            path: "",
            query: "",
            headers: &[],
            body,
        }
    }

    /// The value of a header that occurs once. A header that occurs twice has no value, because it is unclear which
    /// one was meant.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&'a str> {
        let mut found = self
            .headers
            .iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case(name));
        let (_, value) = found.next()?;
        found.next().is_none().then_some(value.as_str())
    }

    /// Where it came from, as far as it may be kept.
    #[must_use]
    pub fn origin(&self, remote_address: Option<&str>) -> NotificationOrigin {
        let headers = self.headers.iter();
        let headers = headers.map(|(name, value)| (name.as_str(), value.as_str()));
        NotificationOrigin::of(remote_address, headers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_matches_in_any_case_but_once() {
        let headers = [("x-Secret", "a"), ("X-Twice", "b"), ("x-twice", "b")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let message = IncomingRequest {
            headers: &headers,
            ..IncomingRequest::of_body(b"{}")
        };
        assert_eq!(message.header("X-Secret"), Some("a"));
        assert_eq!(message.header("X-Twice"), None);
        assert_eq!(message.header("X-Other"), None);
    }
}
