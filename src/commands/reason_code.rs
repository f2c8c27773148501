//! The code and the parameters of a written reason, beside its words.

use serde::Serialize;

use crate::domain::WrittenReason;
use crate::output::messages::Language;

/// Left out where the reason was written without a code.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ReasonCode {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    params: Option<serde_json::Value>,
}

impl ReasonCode {
    /// What to type next, where the reason calls for one command.
    pub(super) fn hint(&self) -> Option<String> {
        let (code, params) = (self.code.as_deref()?, self.params.as_ref()?);
        Language::English.hint_of_written(code, params)
    }
}

impl From<&WrittenReason> for ReasonCode {
    fn from(reason: &WrittenReason) -> Self {
        Self {
            code: reason.code.clone(),
            params: reason.params.clone(),
        }
    }
}
