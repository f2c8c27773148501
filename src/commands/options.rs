//! The global options.

use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use clap::Args;

use crate::commands::CommandError;
use crate::domain::Zone;
use crate::host::Host;
use crate::output::log::{LogFormat, Logging};
use crate::output::paint::{ColorChoice, OutputStream, TerminalInfo};
use crate::output::{ColorMode, CsvReader, Format, OutputStyle};

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub(super) struct Options {
    /// Database file; default: PAYCTL_DB, then the configuration
    #[arg(long, global = true, value_name = "PATH")]
    pub(super) db: Option<PathBuf>,
    /// Configuration file; default: PAYCTL_CONFIG, then ./payctl.toml, then the user's
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Output format: table, json, jsonl or csv
    #[arg(
        short = 'o',
        long,
        global = true,
        value_name = "FORMAT",
        default_value = "table"
    )]
    pub(super) format: Format,
    /// Write CSV for Excel, with a byte order mark and semicolons
    #[arg(long, global = true)]
    excel: bool,
    /// Do not fit tables to the terminal
    #[arg(long, global = true)]
    wide: bool,
    /// Columns of a table, in this order: --columns order,status
    #[arg(long, global = true, value_name = "NAMES", value_delimiter = ',')]
    columns: Option<Vec<String>>,
    /// Print only what needs attention
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,
    /// Log more to stderr (-vv: every request)
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// Use colour: auto, always or never
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: ColorChoice,
    /// Format of log lines on stderr: text or json
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    log_format: LogFormat,
    /// Never prompt on the terminal
    #[arg(long, global = true)]
    pub(super) no_input: bool,
}

impl Options {
    /// `--excel` alone selects CSV; together with a JSON format it is refused.
    pub(super) fn settle(&mut self) -> Result<(), CommandError> {
        match (self.excel, self.format) {
            (true, Format::Table | Format::Csv) => self.format = Format::Csv,
            (true, Format::Json | Format::Jsonl) => {
                let message = format!("--excel applies to CSV, not to {}", self.format);
                return Err(CommandError::usage(message).hint("leave out --excel or --format"));
            }
            (false, _) => {}
        }
        if self.columns.is_some() && self.format != Format::Table {
            let message = format!("--columns applies to tables, not to {}", self.format);
            return Err(CommandError::usage(message).hint("leave out --columns or --format"));
        }
        Ok(())
    }

    pub(super) fn is_verbose(&self) -> bool {
        self.verbose > 0
    }

    pub(super) fn has_columns(&self) -> bool {
        self.columns.is_some()
    }

    /// How this run prints its results on stdout.
    pub(super) fn style(&self, host: &Host, zone: Zone) -> OutputStyle {
        OutputStyle {
            format: self.format,
            csv: if self.excel {
                CsvReader::Excel
            } else {
                CsvReader::Any
            },
            zone,
            paint: self.paint(host, host.outlets.stdout),
            width: host.width.filter(|_| !self.wide),
            columns: self.columns.as_deref().map(Arc::from),
        }
    }

    pub(super) fn logging(&self, host: &Host) -> Logging {
        Logging {
            verbosity: self.verbose,
            format: self.log_format,
            paint: self.paint(host, host.outlets.stderr),
        }
    }

    pub(super) fn paint(&self, host: &Host, outlet: OutputStream) -> ColorMode {
        ColorMode::resolve(self.color, surroundings(host, outlet))
    }
}

/// The format and the colour requested on a command line that the parser refused; the error is printed in them.
pub(super) fn wanted_style(arguments: &[OsString], host: &Host) -> (Format, ColorMode) {
    let format = wanted(arguments, &["-o", "--format"]).unwrap_or(Format::Table);
    let color = wanted(arguments, &["--color"]).unwrap_or(ColorChoice::Auto);
    let paint = ColorMode::resolve(color, surroundings(host, host.outlets.stderr));
    (format, paint)
}

/// The last value given to an option that has one.
fn wanted<T: FromStr>(arguments: &[OsString], names: &[&str]) -> Option<T> {
    let mut arguments = arguments.iter().filter_map(|argument| argument.to_str());
    let mut wanted = None;
    while let Some(argument) = arguments.next() {
        let word = if names.contains(&argument) {
            arguments.next()
        } else {
            names.iter().find_map(|name| {
                let rest = argument.strip_prefix(name)?;
                match rest.strip_prefix('=') {
                    Some(value) => Some(value),
                    None => (!name.starts_with("--")).then_some(rest),
                }
            })
        };
        wanted = word.and_then(|word| word.parse().ok()).or(wanted);
    }
    wanted
}

fn surroundings(host: &Host, outlet: OutputStream) -> TerminalInfo<'_> {
    TerminalInfo {
        outlet,
        shows_colours: host.outlets.show_colours,
        no_color: host.environment.get("NO_COLOR"),
        term: host.environment.get("TERM"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, format: Format) {
        let arguments: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
        let host = Host::without_terminal(PathBuf::new());
        assert_eq!(wanted_style(&arguments, &host).0, format, "{line}");
    }

    #[test]
    fn a_usage_error_is_shown_in_its_format() {
        check("payctl chek-all", Format::Table);
        check("payctl chek-all --format json", Format::Json);
        check("payctl -ojsonl chek-all", Format::Jsonl);
        check("payctl --format=json chek-all", Format::Json);
        check("payctl --format yaml", Format::Table);
        check("payctl --format", Format::Table);
    }

    #[test]
    fn a_usage_error_has_the_wanted_colour() {
        use OutputStream::{Elsewhere, Terminal};

        for (line, no_color, outlet, is_coloured) in [
            ("payctl chek-all", "", Terminal, true),
            ("payctl chek-all", "", Elsewhere, false),
            ("payctl chek-all", "1", Terminal, false),
            ("payctl --color never chek-all", "", Terminal, false),
            ("payctl chek-all --color=always", "1", Elsewhere, true),
            ("payctl chek-all --color=blue", "", Terminal, true),
        ] {
            let mut host = Host::without_terminal(PathBuf::new());
            host.outlets.stderr = outlet;
            host.environment = [("NO_COLOR", no_color)].into_iter().collect();
            let arguments: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
            let paint = wanted_style(&arguments, &host).1;
            assert_eq!(paint == ColorMode::Colour, is_coloured, "{line}");
        }
    }
}
