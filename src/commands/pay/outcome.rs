//! How a visit for a payment ends.

use super::row::PayAction;
use crate::domain::money::Rupiah;
use crate::domain::names::PaymentId;
use crate::exit::Exit;

#[derive(Debug)]
pub(super) enum PayOutcome {
    Opened(PaymentId),
    /// It was open before, or the gateway has it from a call that got no answer.
    Alive(PaymentId),
    /// It was open before, and its gateway has not confirmed it: why, and what that is worth.
    Unconfirmed(PaymentId, String, Exit),
    /// Its time has run out, and nobody has ended it.
    Over(PaymentId, String),
    /// In the gateway's words.
    Refused(String),
    Unsettled(PaymentId, String),
    /// The gateway refuses the key, or cannot be asked at all.
    Misconfigured(PaymentId, String),
    /// In a dry run.
    WouldOpen,
    /// In a dry run with `--new`: this one would be closed first.
    WouldReplace(PaymentId),
    /// Past the gateways, for so much.
    Asked(Rupiah),
    /// The same, in a dry run.
    WouldAsk(Rupiah),
}

impl PayOutcome {
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Opened(_)
            | Self::Alive(_)
            | Self::WouldOpen
            | Self::WouldReplace(_)
            | Self::Asked(_)
            | Self::WouldAsk(_) => Exit::Clean,
            Self::Refused(_) => Exit::Failed,
            Self::Unsettled(..) | Self::Over(..) => Exit::Partial,
            Self::Unconfirmed(_, _, exit) => *exit,
            Self::Misconfigured(..) => Exit::Config,
        }
    }

    /// What is asked for past the gateways, if that is how it ended.
    pub(super) fn by_hand(&self) -> Option<(PayAction, Rupiah)> {
        match self {
            Self::Asked(amount) => Some((PayAction::Asked, *amount)),
            Self::WouldAsk(amount) => Some((PayAction::WouldAsk, *amount)),
            Self::Opened(_)
            | Self::Alive(_)
            | Self::Refused(_)
            | Self::Unsettled(..)
            | Self::Unconfirmed(..)
            | Self::Over(..)
            | Self::WouldReplace(_)
            | Self::Misconfigured(..)
            | Self::WouldOpen => None,
        }
    }
}
