//! The words of each kind of receiver.

use super::super::story::{Block, Line, Span, Story, Style};
use super::super::{Entry, Flush, Kind, alertmanager, body, causes, mrkdwn, subject, telegram, text};
use super::{Desk, SUMMARY, at, later_please, notice};
use crate::model::{EndpointId, Event, HeldBack, Name, Notice, Reason};
use proptest::prelude::*;
use std::time::Duration;

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

#[test]
fn who_is_woken_by_the_brakes_reads_what_was_not_run_and_where_to_look() {
    let say = |item: Notice| text(&Story::of(&Entry { items: vec![item], ..Entry::default() }, at(60)));
    let held = |name: &str, action: &str, runbook: Option<&str>| HeldBack {
        endpoint: EndpointId::new(Name::parse("vk").expect("a name"), name),
        reason: Some(Reason::Connect),
        message: None,
        url: None,
        runbook: runbook.map(str::to_owned),
        action: Some(action.to_owned()),
    };
    let several: Vec<HeldBack> = ["a", "b", "c", "d", "e", "f", "g"]
        .map(|name| held(name, if name < "f" { "restart vk" } else { name }, (name < "c").then_some("https://wiki/vk")))
        .into();
    let item = Notice {
        endpoint: None,
        endpoints: several.iter().map(|one| one.endpoint.clone()).collect(),
        reason: Some(Reason::Connect),
        heal: Some("7 of 9 endpoints are down".into()),
        held_back: several,
        message: None,
        ..notice("a", 0, Event::HealFailed, 60)
    };
    assert_eq!(
        say(item.clone()),
        "🆘 7 endpoints are not mended and need a human\nvk/a, vk/b, vk/c, vk/d, vk/e, vk/f, vk/g\nconnect (target)\n\
         Remedy: 7 of 9 endpoints are down\nNot run: restart vk (vk/a, vk/b, vk/c, vk/d and 1 more)\nNot run: f (vk/f)\n\
         Not run: g (vk/g)\nRunbook: https://wiki/vk (vk/a, vk/b)"
    );
    let shared = Notice { runbook: Some("https://wiki/vk".into()), ..item };
    assert!(say(shared).ends_with("\nNot run: g (vk/g)\nRunbook: https://wiki/vk"), "one for all");
    let one = vec![held("a", "restart a", None)];
    let alone = Notice { held_back: one, heal: Some("no".into()), ..notice("a", 0, Event::HealFailed, 60) };
    assert!(say(alone).ends_with("\nRemedy: no\nNot run: restart a"));
    let many = (0..9).map(|n| held(&format!("e{n}"), &format!("restart {n}"), None)).collect();
    let many = Notice { held_back: many, ..notice("a", 0, Event::HealFailed, 60) };
    assert!(say(many).ends_with("\nNot run: restart 4\nNot run: and 4 more"));
}

#[test]
fn says_nothing_twice() {
    let say = |items: Vec<Notice>| text(&Story::of(&Entry { items, ..Entry::default() }, at(60)));
    let pretty = "{\n  \"a b\": \"c \\\" d\",\n  \"list\": [\n    1,\n    2\n  ]\n}\n";
    let with = |message: &str, body: &str| Notice {
        message: Some(message.into()),
        evidence: Some(body.into()),
        ..notice("health", 0, Event::Open, 60)
    };
    assert!(say(vec![with("no", pretty)]).ends_with("\n{\"a b\":\"c \\\" d\",\"list\":[1,2]}"), "compact");
    assert!(say(vec![with("no", "<html>\n  <p>so\n")]).ends_with("\n<html> <p>so"));
    let quoting = "$.error: not allowed here: {\"error_code\":5,\"error_msg\":\"User auth…";
    let body = "{\"error\": {\"error_code\": 5, \"error_msg\": \"User authorization failed\"}}";
    assert!(say(vec![with(quoting, body)]).ends_with("User auth…"), "the reason quotes it");
    let ends = |n: u64| (0..n).map(|at| notice(&format!("e{at}"), 0, Event::Recover, 30)).collect::<Vec<_>>();
    let five = say(ends(5));
    let common =
        "all 5 that recovered had failed for the same reason: connect (target): connection refused 127.0.0.1:8767\n";
    assert!(five.contains(common) && five.matches("refused").count() == 1, "{five}");
    assert!(five.contains("is up again after 30s, at 10:00 UTC"), "{five}");
    assert_eq!(say(ends(1)).lines().nth(1), Some("connect (target): connection refused 127.0.0.1:8767"));
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
