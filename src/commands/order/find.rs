//! `payctl order find`: finds the orders that a text may mean, best first.

use clap::Args;
use serde::Serialize;

use super::row::FoundOrderRow;
use crate::commands::{CommandError, Context};
use crate::domain::WrittenAmount;
use crate::exit::Exit;
use crate::output::Summary;
use crate::output::counted::counted;

/// Find orders by number, name, email, phone, reference, id, ticket code or amount
///
/// Part of a number, the beginning of a name or an address, and the beginning or the last four digits of a phone number
/// are enough. Capitals do not matter, nor how a phone number or an amount is written.
#[derive(Debug, Args)]
pub(in crate::commands) struct OrderFindArgs {
    /// What is known of the order: INV-7, rina, 0812-3456, BCA-991, 25.000
    #[arg(required = true, num_args = 1.., value_name = "TEXT")]
    text: Vec<String>,
    /// Show at most N orders
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: u32,
}

#[derive(Default, Serialize)]
struct FoundCount {
    orders: u64,
    /// There are more that fit.
    more: bool,
}

impl Summary for FoundCount {
    fn line(&self) -> String {
        if self.orders == 0 && self.more {
            return "no order found among those read: too many begin like this, so give more of it"
                .to_owned();
        }
        if self.orders == 0 {
            return "no order found; a beginning of the number, the name, an address or an id is enough"
                .to_owned();
        }
        let more = if self.more {
            "; there are more: give more of it, or --limit"
        } else {
            ""
        };
        format!("{}{more}", counted(self.orders, "order"))
    }
}

pub(super) fn run(args: &OrderFindArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let text = args.text.join(" ");
    if text.trim().is_empty() {
        let empty = CommandError::usage("there is nothing to look for");
        return Err(empty.hint("payctl order find INV-7").into());
    }
    // What is no amount is simply none.
    let amount: Option<WrittenAmount> = text.trim().parse().ok();
    let amount = amount.map(|written| written.amount);
    let found = context.reader()?.find_orders(&text, amount, args.limit)?;
    let mut list = context.listing("order find")?;
    let count = FoundCount {
        orders: u64::try_from(found.orders.len()).unwrap_or(u64::MAX),
        more: found.has_more,
    };
    for order in &found.orders {
        list.row(&FoundOrderRow::from(order))?;
    }
    list.finish(&count, Exit::Clean)
}
