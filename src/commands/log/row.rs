//! The lines of the audit log. Fields are only ever added.

use crate::commands::following::PlainLine;
use crate::domain::{
    Instant, OrderNumber, PaymentId, Rule, Rupiah, TimelineEntry, TimelineKind, Zone,
};
use crate::output::{localise, row};
use crate::store::LoggedEvent;

row! {
    pub(super) struct LogRow {
        id: i64,
        at: Instant => text("When"),
        order: Option<OrderNumber> => text("Order"),
        kind: TimelineKind,
        actor: String => text("Who"),
        what: String,
        payment: Option<PaymentId>,
        from: Option<String>,
        to: Option<String>,
        rule: Option<Rule> => text("Rule"),
        amount: Option<Rupiah>,
        text: String => prose("What"),
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        params: Option<serde_json::Value>,
    }
    hides "Rule", "Who";
}

impl From<&LoggedEvent> for LogRow {
    fn from(logged: &LoggedEvent) -> Self {
        let told = TimelineEntry::from(&logged.entry);
        Self {
            id: logged.entry.id,
            at: told.at,
            order: logged.order.clone(),
            kind: told.kind,
            actor: told.actor,
            what: logged.entry.what.clone(),
            payment: told.payment,
            from: told.from,
            to: told.to,
            rule: told.rule,
            amount: told.amount,
            text: told.text,
            code: told.code,
            params: told.params,
        }
    }
}

/// `2026-03-02 11:00:01 WIB  INV-1  gateway:midtrans  order pending → paid (O6: …): …`
impl PlainLine for LogRow {
    fn line(&self, zone: Zone) -> String {
        let order = self.order.as_ref().map_or("-", OrderNumber::as_str);
        let (at, text) = (self.at.in_named_zone(zone), localise(&self.text, zone));
        format!("{at}  {order}  {}  {text}", self.actor)
    }
}
