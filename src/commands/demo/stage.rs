//! The place where the demo is played: a folder, a pretend gateway, and the world of its command lines.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;

use anyhow::Context as _;
use tempfile::TempDir;

use super::story::Beat;
use crate::commands::draft::{Draft, Readers};
use crate::commands::failure::Refusal;
use crate::commands::options::Options;
use crate::commands::shared::Shared;
use crate::config::FILE_NAME;
use crate::domain::money::Rupiah;
use crate::exit::Exit;
use crate::output::Paint;
use crate::output::paint::Outlet;
use crate::pretend::{Answer, Kind, Pretend, load_script};
use crate::store::Reader;
use crate::world::{Outlets, World};

/// What the gateway is told; a copy of it stands in the folder.
pub(super) const SCRIPT: &str = "gateway.jsonl";
const SCRIPT_TEXT: &str = include_str!("gateway.jsonl");
const DATABASE: &str = "payctl.db";

type Outside = Shared<Box<dyn Write + Send>>;

pub(super) struct Stage<'w> {
    folder: TempDir,
    pretend: Pretend,
    world: &'w World,
    outlets: Outlets,
    out: Outside,
    err: Outside,
}

impl<'w> Stage<'w> {
    /// Makes the folder with its configuration and dummy keys, and starts the gateway.
    pub(super) fn build(options: &Options, world: &'w mut World) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir().context("could not make a temporary folder")?;
        let pretend = Pretend::start(0, world.clock.clone())
            .context("could not start the pretend gateway")?;
        pretend.world().load(load_script(SCRIPT_TEXT)?)?;
        furnish(folder.path(), &pretend.url())
            .context("could not write to the temporary folder")?;
        let (out, err) = (share(&mut world.stdout), share(&mut world.stderr));
        let stdout = match options.paint(world, world.outlets.stdout) {
            Paint::Colour => Outlet::Terminal,
            Paint::Plain => Outlet::Elsewhere,
        };
        let outlets = Outlets {
            stdin: Outlet::Elsewhere,
            stdout,
            ..world.outlets
        };
        Ok(Self {
            folder,
            pretend,
            world,
            outlets,
            out,
            err,
        })
    }

    pub(super) fn url(&self) -> String {
        self.pretend.url()
    }

    /// Frees the gateway's port, and gives the folder back.
    pub(super) fn close(self) -> TempDir {
        self.pretend.stop();
        self.folder
    }

    /// Plays beat by beat.
    ///
    /// # Errors
    /// The first thing that went otherwise than told.
    pub(super) fn play(&mut self, story: &[Beat]) -> anyhow::Result<()> {
        story.iter().try_for_each(|beat| match beat {
            Beat::Say(text) => Ok(writeln!(self.out, "\n{text}")?),
            Beat::Type { line, ends } => self.types(line, *ends),
            Beat::Look(expected) => self.look(expected),
            Beat::Midtrans {
                reference,
                status,
                amount,
            } => self.happens(reference, status, *amount),
        })
    }

    fn happens(&self, reference: &str, status: &str, amount: i64) -> anyhow::Result<()> {
        let answer = Answer::new(status, Rupiah::new(amount)?);
        let gateway = self.pretend.world();
        Ok(gateway.set(Kind::Midtrans, reference, answer)?)
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
        Err(otherwise(format!(
            "`payctl {line}` ended with {code} and not with {wanted}"
        )))
    }

    /// A world in the folder. Nothing of the real environment is in it: a PAYCTL_DB or a key must not
    /// lead from the demo into the real shop.
    fn world_inside(&self) -> World {
        World {
            clock: self.world.clock.clone(),
            environment: [("PAYCTL_OPERATOR", "demo")].into_iter().collect(),
            folder: self.folder.path().to_owned(),
            stdin: Box::new(io::empty()),
            stdout: Box::new(self.out.clone()),
            stderr: Box::new(self.err.clone()),
            outlets: self.outlets,
            interrupt: self.world.interrupt.clone(),
            machine: self.world.machine.clone(),
        }
    }

    /// Reads back from the file what each order and its payment have become.
    fn look(&self, expected: &[(&str, &str)]) -> anyhow::Result<()> {
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
                return Err(otherwise(format!("{number} is {found} and not {wanted}")));
            }
        }
        Ok(())
    }
}

fn otherwise(what: String) -> anyhow::Error {
    Refusal::new(
        Exit::Failed,
        format!("the demo went otherwise than told: {what}"),
    )
    .hint("look around with: payctl demo --keep")
    .into()
}

/// From now on what is written there comes from several worlds.
fn share(place: &mut Box<dyn Write + Send>) -> Outside {
    let shared = Shared::new(std::mem::replace(place, Box::new(io::sink())));
    *place = Box::new(shared.clone());
    shared
}

fn furnish(folder: &Path, url: &str) -> io::Result<()> {
    std::fs::create_dir(folder.join("keys"))?;
    for (name, text) in [
        (FILE_NAME, config(url).as_str()),
        (SCRIPT, SCRIPT_TEXT),
        ("keys/midtrans", "SB-Mid-server-demo\n"),
        ("keys/pakasir", "demo\n"),
        ("keys/pakasir-webhook", "demo\n"),
    ] {
        Draft::write(&folder.join(name), text, Readers::OwnerOnly)?.publish()?;
    }
    Ok(())
}

/// One question at a time and no grace, so that the story is told in the same order every time.
fn config(url: &str) -> String {
    format!(
        "\
database = \"{DATABASE}\"

[expiry]
grace = \"0s\"   # a real shop waits some minutes for banks that are slow

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
