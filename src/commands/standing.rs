//! How the shop stands at this moment: jobs, gateways, what waits for a person, today's money. Only reads, and only what
//! is open or of the last days.

mod gateways;
mod incidents;
mod jobs;
mod needs;

use serde::Serialize;

pub(super) use gateways::{GatewayStanding, GatewayState};
pub(super) use incidents::IncidentStanding;
pub(super) use jobs::{JobStanding, RoundStanding};
pub(super) use needs::{NamedNeed, Need};

use std::time::Duration;

use super::disk_room::is_full;
use super::shop_day::ShopDay;
use crate::commands::Context;
use crate::domain::{CaseKind, EffectStatus, GatewayName, Instant, RefundStatus, Rupiah, Sku};
use crate::store::{EventPeriod, MovedOrders, PaidAtGateway, Reader, StoreError, WaitingAges};

/// Over so long it is counted which payments no notification has told of.
pub(super) const NOTIFICATIONS_OVER: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The state of a shop, for programs. Fields are only ever added.
#[derive(Debug, Serialize)]
pub(super) struct ShopStanding {
    /// What a person must look at, and what to type.
    pub(super) attention: Vec<NamedNeed>,
    pub(super) jobs: Vec<JobStanding>,
    pub(super) round: RoundStanding,
    pub(super) gateways: Vec<GatewayStanding>,
    /// Of the payments of the last seven days, by gateway.
    pub(super) notifications: Vec<NotificationShare>,
    pub(super) cases: Vec<OpenCases>,
    pub(super) refunds: Vec<OpenRefunds>,
    pub(super) overdue: OverdueStanding,
    pub(super) effects: Vec<OpenEffects>,
    pub(super) today: TodayStanding,
    /// What is wrong for a while and is not in the lines of jobs and gateways.
    pub(super) incidents: Vec<IncidentStanding>,
    /// Nothing more can be written, so that what is recorded is not all.
    pub(super) disk_full: bool,
}

/// How many payments a gateway's notifications told of. A payment counts as lost that payctl found paid and that no
/// notification has reported as paid until now.
#[derive(Debug, Serialize)]
pub(super) struct NotificationShare {
    pub(super) gateway: GatewayName,
    since: Instant,
    /// The payments that became paid, without those that a person booked.
    pub(super) payments: u64,
    told_first: u64,
    told_later: u64,
    pub(super) lost: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct OpenCases {
    pub(super) kind: CaseKind,
    pub(super) open: u64,
    pub(super) oldest_at: Instant,
    pub(super) ages: WaitingAges,
}

#[derive(Debug, Serialize)]
pub(super) struct OpenRefunds {
    pub(super) status: RefundStatus,
    pub(super) refunds: u64,
    pub(super) amount: Rupiah,
    pub(super) oldest_at: Instant,
    pub(super) ages: WaitingAges,
}

/// Orders whose deadline and grace are over and that are still pending.
#[derive(Debug, Serialize)]
pub(super) struct OverdueStanding {
    pub(super) orders: u64,
    pub(super) total: Rupiah,
    pub(super) oldest_at: Option<Instant>,
    /// A person must decide about these; a report has said so.
    pub(super) kept: u64,
    pub(super) ages: WaitingAges,
    pub(super) products: Vec<HeldStock>,
}

#[derive(Debug, Serialize)]
pub(super) struct HeldStock {
    pub(super) sku: Sku,
    orders: u64,
    pub(super) units: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct OpenEffects {
    pub(super) status: EffectStatus,
    pub(super) effects: u64,
    oldest_at: Instant,
}

/// What payctl has booked since midnight in the shop's zone.
#[derive(Debug, Serialize)]
pub(super) struct TodayStanding {
    pub(super) day: String,
    since: Instant,
    pub(super) payments: u64,
    pub(super) received: Rupiah,
    pub(super) orders_placed: u64,
    placed_total: Rupiah,
}

impl ShopStanding {
    /// Reads the state of the shop.
    ///
    /// # Errors
    /// As reading the file and the locks of jobs.
    pub(super) fn read(context: &Context<'_>, reader: &Reader) -> Result<Self, StoreError> {
        let now = context.started_at;
        let overdue_since = now.saturating_sub(context.policy().grace);
        let week = now.saturating_sub(NOTIFICATIONS_OVER);
        let told = reader.paid_by_gateway(&reader.events_between(week, after(now))?)?;
        let jobs = jobs::read(context, reader)?;
        let gateways = gateways::read(context, reader)?;
        let mut standing = Self {
            attention: Vec::new(),
            round: jobs::round(reader, &gateways, now)?,
            jobs,
            gateways,
            notifications: told.iter().filter_map(|paid| share(paid, week)).collect(),
            cases: open_cases(reader, now)?,
            refunds: open_refunds(reader, now)?,
            overdue: overdue(reader, overdue_since)?,
            effects: open_effects(reader)?,
            today: today(context, reader)?,
            incidents: incidents::read(reader, now)?,
            disk_full: is_full(context.database()),
        };
        standing.attention = needs::of(&standing, now);
        Ok(standing)
    }

