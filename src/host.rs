//! The host environment as one value: `main` builds it from the process, tests build it by hand.

use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;

use dialoguer::console::Term;

use crate::clock::{Clock, MachineClock};
use crate::config::Environment;
use crate::http::{HttpClient, Network};
use crate::output::paint::OutputStream;
use crate::output::progress::ProgressPlace;
use crate::reconciler::BookingPlace;
use crate::shutdown::Shutdown;

/// Everything a run can see and touch, except the files and gateways that its settings name.
pub struct Host {
    pub clock: Arc<dyn Clock>,
    pub network: Network,
    /// Where a run books batches of answers.
    pub booking: BookingPlace,
    pub environment: Environment,
    /// The working folder, absolute.
    pub folder: PathBuf,
    /// The path of this program.
    pub program: PathBuf,
    pub stdin: Box<dyn BufRead + Send>,
    pub stdout: Box<dyn Write + Send>,
    pub stderr: Box<dyn Write + Send>,
    pub outlets: Terminals,
    /// Where a progress bar may stand on the terminal.
    pub progress: ProgressPlace,
    /// The cells in a line, if stdout is a terminal.
    pub width: Option<u16>,
    pub shutdown: Shutdown,
    pub machine: HostInfo,
}

/// Whether each standard stream is a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terminals {
    /// Whether they show colours and do not print the sequences that stand for them.
    pub show_colours: bool,
    pub stdin: OutputStream,
    pub stdout: OutputStream,
    pub stderr: OutputStream,
}

/// Where the process runs, for the table of runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostInfo {
    pub host: String,
    pub pid: u32,
}

impl Host {
    /// The host of the current process.
    #[must_use]
    pub fn of_this_process() -> Self {
        Self {
            clock: Arc::new(MachineClock),
            network: Network::Sockets,
            booking: BookingPlace::Thread,
            environment: std::env::vars_os().collect(),
            folder: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            program: std::env::current_exe().unwrap_or_else(|_| PathBuf::from("payctl")),
            stdin: Box::new(BufReader::new(io::stdin())),
            stdout: Box::new(io::stdout()),
            stderr: Box::new(io::stderr()),
            outlets: Terminals {
                show_colours: show_colours(),
                stdin: outlet(&io::stdin()),
                stdout: outlet(&io::stdout()),
                stderr: outlet(&io::stderr()),
            },
            progress: ProgressPlace::default(),
            width: width_of_terminal(),
            shutdown: Shutdown::Signals,
            machine: HostInfo {
                host: gethostname::gethostname().to_string_lossy().into_owned(),
                pid: std::process::id(),
            },
        }
    }

    /// A process in this folder without a terminal, which reads and prints nothing and has no environment: what a trial
    /// of a command begins with.
    #[must_use]
    pub fn without_terminal(folder: PathBuf) -> Self {
        Self {
            clock: Arc::new(MachineClock),
            network: Network::Sockets,
            booking: BookingPlace::Thread,
            environment: std::iter::empty::<(&str, &str)>().collect(),
            folder,
            program: PathBuf::from("/usr/local/bin/payctl"),
            stdin: Box::new(io::empty()),
            stdout: Box::new(io::sink()),
            stderr: Box::new(io::sink()),
            outlets: Terminals {
                show_colours: true,
                stdin: OutputStream::Elsewhere,
                stdout: OutputStream::Elsewhere,
                stderr: OutputStream::Elsewhere,
            },
            progress: ProgressPlace::default(),
            width: None,
            shutdown: Shutdown::Never,
            machine: HostInfo {
                host: "till-1".to_owned(),
                pid: 7,
            },
        }
    }

    /// A client for what a run sends.
    #[must_use]
    pub fn http(&self) -> HttpClient {
        HttpClient::new(self.clock.clone()).through(self.network.clone())
    }
}

/// An older Windows console shows colours, QR codes' cells and cursor moves only once it is asked to: each of its
/// streams that is a console.
#[cfg(windows)]
fn show_colours() -> bool {
    let switched = [Term::stdout(), Term::stderr()].map(|terminal| {
        // Asking switches it.
        !terminal.is_term() || terminal.features().colors_supported()
    });
    switched.iter().all(|is_on| *is_on)
}

#[cfg(not(windows))]
fn show_colours() -> bool {
    true
}

/// `None` if stdout is no terminal; 80 if it is one that does not say.
fn width_of_terminal() -> Option<u16> {
    let terminal = Term::stdout();
    if !terminal.is_term() {
        return None;
    }
    Some(terminal.size_checked().map_or(80, |(_, columns)| columns))
}

fn outlet(stream: &impl IsTerminal) -> OutputStream {
    if stream.is_terminal() {
        OutputStream::Terminal
    } else {
        OutputStream::Elsewhere
    }
}
