//! Random numbers that a failing test can be repeated with, and how many of them are wanted.

/// xorshift64*.
pub(crate) struct Random(u64);

impl Random {
    /// The same seed, the same numbers.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// Below `limit`.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16) % limit.max(1)
    }
}

/// What a test measured or left out.
#[expect(clippy::print_stdout, reason = "tests may speak")]
pub(crate) fn say(text: &str) {
    println!("{text}");
}

/// A number from the environment.
#[expect(clippy::disallowed_methods, reason = "how much is tested is asked of the environment")]
pub(crate) fn wanted(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}
