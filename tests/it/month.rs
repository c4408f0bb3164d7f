//! A month of one-minute runs with random faults, kills and maintenance: the ledger and the book against a model of a few lines.

use crate::simulation::endpoint;
use canary::heal::{
    ActionKey, Begun, Case, Decision, Ended, Finished, Fleet, Ledger, Outcome, Remedy, Seen, Told, pause,
};
use canary::incident::{Alerting, Book, Fact, Known};
use canary::model::time::later;
use canary::model::{Backoff, Blame, EndpointId, Event, Name, ProbeResult, Reason, Verdict};
use jiff::Timestamp;
use std::time::Duration;

const RUNS: u64 = 43_200;
const ENDPOINTS: usize = 6;
const AFTER: u32 = 2;
const MOST: u32 = 10;
const RESET: u64 = 600;
/// An action takes so many seconds, a deadline leaves so many for the wait.
const ACTION: u64 = 2;
const LEFT: u64 = 50;
const TIMEOUT: u64 = 5;

fn at(second: u64) -> Timestamp {
    let start: Timestamp = "2026-11-01T00:00:00Z".parse().expect("a time");
    later(start, Duration::from_secs(second))
}

/// SplitMix64: the same month every time.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.next().is_multiple_of(n)
    }
}

/// The service itself: until when it is broken, and whether a restart mends it.
#[derive(Clone, Copy, Default)]
struct Service {
    broken_until: u64,
    mendable: bool,
}

impl Service {
    fn live(&mut self, now: u64, random: &mut Random) {
        if now >= self.broken_until && random.one_in(400) {
            let long = random.one_in(3);
            self.broken_until = now + 60 * (1 + random.next() % if long { 300 } else { 20 });
            self.mendable = random.one_in(2);
        }
    }

    fn verdict(self, now: u64, random: &mut Random) -> Verdict {
        match (random.one_in(150), now < self.broken_until, random.one_in(10)) {
            (true, ..) => Verdict::Unknown,
            (_, true, _) => Verdict::Down,
            (.., true) => Verdict::Degraded,
            _ => Verdict::Up,
        }
    }
}

/// What the contract says of one endpoint, in plain words.
#[derive(Clone, Copy, Debug, Default)]
struct Model {
    failing: u32,
    attempts: u32,
    not_before: u64,
    last_down: u64,
    /// A probe of its own has found it well since.
    good: bool,
    gave_up: bool,
    /// A failing result that nobody heard, because its run was killed.
    orphan: bool,
}

impl Model {
    fn hear(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Down => self.failing += 1,
            Verdict::Up | Verdict::Degraded => self.failing = 0,
            Verdict::Unknown | Verdict::Skipped => {}
        }
    }

    fn see(&mut self, verdict: Verdict, ended: u64, verify: bool) {
        if self.attempts == 0 {
            return;
        }
        self.good |= !verify && matches!(verdict, Verdict::Up | Verdict::Degraded);
        if self.good && ended - self.last_down >= RESET {
            *self = Self { failing: self.failing, ..Self::default() };
        }
        if verdict == Verdict::Down {
            self.last_down = ended;
            self.good = false;
        }
    }

    fn wants(&self, verdict: Verdict, now: u64, mute: bool) -> bool {
        verdict == Verdict::Down && !mute && self.failing + 1 >= AFTER && self.attempts < MOST && now >= self.not_before
    }

    /// 3, 6, 12, 24, 48, 60, 60 …
    fn wait(&self) -> u64 {
        (3 << (self.attempts - 1).min(5)).min(60)
    }
}

fn fact(id: &EndpointId, verdict: Verdict, started: u64, maintenance: bool) -> Fact {
    let down = verdict == Verdict::Down;
    Fact::of(&ProbeResult {
        verdict,
        ended: at(started + 1),
        reason: down.then_some(Reason::Connect),
        blame: down.then_some(Blame::Target),
        message: None,
        maintenance,
        ..ProbeResult::skipped(id.clone(), at(started), "")
    })
}

