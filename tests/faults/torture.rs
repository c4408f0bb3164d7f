//! Every file-system call of a run fails in its turn, once and for good, with every error; or is the run's last.

use crate::random::{Random, say, wanted};
use crate::scene::{ENDPOINTS, Scene, did_not_break};
use crate::traced::{can_trace, check, counts};
use serde_json::Value;

/// So many points of a sweep are tried in a usual test run.
const SAMPLE: usize = 40;

/// What the state directory holds when the run under test begins.
#[derive(Clone, Copy, Debug)]
enum Before {
    /// Nothing: it isn't there.
    Nothing,
    /// One failing result: this run opens an incident and tells it.
    AboutToOpen,
    /// An opening that the receiver did not take.
    Pending,
    /// A history that is full and ends in a torn line.
    FullAndTorn,
    /// A state that is damaged.
    Damaged,
    /// A state with one entry of the outbox that can't be read.
    DamagedInPlaces,
}

impl Before {
    fn is_damaged(self) -> bool {
        matches!(self, Self::Damaged | Self::DamagedInPlaces)
    }
}

const ALL: [Before; 6] = [
    Before::AboutToOpen,
    Before::Pending,
    Before::FullAndTorn,
    Before::Damaged,
    Before::DamagedInPlaces,
    Before::Nothing,
];

fn stage(before: Before) -> Scene {
    let mut scene = Scene::new("history: { max_size: 64KiB, keep: 2 }\n");
    for endpoint in ENDPOINTS {
        scene.set(endpoint, false);
    }
    match before {
        Before::Nothing => return scene,
        Before::AboutToOpen => drop(scene.home.check(&[]).code(1)),
        Before::Pending => {
            scene.accept(false);
            scene.home.check(&[]).code(1);
            scene.home.check(&[]).code(1);
        }
        Before::FullAndTorn => {
            scene.home.check(&[]).code(1);
            let text = scene.home.read("state/history.jsonl");
            let old = text
                .lines()
                .next()
                .expect("a line")
                .replace("\"down\"", "\"up\"")
                .replace("\"ts\":\"20", "\"ts\":\"19");
            scene.home.write("state/history.jsonl", format!("{}{text}{{\"v\":1,\"ts", format!("{old}\n").repeat(130)));
        }
        Before::DamagedInPlaces => {
            scene.home.check(&[]).code(1);
            scene.home.check(&[]).code(1);
            let mut state: Value = serde_json::from_str(&scene.home.read("state/state.json")).expect("JSON");
            state["outbox"]["entries"].as_array_mut().expect("a list").push(7.into());
            scene.home.write("state/state.json", state.to_string());
        }
        Before::Damaged => {
            scene.home.check(&[]).code(1);
            scene.home.check(&[]).code(1);
            let text = scene.home.read("state/state.json");
            scene.home.write("state/state.json", &text[..text.len() / 2]);
        }
    }
    scene
}

/// One call that goes wrong.
#[derive(Clone, Debug)]
struct Point {
    before: Before,
    call: String,
    when: u32,
    how: &'static str,
    for_good: bool,
}

impl Point {
    fn inject(&self) -> String {
        let more = if self.for_good { "+" } else { "" };
        format!("{}:{}:when={}{more}", self.call, self.how, self.when)
    }
}

