//! Reads the amounts of a file, and reports those that had to be interpreted.

use std::fmt;

use super::{ImportProblem, fields};
use crate::domain::values::amount_text;
use crate::domain::{AmountError, Notation, Rupiah};

/// An amount that was written with more than digits: how it was read, and on which line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InterpretedAmount {
    line: u64,
    told: String,
}

impl fmt::Display for InterpretedAmount {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}: {}", self.line, self.told)
    }
}

/// Reads the amounts of one order.
#[derive(Debug)]
pub(super) struct AmountReader {
    notation: Notation,
    pub(super) line: u64,
    pub(super) interpreted: Vec<InterpretedAmount>,
}

impl AmountReader {
    pub(super) fn of_line(line: u64, notation: Notation) -> Self {
        Self {
            notation,
            line,
            interpreted: Vec::new(),
        }
    }

    /// A cell, or a JSON string.
    pub(super) fn text(&mut self, field: &str, text: &str) -> Result<Rupiah, ImportProblem> {
        let written = amount_text::read(text, self.notation).map_err(|error| ImportProblem {
            needs_decimal_point: matches!(error, AmountError::DecimalElsewhere('.', _)),
            ..refused(field, text, &error)
        })?;
        let line = self.line;
        let told = written
            .describe(field)
            .map(|told| InterpretedAmount { line, told });
        self.interpreted.extend(told);
        Ok(written.amount)
    }

    /// A JSON number, as it is written.
    pub(super) fn number(&mut self, field: &str, text: &str) -> Result<Rupiah, ImportProblem> {
        let amount = if self.notation == Notation::DecimalPoint {
            Rupiah::parse(text)
        } else {
            Rupiah::parse_number(text)
        };
        amount.map_err(|error| refused(field, text, &error))
    }
}

fn refused(field: &str, text: &str, error: &dyn fmt::Display) -> ImportProblem {
    ImportProblem::new(format_args!("{field} {} {error}", fields::echo(text)))
}
