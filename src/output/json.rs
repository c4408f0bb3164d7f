//! `-o json`: the report as one document.

use crate::model::RunReport;

/// One line of JSON with a newline at its end.
pub fn render(report: &RunReport) -> Vec<u8> {
    super::jsonl::line_of(report)
}

#[cfg(test)]
mod tests {
    use crate::model::{Reason, Verdict};
    use crate::output::sample::{failing, report};

    #[test]
    fn is_one_line_in_the_contract_s_order() {
        let results = vec![failing("vk", "health", Verdict::Down, Reason::Schema, &["\u{1b}[2J 150 is too much\n"])];
        let text = String::from_utf8(super::render(&report(results))).expect("UTF-8");
        insta::assert_snapshot!(text, @r#"{"v":1,"run":"01JDCZ3V5W8QK7M2N4P6R8T0XA","started_at":"2026-11-23T10:00:00.000Z","duration_ms":1312.0,"verdict":"down","exit_code":1,"exit_reasons":["down"],"summary":{"total":1,"up":0,"degraded":0,"down":1,"unknown":0,"skipped":0},"results":[{"channel":"vk","endpoint":"health","verdict":"down","reason":"schema","blame":"target","message":"\u001b[2J 150 is too much\n","problems":[{"kind":"schema","severity":"down","path":null,"message":"\u001b[2J 150 is too much\n"}],"method":"GET","url":"http://127.0.0.1:8767/health","final_url":null,"remote_addr":"127.0.0.1:8767","http_version":"1.1","status":200,"latency_ms":12.41,"phases":{"dns_ms":null,"connect_ms":null,"tls_ms":null,"ttfb_ms":null,"download_ms":null},"attempts":1,"redirects":0,"proxy":null,"bytes":212,"cert_days_left":null,"metrics":{"health_score":97,"queue":null},"evidence":{"body":"{\"status\":\"degraded\"}"},"suppressed_by":null,"maintenance":false,"verify":false}],"incidents":[],"alerts":[],"healing":[],"warnings":["vk/health: metric queue: no number at $.queue"]}"#);
        assert_eq!(text.find('\n'), Some(text.len() - 1));
    }
}
