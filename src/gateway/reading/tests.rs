//! Fields, amounts and lists, as gateways write them.

use super::*;
use crate::gateway::testing::answer;

#[track_caller]
fn check(value: &str, expected: JsonField) {
    let answer = answer(200, format!("{{\"key\":{value}}}"));
    let body = JsonBody::of(&answer).unwrap();
    assert_eq!(body.field("key"), expected, "{value}");
}

#[test]
fn a_field_is_read_as_its_text() {
    check(r#""25000.00""#, JsonField::Text("25000.00".to_owned()));
    check(r#"" a\u0062 ""#, JsonField::Text("ab".to_owned()));
    check("25000.00", JsonField::Text("25000.00".to_owned()));
    check("-1", JsonField::Text("-1".to_owned()));
    for nothing in ["null", r#""""#, r#""  ""#] {
        check(nothing, JsonField::Absent);
    }
    for odd in ["true", "[]", "{}", r#"["25000"]"#, r#""\ud800""#] {
        check(odd, JsonField::Odd);
    }
}

#[test]
fn an_amount_is_never_a_floating_point_number() {
    for (value, amount) in [
        ("25000.00", Ok(Some(Rupiah::from_db(25_000)))),
        ("\"25000.00\"", Ok(Some(Rupiah::from_db(25_000)))),
        (
            "999999999999.00",
            Ok(Some(Rupiah::from_db(999_999_999_999))),
        ),
        ("null", Ok(None)),
        ("25000.001", Err("25000.001".to_owned())),
        ("2.5e4", Err("2.5e4".to_owned())),
        ("150.000", Err("150.000".to_owned())),
        ("\"150.000\"", Ok(Some(Rupiah::from_db(150)))),
        ("[25000]", Err("something else".to_owned())),
    ] {
        let answer = answer(200, format!("{{\"key\":{value}}}"));
        assert_eq!(
            JsonBody::of(&answer).unwrap().amount("key"),
            amount,
            "{value}"
        );
    }
}

#[test]
fn lists_and_flags_are_read_strictly() {
    let json = r#"{"list":["a",null,1,{},[]," b "],"no":"a","yes":true,"text":"true"}"#;
    let answer = answer(200, json);
    let body = JsonBody::of(&answer).unwrap();
    assert_eq!(body.texts("list"), ["a", "1", "b"]);
    assert_eq!(body.texts("no"), Vec::<String>::new());
    let flags = ["yes", "text", "none"].map(|key| body.flag(key));
    assert_eq!(flags, [Some(true), None, None]);
}

#[track_caller]
fn check_list(body: &str, wanted: Result<&[&str], &str>) {
    let answer = answer(200, body);
    let listed = JsonBody::list_of(&answer);
    let ids = listed.map(|listed| listed.iter().filter_map(|one| one.text("id")).collect());
    let wanted = wanted.map(|ids| ids.iter().map(|&id| id.to_owned()).collect::<Vec<_>>());
    let ids = ids.map_err(|why| why.to_string());
    let unreadable = |why| format!("answered something unreadable: {why}, with HTTP 200");
    assert_eq!(ids, wanted.map_err(unreadable), "{body}");
}

#[test]
fn a_list_is_read_whole_or_not() {
    check_list("[]", Ok(&[]));
    check_list(r#" [{"id":"a"},{"id":2}] "#, Ok(&["a", "2"]));
    let no_list = Err("JSON that is not a list of objects");
    for other in ["{}", r#"[{"id":"a"},1]"#, r#"[["a"]]"#, "null"] {
        check_list(other, no_list);
    }
    check_list(r#"[{"id":"a"}"#, Err("truncated JSON"));
    check_list("", Err("nothing at all"));
}

#[test]
fn a_longer_list_than_anybodys_is_refused() {
    let list = |count| format!("[{}]", vec!["{}"; count].join(","));
    let of = |count| {
        let answer = answer(200, list(count));
        JsonBody::list_of(&answer).map(|listed| listed.len())
    };
    assert_eq!(of(LISTED_MAX), Ok(LISTED_MAX));
    assert!(of(LISTED_MAX + 1).is_err());
    let refused = answer(401, "[");
    let why = JsonBody::list_of(&refused).map(|_| ()).unwrap_err();
    assert_eq!(why, NoAnswerReason::Refused(401));
}

#[test]
fn shown_text_cannot_move_the_cursor() {
    assert_eq!(shown("\u{1b}[2Jx\n"), "\u{fffd}[2Jx\u{fffd}");
    assert_eq!(shown(&"x".repeat(1000)).len(), SHOWN_MAX);
}
