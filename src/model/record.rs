//! A line of the history as its readers see it: the few fields that statistics need, borrowed from the line.
//!
//! Reading is lenient where a later release may add something (fields, reasons), strict in what a record can't do
//! without: `ts`, `channel`, `endpoint`, `verdict`.

mod scan;

use super::{Blame, Reason, Verdict};
use jiff::Timestamp;
use scan::Members;
use std::borrow::Cow;

/// One result of the history.
#[derive(Clone, Debug, PartialEq)]
pub struct Record<'a> {
    /// When its probe began.
    pub at: Timestamp,
    /// The channel's name.
    pub channel: Cow<'a, str>,
    /// The endpoint's name.
    pub endpoint: Cow<'a, str>,
    /// Its verdict.
    pub verdict: Verdict,
    /// The first thing that was wrong; none for a reason that this release doesn't know.
    pub reason: Option<Reason>,
    /// HTTP status.
    pub status: Option<u16>,
    /// Milliseconds to the last byte; none when no response came.
    pub latency_ms: Option<f64>,
    /// Whether a maintenance window was open.
    pub maintenance: bool,
    /// Whole days left on the certificate.
    pub cert_days_left: Option<i64>,
    /// Whether this is the second look after a remediation.
    pub verify: bool,
    run: &'a str,
    blame: &'a str,
    url: &'a str,
    proxy: &'a str,
    message: &'a str,
    phases: &'a str,
    metrics: &'a str,
    evidence: &'a str,
}

impl<'a> Record<'a> {
    /// Reads one line, with or without its newline. None when it holds no record.
    pub fn parse(line: &'a [u8]) -> Option<Self> {
        let mut members = Members::of(std::str::from_utf8(line).ok()?);
        let (mut at, mut channel, mut endpoint, mut verdict) = (None, None, None, None);
        let (mut reason, mut status, mut latency_ms, mut maintenance) = (None, None, None, false);
        let (mut cert_days_left, mut message, mut evidence) = (None, "null", "null");
        let (mut phases, mut metrics, mut verify) = ("null", "null", false);
        let (mut run, mut blame, mut url, mut proxy) = ("null", "null", "null", "null");
        for (key, value) in &mut members {
            // Bytes, because then the compiler looks at the length and a byte or two instead of one word after the other.
            match key.as_bytes() {
                b"ts" => at = time(value),
                b"channel" => channel = text(value),
                b"endpoint" => endpoint = text(value),
                b"verdict" => verdict = verdict_of(value),
                b"reason" => reason = text(value).and_then(|word| Reason::from_word(&word)),
                b"status" => status = value.parse().ok(),
                b"latency_ms" => latency_ms = value.parse().ok().filter(|ms: &f64| ms.is_finite() && *ms >= 0.0),
                b"maintenance" => maintenance = value == "true",
                b"cert_days_left" => cert_days_left = value.parse().ok(),
                b"verify" => verify = value == "true",
                b"run" => run = value,
                b"blame" => blame = value,
                b"url" => url = value,
                b"proxy" => proxy = value,
                b"message" => message = value,
                b"phases" => phases = value,
                b"metrics" => metrics = value,
                b"evidence" => evidence = value,
                _ => {}
            }
        }
        members.is_whole().then_some(())?;
        Some(Self {
            at: at?,
            channel: channel?,
            endpoint: endpoint?,
            verdict: verdict?,
            reason,
            status,
            latency_ms,
            maintenance,
            cert_days_left,
            verify,
            run,
            blame,
            url,
            proxy,
            message,
            phases,
            metrics,
            evidence,
        })
    }

    /// The first problem for a person.
    pub fn message(&self) -> Option<String> {
        serde_json::from_str(self.message).ok().flatten()
    }

    /// The run that recorded it.
    pub fn run(&self) -> Option<Cow<'a, str>> {
        text(self.run)
    }

    /// Whose fault it was; none for a word that this release doesn't know.
    pub fn blame(&self) -> Option<Blame> {
        serde_json::from_str(self.blame).ok()
    }

    /// The URL asked, secrets masked.
    pub fn url(&self) -> Option<Cow<'a, str>> {
        text(self.url)
    }

    /// The proxy used, `POOL/HOST:PORT`.
    pub fn proxy(&self) -> Option<Cow<'a, str>> {
        text(self.proxy)
    }

    /// The number that was read from the response under this name.
    pub fn metric(&self, name: &str) -> Option<f64> {
        let mut members = Members::of(self.metrics);
        let value = members.find(|(key, _)| *key == name)?.1;
        value.parse().ok().filter(|number: &f64| number.is_finite())
    }

    /// How long each stage took, as JSON.
    pub fn phases(&self) -> &'a str {
        self.phases
    }

    /// The numbers read from the response by name, as JSON.
    pub fn metrics(&self) -> &'a str {
        self.metrics
    }

    /// The kept part of the failing response's body.
    pub fn evidence(&self) -> Option<String> {
        let mut members = Members::of(self.evidence);
        serde_json::from_str(members.find(|(key, _)| *key == "body")?.1).ok()
    }
}

/// A string's text; most have no escapes and are borrowed.
fn text(raw: &str) -> Option<Cow<'_, str>> {
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') { serde_json::from_str(raw).ok().map(Cow::Owned) } else { Some(Cow::Borrowed(inner)) }
}

fn verdict_of(raw: &str) -> Option<Verdict> {
    let word = text(raw)?;
    Verdict::ALL.into_iter().find(|verdict| verdict.as_str() == word)
}

/// RFC 3339; canary's own form (`2026-11-23T10:00:00.123Z`) without the general parser.
fn time(raw: &str) -> Option<Timestamp> {
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    own_form(inner.as_bytes()).or_else(|| inner.parse().ok())
}

fn own_form(text: &[u8]) -> Option<Timestamp> {
    let [
        y1,
        y2,
        y3,
        y4,
        b'-',
        mo1,
        mo2,
        b'-',
        d1,
        d2,
        b'T',
        h1,
        h2,
        b':',
        mi1,
        mi2,
        b':',
        s1,
        s2,
        b'.',
        f1,
        f2,
        f3,
        b'Z',
    ] = text
    else {
        return None;
    };
    let number = |digits: &[&u8]| {
        digits.iter().try_fold(0_i64, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + i64::from(**digit - b'0')))
    };
    let (year, month, day) = (number(&[y1, y2, y3, y4])?, number(&[mo1, mo2])?, number(&[d1, d2])?);
    let (hour, minute, second) = (number(&[h1, h2])?, number(&[mi1, mi2])?, number(&[s1, s2])?);
    // Odd dates (29 February, the 31st, leap seconds) are the general parser's.
    let plain = year >= 1970 && (1..=12).contains(&month) && (1..=28).contains(&day);
    if !plain || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let secs = days_since_1970(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
    Timestamp::from_millisecond(secs * 1_000 + number(&[f1, f2, f3])?).ok()
}

/// Days of the proleptic Gregorian calendar, with years that begin in March so that the leap day is the last one.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year / 400, year % 400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests;