    /// Whether everything runs by itself: the jobs, the round, the gateways.
    pub(super) fn is_level(&self) -> bool {
        self.troubles().next().is_none()
    }

    /// What does not run by itself.
    pub(super) fn troubles(&self) -> impl Iterator<Item = &NamedNeed> {
        let needs = self.attention.iter();
        needs.filter(|need| match need.need {
            Need::Disk | Need::Incident | Need::Job | Need::Round | Need::Gateway => true,
            Need::Cases | Need::Refunds | Need::Overdue | Need::Effects => false,
        })
    }

    /// Questions that only a person answers: open cases, refunds to decide, effects that failed for good.
    pub(super) fn questions(&self) -> u64 {
        let cases: u64 = self.cases.iter().map(|cases| cases.open).sum();
        let refunds = self.refunds.iter().filter(|due| due.is_for_a_person());
        let dead = self.effects.iter().filter(|dead| dead.is_for_a_person());
        let refunds: u64 = refunds.map(|due| due.refunds).sum();
        cases + refunds + dead.map(|dead| dead.effects).sum::<u64>()
    }
}

/// A moment that is in a period which ends now.
pub(super) fn after(now: Instant) -> Instant {
    now.saturating_add(Duration::from_millis(1))
}

fn share(paid: &PaidAtGateway, since: Instant) -> Option<NotificationShare> {
    let payments = paid.payments.saturating_sub(paid.by_person);
    (payments > 0).then(|| NotificationShare {
        gateway: paid.gateway.clone(),
        since,
        payments,
        told_first: paid.told_first,
        told_later: paid.told_later,
        lost: paid.never_told,
    })
}

fn open_cases(reader: &Reader, now: Instant) -> Result<Vec<OpenCases>, StoreError> {
    let kinds = reader.open_cases_by_kind(now)?.into_iter();
    Ok(kinds
        .map(|kind| OpenCases {
            kind: kind.kind,
            open: kind.open,
            oldest_at: kind.oldest_at,
            ages: kind.ages,
        })
        .collect())
}

fn open_refunds(reader: &Reader, now: Instant) -> Result<Vec<OpenRefunds>, StoreError> {
    let waiting = reader.waiting_refunds(now)?.into_iter();
    Ok(waiting
        .map(|waiting| OpenRefunds {
            status: waiting.status,
            refunds: waiting.refunds,
            amount: waiting.amount,
            oldest_at: waiting.oldest_at,
            ages: waiting.ages,
        })
        .collect())
}

fn overdue(reader: &Reader, overdue_since: Instant) -> Result<OverdueStanding, StoreError> {
    let orders = reader.overdue_orders(overdue_since)?;
    let products = reader.overdue_stock(overdue_since)?.into_iter();
    Ok(OverdueStanding {
        orders: orders.orders,
        total: orders.total,
        oldest_at: orders.oldest_at,
        kept: orders.kept,
        ages: orders.ages,
        products: products
            .map(|held| HeldStock {
                sku: held.sku,
                orders: held.orders,
                units: held.units,
            })
            .collect(),
    })
}

fn open_effects(reader: &Reader) -> Result<Vec<OpenEffects>, StoreError> {
    let unfinished = reader.unfinished_effects()?.into_iter();
    Ok(unfinished
        .map(|effects| OpenEffects {
            status: effects.status,
            effects: effects.effects,
            oldest_at: effects.oldest_at,
        })
        .collect())
}

fn today(context: &Context<'_>, reader: &Reader) -> Result<TodayStanding, StoreError> {
    let day = ShopDay::of(context.started_at, context.config.zone);
    let period: EventPeriod = reader.events_between(day.begins, after(context.started_at))?;
    let paid = reader.paid_by_gateway(&period)?;
    let moved = reader.moved_orders(&period)?;
    let placed = moved.iter().find(|moved| moved.line == MovedOrders::PLACED);
    Ok(TodayStanding {
        day: day.name,
        since: day.begins,
        payments: paid.iter().map(|paid| paid.payments).sum(),
        received: paid.iter().map(|paid| paid.received).sum(),
        orders_placed: placed.map_or(0, |placed| placed.orders),
        placed_total: placed.map_or(Rupiah::ZERO, |placed| placed.total),
    })
}

impl OpenRefunds {
    /// Somebody must decide, or send it.
    pub(super) fn is_for_a_person(&self) -> bool {
        matches!(self.status, RefundStatus::Due | RefundStatus::Approved)
    }
}

impl OpenEffects {
    /// It will not be tried again by itself.
    pub(super) fn is_for_a_person(&self) -> bool {
        matches!(self.status, EffectStatus::Dead | EffectStatus::Uncertain)
    }
}
