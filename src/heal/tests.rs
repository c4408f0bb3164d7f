use super::{
    ActionKey, Begun, Brake, Case, Decision, Ended, Failure, Finished, Fleet, Ledger, Outcome, Remedy, Rule, Seen,
    Told, WhyNot, first_match, pause,
};
use crate::model::imprint::{Imprint, Imprinted};
use crate::model::time::later;
use crate::model::{Backoff, Blame, EndpointId, Event, IncidentId, Name, Reason, StatusRange, Verdict};
use jiff::Timestamp;
use proptest::prelude::*;
use std::time::Duration;

const RESET: Duration = Duration::from_mins(10);

fn at(seconds: u64) -> Timestamp {
    let start: Timestamp = "2026-11-23T10:00:00Z".parse().expect("a time");
    later(start, Duration::from_secs(seconds))
}

fn endpoint(name: &str) -> EndpointId {
    EndpointId::new(Name::parse("vk").expect("a name"), name)
}

fn backoff() -> Backoff {
    Backoff { initial: Duration::from_secs(3), factor: 2.0, max: Duration::from_mins(1), jitter: false }
}

fn remedy<'a>(backoff: &'a Backoff, action: Option<&str>) -> Remedy<'a> {
    let action = action.map(|action| ActionKey::of(&[action]));
    Remedy { rule: "r1".into(), action, after: 2, backoff, max_attempts: 3 }
}

fn case<'a>(id: &'a EndpointId, remedy: Option<Remedy<'a>>) -> Case<'a> {
    Case {
        id,
        verdict: Verdict::Down,
        blame: Some(Blame::Target),
        failing: 2,
        flapping: false,
        silenced: false,
        maintenance: false,
        suppressed_by: None,
        overtaken: false,
        remedy,
    }
}

fn one(ledger: &mut Ledger, case: Case<'_>, now: u64) -> Decision {
    let fleet = Fleet { probed: 1, down: 1, off: false, late: false };
    ledger.plan(&[case], fleet, at(now)).decisions.remove(0).1
}

fn ended(outcome: Outcome, detail: &str, now: u64) -> Ended {
    Ended { outcome, detail: detail.to_owned(), output: String::new(), at: at(now) }
}

/// An attempt at this second, which fails, with a second look that finds this.
fn attempt(ledger: &mut Ledger, id: &EndpointId, now: u64, looked: Option<Verdict>) -> Finished {
    let backoff = backoff();
    let remedy = remedy(&backoff, Some("restart"));
    let decision = one(ledger, case(id, Some(remedy.clone())), now);
    let Decision::Heal(attempt) = decision else { panic!("at {now}: {decision}") };
    ledger.begin(Begun { id, remedy: &remedy, attempt: &attempt, at_most: Duration::from_mins(2) }, "run1", at(now));
    let action = ended(Outcome::Failed, "exit 1", now);
    let looked = looked.map(|verdict| (verdict, at(now + attempt.wait.as_secs())));
    ledger.finish(id, "run1", action, looked, at(0), &backoff)
}

