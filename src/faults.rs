//! Faults and crashes that tests cause on purpose, to show that the simulator notices them.
//!
//! A released binary has neither: without tests and without the feature `worlds`, each of these macros is empty or
//! `false`. What is planted holds for the thread that planted it.

#[cfg(any(test, feature = "worlds"))]
mod crash;
#[cfg(any(test, feature = "worlds"))]
mod plant;

#[cfg(any(test, feature = "worlds"))]
pub use crash::{Crashed, crash_at, is_crashed, pass_crash_point, points_passed, reset};
#[cfg(any(test, feature = "worlds"))]
pub use plant::{Planted, PlantedFault};

/// Whether this fault is planted: `if planted!(ExpireOnSilence) || is_answered(…)`.
#[cfg(any(test, feature = "worlds"))]
macro_rules! planted {
    ($fault:ident) => {
        $crate::faults::Planted::$fault.is_planted()
    };
}

#[cfg(not(any(test, feature = "worlds")))]
macro_rules! planted {
    ($fault:ident) => {
        false
    };
}

/// A moment at which a process can be killed: `crash_point!("before a commit")`.
#[cfg(any(test, feature = "worlds"))]
macro_rules! crash_point {
    ($name:literal) => {
        $crate::faults::pass_crash_point($name)
    };
}

#[cfg(not(any(test, feature = "worlds")))]
macro_rules! crash_point {
    ($name:literal) => {};
}

/// Whether the process counts as killed. What a destructor would do then, a killed process does not do.
#[cfg(any(test, feature = "worlds"))]
macro_rules! has_crashed {
    () => {
        $crate::faults::is_crashed()
    };
}

#[cfg(not(any(test, feature = "worlds")))]
macro_rules! has_crashed {
    () => {
        false
    };
}

pub(crate) use {crash_point, has_crashed, planted};
