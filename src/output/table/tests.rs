use super::{Style, render};
use crate::model::{Blame, ProbeResult, Reason, RunReport, Verdict};
use crate::output::sample::{self, at, failing, id, report, silent, up};
use proptest::prelude::*;

fn plain(report: &RunReport, width: usize) -> String {
    render(report, Style { width, colour: false })
}

fn skipped(endpoint: &str, why: &str) -> ProbeResult {
    ProbeResult::skipped(id("vk", endpoint), at("2026-11-23T10:00:00Z"), why)
}

/// Columns on a terminal, near enough: our signs are narrow, the wide characters of these tests are two columns.
fn columns(line: &str) -> usize {
    line.chars().map(|c| if c.is_ascii() || "✓✗…".contains(c) { 1 } else { 2 }).sum()
}

#[test]
fn at_80_columns() {
    insta::assert_snapshot!(plain(&sample::night(), 80), @"
    VERDICT     ENDPOINT             STATUS  LATENCY
    ✓ up        whatsapp/health         200     12ms
    ✓ up        whatsapp/extended       200     12ms

    ! degraded  telegram/health         200    1.24s
        latency: 1.24s is more than 1s
    ✓ up        telegram/extended       200    0.4ms
        after 2 attempts

    ✗ down      vk/health               200     12ms
        schema: $.health_score: 150 is greater than the maximum of 100 (+2 more)
    ✗ down      vk/extended             503     12ms
        status: 503 Service Unavailable instead of 2xx (vk/health is down)

    ✗ down      max/health
        connect: connection refused 127.0.0.1:8768
    ? unknown   max/files
        local: this machine has no file descriptor left (limit 64) (not the target's
        fault: local)

    ✗ down      avito/api.messenger
        timeout: no response header within 10s, after 2 attempts

    3 skipped: not configured 2, disabled 1
    4 down, 1 unknown, 1 degraded, 3 up, 3 skipped in 1.31s
    ");
}

#[test]
fn at_200_columns() {
    insta::assert_snapshot!(plain(&sample::night(), 200), @r"
    VERDICT     ENDPOINT             STATUS  LATENCY  DETAIL
    ✓ up        whatsapp/health         200     12ms
    ✓ up        whatsapp/extended       200     12ms

    ! degraded  telegram/health         200    1.24s  latency: 1.24s is more than 1s
    ✓ up        telegram/extended       200    0.4ms  after 2 attempts

    ✗ down      vk/health               200     12ms  schema: $.health_score: 150 is greater than the maximum of 100 (+2 more)
    ✗ down      vk/extended             503     12ms  status: 503 Service Unavailable instead of 2xx (vk/health is down)

    ✗ down      max/health                            connect: connection refused 127.0.0.1:8768
    ? unknown   max/files                             local: this machine has no file descriptor left (limit 64) (not the target's fault: local)

    ✗ down      avito/api.messenger                   timeout: no response header within 10s, after 2 attempts

    3 skipped: not configured 2, disabled 1
    4 down, 1 unknown, 1 degraded, 3 up, 3 skipped in 1.31s
    ");
}

#[test]
fn at_60_columns() {
    insta::assert_snapshot!(plain(&sample::night(), 60), @"
    VERDICT     ENDPOINT
    ✓ up        whatsapp/health
    ✓ up        whatsapp/extended

    ! degraded  telegram/health
        latency: 1.24s is more than 1s
    ✓ up        telegram/extended
        after 2 attempts

    ✗ down      vk/health
        schema: $.health_score: 150 is greater than the maximum
        of 100 (+2 more)
    ✗ down      vk/extended
        status: 503 Service Unavailable instead of 2xx
        (vk/health is down)

    ✗ down      max/health
        connect: connection refused 127.0.0.1:8768
    ? unknown   max/files
        local: this machine has no file descriptor left (limit
        64) (not the target's fault: local)

    ✗ down      avito/api.messenger
        timeout: no response header within 10s, after 2 attempts

    3 skipped: not configured 2, disabled 1
    4 down, 1 unknown, 1 degraded, 3 up, 3 skipped in 1.31s
    ");
}

#[test]
fn at_20_columns() {
    insta::assert_snapshot!(plain(&sample::night(), 20), @r"
    ✓ whatsapp/health
    ✓ whatsapp/extended

    ! telegram/health:
      latency: 1.24s is
      more than 1s
    ✓ telegram/extended:
      after 2 attempts

    ✗ vk/health: schema:
      $.health_score:
      150 is greater
      than the max…
      (+2 more)
    ✗ vk/extended:
      status: 503
      Service
      Unavailable
      instead of…
      (vk/health is
      down)

    ✗ max/health:
      connect:
      connection refused
      127.0.0.1:8768
    ? max/files: local:
      this machine has
      no fil… (not the
      target's fault:
      local)

    ✗ avito/api.messenge
      r: timeout: no
      response header
      within 10s, after
      2 attempts

    3 skipped:
      not configured 2,
      disabled 1
    4 down, 1 unknown,
      1 degraded, 3 up,
      3 skipped in 1.31s
    ");
}

#[test]
fn in_colour_the_text_is_the_same() {
    let sgr = regex::Regex::new("\x1b\\[[0-9;]*m").expect("a regex");
    for width in [20, 40, 60, 80, 200] {
        let coloured = render(&sample::night(), Style { width, colour: true });
        let stripped = sgr.replace_all(&coloured, "");
        assert!(coloured.len() > stripped.len() && !stripped.contains('\x1b'), "{stripped:?}");
        assert_eq!(stripped, plain(&sample::night(), width));
    }
    let coloured = render(&sample::night(), Style { width: 80, colour: true });
    for words in
        ["\x1b[32m✓ up\x1b[0m ", "\x1b[33m! degraded\x1b[0m ", "\x1b[31;1m✗ down\x1b[0m ", "\x1b[35m? unknown\x1b[0m "]
    {
        assert!(coloured.contains(words), "{coloured}");
    }
}

#[test]
fn nothing_but_skipped_says_why() {
    let report =
        report(vec![skipped("a", "disabled"), skipped("b", "not configured: auth.bearer: ${VK_TOKEN} is empty")]);
    insta::assert_snapshot!(plain(&report, 80), @"
    VERDICT    ENDPOINT  STATUS  LATENCY
    - skipped  vk/a
        disabled
    - skipped  vk/b
        not configured: auth.bearer: ${VK_TOKEN} is empty

    2 skipped in 1.31s
    ");
}

#[test]
fn healing_is_told_above_the_summary() {
    let report = crate::model::RunReport { healing: sample::healing(), ..report(vec![up("vk", "health")]) };
    let action = r"(systemctl restart mcp-vk\x1b[2J)";
    let text = plain(&report, 200);
    let told: Vec<&str> = text.lines().skip(3).collect();
    assert_eq!(
        told,
        [
            format!("healed: vk/health by attempt 2 of 10 {action}").as_str(),
            &format!("not healed: vk/api is down after attempt 2 of 10 {action}: exit 1: unit not found"),
            &format!(
                "tried: vk/extended: attempt 2 of 10 {action}: took longer than 30s and was ended, not looked at again"
            ),
            "1 up in 1.31s",
        ]
    );
    for width in [16, 20, 60, 80] {
        assert!(plain(&report, width).lines().all(|line| columns(line) <= width), "{}", plain(&report, width));
    }
}

#[test]
fn who_is_given_up_is_said_every_time() {
    let given_up = |id| crate::model::GivenUp { endpoint: id, attempts: 2 };
    let given_up = (0..25).map(|n| given_up(id("vk", &format!("e{n}")))).collect();
    let report = crate::model::RunReport { given_up, ..report(vec![up("vk", "health")]) };
    let text = plain(&report, 120);
    assert!(text.contains("\ngiven up: vk/e19 after 2 attempts; once mended: canary heal reset vk/e19\n"), "{text}");
    assert!(text.contains("\ngiven up: 5 more; canary heal list\n"), "{text}");
    assert!(plain(&report, 50).lines().all(|line| columns(line) <= 50));
}

#[test]
fn nothing_due_is_one_line_and_what_was_skipped() {
    let results = vec![skipped("a", "not due"), skipped("b", "not due"), skipped("c", "disabled")];
    assert_eq!(plain(&report(results), 80), "nothing is due\n3 skipped: not due 2, disabled 1\n");
}

#[test]
fn nothing_at_all() {
    assert_eq!(plain(&report(Vec::new()), 80), "0 endpoints in 1.31s\n");
}

#[test]
fn causes_of_skipping_are_counted_the_commonest_first() {
    let mut results = vec![up("vk", "health")];
    results.extend([skipped("a", "disabled"), skipped("b", "not due"), skipped("c", "not due"), skipped("d", "e: f")]);
    let text = plain(&report(results), 80);
    assert!(text.ends_with("\n4 skipped: not due 2, disabled 1, e 1\n1 up, 4 skipped in 1.31s\n"), "{text}");
    let many = (0..9).map(|n| skipped(&format!("e{n}"), &format!("cause {n}"))).chain([up("vk", "health")]).collect();
    let text = plain(&report(many), 80);
    assert!(text.contains("9 skipped: cause 0 1, cause 1 1, cause 2 1, cause 3 1, other 5\n"), "{text}");
}

#[test]
fn what_fails_is_named_again_below_a_long_table() {
    let mut results: Vec<_> = (0..30).map(|n| up("vk", &format!("e{n}"))).collect();
    results.insert(3, silent("vk", "dark", Verdict::Down, Reason::Connect, "connection refused"));
    results.insert(9, silent("vk", "grey", Verdict::Unknown, Reason::Local, "no descriptors"));
    let text = plain(&report(results), 80);
    assert!(text.ends_with("\nunknown: vk/grey\ndown: vk/dark\n1 down, 1 unknown, 30 up in 1.31s\n"), "{text}");
    let all = (0..50).map(|n| silent("vk", &format!("e{n}"), Verdict::Down, Reason::Connect, "refused")).collect();
    let text = plain(&report(all), 80);
    assert!(text.contains("vk/e19, and 30 more\n50 down in"), "{text}");
}

#[test]
fn single_endpoints_of_many_channels_stand_close() {
    let text = plain(&report(vec![up("a", "x"), up("b", "x"), up("c", "x"), up("c", "y"), up("d", "x")]), 80);
    let channels: String = text.lines().skip(1).map(|line| line.chars().nth(9).unwrap_or('-')).take(7).collect();
    assert_eq!(channels, "ab-cc-d", "{text}");
}

#[test]
fn blame_names_the_guilty_when_it_is_known() {
    let mut result = silent("vk", "api", Verdict::Unknown, Reason::Proxy, "no exit left");
    for (blame, words) in [
        (Some(Blame::Exit), "proxy: no exit left (not the target's fault: exit)"),
        (None, "proxy: no exit left (not the target's fault)"),
    ] {
        result.blame = blame;
        let text = plain(&report(vec![result.clone()]), 200);
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn long_messages_end_before_they_fill_the_screen() {
    let long = "word ".repeat(400);
    for width in [20, 40, 60, 80] {
        let messages = [long.as_str(), "another"];
        let text = plain(&report(vec![failing("vk", "health", Verdict::Down, Reason::Body, &messages)]), width);
        assert!(text.lines().count() <= 9, "{text}");
        assert!(text.contains('…') && text.contains("+1"), "{text}");
    }
}

#[test]
fn wide_characters_do_not_break_the_lines() {
    let cjk = "服务不可用请稍后再试".repeat(12);
    let results = vec![
        failing("vk", "服务健康检查", Verdict::Down, Reason::Body, &[&cjk]),
        failing("vk", "🚀🚀🚀", Verdict::Degraded, Reason::Json, &["🚀 ".repeat(50).as_str()]),
    ];
    for width in [16, 20, 33, 44, 60, 72, 80, 200] {
        let text = plain(&report(results.clone()), width);
        assert!(text.lines().all(|line| columns(line) <= width), "{width}\n{text}");
    }
}

proptest! {
    #[test]
    fn no_remote_text_reaches_the_terminal_as_it_is(
        message in any::<String>(), name in any::<String>(), width in 0..250usize, verdict in 0..5usize, colour: bool,
    ) {
        let hostile = format!("\u{1b}[2J{message}\u{9b}31m\r\u{202e}");
        let mut result = failing("vk", &format!("\u{1b}]0;{name}\u{7}"), Verdict::ALL[verdict], Reason::Body, &[&hostile]);
        result.suppressed_by = Some(id("vk", &hostile));
        let text = render(&report(vec![result, skipped("x", &hostile)]), Style { width, colour });
        let ours = regex::Regex::new("\x1b\\[(0|2|31;1|32|33|35)m").expect("a regex");
        let rest = ours.replace_all(&text, "");
        prop_assert!(!rest.chars().any(|c| c.is_control() && c != '\n'), "{:?}", rest);
        prop_assert!(!rest.contains('\u{202e}'), "reordered");
        if !colour {
            prop_assert_eq!(&rest, &text);
        }
    }

    #[test]
    fn no_line_is_too_long_or_ends_in_a_space(message in "[ -~]{0,400}", name in "[!-~]{1,90}", width in 0..250usize) {
        let results = vec![failing("vk", &name, Verdict::Down, Reason::Body, &[&message]), up("vk", &name), up("max", "x")];
        let text = plain(&report(results), width);
        for line in text.lines() {
            prop_assert!(line.chars().count() <= width.max(16), "{}\n{}", width, text);
            prop_assert!(!line.ends_with(' '));
        }
    }
}
