//! `payctl fulfil --replay`: an operator retries an effect now, even one that payctl has given up.

use super::FulfilArgs;
use crate::commands::operator::require_operator;
use crate::commands::{CommandError, Context};
use crate::domain::EffectId;
use crate::reconciler::Writer;

/// Queues the effect again and returns it.
pub(super) fn queue(
    args: &FulfilArgs,
    id: EffectId,
    context: &Context<'_>,
    writer: &Writer,
) -> anyhow::Result<EffectId> {
    let actor = require_operator(context, args.by.as_deref())?;
    let by = context.by(&actor);
    let reason = args.reason.as_deref().unwrap_or_default();
    match writer.write(|store, permit| store.replay_effect(permit, id, by, reason))? {
        Some(Ok(effect)) => Ok(effect.id),
        Some(Err(why)) => Err(CommandError::failed(why.to_string())
            .hint("see its status: payctl fulfil list --all")
            .because(&why)
            .into()),
        None => Err(none(id).into()),
    }
}

pub(super) fn none(id: EffectId) -> CommandError {
    CommandError::failed(format!("no effect that can be retried has the ID {id}"))
        .hint("see the effects: payctl fulfil list")
}
