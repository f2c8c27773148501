//! Expires overdue orders: query, close at the gateway, query again, and release only what is proven unpaid.

use std::sync::Arc;

use super::checked::Checked;
use super::crew::Crew;
use super::ending::Endings;
use super::lane::Lane;
use super::round::{Print, Round, RoundError};
use super::scribe::Pen;
use super::tally::Tally;
use crate::clock::Clock;
use crate::domain::dossier::{Change, Dossier};
use crate::domain::instant::Instant;
use crate::domain::names::{OrderId, PaymentId};
use crate::domain::observation::Errand;
use crate::domain::payment::Payment;
use crate::domain::reconcile::Policy;
use crate::domain::release::{Hurdle, Wish, release};
use crate::domain::rule::Rule;
use crate::interrupt::Interrupt;
use crate::store::{Hand, Reader, StoreError, ToAsk};

/// What all steps of a run share.
pub struct Setting {
    pub clock: Arc<dyn Clock>,
    /// The run's single current time, for cutoffs.
    pub now: Instant,
    pub policy: Policy,
    /// The run's time limit.
    pub until: Option<tokio::time::Instant>,
    pub interrupt: Interrupt,
}

impl Setting {
    /// Whether the time is up or the run was interrupted.
    #[must_use]
    pub fn is_over(&self) -> bool {
        let now = tokio::time::Instant::now();
        self.until.is_some_and(|until| now >= until)
    }

    /// A round of queries within the run's time.
    #[must_use]
    pub fn round(&self, lanes: Vec<Lane>, pen: Pen) -> Round {
        let now = tokio::time::Instant::now();
        Round {
            lanes,
            pen,
            policy: self.policy,
            clock: self.clock.clone(),
            max_time: self.until.map(|until| until.duration_since(now)),
            interrupt: self.interrupt.clone(),
        }
    }
}

/// Which orders to end, and how.
pub struct Expiring<'a> {
    pub orders: &'a [OrderId],
    /// What an order is to become; `None` if it does not qualify, or no longer.
    pub wish: &'a dyn Fn(&Dossier) -> Option<Wish<'a>>,
    /// Who ends it, for the audit log.
    pub actor: &'a str,
}

/// Ends those orders that are proven unpaid, and reports a line for each. With read-only access the gateways are
/// queried, but nothing is closed and nothing is written.
///
/// # Errors
/// As [`Round::run`]. What was written stays written.
pub async fn expire(
    work: &Expiring<'_>,
    crew: &mut Crew,
    mut pen: Pen,
    setting: &Setting,
    print: &mut Print<'_>,
) -> Result<(Tally, Pen), RoundError> {
    let now = setting.clock.now();
    let mut endings = Endings::default();
    let asked_from = setting.clock.now();
    let before = dossiers(work, pen.read(), asked_from)?;
    if let Pen::Writing { store, permit } = &mut pen {
        let is_tried = |order: &&OrderId| !is_left_alone(&before, **order, crew);
        let tried: Vec<OrderId> = work.orders.iter().filter(is_tried).copied().collect();
        store.note_tried(permit, &tried, now)?;
    }
    let open = before.iter().flat_map(|(dossier, wish)| {
        to_ask(dossier, |payment| {
            is_open_question(payment, *wish, now) || dossier.is_claimed(payment.id)
        })
    });
    pen = ask(
        open.collect(),
        Errand::Read,
        crew,
        pen,
        setting,
        &mut endings,
    )
    .await?;

    let later = dossiers(work, pen.read(), asked_from)?;
    let to_close = to_close(later, crew, setting);
    if let Pen::Writing { store, permit } = &mut pen {
        let can_close = to_close.iter().filter(|row| crew.can_close(&row.payment));
        let ids: Vec<PaymentId> = can_close.map(|row| row.payment.id).collect();
        store.note_closing(permit, &ids, Rule::O4, hand(work, setting))?;
        pen = ask(
            to_close,
            Errand::ReadAfterClose,
            crew,
            pen,
            setting,
            &mut endings,
        )
        .await?;
    }

    for (dossier, wish) in before {
        let line = match &mut pen {
            Pen::Writing { store, permit } => {
                let trouble = crew.clock_trouble();
                let hand = hand(work, setting);
                let acted = store.act(permit, dossier.order.id, hand, |today| {
                    end(&today.asked_from(asked_from), work, hand.now, trouble)
                })?;
                let after = store.read().dossier(dossier.order.id)?;
                endings.line(&dossier, after.as_ref().unwrap_or(&dossier), acted, crew)
            }
            Pen::Looking(_) => endings.preview(dossier, wish, crew, setting),
        };
        endings.tally.count(&line);
        print(&line)?;
    }
    Ok((endings.tally, pen))
}

