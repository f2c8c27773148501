//! What a shop notes with an order in its own words. Personal data, so it is never shown by `Debug`.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::domain::MetaKey;

/// A text, and texts by key: a user of a VPN, the day of a booking, the id of a chat.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct OrderNotes {
    pub note: Option<String>,
    pub meta: Meta,
}

impl OrderNotes {
    /// The word for the note among what has changed.
    pub const NOTE: &'static str = "note";

    /// The most bytes of a note.
    pub const MAX_NOTE: usize = 4096;

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.note.is_none() && self.meta.is_empty()
    }

    /// Notes this text, without blanks around it; an empty text takes the note away. Whether anything has changed.
    ///
    /// # Errors
    /// The text is too long or no text.
    pub fn set_note(&mut self, text: &str) -> Result<bool, InvalidNotes> {
        let note = cleaned(text, Self::MAX_NOTE).map_err(UnfitText::of_note)?;
        let has_changed = note != self.note;
        self.note = note;
        Ok(has_changed)
    }
}

/// Texts by key, at most [`Meta::MAX_KEYS`].
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Meta(BTreeMap<MetaKey, String>);

impl Meta {
    pub const MAX_KEYS: usize = 32;
    /// The most bytes of one text.
    pub const MAX_TEXT: usize = 1024;

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The keys with their texts, in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = (&MetaKey, &str)> {
        self.0.iter().map(|(key, text)| (key, text.as_str()))
    }

    /// Gives a key its text, without blanks around it; an empty text takes the key away. Whether anything has changed.
    ///
    /// # Errors
    /// The text is too long or no text, or the keys would be too many.
    pub fn set(&mut self, key: MetaKey, text: &str) -> Result<bool, InvalidNotes> {
        let Some(text) = cleaned(text, Self::MAX_TEXT).map_err(|why| why.of(&key))? else {
            return Ok(self.0.remove(&key).is_some());
        };
        if self.0.len() >= Self::MAX_KEYS && !self.0.contains_key(&key) {
            return Err(InvalidNotes::TooManyKeys);
        }
        let before = self.0.insert(key.clone(), text);
        Ok(before.as_ref() != self.0.get(&key))
    }
}

/// What a person changes about the notes of an order; an empty text takes away what is there.
#[derive(Clone, Default)]
pub struct NotesEdit {
    /// None: it stays as it is.
    pub note: Option<String>,
    pub meta: Vec<(MetaKey, String)>,
}

impl NotesEdit {
    /// The changed notes, and the words for what has changed: `note`, or `meta.KEY`.
    ///
    /// # Errors
    /// As [`InvalidNotes`] says, without repeating the text.
    pub fn applied_to(
        &self,
        before: &OrderNotes,
    ) -> Result<(OrderNotes, Vec<String>), InvalidNotes> {
        let mut after = before.clone();
        let mut changed = Vec::new();
        if let Some(note) = &self.note
            && after.set_note(note)?
        {
            changed.push(OrderNotes::NOTE.to_owned());
        }
        // What is taken away first makes room for what comes.
        let (gone, come): (Vec<_>, Vec<_>) =
            (self.meta.iter()).partition(|(_, text)| text.trim().is_empty());
        for (key, text) in gone.into_iter().chain(come) {
            if after.meta.set(key.clone(), text)? {
                changed.push(format!("meta.{key}"));
            }
        }
        Ok((after, changed))
    }
}

/// Why something is not noted with an order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidNotes {
    #[error("the note is longer than 4 KiB")]
    NoteTooLong,
    #[error("the note has a control character other than a line break or a tab")]
    NoteNotText,
    #[error("the value of {0} is longer than 1 KiB")]
    ValueTooLong(MetaKey),
    #[error("the value of {0} has a control character other than a line break or a tab")]
    ValueNotText(MetaKey),
    #[error("an order can have at most {} keys", Meta::MAX_KEYS)]
    TooManyKeys,
}

enum UnfitText {
    TooLong,
    NotText,
}

impl UnfitText {
    fn of(&self, key: &MetaKey) -> InvalidNotes {
        match self {
            Self::TooLong => InvalidNotes::ValueTooLong(key.clone()),
            Self::NotText => InvalidNotes::ValueNotText(key.clone()),
        }
    }

    fn of_note(self) -> InvalidNotes {
        match self {
            Self::TooLong => InvalidNotes::NoteTooLong,
            Self::NotText => InvalidNotes::NoteNotText,
        }
    }
}

