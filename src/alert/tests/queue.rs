//! Queuing, waiting, order, merging, ageing.

use super::super::{
    AlertEvent, Answer, Claimant, Delivery, Flush, Held, LEASE, Outbox, Run, Settled, Story, Wait, text,
};
use super::{Desk, SUMMARY, addressee, at, endpoint, events, later_please, notice, refused};
use crate::model::{Change, Event, Notice, Verdict};
use std::time::Duration;

#[test]
fn delivers_once_and_forgets() {
    let mut desk = Desk::new();
    assert!(desk.queue(&[notice("a", 0, Event::Open, 60)], 60).is_empty());
    assert_eq!(desk.send(60, Delivery::Accepted.into()), ["open"]);
    assert_eq!(desk.claim(120, Flush::Now), Err(Wait::Nothing));
}

#[test]
fn waits_longer_each_time_and_first_not_at_all() {
    let mut desk = Desk::new();
    desk.queue(&[notice("a", 0, Event::Open, 0)], 0);
    let mut now = 0;
    let mut waits = Vec::new();
    for _ in 0..11 {
        assert_eq!(desk.send(now, later_please()).len(), 1, "at {now}");
        let wait = match desk.claim(now, Flush::No) {
            Err(Wait::Backoff(left)) => left.as_secs(),
            Ok(entry) => {
                desk.settle(&entry, later_please(), now);
                waits.push(0);
                match desk.claim(now, Flush::No) {
                    Err(Wait::Backoff(left)) => left.as_secs(),
                    other => panic!("{other:?}"),
                }
            }
            Err(other) => panic!("{other:?}"),
        };
        waits.push(wait);
        now += wait;
    }
    assert_eq!(waits, [0, 30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600, 3_600]);
}

#[test]
fn one_run_tries_once() {
    let mut desk = Desk::new();
    desk.queue(&[notice("a", 0, Event::Open, 0)], 0);
    let by = Claimant { run: "r1", flush: Flush::Now, alone: true };
    let entry = desk.outbox.claim(&desk.to, by, at(0)).expect("due");
    desk.settle(&entry, later_please(), 0);
    assert_eq!(desk.outbox.claim(&desk.to, by, at(0)), Err(Wait::Tried));
}

/// A01, A02.
#[test]
fn a_receivers_wish_holds_even_against_flush_and_news() {
    let mut desk = Desk::new();
    desk.queue(&[notice("a", 0, Event::Open, 0)], 0);
    let wish = |secs| {
        Answer::from(Delivery::TryLater { why: "429".into(), after: Some(Duration::from_secs(secs)), slow: false })
    };
    assert_eq!(desk.send(0, wish(17)).len(), 1);
    desk.queue(&[notice("b", 0, Event::Open, 5)], 5);
    assert_eq!(desk.claim(16, Flush::Now), Err(Wait::Asked(Duration::from_secs(1))));
    let entry = desk.claim(17, Flush::No).expect("news are due when the wish is over");
    assert_eq!(entry.items.len(), 2);
    desk.settle(&entry, wish(999_999_999), 17);
    assert_eq!(desk.claim(18, Flush::Now), Err(Wait::Asked(Duration::from_secs(3_599))));
    assert!(desk.claim(17 + 3_600, Flush::No).is_ok());
}

