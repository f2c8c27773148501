//! A bank's transfer, known by a reference that a person types from a statement. One transfer is booked once, however its
//! reference is written: case, Unicode form, kinds of dash and runs of blanks make no difference. No character is dropped.

use std::fmt;
use std::str::FromStr;

use unicode_normalization::UnicodeNormalization;

use crate::domain::Reference;

const MAX_LETTERS: usize = 64;

/// By what a bank knows a transfer, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(transparent)]
pub struct BankReference(String);

/// The bank whose reference it is, where two banks gave the same.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(transparent)]
pub struct BankName(String);

/// A transfer as a person has named it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankTransfer {
    pub reference: BankReference,
    /// None: nobody has said; then it may be any bank's.
    pub bank: Option<BankName>,
}

/// What a payment has of a transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferPart {
    pub transfer: BankTransfer,
    /// The same act has booked another part of it before.
    pub is_further: bool,
}

/// Why a text is no reference, and no bank's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to {MAX_LETTERS} letters on one line, without invisible ones")]
pub struct TransferTextError;

impl BankReference {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What all spellings of it have in common.
    #[must_use]
    pub fn key(&self) -> String {
        fold(&self.0)
    }
}

impl BankName {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl BankTransfer {
    /// What all spellings of the bank have in common; empty where nobody has named it.
    #[must_use]
    pub fn bank_key(&self) -> String {
        self.bank
            .as_ref()
            .map(|bank| fold(&bank.0))
            .unwrap_or_default()
    }

    /// Whether it may be a transfer of the same reference that was booked under this bank, or none.
    #[must_use]
    pub fn may_be_of(&self, booked: Option<&BankName>) -> bool {
        self.bank.is_none() || booked.is_some_and(|bank| fold(&bank.0) == self.bank_key())
    }
}

/// Case, Unicode form, kinds of dash and runs of blanks are made the same; everything else stays.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let letters = text
        .nfkc()
        // Small first: the capital of ß is its own capital, and that of ß is SS.
        .flat_map(char::to_lowercase)
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .nfkc();
    for letter in letters.map(plain) {
        if letter != ' ' || !folded.ends_with(' ') {
            folded.push(letter);
        }
    }
    folded.trim().to_owned()
}

/// Every dash is a hyphen, every white space a blank.
fn plain(letter: char) -> char {
    match letter {
        '\u{58a}' // Armenian hyphen
        | '\u{5be}' // Hebrew maqaf
        | '\u{1400}' // Canadian syllabics hyphen
        | '\u{1806}' // Mongolian hyphen
        | '\u{2010}'..='\u{2015}' // hyphen, figure dash, en dash, em dash, bar
        | '\u{2043}' // hyphen bullet
        | '\u{2212}' // minus
        | '\u{2e17}' | '\u{2e1a}' | '\u{2e3a}' | '\u{2e3b}' | '\u{2e40}' | '\u{2e5d}' // rare hyphens and long dashes
        | '\u{301c}' | '\u{3030}' | '\u{30a0}' // wave dashes
        | '\u{2d7}' // minus as a modifier
        => '-',
        letter if letter.is_whitespace() => ' ',
        letter => letter,
    }
}

/// What nobody can see would make two references that look the same.
fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffd}'
            | '\u{e0000}'..='\u{e0fff}')
}

fn checked(text: &str) -> Result<String, TransferTextError> {
    let text = text.trim();
    let length = text.chars().count();
    if !(1..=MAX_LETTERS).contains(&length) || text.chars().any(is_invisible) {
        return Err(TransferTextError);
    }
    Ok(text.to_owned())
}

impl FromStr for BankReference {
    type Err = TransferTextError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        checked(text).map(Self)
    }
}

impl FromStr for BankName {
    type Err = TransferTextError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        checked(text).map(Self)
    }
}

impl fmt::Display for BankReference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl fmt::Display for BankName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl fmt::Display for BankTransfer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.bank {
            Some(bank) => write!(formatter, "{} of {bank}", self.reference),
            None => self.reference.fmt(formatter),
        }
    }
}

