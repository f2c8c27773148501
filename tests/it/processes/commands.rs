//! Every command line that writes, with work to do in the shop of [`super::template`].

use std::collections::BTreeSet;

use payctl::commands::Writes;
use payctl::exit::Exit::{self, Attention, Clean, Failed};

use super::dice::number;

/// What a command finds when it starts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Setting {
    /// The shop in which each command has work to do.
    Shop,
    /// The same, some time after a backup was made.
    BackedUp,
    /// The same, restored from a backup.
    Held,
    /// A file with the schema of an old version.
    OldFile,
    /// An empty folder.
    Nothing,
}

/// What a command reads besides its arguments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Input {
    Nothing,
    /// A notification on standard input, about the payment of `PAID-1`.
    Notification,
    /// The same as a web server passes it on.
    PostedNotification,
    /// A request to end overdue orders, as a web server passes it on.
    ExpiryRequest,
    /// The code of a good ticket on standard input.
    TicketCode,
}

/// A command line that writes.
#[derive(Clone, Copy, Debug)]
pub(super) struct WritingCommand {
    /// `{ticket}` and the like stand for what [`super::template::NAMES`] finds in the file.
    pub(super) line: &'static str,
    /// How it ends when it does its work, and when its work is done already.
    pub(super) ends: [Exit; 2],
    /// How else it may end after a kill.
    pub(super) after_a_kill: Option<Exit>,
    pub(super) input: Input,
    pub(super) setting: Setting,
}

const fn job(line: &'static str, work: Exit, again: Exit) -> WritingCommand {
    WritingCommand {
        line,
        ends: [work, again],
        after_a_kill: None,
        input: Input::Nothing,
        setting: Setting::Shop,
    }
}

impl WritingCommand {
    /// Whether it may end like this when it is repeated after it was disturbed.
    pub(super) fn may_end(&self, exit: Exit) -> bool {
        self.ends.contains(&exit) || self.after_a_kill == Some(exit)
    }

    const fn reading(self, input: Input) -> Self {
        Self { input, ..self }
    }

    /// The gateway has opened it, and the answer with its instructions is lost.
    const fn or_without_instructions(self) -> Self {
        let after_a_kill = Some(Attention);
        Self {
            after_a_kill,
            ..self
        }
    }

    /// What it began is not done yet.
    const fn or_still_under_way(self) -> Self {
        let after_a_kill = Some(Failed);
        Self {
            after_a_kill,
            ..self
        }
    }

    const fn finding(self, setting: Setting) -> Self {
        Self { setting, ..self }
    }
}

/// What shops and their customers do.
pub(super) const CUSTOMERS: [WritingCommand; 17] = [
    job(
        "order create --number NEW-1 --line show:2 --line book:1 --expires-in 1h --customer-email sari@example.com",
        Clean,
        Clean,
    ),
    job(
        "order create --number NEW-1 --line show:2 --expires-in 1h --gateway midtrans --method qris",
        Clean,
        Clean,
    ),
    job("order import orders.jsonl", Clean, Clean),
    job(
        "order attach BARE-1 --gateway midtrans --reference ATT-1 --method qris",
        Clean,
        Clean,
    ),
    job("order extend BARE-1 --until {deadline}", Clean, Clean),
    job(
        "order edit BARE-1 --name Sari --phone 0812 --note calls --meta user=sari",
        Clean,
        Clean,
    ),
    job("pay BARE-1 --gateway midtrans --method qris", Clean, Clean).or_without_instructions(),
    job("pay BARE-1 --gateway pakasir --method qris", Clean, Clean).or_without_instructions(),
    job("pay BARE-1 --gateway manual --unique", Clean, Clean),
    job(
        "pay OPEN-1 --gateway midtrans --method bca_va --new",
        Clean,
        Clean,
    )
    .or_without_instructions(),
    job("watch PAID-1 --interval 1s --timeout 5s", Clean, Clean),
    job("webhook midtrans", Clean, Clean).reading(Input::Notification),
    job("cgi", Clean, Clean).reading(Input::PostedNotification),
    job("cgi --quiet", Clean, Clean).reading(Input::ExpiryRequest),
    job("access check --product show --order CASH-1", Clean, Clean),
    job("ticket redeem {ticket}", Clean, Attention),
    job("ticket scan", Clean, Attention).reading(Input::TicketCode),
];

/// What operators do.
pub(super) const OPERATORS: [WritingCommand; 21] = [
    job(
        "product set show --price 12000 --capacity 60 --name Concert",
        Clean,
        Clean,
    ),
    job("product set poster --price 5000 --capacity 9", Clean, Clean),
    job("approve BARE-1 --yes --reason cash", Clean, Failed),
    job(
        "approve BARE-1 BARE-2 --yes --reason bank --bank-ref FT-1",
        Clean,
        Failed,
    ),
    job(
        "approve --withdraw {manual} --yes --reason bounced",
        Attention,
        Failed,
    ),
    job("order cancel CASH-1 --reason rain --yes", Attention, Failed),
    job("order cancel OPEN-1 --reason rain --yes", Clean, Failed),
    job(
        "case resolve {case} --accept --reason regular",
        Clean,
        Failed,
    ),
    job("refund approve {due}", Clean, Failed),
    job("refund reject {due} --reason tip", Clean, Failed),
    job("refund done {approved} --bank-ref OUT-1", Clean, Failed),
    job("refund send {sendable}", Clean, Failed),
    job(
        "ticket revoke {ticket} --reason returned --refund 10000",
        Attention,
        Failed,
    ),
    job("ticket unredeem {used} --reason mistake", Clean, Failed),
    job(
        "access revoke CASH-1 --product show --reason abuse",
        Clean,
        Failed,
    ),
    job(
        "gateway accept-unknown midtrans --reason moved",
        Clean,
        Clean,
    ),
    job("--config other/payctl.toml config accept", Clean, Clean),
    job("webhook replay {notification}", Clean, Clean),
    job("fulfil --replay {effect} --reason mended", Clean, Failed),
    job("fulfil --resend {done} --reason lost", Clean, Clean).or_still_under_way(),
    job("cleanup --erase gone@example.com --yes", Clean, Failed),
];

