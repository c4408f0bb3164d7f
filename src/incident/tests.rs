mod blind;

use super::{Alerting, Book, Ending, Fact, Flap, Known, Silence, Threshold, Why};
use crate::model::time::later;
use crate::model::{Blame, Change, EndpointId, Event, IncidentId, IncidentKind, Name, Notice, Reason, Verdict};
use jiff::Timestamp;
use proptest::prelude::*;
use std::time::Duration;

const MINUTE: Duration = Duration::from_mins(1);

fn start() -> Timestamp {
    "2026-11-23T10:00:00Z".parse().expect("a time")
}

fn minute(n: u32) -> Timestamp {
    later(start(), MINUTE * n)
}

fn endpoint(name: &str) -> EndpointId {
    EndpointId::new(Name::parse("vk").expect("a name"), name)
}

fn policy() -> Alerting {
    Alerting { receivers: vec![Name::parse("ops").expect("a name")], ..Alerting::default() }
}

/// Thresholds of one, and no flapping.
fn eager() -> Alerting {
    Alerting {
        after: Threshold::Consecutive(1),
        recover_after: 1,
        degraded_after: Some(1),
        unknown_after: Some(1),
        flap: Flap { changes: 0, window: Duration::from_mins(30) },
        ..policy()
    }
}

fn fact(id: &EndpointId, letter: char, at: Timestamp) -> Fact {
    let (verdict, reason, blame) = match letter {
        'u' => (Verdict::Up, None, None),
        'g' => (Verdict::Degraded, Some(Reason::Latency), Some(Blame::Target)),
        'd' => (Verdict::Down, Some(Reason::Connect), Some(Blame::Target)),
        '?' => (Verdict::Unknown, Some(Reason::Offline), Some(Blame::Network)),
        's' => (Verdict::Skipped, None, None),
        other => panic!("no verdict is written {other}"),
    };
    Fact {
        id: id.clone(),
        verdict,
        reason,
        blame,
        message: reason.map(|reason| format!("it is {reason}")),
        evidence: None,
        url: None,
        pool: None,
        runbook: None,
        heal: None,
        started: at,
        ended: later(at, Duration::from_secs(1)),
        suppressed_by: None,
        maintenance: false,
        silenced: None,
        counts: true,
    }
}

/// One endpoint, a result a minute.
struct Line {
    book: Book,
    id: EndpointId,
    policy: Alerting,
    now: u32,
}

impl Line {
    fn new(policy: Alerting) -> Self {
        Self { book: Book::default(), id: endpoint("health"), policy, now: 0 }
    }

    fn hear(&mut self, letter: char, change: impl FnOnce(&mut Fact)) -> (Vec<Notice>, Vec<Why>) {
        let at = minute(self.now);
        self.now += 1;
        let mut fact = fact(&self.id, letter, at);
        fact.silenced = self.book.muted_by(Known { id: &self.id, tags: &[] }, at).map(|silence| silence.id.clone());
        change(&mut fact);
        let known = [Known { id: &self.id, tags: &[] }];
        let heard = self.book.hear([(&fact, &self.policy)], &known, later(at, Duration::from_secs(2)));
        (heard.notices, heard.unsaid.into_iter().map(|unsaid| unsaid.why).collect())
    }

    /// What is said after each letter, `.` for nothing.
    fn play(&mut self, letters: &str) -> String {
        self.play_with(letters, |_| ())
    }

    fn play_with(&mut self, letters: &str, change: impl Fn(&mut Fact)) -> String {
        let words: Vec<String> = letters.chars().map(|letter| shown(&self.hear(letter, &change).0)).collect();
        words.join(" ")
    }
}

fn shown(notices: &[Notice]) -> String {
    let word = |notice: &Notice| match notice.change {
        Some(Change::Worse) => "worse".to_owned(),
        Some(Change::Better) => "better".to_owned(),
        None => notice.event.to_string(),
    };
    match notices {
        [] => ".".to_owned(),
        some => some.iter().map(word).collect::<Vec<_>>().join("+"),
    }
}

