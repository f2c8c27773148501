//! A message as it came in: the proof of who has sent it may stand in any part of it.

/// All of one HTTP request that somebody has sent to the shop. Any bytes may come.
#[derive(Clone, Copy)]
pub struct Incoming<'a> {
    pub method: &'a str,
    /// What follows the address at which the gateway's messages are taken in; empty where nobody knows.
    pub path: &'a str,
    /// Without its question mark.
    pub query: &'a str,
    /// Names in any case.
    pub headers: &'a [(String, String)],
    pub body: &'a [u8],
}

impl<'a> Incoming<'a> {
    /// A message of which only the body is known.
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

    /// A header that came once. One that came twice has no value: nobody can tell which of the two was meant.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&'a str> {
        let mut found = self
            .headers
            .iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case(name));
        let (_, value) = found.next()?;
        found.next().is_none().then_some(value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_matches_in_any_case_but_once() {
        let headers = [("x-Secret", "a"), ("X-Twice", "b"), ("x-twice", "b")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let message = Incoming {
            headers: &headers,
            ..Incoming::of_body(b"{}")
        };
        assert_eq!(message.header("X-Secret"), Some("a"));
        assert_eq!(message.header("X-Twice"), None);
        assert_eq!(message.header("X-Other"), None);
    }
}
