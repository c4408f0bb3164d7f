//! Is it the target, or is this machine cut off? Decided from what the connectivity targets answered.

use crate::model::{Blame, FailureKind, Fault, Observation, Stage};

/// What one connectivity target said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// An answer that only the target itself can give: over a verified handshake, or the 204 that was asked for.
    Proven,
    /// A connection, or an answer that anybody could give.
    Works,
    /// Its name could not be looked up.
    NoName,
    /// No connection.
    NoWay,
    /// A connection, but no TLS handshake.
    NoHandshake,
    /// A connection, but no whole answer.
    NoAnswer,
    /// An answer that is not its own: somebody stands in between.
    Wrong,
    /// The end of the run came before an answer: that says nothing.
    Cut,
}

/// A connectivity target's say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said {
    /// What it was.
    pub sign: Sign,
    /// Whether the target is a name, which can fail to be looked up, and not an address.
    pub is_named: bool,
}

impl Sign {
    /// Of an attempt whose answer is the right one, or isn't, and proves who gave it, or doesn't.
    pub fn of(seen: &Observation, right: bool, proof: bool) -> Self {
        match seen {
            _ if right && proof => Self::Proven,
            _ if right => Self::Works,
            Observation::Response(_) => Self::Wrong,
            Observation::Failure(failure) => Self::failed_at(failure.stage),
        }
    }

    /// What is left of it where the end of the run came: answers count.
    #[must_use]
    pub fn cut(self) -> Self {
        match self {
            Self::Proven | Self::Works | Self::Wrong => self,
            Self::NoName | Self::NoWay | Self::NoHandshake | Self::NoAnswer | Self::Cut => Self::Cut,
        }
    }

    /// Of an attempt that failed at this stage.
    pub fn failed_at(stage: Stage) -> Self {
        match stage {
            Stage::Dns => Self::NoName,
            Stage::Connect | Stage::Proxy => Self::NoWay,
            Stage::Tls => Self::NoHandshake,
            Stage::Send | Stage::Head | Stage::Body | Stage::Redirect | Stage::Auth => Self::NoAnswer,
        }
    }
}

/// Why a failure is not the target's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Excuse {
    /// Whose it is.
    pub blame: Blame,
    /// For a person.
    pub words: &'static str,
}

/// Decides from what all targets said in a run. `no_name_found`: names were looked up in this run, and the resolver answered for none.
///
/// Every target must fail at the same layer: those that fail each in its own way are dead each by itself. A target that is
/// an address has no name that could fail, and no connection is its form of the same. A wrong answer outweighs connections that stand, since a captive portal accepts them all, but
/// not an answer that proves the way to be open.
/// Where every named target fails at its name although others can be reached, the resolver is dead: that excuses
/// failures at names only. Where no target has a name, the run's own lookups tell the same.
pub fn excuse(all: &[Said], failed: Failed, no_name_found: bool) -> Option<Excuse> {
    if all.is_empty() {
        return None;
    }
    let proven = all.iter().any(|said| said.sign == Sign::Proven);
    if !proven && all.iter().any(|said| said.sign == Sign::Wrong) {
        let words = "this machine is behind a captive portal: a connectivity target answers with something else";
        return Some(Excuse { blame: Blame::Network, words });
    }
    if failed == Failed::Answered {
        // Whoever answers is reached.
        return None;
    }
    let mut named = all.iter().filter(|said| said.is_named).peekable();
    let is_asked = named.peek().is_some();
    let resolver_dead = is_asked && named.all(|said| said.sign == Sign::NoName);
    if fail_at_one_layer(all) {
        let blame =
            if resolver_dead && all.iter().all(|said| said.is_named) { Blame::Resolver } else { Blame::Network };
        let words = match blame {
            Blame::Resolver => "local DNS is dead: no connectivity target's name can be looked up",
            Blame::Target | Blame::Exit | Blame::Network | Blame::Local => {
                "this machine is offline: no connectivity target can be reached"
            }
        };
        return Some(Excuse { blame, words });
    }
    let words = if is_asked {
        "local DNS is dead: no connectivity target's name can be looked up, addresses can be reached"
    } else {
        "local DNS is dead: no name can be looked up, addresses can be reached"
    };
    let is_dead = resolver_dead || (!is_asked && no_name_found);
    (is_dead && failed == Failed::Name).then_some(Excuse { blame: Blame::Resolver, words })
}

