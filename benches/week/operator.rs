//! The operator: decides twice a day what mails have told, and pays back what is due.

use serde_json::Value;

use super::mails::Mailbox;
use super::shop::Shop;

/// What fits is tried in this order.
const ANSWERS: [&str; 3] = ["--refund", "--accept", "--dismiss"];

pub(crate) fn decide(shop: &mut Shop, mailbox: &mut Mailbox) -> anyhow::Result<()> {
    let told = mailbox.told_cases();
    let open = ids(shop, "case list -o json")?;
    for case in open.into_iter().filter(|case| told.contains_key(case)) {
        for answer in ANSWERS {
            let line = format!("case resolve {case} {answer} --reason looked-at-it");
            let run = shop.run(&line, "");
            if [0, 3].contains(&run.exit.code()) {
                mailbox.decided.insert(case);
                break;
            }
        }
    }
    for refund in ids(shop, "refund list -o json")? {
        shop.run(&format!("refund approve {refund}"), "");
        shop.run(&format!("refund done {refund} --bank-ref OUT-{refund}"), "");
    }
    Ok(())
}

/// The ids of a list.
fn ids(shop: &Shop, line: &str) -> anyhow::Result<Vec<u64>> {
    let run = shop.run(line, "");
    let list: Value = serde_json::from_str(&run.stdout)?;
    let rows = list.get("rows").and_then(Value::as_array);
    let rows = rows.into_iter().flatten();
    let id = |row: &Value| row.get("id").or_else(|| row.get("case"))?.as_u64();
    Ok(rows.filter_map(id).collect())
}
