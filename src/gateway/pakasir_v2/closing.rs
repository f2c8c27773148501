//! Closes a payment.

use super::super::Closing;
use super::super::reading::{Body, is_gone, shown, stranger};
use super::{PakasirV2, is_good, is_not_found, silence};
use crate::domain::names::TransactionId;
use crate::domain::observation::Silence;
use crate::wire::message::{Request, Response};

const PATH: &str = "/api/v2/cancel-transaction";

impl PakasirV2 {
    pub(super) fn close_request(&self, id: &TransactionId) -> Request {
        let url = self.address(PATH, id.as_str());
        self.signed(Request::post(format!("POST {PATH}"), url, ""))
    }
}

/// Pakasir answers 200 even if nothing was cancelled, so only the query that follows proves something. Texts of
/// refusals are not documented.
pub(super) fn read(answer: &Response) -> Result<Closing, Silence> {
    if let Some(silence) = silence(answer) {
        return Err(silence);
    }
    let body = Body::of(answer)?;
    let message = body.text("message").or_else(|| body.text("error"));
    let message = message.ok_or_else(|| stranger(answer))?;
    if is_good(answer.status) {
        return Ok(Closing::Closed);
    }
    if is_not_found(&body, answer.status) {
        return Ok(Closing::Unknown(shown(&message)));
    }
    if is_gone(answer.status) {
        return Err(stranger(answer));
    }
    Ok(Closing::Refused(shown(&message)))
}
