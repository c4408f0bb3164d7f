use super::{History, HistoryError, LONGEST_LINE};
use rustix::fs::{CWD, FileType, Mode, mknodat};
use serde_json::{Value, json};
use std::ops::ControlFlow;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const PLENTY: u64 = 1 << 30;

struct Place {
    temp: TempDir,
    history: History,
}

impl Place {
    fn new(max_size: u64, keep: u32) -> Self {
        let temp = tempfile::tempdir().expect("directory");
        let history = History::new(temp.path().join("history.jsonl"), max_size, keep);
        Self { temp, history }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.temp.path().join(name)
    }

    fn live(&self) -> String {
        std::fs::read_to_string(self.history.path()).expect("read")
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.temp.path())
            .expect("listed")
            .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
            .collect();
        names.sort();
        names
    }

    /// The `n` of every record, and how many lines were none.
    fn read(&self) -> (Vec<u64>, usize) {
        let found = self.found();
        let numbers = found.iter().flatten().copied().collect();
        (numbers, found.iter().filter(|found| found.is_err()).count())
    }

    /// The `n` of every record, oldest first; an error for a line that is none.
    fn found(&self) -> Vec<Result<u64, Bad>> {
        let mut found = Vec::new();
        let read = self.history.lines().expect("opened").forward(&mut |line| {
            found.push(line.ok_or(Bad::TooLong).and_then(|line| {
                let record = serde_json::from_slice::<Value>(line).map_err(|_| Bad::Unreadable)?;
                record["n"].as_u64().ok_or(Bad::Unreadable)
            }));
            ControlFlow::Continue(())
        });
        read.expect("read to its end");
        found
    }
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bad {
    Unreadable,
    TooLong,
}

fn record(n: u64) -> Vec<u8> {
    json!({ "n": n, "message": "x".repeat(40) }).to_string().into_bytes()
}

fn numbers(n: impl IntoIterator<Item = u64>) -> Vec<u8> {
    text(n).into_bytes()
}

fn text(n: impl IntoIterator<Item = u64>) -> String {
    n.into_iter().map(|n| String::from_utf8(record(n)).expect("UTF-8") + "\n").collect()
}

#[test]
fn appends_whole_lines_to_a_private_file() {
    let place = Place::new(PLENTY, 8);
    let nested = History::new(place.path("a/b/history.jsonl"), PLENTY, 8);
    let appended = nested.append(&numbers(0..2)).expect("appended");
    assert_eq!((appended.bytes, appended.rotated, appended.torn), (text(0..2).len() as u64, false, None));
    nested.append(&numbers(2..3)).expect("appended");
    nested.append(&[]).expect("nothing to do");
    assert_eq!(std::fs::read_to_string(nested.path()).expect("read"), text(0..3));
    let mode = |path: &Path| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!((mode(nested.path()), mode(&place.path("a")), mode(&place.path("a/b"))), (0o600, 0o700, 0o700));
    assert_eq!(mode(&place.path("a/b/history.lock")), 0o600);
}

#[test]
fn names_follow_the_path() {
    let at = |path: &str| {
        let history = History::new(PathBuf::from(path), PLENTY, 8);
        (history.lock_path().display().to_string(), history.torn_path().display().to_string())
    };
    assert_eq!(at("/s/history.jsonl"), ("/s/history.lock".to_owned(), "/s/history.torn".to_owned()));
    assert_eq!(at("/s/log"), ("/s/log.lock".to_owned(), "/s/log.torn".to_owned()));
    assert_eq!(at("/s/odd.lock"), ("/s/odd.lock.lock".to_owned(), "/s/odd.torn".to_owned()));
}

#[test]
fn moves_a_torn_tail_aside_and_keeps_the_next_record_whole() {
    let place = Place::new(PLENTY, 8);
    let tails = [b"{\"n\":9,\"message\":\"\xd0".to_vec(), vec![0; 300_000], vec![b'{'; LONGEST_LINE + 9]];
    let mut torn_so_far = Vec::new();
    for (at, tail) in (0..).zip(tails) {
        let mut bytes = std::fs::read(place.history.path()).unwrap_or_default();
        bytes.extend_from_slice(&tail);
        std::fs::write(place.history.path(), &bytes).expect("torn");
        let appended = place.history.append(&numbers([at])).expect("appended");
        assert_eq!(appended.torn, Some(tail.len() as u64));
        assert_eq!(appended.warnings.len(), 1, "{:?}", appended.warnings);
        torn_so_far.extend_from_slice(&tail);
        torn_so_far.push(b'\n');
        assert_eq!(place.live(), text(0..=at));
        assert!(std::fs::read(place.path("history.torn")).expect("read") == torn_so_far);
    }
}

