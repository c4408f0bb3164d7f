use super::csv::{self, cell};
use super::{HistoryFormat, Stream, render_stats, render_table};
use crate::model::{Record, Verdict};
use crate::output::sample::night;
use crate::output::table::Style;
use crate::stats::Tally;
use proptest::prelude::*;

const PLAIN: Style = Style { width: 100, colour: false };

fn lines() -> Vec<Vec<u8>> {
    let probed = night().results.into_iter().filter(|result| result.verdict != Verdict::Skipped);
    probed.map(|result| serde_json::to_vec(&result.history_line("RUN")).expect("JSON")).collect()
}

fn streamed(stream: Stream, lines: &[Vec<u8>]) -> String {
    let mut out = stream.head().into_bytes();
    let mut number = 0;
    for line in lines {
        if let Some(bytes) = stream.record(line, number) {
            out.extend(bytes);
            number += 1;
        }
    }
    out.extend(stream.foot(number).bytes());
    String::from_utf8(out).expect("text")
}

/// Cells of a line, as RFC 4180 reads them.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut chars = line.chars().peekable();
    let mut quoted = false;
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cells.last_mut().expect("a cell").push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            c => cells.last_mut().expect("a cell").push(c),
        }
    }
    cells
}

#[test]
fn the_tables_read_well() {
    insta::assert_snapshot!("history_at_100", render_table(&lines(), PLAIN));
    insta::assert_snapshot!("history_at_50", render_table(&lines(), Style { width: 50, colour: false }));
    assert_eq!(render_table(&[], PLAIN), "no records\n");
}

#[test]
fn each_day_has_its_heading_and_no_time_is_broken() {
    let mut lines = lines();
    let second = String::from_utf8(lines[4].clone()).expect("text").replace("2026-11-23T", "2026-11-24T");
    lines[4] = second.into_bytes();
    for width in [20, 44, 60, 80, 120] {
        let text = render_table(&lines, Style { width, colour: false });
        assert_eq!(text.lines().filter(|line| *line == "2026-11-23").count(), 2, "{text}");
        assert_eq!(text.lines().filter(|line| *line == "2026-11-24").count(), 1, "{text}");
        assert!(width < 44 || text.lines().all(|line| line.chars().count() <= width), "{text}");
        assert_eq!(text.matches("10:00:0").count(), lines.len(), "{text}");
    }
}

#[test]
fn json_is_one_array_of_the_lines() {
    let values: Vec<serde_json::Value> = serde_json::from_str(&streamed(Stream::Json, &lines())).expect("an array");
    assert_eq!(values.len(), 9);
    assert_eq!(serde_json::to_vec(&values[0]).expect("JSON"), lines()[0]);
    assert_eq!(streamed(Stream::Json, &[]), "[]\n");
    assert_eq!(streamed(Stream::Jsonl, &lines()).lines().count(), 9);
    assert_eq!(streamed(Stream::Json, &[b"{\"a\":tru}".to_vec(), b"{}\r\n".to_vec()]), "[\n{}\n]\n");
}

#[test]
fn no_line_moves_a_terminal() {
    let line = "{\"a\":\t\"\u{9b}2J\u{202e}\u{7f}\"}".as_bytes().to_vec();
    assert_eq!(streamed(Stream::Jsonl, &[line]), "{\"a\":\t\"\\u009b2J\\u202e\\u007f\"}\n");
}

#[test]
fn csv_has_a_column_for_every_key() {
    let text = streamed(Stream::Csv, &lines());
    let mut rows = text.lines();
    let head = cells(rows.next().expect("a head"));
    let keys: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&lines()[0]).expect("an object");
    assert_eq!(head, keys.keys().cloned().collect::<Vec<_>>());
    for row in rows {
        assert_eq!(cells(row).len(), head.len(), "{row}");
    }
}

#[test]
fn spreadsheets_run_nothing() {
    for formula in ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\r=1", "＝1", "=HYPERLINK(\"http://x\",\"y\")"] {
        let seen = cells(&cell(formula)).remove(0);
        assert!(seen.starts_with('\''), "{formula:?} became {seen:?}");
    }
    assert_eq!(cell("plain"), "plain");
    let line = br#"{"v":1,"cert_days_left":-3,"message":"-3 days"}"#;
    let row = cells(csv::row(line).expect("an object").trim_end());
    assert_eq!((row[22].as_str(), row[8].as_str()), ("-3", "'-3 days"), "a number stays one");
}

#[test]
fn stats_in_every_format() {
    let mut tally = Tally::default();
    for line in lines() {
        tally.add(&Record::parse(&line).expect("a record"));
    }
    let rows = tally.rows();
    insta::assert_snapshot!("history_stats", render_stats(&rows, HistoryFormat::Table, PLAIN));
    let array: Vec<serde_json::Value> =
        serde_json::from_str(&render_stats(&rows, HistoryFormat::Json, PLAIN)).expect("an array");
    assert_eq!(array.len(), rows.len());
    assert_eq!(array[0]["count"], 1);
    assert_eq!(render_stats(&rows, HistoryFormat::Jsonl, PLAIN).lines().count(), rows.len());
    let csv = render_stats(&rows, HistoryFormat::Csv, PLAIN);
    assert!(csv.lines().all(|line| cells(line).len() == 9));
}

#[test]
fn names_what_it_knows() {
    assert_eq!("csv".parse(), Ok(HistoryFormat::Csv));
    let wrong = "cvs".parse::<HistoryFormat>().expect_err("a slip");
    assert_eq!(wrong, "`cvs` is no format of the history, did you mean `csv`? (known: table, json, jsonl, csv)");
}

proptest! {
    #[test]
    fn hostile_text_stays_in_its_cell(text in any::<String>()) {
        let line = serde_json::json!({"message": text, "evidence": {"body": text}}).to_string();
        let row = csv::row(line.as_bytes()).expect("an object");
        prop_assert_eq!(row.matches('\n').count(), 1);
        let seen = cells(row.trim_end_matches('\n'));
        prop_assert_eq!(seen.len(), 28);
        prop_assert!(!seen[8].trim_start().starts_with(['=', '+', '-', '@']));
    }
}
