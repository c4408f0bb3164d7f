//! The kinds of strings.

use super::{Shown, Text};
use crate::config::address;
use crate::judge::{JsonPath, Pattern};
use crate::model::Name;
use http::{HeaderName, HeaderValue, Method};
use jiff::{Timestamp, civil, tz::TimeZone};

const fn text(expected: &'static str, check: fn(&str) -> Result<(), String>) -> Text {
    Text { expected, check, expand: true, scalars: false, shown: Shown::Plain }
}

/// Words for people.
pub(in crate::config) static PROSE: Text = text("a string", anything);
/// A path relative to the configuration.
pub(in crate::config) static FILE: Text = Text { shown: Shown::File, ..text("a path", path) };
/// A path relative to something else.
pub(in crate::config) static PATH: Text = text("a path", path);
/// A tag.
pub(in crate::config) static TAG: Text =
    Text { shown: Shown::Open, ..text("a tag such as `ru`", |tag| Name::parse(tag).map(drop)) };
/// An HTTP method.
pub(in crate::config) static METHOD: Text = Text { shown: Shown::Open, ..text("a method such as GET", method) };
/// An http or https URL.
pub(in crate::config) static URL: Text =
    Text { shown: Shown::Url, ..text("a URL such as https://example.com/health", address::check_http) };
/// A channel's `base_url`.
pub(in crate::config) static BASE_URL: Text =
    Text { shown: Shown::Url, ..text("a URL such as http://127.0.0.1:8767", address::check_base) };
/// A path joined to `base_url`.
pub(in crate::config) static URL_PATH: Text =
    Text { shown: Shown::Url, ..text("a path such as /health", address::check_path) };
/// A proxy's URL.
pub(in crate::config) static PROXY_URL: Text = Text {
    shown: Shown::Url,
    ..text("a URL such as http://user:pass@host:8000 or socks5h://host:1080", address::check_proxy)
};
/// A mail server's URL.
pub(in crate::config) static MAIL_URL: Text =
    Text { shown: Shown::Url, ..text("a URL such as smtps://user:pass@host:465", address::check_mail) };
/// Something that answers while this machine is online.
pub(in crate::config) static ONLINE: Text =
    Text { shown: Shown::Url, ..text("a URL such as https://ya.ru or tcp://1.1.1.1:443", address::check_online) };
/// A value that is never shown.
pub(in crate::config) static SECRET: Text = Text { shown: Shown::Secret, ..text("a string", anything) };
/// A value of which what comes from outside is not shown.
pub(in crate::config) static LITERAL: Text =
    Text { shown: Shown::Literal, scalars: true, ..text("a string, number or boolean", anything) };
/// A header's value.
pub(in crate::config) static HEADER: Text =
    Text { shown: Shown::Literal, scalars: true, ..text("a header's value", header_value) };
/// A request body.
pub(in crate::config) static BODY: Text = Text { shown: Shown::Literal, ..text("a string", anything) };
/// A process argument.
pub(in crate::config) static ARGUMENT: Text = Text { scalars: true, ..text("a string", argument) };
/// A regex: never expanded.
pub(in crate::config) static REGEX: Text =
    Text { expand: false, ..text("a regex", |text| Pattern::parse(text).map(drop)) };
/// A JSONPath.
pub(in crate::config) static JSON_PATH: Text =
    Text { shown: Shown::Open, ..text("a JSONPath such as $.status", |text| JsonPath::parse(text).map(drop)) };
/// A host's name for SNI.
pub(in crate::config) static HOST: Text = Text { shown: Shown::Open, ..text("a host's name", host) };
/// An address for `resolve`.
pub(in crate::config) static SOCKET: Text = Text {
    shown: Shown::Open,
    ..text("an address such as 127.0.0.1, 127.0.0.1:8443 or [::1]:8443", |text| address::socket(text).map(drop))
};
/// A time of the day.
pub(in crate::config) static CLOCK: Text =
    Text { shown: Shown::Open, ..text("a time such as 23:00", |text| clock(text).map(drop)) };
/// A moment.
pub(in crate::config) static MOMENT: Text =
    Text { shown: Shown::Open, ..text("a time such as 2026-11-23T10:00:00Z", |text| moment(text).map(drop)) };
/// A time zone.
pub(in crate::config) static ZONE: Text =
    Text { shown: Shown::Open, ..text("a time zone such as Europe/Moscow", |text| zone(text).map(drop)) };
/// A mail address.
pub(in crate::config) static MAILBOX: Text = Text { shown: Shown::Written, ..text("a mail address", mailbox) };
/// A Telegram chat: a number or `@name`.
pub(in crate::config) static CHAT: Text =
    Text { scalars: true, shown: Shown::Literal, ..text("a chat id such as -1001234567890 or @name", anything) };

#[expect(clippy::unnecessary_wraps, reason = "one of many rules of the same type")]
fn anything(_: &str) -> Result<(), String> {
    Ok(())
}

fn path(text: &str) -> Result<(), String> {
    if text.contains('\0') { Err("a path can't hold a NUL byte".to_owned()) } else { Ok(()) }
}

fn argument(text: &str) -> Result<(), String> {
    if text.contains('\0') { Err("a process argument can't hold a NUL byte".to_owned()) } else { Ok(()) }
}

fn method(text: &str) -> Result<(), String> {
    if Method::from_bytes(text.as_bytes()).is_err() {
        return Err(format!("`{text}` is not an HTTP method"));
    }
    let upper = text.to_ascii_uppercase();
    if upper != text {
        return Err(format!("methods are upper case: `{upper}`"));
    }
    if text == "CONNECT" {
        return Err("CONNECT is for proxies, not for endpoints".to_owned());
    }
    Ok(())
}

