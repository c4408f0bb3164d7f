//! Windows of planned work.

use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};

/// One of `maintenance`.
#[derive(Clone, Debug)]
pub enum Maintenance {
    /// `{ start, duration, days, tz }`.
    Weekly {
        /// `start`.
        start: civil::Time,
        /// `duration`.
        duration: SignedDuration,
        /// `days`; empty means every day.
        days: Vec<civil::Weekday>,
        /// `tz`; UTC when not given.
        tz: TimeZone,
    },
    /// `{ from, to }`.
    Once {
        /// `from`.
        from: Timestamp,
        /// `to`.
        to: Timestamp,
    },
}

impl Maintenance {
    /// Whether the window is open. A weekly one begins at its local time, also on the day of a clock change (a time that
    /// the change skips counts as the moment of the change), and lasts its duration in elapsed time, past midnight too.
    pub fn is_open(&self, now: Timestamp) -> bool {
        match self {
            Self::Once { from, to } => *from <= now && now < *to,
            Self::Weekly { start, duration, days, tz } => {
                let today = tz.to_datetime(now).date();
                let longest = duration.as_hours().clamp(0, 7 * 24) / 24 + 1;
                (0..=longest).any(|back| {
                    let Ok(date) = today.checked_sub(jiff::Span::new().days(back)) else { return false };
                    (days.is_empty() || days.contains(&date.weekday()))
                        && opened(tz, date.to_datetime(*start))
                            .is_some_and(|from| from <= now && now.duration_since(from) < *duration)
                })
            }
        }
    }
}

fn opened(tz: &TimeZone, at: civil::DateTime) -> Option<Timestamp> {
    tz.to_ambiguous_timestamp(at).compatible().ok()
}

#[cfg(test)]
mod tests {
    use super::Maintenance;
    use jiff::{SignedDuration, Timestamp, civil, civil::Weekday, tz::TimeZone};

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn weekly(start: (i8, i8), hours: i64, days: &[Weekday], tz: &str) -> Maintenance {
        Maintenance::Weekly {
            start: civil::time(start.0, start.1, 0, 0),
            duration: SignedDuration::from_hours(hours),
            days: days.to_vec(),
            tz: TimeZone::get(tz).expect("a zone"),
        }
    }

    #[test]
    fn crosses_midnight_and_the_week_in_its_own_zone() {
        let window = weekly((23, 0), 2, &[Weekday::Sunday], "Europe/Moscow");
        // 2026-11-22 is a Sunday; Moscow is UTC+3.
        for (time, open) in [
            ("2026-11-22T19:59:59Z", false),
            ("2026-11-22T20:00:00Z", true),
            ("2026-11-22T21:59:59Z", true),
            ("2026-11-22T22:00:00Z", false),
            ("2026-11-23T20:30:00Z", false),
            ("2026-11-29T20:30:00Z", true),
        ] {
            assert_eq!(window.is_open(at(time)), open, "{time}");
        }
    }

    #[test]
    fn keeps_to_local_time_over_a_clock_change() {
        let window = weekly((2, 30), 1, &[], "Europe/Berlin");
        for (time, open) in [
            ("2026-03-28T01:30:00Z", true), // winter: 02:30 is 01:30 UTC
            ("2026-03-29T01:30:00Z", true), // 02:30 does not exist: 03:30 summer time
            ("2026-03-29T00:45:00Z", false),
            ("2026-03-30T00:30:00Z", true), // summer: 00:30 UTC
            ("2026-10-25T00:30:00Z", true), // 02:30 comes twice: the first counts
            ("2026-10-25T01:30:00Z", false),
        ] {
            assert_eq!(window.is_open(at(time)), open, "{time}");
        }
    }

    #[test]
    fn lasts_longer_than_a_day_and_ends_once() {
        let weekend = weekly((18, 0), 62, &[Weekday::Friday], "UTC");
        assert!(weekend.is_open(at("2026-11-23T07:59:00Z")));
        assert!(!weekend.is_open(at("2026-11-23T08:00:00Z")));
        let once = Maintenance::Once { from: at("2026-11-23T10:00:00Z"), to: at("2026-11-23T11:00:00Z") };
        assert!(once.is_open(at("2026-11-23T10:00:00Z")) && !once.is_open(at("2026-11-23T11:00:00Z")));
    }
}
