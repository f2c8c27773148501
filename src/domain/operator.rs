//! What people do to orders: each a decision about one order, taken by a person, judged like every other.
//!
//! An act either plans all its changes, or is refused and plans none.

pub mod approve;
pub mod ask;
pub mod extend;
pub mod fulfil;
pub mod import;
pub mod open;
pub mod refund;
pub mod register;
pub mod rehearse;
pub mod resend;
pub mod resolve;
pub mod revoke;
pub mod show;
pub mod unredeem;
pub mod withdraw;
