//! The effects: programs that can be run, templates that render, a mail server that answers. Nothing is run or sent.

use std::path::{Path, PathBuf};

use super::{DoctorArgs, Findings};
use crate::commands::Context;
use crate::commands::effects::{deliveries, reach_mail_server};
use crate::config::{EffectConfig, EffectTransport};
use crate::domain::effect::NO_ADDRESS;
use crate::domain::operator::rehearse::rehearse;
use crate::outbox::render;
use crate::store::{OrderFilter, Reader};

const CHECK: &str = "effect";

pub(super) fn check(
    args: &DoctorArgs,
    reader: Option<&Reader>,
    context: &Context<'_>,
    found: &mut Findings,
) -> anyhow::Result<()> {
    for effect in &context.config.effects {
        let name = effect.hook.name.as_str();
        match &effect.means {
            EffectTransport::Exec { program, .. } => program_of(name, program, context, found),
            EffectTransport::Mail { template, .. } => file_of(name, template, found),
            EffectTransport::Http { .. } => {}
        }
        if let Some(reader) = reader {
            rendered(effect, reader, context, found)?;
        }
    }
    if context.config.smtp.is_none() {
        return Ok(());
    }
    if args.offline {
        found.unknown("mail server", None, "not asked with --offline");
        return Ok(());
    }
    match reach_mail_server(context, args.max_time)? {
        Ok(()) => found.ok("mail server", None, "it answers, and takes the password"),
        Err(why) => {
            let next = "check [smtp] in the configuration, and that this machine may reach it";
            found.problem("mail server", None, why, next);
        }
    }
    Ok(())
}

fn program_of(name: &str, program: &Path, context: &Context<'_>, found: &mut Findings) {
    let shown = program.display();
    match located(program, context) {
        None => {
            let next = if cfg!(windows) {
                "write its whole path into the configuration, with its ending (.bat, .cmd), or install it"
            } else {
                "write its whole path into the configuration, or install it"
            };
            found.misconfigured(
                CHECK,
                Some(name),
                format!("there is no program {shown}"),
                next,
            );
        }
        Some(path) if !is_executable(&path) => {
            let next = format!("chmod +x {}", path.display());
            found.misconfigured(
                CHECK,
                Some(name),
                format!("{} may not be run", path.display()),
                next,
            );
        }
        Some(path) => found.ok(CHECK, Some(name), format!("runs {}", path.display())),
    }
}

/// A bare name is looked up in `PATH`; any other is relative to the configuration.
fn located(program: &Path, context: &Context<'_>) -> Option<PathBuf> {
    if program.components().count() > 1 {
        return file_at(context.config.folder.join(program));
    }
    let paths = context.environment.get("PATH")?;
    std::env::split_paths(paths).find_map(|folder| file_at(folder.join(program)))
}

/// Windows adds the ending of a program, and of nothing else that it runs.
fn file_at(path: PathBuf) -> Option<PathBuf> {
    let with_ending = path.with_extension("exe");
    if path.is_file() {
        Some(path)
    } else {
        (cfg!(windows) && with_ending.is_file()).then_some(with_ending)
    }
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;

    std::fs::metadata(path).is_ok_and(|known| known.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(_: &Path) -> bool {
    true
}

fn file_of(name: &str, template: &Path, found: &mut Findings) {
    if let Err(error) = std::fs::metadata(template) {
        let what = format!(
            "its template {} cannot be read: {error}",
            template.display()
        );
        found.misconfigured(
            CHECK,
            Some(name),
            what,
            "write the template, or name another file",
        );
    }
}

/// Renders it for the newest order, as `effect test` would.
fn rendered(
    effect: &EffectConfig,
    reader: &Reader,
    context: &Context<'_>,
    found: &mut Findings,
) -> anyhow::Result<()> {
    let name = effect.hook.name.as_str();
    let orders = reader.orders_page(&OrderFilter::default(), None, 1)?;
    let Some(newest) = orders.first() else {
        found.unknown(
            CHECK,
            Some(name),
            "without any order nothing can be rendered",
        );
        return Ok(());
    };
    let Some(dossier) = reader.dossier(newest.order.id)? else {
        return Ok(());
    };
    let rehearsed = rehearse(&effect.hook, &dossier);
    let number = &dossier.order.number;
    let next = format!("payctl effect test {name} --order {number}");
    match render(reader, &rehearsed, &deliveries(context), context.started_at)? {
        Ok(_) => found.ok(CHECK, Some(name), format!("it renders for {number}")),
        Err(why) if why == NO_ADDRESS => {
            found.ok(
                CHECK,
                Some(name),
                format!("it renders, but {number} has no address"),
            );
        }
        Err(why) => found.problem(CHECK, Some(name), why, next),
    }
    Ok(())
}
