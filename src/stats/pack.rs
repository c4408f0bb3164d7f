//! Numbers in few bytes, as text: variable-length integers in base64. The rollups' cache is made of it, so that reading
//! it costs `status` next to nothing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;

/// Writes numbers one after the other.
#[derive(Debug, Default)]
pub(super) struct Writer(Vec<u8>);

impl Writer {
    /// Seven bits a byte, the lowest first; the eighth says that more follow.
    pub(super) fn number(&mut self, mut number: u64) {
        while number > 0x7f {
            self.0.push(u8::try_from(number & 0x7f).unwrap_or_default() | 0x80);
            number >>= 7;
        }
        self.0.push(u8::try_from(number).unwrap_or_default());
    }

    /// A number that may be negative, small ones of both signs in few bytes.
    pub(super) fn signed(&mut self, number: i64) {
        self.number(((number << 1) ^ (number >> 63)).cast_unsigned());
    }

    pub(super) fn finish(self) -> String {
        BASE64.encode(self.0)
    }
}

/// Reads what a [`Writer`] wrote; everything is checked, a damaged cache yields none.
#[derive(Debug)]
pub(super) struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    /// Reads the whole text; none when something is left over.
    pub(super) fn of<T>(text: &str, read: impl FnOnce(&mut Reader<'_>) -> Option<T>) -> Option<T> {
        let bytes = BASE64.decode(text).ok()?;
        let mut reader = Reader(&bytes);
        let value = read(&mut reader)?;
        reader.0.is_empty().then_some(value)
    }

    pub(super) fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    pub(super) fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    /// A count of things to come; no larger than what is left, as each takes a byte at least.
    pub(super) fn length(&mut self) -> Option<usize> {
        let length = usize::try_from(self.number()?).ok()?;
        (length <= self.0.len()).then_some(length)
    }
}

#[cfg(test)]
mod tests {
    use super::{Reader, Writer};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn reads_what_it_wrote(numbers in proptest::collection::vec((any::<u64>(), any::<i64>()), 0..20)) {
            let mut out = Writer::default();
            for (number, signed) in &numbers {
                out.number(*number);
                out.signed(*signed);
            }
            let text = out.finish();
            let back = Reader::of(&text, |from| {
                (0..numbers.len()).map(|_| Some((from.number()?, from.signed()?))).collect::<Option<Vec<_>>>()
            });
            prop_assert_eq!(back, Some(numbers));
        }

        #[test]
        fn no_bytes_make_it_panic(text in "[A-Za-z0-9+/]{0,40}|.{0,20}") {
            let _ = Reader::of(&text, |from| Some((from.length(), from.number(), from.signed())));
        }
    }
}