#[test]
fn completes_a_whole_record_without_its_newline() {
    let place = Place::new(PLENTY, 8);
    std::fs::write(place.history.path(), text(0..2).trim_end()).expect("written");
    assert_eq!(place.read(), (vec![0, 1], 0), "a reader needs no newline");
    let appended = place.history.append(&numbers([2])).expect("appended");
    assert_eq!((appended.torn, appended.warnings.len()), (None, 0));
    assert_eq!(place.live(), text(0..3));
    std::fs::write(place.history.path(), text(0..1) + "12").expect("written");
    assert_eq!(place.history.append(&numbers([1])).expect("appended").torn, Some(2), "a number is no record");
}

#[test]
fn refuses_what_is_no_whole_line() {
    let place = Place::new(PLENTY, 8);
    let mut long = vec![b' '; LONGEST_LINE + 1];
    long.push(b'\n');
    for line in [b"{}".to_vec(), b"{}\n{}".to_vec(), long] {
        assert!(matches!(place.history.append(&line), Err(HistoryError::NotWritten { .. })));
    }
    assert_eq!(place.names(), Vec::<String>::new());
}

#[test]
fn rotates_and_keeps_so_many() {
    let line = record(0).len() as u64 + 1;
    let place = Place::new(line * 2, 3);
    for n in 0..10 {
        let appended = place.history.append(&numbers([n])).expect("appended");
        assert_eq!(appended.rotated, n > 0 && n % 2 == 0, "{n}");
    }
    assert_eq!(
        place.names(),
        ["history.jsonl", "history.jsonl.1", "history.jsonl.2", "history.jsonl.3", "history.lock"]
    );
    assert_eq!(place.read(), ((2..10).collect(), 0), "oldest first, through all files");
    let fewer = History::new(place.history.path().to_owned(), line * 2, 1);
    fewer.append(&numbers([10])).expect("appended");
    assert_eq!(place.names(), ["history.jsonl", "history.jsonl.1", "history.lock"]);
    assert_eq!(place.read(), (vec![8, 9, 10], 0));
}

#[test]
fn a_run_larger_than_the_limit_is_not_split() {
    let place = Place::new(64, 2);
    place.history.append(&numbers(0..9)).expect("appended");
    place.history.append(&numbers(9..20)).expect("appended");
    assert_eq!(place.read(), ((0..20).collect(), 0));
    assert_eq!(std::fs::read_to_string(place.path("history.jsonl.1")).expect("read"), text(0..9));
}

#[test]
fn keeping_none_starts_over() {
    let place = Place::new(64, 0);
    place.history.append(&numbers(0..9)).expect("appended");
    place.history.append(&numbers(9..10)).expect("appended");
    assert_eq!(place.read(), (vec![9], 0));
}

/// A rotation with three older files makes these renames in this order; a crash may come between any two.
#[test]
fn completes_a_rotation_that_was_cut_off() {
    for renames_done in 0..=3 {
        let place = Place::new(64, 3);
        let file =
            |n: u64| if n == 0 { place.history.path().to_owned() } else { place.path(&format!("history.jsonl.{n}")) };
        for n in 0..3 {
            std::fs::write(file(n), text([3 - n])).expect("written");
        }
        for n in (0..3).rev().take(renames_done) {
            std::fs::rename(file(n), file(n + 1)).expect("renamed");
        }
        assert_eq!(place.read(), (vec![1, 2, 3], 0), "a reader sees all in order after {renames_done}");
        place.history.append(&numbers([4])).expect("appended");
        assert_eq!(place.read(), (vec![1, 2, 3, 4], 0), "nothing lost after {renames_done}");
        assert_eq!(std::fs::read_to_string(file(1)).expect("read"), text([3]));
        assert_eq!(place.live(), text([4]));
    }
}

#[test]
fn leaves_strangers_beside_it_alone() {
    let place = Place::new(64, 2);
    let strangers =
        ["history.jsonl.1.gz", "history.jsonl.01", "history.jsonl-20260101", "history.jsonl.bak", "other.1"];
    for name in strangers {
        std::fs::write(place.path(name), "theirs").expect("written");
    }
    for n in 0..6 {
        place.history.append(&numbers([n])).expect("appended");
    }
    for name in strangers {
        assert_eq!(std::fs::read_to_string(place.path(name)).expect("read"), "theirs", "{name}");
    }
    assert_eq!(place.read(), (vec![3, 4, 5], 0));
}

#[test]
fn grows_on_when_it_cannot_rotate() {
    let place = Place::new(64, 1);
    place.history.append(&numbers([0])).expect("appended");
    std::fs::create_dir(place.path("history.jsonl.1")).expect("made");
    let appended = place.history.append(&numbers([1])).expect("appended all the same");
    assert!(!appended.rotated && appended.warnings[0].contains("not rotated"), "{:?}", appended.warnings);
    assert_eq!(place.live(), text(0..2));
}

