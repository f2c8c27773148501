//! `payctl access list`: lists granted access, and what orders wait to be paid for.

use std::fmt;
use std::str::FromStr;

use clap::Args;
use serde::Serialize;

use super::row::AccessRow;
use crate::commands::Context;
use crate::commands::known::{require_gateway_if_any, require_product_if_any};
use crate::commands::printing::{PAGE, pages};
use crate::commands::window::{ListEnd, ListWindow, Walked};
use crate::domain::{
    AccessGrant, AccessState, GatewayName, GrantId, Instant, OrderLineId, PendingAccess, Sku,
};
use crate::exit::Exit;
use crate::output::Summary;
use crate::output::counted::counted;
use crate::store::AccessFilter;

/// List granted access, and behind it what orders wait to be paid for
#[derive(Debug, Args)]
pub(in crate::commands) struct AccessListArgs {
    /// Only access from orders with this email address
    #[arg(long, value_name = "EMAIL")]
    user: Option<String>,
    /// Only access to this product
    #[arg(long, value_name = "SKU")]
    product: Option<Sku>,
    /// Only access from orders with a payment at this gateway
    #[arg(long, value_name = "NAME")]
    gateway: Option<GatewayName>,
    /// Only access with this status, or one of several: --status running,unused
    ///
    /// Out of: unused, running, ended, suspended, revoked, pending
    #[arg(long, value_delimiter = ',')]
    status: Vec<AccessState>,
    #[command(flatten)]
    window: ListWindow,
    /// Go on behind this one, as the end of a list says
    #[arg(long, value_name = "ID")]
    after: Option<AccessPlace>,
}

/// A place in the list: all that is granted stands before all that is pending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AccessPlace {
    Granted(GrantId),
    Pending(OrderLineId),
}

const PENDING: &str = "pending-";

impl FromStr for AccessPlace {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.strip_prefix(PENDING) {
            Some(line) => line.parse().map(Self::Pending),
            None => text.parse().map(Self::Granted),
        }
    }
}

impl fmt::Display for AccessPlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Granted(grant) => grant.fmt(formatter),
            Self::Pending(line) => write!(formatter, "{PENDING}{line}"),
        }
    }
}

#[derive(Default, Serialize)]
struct AccessCount {
    grants: u64,
    running: u64,
    unused: u64,
    #[serde(flatten)]
    end: ListEnd,
    pending: u64,
}

impl Summary for AccessCount {
    fn line(&self) -> String {
        let (grants, running, unused) = (self.grants, self.running, self.unused);
        let pending = match self.pending {
            0 => String::new(),
            pending => format!(", {pending} pending"),
        };
        format!(
            "{}, {running} running, {unused} unused{pending}{}",
            counted(grants, "grant"),
            self.end
        )
    }
}

impl AccessCount {
    fn add(&mut self, status: AccessState) {
        let is = |wanted| u64::from(status == wanted);
        self.pending += is(AccessState::Pending);
        self.grants += 1 - is(AccessState::Pending);
        self.running += is(AccessState::Running);
        self.unused += is(AccessState::Unused);
    }
}

/// A row with its place in the list, and the time by which it is listed.
type Listed = (AccessPlace, Instant, AccessRow);

pub(super) fn run(args: &AccessListArgs, mut context: Context<'_>) -> anyhow::Result<Exit> {
    let reader = context.reader()?;
    require_product_if_any(&reader, args.product.as_ref())?;
    require_gateway_if_any(&context, &reader, args.gateway.as_ref())?;
    let mut walk = args.window.walk(&context)?;
    let period = walk.period();
    let filter = AccessFilter {
        user: args.user.clone(),
        product: args.product.clone(),
        gateway: args.gateway.clone(),
        since: period.since,
        until: period.until,
    };
    let (from, from_line) = match args.after {
        None => (None, None),
        Some(AccessPlace::Granted(grant)) => (Some(grant), None),
        Some(AccessPlace::Pending(line)) => (None, Some(line)),
    };
    let now = context.started_at;
    let granted = |grant: AccessGrant| -> Listed {
        let row = AccessRow::of(&grant, now);
        (AccessPlace::Granted(grant.id), grant.issued_at, row)
    };
    let pending = |line: PendingAccess| -> Listed {
        let row = AccessRow::pending(&line);
        (AccessPlace::Pending(line.line), line.ordered_at, row)
    };
    let page = |after: Option<GrantId>| reader.access_page(&filter, after.or(from), PAGE);
    let grants = pages(page, |grant| grant.id).map(|grant| grant.map(granted));
    let page =
        |after: Option<OrderLineId>| reader.pending_access_page(&filter, after.or(from_line), PAGE);
    let lines = pages(page, |line| line.line).map(|line| line.map(pending));
    let grants = (args.wants_granted() && from_line.is_none()).then_some(grants);
    let lines = args.wants(AccessState::Pending).then_some(lines);

    let mut list = context.listing("access list")?;
    let mut count = AccessCount::default();
    for listed in grants
        .into_iter()
        .flatten()
        .chain(lines.into_iter().flatten())
    {
        let (place, at, row) = listed?;
        match walk.step(place, at, args.wants(row.status)) {
            Walked::Shown => {}
            Walked::Passed => continue,
            Walked::Ended => break,
        }
        count.add(row.status);
        list.row(&row)?;
    }
    count.end = walk.end();
    list.finish(&count, Exit::Clean)
}

impl AccessListArgs {
    fn wants(&self, status: AccessState) -> bool {
        self.status.is_empty() || self.status.contains(&status)
    }

    fn wants_granted(&self) -> bool {
        let mut all = AccessState::ALL.iter();
        all.any(|status| *status != AccessState::Pending && self.wants(*status))
    }
}
