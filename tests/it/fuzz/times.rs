//! Times: what is printed is read again as the same instant, in every form and zone.

use payctl::domain::values::instant::text::{TimeError, read, read_in};
use payctl::domain::{Instant, Zone};

use super::engine::{Target, fuzz};
use super::{Outcome, promise};

/// With and without clocks that are set; far from UTC on both sides.
const ZONES: [&str; 6] = [
    "Asia/Jakarta",
    "Asia/Jayapura",
    "Europe/Berlin",
    "America/St_Johns",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
];

#[test]
fn a_printed_time_is_read_again() {
    let target = Target {
        name: "times",
        seeds: Vec::new(),
        words: &[
            "2026-03-02",
            "0001-01-01",
            "9999-12-31",
            "2024-02-29",
            "T",
            "Z",
            "WIB",
            "WITA",
            "WIT",
            "UTC",
            "GMT",
            "+07:00",
            "+0700",
            "-12:00",
            "+15:59",
            "23:59:59",
            "23:59:60",
            "00:00:00",
            "24:00",
            ".999999999",
            ".5",
            " ",
        ],
        rounds: 1_500,
    };
    fuzz(&target, |input| check(&String::from_utf8_lossy(input)));
}

fn check(text: &str) -> Outcome {
    let written = read(text);
    let found = [
        written.ok(),
        Instant::parse_rfc3339(text),
        Instant::parse_western_indonesian(text),
    ];
    for instant in found.into_iter().flatten() {
        check_printed(instant)?;
    }
    if let [Some(written), Some(rfc), _] = found {
        promise!(
            written == rfc,
            "two readers of a time agree: {written}, {rfc}"
        );
    }
    for zone in ZONES {
        check_in_zone(text, zone.parse().unwrap(), written)?;
    }
    let words = match written {
        Ok(_) => "a time",
        Err(TimeError::NoZone) => "no zone",
        Err(TimeError::Skipped) => "skipped",
        Err(TimeError::Twice) => "twice",
        Err(TimeError::NoTime) => "no time",
    };
    Ok(format!(
        "{words} {:?}",
        found.map(|instant| instant.is_some())
    ))
}

/// To the millisecond in UTC, and to the second as Midtrans writes it.
fn check_printed(instant: Instant) -> Result<(), String> {
    let printed = instant.to_string();
    for again in [read(&printed).ok(), Instant::parse_rfc3339(&printed)] {
        promise!(
            again == Some(instant),
            "what is printed is read again: {printed}, {again:?}"
        );
    }
    let whole = Instant::from_millis(instant.as_millis().div_euclid(1000) * 1000);
    let western = instant.western_indonesian();
    let again = Instant::parse_western_indonesian(&western);
    let is_calendar = western.len() == "2026-03-02 10:00:04".len();
    promise!(
        again == Some(whole) || !is_calendar,
        "what is written for Midtrans is read again: {western}, {again:?}"
    );
    Ok(())
}

/// A time without a zone is the instant at which that zone's clocks show it; one with a zone has no need of another.
fn check_in_zone(
    text: &str,
    zone: Zone,
    written: Result<Instant, TimeError>,
) -> Result<(), String> {
    let local = read_in(text, zone);
    promise!(
        local.is_err() || written == Err(TimeError::NoZone),
        "a time has a zone or needs one: {local:?}, {written:?}"
    );
    let Ok(instant) = local else {
        return Ok(());
    };
    check_printed(instant)?;
    let shown = instant.in_zone(zone);
    let again = read_in(&shown, zone);
    let whole = Instant::from_millis(instant.as_millis().div_euclid(1000) * 1000);
    promise!(
        again == Ok(whole),
        "what a zone shows is read again: {shown}, {again:?}"
    );
    Ok(())
}
