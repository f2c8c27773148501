//! `payctl fulfil --resend`: an operator has a done effect delivered once more.

use super::FulfilArgs;
use crate::commands::operator::require_operator;
use crate::commands::{CommandError, Context};
use crate::domain::{Effect, EffectId, Instant, ResendRefusal};
use crate::reconciler::Writer;
use crate::store::Reader;

/// Queues the effect as its next repetition and returns it.
pub(super) fn queue(
    args: &FulfilArgs,
    id: EffectId,
    context: &Context<'_>,
    writer: &Writer,
) -> anyhow::Result<EffectId> {
    let actor = require_operator(context, args.by.as_deref())?;
    let by = context.by(&actor);
    let reason = args.reason.as_deref().unwrap_or_default();
    let queued = writer.write(|store, permit| store.resend_effect(permit, id, by, reason))?;
    Ok(found(id, queued)?.id)
}

/// The effect that would be delivered once more.
pub(super) fn preview(reader: &Reader, id: EffectId, now: Instant) -> anyhow::Result<Effect> {
    Ok(found(id, reader.preview_resend(id, now)?)?)
}

fn found(
    id: EffectId,
    result: Option<Result<Effect, ResendRefusal>>,
) -> Result<Effect, CommandError> {
    match result {
        Some(Ok(effect)) => Ok(effect),
        Some(Err(why)) => {
            Err(CommandError::failed(format!("nothing was sent: {why}")).because(&why))
        }
        None => Err(CommandError::failed(format!("no effect has the ID {id}"))
            .hint("see the effects: payctl fulfil list --all")),
    }
}
