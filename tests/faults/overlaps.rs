//! Twenty runs at once come to the same as one.

use crate::random::wanted;
use crate::scene::{ENDPOINTS, Scene};
use crate::support::process::start;
use canary::demo::fleet::Reply;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;

const RUNS: usize = 20;

/// What the two endpoints do, a letter a round.
const ROUNDS: [&str; 2] = ["dduudddududddduuddud", "udddduddddduuduudddd"];

/// What came of a sequence of rounds.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    /// Event and endpoint of everything told, message for message.
    told: Vec<BTreeSet<(String, String)>>,
    /// Failing results in a row, by endpoint.
    counts: Vec<u64>,
    /// Lines of one round in the history, divided by the number of runs.
    lines: usize,
}

/// Plays the rounds with so many runs at once; none when the machine was too busy for them to overlap.
fn play(runs: usize, rounds: usize, takes: Duration) -> Option<Outcome> {
    let scene = Scene::new("");
    for round in 0..rounds {
        for (endpoint, letters) in ENDPOINTS.iter().zip(ROUNDS) {
            let up = letters.as_bytes()[round % letters.len()] == b'u';
            let reply = if up { Reply::new(200, "fine") } else { Reply::new(500, "broken") };
            scene.fleet.set("s", &format!("/{endpoint}"), reply.after(takes));
        }
        let before = scene.lines().len();
        let running: Vec<_> = (0..runs).map(|_| start(scene.home.command(["check", "-q"]))).collect();
        for run in running {
            let ran = run.end().0;
            assert!(matches!(ran.code, Some(0 | 1)), "{ran:?}");
        }
        let lines = scene.lines();
        assert_eq!(lines.len() - before, runs * ENDPOINTS.len(), "lines are missing");
        let starts: Vec<jiff::Timestamp> = lines[before..]
            .iter()
            .map(|line| serde_json::from_str::<Value>(line).expect("whole lines"))
            .map(|line| line["ts"].as_str().and_then(|ts| ts.parse().ok()).expect("a time"))
            .collect();
        let spread = starts.iter().max().expect("some").duration_since(*starts.iter().min().expect("some"));
        if spread >= jiff::SignedDuration::try_from(takes).expect("short") && runs > 1 {
            return None;
        }
    }
    let requests = scene.fleet.requests("hook");
    let told = requests.iter().map(|request| {
        let body: Value = serde_json::from_slice(&request.body).expect("JSON");
        let items = body["items"].as_array().expect("items").iter();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        items.map(|item| (text(&item["event"]), text(&item["endpoint"]))).collect()
    });
    let state: Value = serde_json::from_str(&scene.home.read("state/state.json")).expect("JSON");
    let down = |name: &&str| state["book"]["tracks"][format!("c/{name}")]["down"]["count"].as_u64().unwrap_or(0);
    let counts = ENDPOINTS.iter().map(down).collect();
    Some(Outcome { told: told.collect(), counts, lines: scene.lines().len() / runs })
}

#[test]
fn twenty_overlapping_runs_are_one_to_whoever_is_told() {
    let rounds = usize::try_from(wanted("CANARY_OVERLAPS", 6)).expect("not so many");
    let serial = play(1, rounds, Duration::ZERO).expect("one run");
    assert!(serial.told.len() >= 3, "{serial:?}");
    // They count as one only when they truly overlap: a busy machine gets more time to start them.
    let overlapping = [1, 3, 9, 27].into_iter().find_map(|takes| play(RUNS, rounds, Duration::from_secs(takes)));
    assert_eq!(overlapping.expect("twenty runs start within 27 s"), serial);
}
