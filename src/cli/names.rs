//! What a shell may offer for a word that names something of the configuration or the state. The completion scripts
//! ask for it; it never fails, never writes to stderr, and offers nothing where it can't tell.

use super::args::{Cli, Global};
use super::session::Session;
use super::stderr::Stderr;
use super::stored::Stored;
use crate::config::settings::Config;
use crate::demo::shipped;
use crate::output::Format;
use crate::text::escape;
use crate::text::plural::count;
use crate::world::World;
use clap::{Arg, Command, CommandFactory as _};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The first argument of a question; all that follow are the words up to the cursor, the program's name first.
pub(super) const ASKED: &str = "__names";

/// More endpoints than these are offered only when their channel has been typed.
const MOST: usize = 200;
/// Characters of a description.
const WIDTH: usize = 60;

/// What an argument names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Target,
    Tag,
    Pool,
    Receiver,
    Format,
    Channel,
    Incident,
    Silence,
}

impl Kind {
    /// By the word that stands for the value in the help.
    pub(super) fn of(arg: &Arg, command: &str) -> Option<Self> {
        let name = arg.get_value_names()?.first()?;
        match (name.as_str(), command) {
            ("TARGET", _) => Some(Self::Target),
            ("T", _) => Some(Self::Tag),
            ("POOL|direct|env:VAR", _) => Some(Self::Pool),
            ("RECEIVER", _) => Some(Self::Receiver),
            ("FORMAT[=FILE]", _) => Some(Self::Format),
            ("CHANNEL", _) => Some(Self::Channel),
            ("ID", "show" | "ack") => Some(Self::Incident),
            ("ID", "remove") => Some(Self::Silence),
            _ => None,
        }
    }
}

/// A name and what it is, for shells that show it.
type Offer = (String, String);

/// What may stand in the place of the last word: whole words, one a line, a tab before what each is.
pub(super) fn answer(world: &World, words: &[String]) -> String {
    let mut lines = String::new();
    let Some(asked) = Asked::read(words) else { return lines };
    for (name, about) in asked.offers(world) {
        let plain =
            !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c.is_control() || "'\"\\$`".contains(c));
        if plain && name.starts_with(asked.typed.as_str()) {
            let about = escape::terminal(escape::shorten(&about, WIDTH).as_ref()).into_owned();
            lines += &[&asked.kept, &name, "\t", &about, "\n"].concat();
        }
    }
    lines
}

/// The place of the last word on the command line.
#[derive(Debug)]
struct Asked {
    kind: Kind,
    global: Global,
    /// What of the word stays as it is: `--tag=`, and finished parts of a list.
    kept: String,
    /// What of the name is there already.
    typed: String,
}

impl Asked {
    fn read(words: &[String]) -> Option<Self> {
        let (last, before) = words.split_last()?;
        let mut command = Cli::command();
        command.build();
        let mut global = Global::quiet();
        let mut place = Place { command: &command, pending: None, positionals: 0, only_positionals: false };
        for word in before.iter().skip(1) {
            place.take(word, &mut global);
        }
        let (arg, kept) = place.argument(last)?;
        let kind = Kind::of(arg, place.command.get_name())?;
        let kept = match (kind, last.rfind(',')) {
            (Kind::Channel, Some(comma)) => &last[..=comma],
            _ => kept,
        };
        let kept = kept.to_owned();
        let typed = last[kept.len()..].to_owned();
        Some(Self { kind, global, kept, typed })
    }

    fn offers(&self, world: &World) -> Vec<Offer> {
        let plain = |names: Vec<&str>| names.into_iter().map(|name| (name.to_owned(), String::new())).collect();
        let stderr = Stderr::new(world, &self.global);
        let session = Session { world, global: &self.global, stderr: &stderr };
        match self.kind {
            Kind::Format => plain(Format::ALL.iter().map(|format| format.as_str()).collect()),
            Kind::Channel => plain(shipped::channels()),
            Kind::Target | Kind::Tag | Kind::Pool | Kind::Receiver => {
                let Ok(loaded) = session.load() else { return Vec::new() };
                let config = &loaded.config;
                let mut offers = match self.kind {
                    Kind::Tag => tags(config),
                    Kind::Pool => pools(config),
                    Kind::Receiver => config.receivers.keys().map(|name| (name.to_string(), String::new())).collect(),
                    _ => targets(config, &self.typed),
                };
                offers.retain(|(name, about)| {
                    config.redactor.redact(name) == *name && config.redactor.redact(about) == *about
                });
                offers
            }
            Kind::Incident | Kind::Silence => {
                let Ok(stored) = Stored::find(session) else { return Vec::new() };
                let Ok(state) = stored.peek() else { return Vec::new() };
                let mut offers: Vec<Offer> = Vec::new();
                if self.kind == Kind::Silence {
                    let silences = state.book.silences(stored.now);
                    offers.extend(silences.map(|one| (one.id.clone(), one.targets.join(" "))));
                } else {
                    let all = super::incidents::all(&state.book);
                    offers.extend(all.into_iter().map(|one| (one.id.to_string(), super::incidents::subject(one))));
                }
                for (_, about) in &mut offers {
                    *about = stored.redactor().redact(about).into_owned();
                }
                offers
            }
        }
    }
}

