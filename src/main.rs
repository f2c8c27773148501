//! The doorstep: this process's world goes in, an exit code comes out.

use std::process::ExitCode;

fn main() -> ExitCode {
    payctl::commands::run(std::env::args_os(), payctl::world::World::of_this_process()).into()
}