#[test]
fn rules_are_tried_in_order_and_either_list_names_the_failure() {
    let rule = |reasons: &[Reason], statuses: &[(u16, u16)], json: &[bool], run: u8| Rule {
        reasons: reasons.to_vec(),
        statuses: statuses.iter().map(|(low, high)| StatusRange { low: *low, high: *high }).collect(),
        json: json.to_vec(),
        run,
        after: 2,
        backoff: backoff(),
        max_attempts: 10,
        reset_after: RESET,
        verify: true,
    };
    let rules = [
        rule(&[], &[], &[false], 1),
        rule(&[Reason::Connect, Reason::Timeout], &[(500, 599)], &[], 2),
        rule(&[Reason::Json], &[], &[true, true], 3),
        rule(&[Reason::Stale], &[], &[true, false], 4),
        rule(&[], &[(429, 429)], &[], 5),
    ];
    for (reason, status, expected) in [
        (Reason::Connect, None, Some(2)),
        (Reason::Status, Some(503), Some(2)),
        (Reason::Status, Some(404), None),
        (Reason::Json, Some(200), Some(3)),
        (Reason::Stale, Some(200), None),
        (Reason::Status, Some(429), Some(5)),
        (Reason::Schema, None, None),
    ] {
        let failure = Failure { reason: Some(reason), status };
        let found = first_match(&rules, failure, |holds| *holds).map(|at| rules[at].run);
        assert_eq!(found, expected, "{reason} {status:?}");
    }
    let (restart, start) = (ActionKey::of(&["restart"]), ActionKey::of(&["start"]));
    assert_eq!(rules[1].fingerprint(Some(&restart)), rules[1].clone().fingerprint(Some(&restart)));
    assert_ne!(rules[1].fingerprint(Some(&restart)), rules[1].fingerprint(Some(&start)));
    assert_ne!(rules[1].fingerprint(None), rules[2].fingerprint(None));
    // It stands in the states of those who update: another one would begin to restart anew what was given up.
    assert_eq!(rules[1].fingerprint(Some(&restart)), "a1a1455f3104");
}

impl Imprinted for bool {
    fn imprint(&self, into: &mut Imprint) {
        into.put("holds", self);
    }
}

#[test]
fn every_refusal_has_its_name() {
    let (id, parent, backoff) = (endpoint("a"), endpoint("parent"), backoff());
    let fine = || case(&id, Some(remedy(&backoff, Some("restart"))));
    let cases = [
        (Case { verdict: Verdict::Unknown, ..fine() }, WhyNot::Verdict(Verdict::Unknown)),
        (Case { verdict: Verdict::Degraded, ..fine() }, WhyNot::Verdict(Verdict::Degraded)),
        (Case { blame: Some(Blame::Resolver), ..fine() }, WhyNot::Blame(Some(Blame::Resolver))),
        (Case { blame: None, ..fine() }, WhyNot::Blame(None)),
        (Case { flapping: true, ..fine() }, WhyNot::Flapping),
        (Case { silenced: true, ..fine() }, WhyNot::Silenced),
        (Case { maintenance: true, ..fine() }, WhyNot::Maintenance),
        (Case { suppressed_by: Some(&parent), ..fine() }, WhyNot::Parent(parent.clone())),
        (Case { overtaken: true, ..fine() }, WhyNot::Overtaken),
        (Case { remedy: None, ..fine() }, WhyNot::NoRule),
        (Case { failing: 1, ..fine() }, WhyNot::Below { have: 1, need: 2 }),
    ];
    for (case, why) in cases {
        assert_eq!(one(&mut Ledger::default(), case, 0), Decision::Not(why));
    }
    let off = Fleet { probed: 1, down: 1, off: true, late: false };
    let plan = Ledger::default().plan(&[fine()], off, at(0));
    assert_eq!(plan.decisions[0].1, Decision::Not(WhyNot::Off));
    let late = Fleet { probed: 1, down: 1, off: false, late: true };
    assert_eq!(Ledger::default().plan(&[fine()], late, at(0)).decisions[0].1, Decision::Not(WhyNot::NoTime));
    assert_eq!(one(&mut Ledger::default(), case(&id, Some(remedy(&backoff, None))), 0), Decision::HandOver);
    assert!(matches!(one(&mut Ledger::default(), fine(), 0), Decision::Heal(_)));
}

/// H14, H16.
#[test]
fn waits_grow_and_attempts_end() {
    let (mut ledger, id, backoff) = (Ledger::default(), endpoint("a"), backoff());
    let fine = || case(&id, Some(remedy(&backoff, Some("restart"))));
    assert_eq!(attempt(&mut ledger, &id, 0, Some(Verdict::Down)), Finished::StillDown);
    assert_eq!(one(&mut ledger, fine(), 2), Decision::Not(WhyNot::NotYet(Duration::from_secs(1))));
    assert_eq!(attempt(&mut ledger, &id, 3, None), Finished::Open);
    assert_eq!(one(&mut ledger, fine(), 8), Decision::Not(WhyNot::NotYet(Duration::from_secs(1))));
    assert_eq!(attempt(&mut ledger, &id, 9, Some(Verdict::Down)), Finished::Exhausted);
    assert_eq!(one(&mut ledger, fine(), 9_999), Decision::Not(WhyNot::Exhausted { attempts: 3 }));
    assert!(ledger.reset(&id) && !ledger.reset(&id));
    assert!(matches!(one(&mut ledger, fine(), 9_999), Decision::Heal(super::Attempt { number: 1, .. })));
}

