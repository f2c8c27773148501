//! `payctl gateway`: the state of each account, and an operator's decisions about it.

mod accept_unknown;
mod list;

use super::group::group;

group! {
    /// List gateway accounts; accept that one has forgotten old payments
    pub(super) enum GatewayCommand {
        List(list::GatewayListArgs) => list::run;
        AcceptUnknown(accept_unknown::AcceptUnknownArgs) => accept_unknown::run, writes;
    }
}
