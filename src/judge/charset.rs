//! A body as text.

use std::borrow::Cow;

/// Decodes by byte order mark, else by the content type's charset, else as UTF-8; what can't be decoded is replaced
/// by U+FFFD. Known are UTF-8, UTF-16 in both orders, and ISO 8859-1, which also stands for windows-1252; any other
/// charset is read as UTF-8.
pub(super) fn decode<'b>(body: &'b [u8], content_type: Option<&str>) -> Cow<'b, str> {
    match body {
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest),
        [0xff, 0xfe, rest @ ..] => Cow::Owned(utf16(rest, u16::from_le_bytes)),
        [0xfe, 0xff, rest @ ..] => Cow::Owned(utf16(rest, u16::from_be_bytes)),
        _ => match charset(content_type.unwrap_or_default()).as_deref() {
            Some("iso-8859-1" | "latin1" | "latin-1" | "windows-1252" | "cp1252") => {
                Cow::Owned(body.iter().copied().map(char::from).collect())
            }
            Some("utf-16le") => Cow::Owned(utf16(body, u16::from_le_bytes)),
            // RFC 2781, section 4.3: without a mark it is big-endian.
            Some("utf-16be" | "utf-16") => Cow::Owned(utf16(body, u16::from_be_bytes)),
            _ => String::from_utf8_lossy(body),
        },
    }
}

/// The `charset` parameter, lower case, quotes off.
fn charset(content_type: &str) -> Option<String> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"').to_ascii_lowercase())
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let mut text: String = char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
        .map(|one| one.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    if !odd.is_empty() {
        text.push(char::REPLACEMENT_CHARACTER);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn honours_marks_and_charsets() {
        let cases: [(&[u8], Option<&str>, &str); 9] = [
            ("привет".as_bytes(), None, "привет"),
            (b"\xef\xbb\xbfok", Some("text/plain; charset=latin1"), "ok"),
            (b"caf\xe9", Some("text/plain; charset=ISO-8859-1"), "café"),
            (b"caf\xe9", Some("text/plain; Charset=\"windows-1252\""), "café"),
            (b"caf\xe9", Some("text/plain"), "caf\u{fffd}"),
            (b"\xff\xfeo\0k\0", None, "ok"),
            (b"\xfe\xff\0o\0k", None, "ok"),
            (b"o\0k\0!", Some("text/plain; charset=utf-16le"), "ok\u{fffd}"),
            (b"\0o\0k", Some("text/plain;charset=utf-16"), "ok"),
        ];
        for (body, content_type, text) in cases {
            assert_eq!(decode(body, content_type), text);
        }
    }
}