/// A13, A14, A16, A28 while nothing can be delivered.
#[test]
fn pending_word_of_an_incident_is_merged_with_the_news() {
    let open = || notice("a", 0, Event::Open, 60);
    let remind = |n| notice("a", 0, Event::Remind, n);
    let recover = || notice("a", 0, Event::Recover, 300);
    let worse = || Notice { change: Some(Change::Worse), opening: false, ..notice("a", 0, Event::Open, 100) };
    let better = || Notice {
        change: Some(Change::Better),
        verdict: Some(Verdict::Degraded),
        ..notice("a", 0, Event::Remind, 200)
    };
    let again = || notice("a", 400, Event::Open, 460);
    let flapping = || notice("a", 0, Event::Flapping, 120);
    let healed = || notice("a", 0, Event::Healed, 100);
    let told = |event: Event| Notice { opening: false, ..notice("a", 0, event, 1) };
    let cases: Vec<(Vec<Notice>, Vec<&str>)> = vec![
        (vec![open(), recover()], vec!["merged recover"]),
        (vec![open(), remind(120)], vec!["open"]),
        (vec![open(), remind(120), recover(), again()], vec!["merged recover", "open"]),
        (vec![recover(), again()], vec!["recover", "open"]),
        (vec![remind(120), remind(240)], vec!["remind"]),
        (vec![remind(120), recover()], vec!["recover"]),
        (vec![worse(), recover()], vec!["recover"]),
        (vec![open(), worse()], vec!["open"]),
        (vec![open(), worse(), better()], vec!["open"]),
        (vec![worse(), remind(120)], vec!["open"]),
        (vec![open(), flapping(), recover()], vec!["merged recover"]),
        (vec![told(Event::Flapping), recover()], vec!["recover"]),
        (vec![open(), healed(), recover()], vec!["healed", "merged recover"]),
        (vec![open(), notice("b", 0, Event::Open, 70), recover()], vec!["open", "merged recover"]),
    ];
    for (number, (notices, sent)) in cases.into_iter().enumerate() {
        let mut desk = Desk::new();
        for notice in &notices {
            desk.queue(std::slice::from_ref(notice), 500);
        }
        let entry = desk.claim(500, Flush::No).expect("due");
        assert_eq!(events(&entry), sent, "case {number}");
        assert!(entry.items.iter().all(|item| !item.merged || item.since == at(0)));
    }
    let mut desk = Desk::new();
    desk.queue(&[open()], 60);
    assert_eq!(desk.queue(&[remind(120)], 120), [Held::Pending]);
    assert_eq!(desk.queue(&[open()], 120), [Held::Duplicate]);
}

#[test]
fn an_end_joins_its_beginning_that_waits_for_a_receiver_that_is_gone() {
    let mut desk = Desk::new();
    desk.queue(&[notice("a", 0, Event::Open, 60)], 60);
    let run = Run { id: "run", summary: &SUMMARY };
    let ends = [notice("a", 0, Event::Recover, 120), notice("b", 0, Event::Recover, 120)];
    let held = desk.outbox.enqueue(&ends, &[], run, at(120));
    let held: Vec<Held> = held.into_iter().filter(|one| one.receiver == "ops").map(|one| one.why).collect();
    assert_eq!(held, [Held::NoSuchReceiver], "nothing of b waits: {held:?}");
    assert_eq!(desk.send(180, Delivery::Accepted.into()), ["merged recover"]);
}

#[test]
fn who_takes_all_that_is_open_knows_what_it_refused() {
    let mut desk = Desk::new();
    let (one, other) = (notice("a", 0, Event::Open, 60), notice("b", 0, Event::Open, 60));
    desk.queue(&[one.clone(), other], 60);
    assert_eq!(desk.send(60, refused()).len(), 2);
    let open = std::iter::once(one.incident).collect();
    assert!(!desk.outbox.knows("n8n", &open) && desk.outbox.knows("ops", &open) && !desk.outbox.knows("ops", &open));
    assert_eq!(desk.outbox.entries()[0].items.len(), 1);
    let open = desk.outbox.entries()[0].items.iter().map(|item| item.incident.clone()).collect();
    assert!(desk.outbox.knows("ops", &open));
    assert!(desk.outbox.entries().is_empty());
}

