//! The exit code of a run that queries gateways. The most serious event decides.

use crate::domain::TripReason;
use crate::exit::Exit;
use crate::reconciler::{CheckAction, GatewayStats, RunStats};

pub(super) fn exit(stats: &RunStats) -> Exit {
    let is_doubtful = stats.clocks_in_doubt > 0 || stats.clock.differ();
    if is_doubtful || !stats.kept_for_person.is_empty() {
        return exit_without_kept(stats).worse(Exit::Attention);
    }
    exit_without_kept(stats)
}

/// The same, ignoring a wrong clock and the orders kept for a person: every run ends with those, but not every run
/// reports them.
pub(super) fn exit_without_kept(stats: &RunStats) -> Exit {
    let mut exit = Exit::Clean;
    let different = stats
        .of(CheckAction::WouldFix)
        .saturating_sub(stats.newly_pending);
    if stats.cases_opened + stats.refunds_owed + different > 0 {
        exit = exit.worse(Exit::Attention);
    }
    let unchecked = stats.of(CheckAction::Unchecked)
        + stats.not_reached
        + stats.kept_unanswered
        + stats.open_unanswered;
    if unchecked > 0 || stats.halt.is_some() {
        exit = exit.worse(Exit::Partial);
    }
    if stats.gateways.values().any(is_misconfigured) {
        exit = exit.worse(Exit::Config);
    }
    exit
}

/// The same, ignoring what was opened as well: a later mail names that.
pub(super) fn exit_without_cases(stats: &RunStats) -> Exit {
    let stats = RunStats {
        cases_opened: 0,
        refunds_owed: 0,
        ..stats.clone()
    };
    exit_without_kept(&stats)
}

fn is_misconfigured(stats: &GatewayStats) -> bool {
    stats.ended.is_some() || stats.stop.is_some_and(TripReason::blames_configuration)
}
