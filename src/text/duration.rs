//! Durations as people write them: `500ms`, `10s`, `5m`, `2h`, `1d`.

use std::time::Duration;

/// The longest duration that a setting may hold: 3660 days. Keeps sums of durations far from overflow.
pub const LONGEST: Duration = Duration::from_hours(3660 * 24);

/// Reads a whole or decimal number with one unit (`ms s m h d`), without a sign or white space.
///
/// # Errors
/// Says in words what is wrong; the caller adds the place.
pub fn parse(text: &str) -> Result<Duration, String> {
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let per_unit_ms = match unit {
        "ms" => 1.0,
        "s" => 1e3,
        "m" => 60e3,
        "h" => 3_600e3,
        "d" => 86_400e3,
        _ => return Err(format!("`{text}` is not a duration such as 500ms, 10s, 5m, 2h or 1d")),
    };
    let value: f64 =
        number.parse().map_err(|_| format!("`{text}` is not a duration such as 500ms, 10s, 5m, 2h or 1d"))?;
    let millis = value * per_unit_ms;
    if millis > LONGEST.as_secs_f64() * 1e3 {
        return Err(format!("`{text}` is longer than {}", format(LONGEST)));
    }
    Ok(Duration::from_secs_f64((millis / 1e3).max(0.0)))
}

/// The shortest exact form that [`parse`] reads back; below a millisecond it is rounded.
pub fn format(duration: Duration) -> String {
    let ms = duration.as_millis();
    for (unit, size) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)] {
        if ms >= size && ms.is_multiple_of(size) {
            return format!("{}{unit}", ms / size);
        }
    }
    if ms == 0 { "0s".to_owned() } else { format!("{ms}ms") }
}

/// Two units at the most, for reading: `7s`, `1.2s`, `4m 5s`, `7h 3m`, `12d`.
pub fn human(duration: Duration) -> String {
    let secs = duration.as_secs();
    match secs {
        0 => format!("{}ms", duration.as_millis()),
        1..=59 => {
            let tenths = (duration.as_millis() + 50) / 100;
            if tenths.is_multiple_of(10) {
                format!("{}s", tenths / 10)
            } else {
                format!("{}.{}s", tenths / 10, tenths % 10)
            }
        }
        60..=3_599 => two(secs / 60, "m", secs % 60, "s"),
        3_600..=86_399 => two(secs / 3_600, "h", secs % 3_600 / 60, "m"),
        _ => two(secs / 86_400, "d", secs % 86_400 / 3_600, "h"),
    }
}

/// Three digits or so: `0.4ms`, `12ms`, `1.20s`, then as [`human`].
pub fn brief(duration: Duration) -> String {
    let ms = duration.as_secs_f64() * 1e3;
    match duration.as_millis() {
        0..10 => format!("{ms:.1}ms"),
        10..1_000 => format!("{ms:.0}ms"),
        1_000..10_000 => format!("{:.2}s", ms / 1e3),
        _ => human(duration),
    }
}

fn two(big: u64, big_unit: &str, small: u64, small_unit: &str) -> String {
    if small == 0 { format!("{big}{big_unit}") } else { format!("{big}{big_unit} {small}{small_unit}") }
}

#[cfg(test)]
mod tests {
    use super::{brief, format, human, parse};
    use std::time::Duration;

    #[test]
    fn reads_what_the_contract_shows_and_writes_it_back() {
        for (text, ms) in
            [("500ms", 500), ("10s", 10_000), ("5m", 300_000), ("2h", 7_200_000), ("1d", 86_400_000), ("1.5s", 1_500)]
        {
            let read = parse(text).expect(text);
            assert_eq!(read, Duration::from_millis(ms), "{text}");
            assert_eq!(parse(&format(read)), Ok(read));
        }
    }

    #[test]
    fn refuses_what_is_none() {
        for text in ["", "s", "10", "-1s", "1 s", "1w", "999999999d", "1..5s", "1e3s", "+1s", "NaNs", "infs"] {
            assert!(parse(text).is_err(), "{text} was read");
        }
    }

    #[test]
    fn is_brief() {
        for (micros, text) in [(420, "0.4ms"), (12_410, "12ms"), (1_240_000, "1.24s"), (65_000_000, "1m 5s")] {
            assert_eq!(brief(Duration::from_micros(micros)), text);
        }
    }

    #[test]
    fn speaks_in_two_units() {
        for (secs, text) in [(65, "1m 5s"), (3_600, "1h"), (25_380, "7h 3m"), (90_000, "1d 1h")] {
            assert_eq!(human(Duration::from_secs(secs)), text);
        }
    }
}
