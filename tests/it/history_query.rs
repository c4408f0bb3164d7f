//! `canary history`: which records come out, in which order and format, and what is said of the others.

use crate::support::{Home, Ran, name_of};
use serde_json::Value;
use std::fmt::Write as _;
use std::io::Read as _;
use std::process::{Command, Stdio};

/// One line: minutes after 10:00 of a day, endpoint, verdict, latency.
fn line(minute: u32, name: &str, verdict: &str, latency: Option<f64>) -> String {
    let (channel, endpoint) = name.split_once('/').expect("channel/endpoint");
    let down = verdict == "down";
    serde_json::json!({
        "v": 1, "ts": format!("2026-11-{:02}T{:02}:{:02}:00.000Z", 20 + minute / 1440, minute / 60 % 24, minute % 60),
        "run": format!("RUN{minute}"), "channel": channel, "endpoint": endpoint, "verdict": verdict,
        "reason": down.then_some("status"), "message": down.then_some("=status 500, +bad"), "latency_ms": latency,
        "maintenance": false, "verify": false,
    })
    .to_string()
}

fn write(home: &Home, name: &str, lines: &[String]) {
    home.write(&format!("state/{name}"), lines.join("\n") + "\n");
}

/// A home without a configuration whose history has these lines.
fn home(lines: &[String]) -> Home {
    let home = Home::new();
    write(&home, "history.jsonl", lines);
    home
}

fn four() -> Vec<String> {
    vec![
        line(0, "vk/health", "up", Some(10.0)),
        line(1, "vk/health", "down", Some(30.0)),
        line(2, "max/health", "degraded", Some(20.0)),
        line(3, "max/api", "unknown", None),
    ]
}

fn names(ran: &Ran) -> Vec<String> {
    ran.json().as_array().expect("an array").iter().map(name_of).collect()
}

fn minutes(ran: &Ran) -> Vec<String> {
    let text = |one: &Value| one["ts"].as_str().expect("a time")[11..16].to_owned();
    ran.json().as_array().expect("an array").iter().map(text).collect()
}

#[test]
fn every_format_has_the_records_oldest_first() {
    let home = home(&four());
    let json = home.run(["history", "-o", "json"]).code(0).stderr("");
    assert_eq!(names(&json), ["vk/health", "vk/health", "max/health", "max/api"]);
    assert_eq!(home.run(["history", "--json"]).code(0).stdout, json.stdout);
    home.run(["history", "-o", "jsonl"]).code(0).stdout(&(four().join("\n") + "\n"));
    let csv = home.run(["history", "-o", "csv"]).code(0);
    assert!(csv.stdout.starts_with("v,ts,run,channel,endpoint,verdict,reason,blame,message,"), "{}", csv.stdout);
    assert!(csv.stdout.contains(",\"'=status 500, +bad\","), "{}", csv.stdout);
    let table = home.run(["history"]).code(0).stdout_has("status: =status 500, +bad").stderr("");
    let order: Vec<&str> =
        table.stdout.lines().skip(2).map(|line| line.split_whitespace().nth(2).expect("a time")).collect();
    assert_eq!(table.stdout.lines().count(), 6, "{}", table.stdout);
    assert_eq!(table.stdout.lines().nth(1), Some("2026-11-20"));
    assert!(order.is_sorted(), "{order:?}");
}

