//! `payctl simulator run`: runs the simulated gateways until Ctrl-C.

use std::io::{self, ErrorKind, Read, Write};
use std::path::PathBuf;
use std::pin::pin;

use anyhow::Context as _;
use clap::Args;
use serde::Serialize;

use crate::commands::{CommandError, Options};
use crate::config::{Config, SIMULATOR_PORT, open_in_time};
use crate::domain::Zone;
use crate::exit::Exit;
use crate::gateway::account::SIMULATOR_SECRET;
use crate::gateway::descriptor::SecretNeed;
use crate::gateway::registry::GATEWAYS;
use crate::host::Host;
use crate::output::Format;
use crate::output::detail::{Detail, JsonDocument, show};
use crate::simulator::{ScriptRecord, Simulator, SimulatorRule, load_script};

/// Run a simulated Midtrans and Pakasir on this machine, for trials and tests
///
/// Serves both APIs over real HTTP on 127.0.0.1, and answers as the script and the requests to it say. No money moves,
/// and it forgets everything when it stops. Prints its URL as the first line. Ctrl-C stops it.
#[derive(Debug, Args)]
pub(in crate::commands) struct SimulatorRunArgs {
    /// Port on 127.0.0.1; 0 picks a free one
    ///
    /// By default the port of the gateway address in the configuration, else 18080.
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// Script of payments, JSON lines or a JSON array; - is standard input
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
}

/// Enough for a million payments.
const SCRIPT_BYTES_MAX: u64 = 256 * 1024 * 1024;

#[derive(Serialize)]
struct SimulatorAddress {
    url: String,
}

/// The name it was called by: older scripts read the document's `command`, and expect any free port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SimulatorName {
    Simulator,
    PretendGateway,
}

impl SimulatorName {
    const fn command(self) -> &'static str {
        match self {
            Self::Simulator => "simulator run",
            Self::PretendGateway => "pretend-gateway",
        }
    }
}

