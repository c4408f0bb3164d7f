//! Finding the members of one line's object without building anything.
//!
//! The structure is checked (quotes, nesting, commas, colons); what stands inside a value that nobody reads is not.

/// The members of a JSON object, as slices of its text.
pub(super) struct Members<'a> {
    text: &'a str,
    at: usize,
    state: State,
}

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
        let mut members = Self { text, at: 0, state: State::First };
        members.white();
        if members.eat(b'{').is_none() {
            members.state = State::Broken;
        }
        members
    }

    /// Whether the object ended as it should, with nothing behind it.
    pub(super) fn is_whole(&self) -> bool {
        self.state == State::Done
    }

    fn ends(&mut self) -> Option<()> {
        self.white();
        self.eat(b'}')?;
        self.white();
        (self.at == self.text.len()).then_some(())
    }

    fn member(&mut self) -> Option<(&'a str, &'a str)> {
        if self.state == State::Next {
            self.eat(b',')?;
            self.white();
        }
        let key = self.string()?;
        self.white();
        self.eat(b':')?;
        self.white();
        let value = self.value()?;
        Some((&key[1..key.len() - 1], value))
    }

    fn white(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> Option<()> {
        (self.peek() == Some(byte)).then(|| self.at += 1)
    }

    fn string(&mut self) -> Option<&'a str> {
        let from = self.at;
        self.eat(b'"')?;
        loop {
            self.at += to_quote(self.text.as_bytes().get(self.at..)?)?;
            match self.peek()? {
                b'"' => break self.at += 1,
                // Whatever is escaped is no end of the string.
                _ => self.at += 2,
            }
        }
        self.text.get(from..self.at)
    }

    fn value(&mut self) -> Option<&'a str> {
        let from = self.at;
        match self.peek()? {
            b'"' => return self.string(),
            b'{' | b'[' => self.nested()?,
            b't' | b'f' | b'n' | b'-' | b'0'..=b'9' => {
                let rest = self.text.as_bytes().get(self.at..)?;
                self.at += rest.iter().position(|byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\r'))?;
            }
            _ => return None,
        }
        self.text.get(from..self.at)
    }

    fn nested(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            let rest = self.text.as_bytes().get(self.at..)?;
            self.at += rest.iter().position(|byte| matches!(byte, b'"' | b'{' | b'}' | b'[' | b']'))?;
            match self.peek()? {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                _ => depth -= 1,
            }
            self.at += 1;
            if depth == 0 {
                return Some(());
            }
        }
    }
}

/// How far the next quote or backslash is. Most strings are short: eight bytes at a time are faster there than a search
/// by vectors.
fn to_quote(bytes: &[u8]) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    // The lowest high bit that is set tells the first byte that is equal; those above it may be wrong.
    let equal = |word: u64, byte: u8| {
        let zeroed = word ^ (ONES * u64::from(byte));
        zeroed.wrapping_sub(ONES) & !zeroed & HIGHS
    };
    let (words, tail) = bytes.as_chunks::<8>();
    let (near, far) = words.split_at(words.len().min(6));
    for (index, word) in near.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let found = equal(word, b'"') | equal(word, b'\\');
        if found != 0 {
            return Some(index * 8 + (found.trailing_zeros() / 8) as usize);
        }
    }
    let skipped = near.len() * 8;
    if far.is_empty() {
        let within = tail.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
        return Some(skipped + within);
    }
    memchr::memchr2(b'"', b'\\', &bytes[skipped..]).map(|at| skipped + at)
}

impl<'a> Iterator for Members<'a> {
    /// The key and the value, both as they are written; the key without its quotes.
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        if matches!(self.state, State::Done | State::Broken) {
            return None;
        }
        if self.ends().is_some() {
            self.state = State::Done;
            return None;
        }
        let member = self.member();
        self.state = if member.is_some() { State::Next } else { State::Broken };
        member
    }
}