#[test]
fn events_and_unconfigured_receivers_are_left_out_by_name() {
    let mut desk = Desk::new();
    desk.to.events = vec![AlertEvent::Recover];
    assert_eq!(desk.queue(&[notice("a", 0, Event::Open, 60)], 60), [Held::Filtered]);
    desk.to.configured = false;
    assert_eq!(desk.queue(&[notice("a", 0, Event::Open, 60)], 60), [Held::NotConfigured]);
    assert_eq!(desk.queue(&[notice("a", 0, Event::Recover, 60)], 60), [], "it was told of the beginning");
    let other = Notice { to: vec!["gone".into()], ..notice("a", 0, Event::Open, 60) };
    let run = Run { id: "run", summary: &SUMMARY };
    let held = desk.outbox.enqueue(&[other], &[desk.to.clone()], run, at(60));
    assert_eq!(held[0].why, Held::NoSuchReceiver);
    for (event, change, verdict, wishes) in [
        (Event::Open, None, Verdict::Down, "open"),
        (Event::Unknown, None, Verdict::Unknown, "open"),
        (Event::Flapping, None, Verdict::Down, "open"),
        (Event::Steady, None, Verdict::Down, "open"),
        (Event::Remind, None, Verdict::Down, "remind"),
        (Event::Remind, Some(Change::Better), Verdict::Degraded, "remind recover"),
        (Event::Recover, None, Verdict::Up, "recover"),
        (Event::Removed, None, Verdict::Up, "recover"),
        (Event::Healed, None, Verdict::Up, "heal"),
        (Event::HealFailed, None, Verdict::Down, "heal"),
    ] {
        let notice = Notice { change, verdict: Some(verdict), ..notice("a", 0, event, 1) };
        let all = [
            (AlertEvent::Open, "open"),
            (AlertEvent::Remind, "remind"),
            (AlertEvent::Recover, "recover"),
            (AlertEvent::Heal, "heal"),
        ];
        let taken: Vec<&str> =
            all.iter().filter(|(one, _)| AlertEvent::wanted(&[*one], &notice)).map(|(_, word)| *word).collect();
        assert_eq!(taken.join(" "), wishes, "{event}");
    }
}

#[test]
fn overlapping_runs_never_send_one_entry_twice_and_nothing_overtakes() {
    let mut desk = Desk::new();
    desk.queue(&[notice("a", 0, Event::Open, 0)], 0);
    let first = desk.claim(0, Flush::No).expect("due");
    assert_eq!(desk.claim(1, Flush::Now), Err(Wait::Sending));
    desk.queue(&[notice("a", 0, Event::Recover, 30)], 30);
    assert_eq!(desk.claim(31, Flush::Now), Err(Wait::Sending), "the end waits behind its beginning");
    desk.settle(&first, later_please(), 40);
    let both = desk.claim(41, Flush::No).expect("due");
    assert_eq!(events(&both), ["merged recover"]);
    assert_ne!(both.id, first.id);
    assert_eq!(desk.settle(&first, Delivery::Accepted.into(), 42), Settled::NotOurs);
    assert_eq!(desk.settle(&both, Delivery::Accepted.into(), 42), Settled::Delivered);
}

/// K04, K05.
#[test]
fn what_a_killed_run_was_sending_is_sent_again_and_says_so() {
    let mut desk = Desk::new();
    desk.queue(&[notice("a", 0, Event::Open, 0)], 0);
    let lost = desk.claim(0, Flush::No).expect("due");
    assert_eq!(desk.claim(60, Flush::No), Err(Wait::Sending));
    let again = desk.claim(LEASE.as_secs(), Flush::No).expect("the lease is over");
    assert_eq!((&again.id, again.repeat), (&lost.id, true));
    let alone = Claimant { run: "sure", flush: Flush::No, alone: true };
    let third = desk.outbox.claim(&desk.to, alone, at(LEASE.as_secs() + 1)).expect("nobody else sends");
    assert_eq!((&third.id, third.sent_at), (&lost.id, lost.sent_at));
    assert!(text(&Story::of(&third, at(1))).contains("may be a repeat"));
}

