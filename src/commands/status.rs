//! `payctl status`: how the shop stands, on one screen.

mod lines;

use clap::Args;

use self::lines::{StatusLine, lines, next_lines};
use super::standing::ShopStanding;
use crate::commands::Context;
use crate::exit::Exit;
use crate::output::Format;
use crate::output::detail::Detail;

/// Show whether the jobs run, the gateways answer, and what waits for a person
///
/// One line each: the last good run of every job, whether check-all reaches every payment that is due, the gateways,
/// lost notifications, open cases, refunds, overdue orders and the stock they hold, effects, and what came in today. It
/// ends with what to type next. It reads only the database, and of that only what is open or of the last seven days. The
/// exit code is 3 if something needs a person. With --quiet only that is shown.
#[derive(Debug, Args)]
pub(super) struct StatusArgs {}

const COMMAND: &str = "status";

pub(super) fn run(_: &StatusArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let reader = context.reader()?;
    let standing = ShopStanding::read(&context, &reader)?;
    let exit = if standing.attention.is_empty() {
        Exit::Clean
    } else {
        Exit::Attention
    };
    let is_quiet = context.options.quiet;
    if is_quiet && exit == Exit::Clean {
        return Ok(exit);
    }
    let detail = match context.options.format {
        Format::Table => detail(&context, &standing),
        Format::Json | Format::Jsonl | Format::Csv => Detail::new(context.style()),
    };
    context.show(COMMAND, &standing, &detail, exit)
}

fn detail(context: &Context<'_>, standing: &ShopStanding) -> Detail {
    let needs = &standing.attention;
    let headline = match needs.len() {
        0 => "All is well; nothing waits for you".to_owned(),
        1 => "1 thing needs you".to_owned(),
        more => format!("{more} things need you"),
    };
    let mut lines = lines(standing, context.started_at);
    if context.options.quiet {
        lines.retain(StatusLine::is_for_a_person);
    }
    Detail::new(context.style())
        .verdict(needs.is_empty(), &headline)
        .table("", &lines)
        .table("", &next_lines(standing))
}
