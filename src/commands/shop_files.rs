//! Whether the current configuration belongs to the shop whose database is written: compares what its effects do.

use std::collections::BTreeSet;
use std::path::Path;

use crate::commands::CommandError;
use crate::config::{Config, ConfigOrigin, ConfigSource, FILE_NAME};
use crate::domain::HookName;
use crate::host::Host;
use crate::store::{HookSource, Reader};

/// A mistyped path is refused as what it is, before anything is opened or made there.
///
/// # Errors
/// The path is a folder, or in none; or there is no file, and neither a person nor a configuration names one.
pub(super) fn require_a_file(
    config: &Config,
    database: &Path,
    host: &Host,
    is_named: bool,
) -> Result<(), CommandError> {
    let path = database.display();
    let correct = "correct --db, PAYCTL_DB, or `database` in the configuration";
    if database.is_dir() {
        let message = format!("the database {path} is a folder");
        return Err(CommandError::config(message).hint(format!("name a file in it: {correct}")));
    }
    let folder = database
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.exists()) {
        let message = format!(
            "the database {path} has no folder: {} does not exist",
            folder.display()
        );
        return Err(CommandError::config(message).hint(format!("make the folder, or {correct}")));
    }
    if !is_named && config.origin == ConfigOrigin::Nowhere && !database.exists() {
        return Err(nowhere(database, host));
    }
    Ok(())
}

/// There is neither a database nor a configuration, and nobody has named one: where they were looked for.
pub(super) fn nowhere(database: &Path, host: &Host) -> CommandError {
    let places = Config::usual_places(&host.environment, &host.folder);
    let places: Vec<String> = places
        .iter()
        .map(|place| place.display().to_string())
        .collect();
    let path = database.display();
    let message = format!("there is no payctl database at {path}, and no configuration");
    CommandError::config(message).hint(format!(
        "looked for {}; go to the shop's folder, name one with --config or --db, or set up a new shop: payctl init",
        places.join(" and ")
    ))
}

/// The current configuration as the database would remember it; none without a configuration file.
pub(super) fn current_hook_source(config: &Config, database: &Path) -> Option<HookSource> {
    let ConfigSource::File(path) = &config.source else {
        return None;
    };
    let (path, database) = (absolute(path), absolute(database));
    let name = path
        .file_name()
        .filter(|_| path.parent() == database.parent());
    let place = name.map_or_else(|| path.to_string_lossy(), |name| name.to_string_lossy());
    let what = config.what_effects_do();
    Some(HookSource::new(place.into_owned(), &what))
}

/// What the next write must remember of the current configuration.
///
/// With a wrong configuration, orders would change without the effects they need, or another shop's programs would
/// run for them, and nobody would notice.
///
/// # Errors
/// The configuration belongs to another shop.
pub(super) fn source(
    config: &Config,
    database: &Path,
    reader: &Reader,
) -> anyhow::Result<Option<HookSource>> {
    let known = reader.known_hooks()?;
    let Some(ours) = current_hook_source(config, database) else {
        if known.is_empty() {
            return Ok(None);
        }
        return Err(refused(config, database, &known, None).into());
    };
    let recorded = reader.hook_sources()?;
    if recorded.iter().any(|one| one.is_equivalent(&ours)) {
        return Ok(None);
    }
    let is_the_shops = match recorded.first() {
        Some(_) => recorded.iter().any(|one| one.path == ours.path),
        None => belongs_to_database(config, database) || is_first_database(config, reader, &known)?,
    };
    if !is_the_shops {
        return Err(refused(config, database, &known, recorded.first()).into());
    }
    // Without effects on either side there is nothing to mix up.
    let is_news =
        !recorded.is_empty() || belongs_to_database(config, database) || !config.effects.is_empty();
    Ok(Some(ours).filter(|_| is_news))
}

/// The configuration names this very database, whatever the command line and the environment say.
fn belongs_to_database(config: &Config, database: &Path) -> bool {
    absolute(database) == absolute(&config.own_database)
}

/// A database that remembers no configuration accepts one that was named explicitly and has all known effects, or any
/// configuration while no order could be affected.
fn is_first_database(
    config: &Config,
    reader: &Reader,
    known: &BTreeSet<HookName>,
) -> anyhow::Result<bool> {
    let hooks = config.hooks();
    let has = |name: &HookName| hooks.iter().any(|hook| hook.name == *name);
    if !known.iter().all(has) {
        return Ok(false);
    }
    let is_named = config.origin == ConfigOrigin::Named;
    Ok(is_named || hooks.is_empty() || !reader.has_orders()?)
}

fn absolute(path: &Path) -> std::path::PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

fn refused(
    config: &Config,
    database: &Path,
    known: &BTreeSet<HookName>,
    recorded: Option<&HookSource>,
) -> CommandError {
    let mut names = known.iter();
    let effects = match (names.next(), names.next()) {
        (None, _) => "no effects".to_owned(),
        (Some(first), None) => format!("effects ({first})"),
        (Some(first), Some(_)) => format!("effects ({first}, …)"),
    };
    let hint = "give its path with --config FILE, or PAYCTL_CONFIG";
    let ConfigSource::File(path) = &config.source else {
        let why = format!("this shop has {effects}, and no {FILE_NAME} was found");
        return CommandError::config(why).hint(hint);
    };
    let path = path.display();
    let last = recorded.map_or_else(String::new, |recorded| {
        let is_beside = !recorded.path.contains(std::path::MAIN_SEPARATOR);
        let place = if is_beside {
            " next to the database"
        } else {
            ""
        };
        format!("; its configuration was {}{place}", recorded.path)
    });
    let why = format!("this shop has {effects}, and {path} is not its configuration{last}");
    let database = database.display();
    CommandError::config(why).hint(format!(
        "{hint}. If {path} is right, run once: payctl --config {path} --db {database} config accept --by NAME"
    ))
}

/// A file found in the working folder, without being named, might have been planted there by somebody else.
///
/// # Errors
/// If everybody may change it, or if it belongs to neither root, this user, nor the owner of the database.
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
        CommandError::config(format!("{path} was found but not named, and {why}")).hint(format!(
            "check its content; if it is right: chmod o-w {path}, or name it with --config {path}"
        )),
    )
}

#[cfg(unix)]
fn why_not_trusted(path: &Path, database: &Path) -> Option<&'static str> {
    use std::os::unix::fs::MetadataExt as _;

    let known = std::fs::metadata(path).ok()?;
    if known.mode() & 0o002 != 0 {
        return Some("every user of this machine can change it");
    }
    let owner = std::fs::metadata(database).ok().map(|file| file.uid());
    let (root, user) = (0, rustix::process::geteuid().as_raw());
    let is_ours = [Some(root), Some(user), owner].contains(&Some(known.uid()));
    (!is_ours).then_some("it belongs to another user")
}

/// On this system a file's mode does not say who may change it.
#[cfg(not(unix))]
fn why_not_trusted(_: &Path, _: &Path) -> Option<&'static str> {
    None
}
