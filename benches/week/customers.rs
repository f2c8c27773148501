//! Customers: most pay within minutes, some after the deadline, some another amount, some never.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{anyhow, ensure};
use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, MIDTRANS, PAKASIR, Sender, SimulatedGateway};

use super::shop::Shop;

const PRICE: i64 = 25_000;
/// The life of an order, in minutes.
const LIFE: u64 = 15;

/// What a customer will do, and when.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Act {
    Pays,
    /// After the deadline of the order and of its QR.
    PaysLate,
    PaysAnotherAmount,
    /// The bank takes it back, days later.
    ChargesBack,
}

/// When an order was paid, and whether its webhook was lost.
pub(crate) struct PaidOrder {
    pub(crate) paid_at_ms: i64,
    pub(crate) is_webhook_lost: bool,
}

pub(crate) struct Customers {
    random: u64,
    orders_a_day: u64,
    placed: u64,
    to_do: BTreeMap<u64, Vec<(String, SimulatedGateway, Act)>>,
    pub(crate) paid: BTreeMap<String, PaidOrder>,
}

impl Customers {
    pub(crate) fn new(seed: u64, orders_a_day: u64) -> Self {
        Self {
            random: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1,
            orders_a_day,
            placed: 0,
            to_do: BTreeMap::new(),
            paid: BTreeMap::new(),
        }
    }

    pub(crate) fn placed(&self) -> u64 {
        self.placed
    }

    /// A number below `limit`.
    fn below(&mut self, limit: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random % limit
    }

    /// New orders of this minute, and what earlier customers do now. While the machine is off nobody can order, and no
    /// webhook arrives.
    pub(crate) fn act(&mut self, shop: &mut Shop, minute: u64, is_off: bool) -> anyhow::Result<()> {
        for (number, gateway, act) in self.to_do.remove(&minute).unwrap_or_default() {
            self.pay(shop, &number, gateway, act, is_off)?;
        }
        let is_day = (6 * 60..22 * 60).contains(&(minute % (24 * 60)));
        if is_off {
            return Ok(());
        }
        // Nine of ten orders come in the sixteen hours of the day.
        let (share, minutes) = if is_day { (9, 16 * 60) } else { (1, 8 * 60) };
        // In thousandths of an order a minute.
        let mean = share * self.orders_a_day * 1_000 / (10 * minutes);
        let many = mean / 1_000 + u64::from(self.below(1_000) < mean % 1_000);
        let mut lines = String::new();
        for _ in 0..many {
            lines.push_str(&self.place(shop, minute)?);
        }
        if !lines.is_empty() {
            let run = shop.run("order import -", &lines);
            ensure!(run.exit == Exit::Clean, "{}{}", run.stdout, run.stderr);
        }
        Ok(())
    }

    fn place(&mut self, shop: &Shop, minute: u64) -> anyhow::Result<String> {
        self.placed += 1;
        let number = format!("W-{}", self.placed);
        let (gateway, name) = match self.below(4) {
            0 => (PAKASIR, "pakasir"),
            _ => (MIDTRANS, "midtrans"),
        };
        let truth = AttemptTruth {
            method: Some("qris".to_owned()),
            ..AttemptTruth::new("pending", price(PRICE)?)
        };
        let told = shop.simulator.handle().set(gateway, &number, truth);
        told.map_err(|refused| anyhow!("{refused:?}"))?;
        let (act, after) = match self.below(1_000) {
            0..700 => (Some(Act::Pays), 1 + self.below(LIFE - 2)),
            700..740 => (Some(Act::PaysLate), LIFE + 1 + self.below(240)),
            // Pakasir is asked by the amount, so nobody can pay another one there.
            740..747 if gateway == MIDTRANS => {
                (Some(Act::PaysAnotherAmount), 1 + self.below(LIFE - 2))
            }
            747..751 if gateway == MIDTRANS => (Some(Act::ChargesBack), 5),
            _ => (None, 0),
        };
        if let Some(act) = act {
            let todo = self.to_do.entry(minute + after).or_default();
            todo.push((number.clone(), gateway, act));
        }
        let deadline = shop.now_ms() + i64::try_from(LIFE * 60_000)?;
        let mut line = String::new();
        writeln!(
            line,
            "{{\"number\":\"{number}\",\"total\":{PRICE},\"expires_at\":\"{}\",\"payments\":[{{\"gateway\":\"{name}\"}}]}}",
            payctl::domain::Instant::from_millis(deadline)
        )?;
        Ok(line)
    }

    fn pay(
        &mut self,
        shop: &mut Shop,
        number: &str,
        gateway: SimulatedGateway,
        act: Act,
        is_off: bool,
    ) -> anyhow::Result<()> {
        let handle = shop.simulator.handle();
        let paid = if gateway == MIDTRANS {
            "settlement"
        } else {
            "completed"
        };
        let of = |word: &str, amount: i64| -> anyhow::Result<AttemptTruth> {
            Ok(AttemptTruth {
                method: Some("qris".to_owned()),
                ..AttemptTruth::new(word, price(amount)?)
            })
        };
        let truth = match act {
            Act::Pays | Act::PaysLate => of(paid, PRICE)?,
            Act::PaysAnotherAmount => of(paid, PRICE - 5_000)?,
            Act::ChargesBack => of("chargeback", PRICE)?,
        };
        let told = handle.set(gateway, number, truth);
        told.map_err(|refused| anyhow!("{refused:?}"))?;
        let is_lost = is_off || self.below(10) == 0;
        self.paid.insert(
            number.to_owned(),
            PaidOrder {
                paid_at_ms: shop.now_ms(),
                is_webhook_lost: is_lost,
            },
        );
        if is_lost {
            return Ok(());
        }
        let notification = handle
            .notification(gateway, number, None, Sender::Gateway)
            .ok_or_else(|| anyhow!("nothing is to be told about {number}"))?;
        let name = if gateway == MIDTRANS {
            "midtrans"
        } else {
            "pakasir"
        };
        let headers: Vec<String> = notification
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        let mut words = vec!["webhook", name, "--quiet"];
        for header in &headers {
            words.extend(["--header", header]);
        }
        // A web server answers 200 or 500; nobody reads what it prints.
        shop.run_words(&words, &notification.body);
        Ok(())
    }
}

fn price(amount: i64) -> anyhow::Result<Rupiah> {
    Rupiah::new(amount).map_err(|_| anyhow!("{amount} is no amount"))
}
