//! The house rules that a test can check in the source.

mod circles;
mod gateway_words;
mod hints;
mod macros;
mod map;
mod plain_english;
mod planted_faults;
mod source;
mod store_floors;
mod test_names;
mod type_names;

use std::collections::BTreeSet;

use payctl::domain::Rule;

use source::{Source, dependencies, functions, sources, words};

/// The rooms each room may use besides itself, and besides what every room may use. `commands` and `worlds` may use all.
const DIRECTIONS: [(&str, &[&str]); 14] = [
    ("clock", &["domain"]),
    ("config", &["domain", "gateway", "clock"]),
    ("domain", &[]),
    ("exit", &[]),
    ("faults", &["domain"]),
    ("gateway", &["domain", "http"]),
    ("import", &["domain"]),
    ("outbox", &["domain", "http", "store", "clock", "shutdown"]),
    ("shutdown", &["domain"]),
    ("output", &["domain", "exit", "clock"]),
    ("simulator", &["domain", "clock"]),
    (
        "reconciler",
        &["domain", "gateway", "http", "store", "clock", "shutdown"],
    ),
    ("store", &["domain"]),
    ("http", &["domain", "clock"]),
];

/// Every room may plant a fault: a released binary has none.
const USED_BY_ALL: &str = "faults";

/// The rooms used by the one value that stands for the process.
const HOST: [&str; 6] = [
    "clock",
    "config",
    "shutdown",
    "output",
    "http",
    "reconciler",
];

/// The place of each outside crate: files, or folders with a slash at the end.
const CRATES: [(&str, &[&str]); 46] = [
    ("anyhow", &["commands/", "worlds/"]),
    ("backon", &["http/retry.rs"]),
    ("base64", &["gateway/", "simulator/"]),
    (
        "chrono",
        &["domain/values/instant.rs", "domain/values/instant/text.rs"],
    ),
    ("chrono_tz", &["domain/values/instant.rs"]),
    ("clap", &["commands/"]),
    ("clap_complete", &["commands/completions.rs"]),
    ("clap_mangen", &["commands/man.rs"]),
    ("comfy_table", &["output/table.rs"]),
    ("csv", &["output/csv.rs"]),
    ("csv_core", &["import/columns.rs"]),
    (
        "dialoguer",
        &["commands/confirm.rs", "commands/confirm/", "host.rs"],
    ),
    ("dotenvy", &["config/dotenv.rs"]),
    ("fastrand", &["worlds/"]),
    ("futures_util", &["reconciler/", "outbox/"]),
    ("gethostname", &["host.rs"]),
    ("getrandom", &["store/random.rs"]),
    ("hmac", &["outbox/delivery/http.rs"]),
    ("http_body_util", &["simulator/"]),
    ("httpdate", &["http/headers.rs"]),
    ("humantime", &["config/"]),
    ("hyper", &["simulator/", "worlds/"]),
    ("hyper_util", &["simulator/"]),
    ("idna", &["outbox/delivery/mail/"]),
    ("indicatif", &["output/progress"]),
    ("lettre", &["outbox/delivery/mail/"]),
    ("minijinja", &["outbox/delivery/mail/template.rs"]),
    ("percent_encoding", &["gateway/", "simulator/"]),
    ("png", &["output/qr.rs"]),
    ("qrcode", &["output/qr.rs"]),
    ("reqwest", &["http/"]),
    ("rusqlite", &["store/engine/", "worlds/"]),
    (
        "rustix",
        &[
            "outbox/delivery/exec/process_group.rs",
            "commands/schedule/runner.rs",
            "commands/disk_room.rs",
            "commands/shop_files.rs",
            "store/engine/process_group.rs",
        ],
    ),
    (
        "secrecy",
        &["config/", "gateway/", "http/message.rs", "outbox/delivery/"],
    ),
    (
        "sha2",
        &[
            "store/digest.rs",
            "gateway/",
            "simulator/",
            "outbox/delivery/",
            "worlds/",
        ],
    ),
    (
        "strsim",
        &["config/section.rs", "commands/parser_errors.rs"],
    ),
    ("subtle", &["gateway/", "config/cgi.rs"]),
    (
        "tempfile",
        &[
            "import/lines.rs",
            "output/deferred.rs",
            "store/engine/",
            "commands/demo",
            "commands/atomic_file.rs",
            "commands/doctor/",
            "worlds/world.rs",
        ],
    ),
    (
        "tokio",
        &[
            "clock.rs",
            "commands/",
            "outbox/",
            "shutdown.rs",
            "simulator/",
            "reconciler/",
            "http/",
            "worlds/clock.rs",
        ],
    ),
    ("toml", &["config/section.rs"]),
    (
        "tracing",
        &[
            "commands/mod.rs",
            "commands/context.rs",
            "output/log.rs",
            "reconciler/",
            "http/",
        ],
    ),
    ("tracing_subscriber", &["output/log.rs"]),
    (
        "unicode_normalization",
        &["domain/payment/bank_transfer.rs"],
    ),
    ("unicode_width", &["output/fitting.rs"]),
    ("url", &["config/address.rs", "commands/cgi/request.rs"]),
    ("win32job", &["outbox/delivery/exec/process_group.rs"]),
];

