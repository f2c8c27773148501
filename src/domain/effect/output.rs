//! What a hook says when it is done: an account, a link, a number that later effects and the buyer need.
//!
//! It may name the customer or hold a password, so it is never shown by `Debug`.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::Value;

/// A JSON object, or a text, of at most [`HookOutput::MAX_BYTES`].
#[derive(Clone, PartialEq, Eq)]
pub struct HookOutput {
    text: String,
    is_cut: bool,
}

impl HookOutput {
    /// How many bytes of what a hook says are kept: the first.
    pub const MAX_BYTES: usize = 4096;

    /// How many bytes must be known to tell whether more than a line end follows what is kept.
    pub const READ_BYTES: usize = Self::MAX_BYTES + 3;

    /// Reads what a hook has said, of which no more than [`HookOutput::READ_BYTES`] need to be known. None: it said
    /// nothing. Bytes that are no UTF-8 are replaced, control characters left out.
    #[must_use]
    pub fn read(said: &[u8]) -> Option<Self> {
        let is_cut =
            said.len() >= Self::READ_BYTES || said.trim_ascii_end().len() > Self::MAX_BYTES;
        let text = String::from_utf8_lossy(whole_letters(said));
        let text = text.trim_start_matches('\u{feff}');
        let text = without_controls(text);
        let text = text.trim();
        (!text.is_empty()).then(|| Self::kept(text.to_owned(), is_cut))
    }

    /// As it was kept.
    #[must_use]
    pub fn kept(text: String, is_cut: bool) -> Self {
        Self { text, is_cut }
    }

    /// The hook said more than what is kept.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// The text of what is kept.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The object, if it is one and whole; any other JSON, and what is no JSON, is a text. No text in it has control characters
    /// other than line breaks and tabs.
    #[must_use]
    pub fn value(&self) -> Value {
        match serde_json::from_str(&self.text) {
            Ok(object @ Value::Object(_)) if !self.is_cut => harmless(object),
            Ok(_) | Err(_) => Value::String(self.text.clone()),
        }
    }
}

/// Whether a text is meant for programs, complete or not.
#[must_use]
pub fn is_an_answer(said: &[u8]) -> bool {
    said.trim_ascii_start().first() == Some(&b'{')
}

/// What fits, without the half of a letter at its end.
fn whole_letters(said: &[u8]) -> &[u8] {
    let is_inside = |at: usize| said.get(at).is_some_and(|byte| byte & 0xC0 == 0x80);
    let mut end = said.len().min(HookOutput::MAX_BYTES);
    for _ in 0..3 {
        if is_inside(end) {
            end -= 1;
        }
    }
    said.get(..end).unwrap_or_default()
}

fn without_controls(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_control() || "\n\t".contains(*letter))
        .collect()
}

fn harmless(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(without_controls(&text)),
        Value::Array(items) => items.into_iter().map(harmless).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (name, harmless(value)))
            .collect(),
        plain @ (Value::Null | Value::Bool(_) | Value::Number(_)) => plain,
    }
}

impl Serialize for HookOutput {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl fmt::Debug for HookOutput {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("HookOutput(…)")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(said: &[u8], kept: &Value) {
        let output = HookOutput::read(said);
        let found = output.as_ref().map_or(Value::Null, HookOutput::value);
        assert_eq!(found, *kept, "{}", String::from_utf8_lossy(said));
    }

    #[test]
    fn a_hook_says_an_object_or_a_text() {
        let account = json!({"user": "rina", "password": "s3cret", "days": 30});
        check(account.to_string().as_bytes(), &account);
        check(
            "\u{feff} {\"user\":\r\n \"rina\"}\n".as_bytes(),
            &json!({"user": "rina"}),
        );
        check(
            b"https://vpn.example/a\r\nuser rina\n",
            &json!("https://vpn.example/a\nuser rina"),
        );
        for nothing in ["", " \n\t", "\u{1b}\0", "\u{feff}"] {
            check(nothing.as_bytes(), &Value::Null);
        }
        // Any other JSON is a text.
        for text in ["[1, 2]", "\"rina\"", "42", "null", "{\"user\": "] {
            check(text.as_bytes(), &json!(text.trim()));
        }
    }

    #[test]
    fn what_cannot_be_shown_is_left_out() {
        check(b"\x1b[2Jred\x07\0\xff!", &json!("[2Jred\u{fffd}!"));
        check(
            br#"{"a": "\u001b[2Jx\ny", "b": ["\u0000z", null, true]}"#,
            &json!({"a": "[2Jx\ny", "b": ["z", null, true]}),
        );
    }

    #[test]
    fn the_first_4_kib_are_kept() {
        let long = "x".repeat(5000);
        check(long.as_bytes(), &json!(long[..4096]));
        // No letter is cut in two.
        let letters = format!("x{}", "ä".repeat(3000));
        check(letters.as_bytes(), &json!(letters[..4095]));
        let faces = format!("x{}", "🎫".repeat(2000));
        check(faces.as_bytes(), &json!(faces[..4093]));
        check(&[0x80; 5000], &json!("\u{fffd}".repeat(4093)));
        let cut = json!({"note": long}).to_string();
        check(cut.as_bytes(), &json!(cut[..4096]));
    }

    #[test]
    fn what_was_cut_is_no_object() {
        let object = json!({"user": "rina"}).to_string();
        let padded = |length: usize| format!("{object}{}", " ".repeat(length - object.len()));
        let full = json!({"note": "x".repeat(HookOutput::MAX_BYTES - 11)}).to_string();
        assert_eq!(full.len(), HookOutput::MAX_BYTES);
        for (said, is_cut) in [
            (object.clone(), false),
            (padded(4096), false),
            (format!("{full}\r\n"), false),
            (format!("{full}."), true),
            (padded(4099), true),
            (padded(4096) + "x", true),
            (full + &" ".repeat(100), true),
        ] {
            let output = HookOutput::read(said.as_bytes()).unwrap();
            assert_eq!(output.is_cut(), is_cut, "{} bytes", said.len());
            assert_eq!(output.value().is_object(), !is_cut);
            let kept = HookOutput::kept(output.as_str().to_owned(), is_cut);
            assert_eq!(kept.value(), output.value());
        }
    }

    #[test]
    fn debug_output_hides_what_was_said() {
        let output = HookOutput::read(b"s3cret").unwrap();
        assert_eq!(format!("{output:?}"), "HookOutput(…)");
    }
}
