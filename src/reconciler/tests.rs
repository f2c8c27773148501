//! Close, then query: real HTTP on loopback, and a real file.

use std::sync::Arc;
use std::time::Duration;

use super::{
    BookingPlace, CheckAction, CheckResult, GatewayAccount, Ledger, QuerySource, QueryStream,
    RunContext, Writer,
};
use crate::clock::testing::StoppedClock;
use crate::domain::{
    AccountEvidence as Standing, CaseKind, CircuitBreaker, CloseResult, Dossier, GatewayName,
    ImportPayment, Instant, OrderId, OrderStatus, PaymentStatus, Policy, QueryPurpose, Rule,
    Rupiah,
};
use crate::gateway::account::GatewaySettings;
use crate::gateway::registry::by_word;
use crate::http::{HttpClient, RequestLimits};
use crate::shutdown::Shutdown;
use crate::simulator::{
    AttemptTruth, Fault, FaultTarget, MIDTRANS, PAKASIR, SIMULATED, SimulatedGateway, Simulator,
};
use crate::store::{Actor, DuePayment, NewOrder, OperatorVisit, WritePermit, WriteReason, testing};

mod inline;

fn noon() -> Instant {
    Instant::parse_rfc3339("2026-03-02T12:00:00Z").unwrap()
}

fn clock() -> Arc<StoppedClock> {
    Arc::new(StoppedClock(noon()))
}

/// One order with one payment, and a simulated gateway where it waits for the money.
struct Shop {
    kind: SimulatedGateway,
    simulator: Simulator,
    file: testing::Shop,
    order: OrderId,
    visit: OperatorVisit,
    booking: BookingPlace,
}

impl Shop {
    fn new(kind: SimulatedGateway, status: Option<PaymentStatus>, token: Option<&str>) -> Self {
        let payment = ImportPayment {
            method: token.is_none().then(|| "qris".to_owned()),
            token: token.map(str::to_owned),
            status,
            ..ImportPayment::at(name(kind))
        };
        let truth = AttemptTruth {
            token: token.map(str::to_owned),
            ..AttemptTruth::new(token.map_or("pending", |_| "not_started"), amount())
        };
        Self::with(kind, payment, truth)
    }

    fn with(kind: SimulatedGateway, payment: ImportPayment, truth: AttemptTruth) -> Self {
        let file = testing::Shop::new();
        let order = NewOrder {
            total: Some(amount()),
            expires_at: noon().saturating_add(Duration::from_secs(3600)),
            payment: Some(payment),
            ..testing::order("INV-1", &[])
        };
        let placed = file.store.place_order(&file.permit, &order, noon());
        let placed = placed.unwrap();
        let simulator = Simulator::start(0, clock()).unwrap();
        simulator.handle().set(kind, "INV-1", truth).unwrap();
        Self {
            kind,
            simulator,
            file,
            order: placed.id,
            visit: OperatorVisit::new().unwrap(),
            booking: BookingPlace::Thread,
        }
    }

    fn pending(kind: SimulatedGateway) -> Self {
        Self::new(kind, Some(PaymentStatus::Pending), None)
    }

    fn fault(&self, fault: Fault) {
        let target = FaultTarget::one(self.kind, "INV-1");
        self.simulator.handle().fault(target, fault).unwrap();
    }

    fn dossier(&self) -> Dossier {
        let store = self.file.second_store();
        store.read().dossier(self.order).unwrap().unwrap()
    }

    /// Runs one round about the payment and returns its only line.
    #[track_caller]
    fn round(&self, errand: QueryPurpose) -> CheckResult {
        let mut lines = self.lines(errand);
        assert_eq!(lines.len(), 1, "{lines:?}");
        lines.remove(0)
    }

    fn lines(&self, errand: QueryPurpose) -> Vec<CheckResult> {
        let dossier = self.dossier();
        let rows = vec![DuePayment {
            payment: dossier.payments[0].clone(),
            order_number: dossier.order.number.clone(),
            order_status: dossier.order.status,
            told: Vec::new(),
            reference_due: false,
            has_turn: false,
        }];
        let writer = Writer::new(self.file.second_store().on_visit(self.visit), permit());
        let account = account(self.kind, &self.simulator.url());
        let question = (QuerySource::Given(rows), errand);
        query(account, question, &(&writer).into(), self.booking)
    }

    #[track_caller]
    fn close(&self) -> CheckAction {
        self.round(QueryPurpose::ReadAfterClose).action
    }

    fn record_closing(&self) {
        let store = self.file.second_store();
        let by = Actor {
            actor: "deadline",
            now: noon(),
        };
        let payment = self.dossier().payments[0].id;
        store
            .record_closing(&permit(), &[payment], Rule::O4, by)
            .unwrap();
    }

