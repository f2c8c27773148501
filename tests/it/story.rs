//! Stories: what happens in a shop over a day, one line per event.
//!
//! | line | |
//! | --- | --- |
//! | `04:00 order INV-1 until 05:00 [at GATEWAY] [as METHOD] [of SKU xN] [for EMAIL]` | the shop places an order of 25,000, or of so many units |
//! | `04:00 import {"number":"INV-1",…}` | the shop imports an order |
//! | `04:10 gateway INV-1 settlement [amount N] [fee N [shown WHERE]] [as METHOD] [try N] [calls itself|NAME] [refunded N] [fraud WORD]` | what is true at the gateway |
//! | `04:10 gateway INV-1\|all silent\|hang\|html\|…\|code N\|healthy\|forgets\|chooses bca_va\|pays` | how the gateway fails until it is healthy; what the customer does there |
//! | `04:15 payctl check-all --fix => attention` | a command line and its exit |
//! | `04:15 once expire => partial` | the same, not repeated, because a second run would do more |
//! | `04:10 webhook INV-1 settlement [amount N] [fee N] [try N] [as METHOD] [code N] [forged] => clean` | a notification of its gateway, received twice |
//! | `04:10 rule sandbox\|production\|ended 410` | the setting of the project at Pakasir, or the end of its first interface |
//! | `04:15 says "1 fixed"` | a part of the last command's output |
//! | `04:15 silence` | the last command printed nothing |
//! | `04:15 look INV-1 paid`, `look INV-1 payment failed paid`, `look INV-1 late`, `look INV-1 asked 25001` | the order's status, its payments, whether it was late, its unique amount |
//! | `04:15 stock seat 3 held 0 sold` | |
//! | `04:15 cases INV-1 amount_mismatch`, `refunds INV-1 due double 25000` | all open cases or all refunds, or `none` |
//! | `04:15 tickets INV-1 good redeemed`, `access INV-1 running` | the states of its tickets or access, or `none` |
//! | `04:15 redeem INV-1 2 => clean` | redeems its second ticket, first in a dry run |
//!
//! A writing command is run twice, and the second run must change nothing. At the end of every story
//! `verify` must pass.

use std::collections::HashMap;
use std::str::SplitWhitespace;
use std::time::Duration;

use payctl::commands::Writes;
use payctl::exit::Exit;
use payctl::simulator::{ANY, FaultTarget, MIDTRANS, PAKASIR, SIMULATED, SimulatedGateway};
use serde_json::Value;

use crate::books::{books, difference};
use crate::notification;
use crate::world::{CommandOutput, Shop};

mod interface;
mod words;

use interface::Interface;
pub(crate) use interface::{check, check_first, check_second};

pub(crate) use words::fault;
use words::{AMOUNT, answer, rupiah};

#[track_caller]
fn tell(shop: Shop, interface: Interface, text: &str) {
    let mut story = Story {
        shop,
        interface,
        kinds: HashMap::new(),
        output: None,
        transcript: String::new(),
    };
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        story.transcript.push_str(&format!("\n> {line}\n"));
        if let Err(why) = story.line(line) {
            panic!("{line}\n  {why}\n{}", story.transcript);
        }
    }
    let verified = story.shop.run("verify");
    assert_eq!(
        verified.exit,
        Exit::Clean,
        "{}\n{}",
        verified.all(),
        story.transcript
    );
}

struct Story {
    shop: Shop,
    interface: Interface,
    /// The gateway of each payment by its reference.
    kinds: HashMap<String, SimulatedGateway>,
    output: Option<CommandOutput>,
    transcript: String,
}

type Result<T = ()> = std::result::Result<T, String>;

