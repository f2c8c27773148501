//! `payctl refund`: refunds that are due.
use crate::commands::group;

mod act;
mod list;
mod refusal;
mod row;
mod send;

group! {
    /// List, approve, send and reject refunds
    pub(super) enum RefundCommand {
        List(list::RefundListArgs) => list::run;
        Approve(act::RefundApproveArgs) => act::approve, writes;
        Send(send::RefundSendArgs) => send::run, writes;
        Done(act::RefundDoneArgs) => act::done, writes;
        Reject(act::RefundRejectArgs) => act::reject, writes;
    }
}
