//! Random verdicts, answers and kills against a small independent reference of what may and must be told.

use crate::simulation::{Circumstances, Got, Simulation, Take, endpoint};
use canary::alert::Flush;
use canary::incident::{Alerting, Flap, Threshold};
use canary::model::{EndpointId, Name};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::time::Duration;

/// One endpoint's incidents by the plain words of the contract: the runs of the first failing result, of the opening and of
/// the end.
#[derive(Debug, PartialEq, Eq)]
struct Expected {
    since: u32,
    opened: u32,
    ended: Option<u32>,
}

fn reference(verdicts: &[(u32, char)], after: usize, recover_after: usize) -> Vec<Expected> {
    let mut incidents: Vec<Expected> = Vec::new();
    for end in 1..=verdicts.len() {
        let seen: Vec<(u32, char)> =
            verdicts[..end].iter().copied().filter(|(_, letter)| *letter != '?' && *letter != 's').collect();
        let (run, letter) = verdicts[end - 1];
        if letter == '?' || letter == 's' {
            continue;
        }
        let downs: Vec<u32> = seen.iter().rev().take_while(|(_, l)| *l == 'd').map(|(run, _)| *run).collect();
        let goods = seen.iter().rev().take_while(|(_, l)| *l != 'd').count();
        match incidents.last_mut().filter(|incident| incident.ended.is_none()) {
            Some(open) if goods >= recover_after => open.ended = Some(run),
            None if downs.len() >= after => {
                incidents.push(Expected { since: downs[downs.len() - 1], opened: run, ended: None });
            }
            Some(_) | None => {}
        }
    }
    incidents
}

#[derive(Clone, Debug)]
struct Step {
    verdicts: [char; 2],
    takes: [Take; 2],
    killed: bool,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let verdict = || prop::sample::select(vec!['u', 'u', 'd', 'd', 'd', 'g', '?', 's']);
    let take = || {
        prop_oneof![
            4 => Just(Take::Yes),
            2 => Just(Take::Later),
            1 => Just(Take::Refuse),
            1 => Just(Take::LostYes),
            1 => Just(Take::KilledAfter),
            1 => Just(Take::KilledBefore),
        ]
    };
    let one = ([verdict(), verdict()], [take(), take()], prop::bool::weighted(0.1));
    proptest::collection::vec(one.prop_map(|(verdicts, takes, killed)| Step { verdicts, takes, killed }), 1..50)
}

/// What a receiver got, held against what happened.
fn check(got: &[&Got], incidents: &[(EndpointId, Expected)], simulation: &Simulation) -> Result<(), TestCaseError> {
    let mut begun: BTreeMap<(EndpointId, u32), bool> = BTreeMap::new();
    for got in got {
        for item in &got.entry.items {
            let id = item.endpoint.clone().expect("one endpoint");
            let found = incidents.iter().find(|(other, one)| *other == id && simulation.at(one.since) == item.since);
            let Some((_, incident)) = found else {
                return Err(TestCaseError::fail(format!("{} of an incident that never was: {item:?}", item.event)));
            };
            prop_assert!(got.run >= incident.opened, "told before it was decided");
            let key = (id, incident.since);
            let before = begun.get(&key).copied();
            if item.ended_at.is_some() {
                prop_assert!(incident.ended.is_some_and(|run| run <= got.run));
                prop_assert!(before.is_some() || item.merged, "an end alone");
                prop_assert!(before != Some(true) || got.entry.repeat, "an end twice");
                begun.insert(key, true);
            } else {
                prop_assert!(before.is_none() || got.entry.repeat, "a beginning twice, or after its end");
                begun.entry(key).or_insert(false);
            }
        }
    }
    for (id, incident) in incidents {
        let told = begun.get(&(id.clone(), incident.since)).copied();
        prop_assert_eq!(told, Some(incident.ended.is_some()), "{} since run {}", id, incident.since);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn whatever_fails_everything_decided_is_told_in_order(steps in steps(), after in 1u32..4, recover_after in 1u32..4) {
        let ids = [endpoint("vk/health"), endpoint("max/health")];
        let policy = Alerting {
            after: Threshold::Consecutive(after),
            recover_after,
            degraded_after: None,
            unknown_after: None,
            repeat: Duration::ZERO,
            flap: Flap { changes: 0, window: Duration::ZERO },
            receivers: ["one", "two"].map(|name| Name::parse(name).expect("a name")).to_vec(),
        };
        let mut simulation = Simulation::new(policy, Duration::from_mins(1));
        let mut committed: [Vec<(u32, char)>; 2] = Default::default();
        let mut run = 0;
        for step in &steps {
            let verdicts: Vec<(EndpointId, char)> = ids.iter().cloned().zip(step.verdicts).collect();
            let circumstances = Circumstances { killed_before_commit: step.killed, ..Circumstances::default() };
            simulation.run(run, &verdicts, &circumstances, |to| step.takes[usize::from(to == "two")]);
            if !step.killed {
                for (seen, letter) in committed.iter_mut().zip(step.verdicts) {
                    seen.push((run, letter));
                }
            }
            run += 1;
        }
        for to in simulation.addressees() {
            while simulation.send(run, &to, Flush::Failed, Take::Yes) {
                run += 1;
            }
        }
        prop_assert!(simulation.outbox().entries().is_empty());
        let incidents: Vec<(EndpointId, Expected)> = ids
            .iter()
            .zip(&committed)
            .flat_map(|(id, seen)| {
                let expected = reference(seen, after as usize, recover_after as usize);
                expected.into_iter().map(|one| (id.clone(), one))
            })
            .collect();
        for to in simulation.addressees() {
            let got: Vec<&Got> = simulation.got.iter().filter(|got| got.receiver == to.name).collect();
            check(&got, &incidents, &simulation)?;
        }
    }
}
