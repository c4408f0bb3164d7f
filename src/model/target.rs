//! TARGETs: what a person names endpoints with.

use super::EndpointId;
use globset::{GlobBuilder, GlobMatcher};
use serde::{Deserialize, Serialize};
use std::borrow::Borrow;
use std::fmt;

/// `all`, a channel, `channel/endpoint`, a glob of either, `tag:NAME`; ready to be held against any number of endpoints.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Target {
    text: String,
    form: Form,
}

/// What kind of TARGET it is. A glob with a slash is held against `channel/endpoint`, one without against the channel.
#[derive(Clone, Debug)]
pub enum Form {
    /// `all`.
    All,
    /// `tag:NAME`: the name.
    Tag(String),
    /// A channel or `channel/endpoint` and nothing else.
    Literal,
    /// Of channels.
    Channels(GlobMatcher),
    /// Of endpoints.
    Endpoints(GlobMatcher),
}

impl Target {
    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What kind it is.
    pub fn form(&self) -> &Form {
        &self.form
    }

    /// Whether it means this endpoint.
    pub fn covers(&self, id: &EndpointId, tags: &[String]) -> bool {
        match &self.form {
            Form::All => true,
            Form::Tag(tag) => tags.contains(tag),
            Form::Literal => self.is(id),
            Form::Channels(glob) => glob.is_match(id.channel.as_str()),
            Form::Endpoints(glob) => self.is(id) || glob.is_match(id.to_string()),
        }
    }

    fn is(&self, id: &EndpointId) -> bool {
        match self.text.split_once('/') {
            None => self.text == id.channel.as_str(),
            Some((channel, endpoint)) => channel == id.channel.as_str() && endpoint == &*id.endpoint,
        }
    }
}

impl From<String> for Target {
    fn from(text: String) -> Self {
        let form = match text.strip_prefix("tag:") {
            Some(tag) => Form::Tag(tag.to_owned()),
            None if text == "all" => Form::All,
            None => glob(&text).unwrap_or(Form::Literal),
        };
        Self { text, form }
    }
}

/// None for what has no meta character, and for what is no glob: a name that nothing has.
fn glob(text: &str) -> Option<Form> {
    if !text.contains(['*', '?', '[', '{']) {
        return None;
    }
    let matcher = GlobBuilder::new(text).literal_separator(true).build().ok()?.compile_matcher();
    Some(if text.contains('/') { Form::Endpoints(matcher) } else { Form::Channels(matcher) })
}

impl From<&str> for Target {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<Target> for String {
    fn from(target: Target) -> Self {
        target.text
    }
}

impl PartialEq for Target {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Target {}

impl Borrow<str> for Target {
    fn borrow(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, Target};
    use crate::model::{EndpointId, Name};

    #[test]
    fn covers_what_it_names() {
        let id = EndpointId::new(Name::parse("vk").expect("a name"), "health");
        let tags = ["ru".to_owned()];
        for (target, meant) in [
            ("all", true),
            ("vk", true),
            ("v*", true),
            ("*", true),
            ("vk/health", true),
            ("*/health", true),
            ("vk/*", true),
            ("{max,vk}", true),
            ("tag:ru", true),
            ("tag:fi", false),
            ("max", false),
            ("vk/api", false),
            ("vk/heal", false),
            ("vk/", false),
            ("[", false),
            ("", false),
        ] {
            assert_eq!(Target::from(target).covers(&id, &tags), meant, "{target}");
        }
        let odd = EndpointId::new(Name::parse("adhoc").expect("a name"), "host/health?x=[1");
        assert!(Target::from("adhoc/host/health?x=[1").covers(&odd, &[]), "a name that only looks like a glob");
    }

    #[test]
    fn only_globs_are_compiled() {
        let is_literal = |text: &str| matches!(Target::from(text).form(), Form::Literal);
        assert!(is_literal("vk") && is_literal("vk/health") && is_literal("["));
        assert!(!is_literal("vk/*") && !is_literal("v?"));
    }

    #[test]
    fn is_written_as_it_was_typed() {
        let text = r#"["vk/*","tag:ru"]"#;
        let read: Vec<Target> = serde_json::from_str(text).expect("read");
        assert_eq!(serde_json::to_string(&read).expect("written"), text);
        assert_eq!(read.join(", "), "vk/*, tag:ru");
    }
}
