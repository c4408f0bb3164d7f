//! Secret values, and the redactor that keeps them out of everything canary writes.

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine as _;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use regex::Regex;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::{self, Write as _};
use std::sync::{Arc, OnceLock};

/// What stands where a secret stood.
pub const MASK: &str = "***";

/// Values shorter than this are masked only in their own place: masking every `1` or `ok` would destroy the output.
pub const SHORTEST_GLOBAL: usize = 4;

/// A piece of base64 shorter than this could be anything.
const SHORTEST_SHIFTED: usize = 6;

/// Whether a header, setting or query parameter of this name holds a secret even when its value is literal:
/// `authorization|cookie|*token*|*secret*|*key*`, and what else passwords are called.
pub fn names_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["authorization", "cookie", "token", "secret", "key"].iter().any(|part| name.contains(part))
}

/// A value that must not be seen; `Debug` and `Display` show `***`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Secret(Arc<str>);

impl Secret {
    /// Wraps a value.
    pub fn new(value: &str) -> Self {
        Self(Arc::from(value))
    }

    /// The value itself, for the one place that sends it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

/// Finds every known secret in a text: raw, percent-encoded, base64, JSON-escaped; and masks it.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    forms: Arc<BTreeSet<String>>,
    finder: Option<Arc<AhoCorasick>>,
    /// Values with characters that some encoding changes.
    special: Arc<BTreeSet<String>>,
    /// Finds those in any mixture of percent and JSON escapes; made when a text first holds an escape.
    mixed: Arc<OnceLock<Option<Regex>>>,
}

impl Redactor {
    /// Prepares for these values. Those shorter than [`SHORTEST_GLOBAL`] bytes are left to their own place.
    pub fn new<'a>(values: impl IntoIterator<Item = &'a str>) -> Self {
        Self::default().and(values)
    }

    /// The same for more values.
    #[must_use]
    pub fn and<'a>(&self, values: impl IntoIterator<Item = &'a str>) -> Self {
        let mut values = values.into_iter().filter(|value| value.len() >= SHORTEST_GLOBAL).peekable();
        if values.peek().is_none() {
            return self.clone();
        }
        let mut forms = BTreeSet::clone(&self.forms);
        let mut special = BTreeSet::clone(&self.special);
        for value in values {
            if !value.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                special.insert(value.to_owned());
            }
            forms.extend(forms_of(value).into_iter().filter(|form| form.len() >= SHORTEST_GLOBAL));
        }
        if forms.is_empty() {
            return Self::default();
        }
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&forms).ok().map(Arc::new);
        Self { forms: Arc::new(forms), finder, special: Arc::new(special), mixed: Arc::default() }
    }

    /// The text without secrets.
    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut masked = Cow::Borrowed(text);
        if let Some(finder) = self.finder.as_ref().filter(|finder| finder.is_match(text)) {
            let mut out = String::with_capacity(text.len());
            finder.replace_all_with(text, &mut out, |_, _, out| {
                out.push_str(MASK);
                true
            });
            masked = Cow::Owned(out);
        }
        let escaped = masked.bytes().any(|byte| matches!(byte, b'%' | b'\\'));
        if escaped
            && let Some(mixed) = self.mixed()
            && let Cow::Owned(out) = mixed.replace_all(&masked, MASK)
        {
            masked = Cow::Owned(out);
        }
        masked
    }

    fn mixed(&self) -> Option<&Regex> {
        let make = || {
            let pattern = self.special.iter().map(|value| in_any_escape(value)).collect::<Vec<_>>().join("|");
            regex::RegexBuilder::new(&pattern).size_limit(64 << 20).build().ok()
        };
        if self.special.is_empty() { None } else { self.mixed.get_or_init(make).as_ref() }
    }

    /// The bytes at which secrets stand.
    pub fn find(&self, text: &str) -> Vec<std::ops::Range<usize>> {
        self.finder.iter().flat_map(|finder| finder.find_iter(text)).map(|found| found.range()).collect()
    }

    /// The same, in place.
    pub fn redact_in_place(&self, text: &mut String) {
        if let Cow::Owned(masked) = self.redact(text) {
            *text = masked;
        }
    }
}

/// A pattern for the value in any mixture of percent-encoding and, however often nested, JSON escapes.
fn in_any_escape(value: &str) -> String {
    let mut pattern = String::new();
    for c in value.chars() {
        let _ = write!(pattern, r"(?:\\*{}|", regex::escape(c.encode_utf8(&mut [0; 4])));
        for byte in c.encode_utf8(&mut [0; 4]).bytes() {
            let _ = write!(pattern, "%(?i:{byte:02x})");
        }
        pattern.push('|');
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _ = write!(pattern, r"\\+u(?i:{unit:04x})");
        }
        pattern.push(')');
    }
    pattern
}