fn points(before: Before, ways: &[(&'static str, bool)]) -> Vec<Point> {
    let scene = stage(before);
    let (ran, _, log) = check(&scene, None);
    assert!(matches!(ran.code, Some(1 | 3)), "{ran:?}");
    let counts = counts(&log);
    assert!(counts.values().sum::<u32>() > 20, "{log}");
    say(&format!("{before:?}: {} calls: {counts:?}", counts.values().sum::<u32>()));
    let mut points = Vec::new();
    for (call, count) in counts {
        for when in 1..=count {
            for (how, for_good) in ways {
                points.push(Point { before, call: call.clone(), when, how, for_good: *for_good });
            }
        }
    }
    points
}

/// All points, or a sample of them that is another one in every binary but the same in every run.
fn chosen(ways: &[(&'static str, bool)], seed: u64) -> Vec<Point> {
    let mut all: Vec<Point> = ALL.iter().flat_map(|before| points(*before, ways)).collect();
    say(&format!("{} points", all.len()));
    let call = only();
    all.retain(|point| call.is_empty() || call == "all" || point.call == call);
    if !call.is_empty() {
        return all;
    }
    let mut random = Random::new(wanted("CANARY_SEED", seed));
    (0..SAMPLE.min(all.len()))
        .map(|_| {
            let limit = all.len() as u64;
            all.swap_remove(usize::try_from(random.below(limit)).expect("an index"))
        })
        .collect()
}

/// `all`, or the name of one call; empty for a sample.
#[expect(clippy::disallowed_methods, reason = "how much is tested is asked of the environment")]
fn only() -> String {
    std::env::var("CANARY_TORTURE").unwrap_or_default()
}

/// The run under test, and what must be true after it and after clean ones.
fn endure(point: &Point, killed: bool) {
    let mut scene = stage(point.before);
    let before = scene.lines();
    let state = std::fs::read_to_string(scene.home.path("state/state.json")).unwrap_or_default();
    let (ran, injected, log) = check(&scene, Some(&point.inject()));
    let what = format!("{point:?}: {ran:?}\n{log}");
    did_not_break(&ran, &what);
    let lines = scene.lines();
    assert!(lines.starts_with(&before), "lines lost: {what}");
    let (mut recorded, mut blind) = (true, false);
    if !killed {
        assert!(matches!(ran.code, Some(1 | 3)), "{what}");
        let report: Value = serde_json::from_str(&ran.stdout).expect("one whole document");
        let run = report["run"].as_str().expect("a run");
        assert_eq!(report["summary"]["down"], 2, "{what}");
        let own_failures =
            report["exit_reasons"].as_array().expect("reasons").iter().filter(|one| *one != "down").count();
        assert_eq!(ran.code == Some(3), own_failures > 0, "{what}");
        recorded = lines.iter().filter(|line| line.contains(run)).count() == 2;
        // Neither state nor history can be read: what is told then has the beginning that this run has seen.
        blind = point.before.is_damaged() && (!recorded || ran.stderr.contains("too late a beginning"));
        if !recorded {
            assert_eq!(ran.code, Some(3), "its lines are missing, and it does not say so: {what}");
        }
        let now = std::fs::read_to_string(scene.home.path("state/state.json")).unwrap_or_default();
        if now == state {
            assert_eq!(ran.code, Some(3), "nothing was committed, and it does not say so: {what}");
        }
        if ran.code == Some(3) && !point.before.is_damaged() {
            assert!(injected, "{what}");
            assert!(ran.stderr.contains("state"), "no cause: {what}");
        }
    }
    scene.accept(true);
    // An incident that only the killed run's lines knew, and that is over by now, must be told too.
    let recovers = killed && point.when % 2 == 1;
    for endpoint in ENDPOINTS {
        scene.set(endpoint, recovers);
    }
    let again = scene.home.check(&[]);
    did_not_break(&again, &what);
    assert!(matches!(again.code, Some(0 | 1 | 3)), "the next run: {again:?}\n{what}");
    scene.settle();
    if point.before.is_damaged() {
        assert!(scene.lines().starts_with(&before), "{what}");
    } else {
        scene.holds(&before);
    }
    if blind {
        assert_eq!(scene.opened(), ENDPOINTS.map(str::to_owned).into(), "{what}");
        return;
    }
    let told = if recorded { scene.all_told() } else { scene.all_told_though_not_recorded() };
    assert!(recovers || told.incidents == 2, "{what}");
}

fn all_of(points: Vec<Point>, killed: bool) {
    let next = std::sync::Mutex::new(points.into_iter());
    let failed = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let Some(point) = next.lock().expect("no panic here").next() else { break };
                    let endured = std::panic::catch_unwind(|| endure(&point, killed));
                    if endured.is_err() {
                        failed.lock().expect("no panic here").push(point);
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().expect("no panic here");
    assert!(failed.is_empty(), "{} failed: {failed:#?}", failed.len());
}

#[test]
fn a_file_system_call_that_fails_loses_nothing() {
    if !can_trace() {
        return;
    }
    let errors = ["error=ENOSPC", "error=EIO", "error=EACCES"];
    let ways: Vec<(&str, bool)> = errors.into_iter().flat_map(|error| [(error, false), (error, true)]).collect();
    all_of(chosen(&ways, 1), false);
}

#[test]
fn killed_at_any_file_system_call_nothing_is_lost() {
    if !can_trace() {
        return;
    }
    all_of(chosen(&[("signal=SIGKILL", false)], 2), true);
}
