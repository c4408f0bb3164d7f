//! `--shard K/N`.

use super::hash;
use crate::model::EndpointId;

/// One of N parts of the fleet; every endpoint belongs to exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which part, counted from 1.
    pub index: u32,
    /// Of how many.
    pub of: u32,
}

impl Shard {
    /// Reads `K/N` with 1 ≤ K ≤ N.
    ///
    /// # Errors
    /// Says in words what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let number = |part: &str| {
            if part.bytes().all(|byte| byte.is_ascii_digit()) { part.parse::<u32>().ok() } else { None }
        };
        let parts = text.split_once('/').and_then(|(index, of)| Some((number(index)?, number(of)?)));
        match parts {
            Some((index, of)) if (1..=of).contains(&index) => Ok(Self { index, of }),
            Some((_, 0)) => Err(format!("`{text}`: there can't be 0 shards")),
            Some((_, of)) => Err(format!("`{text}`: the shards of {of} are 1/{of} to {of}/{of}")),
            None => Err(format!("`{text}` is not a shard such as 1/3")),
        }
    }

    /// Whether the endpoint belongs to this part.
    pub fn has(self, id: &EndpointId) -> bool {
        shard_of(id, self.of) == self.index
    }
}

/// Which of `of` shards an endpoint belongs to, counted from 1. It depends on the name alone.
pub fn shard_of(id: &EndpointId, of: u32) -> u32 {
    u32::try_from(hash::of(id) % u64::from(of.max(1))).unwrap_or_default() + 1
}

#[cfg(test)]
mod tests {
    use super::{Shard, shard_of};
    use crate::model::{EndpointId, Name};

    fn id(endpoint: &str) -> EndpointId {
        EndpointId::new(Name::parse("vk").expect("a name"), endpoint)
    }

    #[test]
    fn reads_only_parts_that_exist() {
        assert_eq!(Shard::parse("2/3"), Ok(Shard { index: 2, of: 3 }));
        for text in ["0/3", "4/3", "1/0", "0/0", "1", "/", "a/b", "-1/3", "+1/3", "1/3/4", "1/99999999999", ""] {
            assert!(Shard::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn every_endpoint_is_in_exactly_one_and_they_are_even() {
        let mut sizes = [0; 4];
        for n in 0..4_000 {
            let id = id(&format!("e{n}"));
            let shard = shard_of(&id, 4);
            assert_eq!((1..=4).filter(|index| Shard { index: *index, of: 4 }.has(&id)).count(), 1);
            sizes[shard as usize - 1] += 1;
        }
        assert!(sizes.iter().all(|size| (900..1_100).contains(size)), "{sizes:?}");
    }

    #[test]
    fn stays_the_same_from_release_to_release() {
        let shards: Vec<u32> = ["health", "extended", "api", "login"].map(|name| shard_of(&id(name), 10)).to_vec();
        assert_eq!(shards, [4, 2, 10, 7]);
    }
}
