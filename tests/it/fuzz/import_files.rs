//! Import files: each order comes in as a whole or not at all, a second time nothing, and a bad line harms no other.

use std::io::BufReader;

use payctl::domain::{ImportRecord, Zone};
use payctl::exit::Exit;
use payctl::import::{ImportEntry, ImportFormat, ImportOptions, Importer};

use super::answers::coarse;
use super::engine::{Target, fuzz};
use super::{Outcome, promise};
use crate::world::{CommandOutput, Console, Shop};

const WORDS: [&str; 34] = [
    "number",
    "total",
    "lines",
    "sku",
    "quantity",
    "unit_price",
    "customer",
    "customer_email",
    "created_at",
    "expires_at",
    "payments",
    "gateway",
    "reference",
    "transaction_id",
    "amount",
    "payable",
    "fee",
    "method",
    "token",
    "status",
    "INV-1",
    "INV-2",
    "seat",
    "midtrans",
    "pakasir",
    "manual",
    "paid",
    "expired",
    "qris",
    "snap",
    "25000",
    "25.000",
    "sep=;",
    "2026-03-02 10:00:00",
];

#[test]
fn no_import_file_is_read_in_two_ways() {
    let target = Target {
        name: "import_files",
        seeds: Vec::new(),
        words: &WORDS,
        rounds: 200,
    };
    fuzz(&target, check_reading);
}

/// All entries, or why the file is none.
fn read(input: &[u8], options: ImportOptions, at_once: usize) -> Result<Vec<ImportEntry>, String> {
    let source = BufReader::with_capacity(at_once, input);
    let orders = Importer::open(source, options).map_err(|error| error.to_string())?;
    orders
        .map(|entry| entry.map_err(|error| error.to_string()))
        .collect()
}

fn check_reading(input: &[u8]) -> Outcome {
    let forms = [None, Some(ImportFormat::Json), Some(ImportFormat::Csv)];
    let mut said = String::new();
    for form in forms {
        for has_decimal_point in [false, true] {
            let zone: Zone = "Asia/Jakarta".parse().unwrap();
            let options = ImportOptions {
                form,
                has_decimal_point,
                zone: Some(zone),
            };
            let whole = read(input, options, 64 * 1024);
            let bit_by_bit = read(input, options, 1);
            promise!(
                whole == bit_by_bit,
                "a file means the same bit by bit: {bit_by_bit:?}"
            );
            if let Ok(entries) = &whole {
                check_entries(input, entries)?;
                check_line_after(input, options, entries)?;
            }
            said += &match &whole {
                Ok(entries) => describe(entries),
                Err(error) => coarse(error),
            };
        }
    }
    Ok(said)
}

fn describe(entries: &[ImportEntry]) -> String {
    let words = entries.iter().take(3).map(|entry| match &entry.record {
        Ok(record) => format!(
            "{}+{} ",
            record.lines.len().min(3),
            record.payments.len().min(3)
        ),
        Err(problem) => coarse(&problem.to_string()),
    });
    words.collect()
}

fn check_entries(input: &[u8], entries: &[ImportEntry]) -> Result<(), String> {
    let lines = 1 + input
        .iter()
        .filter(|byte| matches!(byte, b'\n' | b'\r'))
        .count();
    let lines = u64::try_from(lines).unwrap();
    for entry in entries {
        let line = entry.line;
        promise!(
            (1..=lines).contains(&line),
            "an order has its line: {line} of {lines}"
        );
        match &entry.record {
            Ok(record) => {
                let texts = [
                    &record.customer.name,
                    &record.customer.email,
                    &record.customer.phone,
                ];
                let is_plain = texts
                    .into_iter()
                    .flatten()
                    .all(|text| !text.chars().any(char::is_control));
                promise!(is_plain, "a customer can be shown: {:?}", record.customer);
            }
            Err(problem) => {
                promise!(
                    !problem.to_string().trim().is_empty(),
                    "a bad line says why: line {line}"
                );
            }
        }
    }
    Ok(())
}

/// One more line of JSON comes in, and changes nothing in front of it.
fn check_line_after(
    input: &[u8],
    options: ImportOptions,
    entries: &[ImportEntry],
) -> Result<(), String> {
    let is_json = input.trim_ascii_start().first() == Some(&b'{') && options.form.is_none();
    if !is_json || entries.is_empty() {
        return Ok(());
    }
    let more = [input, b"\n{\"number\":\"ZZ-9\",\"total\":1}\n"].concat();
    let with_more = read(&more, options, 64 * 1024)?;
    let (last, before) = with_more.split_last().ok_or("a line more is read: none")?;
    promise!(
        before == entries,
        "a line more changes no other: {before:?}"
    );
    promise!(last.record.is_ok(), "a good line is read: {last:?}");
    Ok(())
}

