//! `payctl webhook list`: the notifications that came, newest first.

use clap::Args;
use serde::Serialize;

use super::row::NotificationRow;
use crate::commands::Context;
use crate::commands::known::{require_gateway_if_any, require_order};
use crate::commands::printing::{PAGE, pages};
use crate::commands::window::{ListEnd, RecentWindow, Walked};
use crate::domain::{GatewayName, NotificationStatus, OrderNumber};
use crate::exit::Exit;
use crate::output::Summary;
use crate::output::counted::counted;

/// List the notifications that gateways have sent, newest first
#[derive(Debug, Args)]
pub(super) struct WebhookListArgs {
    /// Only notifications about this order
    #[arg(long, value_name = "NUMBER")]
    order: Option<OrderNumber>,
    /// Only notifications sent to this account
    #[arg(long, value_name = "NAME")]
    gateway: Option<GatewayName>,
    /// Only notifications judged like this, or in one of several ways: --verdict forged,unreadable
    ///
    /// Out of: verified, unsigned, differs, unknown_order, no_payment, forged, unreadable
    #[arg(long, value_delimiter = ',')]
    verdict: Vec<NotificationStatus>,
    #[command(flatten)]
    window: RecentWindow,
    /// Go on behind this notification, as the end of a list says
    #[arg(long, value_name = "NOTIFICATION")]
    after: Option<i64>,
}

#[derive(Default, Serialize)]
struct NotificationCount {
    notifications: u64,
    /// Of them: forged or unreadable.
    refused: u64,
    #[serde(flatten)]
    end: ListEnd,
}

impl Summary for NotificationCount {
    fn line(&self) -> String {
        let notifications = counted(self.notifications, "notification");
        format!("{notifications}, {} refused{}", self.refused, self.end)
    }
}

pub(super) fn run(args: &WebhookListArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let reader = context.reader()?;
    require_gateway_if_any(&context, &reader, args.gateway.as_ref())?;
    let order = match &args.order {
        Some(number) => Some(require_order(&reader, number)?.id),
        None => None,
    };
    let mut walk = args.window.walk(&context)?;
    let mut list = context.listing("webhook list")?;
    let mut count = NotificationCount::default();
    let page = |before: Option<i64>| reader.notifications_page(order, before.or(args.after), PAGE);
    for kept in pages(page, |kept| kept.id) {
        let kept = kept?;
        let fits = (args.verdict.is_empty() || args.verdict.contains(&kept.verdict))
            && args
                .gateway
                .as_ref()
                .is_none_or(|gateway| *gateway == kept.gateway);
        match walk.step(kept.id, kept.received_at, fits) {
            Walked::Shown => {}
            Walked::Passed => continue,
            Walked::Ended => break,
        }
        count.notifications += 1;
        count.refused += u64::from(kept.verdict.is_refused());
        list.row(&NotificationRow::from(&kept))?;
    }
    count.end = walk.end();
    list.finish(&count, Exit::Clean)
}
