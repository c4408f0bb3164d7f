use super::{Record, Verdict, own_form};
use crate::model::Reason;
use jiff::Timestamp;
use proptest::prelude::*;

const LINE: &str = r#"{"v":1,"ts":"2026-11-23T10:00:00.123Z","run":"01JDC","channel":"vk","endpoint":"health","verdict":"down","reason":"schema","blame":"target","message":"$.a: \"x\" is wrong","problems":[{"kind":"schema","severity":"down","path":"$.a}]","message":"m"}],"method":"GET","url":"http://h/","status":200,"latency_ms":12.41,"phases":{"dns_ms":0.1,"tls_ms":null},"metrics":{"queue":null,"health_score":150},"evidence":{"body":"{\"a\":\"x\"}"},"suppressed_by":null,"maintenance":false,"verify":false}"#;

#[test]
fn reads_what_statistics_need() {
    let record = Record::parse(LINE.as_bytes()).expect("a record");
    assert_eq!(record.at, "2026-11-23T10:00:00.123Z".parse::<Timestamp>().expect("a time"));
    assert_eq!((&*record.channel, &*record.endpoint), ("vk", "health"));
    assert_eq!((record.verdict, record.reason), (Verdict::Down, Some(Reason::Schema)));
    assert_eq!((record.status, record.latency_ms, record.maintenance), (Some(200), Some(12.41), false));
    assert_eq!(record.message().as_deref(), Some("$.a: \"x\" is wrong"));
    assert_eq!(record.metric("health_score"), Some(150.0));
    assert_eq!(record.metric("queue"), None);
    assert_eq!(record.evidence().as_deref(), Some("{\"a\":\"x\"}"));
}

#[test]
fn takes_a_carriage_return_and_spaces() {
    assert!(Record::parse(format!("  {LINE}\r\n").as_bytes()).is_some());
    assert!(Record::parse(LINE.replace(',', " , ").replace("\":", "\" : ").as_bytes()).is_some());
}

#[test]
fn takes_fields_and_reasons_of_a_later_release() {
    let newer = LINE.replace("\"schema\",\"blame\"", "\"haunted\",\"new\":[{}],\"blame\"");
    assert_eq!(Record::parse(newer.as_bytes()).expect("a record").reason, None);
}

#[test]
fn takes_any_rfc_3339_time() {
    let later = LINE.replace("2026-11-23T10:00:00.123Z", "2026-11-23T13:00:00.123456+03:00");
    let at = Record::parse(later.as_bytes()).expect("a record").at;
    assert_eq!(at, "2026-11-23T10:00:00.123456Z".parse::<Timestamp>().expect("a time"));
}

#[test]
fn refuses_what_is_no_record() {
    let cases = [
        String::new(),
        "{}".to_owned(),
        "null".to_owned(),
        "\0\0\0".to_owned(),
        LINE[..LINE.len() - 1].to_owned(),
        format!("{LINE}{LINE}"),
        format!("{}{LINE}", &LINE[..90]),
        LINE.replace("\"ts\":\"2026", "\"ts\":\"yesterday 2026"),
        LINE.replace("\"down\",\"reason\"", "\"ill\",\"reason\""),
        LINE.replace("\"channel\":\"vk\",", ""),
        LINE.replace("\"status\":200", "\"status\":oops"),
        LINE.replace("\"status\":200", "\"status\""),
        LINE.replace("\"status\":200,", "\"status\":200 "),
    ];
    for line in cases {
        assert_eq!(Record::parse(line.as_bytes()), None, "{line}");
    }
    assert_eq!(Record::parse(b"{\"ts\":\"\xff\"}"), None);
}

proptest! {
    #[test]
    fn the_short_way_and_the_general_parser_agree(ms in 0_i64..4_102_444_800_000) {
        let at = Timestamp::from_millisecond(ms).expect("in range");
        let text = crate::model::result::stamp(at);
        prop_assert_eq!(own_form(text.as_bytes()).unwrap_or(at), at);
        let line = LINE.replace("2026-11-23T10:00:00.123Z", &text);
        prop_assert_eq!(Record::parse(line.as_bytes()).map(|record| record.at), Some(at));
    }

    #[test]
    fn no_bytes_make_it_panic(at in 0..LINE.len(), junk in proptest::collection::vec(any::<u8>(), 0..8)) {
        let mut bytes = LINE.as_bytes().to_vec();
        bytes.splice(at..at, junk);
        let _ = Record::parse(&bytes).map(|record| (record.message(), record.evidence(), record.metric("x")));
        let _ = Record::parse(&bytes[..at]);
    }

    #[test]
    fn any_text_survives(message in any::<String>(), name in "[a-z]{1,8}|[^/]{1,8}") {
        let line = serde_json::json!({"ts": "2026-11-23T10:00:00Z", "channel": name, "endpoint": name, "verdict": "up",
            "message": message, "evidence": {"body": message}}).to_string();
        let record = Record::parse(line.as_bytes()).expect("a record");
        prop_assert_eq!(record.message(), Some(message.clone()));
        prop_assert_eq!(record.evidence(), Some(message));
        prop_assert_eq!(&*record.endpoint, name.as_str());
    }
}
