use super::{Healing, Incident, Report, files, render_page};
use crate::model::{EndpointId, Name, Reason, Record, Verdict};
use crate::stats::{Intervals, Known, OpenIncident, Rollup, Status};
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::json;
use std::time::Duration;

fn now() -> Timestamp {
    "2026-11-23T10:03:00Z".parse().expect("a time")
}

fn ago(hours: i64) -> Timestamp {
    Timestamp::from_second(now().as_second() - hours * 3_600).expect("in range")
}

fn id(channel: &str, endpoint: &str) -> EndpointId {
    EndpointId::new(Name::parse(channel).expect("a name"), endpoint)
}

/// Some months of a fleet, a result every `minutes`.
struct Fleet {
    rollup: Rollup,
    known: Vec<Known>,
    incidents: Vec<Incident>,
    healing: Vec<Healing>,
}

impl Fleet {
    fn new(channels: &[(&str, usize)], days: i64, minutes: i64, message: &str) -> Self {
        let ids: Vec<EndpointId> = channels
            .iter()
            .flat_map(|(channel, count)| {
                (0..*count).map(move |n| match n {
                    0 => id(channel, "health"),
                    1 => id(channel, "extended"),
                    n => id(channel, &format!("api-{n}")),
                })
            })
            .collect();
        let interval = Duration::from_secs(minutes.unsigned_abs() * 60);
        let mut rollup = Rollup::new(ids.iter().map(|id| (id.to_string(), interval)).collect::<Intervals>());
        for (number, id) in ids.iter().enumerate() {
            let number = i64::try_from(number).expect("small");
            for step in (0..days * 1_440 / minutes).rev() {
                let at = Timestamp::from_second(now().as_second() - step * minutes * 60 - 2).expect("in range");
                let hour = step * minutes / 60;
                let wave = (hour * 7 + number * 13) % 24;
                let (verdict, reason) = match (number % 7, hour) {
                    (1, 0..3) => ("down", Some("schema")),
                    (3, 0..9) => ("degraded", Some("latency")),
                    (5, 0..1) => ("unknown", Some("offline")),
                    (_, hour) if (hour + number * 97) % 613 < 2 => ("down", Some("status")),
                    (_, hour) if (hour + number * 31) % 811 < 5 => ("degraded", Some("latency")),
                    (_, hour) if (hour + number * 57) % 1_009 < 3 => ("unknown", Some("offline")),
                    _ => ("up", None),
                };
                let latency = match verdict {
                    "unknown" => None,
                    "degraded" => Some(1_300 + wave * 20),
                    _ => Some(40 + number * 3 % 90 + wave * 4 + step % 11 * 5),
                };
                let line = json!({"v": 1, "ts": at.to_string(), "channel": id.channel.as_str(), "endpoint": &*id.endpoint,
                    "verdict": verdict, "reason": reason, "message": reason.map(|_| message), "status": 200,
                    "latency_ms": latency, "metrics": {"health_score": 100 - wave},
                    "evidence": reason.map(|_| json!({"body": format!("{{\n  \"status\": \"{message}\"\n}}")}))});
                rollup.feed(&Record::parse(line.to_string().as_bytes()).expect("a record"), now());
            }
        }
        let known = ids.iter().map(|id| Known {
            id: id.clone(),
            skipped: (&*id.endpoint == "api-2").then(|| "not configured".to_owned()),
            warn_latency: Some(Duration::from_secs(1)),
            state: None,
            incident: None,
            silenced: None,
        });
        let known: Vec<Known> = known.collect();
        let incidents = (0_i64..40).map(|n| {
            let endpoint = &ids[usize::try_from(n * 5 % 11).expect("small") % ids.len()];
            let began = ago(3 + n * 50);
            Incident {
                id: format!("{endpoint}-{n}"),
                endpoints: vec![endpoint.clone()],
                began,
                ended: (n > 1)
                    .then(|| Timestamp::from_second(began.as_second() + 1_800 + n * 1_000).expect("in range")),
                verdict: if n % 4 == 1 { Verdict::Degraded } else { Verdict::Down },
                flapping: false,
                reason: Some(Reason::Schema),
                message: Some(message.to_owned()),
                acknowledged: n == 1,
            }
        });
        let incidents = incidents.collect();
        let healing = (0_i64..4).map(|n| Healing {
            at: ago(2 + n * 9),
            endpoint: ids[0].clone(),
            action: "systemctl restart mcp-whatsapp".to_owned(),
            attempt: u32::try_from(n).expect("small") + 1,
            outcome: message.to_owned(),
            healed: [Some(true), Some(false), None, Some(true)][usize::try_from(n).expect("small")],
        });
        Self { rollup, incidents, healing: healing.collect(), known }
    }

