//! Simulated worlds as a person plays them. Hundreds more are played in `src/worlds/tests.rs`, without a process.

use std::process::{Command, Output};

fn worlds(arguments: &str) -> Output {
    let mut payctl = Command::new(env!("CARGO_BIN_EXE_payctl"));
    let folder = tempfile::tempdir().unwrap();
    payctl.env_clear().current_dir(folder.path()).arg("worlds");
    payctl.args(arguments.split_whitespace());
    payctl.output().unwrap()
}

#[cfg(not(feature = "worlds"))]
#[test]
fn a_released_binary_plays_no_worlds() {
    let refused = worlds("--count 1");
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
    let told = String::from_utf8(refused.stderr).unwrap();
    assert!(told.contains("unrecognized subcommand 'worlds'"), "{told}");
}

#[cfg(feature = "worlds")]
#[test]
fn a_found_world_can_be_played_again() {
    let sound = worlds("--seed 11 --count 20 --steps 40 --jobs 2");
    assert_eq!(sound.status.code(), Some(0), "{sound:?}");
    let found = worlds("--seed 2 --count 100 --steps 40 --plant release-twice");
    assert_eq!(found.status.code(), Some(1), "{found:?}");
    let told = String::from_utf8(found.stdout).unwrap();
    let (story, again) = told.split_once("again: payctl worlds ").unwrap();
    assert!(story.contains("BROKEN stock"), "{told}");
    let again = again.lines().next().unwrap();
    let played = worlds(again);
    let repeated = String::from_utf8(played.stdout).unwrap();
    assert!(repeated.starts_with(story), "{repeated}");
}
