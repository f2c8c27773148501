//! What `--help` shows at its end: lines to copy. A test types every one of them in a shop that has these orders.

use crate::exit::Exit::{self, Attention, Clean, Config};

/// A line of a command, and how it ends in the shop of the test.
pub type Example = (&'static str, Exit);

/// The lines of the whole program.
const PROGRAM: &[Example] = &[
    ("payctl init", Clean),
    ("payctl order list --status pending", Clean),
    ("payctl why INV-1", Clean),
];

/// A group shows the first line of each of so many of its commands.
const LINES_OF_A_GROUP: usize = 3;

/// By the words of the command.
#[rustfmt::skip]
const EXAMPLES: &[(&str, &[Example])] = &[
    ("init", &[("payctl init", Clean), ("payctl init --simulator --yes", Clean), ("payctl init --yes --pakasir tokokami --timezone Asia/Jakarta", Clean)]),
    ("demo", &[("payctl demo", Clean)]),
    ("simulator run", &[("payctl simulator run --port 0", Clean)]),
    ("simulator pay", &[("payctl simulator pay INV-10", Clean)]),
    ("product set", &[
        ("payctl product set seat --price 150.000 --capacity 100 --tickets", Clean),
        ("payctl product set vpn --price 50.000 --access 30d", Clean),
    ]),
    ("product list", &[("payctl product list", Clean)]),
    ("product show", &[("payctl product show seat", Clean)]),
    ("order create", &[
        ("payctl order create --number INV-20 --line seat:2 --customer-email rina@example.com", Clean),
        ("payctl order create --number INV-20 --line vpn:1 --gateway midtrans --method qris", Clean),
    ]),
    ("order attach", &[("payctl order attach INV-2 --gateway midtrans --reference INV-2 --method qris", Clean)]),
    ("order cancel", &[
        ("payctl order cancel INV-2 --reason \"the customer wants another day\"", Clean),
        ("payctl order cancel INV-3 --reason \"the show is off\" --yes", Attention),
        ("payctl order cancel INV-2 --reason \"sold at the door\" --only-pending", Clean),
    ]),
    ("order edit", &[("payctl order edit INV-2 --email rina@example.com --phone 0812345678", Clean)]),
    ("order extend", &[("payctl order extend INV-2 --by 2h", Clean)]),
    ("order find", &[
        ("payctl order find rina", Clean),
        ("payctl order find 0812-3456", Clean),
    ]),
    ("order import", &[("payctl order import orders.csv --dry-run", Clean), ("payctl order import orders.csv", Clean)]),
    ("order list", &[
        ("payctl order list --status pending", Clean),
        ("payctl order list --product seat --status paid,fulfilled", Clean),
        ("payctl order list --format csv --excel", Clean),
    ]),
    ("order show", &[("payctl order show INV-1", Clean)]),
    ("pay", &[
        ("payctl pay INV-2 --gateway midtrans --method qris", Clean),
        ("payctl pay INV-2 --gateway manual --unique", Clean),
    ]),
    ("watch", &[("payctl watch INV-1 --timeout 10m", Clean)]),
    ("check-all", &[("payctl check-all", Attention), ("payctl check-all --fix", Clean), ("payctl check-all --fix --due --quiet", Clean)]),
    ("check-status", &[("payctl check-status INV-1", Attention), ("payctl check-status INV-1 --fix", Clean)]),
    ("expire", &[("payctl expire --dry-run", Clean), ("payctl expire", Clean)]),
    ("approve", &[
        ("payctl approve INV-2 --reason \"cash at the till\" --yes", Clean),
        ("payctl approve INV-2 --amount 150.000 --bank-ref FT2617 --reason \"seen at BCA\" --yes", Clean),
        ("payctl approve --withdraw 3 --reason \"the transfer bounced\" --yes", Attention),
    ]),
    ("case list", &[("payctl case list", Clean)]),
    ("case show", &[("payctl case show 1", Clean)]),
    ("case resolve", &[("payctl case resolve 1 --accept --reason \"agreed on the phone\" --yes", Clean)]),
    ("refund list", &[("payctl refund list", Clean)]),
    ("refund approve", &[("payctl refund approve 1 --yes", Clean)]),
    ("refund send", &[("payctl refund send 3 --dry-run", Clean), ("payctl refund send 3", Clean)]),
    ("refund done", &[("payctl refund done 2 --bank-ref FT2618 --yes", Clean)]),
    ("refund reject", &[("payctl refund reject 1 --reason \"the customer takes another show\" --yes", Clean)]),
    ("gateway list", &[("payctl gateway list", Clean)]),
    ("gateway accept-unknown", &[("payctl gateway accept-unknown midtrans --reason \"a new account since May\"", Clean)]),
    ("ticket list", &[("payctl ticket list --order INV-3", Clean)]),
    ("ticket show", &[("payctl ticket show 5K7M2Q9XW3T8B6N1C4Z0R2T5W8", Clean)]),
    ("ticket redeem", &[("payctl ticket redeem 5K7M2Q9XW3T8B6N1C4Z0R2T5W8", Clean)]),
    ("ticket scan", &[("payctl ticket scan < codes.txt", Clean)]),
    ("ticket unredeem", &[("payctl ticket unredeem 9C4Z0R2T5W85K7M2Q9XW3T8B6N --reason \"scanned by mistake\"", Clean)]),
    ("ticket revoke", &[("payctl ticket revoke 5K7M2Q9XW3T8B6N1C4Z0R2T5W8 --reason \"one seat less\" --yes", Clean)]),
    ("customer export", &[("payctl customer export rina@example.com", Clean)]),
    ("config show", &[("payctl config show", Clean)]),
    ("config check", &[("payctl config check", Clean)]),
    ("config set-key", &[("payctl config set-key midtrans", Config), ("payctl config set-key midtrans --stdin --dry-run < key.txt", Config)]),
    ("doctor", &[("payctl doctor", Attention), ("payctl doctor --fix --offline", Attention)]),
    ("config accept", &[("payctl config accept --dry-run", Clean), ("payctl config accept --by rina", Clean)]),
    ("access check", &[
        ("payctl access check --product vpn --order INV-3", Clean),
        ("payctl access check --product vpn --user rina@example.com", Clean),
    ]),
    ("access list", &[("payctl access list --user rina@example.com", Clean)]),
    ("access revoke", &[("payctl access revoke INV-3 --product vpn --reason \"shared with others\" --yes", Clean)]),
    ("webhook", &[("payctl webhook midtrans < notification.json", Clean)]),
    ("webhook list", &[("payctl webhook list", Clean), ("payctl webhook list --verdict forged,unreadable", Clean)]),
    ("webhook show", &[("payctl webhook show 1", Clean)]),
    ("webhook replay", &[("payctl webhook replay 1", Clean)]),
    ("cgi", &[("REQUEST_METHOD=GET PATH_INFO=/status QUERY_STRING=\"order=INV-1&session=4f1c9d7ab0e2\" payctl cgi", Clean)]),
    ("fulfil", &[
        ("payctl fulfil", Clean),
        ("payctl fulfil --replay 5 --reason \"the server is back\"", Clean),
        ("payctl fulfil --resend 1 --reason \"the customer has lost the mail\"", Clean),
    ]),
    ("fulfil list", &[("payctl fulfil list", Clean), ("payctl fulfil list --all --order INV-3", Clean)]),
    ("effect test", &[("payctl effect test receipt --order INV-3", Clean)]),
    ("cleanup", &[("payctl cleanup --dry-run", Clean), ("payctl cleanup --older-than 180d", Clean), ("payctl cleanup --erase sari@example.com --yes", Clean)]),
    ("report", &[("payctl report", Clean), ("payctl report --day 2026-03-01 --html report.html", Clean), ("payctl report --from 2026-02-01 --to 2026-02-28 --format json", Clean)]),
    ("status", &[("payctl status", Attention), ("payctl status --quiet", Attention), ("payctl status --format json", Attention)]),
    ("why", &[("payctl why INV-1", Clean), ("payctl why --rule P6", Clean)]),
    ("metrics", &[("payctl metrics", Clean)]),
    ("log", &[("payctl log", Clean), ("payctl log --order INV-1", Clean), ("payctl log --since 2026-03-02 --format jsonl", Clean)]),
    ("runs", &[("payctl runs", Clean), ("payctl runs --failed --since 2026-03-02", Clean), ("payctl runs --job check-all --limit 5", Clean)]),
    ("completions", &[("payctl completions bash", Clean)]),
    ("man", &[("payctl man", Clean)]),
    ("verify", &[("payctl verify", Clean)]),
    ("schedule print", &[
        ("payctl schedule print --for systemd", Clean),
        ("payctl schedule print --for schtasks --into tasks", Clean),
    ]),
    ("schedule install", &[("payctl schedule install --dry-run", Clean), ("payctl schedule install --yes", Clean)]),
    ("schedule remove", &[("payctl schedule remove --yes", Clean)]),
    ("schedule list", &[("payctl schedule list", Clean)]),
    ("backup", &[("payctl backup shop-copy.db --keep 7", Clean)]),
    ("restore", &[("payctl restore shop-copy.db --dry-run", Clean), ("payctl restore shop-copy.db --yes", Clean), ("payctl restore --release --yes", Clean)]),
    (
        "migrate",
        &[
            ("payctl migrate --dry-run", Clean),
            ("payctl migrate", Clean),
            ("payctl migrate --search-words", Clean),
        ],
    ),
];

/// The line above the examples.
pub(super) const HEADING: &str = "Examples:";

/// Every example, by the words of its command. For tests that type them.
pub fn examples() -> impl Iterator<Item = (&'static str, Example)> {
    let commands = EXAMPLES.iter();
    let of_commands =
        commands.flat_map(|(path, lines)| lines.iter().map(move |example| (*path, *example)));
    let of_program = PROGRAM.iter().map(|example| ("", *example));
    of_program.chain(of_commands)
}

/// The command with its examples, and those of its subcommands, at the end of their help.
pub(super) fn with_examples(command: clap::Command) -> clap::Command {
    let lines: Vec<&str> = PROGRAM.iter().map(|(line, _)| *line).collect();
    let help = command.get_after_help().map(ToString::to_string);
    let command = command.after_help(block(help, &lines));
    command.mut_subcommands(|sub| {
        let path = sub.get_name().to_owned();
        below(sub, &path)
    })
}

fn below(command: clap::Command, path: &str) -> clap::Command {
    let lines = lines(path);
    let command = if lines.is_empty() {
        command
    } else {
        command.after_help(block(None, &lines))
    };
    command.mut_subcommands(|sub| {
        let path = format!("{path} {}", sub.get_name());
        below(sub, &path)
    })
}

/// Of a command; of a group, one of each of its first commands.
fn lines(path: &str) -> Vec<&'static str> {
    let own = EXAMPLES.iter().find(|(known, _)| *known == path);
    if let Some((_, own)) = own {
        return own.iter().map(|(line, _)| *line).collect();
    }
    let group = format!("{path} ");
    let members = EXAMPLES
        .iter()
        .filter(|(known, _)| known.starts_with(&group));
    let firsts = members.filter_map(|(_, lines)| lines.first().map(|(line, _)| *line));
    firsts.take(LINES_OF_A_GROUP).collect()
}