    fn with<T>(&self, what: impl FnOnce(&Report<'_>) -> T) -> T {
        let mut known = self.known.clone();
        if let Some(one) = known.get_mut(1) {
            one.incident = Some(OpenIncident { id: "whatsapp-1".to_owned(), since: ago(3), acknowledged: false });
        }
        let status = Status::of(&self.rollup, &known, Some(ago(0)), now());
        what(&Report {
            status: &status,
            rollup: &self.rollup,
            incidents: &self.incidents,
            healing: &self.healing,
            recent: &[],
            host: "mail-gw-1",
            now: now(),
        })
    }
}

const CHANNELS: [(&str, usize); 5] = [("whatsapp", 2), ("telegram", 3), ("vk", 4), ("max", 2), ("avito", 3)];

#[test]
fn writes_every_file() {
    let fleet = Fleet::new(&CHANNELS, 3, 30, "$.health_score: 150 is greater than the maximum of 100");
    let files = fleet.with(|report| files(report, "# metrics\n".to_owned()));
    let names: Vec<_> = files.iter().map(|file| file.path.to_string_lossy().into_owned()).collect();
    let channels = CHANNELS.map(|(channel, _)| format!("status/{channel}.json"));
    let expected = [
        &["status.json".to_owned()],
        &channels[..],
        &["history.json".to_owned(), "metrics.prom".to_owned(), "index.html".to_owned()],
    ]
    .concat();
    assert_eq!(names, expected);
    let read = |index: usize| serde_json::from_slice::<serde_json::Value>(&files[index].bytes).expect("JSON");
    assert_eq!(read(0)["endpoints"].as_array().map(Vec::len), Some(14));
    assert_eq!(read(3)["endpoints"].as_array().map(Vec::len), Some(4));
    assert_eq!(
        (&read(3)["channels"][0], read(3)["channels"].as_array().map(Vec::len)),
        (&read(0)["channels"][2], Some(1))
    );
    let without = |mut one: serde_json::Value| {
        one["endpoints"] = json!([]);
        one["channels"] = json!([]);
        one
    };
    assert_eq!(without(read(3)), without(read(0)), "everything else as in status.json");
    assert_eq!(read(3)["channels"][0]["channel"], "vk");
    let day = &read(6)["endpoints"][0]["days"][1];
    assert_eq!((&day["date"], &day["coverage"]), (&json!("2026-11-21"), &json!(1.0)));
    assert!(day["latency_ms"]["p95"].is_number());
}

#[test]
fn a_channel_that_is_gone_takes_its_file_along() {
    let dir = tempfile::tempdir().expect("directory");
    let write = |channels: &[(&str, usize)]| {
        let written = Fleet::new(channels, 1, 60, "x").with(|report| files(report, String::new()));
        super::write::write(dir.path(), &written).expect("written");
        written
    };
    let there = || {
        let entries = std::fs::read_dir(dir.path().join("status")).expect("listed");
        let mut names: Vec<_> =
            entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name")).collect();
        names.sort();
        names
    };
    let before = write(&[("max", 1), ("vk", 1)]);
    // What only looks alike is somebody else's: another document, and a copy under a name of its own.
    std::fs::write(dir.path().join("status/foreign.json"), r#"{"v":1,"generated_at":"now"}"#).expect("written");
    std::fs::write(dir.path().join("status/copy.json"), &before[2].bytes).expect("written");
    assert_eq!(there(), ["copy.json", "foreign.json", "max.json", "vk.json"]);
    write(&[("vk", 1)]);
    assert_eq!(there(), ["copy.json", "foreign.json", "vk.json"]);
}

#[test]
fn nothing_is_asked_of_others() {
    let page = Fleet::new(&CHANNELS, 2, 30, "x").with(render_page);
    assert!(page.contains("default-src 'none'; style-src 'sha256-"));
    let foreign = page.replace("http://www.w3.org/2000/svg", "");
    for word in
        ["http://", "https://", "<script", "javascript:", "@import", "url(", " style=", " onclick", "<iframe", "<form"]
    {
        assert!(!foreign.contains(word), "{word}");
    }
}

#[test]
fn the_page_is_whole() {
    let page = Fleet::new(&CHANNELS, 2, 30, "x").with(render_page);
    let void = ["!DOCTYPE", "meta", "link"];
    let mut open: Vec<&str> = Vec::new();
    let body = &page[..page.find("<style>").expect("a style")];
    let rest = &page[page.find("</style>").expect("its end") + 8..];
    for tag in body.split('<').chain(rest.split('<')).skip(1) {
        let name = tag.trim_start_matches('/').split([' ', '>']).next().unwrap_or_default();
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{closed}");
        } else if !void.contains(&name) && !tag.is_empty() {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn a_large_fleet_stays_below_two_megabytes() {
    let fleet =
        Fleet::new(&CHANNELS.map(|(channel, _)| (channel, 40)), 90, 120, "503 Service Unavailable instead of 2xx");
    let page = fleet.with(render_page);
    assert!(page.len() < 2_000_000, "{}", page.len());
}

#[test]
fn headlines() {
    let said = |verdicts: &[&str]| {
        let mut rollup = Rollup::new(Intervals::new());
        let mut known = Vec::new();
        for (number, verdict) in verdicts.iter().enumerate() {
            let id = id("vk", &format!("e{number}"));
            let line = json!({"ts": now().to_string(), "channel": "vk", "endpoint": &*id.endpoint, "verdict": verdict});
            rollup.feed_line(Some(line.to_string().as_bytes()), now());
            known.push(Known { id, skipped: None, warn_latency: None, state: None, incident: None, silenced: None });
        }
        let fleet = Fleet { rollup, known, incidents: Vec::new(), healing: Vec::new() };
        let page = fleet.with(render_page);
        let from = page.find("<h1>").expect("a headline") + 4;
        page[from..].split('<').next().expect("its text").to_owned()
    };
    assert_eq!(said(&[]), "Nothing was probed yet");
    assert_eq!(said(&["up"]), "The one endpoint is up");
    assert_eq!(said(&["up", "up"]), "All 2 endpoints are up");
    assert_eq!(said(&["up", "degraded"]), "1 of 2 endpoints is degraded");
    assert_eq!(said(&["unknown", "degraded"]), "1 of 2 endpoints can't be told");
    assert_eq!(said(&["down", "unknown", "down"]), "2 of 3 endpoints are down");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn hostile_text_stays_text(text in any::<String>()) {
        let hostile = format!("</pre><script>alert(1)</script><img src=x onerror=y>\u{202e}\u{1b}[2J{text}");
        let page = Fleet::new(&[("vk", 2)], 1, 60, &hostile).with(render_page);
        prop_assert!(!page.contains("<script") && !page.contains("<img"));
        let is_hostile = |c: char| c != '\n' && crate::text::escape::is_hostile(c);
        prop_assert!(!page.chars().any(is_hostile));
    }
}
