//! Random runs against what must always hold.

use super::super::{Answer, Delivery, Entry, Flush, LEASE};
use super::{Desk, later_please, notice, refused};
use crate::model::{Event, IncidentId};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Move {
    Queue(usize),
    Send(u8),
    Crash,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        3 => (0usize..3).prop_map(Move::Queue),
        4 => (0u8..5).prop_map(Move::Send),
        1 => Just(Move::Crash),
    ];
    proptest::collection::vec(one, 0..80)
}

proptest! {
    /// Three endpoints go down and come back in turn, one receiver answers as it likes, runs are killed while sending. When
    /// the receiver works again at last, everything has been told: each incident's beginning before its end, an end that
    /// stands alone only after its beginning was accepted, nothing twice unless it says so.
    #[test]
    fn nothing_is_lost_overtaken_or_repeated_silently(moves in moves()) {
        let mut desk = Desk::new();
        let mut down: [Option<u64>; 3] = [None; 3];
        let mut begun = std::collections::BTreeSet::new();
        let mut over = std::collections::BTreeSet::new();
        let mut decided: Vec<(IncidentId, bool)> = Vec::new();
        let mut now = 0;
        let mut accept = |entry: &Entry| -> Result<(), TestCaseError> {
            for item in &entry.items {
                if item.ends() {
                    prop_assert!(item.merged || begun.contains(&item.incident), "an end alone");
                    prop_assert!(over.insert(item.incident.clone()) || entry.repeat, "an end twice");
                } else {
                    prop_assert!(!over.contains(&item.incident) || entry.repeat, "overtaken");
                    prop_assert!(begun.insert(item.incident.clone()) || entry.repeat, "a beginning twice");
                }
            }
            Ok(())
        };
        for step in moves {
            now += 7;
            match step {
                Move::Queue(which) => {
                    let name = ["a", "b", "c"][which];
                    let before = down[which].take();
                    let (event, began) = if let Some(began) = before { (Event::Recover, began) } else { (Event::Open, now) };
                    if before.is_none() {
                        down[which] = Some(now);
                    }
                    let notice = notice(name, began, event, now);
                    decided.push((notice.incident.clone(), event == Event::Recover));
                    prop_assert!(desk.queue(&[notice], now).is_empty());
                }
                Move::Send(answer) => {
                    let Ok(entry) = desk.claim(now, Flush::Now) else { continue };
                    let answer: Answer = match answer {
                        0 => later_please(),
                        1 => refused(),
                        // accepted, and nobody heard the yes
                        2 => {
                            accept(&entry)?;
                            Delivery::Unclear { why: "reset".into() }.into()
                        }
                        _ => {
                            accept(&entry)?;
                            Delivery::Accepted.into()
                        }
                    };
                    desk.settle(&entry, answer, now);
                }
                Move::Crash => {
                    if let Ok(entry) = desk.claim(now, Flush::Now) {
                        accept(&entry)?;
                    }
                    now += LEASE.as_secs();
                }
            }
        }
        now += LEASE.as_secs();
        while let Ok(entry) = desk.claim(now, Flush::Failed) {
            accept(&entry)?;
            desk.settle(&entry, Delivery::Accepted.into(), now);
        }
        prop_assert!(desk.outbox.entries().is_empty());
        for (incident, ends) in decided {
            let told = over.contains(&incident) || (!ends && begun.contains(&incident));
            prop_assert!(told);
        }
    }
}
