//! The group that may use a shop, by name or ID.

use crate::commands::CommandError;
use std::fs;

/// The machine's groups on every Unix; groups of a directory service must be given by ID.
const GROUPS: &str = "/etc/group";

pub(super) fn number(name: &str) -> Option<u32> {
    if let Ok(number) = name.parse() {
        return Some(number);
    }
    find(&fs::read_to_string(GROUPS).ok()?, name)
}

pub(super) fn unknown(name: &str) -> CommandError {
    let message = format!("this machine has no group {name}; nothing was written");
    let hint =
        "list its groups: cut -d: -f1 /etc/group; give a group of a directory service by its ID";
    CommandError::failed(message).hint(hint)
}

/// A line is `name:password:number:members`.
fn find(groups: &str, name: &str) -> Option<u32> {
    let mut lines = groups.lines().map(|line| line.split(':'));
    let mut line = lines.find_map(|mut line| (line.next() == Some(name)).then_some(line))?;
    line.nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_found_by_its_name() {
        let groups = "root:x:0:\nwww:x:33:a,b\nwww-data:x:34:\nbroken\n:x:5:\nodd:x:y:\n";
        for (name, number) in [
            ("root", Some(0)),
            ("www-data", Some(34)),
            ("ww", None),
            ("odd", None),
        ] {
            assert_eq!(find(groups, name), number, "{name}");
        }
        assert_eq!(number("77"), Some(77));
    }
}