#[test]
fn a_changed_rule_counts_anew() {
    let (mut ledger, id, backoff) = (Ledger::default(), endpoint("a"), backoff());
    for n in 0..3 {
        attempt(&mut ledger, &id, n * 60, Some(Verdict::Down));
    }
    let changed = Remedy { rule: "r2".into(), ..remedy(&backoff, Some("restart")) };
    let decision = one(&mut ledger, case(&id, Some(changed.clone())), 180);
    let Decision::Heal(attempt) = decision else { panic!("{decision}") };
    ledger.begin(Begun { id: &id, remedy: &changed, attempt: &attempt, at_most: RESET }, "run9", at(180));
    assert_eq!(ledger.record(&id).map(|record| record.attempts), Some(1));
}

#[test]
fn rules_that_take_turns_use_all_of_them_up() {
    let (mut ledger, id, backoff) = (Ledger::default(), endpoint("a"), backoff());
    let rule = |name: &str| Remedy { rule: name.into(), ..remedy(&backoff, Some("restart")) };
    let mut begun = Vec::new();
    for n in 0..20 {
        let remedy = rule(if n % 2 == 0 { "r1" } else { "r2" });
        let now = n * 60;
        if let Decision::Heal(attempt) = one(&mut ledger, case(&id, Some(remedy.clone())), now) {
            begun.push((remedy.rule.clone(), attempt.number));
            ledger.begin(Begun { id: &id, remedy: &remedy, attempt: &attempt, at_most: RESET }, "run", at(now));
            ledger.release(|_| false, at(now + 1));
        }
    }
    let wanted: Vec<_> = (1..=3).flat_map(|n| [("r1".to_owned(), n), ("r2".to_owned(), n)]).collect();
    assert_eq!(begun, wanted);
}

/// H12, H13.
#[test]
fn one_good_probe_does_not_count_anew_and_a_good_while_does() {
    let (mut ledger, id, backoff) = (Ledger::default(), endpoint("a"), backoff());
    let see = |ledger: &mut Ledger, verdict, now, verify| {
        ledger.see(&id, Seen { verdict, ended: at(now), verify }, RESET);
    };
    let attempts = |ledger: &Ledger| ledger.record(&id).map_or(0, |record| record.attempts);
    attempt(&mut ledger, &id, 0, Some(Verdict::Up));
    see(&mut ledger, Verdict::Up, 3, true);
    see(&mut ledger, Verdict::Up, 60, false);
    see(&mut ledger, Verdict::Down, 120, false);
    assert_eq!(attempts(&ledger), 1);
    // probed every 20 minutes, well only right after each remedy
    attempt(&mut ledger, &id, 1_200, Some(Verdict::Up));
    see(&mut ledger, Verdict::Up, 1_210, true);
    see(&mut ledger, Verdict::Down, 2_400, false);
    assert_eq!(attempts(&ledger), 2);
    attempt(&mut ledger, &id, 2_400, Some(Verdict::Down));
    see(&mut ledger, Verdict::Unknown, 9_000, false);
    assert!(matches!(one(&mut ledger, case(&id, Some(remedy(&backoff, Some("restart")))), 9_000), Decision::Not(_)));
    see(&mut ledger, Verdict::Up, 9_060, false);
    assert_eq!(attempts(&ledger), 0, "it was well, long after the last down");
    assert_eq!(ledger.record(&id).and_then(super::Record::median_repair), Some(Duration::from_secs(3)));
}

