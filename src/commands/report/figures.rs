//! The figures of a report: what happened in a period, and what waits now.

use serde::Serialize;

use super::period::ReportPeriod;
use super::sentence::sentence;
use super::slots::MoneySlot;
use super::waits::WaitFigures;
use crate::commands::Context;
use crate::commands::standing::{OpenCases, OpenRefunds, OverdueStanding, ShopStanding};
use crate::domain::{CaseKind, GatewayName, Instant, PaymentStatus, RefundReason, Rupiah, Sku};
use crate::store::{
    ChangeSource, EventPeriod, MovedOrders, PaidAtGateway, Reader, RefundStep, StoreError,
};

/// So many products have a line of their own.
const MAX_PRODUCTS: usize = 20;

/// A report, for programs. Fields are only ever added.
#[derive(Debug, Serialize)]
pub(super) struct ReportFigures {
    pub(super) period: ReportPeriod,
    /// The morning sentence.
    pub(super) sentence: String,
    /// Everything runs by itself, as of now.
    pub(super) level: bool,
    /// What waits for a person, as of now.
    pub(super) questions: u64,
    pub(super) money: MoneyFigures,
    pub(super) orders: Vec<OrderFigures>,
    pub(super) gateways: Vec<GatewayFigures>,
    pub(super) products: Vec<ProductFigures>,
    /// The products that have no line of their own.
    pub(super) other_products: OtherProducts,
    /// Payments whose status was put right, by who told payctl.
    pub(super) drift: Vec<DriftFigures>,
    pub(super) waits: WaitFigures,
    /// The money by hour, or by day in a longer period.
    pub(super) slots: Vec<MoneySlot>,
    pub(super) late: LateFigures,
    pub(super) refunds: Vec<RefundFigures>,
    pub(super) cases: Vec<CaseFigures>,
    /// What waits as of now, whatever the period.
    pub(super) now: NowFigures,
}

#[derive(Debug, Default, Serialize)]
pub(super) struct MoneyFigures {
    pub(super) payments: u64,
    pub(super) received: Rupiah,
    pub(super) fee: Rupiah,
    pub(super) surcharge: Rupiah,
    pub(super) gone_back: Rupiah,
}

/// Orders that were placed, or that got a status.
#[derive(Debug, Serialize)]
pub(super) struct OrderFigures {
    pub(super) line: String,
    pub(super) orders: u64,
    pub(super) total: Rupiah,
}

#[derive(Debug, Serialize)]
pub(super) struct GatewayFigures {
    pub(super) gateway: GatewayName,
    pub(super) payments: u64,
    pub(super) received: Rupiah,
    pub(super) fee: Rupiah,
    pub(super) surcharge: Rupiah,
    pub(super) told_first: u64,
    pub(super) told_later: u64,
    pub(super) never_told: u64,
    pub(super) by_person: u64,
    pub(super) received_told: Rupiah,
    pub(super) received_found: Rupiah,
}

#[derive(Debug, Serialize)]
pub(super) struct ProductFigures {
    pub(super) sku: Sku,
    pub(super) name: String,
    pub(super) orders: u64,
    pub(super) units: u64,
    pub(super) amount: Rupiah,
}

#[derive(Debug, Default, Serialize)]
pub(super) struct OtherProducts {
    pub(super) products: u64,
    pub(super) units: u64,
    pub(super) amount: Rupiah,
}

#[derive(Debug, Serialize)]
pub(super) struct DriftFigures {
    pub(super) source: ChangeSource,
    pub(super) became: PaymentStatus,
    pub(super) payments: u64,
}

/// Orders that money revived after their end.
#[derive(Debug, Serialize)]
pub(super) struct LateFigures {
    pub(super) orders: u64,
    pub(super) total: Rupiah,
}

#[derive(Debug, Serialize)]
pub(super) struct RefundFigures {
    pub(super) step: RefundStep,
    pub(super) reason: RefundReason,
    pub(super) refunds: u64,
    pub(super) amount: Rupiah,
}

