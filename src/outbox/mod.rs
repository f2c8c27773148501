//! Carries out effects: claims one, prepares its request, delivers it, and records how that ended.
//!
//! The worker returns values and prints nothing. It decides nothing either: whether and when an effect is retried is up
//! to the domain. No transaction is open while an attempt is under way.

mod alert;
mod attachments;
mod delivery;
mod payload;
mod rendering;
mod worker;

pub use alert::{AlertMessage, send_alert};
pub use attachments::{DrawTicket, TicketImage};
pub use delivery::{
    Deliveries, Delivery, Executable, HttpEndpoint, Letter, MailTemplate, Mailer,
    MailerConfigError, MailerSettings, RenderedDelivery, RenderedHeader, TlsMode, Transport,
};
pub use rendering::{has_recipient, render};
pub use worker::{Attempt, JOB, OnAttempt, RunLimits, Worker};
