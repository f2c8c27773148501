//! The subcommands, one file each. The only room where the other rooms meet.

mod access;
mod accounts;
mod alerts;
mod approve;
mod atomic_file;
mod case;
mod cgi;
mod check_all;
mod check_status;
mod checked_row;
mod cleanup;
mod confirm;
mod consent;
mod context;
mod customer;
mod demo;
mod descriptors;
mod effect;
mod effects;
mod examples;
mod expire;
mod expiry_row;
mod failed_job;
mod failure;
mod fulfil;
mod gateway;
mod group;
mod heartbeat;
mod incidents;
mod init;
mod job;
mod job_ends;
mod known;
mod metrics;
mod migrate;
mod news;
mod notification;
mod operator;
mod options;
mod order;
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
mod report_printer;
mod run_exit;
mod run_log;
mod runtime;
mod schedule;
mod scheduled_job;
mod shared_writer;
mod shop_config;
mod shop_files;
mod shown_progress;
mod simulator;
mod ticket;
mod transfers;
mod troubles;
mod unwritten;
mod user;
mod verify;
mod watch;
mod webhook;
mod why;
mod window;
#[cfg(feature = "worlds")]
mod worlds;
mod writes;

use std::ffi::OsString;
use std::io::Write as _;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::exit::Exit;
use crate::host::Host;
use crate::output::log_file::LoggedStream;
use crate::output::paint::OutputStream;
use crate::output::printable;
use crate::store::{OperatorVisit, Reader, Store, WritePermit, WriteReason};
use context::Context;
use examples::with_examples;
use failure::CommandError;
use group::group;
use options::Options;
use run_log::RunLog;

pub use examples::{Example, examples};
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

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::InitArgs),
    Demo(demo::DemoArgs),
    #[command(subcommand)]
    Simulator(simulator::SimulatorCommand),
    #[command(hide = true)]
    PretendGateway(simulator::SimulatorRunArgs),
    #[command(subcommand)]
    Product(product::ProductCommand),
    #[command(subcommand)]
    Order(order::OrderCommand),
    Pay(Box<pay::PayArgs>),
    Watch(watch::WatchArgs),
    CheckAll(check_all::CheckAllArgs),
    CheckStatus(check_status::CheckStatusArgs),
    Expire(expire::ExpireArgs),
    Approve(Box<approve::ApproveArgs>),
    #[command(subcommand)]
    Case(case::CaseCommand),
    #[command(subcommand)]
    Refund(refund::RefundCommand),
    #[command(subcommand)]
    Gateway(gateway::GatewayCommand),
    #[command(subcommand)]
    Ticket(ticket::TicketCommand),
    #[command(subcommand)]
    Customer(customer::CustomerCommand),
    #[command(subcommand)]
    Config(shop_config::ConfigCommand),
    #[command(subcommand)]
    Access(access::AccessCommand),
    Webhook(webhook::WebhookArgs),
    Cgi(cgi::CgiArgs),
    Fulfil(fulfil::FulfilArgs),
    #[command(subcommand)]
    Effect(effect::EffectCommand),
    Cleanup(cleanup::CleanupArgs),
    Why(why::WhyArgs),
    Verify(verify::VerifyArgs),
    Migrate(migrate::MigrateArgs),
    #[command(subcommand)]
    Schedule(schedule::ScheduleCommand),
    Metrics(metrics::MetricsArgs),
    #[cfg(feature = "worlds")]
    #[command(hide = true)]
    Worlds(worlds::WorldsArgs),
}

