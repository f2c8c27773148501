//! `docs/reference/cli.md` is what the parser says of itself.
//!
//! After a change of an option or its help: `PAYCTL_WRITE_DOCS=1 cargo test --lib the_cli_reference`.

use std::fmt::Write as _;
use std::path::Path;

use clap::{Arg, ArgAction, Command, CommandFactory as _};

use crate::commands::Cli;
use crate::commands::examples::{HEADING, with_examples};

const REWRITE: &str = "PAYCTL_WRITE_DOCS";

const HEAD: &str = "\
# Commands

Generated from `payctl --help`; a test compares it. `payctl COMMAND --help` says the same. What each command prints for
programs is in [JSON](json.md), how it ends in [Exit codes](exit-codes.md).
";

fn reference() -> String {
    let mut cli = with_examples(Cli::command().max_term_width(100));
    cli.build();
    let mut text = HEAD.to_owned();
    table(&mut text, "## Global options", cli.get_arguments());
    section(&mut text, &cli, "payctl", 0);
    text
}

fn section(text: &mut String, command: &Command, path: &str, depth: usize) {
    if depth > 0 {
        let marks = "#".repeat(depth + 1);
        write!(text, "\n{marks} {path}\n").unwrap();
        let about = command.get_long_about().or(command.get_about());
        write!(text, "\n{}\n", about.unwrap()).unwrap();
        if !command.has_subcommands() || !command.is_subcommand_required_set() {
            let usage = command.clone().render_usage().to_string();
            let usage = usage.trim_start_matches("Usage: ").trim();
            write!(text, "\n```text\n{usage}\n```\n").unwrap();
            let own = |arg: &&Arg| !arg.is_global_set();
            table(text, "", command.get_arguments().filter(own));
            examples(text, command);
        }
    }
    let is_shown = |sub: &&Command| sub.get_name() != "help" && !sub.is_hide_set();
    for sub in command.get_subcommands().filter(is_shown) {
        let path = format!("{path} {}", sub.get_name());
        section(text, sub, &path, depth + 1);
    }
}

fn examples(text: &mut String, command: &Command) {
    let help = command.get_after_help().map(ToString::to_string);
    let help = help.unwrap_or_default();
    let Some((_, lines)) = help.rsplit_once(HEADING) else {
        return;
    };
    let lines: Vec<&str> = lines.trim().lines().map(str::trim).collect();
    write!(text, "\n```sh\n{}\n```\n", lines.join("\n")).unwrap();
}

fn table<'a>(text: &mut String, title: &str, arguments: impl Iterator<Item = &'a Arg>) {
    let is_shown = |arg: &&Arg| !matches!(arg.get_id().as_str(), "help" | "version");
    let rows: Vec<String> = arguments.filter(is_shown).map(row).collect();
    if rows.is_empty() {
        return;
    }
    if !title.is_empty() {
        write!(text, "\n{title}\n").unwrap();
    }
    write!(
        text,
        "\n| argument | default | |\n| --- | --- | --- |\n{}",
        rows.concat()
    )
    .unwrap();
}

/// Paragraphs become sentences of a cell.
fn one_line(help: &str) -> String {
    let line = help.replace("\n\n", ". ").replace('\n', " ");
    line.replace('|', "\\|")
}

fn row(arg: &Arg) -> String {
    let names: Vec<String> = arg
        .get_value_names()
        .unwrap_or_default()
        .iter()
        .map(ToString::to_string)
        .collect();
    let takes_value = matches!(arg.get_action(), ArgAction::Set | ArgAction::Append);
    let value = if takes_value && !names.is_empty() {
        names.join(" ")
    } else {
        String::new()
    };
    let short = arg.get_short().map(|short| format!("-{short}"));
    let long = arg.get_long().map(|long| format!("--{long}"));
    let flags: Vec<String> = short.into_iter().chain(long).collect();
    let argument = match (flags.is_empty(), value.is_empty()) {
        (true, _) => value,
        (false, true) => flags.join(", "),
        (false, false) => format!("{} {value}", flags.join(", ")),
    };
    let defaults: Vec<_> = arg.get_default_values().iter().collect();
    let default = if takes_value && !arg.is_hide_default_value_set() {
        defaults
            .iter()
            .map(|value| format!("`{}`", value.to_string_lossy()))
            .collect::<Vec<_>>()
            .join(" ")
    } else {
        String::new()
    };
    let help = arg.get_long_help().or(arg.get_help());
    let help = help.map(|help| one_line(&help.to_string()));
    let help = help.unwrap_or_default();
    format!("| `{argument}` | {default} | {help} |\n")
}

#[test]
fn the_cli_reference_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/cli.md");
    let reference = reference();
    if std::env::var_os(REWRITE).is_some() {
        std::fs::write(&path, &reference).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == reference,
        "docs/reference/cli.md is not what --help says; type: {REWRITE}=1 cargo test --lib the_cli_reference"
    );
}
