//! Whom the jobs run as: never root or the system, unless somebody says so.

use std::path::Path;

use crate::commands::CommandError;

/// Names of the account that may do everything on Windows.
const SYSTEM: [&str; 3] = ["system", "s-1-5-18", r"nt authority\system"];

/// The user of the jobs; none: whoever installs them, or on Windows LOCAL SERVICE.
///
/// # Errors
/// They would run as root or as SYSTEM.
pub(super) fn runner(named: Option<&str>, database: &Path) -> Result<Option<String>, CommandError> {
    if named.is_some_and(|name| SYSTEM.contains(&name.to_lowercase().as_str())) {
        let message =
            "the jobs must not run as SYSTEM: who may change a file of the shop could do anything";
        return Err(CommandError::usage(message).hint("leave out --user: LOCAL SERVICE runs them"));
    }
    of_this_machine(named, database)
}

#[cfg(unix)]
fn of_this_machine(named: Option<&str>, database: &Path) -> Result<Option<String>, CommandError> {
    use std::os::unix::fs::MetadataExt as _;

    let me = user_number();
    if let Some(name) = named {
        let is_me = me != 0 && user_name(me).as_deref() == Some(name);
        return Ok((!is_me).then(|| name.to_owned()));
    }
    if me != 0 {
        return Ok(None);
    }
    let owner = std::fs::metadata(database).ok().map(|known| known.uid());
    match owner.filter(|owner| *owner != 0).and_then(user_name) {
        Some(name) => Ok(Some(name)),
        None => {
            let message = "the jobs would run as root, which has more rights than they need";
            Err(CommandError::usage(message).hint(
                "give the shop to a user of its own (chown -R USER FOLDER), or name who runs them: --user NAME",
            ))
        }
    }
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "without Unix there is no root")]
fn of_this_machine(named: Option<&str>, _: &Path) -> Result<Option<String>, CommandError> {
    Ok(named.map(str::to_owned))
}

/// The number of the user of this process; 0 is root.
#[cfg(unix)]
pub(super) fn user_number() -> u32 {
    rustix::process::geteuid().as_raw()
}

#[cfg(not(unix))]
pub(super) fn user_number() -> u32 {
    1
}

#[cfg(unix)]
fn user_name(number: u32) -> Option<String> {
    name_in(&std::fs::read_to_string("/etc/passwd").ok()?, number)
}

/// A line is `name:password:number:group:…`.
#[cfg(unix)]
fn name_in(users: &str, number: u32) -> Option<String> {
    let line = users.lines().find(|line| {
        let field = line.split(':').nth(2);
        field.and_then(|field| field.parse().ok()) == Some(number)
    })?;
    line.split(':').next().map(str::to_owned)
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{name_in, runner, user_name, user_number};

    #[test]
    fn nothing_runs_as_the_system_by_itself() {
        for name in ["SYSTEM", "S-1-5-18", r"NT AUTHORITY\System"] {
            assert!(runner(Some(name), Path::new("shop.db")).is_err(), "{name}");
        }
        let named = runner(Some("toko"), Path::new("shop.db")).unwrap();
        assert_eq!(named.as_deref(), Some("toko"));
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("shop.db");
        std::fs::write(&database, "").unwrap();
        let own = runner(None, &database);
        if user_number() == 0 {
            assert!(own.unwrap_err().to_string().contains("root"));
            std::os::unix::fs::chown(&database, Some(1), None).unwrap();
            let owner = runner(None, &database).unwrap();
            assert_eq!(owner, user_name(1));
            assert!(owner.is_some());
        } else {
            assert_eq!(own.unwrap(), None);
        }
    }

    #[test]
    fn a_user_is_found_by_number() {
        let users = "root:x:0:0::/root:/bin/sh\nbroken\nrina:x:1000:1000::/home/rina:/bin/sh\n";
        assert_eq!(name_in(users, 1000).as_deref(), Some("rina"));
        assert_eq!(name_in(users, 7), None);
    }
}
