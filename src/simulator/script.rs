//! Scripts: instructions for a simulated gateway, as text. One JSON record per line, or one JSON array of records.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::answer::{AttemptTruth, FeeShown};
use super::dialect::SimulatedGateway;
use super::faults::Fault;
use super::ids::ANY;
use super::pending_faults::FaultTarget;
use super::rules::SimulatorRule;
use crate::domain::{Instant, Rupiah};

/// One instruction for a simulated gateway: a record with `fault` is a fault, any other is a payment.
///
/// ```text
/// {"kind":"midtrans","reference":"INV-1","status":"settlement","amount":25000}
/// {"kind":"pakasir","reference":"VPN-1","status":"completed","amount":50000,"paid_at":"2026-03-02T03:05:02Z"}
/// {"kind":"midtrans","reference":"*","status":"settlement","amount":25000,"every":100}
/// {"kind":"midtrans","reference":"INV-2","fault":"status","code":503,"times":2}
/// ```
///
/// A payment has the fields of [`AttemptTruth`] (the number of a try is called `try`), with times such as
/// `2026-03-02T03:00:04Z`. A fault is one of `silent`, `hang`, `html`, `cut_off`, `garbage`, `other_order`,
/// `redirect`, `too_large`, `status` with `code` (and `retry_after` in seconds), `delay` with `milliseconds`,
/// `wrong_date` with `seconds`, and for requests that change a payment `paid_when_closed`, `close_refused`,
/// `close_ignored`, `refund_denied`, `refund_other_key`, `open_refused`, `open_taken`, `unanswered`, `adds_fee` with
/// `amount` (to every payment that is opened). Without `reference` it applies to every payment of its kind.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Map<String, Value>")]
pub enum ScriptRecord {
    Payment {
        kind: SimulatedGateway,
        /// `*` stands for every payment that is not set.
        reference: String,
        answer: Box<AttemptTruth>,
    },
    Fault {
        target: FaultTarget,
        fault: Fault,
        /// Only for this many requests.
        times: Option<u32>,
    },
    Rule(SimulatorRule),
}

/// Why a script cannot be read. Lines count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct ScriptError {
    pub line: usize,
    pub reason: String,
}

/// Reads a script. Skips empty lines and lines that begin with `#`.
///
/// # Errors
///
/// The first line that is not a record, and why.
pub fn load_script(text: &str) -> Result<Vec<ScriptRecord>, ScriptError> {
    if text.trim_start().starts_with('[') {
        return serde_json::from_str(text).map_err(|error| explain(error.line(), &error));
    }
    let mut records = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let record = serde_json::from_str(line).map_err(|error| explain(index + 1, &error))?;
        records.push(record);
    }
    Ok(records)
}

fn explain(line: usize, error: &serde_json::Error) -> ScriptError {
    let text = error.to_string();
    let reason = text
        .rsplit_once(" at line ")
        .map_or(text.as_str(), |(reason, _)| reason);
    ScriptError {
        line,
        reason: reason.to_owned(),
    }
}

impl TryFrom<Map<String, Value>> for ScriptRecord {
    type Error = String;

    fn try_from(map: Map<String, Value>) -> Result<Self, String> {
        let is_fault = map.contains_key("fault");
        if let Some(rule) = map.get("rule") {
            return rule_of(rule, &map).map(Self::Rule);
        }
        let value = Value::Object(map);
        if is_fault {
            let raw: RawFault = serde_json::from_value(value).map_err(|error| error.to_string())?;
            return raw.checked();
        }
        let raw: RawScriptPayment =
            serde_json::from_value(value).map_err(|error| error.to_string())?;
        raw.checked()
    }
}