/// H10.
#[test]
fn the_same_action_runs_once_for_all_who_ask() {
    let backoff = backoff();
    let ids = ["a", "b", "c"].map(endpoint);
    let cases: Vec<Case<'_>> = ids.iter().map(|id| case(id, Some(remedy(&backoff, Some("restart"))))).collect();
    let plan = Ledger::default().plan(&cases, Fleet { probed: 10, down: 3, off: false, late: false }, at(0));
    let shared: Vec<Option<String>> = plan
        .decisions
        .iter()
        .map(|(_, decision)| match decision {
            Decision::Heal(attempt) => attempt.shared_with.as_ref().map(ToString::to_string),
            other => panic!("{other}"),
        })
        .collect();
    assert_eq!(shared, [None, Some("vk/a".to_owned()), Some("vk/a".to_owned())]);
}

#[test]
fn brakes_hold_everything_and_one_message_says_so_once() {
    let backoff = backoff();
    let ids = ["a", "b", "c", "d"].map(endpoint);
    let actions = ["1", "2", "3", "4"];
    let cases: Vec<Case<'_>> =
        ids.iter().zip(actions).map(|(id, action)| case(id, Some(remedy(&backoff, Some(action))))).collect();
    let mut ledger = Ledger::default();
    let plan = |ledger: &mut Ledger, n: usize, probed, down| {
        ledger.plan(&cases[..n], Fleet { probed, down, off: false, late: false }, at(0))
    };
    assert_eq!(plan(&mut ledger, 3, 100, 3).brake, None);
    assert_eq!(plan(&mut ledger, 4, 100, 4).brake, Some(Brake::Actions(4)));
    assert_eq!(plan(&mut ledger, 1, 4, 2).brake, None, "half is not over half");
    assert_eq!(plan(&mut ledger, 1, 4, 3).brake, Some(Brake::Down { down: 3, of: 4 }));
    assert_eq!(plan(&mut ledger, 1, 3, 3).brake, None, "three are no fleet");
    let braked = plan(&mut ledger, 4, 100, 4);
    let refused = |(_, decision): &(EndpointId, Decision)| matches!(decision, Decision::Not(WhyNot::Brake(_)));
    assert!(braked.decisions.iter().all(refused));
    let ops = [Name::parse("ops").expect("a name")];
    let told: Vec<Told<'_>> = ids.iter().map(|id| told(id, None, &ops)).collect();
    let said = ledger.tell_planned(&braked, &told, at(0));
    assert_eq!((said.len(), said[0].event, said[0].endpoints.len()), (1, Event::HealFailed, 4));
    assert!(ledger.tell_planned(&braked, &told, at(60)).is_empty());
    let one = &said[0];
    assert_eq!((one.reason, one.runbook.as_deref()), (Some(Reason::Connect), Some("https://wiki/vk")), "in common");
    assert_eq!(one.url, None, "not the first one's");
    let held: Vec<_> = one.held_back.iter().map(|held| (held.url.as_deref(), held.action.as_deref())).collect();
    assert_eq!((held.len(), held[3]), (4, (Some("d"), Some("restart d"))));
    let mut told = told;
    told[1].runbook = None;
    let said = Ledger::default().tell_planned(&braked, &told, at(0));
    assert_eq!((&said[0].runbook, &said[0].held_back[1].runbook), (&None, &None), "others have one");
    let alone = plan(&mut Ledger::default(), 1, 4, 3);
    let said = Ledger::default().tell_planned(&alone, &told, at(0));
    assert_eq!((said[0].endpoints.len(), said[0].url.as_deref()), (0, Some("a")));
    assert_eq!(said[0].held_back[0].action.as_deref(), Some("restart a"));
}

fn told<'a>(id: &'a EndpointId, incident: Option<&'a IncidentId>, to: &'a [Name]) -> Told<'a> {
    let (reason, action) = (Some(Reason::Connect), Some(format!("restart {}", id.endpoint)));
    let (url, runbook) = (Some(&*id.endpoint), Some("https://wiki/vk"));
    Told { id, incident, since: at(0), reason, message: None, url, runbook, action, to }
}

