//! The simulator accepts what the adapters send, and the adapters understand its answers and notifications.

use std::sync::Arc;
use std::time::Duration;

use payctl::clock::{Clock, MachineClock};
use payctl::domain::gone_back::Back;
use payctl::domain::money::Rupiah;
use payctl::domain::names::{Method, OrderId, OrderNumber, PaymentId};
use payctl::domain::notice::Verdict;
use payctl::domain::observation::Said;
use payctl::domain::payment::{Origin, Payment, PaymentStatus};
use payctl::domain::schedule::Schedule;
use payctl::gateway::incoming::Incoming;
use payctl::gateway::midtrans::Midtrans;
use payctl::gateway::opening::{Opened, Opening, Presented};
use payctl::gateway::pakasir::Pakasir;
use payctl::gateway::{Gateway, Handle};
use payctl::pretend::{Fault, Kind, Pretend, Sender, Target};
use payctl::wire::message::Failure;
use payctl::wire::{Lane, Limits, Wire};

struct Stage {
    pretend: Pretend,
    lane: Lane,
}

impl Stage {
    fn new() -> Self {
        let clock: Arc<dyn Clock> = Arc::new(MachineClock);
        let limits = Limits {
            requests_per_second: 0,
            changes_per_second: 0,
            max_in_flight: 4,
            timeout: Duration::from_secs(20),
            connect_timeout: Duration::from_secs(20),
        };
        Self {
            pretend: Pretend::start(0, clock.clone()).unwrap(),
            lane: Wire::new(clock).lane(limits),
        }
    }

    fn gateways(&self) -> [(Kind, Box<dyn Gateway>); 2] {
        let (url, key) = (self.pretend.url(), "SB-Mid-server-any");
        let midtrans = Midtrans::new("m".parse().unwrap(), &url, &url, key.into());
        let pakasir = Pakasir::new("p".parse().unwrap(), &url, "tokoku", key.into());
        [
            (Kind::Midtrans, Box::new(midtrans)),
            (Kind::Pakasir, Box::new(pakasir)),
        ]
    }

    async fn open(
        &self,
        gateway: &dyn Gateway,
        payment: &Payment,
        method: &str,
    ) -> Result<Opened, Failure> {
        let method: Method = method.parse().unwrap();
        let order: OrderNumber = "INV-1".parse().unwrap();
        let opening = Opening {
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

    async fn status(&self, gateway: &dyn Gateway, payment: &Payment) -> Said {
        let request = gateway.ask_status(payment, Handle::Reference);
        let answer = self.lane.send(&request, None).await.unwrap();
        let now = MachineClock.now();
        gateway
            .read_status(payment, Handle::Reference, now, &answer)
            .said
    }
}

fn payment(reference: &str) -> Payment {
    let now = MachineClock.now();
    Payment {
        id: PaymentId(1),
        order: OrderId(1),
        gateway: "m".parse().unwrap(),
        reference: reference.parse().unwrap(),
        transaction_id: None,
        api_version: 1,
        origin: Origin::Payctl,
        status: PaymentStatus::Created,
        amount: Rupiah::kept(25_000),
        payable: Rupiah::kept(25_000),
        imposed_fee: Rupiah::ZERO,
        method: None,
        on_page: false,
        token: None,
        created_at: now,
        deadline: now.plus(Duration::from_secs(3600)),
        raw_status: None,
        seen: false,
        received: Rupiah::ZERO,
        surcharge: Rupiah::ZERO,
        received_at: None,
        reversible: false,
        refunded: Rupiah::ZERO,
        charged_back: Rupiah::ZERO,
        back: Back::default(),
        denied_since: None,
        last_meaning: None,
        moved_at: now,
        schedule: Schedule::new(now),
        close_tried_at: None,
        close_tries: 0,
        close_answer: None,
        version: 1,
    }
}

#[track_caller]
fn given(opened: Result<Opened, Failure>) -> Presented {
    match opened {
        Ok(Opened::Open(given)) => *given,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_method_opens_a_payable_notified_payment() {
    let stage = Stage::new();
    let world = stage.pretend.world();
    for (kind, gateway) in stage.gateways() {
        for method in gateway.methods() {
            let payment = payment(&format!("{}-{method}", kind.name()));
            let reference = payment.reference.as_str();
            let given = given(stage.open(&*gateway, &payment, method).await);
            let means = [&given.qr_text, &given.number, &given.page_url];
            assert!(means.into_iter().any(Option::is_some), "{method}");
            if given.on_page {
                assert_eq!(stage.status(&*gateway, &payment).await, Said::NotStarted);
                world.choose(reference, "bca_va").unwrap();
            }
            assert_eq!(stage.status(&*gateway, &payment).await, Said::Pending);
            world.pay(kind, reference).unwrap();
            let paid = Said::Paid {
                amount: payment.amount,
            };
            assert_eq!(stage.status(&*gateway, &payment).await, paid, "{method}");
            let notification = |sender| {
                let told = world.notification(kind, reference, None, sender).unwrap();
                gateway.read_notification(&Incoming::of_body(told.body.as_bytes()))
            };
            let notice = notification(Sender::Gateway);
            assert!(notice.claims_money && notice.verdict.reason().is_none());
            assert_eq!(notice.reference.as_ref(), Some(&payment.reference));
            assert_eq!(notice.amount, Some(payment.amount));
            let forged = notification(Sender::Forger);
            assert_ne!(forged.verdict, Verdict::Verified);
            assert_ne!(forged.amount, Some(payment.amount));
        }
    }
}

#[tokio::test]
async fn failed_openings_are_told_apart() {
    let stage = Stage::new();
    let world = stage.pretend.world();
    for (kind, gateway) in stage.gateways() {
        let fault = |fault| world.fault_times(Target::all(kind), fault, 1).unwrap();
        let (lost, never) = (payment("LOST-1"), payment("NEVER-1"));
        fault(Fault::Unanswered);
        assert!(stage.open(&*gateway, &lost, "qris").await.is_err());
        assert_eq!(stage.status(&*gateway, &lost).await, Said::Pending);
        let again = stage.open(&*gateway, &lost, "qris").await;
        match kind {
            // The same key repeats the opening, and its answer arrives after all.
            Kind::Midtrans => assert!(given(again).qr_text.is_some()),
            Kind::Pakasir => assert!(matches!(again, Ok(Opened::Taken(_))), "{again:?}"),
        }
        fault(Fault::Silent);
        assert!(stage.open(&*gateway, &never, "qris").await.is_err());
        assert_eq!(stage.status(&*gateway, &never).await, Said::NotStarted);
        fault(Fault::OpenRefused);
        let refused = stage.open(&*gateway, &never, "qris").await;
        assert!(matches!(refused, Ok(Opened::Refused(_))), "{refused:?}");
        fault(Fault::OpenTaken);
        let taken = stage.open(&*gateway, &never, "qris").await;
        assert!(matches!(taken, Ok(Opened::Taken(_))), "{taken:?}");
        fault(Fault::OtherOrder);
        let foreign = stage.open(&*gateway, &never, "qris").await;
        assert!(matches!(foreign, Ok(Opened::NoAnswer(_))), "{foreign:?}");
    }
}
