//! Fuzzing on the stable toolchain: whatever comes from outside is mutated, and must keep what payctl promises of it.
//!
//! Each target has a corpus in `tests/fixtures/fuzz/NAME` and a property of one input. `cargo test` tries the whole
//! corpus and some mutations of it, always the same ones. A long run tries others until its time is up:
//!
//! ```sh
//! PAYCTL_FUZZ_MINUTES=15 cargo test --config profile.dev.package.payctl.opt-level=1 --test it fuzz:: -- --nocapture
//! ```
//!
//! That is optimised, and arithmetic that overflows is still a finding. `PAYCTL_FUZZ_SEED` repeats a run. A failure says which input is the smallest that still fails, and where it is; in
//! the corpus it stays tried for good.
//!
//! The mutations are our own, and not those of a crate: proptest and arbtest make values out of nothing and know no
//! corpus, and what reads one (libFuzzer, AFL) wants a nightly compiler or its own runtime. Without instrumentation a
//! target says in a few words what came of an input, and inputs of which something new came are mutated further.

mod amounts;
mod answers;
mod cgi_requests;
mod configuration;
mod engine;
mod import_files;
mod json;
mod midtrans_answers;
mod mutation;
mod notifications;
mod pakasir_answers;
mod qr_payloads;
mod random;
mod shrinking;
mod times;

/// What came of an input, in a few words; or which promise is broken.
type Outcome = Result<String, String>;

/// Ends a property with the broken promise unless the condition holds.
macro_rules! promise {
    ($condition:expr, $($words:tt)+) => {
        if !$condition {
            return Err(format!($($words)+));
        }
    };
}
use promise;
