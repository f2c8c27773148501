//! The command lines that timers run and operators type.

use std::time::Duration;

use super::books::BooksCopy;
use super::record::TypedLine;
use super::step::{Answer, CommandStep, GatewayPick, OperatorStep, Pick, PlacedOrder, RefundAct};
use super::world::{SKUS, World};
use crate::domain::Rupiah;
use crate::simulator::AttemptTruth;

impl World {
    /// The line by which the shop places an order. What the shop has opened is true at the gateway from now on.
    pub(super) fn order_line(&mut self, order: PlacedOrder) -> TypedLine {
        let serial = self.next_serial();
        let number = format!("INV-{serial}");
        let sku = Pick(order.product).of(&SKUS).copied().unwrap_or("seat");
        let mut line = format!(
            "order create --number {number} --line {sku}:{} --expires-in {}m",
            order.units, order.lifetime
        );
        if order.has_customer {
            line.push_str(&format!(" --customer-email buyer{serial}@example.com"));
        }
        if let Some((gateway, method)) = order.opened {
            let method = gateway.method(method);
            line.push_str(&format!(" --gateway {} --method {method}", gateway.name()));
            let price = match sku {
                "seat" => 25_000,
                "pass" => 40_000,
                _ => 10_000,
            };
            let amount = price * i64::from(order.units);
            let id = self.open_by_shop(gateway, method, &number, amount, order.lifetime);
            if let Some(id) =
                id.filter(|_| gateway == GatewayPick::Pakasir && self.api_version == 2)
            {
                line.push_str(&format!(" --transaction-id {id}"));
            }
        }
        TypedLine::of(&line)
    }

    /// The shop opens a payment itself; its id at the gateway.
    pub(super) fn open_by_shop(
        &self,
        gateway: GatewayPick,
        method: &str,
        reference: &str,
        amount: i64,
        lifetime: u16,
    ) -> Option<String> {
        let is_page = method == "snap";
        let word = if is_page { "not_started" } else { "pending" };
        let end = minutes(lifetime);
        let truth = AttemptTruth {
            method: (!is_page).then(|| method.to_owned()),
            opened_at: Some(self.now()),
            expires_at: Some(self.now().saturating_add(end)),
            ..AttemptTruth::new(word, Rupiah::from_db(amount))
        };
        self.gateways.set(gateway.kind(), reference, truth).ok()?;
        let tries = self.gateways.tries();
        let found = tries
            .iter()
            .rfind(|one| one.kind == gateway.kind() && one.reference == reference);
        found.map(|one| one.transaction_id.clone())
    }

    /// The command line of a step; `None` if there is nothing for it.
    pub(super) fn typed(&mut self, step: CommandStep, books: &BooksCopy) -> Option<TypedLine> {
        let line = match step {
            CommandStep::CheckAll { due, fix, limit } => {
                let due = if due { " --due" } else { "" };
                let fix = if fix { " --fix" } else { "" };
                let limit = limit.map_or_else(String::new, |most| format!(" --limit {most}"));
                format!("check-all{fix}{due}{limit}")
            }
            CommandStep::CheckStatus { order, fix } => {
                let fix = if fix { " --fix" } else { "" };
                format!("check-status {}{fix}", number(books, order)?)
            }
            CommandStep::Expire => "expire".to_owned(),
            CommandStep::Fulfil => "fulfil".to_owned(),
            CommandStep::Cleanup { days } => format!("cleanup --older-than {days}d"),
            CommandStep::Pay {
                order,
                gateway,
                method,
                is_new,
            } => {
                let new = if is_new { " --new" } else { "" };
                let method = gateway.method(method);
                let order = number(books, order)?;
                format!(
                    "pay {order} --gateway {} --method {method}{new}",
                    gateway.name()
                )
            }
            CommandStep::PayByHand { order, unique } => {
                let unique = if unique { " --unique" } else { "" };
                format!("pay {} --gateway manual{unique}", number(books, order)?)
            }
            CommandStep::Attach {
                order,
                gateway,
                method,
            } => self.attach_line(books, order, gateway, method)?,
            CommandStep::Watch { order } => {
                format!("watch {} --timeout 20s", number(books, order)?)
            }
            CommandStep::Operator(step) => self.operator_line(step, books)?,
        };
        Some(TypedLine::of(&line))
    }

