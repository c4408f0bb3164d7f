use super::state::encode;
use super::{Damage, EndpointState, Read, State, StateDir, StoreError};
use crate::model::Verdict;
use jiff::Timestamp;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::Path;
use std::time::Duration;

const NOW: &str = "2026-11-23T10:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn mode(path: &Path) -> u32 {
    std::fs::symlink_metadata(path).expect("there").permissions().mode() & 0o7777
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(dir)
        .expect("listed")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort();
    names
}

fn sample() -> State {
    let mut state = State { last_run_at: Some(at("2026-11-23T09:59:00.5Z")), ..State::default() };
    let health = EndpointState {
        slot_at: Some(at("2026-11-23T10:00:00Z")),
        claimed_by: None,
        verdict: Some(Verdict::Down),
        since: Some(at("2026-11-23T09:30:00.123Z")),
        started: Some(at("2026-11-23T09:59:00.5Z")),
        ended: Some(at("2026-11-23T09:59:01Z")),
        ..EndpointState::default()
    };
    state.endpoints.insert("vk/health".to_owned(), health);
    state.endpoints.insert("vk/api".to_owned(), EndpointState::default());
    state
}

fn open(path: &Path) -> StateDir {
    StateDir::open(path).expect("opened")
}

fn read(dir: &StateDir) -> Read {
    dir.lock(Duration::ZERO).expect("locked").rescue(at(NOW)).expect("read")
}

fn commit(dir: &StateDir, state: &State) {
    dir.lock(Duration::ZERO).expect("locked").commit(state).expect("committed");
}

