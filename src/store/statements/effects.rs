//! Effects: one, a list, what is due, what is running, and the document handed to the program or partner that carries
//! one out.

mod running;

use std::collections::BTreeMap;
use std::path::Path;

use super::customers::keep_with_customer;
use super::rows;
use crate::domain::effect::LONGEST_PAUSE;
use crate::domain::effect::payload::MAX_TOLD;
use crate::domain::operator::fulfil;
use crate::domain::{
    CasePart, Dossier, Effect, EffectId, EffectPart, EffectPayload, EffectStatus, EffectSubject,
    HookName, HookOutput, Instant, OrderFacts, OrderId, OrderNumber,
};
use crate::store::engine::{Reader, StoredRow, ToSql, Tx, first, from_row, sql};
use crate::store::error::StoreError;

/// Effects per page.
const PAGE: u32 = 50;

/// A worker that carries out effects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkerId<'a> {
    pub host: &'a str,
    pub pid: u32,
    /// The path of the database; running attempts leave their lock files beside it.
    pub database: &'a Path,
}

/// Which effect to claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EffectSelector {
    /// The longest due.
    Due(DueWindow),
    /// This effect, even before it is due.
    One(EffectId),
}

/// Which effects count as due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueWindow {
    /// Effects due by this time.
    pub by: Instant,
    /// And effects that are put off further from this time than any retry puts them off.
    pub now: Instant,
}

impl DueWindow {
    /// Everything that is due at `now`.
    #[must_use]
    pub fn at(now: Instant) -> Self {
        Self { by: now, now }
    }
}

/// Which effects a list shows. A field that is `None` does not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EffectFilter {
    pub standing: EffectStanding,
    pub order: Option<OrderNumber>,
    /// Queued at this instant or later.
    pub since: Option<Instant>,
    /// Queued before it.
    pub until: Option<Instant>,
}

/// An effect in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedEffect {
    pub effect: Effect,
    /// `None`: it is about a gateway account.
    pub order: Option<OrderNumber>,
    pub queued_at: Instant,
}

/// Which states a list shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EffectStanding {
    #[default]
    Any,
    /// Neither done nor cancelled: always few, no matter how many effects exist.
    Unfinished,
    At(EffectStatus),
}

impl EffectStanding {
    fn status(self) -> Option<EffectStatus> {
        match self {
            Self::Any | Self::Unfinished => None,
            Self::At(status) => Some(status),
        }
    }

    fn may_be_over(self) -> bool {
        match self {
            Self::Any => true,
            Self::Unfinished => false,
            Self::At(status) => status.is_over(),
        }
    }
}