/// The shapes in which a value may come back.
fn forms_of(value: &str) -> Vec<String> {
    if value.len() < SHORTEST_GLOBAL {
        return Vec::new();
    }
    let standard = base64::engine::general_purpose::STANDARD.encode(value);
    let url_safe = base64::engine::general_purpose::URL_SAFE.encode(value);
    let percent = utf8_percent_encode(value, NON_ALPHANUMERIC).to_string();
    let gentle = url::form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>();
    let decoded = percent_decode_str(value).decode_utf8_lossy().into_owned();
    let json = serde_json::Value::from(value).to_string();
    let mut json_slashes = json[1..json.len() - 1].to_owned();
    json_slashes = json_slashes.replace('/', "\\/");
    let ascii_json = json[1..json.len() - 1]
        .chars()
        .flat_map(|c| {
            if c.is_ascii() {
                vec![u16::try_from(u32::from(c)).unwrap_or_default()]
            } else {
                c.encode_utf16(&mut [0; 2]).to_vec()
            }
        })
        .map(|unit| match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() => char::from(byte).to_string(),
            _ => format!("\\u{unit:04x}"),
        })
        .collect::<String>();
    let mut forms = vec![
        value.to_owned(),
        percent.to_lowercase_escapes(),
        percent,
        url_userinfo(value),
        url_query(value),
        gentle,
        decoded,
        json[1..json.len() - 1].to_owned(),
        json_slashes,
        ascii_json,
        standard.trim_end_matches('=').to_owned(),
        url_safe.trim_end_matches('=').to_owned(),
        standard,
        url_safe,
    ];
    forms.extend(shifted(value));
    forms.dedup();
    forms
}

/// The base64 of a longer text has a value in one of three shapes, by where it begins. Of the two shifted ones this is what
/// only the value decides: the first and last characters are its neighbours' too.
fn shifted(value: &str) -> Vec<String> {
    use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
    let mut out = Vec::new();
    for before in [1, 2] {
        let text = ["\0".repeat(before).as_bytes(), value.as_bytes()].concat();
        let (from, to) = ((before * 8).div_ceil(6), text.len() * 8 / 6);
        if to - from >= SHORTEST_SHIFTED {
            out.extend(
                [STANDARD_NO_PAD.encode(&text), URL_SAFE_NO_PAD.encode(&text)].map(|all| all[from..to].to_owned()),
            );
        }
    }
    out
}

/// As the `url` crate writes it into userinfo.
fn url_userinfo(value: &str) -> String {
    let mut url = url::Url::parse("http://u@h/").ok();
    if let Some(url) = &mut url {
        let _ = url.set_password(Some(value));
    }
    url.and_then(|url| url.password().map(str::to_owned)).unwrap_or_default()
}

/// As the `url` crate writes it into a query.
fn url_query(value: &str) -> String {
    let mut url = url::Url::parse("http://h/").ok();
    if let Some(url) = &mut url {
        url.set_query(Some(value));
    }
    url.and_then(|url| url.query().map(str::to_owned)).unwrap_or_default()
}

trait LowercaseEscapes {
    fn to_lowercase_escapes(&self) -> String;
}

impl LowercaseEscapes for String {
    /// `%2F` becomes `%2f`; everything outside an escape stays.
    fn to_lowercase_escapes(&self) -> String {
        let mut out = String::with_capacity(self.len());
        let mut in_escape = 0;
        for c in self.chars() {
            if c == '%' {
                in_escape = 3;
            }
            out.push(if in_escape > 0 { c.to_ascii_lowercase() } else { c });
            in_escape = in_escape.max(1) - 1;
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::{MASK, Redactor, SHORTEST_GLOBAL};
    use proptest::prelude::*;

    #[test]
    fn masks_base64_wherever_in_it_the_value_stands() {
        use base64::Engine as _;
        let redactor = Redactor::new(["s3cr3t-t0ken"]);
        for before in ["", "x", "xy", "xyz", "other_user:"] {
            for after in ["", "z", ":zz"] {
                let text = format!("{before}s3cr3t-t0ken{after}");
                let encoded = base64::engine::general_purpose::STANDARD.encode(text);
                let shown = redactor.redact(&encoded).into_owned();
                assert!(shown.contains("***") && shown.len() < encoded.len() - 6, "{before}|{after}: {shown}");
            }
        }
        assert_eq!(redactor.redact("nothing of it"), "nothing of it");
    }

    #[test]
    fn masks_every_form() {
        let redactor = Redactor::new(["s3cr/t \"ü+x"]);
        let seen = [
            "s3cr/t \"ü+x",
            "s3cr%2Ft%20%22%C3%BC%2Bx",
            "s3cr%2ft%20%22%c3%bc%2bx",
            "s3cr%2Ft+%22%C3%BC%2Bx",
            "s3cr/t \\\"ü+x",
            "s3cr\\/t \\\"ü+x",
            "s3cr/t \\\"\\u00fc+x",
            "czNjci90ICLDvCt4",
        ];
        for text in seen {
            assert_eq!(redactor.redact(&format!("a {text} b")), format!("a {MASK} b"), "{text}");
        }
    }

    #[test]
    fn leaves_short_values_to_their_place() {
        assert_eq!(Redactor::new(["1", "ok"]).redact("ok 1"), "ok 1");
    }

    proptest! {
        #[test]
        fn no_secret_survives(secret in "[ -~]{4,24}", before in "[ -~]{0,40}", after in "[ -~]{0,40}") {
            prop_assume!(!secret.contains('*') && secret.len() >= SHORTEST_GLOBAL);
            let redactor = Redactor::new([secret.as_str()]);
            let masked = redactor.redact(&format!("{before}{secret}{after}")).into_owned();
            prop_assert!(!masked.contains(&secret));
        }
    }
}
