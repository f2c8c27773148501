//! `payctl access`: who may use which product, and until when.
use crate::commands::group;

pub(super) mod admission;
mod check;
mod list;
mod revoke;
pub(super) mod row;

group! {
    /// Check, list and revoke access to products
    pub(super) enum AccessCommand {
        Check(check::AccessCheckArgs) => check::run, writes;
        List(list::AccessListArgs) => list::run;
        Revoke(revoke::AccessRevokeArgs) => revoke::run, writes;
    }
}
