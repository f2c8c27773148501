//! `payctl simulator`: simulated gateways on this machine, and their customers.

mod pay;
mod run;

use clap::Subcommand;

pub(super) use run::SimulatorRunArgs;

use crate::commands::{Context, Options, Writes};
use crate::exit::Exit;
use crate::host::Host;

/// Try payctl without a real gateway: run the simulator, pay as a customer
#[derive(Debug, Subcommand)]
pub(super) enum SimulatorCommand {
    Run(SimulatorRunArgs),
    Pay(pay::SimulatorPayArgs),
}

pub(super) fn run_group(
    command: &SimulatorCommand,
    options: Options,
    host: &mut Host,
) -> anyhow::Result<Exit> {
    match command {
        SimulatorCommand::Run(args) => {
            run::run(args, &options, host, run::SimulatorName::Simulator)
        }
        SimulatorCommand::Pay(args) => {
            pay::run(args, Context::open(options, host, Writes::Nothing)?)
        }
    }
}

/// `pretend-gateway`, the older name of `simulator run`.
pub(super) fn run_by_old_name(
    args: &SimulatorRunArgs,
    options: &Options,
    host: &mut Host,
) -> anyhow::Result<Exit> {
    run::run(args, options, host, run::SimulatorName::PretendGateway)
}
