//! The shapes in which a secret comes back from a remote.

use crate::model::secret::SHORTEST_GLOBAL;
use base64::Engine as _;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// A piece of base64 shorter than this could be anything.
const SHORTEST_SHIFTED: usize = 6;

/// The shapes in which a value may come back.
pub(super) fn forms_of(value: &str) -> Vec<String> {
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
        // as they stand where all backslashes have been dropped
        value.replace('\\', ""),
        json[1..json.len() - 1].replace('\\', ""),
    ];
    forms.extend(shifted(value));
    forms.retain(|form| form.len() >= SHORTEST_GLOBAL);
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