/// Crates that every room may use.
const EVERYWHERE: [&str; 3] = ["serde", "serde_json", "thiserror"];

const MAX_FILE_LINES: usize = 400;
const MAX_FUNCTION_LINES: usize = 70;

/// Fails with the list of everything that breaks the rule.
#[track_caller]
fn check(rule: &str, broken: impl IntoIterator<Item = String>) {
    let broken: Vec<String> = broken.into_iter().collect();
    assert!(broken.is_empty(), "{rule}:\n{}", broken.join("\n"));
}

/// The product lines that contain one of these parts.
fn lines_with<'a>(source: &'a Source, parts: &'a [&str]) -> impl Iterator<Item = String> + 'a {
    let has_part = |line: &&str| parts.iter().any(|part| line.contains(part));
    let lines = source.product.lines().filter(has_part);
    lines.map(|line| format!("{}: {}", source.path, line.trim()))
}

#[test]
fn a_room_uses_only_permitted_rooms() {
    let allowed = |room: &str| -> Option<&[&str]> {
        match room {
            "commands" | "main" | "lib" | "worlds" => None,
            "host" => Some(&HOST),
            room => Some(DIRECTIONS.iter().find(|(name, _)| *name == room)?.1),
        }
    };
    let mut broken = Vec::new();
    for source in sources("src") {
        let known = ["commands", "main", "lib", "host", "worlds"].contains(&source.room.as_str());
        if !known && allowed(&source.room).is_none() {
            broken.push(format!(
                "{}: no list says which rooms {} may use",
                source.path, source.room
            ));
        }
        let Some(allowed) = allowed(&source.room) else {
            continue;
        };
        for (_, rest) in source.product.match_indices("crate::").map(|(at, found)| {
            (
                at,
                source.product.get(at + found.len()..).unwrap_or_default(),
            )
        }) {
            let other = words(rest).next().unwrap_or_default();
            let is_allowed = allowed.contains(&other) || other == USED_BY_ALL;
            if other != source.room && !is_allowed {
                broken.push(format!("{} looks into {other}", source.path));
            }
        }
        if source.room == "gateway" {
            let sends = source.product.replace("crate::http::message", "");
            if sends.contains("crate::http") {
                broken.push(format!(
                    "{} uses more of http than its messages",
                    source.path
                ));
            }
        }
    }
    check("directions", broken);
}

#[test]
fn an_outside_crate_lives_in_its_room() {
    let named: BTreeSet<String> = dependencies();
    let listed = CRATES.iter().map(|(name, _)| *name).chain(EVERYWHERE);
    let listed: BTreeSet<String> = listed.map(str::to_owned).collect();
    assert_eq!(named, listed, "every dependency needs its room");
    let mut broken = Vec::new();
    for source in sources("src") {
        let is_at_home = |rooms: &[&str]| {
            rooms.iter().any(|room| match room.strip_suffix(".rs") {
                Some(_) => source.path == *room,
                None => source.path.starts_with(room) || format!("{}/", source.room) == *room,
            })
        };
        let is_used = |name: &str| source.uses(name);
        let strangers = CRATES
            .iter()
            .filter(|(name, rooms)| is_used(name) && !is_at_home(rooms));
        broken.extend(strangers.map(|(name, _)| format!("{} uses {name}", source.path)));
    }
    check("crates", broken);
}

