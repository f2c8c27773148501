//! `payctl config set-key`: a key is typed hidden, tried at its gateway, and written into `.env`.

use std::fs;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use crate::commands::accounts::lone_account;
use crate::commands::atomic_file::{AtomicFile, FileMode};
use crate::commands::confirm::{ask_hidden, can_ask};
use crate::commands::runtime::block_on;
use crate::commands::{CommandError, Context};
use crate::config::{Environment, GatewayConfig, SecretRef, duration, with_variable};
use crate::domain::GatewayName;
use crate::exit::Exit;
use crate::gateway::descriptor::SecretNeed;
use crate::output::detail::Detail;
use crate::reconciler::{ProbeVerdict, probe};

/// Put a gateway's key into .env: typed hidden, tried at the gateway, and never shown
///
/// payctl asks the gateway about an order that does not exist. Where it refuses the key, or cannot be reached, nothing
/// is written. All other lines of .env stay as they are; the file is readable by its owner only.
#[derive(Debug, Args)]
pub(in crate::commands) struct SetKeyArgs {
    /// The gateway, by its name in the configuration
    gateway: GatewayName,
    /// Which of its secrets; default: the key without which it does not work
    #[arg(long, value_name = "SETTING")]
    setting: Option<String>,
    /// Read the key from standard input, one line
    #[arg(long)]
    stdin: bool,
    /// Write it although the gateway cannot be reached
    #[arg(long)]
    untried: bool,
    /// Time limit for the gateway
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = duration)]
    max_time: Duration,
    /// Try the key, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Far longer than any key.
const MOST_BYTES: u64 = 4096;

/// Fields are only ever added.
#[derive(Debug, Serialize)]
struct KeySet {
    gateway: GatewayName,
    setting: String,
    variable: String,
    file: String,
    /// Whether the gateway took it.
    tried: bool,
    dry_run: bool,
}

pub(super) fn run(args: &SetKeyArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let name = &args.gateway;
    let config = configured(name, &context)?.clone();
    let setting = setting(args, &config)?;
    let variable = variable(name, setting, &config)?;
    if context.environment.is_of_process(&variable) {
        let message = format!("{variable} is set in the environment, which goes before .env");
        return Err(CommandError::config(message)
            .hint("change it there, or unset it first")
            .into());
    }
    let file = real(&context.config.folder.join(".env"));
    let before = text_of(&file)?;
    let key = typed(args, &variable, &mut context)?;
    let environment = context.environment.clone().overridden(&variable, &key);
    SecretRef::Env(variable.clone()).resolve(&environment)?;
    let tried = is_taken(args, &config, &environment, &context)?;
    let after = with_variable(&before, &variable, &key).map_err(|why| {
        CommandError::failed(format!("{} was not changed: {why}", file.display()))
    })?;
    if !args.dry_run {
        write(&file, &after)?;
    }
    for warning in context.config.warnings(&environment) {
        context.warn(&warning.to_string());
    }
    let set = KeySet {
        gateway: name.clone(),
        setting: setting.to_owned(),
        variable,
        file: file.display().to_string(),
        tried,
        dry_run: args.dry_run,
    };
    let detail = Detail::new(context.style())
        .field("Gateway", set.gateway.as_str())
        .field("Variable", &set.variable)
        .field("File", &set.file)
        .field("Tried", if tried { "the gateway takes it" } else { "no" })
        .field("Result", context.would(args.dry_run, "written"));
    context.show("config set-key", &set, &detail, Exit::Clean)
}

fn configured<'a>(
    name: &GatewayName,
    context: &'a Context<'_>,
) -> Result<&'a GatewayConfig, CommandError> {
    let known = context.config.gateways.keys();
    let known: Vec<&str> = known.map(GatewayName::as_str).collect();
    context.config.gateways.get(name).ok_or_else(|| {
        let hint = match known.as_slice() {
            [] => "no gateway is configured; run: payctl init".to_owned(),
            known => format!("the configuration has {}", known.join(", ")),
        };
        CommandError::config(format!("no gateway is named {name}")).hint(hint)
    })
}

fn setting<'a>(args: &'a SetKeyArgs, config: &GatewayConfig) -> Result<&'a str, CommandError> {
    let secrets = config
        .kind
        .keys()
        .filter(|key| config.kind.need(key).is_some());
    let secrets: Vec<&'static str> = secrets.collect();
    let required = |key: &&str| config.kind.need(key) == Some(SecretNeed::Required);
    let wanted = match &args.setting {
        Some(named) => secrets.iter().find(|key| **key == named.as_str()),
        None => secrets.iter().find(|key| required(key)),
    };
    wanted.copied().ok_or_else(|| {
        let message = format!("{} has no such secret", args.gateway);
        CommandError::usage(message).hint(format!("its secrets are: {}", secrets.join(", ")))
    })
}

