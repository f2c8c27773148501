//! Closes what is still payable before a person's decision is booked (P27): query, close, query again.

use std::collections::BTreeMap;

use super::checked::Checked;
use super::crew::Crew;
use super::expiring::Setting;
use super::round::RoundError;
use super::scribe::Pen;
use super::tally::Tally;
use crate::domain::dossier::Dossier;
use crate::domain::instant::Instant;
use crate::domain::names::{OrderId, PaymentId};
use crate::domain::observation::Errand;
use crate::domain::payable::{AskedSince, Obstacle, obstacles, payable};
use crate::domain::payment::PaymentStatus;
use crate::domain::rule::Rule;
use crate::store::{Hand, Reader, StoreError, ToAsk};

/// Whose payments to close, from which time an answer counts, and who wants it.
pub struct Shutting<'a> {
    pub orders: &'a [OrderId],
    pub since: Instant,
    pub actor: &'a str,
}

/// The result of closing.
#[derive(Default)]
pub struct Shut {
    pub tally: Tally,
    /// The last thing learned about each payment.
    pub said: BTreeMap<PaymentId, String>,
    /// Payments unknown to an account that has never known any (G1).
    pub unproven: Vec<PaymentId>,
}

/// A customer may choose a method on a page while the page is being closed; that transaction is closed in a second
/// pass.
const CLOSINGS_MOST: usize = 2;

/// Queries everything that is still payable for these orders, closes what its gateway reports as open, and queries it
/// again. [`obstacles`] tells what prevents the decision after that.
///
/// # Errors
/// As [`super::Round::run`]. What was written stays written.
pub async fn shut(
    work: &Shutting<'_>,
    crew: &mut Crew,
    pen: Pen,
    setting: &Setting,
) -> Result<(Shut, Pen), RoundError> {
    let mut shut = Shut::default();
    let rows = rows(work, pen.read(), |dossier| {
        payable(dossier).map(|payment| payment.id).collect()
    })?;
    let mut pen = shut
        .ask(rows, Errand::ReadBeside, crew, pen, setting)
        .await?;
    let mut tried: Vec<(PaymentId, PaymentStatus)> = Vec::new();
    for _ in 0..CLOSINGS_MOST {
        let mut open = shut.open(work, pen.read(), setting)?;
        open.retain(|row| {
            let is_new = !tried.contains(&(row.payment.id, row.payment.status));
            is_new && crew.can_close(&row.payment) && crew.trouble(&row.payment.gateway).is_none()
        });
        if open.is_empty() || setting.is_over() {
            break;
        }
        tried.extend(open.iter().map(|row| (row.payment.id, row.payment.status)));
        if let Pen::Writing { store, permit } = &mut pen {
            let ids: Vec<PaymentId> = open.iter().map(|row| row.payment.id).collect();
            let hand = Hand {
                actor: work.actor,
                now: setting.clock.now(),
            };
            store.note_closing(permit, &ids, Rule::P27, hand)?;
        }
        let errand = Errand::ReadAfterClose;
        pen = shut.ask(open, errand, crew, pen, setting).await?;
    }
    Ok((shut, pen))
}

impl Shut {
    async fn ask(
        &mut self,
        rows: Vec<ToAsk>,
        errand: Errand,
        crew: &mut Crew,
        pen: Pen,
        setting: &Setting,
    ) -> Result<Pen, RoundError> {
        let lanes = crew.lanes(rows, errand);
        if lanes.is_empty() {
            return Ok(pen);
        }
        let mut hear = |line: &Checked| {
            self.hear(line);
            Ok(())
        };
        let (tally, pen) = setting.round(lanes, pen).run(&mut hear).await?;
        crew.learn(&tally);
        self.tally.add(tally);
        Ok(pen)
    }

    fn hear(&mut self, line: &Checked) {
        let Some(payment) = line.payment else {
            return;
        };
        self.said.insert(payment, line.reason.clone());
        self.unproven.retain(|known| *known != payment);
        if line.is_unproven {
            self.unproven.push(payment);
        }
    }

    /// The payments that their gateway reports as open and that can be closed.
    fn open(
        &self,
        work: &Shutting<'_>,
        reader: &Reader,
        setting: &Setting,
    ) -> Result<Vec<ToAsk>, StoreError> {
        let now = setting.clock.now();
        let asked = AskedSince {
            since: work.since,
            unproven: &self.unproven,
        };
        rows(work, reader, |dossier| payable_ids(dossier, asked, now))
    }
}

fn payable_ids(dossier: &Dossier, asked: AskedSince<'_>, now: Instant) -> Vec<PaymentId> {
    let found = obstacles(dossier, asked, now).into_iter();
    found
        .filter_map(|obstacle| match obstacle {
            Obstacle::Payable(id) => Some(id),
            Obstacle::Unanswered(_) | Obstacle::Opening(..) | Obstacle::Held(_) => None,
        })
        .collect()
}

fn rows(
    work: &Shutting<'_>,
    reader: &Reader,
    wanted: impl Fn(&Dossier) -> Vec<PaymentId>,
) -> Result<Vec<ToAsk>, StoreError> {
    let mut found = Vec::new();
    for order in work.orders {
        let Some(dossier) = reader.dossier(*order)? else {
            continue;
        };
        let ids = wanted(&dossier);
        let rows = ToAsk::of(&dossier).into_iter();
        found.extend(rows.filter(|row| ids.contains(&row.payment.id)));
    }
    Ok(found)
}