#[derive(Debug, Serialize)]
pub(super) struct CaseFigures {
    pub(super) kind: CaseKind,
    pub(super) opened: u64,
    pub(super) still_open: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct NowFigures {
    pub(super) at: Instant,
    pub(super) cases: Vec<OpenCases>,
    pub(super) refunds: Vec<OpenRefunds>,
    pub(super) overdue: OverdueStanding,
}

impl ReportFigures {
    /// Reads all figures.
    ///
    /// # Errors
    /// As reading the file and the locks of jobs.
    pub(super) fn read(
        context: &Context<'_>,
        reader: &Reader,
        period: ReportPeriod,
    ) -> Result<Self, StoreError> {
        let standing = ShopStanding::read(context, reader)?;
        let events = reader.events_between(period.since, period.until)?;
        let paid = reader.paid_by_gateway(&events)?;
        let refunds = refunds(reader, &events)?;
        let (products, other_products) = products(reader, &events)?;
        let mut slots = period.slots(context.config.zone);
        let waits = WaitFigures::read(reader, &events, |paid| slots.add(paid))?;
        let late = reader.late_orders(&events)?;
        Ok(Self {
            sentence: sentence(&standing),
            level: standing.is_level(),
            questions: standing.questions(),
            money: money(&paid, &refunds),
            orders: orders(reader, &events)?,
            gateways: paid.into_iter().map(GatewayFigures::from).collect(),
            products,
            other_products,
            drift: drift(reader, &events)?,
            waits,
            slots: slots.into(),
            late: LateFigures {
                orders: late.orders,
                total: late.total,
            },
            refunds,
            cases: cases(reader, &period)?,
            now: NowFigures {
                at: context.started_at,
                cases: standing.cases,
                refunds: standing.refunds,
                overdue: standing.overdue,
            },
            period,
        })
    }
}

fn money(paid: &[PaidAtGateway], refunds: &[RefundFigures]) -> MoneyFigures {
    let gone = refunds
        .iter()
        .filter(|refund| refund.step == RefundStep::Done);
    MoneyFigures {
        payments: paid.iter().map(|paid| paid.payments).sum(),
        received: paid.iter().map(|paid| paid.received).sum(),
        fee: paid.iter().map(|paid| paid.fee).sum(),
        surcharge: paid.iter().map(|paid| paid.surcharge).sum(),
        gone_back: gone.map(|refund| refund.amount).sum(),
    }
}

/// In the order of an order's life.
const LINES: [&str; 7] = [
    MovedOrders::PLACED,
    "paid",
    "fulfilled",
    "expired",
    "cancelled",
    "refunded",
    "pending",
];

fn orders(reader: &Reader, events: &EventPeriod) -> Result<Vec<OrderFigures>, StoreError> {
    let mut moved = reader.moved_orders(events)?;
    moved.sort_by_key(|moved| LINES.iter().position(|line| moved.line == *line));
    let lines = moved.into_iter().map(|moved| OrderFigures {
        line: moved.line,
        orders: moved.orders,
        total: moved.total,
    });
    Ok(lines.collect())
}

fn products(
    reader: &Reader,
    events: &EventPeriod,
) -> Result<(Vec<ProductFigures>, OtherProducts), StoreError> {
    let (mut named, mut others) = (Vec::new(), OtherProducts::default());
    reader.sold_products(events, |sold| {
        if named.len() < MAX_PRODUCTS {
            named.push(ProductFigures {
                sku: sold.sku,
                name: sold.name,
                orders: sold.orders,
                units: sold.units,
                amount: sold.amount,
            });
            return;
        }
        others.products += 1;
        others.units += sold.units;
        others.amount = others.amount + sold.amount;
    })?;
    Ok((named, others))
}

fn drift(reader: &Reader, events: &EventPeriod) -> Result<Vec<DriftFigures>, StoreError> {
    let changed = reader.changed_payments(events)?.into_iter();
    let drift = changed.map(|changed| DriftFigures {
        source: changed.source,
        became: changed.became,
        payments: changed.payments,
    });
    Ok(drift.collect())
}

fn refunds(reader: &Reader, events: &EventPeriod) -> Result<Vec<RefundFigures>, StoreError> {
    let moved = reader.refunds_of_period(events)?.into_iter();
    let refunds = moved.map(|moved| RefundFigures {
        step: moved.step,
        reason: moved.reason,
        refunds: moved.refunds,
        amount: moved.amount,
    });
    Ok(refunds.collect())
}

fn cases(reader: &Reader, period: &ReportPeriod) -> Result<Vec<CaseFigures>, StoreError> {
    let opened = reader.cases_opened(period.since, period.until)?.into_iter();
    let cases = opened.map(|opened| CaseFigures {
        kind: opened.kind,
        opened: opened.opened,
        still_open: opened.open,
    });
    Ok(cases.collect())
}

impl From<PaidAtGateway> for GatewayFigures {
    fn from(paid: PaidAtGateway) -> Self {
        Self {
            gateway: paid.gateway,
            payments: paid.payments,
            received: paid.received,
            fee: paid.fee,
            surcharge: paid.surcharge,
            told_first: paid.told_first,
            told_later: paid.told_later,
            never_told: paid.never_told,
            by_person: paid.by_person,
            received_told: paid.received_told,
            received_found: paid.received_found,
        }
    }
}
