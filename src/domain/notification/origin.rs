//! Where a notification came from, as far as it may be kept.

use std::collections::BTreeMap;

/// The sender's address, and the headers worth keeping. Both may belong to a person: they are deleted after 30 days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NotificationOrigin {
    /// The address of whoever connected: the gateway's, or that of a proxy in front of this machine.
    pub remote_address: Option<String>,
    /// By names in small letters.
    pub headers: BTreeMap<String, String>,
}

/// The headers by which a sender is known.
const KEPT: [&str; 8] = [
    "cf-connecting-ip",
    "content-type",
    "forwarded",
    "true-client-ip",
    "user-agent",
    "x-forwarded-for",
    "x-real-ip",
    "x-request-id",
];

/// Parts of the names of headers that prove something: their values are secrets.
const OF_PROOFS: [&str; 7] = [
    "auth",
    "digest",
    "hmac",
    "key",
    "secret",
    "signature",
    "token",
];

/// What is kept of a header that proves something.
const PRESENT: &str = "present";

/// Anybody may send anything, so that little is kept of it.
const MAX_CHARS: usize = 200;
const MAX_HEADERS: usize = 20;

impl NotificationOrigin {
    /// What may be kept of these headers; of a signature or a secret only that it was there.
    #[must_use]
    pub fn of<'a>(
        remote_address: Option<&str>,
        headers: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let kept = headers.into_iter().filter_map(|(name, value)| {
            let name = name.to_ascii_lowercase();
            if KEPT.contains(&name.as_str()) {
                return Some((name, short(value)));
            }
            let proves = OF_PROOFS.iter().any(|part| name.contains(part));
            proves.then(|| (short(&name), PRESENT.to_owned()))
        });
        Self {
            remote_address: remote_address
                .map(short)
                .filter(|address| !address.is_empty()),
            headers: kept.take(MAX_HEADERS).collect(),
        }
    }

    /// Nothing is known of it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.remote_address.is_none() && self.headers.is_empty()
    }
}

fn short(text: &str) -> String {
    text.trim().chars().take(MAX_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_only_known_to_be_present() {
        let origin = NotificationOrigin::of(
            Some(" 203.0.113.7 "),
            [
                ("User-Agent", "Veritrans"),
                ("X-FORWARDED-FOR", "198.51.100.2, 10.0.0.1"),
                ("X-Secret", "do-not-show-this"),
                ("X-Callback-Signature", "abcdef"),
                ("Authorization", "Basic do-not-show-this"),
                ("Cookie", "session=do-not-show-this"),
                ("Accept", "*/*"),
            ],
        );
        let kept: Vec<(&str, &str)> = (origin.headers.iter())
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let present = [
            ("authorization", "present"),
            ("user-agent", "Veritrans"),
            ("x-callback-signature", "present"),
            ("x-forwarded-for", "198.51.100.2, 10.0.0.1"),
            ("x-secret", "present"),
        ];
        assert_eq!(kept, present);
        assert_eq!(origin.remote_address.as_deref(), Some("203.0.113.7"));
    }

    #[test]
    fn what_is_kept_has_a_bound() {
        let long = "x".repeat(5_000);
        let many: Vec<String> = (0..100).map(|number| format!("x-key-{number}")).collect();
        let headers = many.iter().map(|name| (name.as_str(), "v"));
        let agent = [("user-agent", long.as_str())];
        let origin = NotificationOrigin::of(Some(&long), agent.into_iter().chain(headers));
        assert_eq!(origin.headers.len(), 20);
        assert_eq!(origin.headers.get("user-agent").map(String::len), Some(200));
        assert_eq!(
            origin.remote_address.map(|address| address.len()),
            Some(200)
        );
        assert!(NotificationOrigin::of(Some(" "), []).is_empty());
    }
}
