mod sheets;

use super::{ImportEntry, ImportError, ImportFormat, ImportOptions, Importer};
use crate::domain::{ImportRecord, PaymentStatus, Rupiah};

fn in_form(form: Option<ImportFormat>) -> ImportOptions {
    ImportOptions {
        form,
        ..ImportOptions::default()
    }
}

fn read(file: &[u8], form: Option<ImportFormat>) -> Vec<ImportEntry> {
    let intake = Importer::open(file, in_form(form)).unwrap();
    intake.collect::<Result<_, _>>().unwrap()
}

/// Each entry as `line number` or `line! reason`.
#[track_caller]
fn check(file: &str, wanted: &[&str]) {
    let told: Vec<String> = read(file.as_bytes(), None)
        .into_iter()
        .map(|entry| match entry.record {
            Ok(record) => format!("{} {}", entry.line, record.number),
            Err(reason) => format!("{}! {reason}", entry.line),
        })
        .collect();
    assert_eq!(told, wanted);
}

fn one(file: &str) -> ImportRecord {
    let mut entries = read(file.as_bytes(), None);
    assert_eq!(entries.len(), 1);
    entries.remove(0).record.unwrap()
}

#[track_caller]
fn check_json_refused(line: &str, reason: &str) {
    check(line, &[&format!("1! {reason}")]);
}

const FULL: &str = concat!(
    r#"{"number":"INV-1","total":125000.0,"created_at":"2025-07-18T04:05:00Z","#,
    r#""expires_at":"2025-07-18T12:05:00+07:00","customer":{"name":"Rina","email":"rina@example.com","phone":"0812"},"#,
    r#""lines":[{"sku":"seat","quantity":2,"unit_price":"50000.00"},{"sku":"bag","quantity":"1","unit_price":25000}],"#,
    r#""payments":[{"gateway":"midtrans","reference":"R-1","amount":125000,"payable":126000,"fee":1000,"#,
    r#""method":"qris","token":"t-1","expires_at":"2025-07-18T04:20:00Z","status":"paid"}]}"#,
);

#[test]
fn json_is_read_field_by_field() {
    let record = one(FULL);
    assert_eq!(record.number.as_str(), "INV-1");
    assert_eq!(record.total, Some(Rupiah::from_db(125_000)));
    assert_eq!(record.customer.phone.as_deref(), Some("0812"));
    assert_eq!(record.lines[0].quantity, 2);
    assert_eq!(record.lines[0].unit_price, Some(Rupiah::from_db(50_000)));
    assert_eq!(
        record.expires_at.unwrap().to_string(),
        "2025-07-18T05:05:00Z"
    );
    let payment = &record.payments[0];
    assert_eq!(payment.payable, Some(Rupiah::from_db(126_000)));
    assert_eq!(payment.fee, Some(Rupiah::from_db(1000)));
    assert_eq!(payment.status, Some(PaymentStatus::Paid));
    assert_eq!(payment.method.as_deref(), Some("qris"));
}

#[test]
fn omitted_fields_stay_empty() {
    let record = one(
        r#"{"number":"INV-1","customer":null,"payments":[{"gateway":"midtrans","status":null}]}"#,
    );
    assert_eq!(record.total, None);
    assert_eq!(record.created_at, None);
    assert!(record.customer.is_unknown() && record.lines.is_empty());
    assert_eq!(record.payments[0].status, None);
    assert_eq!(record.payments[0].amount, None);
}

#[test]
fn one_order_reads_alike_from_csv_and_json() {
    let csv = "\
number,total,created_at,expires_at,customer_name,customer_email,customer_phone,sku,quantity,unit_price,gateway,reference,amount,payable,fee,method,token,payment_expires_at,payment_status
INV-1,125000,2025-07-18T04:05:00Z,2025-07-18T05:05:00Z,Rina,rina@example.com,0812,seat,2,50000,midtrans,R-1,125000,126000,1000,qris,t-1,2025-07-18T04:20:00Z,paid
INV-1,,,,,,,bag,1,25000.00,,,,,,,,,
";
    assert_eq!(one(csv), one(FULL));
    assert_eq!(one(csv).canonical(), one(FULL).canonical());
}

