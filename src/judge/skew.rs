//! Is a value stale, or is this machine's clock wrong? Decided from what several hosts' `Date` headers say.

use crate::model::{Observation, Response};
use crate::text::duration;
use http::header::{AGE, DATE};
use jiff::Timestamp;
use std::time::Duration;

/// Hosts that must agree: fewer could be one machine whose own clock is wrong.
const WITNESSES: usize = 3;

/// Seconds by which clocks may differ, as for a value in the body.
const UNMENTIONED: i64 = 60;

/// Seconds by which witnesses that agree may differ: the header has whole seconds, and answers take their time.
const APART: i64 = 30;

/// The years in which a clock can be right: canary is not older, and this release won't be in use for longer than 20 years.
const SANE_YEARS: std::ops::RangeInclusive<i16> = 2024..=2046;

/// What is wrong with a clock that is decades off; none of a clock that may be right.
pub fn absurd(now: Timestamp) -> Option<String> {
    let year = jiff::tz::TimeZone::UTC.to_datetime(now).year();
    (!SANE_YEARS.contains(&year)).then(|| format!("this machine's clock looks wrong ({year})"))
}

/// How far this machine's clock is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skew {
    /// Seconds from its time to the right one: positive when it is behind.
    pub seconds: i64,
    /// Hosts that say so.
    pub hosts: usize,
}

impl Skew {
    /// `this machine's clock is 5 min behind (the Date headers of 3 hosts agree)`.
    pub fn words(&self) -> String {
        let off = self.seconds.unsigned_abs();
        let span = match (off + 30) / 60 {
            minutes @ ..120 => format!("{minutes} min"),
            _ => duration::human(Duration::from_secs(off)),
        };
        let side = if self.seconds > 0 { "behind" } else { "ahead" };
        format!("this machine's clock is {span} {side} (the Date headers of {} hosts agree)", self.hosts)
    }
}

/// By how many seconds the clock of whoever answered is ahead of `now` (RFC 9110, section 6.6.1); none when it doesn't say.
/// Neither does a stored answer (RFC 9111, section 5.1), nor what a proxy may have said itself.
pub fn ahead(seen: &Observation, now: Timestamp) -> Option<i64> {
    let Observation::Response(response) = seen else { return None };
    let Response { trace, headers, .. } = response.as_ref();
    if headers.contains_key(AGE) || trace.redirects > 0 || (trace.proxy.is_some() && trace.cert.is_none()) {
        return None;
    }
    let date = httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()?;
    let date = date.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs();
    Some(i64::try_from(date).ok()?.saturating_sub(now.as_second()))
}

/// Whether a clock so far ahead, or behind, is worth a question.
pub fn is_off(ahead: i64) -> bool {
    ahead.unsigned_abs() > UNMENTIONED.unsigned_abs()
}

/// How far this machine's clock is off, when at least three hosts and two thirds of all agree; one number a host.
pub fn skew(mut ahead: Vec<i64>) -> Option<Skew> {
    ahead.sort_unstable();
    let middle = *ahead.get(ahead.len() / 2)?;
    let hosts = ahead.iter().filter(|one| one.abs_diff(middle) <= APART.unsigned_abs()).count();
    (is_off(middle) && hosts >= WITNESSES && hosts * 3 >= ahead.len() * 2).then_some(Skew { seconds: middle, hosts })
}

#[cfg(test)]
mod tests {
    use super::{Skew, ahead, skew};
    use crate::model::{Observation, Response, Trace};
    use http::{HeaderMap, HeaderName, HeaderValue};

    #[test]
    fn several_hosts_must_agree() {
        let off = |seconds, hosts| Some(Skew { seconds, hosts });
        for (hosts, wanted) in [
            (vec![], None),
            (vec![300, 300], None),
            (vec![300, 299, 301], off(300, 3)),
            (vec![-300, -310, -290], off(-300, 3)),
            (vec![0, 300, 300, 300], off(300, 3)),
            (vec![0, 300, 300, 300, 300], off(300, 4)),
            (vec![0, 0, 0, 300], None),
            (vec![60, 59, 60], None),
            (vec![100, 200, 300], None),
            (vec![0, 0, 300, 300, 300], None),
        ] {
            assert_eq!(skew(hosts.clone()), wanted, "{hosts:?}");
        }
    }

    #[test]
    fn says_how_far_it_is_off() {
        let words = |seconds| Skew { seconds, hosts: 3 }.words();
        assert_eq!(words(299), "this machine's clock is 5 min behind (the Date headers of 3 hosts agree)");
        assert!(words(-86_400).starts_with("this machine's clock is 1d ahead ("), "{}", words(-86_400));
    }

    #[test]
    fn only_a_fresh_answer_of_the_target_tells_the_time() {
        let now = "2026-11-24T10:00:00Z".parse().unwrap();
        let seen = |headers: &[(&'static str, &'static str)], trace| {
            let pairs = headers.iter().map(|(k, v)| (HeaderName::from_static(k), HeaderValue::from_static(v)));
            let response =
                Response { trace, status: 200, headers: pairs.collect::<HeaderMap>(), body: bytes::Bytes::new() };
            ahead(&Observation::Response(Box::new(response)), now)
        };
        let date = ("date", "Tue, 24 Nov 2026 10:05:00 GMT");
        assert_eq!(seen(&[date], Trace::default()), Some(300));
        assert_eq!(seen(&[], Trace::default()), None);
        assert_eq!(seen(&[("date", "soon")], Trace::default()), None);
        assert_eq!(seen(&[date, ("age", "1")], Trace::default()), None);
        let through = Trace { proxy: Some("pool/exit:1".to_owned()), ..Trace::default() };
        assert_eq!(seen(&[date], through), None, "it may be the exit that answers");
    }
}
