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
use crate::output::log_file::{LogFile, LogFilePlace};
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
    /// Log file: everything that is printed, each line with time and run
    ///
    /// For the Windows Task Scheduler, which throws output away. A log that cannot be written is a warning on stderr.
    #[arg(long, global = true, value_name = "FILE")]
    log_file: Option<PathBuf>,
    /// Size at which the log file is rotated
    #[arg(long, global = true, value_name = "SIZE", default_value = "10M", value_parser = size)]
    log_file_size: u64,
    /// Number of full log files to keep beside it
    #[arg(long, global = true, value_name = "N", default_value = "5")]
    log_file_keep: u8,
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
            brief: false,
        }
    }

    pub(super) fn logging(&self, host: &Host) -> Logging {
        Logging {
            verbosity: self.verbose,
            format: self.log_format,
            paint: self.paint(host, host.outlets.stderr),
        }
    }

    /// The log of this run, if there is to be one.
    pub(super) fn log_file(&self, host: &Host, command: &str) -> Option<LogFile> {
        let path = host.folder.join(self.log_file.as_ref()?);
        let (max_size, keep) = (self.log_file_size, self.log_file_keep);
        let place = LogFilePlace {
            path,
            max_size,
            keep,
        };
        Some(open_log(place, host, command))
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

/// The log that a refused command line asks for: where output goes nowhere, the refusal must not.
pub(super) fn wanted_log(arguments: &[OsString], host: &Host) -> Option<LogFile> {
    let path: PathBuf = wanted(arguments, &["--log-file"])?;
    let place = LogFilePlace {
        path: host.folder.join(path),
        max_size: wanted(arguments, &["--log-file-size"]).unwrap_or(LOG_FILE_SIZE),
        keep: wanted(arguments, &["--log-file-keep"]).unwrap_or(LOG_FILES_KEPT),
    };
    Some(open_log(place, host, "usage"))
}

/// What the options begin with.
const LOG_FILE_SIZE: u64 = 10 * 1024 * 1024;
const LOG_FILES_KEPT: u8 = 5;

/// A smaller log could not hold a report.
const MIN_LOG_SIZE: u64 = 1024;

fn open_log(place: LogFilePlace, host: &Host, command: &str) -> LogFile {
    LogFile::new(place, host.clock.clone(), command, host.machine.pid)
}

/// A number of bytes, or of K, M or G of them.
fn size(text: &str) -> Result<u64, String> {
    let units = [('K', 1 << 10), ('M', 1 << 20), ('G', 1 << 30)];
    let plain = text.trim_end_matches(['B', 'b']);
    let unit = units
        .iter()
        .find(|(letter, _)| plain.ends_with([*letter, letter.to_ascii_lowercase()]));
    let (number, unit) = match unit {
        Some((_, bytes)) => (plain.get(..plain.len() - 1).unwrap_or_default(), *bytes),
        None => (plain, 1),
    };
    let number: u64 = number
        .trim()
        .parse()
        .map_err(|_| "write it like 500K, 10M or 1G".to_owned())?;
    let size = number
        .checked_mul(unit)
        .filter(|size| *size >= MIN_LOG_SIZE);
    size.ok_or_else(|| "must be at least 1K".to_owned())
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
    fn a_size_has_a_unit() {
        for (text, bytes) in [
            ("10M", Some(LOG_FILE_SIZE)),
            ("10mb", Some(LOG_FILE_SIZE)),
            ("500K", Some(512_000)),
            ("2048", Some(2048)),
            ("1G", Some(1 << 30)),
            ("0", None),
            ("1023", None),
            ("99999999999999999999", None),
            ("99999999999999G", None),
            ("M", None),
            ("é", None),
        ] {
            assert_eq!(size(text).ok(), bytes, "{text}");
        }
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