    fn operator_line(&mut self, step: OperatorStep, books: &BooksCopy) -> Option<String> {
        Some(match step {
            OperatorStep::Approve {
                order,
                amount,
                even,
                same_reference,
            } => self.approve_line(books, order, amount, even, same_reference)?,
            OperatorStep::Withdraw { payment } => {
                let by_hand = books.payments.iter().filter(|one| one.gateway == "manual");
                let by_hand: Vec<i64> = by_hand.map(|one| one.id).collect();
                format!(
                    "approve --withdraw {} --reason wrong --yes",
                    payment.of(&by_hand)?
                )
            }
            OperatorStep::Cancel { order, unproven } => {
                let unproven = if unproven { " --unproven" } else { "" };
                let number = cancellable(books, order).or_else(|| number(books, order))?;
                format!("order cancel {number} --reason asked --yes{unproven}")
            }
            OperatorStep::Extend { order, minutes } => {
                format!("order extend {} --by {minutes}m", number(books, order)?)
            }
            OperatorStep::Refund { refund, act } => self.refund_line(books, refund, act)?,
            OperatorStep::Resolve { case, answer } => {
                let open: Vec<i64> = books.open_cases().map(|case| case.id).collect();
                let answer = match answer {
                    Answer::Accept => "accept",
                    Answer::Refund => "refund",
                    Answer::Dismiss => "dismiss",
                };
                format!(
                    "case resolve {} --{answer} --reason decided",
                    case.of(&open)?
                )
            }
            OperatorStep::AcceptUnknown { gateway } => {
                format!("gateway accept-unknown {} --reason moved", gateway.name())
            }
            OperatorStep::ProductSet {
                product,
                capacity,
                late_refund,
            } => product_line(Pick(product), capacity, late_refund)?,
            OperatorStep::Revoke { ticket } => {
                format!("ticket revoke {} --reason returned", self.ticket(ticket)?)
            }
            OperatorStep::Redeem { ticket } => format!("ticket redeem {}", self.ticket(ticket)?),
            OperatorStep::Replay { effect } => {
                let stuck = books.effects.iter().filter(|one| one.status != "done");
                let stuck: Vec<i64> = stuck.map(|one| one.id).collect();
                format!("fulfil --replay {} --reason again", effect.of(&stuck)?)
            }
            OperatorStep::Erase { order } => {
                let serial = number(books, order)?.strip_prefix("INV-")?.to_owned();
                format!("cleanup --erase buyer{serial}@example.com --yes")
            }
        })
    }

    fn attach_line(
        &mut self,
        books: &BooksCopy,
        order: Pick,
        gateway: GatewayPick,
        method: u8,
    ) -> Option<String> {
        let order = order.of(&books.orders)?;
        let reference = format!("{}-B{}", order.number, self.next_serial());
        let method = gateway.method(method);
        let id = self.open_by_shop(gateway, method, &reference, order.total, 60)?;
        let id = if gateway == GatewayPick::Pakasir && self.api_version == 2 {
            format!(" --transaction-id {id}")
        } else {
            String::new()
        };
        Some(format!(
            "order attach {} --gateway {} --reference {reference} --method {method}{id}",
            order.number,
            gateway.name()
        ))
    }

    fn refund_line(&mut self, books: &BooksCopy, refund: Pick, act: RefundAct) -> Option<String> {
        let one = |states: &[&str]| refund_id(books, refund, states);
        Some(match act {
            RefundAct::Approve => format!("refund approve {}", one(&["due"])?),
            // Somebody who pays by hand approves first.
            RefundAct::Send | RefundAct::Done
                if one(&["approved"]).is_none() && one(&["due"]).is_some() =>
            {
                format!("refund approve {}", one(&["due"])?)
            }
            RefundAct::Send => {
                format!("refund send {}", one(&["approved", "unknown", "sent"])?)
            }
            RefundAct::Done => {
                let refund = one(&["approved", "rejected"])?;
                format!("refund done {refund} --bank-ref OUT-{}", self.next_serial())
            }
            RefundAct::Reject => {
                format!("refund reject {} --reason kept", one(&["due", "approved"])?)
            }
        })
    }

