//! The binary as a process of its own in a test's shop.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use payctl::exit::Exit;

use crate::schemas;
use crate::world::{CommandOutput, Shop};

impl Shop {
    /// A command line of words without spaces, not yet started.
    pub(crate) fn program(&self, line: &str) -> Command {
        self.use_machine_clock(true);
        let mut command = Command::new(env!("CARGO_BIN_EXE_payctl"));
        command
            .args(line.split_whitespace())
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        seal(&mut command).envs(self.environment.iter().cloned());
        command
    }

    pub(crate) fn start(&self, line: &str) -> Child {
        self.program(line).spawn().unwrap()
    }

    /// Runs a command line to its end.
    pub(crate) fn exec(&self, line: &str) -> CommandOutput {
        hear(self.start(line))
    }

    /// Waits until the gateway has received a query.
    pub(crate) fn await_query(&self) {
        let patience = Instant::now() + Duration::from_secs(10);
        while self.simulator.handle().asked_total() == 0 {
            assert!(Instant::now() < patience, "no query came");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Leaves a program nothing of this process's environment but what it cannot run, or be measured, without.
pub(crate) fn seal(command: &mut Command) -> &mut Command {
    command.env_clear();
    // Without the first Windows finds no sockets; the second is where an instrumented binary counts its lines.
    for name in ["SystemRoot", "LLVM_PROFILE_FILE"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
}

/// Waits for a process and returns its output and exit.
pub(crate) fn hear(child: Child) -> CommandOutput {
    let output = child.wait_with_output().unwrap();
    let code = output.status.code().unwrap();
    let exit = Exit::ALL
        .into_iter()
        .find(|exit| i32::from(exit.code()) == code);
    let stdout = String::from_utf8(output.stdout).unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    schemas::check(&stdout, &stderr);
    CommandOutput {
        exit: exit.unwrap_or_else(|| panic!("exit code {code}")),
        stdout,
        stderr,
    }
}
