//! Short ways to a configuration and to one probed endpoint.

use super::{Home, verdict_of};
use canary::demo::fleet::{Behaviour, Fleet, Service};
use serde_json::Value;
use std::fmt::Write;

/// One try each, and time enough for a busy machine.
pub(crate) const DEFAULTS: &str = "defaults: { timeout: 8s, retry: { attempts: 1 } }\n";

/// A channel `c` at this base URL: endpoint names with their settings as flow maps.
pub(crate) fn channel(base: &str, endpoints: &[(&str, &str)]) -> String {
    let mut text = format!("{DEFAULTS}channels:\n  c:\n    base_url: \"{base}\"\n    endpoints:\n");
    for (name, settings) in endpoints {
        writeln!(text, "      {name}: {settings}").expect("written");
    }
    text
}

/// A fleet of one service `s` that does this on every path.
pub(crate) fn serve(behaviour: impl Into<Behaviour>) -> Fleet {
    Fleet::start([Service::new("s").on("*", behaviour)]).expect("a fleet")
}

/// A healthy fleet of one service `s`.
pub(crate) fn healthy() -> Fleet {
    serve(Behaviour::json(200, r#"{"status":"healthy"}"#))
}

/// What one probe came to.
pub(crate) struct Probed {
    pub(crate) code: i32,
    pub(crate) result: Value,
    pub(crate) stderr: String,
}

/// Probes a path `/` of this behaviour once, with these settings (`expect: {…}, timeout: 1s`).
pub(crate) fn probe(behaviour: impl Into<Behaviour>, settings: &str) -> Probed {
    let fleet = serve(behaviour);
    probe_at(&fleet.url("s"), settings)
}

/// Probes `/` at this base URL once.
pub(crate) fn probe_at(base: &str, settings: &str) -> Probed {
    probe_in(&Home::new(), base, settings)
}

/// Probes `/` at this base URL once, from this home.
pub(crate) fn probe_in(home: &Home, base: &str, settings: &str) -> Probed {
    let settings = if settings.is_empty() { "{ path: / }".to_owned() } else { format!("{{ path: /, {settings} }}") };
    home.write("probes.yaml", channel(base, &[("e", &settings)]));
    let ran = home.check(&[]);
    let code = ran.code.unwrap_or_else(|| panic!("killed: {ran:?}"));
    assert!(code != 2, "{settings}\n{}", ran.stderr);
    Probed { code, result: ran.result("c/e"), stderr: ran.stderr }
}

impl Probed {
    pub(crate) fn message(&self) -> &str {
        self.result["message"].as_str().unwrap_or("")
    }

    /// Exit code and `verdict/reason` are these, and the message holds all of these words, in any case.
    #[track_caller]
    pub(crate) fn is(self, code: i32, verdict: &str, words: &[&str]) -> Self {
        let all = format!("{:#}\nstderr:\n{}", self.result, self.stderr);
        assert_eq!((self.code, verdict_of(&self.result).as_str()), (code, verdict), "{all}");
        for word in words {
            assert!(self.message().to_lowercase().contains(&word.to_lowercase()), "no {word:?} in the message: {all}");
        }
        self
    }

    #[track_caller]
    pub(crate) fn up(self) -> Self {
        self.is(0, "up", &[])
    }

    #[track_caller]
    pub(crate) fn down(self, reason: &str, words: &[&str]) -> Self {
        self.is(1, &format!("down/{reason}"), words)
    }

    #[track_caller]
    pub(crate) fn degraded(self, reason: &str, words: &[&str]) -> Self {
        self.is(0, &format!("degraded/{reason}"), words)
    }
}
