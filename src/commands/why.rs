//! `payctl why`: explains an order: what was reported, decided and done, and what it waits for.

mod row;
mod rule;

use std::io::{self, Write};

use clap::Args;
use serde::Serialize;

use self::row::{CurrentState, TimelineRow};
use super::known::unknown_order;
use crate::commands::{CommandError, Context};
use crate::domain::read::timeline::{next_steps, past};
use crate::domain::{Instant, NextSteps, OrderNumber, TimelineEntry, Zone};
use crate::exit::Exit;
use crate::output::counted::counted;
use crate::output::detail::Detail;
use crate::output::{Format, OutputStyle, localise, printable};
use crate::store::OrderStory;

/// Explain an order: what was reported, decided and done, and what it waits for
///
/// Prints one line per fact and decision, in order of time. For an order that has not changed it says why not, and
/// when the next check is.
#[derive(Debug, Args)]
pub(super) struct WhyArgs {
    /// Order number
    #[arg(required_unless_present = "rule")]
    order: Option<OrderNumber>,
    /// Show all lines, not only the latest hundred
    #[arg(long)]
    all: bool,
    /// Print a rule instead, by its number: P6
    #[arg(long, value_name = "RULE", conflicts_with_all = ["order", "all"])]
    rule: Option<String>,
}

/// More than fits on a screen; earlier lines are only counted.
const LINES: u32 = 100;

/// Far more than any order has, unless a gateway changes its answer every minute.
const MAX_LINES: u32 = 10_000;

pub(super) fn run(args: &WhyArgs, context: Context<'_>) -> anyhow::Result<Exit> {
    match (&args.rule, &args.order) {
        (Some(rule), _) => rule::run(rule, context),
        (None, Some(order)) => explain(order, args, context),
        (None, None) => Err(CommandError::usage("name an order, or a rule").into()),
    }
}

fn explain(order: &OrderNumber, args: &WhyArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let most = if args.all { MAX_LINES } else { LINES };
    let reader = context.reader()?;
    let Some(story) = reader.order_story(order, most)? else {
        return Err(unknown_order(&reader, order)?.into());
    };
    let told = OrderExplanation::of(story, most, &context);
    let style = context.style();
    match style.format {
        Format::Table => told.print(&mut context.host.stdout, style)?,
        Format::Json => {
            context.show("why", &told.body(), &Detail::new(style), Exit::Clean)?;
        }
        Format::Jsonl | Format::Csv => {
            let mut list = context.listing("why")?;
            for entry in told.entries() {
                list.row(&TimelineRow::from(entry))?;
            }
            list.finish(&told.now(), Exit::Clean)?;
        }
    }
    Ok(Exit::Clean)
}

/// The history in order, and what comes next.
struct OrderExplanation {
    story: OrderStory,
    past: Vec<TimelineEntry>,
    earlier: u64,
    next_steps: NextSteps,
    at: Instant,
}

#[derive(Serialize)]
struct ExplanationBody<'a> {
    order: &'a str,
    /// The number of lines before the first one shown.
    earlier: u64,
    timeline: Vec<TimelineRow<'a>>,
    now: CurrentState<'a>,
}

impl OrderExplanation {
    fn of(story: OrderStory, most: u32, context: &Context<'_>) -> Self {
        let mut past = past(
            &reversed(&story.trail),
            &reversed(&story.spoken),
            &reversed(&story.sent),
        );
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        past.drain(..past.len().saturating_sub(most));
        let shown = u64::try_from(past.len()).unwrap_or(u64::MAX);
        Self {
            earlier: story.lines.saturating_sub(shown),
            next_steps: next_steps(&story.dossier, context.started_at, &context.policy()),
            past,
            story,
            at: context.started_at,
        }
    }

    fn entries(&self) -> impl Iterator<Item = &TimelineEntry> {
        self.past.iter().chain(&self.next_steps.waiting)
    }

