//! Closes a payment.

use super::answers::{is_not_found, silence};
use super::{PakasirV2, is_good};
use crate::domain::{NoAnswerReason, TransactionId};
use crate::gateway::CloseReply;
use crate::gateway::reading::{JsonBody, foreign_answer, is_gone, shown};
use crate::http::message::{HttpRequest, HttpResponse};

const PATH: &str = "/api/v2/cancel-transaction";

impl PakasirV2 {
    pub(super) fn close_request(&self, id: &TransactionId) -> HttpRequest {
        let url = self.address(PATH, id.as_str());
        self.signed(HttpRequest::post(format!("POST {PATH}"), url, ""))
    }
}

/// Pakasir answers 200 even if nothing was cancelled, so only the query that follows proves something. Texts of
/// refusals are not documented.
pub(super) fn read(answer: &HttpResponse) -> Result<CloseReply, NoAnswerReason> {
    if let Some(silence) = silence(answer) {
        return Err(silence);
    }
    let body = JsonBody::of(answer)?;
    let message = body.text("message").or_else(|| body.text("error"));
    let message = message.ok_or_else(|| foreign_answer(answer))?;
    if is_good(answer.status) {
        return Ok(CloseReply::Closed);
    }
    if is_not_found(&body, answer.status) {
        return Ok(CloseReply::Unknown(shown(&message)));
    }
    if is_gone(answer.status) {
        return Err(foreign_answer(answer));
    }
    Ok(CloseReply::Refused(shown(&message)))
}
