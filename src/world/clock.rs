//! The wall clock, and the randomness that ids and jitter are made of.

use jiff::Timestamp;

/// The present wall-clock time.
#[expect(clippy::disallowed_methods, reason = "this is the door")]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// A new ULID for a run: sorts by time, unique without asking anybody.
pub fn new_run_id(now: Timestamp) -> String {
    let mut bytes = [0; 16];
    fill_random(&mut bytes);
    let millis = u64::try_from(now.as_millisecond()).unwrap_or_default();
    ulid::Ulid::from_parts(millis, u128::from_ne_bytes(bytes)).to_string()
}

/// A number in 0..1 for jitter.
pub fn random_unit() -> f64 {
    let mut bytes = [0; 4];
    fill_random(&mut bytes);
    f64::from(u32::from_ne_bytes(bytes)) / (f64::from(u32::MAX) + 1.0)
}

/// Kernel randomness; zeros where the kernel has none to give, which only makes ids less unique.
fn fill_random(bytes: &mut [u8]) {
    let _ = rustix::rand::getrandom(bytes, rustix::rand::GetRandomFlags::empty());
}