impl Reader {
    /// The effect with this id.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn effect(&self, id: EffectId) -> Result<Option<Effect>, StoreError> {
        self.one(sql!("effect_by_id"), &[&id], rows::effect)
    }

    /// Whether this worker, once it has the lock, would find something to do now: an effect that is due, or one that
    /// looks abandoned.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn has_due_effects(&self, worker: WorkerId<'_>, now: Instant) -> Result<bool, StoreError> {
        let next = self.executable_effect(EffectSelector::Due(DueWindow::at(now)))?;
        Ok(next.is_some() || !self.abandoned_effects(worker, now)?.is_empty())
    }

    /// At most `limit` effects with their order numbers, the earliest first, starting after `after` or at the first.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn effects(
        &self,
        filter: &EffectFilter,
        after: Option<EffectId>,
        limit: u32,
    ) -> Result<Vec<ListedEffect>, StoreError> {
        let after = after.unwrap_or(EffectId(0));
        let (status, may_be_over) = (filter.standing.status(), filter.standing.may_be_over());
        let (since, until) = (&filter.since, &filter.until);
        let read = |row: &StoredRow<'_>| {
            Ok(from_row!(row => ListedEffect {
                effect = rows::effect(row)?, order: "number", queued_at: "created_at",
            }))
        };
        if let Some(order) = &filter.order {
            return self.all(
                sql!("effects_page_of_order"),
                &[order, &status, &may_be_over, &after, since, until, &limit],
                read,
            );
        }
        let page = if may_be_over {
            sql!("effects_page")
        } else {
            sql!("effects_unfinished_page")
        };
        self.all(page, &[&status, &after, since, until, &limit], read)
    }

    /// One page of the due effects, the longest due first, starting after `after` or at the first. Empty: there are
    /// no more.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn effects_due(
        &self,
        now: Instant,
        after: Option<&Effect>,
    ) -> Result<Vec<Effect>, StoreError> {
        self.due_effects(DueWindow::at(now), after)
    }

    /// Whether an effect may be carried out in its order's current state.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn can_execute(&self, effect: &Effect) -> Result<bool, StoreError> {
        let dossier = self.dossier_of_effect(effect)?;
        Ok(dossier.is_none_or(|dossier| fulfil::can_execute(&dossier, effect)))
    }

    /// The number of the order that an effect belongs to; `None` if it belongs to a gateway account.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn order_of_effect(&self, effect: &Effect) -> Result<Option<OrderNumber>, StoreError> {
        self.one(sql!("order_head"), &[&effect.order], first)
    }

    /// The document handed to the program or partner that carries out an effect, from one snapshot.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn effect_document(
        &self,
        effect: &Effect,
        now: Instant,
    ) -> Result<EffectPayload, StoreError> {
        let _one_moment = self.snapshot()?;
        let order = match self.dossier_of_effect(effect)? {
            Some(dossier) => Some(self.facts(dossier)?),
            None => None,
        };
        let case = match effect.about {
            EffectSubject::Case(id) => self.one(sql!("case_by_id"), &[&id], case)?,
            EffectSubject::Order | EffectSubject::Refund(_) => None,
        };
        Ok(EffectPayload::of(effect, order, case, now))
    }

    /// What the hooks of an order have said, by their names; of one that was carried out more than once, the last.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn said_by_hooks(
        &self,
        order: OrderId,
    ) -> Result<BTreeMap<HookName, EffectPart>, StoreError> {
        let said = self.outputs(order)?.into_iter();
        Ok(said
            .map(|(_, hook, output)| (hook, EffectPart::from(output)))
            .collect())
    }

    /// What the hooks of an order have said, with their effects.
    pub(in crate::store) fn outputs(
        &self,
        order: OrderId,
    ) -> Result<Vec<(EffectId, HookName, HookOutput)>, StoreError> {
        self.all(sql!("effect_outputs"), &[&order], |row| {
            let text: String = row.get("output")?;
            let output = HookOutput::kept(text, row.get("output_cut")?);
            Ok((row.get("id")?, row.get("hook")?, output))
        })
    }

    fn facts(&self, dossier: Dossier) -> Result<OrderFacts, StoreError> {
        let order = dossier.order.id;
        let one_more = u32::try_from(MAX_TOLD + 1).unwrap_or(u32::MAX);
        Ok(OrderFacts {
            customer: self.customer_of(order)?,
            notes: self.notes_of(order)?,
            effects: self.said_by_hooks(order)?,
            session_token: self.session_of(&dossier.order.number)?.unwrap_or_default(),
            tickets: self.tickets_of_order(order, one_more)?,
            access: self.access_of_order(order, None, one_more)?,
            dossier,
        })
    }

    /// The order of an effect; `None` if it belongs to a gateway account.
    pub(in crate::store) fn dossier_of_effect(
        &self,
        effect: &Effect,
    ) -> Result<Option<Dossier>, StoreError> {
        effect.order.map_or(Ok(None), |order| self.dossier(order))
    }

    /// The first effect that may be carried out now.
    pub(in crate::store) fn executable_effect(
        &self,
        pick: EffectSelector,
    ) -> Result<Option<Effect>, StoreError> {
        match pick {
            EffectSelector::Due(turn) => self.first_due(turn),
            EffectSelector::One(id) => {
                let effect = self.effect(id)?;
                match effect.filter(|effect| effect.status.is_scheduled()) {
                    Some(effect) if self.can_execute(&effect)? => Ok(Some(effect)),
                    _ => Ok(None),
                }
            }
        }
    }

    /// Whether the order's state allows the effect to run, and no other goes first.
    fn has_its_turn(&self, effect: &Effect) -> Result<bool, StoreError> {
        let dossier = self.dossier_of_effect(effect)?;
        Ok(dossier.is_none_or(|dossier| {
            fulfil::can_execute(&dossier, effect) && !fulfil::goes_after_others(&dossier, effect)
        }))
    }

    fn first_due(&self, turn: DueWindow) -> Result<Option<Effect>, StoreError> {
        let mut last = None;
        loop {
            let page = self.due_effects(turn, last.as_ref())?;
            let Some(end) = page.last() else {
                return Ok(None);
            };
            last = Some(end.clone());
            for effect in page {
                if self.has_its_turn(&effect)? {
                    return Ok(Some(effect));
                }
            }
        }
    }

    /// One page of the effects that are due by a time, the longest due first, starting after `after` or at the first.
    /// Then the effects that a clock that was ahead has put off: queued later than now, and what is queued is due at
    /// once; or waiting longer than any retry does.
    fn due_effects(
        &self,
        turn: DueWindow,
        after: Option<&Effect>,
    ) -> Result<Vec<Effect>, StoreError> {
        let (at, id) = match after {
            Some(effect) => (effect.next_try_at.unwrap_or(turn.by), effect.id),
            None => (Instant::from_millis(0), EffectId(0)),
        };
        if at <= turn.by {
            let due: [&dyn ToSql; 4] = [&turn.by, &at, &id, &PAGE];
            let page = self.all(sql!("effects_due"), &due, rows::effect)?;
            if !page.is_empty() {
                return Ok(page);
            }
        }
        let farthest = turn.now.saturating_add(LONGEST_PAUSE);
        let put_off: [&dyn ToSql; 5] = [&turn.now, &farthest, &at, &id, &PAGE];
        self.all(sql!("effects_put_off"), &put_off, rows::effect)
    }
}

fn case(row: &StoredRow<'_>) -> Result<CasePart, StoreError> {
    Ok(from_row!(row => CasePart { case: "id", kind, payment: "payment_id", gateway, facts }))
}

/// Keeps what the hook of an effect has said when it was done; it goes when the customer is erased.
pub(in crate::store) fn keep_output(
    tx: &Tx<'_>,
    effect: &Effect,
    output: &HookOutput,
) -> Result<(), StoreError> {
    let Some(order) = effect.order else {
        return Ok(());
    };
    let (text, is_cut) = (output.as_str(), output.is_cut());
    let kept = tx.exec(sql!("keep_effect_output"), &[&text, &is_cut, &effect.id])?;
    if kept == 0 {
        return Ok(());
    }
    keep_with_customer(tx, order)
}

/// Marks an effect as carried out by this worker until a time.
pub(in crate::store) fn claim(
    tx: &Tx<'_>,
    effect: &Effect,
    worker: WorkerId<'_>,
    (now, until): (Instant, Instant),
) -> Result<(), StoreError> {
    tx.change(
        sql!("claim_effect"),
        &[
            &now,
            &until,
            &worker.host,
            &worker.pid,
            &effect.id,
            &effect.version,
        ],
    )
}
