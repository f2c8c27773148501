//! Removes what programs between a gateway and payctl have wrapped around a notification.

use std::borrow::Cow;

/// How often a notification is unwrapped; nobody wraps one more than twice.
const MAX_WRAPPED: usize = 3;

/// A notification as its gateway wrote it: without a byte order mark, surrounding spaces, and the JSON string into
/// which a program in between may have put it. Anything else stays as received.
#[must_use]
pub fn message(bytes: &[u8]) -> Cow<'_, [u8]> {
    let mut message = Cow::Borrowed(unwrapped(bytes));
    for _ in 0..MAX_WRAPPED {
        if message.first() != Some(&b'"') {
            break;
        }
        let Ok(inner) = serde_json::from_slice::<String>(&message) else {
            break;
        };
        message = Cow::Owned(unwrapped(inner.as_bytes()).to_vec());
    }
    message
}

fn unwrapped(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.trim_ascii();
    bytes
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(bytes)
        .trim_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inner_object_comes_out_alone() {
        for wrapped in [
            "{}",
            "\u{feff}{}",
            " \r\n{}\n",
            "\"{}\"",
            "\u{feff}\"\u{feff}{}\"\n",
            r#""\"{}\"""#,
        ] {
            assert_eq!(message(wrapped.as_bytes()), b"{}".as_slice(), "{wrapped}");
        }
        for odd in ["", "\"", "\"a", "[]", "{", "\u{fffd}"] {
            assert_eq!(message(odd.as_bytes()), odd.as_bytes(), "{odd}");
        }
        assert_eq!(message(b"\xff\xfe{\0}\0"), b"\xff\xfe{\0}\0".as_slice());
    }
}