/// Where the words before the last have led.
struct Place<'a> {
    command: &'a Command,
    /// An option that waits for its value.
    pending: Option<&'a Arg>,
    positionals: usize,
    only_positionals: bool,
}

impl<'a> Place<'a> {
    fn take(&mut self, word: &str, global: &mut Global) {
        if let Some(arg) = self.pending.take() {
            global.set(arg.get_id().as_str(), word);
        } else if self.only_positionals || !word.starts_with('-') || word == "-" {
            match self.command.find_subcommand(word).filter(|_| self.positionals == 0 && !self.only_positionals) {
                Some(command) => self.command = command,
                None => self.positionals += 1,
            }
        } else if word == "--" {
            self.only_positionals = true;
        } else if let Some((arg, _, value)) = self.option(word) {
            match value {
                Some(value) => global.set(arg.get_id().as_str(), value),
                None => self.pending = Some(arg),
            }
        }
    }

    /// An option that takes a value, how much of the word is the option, and the value if it is in the same word.
    fn option<'w>(&self, word: &'w str) -> Option<(&'a Arg, &'w str, Option<&'w str>)> {
        let takes = |arg: &&Arg| arg.get_action().takes_values();
        if let Some(long) = word.strip_prefix("--") {
            let name = long.split('=').next().unwrap_or(long);
            let arg = self.command.get_arguments().filter(takes).find(|arg| arg.get_long() == Some(name))?;
            let value = long.split_once('=').map(|(_, value)| value);
            return Some((arg, &word[..word.len() - value.map_or(0, str::len)], value));
        }
        for (at, short) in word.char_indices().skip(1) {
            if let Some(arg) = self.command.get_arguments().filter(takes).find(|arg| arg.get_short() == Some(short)) {
                let (option, value) = word.split_at(at + short.len_utf8());
                return Some((arg, option, Some(value).filter(|value| !value.is_empty())));
            }
        }
        None
    }

    /// The argument that the last word belongs to, and what of the word is not its value.
    fn argument<'w>(&self, last: &'w str) -> Option<(&'a Arg, &'w str)> {
        if let Some(arg) = self.pending {
            return Some((arg, ""));
        }
        if last.starts_with('-') && !self.only_positionals {
            return self.option(last).filter(|(_, _, value)| value.is_some()).map(|(arg, option, _)| (arg, option));
        }
        let all: Vec<&Arg> = self.command.get_positionals().collect();
        let several = |arg: &&Arg| arg.get_num_args().is_some_and(|range| range.max_values() > 1);
        all.get(self.positionals).copied().or_else(|| all.last().copied().filter(several)).map(|arg| (arg, ""))
    }
}

impl Global {
    /// Says nothing.
    fn quiet() -> Self {
        Self { quiet: true, ..Self::default() }
    }

    fn set(&mut self, id: &str, value: &str) {
        let slot = match id {
            "config" => &mut self.config,
            "state_dir" => &mut self.state_dir,
            "env_file" => &mut self.env_file,
            _ => return,
        };
        *slot = Some(PathBuf::from(value));
    }
}

/// `all`, channels, tags; endpoints when they are not too many, or when one was begun.
fn targets(config: &Config, typed: &str) -> Vec<Offer> {
    let mut offers = vec![("all".to_owned(), count(config.endpoints.len(), "endpoint"))];
    for channel in &config.channels {
        let of = config.endpoints.iter().filter(|endpoint| endpoint.id.channel == *channel).count();
        offers.push((channel.to_string(), count(of, "endpoint")));
    }
    offers.extend(tags(config).into_iter().map(|(tag, about)| (format!("tag:{tag}"), about)));
    if config.endpoints.len() <= MOST || typed.contains('/') {
        let endpoints = config.endpoints.iter();
        offers.extend(endpoints.map(|one| (one.id.to_string(), one.description.clone().unwrap_or_default())));
    }
    offers
}

fn tags(config: &Config) -> Vec<Offer> {
    let mut tags: BTreeMap<&str, usize> = BTreeMap::new();
    for tag in config.endpoints.iter().flat_map(|endpoint| &endpoint.tags) {
        *tags.entry(tag).or_default() += 1;
    }
    tags.into_iter().map(|(tag, of)| (tag.to_owned(), count(of, "endpoint"))).collect()
}

fn pools(config: &Config) -> Vec<Offer> {
    let direct = ("direct".to_owned(), "through no proxy".to_owned());
    let pools = config.proxies.iter().map(|(name, pool)| (name.to_string(), count(pool.exits.len(), "exit")));
    pools.chain([direct]).collect()
}
