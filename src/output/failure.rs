//! How a failure is printed. Its message and its hint are decided elsewhere.

use std::io::{self, Write};

use super::{ColorMode, Format, json, printable};
use crate::domain::{Coding, Params};
use crate::exit::Exit;

/// Why a run could not do its work.
#[derive(Debug, Clone, Copy)]
pub struct FailureDocument<'a> {
    /// What happened, and to which order or file.
    pub error: &'a str,
    /// What to do next.
    pub hint: Option<&'a str>,
    pub exit: Exit,
    /// The domain's own refusal, where that is the cause.
    pub why: Option<&'a Coding>,
}

#[derive(serde::Serialize)]
struct FailureJson<'a> {
    error: &'a str,
    hint: Option<&'a str>,
    exit: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    params: Option<&'a Params>,
}

impl FailureDocument<'_> {
    /// Prints it on `err`: one sentence for people, one document for programs.
    ///
    /// With CSV the reader checks the exit code, so the sentence is for people.
    pub fn print(&self, err: &mut dyn Write, format: Format, paint: ColorMode) -> io::Result<()> {
        match format {
            Format::Table | Format::Csv => self.tell_people(err, paint),
            Format::Json | Format::Jsonl => self.tell_programs(err),
        }
    }

    fn tell_people(&self, err: &mut dyn Write, paint: ColorMode) -> io::Result<()> {
        writeln!(err, "{} {}", paint.alarm("payctl:"), printable(self.error))?;
        match self.hint {
            Some(hint) => writeln!(err, "  {}", printable(hint)),
            None => Ok(()),
        }
    }

    fn tell_programs(&self, err: &mut dyn Write) -> io::Result<()> {
        let told = FailureJson {
            error: self.error,
            hint: self.hint,
            exit: self.exit.code(),
            code: self.why.map(|why| why.code),
            params: self.why.map(|why| &why.params),
        };
        json::line(err, &told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(format: Format, hint: Option<&str>, told: &str) {
        let failure = FailureDocument {
            error: "midtrans says \"moon\u{1b}[2J\n\" about INV-9",
            hint,
            exit: Exit::Config,
            why: None,
        };
        let mut err = Vec::new();
        failure.print(&mut err, format, ColorMode::Plain).unwrap();
        assert_eq!(String::from_utf8(err).unwrap(), told);
    }

    #[test]
    fn people_read_an_error_and_its_hint() {
        let hint = Some("see it with: payctl order show INV-9");
        let told = "payctl: midtrans says \"moon[2J \" about INV-9\n  see it with: payctl order show INV-9\n";
        check(Format::Table, hint, told);
        check(Format::Csv, hint, told);
        check(
            Format::Table,
            None,
            "payctl: midtrans says \"moon[2J \" about INV-9\n",
        );
    }

    #[test]
    fn programs_read_an_error_as_one_document() {
        let error = r#"{"error":"midtrans says \"moon\u001b[2J\n\" about INV-9","hint""#;
        check(Format::Json, None, &format!("{error}:null,\"exit\":78}}\n"));
        check(
            Format::Jsonl,
            Some("payctl doctor"),
            &format!("{error}:\"payctl doctor\",\"exit\":78}}\n"),
        );
    }
}