    fn now(&self) -> CurrentState<'_> {
        CurrentState::of(&self.story, &self.next_steps, self.at)
    }

    fn body(&self) -> ExplanationBody<'_> {
        ExplanationBody {
            order: self.story.dossier.order.number.as_str(),
            earlier: self.earlier,
            timeline: self.entries().map(TimelineRow::from).collect(),
            now: self.now(),
        }
    }

    /// For people: the history, one line each, then the current state.
    fn print(&self, out: &mut dyn Write, style: OutputStyle) -> io::Result<()> {
        if self.earlier > 0 {
            let earlier = self.earlier;
            writeln!(
                out,
                "… {} not shown; see them with --all",
                counted(earlier, "earlier line")
            )?;
        }
        lines(out, self.entries(), style.zone)?;
        let dossier = &self.story.dossier;
        writeln!(
            out,
            "\n{} is {}: {}",
            dossier.order.number,
            dossier.order.status,
            localise(&self.next_steps.why, style.zone)
        )?;
        writeln!(
            out,
            "{}; deadline {}; times in {}",
            self.next_steps.money,
            self.next_steps.deadline.in_zone(style.zone),
            style.zone
        )?;
        for payment in &self.next_steps.payments {
            let at = |at: Option<Instant>, never: &str| {
                at.map_or_else(|| never.to_owned(), |at| at.in_zone(style.zone))
            };
            writeln!(
                out,
                "payment {} at {}, {}: {}; last query {}, last answer {}, next check {}; {}",
                payment.id,
                payment.gateway,
                payment.reference,
                payment.status,
                at(payment.last_asked_at, "never"),
                at(payment.last_answered_at, "never"),
                at(payment.next_check_at, "none"),
                printable(&localise(&payment.text, style.zone))
            )?;
        }
        self.print_entitlements(out, style.zone)?;
        self.print_effects(out, style.zone)?;
        out.flush()
    }

    fn print_entitlements(&self, out: &mut dyn Write, zone: Zone) -> io::Result<()> {
        let tickets = self.story.tickets;
        if tickets.all() > 0 {
            writeln!(out, "tickets: {tickets}")?;
        }
        for grant in &self.story.access {
            let until = match grant.ends_at {
                Some(end) => format!("until {}", end.in_zone(zone)),
                None => "starts with the first use".to_owned(),
            };
            let (sku, state) = (&grant.sku, grant.state(self.at));
            writeln!(out, "access to {sku}: {state}, {until}")?;
        }
        Ok(())
    }

    fn print_effects(&self, out: &mut dyn Write, zone: Zone) -> io::Result<()> {
        for effect in &self.story.dossier.effects {
            let next = effect.next_try_at;
            writeln!(
                out,
                "effect {}, {effect}: {}; tries {}, next try {}; {}",
                effect.id,
                effect.status,
                effect.tries,
                next.map_or_else(|| "none".to_owned(), |at| at.in_zone(zone)),
                printable(effect.last_error.as_deref().unwrap_or("no error"))
            )?;
        }
        Ok(())
    }
}

/// Two spaces between columns and nothing else, as in every table.
fn lines<'e>(
    out: &mut dyn Write,
    entries: impl Iterator<Item = &'e TimelineEntry>,
    zone: Zone,
) -> io::Result<()> {
    let entries: Vec<&TimelineEntry> = entries.collect();
    let width = |cell: fn(&TimelineEntry) -> &str| {
        let widths = entries
            .iter()
            .map(|entry| printable(cell(entry)).chars().count());
        widths.max().unwrap_or_default()
    };
    let kind_width = width(|entry| entry.kind.word());
    let actor_width = width(|entry| &entry.actor);
    for entry in &entries {
        writeln!(
            out,
            "{}  {:kind_width$}  {:actor_width$}  {}",
            entry.at.in_zone(zone),
            entry.kind.word(),
            printable(&entry.actor),
            printable(&localise(&entry.text, zone))
        )?;
    }
    Ok(())
}

fn reversed<T: Clone>(latest_first: &[T]) -> Vec<T> {
    latest_first.iter().rev().cloned().collect()
}