#[test]
fn no_file_or_function_is_too_long() {
    let mut broken = Vec::new();
    for source in sources("src").into_iter().chain(sources("tests/it")) {
        let lines = source.text.lines().count();
        if lines > MAX_FILE_LINES {
            broken.push(format!("{} has {lines} lines", source.path));
        }
        let long = functions(&source.text).into_iter();
        let long = long.filter(|(_, lines)| *lines > MAX_FUNCTION_LINES);
        broken
            .extend(long.map(|(name, lines)| format!("{}: {name} has {lines} lines", source.path)));
    }
    check("sizes", broken);
}

#[test]
fn money_never_floats() {
    let rooms = [
        "domain",
        "store",
        "gateway",
        "reconciler",
        "commands",
        "import",
    ];
    let mut broken = Vec::new();
    for source in sources("src") {
        if rooms.contains(&source.room.as_str()) {
            let floats = words(&source.product).filter(|word| matches!(*word, "f32" | "f64"));
            broken.extend(floats.map(|word| format!("{} has {word}", source.path)));
        }
    }
    check("whole rupiah", broken);
}

#[test]
fn time_and_process_enter_at_one_place() {
    let mut broken = Vec::new();
    for source in sources("src") {
        if source.path != "clock.rs" {
            broken.extend(lines_with(
                &source,
                &["SystemTime", "Utc::now", "Local::now"],
            ));
        }
        if !["host.rs", "main.rs"].contains(&source.path.as_str()) {
            let process = ["env::var", "env::args", "env::current_dir", "process::exit"];
            broken.extend(lines_with(&source, &process));
        }
        let prints = ["println!", "print!(", "dbg!("];
        broken.extend(lines_with(&source, &prints));
    }
    check("doors", broken);
}

#[test]
fn the_product_never_panics() {
    let parts = [
        ".unwrap()",
        ".expect(\"",
        "panic!",
        "todo!",
        "unimplemented!",
        "unreachable!",
        "#[allow",
        "#![allow",
    ];
    let sources = sources("src");
    check(
        "errors are values",
        sources.iter().flat_map(|source| lines_with(source, &parts)),
    );
}

#[test]
fn sql_lives_in_its_own_files() {
    let verbs = [
        "SELECT ", "INSERT ", "UPDATE ", "DELETE ", "CREATE ", "DROP ", "ALTER ",
    ];
    let mut broken = Vec::new();
    for source in sources("src") {
        let quoted = verbs.map(|verb| format!("\"{verb}"));
        let quoted: Vec<&str> = quoted.iter().map(String::as_str).collect();
        broken.extend(lines_with(&source, &quoted));
    }
    check("SQL stands in sql/", broken);
}

#[test]
fn a_rule_named_in_a_comment_exists() {
    let is_known = |word: &str| Rule::ALL.iter().any(|rule| rule.word() == word);
    let mut broken = Vec::new();
    for source in sources("src") {
        let unknown = source
            .comments
            .iter()
            .flat_map(|line| words(line))
            .filter(|word| looks_like_a_rule(word) && !is_known(word));
        broken.extend(unknown.map(|word| format!("{} names {word}", source.path)));
    }
    check("rules", broken);
}

/// `P6`, `O11b`: a letter, a number, perhaps a `b`.
fn looks_like_a_rule(word: &str) -> bool {
    let Some(number) = word.strip_prefix(['P', 'O', 'E', 'R', 'G', 'S', 'H']) else {
        return false;
    };
    let number = number.trim_end_matches('b');
    !number.is_empty() && number.len() <= 2 && number.bytes().all(|byte| byte.is_ascii_digit())
}
