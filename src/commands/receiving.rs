//! A gateway's message comes in: kept first, then its gateway is asked. What `webhook` and `cgi` have in common.

use std::io::{self, Read};

use super::asking::{FollowUp, Work};
use super::checked_row::CheckedSummary;
use super::context::Context;
use super::failure::Refusal;
use crate::domain::hint::Mark;
use crate::domain::instant::Instant;
use crate::domain::names::{GatewayName, OrderNumber, PaymentId};
use crate::domain::observation::Errand;
use crate::exit::Exit;
use crate::gateway::incoming::Incoming;
use crate::gateway::message as unwrapped;
use crate::output::Summary;
use crate::reconciler::{Crew, Pen, Print, RoundError, Setting, Tally};
use crate::store::{Arrival, Noted, OpenQuestions, ToAsk};

/// No gateway's message is nearly as long.
pub(super) const BODY_MOST: usize = 64 * 1024;

/// A message that was kept, and what is to be asked because of it.
pub(super) struct Received {
    pub(super) mark: Mark,
    times: u32,
    why: Option<&'static str>,
    received_at: Instant,
    payment: Option<PaymentId>,
    order: Option<OrderNumber>,
    to_ask: Vec<ToAsk>,
    /// More tries were named at its order than are asked about.
    is_too_many: bool,
    opened: usize,
}

/// Keeps a message, or foresees that with a pen that only looks.
///
/// # Errors
/// When the account is not configured or has no key: then nothing can be told about the message.
pub(super) fn receive(
    context: &Context<'_>,
    crew: &Crew,
    gateway: &GatewayName,
    message: &Incoming<'_>,
    pen: &mut Pen,
) -> anyhow::Result<Received> {
    let account = crew.account(gateway).map_err(|why| {
        Refusal::new(Exit::Config, format!("{gateway} cannot be asked: {why}"))
            .hint("name the account in the configuration, and its key in the environment")
    })?;
    let body = unwrapped(message.body);
    let notice = account.gateway.read_notification(message);
    let arrival = Arrival {
        gateway,
        body: &body,
        notice: &notice,
        received_at: context.world.clock.now(),
    };
    let noted = match pen {
        Pen::Writing { store, permit } => store.note(permit, arrival)?,
        Pen::Looking(reader) => reader.foresee_note(arrival)?,
    };
    Received::of(noted, notice.verdict.reason(), arrival.received_at, pen)
}

/// All of a message; none when there is more than a message has.
pub(super) fn read_body(stdin: &mut dyn Read) -> io::Result<Option<Vec<u8>>> {
    let mut body = Vec::new();
    let most = u64::try_from(BODY_MOST).unwrap_or(u64::MAX);
    stdin.take(most.saturating_add(1)).read_to_end(&mut body)?;
    Ok((body.len() <= BODY_MOST).then_some(body))
}

impl Received {
    fn of(
        noted: Noted,
        why: Option<&'static str>,
        received_at: Instant,
        pen: &Pen,
    ) -> anyhow::Result<Self> {
        let (mut order, mut to_ask) = (None, Vec::new());
        if let Some(payment) = &noted.payment
            && let Some(dossier) = pen.read().dossier(payment.order)?
        {
            to_ask = ToAsk::of(&dossier);
            to_ask.retain(|row| row.payment.id == payment.id && noted.is_to_ask);
            for row in &mut to_ask {
                row.ask_for(noted.told.as_ref());
            }
            order = Some(dossier.order.number);
        }
        Ok(Self {
            mark: noted.mark,
            times: noted.times,
            why,
            received_at,
            payment: noted.payment.map(|payment| payment.id),
            order,
            to_ask,
            is_too_many: noted.is_too_many,
            opened: noted.opened.len(),
        })
    }

    /// The question that the message was worth had no answer: it stays due.
    fn keep_due(&self, pen: &mut Pen, now: Instant) -> Result<(), RoundError> {
        let Pen::Writing { store, permit } = pen else {
            return Ok(());
        };
        for row in &self.to_ask {
            let dossier = store.read().dossier(row.payment.order)?;
            let payment = dossier.as_ref().and_then(|all| all.payment(row.payment.id));
            let answered_at = payment.and_then(|payment| payment.schedule.answered_by(now));
            let is_claimed = dossier.iter().any(|all| all.is_claimed(row.payment.id));
            if is_claimed || answered_at.is_none_or(|at| at < self.received_at) {
                store.ask_soon(permit, row.payment.id, now)?;
            }
        }
        Ok(())
    }
}

impl Work for Received {
    type Summary = ReceivedSummary;

    fn total(&self) -> u64 {
        self.to_ask.len().try_into().unwrap_or(u64::MAX)
    }

    async fn carry_out(
        &self,
        crew: &mut Crew,
        pen: Pen,
        setting: &Setting,
        print: &mut Print<'_>,
    ) -> Result<(Tally, Pen), RoundError> {
        let lanes = crew.lanes(self.to_ask.clone(), Errand::Read);
        if lanes.is_empty() {
            return Ok((Tally::default(), pen));
        }
        let (tally, mut pen) = setting.round(lanes, pen).run(print).await?;
        self.keep_due(&mut pen, setting.clock.now())?;
        Ok((tally, pen))
    }

    fn follow_up(&self) -> FollowUp {
        FollowUp::Effects
    }

    fn summary(&self, tally: &Tally, missed: u64, open: OpenQuestions) -> ReceivedSummary {
        ReceivedSummary {
            notification: self.mark,
            times: self.times,
            order: self.order.clone(),
            payment: self.payment,
            why: self.why,
            is_too_many: self.is_too_many,
            checked: CheckedSummary::of(tally, missed, open),
        }
    }

    fn exit(&self, tally: &Tally) -> Exit {
        if self.mark.is_plain() && self.opened == 0 {
            return tally.exit();
        }
        tally.exit().worse(Exit::Attention)
    }
}

/// What the message was, then the counts. Fields are only ever added.
#[derive(Debug, serde::Serialize)]
pub(super) struct ReceivedSummary {
    notification: Mark,
    /// How often the very same has come.
    times: u32,
    order: Option<OrderNumber>,
    payment: Option<PaymentId>,
    /// Why it was refused.
    why: Option<&'static str>,
    #[serde(skip)]
    is_too_many: bool,
    #[serde(flatten)]
    checked: CheckedSummary,
}

impl Summary for ReceivedSummary {
    fn line(&self) -> String {
        let mark = match self.mark_in_words() {
            Some(words) => words,
            None => self.notification.word().to_owned(),
        };
        let about = match (&self.order, self.payment) {
            (Some(order), Some(payment)) => format!(", about payment {payment} of {order}"),
            _ => String::new(),
        };
        let times = match self.times {
            1 => String::new(),
            times => format!(", for the {times}. time"),
        };
        format!("notification {mark}{about}{times}; {}", self.checked.line())
    }
}

impl ReceivedSummary {
    fn mark_in_words(&self) -> Option<String> {
        let why = self.why.unwrap_or_default();
        match self.notification {
            Mark::Forged | Mark::Unreadable => {
                Some(format!("refused, {}: {why}", self.notification))
            }
            Mark::NoPayment => Some("kept; it is about no payment".to_owned()),
            Mark::UnknownOrder => Some("kept, about an order that is not known here".to_owned()),
            Mark::Differs => Some("kept, with another amount than the payment has".to_owned()),
            Mark::Verified | Mark::Unsigned if self.is_too_many => Some(format!(
                "{}, and not asked about: more tries were named than its order can have",
                self.notification
            )),
            Mark::Verified | Mark::Unsigned => None,
        }
    }
}
