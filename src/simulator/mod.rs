//! The simulated gateway: Midtrans and Pakasir over real HTTP on loopback, for trial runs, demos, tests and
//! benchmarks, and for the integration tests of shops.
//!
//! It answers as it was told to, performs requests, fails as it was told to, and keeps no history: every list and
//! counter is bounded. It prints nothing, and the time comes from the given clock.
//!
//! Both gateways are served at the same address:
//!
//! | request | what it does |
//! | --- | --- |
//! | `GET /v2/{order id or transaction id}/status` | Midtrans; accepts any server key, by HTTP basic authentication |
//! | `POST /v2/{order id or transaction id}/expire`, `/cancel` | Midtrans; ends a payment that is still payable |
//! | `POST /v2/{order id or transaction id}/refund` | Midtrans; refunds money, once per `refund_key` |
//! | `POST /snap/v1/transactions/{token}/cancel` | Midtrans; closes an unused page |
//! | `POST /v2/charge`, `POST /snap/v1/transactions` | Midtrans; opens a payment or a page |
//! | `GET /api/transactiondetail?project=&amount=&order_id=&api_key=` | Pakasir; accepts any project and key |
//! | `POST /api/transactioncancel` | Pakasir; cancels a pending payment, with the same four fields as JSON |
//! | `POST /api/transactioncreate/{method}`, `POST /api/paymentsimulation` | Pakasir; opens a payment, and pays it |
//! | `POST /api/v2/create-transaction/{project}/{order id}`, `POST /api/v2/cancel-transaction/{project}/{id}`, `GET /api/v2/transaction-status/{project}/{id}` | Pakasir's second interface; accepts any key in `X-Api-Key` |
//! | `POST /pretend/choose?reference=&method=` | the customer chooses a method on a page, or tries again there |
//! | `POST /pretend/pay?kind=&reference=` | the customer pays; as JSON also `amount`, `method`, `transaction_id` for a payment that is not known yet |
//! | `GET /pretend/notification?kind=&reference=[&status=][&forged=yes]` | the body of a notification |
//! | `POST /pretend/notifications` | posts one to a `url` of this machine: `kind`, `reference`, `url`, `times`, `status`, `forged` |
//! | `PUT`, `GET`, `DELETE /pretend/payments` | see [`ScriptRecord`]: what is true |
//! | `PUT /pretend/rules` | see [`ScriptRecord`]: the settings of the project at Pakasir |
//! | `PUT`, `DELETE /pretend/faults` | see [`ScriptRecord`]: how it fails |
//! | `GET /pretend/asked` | the number of queries and of requests to close, by payment |

mod answer;
mod control;
mod customer;
mod fallback;
mod faults;
mod handle;
mod ids;
mod midtrans;
mod notify;
mod pakasir;
mod qr;
mod repeats;
mod reply;
mod response;
mod rules;
mod script;
mod serve;
#[cfg(test)]
mod testing;
mod truth;

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use tokio::runtime;

pub use answer::{AttemptTruth, Dialect};
pub use faults::{Fault, FaultTarget};
pub use handle::SimulatorHandle;
pub use ids::{ANY, transaction_id};
pub use midtrans::FeeShown;
pub use notify::{Sender, SimulatedNotification};
pub use rules::SimulatorRule;
pub use script::{ScriptError, ScriptRecord, load_script};
pub use truth::{QueryCounts, TruthRefused};

use crate::clock::Clock;

/// A simulated gateway that answers on 127.0.0.1 until it is stopped or dropped.
#[derive(Debug)]
pub struct Simulator {
    address: SocketAddr,
    handle: SimulatorHandle,
    thread: Option<JoinHandle<()>>,
}

impl Simulator {
    /// Binds a port of 127.0.0.1, or any free one for 0, and answers on a separate thread. The clock provides the
    /// `Date` header and the times that answers leave out; delays are real.
    ///
    /// # Errors
    ///
    /// If the port is taken, or the machine has no socket or thread left.
    pub fn start(port: u16, clock: Arc<dyn Clock>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()?;
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        let handle = SimulatorHandle::new(clock);
        let serving = serve::serve(listener, handle.clone());
        let thread = thread::Builder::new()
            .name("pretend-gateway".to_owned())
            .spawn(move || runtime.block_on(serving))?;
        Ok(Self {
            address,
            handle,
            thread: Some(thread),
        })
    }

    /// `http://127.0.0.1:PORT`: the base of Midtrans's Core API, of its Snap and of Pakasir alike.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Controls what is true; usable from any thread while requests come in.
    #[must_use]
    pub fn handle(&self) -> &SimulatorHandle {
        &self.handle
    }

    /// Accepts no more requests, gives those in progress a second, and frees the port.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.handle.stop();
        if let Some(thread) = self.thread.take() {
            // This fails only if the thread has panicked, which was reported there.
            let _ended = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use super::testing::{
        KEY, KeptConnection, StoppedClock, answer, midtrans, midtrans_question, start,
    };
    use super::*;

    #[test]
    fn a_stopped_or_dropped_server_frees_its_port() {
        let first = start();
        let port = first.address.port();
        let clock = || Arc::new(StoppedClock);
        assert!(Simulator::start(port, clock()).is_err());
        midtrans(&first, "INV-1");
        first.stop();
        assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err());
        let second = Simulator::start(port, clock()).unwrap();
        midtrans(&second, "INV-1");
        drop(second);
        assert!(Simulator::start(port, clock()).is_ok());
    }

    #[test]
    fn an_idle_connection_does_not_delay_the_stop() {
        let simulator = start();
        let mut line = KeptConnection::to(&simulator);
        line.say(&midtrans_question("INV-1", KEY));
        assert_eq!(line.receive().unwrap().status, 200);
        simulator.stop();
        assert_eq!(line.rest(), "");
    }

    #[test]
    fn queries_on_one_connection_are_answered_in_turn() {
        let simulator = start();
        let handle = simulator.handle();
        handle
            .set(Dialect::Midtrans, ANY, answer("pending", 1))
            .unwrap();
        let mut line = KeptConnection::to(&simulator);
        line.say(&[midtrans_question("A", KEY), midtrans_question("B", KEY)].concat());
        assert_eq!(line.receive().unwrap().says("/order_id"), "A");
        assert_eq!(line.receive().unwrap().says("/order_id"), "B");
        line.say(&midtrans_question("C", KEY));
        assert_eq!(line.receive().unwrap().says("/order_id"), "C");
        assert_eq!(handle.asked_total(), 3);
    }

    #[test]
    fn two_simulators_share_nothing() {
        let (one, two) = (start(), start());
        let handle = one.handle();
        handle
            .set(Dialect::Midtrans, "INV-1", answer("pending", 1))
            .unwrap();
        assert_eq!(midtrans(&one, "INV-1").says("/status_code"), "201");
        assert_eq!(midtrans(&two, "INV-1").says("/status_code"), "404");
    }
}
