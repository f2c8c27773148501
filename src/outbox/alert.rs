//! Alerts: what goes wrong for a while is told by the means of an effect. An alert belongs to no order, and is not queued:
//! once it is over, a late one would tell what is wrong no more. The next run tries again.

use serde_json::{Value, json};

use super::delivery::{Delivery, DeliveryRequest};
use crate::domain::{AttemptResult, EffectKey, HookName, Incident, IncidentPhase};

/// One alert that is due.
#[derive(Debug)]
pub struct AlertMessage<'a> {
    pub hook: &'a HookName,
    pub incident: &'a Incident,
    pub state: IncidentPhase,
    /// How often this incident was told by this hook before.
    pub times: u32,
    /// The same as a sentence.
    pub text: String,
}

/// Makes one attempt.
///
/// # Errors
/// Why it is not known to have worked.
pub async fn send_alert(delivery: &Delivery, message: &AlertMessage<'_>) -> Result<(), String> {
    let incident = message.incident;
    let key = format!(
        "i{}-{}-{}-{}",
        incident.id,
        incident.kind,
        message.hook,
        message.times.saturating_add(1)
    );
    let key: EffectKey = key
        .parse()
        .map_err(|error: crate::domain::InvalidEffectKey| error.to_string())?;
    let request = DeliveryRequest {
        payload: payload(message, &key),
        key,
        repetition: 0,
        occasion: incident.kind.word(),
        hook: message.hook.clone(),
        order: None,
        attachments: Vec::new(),
        liveness: None,
    };
    match delivery.attempt(&request).await {
        AttemptResult::Done(_) => Ok(()),
        AttemptResult::Again(why) | AttemptResult::Unknown(why) | AttemptResult::Never(why) => {
            Err(why)
        }
    }
}

fn payload(message: &AlertMessage<'_>, key: &EffectKey) -> Value {
    let incident = message.incident;
    json!({
        "schema": "payctl/1",
        "hook": message.hook,
        "key": key,
        "repetition": 0,
        "occasion": incident.kind,
        "state": message.state,
        "incident": {
            "kind": incident.kind,
            "subject": incident.subject,
            "began_at": incident.began_at,
            "ended_at": incident.ended_at,
            "affected": incident.affected,
            "facts": incident.facts,
            "text": message.text,
        },
    })
}
