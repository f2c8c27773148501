//! Worlds as `cargo test` plays them. `PAYCTL_WORLDS` and `PAYCTL_WORLDS_SEED` play others, `PAYCTL_WORLDS_PLANTS=1` looks
//! for every planted fault from five seeds, and takes hours.

mod planted;

use std::num::NonZeroU64;

use super::hints::HintOrder;
use super::history::History;
use super::search::{WorldsPlayed, WorldsWanted, history, play_worlds, shortest_story};
use super::step::{
    CommandStep, Condition, CustomerAct, Ending, GatewayAct, GatewayPick, MeanwhileAct,
    NotificationStep, Pick, PlacedOrder, Step,
};
use super::world::ShopSetting;
use crate::faults::Planted;
use crate::simulator::Fault;

/// As many as the machines have on which this is run.
const JOBS: NonZeroU64 = NonZeroU64::MIN.saturating_add(1);

const STEPS: usize = 40;

const PLAIN: ShopSetting = ShopSetting {
    api_version: 1,
    has_effects: false,
    max_in_flight: 16,
};

/// Within so many worlds, each planted fault must be found.
const MOST: u64 = 2_000;

fn variable(name: &str) -> Option<u64> {
    let set = std::env::var(name).ok();
    set.map(|text| text.parse().unwrap())
}

fn wanted(seed: u64, count: u64, planted: Option<Planted>) -> WorldsWanted {
    WorldsWanted {
        seed,
        count,
        steps: STEPS,
        gateway: None,
        planted,
        goes_on: false,
    }
}

fn play(seed: u64, count: u64, planted: Option<Planted>) -> WorldsPlayed {
    play_worlds(&wanted(seed, count, planted), JOBS).unwrap()
}

#[test]
fn no_promise_is_broken_in_any_world() {
    let seed = variable("PAYCTL_WORLDS_SEED").unwrap_or(1);
    let count = variable("PAYCTL_WORLDS").unwrap_or(200);
    let wanted = wanted(seed, count, None);
    let played = play_worlds(&wanted, JOBS).unwrap();
    println!("{} worlds, {} steps", played.worlds, played.steps);
    if let Some(found) = played.found.first() {
        let shortest = shortest_story(&wanted, found).unwrap();
        panic!("seed {}\n{}", found.seed, shortest.story);
    }
}

#[test]
fn a_seed_is_always_the_same_story() {
    for seed in 1..3 {
        let told = || {
            let played = history(seed, STEPS, None).play(seed, None).unwrap();
            played.story.join("\n")
        };
        let first = told();
        println!("{first}");
        assert_eq!(first, told(), "seed {seed}");
    }
}

/// I6.
#[test]
fn the_order_of_hints_leaves_no_trace() {
    let seed = variable("PAYCTL_WORLDS_SEED").unwrap_or(1);
    let count = variable("PAYCTL_WORLDS").unwrap_or(6);
    for seed in seed..seed + count {
        let told = |order| {
            let history = history(seed, STEPS, None).with_hints(order);
            history.play(seed, None).unwrap()
        };
        let (one, other) = (told(HintOrder::Forward), told(HintOrder::Backward));
        assert_ne!(one.story, other.story);
        let is_same = one.failure.is_none() && other.failure.is_none() && one.end == other.end;
        assert!(
            is_same,
            "seed {seed}: {:#?} or {:#?}\n{}\n\n{}",
            one.end,
            other.end,
            one.story.join("\n"),
            other.story.join("\n")
        );
    }
}

/// The money that arrives while a query waits is older news than the answer to it.
#[test]
fn others_act_while_a_command_waits() {
    let order = PlacedOrder {
        product: 0,
        units: 1,
        lifetime: 60,
        opened: Some((GatewayPick::Midtrans, 1)),
        has_customer: false,
    };
    let check = CommandStep::CheckAll {
        due: false,
        fix: true,
        limit: None,
    };
    for (planted, breaks) in [(None, false), (Some(Planted::ForgetTheVersionGuard), true)] {
        let history = History {
            setting: PLAIN,
            steps: vec![
                Step::Order(order),
                Step::Condition(Condition::Meanwhile(MeanwhileAct::Pays(Pick(0)))),
                Step::Command(check),
            ],
        };
        let played = history.play(1, planted).unwrap();
        let story = played.story.join("\n");
        assert!(story.contains("while it waits:"), "{story}");
        assert_eq!(played.failure.is_some(), breaks, "{story}");
    }
}

/// In these worlds nothing is broken without the fault.
#[test]
fn a_planted_fault_is_found_by_worlds() {
    let wanted = WorldsWanted {
        goes_on: true,
        ..wanted(1, 20, Some(Planted::ReleaseTwice))
    };
    let played = play_worlds(&wanted, JOBS).unwrap();
    let mut found = played.found.iter();
    assert!(found.any(|found| found.breaks("stock")), "{played:?}");
}

