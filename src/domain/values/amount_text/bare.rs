//! An amount without its currency, and what may have been meant by one that is unclear.

use super::amount;
use crate::domain::Rupiah;

/// A text without its currency.
pub(super) struct BareNumber<'a> {
    pub(super) digits: &'a str,
    /// `,-` stood behind it.
    pub(super) has_dash: bool,
}

impl<'a> BareNumber<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let text = text.trim();
        let text = without_currency(text);
        match text.strip_suffix(",-") {
            Some(digits) => Self {
                digits,
                has_dash: true,
            },
            None => Self {
                digits: text,
                has_dash: false,
            },
        }
    }

    /// What may have been meant, for the person to choose from.
    pub(super) fn candidates(&self) -> Vec<Rupiah> {
        let text = self.digits.trim_start_matches('+');
        let (text, thousands) = with_unit(text);
        let is_known = |letter: char| letter.is_ascii_digit() || is_separator(letter);
        let is_foreign = |letter: char| "'’_\u{202f}\u{2009}".contains(letter);
        if text.is_empty()
            || !text
                .chars()
                .all(|letter| is_known(letter) || is_foreign(letter))
        {
            return Vec::new();
        }
        let all: String = text.chars().filter(char::is_ascii_digit).collect();
        let (whole, end) = text.rsplit_once(['.', ',']).unwrap_or((text, ""));
        let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
        let is_zero = end.bytes().all(|byte| byte == b'0');
        // The last mark may be a decimal point only where it stands once.
        let is_point = |mark: &str| text.matches(mark).count() == 1;
        let last = text
            .rsplit(|letter: char| letter.is_ascii_digit())
            .find(|mark| !mark.is_empty());
        let is_apart = last.is_some_and(is_point);
        let texts = match (thousands, end.len()) {
            (0, 0) => vec![all],
            (0, 3) if is_zero && is_apart => vec![whole, all],
            (0, 1 | 2) if !is_zero => vec![whole.clone(), format!("{whole}{end:0<3}")],
            (0, length) if length != 3 && is_zero => vec![whole],
            (0, _) => vec![all],
            (zeros, 0 | 3) => vec![format!("{all}{}", "0".repeat(zeros))],
            (zeros, _) => {
                let end = end.trim_end_matches('0');
                let zeros = "0".repeat(zeros.saturating_sub(end.len()));
                vec![format!("{whole}{end}{zeros}")]
            }
        };
        let mut amounts: Vec<Rupiah> = texts.iter().filter_map(|text| amount(text).ok()).collect();
        amounts.dedup();
        amounts
    }
}

/// `150rb`, `1,5 jt`: what people say, and how many zeros it stands for.
fn with_unit(text: &str) -> (&str, usize) {
    const UNITS: [(&str, usize); 5] = [("ribu", 3), ("rb", 3), ("k", 3), ("juta", 6), ("jt", 6)];
    let small = text.to_ascii_lowercase();
    for (unit, zeros) in UNITS {
        if small.ends_with(unit) {
            let number = text.get(..text.len() - unit.len()).unwrap_or(text);
            return (number.trim_end(), zeros);
        }
    }
    (text, 0)
}

fn without_currency(text: &str) -> &str {
    for word in ["Rp.", "Rp", "IDR"] {
        let (Some(begin), Some(rest)) = (text.get(..word.len()), text.get(word.len()..)) else {
            continue;
        };
        if begin.eq_ignore_ascii_case(word) {
            return rest.trim_start_matches(is_blank);
        }
    }
    text
}

const fn is_blank(letter: char) -> bool {
    matches!(letter, ' ' | '\u{a0}')
}

pub(super) const fn is_separator(letter: char) -> bool {
    matches!(letter, '.' | ',') || is_blank(letter)
}
