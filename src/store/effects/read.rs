//! Reads effects: one, a list, and the document handed to the program or partner that carries it out.

use rusqlite::{OptionalExtension, Row, params};

use super::super::connection::Reader;
use super::super::error::StoreError;
use super::super::{rows, sql};
use super::{
    DueWindow, EffectSelector, WorkerId, abandoned, dossier_of, due, effect_by_id, find, is_free,
};
use crate::domain::effect::payload::MAX_TOLD;
use crate::domain::{
    CasePart, Customer, Dossier, Effect, EffectId, EffectPayload, EffectStatus, EffectSubject,
    Instant, OrderFacts, OrderNumber,
};

/// Which effects a list shows. A field that is `None` does not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EffectFilter {
    pub standing: EffectStanding,
    pub order: Option<OrderNumber>,
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
        effect_by_id(self.connection(), id)
    }

    /// Whether this worker, once it has the lock, would find something to do now: an effect that is due, or one that
    /// looks abandoned.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn has_due_effects(&self, worker: WorkerId<'_>, now: Instant) -> Result<bool, StoreError> {
        let connection = self.connection();
        let is_due = find(connection, EffectSelector::Due(DueWindow::at(now)))?.is_some();
        Ok(is_due || !abandoned(connection, worker, now)?.is_empty())
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
    ) -> Result<Vec<(Effect, Option<OrderNumber>)>, StoreError> {
        let (connection, after) = (self.connection(), after.unwrap_or(EffectId(0)));
        let (status, may_be_over) = (filter.standing.status(), filter.standing.may_be_over());
        let read = |row: &Row<'_>| Ok((rows::effect(row)?, row.get(rows::EFFECT_COLUMNS)?));
        if let Some(order) = &filter.order {
            let wanted = params![order, status, may_be_over, after, limit];
            let mut statement = connection.prepare_cached(sql!("effects_page_of_order"))?;
            return Ok(statement
                .query_map(wanted, read)?
                .collect::<Result<_, _>>()?);
        }
        let mut statement = connection.prepare_cached(if may_be_over {
            sql!("effects_page")
        } else {
            sql!("effects_unfinished_page")
        })?;
        let found = statement.query_map(params![status, after, limit], read)?;
        Ok(found.collect::<Result<_, _>>()?)
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
        due(self.connection(), DueWindow::at(now), after)
    }

    /// Whether an effect may be carried out in its order's current state.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn can_execute(&self, effect: &Effect) -> Result<bool, StoreError> {
        is_free(self.connection(), effect)
    }

    /// The number of the order that an effect belongs to; `None` if it belongs to a gateway account.
    ///
    /// # Errors
    /// `Corrupt`, `Busy`, `Engine`.
    pub fn order_of_effect(&self, effect: &Effect) -> Result<Option<OrderNumber>, StoreError> {
        let mut statement = self.connection().prepare_cached(sql!("order_head"))?;
        Ok(statement
            .query_row([effect.order], |row| row.get(0))
            .optional()?)
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
        let connection = self.connection();
        let order = match dossier_of(connection, effect, self.hooks())? {
            Some(dossier) => Some(self.facts(dossier)?),
            None => None,
        };
        let case = match effect.about {
            EffectSubject::Case(id) => connection
                .prepare_cached(sql!("case_by_id"))?
                .query_row([id], case)
                .optional()?,
            EffectSubject::Order | EffectSubject::Refund(_) => None,
        };
        Ok(EffectPayload::of(effect, order, case, now))
    }

    fn facts(&self, dossier: Dossier) -> Result<OrderFacts, StoreError> {
        let order = dossier.order.id;
        let one_more = u32::try_from(MAX_TOLD + 1).unwrap_or(u32::MAX);
        Ok(OrderFacts {
            customer: self
                .connection()
                .prepare_cached(sql!("order_customer"))?
                .query_row([order], customer)?,
            session_token: self.session_of(&dossier.order.number)?.unwrap_or_default(),
            tickets: self.tickets_of_order(order, one_more)?,
            access: self.access_of_order(order, None, one_more)?,
            dossier,
        })
    }
}

fn customer(row: &Row<'_>) -> rusqlite::Result<Customer> {
    Ok(Customer {
        name: row.get(0)?,
        email: row.get(1)?,
        phone: row.get(2)?,
    })
}

fn case(row: &Row<'_>) -> rusqlite::Result<CasePart> {
    Ok(CasePart {
        case: row.get(0)?,
        kind: row.get(1)?,
        payment: row.get(4)?,
        gateway: row.get(5)?,
        facts: row.get(7)?,
    })
}