#[test]
fn a_filter_for_everything() {
    let home = home(&four());
    let cases: [(&[&str], &[&str]); 13] = [
        (&["vk"], &["vk/health", "vk/health"]),
        (&["*/health", "max"], &["vk/health", "vk/health", "max/health", "max/api"]),
        (&["all"], &["vk/health", "vk/health", "max/health", "max/api"]),
        (&["--verdict", "down,unknown"], &["vk/health", "max/api"]),
        (&["--verdict", "up", "--verdict", "degraded"], &["vk/health", "max/health"]),
        (&["--since", "2026-11-20T00:02:00Z"], &["max/health", "max/api"]),
        (&["--until", "2026-11-20T00:01:00Z"], &["vk/health", "vk/health"]),
        (&["--since", "2026-11-20T03:01:00+03:00", "--until", "2026-11-20T00:02:00Z"], &["vk/health", "max/health"]),
        (&["--since", "2026-11-20"], &["vk/health", "vk/health", "max/health", "max/api"]),
        (&["--until", "2026-11-20"], &["vk/health"]),
        (&["--since", "1s"], &[]),
        (&["--limit", "2"], &["max/health", "max/api"]),
        (&["--limit", "0"], &[]),
    ];
    for (args, wanted) in cases {
        let ran = home.run(["history", "--json"].iter().chain(args).copied()).code(0).stderr("");
        assert_eq!(names(&ran), wanted, "{args:?}");
    }
    assert_eq!(home.run(["history", "--since", "1s"]).code(0).stdout, "no records\n");
    assert_eq!(home.run(["history", "--since", "1s", "-o", "json"]).code(0).stdout, "[]\n");
    assert_eq!(home.run(["history", "--since", "1s", "-o", "jsonl"]).code(0).stdout, "");
}

