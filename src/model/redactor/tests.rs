use super::finder::KNOWN;
use super::{MASK, Redactor, SHORTEST_GLOBAL, Set};
use base64::Engine as _;
use proptest::prelude::*;
use std::sync::Arc;

#[test]
fn masks_base64_wherever_in_it_the_value_stands() {
    let redactor = Redactor::new(["s3cr3t-t0ken"]);
    for before in ["", "x", "xy", "xyz", "other_user:"] {
        for after in ["", "z", ":zz"] {
            let text = format!("{before}s3cr3t-t0ken{after}");
            let encoded = base64::engine::general_purpose::STANDARD.encode(text);
            let shown = redactor.redact(&encoded).into_owned();
            assert!(shown.contains("***") && shown.len() < encoded.len() - 6, "{before}|{after}: {shown}");
        }
    }
    assert_eq!(redactor.redact("nothing of it"), "nothing of it");
}

#[test]
fn masks_every_form() {
    let redactor = Redactor::new(["s3cr/t \"ü+x"]);
    let seen = [
        "s3cr/t \"ü+x",
        "s3cr%2Ft%20%22%C3%BC%2Bx",
        "s3cr%2ft%20%22%c3%bc%2bx",
        "s3cr%2Ft+%22%C3%BC%2Bx",
        "s3cr/t \\\"ü+x",
        "s3cr\\/t \\\"ü+x",
        "s3cr/t \\\"\\u00fc+x",
        "czNjci90ICLDvCt4",
    ];
    for text in seen {
        assert_eq!(redactor.redact(&format!("a {text} b")), format!("a {MASK} b"), "{text}");
    }
}

