//! Tickets: one for each unit of a line, good for one entry.

use std::fmt;
use std::str::FromStr;

use crate::domain::{Instant, OrderId, OrderNumber, Reason, Rule, Sku, TicketId, string_enum};

/// What stands on a ticket: 128 bits that nobody can guess, in 26 letters that are hard to misread.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct TicketCode(String);

/// The most units in a line of a product with tickets: they are all issued in the transaction that sells them, and
/// everybody else waits for it.
pub const MAX_UNITS: u32 = 1_000;

/// Crockford's base 32: digits and capitals without I, L, O and U.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE_LENGTH: usize = 26;
const BITS_A_LETTER: usize = 5;

impl TicketCode {
    #[must_use]
    pub fn of(bits: u128) -> Self {
        let letter = |place: usize| {
            let index = (bits >> (place * BITS_A_LETTER)) & 31;
            let index = usize::try_from(index).unwrap_or_default();
            LETTERS.get(index).copied().map_or('0', char::from)
        };
        Self((0..CODE_LENGTH).rev().map(letter).collect())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What was typed or scanned is no ticket's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a ticket's code has {CODE_LENGTH} letters and digits")]
pub struct NoCode;

impl FromStr for TicketCode {
    type Err = NoCode;

    /// Small letters, hyphens between groups, and the letters that are often read for digits are understood. So is
    /// what scanners add: line ends, blanks, and marks that nobody sees.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let letters: Option<String> = text
            .chars()
            .filter(|letter| *letter != '-' && !is_added_by_scanner(*letter))
            .map(|letter| match letter.to_ascii_uppercase() {
                'O' => Some('0'),
                'I' | 'L' => Some('1'),
                letter => LETTERS
                    .contains(&u8::try_from(letter).ok()?)
                    .then_some(letter),
            })
            .collect();
        match letters {
            Some(letters) if letters.len() == CODE_LENGTH => Ok(Self(letters)),
            Some(_) | None => Err(NoCode),
        }
    }
}

/// Byte order marks and zero-width blanks are no white space to Unicode.
fn is_added_by_scanner(letter: char) -> bool {
    letter.is_whitespace() || letter.is_control() || matches!(letter, '\u{feff}' | '\u{200b}')
}

impl fmt::Display for TicketCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

/// One unit of what was sold, as its buyer holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    pub id: TicketId,
    pub code: TicketCode,
    pub order: OrderId,
    pub order_number: OrderNumber,
    pub sku: Sku,
    pub product_name: String,
    /// Which unit of its line it is, from 1.
    pub unit: u32,
    pub issued_at: Instant,
    pub suspended_at: Option<Instant>,
    pub revoked_at: Option<Instant>,
    pub redeemed: Option<Redemption>,
}

impl Ticket {
    /// Which it is: `ticket 2 of show`.
    #[must_use]
    pub fn name(&self) -> Reason {
        Reason::TicketNamed {
            unit: self.unit.into(),
            sku: self.sku.clone(),
        }
    }
}

/// That a ticket was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redemption {
    pub at: Instant,
    /// Who let its holder in.
    pub by: String,
}

/// One ticket as a person takes it back; its order stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevokedTicket {
    pub id: TicketId,
    /// Its unit can be sold again.
    pub frees_unit: bool,
    pub rule: Rule,
    /// Which it is: `ticket 2 of show`.
    pub name: Reason,
}

string_enum! {
    /// What a ticket is worth.
    pub enum TicketState {
        /// It lets somebody in.
        Good = "good",
        /// It has let somebody in.
        Redeemed = "redeemed",
        /// The money for it is away.
        Suspended = "suspended",
        /// Its order was cancelled or refunded, or a person has taken it back.
        Revoked = "revoked",
    }
}

/// How many tickets an order has, by what they are worth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct TicketTotals {
    pub good: u64,
    pub redeemed: u64,
    pub suspended: u64,
    pub revoked: u64,
}

impl TicketTotals {
    #[must_use]
    pub fn all(&self) -> u64 {
        self.good + self.redeemed + self.suspended + self.revoked
    }
}

/// `2 good, 1 redeemed`
impl fmt::Display for TicketTotals {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = [
            (self.good, TicketState::Good),
            (self.redeemed, TicketState::Redeemed),
            (self.suspended, TicketState::Suspended),
            (self.revoked, TicketState::Revoked),
        ];
        let told: Vec<String> = counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, state)| format!("{count} {state}"))
            .collect();
        formatter.write_str(&told.join(", "))
    }
}

impl Ticket {
    #[must_use]
    pub fn state(&self) -> TicketState {
        if self.redeemed.is_some() {
            TicketState::Redeemed
        } else if self.revoked_at.is_some() {
            TicketState::Revoked
        } else if self.suspended_at.is_some() {
            TicketState::Suspended
        } else {
            TicketState::Good
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_code_is_read_however_typed() {
        let code = TicketCode::of(0x0123_4567_89AB_CDEF_0123_4567_89AB_CDEF);
        assert_eq!(code.as_str().len(), 26);
        for typed in [
            code.to_string(),
            code.to_string().to_lowercase(),
            format!("{}-{}", &code.as_str()[..13], &code.as_str()[13..]),
            code.to_string().replace('1', "l").replace('0', "o"),
            format!("{code}\r\n"),
            format!("\u{feff} {code}\t\u{200b}"),
            format!("{} {}", &code.as_str()[..13], &code.as_str()[13..]),
        ] {
            assert_eq!(typed.parse(), Ok(code.clone()), "{typed}");
        }
        assert_eq!(TicketCode::of(0).as_str(), "0".repeat(26));
        assert_eq!(
            TicketCode::of(u128::MAX).as_str(),
            format!("7{}", "Z".repeat(25))
        );
    }

    #[test]
    fn anything_but_a_ticket_code_is_refused() {
        for text in [
            "",
            "\r\n",
            "INV-1",
            &"U".repeat(26),
            &"0".repeat(25),
            &"0".repeat(27),
            &"é".repeat(26),
        ] {
            assert_eq!(text.parse::<TicketCode>(), Err(NoCode), "{text}");
        }
    }

    #[test]
    fn a_used_ticket_stays_used() {
        let at = Instant::from_millis(1);
        let ticket = Ticket {
            id: TicketId(1),
            code: TicketCode::of(1),
            order: OrderId(1),
            order_number: "INV-1".parse().unwrap(),
            sku: "seat".parse().unwrap(),
            product_name: "A seat".to_owned(),
            unit: 1,
            issued_at: at,
            suspended_at: None,
            revoked_at: None,
            redeemed: None,
        };
        assert_eq!(ticket.state(), TicketState::Good);
        let suspended = Ticket {
            suspended_at: Some(at),
            ..ticket
        };
        assert_eq!(suspended.state(), TicketState::Suspended);
        let revoked = Ticket {
            revoked_at: Some(at),
            ..suspended
        };
        assert_eq!(revoked.state(), TicketState::Revoked);
        let by = "gate".to_owned();
        let used = Ticket {
            redeemed: Some(Redemption { at, by }),
            ..revoked
        };
        assert_eq!(used.state(), TicketState::Redeemed);
    }
}
