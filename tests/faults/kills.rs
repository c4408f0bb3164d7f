//! `kill -9` at any moment.

use crate::random::{Random, say, wanted};
use crate::scene::{ENDPOINTS, Scene, Told};
use crate::support::process::{start, until};
use canary::demo::fleet::{Behaviour, Reply};
use rustix::process::Signal;
use std::fs::File;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(20);

/// So many runs, each killed at a random time of its life while services and webhook come and go.
fn kill_at_random(seed: u64, rounds: u64) -> Told {
    let mut random = Random::new(seed);
    let mut scene = Scene::new("");
    let began = Instant::now();
    scene.home.check(&[]).code(0);
    scene.home.check(&[]).code(0);
    let life = u64::try_from(began.elapsed().as_micros() / 2).expect("a short life");
    let mut lines = scene.lines();
    for round in 0..rounds {
        for endpoint in ENDPOINTS {
            if random.below(3) == 0 {
                scene.set(endpoint, random.below(2) == 0);
            }
        }
        if random.below(6) == 0 {
            scene.accept(random.below(3) > 0);
        }
        if random.below(2) == 0 {
            let ran = scene.home.check(&["-q"]);
            assert!(matches!(ran.code, Some(0 | 1)), "{ran:?}");
        }
        let run = start(scene.home.command(["check", "-q"]));
        std::thread::sleep(Duration::from_micros(random.below(life * 5 / 4)));
        run.signal(Signal::KILL);
        let _ = run.end();
        lines = scene.holds(&lines);
        if round % 50 == 49 {
            scene.settle();
            lines = scene.holds(&lines);
        }
    }
    scene.settle();
    scene.holds(&lines);
    scene.all_told()
}

#[test]
fn killed_at_a_random_moment_no_alert_and_no_line_is_lost() {
    let rounds = wanted("CANARY_KILLS", 200);
    let workers: Vec<_> =
        (0..2).map(|seed| std::thread::spawn(move || kill_at_random(seed + 11, rounds.div_ceil(2)))).collect();
    for worker in workers {
        let told = worker.join().expect("nothing lost");
        say(&format!("{told:?}"));
        assert!(told.incidents >= 3, "{told:?}: hardly anything happened");
    }
}

#[test]
fn killed_while_the_receiver_thinks_it_is_sent_again() {
    let mut scene = Scene::new("");
    for endpoint in ENDPOINTS {
        scene.set(endpoint, false);
    }
    scene.home.check(&[]).code(1);
    scene.fleet.set("hook", "*", Behaviour::silent());
    let run = start(scene.home.command(["check"]));
    assert!(scene.fleet.wait_for("hook", 1, PATIENCE));
    run.signal(Signal::KILL);
    assert_eq!(run.end().0.code, None);
    scene.accept(true);
    scene.home.check(&[]).code(1);
    assert_eq!(scene.fleet.count("hook"), 1, "the next run sends it, without waiting for anything");
    let text = scene.fleet.requests("hook")[0].body.clone();
    assert!(String::from_utf8_lossy(&text).contains("repeat"), "it may be one: {}", String::from_utf8_lossy(&text));
    scene.settle();
    let told = scene.all_told();
    assert_eq!((told.incidents, told.repeats), (2, 2), "{told:?}");
}

#[test]
fn killed_between_the_yes_and_its_record_it_is_sent_once_more() {
    let mut scene = Scene::new("");
    scene.set("a", false);
    scene.home.check(&[]).code(1);
    scene.fleet.set("hook", "*", Reply::new(200, "ok").after(Duration::from_millis(300)));
    let mut run = start(scene.home.command(["check"]));
    assert!(scene.fleet.wait_for("hook", 1, PATIENCE));
    // The run has its yes and waits for the lock to record it.
    let lock = File::options().read(true).write(true).open(scene.home.path("state/lock")).expect("the lock");
    lock.lock().expect("held");
    assert!(!until(Duration::from_millis(800), || run.is_over()), "it did not wait");
    run.signal(Signal::KILL);
    assert_eq!(run.end().0.code, None);
    lock.unlock().expect("released");
    scene.settle();
    let told = scene.all_told();
    assert_eq!((told.incidents, told.items, told.repeats), (1, 2, 1), "{told:?}");
}