#[test]
fn lands_in_the_file_of_its_name_whatever_logrotate_does() {
    let place = Place::new(PLENTY, 8);
    place.history.append(&numbers(0..2)).expect("appended");
    std::fs::rename(place.history.path(), place.path("moved")).expect("moved");
    place.history.append(&numbers([2])).expect("appended");
    assert_eq!(place.live(), text([2]));
    std::fs::write(place.history.path(), "").expect("truncated in place");
    place.history.append(&numbers([3])).expect("appended");
    assert_eq!(place.live(), text([3]));
    assert_eq!(std::fs::read_to_string(place.path("moved")).expect("read"), text(0..2));
}

#[test]
fn refuses_what_is_no_regular_file_at_once() {
    let place = Place::new(PLENTY, 8);
    std::fs::write(place.path("target"), text(0..1)).expect("written");
    std::fs::create_dir(place.path("directory")).expect("made");
    symlink(place.path("target"), place.path("link")).expect("linked");
    mknodat(CWD, place.path("pipe"), FileType::Fifo, Mode::from_raw_mode(0o600), 0).expect("made");
    let began = Instant::now();
    for (name, what) in [
        ("link", "is a symbolic link, and none is followed here"),
        ("directory", "is a directory"),
        ("pipe", "is a named pipe, not a regular file"),
    ] {
        let history = History::new(place.path(name), PLENTY, 8);
        let said = history.append(&numbers([1])).expect_err(name).to_string();
        assert_eq!(said, format!("history {}: not written: {what}", place.path(name).display()));
        let said = history.lines().expect_err(name).to_string();
        assert_eq!(said, format!("history {}: not read: {what}", place.path(name).display()));
    }
    assert!(began.elapsed() < Duration::from_secs(5), "nothing blocks");
    assert_eq!(std::fs::read_to_string(place.path("target")).expect("read"), text(0..1));
}

#[test]
fn a_held_lock_is_waited_for_and_then_named() {
    let place = Place::new(PLENTY, 8);
    let held =
        crate::disk::acquire(&place.path("history.lock"), crate::disk::Hold::Alone, Duration::ZERO).expect("free");
    let impatient = History { lock_wait: Duration::from_millis(20), ..place.history.clone() };
    let said = impatient.append(&numbers([0])).expect_err("held").to_string();
    assert_eq!(
        said,
        format!(
            "history {}: not written: another run has held {} for 20ms",
            place.history.path().display(),
            place.path("history.lock").display()
        )
    );
    assert!(!place.history.path().exists());
    let waiting = std::thread::spawn({
        let history = place.history.clone();
        move || history.append(&numbers([1])).is_ok()
    });
    drop(held);
    assert!(waiting.join().expect("no panic"));
    assert_eq!(place.read(), (vec![1], 0));
}

#[test]
fn runs_at_the_same_time_never_interleave_nor_lose_a_line() {
    const WRITERS: u64 = 4;
    const ROUNDS: u64 = 60;
    let place = Place::new(4_000, 100);
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let history = place.history.clone();
            std::thread::spawn(move || {
                for round in 0..ROUNDS {
                    let first = (writer * ROUNDS + round) * 10;
                    history.append(&numbers(first..first + 3)).expect("appended");
                }
            })
        })
        .collect();
    let mut seen = 0;
    while writers.iter().any(|writer| !writer.is_finished()) {
        let (found, bad) = place.read();
        assert_eq!(bad, 0, "a reader never sees half a line");
        assert!(found.len() >= seen, "a rotation hid a file from a reader: {} after {seen}", found.len());
        seen = found.len();
    }
    for writer in writers {
        writer.join().expect("no panic");
    }
    let (found, bad) = place.read();
    assert_eq!(bad, 0);
    assert!(found.chunks(3).all(|run| run[0] % 10 == 0 && run[1] == run[0] + 1 && run[2] == run[0] + 2));
    let mut firsts: Vec<u64> = found.iter().copied().step_by(3).collect();
    firsts.sort_unstable();
    assert_eq!(firsts, (0..WRITERS * ROUNDS).map(|n| n * 10).collect::<Vec<_>>());
}

