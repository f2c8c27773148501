//! The entry point: hands this process's environment to `commands::run` and returns its exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    payctl::commands::run_process(std::env::args_os(), payctl::host::Host::of_this_process()).into()
}