impl Command {
    /// The job that it is, if cron runs it.
    fn job(&self) -> Option<&'static str> {
        let job = if matches!(self, Self::CheckAll(_)) {
            "check-all"
        } else if matches!(self, Self::Expire(_)) {
            "expire"
        } else if matches!(self, Self::Fulfil(_)) {
            "fulfil"
        } else if matches!(self, Self::Cleanup(_)) {
            "cleanup"
        } else {
            return None;
        };
        (self.writes() != Writes::Nothing).then_some(job)
    }

    fn writes(&self) -> Writes {
        match self {
            Self::Product(command) => command.writes(),
            Self::Order(command) => command.writes(),
            Self::Pay(args) => args.writes(),
            Self::Watch(args) => args.writes(),
            Self::CheckAll(args) => args.writes(),
            Self::CheckStatus(args) => args.writes(),
            Self::Expire(args) => args.writes(),
            Self::Approve(args) => args.writes(),
            Self::Case(command) => command.writes(),
            Self::Refund(command) => command.writes(),
            Self::Gateway(command) => command.writes(),
            Self::Ticket(command) => command.writes(),
            Self::Config(command) => command.writes(),
            Self::Access(command) => command.writes(),
            Self::Webhook(args) => args.writes(),
            Self::Fulfil(args) => args.writes(),
            Self::Effect(command) => command.writes(),
            Self::Cleanup(args) => args.writes(),
            Self::Migrate(args) => args.writes(),
            Self::Schedule(command) => command.writes(),
            Self::Cgi(_) => Writes::EachTime,
            #[cfg(feature = "worlds")]
            Self::Worlds(_) => Writes::Nothing,
            // None of these opens the shop's database for writing; two make one of their own.
            Self::Init(_) | Self::Demo(_) | Self::Simulator(_) => Writes::Nothing,
            Self::PretendGateway(_)
            | Self::Customer(_)
            | Self::Why(_)
            | Self::Verify(_)
            | Self::Metrics(_) => Writes::Nothing,
        }
    }
}

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
    tracing::dispatcher::with_default(&log, || match carry_out(cli, host) {
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
                failed_job::ping(&error, job, &options, &mut host);
            }
            match job.filter(|_| options.quiet) {
                Some(job) => failed_job::tell(&error, job, &options, style, &mut host),
                None if options.quiet && failure::exit(&error) == Exit::Busy => Exit::Busy,
                None => failure::print(&error, style, &mut host.stderr),
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

fn parse(arguments: &[OsString]) -> Result<Cli, clap::Error> {
    parse_named(arguments).map(|(cli, _)| cli)
}

/// With the first word of the command.
fn parse_named(arguments: &[OsString]) -> Result<(Cli, String), clap::Error> {
    let command = with_examples(with_negative_numbers(Cli::command()));
    let matches = command.try_get_matches_from(arguments);
    let matches = matches.map_err(with_fair_suggestions)?;
    let name = matches.subcommand_name().unwrap_or_default().to_owned();
    Ok((Cli::from_arg_matches(&matches)?, name))
}

fn carry_out(cli: Cli, host: &mut Host) -> anyhow::Result<Exit> {
    let (options, writes) = (cli.options, cli.command.writes());
    descriptors::ensure_enough().map_err(|error| {
        let message = format!("payctl cannot open as many files as it needs: {error}");
        CommandError::failed(message).hint("raise the limit: ulimit -n 1024")
    })?;
    match cli.command {
        Command::Init(args) => init::run(&args, &options, host),
        Command::Demo(args) => demo::run(&args, &options, host),
        #[cfg(feature = "worlds")]
        Command::Worlds(args) => worlds::run(&args, host),
        Command::Simulator(command) => simulator::run_group(&command, options, host),
        Command::PretendGateway(args) => simulator::run_by_old_name(&args, &options, host),
        Command::Product(command) => product::run(command, Context::open(options, host, writes)?),
        Command::Order(command) if command.is_for_a_person() => {
            answered(options, host, writes, |context| {
                order::run(command, context)
            })
        }
        Command::Order(command) => order::run(command, Context::open(options, host, writes)?),
        Command::Pay(args) => pay::run(&args, Context::open(options, host, writes)?),
        Command::Watch(args) => watch::run(&args, Context::open(options, host, writes)?),
        Command::CheckAll(args) => check_all::run(&args, Context::open(options, host, writes)?),
        Command::CheckStatus(args) => {
            check_status::run(&args, Context::open(options, host, writes)?)
        }
        Command::Expire(args) => expire::run(&args, Context::open(options, host, writes)?),
        Command::Approve(args) => answered(options, host, writes, |context| {
            approve::run(&args, context)
        }),
        Command::Case(command) => {
            answered(options, host, writes, |context| case::run(command, context))
        }
        Command::Refund(command) => answered(options, host, writes, |context| {
            refund::run(command, context)
        }),
        Command::Gateway(command) => gateway::run(command, Context::open(options, host, writes)?),
        Command::Customer(command) => customer::run(command, Context::open(options, host, writes)?),
        Command::Config(command) => {
            shop_config::run(command, Context::open(options, host, writes)?)
        }
        Command::Ticket(command) if command.is_for_a_person() => {
            answered(options, host, writes, |context| {
                ticket::run(command, context)
            })
        }
        Command::Ticket(command) => ticket::run(command, Context::open(options, host, writes)?),
        Command::Access(command) => access::run(command, Context::open(options, host, writes)?),
        Command::Cgi(args) => cgi::run(&args, options, host),
        Command::Webhook(args) => webhook::run(&args, Context::open(options, host, writes)?),
        Command::Fulfil(args) => fulfil::run(&args, Context::open(options, host, writes)?),
        Command::Effect(command) => effect::run(command, Context::open(options, host, writes)?),
        Command::Cleanup(args) => cleanup::run(&args, Context::open(options, host, writes)?),
        Command::Why(args) => why::run(&args, Context::open(options, host, writes)?),
        Command::Verify(args) => verify::run(&args, Context::open(options, host, writes)?),
        Command::Migrate(args) => migrate::run(&args, Context::open(options, host, writes)?),
        Command::Schedule(command) => schedule::run(&command, options, host),
        Command::Metrics(args) => metrics::run(&args, Context::open(options, host, writes)?),
    }
}

/// Runs a command that an operator typed. Its output already shows the cases it opened, so they count as reported.
fn answered(
    options: Options,
    host: &mut Host,
    writes: Writes,
    run: impl FnOnce(Context<'_>) -> anyhow::Result<Exit>,
) -> anyhow::Result<Exit> {
    let mut context = Context::open(options, host, writes)?;
    let visit = OperatorVisit::new()?;
    context.visit = Some(visit);
    let database = context.database().to_owned();
    let exit = run(context)?;
    // Any other exit means that no case was opened; a dry run opens none either.
    if exit == Exit::Attention && Reader::open(&database)?.has_untold_of(visit)? {
        host.stdout.flush()?;
        let permit = WritePermit::granted_by(WriteReason::NotDryRun);
        let store = Store::open(&database)?;
        store.record_visit_reported(&permit, visit, host.clock.now())?;
    }
    Ok(exit)
}

/// The parser's refusal repeats the arguments; this one repeats them without terminal control characters.
fn without_orders(arguments: &[OsString]) -> Option<clap::Error> {
    let shown = |argument: &OsString| OsString::from(printable(&argument.to_string_lossy()));
    let arguments: Vec<OsString> = arguments.iter().map(shown).collect();
    parse(&arguments).err().filter(clap::Error::use_stderr)
}