#[test]
#[expect(clippy::too_many_lines, reason = "one run from its claim to its end, in the order of effects")]
fn a_month_goes_by_the_book() {
    let ids: Vec<EndpointId> = (0..ENDPOINTS).map(|n| endpoint(&format!("c{n}/health"))).collect();
    let known: Vec<Known<'_>> = ids.iter().map(|id| Known { id, tags: &[] }).collect();
    let policy = Alerting { receivers: vec![Name::parse("ops").expect("a name")], ..Alerting::default() };
    let backoff = Backoff { initial: Duration::from_secs(3), factor: 2.0, max: Duration::from_mins(1), jitter: false };
    let remedies: Vec<Remedy<'_>> = ids
        .iter()
        .map(|id| Remedy {
            rule: "rule".to_owned(),
            action: Some(ActionKey::of(&[&id.to_string()])),
            after: AFTER,
            backoff: &backoff,
            max_attempts: MOST,
        })
        .collect();
    let (mut ledger, mut book, mut random) = (Ledger::default(), Book::default(), Random(20_261_101));
    let mut services = [Service::default(); ENDPOINTS];
    let mut models = [Model::default(); ENDPOINTS];
    let mut orphans: Vec<Fact> = Vec::new();
    let (mut attempts, mut healed, mut gave_up, mut braked, mut killed_runs) = (0, 0, 0, 0, 0);
    let (mut told_healed, mut told_gave_up, mut opened, mut ended) = (0, 0, 0, 0);

    for run in 0..RUNS {
        let (now, name) = (run * 60, format!("run{run}"));
        if run % 1_440 == 0 {
            ledger = serde_json::from_str(&serde_json::to_string(&ledger).expect("written")).expect("read");
            book = serde_json::from_str(&serde_json::to_string(&book).expect("written")).expect("read");
        }
        // A shared cause takes everything down now and then.
        if random.one_in(3_000) {
            services = services.map(|_| Service { broken_until: now + 900, mendable: false });
        }
        for service in &mut services {
            service.live(now, &mut random);
        }
        let maintenance = run % 1_440 < 30;
        let killed = random.one_in(200);
        // The last two are probed more rarely than counts start over.
        let probed = |n: usize| n < 4 || run % 15 == 0;
        let verdicts: Vec<Verdict> = services
            .iter()
            .enumerate()
            .map(|(n, service)| if probed(n) { service.verdict(now, &mut random) } else { Verdict::Skipped })
            .collect();
        let asked = verdicts.iter().filter(|verdict| **verdict != Verdict::Skipped).count();

        // The run: orphans are heard, the ledger sees, plans, begins.
        ledger.release(|_| false, at(now));
        let heard = book.hear(orphans.iter().map(|fact| (fact, &policy)), &known, at(now));
        opened += heard.notices.iter().filter(|notice| notice.event == Event::Open).count();
        orphans.clear();
        for (model, verdict) in models.iter_mut().zip(&verdicts) {
            if std::mem::take(&mut model.orphan) {
                model.hear(Verdict::Down);
            }
            model.see(*verdict, now + 1, false);
        }
        let facts: Vec<Fact> =
            ids.iter().zip(&verdicts).map(|(id, verdict)| fact(id, *verdict, now, maintenance)).collect();
        for (id, verdict) in ids.iter().zip(&verdicts) {
            ledger.see(id, Seen { verdict: *verdict, ended: at(now + 1), verify: false }, Duration::from_secs(RESET));
        }
        let flapping: Vec<bool> =
            ids.iter().map(|id| book.track(id).is_some_and(canary::incident::Track::is_flapping)).collect();
        let streaks: Vec<_> = ids
            .iter()
            .zip(&facts)
            .map(|(id, fact)| book.track(id).cloned().unwrap_or_default().failing_with(fact))
            .collect();
        let cases: Vec<Case<'_>> = (0..ENDPOINTS)
            .map(|n| Case {
                id: &ids[n],
                verdict: verdicts[n],
                blame: facts[n].blame,
                failing: streaks[n].count,
                flapping: flapping[n],
                silenced: false,
                maintenance,
                suppressed_by: None,
                overtaken: false,
                remedy: Some(remedies[n].clone()),
            })
            .collect();
        let down = verdicts.iter().filter(|verdict| **verdict == Verdict::Down).count();
        let plan = ledger.plan(&cases, Fleet { probed: asked, down, off: false, late: false }, at(now + 1));
        let words: Vec<Told<'_>> = (0..ENDPOINTS)
            .map(|n| Told {
                id: &ids[n],
                incident: None,
                since: streaks[n].since.unwrap_or(at(now)),
                reason: None,
                message: None,
                url: None,
                runbook: None,
                action: None,
                to: &policy.receivers,
            })
            .collect();
        let planned = ledger.tell_planned(&plan, &words, at(now + 1));
        told_gave_up += planned.iter().filter(|notice| said_gave_up(notice.heal.as_deref())).count();

        // The model decides for itself.
        let wants: Vec<bool> =
            (0..ENDPOINTS).map(|n| models[n].wants(verdicts[n], now + 1, maintenance || flapping[n])).collect();
        let held = down * 2 > asked || wants.iter().filter(|wants| **wants).count() > 3;
        braked += usize::from(held && wants.contains(&true));
        for (n, (_, decision)) in plan.decisions.iter().enumerate() {
            let heals = matches!(decision, Decision::Heal(_));
            assert_eq!(heals, wants[n] && !held, "run {run}, {}: {decision}, {:?}", ids[n], models[n]);
        }

        let mut final_facts = facts.clone();
        let mut any = false;
        for (n, (id, decision)) in plan.decisions.iter().enumerate() {
            let Decision::Heal(attempt) = decision else { continue };
            any = true;
            attempts += 1;
            models[n].attempts += 1;
            models[n].last_down = now + 1;
            assert_eq!((attempt.number, attempt.wait.as_secs()), (models[n].attempts, models[n].wait()));
            let begun = Begun { id, remedy: &remedies[n], attempt, at_most: Duration::from_mins(2) };
            ledger.begin(begun, &name, at(now + 1));
            if killed {
                models[n].not_before = now + 1 + models[n].wait();
                models[n].orphan = true;
                orphans.push(facts[n].clone());
                continue;
            }
            if services[n].mendable {
                services[n].broken_until = now;
            }
            let secs = Duration::from_secs;
            let pause = pause(attempt.wait, secs(LEFT), secs(TIMEOUT)).expect("time enough").as_secs();
            let ended = now + 1 + ACTION;
            let looked = services[n].verdict(ended + pause, &mut random);
            let action =
                Ended { outcome: Outcome::Succeeded, detail: String::new(), output: String::new(), at: at(ended) };
            let seen = Some((looked, at(ended + pause + 1)));
            let finished = ledger.finish(id, &name, action, seen, words[n].since, &backoff);
            told_healed += ledger
                .tell_finished(&words[n], finished, at(ended + pause + 1))
                .map_or(0, |notice| usize::from(notice.event == Event::Healed));
            told_gave_up += usize::from(finished == Finished::Exhausted);
            healed += usize::from(matches!(looked, Verdict::Up | Verdict::Degraded));
            models[n].not_before = ended + models[n].wait();
            ledger.see(id, Seen { verdict: looked, ended: at(ended + pause + 1), verify: true }, secs(RESET));
            models[n].see(looked, ended + pause + 1, true);
            final_facts[n] = fact(id, looked, ended + pause, maintenance);
        }
        for (n, model) in models.iter_mut().enumerate() {
            let last = model.attempts >= MOST && !model.gave_up && final_facts[n].verdict == Verdict::Down;
            let at_it = matches!(plan.decisions[n].1, Decision::Heal(_));
            // Given up is said by the second look, or by the next run that would try again.
            if last && !(at_it && killed) && (at_it || model.failing + 1 >= AFTER && !maintenance && !flapping[n]) {
                model.gave_up = true;
                gave_up += 1;
            }
        }
        killed_runs += usize::from(any && killed);
        let heard: Vec<&Fact> = final_facts
            .iter()
            .zip(&plan.decisions)
            .filter(|(_, (_, decision))| !(killed && matches!(decision, Decision::Heal(_))))
            .map(|(fact, _)| fact)
            .collect();
        let notices = book.hear(heard.iter().map(|fact| (*fact, &policy)), &known, at(now + 59)).notices;
        opened += notices.iter().filter(|notice| notice.event == Event::Open && notice.change.is_none()).count();
        ended += notices.iter().filter(|notice| notice.event == Event::Recover).count();
        for fact in heard {
            let n = ids.iter().position(|id| *id == fact.id).expect("one of them");
            models[n].hear(fact.verdict);
        }
    }

    assert_eq!((told_healed, told_gave_up), (healed, gave_up));
    assert!(attempts > 500 && healed > 200 && gave_up > 5, "{attempts} {healed} {gave_up}");
    assert!(braked > 5 && killed_runs > 2 && opened > 50 && ended > 50, "{braked} {killed_runs} {opened} {ended}");
}

fn said_gave_up(text: Option<&str>) -> bool {
    text.is_some_and(|text| text.starts_with("given up after"))
}
