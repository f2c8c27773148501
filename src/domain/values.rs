//! Small values that everything else is made of: money, times, names, words.

pub mod amount_text;
pub mod customer;
pub mod encoding;
pub mod instant;
pub mod life;
pub mod money;
pub mod names;
pub mod order_notes;
pub mod string_enum;
