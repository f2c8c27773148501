//! Where the demo runs: a folder, a simulated gateway, and a host for each command line.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;

use anyhow::Context as _;
use tempfile::TempDir;

use super::story::{DemoScene, DemoStep};
use crate::commands::atomic_file::{AtomicFile, FileMode};
use crate::commands::confirm::Pause;
use crate::commands::shared_writer::SharedWriter;
use crate::commands::unwritten;
use crate::commands::{CommandError, Options};
use crate::config::FILE_NAME;
use crate::domain::Rupiah;
use crate::exit::Exit;
use crate::host::{Host, Terminals};
use crate::output::ColorMode;
use crate::output::paint::OutputStream;
use crate::simulator::{AttemptTruth, MIDTRANS, Simulator, load_script};
use crate::store::Reader;

/// The gateway's script; the folder holds a copy.
pub(super) const SCRIPT: &str = "gateway.jsonl";
const SCRIPT_TEXT: &str = include_str!("gateway.jsonl");
const DATABASE: &str = "payctl.db";
const ORDERS: &str = "orders.jsonl";
const ORDERS_TEXT: &str = include_str!("orders.jsonl");

/// The story is told in lines of so many cells, on wider terminals, too.
const WIDTH: u16 = 80;

type DemoConsole = SharedWriter<Box<dyn Write + Send>>;

pub(super) struct DemoEnvironment<'w> {
    folder: TempDir,
    simulator: Simulator,
    host: &'w Host,
    outlets: Terminals,
    paint: ColorMode,
    out: DemoConsole,
    err: DemoConsole,
}

impl<'w> DemoEnvironment<'w> {
    /// Creates the folder with its configuration and dummy keys, and starts the gateway.
    pub(super) fn build(options: &Options, host: &'w mut Host) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir().map_err(|error| no_folder(host, &error))?;
        let simulator = Simulator::start(0, host.clock.clone())
            .context("could not start the simulated gateway")?;
        simulator.handle().load(load_script(SCRIPT_TEXT)?)?;
        write_shop(folder.path(), &simulator.url())
            .context("could not write to the temporary folder")?;
        let (out, err) = (share(&mut host.stdout), share(&mut host.stderr));
        let paint = options.paint(host, host.outlets.stdout);
        let stdout = match paint {
            ColorMode::Colour => OutputStream::Terminal,
            ColorMode::Plain => OutputStream::Elsewhere,
        };
        let outlets = Terminals {
            stdin: OutputStream::Elsewhere,
            stdout,
            ..host.outlets
        };
        Ok(Self {
            folder,
            simulator,
            host,
            outlets,
            paint,
            out,
            err,
        })
    }

    pub(super) fn url(&self) -> String {
        self.simulator.url()
    }

    /// Releases the gateway's port and returns the folder.
    pub(super) fn close(self) -> TempDir {
        self.simulator.stop();
        self.folder
    }

    /// Plays the scenes in order; `pause` is asked after each but the last, and may end the story.
    ///
    /// # Errors
    /// The first step with an unexpected result.
    pub(super) fn play(
        &mut self,
        story: &[DemoScene],
        pause: impl Fn() -> anyhow::Result<Pause>,
    ) -> anyhow::Result<()> {
        for (scene, number) in story.iter().zip(1..) {
            let title = format!("{number} of {}: {}", story.len(), scene.title);
            writeln!(self.out, "{}", self.paint.heading(&title))?;
            self.perform(scene.steps)?;
            self.out.flush()?;
            let is_last = number == story.len();
            if !is_last && pause()? == Pause::Ends {
                return Ok(());
            }
            if !is_last {
                writeln!(self.out)?;
            }
        }
        Ok(())
    }

    /// Does the steps of a scene in order. A text after a command, and each command, stands apart.
    pub(super) fn perform(&mut self, steps: &[DemoStep]) -> anyhow::Result<()> {
        let mut is_first = true;
        for step in steps {
            match step {
                DemoStep::Say(text) if is_first => writeln!(self.out, "{text}")?,
                DemoStep::Say(text) => writeln!(self.out, "\n{text}")?,
                DemoStep::Type { line, ends } => self.types(line, *ends)?,
                DemoStep::Beforehand(line) => self.prepares(line)?,
                DemoStep::Look(expected) => self.check(expected)?,
                DemoStep::Midtrans {
                    reference,
                    status,
                    amount,
                } => self.happens(reference, status, *amount)?,
            }
            is_first &= !matches!(step, DemoStep::Say(_) | DemoStep::Type { .. });
        }
        Ok(())
    }

    /// Runs a command line without its output.
    fn prepares(&self, line: &str) -> anyhow::Result<()> {
        let host = Host {
            stdout: Box::new(io::sink()),
            ..self.world_inside()
        };
        let exit = run_line(line, host);
        if exit == Exit::Clean {
            return Ok(());
        }
        let code = exit.code();
        Err(unexpected(format!(
            "`payctl {line}` ended with {code} instead of 0"
        )))
    }

