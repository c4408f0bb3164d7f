//! `max_age` and `min_age`: how old a timestamp in the body is.

use super::compare::Decimal;
use super::rules::Condition;
use super::say::Say;
use crate::text::duration;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use serde_json::Value;
use std::time::Duration;

/// Nanoseconds in a second.
const SECOND: i128 = 1_000_000_000;

/// How far ahead of this machine's clock a timestamp may be.
const AHEAD: i128 = 60 * SECOND;

/// Numbers of this size and above are Unix milliseconds: as seconds they would lie beyond the year 5138.
const FIRST_MILLIS: i128 = 100_000_000_000;

/// Where Unix time begins.
const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// The last whole second of the year 9999.
const LAST: i128 = 253_402_300_799 * SECOND;

/// What is wrong with the age of a value.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Stale {
    /// The value is none of the known forms of a time.
    NoTime,
    /// Older than `max_age`: its age, the limit, and whether it carried no offset.
    Old(i128, Duration, bool),
    /// Younger than `min_age`: its age and the limit.
    Young(i128, Duration),
    /// Further ahead than clocks may differ: by how much, and whether it carried no offset.
    Future(i128, bool),
}

/// Looks at one value; none when there is nothing to object to.
pub(super) fn check(value: &Value, condition: &Condition, now: Timestamp) -> Option<Stale> {
    if condition.max_age.is_none() && condition.min_age.is_none() {
        return None;
    }
    let Some((at, bare)) = read(value, condition.assume_tz.as_ref()) else {
        return Some(Stale::NoTime);
    };
    let age = now.as_nanosecond() - at;
    if age < -AHEAD {
        return Some(Stale::Future(-age, bare));
    }
    let nanos = |limit: Duration| i128::try_from(limit.as_nanos()).unwrap_or(i128::MAX);
    if let Some(limit) = condition.max_age.filter(|limit| age > nanos(*limit)) {
        return Some(Stale::Old(age, limit, bare));
    }
    condition.min_age.filter(|limit| age < nanos(*limit)).map(|limit| Stale::Young(age, limit))
}

