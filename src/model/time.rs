//! Times between the parts of canary: one written form, and sums that never overflow.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use std::time::Duration;

/// From the earlier to the later time; nothing when a clock that went back put them the other way round.
pub fn elapsed(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or_default()
}

/// A time so much later; the end of time when that is past it.
pub fn later(at: Timestamp, by: Duration) -> Timestamp {
    SignedDuration::try_from(by).ok().and_then(|by| at.checked_add(by).ok()).unwrap_or(Timestamp::MAX)
}

/// A time so much earlier; the beginning of time when that is before it.
pub fn earlier(at: Timestamp, by: Duration) -> Timestamp {
    SignedDuration::try_from(by).ok().and_then(|by| at.checked_sub(by).ok()).unwrap_or(Timestamp::MIN)
}

/// For a person: `10:02 UTC`, with the date when it is another day than `now`'s.
pub fn clock(at: Timestamp, now: Timestamp) -> String {
    let (there, here) = (TimeZone::UTC.to_datetime(at), TimeZone::UTC.to_datetime(now));
    let form = if there.date() == here.date() {
        "%H:%M UTC"
    } else if there.year() == here.year() {
        "%-d %b %H:%M UTC"
    } else {
        "%-d %b %Y %H:%M UTC"
    };
    at.strftime(form).to_string()
}

/// For `#[serde(with)]`: a time in the form of [`stamp`](super::result::stamp).
pub mod moment {
    use jiff::Timestamp;
    use serde::{Deserialize as _, Deserializer, Serializer};

    /// Writes it.
    ///
    /// # Errors
    /// The serializer's own.
    pub fn serialize<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&crate::model::result::stamp(*time))
    }

    /// Reads any RFC 3339 time.
    ///
    /// # Errors
    /// When it is none.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        Timestamp::deserialize(deserializer)
    }
}

/// For `#[serde(with)]`: a time, or null.
pub mod moment_opt {
    use jiff::Timestamp;
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    /// Writes it.
    ///
    /// # Errors
    /// The serializer's own.
    pub fn serialize<S: Serializer>(time: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
        time.map(crate::model::result::stamp).serialize(serializer)
    }

    /// Reads null or any RFC 3339 time.
    ///
    /// # Errors
    /// When it is neither.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
        Option::<Timestamp>::deserialize(deserializer)
    }
}

/// For `#[serde(with)]`: a list of times.
pub mod moments {
    use jiff::Timestamp;
    use serde::{Deserialize as _, Deserializer, Serializer};

    /// Writes them.
    ///
    /// # Errors
    /// The serializer's own.
    pub fn serialize<S: Serializer>(times: &[Timestamp], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(times.iter().map(|time| crate::model::result::stamp(*time)))
    }

    /// Reads RFC 3339 times.
    ///
    /// # Errors
    /// When one of them is none.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Timestamp>, D::Error> {
        Vec::<Timestamp>::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::{clock, earlier, elapsed, later};
    use jiff::Timestamp;
    use std::time::Duration;

    #[test]
    fn sums_stop_at_the_ends_of_time() {
        let now: Timestamp = "2026-11-23T10:00:00Z".parse().expect("a time");
        assert_eq!(later(now, Duration::MAX), Timestamp::MAX);
        assert_eq!(earlier(now, Duration::MAX), Timestamp::MIN);
        assert_eq!(elapsed(now, earlier(now, Duration::from_secs(5))), Duration::ZERO);
        assert_eq!(elapsed(now, later(now, Duration::from_secs(5))), Duration::from_secs(5));
    }

    #[test]
    fn names_the_day_only_when_it_is_another() {
        let now: Timestamp = "2026-11-23T10:00:00Z".parse().expect("a time");
        for (at, text) in [
            ("2026-11-23T09:58:30Z", "09:58 UTC"),
            ("2026-11-03T09:58:30Z", "3 Nov 09:58 UTC"),
            ("2025-11-23T09:58:30Z", "23 Nov 2025 09:58 UTC"),
        ] {
            assert_eq!(clock(at.parse().expect("a time"), now), text);
        }
    }
}
