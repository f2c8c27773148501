//! QRIS texts: what the encoder wrote is read, and one changed letter is refused.
//!
//! An input is a text, or lines `TAG VALUE` of which the encoder makes one.

use payctl::domain::payment::qris::{crc, field, with_checksum};
use payctl::domain::{Rupiah, StaticQris};
use payctl::output::qr::Qr;

use super::answers::coarse;
use super::engine::{Target, fuzz};
use super::{Outcome, promise};
use crate::world::STATIC_QRIS;

#[test]
fn no_qr_payload_asks_for_another_amount() {
    let target = Target {
        name: "qr_payloads",
        seeds: vec![STATIC_QRIS.into()],
        words: &[
            "00 01", "01 11", "01 12", "53 360", "54 25000", "55 02", "58 ID", "63 A11C", "0254",
            "5303360", "6304",
        ],
        rounds: 100,
    };
    fuzz(&target, |input| {
        let text = String::from_utf8_lossy(input);
        check_drawn(&text)?;
        let plain = check(&text)?;
        // The same with the checksum that it should have.
        let fitting = match text.char_indices().rev().nth(7) {
            Some((end, _)) => check(&with_checksum(&text[..end]))?,
            None => String::new(),
        };
        let encoded = encoded(&text).map_or(Ok(String::new()), |text| check(&text))?;
        Ok(format!("{plain}/{fitting}/{encoded}"))
    });
}

/// The lines as fields; none if one of them is none.
fn encoded(text: &str) -> Option<String> {
    let fields: Option<String> = text
        .lines()
        .map(|line| {
            line.split_once(' ')
                .and_then(|(tag, value)| field(tag, value))
        })
        .collect();
    fields.map(|fields| with_checksum(&fields))
}

/// Every text is drawn or is too long for a code.
fn check_drawn(text: &str) -> Result<(), String> {
    if let Ok(qr) = Qr::new(text) {
        let rows = qr.terminal().lines().count();
        let is_drawn = qr.svg().starts_with("<svg") && rows > 10;
        promise!(is_drawn, "a code can be drawn: {text:?}");
    } else {
        promise!(text.len() > 2_000, "a short text fits a code: {text:?}");
    }
    Ok(())
}

fn check(text: &str) -> Outcome {
    let code: StaticQris = match text.parse() {
        Ok(code) => code,
        Err(why) => return Ok(coarse(&format!("{why}"))),
    };
    let text = text.trim();
    check_one_letter(text)?;
    let ours = fields(text).ok_or("what is read has fields: none")?;
    for amount in [1, 25_000, 1_000_000_000_000] {
        let asking = code.asking_for(Rupiah::new(amount).unwrap());
        let theirs =
            fields(&asking).ok_or_else(|| format!("what is asked has fields: {asking}"))?;
        check_checksum(&asking)?;
        let value = |tag: &str| -> Vec<&str> {
            let found = theirs.iter().filter(|(known, _)| known == tag);
            found.map(|(_, value)| value.as_str()).collect()
        };
        promise!(
            value("54") == [amount.to_string()],
            "it asks for this amount: {asking}"
        );
        promise!(value("01") == ["12"], "it says that it asks: {asking}");
        let changed = ["01", "54", "55", "56", "57", "63"];
        let kept = |fields: &[(String, String)]| -> Vec<(String, String)> {
            let kept = fields
                .iter()
                .filter(|(tag, _)| !changed.contains(&tag.as_str()));
            kept.cloned().collect()
        };
        promise!(kept(&ours) == kept(&theirs), "all else stays: {asking}");
        let is_static = asking.parse::<StaticQris>().is_ok();
        promise!(
            !is_static,
            "what asks for an amount asks for no other: {asking}"
        );
    }
    Ok("a static code".to_owned())
}

/// A second reading of the fields.
fn fields(text: &str) -> Option<Vec<(String, String)>> {
    let letters: Vec<char> = text.chars().collect();
    let mut fields = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let part = |from: usize, length: usize| -> Option<String> {
            Some(letters.get(from..from + length)?.iter().collect())
        };
        let length: usize = part(at + 2, 2)?.parse().ok()?;
        fields.push((part(at, 2)?, part(at + 4, length)?));
        at += 4 + length;
    }
    Some(fields)
}

fn check_checksum(text: &str) -> Result<(), String> {
    let (before, told) = text.split_at(text.len() - 4);
    let is_right = told == format!("{:04X}", crc(before.as_bytes()));
    promise!(is_right, "its checksum fits: {text}");
    Ok(())
}

/// Wherever a letter is another one, the text is no code; only the checksum may be in lower case.
fn check_one_letter(text: &str) -> Result<(), String> {
    for at in 0..text.len() {
        let mut bytes = text.as_bytes().to_vec();
        bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
        let changed = String::from_utf8(bytes).unwrap();
        let read = changed.parse::<StaticQris>();
        promise!(read.is_err(), "one wrong letter is found: {changed}");
    }
    Ok(())
}