#[test]
fn opens_and_closes_by_the_thresholds() {
    let after3 = Alerting { after: Threshold::Consecutive(3), ..policy() };
    let of = Alerting { after: Threshold::Of { failures: 3, of: 5 }, flap: eager().flap, ..policy() };
    let one = eager();
    let cases = [
        (&policy(), "dduu", ". open . recover"),
        (&policy(), "dudu", ". . . ."),
        (&policy(), "dgdd", ". . . open"),
        (&policy(), "d?d", ". . open"),
        (&policy(), "dsd", ". . open"),
        (&policy(), "dd?u?u", ". open . . . recover"),
        (&policy(), "ddudu", ". open . . ."),
        (&policy(), "ddgg", ". open . recover"),
        (&policy(), "ggggg", ". . . . open"),
        (&policy(), "gggugg", ". . . . . ."),
        (&policy(), "gggggguu", ". . . . open . . recover"),
        (&after3, "dddd", ". . open ."),
        (&of, "dudud", ". . . . open"),
        (&of, "duudud", ". . . . . ."),
        (&of, "dddgud", ". . open . recover ."),
        (&one, "du", "open recover"),
        // A28: one incident, worse and better once each
        (&one, "gdgu", "open worse better recover"),
        (&one, "dgu", "open better recover"),
        (&one, "ggddggu", "open . worse . better . recover"),
        // a warning's incident doesn't hide that it isn't down any more
        (&policy(), "gggggdddgguu", ". . . . open . worse . . better . recover"),
        (&policy(), "gggggddguu", ". . . . open . worse . recover ."),
    ];
    for (policy, letters, said) in cases {
        assert_eq!(Line::new(policy.clone()).play(letters), said, "{letters} with {:?}", policy.after);
    }
}

#[test]
fn says_what_is_off_nothing_about() {
    let off = Alerting { degraded_after: None, unknown_after: None, ..eager() };
    let mut line = Line::new(off);
    assert_eq!(line.play("ggg???"), ". . . . . .");
    let (_, why) = line.hear('g', |_| ());
    assert_eq!(why, [Why::Below { kind: IncidentKind::Degraded, have: 1 + 3, need: None }]);
}

#[test]
fn begins_with_the_first_failing_result_and_ends_with_the_first_good_one() {
    let mut line = Line::new(policy());
    line.play("ud");
    let (opening, _) = line.hear('d', |_| ());
    assert_eq!(opening[0].since, minute(1));
    assert_eq!(opening[0].incident, IncidentId::derive("vk/health", IncidentKind::Down, minute(1)));
    assert!(opening[0].opening && opening[0].to == ["ops"]);
    assert_eq!(opening[0].message.as_deref(), Some("it is connect"));
    line.play("u");
    let (end, _) = line.hear('u', |_| ());
    assert_eq!((end[0].since, end[0].ended_at), (minute(1), Some(minute(3))));
    assert_eq!(end[0].incident, opening[0].incident);
    assert_eq!(end[0].reason, Some(Reason::Connect));
    assert!(!end[0].opening && !end[0].merged);
    assert!(line.book.open().is_empty());
    assert_eq!(line.book.past()[0].outcome, Some(Event::Recover));
}

#[test]
fn a_run_without_alerts_changes_nothing() {
    let mut line = Line::new(policy());
    assert_eq!(line.play("d"), ".");
    assert_eq!(line.play_with("ddd", |fact| fact.counts = false), ". . .");
    assert_eq!(line.play("d"), "open");
}

#[test]
fn what_began_before_the_last_committed_end_changes_nothing() {
    let mut line = Line::new(eager());
    line.play("u");
    let (said, why) = line.hear('d', |fact| fact.started = minute(0));
    assert!(said.is_empty());
    assert_eq!(why, [Why::Overlap]);
    assert_eq!(line.play("d"), "open");
}

#[test]
fn an_end_in_the_future_is_a_wrong_clocks() {
    let mut line = Line::new(eager());
    line.hear('u', |fact| fact.ended = later(fact.ended, Duration::from_hours(24 * 365)));
    assert_eq!(line.play("d"), "open");
}