/// A05, A17.
#[test]
fn what_was_refused_stays_listed_and_is_retried_when_the_settings_change() {
    let mut desk = Desk::new();
    desk.queue(&[notice("a", 0, Event::Open, 0), notice("b", 0, Event::Open, 0)], 0);
    assert_eq!(desk.send(0, refused()).len(), 2);
    assert_eq!(desk.claim(9_999, Flush::Now), Err(Wait::Nothing));
    assert_eq!(desk.outbox.entries()[0].error.as_deref(), Some("chat not found"));
    // the end of what was refused tells the whole
    desk.queue(&[notice("a", 0, Event::Recover, 600)], 600);
    let entry = desk.claim(600, Flush::No).expect("due");
    assert_eq!(events(&entry), ["merged recover"]);
    desk.settle(&entry, Delivery::Accepted.into(), 600);
    desk.to.fingerprint = "f2".into();
    let entry = desk.claim(601, Flush::No).expect("tried at once");
    assert_eq!(entry.items[0].endpoint, Some(endpoint("b")));
    desk.settle(&entry, refused(), 601);
    let entry = desk.claim(602, Flush::Failed).expect("asked to");
    assert_eq!(desk.settle(&entry, Delivery::Accepted.into(), 602), Settled::Delivered);
    assert!(desk.outbox.entries().is_empty());
}

#[test]
fn refusals_for_months_make_one_entry() {
    let mut desk = Desk::new();
    for day in 0..90u64 {
        let began = day * 86_400;
        desk.queue(&[notice("a", began, Event::Open, began)], began);
        assert_eq!(desk.send(began, refused()).len(), 1);
        desk.queue(&[notice("a", began, Event::Recover, began + 60)], began + 60);
        desk.send(began + 60, refused());
    }
    assert_eq!(desk.outbox.entries().len(), 1);
    let entry = &desk.outbox.entries()[0];
    assert_eq!((entry.items.len(), entry.backlog.len()), (1 + 1, 1));
    assert_eq!(entry.backlog[0].messages, 88);
}

/// A10.
#[test]
fn only_the_parts_that_failed_are_sent_later() {
    let mut desk = Desk::new();
    desk.queue(&[notice("a", 0, Event::Open, 0)], 0);
    let entry = desk.claim(0, Flush::No).expect("due");
    let rest = vec!["part 2".to_owned(), "part 3".to_owned()];
    desk.settle(&entry, Answer { rest: rest.clone(), ..later_please() }, 0);
    desk.queue(&[notice("a", 0, Event::Recover, 30)], 30);
    let entry = desk.claim(60, Flush::No).expect("due");
    assert_eq!(entry.rest, rest);
    desk.settle(&entry, Delivery::Accepted.into(), 60);
    assert_eq!(desk.send(61, Delivery::Accepted.into()), ["recover"], "its beginning was told");
}

#[test]
fn what_is_old_is_folded_and_its_end_still_tells_the_whole() {
    let day = 86_400;
    let mut desk = Desk::new();
    desk.queue(&[notice("a", 0, Event::Open, 60), notice("b", 0, Event::Open, 60)], 60);
    desk.queue(&[notice("b", 0, Event::Recover, 600)], 600);
    let entry = desk.claim(2 * day, Flush::No).expect("due");
    assert!(entry.items.is_empty());
    let told = text(&Story::of(&entry, at(2 * day)));
    assert!(told.contains("more than a day") && told.contains("vk/a") && told.contains("vk/b"), "{told}");
    desk.settle(&entry, later_please(), 2 * day);
    assert_eq!(desk.queue(&[notice("a", 0, Event::Remind, 2 * day + 1)], 2 * day + 1), [Held::Pending]);
    desk.queue(&[notice("a", 0, Event::Recover, 2 * day + 2)], 2 * day + 2);
    let entry = desk.claim(2 * day + 2, Flush::No).expect("due");
    assert_eq!((events(&entry), entry.backlog.len()), (vec!["merged recover".to_owned()], 1));
}