/// The variable of a secret; a key in a file of its own is written there by hand.
fn variable(
    name: &GatewayName,
    setting: &str,
    config: &GatewayConfig,
) -> Result<String, CommandError> {
    match config.secrets.get(setting) {
        Some(SecretRef::Env(variable)) => Ok(variable.clone()),
        Some(SecretRef::File(path)) => {
            let message = format!("the configuration keeps {setting} of {name} in a file");
            Err(CommandError::config(message)
                .hint(format!("write the key into {}", path.display())))
        }
        None => {
            let message = format!("the configuration does not say where {setting} of {name} is");
            Err(CommandError::config(message).hint(format!("add {setting} = \"env:NAME\" to it")))
        }
    }
}

/// The content of `.env`; nothing where there is none.
fn text_of(file: &Path) -> Result<String, CommandError> {
    match fs::read(file) {
        Ok(bytes) => String::from_utf8(bytes).map_err(|_| {
            let message = format!("{} is not UTF-8", file.display());
            CommandError::failed(message).hint("nothing was changed; save it as UTF-8 first")
        }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        Err(error) => {
            let message = format!("{} cannot be read: {error}", file.display());
            Err(CommandError::failed(message))
        }
    }
}

fn typed(args: &SetKeyArgs, variable: &str, context: &mut Context<'_>) -> anyhow::Result<String> {
    if args.stdin {
        let mut text = String::new();
        let mut stdin = (&mut context.host.stdin).take(MOST_BYTES);
        stdin.read_to_string(&mut text)?;
        return Ok(text.trim_end_matches(['\r', '\n']).to_owned());
    }
    if !can_ask(&context.options, context.host) {
        return Err(
            CommandError::usage("without a terminal no key can be typed")
                .hint("pipe it in: payctl config set-key GATEWAY --stdin < FILE")
                .into(),
        );
    }
    ask_hidden(&format!("{variable} (not shown): "))
}

/// Whether the gateway takes the key.
fn is_taken(
    args: &SetKeyArgs,
    config: &GatewayConfig,
    environment: &Environment,
    context: &Context<'_>,
) -> anyhow::Result<bool> {
    let name = &args.gateway;
    let account = lone_account(context, (name, config), environment)?;
    let clock = context.host.clock.clone();
    let asked = async {
        let until = Some(tokio::time::Instant::now() + args.max_time);
        probe(&account, &*clock, until).await
    };
    let probed = block_on(&*clock, asked)?;
    let refusal = match probed.verdict() {
        ProbeVerdict::Takes => return Ok(true),
        ProbeVerdict::Throttled(_) | ProbeVerdict::Silent(_) if args.untried => return Ok(false),
        ProbeVerdict::WrongKey(why) | ProbeVerdict::WrongPlace(why) => CommandError::config(
            format!("{name} {why}; nothing was written"),
        )
        .hint("check the key, and whether it is one of this environment (sandbox or production)"),
        ProbeVerdict::Throttled(why) | ProbeVerdict::Silent(why) => {
            let message = format!("the key could not be tried: {name} {why}; nothing was written");
            CommandError::new(Exit::Partial, message)
                .hint("try again later, or write it all the same with --untried")
        }
        ProbeVerdict::KnowsIt => {
            let message = format!("{name} answered about an order that does not exist");
            CommandError::config(message)
                .hint("nothing was written; check its address in the configuration")
        }
    };
    Err(refusal.into())
}

/// Replaces the file as a whole. A group that could read it still can.
fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    let written = AtomicFile::write(file, text, readers(file)).and_then(AtomicFile::replace);
    written.map_err(|error| {
        let message = format!("{} cannot be written: {error}", file.display());
        CommandError::failed(message).into()
    })
}

#[cfg(unix)]
fn readers(file: &Path) -> FileMode {
    use std::os::unix::fs::MetadataExt as _;

    match fs::metadata(file) {
        Ok(known) if known.mode() & 0o040 != 0 => FileMode::Group(known.gid()),
        Ok(_) | Err(_) => FileMode::OwnerOnly,
    }
}

#[cfg(not(unix))]
fn readers(_: &Path) -> FileMode {
    FileMode::OwnerOnly
}

fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}