#[test]
fn silence_delays_and_never_forgets() {
    let mut line = Line::new(policy());
    let end = Ending::At(minute(4));
    line.book.silence(Silence::new("s1".into(), vec!["vk".into()], end, None, start()));
    assert_eq!(line.play("dddd"), ". . . .");
    let (said, _) = line.hear('d', |_| ());
    assert_eq!((shown(&said), said[0].since), ("open".to_owned(), minute(0)));
    line.book.silence(Silence::new("s2".into(), vec!["vk".into()], Ending::At(minute(99)), None, start()));
    assert_eq!(line.play("uu"), ". recover", "the end of what was announced is said at once");
}

#[test]
fn a_silence_until_recovery_ends_by_itself() {
    let mut line = Line::new(Alerting { flap: eager().flap, ..policy() });
    line.book.silence(Silence::new("s1".into(), vec!["vk/*".into()], Ending::Recovery, None, start()));
    assert_eq!(line.play("ddduduu"), ". . . . . . .");
    assert_eq!(line.book.silences(minute(9)).count(), 0);
    assert_eq!(line.play("dd"), ". open");
}

#[test]
fn maintenance_delays_and_parents_do() {
    let mut line = Line::new(policy());
    assert_eq!(line.play_with("ddd", |fact| fact.maintenance = true), ". . .");
    assert_eq!(line.play("uu"), ". .", "down inside the window only: never told");
    assert_eq!(line.play_with("ddd", |fact| fact.suppressed_by = Some(endpoint("parent"))), ". . .");
    assert_eq!(line.play("d"), "open");
}

#[test]
fn what_turns_in_maintenance_or_a_silence_is_not_flapping() {
    for mute in [|fact: &mut Fact| fact.maintenance = true, |fact: &mut Fact| fact.silenced = Some("s".into())] {
        let mut line = Line::new(policy());
        assert_eq!(line.play("uu"), ". .");
        assert_eq!(line.play_with("dudu", mute), ". . . .");
        assert_eq!(line.play("uudd"), ". . . open");
        let mut line = Line::new(policy());
        assert_eq!(line.play("udud"), ". . . .");
        assert_eq!(line.play("u"), "flapping");
        line.now = 20;
        assert_eq!(line.play_with("du", mute), ". .");
        line.now = 40;
        assert_eq!(line.play("u"), ".", "what flaps is not called steady for its turns in maintenance");
    }
}

#[test]
fn an_end_names_the_worst_that_it_was() {
    let mut line = Line::new(Alerting { flap: eager().flap, recover_after: 1, degraded_after: Some(2), ..policy() });
    assert_eq!(line.play("ggddg"), ". open . worse better");
    let (end, _) = line.hear('u', |_| ());
    assert_eq!((shown(&end), end[0].kind), ("recover".to_owned(), IncidentKind::Down));
}

#[test]
fn reminds_until_somebody_knows() {
    let hourly = Alerting { repeat: Duration::from_hours(1), ..policy() };
    let mut line = Line::new(hourly);
    line.play("dd");
    line.now = 60;
    assert_eq!(line.play("d"), ".");
    assert_eq!(line.play("d"), "remind");
    line.now = 122;
    let (muted, why) = line.hear('d', |fact| fact.maintenance = true);
    assert!(muted.is_empty() && matches!(why[..], [Why::Muted(_)]), "{why:?}");
    let (said, _) = line.hear('d', |_| ());
    assert_eq!(shown(&said), "remind");
    let id = said[0].incident.clone();
    assert!(line.book.ack(id.as_str(), Some("on it".into()), minute(123)));
    assert!(!line.book.ack("nonsense", None, minute(123)));
    line.now = 500;
    assert_eq!(line.hear('d', |_| ()).1, [Why::Acked]);
    assert_eq!(line.play("uudd"), ". recover . open");
    line.now += 60;
    assert_eq!(line.play("d"), "remind", "an acknowledgement ends with its incident");
}