#[test]
fn reads_on_behind_lines_that_are_none() {
    let place = Place::new(PLENTY, 8);
    let crlf = text([2]).replace('\n', "\r\n");
    let good = |n| text([n]).into_bytes();
    let parts: [&[u8]; 10] = [
        &good(0),
        b"garbage\n",
        &vec![0; 70_000],
        b"\n",
        &good(1),
        b"\n\r\n",
        crlf.as_bytes(),
        &[vec![b'x'; LONGEST_LINE * 2].as_slice(), b"\n"].concat(),
        b"{\"n\":3,\"m\":\"\xff\"}\n",
        &good(4),
    ];
    std::fs::write(place.history.path(), parts.concat()).expect("written");
    let (unreadable, too_long) = (Err(Bad::Unreadable), Err(Bad::TooLong));
    assert_eq!(place.found(), [Ok(0), unreadable, unreadable, Ok(1), Ok(2), too_long, unreadable, Ok(4)]);
    assert_eq!(place.read(), (vec![0, 1, 2, 4], 4));
}

#[test]
fn the_longest_line_is_still_read() {
    let place = Place::new(PLENTY, 8);
    let mut line = record(7);
    line.resize(LONGEST_LINE, b' ');
    line.push(b'\n');
    line.extend(numbers([8]));
    place.history.append(&line).expect("appended");
    assert_eq!(place.read(), (vec![7, 8], 0));
}

#[test]
fn no_history_is_an_empty_one() {
    let place = Place::new(PLENTY, 8);
    assert_eq!(place.read(), (vec![], 0));
    assert!(History::new(place.path("no/such/history.jsonl"), 1, 1).lines().expect("opened").is_none());
    assert_eq!(place.names(), Vec::<String>::new(), "a reader makes nothing");
}

#[test]
fn root_leaves_files_to_the_directory_s_owner() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let place = Place::new(PLENTY, 8);
    std::os::unix::fs::chown(place.temp.path(), Some(4321), Some(4322)).expect("given away");
    place.history.append(&numbers([0])).expect("appended");
    for name in place.names() {
        assert_eq!(std::fs::metadata(place.path(&name)).expect("there").uid(), 4321, "{name}");
    }
}

/// A file size limit stands for a full disk: part of the write gets through. The limit holds for a whole process, so
/// [`limited_child`] runs in one of its own; `sh` makes the signal an error, as canary does for itself.
#[test]
fn a_short_write_is_taken_back() {
    let place = Place::new(PLENTY, 8);
    std::fs::write(place.history.path(), text(0..20)).expect("written");
    let before = place.live();
    let output = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 4; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().expect("this test"))
        .args(["--exact", "history::tests::limited_child", "--ignored", "--nocapture"])
        .current_dir(place.temp.path())
        .output()
        .expect("sh runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("not written: File too large"), "{said}");
    assert_eq!(place.live(), before, "half a line was left");
    place.history.append(&numbers(20..21)).expect("appended");
    assert_eq!(place.read(), ((0..21).collect(), 0));
}

/// Only for [`a_short_write_is_taken_back`], which starts it in a directory with a history.
#[test]
#[ignore = "a child of another test"]
fn limited_child() {
    let here = std::env::current_dir().expect("a directory").join("history.jsonl");
    if !here.exists() {
        return;
    }
    let error = History::new(here, PLENTY, 8).append(&numbers(100..200)).expect_err("the limit is in the way");
    println!("{error}");
}

#[test]
fn read_from_its_end_it_is_the_same_the_other_way_round() {
    let place = Place::new(700, 8);
    for n in 0..40 {
        place.history.append(&numbers([n])).expect("appended");
    }
    let mut live = std::fs::read(place.history.path()).expect("read");
    live.extend(b"garbage\n\n");
    live.extend(vec![0; 200_000]);
    live.extend(b"\r\n");
    live.extend(vec![b'x'; LONGEST_LINE * 2]);
    live.extend([b"\n", text([98]).as_bytes(), &record(99)[..20]].concat());
    std::fs::write(place.history.path(), live).expect("written");
    let (mut forwards, bad) = place.read();
    assert_eq!((forwards.last(), bad), (Some(&98), 4));
    let mut back = place.history.read_back::<Value>().expect("opened");
    let backwards: Vec<u64> = back.by_ref().map(|record| record["n"].as_u64().expect("ours")).collect();
    forwards.reverse();
    assert_eq!((backwards, back.bad()), (forwards, 4));
}

#[test]
fn the_longest_line_at_the_beginning_is_read_from_the_end_and_a_longer_one_is_not() {
    for (length, wanted) in [(LONGEST_LINE, vec![8, 7]), (LONGEST_LINE + 1, vec![8])] {
        let place = Place::new(PLENTY, 8);
        let mut line = record(7);
        line.resize(length, b' ');
        std::fs::write(place.history.path(), [line, b"\n".to_vec(), record(8)].concat()).expect("written");
        let back = place.history.read_back::<Value>().expect("opened");
        assert_eq!(back.map(|record| record["n"].as_u64().expect("ours")).collect::<Vec<_>>(), wanted);
    }
}
