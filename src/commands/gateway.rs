//! `payctl gateway`: the state of each account, and an operator's decisions about it.
use crate::commands::group;

mod accept_unknown;
mod list;

group! {
    /// List gateway accounts; accept that one has forgotten old payments
    pub(super) enum GatewayCommand {
        List(list::GatewayListArgs) => list::run;
        AcceptUnknown(accept_unknown::AcceptUnknownArgs) => accept_unknown::run, writes;
    }
}
