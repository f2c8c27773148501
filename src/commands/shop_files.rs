//! Whether the configuration at hand is that of the shop whose file is written: by what its effects do, not by their names.

use std::collections::BTreeSet;
use std::path::Path;

use super::context::Context;
use super::failure::CommandError;
use crate::config::{Config, ConfigOrigin, ConfigSource, FILE_NAME};
use crate::domain::names::HookName;
use crate::exit::Exit;
use crate::store::{HookSource, Reader};

/// The configuration at hand, as the shop's file remembers one; none where there is no file.
pub(super) fn current_hook_source(context: &Context<'_>) -> Option<HookSource> {
    let ConfigSource::File(path) = &context.config.source else {
        return None;
    };
    let (path, database) = (absolute(path), absolute(context.database()));
    let name = path
        .file_name()
        .filter(|_| path.parent() == database.parent());
    let place = name.map_or_else(|| path.to_string_lossy(), |name| name.to_string_lossy());
    let what = context.config.what_effects_do();
    Some(HookSource::new(place.into_owned(), &what))
}

/// What of the configuration at hand is to be remembered with the next write.
///
/// Without the shop's own configuration, orders would be moved past what must happen then, or another shop's programs be
/// run for them, and nobody would ever see it.
///
/// # Errors
/// It is not the shop's.
pub(super) fn source(context: &Context<'_>, reader: &Reader) -> anyhow::Result<Option<HookSource>> {
    let known = reader.known_hooks()?;
    let Some(ours) = current_hook_source(context) else {
        if known.is_empty() {
            return Ok(None);
        }
        return Err(refused(context, &known, None).into());
    };
    let recorded = reader.hook_sources()?;
    if recorded.iter().any(|one| one.is_equivalent(&ours)) {
        return Ok(None);
    }
    let is_the_shops = match recorded.first() {
        Some(_) => recorded.iter().any(|one| one.path == ours.path),
        None => belongs_to_database(context) || may_be_first(context, reader, &known)?,
    };
    if !is_the_shops {
        return Err(refused(context, &known, recorded.first()).into());
    }
    // Where nothing is to happen, here or there, there is nothing to mistake.
    let is_news =
        !recorded.is_empty() || belongs_to_database(context) || !context.config.effects.is_empty();
    Ok(Some(ours).filter(|_| is_news))
}

/// The file names this very database, whatever the command line and the environment say.
fn belongs_to_database(context: &Context<'_>) -> bool {
    absolute(context.database()) == absolute(&context.config.own_database)
}

/// Of a file that remembers no configuration: one that was named, and has all the effects that are known; or any, while
/// no order could be moved by it.
fn may_be_first(
    context: &Context<'_>,
    reader: &Reader,
    known: &BTreeSet<HookName>,
) -> anyhow::Result<bool> {
    let hooks = context.config.hooks();
    let has = |name: &HookName| hooks.iter().any(|hook| hook.name == *name);
    if !known.iter().all(has) {
        return Ok(false);
    }
    let is_named = context.config.origin == ConfigOrigin::Named;
    Ok(is_named || hooks.is_empty() || !reader.has_orders()?)
}

fn absolute(path: &Path) -> std::path::PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

fn refused(
    context: &Context<'_>,
    known: &BTreeSet<HookName>,
    recorded: Option<&HookSource>,
) -> CommandError {
    let mut names = known.iter();
    let effects = match (names.next(), names.next()) {
        (None, _) => "no effects".to_owned(),
        (Some(first), None) => format!("effects ({first})"),
        (Some(first), Some(_)) => format!("effects ({first}, …)"),
    };
    let hint = "say where it is with: --config FILE, or PAYCTL_CONFIG";
    let ConfigSource::File(path) = &context.config.source else {
        let why = format!("this shop has {effects}, and no {FILE_NAME} was found");
        return CommandError::new(Exit::Config, why).hint(hint);
    };
    let path = path.display();
    let last = recorded.map_or_else(String::new, |recorded| {
        let is_beside = !recorded.path.contains(std::path::MAIN_SEPARATOR);
        let place = if is_beside {
            " beside the database"
        } else {
            ""
        };
        format!("; it is used with {}{place}", recorded.path)
    });
    let why =
        format!("this shop has {effects}, and its configuration is another one than {path}{last}");
    let database = context.database().display();
    CommandError::new(Exit::Config, why).hint(format!(
        "{hint}. Where {path} is right, type once: payctl --config {path} --db {database} config accept --by NAME"
    ))
}

/// Nobody named it: a file that lies in the working folder must not be somebody else's trap.
///
/// # Errors
/// Everybody may change it, or it belongs to neither root, this user, nor the owner of the database.
pub(super) fn require_trusted(config: &Config, database: &Path) -> Result<(), CommandError> {
    let (ConfigSource::File(path), ConfigOrigin::WorkingFolder) = (&config.source, config.origin)
    else {
        return Ok(());
    };
    let Some(why) = why_not_trusted(path, database) else {
        return Ok(());
    };
    let path = path.display();
    Err(
        CommandError::new(Exit::Config, format!("{path} was not named, and {why}")).hint(format!(
            "look at it; if it is right: chmod o-w {path}, or name it with --config {path}"
        )),
    )
}

#[cfg(unix)]
fn why_not_trusted(path: &Path, database: &Path) -> Option<&'static str> {
    use std::os::unix::fs::MetadataExt as _;

    let known = std::fs::metadata(path).ok()?;
    if known.mode() & 0o002 != 0 {
        return Some("every user of this machine may change it");
    }
    let owner = std::fs::metadata(database).ok().map(|file| file.uid());
    let (root, user) = (0, rustix::process::geteuid().as_raw());
    let is_ours = [Some(root), Some(user), owner].contains(&Some(known.uid()));
    (!is_ours).then_some("it belongs to another user")
}

/// Who may change a file is not in its mode here.
#[cfg(not(unix))]
fn why_not_trusted(_: &Path, _: &Path) -> Option<&'static str> {
    None
}
