//! What a script may say, and how a bad line is named.

use super::*;
use crate::simulator::{MIDTRANS, PAKASIR};

#[track_caller]
fn check_bad(text: &str, line: usize, part: &str) {
    let error = load_script(text).unwrap_err();
    assert_eq!(error.line, line, "{error}");
    assert!(error.reason.contains(part), "{error}");
    assert!(!error.reason.contains(" at line "), "{error}");
}

#[test]
fn lines_and_an_array_say_the_same() {
    let payment =
        r#"{"kind":"midtrans","reference":"*","status":"settlement","amount":25000,"every":100}"#;
    let fault = r#"{"kind":"pakasir","fault":"status","code":503,"retry_after":7,"times":2}"#;
    let lines = load_script(&format!("# the shop\n\n{payment}\n  {fault}\n")).unwrap();
    let array = load_script(&format!("[{payment},\n{fault}]")).unwrap();
    assert_eq!(lines, array);
    let answer = AttemptTruth {
        every: Some(100),
        ..AttemptTruth::new("settlement", Rupiah::from_db(25_000))
    };
    let (code, retry_after) = (503, Some(7));
    let expected = [
        ScriptRecord::Payment {
            kind: MIDTRANS,
            reference: ANY.to_owned(),
            answer: Box::new(answer),
        },
        ScriptRecord::Fault {
            target: FaultTarget::all(PAKASIR),
            fault: Fault::Status { code, retry_after },
            times: Some(2),
        },
    ];
    assert_eq!(lines, expected);
    assert_eq!(load_script("\n"), Ok(Vec::new()));
}

#[test]
fn every_fault_has_a_word() {
    for (words, fault) in [
        (r#""silent""#, Fault::Silent),
        (r#""hang""#, Fault::Hang),
        (r#""html""#, Fault::Html),
        (r#""cut_off""#, Fault::CutOff),
        (r#""garbage""#, Fault::Garbage),
        (r#""other_order""#, Fault::OtherOrder),
        (r#""redirect""#, Fault::Redirect),
        (r#""too_large""#, Fault::TooLarge),
        (r#""paid_when_closed""#, Fault::PaidWhenClosed),
        (r#""close_refused""#, Fault::CloseRefused),
        (r#""close_ignored""#, Fault::CloseIgnored),
        (r#""close_unavailable""#, Fault::CloseUnavailable),
        (r#""known_by_id_only""#, Fault::KnownByIdOnly),
        (r#""lost_by_reference""#, Fault::LostByReference),
        (r#""refund_denied""#, Fault::RefundDenied),
        (r#""refund_other_key""#, Fault::RefundOtherKey),
        (r#""open_refused""#, Fault::OpenRefused),
        (r#""open_taken""#, Fault::OpenTaken),
        (r#""unanswered""#, Fault::Unanswered),
        (
            r#""adds_fee","amount":175"#,
            Fault::AddsFee(Rupiah::from_db(175)),
        ),
        (
            r#""delay","milliseconds":50"#,
            Fault::Delay(Duration::from_millis(50)),
        ),
        (r#""wrong_date","seconds":-300"#, Fault::WrongDate(-300)),
    ] {
        let text = format!(r#"{{"kind":"midtrans","reference":"INV-1","fault":{words}}}"#);
        let expected = ScriptRecord::Fault {
            target: FaultTarget::one(MIDTRANS, "INV-1"),
            fault,
            times: None,
        };
        assert_eq!(load_script(&text), Ok(vec![expected]));
    }
}

#[test]
fn a_bad_line_is_named_with_the_reason() {
    let good = r#"{"kind":"midtrans","reference":"A","status":"pending","amount":1}"#;
    check_bad(&format!("{good}\n\n{{"), 3, "EOF");
    check_bad(&format!("{good}\nnonsense"), 2, "expected");
    check_bad(&format!("[{good},\n{{\"kind\":1}}]"), 2, "`1`");
    check_bad(&good.replace("status", "statsu"), 1, "statsu");
    check_bad(&good.replace("midtrans", "xendit"), 1, "xendit");
    check_bad(&good.replace(",\"amount\":1", ""), 1, "amount");
    check_bad(
        &good.replace(":1}", ":-1}"),
        1,
        "amount must not be negative",
    );
    check_bad(&good.replace(":1}", ":1.5}"), 1, "1.5");
    check_bad(
        &good.replace(":1}", ":1,\"paid_at\":\"noon\"}"),
        1,
        "paid_at \"noon\" is not a time",
    );
}

#[test]
fn a_fault_with_foreign_numbers_is_refused() {
    for words in [
        r#""loud""#,
        r#""status""#,
        r#""status","code":99"#,
        r#""delay""#,
        r#""silent","code":503"#,
        r#""silent","amount":175"#,
        r#""html","times":0"#,
    ] {
        let text = format!(r#"{{"kind":"midtrans","fault":{words}}}"#);
        assert_eq!(load_script(&text).unwrap_err().line, 1, "{words}");
    }
}