#[test]
fn reminders_have_ids_of_their_own() {
    let mut line = Line::new(Alerting { repeat: MINUTE, ..eager() });
    let ids: Vec<String> = (0..4).map(|_| line.hear('d', |_| ()).0[0].id.clone()).collect();
    let unique: std::collections::BTreeSet<&String> = ids.iter().collect();
    assert_eq!(unique.len(), 4);
}

#[test]
fn flapping_is_said_at_its_edges_only() {
    let mut line = Line::new(policy());
    assert_eq!(line.play("udududud"), ". . . . flapping . . .");
    assert!(line.book.track(&line.id).is_some_and(super::Track::is_flapping));
    line.now = 36;
    assert_eq!(line.play("d"), ".", "29 minutes after the last turn");
    let (steady, _) = line.hear('d', |_| ());
    assert_eq!((shown(&steady), steady[0].verdict), ("steady".to_owned(), Some(Verdict::Down)));
    assert_eq!(line.play("uu"), ". recover");
}

#[test]
fn flapping_takes_the_open_incident_over_and_its_end_closes_it() {
    let flappy = Alerting { flap: Flap { changes: 4, window: Duration::from_mins(30) }, ..eager() };
    let mut line = Line::new(flappy);
    let (opening, _) = {
        line.play("u");
        line.hear('d', |_| ())
    };
    assert_eq!(line.play("uduu"), "recover open flapping .");
    line.now = 35;
    let (steady, _) = line.hear('u', |_| ());
    assert_eq!((shown(&steady), steady[0].verdict), ("steady".to_owned(), Some(Verdict::Up)));
    assert_ne!(steady[0].incident, opening[0].incident, "the second incident was the open one");
    assert!(line.book.open().is_empty());
}

#[test]
fn warnings_that_come_and_go_flap_without_hiding_a_fall() {
    let flappy = Alerting { flap: Flap { changes: 4, window: Duration::from_mins(30) }, ..eager() };
    let mut line = Line::new(flappy);
    assert_eq!(line.play("gugugu"), "open recover open recover flapping .");
    assert_eq!(line.play("d"), "steady");
    assert_eq!(line.play("u"), "recover");
}

#[test]
fn an_endpoint_that_leaves_the_configuration_closes_its_incident() {
    let mut line = Line::new(eager());
    line.play("d");
    let heard = line.book.hear([], &[], minute(5));
    assert_eq!(shown(&heard.notices), "removed");
    assert_eq!(heard.notices[0].to, ["ops"]);
    assert!(line.book.open().is_empty());
    let mut line = Line::new(eager());
    line.play("?");
    assert_eq!(shown(&line.book.hear([], &[], minute(5)).notices), "removed");
}

fn names(names: &[&str]) -> Vec<Name> {
    names.iter().map(|name| Name::parse(name).expect("a name")).collect()
}

#[test]
fn whoever_was_not_told_is_told_once_and_nobody_twice() {
    let mut line = Line::new(Alerting { receivers: Vec::new(), ..eager() });
    let (opening, _) = line.hear('d', |_| ());
    assert_eq!((opening[0].to.len(), opening[0].opening), (0, true));
    assert_eq!(line.hear('d', |_| ()).1, [Why::Nobody]);
    line.policy.receivers = names(&["ops"]);
    assert_eq!(line.play("u"), "recover", "an end that comes first is told to nobody");
    assert!(line.book.past()[0].told.is_empty());

    let mut line = Line::new(Alerting { receivers: Vec::new(), recover_after: 2, ..eager() });
    let begin = line.hear('d', |_| ()).0.remove(0);
    line.policy.receivers = names(&["ops"]);
    assert_eq!(line.play("u"), ".", "not on the way to its end");
    assert_eq!(line.play_with("d", |fact| fact.maintenance = true), ".");
    let (late, _) = line.hear('d', |_| ());
    assert_eq!((&late[0].id, &late[0].incident, late[0].event), (&begin.id, &begin.incident, Event::Open));
    assert_eq!((late[0].since, late[0].opening, &late[0].to), (begin.since, true, &vec!["ops".to_owned()]));
    assert_eq!(line.play("dd"), ". .");
    line.policy.receivers = names(&["ops", "new"]);
    let (second, _) = line.hear('d', |_| ());
    assert_eq!(second[0].to, ["new"]);
    assert_eq!(line.play("d"), ".");
    assert_eq!(line.hear('u', |_| ()).0.len() + line.hear('u', |_| ()).0[0].to.len(), 2, "both hear the end");
}

