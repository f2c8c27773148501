//! The life of a shop's file. A restored backup begins another: what is made after it must not have the name of something
//! that was made in the life that was lost.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// Letters and digits that nobody mistakes for one another, and that every gateway takes in a reference.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
const LENGTH: usize = 5;

/// A life after the first: five letters in keys and references, chosen at random.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life([u8; LENGTH]);

impl Life {
    /// Made of random bits, of which 25 are used.
    #[must_use]
    pub fn of(bits: u128) -> Self {
        let mut rest = bits;
        let mut letters = [b'a'; LENGTH];
        for letter in &mut letters {
            let place = usize::try_from(rest % 32).unwrap_or_default();
            *letter = LETTERS.get(place).copied().unwrap_or(b'a');
            rest /= 32;
        }
        Self(letters)
    }
}

impl fmt::Display for Life {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(std::str::from_utf8(&self.0).unwrap_or_default())
    }
}

impl FromStr for Life {
    type Err = InvalidLife;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let letters: [u8; LENGTH] = text.as_bytes().try_into().map_err(|_| InvalidLife)?;
        if letters.iter().all(|letter| LETTERS.contains(letter)) {
            return Ok(Self(letters));
        }
        Err(InvalidLife)
    }
}

impl Serialize for Life {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Why a text names no life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be {LENGTH} letters or digits")]
pub struct InvalidLife;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_life_is_read_as_it_is_written() {
        assert_eq!(LETTERS.len(), 32);
        for (bits, text) in [(0, "aaaaa"), (31, "9aaaa"), (u128::MAX, "99999")] {
            assert_eq!(Life::of(bits).to_string(), text);
            assert_eq!(text.parse(), Ok(Life::of(bits)));
        }
        for bad in ["", "aaaa", "aaaaaa", "AAAAA", "aaaa-", "aaaa1"] {
            assert_eq!(bad.parse::<Life>(), Err(InvalidLife), "{bad}");
        }
    }
}
