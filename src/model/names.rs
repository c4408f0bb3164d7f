//! Names of channels, endpoints, schemas, pools and receivers.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::fmt;
use std::sync::Arc;

/// A name of `probes.yaml`: `[a-z0-9][a-z0-9._-]{0,62}`, never `all`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(Arc<str>);

impl Name {
    /// The name of the channel that URLs given as TARGETs are probed under.
    pub fn adhoc() -> Self {
        Self(Arc::from("adhoc"))
    }

    /// Checks the rule of the contract.
    ///
    /// # Errors
    /// Says which part of the rule is broken, without the place.
    pub fn parse(text: &str) -> Result<Self, String> {
        let bytes = text.as_bytes();
        let word = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        if text == "all" {
            return Err("`all` means everything and can't be a name".to_owned());
        }
        if bytes.is_empty() || bytes.len() > 63 {
            return Err(format!("a name has 1 to 63 characters, this one {}", text.chars().count()));
        }
        if !word(&bytes[0]) || !bytes.iter().all(|b| word(b) || matches!(b, b'.' | b'_' | b'-')) {
            return Err("a name is made of a-z, 0-9, `.`, `_`, `-` and starts with a letter or digit".to_owned());
        }
        Ok(Self(Arc::from(text)))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", &*self.0)
    }
}

impl std::borrow::Borrow<str> for Name {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// One endpoint of one channel, written `vk/health`. For a URL given as TARGET the endpoint is the URL's shown form.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EndpointId {
    /// The channel's name.
    pub channel: Name,
    /// The endpoint's name within its channel.
    pub endpoint: Arc<str>,
}

impl EndpointId {
    /// Puts the two names together.
    pub fn new(channel: Name, endpoint: &str) -> Self {
        Self { channel, endpoint: Arc::from(endpoint) }
    }
}

/// An endpoint of the configuration, as far as choosing and silencing go.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Its name.
    pub id: &'a EndpointId,
    /// Its tags.
    pub tags: &'a [String],
}

impl Serialize for EndpointId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for EndpointId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let (channel, endpoint) =
            text.split_once('/').ok_or_else(|| D::Error::custom("no `/` in an endpoint's name"))?;
        Ok(Self::new(Name::parse(channel).map_err(D::Error::custom)?, endpoint))
    }
}

impl fmt::Display for EndpointId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.width().is_some() || f.precision().is_some() {
            return f.pad(&format!("{}/{}", self.channel, self.endpoint));
        }
        f.write_str(self.channel.as_str())?;
        f.write_str("/")?;
        f.write_str(&self.endpoint)
    }
}

#[cfg(test)]
mod tests {
    use super::Name;

    #[test]
    fn keeps_the_rule() {
        for good in ["vk", "0", "a.b_c-d", "con", &"x".repeat(63)] {
            assert!(Name::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "all", "VK", "-a", ".", "a/b", "a b", "é", &"x".repeat(64)] {
            assert!(Name::parse(bad).is_err(), "{bad}");
        }
    }
}
