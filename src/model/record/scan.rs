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
        let bytes = self.text.as_bytes();
        loop {
            self.at += memchr::memchr2(b'"', b'\\', &bytes[self.at..])?;
            match bytes[self.at] {
                b'"' => break self.at += 1,
                // Whatever is escaped is no end of the string.
                _ => self.at = (self.at + 2).min(bytes.len()),
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
                let rest = &self.text.as_bytes()[self.at..];
                self.at += rest.iter().position(|byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\r'))?;
            }
            _ => return None,
        }
        self.text.get(from..self.at)
    }

    fn nested(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Some(());
            }
        }
    }
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