#[test]
fn reminders_of_others_are_not_put_off_by_one_who_is_told_late() {
    let repeat = Duration::from_mins(3);
    let mut line = Line::new(Alerting { repeat, ..eager() });
    assert_eq!(line.play("dd"), "open .");
    line.policy.receivers = names(&["ops", "new"]);
    assert_eq!(line.play("ddd"), "open remind .");
}

#[test]
fn what_flaps_and_what_canary_cannot_tell_are_told_late_too() {
    let flap = Flap { changes: 4, window: Duration::from_mins(30) };
    let mut line = Line::new(Alerting { flap, ..eager() });
    assert_eq!(line.play("ududu"), ". open recover open flapping");
    line.policy.receivers = names(&["ops", "new"]);
    let (late, _) = line.hear('d', |_| ());
    assert_eq!((late[0].event, &late[0].to), (Event::Flapping, &vec!["new".to_owned()]));
    let mut line = Line::new(Alerting { receivers: Vec::new(), ..eager() });
    assert_eq!(line.play("??"), "unknown .");
    line.policy.receivers = names(&["ops"]);
    assert_eq!(line.play("??u"), "unknown . recover");
}

#[test]
fn the_end_goes_to_whom_the_beginning_went() {
    let mut line = Line::new(eager());
    line.play("d");
    line.policy.receivers = vec![Name::parse("new").expect("a name")];
    let (end, _) = line.hear('u', |_| ());
    assert_eq!(end[0].to, ["ops"]);
}

#[test]
fn lost_state_is_relearnt_with_the_same_id() {
    let mut told = Line::new(policy());
    told.play("uggggggddd");
    let before = told.book.open()[0].id.clone();
    let mut line = relearnt(policy(), "uggggggddd");
    let (again, _) = line.hear('d', |_| ());
    assert_eq!((shown(&again), &again[0].incident, again[0].opening), ("open".to_owned(), &before, true));
    assert_eq!(line.play("duu"), ". . recover");
}

/// A book that counted these results, lost its state, and counted them anew from the history.
fn relearnt(policy: Alerting, letters: &str) -> Line {
    let mut line = Line::new(policy);
    let mut known = Vec::new();
    for letter in letters.chars() {
        known.push(fact(&line.id, letter, minute(line.now)));
        line.hear(letter, |_| ());
    }
    line.book = Book::default();
    let policy = line.policy.clone();
    line.book.relearn(known.into_iter().map(|fact| (fact, &policy)));
    line
}

#[test]
fn flapping_is_said_again_after_lost_state() {
    let mut told = Line::new(policy());
    told.play("udud");
    let (first, _) = told.hear('u', |_| ());
    let mut line = relearnt(policy(), "ududud");
    let (muted, why) = line.hear('u', |fact| fact.maintenance = true);
    assert!(muted.is_empty() && matches!(why[..], [Why::Muted(_)]), "{why:?}");
    let (again, _) = line.hear('d', |_| ());
    assert_eq!((shown(&again), &again[0].id, again[0].opening), ("flapping".to_owned(), &first[0].id, true));
    assert_eq!(again[0].to, ["ops"]);
    assert_eq!(line.play("ud"), ". .");
}

