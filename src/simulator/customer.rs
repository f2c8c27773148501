//! A customer in one request: chooses a way to pay where a page asks for one, and pays.

use serde::Deserialize;

use super::answer::{AttemptTruth, TruthRefused};
use super::dialect::SimulatedGateway;
use super::handle::SimulatorHandle;
use crate::domain::Rupiah;

/// Who pays what, as the body of `POST /pretend/pay`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Purchase {
    kind: SimulatedGateway,
    reference: String,
    /// For a payment that a shop has opened elsewhere, so that nothing is known of it here.
    #[serde(default)]
    amount: Option<i64>,
    /// How it is paid; on a page, what the customer chooses.
    #[serde(default)]
    method: Option<String>,
    #[serde(default)]
    transaction_id: Option<String>,
}

impl SimulatorHandle {
    /// The customer pays. On a page that nobody has used, QRIS is chosen first, unless a method is named.
    ///
    /// # Errors
    ///
    /// When nothing waits for money under this reference, and there is no amount to make it from.
    pub(super) fn buy(&self, purchase: &Purchase) -> Result<(), TruthRefused> {
        let (kind, reference) = (purchase.kind, purchase.reference.as_str());
        let latest = self.lock().truths.of(kind).latest(reference).cloned();
        match (latest, purchase.amount) {
            (None, Some(amount)) => self.set(kind, reference, purchase.paid(amount)?),
            (Some(page), _) if page.is_page_only() => {
                self.choose(reference, purchase.chosen_method().unwrap_or("qris"))?;
                self.pay(kind, reference)
            }
            _ => self.pay(kind, reference),
        }
    }
}

impl Purchase {
    /// The method by which money comes: a page is none.
    fn chosen_method(&self) -> Option<&str> {
        let page = self.kind.dialect().page_method();
        self.method.as_deref().filter(|word| Some(*word) != page)
    }

    /// What is true about a payment of which nothing was known.
    fn paid(&self, amount: i64) -> Result<AttemptTruth, TruthRefused> {
        let amount =
            Rupiah::new(amount).map_err(|_| TruthRefused("amount must not be negative"))?;
        let word = self.kind.dialect().paid_word();
        Ok(AttemptTruth {
            method: self.chosen_method().map(str::to_owned),
            transaction_id: self.transaction_id.clone(),
            ..AttemptTruth::new(word, amount)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ReceivedReply, answer, midtrans, send, start};
    use super::super::{MIDTRANS, Simulator};

    fn buy(simulator: &Simulator, body: &str) -> ReceivedReply {
        send(simulator, "POST", "/pretend/pay", body)
    }

    const INV_1: &str = r#"{"kind":"midtrans","reference":"INV-1","amount":25000}"#;

    #[test]
    fn an_open_payment_is_paid_once() {
        let simulator = start();
        let open = answer("pending", 30_000);
        let handle = simulator.handle();
        handle.set(MIDTRANS, "INV-1", open).unwrap();
        assert_eq!(buy(&simulator, INV_1).status, 200);
        let reply = midtrans(&simulator, "INV-1");
        assert_eq!(reply.says("/transaction_status"), "settlement");
        // Its own amount counts.
        assert_eq!(reply.says("/gross_amount"), "30000.00");
        assert_eq!(buy(&simulator, INV_1).status, 409);
    }

    #[test]
    fn a_page_is_used_before_it_is_paid() {
        let simulator = start();
        let handle = simulator.handle();
        let page = answer("not_started", 25_000);
        handle.set(MIDTRANS, "INV-1", page).unwrap();
        let body = INV_1.replace("25000", r#"1,"method":"snap""#);
        assert_eq!(buy(&simulator, &body).status, 200);
        let reply = midtrans(&simulator, "INV-1");
        assert_eq!(reply.says("/payment_type"), "qris");
        assert_eq!(reply.says("/transaction_status"), "settlement");
    }

    #[test]
    fn an_unknown_payment_is_made_from_its_amount() {
        let simulator = start();
        let nameless = r#"{"kind":"midtrans","reference":"INV-1"}"#;
        assert_eq!(buy(&simulator, nameless).status, 409);
        assert_eq!(buy(&simulator, INV_1).status, 200);
        let reply = midtrans(&simulator, "INV-1");
        assert_eq!(reply.says("/gross_amount"), "25000.00");
        assert_eq!(
            buy(
                &simulator,
                &INV_1.replace("INV-1", "INV-2").replace("25", "-25")
            )
            .status,
            409
        );
        assert_eq!(buy(&simulator, "{}").status, 400);
    }
}
