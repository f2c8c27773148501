//! Whether to use colour, and applying it.

use std::borrow::Cow;

use super::Severity;
use crate::domain::string_enum;

/// Whether a text may have colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColorMode {
    Plain,
    Colour,
}

string_enum! {
    /// The user's choice.
    pub enum ColorChoice {
        /// Colour where it is visible.
        Auto = "auto",
        Always = "always",
        Never = "never",
    }
}

/// What is known about the output's destination.
#[derive(Debug, Clone, Copy)]
pub struct TerminalInfo<'a> {
    pub outlet: OutputStream,
    /// Whether a terminal here shows colours at all.
    pub shows_colours: bool,
    /// The variable `NO_COLOR`; if it is set and not empty, there is no colour (no-color.org).
    pub no_color: Option<&'a str>,
    /// The variable `TERM`.
    pub term: Option<&'a str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputStream {
    Terminal,
    /// A file, a pipe, cron's mail.
    Elsewhere,
}

impl ColorMode {
    /// The user's choice first, then what the destination allows.
    #[must_use]
    pub fn resolve(choice: ColorChoice, surroundings: TerminalInfo<'_>) -> Self {
        match choice {
            ColorChoice::Always => Self::Colour,
            ColorChoice::Never => Self::Plain,
            ColorChoice::Auto if surroundings.take_colour() => Self::Colour,
            ColorChoice::Auto => Self::Plain,
        }
    }

    /// The text as a heading.
    #[must_use]
    pub fn heading(self, text: &str) -> Cow<'_, str> {
        self.put("1", text)
    }

    /// The text in the colour of its severity.
    pub(super) fn severity(self, severity: Severity, text: &str) -> Cow<'_, str> {
        match severity {
            Severity::Calm => text.into(),
            Severity::Mended => self.put("32", text),
            Severity::Unsure | Severity::Drift => self.put("33", text),
            Severity::Person => self.put("31", text),
        }
    }

    /// The answer at a door: bold green for yes, bold red for no.
    #[must_use]
    pub fn verdict(self, is_yes: bool, text: &str) -> Cow<'_, str> {
        self.put(if is_yes { "1;32" } else { "1;31" }, text)
    }

    /// A status in the colour of what it means: green what is well, yellow what waits, dim what is over, red what needs
    /// a person. Of a move, `pending → paid`, the end counts.
    pub(super) fn status(self, text: &str) -> Cow<'_, str> {
        match code_of(text) {
            Some(code) => self.put(code, text),
            None => text.into(),
        }
    }

    /// The name before an error.
    pub fn alarm(self, text: &str) -> Cow<'_, str> {
        self.put("1;31", text)
    }

    fn put<'t>(self, code: &str, text: &'t str) -> Cow<'t, str> {
        match self {
            Self::Plain => text.into(),
            Self::Colour => format!("\u{1b}[{code}m{text}\u{1b}[0m").into(),
        }
    }
}

/// The colour of a status; none for other words.
fn code_of(status: &str) -> Option<&'static str> {
    if status.contains("(case") {
        return Some("31");
    }
    let end = status.rsplit("→ ").next().unwrap_or(status);
    let word = end.rsplit_once(' ').map_or(end, |(before, last)| {
        // `fulfilled (late)`, `7 paid`
        if last.starts_with('(') { before } else { last }
    });
    match word {
        "paid" | "fulfilled" | "done" | "good" => Some("32"),
        "pending" | "created" | "queued" | "waiting" | "running" | "due" => Some("33"),
        "expired" | "cancelled" | "refunded" | "revoked" | "redeemed" | "rejected" | "failed"
        | "denied" => Some("2"),
        "mismatch" | "challenged" | "reversed" | "dead" | "uncertain" | "unknown" | "suspended" => {
            Some("31")
        }
        _ => None,
    }
}

impl TerminalInfo<'_> {
    fn take_colour(self) -> bool {
        self.outlet == OutputStream::Terminal
            && self.shows_colours
            && self.no_color.is_none_or(str::is_empty)
            && self.term != Some("dumb")
    }
}

#[cfg(test)]
mod tests {
    use super::ColorChoice::{Always, Auto, Never};
    use super::ColorMode::{Colour, Plain};
    use super::OutputStream::{Elsewhere, Terminal};
    use super::*;

    #[track_caller]
    fn check(
        choice: ColorChoice,
        outlet: OutputStream,
        no_color: Option<&str>,
        term: &str,
        paint: ColorMode,
    ) {
        let surroundings = TerminalInfo {
            outlet,
            shows_colours: true,
            no_color,
            term: Some(term),
        };
        assert_eq!(ColorMode::resolve(choice, surroundings), paint);
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
        let surroundings = TerminalInfo {
            outlet: Terminal,
            shows_colours: true,
            no_color: None,
            term: None,
        };
        assert_eq!(ColorMode::resolve(Auto, surroundings), Colour);
        let old_console = TerminalInfo {
            shows_colours: false,
            ..surroundings
        };
        assert_eq!(ColorMode::resolve(Auto, old_console), Plain);
    }

    #[test]
    fn plain_text_stays_as_it_is() {
        assert_eq!(Plain.heading("Order"), "Order");
        assert_eq!(Plain.severity(Severity::Person, "x"), "x");
        assert_eq!(Colour.severity(Severity::Calm, "x"), "x");
        assert_eq!(
            Colour.severity(Severity::Person, "x"),
            "\u{1b}[31mx\u{1b}[0m"
        );
    }

    #[test]
    fn a_status_has_the_colour_of_its_meaning() {
        for (text, code) in [
            ("paid", Some("32")),
            ("fulfilled (late)", Some("32")),
            ("pending → paid", Some("32")),
            ("created → pending", Some("33")),
            ("7 pending", Some("33")),
            ("expired", Some("2")),
            ("refunded", Some("2")),
            ("mismatch", Some("31")),
            ("paid (case)", Some("31")),
            ("paid (case 7)", Some("31")),
            ("settlement", None),
            ("", None),
        ] {
            let shown = code.map(|code| format!("\u{1b}[{code}m{text}\u{1b}[0m"));
            assert_eq!(Colour.status(text), shown.as_deref().unwrap_or(text));
            assert_eq!(Plain.status(text), text);
        }
    }
}