/// A setting of the account: `sandbox` and `four_seconds` with `on`, `webhook_secret` with `text`,
/// `first_ended` with `code`.
fn rule_of(rule: &Value, map: &Map<String, Value>) -> Result<SimulatorRule, String> {
    let is_on = map.get("on").is_none_or(|on| on == true);
    let code = map
        .get("code")
        .and_then(Value::as_u64)
        .and_then(|code| code.try_into().ok());
    let text = map.get("text").and_then(Value::as_str);
    match (rule.as_str(), code, text) {
        (Some("sandbox"), None, None) => Ok(SimulatorRule::Sandbox(is_on)),
        (Some("four_seconds"), None, None) => Ok(SimulatorRule::FourSeconds(is_on)),
        (Some("webhook_secret"), None, Some(text)) => Ok(SimulatorRule::WebhookSecret(text.to_owned())),
        (Some("first_ended"), Some(code @ 200..=599), None) => Ok(SimulatorRule::FirstEnded(code)),
        _ => Err(
            "rule must be sandbox or four_seconds (with on), webhook_secret with text, or first_ended with code".to_owned(),
        ),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawScriptPayment {
    kind: SimulatedGateway,
    reference: String,
    status: String,
    amount: i64,
    method: Option<String>,
    r#try: Option<usize>,
    transaction_id: Option<String>,
    order_id: Option<String>,
    fraud_status: Option<String>,
    refunded: Option<i64>,
    fee: Option<i64>,
    fee_shown: Option<FeeShown>,
    opened_at: Option<String>,
    paid_at: Option<String>,
    expires_at: Option<String>,
    token: Option<String>,
    project: Option<String>,
    every: Option<u32>,
}

impl RawScriptPayment {
    fn checked(self) -> Result<ScriptRecord, String> {
        let answer = AttemptTruth {
            status: self.status,
            amount: rupiah("amount", self.amount)?,
            method: self.method,
            try_number: self.r#try,
            transaction_id: self.transaction_id,
            order_id: self.order_id,
            fraud_status: self.fraud_status,
            refunded: self
                .refunded
                .map(|amount| rupiah("refunded", amount))
                .transpose()?,
            fee: self.fee.map(|fee| rupiah("fee", fee)).transpose()?,
            fee_shown: self.fee_shown,
            opened_at: instant("opened_at", self.opened_at)?,
            paid_at: instant("paid_at", self.paid_at)?,
            expires_at: instant("expires_at", self.expires_at)?,
            token: self.token,
            project: self.project,
            every: self.every,
        };
        Ok(ScriptRecord::Payment {
            kind: self.kind,
            reference: self.reference,
            answer: Box::new(answer),
        })
    }
}

fn rupiah(field: &str, amount: i64) -> Result<Rupiah, String> {
    Rupiah::new(amount).map_err(|why| format!("{field} {why}"))
}

fn instant(field: &str, text: Option<String>) -> Result<Option<Instant>, String> {
    let Some(text) = text else { return Ok(None) };
    match Instant::parse_rfc3339(&text) {
        Some(time) => Ok(Some(time)),
        None => Err(format!(
            "{field} {text:?} is not a time such as 2026-03-02T03:00:04Z"
        )),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFault {
    kind: SimulatedGateway,
    #[serde(default = "any")]
    reference: String,
    fault: String,
    code: Option<u16>,
    retry_after: Option<u32>,
    milliseconds: Option<u64>,
    seconds: Option<i64>,
    amount: Option<i64>,
    times: Option<u32>,
}

fn any() -> String {
    ANY.to_owned()
}

impl RawFault {
    fn checked(self) -> Result<ScriptRecord, String> {
        let fault = self.fault()?;
        if self.times == Some(0) {
            return Err("times must be at least 1".to_owned());
        }
        Ok(ScriptRecord::Fault {
            target: FaultTarget::one(self.kind, self.reference),
            fault,
            times: self.times,
        })
    }

    fn fault(&self) -> Result<Fault, String> {
        if self.amount.is_some() && self.fault != "adds_fee" {
            return Err("only the fault adds_fee has an amount".to_owned());
        }
        let numbers = (self.code, self.retry_after, self.milliseconds, self.seconds);
        let plain = PLAIN_FAULTS.iter().find(|(word, _)| *word == self.fault);
        if let (Some((_, fault)), (None, None, None, None)) = (plain, numbers) {
            return Ok(fault.clone());
        }
        match (self.fault.as_str(), numbers) {
            ("adds_fee", (None, None, None, None)) => {
                let amount = self.amount.unwrap_or_default();
                Ok(Fault::AddsFee(rupiah("amount", amount)?))
            }
            ("status", (Some(code @ 200..=599), retry_after, None, None)) => {
                Ok(Fault::Status { code, retry_after })
            }
            ("delay", (None, None, Some(span), None)) => {
                Ok(Fault::Delay(Duration::from_millis(span)))
            }
            ("wrong_date", (None, None, None, Some(seconds))) => Ok(Fault::WrongDate(seconds)),
            (other, _) => {
                let listed = PLAIN_FAULTS.iter().take(LISTED_FAULTS);
                let plain: Vec<&str> = listed.map(|(word, _)| *word).collect();
                let plain = plain.join(", ");
                Err(format!(
                    "fault {other:?} with these numbers is not one of: {plain}, adds_fee with amount, \
                     status with code 200 to 599 (and retry_after), delay with milliseconds, wrong_date with seconds"
                ))
            }
        }
    }
}

/// Of the faults without numbers, those that a message lists: the others are for this house's own tests.
const LISTED_FAULTS: usize = 17;

/// The faults without numbers.
const PLAIN_FAULTS: [(&str, Fault); 19] = [
    ("silent", Fault::Silent),
    ("hang", Fault::Hang),
    ("html", Fault::Html),
    ("cut_off", Fault::CutOff),
    ("garbage", Fault::Garbage),
    ("other_order", Fault::OtherOrder),
    ("redirect", Fault::Redirect),
    ("too_large", Fault::TooLarge),
    ("paid_when_closed", Fault::PaidWhenClosed),
    ("close_refused", Fault::CloseRefused),
    ("close_ignored", Fault::CloseIgnored),
    ("close_unavailable", Fault::CloseUnavailable),
    ("refund_denied", Fault::RefundDenied),
    ("refund_other_key", Fault::RefundOtherKey),
    ("open_refused", Fault::OpenRefused),
    ("open_taken", Fault::OpenTaken),
    ("unanswered", Fault::Unanswered),
    ("known_by_id_only", Fault::KnownByIdOnly),
    ("lost_by_reference", Fault::LostByReference),
];

#[cfg(test)]
mod tests;
