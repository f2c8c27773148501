//! The subcommands, one file each. The only room where the other rooms meet.

mod access;
mod accounts;
mod ago;
mod alerts;
mod approve;
mod atomic_file;
mod backup;
mod case;
mod cgi;
mod check_all;
mod check_status;
mod checked_row;
mod cleanup;
mod command;
mod completions;
mod confirm;
mod consent;
mod context;
mod customer;
mod demo;
mod descriptors;
mod disk_room;
mod doctor;
mod effect;
mod effects;
mod examples;
mod expire;
mod expiry_row;
mod failed_job;
mod failure;
mod following;
mod fulfil;
mod gateway;
mod group;
mod heartbeat;
mod hold;
mod incidents;
mod init;
mod job;
mod job_ends;
mod known;
mod log;
mod man;
mod metrics;
mod migrate;
mod news;
mod notification;
mod operator;
mod options;
mod order;
mod own_fault;
mod parser_errors;
mod pay;
mod picture;
#[cfg(test)]
mod planted_faults;
mod polling_run;
mod printing;
mod product;
mod reason_code;
mod reckoned_time;
#[cfg(test)]
mod reference;
mod refund;
mod refusal;
mod report;
mod report_printer;
mod restore;
mod run_exit;
mod run_log;
mod runs;
mod runtime;
mod schedule;
mod scheduled_job;
mod shared_writer;
mod shop_config;
mod shop_day;
mod shop_files;
mod shown_progress;
mod simulator;
mod standing;
mod status;
mod ticket;
mod transfers;
mod troubles;
mod unwritten;
mod user;
mod verify;
mod version;
mod watch;
mod webhook;
mod why;
mod window;
#[cfg(feature = "worlds")]
mod worlds;
mod writes;

use std::ffi::OsString;

use clap::{CommandFactory, FromArgMatches, Parser};

use crate::exit::Exit;
use crate::host::Host;
use crate::output::log_file::LoggedStream;
use crate::output::paint::OutputStream;
use crate::output::printable;
use command::{Command, carry_out};
use context::Context;
use examples::with_examples;
use failure::CommandError;
use group::group;
use options::Options;
use run_log::RunLog;

pub use examples::{Example, examples};
pub use own_fault::run_process;
use parser_errors::{with_fair_suggestions, with_negative_numbers};
use refusal::refuse;
pub use writes::Writes;
use writes::writes;

/// Keep a shop's orders in step with its payment gateways
///
/// payctl asks the payment gateways which payments are paid, updates the shop's orders to match, and explains
/// every decision. It is one program with one SQLite file, run by cron, by Windows Task Scheduler or by hand.
#[derive(Debug, Parser)]
#[command(name = "payctl", version, max_term_width = 100, after_help = EXIT_CODES)]
struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "\
Exit codes: 0 clean, 1 failed, 2 usage, 3 attention (somebody should look), 4 partial (some payments
could not be checked), 75 busy (the same job is already running), 78 config (the configuration or a
key is wrong)";

/// Runs one command line on the given host and returns how it ended. Never ends the process.
pub fn run(arguments: impl IntoIterator<Item = OsString>, mut host: Host) -> Exit {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let parsed = parse_named(&arguments);
    let log = match &parsed {
        Ok((cli, name)) => cli.options.log_file(&host, name),
        Err(refusal) if refusal.use_stderr() => options::wanted_log(&arguments, &host),
        Err(_) => None,
    };
    let log = RunLog::begin(log, &mut host);
    let exit = match parsed {
        Ok((cli, _)) => run_parsed(cli, &log, &mut host),
        Err(refusal) => {
            let refusal = without_orders(&arguments).unwrap_or(refusal);
            let style = options::wanted_style(&arguments, &host);
            refuse(&refusal, style, &mut host)
        }
    };
    log.end(exit, host);
    exit
}

fn run_parsed(mut cli: Cli, log: &RunLog, host: &mut Host) -> Exit {
    let paint = cli.options.paint(host, host.outlets.stderr);
    if let Err(refusal) = cli.options.settle() {
        let style = (cli.options.format, paint);
        return failure::print(&refusal.into(), style, &mut host.stderr);
    }
    let options = cli.options.clone();
    let job = cli.command.job();
    let progress = host.progress.clone();
    if host.outlets.stderr == OutputStream::Terminal {
        let stderr = std::mem::replace(&mut host.stderr, Box::new(std::io::sink()));
        host.stderr = Box::new(progress.beside(stderr));
    }
    let log = log.file();
    let log = cli
        .options
        .logging(host)
        .dispatch(host.clock.clone(), move || {
            LoggedStream::new(progress.beside(std::io::stderr()), log.clone())
        });
    tracing::dispatcher::with_default(&log, || {
        match carry_out(cli.command, cli.options, command_line, host) {
            Ok(exit) => exit,
            Err(error) => {
                let error = Context::explain(error, &options, host);
                let error = match Context::database_of(&options, host) {
                    Ok(database) => failure::naming_file(error, &database),
                    // Then it is no file that the command has failed of.
                    Err(_) => error,
                };
                let style = (options.format, paint);
                if let Some(job) = job {
                    failed_job::ping(&error, job, &options, host);
                }
                match job.filter(|_| options.quiet) {
                    Some(job) => failed_job::tell(&error, job, &options, style, host),
                    None if options.quiet && failure::exit(&error) == Exit::Busy => Exit::Busy,
                    None => failure::print(&error, style, &mut host.stderr),
                }
            }
        }
    })
}

/// Checks that payctl accepts a command line, for example one from a crontab. For tests of the documents.
///
/// # Errors
/// The parser's message.
pub fn understands(arguments: &[&str]) -> Result<(), String> {
    let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
    parse(&arguments)
        .map(|_| ())
        .map_err(|error| error.to_string())
}

/// What a command line declares that it does to the database. For tests that run it twice.
///
/// # Errors
/// What the parser says.
pub fn writes(arguments: &[&str]) -> Result<Writes, String> {
    let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
    let cli = parse(&arguments).map_err(|error| error.to_string())?;
    Ok(cli.command.writes())
}

/// The whole command line, as it is parsed and told.
fn command_line() -> clap::Command {
    with_examples(with_negative_numbers(Cli::command())).long_version(version::long())
}

fn parse(arguments: &[OsString]) -> Result<Cli, clap::Error> {
    parse_named(arguments).map(|(cli, _)| cli)
}

/// With the first word of the command.
fn parse_named(arguments: &[OsString]) -> Result<(Cli, String), clap::Error> {
    let matches = command_line().try_get_matches_from(arguments);
    let matches = matches.map_err(with_fair_suggestions)?;
    let name = matches.subcommand_name().unwrap_or_default().to_owned();
    Ok((Cli::from_arg_matches(&matches)?, name))
}

/// The parser's refusal repeats the arguments; this one repeats them without terminal control characters.
fn without_orders(arguments: &[OsString]) -> Option<clap::Error> {
    let shown = |argument: &OsString| OsString::from(printable(&argument.to_string_lossy()));
    let arguments: Vec<OsString> = arguments.iter().map(shown).collect();
    parse(&arguments).err().filter(clap::Error::use_stderr)
}
