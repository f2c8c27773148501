//! Stories of commands over time.

mod access;
mod answers;
mod claims;
mod clocks;
mod closing;
mod decisions;
mod deliveries;
mod doubtful_answers;
mod everyday;
mod expiry;
mod fees;
mod hard_cases;
mod kept_orders;
mod lagging;
mod late;
mod named_tries;
mod notifications;
mod pakasir_v2;
mod paying;
mod payment_names;
mod refunds;
mod returned_money;
mod sent_refunds;
mod tries;
mod unique_amounts;
