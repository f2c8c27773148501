//! The doorstep: this process's world goes in, an exit code comes out.

use std::process::ExitCode;

fn main() -> ExitCode {
    payctl::commands::run(std::env::args_os(), payctl::host::Host::of_this_process()).into()
}
