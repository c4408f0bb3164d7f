//! TARGETs and `--tag`: which endpoints are meant.

use crate::model::Known;
use crate::model::target::{Form, Target};
use crate::text::suggest;
use std::collections::{BTreeSet, HashMap};
use std::fmt;

/// TARGETs or tags that select nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoMatch {
    /// Each of them, in the order given.
    pub misses: Vec<Miss>,
    /// The tags that there are, the first few.
    pub tags: Vec<String>,
    /// The channels that there are, the first few.
    pub channels: Vec<String>,
}

/// One TARGET or tag that selects nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Miss {
    /// As typed; none when every TARGET matches but the tags leave nothing of it.
    pub typed: Option<String>,
    /// What may have been meant, nearest first.
    pub near: Vec<String>,
}

/// How many misses get suggestions, and how many each.
const SUGGESTED: usize = 5;

/// How many misses are told one by one.
const SHOWN: usize = 20;

impl fmt::Display for NoMatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, miss) in self.misses.iter().take(SHOWN).enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            match &miss.typed {
                Some(typed) => write!(f, "`{typed}` matches no endpoint")?,
                None => f.write_str("no endpoint has one of the tags and is among the targets")?,
            }
            if !miss.near.is_empty() {
                write!(f, "; did you mean {}?", miss.near.join(", "))?;
            } else if miss.typed.as_deref().is_some_and(looks_like_a_host) {
                f.write_str("; a URL begins with https:// or http://")?;
            } else if miss.typed.as_deref().is_some_and(|typed| typed.starts_with("tag:")) {
                match self.tags.as_slice() {
                    [] => f.write_str("; no endpoint has a tag")?,
                    tags => write!(f, "; there are {}", tags.join(", "))?,
                }
            } else if miss.typed.is_some() {
                match self.channels.as_slice() {
                    [] => f.write_str("; there is none at all")?,
                    channels => write!(f, "; the channels are {}", channels.join(", "))?,
                }
            }
        }
        match self.misses.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "\nand {more} more that match nothing"),
        }
    }
}

impl std::error::Error for NoMatch {}

/// `example.com/health`, `127.0.0.1:8080`: what a URL without its scheme looks like, and hardly a channel.
fn looks_like_a_host(typed: &str) -> bool {
    let host = typed.split('/').next().unwrap_or(typed);
    host.chars().next().is_some_and(char::is_alphanumeric) && host.contains(['.', ':']) && !host.starts_with("tag:")
}

