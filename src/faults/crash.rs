//! A process that is killed at its n-th crash point: the thread unwinds, and until the next process begins nothing on it
//! passes a crash point again.

use std::cell::Cell;
use std::panic::resume_unwind;
use std::thread;

/// With this a killed process unwinds; whoever plays the operating system catches it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crashed {
    /// The crash point.
    pub at: &'static str,
}

/// The process that this thread plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Process {
    /// It is killed at this crash point, counted from one; `None`: it lives to its end.
    dies_at: Option<u32>,
    passed: u32,
    dead: Option<Crashed>,
}

const ALIVE: Process = Process {
    dies_at: None,
    passed: 0,
    dead: None,
};

thread_local! {
    static PROCESS: Cell<Process> = const { Cell::new(ALIVE) };
}

/// A new process, which is killed at its n-th crash point; the first is 1.
pub fn crash_at(n: u32) {
    PROCESS.set(Process {
        dies_at: Some(n),
        ..ALIVE
    });
}

/// A new process, which is not killed.
pub fn reset() {
    PROCESS.set(ALIVE);
}

/// Whether the process was killed.
#[must_use]
pub fn is_crashed() -> bool {
    PROCESS.get().dead.is_some()
}

/// How many crash points the process has passed, with the one at which it was killed.
#[must_use]
pub fn points_passed() -> u32 {
    PROCESS.get().passed
}

/// What [`crash_point!`](super::crash_point) does: a killed process goes no further than this.
pub fn pass_crash_point(name: &'static str) {
    let mut process = PROCESS.get();
    if process.dead.is_none() {
        process.passed += 1;
        if process.dies_at == Some(process.passed) {
            process.dead = Some(Crashed { at: name });
        }
        PROCESS.set(process);
    }
    // A destructor of the killed process must not unwind again.
    if let Some(crashed) = process.dead
        && !thread::panicking()
    {
        resume_unwind(Box::new(crashed));
    }
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::{Crashed, crash_at, is_crashed, points_passed, reset};
    use crate::faults::crash_point;

    fn two_steps() -> u32 {
        crash_point!("first");
        crash_point!("second");
        2
    }

    fn crashed() -> Option<Crashed> {
        let ended = catch_unwind(two_steps);
        ended.err().map(|payload| *payload.downcast().unwrap())
    }

    #[test]
    fn a_killed_process_goes_no_further() {
        assert_eq!(crashed(), None);
        crash_at(2);
        assert_eq!(crashed(), Some(Crashed { at: "second" }));
        assert_eq!((is_crashed(), points_passed()), (true, 2));
        assert_eq!(crashed(), Some(Crashed { at: "second" }), "still dead");
        reset();
        assert_eq!(crashed(), None);
        assert_eq!((is_crashed(), points_passed()), (false, 2));
        crash_at(3);
        assert_eq!(crashed(), None, "it has only two crash points");
    }
}
