//! The ways in which a simulated gateway can fail.

use std::time::Duration;

use crate::domain::Rupiah;

/// One way to fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Accepts the request and closes the connection without an answer.
    Silent,
    /// Accepts the request and never answers.
    Hang,
    /// Answers with this HTTP status and a `Retry-After` in seconds.
    Status { code: u16, retry_after: Option<u32> },
    /// 200 with an HTML page.
    Html,
    /// Declares the length of the correct answer, sends half of it, and closes the connection.
    CutOff,
    /// 200 with something that is almost JSON.
    Garbage,
    /// The correct answer, about another order.
    OtherOrder,
    /// The correct answer, late.
    Delay(Duration),
    /// Queried by a reference, it does not know the payment; by the id of a try, it does.
    KnownByIdOnly,
    /// Queried by a reference, it is a web server without such a page; by the id of a try, it answers.
    LostByReference,
    /// Redirects to another address.
    Redirect,
    /// The correct answer with 2 MiB of padding.
    TooLarge,
    /// The correct answer with a `Date` header that is off by this many seconds.
    WrongDate(i64),
    /// The customer pays at the very moment when a close arrives, so the close is refused.
    PaidWhenClosed,
    /// Refuses to close a payment that could be closed.
    CloseRefused,
    /// Claims to have closed the payment, but has not.
    CloseIgnored,
    /// Is unavailable for a close: 503 with an HTML page.
    CloseUnavailable,
    /// Refuses a refund.
    RefundDenied,
    /// Refuses a refund, and answers about a refund under another key.
    RefundOtherKey,
    /// Refuses to open a payment.
    OpenRefused,
    /// Claims that the reference was used before.
    OpenTaken,
    /// Adds a fee to every payment that it opens.
    AddsFee(Rupiah),
    /// Opens, closes or refunds, and then closes the connection without an answer.
    Unanswered,
}

/// The purpose of a request. Faults of openings, closes and refunds do not affect other requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RequestPurpose {
    /// To query the status.
    Read,
    Close,
    Refund,
    /// To open a payment, or to pay a simulated one.
    Open,
}