#[test]
fn exhaustion_is_said_once_and_stands_in_every_reminder() {
    let (mut ledger, id) = (Ledger::default(), endpoint("a"));
    let incident = IncidentId::derive("vk/a", crate::model::IncidentKind::Down, at(0));
    let ops = [Name::parse("ops").expect("a name")];
    let told = told(&id, Some(&incident), &ops);
    let backoff = backoff();
    let mut said = Vec::new();
    for n in 0..3 {
        let finished = attempt(&mut ledger, &id, n * 60, Some(Verdict::Down));
        said.extend(ledger.tell_finished(&told, finished, at(n * 60)));
    }
    let plan = ledger.plan(&[case(&id, Some(remedy(&backoff, Some("restart"))))], Fleet::default(), at(600));
    said.extend(ledger.tell_planned(&plan, std::slice::from_ref(&told), at(600)));
    assert_eq!(said.iter().map(|notice| notice.event).collect::<Vec<_>>(), [Event::HealFailed]);
    assert_eq!(said[0].incident, incident);
    let note = ledger.note(&id, &plan.decisions[0].1);
    assert_eq!(note.as_deref(), Some("given up after 3 attempts; the last failed: exit 1"));
}

#[test]
fn a_repair_is_said_with_its_time() {
    let (mut ledger, id) = (Ledger::default(), endpoint("a"));
    let ops = [Name::parse("ops").expect("a name")];
    let finished = attempt(&mut ledger, &id, 60, Some(Verdict::Degraded));
    let said = ledger.tell_finished(&told(&id, None, &ops), finished, at(63)).expect("a notice");
    assert_eq!((said.event, said.heal.as_deref()), (Event::Healed, Some("mended by attempt 1, 1m 3s after it broke")));
}

#[test]
fn a_hand_over_is_said_once_and_left_to_the_opening_where_there_is_none_yet() {
    let (mut ledger, id, backoff) = (Ledger::default(), endpoint("a"), backoff());
    let ops = [Name::parse("ops").expect("a name")];
    let incident = IncidentId::derive("vk/a", crate::model::IncidentKind::Down, at(0));
    let plan = ledger.plan(&[case(&id, Some(remedy(&backoff, None)))], Fleet::default(), at(0));
    assert!(ledger.tell_planned(&plan, &[told(&id, None, &ops)], at(0)).is_empty());
    assert!(ledger.note(&id, &plan.decisions[0].1).is_some_and(|note| note.contains("human")));
    assert_eq!(ledger.tell_planned(&plan, &[told(&id, Some(&incident), &ops)], at(60)).len(), 1);
    assert!(ledger.tell_planned(&plan, &[told(&id, Some(&incident), &ops)], at(120)).is_empty());
}

/// H18, K06.
#[test]
fn an_attempt_is_one_runs_and_counts_although_it_was_killed() {
    let (mut ledger, id, backoff) = (Ledger::default(), endpoint("a"), backoff());
    let remedy = remedy(&backoff, Some("restart"));
    let fine = || case(&id, Some(remedy.clone()));
    let Decision::Heal(attempt) = one(&mut ledger, fine(), 0) else { panic!("due") };
    ledger.begin(Begun { id: &id, remedy: &remedy, attempt: &attempt, at_most: RESET }, "run1", at(0));
    assert_eq!(one(&mut ledger, fine(), 1), Decision::Not(WhyNot::Running));
    ledger.release(|run| run == "run1", at(1));
    assert_eq!(one(&mut ledger, fine(), 1), Decision::Not(WhyNot::Running));
    ledger.release(|_| false, at(1));
    assert_eq!(ledger.record(&id).and_then(|record| record.outcome), Some(Outcome::Interrupted));
    assert_eq!(one(&mut ledger, fine(), 1), Decision::Not(WhyNot::NotYet(Duration::from_secs(2))));
    assert!(matches!(one(&mut ledger, fine(), 3), Decision::Heal(super::Attempt { number: 2, .. })));
    let late = ledger.finish(&id, "run1", ended(Outcome::Succeeded, "", 4), None, at(0), &backoff);
    assert_eq!(late, Finished::NotOurs);
}