/// The text without blanks around it, with plain line ends; none if nothing is left.
fn cleaned(text: &str, bytes_most: usize) -> Result<Option<String>, UnfitText> {
    let text = text.trim().replace("\r\n", "\n");
    if text.len() > bytes_most {
        return Err(UnfitText::TooLong);
    }
    if text
        .chars()
        .any(|letter| letter.is_control() && !"\n\t".contains(letter))
    {
        return Err(UnfitText::NotText);
    }
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// Only the keys.
impl fmt::Debug for Meta {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}

impl fmt::Debug for OrderNotes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let note = self.note.as_ref().map(|_| "…");
        write!(formatter, "OrderNotes({note:?}, {:?})", self.meta)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> MetaKey {
        text.parse().unwrap()
    }

    fn edit(note: Option<&str>, meta: &[(&str, &str)]) -> NotesEdit {
        NotesEdit {
            note: note.map(str::to_owned),
            meta: (meta.iter())
                .map(|(name, text)| (key(name), (*text).to_owned()))
                .collect(),
        }
    }

    #[test]
    fn a_meta_key_has_1_to_64_characters() {
        let (longest, too_long) = ("x".repeat(64), "x".repeat(65));
        for good in ["vpn_user", "Chat.ID-7", "a", longest.as_str()] {
            assert_eq!(key(good).as_str(), good);
        }
        for bad in [
            "",
            "vpn user",
            "a=b",
            "ä",
            "a/b",
            "a\n",
            ".",
            too_long.as_str(),
        ] {
            assert!(bad.parse::<MetaKey>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn an_edit_says_what_it_changed() {
        let before = OrderNotes::default();
        let (first, changed) = edit(
            Some(" calls\r\nback "),
            &[("user", "rina"), ("server", " sg1 ")],
        )
        .applied_to(&before)
        .unwrap();
        assert_eq!(first.note.as_deref(), Some("calls\nback"));
        assert_eq!(changed, ["note", "meta.user", "meta.server"]);
        let told: Vec<_> = first
            .meta
            .iter()
            .map(|(key, text)| (key.as_str(), text))
            .collect();
        assert_eq!(told, [("server", "sg1"), ("user", "rina")]);
        for (note, meta, wanted) in [
            (None, &[("user", "rina")][..], &[][..]),
            (Some("calls\nback"), &[("nobody", "")], &[]),
            (
                Some(""),
                &[("user", " "), ("server", "sg2")],
                &["note", "meta.user", "meta.server"],
            ),
        ] {
            let (_, changed) = edit(note, meta).applied_to(&first).unwrap();
            assert_eq!(changed, wanted);
        }
    }

    #[test]
    fn notes_have_limits() {
        let none = OrderNotes::default();
        let (fits, long) = ("x".repeat(1024), "x".repeat(1025));
        for (note, text, wanted) in [
            ("x".repeat(4096), fits.as_str(), Ok(())),
            ("x".repeat(4097), "", Err(InvalidNotes::NoteTooLong)),
            ("\u{1b}[2J".to_owned(), "", Err(InvalidNotes::NoteNotText)),
            (
                String::new(),
                long.as_str(),
                Err(InvalidNotes::ValueTooLong(key("k"))),
            ),
            (
                String::new(),
                "a\0",
                Err(InvalidNotes::ValueNotText(key("k"))),
            ),
        ] {
            let found = edit(Some(&note), &[("k", text)]).applied_to(&none);
            assert_eq!(found.map(|_| ()), wanted);
        }
        let mut full = none;
        for nth in 0..Meta::MAX_KEYS {
            full.meta.set(key(&format!("k{nth}")), "x").unwrap();
        }
        let more = edit(None, &[("one-more", "x")]).applied_to(&full);
        assert_eq!(more.map(|_| ()), Err(InvalidNotes::TooManyKeys));
        let instead = edit(None, &[("one-more", "x"), ("k0", "")]).applied_to(&full);
        assert_eq!(instead.unwrap().1, ["meta.k0", "meta.one-more"]);
    }

    #[test]
    fn debug_output_hides_the_texts() {
        let (notes, _) = edit(Some("secret"), &[("user", "rina")])
            .applied_to(&OrderNotes::default())
            .unwrap();
        assert_eq!(
            format!("{notes:?}"),
            "OrderNotes(Some(\"…\"), {MetaKey(\"user\")})"
        );
    }
}
