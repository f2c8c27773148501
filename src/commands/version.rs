//! What this program is: what `--version` prints, and what a report of a fault needs.

use std::sync::LazyLock;

use crate::store::newest_schema;

pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Behind the name of the program: the version, then what it was built from and for.
pub(super) fn long() -> &'static str {
    static LONG: LazyLock<String> = LazyLock::new(|| format!("{VERSION}\n{}", facts().join("\n")));
    &LONG
}

/// One fact each.
pub(super) fn facts() -> [String; 4] {
    [
        format!(
            "commit {} ({})",
            env!("PAYCTL_COMMIT"),
            env!("PAYCTL_COMMIT_DATE")
        ),
        format!("target {}", env!("PAYCTL_TARGET")),
        format!("features {}", env!("PAYCTL_FEATURES")),
        format!("schema {}", newest_schema()),
    ]
}
