//! `payctl fulfil --replay` and `--resend`: an operator has one effect carried out now, one that payctl has given up, or one
//! that is done.

use super::FulfilArgs;
use crate::commands::operator::require_operator;
use crate::commands::{CommandError, Context};
use crate::domain::{Coded, Effect, EffectId, Instant};
use crate::reconciler::Writer;
use crate::store::Reader;

/// The effect that an operator names, and what is wanted of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    /// It is tried again.
    Replay(EffectId),
    /// It is delivered once more.
    Resend(EffectId),
}

impl Again {
    /// None: no single effect is meant.
    pub(super) fn of(args: &FulfilArgs) -> Option<Self> {
        let resend = || args.resend.map(Self::Resend);
        args.replay.map(Self::Replay).or_else(resend)
    }

    /// Queues the effect, and returns it.
    pub(super) fn queue(
        self,
        args: &FulfilArgs,
        context: &Context<'_>,
        writer: &Writer,
    ) -> anyhow::Result<EffectId> {
        let actor = require_operator(context, args.by.as_deref())?;
        let by = context.by(&actor);
        let reason = args.reason.as_deref().unwrap_or_default();
        let queued = match self {
            Self::Replay(id) => {
                let queued =
                    writer.write(|store, permit| store.replay_effect(permit, id, by, reason))?;
                self.found(queued)?
            }
            Self::Resend(id) => {
                let queued =
                    writer.write(|store, permit| store.resend_effect(permit, id, by, reason))?;
                self.found(queued)?
            }
        };
        Ok(queued.id)
    }

    /// The effect that would be queued.
    pub(super) fn preview(self, reader: &Reader, now: Instant) -> anyhow::Result<Effect> {
        let effect = match self {
            Self::Replay(id) => {
                let effect = reader.effect(id)?;
                effect.filter(|effect| effect.status.is_replayable())
            }
            Self::Resend(id) => Some(self.found(reader.preview_resend(id, now)?)?),
        };
        Ok(effect.ok_or_else(|| self.none())?)
    }

    fn found<R: Coded + std::fmt::Display>(
        self,
        result: Option<Result<Effect, R>>,
    ) -> Result<Effect, CommandError> {
        match (result, self) {
            (Some(Ok(effect)), _) => Ok(effect),
            (Some(Err(why)), Self::Replay(_)) => Err(CommandError::failed(why.to_string())
                .hint("see its status: payctl fulfil list --all")
                .because(&why)),
            (Some(Err(why)), Self::Resend(_)) => {
                Err(CommandError::failed(format!("nothing was sent: {why}")).because(&why))
            }
            (None, _) => Err(self.none()),
        }
    }

    fn none(self) -> CommandError {
        match self {
            Self::Replay(id) => {
                CommandError::failed(format!("no effect that can be retried has the ID {id}"))
                    .hint("see the effects: payctl fulfil list")
            }
            Self::Resend(id) => CommandError::failed(format!("no effect has the ID {id}"))
                .hint("see the effects: payctl fulfil list --all"),
        }
    }
}
