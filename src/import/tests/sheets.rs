//! What spreadsheets do to a file: scattered rows, headers, encodings, times.

use super::*;

#[test]
fn an_order_with_scattered_rows_is_refused() {
    let scattered = "the rows of A are not adjacent: some begin at line 2, others at line 4; sort the file by number";
    check(
        "number,sku,quantity\nA,seat,1\nB,seat,1\nA,bag,1\nC,seat,1\n",
        &[
            &format!("2! {scattered}"),
            "3 B",
            &format!("4! {scattered}"),
            "5 C",
        ],
    );
    // Also if another column, a blank row or an export's notation is in between.
    for (header, rest) in [
        (
            "number,sku,quantity,gateway",
            "A,seat,1,\n,,,\nA,bag,1,\nA,,,midtrans\n",
        ),
        ("number;total", "A;7\n"),
    ] {
        check(&format!("{header}\n{rest}"), &["2 A"]);
    }
    let export = ImportOptions {
        has_decimal_point: true,
        ..ImportOptions::default()
    };
    let file = b"number,sku,quantity\nA,seat,1\nB,seat,1\nA,bag,1\n".as_slice();
    let intake = Importer::open(file, export).unwrap();
    let read: Vec<ImportEntry> = intake.collect::<Result<_, _>>().unwrap();
    let taken = read.iter().filter(|entry| entry.record.is_ok());
    assert_eq!(taken.count(), 1);
}

#[test]
fn a_spreadsheets_header_is_understood() {
    for file in [
        "sep=;\nnumber;total\nA;7\n",
        "\u{FEFF}SEP=;\r\nnumber;total\r\nA;7\r\n",
        "\"sep=;\"\nnumber;total\nA;7\n",
        "sep=\t\nnumber\ttotal\nA\t7\n",
        "sep=|\nnumber|total\nA|7\n",
        "Number,TOTAL\nA,7\n",
        "\" number \", Total \nA,7\n",
        "NUMBER;Customer  Name;total\nA;;7\n",
    ] {
        let record = one(file);
        assert_eq!(record.total, Some(Rupiah::from_db(7)), "{file:?}");
    }
    check("sep=;\n", &[]);
    check_header(
        "Number,number\nA,A\n",
        None,
        "line 1: column number occurs twice",
    );
}

#[test]
fn other_encodings_are_named() {
    for file in [b"\xFF\xFEn\0u\0".as_slice(), b"{\0\"\0", b"\xFE\xFF\0n"] {
        let error = Importer::open(file, ImportOptions::default()).unwrap_err();
        assert!(error.to_string().contains("UTF-16"), "{error}");
    }
    let entries = read(b"number,customer_name,total\nA,Jos\xE9,1\nB,Rina,1\n", None);
    let reason = entries[0].record.as_ref().unwrap_err().to_string();
    assert!(reason.contains("Windows-1252"), "{reason}");
    assert!(entries[1].record.is_ok());
}

#[track_caller]
fn check_zone(zone: Option<&str>, text: &str, wanted: Result<&str, &str>) {
    let reading = ImportOptions {
        zone: zone.map(|zone| zone.parse().unwrap()),
        ..ImportOptions::default()
    };
    for column in ["created_at", "expires_at"] {
        let file = format!("number,{column}\nA,{text}\n");
        let mut intake = Importer::open(file.as_bytes(), reading).unwrap();
        let entry = intake.next().unwrap().unwrap();
        match (entry.record, wanted) {
            (Ok(record), wanted) => {
                let read = record.created_at.or(record.expires_at).unwrap();
                assert_eq!(Ok(read.to_string().as_str()), wanted);
                assert_eq!(entry.has_local_time, zone.is_some());
            }
            (Err(reason), Err(part)) => assert!(reason.to_string().contains(part), "{reason}"),
            (Err(reason), Ok(_)) => panic!("{reason}"),
        }
    }
}

#[test]
fn a_time_without_zone_needs_a_named_zone() {
    let nine = "2026-03-02 09:00:00";
    check_zone(None, nine, Err("--timezone"));
    check_zone(Some("Asia/Jakarta"), nine, Ok("2026-03-02T02:00:00Z"));
    check_zone(Some("Asia/Makassar"), nine, Ok("2026-03-02T01:00:00Z"));
    check_zone(None, &format!("{nine} WIB"), Ok("2026-03-02T02:00:00Z"));
    check_zone(
        Some("Europe/Berlin"),
        "2026-03-29 02:30:00",
        Err("does not exist"),
    );
    check_zone(
        Some("Europe/Berlin"),
        "2026-10-25 02:30:00",
        Err("exists twice"),
    );
    check_json_refused(
        r#"{"number":"A","created_at":"2026-03-02 09:00:00"}"#,
        r#"created_at "2026-03-02 09:00:00" is not a time with a zone, like 2025-07-18T04:05:00+07:00"#,
    );
}
