//! A virtual week of cron at a shop with 600 orders a day: what an operator is mailed, and whether it was needed; how soon
//! money is known whose webhook was lost; how many questions an order costs; how the file grows. Nothing here fails a
//! build: the figures are printed.
//!
//! `cargo bench --bench week`. What may be set by the environment:
//!
//! | variable | means | default |
//! | --- | --- | --- |
//! | `PAYCTL_WEEK_DAYS` | days played | 7 |
//! | `PAYCTL_WEEK_ORDERS` | orders a day | 600 |
//! | `PAYCTL_WEEK_SEED` | which week | 1 |
//! | `PAYCTL_WEEK_WORSE` | set: a worse week | not set |
//! | `PAYCTL_WEEK_MAILS` | a file that keeps every mail | none |
//!
//! Each line of the crontab is a whole command line, with the parser, file and HTTP of a real run, under a clock that is
//! set by hand. A mail is a run that prints anything. Faults: Midtrans silent for 25 minutes and for 3 hours, a key
//! refused for 2 hours, the machine off for 5 hours, its clock 7 minutes ahead for an hour, until somebody who was mailed
//! sets it right; every tenth webhook is lost. In a worse week the clock is ahead for 6 hours, and a program of the shop
//! fails for an hour.

#[path = "week/customers.rs"]
mod customers;
#[path = "week/figures.rs"]
mod figures;
#[path = "week/mails.rs"]
mod mails;
#[path = "week/operator.rs"]
mod operator;
#[path = "week/shop.rs"]
mod shop;

use std::io::{self, Write as _};

use anyhow::Context as _;
use payctl::simulator::{Fault, FaultTarget, MIDTRANS};

use customers::Customers;
use mails::Mailbox;
use shop::Shop;

/// What cron runs each minute.
const EACH_MINUTE: [&str; 3] = [
    "check-all --fix --due --quiet",
    "expire --quiet",
    "fulfil --quiet",
];

const HOUR: u64 = 60;
const DAY: u64 = 24 * HOUR;

/// What is wrong at a minute of the week.
struct Troubles {
    is_silent: bool,
    is_key_refused: bool,
    is_off: bool,
    ahead_minutes: u64,
    hook_fails: bool,
}

impl Troubles {
    fn at(minute: u64, is_worse: bool) -> Self {
        let is_on = |day: u64, from: u64, minutes: u64| {
            let begin = day * DAY + from;
            (begin..begin + minutes).contains(&minute)
        };
        let clock_hours = if is_worse { 6 } else { 1 };
        Self {
            is_silent: is_on(0, 10 * HOUR, 25) || is_on(1, 13 * HOUR, 3 * HOUR),
            is_key_refused: is_on(2, 9 * HOUR, 2 * HOUR),
            is_off: is_on(3, HOUR, 5 * HOUR),
            ahead_minutes: if is_on(4, 12 * HOUR, clock_hours * HOUR) {
                7
            } else {
                0
            },
            hook_fails: is_worse && is_on(5, 15 * HOUR, HOUR),
        }
    }
}

fn main() -> anyhow::Result<()> {
    let (days, orders) = (
        number("PAYCTL_WEEK_DAYS", 7)?,
        number("PAYCTL_WEEK_ORDERS", 600)?,
    );
    let is_worse = std::env::var_os("PAYCTL_WEEK_WORSE").is_some();
    let mut shop = Shop::new()?;
    let mut customers = Customers::new(number("PAYCTL_WEEK_SEED", 1)?, orders);
    let mut mailbox = Mailbox::default();
    let mut sizes = vec![shop.file_bytes()?];
    let mut asked = vec![0];
    for minute in 0..days * DAY {
        let troubles = Troubles::at(minute, is_worse);
        shop.set_time(minute, troubles.ahead_minutes);
        trouble_gateways(&shop, &troubles)?;
        shop.set_hook(!troubles.hook_fails)?;
        customers.act(&mut shop, minute, troubles.is_off)?;
        if !troubles.is_off {
            for line in EACH_MINUTE {
                mailbox.receive(minute, line, &shop.run(line, ""));
            }
            if minute % DAY == 3 * HOUR {
                mailbox.receive(minute, "cleanup", &shop.run("cleanup --quiet", ""));
            }
            if [9 * HOUR, 16 * HOUR].contains(&(minute % DAY)) {
                operator::decide(&mut shop, &mut mailbox)?;
            }
        }
        if minute % DAY == DAY - 1 {
            sizes.push(shop.file_bytes()?);
            asked.push(shop.simulator.handle().asked_total());
        }
    }
    if let Ok(path) = std::env::var("PAYCTL_WEEK_MAILS") {
        mailbox.keep(&path)?;
    }
    let out = &mut io::stdout();
    figures::print(&shop, &customers, &mailbox, (&sizes, &asked), out)?;
    out.flush()?;
    Ok(())
}

fn trouble_gateways(shop: &Shop, troubles: &Troubles) -> anyhow::Result<()> {
    let handle = shop.simulator.handle();
    handle.clear_all();
    let fault = if troubles.is_silent {
        Fault::Silent
    } else if troubles.is_key_refused {
        Fault::Status {
            code: 401,
            retry_after: None,
        }
    } else {
        return Ok(());
    };
    handle
        .fault(FaultTarget::all(MIDTRANS), fault)
        .map_err(|refused| anyhow::anyhow!("{refused:?}"))
}

fn number(name: &str, default: u64) -> anyhow::Result<u64> {
    match std::env::var(name) {
        Err(_) => Ok(default),
        Ok(text) => text
            .parse()
            .with_context(|| format!("{name} is {text:?}, not a number")),
    }
}
