//! `payctl log`: what was decided, across orders: the audit log.

mod row;

use clap::Args;
use serde::Serialize;

use self::row::LogRow;
use super::known::require_order;
use super::printing::PAGE;
use super::window::period;
use crate::commands::Context;
use crate::domain::OrderNumber;
use crate::exit::Exit;
use crate::output::Summary;
use crate::output::counted::counted;
use crate::store::LogFilter;

/// Show what was decided, across orders: one line each, newest last
///
/// The audit log: the time, the order, who decided, what moved, and why, in the words of the why command. Plain lines
/// for tail and grep; with --format jsonl or csv for programs, with --columns a table.
#[derive(Debug, Args)]
pub(super) struct LogArgs {
    /// Only decisions about this order
    #[arg(long, value_name = "NUMBER")]
    order: Option<OrderNumber>,
    /// All decisions of this day or later; a time is understood, too
    #[arg(long, value_name = "DAY")]
    since: Option<String>,
    /// At most the latest N; default: 100, or with --since all of them
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    /// Print further decisions as they are made, until Ctrl-C
    #[arg(short, long)]
    follow: bool,
}

/// More than fits on a screen.
const LINES: u32 = 100;

#[derive(Default, Serialize)]
struct LogCount {
    decisions: u64,
    /// Earlier ones were left out.
    more: bool,
}

impl Summary for LogCount {
    fn line(&self) -> String {
        let decisions = counted(self.decisions, "decision");
        if self.more {
            return format!(
                "{decisions}; there are earlier ones: --since DAY, or a larger --limit"
            );
        }
        decisions
    }
}

pub(super) fn run(args: &LogArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let reader = context.reader()?;
    let order = match &args.order {
        Some(number) => Some(require_order(&reader, number)?.id),
        None => None,
    };
    let since = period(args.since.as_deref(), None, &context)?.since;
    let filter = LogFilter { order, since };
    let most = args.limit.or(since.is_none().then_some(LINES));
    let (mut last, more) = reader.log_start(filter, most)?;
    let follower = context.follower();
    let mut list = context.line_listing("log", args.follow)?;
    let mut count = LogCount { decisions: 0, more };
    let mut print_new = || loop {
        let page = reader.log_page(filter, last, PAGE)?;
        for logged in &page {
            last = logged.entry.id;
            count.decisions += 1;
            list.row(&LogRow::from(logged))?;
        }
        if page.is_empty() {
            return list.flush();
        }
    };
    let is_read = if args.follow {
        follower.follow(&mut print_new)?
    } else {
        print_new()?;
        true
    };
    if is_read {
        list.finish(&count, Exit::Clean)?;
    }
    Ok(Exit::Clean)
}
