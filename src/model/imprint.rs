//! Hashes of settings that outlive a release: kept in the state, compared with those of the next canary.

use super::incident::short_hash;
use std::fmt::Display;

/// Named settings to be hashed. What is at its default may be left out, so that a setting which a later release adds leaves
/// the hashes of those who don't use it alone.
#[derive(Clone, Debug)]
pub struct Imprint(Vec<String>);

/// What is written into an [`Imprint`] setting by setting. Never by `{:?}`: a field that is renamed would change it.
pub trait Imprinted {
    /// Adds the settings.
    fn imprint(&self, into: &mut Imprint);
}

impl Imprint {
    /// Of this kind of thing and version of its list of settings.
    pub fn of(kind: &str) -> Self {
        Self(vec![kind.to_owned()])
    }

    /// Adds one setting.
    pub fn put(&mut self, name: &str, value: impl Display) {
        self.0.push(format!("{name}={value}"));
    }

    /// Adds one where it is set.
    pub fn put_some(&mut self, name: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.put(name, value);
        }
    }

    /// Adds each of a list.
    pub fn put_each(&mut self, name: &str, values: impl IntoIterator<Item = impl Display>) {
        for value in values {
            self.put(name, value);
        }
    }

    /// Adds the settings of a part under its name.
    pub fn put_part(&mut self, name: &str, part: &impl Imprinted) {
        let mut inner = Self::of(name);
        part.imprint(&mut inner);
        self.put(name, inner.hash());
    }

    /// The hash; it shows none of the settings.
    pub fn hash(&self) -> String {
        let parts: Vec<&str> = self.0.iter().map(String::as_str).collect();
        short_hash(&parts)
    }
}
