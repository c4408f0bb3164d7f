use super::{Ending, Job, Outcome, run};
use crate::model::Redactor;
use std::future::{pending, ready};
use std::time::{Duration, Instant};

const LONG: Duration = Duration::from_mins(1);

fn env() -> Vec<(String, String)> {
    vec![("PATH".to_owned(), "/usr/local/bin:/usr/bin:/bin".to_owned()), ("CANARY_X".to_owned(), "x y".to_owned())]
}

async fn sh(script: &str, stdin: Option<&[u8]>, timeout: Duration) -> Outcome {
    let argv = ["sh", "-c", script].map(str::to_owned);
    run(
        &Job { argv: &argv, env: &env(), stdin, timeout, grace: super::GRACE, redactor: &Redactor::default() },
        pending(),
    )
    .await
}

#[tokio::test]
async fn gives_input_and_environment_and_keeps_output() {
    let done = sh("cat; echo \"$CANARY_X\" >&2; exit 7", Some(b"in "), LONG).await;
    assert_eq!(done.ending, Ending::Exit(7));
    assert!(matches!(done.tail.as_str(), "in x y\n" | "x y\nin "), "two pipes, in either order: {}", done.tail);
    let done = sh("env | grep -c HOME", None, LONG).await;
    assert_eq!(done.tail, "0\n");
}

#[tokio::test]
async fn input_that_nobody_reads_harms_nothing() {
    let done = sh("exit 0", Some(&vec![b'x'; 1 << 20]), LONG).await;
    assert_eq!(done.ending, Ending::Exit(0));
}

#[tokio::test]
async fn keeps_only_the_end_of_much_output() {
    let done = sh("head -c 50000000 /dev/zero | tr '\\0' a; echo end", None, LONG).await;
    assert_eq!(done.ending, Ending::Exit(0));
    assert_eq!(done.tail.len(), 16 * 1024);
    assert!(done.tail.ends_with("aend\n"));
}

#[tokio::test]
async fn of_a_secret_at_the_cut_no_half_is_kept() {
    let secret = "s3cr3t-".repeat(20);
    let redactor = Redactor::new([secret.as_str()]);
    for rest in [1, 70, 139] {
        let script = format!(
            "head -c 40000 /dev/zero | tr '\\0' a; printf {secret}; head -c {} /dev/zero | tr '\\0' b",
            16 * 1024 - rest
        );
        let argv = ["sh", "-c", &script].map(str::to_owned);
        let job =
            Job { argv: &argv, env: &env(), stdin: None, timeout: LONG, grace: super::GRACE, redactor: &redactor };
        let tail = run(&job, pending()).await.tail;
        assert_eq!(tail.trim_end_matches('b'), "***", "{rest} bytes of it are behind the cut");
    }
}

#[tokio::test]
async fn a_daemon_with_the_pipe_does_not_hold_it_up() {
    let began = Instant::now();
    let done = sh("sleep 30 & echo $!", None, LONG).await;
    assert_eq!(done.ending, Ending::Exit(0));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    let daemon = rustix::process::Pid::from_raw(done.tail.trim().parse().unwrap()).unwrap();
    rustix::process::kill_process(daemon, rustix::process::Signal::KILL).unwrap();
}

#[tokio::test]
async fn ends_the_whole_group() {
    let done = sh("trap 'echo bye; exit 0' TERM; sleep 30 & echo $!; wait", None, Duration::from_millis(300)).await;
    assert_eq!(done.ending, Ending::TimedOut);
    let mut lines = done.tail.lines();
    let child = rustix::process::Pid::from_raw(lines.next().unwrap().parse().unwrap()).unwrap();
    assert_eq!(lines.next(), Some("bye"));
    // orphans are reaped by init, which may take a moment
    let gone = async {
        while rustix::process::test_kill_process(child).is_ok_and(|()| !is_zombie(child)) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), gone).await.unwrap();
}

fn is_zombie(pid: rustix::process::Pid) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).unwrap_or_default();
    stat.contains(") Z ")
}

#[tokio::test]
async fn kills_what_ignores_term() {
    let began = Instant::now();
    let done = sh("trap '' TERM; while :; do sleep 1; done", None, Duration::from_millis(200)).await;
    assert_eq!(done.ending, Ending::TimedOut);
    assert!(began.elapsed() >= super::GRACE && began.elapsed() < Duration::from_secs(9), "{:?}", began.elapsed());
}

#[tokio::test]
async fn stops_when_told_and_says_why_it_did_not_start() {
    let argv = ["sleep".to_owned(), "30".to_owned()];
    let job = Job {
        argv: &argv,
        env: &env(),
        stdin: None,
        timeout: LONG,
        grace: super::GRACE,
        redactor: &Redactor::default(),
    };
    assert_eq!(run(&job, ready(())).await.ending, Ending::Stopped);
    let argv = ["/no/such/program".to_owned()];
    let Ending::NotStarted(why) = run(&Job { argv: &argv, ..job }, pending()).await.ending else { panic!("started") };
    assert!(why.contains("/no/such/program") && why.contains("there is no such file"), "{why}");
    assert!(matches!(sh("kill -9 $$", None, LONG).await.ending, Ending::Signal(9)));
}

#[tokio::test]
async fn uses_no_shell_whatever_the_file_is() {
    let dir = tempfile::tempdir().unwrap();
    let script = dir.path().join("heal");
    std::fs::write(&script, "echo from a shell\n").unwrap();
    let mode = |mode| std::fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    let path = dir.path().to_str().unwrap().to_owned();
    let env = [("PATH".to_owned(), path.clone())];
    for (mode_of, program, words) in [
        (0o755, "heal".to_owned(), "names no interpreter"),
        (0o755, format!("{path}/heal"), "names no interpreter"),
        (0o644, "heal".to_owned(), "not found in PATH"),
        (0o644, format!("{path}/heal"), "Permission denied"),
        (0o755, format!("{path}/$(id)"), "there is no such file"),
    ] {
        mode(mode_of);
        let argv = [program.clone()];
        let job = Job {
            argv: &argv,
            env: &env,
            stdin: None,
            timeout: LONG,
            grace: super::GRACE,
            redactor: &Redactor::default(),
        };
        let done = run(&job, pending()).await;
        let Ending::NotStarted(why) = &done.ending else { panic!("{program} was started: {done:?}") };
        assert!(why.contains(words), "{program}: {why}");
    }
    let argv = ["printf".to_owned(), "%s|".to_owned(), "a b".to_owned(), "\"$(id)\"".to_owned()];
    let job =
        Job { argv: &argv, env: &[], stdin: None, timeout: LONG, grace: super::GRACE, redactor: &Redactor::default() };
    assert_eq!(run(&job, pending()).await.tail, "a b|\"$(id)\"|");
}
