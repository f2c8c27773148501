use std::num::NonZeroU64;

use super::search::history;
use super::search::{WorldsWanted, play_worlds};

/// As many as the machines have on which this is run.
const JOBS: NonZeroU64 = NonZeroU64::MIN.saturating_add(1);

#[test]
fn no_promise_is_broken_in_any_world() {
    let variable = |name: &str, usual: u64| {
        let set = std::env::var(name).ok();
        set.map_or(usual, |text| text.parse().unwrap())
    };
    let wanted = WorldsWanted {
        seed: variable("PAYCTL_WORLDS_SEED", 1),
        count: variable("PAYCTL_WORLDS", 20),
        steps: 30,
        gateway: None,
        planted: None,
    };
    let played = play_worlds(&wanted, JOBS).unwrap();
    println!("{} worlds, {} steps", played.worlds, played.steps);
    if let Some(found) = played.found {
        panic!("seed {}\n{}", found.seed, found.story);
    }
}

#[test]
fn a_seed_is_always_the_same_story() {
    for seed in 1..4 {
        let told = || {
            fastrand::seed(seed);
            history(seed, 40, None).play(None).unwrap().story.join("\n")
        };
        let first = told();
        println!("{first}");
        assert_eq!(first, told(), "seed {seed}");
    }
}
