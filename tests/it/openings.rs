//! The simulator accepts what the adapters send, and the adapters understand its answers and notifications.

use std::sync::Arc;
use std::time::Duration;

use payctl::clock::{Clock, MachineClock};
use payctl::domain::{
    Authenticity, Method, OrderId, OrderNumber, Payment, PaymentId, PaymentOrigin, Reported, Rupiah,
};
use payctl::gateway::account::GatewaySettings;
use payctl::gateway::incoming::IncomingRequest;
use payctl::gateway::opening::{OpenReply, OpenRequest, PaymentInstructions};
use payctl::gateway::registry::by_word;
use payctl::gateway::{Gateway, LookupKey};
use payctl::http::message::RequestFailure;
use payctl::http::{HttpClient, RateLimitedClient, RequestLimits};
use payctl::simulator::{
    Fault, FaultTarget, MIDTRANS, SIMULATED, Sender, SimulatedGateway, Simulator,
};

struct Stage {
    simulator: Simulator,
    lane: RateLimitedClient,
}

impl Stage {
    fn new() -> Self {
        let clock: Arc<dyn Clock> = Arc::new(MachineClock);
        let limits = RequestLimits {
            requests_per_second: 0,
            requests_per_minute: 0,
            changes_per_second: 0,
            max_in_flight: 4,
            timeout: Duration::from_secs(20),
            connect_timeout: Duration::from_secs(20),
        };
        Self {
            simulator: Simulator::start(0, clock.clone()).unwrap(),
            lane: HttpClient::new(clock).limited(limits),
        }
    }

    fn gateways(&self) -> [(SimulatedGateway, Arc<dyn Gateway>); 2] {
        let url = self.simulator.url();
        let settings = GatewaySettings::default()
            .with("api_url", &url)
            .with("snap_url", &url)
            .with("project", "tokoku");
        let keys = ["server_key", "api_key"].map(|key| (key, "SB-Mid-server-any".into()));
        let keys = keys.into_iter().collect();
        SIMULATED.map(|kind| {
            let descriptor = by_word(kind.name()).unwrap();
            let name = kind.name().parse().unwrap();
            (kind, (descriptor.adapter)(name, &settings, &keys))
        })
    }

    async fn open(
        &self,
        gateway: &dyn Gateway,
        payment: &Payment,
        method: &str,
    ) -> Result<OpenReply, RequestFailure> {
        let method: Method = method.parse().unwrap();
        let order: OrderNumber = "INV-1".parse().unwrap();
        let opening = OpenRequest {
            payment,
            method: &method,
            order: &order,
            key: payment.reference.as_str(),
            buyer: None,
            items: &[],
            now: MachineClock.now(),
        };
        let request = gateway.open(&opening).unwrap();
        let answer = self.lane.send(&request, None).await?;
        Ok(gateway.read_open(&opening, opening.now, &answer))
    }

    async fn status(&self, gateway: &dyn Gateway, payment: &Payment) -> Reported {
        let request = gateway.ask_status(payment, LookupKey::Reference);
        let answer = self.lane.send(&request, None).await.unwrap();
        let now = MachineClock.now();
        gateway
            .read_status(payment, LookupKey::Reference, now, &answer)
            .said
    }
}

fn payment(reference: &str) -> Payment {
    let now = MachineClock.now();
    Payment {
        id: PaymentId(1),
        ..Payment::new(
            PaymentOrigin::Payctl,
            OrderId(1),
            "m".parse().unwrap(),
            reference.parse().unwrap(),
            Rupiah::from_db(25_000),
            now,
            now.saturating_add(Duration::from_secs(3600)),
        )
    }
}

#[track_caller]
fn given(opened: Result<OpenReply, RequestFailure>) -> PaymentInstructions {
    match opened {
        Ok(OpenReply::Open(given)) => *given,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_method_opens_a_payable_notified_payment() {
    let stage = Stage::new();
    let world = stage.simulator.handle();
    for (kind, gateway) in stage.gateways() {
        for method in gateway.methods() {
            let payment = payment(&format!("{}-{method}", kind.name()));
            let reference = payment.reference.as_str();
            let given = given(stage.open(&*gateway, &payment, method).await);
            let means = [&given.qr_text, &given.number, &given.page_url];
            assert!(means.into_iter().any(Option::is_some), "{method}");
            if given.on_page {
                assert_eq!(
                    stage.status(&*gateway, &payment).await,
                    Reported::NotStarted
                );
                world.choose(reference, "bca_va").unwrap();
            }
            assert_eq!(stage.status(&*gateway, &payment).await, Reported::Pending);
            world.pay(kind, reference).unwrap();
            let paid = Reported::Paid {
                amount: payment.amount,
            };
            assert_eq!(stage.status(&*gateway, &payment).await, paid, "{method}");
            let notification = |sender| {
                let output = world.notification(kind, reference, None, sender).unwrap();
                gateway.read_notification(&IncomingRequest::of_body(output.body.as_bytes()))
            };
            let notice = notification(Sender::Gateway);
            assert!(notice.claims_money && notice.verdict.reason().is_none());
            assert_eq!(notice.reference.as_ref(), Some(&payment.reference));
            assert_eq!(notice.amount, Some(payment.amount));
            let forged = notification(Sender::Forger);
            assert_ne!(forged.verdict, Authenticity::Verified);
            assert_ne!(forged.amount, Some(payment.amount));
        }
    }
}

#[tokio::test]
async fn failed_openings_are_told_apart() {
    let stage = Stage::new();
    let world = stage.simulator.handle();
    for (kind, gateway) in stage.gateways() {
        let fault = |fault| world.fault_times(FaultTarget::all(kind), fault, 1).unwrap();
        let (lost, never) = (payment("LOST-1"), payment("NEVER-1"));
        fault(Fault::Unanswered);
        assert!(stage.open(&*gateway, &lost, "qris").await.is_err());
        assert_eq!(stage.status(&*gateway, &lost).await, Reported::Pending);
        let again = stage.open(&*gateway, &lost, "qris").await;
        if kind == MIDTRANS {
            // The same key repeats the opening, and its answer arrives after all.
            assert!(given(again).qr_text.is_some());
        } else {
            assert!(matches!(again, Ok(OpenReply::Taken(_))), "{again:?}");
        }
        fault(Fault::Silent);
        assert!(stage.open(&*gateway, &never, "qris").await.is_err());
        assert_eq!(stage.status(&*gateway, &never).await, Reported::NotStarted);
        fault(Fault::OpenRefused);
        let refused = stage.open(&*gateway, &never, "qris").await;
        assert!(matches!(refused, Ok(OpenReply::Refused(_))), "{refused:?}");
        fault(Fault::OpenTaken);
        let taken = stage.open(&*gateway, &never, "qris").await;
        assert!(matches!(taken, Ok(OpenReply::Taken(_))), "{taken:?}");
        fault(Fault::OtherOrder);
        let foreign = stage.open(&*gateway, &never, "qris").await;
        assert!(matches!(foreign, Ok(OpenReply::NoAnswer(_))), "{foreign:?}");
    }
}