    #[track_caller]
    fn check(&self, payment: PaymentStatus, order: OrderStatus) {
        let dossier = self.dossier();
        let stands = (dossier.payments[0].status, dossier.order.status);
        assert_eq!(stands, (payment, order));
    }

    /// How often it was queried, and how often a close was requested.
    fn requests(&self) -> (u64, u64) {
        let host = self.simulator.handle();
        (
            host.asked_about(self.kind, "INV-1"),
            host.closes_of(self.kind, "INV-1"),
        )
    }
}

/// Runs one round and returns its lines.
fn query(
    account: GatewayAccount,
    (source, errand): (QuerySource, QueryPurpose),
    ledger: &Ledger,
    booking: BookingPlace,
) -> Vec<CheckResult> {
    let stream = QueryStream {
        account,
        source,
        errand,
        breaker: CircuitBreaker::new(Standing::Proven, None),
    };
    let run = RunContext {
        clock: clock(),
        now: noon(),
        policy: Policy {
            grace: Duration::from_secs(180),
        },
        until: None,
        shutdown: Shutdown::Hand(Arc::default()),
        booking,
    };
    let mut lines = Vec::new();
    let mut print = |line: &CheckResult| {
        lines.push(line.clone());
        Ok(())
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime
        .block_on(run.query(vec![stream], ledger, &mut print))
        .unwrap();
    lines
}

fn account(kind: SimulatedGateway, url: &str) -> GatewayAccount {
    let settings = GatewaySettings::default()
        .with("api_url", url)
        .with("snap_url", url)
        .with("project", "tokocontoh");
    let keys = ["server_key", "api_key"].map(|key| (key, "dummy".into()));
    let descriptor = by_word(kind.name()).unwrap();
    let gateway = (descriptor.adapter)(name(kind), &settings, &keys.into_iter().collect());
    let limits = RequestLimits {
        requests_per_second: 0,
        requests_per_minute: 0,
        changes_per_second: 0,
        max_in_flight: 1,
        timeout: Duration::from_secs(10),
        connect_timeout: Duration::from_secs(10),
    };
    GatewayAccount {
        gateway,
        http: HttpClient::new(clock()).limited(limits),
        max_in_flight: 1,
        witness: Arc::new(super::Witness::new(Standing::Proven, Vec::new(), None)),
    }
}

fn name(kind: SimulatedGateway) -> GatewayName {
    kind.name().parse().unwrap()
}

fn amount() -> Rupiah {
    Rupiah::from_db(25_000)
}

fn permit() -> WritePermit {
    WritePermit::granted_by(WriteReason::Fix)
}

#[test]
fn a_closed_payment_is_read_as_closed() {
    for (kind, status) in [
        (MIDTRANS, PaymentStatus::Expired),
        (PAKASIR, PaymentStatus::Cancelled),
    ] {
        let shop = Shop::pending(kind);
        assert_eq!(shop.close(), CheckAction::Fixed);
        shop.check(status, OrderStatus::Pending);
        assert_eq!(shop.requests(), (1, 1));
        assert_eq!(shop.dossier().payments[0].close_tries, 0);
        // Nothing is left to close. Midtrans is queried by the reference, which shows the latest try.
        assert_eq!(shop.close(), CheckAction::Match);
        assert_eq!(shop.requests(), (2, 1));
    }
}

#[test]
fn a_query_closes_nothing() {
    let shop = Shop::pending(MIDTRANS);
    assert_eq!(shop.round(QueryPurpose::Read).action, CheckAction::Match);
    shop.check(PaymentStatus::Pending, OrderStatus::Pending);
    assert_eq!(shop.requests(), (1, 0));
    assert_eq!(shop.dossier().payments[0].close_tries, 0);
}

#[test]
fn a_payment_paid_during_the_close_is_paid() {
    for kind in SIMULATED {
        let shop = Shop::pending(kind);
        shop.fault(Fault::PaidWhenClosed);
        assert_eq!(shop.round(QueryPurpose::Read).action, CheckAction::Match);
        assert_eq!(shop.close(), CheckAction::Fixed);
        shop.check(PaymentStatus::Paid, OrderStatus::Fulfilled);
        assert_eq!(shop.requests(), (2, 1));
    }
}

#[test]
fn a_close_that_fails_opens_a_case() {
    for kind in SIMULATED {
        for fault in [Fault::CloseRefused, Fault::CloseIgnored] {
            let shop = Shop::pending(kind);
            shop.fault(fault);
            for tries in 1..=4 {
                shop.close();
                let dossier = shop.dossier();
                assert_eq!(dossier.payments[0].close_tries, tries);
                let cases: Vec<_> = dossier.cases.iter().map(|case| case.kind).collect();
                let expected = [CaseKind::CannotClose];
                assert_eq!(cases, expected[..usize::from(tries >= 3)], "{tries}");
            }
            shop.check(PaymentStatus::Pending, OrderStatus::Pending);
            assert_eq!(shop.requests(), (4, 4));
            shop.simulator.handle().clear_all();
            assert_eq!(shop.close(), CheckAction::Fixed);
            assert_eq!(shop.dossier().cases, []);
        }
    }
}

#[test]
fn an_unanswered_close_moves_nothing() {
    for fault in [
        Fault::Unanswered,
        Fault::Silent,
        Fault::Html,
        Fault::Status {
            code: 503,
            retry_after: None,
        },
    ] {
        let shop = Shop::pending(MIDTRANS);
        shop.fault(fault.clone());
        assert_eq!(shop.close(), CheckAction::Unchecked, "{fault:?}");
        shop.check(PaymentStatus::Pending, OrderStatus::Pending);
        assert_eq!(shop.requests(), (0, 1), "{fault:?}");
        assert_eq!(shop.dossier().payments[0].close_tries, 0);
        assert_eq!(shop.dossier().cases, []);
        // The next run learns the result.
        shop.simulator.handle().clear_all();
        assert_eq!(shop.close(), CheckAction::Fixed);
        shop.check(PaymentStatus::Expired, OrderStatus::Pending);
    }
}

#[test]
fn a_wrong_key_is_reported_and_writes_nothing() {
    let shop = Shop::pending(MIDTRANS);
    shop.simulator.handle().accept_keys(MIDTRANS, &["another"]);
    let line = shop.round(QueryPurpose::ReadAfterClose);
    assert_eq!(line.action, CheckAction::Unchecked);
    assert!(
        line.reason.to_string().contains("answered 401"),
        "{}",
        line.reason
    );
    assert_eq!(shop.requests(), (0, 1));
    assert_eq!(shop.dossier().payments[0].schedule.checks, 0);
}

#[test]
fn an_unused_page_is_closed_by_its_token() {
    let shop = Shop::new(MIDTRANS, None, Some("token-1"));
    assert_eq!(shop.close(), CheckAction::Match);
    shop.check(PaymentStatus::Created, OrderStatus::Pending);
    assert_eq!(shop.requests(), (1, 1));
    let answer = || shop.dossier().payments[0].close_answer;
    assert_eq!(answer(), Some(CloseResult::Closed));
    let page = shop.simulator.handle();
    let chosen = AttemptTruth::new("pending", amount());
    page.set(MIDTRANS, "INV-1", chosen).unwrap();
    // The page says "on progress"; from now on the payment is known as a transaction.
    assert_eq!(shop.close(), CheckAction::Fixed);
    shop.check(PaymentStatus::Pending, OrderStatus::Pending);
    assert_eq!(answer(), Some(CloseResult::Refused));
    assert_eq!(shop.close(), CheckAction::Fixed);
    shop.check(PaymentStatus::Expired, OrderStatus::Pending);
    assert_eq!(answer(), Some(CloseResult::Closed));
}

#[test]
fn only_a_refused_page_close_is_counted() {
    let shop = Shop::new(MIDTRANS, None, Some("token-1"));
    let faults = [
        (Fault::CloseRefused, Some(CloseResult::Refused), 1),
        (Fault::Unanswered, None, 1),
        // It had been closed before and says so now.
        (Fault::CloseRefused, Some(CloseResult::Closed), 1),
    ];
    for (fault, answer, tries) in faults {
        shop.fault(fault);
        shop.record_closing();
        shop.close();
        let payment = &shop.dossier().payments[0];
        assert_eq!((payment.close_answer, payment.close_tries), (answer, tries));
        shop.simulator.handle().clear_all();
    }
}

#[test]
fn a_payment_without_close_call_is_only_queried() {
    let shop = Shop::new(MIDTRANS, None, None);
    shop.close();
    shop.check(PaymentStatus::Pending, OrderStatus::Pending);
    assert_eq!(shop.requests(), (1, 0));
    assert_eq!(shop.dossier().payments[0].close_tries, 0);
}

#[test]
fn closing_one_try_only_finds_the_other() {
    let shop = Shop::new(MIDTRANS, None, Some("token-1"));
    let host = shop.simulator.handle();
    for number in 1..=2 {
        let answer = AttemptTruth {
            try_number: Some(number),
            ..AttemptTruth::new("pending", amount())
        };
        host.set(MIDTRANS, "INV-1", answer).unwrap();
        if number == 1 {
            shop.round(QueryPurpose::Read);
        }
    }
    assert_eq!(shop.lines(QueryPurpose::ReadAfterClose).len(), 2);
    let payments = shop.dossier().payments;
    let stands: Vec<_> = payments
        .iter()
        .map(|one| (one.status, one.close_tries))
        .collect();
    let expected = [(PaymentStatus::Expired, 0), (PaymentStatus::Pending, 0)];
    assert_eq!(stands, expected);
}
