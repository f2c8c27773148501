//! Money: whole rupiah in an integer. No floating point, no tolerance.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Sub};

/// An amount of whole rupiah.
///
/// Amounts that come from outside are at most [`Rupiah::MAX`], so that sums over
/// millions of them stay far from the end of the integer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Rupiah(i64);

impl Rupiah {
    pub const ZERO: Self = Self(0);

    /// One trillion rupiah: more than any order, less than a millionth of `i64::MAX`.
    pub const MAX: Self = Self(1_000_000_000_000);

    /// An amount as it came from a person, a file or a gateway: 0 to [`Rupiah::MAX`].
    pub fn new(rupiah: i64) -> Result<Self, MoneyError> {
        if rupiah < 0 {
            return Err(MoneyError::Negative);
        }
        if rupiah > Self::MAX.0 {
            return Err(MoneyError::TooLarge);
        }
        Ok(Self(rupiah))
    }

    /// An amount the store has kept; it was checked when it came in.
    #[must_use]
    pub const fn from_db(rupiah: i64) -> Self {
        Self(rupiah)
    }

    /// Reads what a machine has written: `25000`, `25000.0` and `"25000.00"` are the same value, and a dot is always the
    /// decimal point. Cents that are not zero are refused: there are none in rupiah, so they mean another currency or
    /// another unit. What people write has a reader of its own, [`amount_text`](crate::domain::values::amount_text).
    pub fn parse(text: &str) -> Result<Self, MoneyError> {
        let text = text.trim();
        let (whole, cents) = text.split_once('.').unwrap_or((text, "0"));
        if whole.starts_with('-') {
            return Err(MoneyError::Negative);
        }
        let is_digits =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_digits(whole) || !is_digits(cents) {
            return Err(MoneyError::NotANumber);
        }
        if cents.bytes().any(|byte| byte != b'0') {
            return Err(MoneyError::Cents);
        }
        Self::new(whole.parse().map_err(|_| MoneyError::TooLarge)?)
    }

    /// Reads a JSON number, as [`Rupiah::parse`] does, but for `150.000`: a person may have meant thousands.
    pub fn parse_number(text: &str) -> Result<Self, MoneyError> {
        let is_group = |whole: &str| {
            let is_digits = whole.bytes().all(|byte| byte.is_ascii_digit());
            is_digits && (1..=3).contains(&whole.len()) && !whole.starts_with('0')
        };
        match text.split_once('.') {
            Some((whole, "000")) if is_group(whole) => Err(MoneyError::Thousands),
            _ => Self::parse(text),
        }
    }

    #[must_use]
    pub const fn as_i64(self) -> i64 {
        self.0
    }

    /// `price × quantity`, or nothing when that is no amount any more.
    pub fn times(self, quantity: u32) -> Result<Self, MoneyError> {
        self.0
            .checked_mul(i64::from(quantity))
            .map_or(Err(MoneyError::TooLarge), Self::new)
    }

    /// What is left, never less than nothing.
    #[must_use]
    pub fn saturating_sub(self, other: Self) -> Self {
        Self((self.0 - other.0).max(0))
    }
}

/// Why a text is not an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("is not a whole number of rupiah")]
    NotANumber,
    #[error("has cents, which rupiah do not have")]
    Cents,
    #[error("may be thousands or not; write the number without a dot")]
    Thousands,
    #[error("must not be negative")]
    Negative,
    #[error("is more than Rp 1,000,000,000,000")]
    TooLarge,
}

impl Add for Rupiah {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Rupiah {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Sum for Rupiah {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

/// `Rp 25,000`, for people; files and JSON carry the bare integer.
impl Rupiah {
    /// As Indonesia writes it: `Rp150.000`.
    #[must_use]
    pub fn indonesian(self) -> String {
        format!("Rp{}", self.grouped('.'))
    }

    /// The digits in groups of three, behind a minus sign if there is less than nothing.
    fn grouped(self, separator: char) -> String {
        let digits = self.0.unsigned_abs().to_string();
        let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
        if self.0 < 0 {
            grouped.push('-');
        }
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                grouped.push(separator);
            }
            grouped.push(digit);
        }
        grouped
    }
}

impl fmt::Display for Rupiah {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&format!("Rp {}", self.grouped(',')))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, amount: Result<i64, MoneyError>) {
        assert_eq!(Rupiah::parse(text).map(Rupiah::as_i64), amount, "{text:?}");
    }

    #[test]
    fn all_spellings_of_an_amount_are_equal() {
        check("25000", Ok(25_000));
        check("25000.0", Ok(25_000));
        check("25000.00", Ok(25_000));
        check(" 25000 ", Ok(25_000));
        check("0", Ok(0));
        check("1000000000000", Ok(1_000_000_000_000));
    }

    #[test]
    fn amounts_that_are_not_whole_rupiah_are_refused() {
        check("25000.50", Err(MoneyError::Cents));
        check("25000.001", Err(MoneyError::Cents));
        check("-1", Err(MoneyError::Negative));
        check("25,000", Err(MoneyError::NotANumber));
        check("25000.", Err(MoneyError::NotANumber));
        check(".00", Err(MoneyError::NotANumber));
        check("", Err(MoneyError::NotANumber));
        check("2.5e4", Err(MoneyError::NotANumber));
        check("1e3", Err(MoneyError::NotANumber));
        check("+25000", Err(MoneyError::NotANumber));
        check("٢٥", Err(MoneyError::NotANumber));
        check("1000000000001", Err(MoneyError::TooLarge));
        check("99999999999999999999999", Err(MoneyError::TooLarge));
    }

    #[test]
    fn a_json_number_with_thousands_dots_is_refused() {
        for text in ["150.000", "1.000", "15.000"] {
            assert_eq!(
                Rupiah::parse_number(text),
                Err(MoneyError::Thousands),
                "{text}"
            );
        }
        for (text, amount) in [
            ("150000.000", 150_000),
            ("150.00", 150),
            ("0.000", 0),
            ("150", 150),
        ] {
            assert_eq!(
                Rupiah::parse_number(text),
                Ok(Rupiah::from_db(amount)),
                "{text}"
            );
        }
        assert_eq!(Rupiah::parse_number("1.500"), Err(MoneyError::Cents));
        assert_eq!(Rupiah::parse_number("-1.000"), Err(MoneyError::Negative));
    }

    #[test]
    fn amounts_are_shown_in_groups_of_three() {
        for (amount, shown) in [
            (0, "Rp 0"),
            (999, "Rp 999"),
            (25_000, "Rp 25,000"),
            (1_234_567, "Rp 1,234,567"),
        ] {
            assert_eq!(Rupiah::from_db(amount).to_string(), shown);
        }
    }

    #[test]
    fn multiplying_a_price_checks_for_overflow() {
        assert_eq!(
            Rupiah::from_db(500_000).times(3),
            Ok(Rupiah::from_db(1_500_000))
        );
        assert_eq!(Rupiah::MAX.times(2), Err(MoneyError::TooLarge));
    }
}