/// This run sends no more queries about the order, so it keeps its place in the queue.
fn is_left_alone(orders: &[(Dossier, Wish<'_>)], order: OrderId, crew: &Crew) -> bool {
    let mut found = orders.iter().map(|(dossier, _)| dossier);
    let found = found.find(|dossier| dossier.order.id == order);
    let mut payments = found.into_iter().flat_map(|dossier| &dossier.payments);
    payments.any(|payment| crew.is_left_alone(&payment.gateway))
}

fn dossiers<'a>(
    work: &Expiring<'a>,
    reader: &Reader,
    asked_from: Instant,
) -> Result<Vec<(Dossier, Wish<'a>)>, StoreError> {
    let mut found = Vec::with_capacity(work.orders.len());
    for order in work.orders {
        if let Some(dossier) = reader.dossier(*order)?
            && let Some(wish) = (work.wish)(&dossier)
        {
            found.push((dossier.asked_from(asked_from), wish));
        }
    }
    Ok(found)
}

/// One step of queries; the next step knows what the gateways have shown.
async fn ask(
    rows: Vec<ToAsk>,
    errand: Errand,
    crew: &mut Crew,
    pen: Pen,
    setting: &Setting,
    endings: &mut Endings,
) -> Result<Pen, RoundError> {
    let lanes = crew.lanes(rows, errand);
    if lanes.is_empty() {
        return Ok(pen);
    }
    let mut keep = |line: &Checked| {
        endings.hear(line);
        Ok(())
    };
    let (tally, pen) = setting.round(lanes, pen).run(&mut keep).await?;
    crew.learn(&tally);
    endings.learn(tally);
    Ok(pen)
}

/// A payment that is open, or whose last answer came too early to prove anything.
fn is_open_question(payment: &Payment, wish: Wish<'_>, now: Instant) -> bool {
    payment.status.is_open() || !wish.is_proven_by(payment, now)
}

fn to_ask(dossier: &Dossier, wanted: impl Fn(&Payment) -> bool) -> Vec<ToAsk> {
    let mut rows = ToAsk::of(dossier);
    rows.retain(|row| wanted(&row.payment));
    rows
}

/// The payments that keep these orders from ending only because they are still payable.
fn to_close(orders: Vec<(Dossier, Wish<'_>)>, crew: &Crew, setting: &Setting) -> Vec<ToAsk> {
    let mut rows = Vec::new();
    if crew.clock_trouble().is_some() {
        return rows;
    }
    for (dossier, wish) in orders {
        let (ids, is_silent) = match release(&dossier, wish, setting.clock.now()) {
            Err(Hurdle::Payable(ids)) => (ids, false),
            Err(Hurdle::Unanswered(ids)) => (ids, true),
            _ => continue,
        };
        let wanted = |payment: &Payment| {
            let is_next = ids.contains(&payment.id) && crew.trouble(&payment.gateway).is_none();
            is_next && (!is_silent || crew.is_lost(payment))
        };
        rows.extend(to_ask(&dossier, wanted));
    }
    rows
}

/// Decides about the order as it is in the writing transaction.
fn end(
    today: &Dossier,
    work: &Expiring<'_>,
    now: Instant,
    trouble: Option<String>,
) -> Result<((), Vec<Change>), Hurdle> {
    let Some(wish) = (work.wish)(today) else {
        return Err(Hurdle::NotForIt);
    };
    if let Some(why) = trouble {
        return Err(Hurdle::Clock(why));
    }
    release(today, wish, now).map(|changes| ((), changes))
}

fn hand<'a>(work: &Expiring<'a>, setting: &Setting) -> Hand<'a> {
    Hand {
        actor: work.actor,
        now: setting.clock.now(),
    }
}
