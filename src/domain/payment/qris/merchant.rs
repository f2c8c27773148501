//! A merchant's own static code, made into one that asks for an amount.
//!
//! A text is a row of fields: two digits of tag, two of length, then so many letters (EMVCo, merchant-presented mode).
//! Fields stand in any order but for the first and the last, so they are read and never searched for.

use super::{crc, with_checksum};
use crate::domain::Rupiah;

/// A static QRIS, read and found sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaticQris {
    fields: Vec<(u8, String)>,
}

/// Why a text is no static QRIS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QrisError {
    #[error("is not a QRIS text: its fields do not fit together")]
    Fields,
    #[error("is not a QRIS text: its checksum does not fit, so a letter is wrong or missing")]
    Checksum,
    #[error("is not a static QRIS: it asks for an amount already")]
    Dynamic,
    #[error("does not ask for rupiah")]
    Currency,
}

const FORMAT: u8 = 0;
const INITIATION: u8 = 1;
const CURRENCY: u8 = 53;
const AMOUNT: u8 = 54;
const TIPS: [u8; 3] = [55, 56, 57];
const COUNTRY: u8 = 58;
const CHECKSUM: u8 = 63;

impl std::str::FromStr for StaticQris {
    type Err = QrisError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        // Lengths count letters, and each of these is one byte.
        if !text.is_ascii() {
            return Err(QrisError::Fields);
        }
        let fields = fields(text)?;
        let (last, rest) = fields.split_last().ok_or(QrisError::Fields)?;
        let is_framed = rest
            .first()
            .is_some_and(|(tag, value)| *tag == FORMAT && value == "01");
        if !is_framed || last.0 != CHECKSUM || last.1.len() != 4 {
            return Err(QrisError::Fields);
        }
        let before = text.get(..text.len() - 4).unwrap_or_default();
        if !last
            .1
            .eq_ignore_ascii_case(&format!("{:04X}", crc(before.as_bytes())))
        {
            return Err(QrisError::Checksum);
        }
        let value = |wanted: u8| rest.iter().find(|(tag, _)| *tag == wanted);
        let value = |wanted: u8| value(wanted).map(|(_, value)| value.as_str());
        if value(INITIATION) != Some("11") || value(AMOUNT).is_some() {
            return Err(QrisError::Dynamic);
        }
        if value(CURRENCY) != Some("360") {
            return Err(QrisError::Currency);
        }
        Ok(Self {
            fields: rest.to_vec(),
        })
    }
}

impl StaticQris {
    /// The same merchant's code, asking for this amount and no tip.
    #[must_use]
    pub fn asking_for(&self, amount: Rupiah) -> String {
        let mut text = String::new();
        let kept = self.fields.iter();
        let kept = kept.filter(|(tag, _)| !TIPS.contains(tag));
        let mut is_asked = false;
        for (tag, value) in kept {
            // Anywhere would do; here is where most readers expect it.
            if *tag >= COUNTRY && !is_asked {
                push(&mut text, AMOUNT, &amount.as_i64().to_string());
                is_asked = true;
            }
            push(
                &mut text,
                *tag,
                if *tag == INITIATION { "12" } else { value },
            );
        }
        if !is_asked {
            push(&mut text, AMOUNT, &amount.as_i64().to_string());
        }
        with_checksum(&text)
    }
}

fn push(text: &mut String, tag: u8, value: &str) {
    text.push_str(&format!("{tag:02}{:02}{value}", value.len()));
}

/// The fields of a text that consists of nothing else.
fn fields(mut text: &str) -> Result<Vec<(u8, String)>, QrisError> {
    let mut fields = Vec::new();
    while !text.is_empty() {
        let tag = number(text.get(..2))?;
        let length = usize::from(number(text.get(2..4))?);
        let value = text.get(4..4 + length).ok_or(QrisError::Fields)?;
        if fields.iter().any(|(known, _)| *known == tag) {
            return Err(QrisError::Fields);
        }
        fields.push((tag, value.to_owned()));
        text = text.get(4 + length..).ok_or(QrisError::Fields)?;
    }
    Ok(fields)
}

fn number(text: Option<&str>) -> Result<u8, QrisError> {
    let text = text.filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    text.and_then(|text| text.parse().ok())
        .ok_or(QrisError::Fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector(name: &str) -> String {
        let vectors = include_str!("../../../../tests/fixtures/qris/vectors.json");
        let vectors: serde_json::Value = serde_json::from_str(vectors).unwrap();
        vectors[name].as_str().unwrap().to_owned()
    }

    fn rupiah(amount: i64) -> Rupiah {
        Rupiah::new(amount).unwrap()
    }

    #[track_caller]
    fn check_refused(text: &str, error: QrisError) {
        assert_eq!(text.parse::<StaticQris>(), Err(error), "{text}");
    }

    #[test]
    fn a_static_code_becomes_one_with_an_amount() {
        let code: StaticQris = vector("static").parse().unwrap();
        assert_eq!(code.asking_for(rupiah(25_000)), vector("dynamic_25000"));
    }

    #[test]
    fn anything_but_a_static_code_is_refused() {
        check_refused(&vector("bad_crc"), QrisError::Checksum);
        check_refused(&vector("truncated"), QrisError::Fields);
        check_refused(&vector("dynamic_25000"), QrisError::Dynamic);
        check_refused(&vector("unsorted_amount_after_61"), QrisError::Dynamic);
        for broken in [
            "",
            "0",
            "00",
            "0002",
            "000201",
            "0x0201",
            "00990",
            "00+201",
            "ééé",
            "000201000201",
        ] {
            check_refused(broken, QrisError::Fields);
        }
    }

    #[test]
    fn a_qris_code_must_be_ascii() {
        check_refused(&with_checksum("0002015903né"), QrisError::Fields);
    }

    #[test]
    fn a_qris_drops_only_the_tip() {
        // The name holds what a search for the country would have found.
        let body = "00020101021152045411530336055020157022A5802ID5906802ID5";
        let code: StaticQris = with_checksum(body).parse().unwrap();
        let asked = code.asking_for(rupiah(1_000));
        assert!(asked.contains("540410005802ID5906802ID5"), "{asked}");
        assert!(!asked.contains("550201"), "{asked}");
    }
}