#[test]
fn so_long_ago_is_from_now() {
    let at = |seconds: u64| {
        let then = canary::world::clock::now() - std::time::Duration::from_secs(seconds);
        format!(r#"{{"ts":"{then:.3}","channel":"c","endpoint":"e{seconds}","verdict":"up"}}"#)
    };
    let home = home(&[at(7_000), at(3_500), at(60)]);
    assert_eq!(names(&home.run(["history", "--json", "--since", "1h"]).code(0)), ["c/e3500", "c/e60"]);
    assert_eq!(
        names(&home.run(["history", "--json", "--since", "2h", "--until", "30m"]).code(0)),
        ["c/e7000", "c/e3500"]
    );
}

#[test]
fn wrong_usage_is_told_and_nothing_printed() {
    let home = home(&four());
    let refused = |args: &[&str], why: &str| {
        let _ = home.run(["history"].iter().chain(args).copied()).refused().stderr_has(why);
    };
    refused(&["vk/helth"], "did you mean vk/health?");
    refused(&["tag:ru"], "name it with --config");
    refused(&["--tag", "ru"], "name it with --config");
    refused(&["--verdict", "dwon"], "did you mean `down`?");
    refused(&["--since", "yesterday"], "90m, 7d");
    refused(&["--since", "1h", "--until", "2h"], "is after --until");
    refused(&["--limit", "many"], "--limit");
    refused(&["-o", "cvs"], "did you mean `csv`?");
    refused(&["--stats", "--limit", "3"], "--limit");
    home.write("probes.yaml", "channels: {");
    refused(&[], "probes.yaml");
}

#[test]
fn endpoints_that_left_the_configuration_are_found() {
    let home = home(&four());
    home.write(
        "probes.yaml",
        "channels:\n  vk:\n    base_url: http://127.0.0.1:1\n    tags: [ru]\n    endpoints:\n      health: { path: / }\n      new: { path: /new }\n",
    );
    let found = |args: &[&str]| names(&home.run(["history", "--json"].iter().chain(args).copied()).code(0));
    assert_eq!(found(&["max/api"]), ["max/api"]);
    assert_eq!(found(&["m*/*"]), ["max/health", "max/api"]);
    assert_eq!(found(&["tag:ru", "max/api"]), ["vk/health", "vk/health", "max/api"]);
    assert_eq!(found(&["--tag", "ru"]), ["vk/health", "vk/health"]);
    assert_eq!(found(&["vk/new"]), Vec::<String>::new(), "configured, and never probed");
    let _ = home.run(["history", "max/apu"]).refused().stderr_has("did you mean max/api?");
    let _ = home.run(["history", "tag:rus"]).refused().stderr_has("did you mean tag:ru?");
}

#[test]
fn records_out_of_order_come_out_in_order_through_all_files() {
    let home = Home::new();
    write(&home, "history.jsonl.2", &[line(1, "c/e", "up", None), line(90, "c/e", "up", None)]);
    write(&home, "history.jsonl.1", &[line(31, "c/e", "up", None), line(2, "c/e", "up", None)]);
    write(&home, "history.jsonl", &[line(95, "c/e", "up", None), line(50, "c/e", "up", None)]);
    let whole = ["00:01", "00:02", "00:31", "00:50", "01:30", "01:35"];
    assert_eq!(minutes(&home.run(["history", "--json"]).code(0)), whole);
    for limit in 1..7 {
        let ran = home.run(["history", "--json", "--limit", &limit.to_string()]).code(0);
        assert_eq!(minutes(&ran), whole[6_usize.saturating_sub(limit)..], "{limit}");
    }
}

#[test]
fn unreadable_lines_are_counted_and_left_out() {
    let home = home(&four());
    let mut text = four().join("\r\n").into_bytes();
    text.extend(b"\n\0\0\0\0\nnot json\n\n  \n{\"v\":1,\"ts\":\"2026-11-20T00:00:00.000Z\",\"chan\n\xff\xfe\n");
    text.extend(vec![b'x'; 5 << 20]);
    text.extend(b"\n");
    text.extend(line(9, "c/last", "up", None).as_bytes());
    home.write("state/history.jsonl", &text);
    for args in [&["history", "--json"][..], &["history", "--json", "--limit", "50"]] {
        let ran = home.run(args.iter().copied()).code(0).stderr_has("5 unreadable lines");
        assert_eq!(names(&ran).len(), 5, "a whole last line without its newline counts");
    }
    let _ = home.run(["history", "--stats"]).code(0).stderr_has("5 unreadable lines").stdout_has("c/last");
    let _ = home.run(["history"]).code(0).stderr_has("5 unreadable lines");
    assert_eq!(home.run(["history", "-q"]).code(0).stderr, "");
}

#[test]
fn the_table_shows_the_newest_hundred() {
    let lines: Vec<String> = (0..130).map(|minute| line(minute, "c/e", "up", Some(1.0))).collect();
    let home = home(&lines);
    let table = home.run(["history"]).code(0).stderr_has("--limit");
    assert_eq!(table.stdout.lines().count(), 102, "a head, a day");
    assert!(table.stdout.contains(" 00:30:00 ") && !table.stdout.contains(" 00:29:00 "));
    assert_eq!(home.run(["history", "--limit", "130"]).code(0).stderr("").stdout.lines().count(), 132);
    assert_eq!(home.run(["history", "-o", "jsonl"]).code(0).stdout.lines().count(), 130);
}

#[test]
fn no_history_is_an_empty_one() {
    let home = Home::new();
    home.run(["history", "--json"]).code(0).stdout("[]\n").stderr_has("state/history.jsonl");
    home.run(["history"]).code(0).stdout("no records\n").stderr_has("state/history.jsonl");
    assert!(!home.path("state").exists(), "looking makes nothing");
}

#[test]
fn stats_add_up() {
    let mut lines = four();
    lines.extend(
        (1..=100).map(|minute| line(minute, "c/e", if minute % 10 == 0 { "down" } else { "up" }, Some(minute.into()))),
    );
    let home = home(&lines);
    let rows = home.run(["history", "--stats", "--json"]).code(0).json();
    let up = rows
        .as_array()
        .expect("rows")
        .iter()
        .find(|row| row["endpoint"] == "e" && row["verdict"] == "up")
        .expect("one");
    assert_eq!(
        (&up["count"], &up["latency_ms"]["p50"], &up["latency_ms"]["p99"]),
        (&90.into(), &49.0.into(), &99.0.into())
    );
    let some = home.run(["history", "vk", "--stats", "-o", "csv", "--verdict", "down"]).code(0);
    assert_eq!(some.stdout.lines().count(), 2, "{}", some.stdout);
    assert!(some.stdout.contains("vk,health,down,1,2026-11-20T00:01:00.000Z"), "{}", some.stdout);
    let _ = home
        .run(["history", "--stats"])
        .code(0)
        .stdout_has("11 down, 1 unknown, 1 degraded, 91 up")
        .stdout_lacks("=status");
}

#[test]
fn a_closed_pipe_is_success_and_a_full_disk_is_not() {
    let lines: Vec<String> = (0..3_000).map(|minute| line(minute, "c/e", "up", Some(1.0))).collect();
    let home = home(&lines);
    let mut child = home.command(["history", "-o", "jsonl"]).stdout(Stdio::piped()).spawn().expect("started");
    let mut first = [0; 10];
    child.stdout.take().expect("a pipe").read_exact(&mut first).expect("read");
    assert_eq!(child.wait().expect("ended").code(), Some(0));
    for args in [&["history", "-o", "jsonl"][..], &["history"], &["history", "--stats"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
        let ran: Ran = home.command(args.iter().copied()).stdout(full).output().expect("started").into();
        let _ = ran.code(3).stderr_has("stdout");
    }
}

#[test]
fn secrets_of_the_configuration_are_masked_in_old_records() {
    let home = home(&[line(0, "c/e", "down", None).replace("=status 500", "token hunter2-hunter2 \\\\ refused")]);
    home.write(
        "probes.yaml",
        "channels:\n  c:\n    base_url: http://127.0.0.1:1\n    endpoints:\n      e: { path: /, auth: { bearer: hunter2-hunter2 } }\n",
    );
    for format in ["table", "json", "jsonl", "csv"] {
        let _ = home.run(["history", "-o", format]).code(0).stdout_has("token *** ").stdout_lacks("hunter2");
    }
}

/// A history of so many megabytes: one line a second, one in 50 up to 40 minutes late.
fn large(home: &Home, megabytes: usize) -> usize {
    let padding = "x".repeat(600);
    let mut text = String::with_capacity((megabytes + 1) << 20);
    let mut count = 0;
    while text.len() < megabytes << 20 {
        let late = if count % 50 == 49 { (count * 37) % 2_400 } else { 0 };
        let at = jiff::Timestamp::from_second(1_700_000_000 + i64::try_from(count - late.min(count)).expect("small"))
            .expect("a time");
        let endpoint = if count % 1_000 == 7 { "rare" } else { "e" };
        writeln!(text, r#"{{"ts":"{at:.3}","channel":"c","endpoint":"{endpoint}","verdict":"up","number":{count},"message":"{padding}"}}"#)
            .expect("written");
        count += 1;
    }
    let (older, newer) = text.split_at(text[..text.len() / 3].rfind('\n').expect("a line") + 1);
    home.write("state/history.jsonl.1", older);
    home.write("state/history.jsonl", newer);
    count
}

#[test]
fn a_part_of_a_large_history_is_the_same_as_all_of_it_filtered() {
    let home = Home::new();
    let count = large(&home, 40);
    let all: Vec<(String, u64)> = home
        .run(["history", "-o", "jsonl"])
        .code(0)
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"))
        .map(|one| (one["ts"].as_str().expect("a time").to_owned(), one["number"].as_u64().expect("a number")))
        .collect();
    assert_eq!(all.len(), count);
    assert!(all.is_sorted(), "oldest first, and of the same time the first in the file");
    for (from, to) in [(0, 10), (count / 3 - 500, count / 3 + 500), (count / 2, count / 2 + 3_000), (count - 20, count)]
    {
        let (since, until) = (&all[from].0, &all[to - 1].0);
        let wanted: Vec<u64> =
            all.iter().filter(|(at, _)| at >= since && at <= until).map(|(_, number)| *number).collect();
        let got = |extra: &[&str]| -> Vec<u64> {
            let args = ["history", "-o", "jsonl", "--since", since, "--until", until];
            let ran = home.run(args.iter().chain(extra).copied()).code(0).stderr("");
            let number =
                |line: &str| serde_json::from_str::<Value>(line).expect("JSON")["number"].as_u64().expect("a number");
            ran.stdout.lines().map(number).collect()
        };
        assert_eq!(got(&[]), wanted, "{from}..{to}");
        assert_eq!(got(&["--limit", "5"]), wanted[wanted.len() - 5..], "{from}..{to}");
        assert_eq!(got(&["--limit", "20000"]), wanted, "{from}..{to}");
    }
    let rare: Vec<u64> = (0..count as u64).filter(|number| number % 1_000 == 7).collect();
    let ran = home.run(["history", "c/rare", "-o", "csv", "--limit", "10"]).code(0);
    assert_eq!(ran.stdout.lines().count(), 11);
    let ran = home.run(["history", "c/rare", "--stats", "--json"]).code(0);
    assert_eq!(ran.json()[0]["count"], rare.len());
    let ran = home.run(["history", "-o", "jsonl", "--limit", "11000"]).code(0);
    let last = all[count - 11_000].1.to_string();
    assert_eq!(ran.stdout.lines().count(), 11_000);
    assert!(ran.stdout.lines().next().is_some_and(|line| line.contains(&format!("\"number\":{last},"))));
}

#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn skipped(what: &str) {
    eprintln!("SKIPPED: {what} is not to be had here");
}

#[test]
fn jq_reads_what_is_printed() {
    if Command::new("jq").arg("--version").output().is_err() {
        return skipped("jq");
    }
    let home = home(&four());
    let jq = |args: &[&str], program: &str| {
        let ran = home.run(["history"].iter().chain(args).copied()).code(0);
        home.write("out", &ran.stdout);
        let out = Command::new("jq").args(["-c", program]).arg(home.path("out")).output().expect("jq ran");
        String::from_utf8(out.stdout).expect("text")
    };
    assert_eq!(jq(&["-o", "json"], "map(.verdict)"), "[\"up\",\"down\",\"degraded\",\"unknown\"]\n");
    assert_eq!(jq(&["-o", "jsonl"], ".latency_ms == null"), "false\nfalse\nfalse\ntrue\n");
    assert_eq!(jq(&["--stats", "-o", "jsonl"], ".count"), "1\n1\n1\n1\n");
}

fn has_duckdb() -> bool {
    Command::new("python3").args(["-c", "import duckdb"]).output().is_ok_and(|out| out.status.success())
}

#[test]
fn duckdb_counts_the_same() {
    if !has_duckdb() {
        return skipped("python3 with duckdb");
    }
    let lines: Vec<String> = (0..500)
        .map(|n: u32| {
            line(
                n,
                if n.is_multiple_of(3) { "c/e" } else { "d/f" },
                if n.is_multiple_of(7) { "down" } else { "up" },
                Some(f64::from(n % 90)),
            )
        })
        .collect();
    let home = home(&lines);
    let program = "import duckdb, sys
for row in duckdb.sql(f\"\"\"select channel, endpoint, verdict, count(*), quantile_disc(latency_ms, 0.5)
        from read_json('{sys.argv[1]}', format='newline_delimited') group by all order by all\"\"\").fetchall():
    print(*row)";
    let read =
        Command::new("python3").args(["-c", program]).arg(home.path("state/history.jsonl")).output().expect("ran");
    let wanted = String::from_utf8(read.stdout).expect("text");
    let rows = home.run(["history", "--stats", "--json"]).code(0).json();
    let mut got: Vec<String> = rows
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| {
            let text = |key: &str| row[key].as_str().expect("text").to_owned();
            let p50 = row["latency_ms"]["p50"].as_f64().expect("a number");
            format!("{} {} {} {} {p50:.1}\n", text("channel"), text("endpoint"), text("verdict"), row["count"])
        })
        .collect();
    got.sort();
    assert_eq!(got.concat(), wanted, "{}", String::from_utf8_lossy(&read.stderr));
}