/// The rule of a header's name.
pub(in crate::config) fn any_header_name(text: &str) -> Result<HeaderName, String> {
    HeaderName::from_bytes(text.as_bytes()).map_err(|_| format!("`{text}` is not a header's name"))
}

/// The rule of the name of a header that is sent; those that frame the message are canary's own.
pub(in crate::config) fn header_name(text: &str) -> Result<HeaderName, String> {
    let name = any_header_name(text)?;
    match name.as_str() {
        "content-length" | "transfer-encoding" | "connection" | "upgrade" | "te" | "trailer" => {
            Err(format!("`{text}` frames the message: canary sets it itself"))
        }
        _ => Ok(name),
    }
}

fn header_value(text: &str) -> Result<(), String> {
    match HeaderValue::from_bytes(text.as_bytes()) {
        Ok(_) => Ok(()),
        Err(_) => Err("a header's value can't hold line breaks or other control characters".to_owned()),
    }
}

fn host(text: &str) -> Result<(), String> {
    match url::Host::parse(text) {
        Ok(_) => Ok(()),
        Err(error) => Err(format!("`{text}` is not a host's name: {error}")),
    }
}

/// `23:00` or `23:00:30`.
pub(in crate::config) fn clock(text: &str) -> Result<civil::Time, String> {
    let wrong = || format!("`{text}` is not a time of the day such as 23:00");
    let mut parts = text.split(':').map(|part| match part.len() {
        2 if part.bytes().all(|byte| byte.is_ascii_digit()) => part.parse::<i8>().ok(),
        _ => None,
    });
    let (hour, minute) = (parts.next().flatten(), parts.next().flatten());
    let second = match parts.next() {
        None => Some(0),
        Some(second) => second,
    };
    match (hour, minute, second, parts.next()) {
        (Some(hour), Some(minute), Some(second), None) => {
            civil::Time::new(hour, minute, second, 0).map_err(|_| wrong())
        }
        _ => Err(wrong()),
    }
}

/// An RFC 3339 time with its offset.
pub(in crate::config) fn moment(text: &str) -> Result<Timestamp, String> {
    let local = text.get(..19).and_then(|local| local.parse::<civil::DateTime>().ok());
    if let (Some(local), Err(_), Some(_)) = (local, text.parse::<Timestamp>(), text.get(20..))
        && local.year() == 9999
    {
        return Err(format!("`{text}` is beyond what can be computed: the last moment is {}", Timestamp::MAX));
    }
    text.parse().map_err(|_| format!("`{text}` is not a time such as 2026-11-23T10:00:00Z, with its offset"))
}

/// An IANA name, `UTC`, or an offset such as `+03:00`.
pub(in crate::config) fn zone(text: &str) -> Result<TimeZone, String> {
    if text.starts_with(['+', '-']) {
        let wrong = || format!("`{text}` is not an offset such as +03:00");
        let (sign, digits) = text.split_at(1);
        let (hours, minutes) = digits.split_once(':').ok_or_else(wrong)?;
        if hours.len() != 2 || minutes.len() != 2 {
            return Err(wrong());
        }
        let hours: i32 = hours.parse().map_err(|_| wrong())?;
        let minutes: i32 = minutes.parse().map_err(|_| wrong())?;
        if !(0..=14).contains(&hours) || !(0..60).contains(&minutes) {
            return Err(wrong());
        }
        let seconds = (hours * 60 + minutes) * 60;
        let seconds = if sign == "-" { -seconds } else { seconds };
        return jiff::tz::Offset::from_seconds(seconds).map(TimeZone::fixed).map_err(|_| wrong());
    }
    TimeZone::get(text).map_err(|_| format!("`{text}` is not a time zone such as Europe/Moscow, UTC or +03:00"))
}

fn mailbox(text: &str) -> Result<(), String> {
    let inner = text.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')).map_or(text, |(_, address)| address);
    match inner.rsplit_once('@') {
        Some((local, domain)) if !local.is_empty() && !domain.is_empty() && !text.contains(char::is_control) => Ok(()),
        _ => Err(format!("`{text}` is not a mail address")),
    }
}

#[cfg(test)]
mod tests {
    use super::{clock, header_name, mailbox, method, moment, zone};

    #[test]
    fn reads_times() {
        for good in ["00:00", "23:59", "23:59:59"] {
            assert!(clock(good).is_ok(), "{good}");
        }
        for bad in ["24:00", "1:30", "23:60", "23", "23:00:00:00", "", "+1:00", "noon"] {
            assert!(clock(bad).is_err(), "{bad}");
        }
        assert!(moment("2026-11-23T10:00:00+03:00").is_ok());
        assert!(moment("2026-11-23T10:00:00").is_err());
        assert!(moment("tomorrow").is_err());
        assert!(moment("9999-12-31T23:59:59Z").is_err_and(|words| words.contains("beyond what can be computed")));
        assert!(moment("9999-12-31T23:59:59").is_err_and(|words| words.contains("is not a time")));
    }

    #[test]
    fn reads_zones() {
        for good in ["Europe/Moscow", "UTC", "+03:00", "-05:30"] {
            assert!(zone(good).is_ok(), "{good}");
        }
        for bad in ["Mars/Olympus", "+3", "+99:00", ""] {
            assert!(zone(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn keeps_the_rules_of_http() {
        assert!(method("PURGE").is_ok());
        assert_eq!(method("get"), Err("methods are upper case: `GET`".to_owned()));
        assert!(method("A B").is_err());
        assert!(header_name("X-Api-Key").is_ok());
        assert!(header_name("Content-Length").is_err());
        assert!(header_name("a b").is_err());
        assert!(mailbox("Ops <ops@example.com>").is_ok());
        assert!(mailbox("ops").is_err());
    }
}
