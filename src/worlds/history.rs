//! Plays a history in a world, step by step, and looks after each whether every promise holds.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use super::network::{KEY, ShopMood};
use super::promises::{BrokenPromise, ShopTerms};
use super::record::{RunRecord, TypedLine};
#[cfg(test)]
use super::settlement::OrderEnd;
use super::step::{Condition, ShopStep, Step};
use super::watch::WorldWatch;
use super::world::{GRACE, ShopSetting, World};
use crate::faults::Planted;
use crate::simulator::FaultTarget;

/// What a world is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct History {
    pub(super) setting: ShopSetting,
    pub(super) steps: Vec<Step>,
}

/// The first step after which a promise did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    /// From 0; the number of steps: it was at the end.
    pub(super) step: usize,
    pub(super) broken: Vec<BrokenPromise>,
    /// What happened up to there, one line each.
    pub(super) story: Vec<String>,
}

/// How a history ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Played {
    /// Command lines and acts after which everything was checked, with those of the end.
    pub(super) steps: u64,
    pub(super) failure: Option<Failure>,
    /// What happened, one line each.
    pub(super) story: Vec<String>,
    /// How the orders ended.
    #[cfg(test)]
    pub(super) end: Vec<OrderEnd>,
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.story {
            writeln!(out, "{line}")?;
        }
        for broken in &self.broken {
            writeln!(out, "  BROKEN {}: {}", broken.promise, broken.words)?;
        }
        Ok(())
    }
}

impl History {
    /// Plays it from the beginning to its end, or until a promise is broken. What is random in names follows the seed.
    ///
    /// # Errors
    /// The world cannot be made, or its books cannot be read.
    pub(super) fn play(&self, seed: u64, planted: Option<Planted>) -> Result<Played> {
        self.play_in(self.world(seed)?, planted)
    }

    /// As [`Self::play`]; the world's folder stays.
    ///
    /// # Errors
    /// As [`Self::play`].
    pub(super) fn play_and_keep(
        &self,
        seed: u64,
        planted: Option<Planted>,
    ) -> Result<(Played, PathBuf)> {
        let mut world = self.world(seed)?;
        let folder = world.keep_folder();
        Ok((self.play_in(world, planted)?, folder))
    }

    fn world(&self, seed: u64) -> Result<World> {
        fastrand::seed(seed);
        World::new(&self.setting)
    }

    fn play_in(&self, world: World, planted: Option<Planted>) -> Result<Played> {
        let mut teller = Teller::new(world)?;
        let _planted = planted.map(Planted::plant);
        for (nth, step) in self.steps.iter().enumerate() {
            teller.step(step)?;
            if let Some(failure) = teller.failure(nth) {
                return Ok(teller.ended(Some(failure)));
            }
        }
        teller.end()?;
        let failure = teller.failure(self.steps.len());
        Ok(teller.ended(failure))
    }
}

/// Tells a history while it is played.
struct Teller {
    world: World,
    watch: WorldWatch,
    story: Vec<String>,
    broken: Vec<BrokenPromise>,
    steps: u64,
}

/// When the crontab runs at the end of a world, after the last step and after each other, in minutes: every question
/// that can still be answered is answered in these, and every order's time is over.
const LAST_MINUTES: [u32; 14] = [
    1, 1, 3, 5, 10, 15, 30, 60, 120, 360, 720, 1_440, 2_880, 7_200,
];

impl Teller {
    fn new(world: World) -> Result<Self> {
        let terms = ShopTerms {
            grace: GRACE,
            server_key: KEY.to_owned(),
        };
        Ok(Self {
            watch: WorldWatch::begin(&world.database(), terms)?,
            world,
            story: Vec::new(),
            broken: Vec::new(),
            steps: 0,
        })
    }

    fn failure(&mut self, step: usize) -> Option<Failure> {
        (!self.broken.is_empty()).then(|| Failure {
            step,
            broken: std::mem::take(&mut self.broken),
            story: self.story.clone(),
        })
    }

    fn ended(self, failure: Option<Failure>) -> Played {
        Played {
            steps: self.steps,
            failure,
            #[cfg(test)]
            end: self.watch.canonical_end(),
            story: self.story,
        }
    }

    fn tell(&mut self, what: impl AsRef<str>) {
        let now = self.world.now().to_string();
        let at = now.get(5..19).unwrap_or_default().replace('T', " ");
        self.story.push(format!("{at} {}", what.as_ref()));
    }

    fn step(&mut self, step: &Step) -> Result<()> {
        match step {
            Step::Order(order) => {
                let line = self.world.order_line(*order);
                self.run(&line)
            }
            Step::Import {
                gateway,
                method,
                is_known,
                minutes_ago,
                lifetime,
            } => {
                let from = (*gateway, *method);
                let line = self
                    .world
                    .import_line(from, *is_known, *minutes_ago, *lifetime);
                self.run(&line)
            }
            Step::Customer(pick, act) => {
                let told = self.world.customer(*pick, *act);
                self.tell_done(told);
                self.check(None)
            }
            Step::Gateway(pick, act) => {
                let told = self.world.gateway(*pick, *act);
                self.tell_done(told);
                self.check(None)
            }
            Step::Notification(pick, step) => {
                let times = step.times();
                let Some((gateway, told)) = self.world.notification(*pick, *step) else {
                    return Ok(());
                };
                let line = TypedLine::notified(&gateway, told);
                self.tell(format!("notification {step:?} {}", line.stdin));
                (0..times).try_for_each(|_| self.run(&line))
            }
            Step::Command(command) => {
                let Some(line) = self.world.typed(*command, self.watch.books()) else {
                    return Ok(());
                };
                self.run(&line)
            }
            Step::Cron => self.cron(),
            Step::Condition(condition) => {
                self.set(condition);
                Ok(())
            }
        }
    }

