//! Alerts: `fulfil` tells of what goes wrong for a while by the means of the configuration, when it begins, hourly, and when
//! it is over.

use super::effects::{Tries, delivery_of};
use super::incidents::sentence;
use super::runtime::block_on;
use crate::commands::Context;
use crate::outbox::{AlertMessage, send_alert};
use crate::reconciler::Writer;

/// Sends the alerts that are due, until the run's time is over. One that fails is tried again by the next run, and becomes
/// an incident itself.
pub(super) fn send_due(
    context: &Context<'_>,
    writer: &Writer,
    until: Option<tokio::time::Instant>,
) -> anyhow::Result<()> {
    let mut tries = Tries::default();
    let is_over = || until.is_some_and(|until| tokio::time::Instant::now() >= until);
    for alert in &context.config.alerts {
        let now = context.host.clock.now();
        let open = writer.read().open_alerts(&alert.name, alert.on, now)?;
        let due = open.iter().filter_map(|(incident, times)| {
            let state = incident.phase(now)?;
            Some((incident, state, *times))
        });
        for (incident, state, times) in due {
            if is_over() {
                break;
            }
            let message = AlertMessage {
                hook: &alert.name,
                incident,
                state,
                times,
                text: sentence(incident, state),
            };
            let sent = match delivery_of(context, alert) {
                Ok(delivery) => {
                    let sent = send_alert(&delivery, &message);
                    block_on(&*context.host.clock, sent)?
                }
                Err(why) => Err(why),
            };
            if sent.is_ok() {
                let now = context.host.clock.now();
                writer.write(|store, permit| {
                    let times = times.saturating_add(1);
                    store.record_alert(permit, incident, &alert.name, times, now)
                })?;
            }
            if let Err(why) = &sent {
                context.warn(&format!("alert {} was not sent: {why}", alert.name));
            }
            tries.push(alert.name.clone(), sent.err().as_deref());
        }
    }
    Ok(tries.record(writer, context.host.clock.now())?)
}
