//! Whether there is colour, and putting it on.

use std::borrow::Cow;

use super::Alarm;
use crate::domain::words::words;

/// Whether a text may carry colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    Plain,
    Colour,
}

words! {
    /// What the person wants.
    pub enum ColorChoice {
        /// Colour where it can be seen.
        Auto = "auto",
        Always = "always",
        Never = "never",
    }
}

/// What is known of the place a text goes to.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    pub outlet: Outlet,
    /// The variable `NO_COLOR`; anything but nothing forbids colour (no-color.org).
    pub no_color: Option<&'a str>,
    /// The variable `TERM`.
    pub term: Option<&'a str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outlet {
    Terminal,
    /// A file, a pipe, cron's mail.
    Elsewhere,
}

impl Paint {
    /// The person's word first, then what the surroundings allow.
    #[must_use]
    pub fn resolve(choice: ColorChoice, surroundings: Surroundings<'_>) -> Self {
        match choice {
            ColorChoice::Always => Self::Colour,
            ColorChoice::Never => Self::Plain,
            ColorChoice::Auto if surroundings.take_colour() => Self::Colour,
            ColorChoice::Auto => Self::Plain,
        }
    }

    /// The text as a heading.
    pub(super) fn heading(self, text: &str) -> Cow<'_, str> {
        self.put("1", text)
    }

    /// The text as loud as its alarm.
    pub(super) fn alarm(self, alarm: Alarm, text: &str) -> Cow<'_, str> {
        match alarm {
            Alarm::Calm => text.into(),
            Alarm::Mended => self.put("32", text),
            Alarm::Unsure | Alarm::Drift => self.put("33", text),
            Alarm::Person => self.put("31", text),
        }
    }

    fn put<'t>(self, code: &str, text: &'t str) -> Cow<'t, str> {
        match self {
            Self::Plain => text.into(),
            Self::Colour => format!("\u{1b}[{code}m{text}\u{1b}[0m").into(),
        }
    }
}

impl Surroundings<'_> {
    fn take_colour(self) -> bool {
        self.outlet == Outlet::Terminal
            && self.no_color.is_none_or(str::is_empty)
            && self.term != Some("dumb")
    }
}

#[cfg(test)]
mod tests {
    use super::ColorChoice::{Always, Auto, Never};
    use super::Outlet::{Elsewhere, Terminal};
    use super::Paint::{Colour, Plain};
    use super::*;

    #[track_caller]
    fn check(
        choice: ColorChoice,
        outlet: Outlet,
        no_color: Option<&str>,
        term: &str,
        paint: Paint,
    ) {
        let surroundings = Surroundings {
            outlet,
            no_color,
            term: Some(term),
        };
        assert_eq!(Paint::resolve(choice, surroundings), paint);
    }

    #[test]
    fn only_terminals_get_colour_unless_told_otherwise() {
        check(Auto, Terminal, None, "xterm", Colour);
        check(Auto, Terminal, Some(""), "xterm", Colour);
        check(Auto, Terminal, Some("1"), "xterm", Plain);
        check(Auto, Terminal, None, "dumb", Plain);
        check(Auto, Elsewhere, None, "xterm", Plain);
        check(Always, Elsewhere, Some("1"), "dumb", Colour);
        check(Never, Terminal, None, "xterm", Plain);
    }

    #[test]
    fn a_terminal_without_a_name_takes_colour() {
        let surroundings = Surroundings {
            outlet: Terminal,
            no_color: None,
            term: None,
        };
        assert_eq!(Paint::resolve(Auto, surroundings), Colour);
    }

    #[test]
    fn plain_text_stays_as_it_is() {
        assert_eq!(Plain.heading("Order"), "Order");
        assert_eq!(Plain.alarm(Alarm::Person, "x"), "x");
        assert_eq!(Colour.alarm(Alarm::Calm, "x"), "x");
        assert_eq!(Colour.alarm(Alarm::Person, "x"), "\u{1b}[31mx\u{1b}[0m");
    }
}
