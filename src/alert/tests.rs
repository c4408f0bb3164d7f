use super::story::{Block, Line, Span, Story, Style};
use super::{
    Addressee, AlertEvent, Answer, Claimant, Delivery, Entry, Flush, Held, Kind, LEASE, Outbox, Run, Settled, Wait,
    alertmanager, body, causes, mrkdwn, subject, telegram, text,
};
use crate::model::time::later;
use crate::model::{
    Blame, Change, EndpointId, Event, IncidentId, IncidentKind, Name, Notice, Reason, Summary, Verdict,
};
use jiff::Timestamp;
use proptest::prelude::*;
use std::time::Duration;

const SUMMARY: Summary = Summary { total: 3, up: 2, degraded: 0, down: 1, unknown: 0, skipped: 0 };

fn at(seconds: u64) -> Timestamp {
    let start: Timestamp = "2026-11-23T10:00:00Z".parse().expect("a time");
    later(start, Duration::from_secs(seconds))
}

fn endpoint(name: &str) -> EndpointId {
    EndpointId::new(Name::parse("vk").expect("a name"), name)
}

fn notice(name: &str, began: u64, event: Event, decided: u64) -> Notice {
    let ended = matches!(event, Event::Recover | Event::Removed).then(|| at(decided));
    let id = endpoint(name);
    let incident = IncidentId::derive(&id.to_string(), IncidentKind::Down, at(began));
    Notice {
        id: Notice::id_of(&incident, event, None, u32::try_from(decided).expect("small")),
        incident,
        event,
        endpoint: Some(id),
        verdict: Some(if ended.is_some() { Verdict::Up } else { Verdict::Down }),
        reason: Some(Reason::Connect),
        blame: Some(Blame::Target),
        message: Some("connection refused 127.0.0.1:8767".into()),
        since: at(began),
        ended_at: ended,
        opening: matches!(event, Event::Open | Event::Unknown),
        at: at(decided),
        to: vec!["ops".into(), "n8n".into()],
        ..Notice::default()
    }
}

fn addressee(name: &str) -> Addressee {
    Addressee { name: name.into(), events: Vec::new(), fingerprint: "f1".into(), configured: true }
}

fn later_please() -> Answer {
    Delivery::TryLater { why: "HTTP 500".into(), after: None, slow: false }.into()
}

fn refused() -> Answer {
    Delivery::Refused { why: "chat not found".into() }.into()
}

/// An outbox with one receiver, and a run number.
struct Desk {
    outbox: Outbox,
    to: Addressee,
    run: u32,
}

impl Desk {
    fn new() -> Self {
        Self { outbox: Outbox::default(), to: addressee("ops"), run: 0 }
    }

    fn queue(&mut self, notices: &[Notice], now: u64) -> Vec<Held> {
        let run = Run { id: "run", summary: &SUMMARY };
        let all = [self.to.clone(), Addressee { configured: false, ..addressee("n8n") }];
        let unqueued = self.outbox.enqueue(notices, &all, run, at(now));
        unqueued.into_iter().filter(|one| one.receiver == self.to.name).map(|one| one.why).collect()
    }

    fn claim(&mut self, now: u64, flush: Flush) -> Result<Entry, Wait> {
        self.run += 1;
        let run = format!("run{}", self.run);
        self.outbox.claim(&self.to, Claimant { run: &run, flush, alone: false }, at(now))
    }

    fn settle(&mut self, entry: &Entry, answer: Answer, now: u64) -> Settled {
        let run = entry.claimed_by.clone().expect("claimed");
        self.outbox.settle(&entry.id, &self.to, &run, answer, at(now))
    }

    /// A run's try: what was sent, if anything was.
    fn send(&mut self, now: u64, answer: Answer) -> Vec<String> {
        let Ok(entry) = self.claim(now, Flush::No) else { return Vec::new() };
        self.settle(&entry, answer, now);
        events(&entry)
    }
}