#[test]
fn amounts_never_pass_through_floating_point() {
    let record = one(r#"{"number":"A","total":999999999999.0000000000000000}"#);
    assert_eq!(record.total, Some(Rupiah::from_db(999_999_999_999)));
    check_json_refused(
        r#"{"number":"A","total":25000.000000000000000001}"#,
        r#"total "25000.000000000000000001" has cents, which rupiah do not have"#,
    );
    check_json_refused(
        r#"{"number":"A","total":2.5e4}"#,
        r#"total "2.5e4" is not a whole number of rupiah"#,
    );
}

#[test]
fn a_bad_line_says_which_field_and_why() {
    check_json_refused("{", "is not JSON: EOF while parsing an object at column 1");
    check_json_refused(
        r#"{"number":"A"} x"#,
        "is not JSON: trailing characters at column 16",
    );
    check_json_refused("{}", "number is missing");
    check_json_refused(
        r#"{"number":"INV 1"}"#,
        r#"number "INV 1" must be 1 to 50 of letters, digits, - _ . ~"#,
    );
    check_json_refused(r#"{"number":17}"#, "number must be a text in quotes");
    check_json_refused(
        r#"{"number":"A","totl":1}"#,
        "unknown field `totl`, expected one of `number`, `total`, `lines`, `customer`, `meta`, `note`, `created_at`, `expires_at`, `payments`",
    );
    check_json_refused(r#"{"number":"A","number":"B"}"#, "duplicate field `number`");
    check_json_refused(
        r#"{"number":"A","total":-1}"#,
        r#"total "-1" must not be negative"#,
    );
    check_json_refused(r#"{"number":"A","total":true}"#, "total must be a number");
    check_json_refused(
        r#"{"number":"A","total":1000000000001}"#,
        r#"total "1000000000001" is more than Rp 1,000,000,000,000"#,
    );
    check_json_refused(
        r#"{"number":"A","created_at":"2025-07-18 04:05"}"#,
        r#"created_at "2025-07-18 04:05" is not a time with a zone, like 2025-07-18T04:05:00+07:00"#,
    );
    check_json_refused(r#"{"number":"A","lines":{}}"#, "lines must be a list");
    check_json_refused(
        r#"{"number":"A","lines":[7]}"#,
        "lines[0]: must be a JSON object",
    );
    check_json_refused(
        r#"{"number":"A","lines":[{"sku":"s"}]}"#,
        "lines[0]: quantity is missing",
    );
    for quantity in ["0", "1000001", "1.5", "-1", "\"+1\"", "\"\""] {
        let line = format!(r#"{{"number":"A","lines":[{{"sku":"s","quantity":{quantity}}}]}}"#);
        let echo = quantity.trim_matches('"');
        check_json_refused(
            &line,
            &format!("lines[0]: quantity {echo:?} must be a whole number from 1 to 1,000,000"),
        );
    }
    check_json_refused(
        r#"{"number":"A","payments":[{}]}"#,
        "payments[0]: gateway is missing",
    );
    check_json_refused(
        r#"{"number":"A","payments":[{"gateway":"Midtrans"}]}"#,
        r#"payments[0]: gateway "Midtrans" must be 1 to 32 of small letters, digits, - _"#,
    );
    check_json_refused(
        r#"{"number":"A","payments":[{"gateway":"m"},{"gateway":"m","status":"settled"}]}"#,
        r#"payments[1]: status: "settled" is none of created, pending, challenged, paid, mismatch, failed, cancelled, expired, reversed"#,
    );
    check_json_refused(
        r#"{"number":"A","payments":[{"gateway":"m","colour":1}]}"#,
        "payments[0]: unknown field `colour`, expected one of `gateway`, `reference`, `transaction_id`, `amount`, `payable`, `fee`, `method`, `token`, `expires_at`, `status`",
    );
}

#[test]
fn personal_data_is_not_repeated() {
    for (line, reason) in [
        (
            r#"{"number":"A","customer":"Rina"}"#,
            "customer: must be a JSON object",
        ),
        (
            r#"{"number":"A","customer":{"phone":62812}}"#,
            "customer.phone must be a text in quotes",
        ),
        (
            r#"{"number":"A","customer":{"name":"Ri\nna"}}"#,
            "customer.name has a line break or another control character",
        ),
        (
            r#"{"number":"A","payments":[{"gateway":"m","token":"a b"}]}"#,
            "payments[0]: token must be 1 to 512 characters of printable ASCII without spaces",
        ),
    ] {
        check_json_refused(line, reason);
    }
}

#[test]
fn a_bad_line_spoils_no_other() {
    check(
        "{\"number\":\"A\"}\n\nnonsense\n{\"number\":\"B\"}\r\n",
        &["1 A", "3! must be a JSON object", "4 B"],
    );
    let entries = read(
        b"{\"number\":\"A\"}\n{\"number\":\"\xFF\"}\n{\"number\":\"B\"}",
        None,
    );
    assert_eq!(
        entries[1].record.as_ref().unwrap_err().to_string(),
        crate::domain::values::encoding::WINDOWS_1252
    );
    assert!(entries[2].record.is_ok());
    let long = format!(
        "{{\"number\":\"A\"}}\n{{{}}}\n{{\"number\":\"B\"}}",
        " ".repeat(1 << 21)
    );
    check(&long, &["1 A", "2! is longer than 1 MiB", "3 B"]);
}

#[test]
fn adjacent_rows_make_one_order() {
    let file = "\
number;sku;quantity;total;gateway
A;seat;1;;
A;bag;2;;
A;;;;midtrans
;;;;
B;seat;1;70000;midtrans
";
    check(file, &["2 A", "6 B"]);
    let first = read(file.as_bytes(), None).remove(0).record.unwrap();
    assert_eq!((first.lines.len(), first.payments.len()), (2, 1));
}

#[test]
fn half_an_order_is_not_imported() {
    check(
        "number,sku,quantity\nA,seat,1\nA,bag,none\nB,seat,1\n",
        &[
            "2! line 3: quantity \"none\" must be a whole number from 1 to 1,000,000",
            "4 B",
        ],
    );
    check(
        "number,sku,quantity\nA,seat,1\nA,\"bag,1\nB,seat,1\n",
        &[
            "2! line 3: has a quote that is not closed; a row must be on one line",
            "4 B",
        ],
    );
    check(
        "number,sku,quantity\nA,seat,1\nA,bag\nB,seat,1\n",
        &["2! line 3: has 2 cells, but the header has 3", "4 B"],
    );
    check(
        "sku,number,quantity\nseat,A,1\n\"bag,A,1\nseat,B,1\nseat,C,1\n",
        &[
            "2! line 3 next to it could not be read and may belong to it",
            "3! has a quote that is not closed; a row must be on one line",
            "4! line 3 next to it could not be read and may belong to it",
            "5 C",
        ],
    );
}

#[test]
fn rows_of_one_order_must_agree() {
    let header = "number,total,sku,quantity,gateway\n";
    for (second, reason) in [
        ("A,8,bag,1,", "line 3: total differs from line 2"),
        ("A,,,,", "line 3 adds neither a line nor a payment"),
        ("A,7,,,", "line 3 adds neither a line nor a payment"),
        (
            "A,,seat,1,midtrans",
            "line 3: repeats the line of seat; leave sku, quantity and unit_price empty on a row that only adds a payment",
        ),
        ("A,,,2,", "line 3: sku is missing"),
    ] {
        check(
            &format!("{header}A,7,seat,1,\n{second}\n"),
            &[&format!("2! {reason}")],
        );
    }
}

#[test]
fn an_order_has_a_bounded_number_of_rows() {
    let mut file = "number,gateway,reference\n".to_owned();
    for row in 0..1001 {
        file.push_str(&format!("A,midtrans,R-{row}\n"));
    }
    check(&file, &["2! line 1002: has more than 1000 rows"]);
}

#[test]
fn quotes_and_blanks_around_cells_are_understood() {
    let record = one("number,customer_name,total\r\n\"A\",\"Rina, \"\"the boss\"\"\", 5 \r\n");
    assert_eq!(record.customer.name.as_deref(), Some("Rina, \"the boss\""));
    assert_eq!(record.total, Some(Rupiah::from_db(5)));
}

#[track_caller]
fn check_header(file: &str, form: Option<ImportFormat>, reason: &str) {
    let error = Importer::open(file.as_bytes(), in_form(form)).unwrap_err();
    assert_eq!(error.to_string(), reason);
}

#[test]
fn an_unknown_header_is_refused() {
    check_header("total,sku\n", None, "line 1: has no column number");
    check_header(
        "number,number\n",
        None,
        "line 1: column number occurs twice",
    );
    assert!(matches!(
        Importer::open(b"number,colour\n".as_slice(), ImportOptions::default()),
        Err(ImportError::Header { line: 1, .. })
    ));
    check_header(
        "[{\"number\":\"A\"}]",
        None,
        "is one JSON list; write one order per line, for example with: jq -c '.[]'",
    );
}

#[test]
fn the_format_follows_from_content_or_option() {
    check("\u{FEFF}\n {\"number\":\"A\"}\n", &["2 A"]);
    check("\u{FEFF}number\ttotal\nA\t7\n", &["2 A"]);
    check("", &[]);
    let forced = read(b"number\nA\n", Some(ImportFormat::Json));
    assert!(forced.iter().all(|entry| entry.record.is_err()));
    assert!(
        read(b"number\nA\n", Some(ImportFormat::Csv))[0]
            .record
            .is_ok()
    );
}

/// Repeats the same line without end, so the test finishes only if memory stays constant.
struct Endless {
    line: &'static [u8],
    at: usize,
}

impl std::io::Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let rest = &self.line[self.at..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.at = (self.at + count) % self.line.len();
        Ok(count)
    }
}

#[test]
fn an_endless_file_gives_orders_one_by_one() {
    let endless = Endless {
        line: b"{\"number\":\"A\",\"total\":1}\n",
        at: 0,
    };
    let intake =
        Importer::open(std::io::BufReader::new(endless), ImportOptions::default()).unwrap();
    let last = intake.take(10_000).last().unwrap().unwrap();
    assert_eq!(last.line, 10_000);
    assert!(last.record.is_ok());
}