/// A payment is known by its transfer's reference. Where that is more than printable ASCII, the rest is shown as `_`:
/// payments are told apart by their transfers, never by this.
impl From<&BankReference> for Reference {
    fn from(bank: &BankReference) -> Self {
        let plain = |letter: char| {
            if letter.is_ascii_graphic() {
                letter
            } else {
                '_'
            }
        };
        Self::printable(bank.0.chars().map(plain).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check_same(texts: &[&str]) {
        for text in texts {
            assert_eq!(fold(text), fold(texts[0]), "{text:?}");
        }
    }

    #[test]
    fn spellings_of_one_reference_are_the_same() {
        check_same(&["weiß 7", "WEISS 7", "WEIẞ 7"]);
        check_same(&[
            "BCA-991",
            "bca-991",
            "Bca-991",
            " BCA-991 ",
            "ＢＣＡ－９９１",
        ]);
        check_same(&[
            "BCA-991",
            "BCA–991",
            "BCA—991",
            "BCA\u{2212}991",
            "BCA\u{2011}991",
            "BCA﹣991",
        ]);
        check_same(&[
            "BCA 991",
            "BCA  991",
            "BCA\u{a0}991",
            "BCA\t991",
            "bca\u{202f}\u{2009}991",
        ]);
        check_same(&["café 1", "CAFÉ 1", "cafe\u{301} 1"]);
        check_same(&["straße", "STRASSE", "strasse"]);
        check_same(&["ΟΔΟΣ", "οδος", "οδοσ"]);
    }

    #[test]
    fn normalising_a_reference_drops_no_character() {
        let texts = [
            "BCA-991", "BCA991", "BCA 991", "BCA_991", "BCA.991", "BCA/991", "BCA--991",
            "BCA-0991", "BCA-991-", "BCA-99l", "cafe", "café", "BCA -991",
        ];
        for (index, text) in texts.iter().enumerate() {
            let is_other = |other: &&str| fold(other) != fold(text);
            assert!(texts[..index].iter().all(is_other), "{text}");
        }
    }

    #[test]
    fn invisible_characters_are_refused() {
        for bad in [
            "",
            "  ",
            "BCA\n991",
            "BCA\u{200b}991",
            "BCA\u{ad}991",
            "\u{202e}199",
            "A\u{fe0f}",
        ] {
            assert!(bad.parse::<BankReference>().is_err(), "{bad:?}");
        }
        assert!("é".repeat(64).parse::<BankReference>().is_ok());
        assert!("é".repeat(65).parse::<BankReference>().is_err());
    }

    #[test]
    fn a_reference_is_logged_as_ascii() {
        for (typed, shown) in [
            ("BCA-991", "BCA-991"),
            ("BCA 991", "BCA_991"),
            ("é–1", "__1"),
        ] {
            let reference = Reference::from(&typed.parse::<BankReference>().unwrap());
            assert_eq!(reference.as_str(), shown);
            assert_eq!(shown.parse::<Reference>().unwrap(), reference);
        }
    }

    #[test]
    fn a_reference_is_shown_as_it_was_typed() {
        let typed: BankReference = " Setor–7 ".parse().unwrap();
        assert_eq!(
            (typed.as_str(), typed.key().as_str()),
            ("Setor–7", "setor-7")
        );
        let bank: BankName = "Bank Jago".parse().unwrap();
        assert_eq!(bank.as_str(), "Bank Jago");
    }

    #[test]
    fn references_differ_when_both_banks_are_named() {
        let of = |bank: Option<&str>| BankTransfer {
            reference: "1".parse().unwrap(),
            bank: bank.map(|bank| bank.parse().unwrap()),
        };
        let bca: BankName = "BCA".parse().unwrap();
        assert!(of(None).may_be_of(Some(&bca)) && of(None).may_be_of(None));
        assert!(of(Some("bca")).may_be_of(Some(&bca)));
        assert!(!of(Some("Mandiri")).may_be_of(Some(&bca)));
        assert!(!of(Some("Mandiri")).may_be_of(None));
    }

    proptest! {
        #[test]
        fn folding_a_reference_twice_changes_nothing(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once.clone());
            prop_assert_eq!(fold(&text.to_uppercase()).chars().count() > 0, !once.is_empty());
        }
    }
}
