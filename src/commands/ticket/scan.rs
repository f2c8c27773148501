//! `payctl ticket scan`: redeems tickets as a scanner reads them, one code a line.

use std::io::{BufRead as _, Read as _, Write as _};

use clap::Args;
use serde::Serialize;

use super::admission::{Admission, admit};
use crate::commands::failure;
use crate::commands::operator::{self, require_operator};
use crate::commands::{Context, writes};
use crate::domain::{OrderNumber, Sku, TicketCode};
use crate::exit::Exit;
use crate::output::counted::tally;
use crate::output::{Format, Summary, printable, row};

/// Redeem tickets as a scanner reads their codes, one a line, until the input ends
///
/// Each line is answered at once with one YES or NO; JSON and CSV come when the input ends. Most scanners type like a keyboard and end a code with Enter.
#[derive(Debug, Args)]
pub(in crate::commands) struct ScanArgs {
    /// Operator who admits the holders; default: PAYCTL_OPERATOR, then the user of this machine
    #[arg(long, value_name = "NAME", value_parser = operator::name)]
    by: Option<String>,
    /// Show what would be done, and write nothing
    #[arg(long)]
    dry_run: bool,
}

writes!(ScanArgs: Idempotent unless dry_run);

row! {
    /// The answer to one line. Fields are only ever added.
    struct ScannedRow {
        admitted: bool => text("Admitted"),
        ticket: String => text("Ticket"),
        order: Option<OrderNumber> => text("Order"),
        product: Option<Sku> => text("Product"),
        unit: Option<u32> => number("Unit"),
        reason: String => prose("Reason"),
    }
}

#[derive(Debug, Default, Serialize)]
struct ScanSummary {
    admitted: u64,
    refused: u64,
}

impl Summary for ScanSummary {
    fn line(&self) -> String {
        let counts = [(self.admitted, "admitted"), (self.refused, "refused")];
        tally(&counts, "no code was read")
    }
}

/// No code is longer than this; a longer line is somebody's mistake, and is not kept.
const MAX_LINE: u64 = 4096;

pub(super) fn run(args: &ScanArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let actor = require_operator(&context, args.by.as_deref())?;
    let ledger = operator::ledger(&context, args.dry_run)?;
    let style = context.style();
    let is_for_people = style.format == Format::Table;
    let mut count = ScanSummary::default();
    let mut rows = Vec::new();
    let mut line = Vec::new();
    // What was redeemed before is still told.
    let mut trouble = None;
    loop {
        line.clear();
        let mut input = context.host.stdin.by_ref().take(MAX_LINE);
        if input.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let text = String::from_utf8_lossy(&line).trim().to_owned();
        if text.is_empty() {
            continue;
        }
        let row = match text.parse::<TicketCode>() {
            Ok(code) => match admit(&code, &ledger, &context, &actor, args.dry_run) {
                Ok(admission) => answer(&code, admission),
                Err(error) => {
                    trouble = Some(error);
                    break;
                }
            },
            Err(_) => ScannedRow::refused(text, "is not a ticket code".to_owned()),
        };
        if row.admitted {
            count.admitted += 1;
        } else {
            count.refused += 1;
        }
        if is_for_people {
            let told = row.told();
            let told = style.paint.verdict(row.admitted, &told);
            writeln!(context.host.stdout, "{told}")?;
            context.host.stdout.flush()?;
        } else {
            rows.push(row);
        }
    }
    let exit = match (&trouble, count.refused) {
        (Some(error), _) => failure::exit(error),
        (None, 0) => Exit::Clean,
        (None, _) => Exit::Attention,
    };
    let mut list = context.listing("ticket scan")?;
    for row in &rows {
        list.row(row)?;
    }
    list.finish(&count, exit)?;
    trouble.map_or(Ok(exit), Err)
}

fn answer(code: &TicketCode, admission: Option<Admission>) -> ScannedRow {
    let Some(admission) = admission else {
        return ScannedRow::refused(code.to_string(), "no ticket has this code".to_owned());
    };
    ScannedRow {
        admitted: admission.is_admitted,
        ticket: code.to_string(),
        order: Some(admission.ticket.order_number.clone()),
        product: Some(admission.ticket.sku.clone()),
        unit: Some(admission.ticket.unit),
        reason: admission.reason,
    }
}

impl ScannedRow {
    fn refused(ticket: String, reason: String) -> Self {
        Self {
            admitted: false,
            ticket,
            order: None,
            product: None,
            unit: None,
            reason,
        }
    }

    /// `YES  INV-1  show 2` or `NO   3V7Q…  was already redeemed at …`
    fn told(&self) -> String {
        let about = match (&self.order, &self.product, self.unit) {
            (Some(order), Some(product), Some(unit)) => format!("{order}  {product} {unit}"),
            _ => printable(&self.ticket),
        };
        if self.admitted {
            format!("YES  {about}")
        } else {
            format!("NO   {about}  {}", self.reason)
        }
    }
}