pub(super) fn run(
    args: &SimulatorRunArgs,
    options: &Options,
    host: &mut Host,
    name: SimulatorName,
) -> anyhow::Result<Exit> {
    let port = match (args.port, name) {
        (Some(port), _) => port,
        (None, SimulatorName::PretendGateway) => 0,
        (None, SimulatorName::Simulator) => {
            configured_port(options, host)?.unwrap_or(SIMULATOR_PORT)
        }
    };
    let records = match &args.script {
        Some(path) => script(path, host)?,
        None => Vec::new(),
    };
    let simulator =
        Simulator::start(port, host.clock.clone()).map_err(|error| could_not_start(port, error))?;
    simulator.handle().rule(SimulatorRule::FourSeconds(true));
    if name == SimulatorName::Simulator {
        let secret = SimulatorRule::WebhookSecret(SIMULATOR_SECRET.to_owned());
        simulator.handle().rule(secret);
    }
    for (index, record) in records.into_iter().enumerate() {
        let told = simulator.handle().load(vec![record]);
        told.with_context(|| format!("record {} of the script", index + 1))?;
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("could not listen for the stop signal")?;
    let shutdown = host.shutdown.clone();
    runtime.block_on(async {
        let mut end = pin!(shutdown.comes());
        // The first poll installs the signal handlers: a caller may send a signal as soon as it has the URL.
        tokio::select! {
            biased;
            () = &mut end => return Ok(()),
            () = std::future::ready(()) => {}
        }
        print_address(simulator.url(), options, host, name)?;
        end.await;
        anyhow::Ok(())
    })?;
    simulator.stop();
    Ok(Exit::Clean)
}

/// The port at which the configuration expects the simulator.
fn configured_port(options: &Options, host: &Host) -> anyhow::Result<Option<u16>> {
    let named = options.config.as_deref();
    let (config, _) = Config::load(named, host.environment.clone(), &host.folder)?;
    let mut addresses = config.gateways.values().map(|one| one.api_url());
    let here = addresses.find(|address| address.is_loopback());
    Ok(here.and_then(|address| address.port()))
}

fn print_address(
    url: String,
    options: &Options,
    host: &mut Host,
    name: SimulatorName,
) -> io::Result<()> {
    let started_at = host.clock.now();
    let style = options.style(host, Zone::Machine);
    let address = SimulatorAddress { url };
    if style.format == Format::Table {
        writeln!(host.stdout, "{}", address.url)?;
        host.stdout.flush()?;
    } else {
        let document = JsonDocument {
            command: name.command(),
            started_at,
            body: &address,
            exit: Exit::Clean,
        };
        show(
            &mut host.stdout,
            &style,
            &document,
            &Detail::new(style.clone()),
        )?;
    }
    if options.quiet {
        return Ok(());
    }
    write!(host.stderr, "{}", directions(&address.url))?;
    host.stderr.flush()
}

fn directions(url: &str) -> String {
    format!(
        "\
Continue in another terminal. A shop made by payctl init --simulator needs nothing more, if its payctl.toml has this address.
In the payctl.toml of another shop for trials, write:

{}Pay an order as its customer: payctl simulator pay ORDER
Set a payment by hand: curl -X PUT {url}/pretend/payments -d '{{\"kind\":\"midtrans\",\"reference\":\"INV-1\",\"status\":\"settlement\",\"amount\":25000}}'
Stop it with Ctrl-C.
",
        accounts_at(url)
    )
}

/// The sections of the accounts at the simulator. Optional secrets are left out: any shop will do.
fn accounts_at(url: &str) -> String {
    let mut text = String::new();
    for kind in GATEWAYS {
        let is_optional = |line: &str| {
            let (key, _) = line.split_once(" = ").unwrap_or_default();
            kind.need(key) == Some(SecretNeed::Optional)
        };
        let section = (kind.init.simulated)(url, "any text will do");
        for line in section.lines().filter(|line| !is_optional(line)) {
            text.push_str(&format!("  {line}\n"));
        }
        text.push('\n');
    }
    text
}

fn script(path: &PathBuf, host: &mut Host) -> anyhow::Result<Vec<ScriptRecord>> {
    let name = if path.as_os_str() == "-" {
        "standard input".to_owned()
    } else {
        path.display().to_string()
    };
    let text = read(path, host).with_context(|| format!("could not read {name}"))?;
    // The command line is right; the file is wrong.
    load_script(&text).map_err(|error| {
        let message = format!("{name}, line {}: {}", error.line, error.reason);
        let hint = "a line looks like {\"kind\":\"midtrans\",\"reference\":\"INV-1\",\"status\":\"settlement\",\"amount\":25000}";
        CommandError::failed(message).hint(hint).into()
    })
}

fn read(path: &PathBuf, host: &mut Host) -> io::Result<String> {
    let source: &mut dyn Read = if path.as_os_str() == "-" {
        &mut host.stdin
    } else {
        &mut open_in_time(&host.folder.join(path))?
    };
    let mut text = String::new();
    let read = source
        .take(SCRIPT_BYTES_MAX + 1)
        .read_to_string(&mut text)?;
    if u64::try_from(read).unwrap_or(u64::MAX) > SCRIPT_BYTES_MAX {
        return Err(io::Error::other("it is larger than 256 MiB"));
    }
    Ok(text)
}

fn could_not_start(port: u16, error: io::Error) -> anyhow::Error {
    let what = if error.kind() == ErrorKind::AddrInUse {
        "another program uses it"
    } else if error.kind() == ErrorKind::PermissionDenied {
        "the system does not allow it"
    } else {
        return anyhow::Error::new(error).context("could not start the simulator");
    };
    let hint = "choose another port, or a free one with --port 0";
    let message = format!("could not listen on port {port} of 127.0.0.1: {what}");
    CommandError::failed(message).hint(hint).into()
}