    /// What only changes how the rest goes.
    fn set(&mut self, condition: &Condition) {
        match condition {
            Condition::Fault {
                gateway,
                payment,
                fault,
                times,
            } => {
                let kind = gateway.kind();
                let one = payment.and_then(|pick| self.world.payment(pick));
                let one = one.filter(|one| one.kind == kind);
                let target = match one {
                    Some(one) => FaultTarget::one(kind, one.reference),
                    None => FaultTarget::all(kind),
                };
                self.tell(format!(
                    "gateway {} {} {fault:?} {times:?}",
                    kind.name(),
                    target.reference
                ));
                let _set = match times {
                    Some(times) => {
                        self.world
                            .gateways
                            .fault_times(target, fault.clone(), u32::from(*times))
                    }
                    None => self.world.gateways.fault(target, fault.clone()),
                };
            }
            Condition::Healthy => {
                self.tell("gateway all healthy");
                self.world.heal();
            }
            Condition::Shop(mood) => {
                self.tell(format!("shop {mood:?}"));
                self.world.network.set_mood(match mood {
                    ShopStep::Works => ShopMood::Works,
                    ShopStep::Refuses => ShopMood::Refuses,
                    ShopStep::Rejects => ShopMood::Rejects,
                    ShopStep::Hangs => ShopMood::Hangs,
                    ShopStep::Dies => ShopMood::Dies,
                });
            }
            Condition::Pass { minutes } => self.pass(*minutes),
            Condition::WrongClock { minutes } => {
                self.tell(format!("clock off by {minutes} min"));
                self.world
                    .set_clock_ahead(i64::from(*minutes).saturating_mul(60_000));
            }
            Condition::Crash { at } => self.world.crash = Some(u32::from(*at)),
            Condition::Meanwhile(act) => self.world.meanwhile = Some(*act),
        }
    }

    fn pass(&mut self, minutes: u32) {
        self.world
            .clock
            .pass(Duration::from_secs(u64::from(minutes) * 60));
        self.world.end_overdue();
    }

    fn tell_done(&mut self, told: Option<String>) {
        if let Some(told) = told {
            self.tell(told);
        }
    }

    fn cron(&mut self) -> Result<()> {
        // A clock that is wrong is so for the whole minute.
        let ahead = self.world.clock_ahead_ms();
        for line in ["check-all --fix --due -q", "expire -q", "fulfil -q"] {
            self.world.set_clock_ahead(ahead);
            self.run(&TypedLine::of(line))?;
        }
        Ok(())
    }

    /// Runs a command line and checks the promises.
    fn run(&mut self, line: &TypedLine) -> Result<()> {
        self.world.end_overdue();
        self.world.prepare_meanwhile(self.watch.books());
        let words: Vec<&str> = line.words.iter().map(String::as_str).collect();
        let run = self.world.run_next(&words, &line.stdin);
        if let Some(beside) = &run.beside {
            self.tell("while it waits:");
            self.tell_run(beside);
        }
        self.tell_run(&run);
        self.check(Some(&run))
    }

    fn tell_run(&mut self, run: &RunRecord) {
        let off = match run.clock_ahead_ms {
            0 => String::new(),
            ahead => format!(" (clock off by {} min)", ahead / 60_000),
        };
        let exit = match run.exit {
            Some(exit) => format!("{exit:?}").to_lowercase(),
            None => "killed".to_owned(),
        };
        let took = run.ended_at.since(run.began_at).as_secs();
        let line = run.arguments.join(" ");
        self.tell(format!("payctl {line}{off} => {exit} after {took} s"));
        for exchange in &run.exchanges {
            let reply = match &exchange.reply {
                Some((status, body)) => format!("{status} {body}"),
                None => "no answer".to_owned(),
            };
            self.story.push(format!("    {} -> {reply}", exchange.line));
        }
        for said in run.stderr.lines() {
            self.story.push(format!("    ! {said}"));
        }
    }

    fn check(&mut self, run: Option<&RunRecord>) -> Result<()> {
        self.steps += 1;
        let (money, now) = (self.world.money(), self.world.now());
        self.broken.extend(self.watch.after_step(run, &money, now)?);
        Ok(())
    }

    /// Faults stop, time passes, and the crontab runs.
    fn end(&mut self) -> Result<()> {
        self.world.heal();
        self.world.crash = None;
        self.world.meanwhile = None;
        self.world.set_clock_ahead(0);
        self.world.network.set_mood(ShopMood::Works);
        self.tell("all faults end");
        for minutes in LAST_MINUTES {
            self.pass(minutes);
            self.cron()?;
            if !self.broken.is_empty() {
                return Ok(());
            }
        }
        self.broken.extend(self.watch.at_the_end(self.world.now())?);
        Ok(())
    }
}