    fn happens(&self, reference: &str, status: &str, amount: i64) -> anyhow::Result<()> {
        let answer = AttemptTruth::new(status, Rupiah::new(amount)?);
        let gateway = self.simulator.handle();
        Ok(gateway.set(MIDTRANS, reference, answer)?)
    }

    fn types(&mut self, line: &str, ends: Exit) -> anyhow::Result<()> {
        writeln!(self.out, "\n$ payctl {line}")?;
        self.out.flush()?;
        let exit = run_line(line, self.world_inside());
        if exit != Exit::Clean {
            writeln!(self.out, "(exit {}: {})", exit.code(), exit.name())?;
        }
        if exit == ends {
            return Ok(());
        }
        let (code, wanted) = (exit.code(), ends.code());
        Err(unexpected(format!(
            "`payctl {line}` ended with {code} instead of {wanted}"
        )))
    }

    /// A host inside the folder, without the real environment: no PAYCTL_DB and no key must lead from the demo into
    /// the real shop.
    fn world_inside(&self) -> Host {
        Host {
            program: self.host.program.clone(),
            clock: self.host.clock.clone(),
            network: self.host.network.clone(),
            booking: self.host.booking,
            environment: [("PAYCTL_OPERATOR", "demo")].into_iter().collect(),
            folder: self.folder.path().to_owned(),
            stdin: Box::new(io::empty()),
            stdout: Box::new(self.out.clone()),
            stderr: Box::new(self.err.clone()),
            outlets: self.outlets,
            progress: self.host.progress.clone(),
            width: Some(self.host.width.map_or(WIDTH, |width| width.min(WIDTH))),
            shutdown: self.host.shutdown.clone(),
            machine: self.host.machine.clone(),
        }
    }

    /// Compares each order and its payments in the file with what is expected.
    fn check(&self, expected: &[(&str, &str)]) -> anyhow::Result<()> {
        let reader = Reader::open(&self.folder.path().join(DATABASE))?;
        for (number, wanted) in expected {
            let details = reader.order_details(&number.parse()?, 0)?;
            let found = details.map(|details| {
                let payments = details.dossier.payments.iter();
                let payments: Vec<&str> = payments.map(|payment| payment.status.word()).collect();
                format!("{} {}", details.dossier.order.status, payments.join(" "))
            });
            if found.as_deref() != Some(*wanted) {
                let found = found.as_deref().unwrap_or("missing");
                return Err(unexpected(format!(
                    "{number} is {found} instead of {wanted}"
                )));
            }
        }
        Ok(())
    }
}

fn run_line(line: &str, host: Host) -> Exit {
    let words = ["payctl"].into_iter().chain(line.split_whitespace());
    crate::commands::run(words.map(OsString::from), host)
}

fn unexpected(what: String) -> anyhow::Error {
    CommandError::failed(format!("the demo did not go as expected: {what}"))
        .hint("to look around in its folder: payctl demo --keep")
        .into()
}

/// The name of a folder that is never made helps nobody; the one that it would be in does.
fn no_folder(host: &Host, error: &io::Error) -> CommandError {
    let place = host.environment.get("TMPDIR");
    let place = place.map_or_else(String::new, |place| format!(" in {place}"));
    let why = unwritten::reason(error).0;
    CommandError::failed(format!("could not make a temporary folder{place}: {why}"))
        .hint("set TMPDIR (on Windows TMP) to a folder that this user may write")
}

/// From here on, several hosts write to the output.
fn share(place: &mut Box<dyn Write + Send>) -> DemoConsole {
    let shared = SharedWriter::new(std::mem::replace(place, Box::new(io::sink())));
    *place = Box::new(shared.clone());
    shared
}

fn write_shop(folder: &Path, url: &str) -> io::Result<()> {
    std::fs::create_dir(folder.join("keys"))?;
    for (name, text) in [
        (FILE_NAME, config(url).as_str()),
        (SCRIPT, SCRIPT_TEXT),
        (ORDERS, ORDERS_TEXT),
        ("keys/midtrans", "SB-Mid-server-demo\n"),
        ("keys/pakasir", "demo\n"),
        ("keys/pakasir-webhook", "demo\n"),
    ] {
        AtomicFile::write(&folder.join(name), text, FileMode::OwnerOnly)?.publish()?;
    }
    Ok(())
}

/// One query at a time and no grace, so that the output has the same order every time.
fn config(url: &str) -> String {
    format!(
        "\
database = \"{DATABASE}\"

[expiry]
grace = \"0s\"   # a real shop allows some minutes for slow banks

[gateways.midtrans]
kind = \"midtrans\"
environment = \"sandbox\"
server_key = \"file:keys/midtrans\"
api_url = \"{url}\"
snap_url = \"{url}\"
requests_per_second = 0
max_in_flight = 1

[gateways.pakasir]
kind = \"pakasir\"
project = \"demo\"
api_key = \"file:keys/pakasir\"
api_version = 2
environment = \"production\"
webhook_secret = \"file:keys/pakasir-webhook\"
api_url = \"{url}\"
requests_per_second = 0
max_in_flight = 1
"
    )
}