    fn ticket(&self, pick: Pick) -> Option<String> {
        let listed = self.look(&["ticket", "list", "-o", "json"]);
        let listed: serde_json::Value = serde_json::from_str(&listed).ok()?;
        let rows = listed.get("rows")?.as_array()?;
        let codes = rows.iter().filter_map(|row| row.get("ticket")?.as_str());
        pick.of(&codes.collect::<Vec<_>>())
            .map(|code| (*code).to_owned())
    }

    /// The line and the file by which an order of the shop's old system comes in.
    pub(super) fn import_line(
        &mut self,
        (gateway, method): (GatewayPick, u8),
        is_known: bool,
        minutes_ago: u16,
        lifetime: u16,
    ) -> TypedLine {
        let serial = self.next_serial();
        let number = format!("OLD-{serial}");
        let method = gateway.method(method);
        let created = self.now().saturating_sub(minutes(minutes_ago));
        let expires = created.saturating_add(minutes(lifetime));
        let left = lifetime.saturating_sub(minutes_ago);
        let id = if is_known {
            self.open_by_shop(gateway, method, &number, 25_000, left)
        } else {
            Some(crate::simulator::transaction_id(&number, 1))
        };
        let id = id.filter(|_| gateway == GatewayPick::Pakasir && self.api_version == 2);
        let id = id.map_or(String::new(), |id| format!(r#","transaction_id":"{id}""#));
        let status = match (is_known, lifetime % 4) {
            (true, _) => "created",
            (false, 0) => "pending",
            (false, _) => "paid",
        };
        let stdin = format!(
            r#"{{"number":"{number}","created_at":"{created}","expires_at":"{expires}","lines":[{{"sku":"seat","quantity":1}}],"payments":[{{"gateway":"{}","method":"{method}","status":"{status}"{id}}}]}}"#,
            gateway.name()
        );
        TypedLine {
            stdin: stdin + "\n",
            ..TypedLine::of("order import -")
        }
    }

    fn approve_line(
        &mut self,
        books: &BooksCopy,
        order: Pick,
        amount: u8,
        even: bool,
        same_reference: bool,
    ) -> Option<String> {
        let order = order.of(&books.orders)?;
        let amount = match amount {
            1 => format!(" --amount {}", order.total / 2),
            2 => format!(" --amount {}", order.total * 2),
            _ => String::new(),
        };
        let even = if even { " --even-if-payable" } else { "" };
        let serial = if same_reference {
            self.serial
        } else {
            self.next_serial()
        };
        Some(format!(
            "approve {} --bank-ref BCA-{serial} --reason statement --yes{amount}{even}",
            order.number
        ))
    }
}

fn product_line(product: Pick, capacity: Option<u8>, late_refund: bool) -> Option<String> {
    let sku = product.of(&SKUS)?;
    let late = if late_refund { "refund" } else { "accept" };
    let capacity = capacity.map_or(String::new(), |units| format!(" --capacity {units}"));
    Some(format!("product set {sku} --late {late}{capacity}"))
}

fn minutes(count: u16) -> Duration {
    Duration::from_secs(u64::from(count) * 60)
}

fn number(books: &BooksCopy, order: Pick) -> Option<String> {
    order.of(&books.orders).map(|order| order.number.clone())
}

/// One that waits or is paid, if there is any.
fn cancellable(books: &BooksCopy, order: Pick) -> Option<String> {
    let sold = books.orders.iter().filter(|order| {
        let states = ["pending", "paid", "fulfilled"];
        states.contains(&order.status.as_str())
    });
    let numbers: Vec<&String> = sold.map(|order| &order.number).collect();
    order.of(&numbers).map(|number| (*number).clone())
}

fn refund_id(books: &BooksCopy, refund: Pick, states: &[&str]) -> Option<i64> {
    let fitting = books.refunds.iter();
    let fitting = fitting.filter(|refund| states.contains(&refund.status.as_str()));
    let fitting: Vec<i64> = fitting.map(|refund| refund.id).collect();
    refund.of(&fitting).copied()
}
