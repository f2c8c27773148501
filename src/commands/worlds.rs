//! `payctl worlds`: for developers, with the feature of that name only.

use std::io::Write as _;
use std::num::NonZeroU64;

use anyhow::Context as _;
use clap::Args;

use crate::exit::Exit;
use crate::faults::Planted;
use crate::host::Host;
use crate::worlds::{WorldsWanted, play_worlds, shortest_story};

/// Play simulated worlds and check every promise after each step
///
/// A world is a shop with its gateways, customers, operators, faults and crashes, made from its seed. If a promise is
/// broken, prints the shortest history that breaks it and ends with 1; the same seed plays it again.
#[derive(Debug, Args)]
pub(super) struct WorldsArgs {
    /// Seed of the first world; the others follow it
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Number of worlds
    #[arg(long, default_value_t = 100)]
    count: u64,
    /// Steps of each world, before faults end and time passes
    #[arg(long, default_value_t = 60)]
    steps: usize,
    /// Only payments at this gateway
    #[arg(long, value_name = "NAME")]
    gateway: Option<String>,
    /// Mistake to make on purpose, to see whether it is found
    #[arg(long, value_name = "FAULT")]
    plant: Option<Planted>,
    /// Go on after a finding, and print a line for each
    #[arg(long)]
    go_on: bool,
    /// Worlds played at the same time, each on a thread of its own
    #[arg(long, default_value = "1")]
    jobs: NonZeroU64,
}

impl WorldsArgs {
    /// The command line that plays one of these worlds again.
    fn again(&self, seed: u64) -> String {
        let mut line = format!(
            "payctl worlds --seed {seed} --count 1 --steps {}",
            self.steps
        );
        if let Some(gateway) = &self.gateway {
            line.push_str(&format!(" --gateway {gateway}"));
        }
        if let Some(fault) = self.plant {
            line.push_str(&format!(" --plant {fault}"));
        }
        line
    }
}

pub(super) fn run(args: &WorldsArgs, host: &mut Host) -> anyhow::Result<Exit> {
    let wanted = WorldsWanted {
        seed: args.seed,
        count: args.count,
        steps: args.steps,
        gateway: args.gateway.clone(),
        planted: args.plant,
        goes_on: args.go_on,
    };
    let started = host.clock.now();
    let played = play_worlds(&wanted, args.jobs).context("a world could not be played")?;
    let seconds = host.clock.now().since(started).as_secs().max(1);
    let rate = played.steps / seconds;
    let (worlds, steps) = (played.worlds, played.steps);
    let out = &mut host.stdout;
    match played.found.first() {
        Some(found) if !args.go_on => {
            let shortest = shortest_story(&wanted, found)?;
            writeln!(out, "{}\nagain: {}", shortest.story, args.again(found.seed))?;
            writeln!(out, "its shop: {}", shortest.folder.display())?;
        }
        _ => {
            for found in &played.found {
                let (promise, words) = found.first();
                writeln!(out, "{promise}: {words}; {}", args.again(found.seed))?;
            }
        }
    }
    writeln!(out, "{worlds} worlds, {steps} steps, {rate} a second")?;
    Ok(if played.found.is_empty() {
        Exit::Clean
    } else {
        Exit::Failed
    })
}