/// The endpoints that any of the TARGETs (`all`, a channel, `channel/endpoint`, a glob, `tag:NAME`; none means all)
/// names and that have any of the tags (none means all), each once, as indices in the order of `known`.
///
/// # Errors
/// Lists every TARGET that matches nothing; else, when the tags leave nothing, those that no endpoint has.
pub fn select(targets: &[String], tags: &[String], known: &[Known<'_>]) -> Result<Vec<usize>, NoMatch> {
    let index = Index::new(known);
    let mut chosen = BTreeSet::new();
    let mut unmatched = Vec::new();
    for target in targets {
        let found = index.find(target);
        if found.is_empty() {
            unmatched.push(target.clone());
        }
        chosen.extend(found);
    }
    if targets.is_empty() {
        chosen.extend(0..known.len());
    }
    if !unmatched.is_empty() {
        return Err(index.no_match(index.misses(unmatched)));
    }
    if !tags.is_empty() {
        chosen.retain(|at| known[*at].tags.iter().any(|tag| tags.contains(tag)));
        if chosen.is_empty() {
            let unknown = tags.iter().filter(|tag| !index.by_tag.contains_key(tag.as_str()));
            let mut misses = index.misses(unknown.map(|tag| format!("tag:{tag}")).collect());
            if misses.is_empty() {
                misses.push(Miss { typed: None, near: Vec::new() });
            }
            return Err(index.no_match(misses));
        }
    }
    Ok(chosen.into_iter().collect())
}

/// The endpoints by everything a TARGET can name.
struct Index<'a> {
    names: Vec<String>,
    by_name: HashMap<String, usize>,
    by_channel: HashMap<&'a str, Vec<usize>>,
    by_tag: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Index<'a> {
    fn new(known: &[Known<'a>]) -> Self {
        let names: Vec<String> = known.iter().map(|one| one.id.to_string()).collect();
        let mut by_channel: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut by_tag: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, one) in known.iter().enumerate() {
            by_channel.entry(one.id.channel.as_str()).or_default().push(at);
            for tag in one.tags {
                by_tag.entry(tag).or_default().push(at);
            }
        }
        let by_name = names.iter().enumerate().map(|(at, name)| (name.clone(), at)).collect();
        Self { names, by_name, by_channel, by_tag }
    }

    fn no_match(&self, misses: Vec<Miss>) -> NoMatch {
        let mut tags: Vec<String> = self.by_tag.keys().map(|tag| format!("tag:{tag}")).collect();
        tags.sort();
        tags.truncate(SHOWN);
        let mut channels: Vec<(&usize, &str)> =
            self.by_channel.iter().filter_map(|(channel, at)| Some((at.first()?, *channel))).collect();
        channels.sort();
        let channels = channels.into_iter().take(SHOWN).map(|(_, channel)| channel.to_owned()).collect();
        NoMatch { misses, tags, channels }
    }

    fn find(&self, target: &str) -> Vec<usize> {
        // The names that somebody has are found without looking at all, whatever they look like.
        if let Some(at) = self.by_name.get(target) {
            return vec![*at];
        }
        let target = Target::from(target);
        match target.form() {
            Form::All => (0..self.names.len()).collect(),
            Form::Tag(tag) => self.by_tag.get(tag.as_str()).cloned().unwrap_or_default(),
            Form::Literal => self.by_channel.get(target.as_str()).cloned().unwrap_or_default(),
            Form::Channels(glob) => {
                let channels = self.by_channel.iter().filter(|(channel, _)| glob.is_match(channel));
                channels.flat_map(|(_, several)| several.iter().copied()).collect()
            }
            Form::Endpoints(glob) => (0..self.names.len()).filter(|at| glob.is_match(&self.names[*at])).collect(),
        }
    }

    fn misses(&self, unmatched: Vec<String>) -> Vec<Miss> {
        let explain = |(count, typed): (usize, String)| {
            let near = if count < SUGGESTED { self.near(&typed) } else { Vec::new() };
            Miss { typed: Some(typed), near }
        };
        unmatched.into_iter().enumerate().map(explain).collect()
    }

    /// Names within reach of a slip, or with the typed one as a part; else those with a part within reach of it; else
    /// those of which one half is typed right.
    fn near(&self, typed: &str) -> Vec<String> {
        let tags = self.by_tag.keys().map(|tag| format!("tag:{tag}"));
        let channels = self.by_channel.keys().map(|channel| (*channel).to_owned());
        let mut candidates: BTreeSet<String> = self.names.iter().cloned().chain(channels).chain(tags).collect();
        candidates.insert("all".to_owned());
        let mut near = Vec::new();
        while near.len() < SUGGESTED {
            let Some(best) = suggest::nearest(typed, candidates.iter().map(String::as_str)).map(str::to_owned) else {
                break;
            };
            candidates.remove(&best);
            near.push(best);
        }
        let parts: BTreeSet<&str> = candidates.iter().flat_map(|name| name.split(['/', ':'])).collect();
        let meant = if near.is_empty() { suggest::nearest(typed, parts) } else { None }.unwrap_or(typed);
        let inside = candidates.iter().filter(|name| name.split(['/', ':']).any(|part| part == meant));
        near.extend(inside.take(SUGGESTED - near.len()).cloned());
        if near.is_empty()
            && !looks_like_a_host(typed)
            && let Some((channel, endpoint)) = typed.split_once('/')
        {
            let half =
                |name: &&String| name.split_once('/').is_some_and(|(one, two)| one == channel || two == endpoint);
            near.extend(self.names.iter().filter(half).take(SUGGESTED).cloned());
        }
        near
    }
}

#[cfg(test)]
mod tests {
    use super::{Known, SHOWN, select};
    use crate::model::{EndpointId, Name};
    use proptest::prelude::*;

    fn fleet() -> Vec<(EndpointId, Vec<String>)> {
        let one = |channel: &str, endpoint: &str, tags: &[&str]| {
            let id = EndpointId::new(Name::parse(channel).expect("a name"), endpoint);
            (id, tags.iter().map(|tag| (*tag).to_owned()).collect())
        };
        vec![
            one("vk", "health", &["ru"]),
            one("vk", "api", &["ru", "slow"]),
            one("telegram", "health", &[]),
            one("max", "health", &["ru"]),
        ]
    }