#[test]
fn makes_the_directory_and_keeps_a_state() {
    let temp = tempfile::tempdir().expect("directory");
    let path = temp.path().join("a/b/state");
    assert!(StateDir::existing(&path).expect("looked").is_none());
    let dir = open(&path);
    assert_eq!(mode(&path), 0o700);
    assert_eq!(read(&dir), Read::default());
    commit(&dir, &sample());
    commit(&dir, &sample());
    assert_eq!(read(&dir), Read { state: sample(), found: true, ..Read::default() });
    let seen = StateDir::existing(&path).expect("looked").expect("there").peek(at(NOW)).expect("read");
    assert_eq!((seen.state, seen.found, seen.damaged), (sample(), true, None));
    assert_eq!(names(&path), ["lock", "state.json"]);
    assert_eq!((mode(&path.join("lock")), mode(&path.join("state.json"))), (0o600, 0o600));
    insta::assert_snapshot!(std::fs::read_to_string(path.join("state.json")).expect("read"), @r#"{"version":1,"endpoints":{"vk/api":{"slot_at":null,"verdict":null,"since":null,"started":null,"ended":null},"vk/health":{"slot_at":"2026-11-23T10:00:00.000Z","verdict":"down","since":"2026-11-23T09:30:00.123Z","started":"2026-11-23T09:59:00.500Z","ended":"2026-11-23T09:59:01.000Z"}},"last_run_at":"2026-11-23T09:59:00.500Z"}"#);
}

#[test]
fn closes_its_own_directory_and_no_other() {
    let temp = tempfile::tempdir().expect("directory");
    let (ours, foreign) = (temp.path().join("ours"), temp.path().join("foreign"));
    for path in [&ours, &foreign] {
        std::fs::create_dir(path).expect("made");
        std::fs::set_permissions(path, Permissions::from_mode(0o755)).expect("opened up");
    }
    std::fs::write(ours.join("history.jsonl.1"), "").expect("written");
    std::fs::write(foreign.join("probes.yaml"), "").expect("written");
    open(&ours);
    open(&foreign);
    assert_eq!((mode(&ours), mode(&foreign)), (0o700, 0o755));
}

#[test]
fn the_directory_may_be_a_link_and_nothing_in_it() {
    let temp = tempfile::tempdir().expect("directory");
    let (real, link, victim) = (temp.path().join("real"), temp.path().join("link"), temp.path().join("victim"));
    std::fs::create_dir(&real).expect("made");
    std::fs::write(&victim, "precious").expect("written");
    symlink(&real, &link).expect("linked");
    let dir = open(&link);
    symlink(&victim, real.join("state.json")).expect("linked");
    let refused = dir.peek(at(NOW)).expect_err("a link").to_string();
    assert_eq!(
        refused,
        format!("state file {}/state.json: not read: is a symbolic link, and none is followed here", link.display())
    );
    symlink(&victim, real.join("state.json.tmp")).expect("linked");
    commit(&dir, &sample());
    assert_eq!(std::fs::read_to_string(&victim).expect("read"), "precious");
    assert!(std::fs::symlink_metadata(real.join("state.json")).expect("there").is_file());
    std::fs::remove_file(real.join("lock")).expect("removed");
    symlink(&victim, real.join("lock")).expect("linked");
    assert!(matches!(dir.lock(Duration::ZERO), Err(StoreError::CannotLock { .. })));
}

#[test]
fn says_what_is_in_the_way_in_one_line() {
    let temp = tempfile::tempdir().expect("directory");
    let file = temp.path().join("file");
    std::fs::write(&file, "").expect("written");
    for path in [file.clone(), file.join("state")] {
        let said = StateDir::open(&path).expect_err("a file is there").to_string();
        assert!(said.starts_with(&format!("state directory {}: ", path.display())), "{said}");
        assert!(said.ends_with("; set --state-dir to a directory that canary may write"), "{said}");
        assert!(!said.contains('\n') && !said.contains("os error"), "{said}");
    }
}

#[test]
fn waits_for_the_lock_and_then_says_so() {
    let temp = tempfile::tempdir().expect("directory");
    let dir = open(temp.path());
    let held = dir.lock(Duration::ZERO).expect("free");
    let said = dir.lock(Duration::from_millis(20)).expect_err("held").to_string();
    assert_eq!(
        said,
        format!(
            "state directory {}: another run has held the lock for 20ms; nothing of this run is kept in the state",
            temp.path().display()
        )
    );
    assert!(dir.peek(at(NOW)).is_ok(), "looking needs no lock");
    drop(held);
    assert!(dir.lock(Duration::ZERO).is_ok());
}

#[test]
fn keeps_what_other_releases_wrote() {
    let temp = tempfile::tempdir().expect("directory");
    let dir = open(temp.path());
    let written =
        r#"{"letters":[{"id":"a"}],"version":1,"endpoints":{"vk/health":{"streak":3,"verdict":"up"}},"silences":{}}"#;
    std::fs::write(dir.state_file(), written).expect("written");
    let mut state = read(&dir).state;
    state.last_run_at = Some(at(NOW));
    commit(&dir, &state);
    let value: serde_json::Value =
        serde_json::from_slice(&std::fs::read(dir.state_file()).expect("read")).expect("JSON");
    assert_eq!(value["letters"][0]["id"], "a");
    assert_eq!(value["silences"], serde_json::json!({}));
    assert_eq!(value["endpoints"]["vk/health"]["streak"], 3);
    assert_eq!(value["endpoints"]["vk/health"]["verdict"], "up");
}

#[test]
fn who_has_seen_the_state_gets_it_unless_somebody_replaced_it() {
    let temp = tempfile::tempdir().expect("directory");
    let dir = open(temp.path());
    commit(&dir, &sample());
    let seen = dir.peek(at(NOW)).expect("read");
    let again = |seen: &Read| dir.lock(Duration::ZERO).expect("locked").read_since(seen, at(NOW));
    assert_eq!(again(&seen).expect("read"), sample());
    let marked = Read { state: State::default(), ..seen.clone() };
    assert_eq!(again(&marked).expect("read"), State::default(), "not decoded again");
    let early = at("2026-11-23T09:59:00.7Z");
    let bounded = dir.peek(early).expect("read");
    assert_ne!(bounded.state, sample());
    assert_eq!(again(&bounded).expect("read"), sample(), "bounded by the time of reading");
    let other = State { last_run_at: Some(at(NOW)), ..sample() };
    commit(&dir, &other);
    assert_eq!(again(&seen).expect("read"), other);
    std::fs::write(dir.state_file(), "{").expect("written");
    assert!(matches!(again(&seen), Err(StoreError::Damaged { .. })));
    std::fs::remove_file(dir.state_file()).expect("removed");
    assert_eq!(again(&seen).expect("read"), State::default());
}

#[test]
fn a_field_that_stands_there_twice_is_damage() {
    let temp = tempfile::tempdir().expect("directory");
    let dir = open(temp.path());
    for text in [
        r#"{"version":1,"endpoints":{},"endpoints":{}}"#,
        r#"{"version":1,"endpoints":{"vk/api":{"verdict":"up","verdict":"down"}}}"#,
    ] {
        std::fs::write(dir.state_file(), text).expect("written");
        assert!(dir.peek(at(NOW)).expect("read").damaged.is_some(), "{text}");
    }
}

#[test]
fn leaves_a_newer_version_alone() {
    let temp = tempfile::tempdir().expect("directory");
    let dir = open(temp.path());
    let written = r#"{"version":2,"endpoints":["another shape"]}"#;
    std::fs::write(dir.state_file(), written).expect("written");
    let locked = dir.lock(Duration::ZERO).expect("locked");
    assert!(matches!(locked.read(at(NOW)), Err(StoreError::NewerVersion { version: 2, .. })));
    assert!(matches!(dir.peek(at(NOW)), Err(StoreError::NewerVersion { version: 2, .. })));
    assert_eq!(std::fs::read_to_string(dir.state_file()).expect("read"), written);
    assert_eq!(names(temp.path()), ["lock", "state.json"]);
}

/// As version 1 was first released; every later release must read it.
const GOLDEN: &str = include_str!("../../tests/cases/state/v1.json");

#[test]
fn reads_what_every_release_wrote() {
    let temp = tempfile::tempdir().expect("directory");
    let dir = open(temp.path());
    std::fs::write(dir.state_file(), GOLDEN).expect("written");
    let state = read(&dir).state;
    let entry = &state.outbox.entries()[0];
    assert_eq!((entry.receiver.as_str(), entry.tries, entry.items.len()), ("hook", 2, 2));
    let open: Vec<&str> = state.book.open().iter().map(|one| one.id.as_str()).collect();
    assert_eq!(open, [entry.items[0].incident.as_str(), entry.items[1].incident.as_str()]);
    assert_eq!(state.book.silences(at(NOW)).count(), 1);
    assert_eq!(state.endpoints["vk/health"].verdict, Some(Verdict::Down));
    assert!(state.other.is_empty(), "{:?}", state.other);
    commit(&dir, &state);
    assert_eq!(read(&dir).state, state);
}

#[test]
fn keeps_what_is_whole_of_a_state_damaged_in_places() {
    let golden: serde_json::Value = serde_json::from_str(GOLDEN).expect("JSON");
    let tracks = ["/book/tracks/vk~1health", "/book/tracks"];
    let list =
        ["/outbox/entries/0", "/outbox/entries", "/outbox", "/endpoints/vk~1send", "/book/silences/0", "/ledger"];
    for place in list.into_iter().chain(tracks) {
        let mut broken = golden.clone();
        if place == "/ledger" {
            broken["ledger"] = serde_json::json!({});
        }
        *broken.pointer_mut(place).expect(place) = 7.into();
        let temp = tempfile::tempdir().expect("directory");
        let dir = open(temp.path());
        std::fs::write(dir.state_file(), broken.to_string()).expect("written");
        let found = read(&dir);
        let damage = found.damaged.expect("damaged");
        let part = place.trim_start_matches('/').replace("~1", "~").replace('/', ".").replace('~', "/");
        let named = damage.lost.as_ref().and_then(|lost| lost.first()).expect("named").replace("[0]", ".0");
        assert_eq!(named, part);
        assert!(damage.has(part.split('.').next().expect("a part")) && !damage.has("exits"));
        let state = found.state;
        assert_eq!(state.outbox.entries().len(), usize::from(!place.starts_with("/outbox")), "{place}");
        assert_eq!(state.endpoints.len(), if place.starts_with("/endpoints") { 1 } else { 2 }, "{place}");
        let tracks = if place == "/book/tracks" {
            0
        } else if place.starts_with("/book/tracks") {
            1
        } else {
            2
        };
        assert_eq!(state.book.open().len(), tracks, "{place}");
        assert!(dir.state_file().exists(), "it stays until the next commit");
        commit(&dir, &state);
        assert_eq!(read(&dir).damaged, None);
        assert!(damage.path.exists());
    }
}

#[test]
fn moves_a_damaged_state_aside_and_begins_anew() {
    let temp = tempfile::tempdir().expect("directory");
    let dir = open(temp.path());
    let cut = &encode(&sample()).expect("JSON")[..40];
    let damaged: [&[u8]; 6] = [b"", cut, &[0; 512], b"[]", b"{\"version\":0}", b"{\"endpoints\":{}}"];
    for (n, bytes) in damaged.into_iter().enumerate() {
        std::fs::write(dir.state_file(), bytes).expect("written");
        let damage = |path| Some(Damage { path, lost: None });
        assert_eq!(dir.peek(at(NOW)).expect("read").damaged, damage(dir.state_file()), "looking moves nothing");
        let locked = dir.lock(Duration::ZERO).expect("locked");
        assert!(matches!(locked.read(at(NOW)), Err(StoreError::Damaged { .. })), "only a rescue moves it");
        drop(locked);
        let found = read(&dir);
        let suffix = if n == 0 { String::new() } else { format!("-{}", n + 1) };
        let aside = temp.path().join(format!("state.json.corrupt-20261123T100000Z{suffix}"));
        assert_eq!(found, Read { damaged: damage(aside.clone()), ..Read::default() });
        assert_eq!(std::fs::read(&aside).expect("kept"), bytes);
        assert!(!dir.state_file().exists());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn survives_mutations(mutations in vec((0..4u8, any::<Index>(), any::<u8>()), 1..4)) {
        let mut bytes = GOLDEN.as_bytes().to_vec();
        for (kind, place, byte) in mutations {
            let place = place.index(bytes.len());
            match kind {
                0 => bytes[place] = byte,
                1 => bytes.truncate(place + 1),
                2 => bytes.insert(place, b"\"{}[]:,0-\x00\xff"[usize::from(byte) % 11]),
                _ => drop(bytes.drain(place + 1..(place + 1 + usize::from(byte)).min(bytes.len()).max(place + 1))),
            }
        }
        let temp = tempfile::tempdir().expect("directory");
        let dir = open(temp.path());
        std::fs::write(dir.state_file(), &bytes).expect("written");
        match dir.lock(Duration::ZERO).expect("locked").rescue(at(NOW)) {
            Ok(Read { damaged: Some(damage), .. }) => {
                prop_assert_eq!(std::fs::read(&damage.path).expect("kept"), bytes);
                prop_assert_eq!(dir.state_file().exists(), damage.lost.is_some());
            }
            Ok(Read { found, .. }) => prop_assert!(found, "silently empty"),
            Err(StoreError::NewerVersion { .. }) => prop_assert_eq!(std::fs::read(dir.state_file()).expect("kept"), bytes),
            Err(error) => prop_assert!(false, "{}", error),
        }
    }
}

#[test]
fn bounds_the_times_of_a_wrong_clock() {
    let temp = tempfile::tempdir().expect("directory");
    let dir = open(temp.path());
    commit(&dir, &sample());
    let early = at("2026-11-23T09:00:00Z");
    let state = dir.peek(early).expect("read").state;
    let health = &state.endpoints["vk/health"];
    assert_eq!((state.last_run_at, health.since), (Some(early), Some(early)));
    assert_eq!((health.started, health.ended), (Some(early), Some(early)));
    assert_eq!(health.slot_at, Some(at(NOW)), "a slot is only compared for being another one");
}

#[test]
fn a_failed_commit_leaves_the_old_state() {
    let temp = tempfile::tempdir().expect("directory");
    let dir = open(temp.path());
    commit(&dir, &sample());
    std::fs::create_dir(temp.path().join("state.json.tmp")).expect("made");
    let mut locked = dir.lock(Duration::ZERO).expect("locked");
    let said = locked.commit(&State::default()).expect_err("a directory is in the way").to_string();
    assert!(said.starts_with(&format!("state file {}: not written: ", dir.state_file().display())), "{said}");
    assert_eq!(locked.read(at(NOW)).expect("read"), sample());
}

#[test]
fn a_leftover_of_a_crash_is_no_obstacle() {
    let temp = tempfile::tempdir().expect("directory");
    let dir = open(temp.path());
    std::fs::write(temp.path().join("state.json.tmp"), "half a st").expect("written");
    commit(&dir, &sample());
    assert_eq!(names(temp.path()), ["lock", "state.json"]);
    assert_eq!(read(&dir).state, sample());
}

#[test]
fn root_leaves_files_to_the_directory_s_owner() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let temp = tempfile::tempdir().expect("directory");
    std::os::unix::fs::chown(temp.path(), Some(4321), Some(4322)).expect("given away");
    let dir = open(temp.path());
    commit(&dir, &sample());
    dir.write_tokens(b"{}").expect("written");
    for name in names(temp.path()) {
        let found = std::fs::metadata(temp.path().join(&name)).expect("there");
        assert_eq!((found.uid(), found.gid()), (4321, 4322), "{name}");
    }
}

#[test]
fn tokens_are_private_and_may_be_lost() {
    let temp = tempfile::tempdir().expect("directory");
    let dir = open(temp.path());
    let path = temp.path().join("tokens.json");
    assert_eq!(dir.read_tokens(), None);
    dir.write_tokens(b"secret").expect("written");
    assert_eq!((dir.read_tokens().as_deref(), mode(&path)), (Some(&b"secret"[..]), 0o600));
    std::fs::set_permissions(&path, Permissions::from_mode(0o644)).expect("opened up");
    assert!(dir.read_tokens().is_some());
    assert_eq!(mode(&path), 0o600, "closed on the way");
    std::fs::remove_file(&path).expect("removed");
    std::fs::create_dir(&path).expect("made");
    assert_eq!(dir.read_tokens(), None);
    let held = dir.lock(Duration::ZERO).expect("free");
    assert!(matches!(dir.write_tokens(b"x"), Err(StoreError::Busy { .. })));
    drop(held);
}
