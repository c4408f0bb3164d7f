//! `tests/cases/runs/*.json`: a timeline of verdicts and answers, and the messages that come of it.
//!
//! `verdicts`: a letter a run (`u`p, de`g`raded, `d`own, `?` unknown, `s`kipped). `answers`: a letter a run for each
//! receiver, the last one for good (`y`es, `x` later, `r`efused, `l`ost yes, `k`illed after the yes, `b` killed before it).
//! `sent`: for each receiver the run, and what it got in that run.

use crate::simulation::{Circumstances, Simulation, Take, endpoint};
use canary::incident::{Alerting, Ending, Flap, Silence, Threshold};
use canary::model::{Change, EndpointId, Name, Notice};
use canary::text::duration;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Timeline {
    about: String,
    every: String,
    #[serde(default)]
    alerting: Settings,
    #[serde(default)]
    maintenance: Option<[u32; 2]>,
    #[serde(default)]
    silence: Option<[u32; 2]>,
    #[serde(default)]
    parents: BTreeMap<String, String>,
    verdicts: BTreeMap<String, String>,
    answers: BTreeMap<String, String>,
    sent: BTreeMap<String, BTreeMap<u32, Vec<String>>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Settings {
    after: Option<u32>,
    failures_of: Option<[u32; 2]>,
    recover_after: Option<u32>,
    degraded_after: Option<u32>,
    unknown_after: Option<u32>,
    repeat: Option<String>,
    flap_changes: Option<u32>,
    flap_window: Option<String>,
}

impl Settings {
    fn policy(&self, receivers: Vec<Name>) -> Alerting {
        let time = |text: &Option<String>| text.as_deref().map(|text| duration::parse(text).expect("a duration"));
        let base = Alerting::default();
        Alerting {
            after: match (self.after, self.failures_of) {
                (_, Some([failures, of])) => Threshold::Of { failures, of },
                (Some(after), None) => Threshold::Consecutive(after),
                (None, None) => base.after,
            },
            recover_after: self.recover_after.unwrap_or(base.recover_after),
            degraded_after: self.degraded_after.or(base.degraded_after),
            unknown_after: self.unknown_after.or(base.unknown_after),
            repeat: time(&self.repeat).unwrap_or(base.repeat),
            flap: Flap {
                changes: self.flap_changes.unwrap_or(base.flap.changes),
                window: time(&self.flap_window).unwrap_or(base.flap.window),
            },
            receivers,
        }
    }
}

fn take(letter: char) -> Take {
    match letter {
        'y' => Take::Yes,
        'x' => Take::Later,
        'r' => Take::Refuse,
        'l' => Take::LostYes,
        'k' => Take::KilledAfter,
        'b' => Take::KilledBefore,
        other => panic!("no answer is written {other}"),
    }
}

/// `open vk/health`, `merged recover vk/health 3-17`, `open vk/health down` …
fn words(item: &Notice) -> String {
    let merged = if item.merged { "merged " } else { "" };
    let event = match item.change {
        Some(Change::Worse) => "worse".to_owned(),
        Some(Change::Better) => "better".to_owned(),
        None => item.event.to_string(),
    };
    format!("{merged}{event} {}", item.subject())
}

fn play(timeline: &Timeline) -> BTreeMap<String, BTreeMap<u32, Vec<String>>> {
    let receivers: Vec<Name> = timeline.answers.keys().map(|name| Name::parse(name).expect("a name")).collect();
    let every = duration::parse(&timeline.every).expect("a duration");
    let mut simulation = Simulation::new(timeline.alerting.policy(receivers), every);
    for (child, parent) in &timeline.parents {
        simulation.parents.insert(endpoint(child), endpoint(parent));
    }
    let runs = timeline.verdicts.values().map(|letters| letters.chars().count()).max().unwrap_or(0);
    let letter =
        |letters: &str, run: u32| letters.chars().nth(run as usize).or(letters.chars().last()).expect("a letter");
    for run in 0..u32::try_from(runs).expect("few runs") {
        let verdicts: Vec<(EndpointId, char)> =
            timeline.verdicts.iter().map(|(name, letters)| (endpoint(name), letter(letters, run))).collect();
        let silence = timeline.silence.filter(|[from, _]| *from == run).map(|[_, to]| {
            let ending = Ending::At(simulation.at(to));
            Silence::new("s1".into(), vec!["all".into()], ending, None, simulation.at(run))
        });
        let maintenance = timeline.maintenance.is_some_and(|[from, to]| (from..to).contains(&run));
        let circumstances = Circumstances { maintenance, silence, killed_before_commit: false };
        simulation.run(run, &verdicts, &circumstances, |to| take(letter(&timeline.answers[to], run)));
    }
    let mut sent: BTreeMap<String, BTreeMap<u32, Vec<String>>> = BTreeMap::new();
    for got in simulation.got {
        let mut items: Vec<String> = got.entry.items.iter().map(words).collect();
        if got.entry.repeat {
            items.push("may be a repeat".to_owned());
        }
        sent.entry(got.receiver).or_default().insert(got.run, items);
    }
    sent
}

#[test]
fn messages_come_as_the_timelines_say() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/runs");
    let mut names: Vec<_> = fs::read_dir(dir).expect("the cases").map(|entry| entry.expect("a case").path()).collect();
    names.sort();
    assert!(!names.is_empty());
    for path in names {
        let text = fs::read_to_string(&path).expect("a case");
        let timeline: Timeline = serde_json::from_str(&text).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        assert_eq!(play(&timeline), timeline.sent, "{}: {}", path.display(), timeline.about);
    }
}
