//! `Retry-After` (RFC 9110, section 10.2.3).

use http::HeaderMap;
use http::header::RETRY_AFTER;
use jiff::Timestamp;
use std::time::{Duration, UNIX_EPOCH};

/// The wait that a response asks for: seconds, or the time until an HTTP date, none left once that has passed.
/// Anything else is as good as absent. The caller bounds it.
pub fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let until = httpdate::parse_http_date(text).ok()?.duration_since(UNIX_EPOCH).ok()?;
    let since = Duration::from_nanos(u64::try_from(now.as_nanosecond()).ok()?);
    Some(until.saturating_sub(since))
}
