//! Two endpoints, a webhook, and what must have been told by the end, derived from the history alone.

use crate::support::{Home, Ran};
use canary::demo::fleet::{Behaviour, Fleet, Service};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const ENDPOINTS: [&str; 2] = ["a", "b"];
const AFTER: usize = 2;
const RECOVER_AFTER: usize = 1;

/// A fleet, a home, and everything that the webhook has said yes to.
pub(crate) struct Scene {
    pub(crate) fleet: Fleet,
    pub(crate) home: Home,
    accepted: Vec<Value>,
    accepts: bool,
}

/// An incident as the history tells it: endpoint, beginning, whether it is over.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Due {
    endpoint: String,
    since: String,
    ended: bool,
}

impl Scene {
    pub(crate) fn new(extra: &str) -> Self {
        let fleet = Fleet::start([
            Service::new("s").on("*", Behaviour::text(200, "fine")),
            Service::new("hook").on("*", Behaviour::text(200, "ok")),
        ])
        .expect("a fleet");
        let home = Home::with_config(&format!(
            "{extra}defaults: {{ timeout: 5s, retry: {{ attempts: 1 }} }}
alerting: {{ after: {AFTER}, recover_after: {RECOVER_AFTER}, flap: {{ changes: 1000, window: 1s }}, receivers: [hook] }}
receivers: {{ hook: {{ type: webhook, url: \"{}/\" }} }}
channels: {{ c: {{ base_url: \"{}\", endpoints: {{ a: {{ path: /a }}, b: {{ path: /b }} }} }} }}
",
            fleet.url("hook"),
            fleet.url("s")
        ));
        Self { fleet, home, accepted: Vec::new(), accepts: true }
    }

    pub(crate) fn set(&self, endpoint: &str, up: bool) {
        let answer = if up { Behaviour::text(200, "fine") } else { Behaviour::text(500, "broken") };
        self.fleet.set("s", &format!("/{endpoint}"), answer);
    }

    /// Whether the webhook says yes from now on.
    pub(crate) fn accept(&mut self, accepts: bool) {
        self.collect();
        self.accepts = accepts;
        let answer = if accepts { Behaviour::text(200, "ok") } else { Behaviour::text(503, "later") };
        self.fleet.set("hook", "*", answer);
    }

    fn collect(&mut self) {
        let requests = self.fleet.requests("hook");
        self.fleet.clear("hook");
        if self.accepts {
            let bodies = requests.iter().map(|request| serde_json::from_slice(&request.body).expect("JSON"));
            self.accepted.extend(bodies);
        }
    }

    /// Runs that nothing disturbs, until everything is told. The services stay as they are.
    pub(crate) fn settle(&mut self) {
        self.accept(true);
        for _ in 0..3 {
            let ran = self.home.check(&[]);
            assert!(matches!(ran.code, Some(0 | 1)), "{ran:?}");
        }
        // What failed twice waits for longer than a test does.
        self.home.run(["alerts", "flush"]).code(0);
        self.collect();
        let left = self.home.run(["alerts", "list", "--json"]).code(0);
        assert_eq!(left.stdout, "[]\n");
    }

    /// The files of the history, oldest first; a torn end is cut off.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut files: Vec<(u32, String)> = Vec::new();
        for entry in std::fs::read_dir(self.home.path("state")).into_iter().flatten() {
            let name = entry.expect("an entry").file_name().into_string().expect("UTF-8");
            if let Some(rest) = name.strip_prefix("history.jsonl") {
                let number = if rest.is_empty() { 0 } else { rest[1..].parse().expect("a number") };
                let text = std::fs::read_to_string(self.home.path("state").join(&name)).expect("read");
                files.push((number, text));
            }
        }
        files.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
        let whole = |text: String| text.rfind('\n').map_or(String::new(), |end| text[..=end].to_owned());
        files.into_iter().flat_map(|(_, text)| whole(text).lines().map(str::to_owned).collect::<Vec<_>>()).collect()
    }

    /// What holds at every moment: earlier lines are there and whole, the state reads, nothing was found damaged.
    #[track_caller]
    pub(crate) fn holds(&self, before: &[String]) -> Vec<String> {
        let lines = self.lines();
        assert!(
            lines.starts_with(before),
            "earlier lines changed:\n{}\n-- were --\n{}",
            lines.join("\n"),
            before.join("\n")
        );
        for line in &lines {
            assert!(serde_json::from_str::<Value>(line).is_ok_and(|line| line["ts"].is_string()), "{line}");
        }
        if let Ok(text) = std::fs::read_to_string(self.home.path("state/state.json")) {
            assert!(serde_json::from_str::<Value>(&text).is_ok(), "{text}");
        }
        for entry in std::fs::read_dir(self.home.path("state")).into_iter().flatten() {
            let name = entry.expect("an entry").file_name().into_string().expect("UTF-8");
            assert!(!name.contains(".corrupt-"), "{name}");
        }
        lines
    }

    /// The incidents that the recorded results make, by the plain words of the contract.
    pub(crate) fn due(&self) -> BTreeSet<Due> {
        let mut due = BTreeSet::new();
        let lines: Vec<Value> =
            self.lines().iter().map(|line| serde_json::from_str(line).expect("whole lines")).collect();
        for endpoint in ENDPOINTS {
            let mut downs: Vec<String> = Vec::new();
            let mut ups = 0;
            let mut open: Option<String> = None;
            for line in lines.iter().filter(|line| line["endpoint"] == endpoint) {
                if line["verdict"] == "down" {
                    downs.push(line["ts"].as_str().expect("a time").to_owned());
                    ups = 0;
                } else {
                    downs.clear();
                    ups += 1;
                }
                let ended = ups >= RECOVER_AFTER;
                if ended && let Some(since) = open.take() {
                    due.insert(Due { endpoint: endpoint.to_owned(), since, ended });
                }
                if open.is_none() && downs.len() >= AFTER {
                    open = Some(downs[0].clone());
                }
            }
            due.extend(open.map(|since| Due { endpoint: endpoint.to_owned(), since, ended: false }));
        }
        due
    }

    /// Everything that was due was told, nothing else was, and what was told twice had the same ids.
    #[track_caller]
    pub(crate) fn all_told(&mut self) -> Told {
        self.compare(true)
    }

    /// The same where the history may lack results: openings only, whose beginnings it may not know.
    #[track_caller]
    pub(crate) fn all_told_though_not_recorded(&mut self) -> Told {
        self.compare(false)
    }

    /// The endpoints whose opening was told, whenever it began.
    pub(crate) fn opened(&mut self) -> BTreeSet<String> {
        self.collect();
        let items = self.accepted.iter().flat_map(|body| body["items"].as_array().expect("items"));
        let opened = items.filter(|item| item["event"] == "open").filter_map(|item| item["endpoint"].as_str());
        opened.map(str::to_owned).collect()
    }

    #[track_caller]
    fn compare(&mut self, recorded: bool) -> Told {
        self.collect();
        let mut began: BTreeSet<(String, String)> = BTreeSet::new();
        let mut ended: BTreeSet<(String, String)> = BTreeSet::new();
        let mut ids: BTreeMap<(String, String, String), String> = BTreeMap::new();
        let mut told = Told::default();
        for item in self.accepted.iter().flat_map(|body| body["items"].as_array().expect("items")) {
            let text = |key: &str| item[key].as_str().unwrap_or_else(|| panic!("{key} of {item}")).to_owned();
            let incident = (text("endpoint"), text("since"));
            let event = text("event");
            match event.as_str() {
                "open" => {
                    began.insert(incident.clone());
                }
                "recover" => {
                    assert!(
                        item["merged"] == true || began.contains(&incident),
                        "an end without its beginning: {item}"
                    );
                    ended.insert(incident.clone());
                }
                other => panic!("nobody decided {other}: {item}"),
            }
            told.items += 1;
            match ids.insert((incident.0, incident.1, event), text("id")) {
                Some(before) => {
                    told.repeats += 1;
                    assert_eq!(before, item["id"], "the same with another id");
                }
                None => told.events += 1,
            }
        }
        let mut due = self.due();
        if !recorded {
            // Results that counted and are in no history began it: then all that is said of it must agree.
            let begun: BTreeMap<String, String> = began.iter().cloned().collect();
            assert_eq!(begun.len(), began.len(), "one incident with two beginnings: {began:?}");
            let mend = |one: Due| Due { since: begun.get(&one.endpoint).cloned().unwrap_or(one.since), ..one };
            due = due.into_iter().map(mend).collect();
        }
        for one in &due {
            let incident = (one.endpoint.clone(), one.since.clone());
            assert!(began.contains(&incident) || ended.contains(&incident), "never told: {one:?}");
            assert_eq!(ended.contains(&incident), one.ended, "{one:?}");
        }
        for (endpoint, since) in began.into_iter().chain(ended) {
            assert!(
                due.iter().any(|one| one.endpoint == endpoint && one.since == since),
                "told of an incident that never was: {endpoint} since {since}: {due:#?}"
            );
        }
        told.incidents = due.len();
        told
    }
}

/// How much was told.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) incidents: usize,
    pub(crate) items: usize,
    pub(crate) events: usize,
    pub(crate) repeats: usize,
}

/// Neither a panic nor an abort.
#[track_caller]
pub(crate) fn did_not_break(ran: &Ran, what: &str) {
    let broke = matches!(ran.code, Some(101 | 134)) || ran.stderr.contains("panicked") || ran.stderr.contains("broke");
    assert!(!broke, "{what}: {ran:?}");
}
