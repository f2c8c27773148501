//! Where the demo runs: a folder, a simulated gateway, and a host for each command line.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;

use anyhow::Context as _;
use tempfile::TempDir;

use super::story::DemoStep;
use crate::commands::atomic_file::{AtomicFile, FileMode};
use crate::commands::shared_writer::SharedWriter;
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

type DemoConsole = SharedWriter<Box<dyn Write + Send>>;

pub(super) struct DemoEnvironment<'w> {
    folder: TempDir,
    simulator: Simulator,
    host: &'w Host,
    outlets: Terminals,
    out: DemoConsole,
    err: DemoConsole,
}

impl<'w> DemoEnvironment<'w> {
    /// Creates the folder with its configuration and dummy keys, and starts the gateway.
    pub(super) fn build(options: &Options, host: &'w mut Host) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir().context("could not create a temporary folder")?;
        let simulator = Simulator::start(0, host.clock.clone())
            .context("could not start the simulated gateway")?;
        simulator.handle().load(load_script(SCRIPT_TEXT)?)?;
        write_shop(folder.path(), &simulator.url())
            .context("could not write to the temporary folder")?;
        let (out, err) = (share(&mut host.stdout), share(&mut host.stderr));
        let stdout = match options.paint(host, host.outlets.stdout) {
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

    /// Plays the steps in order.
    ///
    /// # Errors
    /// The first step with an unexpected result.
    pub(super) fn play(&mut self, story: &[DemoStep]) -> anyhow::Result<()> {
        story.iter().try_for_each(|beat| match beat {
            DemoStep::Say(text) => Ok(writeln!(self.out, "\n{text}")?),
            DemoStep::Type { line, ends } => self.types(line, *ends),
            DemoStep::Look(expected) => self.check(expected),
            DemoStep::Midtrans {
                reference,
                status,
                amount,
            } => self.happens(reference, status, *amount),
        })
    }

    fn happens(&self, reference: &str, status: &str, amount: i64) -> anyhow::Result<()> {
        let answer = AttemptTruth::new(status, Rupiah::new(amount)?);
        let gateway = self.simulator.handle();
        Ok(gateway.set(MIDTRANS, reference, answer)?)
    }

    fn types(&mut self, line: &str, ends: Exit) -> anyhow::Result<()> {
        writeln!(self.out, "\n$ payctl {line}")?;
        self.out.flush()?;
        let words = ["payctl"].into_iter().chain(line.split_whitespace());
        let exit = crate::commands::run(words.map(OsString::from), self.world_inside());
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
            width: self.host.width,
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

fn unexpected(what: String) -> anyhow::Error {
    CommandError::failed(format!("the demo did not go as expected: {what}"))
        .hint("to look around in its folder: payctl demo --keep")
        .into()
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
