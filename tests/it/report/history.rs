//! A random history of a shop over two days, by command lines; the same for the same seed.

use std::time::Duration;

use payctl::domain::Rupiah;
use payctl::exit::Exit;
use payctl::simulator::{AttemptTruth, MIDTRANS, PAKASIR};

use crate::notification;
use crate::world::Shop;

pub(super) const HOSTILE_NAME: &str =
    "<script>alert(1)</script><img src=x onerror=\"alert(2)\"> & \"VPN\" \u{202e}evil";

const STEPS: u64 = 110;

struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = self.0.wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

struct Placed {
    number: String,
    gateway: Option<&'static str>,
    total: i64,
}

struct History {
    shop: Shop,
    dice: Dice,
    placed: Vec<Placed>,
}

/// From 04:00 of the 2nd of March on; it is the 4th at the end.
pub(super) fn random_shop(seed: u64) -> Shop {
    let shop = Shop::new();
    let set = [
        "product",
        "set",
        "vpn",
        "--price",
        "50000",
        "--name",
        HOSTILE_NAME,
    ];
    shop.run_words(&set, "").ended(Exit::Clean);
    shop.run("product set seat --price 25000 --capacity 40 --late accept")
        .ended(Exit::Clean);
    let mut history = History {
        shop,
        dice: Dice(seed),
        placed: Vec::new(),
    };
    for step in 0..STEPS {
        let pause = history.dice.below(45 * 60);
        history.shop.pass(Duration::from_secs(pause));
        match history.dice.below(10) {
            0..=3 => history.place(step),
            4..=5 => history.pay(),
            6 => history.person(),
            7 => history.tell(),
            8 => history.refund(),
            _ => {
                history.shop.run("expire --quiet");
            }
        }
        if history.dice.below(3) == 0 {
            history.shop.run("check-all --fix --due --quiet");
        }
    }
    let History { shop, .. } = history;
    shop.at("46:30");
    shop.run("check-all --fix --quiet");
    shop.run("expire --quiet");
    shop.at("50:00");
    shop
}

impl History {
    fn place(&mut self, step: u64) {
        let (sku, price) = [("vpn", 50_000), ("seat", 25_000)][self.dice.below(2) as usize];
        let units = self.dice.below(3) as i64 + 1;
        let gateway = [Some("midtrans"), Some("pakasir"), None][self.dice.below(3) as usize];
        let number = format!("INV-{step}");
        let at = gateway.map_or(String::new(), |name| {
            format!(" --gateway {name} --method qris")
        });
        let line =
            format!("order create --number {number} --line {sku}:{units} --expires-in 90m{at}");
        if self.shop.run(&line).exit != Exit::Clean {
            return;
        }
        let placed = Placed {
            number,
            gateway,
            total: price * units,
        };
        self.answer(&placed, "pending");
        self.placed.push(placed);
    }

    fn answer(&self, placed: &Placed, word: &str) {
        let gateway = match placed.gateway {
            Some("midtrans") => MIDTRANS,
            Some(_) => PAKASIR,
            None => return,
        };
        let truth = AttemptTruth::new(word, Rupiah::new(placed.total).unwrap());
        let world = self.shop.simulator.handle();
        world.set(gateway, &placed.number, truth).unwrap();
    }

    /// One of the last orders.
    fn one(&mut self) -> Option<usize> {
        let last = self.placed.len().min(8) as u64;
        let back = (last > 0).then(|| self.dice.below(last) as usize)?;
        Some(self.placed.len() - 1 - back)
    }

    fn pay(&mut self) {
        let Some(place) = self.one() else { return };
        let placed = &self.placed[place];
        let word = match placed.gateway {
            Some("midtrans") => "settlement",
            _ => "completed",
        };
        self.answer(placed, word);
        if self.dice.below(2) == 0 {
            self.webhook(place);
        }
    }

    /// A notification that comes late, or twice.
    fn tell(&mut self) {
        let Some(place) = self.one() else { return };
        self.webhook(place);
    }

    fn webhook(&mut self, place: usize) {
        let placed = &self.placed[place];
        let (Some(gateway), number) = (placed.gateway, placed.number.clone()) else {
            return;
        };
        let body = match gateway {
            "midtrans" => notification::midtrans(&number, "settlement", placed.total),
            _ => notification::pakasir(&number, placed.total),
        };
        self.shop.run_words(&["webhook", gateway, "--quiet"], &body);
    }

    fn person(&mut self) {
        let Some(place) = self.one() else { return };
        let number = &self.placed[place].number;
        let line = match self.dice.below(3) {
            0 => format!("order cancel {number} --reason rain --yes"),
            _ => format!("approve {number} --yes --reason cash"),
        };
        self.shop.run(&line);
    }

    fn refund(&mut self) {
        let due = self.shop.run("refund list -o json").json();
        let Some(id) = due["rows"][0]["refund"].as_i64() else {
            return;
        };
        self.shop.run(&format!("refund approve {id}"));
        self.shop
            .run(&format!("refund done {id} --bank-ref FT-{id} --yes"));
    }
}