fn events(entry: &Entry) -> Vec<String> {
    let word = |item: &Notice| format!("{}{}", if item.merged { "merged " } else { "" }, item.event);
    entry.items.iter().map(word).collect()
}

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
fn events_and_unconfigured_receivers_are_left_out_by_name() {
    let mut desk = Desk::new();
    desk.to.events = vec![AlertEvent::Recover];
    assert_eq!(desk.queue(&[notice("a", 0, Event::Open, 60)], 60), [Held::Filtered]);
    desk.to.configured = false;
    assert_eq!(desk.queue(&[notice("a", 0, Event::Open, 60)], 60), [Held::NotConfigured]);
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

#[test]
fn the_body_has_the_keys_of_the_contract() {
    let mut desk = Desk::new();
    desk.queue(&[Notice { evidence: Some("{\"status\":1}".into()), ..notice("a", 0, Event::Open, 60) }], 60);
    let entry = desk.claim(60, Flush::No).expect("due");
    let sent = body(Kind::Alert, &entry, "box1", at(60));
    let keys = |value: &serde_json::Value| value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        keys(&sent)[..10],
        ["v", "id", "kind", "run", "sent_at", "host", "summary", "items", "causes", "text"].map(str::to_owned)
    );
    assert_eq!(
        keys(&sent["items"][0])[..14],
        [
            "id", "event", "channel", "endpoint", "verdict", "reason", "blame", "message", "since", "ended_at",
            "merged", "url", "runbook", "evidence"
        ]
        .map(str::to_owned)
    );
    assert_eq!(sent["items"][0]["id"], entry.items[0].incident.as_str());
    assert_eq!(sent["items"][0]["evidence"]["body"], "{\"status\":1}");
    assert_eq!((&sent["kind"], &sent["v"], &sent["items"][0]["event"]), (&"alert".into(), &1.into(), &"open".into()));
    assert_eq!(sent["summary"]["down"], 1);
    // A34: the same bytes on a retry
    desk.settle(&entry, later_please(), 60);
    let again = desk.claim(61, Flush::No).expect("due");
    assert_eq!(body(Kind::Alert, &again, "box1", at(61)).to_string(), sent.to_string());
    let sample = Entry::sample("ops", "run9", &SUMMARY, at(0));
    assert_eq!(body(Kind::Test, &sample, "box1", at(0))["kind"], "test");
}

#[test]
fn reads_well_on_a_phone() {
    let say = |item: Notice, now: u64| text(&Story::of(&Entry { items: vec![item], ..Entry::default() }, at(now)));
    let open = Notice {
        message: Some("$.health_score: 150 is greater than the maximum of 100".into()),
        reason: Some(Reason::Schema),
        evidence: Some("{\"status\":\"ok\"}".into()),
        runbook: Some("https://wiki/vk".into()),
        ..notice("health", 0, Event::Open, 60)
    };
    assert_eq!(
        say(open.clone(), 60),
        "🔴 vk/health is down since 10:00 UTC (1m)\nschema (target): $.health_score: 150 is greater than the maximum of \
         100\n{\"status\":\"ok\"}\nRunbook: https://wiki/vk"
    );
    assert!(say(open, 2_160).ends_with("\nTold 35m late, decided at 10:01 UTC"));
    let end = notice("health", 120, Event::Recover, 1_860);
    assert_eq!(say(end.clone(), 1_860).lines().next(), Some("✅ vk/health is up again after 29m, 10:02–10:31 UTC"));
    assert_eq!(
        say(Notice { merged: true, ..end }, 1_860).lines().next(),
        Some("✅ vk/health was down 10:02–10:31 UTC (29m) and is up again")
    );
    let still =
        Notice { heal: Some("given up after 10 attempts".into()), ..notice("health", 0, Event::Remind, 14_400) };
    assert!(say(still, 14_400).contains("is still down, since 10:00 UTC (4h)\n"));
}

/// A18.
#[test]
fn a_storm_is_three_parts_with_the_cause_first() {
    let items: Vec<Notice> = (0..500)
        .map(|n| Notice { host: Some("10.0.0.5".into()), ..notice(&format!("e{n}"), 0, Event::Open, 60) })
        .collect();
    let entry = Entry { items, ..Entry::default() };
    let story = Story::of(&entry, at(60));
    let parts = telegram::parts(&story);
    assert_eq!(parts.len(), 3);
    assert!(parts[0].starts_with("<b>canary: 500 new</b>\n⚠ all 500 share host 10.0.0.5\n"), "{}", &parts[0][..200]);
    let told: usize = parts.iter().map(|part| part.matches("<b>vk/").count()).sum();
    assert!(parts[2].ends_with(&format!("… and {} more", 500 - told)), "{told}");
    assert!(parts.iter().all(|part| part.encode_utf16().count() <= telegram::LIMIT));
    assert_eq!(subject(&story), "canary: 500 new");
}

