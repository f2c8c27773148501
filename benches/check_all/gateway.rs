//! The simulator in a process of its own: this program again, told what is true on its standard input.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use payctl::clock::MachineClock;
use payctl::simulator::{FaultTarget, MIDTRANS, Simulator, load_script};

const ROLE: &str = "PAYCTL_BENCH_GATEWAY";

/// Whether this process is to be the gateway.
pub(crate) fn is_wanted() -> bool {
    std::env::var_os(ROLE).is_some()
}

/// Answers until standard input ends. Each line is a script that takes the place of all that was true.
pub(crate) fn serve() -> anyhow::Result<()> {
    let simulator = Simulator::start(0, Arc::new(MachineClock))?;
    let mut out = io::stdout();
    writeln!(out, "{}", simulator.url())?;
    for script in io::stdin().lines() {
        let world = simulator.handle();
        world.forget_all();
        world.clear(&FaultTarget::all(MIDTRANS));
        world.load(load_script(&script?)?)?;
        writeln!(out, "done")?;
    }
    Ok(())
}

/// The gateway, seen from the bench.
pub(crate) struct Gateway {
    child: Child,
    orders: Option<ChildStdin>,
    replies: BufReader<ChildStdout>,
    pub(crate) url: String,
}

/// What the gateway says about the payments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Truth {
    AllPending,
    /// One payment in a hundred has been paid, and the shop does not know.
    OnePercentPaid,
    AllPaid,
}

pub(crate) const PRICE: u32 = 25_000;

impl Gateway {
    pub(crate) fn start() -> anyhow::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .env(ROLE, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("the simulator did not start")?;
        let orders = child.stdin.take();
        let replies = BufReader::new(child.stdout.take().context("it has no output")?);
        let mut gateway = Self {
            child,
            orders,
            replies,
            url: String::new(),
        };
        gateway.url = gateway.reply()?;
        Ok(gateway)
    }

    /// From now on this is true, and answers take so long.
    pub(crate) fn tell(&mut self, truth: Truth, latency: Duration) -> anyhow::Result<()> {
        let say = |status: &str, every: &str| {
            format!(
                r#"{{"kind":"midtrans","reference":"*","status":"{status}","amount":{PRICE}{every}}}"#
            )
        };
        let mut script = match truth {
            Truth::AllPending => say("pending", ""),
            Truth::OnePercentPaid => {
                say("pending", "") + "," + &say("settlement", r#","every":100"#)
            }
            Truth::AllPaid => say("settlement", ""),
        };
        let millis = latency.as_millis();
        if millis > 0 {
            script += &format!(r#",{{"kind":"midtrans","fault":"delay","milliseconds":{millis}}}"#);
        }
        let orders = self.orders.as_mut().context("the gateway is gone")?;
        writeln!(orders, "[{script}]")?;
        match self.reply()?.as_str() {
            "done" => Ok(()),
            other => bail!("the simulator said {other:?}"),
        }
    }

    fn reply(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        self.replies.read_line(&mut line)?;
        Ok(line.trim().to_owned())
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        drop(self.orders.take());
        // It ends by itself when its input does.
        let _ended = self.child.wait();
    }
}