/// H22.
#[test]
fn a_time_far_ahead_is_a_wrong_clocks() {
    let (mut ledger, id, backoff) = (Ledger::default(), endpoint("a"), backoff());
    attempt(&mut ledger, &id, 3 * 86_400, None);
    let why = one(&mut ledger, case(&id, Some(remedy(&backoff, Some("restart")))), 0);
    assert_eq!(why, Decision::Not(WhyNot::NotYet(Duration::from_mins(1))));
    assert!(matches!(one(&mut ledger, case(&id, Some(remedy(&backoff, Some("restart")))), 60), Decision::Heal(_)));
}

/// H17.
#[test]
fn the_second_look_fits_into_what_is_left() {
    let secs = Duration::from_secs;
    for (wait, left, timeout, expected) in [
        (12, 100, 10, Some(12)),
        (12, 20, 10, Some(10)),
        (12, 4, 10, Some(2)),
        (12, 2, 10, None),
        (1, 2, 10, Some(1)),
        (12, 0, 10, None),
    ] {
        assert_eq!(pause(secs(wait), secs(left), secs(timeout)), expected.map(secs));
    }
}

#[test]
fn the_ledger_survives_its_own_json() {
    let (mut ledger, id) = (Ledger::default(), endpoint("a"));
    attempt(&mut ledger, &id, 0, Some(Verdict::Up));
    let json = serde_json::to_value(&ledger).expect("serializable");
    assert_eq!(serde_json::from_value::<Ledger>(json).expect("readable"), ledger);
    assert_eq!(serde_json::from_str::<Ledger>("{\"future\":1}").expect("readable"), Ledger::default());
    let view = serde_json::to_value(ledger.record(&id).expect("known").view(&id)).expect("serializable");
    assert_eq!((&view["endpoint"], &view["attempts"], &view["outcome"]), (&"a".into(), &1.into(), &"failed".into()));
}

proptest! {
    /// Whatever the verdicts, the kills and the clock's steps: never more attempts than allowed between two fresh starts,
    /// and never two closer together than the wait of the first.
    #[test]
    fn attempts_are_bounded_and_spaced(
        steps in proptest::collection::vec((0u8..4, 1u64..200, prop::bool::weighted(0.2)), 1..120),
    ) {
        let (mut ledger, id, backoff) = (Ledger::default(), endpoint("a"), backoff());
        let remedy = remedy(&backoff, Some("restart"));
        let (mut now, mut in_a_row) = (0, 0);
        let mut last: Option<(u64, u64)> = None;
        for (verdict, passed, killed) in steps {
            now += passed;
            let verdict = [Verdict::Down, Verdict::Down, Verdict::Up, Verdict::Unknown][usize::from(verdict)];
            ledger.release(|_| false, at(now));
            ledger.see(&id, Seen { verdict, ended: at(now), verify: false }, RESET);
            if ledger.record(&id).is_none_or(|record| record.attempts == 0) {
                in_a_row = 0;
                last = None;
            }
            if let Decision::Heal(attempt) = one(&mut ledger, Case { verdict, ..case(&id, Some(remedy.clone())) }, now) {
                in_a_row += 1;
                prop_assert!(in_a_row <= 3);
                prop_assert_eq!(attempt.number, in_a_row);
                if let Some((at, wait)) = last {
                    prop_assert!(now >= at + wait);
                }
                last = Some((now, attempt.wait.as_secs()));
                ledger.begin(Begun { id: &id, remedy: &remedy, attempt: &attempt, at_most: RESET }, "run", at(now));
                if !killed {
                    let action = ended(Outcome::Succeeded, "", now);
                    ledger.finish(&id, "run", action, Some((Verdict::Down, at(now))), at(0), &backoff);
                }
            }
        }
    }
}