fn fail_at_one_layer(all: &[Said]) -> bool {
    let Some(first) = all.iter().find(|said| said.is_named).or(all.first()) else { return false };
    let layer = first.sign;
    let by_address = if layer == Sign::NoName { Sign::NoWay } else { layer };
    let fails = match layer {
        Sign::NoName | Sign::NoWay | Sign::NoHandshake | Sign::NoAnswer => true,
        Sign::Proven | Sign::Works | Sign::Wrong | Sign::Cut => false,
    };
    fails && all.iter().all(|said| said.sign == if said.is_named { layer } else { by_address })
}

/// How the endpoint itself failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failed {
    /// At its name.
    Name,
    /// Anywhere else on the way.
    Way,
    /// Not at all: something answered, and not as it should.
    Answered,
}

/// How it failed, where that may be this machine's, so that asking is worth while.
pub fn may_be_excused(seen: &Observation) -> Option<Failed> {
    match seen {
        Observation::Response(_) => Some(Failed::Answered),
        Observation::Failure(failure) => {
            let from_here = match failure.fault {
                Fault::Target | Fault::Resolver | Fault::Network => true,
                Fault::Exit | Fault::Local | Fault::Cut => false,
            };
            let of_the_way = match failure.kind {
                FailureKind::Timeout | FailureKind::Broken | FailureKind::Untimely { .. } => true,
                FailureKind::Decode | FailureKind::TooLarge => false,
            };
            (from_here && of_the_way).then_some(if failure.stage == Stage::Dns { Failed::Name } else { Failed::Way })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Excuse, Failed, Said, Sign};
    use crate::model::Blame;

    /// Each sign with whether its target is named.
    fn excuse(signs: &[(Sign, bool)], failed: Failed, no_name_found: bool) -> Option<Excuse> {
        let all: Vec<Said> = signs.iter().map(|(sign, is_named)| Said { sign: *sign, is_named: *is_named }).collect();
        super::excuse(&all, failed, no_name_found)
    }

    #[test]
    fn tells_offline_from_a_dead_target() {
        type Row<'a> = (&'a [(Sign, bool)], bool, Option<Blame>);
        use Sign::{NoAnswer, NoHandshake, NoName, NoWay, Proven, Works, Wrong};
        let (name, address) = (true, false);
        let table: [Row<'_>; 17] = [
            (&[], true, None),
            (&[(Works, name)], true, None),
            (&[(Works, name), (NoWay, address)], false, None),
            (&[(NoWay, name), (NoWay, address)], false, Some(Blame::Network)),
            (&[(NoName, name), (NoWay, address)], false, Some(Blame::Network)),
            (&[(NoName, name)], false, Some(Blame::Resolver)),
            (&[(NoName, name), (NoWay, name)], false, None),
            (&[(NoWay, name), (NoHandshake, name)], false, None),
            (&[(NoWay, address), (NoAnswer, address)], false, None),
            (&[(NoName, name), (NoAnswer, address)], false, None),
            (&[(NoHandshake, name), (NoHandshake, address)], false, Some(Blame::Network)),
            (&[(NoName, name), (Works, address)], true, Some(Blame::Resolver)),
            (&[(NoName, name), (Works, address)], false, None),
            (&[(Wrong, name), (Works, address)], false, Some(Blame::Network)),
            (&[(Wrong, name), (Proven, name)], false, None),
            (&[(Proven, name)], true, None),
            (&[(NoName, name), (Works, name), (Works, address)], true, None),
        ];
        let failed = |names_fail: bool| if names_fail { Failed::Name } else { Failed::Way };
        let silent = |signs: &[(Sign, bool)], name| excuse(signs, failed(name), true).map(|excuse| excuse.blame);
        for (signs, names_fail, wanted) in table {
            assert_eq!(excuse(signs, failed(names_fail), false).map(|excuse| excuse.blame), wanted, "{signs:?}");
        }
        let answered = |sign| excuse(&[(sign, name)], Failed::Answered, false).map(|excuse| excuse.blame);
        assert_eq!((answered(NoWay), answered(NoName)), (None, None), "an answer came: the way is open");
        assert_eq!(answered(Wrong), Some(Blame::Network), "but from whom?");
        assert_eq!(silent(&[(Works, address)], true), Some(Blame::Resolver), "the run's own lookups tell");
        assert_eq!(silent(&[(Works, address)], false), None);
        assert_eq!(silent(&[(Works, name)], true), None, "a target's name was found");
        assert_eq!(silent(&[(NoWay, address)], true), Some(Blame::Network));
    }
}