#[test]
fn slow_and_overdue() {
    let mut desk = Desk::new();
    desk.queue(&[notice("a", 0, Event::Open, 0)], 0);
    let inactive = || Answer::from(Delivery::of_status(404, "not registered".into(), None));
    assert_eq!(desk.send(0, inactive()).len(), 1);
    assert_eq!(desk.send(60, inactive()).len(), 1, "the next run tries again");
    assert_eq!(desk.claim(120, Flush::No), Err(Wait::Backoff(Duration::from_mins(4))));
    assert_eq!(desk.outbox.overdue(at(900)).count(), 0);
    assert_eq!(desk.outbox.overdue(at(901)).count(), 1);
    assert_eq!(desk.outbox.discard(at(901), |entry| entry.receiver == "ops"), 1);
}

#[test]
fn what_took_the_place_of_something_undelivered_waits_since_then() {
    let queue = |desk: &mut Desk, event, now| desk.queue(&[notice("a", 0, event, now)], now);
    let overdue = |desk: &Desk, now| desk.outbox.overdue(at(now)).count();
    let mut desk = Desk::new();
    queue(&mut desk, Event::Open, 0);
    desk.send(0, later_please());
    queue(&mut desk, Event::Recover, 480);
    assert_eq!((overdue(&desk, 900), overdue(&desk, 901)), (0, 1));
    let told = text(&Story::of(&desk.outbox.entries()[0], at(960)));
    assert!(told.contains("Told 16m late, decided at 10:00 UTC"), "{told}");

    let mut desk = Desk::new();
    queue(&mut desk, Event::Open, 0);
    desk.send(0, Delivery::Accepted.into());
    queue(&mut desk, Event::Remind, 3_600);
    queue(&mut desk, Event::Recover, 4_560);
    assert_eq!(overdue(&desk, 4_561), 1, "the reminder has waited for 16 minutes");
    let told = text(&Story::of(&desk.outbox.entries()[0], at(4_561)));
    assert!(!told.contains("late"), "the end itself is news: {told}");

    let mut desk = Desk::new();
    queue(&mut desk, Event::Open, 0);
    desk.send(0, refused());
    queue(&mut desk, Event::Recover, 1_000);
    assert_eq!(overdue(&desk, 1_001), 1, "its opening was refused then");
}

#[test]
fn tries_of_what_was_refused_add_up() {
    let mut desk = Desk::new();
    desk.queue(&[notice("a", 0, Event::Open, 0)], 0);
    desk.send(0, refused());
    for now in [3_600, 7_200] {
        desk.queue(&[notice("a", 0, Event::Remind, now)], now);
        desk.send(now, refused());
    }
    let [entry] = desk.outbox.entries() else { panic!("{:?}", desk.outbox) };
    assert_eq!((entry.tries, entry.refused, entry.error.as_deref()), (3, true, Some("chat not found")));
}

#[test]
fn statuses_have_their_answers() {
    for (status, slow) in
        [(302, Some(true)), (401, Some(true)), (403, Some(true)), (404, Some(true)), (500, Some(false))]
    {
        let expected = slow.map(|slow| Delivery::TryLater { why: "w".into(), after: None, slow });
        assert_eq!(Some(Delivery::of_status(status, "w".into(), None)), expected, "{status}");
    }
    assert_eq!(Delivery::of_status(204, "w".into(), None), Delivery::Accepted);
    for status in [400, 410, 413, 422] {
        assert_eq!(Delivery::of_status(status, "w".into(), None), Delivery::Refused { why: "w".into() });
    }
}

#[test]
fn a_moved_chat_is_remembered_until_the_settings_change() {
    let mut desk = Desk::new();
    desk.queue(&[notice("a", 0, Event::Open, 0)], 0);
    let entry = desk.claim(0, Flush::No).expect("due");
    desk.outbox.moved("ops", "-1001".into());
    desk.settle(&entry, Delivery::Accepted.into(), 0);
    assert_eq!(desk.outbox.moved_to(&desk.to), Some("-1001"));
    desk.to.fingerprint = "f2".into();
    assert_eq!(desk.outbox.moved_to(&desk.to), None);
}

