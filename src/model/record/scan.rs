//! Finding the members of one line's object without building anything.
//!
//! The structure is checked (quotes, nesting, commas, colons); what stands inside a value that nobody reads is not.

/// The members of a JSON object, as slices of its text.
pub(super) struct Members<'a> {
    text: &'a str,
    at: usize,
    state: State,
    /// How many members there were.
    turn: usize,
}

/// The keys of a history line in canary's own order: what is expected is found faster than what must be looked for.
const OWN: [&str; 28] = [
    "\"v\":",
    "\"ts\":",
    "\"run\":",
    "\"channel\":",
    "\"endpoint\":",
    "\"verdict\":",
    "\"reason\":",
    "\"blame\":",
    "\"message\":",
    "\"problems\":",
    "\"method\":",
    "\"url\":",
    "\"final_url\":",
    "\"remote_addr\":",
    "\"http_version\":",
    "\"status\":",
    "\"latency_ms\":",
    "\"phases\":",
    "\"attempts\":",
    "\"redirects\":",
    "\"proxy\":",
    "\"bytes\":",
    "\"cert_days_left\":",
    "\"metrics\":",
    "\"evidence\":",
    "\"suppressed_by\":",
    "\"maintenance\":",
    "\"verify\":",
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    First,
    Next,
    Done,
    Broken,
}

impl<'a> Members<'a> {
    /// `text` is one whole line, with or without white space around the object.
    pub(super) fn of(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let at = white(bytes, 0);
        let state = if bytes.get(at) == Some(&b'{') { State::First } else { State::Broken };
        Self { text, at: at + 1, state, turn: 0 }
    }

    /// Whether the object ended as it should, with nothing behind it.
    pub(super) fn is_whole(&self) -> bool {
        self.state == State::Done
    }

    /// The next member, or none at the end or where the text is broken; the state tells which.
    #[inline]
    fn member(&mut self) -> Option<(&'a str, &'a str)> {
        let bytes = self.text.as_bytes();
        let mut at = white(bytes, self.at);
        match (bytes.get(at)?, self.state) {
            (b'}', State::First | State::Next) => {
                if white(bytes, at + 1) == bytes.len() {
                    self.state = State::Done;
                }
                return None;
            }
            (b',', State::Next) => at = white(bytes, at + 1),
            (b'"', State::First) => {}
            _ => return None,
        }
        let own = OWN.get(self.turn).filter(|own| bytes[at..].starts_with(own.as_bytes()));
        let (key, from) = if let Some(own) = own {
            (&own[1..own.len() - 2], at + own.len())
        } else {
            let key = quoted(bytes, at)?;
            let colon = white(bytes, key);
            if bytes.get(colon) != Some(&b':') {
                return None;
            }
            (self.text.get(at + 1..key - 1)?, colon + 1)
        };
        self.turn += 1;
        let from = white(bytes, from);
        let to = value(bytes, from)?;
        self.at = to;
        Some((key, self.text.get(from..to)?))
    }
}

/// Behind white space.
#[inline]
fn white(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
        at += 1;
    }
    at
}

/// Behind the value that begins here.
#[inline]
fn value(bytes: &[u8], from: usize) -> Option<usize> {
    match bytes.get(from)? {
        b'"' => quoted(bytes, from),
        b'{' | b'[' => nested(bytes, from),
        b'n' => literal(bytes, from, b"null"),
        b't' => literal(bytes, from, b"true"),
        b'f' => literal(bytes, from, b"false"),
        b'-' | b'0'..=b'9' => {
            let ends = |word| equal(word, b',') | equal(word, b'}') | equal(word, b' ');
            let end = find(bytes, from + 1, ends, |byte| matches!(byte, b',' | b'}' | b' '))?;
            Some(end - bytes[from..end].iter().rev().take_while(|byte| matches!(byte, b'\t' | b'\r')).count())
        }
        _ => None,
    }
}

#[inline]
fn literal(bytes: &[u8], from: usize, word: &[u8]) -> Option<usize> {
    bytes[from..].starts_with(word).then(|| from + word.len())
}

/// Behind the object or array that begins here.
fn nested(bytes: &[u8], from: usize) -> Option<usize> {
    let (mut at, mut depth) = (from, 0_usize);
    loop {
        // Brackets differ from braces in one bit.
        at = find(
            bytes,
            at,
            |word| {
                let braces = word | (ONES * 0x20);
                equal(word, b'"') | equal(braces, b'{') | equal(braces, b'}')
            },
            |byte| matches!(byte, b'"' | b'{' | b'}' | b'[' | b']'),
        )?;
        match bytes[at] {
            b'"' => {
                at = quoted(bytes, at)?;
                continue;
            }
            b'{' | b'[' => depth += 1,
            _ => depth -= 1,
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

/// Behind the string that begins here.
#[inline]
fn quoted(bytes: &[u8], from: usize) -> Option<usize> {
    if bytes.get(from) != Some(&b'"') {
        return None;
    }
    let mut at = from + 1;
    loop {
        at = find(bytes, at, |word| equal(word, b'"') | equal(word, b'\\'), |byte| matches!(byte, b'"' | b'\\'))?;
        if bytes[at] == b'"' {
            return Some(at + 1);
        }
        // Whatever is escaped is no end of the string.
        at += 2;
    }
}

const ONES: u64 = 0x0101_0101_0101_0101;

/// The high bits of the bytes of a word that are equal to this one. The lowest bit that is set is right; those above it may
/// be wrong.
#[inline]
fn equal(word: u64, byte: u8) -> u64 {
    let zeroed = word ^ (ONES * u64::from(byte));
    zeroed.wrapping_sub(ONES) & !zeroed & (ONES * 0x80)
}

/// The next byte for which `is_end` holds; `ends` marks them, and perhaps others, in eight at a time. Values are short:
/// that is faster than a search by vectors, and a processor foresees it better than a byte after the other.
#[inline]
fn find(bytes: &[u8], from: usize, ends: impl Fn(u64) -> u64, is_end: impl Fn(u8) -> bool) -> Option<usize> {
    let mut at = from;
    while let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let found = ends(u64::from_le_bytes(*word));
        if found == 0 {
            at += 8;
            continue;
        }
        at += (found.trailing_zeros() / 8) as usize;
        if is_end(bytes[at]) {
            return Some(at);
        }
        at += 1;
    }
    Some(at + bytes.get(at..)?.iter().position(|byte| is_end(*byte))?)
}

impl<'a> Iterator for Members<'a> {
    /// The key and the value, both as they are written; the key without its quotes.
    type Item = (&'a str, &'a str);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if matches!(self.state, State::Done | State::Broken) {
            return None;
        }
        let member = self.member();
        if member.is_some() {
            self.state = State::Next;
        } else if self.state != State::Done {
            self.state = State::Broken;
        }
        member
    }
}