/// What cron does, and what installs and updates.
pub(super) const JOBS: [WritingCommand; 12] = [
    job("check-all --fix", Clean, Clean),
    job("check-all --fix --due", Clean, Clean),
    job("check-status PAID-1 --fix", Clean, Clean),
    job("expire", Clean, Clean),
    job("fulfil", Clean, Clean),
    job("cleanup", Clean, Clean),
    job("cleanup --older-than 1ms", Clean, Clean),
    job("backup copy.db --keep 2", Clean, Clean),
    job("restore copy.db --yes", Clean, Clean).finding(Setting::BackedUp),
    job("restore --release --yes", Clean, Clean).finding(Setting::Held),
    job("migrate", Clean, Clean).finding(Setting::OldFile),
    job("init --yes", Clean, Failed).finding(Setting::Nothing),
];

/// Every command line that writes.
pub(super) fn writing() -> impl Iterator<Item = WritingCommand> {
    CUSTOMERS.into_iter().chain(OPERATORS).chain(JOBS)
}

/// The command lines that find the shop, a third of them in each round, with the seed of the round.
pub(super) fn a_third_a_round() -> impl Iterator<Item = (u64, WritingCommand)> {
    let first = number("PAYCTL_KILL_SEED", 1);
    let rounds = number("PAYCTL_KILL_ROUNDS", 1);
    (first..first + rounds).flat_map(|seed| {
        let third = usize::try_from(seed % 3).unwrap();
        let commands = writing().filter(|command| command.setting == Setting::Shop);
        commands
            .skip(third)
            .step_by(3)
            .map(move |command| (seed, command))
    })
}

/// The commands that do not write to a shop's database, by a command line each.
const READING: [&str; 36] = [
    "access list",
    "case list",
    "case show 1",
    "customer export sari@example.com",
    "fulfil list",
    "gateway list",
    "metrics",
    "log",
    "runs",
    "webhook list",
    "webhook show 1",
    "completions bash",
    "man",
    "effect test shop --order INV-1",
    "order find sari",
    "order list",
    "order show INV-1",
    "product list",
    "product show show",
    "refund list",
    "report",
    "status",
    "ticket list",
    "ticket show ABCDEFGHJKMNPQRSTVWXYZ2345",
    "schedule install",
    "schedule list",
    "schedule print",
    "schedule remove",
    "config check",
    "config set-key midtrans --stdin",
    "config show",
    "doctor",
    "verify",
    "why INV-1",
    "simulator run",
    "simulator pay INV-1",
];

const A_TICKET: &str = "ABCDEFGHJKMNPQRSTVWXYZ2345";

/// Makes a shop of its own in a temporary folder, and writes to no other.
const DEMO: &str = "demo";

fn declared(line: &str) -> Writes {
    let words: Vec<&str> = ["payctl"].into_iter().chain(line.split(' ')).collect();
    payctl::commands::writes(&words).unwrap_or_else(|why| panic!("{line}: {why}"))
}

/// The commands of the reference that take arguments, such as `order create`.
fn reference() -> BTreeSet<String> {
    let text = include_str!("../../../docs/reference/cli.md");
    let usage = text.split("```text\n").skip(1);
    let lines = usage.flat_map(|part| part.split("```").next().unwrap_or_default().lines());
    let words = lines.map(|line| {
        let words = line
            .split_whitespace()
            .skip_while(|word| *word != "payctl")
            .skip(1);
        let names =
            words.take_while(|word| word.starts_with(|letter: char| letter.is_ascii_lowercase()));
        names.collect::<Vec<_>>().join(" ")
    });
    words.filter(|name| !name.is_empty()).collect()
}

/// The command of a line: as many of its words as the reference knows.
fn command_of(line: &str, known: &BTreeSet<String>) -> String {
    let words: Vec<&str> = line
        .split(' ')
        .skip_while(|word| word.starts_with('-') || word.contains('/'))
        .collect();
    let names = (1..=words.len()).rev().map(|most| words[..most].join(" "));
    let mut names = names.filter(|name| known.contains(name));
    names
        .next()
        .unwrap_or_else(|| panic!("{line} is no command of the reference"))
}

#[test]
fn every_writing_command_is_tried() {
    let known = reference();
    assert!(known.len() > 40, "{known:?}");
    let mut tried = BTreeSet::from([DEMO.to_owned()]);
    for command in writing() {
        let line = command
            .line
            .replace("{ticket}", A_TICKET)
            .replace("{used}", A_TICKET)
            .replace("{deadline}", "2099-01-01T00:00:00Z");
        let line = line.split('{').map(|part| {
            part.split_once('}')
                .map_or(part.to_owned(), |(_, rest)| format!("1{rest}"))
        });
        let line = line.collect::<String>();
        let makes_its_own_file = command.setting == Setting::Nothing;
        assert_eq!(declared_to_write(&line), !makes_its_own_file, "{line}");
        tried.insert(command_of(&line, &known));
    }
    for line in READING {
        assert_eq!(declared(line), Writes::Nothing, "{line} writes");
        tried.insert(command_of(line, &known));
    }
    assert_eq!(
        known, tried,
        "a command is neither tried nor known to read only"
    );
}

fn declared_to_write(line: &str) -> bool {
    declared(line) != Writes::Nothing
}