#[test]
fn names_common_causes() {
    let with = |host: &str, pool: Option<&str>, reason| Notice {
        host: Some(host.into()),
        pool: pool.map(str::to_owned),
        reason: Some(reason),
        ..notice(&format!("{host}{reason}"), 0, Event::Open, 1)
    };
    let cases = [
        (vec![with("a", None, Reason::Tls)], vec![]),
        (vec![with("a", None, Reason::Tls), with("a", None, Reason::Dns)], vec!["all 2 share host a"]),
        (
            vec![with("a", Some("res"), Reason::Dns), with("b", Some("res"), Reason::Dns)],
            vec!["all 2 through pool res", "all 2 for the same reason: dns (target)"],
        ),
        (
            vec![
                with("a", None, Reason::Tls),
                with("a", None, Reason::Dns),
                with("a", None, Reason::Json),
                with("b", None, Reason::Stale),
            ],
            vec!["3 of 4 share host a"],
        ),
        (vec![with("a", None, Reason::Tls), with("b", None, Reason::Dns)], vec![]),
    ];
    for (items, expected) in cases {
        assert_eq!(causes(&items), expected);
    }
    assert!(causes(&[notice("a", 0, Event::Recover, 1), notice("b", 0, Event::Recover, 1)]).is_empty());
}

#[test]
fn foreign_markup_is_text() {
    let item = Notice {
        message: Some("<b>&*x*_y_`z`\u{1b}[2J".into()),
        evidence: Some("</code><script>`".into()),
        ..notice("a", 0, Event::Open, 1)
    };
    let story = Story::of(&Entry { items: vec![item], ..Entry::default() }, at(1));
    let html = telegram::parts(&story).concat();
    assert!(html.contains("&lt;b&gt;&amp;*x*") && html.contains("<code>&lt;/code&gt;&lt;script&gt;`</code>"), "{html}");
    assert!(html.contains("\\x1b[2J"));
    let slack = mrkdwn(&story);
    assert!(slack.contains("&lt;b&gt;&amp;\u{2060}*x") && slack.contains("`&lt;/code&gt;&lt;script&gt;'`"), "{slack}");
}

#[test]
fn alertmanager_gets_all_open_incidents_and_the_ends() {
    let (open, ended) = (notice("a", 0, Event::Open, 60), notice("b", 0, Event::Recover, 0));
    let posted = alertmanager::alerts([&open], [&ended], Duration::from_mins(5), at(60));
    assert_eq!(posted[0]["startsAt"], "2026-11-23T10:00:00.000Z");
    assert_eq!(posted[0]["endsAt"], "2026-11-23T10:16:00.000Z");
    assert_eq!(posted[0]["labels"]["endpoint"], "a");
    assert_eq!(posted[1]["endsAt"], "2026-11-23T10:00:00.001Z", "an end is after its beginning");
}

fn spans() -> impl Strategy<Value = Vec<(String, Style)>> {
    let style = prop::sample::select(vec![Style::Plain, Style::Bold, Style::Code]);
    let text = prop_oneof![
        "[a-z<>&\" ]{0,40}",
        "[👨‍👩‍👧🚀ж\u{202e}]{0,200}",
        (0usize..5_000).prop_map(|n| "👍".repeat(n)),
        (0usize..10_001).prop_map(|n| "<".repeat(n)),
    ];
    proptest::collection::vec((text, style), 1..4)
}

/// Whether every tag that opens in the text closes in it, nothing else looks like one, and every entity is whole.
fn is_whole(html: &str) -> bool {
    let mut open: Option<&str> = None;
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&', '>']) {
        rest = &rest[at..];
        let known = ["<b>", "</b>", "<code>", "</code>", "&lt;", "&gt;", "&amp;", "&quot;"];
        let Some(token) = known.into_iter().find(|token| rest.starts_with(token)) else { return false };
        match token {
            "<b>" | "<code>" if open.is_none() => open = Some(token),
            "</b>" if open == Some("<b>") => open = None,
            "</code>" if open == Some("<code>") => open = None,
            entity if entity.starts_with('&') => {}
            _ => return false,
        }
        rest = &rest[token.len()..];
    }
    open.is_none()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A09.
    #[test]
    fn parts_are_whole_and_within_the_limit(blocks in proptest::collection::vec(spans(), 1..30)) {
        let line = |spans: Vec<(String, Style)>| {
            Line(spans.into_iter().map(|(text, style)| Span { text, style }).collect())
        };
        let count = blocks.len();
        let blocks = blocks.into_iter().map(|spans| Block { lines: vec![line(spans)], items: 1 }).collect();
        let story = Story { subject: String::new(), head: Vec::new(), blocks };
        let parts = telegram::parts(&story);
        prop_assert!(parts.len() <= telegram::PARTS);
        for part in &parts {
            prop_assert!(part.encode_utf16().count() <= telegram::LIMIT);
            prop_assert!(is_whole(part));
            prop_assert!(telegram::plain(part).encode_utf16().count() <= telegram::LIMIT);
        }
        if let Some(more) = parts.last().and_then(|part| part.rsplit("… and ").next()?.strip_suffix(" more")?.parse::<usize>().ok()) {
            prop_assert!(more < count);
        }
    }
}

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