impl Story {
    fn line(&mut self, line: &str) -> Result {
        let (at, line) = line
            .split_once(char::is_whitespace)
            .ok_or("a time, then what happens")?;
        self.shop.at(at);
        let line = line.trim();
        let (verb, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim();
        let mut words = rest.split_whitespace();
        match verb {
            "order" => self.order(&mut words),
            "import" => self.import(rest),
            "gateway" => self.gateway(&mut words),
            "payctl" => self.payctl(rest, Self::run),
            "once" => self.payctl(rest, Self::run_once),
            "webhook" => self.webhook(rest),
            "look" => self.look(&mut words),
            "stock" => self.stock(rest),
            "rule" => self.rule(&mut words),
            "cases" => self.all_of(rest, "cases", &["kind"]),
            "tickets" => self.all_of(rest, "tickets", &["status"]),
            "access" => self.all_of(rest, "access", &["status"]),
            "redeem" => self.redeem(rest),
            "refunds" => self.all_of(rest, "refunds", &["status", "reason", "amount"]),
            "says" => self.says(rest.trim_matches('"')),
            "silence" => self.silence(),
            other => Err(format!("no story has a line with {other:?}")),
        }
    }

    fn order(&mut self, words: &mut SplitWhitespace<'_>) -> Result {
        let number = next(words)?;
        let mut line = format!("order create --number {number}");
        let (mut gateway, mut content) = ("midtrans", format!(" --total {AMOUNT}"));
        while let Some(word) = words.next() {
            let value = next(words)?;
            match word {
                "until" => {
                    let until = crate::world::time(value).ok_or("until when")?;
                    line.push_str(&format!(" --expires-at {until}"));
                }
                "at" => gateway = value,
                "as" => line.push_str(&format!(" --method {value}")),
                "for" => line.push_str(&format!(" --customer-email {value}")),
                "of" => {
                    let units = next(words)?.trim_start_matches('x');
                    content = format!(" --line {value}:{units}");
                }
                other => return Err(format!("an order has no {other:?}")),
            }
        }
        let kind = kind(gateway)?;
        self.kinds.insert(number.to_owned(), kind);
        if kind == PAKASIR && self.interface == Interface::Second {
            let id = payctl::simulator::transaction_id(number, 1);
            content.push_str(&format!(" --transaction-id {id}"));
        }
        self.run(&format!("{line}{content} --gateway {gateway}"), Exit::Clean)
    }

    fn import(&mut self, text: &str) -> Result {
        let record: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        for payment in record["payments"].as_array().into_iter().flatten() {
            let reference = payment["reference"].as_str().or(record["number"].as_str());
            let gateway = payment["gateway"].as_str().ok_or("a gateway")?;
            let reference = reference.ok_or("a number")?;
            self.kinds.insert(reference.to_owned(), kind(gateway)?);
        }
        let text = self.with_ids(record).to_string();
        let output = self.shop.import(&text);
        self.hear(output, Exit::Clean)?;
        self.again(|shop| shop.import(&text))
    }

    fn gateway(&mut self, words: &mut SplitWhitespace<'_>) -> Result {
        let (name, word) = (next(words)?, next(words)?);
        let world = self.shop.simulator.handle();
        let targets: Vec<FaultTarget> = match (self.kinds.get(name), name) {
            (None, "all") => SIMULATED.into_iter().map(FaultTarget::all).collect(),
            (kind, _) => vec![FaultTarget::one(*kind.unwrap_or(&MIDTRANS), name)],
        };
        for target in targets {
            let set = match word {
                "healthy" => {
                    world.clear(&target);
                    Ok(())
                }
                "chooses" => world.choose(&target.reference, next(words)?),
                "pays" => world.pay(target.kind, &target.reference),
                "forgets" => {
                    world.forget(target.kind, &target.reference);
                    Ok(())
                }
                word => match fault(word, words)? {
                    Some(fault) => world.fault(target, fault),
                    None if target.reference == ANY => return Err(format!("no fault is {word:?}")),
                    None => {
                        let word = self.word_of(target.kind, word);
                        let answer = answer(&target.reference, word, words)?;
                        world.set(target.kind, &target.reference, answer)
                    }
                },
            };
            set.map_err(|why| why.to_string())?;
        }
        Ok(())
    }

    fn webhook(&mut self, rest: &str) -> Result {
        let (message, exit) = rest.rsplit_once("=>").ok_or("… => how it ends")?;
        let mut words = message.split_whitespace();
        let (reference, status) = (next(&mut words)?, next(&mut words)?);
        let (mut amount, mut fee, mut nth, mut is_forged) = (AMOUNT, None, None, false);
        let (mut method, mut code) = ("qris", "200");
        while let Some(word) = words.next() {
            match word {
                "amount" => amount = rupiah(next(&mut words)?)?.as_i64(),
                "fee" => fee = Some(rupiah(next(&mut words)?)?.as_i64()),
                "try" => nth = next(&mut words)?.parse().ok(),
                "forged" => is_forged = true,
                "as" => method = next(&mut words)?,
                "code" => code = next(&mut words)?,
                other => return Err(format!("no message has {other:?}")),
            }
        }
        let gateway = self
            .kinds
            .get(reference)
            .map_or("midtrans", |kind| kind.name());
        let with_fee = fee.map(|fee| notification::with_fee(reference, status, amount, fee));
        let body = match (gateway, nth, is_forged) {
            ("pakasir", ..) if self.interface == Interface::Second => {
                notification::pakasir_second(reference, amount)
            }
            ("pakasir", ..) => notification::pakasir(reference, amount),
            (_, _, true) => notification::forged(reference, status, amount),
            _ => with_fee.unwrap_or_else(|| {
                notification::midtrans_by(reference, nth, status, amount, method, code)
            }),
        };
        let take_in = |shop: &Shop| shop.run_words(&["webhook", gateway], &body);
        let output = take_in(&self.shop);
        self.hear(output, exit_named(exit)?)?;
        self.again(take_in)
    }

    fn payctl(&mut self, rest: &str, run: fn(&mut Self, &str, Exit) -> Result) -> Result {
        let (line, exit) = rest.rsplit_once("=>").ok_or("… => how it ends")?;
        run(self, line.trim(), exit_named(exit)?)
    }

    fn run_once(&mut self, line: &str, exit: Exit) -> Result {
        if let ["pay", order, _, at, ..] = line.split(' ').collect::<Vec<_>>()[..] {
            let found = kind(at).map(|kind| (order.to_owned(), kind));
            self.kinds.extend(found);
        }
        let output = self.shop.run(line);
        self.hear(output, exit)
    }

    /// Runs a command as it declares itself: one that writes nothing must change nothing, and one that is
    /// idempotent must change nothing the second time.
    fn run(&mut self, line: &str, exit: Exit) -> Result {
        let words: Vec<&str> = std::iter::once("payctl")
            .chain(line.split_whitespace())
            .collect();
        match payctl::commands::writes(&words) {
            Ok(Writes::Nothing) if self.shop.database().exists() => {
                let before = books(&self.shop.database());
                self.run_once(line, exit)?;
                self.must_be(&before, "a command that writes nothing")
            }
            Ok(Writes::Idempotent) => {
                self.run_once(line, exit)?;
                self.again(|shop| shop.run(line))
            }
            Ok(Writes::Nothing | Writes::EachTime) | Err(_) => self.run_once(line, exit),
        }
    }

    fn must_be(&self, before: &str, who: &str) -> Result {
        let difference = difference(before, &books(&self.shop.database()));
        if difference.is_empty() {
            return Ok(());
        }
        Err(format!("{who} changed:\n{difference}"))
    }

    fn hear(&mut self, output: CommandOutput, exit: Exit) -> Result {
        self.transcript.push_str(&output.all());
        let ended = output.exit;
        self.output = Some(output);
        if ended == exit {
            return Ok(());
        }
        Err(format!("wanted {}, ended {}", exit.name(), ended.name()))
    }

    fn again(&mut self, run: impl FnOnce(&Shop) -> CommandOutput) -> Result {
        let before = books(&self.shop.database());
        self.shop.pass(Duration::from_millis(1));
        let told = run(&self.shop);
        self.must_be(&before, "a second run")
            .map_err(|why| format!("{why}\n{}", told.all()))
    }

    fn look(&mut self, words: &mut SplitWhitespace<'_>) -> Result {
        let order = self.shop.order(next(words)?);
        let mut wanted: Vec<&str> = words.collect();
        let found = match wanted.first() {
            Some(&"payment") => {
                wanted.remove(0);
                columns(&order["payments"], &["status"])
            }
            Some(&("late" | "punctual")) => {
                let is_late = order["is_late"] == true;
                if is_late { "late" } else { "punctual" }.to_owned()
            }
            Some(&"asked") => {
                wanted.remove(0);
                word(&order["asked"])
            }
            _ => word(&order["status"]),
        };
        same(&found, &wanted.join(" "))
    }

    fn stock(&mut self, rest: &str) -> Result {
        let (sku, wanted) = rest.split_once(' ').ok_or("a sku")?;
        let shown = self.shop.run(&format!("product show {sku} -o json")).json();
        let product = &shown["product"];
        let found = format!("{} held {} sold", product["held"], product["sold"]);
        same(&found, wanted)
    }

    fn all_of(&mut self, rest: &str, table: &str, fields: &[&str]) -> Result {
        let (number, wanted) = rest.split_once(' ').ok_or("an order, and what it has")?;
        let found = columns(&self.shop.order(number)[table], fields);
        same(if found.is_empty() { "none" } else { &found }, wanted)
    }

    fn redeem(&mut self, rest: &str) -> Result {
        let (ticket, exit) = rest.split_once("=>").ok_or("… => how it ends")?;
        let mut words = ticket.split_whitespace();
        let (number, nth) = (next(&mut words)?, next(&mut words)?);
        let index = nth.parse::<usize>().map_err(|_| "which ticket")? - 1;
        let code = word(&self.shop.order(number)["tickets"][index]["ticket"]);
        let line = format!("ticket redeem {code}");
        let rehearse = format!("{line} --dry-run");
        self.again(|shop| shop.run(&rehearse))?;
        self.payctl(&format!("{line} => {exit}"), Self::run_once)?;
        let heard = self.output.take();
        self.again(|shop| shop.run(&line))?;
        self.output = heard;
        Ok(())
    }

    fn says(&mut self, part: &str) -> Result {
        let output = self.output.as_ref().ok_or("nothing was run yet")?;
        let is_said = output.all().contains(part);
        is_said.then_some(()).ok_or("was not said".into())
    }
}

impl Story {
    fn silence(&self) -> Result {
        let output = self.output.as_ref().ok_or("nothing was run yet")?;
        same(&output.all(), "")
    }
}

fn exit_named(name: &str) -> Result<Exit> {
    let mut all = Exit::ALL.into_iter();
    let found = all.find(|known| known.name() == name.trim());
    found.ok_or_else(|| "no run ends like that".to_owned())
}

fn kind(gateway: &str) -> Result<SimulatedGateway> {
    let known = SIMULATED.into_iter().find(|kind| kind.name() == gateway);
    known.ok_or_else(|| format!("no gateway is named {gateway}"))
}

fn next<'a>(words: &mut SplitWhitespace<'a>) -> Result<&'a str> {
    words
        .next()
        .ok_or_else(|| "the line ends too early".to_owned())
}

/// These fields of all rows, row by row.
fn columns(rows: &Value, fields: &[&str]) -> String {
    let rows = rows.as_array().into_iter().flatten();
    let words = rows.flat_map(|row| fields.iter().map(|field| word(&row[*field])));
    words.collect::<Vec<_>>().join(" ")
}

fn word(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn same(found: &str, wanted: &str) -> Result {
    if found == wanted {
        return Ok(());
    }
    Err(format!("wanted {wanted:?}, found {found:?}"))
}
