//! Amounts as people write them: on the command line, in CSV cells, in JSON strings. Money of gateways and JSON numbers
//! have a reader of their own, [`Rupiah::parse`].
//!
//! A dot or a comma before three digits groups thousands, as everybody writes in Indonesia: `1.500` is 1500. What could
//! be meant in two ways is refused, with what to write instead. No text is read as two different amounts.

mod bare;

use std::fmt;

use self::bare::{BareNumber, is_separator};
use crate::domain::{MoneyError, Rupiah};

/// An amount that a person has written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenAmount {
    pub amount: Rupiah,
    /// The text, where it had to be interpreted: groups of three, or a point that an export calls decimal. Whoever
    /// writes the amount down shows first how it was read.
    pub interpreted: Option<String>,
}

/// What a dot and a comma mean in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    /// Nothing else is known of it.
    Alone,
    /// It stands in a file, among these amounts.
    Among(SeparatorEvidence),
    /// A person has said that the dot is the decimal point.
    DecimalPoint,
}

/// What the amounts of a file have shown of their dots and commas.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SeparatorEvidence {
    pub decimal_dot: bool,
    pub decimal_comma: bool,
    /// `1.500.000`: no decimal point stands there twice.
    pub grouping_dot: bool,
}

/// Why a text is no amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AmountError {
    /// It could be these amounts, or is none that is written in a known way.
    Unclear(Vec<Rupiah>),
    /// Elsewhere in the file this character is the decimal point.
    DecimalElsewhere(char, Vec<Rupiah>),
    Money(MoneyError),
}

impl WrittenAmount {
    /// How a flag or a field is told to have been read; none when there was nothing to interpret.
    #[must_use]
    pub fn describe(&self, name: &str) -> Option<String> {
        let text = self.interpreted.as_ref()?;
        Some(format!("{name} {text:?} is read as {}", self.amount))
    }
}

/// Reads an amount as it came from a person.
///
/// # Errors
/// As [`AmountError`] says.
pub fn read(text: &str, notation: Notation) -> Result<WrittenAmount, AmountError> {
    let bare = BareNumber::of(text);
    if bare.digits.starts_with(['-', '\u{2212}']) {
        return Err(AmountError::Money(MoneyError::Negative));
    }
    let Some(parts) = NumberParts::of(&bare) else {
        return Err(AmountError::Unclear(bare.candidates()));
    };
    let (digits, is_interpreted) = match notation {
        Notation::DecimalPoint => parts.with_decimal_point()?,
        Notation::Alone => parts.as_people_write(),
        Notation::Among(signs) => {
            parts.require_agreement(signs, &bare)?;
            parts
                .as_people_write()
                .or_else(|| parts.as_exports_write(signs))
        }
    }
    .ok_or_else(|| AmountError::Unclear(bare.candidates()))?;
    Ok(WrittenAmount {
        amount: amount(&digits)?,
        interpreted: is_interpreted.then(|| text.trim().to_owned()),
    })
}

impl SeparatorEvidence {
    /// Takes note of what the dot and the comma of one amount must mean. What is no amount shows nothing.
    pub fn observe(&mut self, text: &str) {
        let bare = BareNumber::of(text);
        let count = |mark| bare.digits.chars().filter(|letter| *letter == mark).count();
        let parts = NumberParts::of(&bare);
        let grouped_by = parts.as_ref().and_then(NumberParts::grouped_by);
        let cents_by = parts.as_ref().and_then(|parts| parts.cents_mark);
        let is_decimal = |mark: char| {
            let is_last = bare.digits.rsplit_once([',', '.']).is_some_and(|(_, end)| {
                bare.digits.ends_with(&format!("{mark}{end}"))
                    && !end.is_empty()
                    && end.bytes().all(|byte| byte.is_ascii_digit())
            });
            let is_numeric = |letter: char| letter.is_ascii_digit() || is_separator(letter);
            let is_one = count(mark) == 1 && is_last && bare.digits.chars().all(is_numeric);
            is_one && (grouped_by != Some(mark) || cents_by == Some(mark))
        };
        self.decimal_dot |= is_decimal('.');
        self.decimal_comma |= is_decimal(',');
        let proves_groups = count('.') > 1 || cents_by == Some(',') || bare.has_dash;
        self.grouping_dot |= grouped_by == Some('.') && proves_groups;
    }
}

/// A number cut at its separators.
struct NumberParts<'a> {
    groups: Vec<&'a str>,
    /// What stands between the groups, where that is the same everywhere.
    separator: Option<char>,
    /// Before the last part, where it differs from the separator or is the only mark.
    cents_mark: Option<char>,
    cents: &'a str,
    has_dash: bool,
}

impl<'a> NumberParts<'a> {
    /// None: it has other letters, or a place without digits, or more than one kind of separator before its cents.
    fn of(bare: &BareNumber<'a>) -> Option<Self> {
        let text = bare.digits;
        let mut groups: Vec<&str> = text.split(is_separator).collect();
        let is_digits =
            |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !groups.iter().all(is_digits) {
            return None;
        }
        let marks: Vec<char> = text
            .chars()
            .filter(|letter| is_separator(*letter))
            .collect();
        let (last, others) = match marks.split_last() {
            None => (None, [].as_slice()),
            Some((last, others)) => (Some(*last), others),
        };
        let separator = others.first().copied();
        if others.iter().any(|mark| Some(*mark) != separator) {
            return None;
        }
        let (mut cents_mark, mut cents) = (None, "");
        // A last mark that differs from those before is no separator of groups; nor is one before other than three digits.
        let is_last_apart = last.is_some_and(|last| {
            let differs = separator.is_some_and(|separator| separator != last);
            let is_group = groups.last().is_some_and(|part| part.len() == 3)
                && groups
                    .first()
                    .is_some_and(|part| part.len() <= 3 && !part.starts_with('0'));
            differs || separator.is_none() && !is_group
        });
        if is_last_apart {
            cents_mark = last;
            cents = groups.pop().unwrap_or_default();
        }
        let separator = if is_last_apart { separator } else { last };
        Some(Self {
            groups,
            separator,
            cents_mark,
            cents,
            has_dash: bare.has_dash,
        })
    }

