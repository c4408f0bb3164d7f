//! The newest records of a history that is read from its end.

use jiff::Timestamp;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The time, the place counted from the end, the line.
type Held = (i64, Reverse<u64>, Vec<u8>);

/// Holds so many of the newest lines, and no more, of those that come from the last line of the files to the first.
#[derive(Debug)]
pub struct Newest {
    limit: usize,
    held: BinaryHeap<Reverse<Held>>,
    seen: u64,
    left_out: bool,
}

impl Newest {
    /// With the number of the newest records that are wanted.
    pub fn new(limit: usize) -> Self {
        Self { limit, held: BinaryHeap::new(), seen: 0, left_out: false }
    }

    /// Takes one record's line. Of those with the same time the first to come is the newest.
    pub fn push(&mut self, at: Timestamp, line: &[u8]) {
        let at = at.as_millisecond();
        self.seen += 1;
        if self.held.len() == self.limit {
            self.left_out = true;
            let is_newer = self.held.peek().is_some_and(|Reverse(oldest)| at > oldest.0);
            if !is_newer {
                return;
            }
            self.held.pop();
        }
        self.held.push(Reverse((at, Reverse(self.seen), line.to_vec())));
    }

    /// The oldest time that is still wanted, once there are enough: nothing that began before it changes the outcome.
    pub fn enough(&self) -> Option<Timestamp> {
        if self.held.len() < self.limit {
            return None;
        }
        let oldest = self.held.peek().map_or(i64::MAX, |Reverse(oldest)| oldest.0);
        Some(Timestamp::from_millisecond(oldest).unwrap_or(Timestamp::MAX))
    }

    /// Whether any record that came is not among those held.
    pub fn left_out(&self) -> bool {
        self.left_out
    }

    /// The lines, the oldest first.
    pub fn finish(self) -> Vec<Vec<u8>> {
        let mut held = self.held.into_vec();
        held.sort_unstable_by(|Reverse(one), Reverse(other)| one.cmp(other));
        held.into_iter().map(|Reverse((_, _, line))| line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Newest;
    use jiff::Timestamp;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn keeps_the_newest_in_the_order_of_the_files(
            times in proptest::collection::vec(0_i64..50, 0..120),
            limit in 0_usize..130,
        ) {
            let mut newest = Newest::new(limit);
            for (index, ms) in times.iter().enumerate().rev() {
                let at = Timestamp::from_millisecond(*ms).expect("in range");
                newest.push(at, format!("{ms}.{index}").as_bytes());
            }
            let mut expected: Vec<_> = times.iter().enumerate().map(|(index, ms)| (*ms, index)).collect();
            expected.sort_unstable();
            let skip = expected.len().saturating_sub(limit);
            prop_assert_eq!(newest.left_out(), skip > 0);
            prop_assert_eq!(newest.enough().is_some(), skip > 0 || expected.len() == limit);
            let expected: Vec<_> = expected[skip..].iter().map(|(ms, index)| format!("{ms}.{index}").into_bytes()).collect();
            prop_assert_eq!(newest.finish(), expected);
        }
    }
}
