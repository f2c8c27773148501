//! How `pay` ends.

use super::row::PayAction;
use crate::domain::{PaymentId, Rupiah};
use crate::exit::Exit;

#[derive(Debug)]
pub(super) enum PayOutcome {
    Opened(PaymentId),
    /// It was open already, or the gateway had opened it in an earlier call that got no answer.
    Alive(PaymentId),
    /// It was open already, but its gateway has not confirmed it: the reason, and the exit.
    Unconfirmed(PaymentId, String, Exit),
    /// Its deadline has passed, but the gateway has not closed it.
    Over(PaymentId, String),
    /// The gateway's own words.
    Refused(String),
    Unsettled(PaymentId, String),
    /// The gateway rejects the key, or cannot be asked at all.
    Misconfigured(PaymentId, String),
    /// In a dry run.
    WouldOpen,
    /// In a dry run with `--new`: this payment would be closed first.
    WouldReplace(PaymentId),
    /// Outside the gateways, for this amount.
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

    /// The amount requested outside the gateways, if it ended so.
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