/// The moment in Unix nanoseconds, and whether it was a text without an offset.
fn read(value: &Value, assumed: Option<&TimeZone>) -> Option<(i128, bool)> {
    match value {
        Value::String(text) => read_text(text, assumed),
        Value::Number(number) => {
            let number = Decimal::read(number.as_str());
            let whole = number.scaled(0)?;
            let at = number.scaled(if whole >= FIRST_MILLIS { 6 } else { 9 })?;
            (0..=LAST).contains(&at).then_some((at, false))
        }
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// RFC 3339, or the same with a space, a decimal comma, no seconds, no offset, no time at all, or in the basic format,
/// `20261124T151128Z` (ISO 8601).
fn read_text(text: &str, assumed: Option<&TimeZone>) -> Option<(i128, bool)> {
    let is_basic = text.get(..8).and_then(digits).is_some();
    let (date, rest) = text.split_at_checked(if is_basic { 8 } else { 10 })?;
    let (month, day) = if is_basic { (4..6, 6..8) } else { (5..7, 8..10) };
    if !is_basic && (date.get(4..5)?, date.get(7..8)?) != ("-", "-") {
        return None;
    }
    let date = Date::new(
        i16::try_from(digits(date.get(..4)?)?).ok()?,
        i8::try_from(digits(date.get(month)?)?).ok()?,
        i8::try_from(digits(date.get(day)?)?).ok()?,
    )
    .ok()?;
    if rest.is_empty() && !is_basic {
        return Some((nanos(date.to_datetime(Time::midnight()), assumed), true));
    }
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let end = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
    let (clock, offset) = rest.split_at_checked(end)?;
    let local = date.to_datetime(read_clock(clock)?);
    if offset.is_empty() {
        return Some((nanos(local, assumed), true));
    }
    let ahead = if matches!(offset, "Z" | "z") { 0 } else { read_offset(offset)? };
    Some((nanos(local, None) - i128::from(ahead) * SECOND, false))
}

/// Unix nanoseconds of a local time; of the last days of the year 9999, where no zone is known any more, as in UTC.
fn nanos(local: DateTime, zone: Option<&TimeZone>) -> i128 {
    let known = zone.and_then(|zone| zone.to_timestamp(local).ok()).map(Timestamp::as_nanosecond);
    known.unwrap_or_else(|| local.duration_since(EPOCH).as_nanos())
}

/// `HH:MM`, `HH:MM:SS`, `HH:MM:SS.fraction`, the same without colons; digits beyond nanoseconds are dropped. A leap second is refused.
fn read_clock(text: &str) -> Option<Time> {
    let (hours, rest) = text.split_at_checked(2)?;
    let (minutes, rest) = match rest.strip_prefix(':') {
        Some(rest) => rest.split_once(':').unwrap_or((rest, "00")),
        None if rest.len() == 2 => (rest, "00"),
        None => rest.split_at_checked(2)?,
    };
    let (seconds, fraction) = rest.split_once(['.', ',']).unwrap_or((rest, "0"));
    let mut nanos = 0;
    digits(fraction)?;
    for place in 0..9 {
        nanos = nanos * 10 + fraction.as_bytes().get(place).map_or(0, |digit| i32::from(digit - b'0'));
    }
    let two = |part: &str| if part.len() == 2 { i8::try_from(digits(part)?).ok() } else { None };
    Time::new(two(hours)?, two(minutes)?, two(seconds)?, nanos).ok()
}

/// `+03:00`, `+0300` or `+03`, in seconds.
fn read_offset(text: &str) -> Option<i32> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match rest.len() {
        2 => (rest, "00"),
        4 => rest.split_at_checked(2)?,
        5 => rest.split_once(':')?,
        _ => return None,
    };
    let (hours, minutes) = (i32::try_from(digits(hours)?).ok()?, i32::try_from(digits(minutes)?).ok()?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

/// A run of ASCII digits as a number; a very long one saturates.
fn digits(text: &str) -> Option<u32> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(text.bytes().fold(0_u32, |sum, digit| sum.saturating_mul(10).saturating_add(u32::from(digit - b'0'))))
}

impl Stale {
    /// What is wrong: `"2026-11-23T09:00:00Z" is 1h old, at most 5m is allowed`.
    pub(super) fn words(&self, value: &Value, say: Say<'_>) -> String {
        let shown = say.value(value);
        match self {
            Self::NoTime => format!(
                "{shown} is not a time: RFC 3339, ISO 8601, or a number of Unix seconds or milliseconds is understood"
            ),
            Self::Old(age, limit, bare) => {
                let limit = duration::format(*limit);
                format!("{shown} is {} old, at most {limit} is allowed{}", span(*age), zone_hint(*age, *bare))
            }
            Self::Young(age, limit) => {
                let limit = duration::format(*limit);
                format!("{shown} is {} old, at least {limit} is wanted", span(*age))
            }
            Self::Future(ahead, bare) => {
                format!("{shown} is {} in the future{}", span(*ahead), zone_hint(*ahead, *bare))
            }
        }
    }
}

/// Exact to the millisecond where limits are met by a hair, two units where not.
fn span(nanos: i128) -> String {
    let seconds = u64::try_from(nanos.max(0) / SECOND).unwrap_or(u64::MAX);
    let whole = Duration::new(seconds, u32::try_from(nanos.max(0) % SECOND).unwrap_or_default());
    if whole < Duration::from_mins(10) {
        let text = format!("{:.3}", whole.as_secs_f64());
        return format!("{}s", text.trim_end_matches('0').trim_end_matches('.'));
    }
    duration::human(whole)
}

/// A time without an offset that is wrong by about whole hours was most likely written in another zone.
fn zone_hint(nanos: i128, bare: bool) -> &'static str {
    let hour = 3_600 * SECOND;
    let near = (nanos + hour / 12).rem_euclid(hour) <= hour / 6;
    if bare && near && (hour / 2..15 * hour).contains(&nanos) {
        "; it has no offset and that is about a whole number of hours: does assume_tz name its zone?"
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::{Stale, check, read, span};
    use crate::judge::rules::Condition;
    use crate::judge::say::Say;
    use crate::model::Redactor;
    use jiff::{SignedDuration, Timestamp, tz::TimeZone};
    use proptest::prelude::*;
    use serde_json::{Value, json};
    use std::time::Duration;

    const NOW: &str = "2026-11-23T10:00:00Z";

    fn seconds(value: &Value, zone: Option<&TimeZone>) -> Option<i128> {
        read(value, zone).map(|(at, _)| at / super::SECOND)
    }

    #[test]
    fn reads_every_form() {
        let wanted = Some(1_795_428_000);
        for text in [
            "2026-11-23T10:00:00Z",
            "2026-11-23t10:00:00z",
            "2026-11-23 10:00:00",
            "2026-11-23T10:00",
            "2026-11-23T10:00:00.123456789123Z",
            "2026-11-23T10:00:00,5",
            "2026-11-23T13:00:00+03:00",
            "2026-11-23T13:00:00+0300",
            "2026-11-23 13:00:00+03",
            "2026-11-23T04:30:00-05:30",
            "20261123T100000Z",
            "20261123T100000.5Z",
            "20261123T1000",
            "20261123T130000+0300",
        ] {
            assert_eq!(seconds(&json!(text), None), wanted, "{text}");
        }
        for number in [json!(1_795_428_000), json!(1_795_428_000_123_u64), json!(1_795_428_000.25)] {
            assert_eq!(seconds(&number, None), wanted, "{number}");
        }
        let zone = TimeZone::get("Europe/Moscow").expect("known");
        assert_eq!(seconds(&json!("2026-11-23T13:00:00"), Some(&zone)), wanted);
        assert_eq!(seconds(&json!("2026-11-23T10:00:00Z"), Some(&zone)), wanted);
    }

    #[test]
    fn refuses_what_is_no_time() {
        for value in [
            json!("2026-11-23T10:00:60Z"),
            json!("2026-02-30T10:00:00Z"),
            json!("2026-11-23T24:00:00Z"),
            json!("2026-11-2"),
            json!("20261123"),
            json!("20261123T10Z"),
            json!("20261123T10000Z"),
            json!("2026-1123T10:00Z"),
            json!("2026-11-23T10:00:00+24:00"),
            json!("2026-11-23T10:00:00 Z"),
            json!("2026-11-23T10:00:00.Z"),
            json!("1795428000"),
            json!("soon"),
            json!(""),
            json!("дата и время"),
            json!(-5),
            json!(1e300),
            json!(null),
            json!(true),
            json!([]),
        ] {
            assert_eq!(read(&value, None), None, "{value}");
        }
        assert_eq!(read(&json!("9999-12-31T23:59:59Z"), None), Some((super::LAST, false)));
        let words = {
            let (value, redactor) = (json!("9999-12-31T23:59:59"), Redactor::default());
            let condition = Condition { max_age: Some(Duration::from_mins(5)), ..Condition::default() };
            let now: Timestamp = NOW.parse().expect("valid");
            check(&value, &condition, now).expect("stale").words(&value, Say::new(&redactor))
        };
        assert!(words.contains("is 2912") && words.contains("in the future"), "{words}");
        assert_eq!(seconds(&json!("2026-11-23"), None), Some(1_795_392_000));
        let zone = TimeZone::get("Europe/Moscow").expect("known");
        assert_eq!(seconds(&json!("2026-11-23"), Some(&zone)), Some(1_795_381_200));
    }

    #[test]
    fn keeps_its_edges() {
        let now: Timestamp = NOW.parse().expect("valid");
        let five = Condition { max_age: Some(Duration::from_mins(5)), ..Condition::default() };
        let aged = |seconds: i64| json!((now - SignedDuration::from_secs(seconds)).to_string());
        for fine in [-60, -59, 0, 299, 300] {
            assert_eq!(check(&aged(fine), &five, now), None, "{fine}");
        }
        assert!(matches!(check(&aged(301), &five, now), Some(Stale::Old(_, _, false))));
        assert!(matches!(check(&aged(-61), &five, now), Some(Stale::Future(_, false))));
        let old = Condition { min_age: Some(Duration::from_mins(5)), ..Condition::default() };
        assert!(matches!(check(&aged(299), &old, now), Some(Stale::Young(_, _))));
        assert_eq!(check(&aged(300), &old, now), None);
    }

    #[test]
    fn mentions_the_zone_when_whole_hours_are_off() {
        let now: Timestamp = NOW.parse().expect("valid");
        let redactor = Redactor::default();
        let condition = Condition { max_age: Some(Duration::from_mins(5)), ..Condition::default() };
        let words = |text: &str| {
            let value = json!(text);
            check(&value, &condition, now).expect("stale").words(&value, Say::new(&redactor))
        };
        assert!(words("2026-11-23T13:00:00").contains("assume_tz"));
        assert!(words("2026-11-23T12:58:30").contains("is 2h 58m in the future; it has no offset"));
        assert!(words("2026-11-23T05:00:01").contains("assume_tz"));
        assert!(!words("2026-11-23T13:00:00Z").contains("assume_tz"));
        assert!(!words("2026-11-23T11:30:00").contains("assume_tz"));
        assert!(!words("2026-11-23T10:02:00").contains("assume_tz"));
        assert_eq!(span(300_500_000_000), "300.5s");
    }

    proptest! {
        #[test]
        fn never_panics(text in "[0-9TtZz:+., -]{0,40}|\\PC{0,40}", number in any::<f64>()) {
            let now: Timestamp = NOW.parse().expect("valid");
            let condition = Condition { max_age: Some(Duration::MAX), min_age: Some(Duration::MAX), ..Condition::default() };
            for value in [json!(text), json!(number)] {
                if let Some(stale) = check(&value, &condition, now) {
                    let _ = stale.words(&value, Say::new(&Redactor::default()));
                }
            }
        }
    }
}