    fn with_unit_text(&self) -> String {
        self.groups.concat()
    }

    /// By what the thousands are grouped, if they are, and rightly so.
    fn grouped_by(&self) -> Option<char> {
        let (first, others) = self.groups.split_first()?;
        let is_first = first.len() <= 3 && !first.starts_with('0');
        let is_good = is_first && !others.is_empty() && others.iter().all(|part| part.len() == 3);
        self.separator.filter(|_| is_good)
    }

    /// The digits, and whether they had to be interpreted.
    fn as_people_write(&self) -> Option<(String, bool)> {
        let is_good_end = match (self.cents_mark, self.has_dash) {
            (None, _) => true,
            (Some(_), true) => false,
            (Some('.'), false) if self.separator.is_none() => matches!(self.cents, "0" | "00"),
            (Some('.' | ','), false) => self.cents == "00",
            (Some(_), false) => false,
        };
        if !is_good_end {
            return None;
        }
        match self.groups.as_slice() {
            [digits] => {
                let is_long = digits.len() >= 4 && !digits.starts_with('0');
                let is_good = self.cents_mark.is_none() || is_long || *digits == "0";
                is_good.then(|| ((*digits).to_owned(), false))
            }
            _ => self.grouped_by().map(|_| (self.with_unit_text(), true)),
        }
    }

    /// `150000.000`, in a file where no dot groups: before the dot stands more than a group.
    fn as_exports_write(&self, signs: SeparatorEvidence) -> Option<(String, bool)> {
        let [digits] = self.groups.as_slice() else {
            return None;
        };
        let is_long = digits.len() >= 4 && !digits.starts_with('0');
        let is_zero = self.cents.len() >= 3 && self.cents.bytes().all(|byte| byte == b'0');
        let is_good = self.cents_mark == Some('.') && is_long && is_zero && !self.has_dash;
        (is_good && !signs.grouping_dot).then(|| ((*digits).to_owned(), true))
    }

    /// The dot is the decimal point, whatever stands behind it; the thousands may be grouped by anything else.
    fn with_decimal_point(&self) -> Result<Option<(String, bool)>, AmountError> {
        if self.cents_mark.is_some_and(|mark| mark != '.') || self.has_dash && self.has_dot() {
            return Ok(None);
        }
        let (groups, cents, is_interpreted) = match (self.separator, self.groups.as_slice()) {
            // What people would take for a group is the part behind the point here.
            (Some('.'), [whole, cents]) => (std::slice::from_ref(whole), *cents, true),
            (Some('.'), _) => return Ok(None),
            (_, groups) => (groups, self.cents, false),
        };
        if cents.bytes().any(|byte| byte != b'0') {
            return Err(AmountError::Money(MoneyError::Cents));
        }
        Ok(match groups {
            [digits] => Some(((*digits).to_owned(), is_interpreted)),
            _ => self.grouped_by().map(|_| (self.with_unit_text(), true)),
        })
    }

    fn has_dot(&self) -> bool {
        self.cents_mark == Some('.') || self.separator == Some('.')
    }

    /// A mark that is the decimal point elsewhere in the file groups nothing here.
    fn require_agreement(
        &self,
        signs: SeparatorEvidence,
        bare: &BareNumber<'_>,
    ) -> Result<(), AmountError> {
        let Some(mark) = self.grouped_by() else {
            return Ok(());
        };
        let is_decimal = match mark {
            '.' => signs.decimal_dot,
            ',' => signs.decimal_comma,
            _ => false,
        };
        if is_decimal {
            return Err(AmountError::DecimalElsewhere(mark, bare.candidates()));
        }
        Ok(())
    }
}

fn amount(digits: &str) -> Result<Rupiah, AmountError> {
    let amount = digits.parse().map_err(|_| MoneyError::TooLarge);
    amount.and_then(Rupiah::new).map_err(AmountError::Money)
}

impl std::error::Error for AmountError {}

impl fmt::Display for AmountError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unclear(candidates) => {
                formatter.write_str("is no clear amount in rupiah; ")?;
                write_instead(formatter, candidates)
            }
            Self::DecimalElsewhere(mark, candidates) => {
                write!(
                    formatter,
                    "groups by {mark:?}, which is the decimal point of another amount in this file; "
                )?;
                write_instead(formatter, candidates)?;
                match mark {
                    '.' => formatter.write_str(", or name the decimal point of the whole file"),
                    _ => Ok(()),
                }
            }
            Self::Money(error) => write!(formatter, "{error}; write it in digits, as 150000"),
        }
    }
}

fn write_instead(formatter: &mut fmt::Formatter<'_>, candidates: &[Rupiah]) -> fmt::Result {
    let numbers: Vec<String> = candidates
        .iter()
        .map(|amount| amount.as_i64().to_string())
        .collect();
    match numbers.as_slice() {
        [] => formatter.write_str("write it in digits, as 150000"),
        numbers => write!(formatter, "write {}", numbers.join(" or ")),
    }
}

impl std::str::FromStr for WrittenAmount {
    type Err = AmountError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        read(text, Notation::Alone)
    }
}

#[cfg(test)]
mod tests;
