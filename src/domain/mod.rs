//! What orders and payments are and how they move.
//!
//! Here is no input or output, no clock and no randomness: every judgment is a function of values.

pub mod access;
pub mod acts;
pub mod amount_text;
pub mod asked;
pub mod bank_transfer;
pub mod booking;
pub mod case;
pub mod clocks;
pub mod customer;
pub mod document;
pub mod dossier;
mod draft;
pub mod effect;
pub mod enact;
pub mod encoding;
mod foreign;
pub mod gone_back;
pub mod guard;
pub mod hint;
pub mod import;
pub mod imposed_fee;
pub mod instant;
pub mod invariant;
pub mod judge;
mod memory;
pub mod money;
pub mod named;
pub mod names;
pub mod notice;
pub mod observation;
pub mod opening;
pub mod order;
pub mod payable;
pub mod payment;
pub mod presented;
pub mod put_off;
pub mod qris;
pub mod reconcile;
mod record;
pub mod register;
pub mod release;
pub mod reminder;
pub mod rule;
#[cfg(test)]
pub(crate) mod samples;
pub mod schedule;
pub mod shop_payment;
pub mod terms;
pub mod ticket;
pub mod timeline;
pub mod trail;
mod under_way;
pub mod words;