#[test]
fn every_planted_fault_is_found_by_worlds() {
    if variable("PAYCTL_WORLDS_PLANTS").is_none() {
        return;
    }
    let mut missed = Vec::new();
    for fault in Planted::ALL {
        for seed in [1, 2, 3, 4, 5] {
            let played = play(seed * 1_000_000, MOST, Some(*fault));
            match played.found.first() {
                Some(found) => println!("{fault}: {} worlds, {:?}", played.worlds, found.first()),
                None => missed.push(format!("{fault} from seed {seed}")),
            }
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

/// After a try has ended, the customer pays another one under the same reference, and no notification comes.
#[test]
fn a_closed_try_hides_no_money() {
    let order = PlacedOrder {
        product: 0,
        units: 1,
        lifetime: 240,
        opened: Some((GatewayPick::Midtrans, 1)),
        has_customer: false,
    };
    let later = Step::Condition(Condition::Pass { minutes: 5 });
    for (planted, breaks) in [
        (None, false),
        (Some(Planted::LetAClosedTryHideTheNext), true),
    ] {
        let history = History {
            setting: PLAIN,
            steps: vec![
                Step::Order(order),
                Step::Cron,
                Step::Gateway(Pick(0), GatewayAct::Ends(Ending::Deny)),
                later.clone(),
                Step::Cron,
                Step::Gateway(Pick(0), GatewayAct::OpensAgain),
                Step::Customer(Pick(0), CustomerAct::Pays),
                later.clone(),
                Step::Cron,
            ],
        };
        let played = history.play(1, planted).unwrap();
        assert_eq!(
            played.failure.is_some(),
            breaks,
            "{}",
            played.story.join("\n")
        );
    }
}

/// A notification that arrives under a clock that is ahead names a try that nobody knows: a person is asked in the end.
#[test]
fn a_wrong_clock_hides_no_named_try() {
    for method in 0..8 {
        let order = PlacedOrder {
            product: 0,
            units: 1,
            lifetime: 240,
            opened: Some((GatewayPick::Midtrans, method)),
            has_customer: false,
        };
        let known = Step::Import {
            gateway: GatewayPick::Midtrans,
            method: 0,
            is_known: true,
            minutes_ago: 10,
            lifetime: 5,
        };
        let history = History {
            setting: PLAIN,
            steps: vec![
                known,
                Step::Order(order),
                Step::Condition(Condition::WrongClock { minutes: 57_600 }),
                Step::Notification(Pick(0), NotificationStep::Says(55)),
            ],
        };
        let played = history.play(1, None).unwrap();
        assert!(played.failure.is_none(), "{}", played.story.join("\n"));
    }
}

/// A payment answers by its id, also as a witness, and not by its reference: the run says so.
#[test]
fn a_witness_hides_no_silence() {
    let order = PlacedOrder {
        product: 2,
        units: 1,
        lifetime: 30,
        opened: None,
        has_customer: false,
    };
    let known = Step::Import {
        gateway: GatewayPick::Midtrans,
        method: 5,
        is_known: true,
        minutes_ago: 1,
        lifetime: 200,
    };
    let pay = CommandStep::Pay {
        order: Pick(0),
        gateway: GatewayPick::Midtrans,
        method: 3,
        is_new: false,
    };
    let lost = Condition::Fault {
        gateway: GatewayPick::Midtrans,
        payment: Some(Pick(0)),
        fault: Fault::LostByReference,
        times: None,
    };
    for max_in_flight in [1, 2, 16] {
        let history = History {
            setting: ShopSetting {
                max_in_flight,
                ..PLAIN
            },
            steps: vec![
                Step::Order(order),
                Step::Command(pay),
                Step::Condition(lost.clone()),
                known.clone(),
                Step::Condition(Condition::Pass { minutes: 33 }),
                Step::Cron,
            ],
        };
        let played = history.play(1, None).unwrap();
        assert!(played.failure.is_none(), "{}", played.story.join("\n"));
    }
}

/// I6, of an import that its gateway does not know: also where nothing had proved the account when it was first asked.
#[test]
fn an_early_question_leaves_no_trace() {
    let order = PlacedOrder {
        product: 2,
        units: 1,
        lifetime: 240,
        opened: Some((GatewayPick::Pakasir, 1)),
        has_customer: false,
    };
    let placed = [
        Step::Order(order),
        Step::Import {
            gateway: GatewayPick::Pakasir,
            method: 1,
            is_known: false,
            minutes_ago: 1,
            lifetime: 200,
        },
        Step::Customer(Pick(0), CustomerAct::Pays),
    ];
    let early = Step::Command(CommandStep::CheckStatus {
        order: Pick(0),
        fix: true,
    });
    let all = Step::Command(CommandStep::CheckAll {
        due: false,
        fix: true,
        limit: None,
    });
    let played = |asked: [Step; 2]| {
        let history = History {
            setting: ShopSetting {
                api_version: 2,
                ..PLAIN
            },
            steps: placed.iter().cloned().chain(asked).collect(),
        };
        history.play(1, None).unwrap()
    };
    let (one, other) = (played([early.clone(), all.clone()]), played([all, early]));
    let stories = format!("{}\n\n{}", one.story.join("\n"), other.story.join("\n"));
    assert!(
        one.end == other.end,
        "{:#?} {:#?}\n{stories}",
        one.end,
        other.end
    );
}
