//! Who types the commands: what the command line or the environment says.

use crate::config::Environment;

/// The longest operator name, in characters.
const MAX_NAME: usize = 64;

/// The variables that name the user of the machine. The first is the system's own; the others come with shells.
const USER_VARIABLES: [&str; 3] = if cfg!(windows) {
    ["USERNAME", "USER", "LOGNAME"]
} else {
    ["USER", "LOGNAME", "USERNAME"]
};

/// An operator's name, as recorded with the event.
pub(super) fn name(text: &str) -> Result<String, String> {
    line(text, MAX_NAME)
}

/// A text of one line, without the spaces around it.
pub(super) fn line(text: &str, most: usize) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("is empty".to_owned());
    }
    if text.chars().count() > most {
        return Err(format!("is longer than {most} characters"));
    }
    if text.chars().any(char::is_control) {
        return Err("must be one line of plain text".to_owned());
    }
    Ok(text.to_owned())
}

/// The user of the machine. None without a name that can be recorded.
pub(super) fn machine_user(environment: &Environment) -> Option<String> {
    let names = USER_VARIABLES.into_iter();
    let mut users = names.filter_map(|variable| environment.get(variable));
    users.find_map(|user| name(user).ok())
}

/// Whom the command line or PAYCTL_OPERATOR names. None if neither does.
pub(super) fn named_operator(environment: &Environment, by: Option<&str>) -> Option<String> {
    let set = environment.get("PAYCTL_OPERATOR");
    let known = by.or(set.map(str::trim).filter(|name| !name.is_empty()));
    known.map(|name| format!("operator:{name}"))
}