#[test]
fn an_end_in_the_first_run_after_lost_state_is_for_somebody() {
    let mut line = relearnt(policy(), "ududuu");
    line.now = 40;
    let (steady, _) = line.hear('u', |_| ());
    assert_eq!((shown(&steady), steady[0].ends(), &steady[0].to[..]), ("steady".to_owned(), true, &["ops".into()][..]));
    let mut line = relearnt(eager(), "??");
    let (end, _) = line.hear('u', |_| ());
    assert_eq!((shown(&end), end[0].merged, &end[0].to[..]), ("recover".to_owned(), true, &["ops".into()][..]));
}

#[test]
fn survives_its_own_json_and_unknown_fields() {
    let mut line = Line::new(policy());
    line.book.silence(Silence::new("s1".into(), vec!["max".into()], Ending::Recovery, Some("why".into()), start()));
    line.play("ddug??????????");
    let json = serde_json::to_value(&line.book).expect("serializable");
    assert_eq!(serde_json::from_value::<Book>(json.clone()).expect("readable"), line.book);
    let mut newer = json;
    newer["future"] = 1.into();
    newer["tracks"]["vk/health"]["future"] = 1.into();
    assert_eq!(serde_json::from_value::<Book>(newer).expect("readable"), line.book);
    assert_eq!(serde_json::from_str::<Book>("{}").expect("readable"), Book::default());
}

/// The rule of the contract, written down as plainly as possible: what is said after each verdict, without flapping,
/// reminders, silences and degraded incidents.
fn reference(verdicts: &[char], after: usize, recover: usize) -> Vec<&'static str> {
    let mut open = false;
    (1..=verdicts.len())
        .map(|n| {
            let seen: Vec<char> = verdicts[..n].iter().copied().filter(|v| !"?s".contains(*v)).collect();
            if "?s".contains(verdicts[n - 1]) {
                return ".";
            }
            let downs = seen.iter().rev().take_while(|v| **v == 'd').count();
            let goods = seen.iter().rev().take_while(|v| **v != 'd').count();
            if !open && downs >= after {
                open = true;
                "open"
            } else if open && goods >= recover {
                open = false;
                "recover"
            } else {
                "."
            }
        })
        .collect()
}

proptest! {
    #[test]
    fn agrees_with_the_contract(
        letters in proptest::collection::vec(prop::sample::select(vec!['u', 'g', 'd', 'd', '?', 's']), 0..60),
        after in 1u32..4,
        recover_after in 1u32..4,
    ) {
        let policy = Alerting {
            after: Threshold::Consecutive(after),
            recover_after,
            degraded_after: None,
            unknown_after: None,
            ..eager()
        };
        let mut line = Line::new(policy);
        let said = line.play(&letters.iter().collect::<String>());
        let expected = reference(&letters, after as usize, recover_after as usize).join(" ");
        prop_assert_eq!(said, expected);
    }

    /// Whatever happens: openings and ends of one endpoint take turns, an end names the incident that was opened, and no
    /// notice comes twice.
    #[test]
    fn openings_and_ends_take_turns(
        letters in proptest::collection::vec(prop::sample::select(vec!['u', 'g', 'd', '?', 's']), 0..120),
        mutes in proptest::collection::vec(prop::bool::weighted(0.2), 120),
        changes in 0u32..6,
    ) {
        let flap = Flap { changes, window: Duration::from_mins(8) };
        let mut line = Line::new(Alerting { flap, unknown_after: None, ..eager() });
        let mut open: Option<IncidentId> = None;
        let mut ids = std::collections::BTreeSet::new();
        for (letter, muted) in letters.into_iter().zip(mutes) {
            for notice in line.hear(letter, |fact| fact.maintenance = muted).0 {
                prop_assert!(ids.insert(notice.id.clone()), "{} came twice", notice.event);
                let ends = notice.ended_at.is_some();
                match &open {
                    None => {
                        prop_assert!(notice.opening && !ends && !muted);
                        open = Some(notice.incident.clone());
                    }
                    Some(id) => {
                        prop_assert!(!notice.opening);
                        prop_assert_eq!(&notice.incident, id);
                        if ends {
                            open = None;
                        }
                    }
                }
            }
            prop_assert_eq!(line.book.open().first().map(|incident| incident.id.clone()), open.clone());
        }
    }
}
