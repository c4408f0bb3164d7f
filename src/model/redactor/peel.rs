//! Taking escapes off a text, so that a secret is found in any mixture of them.

/// A text with one layer of percent and JSON escapes taken off, and where each of its bytes stood.
pub(super) struct Peeled {
    /// The text. It need not be UTF-8.
    pub(super) bytes: Vec<u8>,
    /// Where in the original each byte begins, and at last where the original ends.
    from: Vec<usize>,
}

impl Peeled {
    /// One layer off a text; none when it has no escape.
    pub(super) fn of(text: &str) -> Option<Self> {
        has_escape(text.as_bytes()).then(|| peel(text.as_bytes(), |at| at))
    }

    /// The next layer.
    pub(super) fn further(&self) -> Option<Self> {
        has_escape(&self.bytes).then(|| peel(&self.bytes, |at| self.from.get(at).copied().unwrap_or_default()))
    }

    /// Where in the original a stretch of this text stood.
    pub(super) fn origin(&self, start: usize, end: usize) -> std::ops::Range<usize> {
        let at = |place: usize| self.from.get(place).copied().unwrap_or_default();
        at(start)..at(end)
    }
}

fn has_escape(bytes: &[u8]) -> bool {
    bytes.iter().any(|byte| matches!(byte, b'%' | b'\\'))
}

/// Percent escapes become their bytes, `\uXXXX` its character, and all other backslashes go, however many they are:
/// each nesting of JSON in JSON doubles them.
fn peel(bytes: &[u8], origin: impl Fn(usize) -> usize) -> Peeled {
    let mut out = Peeled { bytes: Vec::with_capacity(bytes.len()), from: Vec::with_capacity(bytes.len() + 1) };
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        at += backslashes(&bytes[at..]);
        let mut put = |decoded: &[u8]| {
            out.bytes.extend_from_slice(decoded);
            out.from.extend(std::iter::repeat_n(origin(start), decoded.len()));
        };
        match bytes[at..] {
            [] => break,
            [b'u', ref rest @ ..] if at > start && unit(rest).is_some() => {
                let (c, taken) = character(&bytes[start..]);
                put(c.encode_utf8(&mut [0; 4]).as_bytes());
                at = start + taken;
            }
            [b'%', high, low, ..] if hex(high).is_some() && hex(low).is_some() => {
                put(&[hex(high).unwrap_or_default() << 4 | hex(low).unwrap_or_default()]);
                at += 3;
            }
            [plain, ..] => {
                put(&[plain]);
                at += 1;
            }
        }
    }
    out.from.push(origin(bytes.len()));
    out
}

fn backslashes(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| **byte == b'\\').count()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// Four hexadecimal digits.
fn unit(bytes: &[u8]) -> Option<u16> {
    bytes.get(..4)?.iter().try_fold(0, |sum, digit| Some(sum << 4 | u16::from(hex(*digit)?)))
}

/// `\uXXXX`.
fn escaped_unit(bytes: &[u8]) -> Option<(u16, usize)> {
    let slashes = backslashes(bytes);
    let digits = bytes[slashes..].strip_prefix(b"u").filter(|_| slashes > 0)?;
    Some((unit(digits)?, slashes + 5))
}

/// The character that begins here, and its length: one unit, or two for what lies beyond U+FFFF (RFC 8259, section 7).
fn character(bytes: &[u8]) -> (char, usize) {
    let Some((first, length)) = escaped_unit(bytes) else { return (char::REPLACEMENT_CHARACTER, 1) };
    let second = escaped_unit(&bytes[length..]);
    let pair = second.and_then(|(second, more)| {
        let c = char::decode_utf16([first, second]).next()?.ok().filter(|c| c.len_utf16() == 2)?;
        Some((c, length + more))
    });
    pair.unwrap_or_else(|| (char::from_u32(u32::from(first)).unwrap_or(char::REPLACEMENT_CHARACTER), length))
}