#[test]
fn the_outbox_survives_its_own_json() {
    let mut desk = Desk::new();
    desk.queue(&[notice("a", 0, Event::Open, 0), notice("b", 0, Event::Recover, 5)], 5);
    desk.send(5, Answer { rest: vec!["x".into()], ..later_please() });
    let json = serde_json::to_value(&desk.outbox).expect("serializable");
    assert_eq!(serde_json::from_value::<Outbox>(json).expect("readable"), desk.outbox);
    assert_eq!(serde_json::from_str::<Outbox>("{\"future\":1}").expect("readable"), Outbox::default());
}

/// By the square of their number this took minutes, under the state's lock.
#[test]
fn ten_thousand_endpoints_are_queued_at_once() {
    let many = 10_000;
    let all = |event, later: u64| -> Vec<Notice> {
        (0..many).map(|n| notice(&format!("e{n}"), n, event, later + n)).collect()
    };
    let (openings, ends) = (all(Event::Open, 0), all(Event::Recover, many));
    let mut desk = Desk::new();
    let began = std::time::Instant::now();
    assert_eq!(desk.queue(&openings, many), []);
    assert_eq!(desk.queue(&openings, many).len(), 10_000, "the same is pending");
    assert_eq!(desk.queue(&ends, 2 * many), []);
    assert!(began.elapsed() < Duration::from_mins(1), "{:?}", began.elapsed());
    let [entry] = desk.outbox.entries() else { panic!("one entry") };
    assert!(entry.items.iter().zip(&ends).all(|(item, end)| item.merged && item.id == end.id), "in order");
    assert_eq!(entry.items.len(), 10_000);
}

#[test]
fn a_receivers_entries_are_renewed_once_for_all_news() {
    let mut desk = Desk::new();
    desk.queue(&[notice("a", 0, Event::Open, 1), notice("b", 1, Event::Open, 2)], 2);
    let before = desk.outbox.entries()[0].clone();
    assert_eq!(desk.queue(&[notice("a", 0, Event::Remind, 3)], 3), [Held::Pending]);
    assert_eq!(desk.outbox.entries(), std::slice::from_ref(&before), "no news leave it as it is");
    desk.queue(&[notice("a", 0, Event::Recover, 4), notice("c", 3, Event::Open, 4)], 4);
    let entry = &desk.outbox.entries()[0];
    assert_ne!(entry.id, before.id);
    assert_eq!(events(entry), ["open", "merged recover", "open"]);
}

#[test]
fn what_waits_for_a_receiver_that_is_gone_is_given_up_after_a_day() {
    const DAY: u64 = 24 * 3_600;
    let mut desk = Desk::new();
    desk.queue(&[notice("a", 0, Event::Open, 60)], 60);
    let (ours, renamed) = ([desk.to.clone()], [addressee("new-name")]);
    assert!(!desk.outbox.misses(&ours) && desk.outbox.misses(&renamed));
    assert!(desk.outbox.forsake(&renamed, at(100)).is_empty());
    assert_eq!(desk.outbox.given_up_at("ops"), Some(at(100 + DAY)));
    assert!(desk.outbox.forsake(&renamed, at(99 + DAY)).is_empty());
    // Named again within the day, it gets its own, and a later absence is counted anew.
    assert!(desk.outbox.misses(&ours) && desk.outbox.forsake(&ours, at(99 + DAY)).is_empty());
    assert_eq!((desk.outbox.given_up_at("ops"), desk.outbox.misses(&ours)), (None, false));
    assert!(desk.outbox.forsake(&renamed, at(200 + DAY)).is_empty());
    assert_eq!(desk.outbox.entries().len(), 1);
    let given_up = desk.outbox.forsake(&renamed, at(200 + 2 * DAY));
    assert_eq!(given_up.iter().map(|entry| entry.items.len()).collect::<Vec<_>>(), [1]);
    assert!(desk.outbox.entries().is_empty() && !desk.outbox.misses(&renamed));
}
