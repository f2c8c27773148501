//! Every command: what the parser reads into, what it writes, and where it is carried out.

use std::io::Write as _;

use clap::Subcommand;

#[cfg(feature = "worlds")]
use super::worlds;
use super::{
    access, approve, backup, case, cgi, check_all, check_status, cleanup, completions, customer,
    demo, descriptors, doctor, effect, expire, fulfil, gateway, init, log, man, metrics, migrate,
    order, pay, product, refund, report, restore, runs, schedule, shop_config, simulator, status,
    ticket, verify, watch, webhook, why,
};
use crate::commands::{CommandError, Context, Options, Writes};
use crate::exit::Exit;
use crate::host::Host;
use crate::store::{OperatorVisit, Reader, Store, WritePermit, WriteReason};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
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
    Status(status::StatusArgs),
    Report(report::ReportArgs),
    Why(why::WhyArgs),
    Log(log::LogArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
    Runs(runs::RunsArgs),
    Verify(verify::VerifyArgs),
    Migrate(migrate::MigrateArgs),
    #[command(subcommand)]
    Schedule(schedule::ScheduleCommand),
    Metrics(metrics::MetricsArgs),
    Doctor(doctor::DoctorArgs),
    Backup(backup::BackupArgs),
    Restore(restore::RestoreArgs),
    #[cfg(feature = "worlds")]
    #[command(hide = true)]
    Worlds(worlds::WorldsArgs),
}

impl Command {
    /// The job that it is, if cron runs it.
    pub(super) fn job(&self) -> Option<&'static str> {
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

    pub(super) fn writes(&self) -> Writes {
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
            Self::Report(args) => args.writes(),
            Self::Migrate(args) => args.writes(),
            Self::Schedule(command) => command.writes(),
            Self::Backup(args) => args.writes(),
            Self::Restore(args) => args.writes(),
            Self::Cgi(_) => Writes::EachTime,
            #[cfg(feature = "worlds")]
            Self::Worlds(_) => Writes::Nothing,
            // None of these opens the shop's database for writing; two make one of their own.
            Self::Init(_) | Self::Demo(_) | Self::Simulator(_) => Writes::Nothing,
            Self::PretendGateway(_)
            | Self::Customer(_)
            | Self::Status(_)
            | Self::Why(_)
            | Self::Verify(_)
            | Self::Metrics(_)
            | Self::Doctor(_)
            | Self::Log(_)
            | Self::Runs(_)
            | Self::Completions(_)
            | Self::Man(_) => Writes::Nothing,
        }
    }
}

fn ensure_files() -> Result<(), CommandError> {
    descriptors::ensure_enough().map_err(|error| {
        let message = format!("payctl cannot open as many files as it needs: {error}");
        CommandError::failed(message).hint("raise the limit: ulimit -n 1024")
    })
}

/// Runs a command on this host.
///
/// # Errors
/// Why it could not do its work.
pub(super) fn carry_out(
    command: Command,
    options: Options,
    command_line: fn() -> clap::Command,
    host: &mut Host,
) -> anyhow::Result<Exit> {
    let writes = command.writes();
    ensure_files()?;
    match command {
        Command::Completions(args) => completions::run(&args, &command_line(), host),
        Command::Man(args) => man::run(&args, command_line(), options.quiet, host),
        Command::Log(args) => log::run(&args, Context::open(options, host, writes)?),
        Command::Runs(args) => runs::run(&args, Context::open(options, host, writes)?),
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
        Command::Config(args) => shop_config::run(args, Context::open(options, host, writes)?),
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
        Command::Report(args) => report::run(&args, Context::open(options, host, writes)?),
        Command::Status(args) => status::run(&args, Context::open(options, host, writes)?),
        Command::Why(args) => why::run(&args, Context::open(options, host, writes)?),
        Command::Verify(args) => verify::run(&args, Context::open(options, host, writes)?),
        Command::Migrate(args) => migrate::run(&args, Context::open(options, host, writes)?),
        Command::Schedule(command) => schedule::run(&command, options, host),
        Command::Doctor(args) => doctor::run(&args, Context::open(options, host, writes)?),
        Command::Backup(args) => backup::run(&args, Context::open(options, host, writes)?),
        Command::Restore(args) => restore::run(&args, Context::open(options, host, writes)?),
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