#[test]
fn masks_any_mixture_of_escapes() {
    let redactor = Redactor::new(["s3/ü🚀\\\"x", "plain0token"]);
    for text in [
        r#"s3\/ü🚀\"x"#,
        r#"s3/ü🚀\\\"x"#,
        r#"s3/ü🚀\\\\\\\"x"#,
        r"s3%2F\u00fc\ud83d\ude00x".replace("ude00", "ude80").replace('x', r#"\\\"x"#).as_str(),
        r"s3%2f\\u00FC🚀%5C%22x",
        "s3%252F%25C3%25BC%25F0%259F%259A%2580%255C%2522x",
        r"\u00733/ü🚀\\\u0022x",
        "pl%61in0token",
        r"plain0\\u0074oken",
        r"plain\u0030token",
    ] {
        assert_eq!(redactor.redact(&format!("a%20\\\" {text}\\\" b")), format!("a%20\\\" {MASK}\\\" b"), "{text}");
    }
    for text in [r"a\", "%", "%4", "%zz", r"\u", r"\u12", r"\ud83d", r"\\\", "100 % of \\u00fc"] {
        assert_eq!(redactor.redact(text), text, "no secret");
    }
}

/// A long value of what needs escapes.
fn numbered(count: usize) -> String {
    (0..count).flat_map(|number| [number.to_string(), "/\"".to_owned()]).collect()
}

#[test]
fn many_and_long_secrets_are_masked_in_mixed_escapes_too() {
    let long = numbered(20_000);
    let many: Vec<String> = (0..2_000).map(|number| format!("s3cr/t\"ü{number:04}")).collect();
    let redactor = Redactor::new(many.iter().map(String::as_str).chain([long.as_str()]));
    for secret in [&many[0], &many[1_999], &long] {
        let mixed = secret.replacen('/', "%2F", 1).replace('"', "\\\\\\\"");
        assert_eq!(redactor.redact(&format!("a {mixed} b")), format!("a {MASK} b"));
    }
}

/// Memory, because it is the same on every machine; the time to build follows it.
#[test]
fn a_long_secret_takes_no_automaton_of_its_size() {
    let kilobytes = |redactor: &Redactor| {
        redactor.sets.iter().filter_map(|set| set.finder.as_ref()).map(|finder| finder.memory() >> 10).sum::<usize>()
    };
    let far = format!("{}ü", "b".repeat((1 << 16) - 2));
    for secret in ["a".repeat(1 << 16), "ab".repeat(1 << 15), "\u{1}".repeat(1 << 14), far, numbered(10_000)] {
        let redactor = Redactor::new([secret.as_str()]);
        assert!(kilobytes(&redactor) < 1_024, "{} KiB", kilobytes(&redactor));
        let json = serde_json::Value::from(secret.as_str()).to_string();
        let base64 = base64::engine::general_purpose::STANDARD.encode(&secret);
        for shape in [secret.as_str(), &json[1..json.len() - 1], base64.as_str()] {
            assert_eq!(redactor.redact(&format!("<{shape}>")), format!("<{MASK}>"));
        }
        let cut = &secret[..secret.floor_char_boundary(secret.len() - 2)];
        assert_eq!(redactor.redact(cut), cut, "not the whole secret");
    }
}

#[test]
fn long_secrets_are_told_apart_behind_their_common_beginning() {
    let common = "x".repeat(KNOWN);
    let (one, other, inside) = (format!("{common}-one"), format!("{common}-other"), "xxx-o");
    let redactor = Redactor::new([one.as_str(), other.as_str(), common.as_str(), inside]);
    assert_eq!(redactor.redact(&format!("<{one}> <{other}>")), "<***> <***>");
    assert_eq!(redactor.redact(&format!("<x{other}>")), "<***>", "the beginning stands a byte earlier, too");
    assert_eq!(redactor.redact("<xxx-other>"), "<***ther>");
    let redactor = Redactor::new([one.as_str(), other.as_str()]);
    assert_eq!(redactor.redact(&format!("<{common}-on {one}xx{other}>")), format!("<{common}-on ***xx***>"));
}

#[test]
fn without_its_finder_everything_is_a_secret() {
    let blind = Set { forms: vec!["abcd".to_owned()], finder: None, longest: 4 };
    let redactor = Redactor { sets: vec![Arc::new(blind)] };
    assert_eq!(redactor.redact("anything"), MASK);
    assert_eq!(redactor.and(["s3cr3t"]).redact("anything"), MASK);
    assert_eq!(redactor.redact(""), "");
}

#[test]
fn further_values_are_masked_beside_the_first() {
    let redactor = Redactor::new(["s3cr3t"]).and(["t-t0ken"]);
    assert_eq!(redactor.redact("s3cr3t, t-t0ken, s3cr3t-t0ken"), "***, ***, ***");
}

#[test]
fn no_half_of_a_secret_stands_at_a_cut() {
    let secret = "s3cr3t/0123456789";
    let redactor = Redactor::new([secret]);
    for shape in [secret, "s3cr3t%2F0123456789", r"s3cr3t\/0123456789"] {
        for at in 0..=shape.len() {
            let tail = redactor.end(&format!("{shape}{}", "x".repeat(30)), 30 + at);
            assert_eq!(tail, format!("{}{}", if at == 0 { "" } else { MASK }, "x".repeat(30)), "{shape} at {at}");
        }
    }
    assert!(redactor.reach() >= secret.len());
    for at in 4..secret.len() {
        assert_eq!(redactor.redact_piece(&format!("HTTP {}", &secret[..at])), "HTTP ***");
    }
    assert_eq!(redactor.redact_piece("HTTP s3c"), "HTTP s3c");
}

#[test]
fn leaves_short_values_to_their_place() {
    assert_eq!(Redactor::new(["1", "ok"]).redact("ok 1"), "ok 1");
}

proptest! {
    #[test]
    fn no_secret_survives(secret in "[ -~]{4,24}", before in "[ -~]{0,40}", after in "[ -~]{0,40}") {
        prop_assume!(!secret.contains('*') && secret.len() >= SHORTEST_GLOBAL);
        let redactor = Redactor::new([secret.as_str()]);
        let masked = redactor.redact(&format!("{before}{secret}{after}")).into_owned();
        prop_assert!(!masked.contains(&secret));
    }

    #[test]
    fn every_text_can_be_looked_through(text in "([a-c/ü🚀%\\\\u\"0-9]|%C3|\\\\u00fc){0,40}", cut in 0..60_usize) {
        let redactor = Redactor::new(["ab/cü", "ü🚀ab"]);
        for range in redactor.find(&text) {
            prop_assert!(text.is_char_boundary(range.start) && text.is_char_boundary(range.end));
        }
        redactor.redact(&text);
        redactor.redact_piece(&text);
        redactor.end(&text, cut);
    }
}