fn block(before: Option<String>, lines: &[&str]) -> String {
    let before = before.map(|text| format!("{text}\n\n")).unwrap_or_default();
    let lines: Vec<String> = lines.iter().map(|line| format!("  {line}")).collect();
    format!("{before}{HEADING}\n{}", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use clap::{Command, CommandFactory as _};

    use super::*;
    use crate::commands::Cli;

    /// Panics unless the help of each command that is shown ends with one to three lines.
    fn check(command: &Command, path: &str) {
        let help = command.clone().render_long_help().to_string();
        let Some((_, block)) = help.rsplit_once(HEADING) else {
            panic!("{path} has no examples");
        };
        let lines: Vec<&str> = block.trim().lines().collect();
        assert!((1..=3).contains(&lines.len()), "{path}: {block}");
        for line in lines {
            assert!(line.contains("payctl "), "{path}: {line}");
        }
        let is_shown = |sub: &&Command| sub.get_name() != "help" && !sub.is_hide_set();
        for sub in command.get_subcommands().filter(is_shown) {
            check(sub, &format!("{path} {}", sub.get_name()));
        }
    }

    #[test]
    fn every_help_ends_with_examples() {
        let mut command = with_examples(Cli::command()).term_width(100);
        command.build();
        check(&command, "payctl");
    }

    #[test]
    fn every_example_belongs_to_a_command() {
        let command = Cli::command();
        for (path, lines) in EXAMPLES {
            let mut words = path.split_whitespace();
            let found = words.try_fold(&command, |at, word| at.find_subcommand(word));
            assert!(found.is_some(), "{path}");
            for (line, _) in *lines {
                assert!(line.contains(&format!("payctl {path}")), "{line}");
            }
        }
    }
}