    fn run(targets: &[&str], tags: &[&str]) -> Result<Vec<usize>, String> {
        let fleet = fleet();
        let known: Vec<Known<'_>> = fleet.iter().map(|(id, tags)| Known { id, tags }).collect();
        let own = |list: &[&str]| list.iter().map(|one| (*one).to_owned()).collect::<Vec<String>>();
        select(&own(targets), &own(tags), &known).map_err(|error| error.to_string())
    }

    #[test]
    fn understands_every_form() {
        let cases: [(&[&str], &[&str], &[usize]); 14] = [
            (&[], &[], &[0, 1, 2, 3]),
            (&["all"], &[], &[0, 1, 2, 3]),
            (&["vk"], &[], &[0, 1]),
            (&["vk/api"], &[], &[1]),
            (&["*/health"], &[], &[0, 2, 3]),
            (&["vk/*"], &[], &[0, 1]),
            (&["*"], &[], &[0, 1, 2, 3]),
            (&["{max,vk}"], &[], &[0, 1, 3]),
            (&["tag:ru"], &[], &[0, 1, 3]),
            (&["max", "vk/api", "vk", "all"], &[], &[0, 1, 2, 3]),
            (&["max", "vk/api"], &[], &[1, 3]),
            (&[], &["slow"], &[1]),
            (&["*/health"], &["ru", "slow"], &[0, 3]),
            (&["vk"], &["ru", "unknown"], &[0, 1]),
        ];
        for (targets, tags, wanted) in cases {
            assert_eq!(run(targets, tags), Ok(wanted.to_vec()), "{targets:?} {tags:?}");
        }
    }

    #[test]
    fn lists_near_matches_for_each_that_matches_nothing() {
        let channels = "the channels are vk, telegram, max";
        let cases: [(&[&str], &[&str], &str); 13] = [
            (
                &["h.example/health"],
                &[],
                "`h.example/health` matches no endpoint; a URL begins with https:// or http://",
            ),
            (&["tag:none"], &[], "`tag:none` matches no endpoint; there are tag:ru, tag:slow"),
            (&["vk/helth"], &[], "`vk/helth` matches no endpoint; did you mean vk/health?"),
            (
                &["vk", "telegramm", "[", "zzzzzz"],
                &[],
                &format!(
                    "`telegramm` matches no endpoint; did you mean telegram?\n`[` matches no endpoint; {channels}\n`zzzzzz` \
                     matches no endpoint; {channels}"
                ),
            ),
            (&["health"], &[], "`health` matches no endpoint; did you mean vk/health, max/health, telegram/health?"),
            (&["heath"], &[], "`heath` matches no endpoint; did you mean max/health, telegram/health, vk/health?"),
            (&["slwo"], &[], "`slwo` matches no endpoint; did you mean tag:slow?"),
            (&["vkontakte/api"], &[], "`vkontakte/api` matches no endpoint; did you mean vk/api?"),
            (&["vk/queue"], &[], "`vk/queue` matches no endpoint; did you mean vk/health, vk/api?"),
            (&["*/nothing"], &[], &format!("`*/nothing` matches no endpoint; {channels}")),
            (&["tag:rus"], &[], "`tag:rus` matches no endpoint; did you mean tag:ru?"),
            (&[], &["slwo"], "`tag:slwo` matches no endpoint; did you mean tag:slow?"),
            (&["telegram"], &["ru"], "no endpoint has one of the tags and is among the targets"),
        ];
        for (targets, tags, wanted) in cases {
            assert_eq!(run(targets, tags), Err(wanted.to_owned()), "{targets:?} {tags:?}");
        }
    }

    #[test]
    fn takes_ten_thousand_targets() {
        let targets: Vec<String> = (0..10_000).map(|n| format!("none/{n}")).collect();
        let targets: Vec<&str> = targets.iter().map(String::as_str).collect();
        assert_eq!(run(&targets, &[]).expect_err("nothing").lines().count(), SHOWN + 1);
        assert_eq!(run(&vec!["vk"; 10_000], &[]), Ok(vec![0, 1]));
    }

    proptest! {
        #[test]
        fn never_panics_and_never_repeats(targets in proptest::collection::vec("[a-z*?\\[\\]{},/:-]{0,8}", 0..6)) {
            let targets: Vec<&str> = targets.iter().map(String::as_str).collect();
            if let Ok(found) = run(&targets, &[]) {
                prop_assert!(found.windows(2).all(|pair| pair[0] < pair[1]));
            }
        }
    }
}