#[test]
fn no_import_writes_half_an_order() {
    let shop = Shop::new();
    shop.run("product set seat --price 12500 --capacity 3")
        .ended(Exit::Clean);
    let empty = std::fs::read(shop.database()).unwrap();
    let target = Target {
        name: "import_files",
        seeds: Vec::new(),
        words: &WORDS,
        rounds: 8,
    };
    fuzz(&target, |input| {
        restore(&shop, &empty);
        check_import(&shop, input)
    });
}

/// The file as it was, without what a run has left beside it.
pub(super) fn restore(shop: &Shop, database: &[u8]) {
    let path = shop.database();
    for end in ["-wal", "-shm"] {
        let mut beside = path.clone().into_os_string();
        beside.push(end);
        if let Err(error) = std::fs::remove_file(beside) {
            assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
        }
    }
    std::fs::write(path, database).unwrap();
}

/// Runs a command line with bytes on its stdin.
pub(super) fn run_bytes(shop: &Shop, words: &[&str], stdin: &[u8]) -> CommandOutput {
    let console = Console::default();
    let mut host = shop.host("", &console);
    host.stdin = Box::new(std::io::Cursor::new(stdin.to_vec()));
    let arguments = std::iter::once("payctl").chain(words.iter().copied());
    console.output(payctl::commands::run(arguments.map(Into::into), host))
}

fn check_import(shop: &Shop, input: &[u8]) -> Outcome {
    let line = ["order", "import", "-", "-o", "json"];
    let import = |more: &[&str]| run_bytes(shop, &[&line, more].concat(), input);
    let preview = import(&["--dry-run"]);
    promise!(
        shop.count("SELECT count(*) FROM orders") == 0,
        "a dry run writes nothing: {}",
        preview.all()
    );
    let real = import(&[]);
    promise!(
        preview.exit == real.exit && preview.stderr == real.stderr,
        "a dry run tells the same: {} {}",
        preview.all(),
        real.all()
    );
    let orders = shop.count("SELECT count(*) FROM orders");
    if real.stdout.is_empty() {
        promise!(orders == 0, "a refused file leaves nothing: {}", real.all());
        return Ok(coarse(&real.stderr));
    }
    let told = real.json();
    let imported = told["imported"].as_i64();
    promise!(
        imported == Some(orders),
        "what is told came in: {told} and {orders}"
    );
    check_whole(shop, input)?;
    let state = state(shop);
    let again = import(&[]).json();
    promise!(
        again["imported"] == 0 && again["payments_added"] == 0,
        "a second time brings nothing: {again}"
    );
    promise!(
        state == self::state(shop),
        "a second time changes nothing: {again}"
    );
    let sound = shop.run("verify");
    promise!(
        sound.exit == Exit::Clean,
        "the file stays sound: {}",
        sound.all()
    );
    Ok(format!("{} {orders}", real.exit.code()))
}

/// The rows that an import writes.
fn state(shop: &Shop) -> Vec<(String, i64, i64, i64, i64)> {
    let connection = rusqlite::Connection::open(shop.database()).unwrap();
    let mut rows = connection
        .prepare(
            "SELECT number, total, (SELECT count(*) FROM order_lines WHERE order_id = orders.id),
                 (SELECT count(*) FROM payments WHERE order_id = orders.id), version
             FROM orders ORDER BY number",
        )
        .unwrap();
    let rows = rows.query_map([], |row| {
        Ok((
            row.get(0)?,
            row.get(1)?,
            row.get(2)?,
            row.get(3)?,
            row.get(4)?,
        ))
    });
    rows.unwrap().map(Result::unwrap).collect()
}

/// Each order has the lines, the total and at least the payments of a record of the file.
fn check_whole(shop: &Shop, input: &[u8]) -> Result<(), String> {
    let options = ImportOptions {
        zone: Some("UTC".parse().unwrap()),
        ..ImportOptions::default()
    };
    let entries = read(input, options, 64 * 1024)?;
    let records: Vec<ImportRecord> = entries
        .into_iter()
        .filter_map(|entry| entry.record.ok())
        .collect();
    for (number, total, lines, payments, _) in state(shop) {
        let is_whole = |record: &ImportRecord| {
            let sum: i64 = record
                .lines
                .iter()
                .map(|line| {
                    i64::from(line.quantity)
                        * line.unit_price.map_or(12_500, |price| price.as_i64())
                })
                .sum();
            let least = i64::try_from(record.payments.len()).unwrap();
            record.number.as_str() == number
                && i64::try_from(record.lines.len()).unwrap() == lines
                && record.total.map_or(sum, |total| total.as_i64()) == total
                && payments >= least
        };
        promise!(
            records.iter().any(is_whole),
            "an order comes in as a whole: {number} {total} with {lines} and {payments}"
        );
    }
    Ok(())
}
