//! Formats that a validator asserts, and only what surely passes.

use regex::Regex;
use std::net::Ipv4Addr;
use std::sync::LazyLock;

/// One of the formats that are recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    DateTime,
    Uuid,
    Ipv4,
    Email,
    Uri,
}

impl Format {
    pub(super) const ALL: [Self; 5] = [Self::DateTime, Self::Uuid, Self::Ipv4, Self::Email, Self::Uri];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::DateTime => "date-time",
            Self::Uuid => "uuid",
            Self::Ipv4 => "ipv4",
            Self::Email => "email",
            Self::Uri => "uri",
        }
    }

    /// Whether the text surely has it.
    pub(super) fn fits(self, text: &str) -> bool {
        match self {
            // Leap seconds are right and left alone: nobody's status has one.
            Self::DateTime => is_match(&DATE_TIME, text) && text.parse::<jiff::Timestamp>().is_ok(),
            Self::Uuid => is_match(&UUID, text),
            Self::Ipv4 => text.parse::<Ipv4Addr>().is_ok(),
            Self::Email => is_match(&EMAIL, text),
            Self::Uri => is_match(&URI, text) && url::Url::parse(text).is_ok(),
        }
    }
}

static DATE_TIME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$").ok()
});
static UUID: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$").ok());
static EMAIL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^[A-Za-z0-9]+([._+-][A-Za-z0-9]+)*@[A-Za-z0-9]+(-[A-Za-z0-9]+)*(\.[A-Za-z0-9]+(-[A-Za-z0-9]+)*)+$")
        .ok()
});
static URI: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^https?://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d{1,5})?(/([A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*)?(\?([A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?$",
    )
    .ok()
});

/// At most so much is looked at: no id or address is longer.
const LONGEST: usize = 254;

fn is_match(regex: &LazyLock<Option<Regex>>, text: &str) -> bool {
    text.len() <= LONGEST && regex.as_ref().is_some_and(|regex| regex.is_match(text))
}
