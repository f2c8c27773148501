//! The simulated gateways, over real HTTP on loopback, for trial runs, demos, tests and benchmarks, and for the
//! integration tests of shops.
//!
//! They answer as they were told to, perform requests, fail as they were told to, and keep no history: every list and
//! counter is bounded. Nothing is printed, and the time comes from the given clock.
//!
//! All gateways are served at the same address. Their requests stand in the folder of each; besides, there are:
//!
//! | request | what it does |
//! | --- | --- |
//! | `POST /pretend/choose?reference=&method=` | the customer chooses a method on a page, or tries again there |
//! | `POST /pretend/pay?kind=&reference=` | the customer pays; as JSON also `amount`, `method`, `transaction_id` for a payment that is not known yet |
//! | `GET /pretend/notification?kind=&reference=[&status=][&forged=yes]` | the body of a notification |
//! | `POST /pretend/notifications` | posts one to a `url` of this machine: `kind`, `reference`, `url`, `times`, `status`, `forged` |
//! | `PUT`, `GET`, `DELETE /pretend/payments` | see [`ScriptRecord`]: what is true |
//! | `PUT /pretend/rules` | see [`ScriptRecord`]: the settings of an account |
//! | `PUT`, `DELETE /pretend/faults` | see [`ScriptRecord`]: how it fails |
//! | `GET /pretend/asked` | the number of queries and of requests to close, by payment |

mod answer;
mod control;
mod customer;
mod dialect;
mod fallback;
mod faults;
mod handle;
mod ids;
#[cfg(any(test, feature = "worlds"))]
mod in_process;
mod midtrans;
mod notification;
mod notify;
mod pakasir;
mod pending_faults;
mod plan;
mod qr;
mod query;
mod registry;
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

pub use answer::{AttemptTruth, FeeShown, TruthRefused};
pub use dialect::SimulatedGateway;
pub use faults::Fault;
pub use handle::{QueryCounts, SimulatorHandle};
pub use ids::{ANY, transaction_id};
#[cfg(any(test, feature = "worlds"))]
pub(crate) use in_process::{LocalEnding, LocalPurpose, SimulatedTry};
pub use notification::{Sender, SimulatedNotification};
pub use pending_faults::FaultTarget;
pub use registry::{MIDTRANS, PAKASIR, SIMULATED};
pub use rules::SimulatorRule;
pub use script::{ScriptError, ScriptRecord, load_script};

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

    /// `http://127.0.0.1:PORT`: the base of every gateway's addresses.
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

    use super::testing::{KEY, KeptConnection, answer, clock, midtrans, midtrans_question, start};
    use super::*;

    #[test]
    fn a_stopped_or_dropped_server_frees_its_port() {
        let first = start();
        let port = first.address.port();
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
        handle.set(MIDTRANS, ANY, answer("pending", 1)).unwrap();
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
        handle.set(MIDTRANS, "INV-1", answer("pending", 1)).unwrap();
        assert_eq!(midtrans(&one, "INV-1").says("/status_code"), "201");
        assert_eq!(midtrans(&two, "INV-1").says("/status_code"), "404");
    }
}
