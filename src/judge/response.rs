//! A whole response against every check of `expect` and `warn`.

use super::problems::{Problems, Words};
use super::rules::{Checks, Rules};
use super::say::Say;
use super::{Judgement, body, cert, charset, evidence, header, json, jsonpath, latency, metrics, schema, status};
use crate::model::{Blame, Reason, Redactor, Response, Severity, Verdict};
use http::header::CONTENT_TYPE;
use jiff::Timestamp;
use serde_json::Value;

/// Judges a response.
pub(super) fn judge(response: &Response, rules: &Rules, redactor: &Redactor, now: Timestamp) -> Judgement {
    let content_type = response.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let mut warnings = Vec::new();
    let mut notes = Vec::new();
    let needed = needs_json(&rules.expect) || needs_json(&rules.warn);
    let document = (needed || !rules.metrics.is_empty()).then(|| read(response, content_type));
    if let Some(Ok(parsed)) = &document {
        if parsed.bom {
            notes.push("ignored a byte order mark before the JSON".to_owned());
        }
        let say = Say::new(redactor);
        warnings.extend(parsed.duplicates.iter().map(|key| {
            let key = say.quoted(key);
            format!("the JSON has the key {key} more than once in one object; the last one counts")
        }));
    }

    let mut problems = Problems::new(redactor);
    let text = std::cell::OnceCell::new();
    let text = || &**text.get_or_init(|| charset::decode(&response.body, content_type));
    let mut reported = false;
    for (checks, severity) in [(&rules.expect, Severity::Down), (&rules.warn, Severity::Degraded)] {
        status::check(response, &checks.status, severity, &mut problems);
        match document.as_ref().filter(|_| needs_json(checks)) {
            Some(Ok(parsed)) => json_checks(&parsed.value, checks, severity, now, &mut problems),
            Some(Err(words)) if !reported => {
                reported = true;
                problems.push(Reason::Json, severity, |_| Words::new(words.clone()));
            }
            Some(Err(_)) | None => {}
        }
        for one in &checks.headers {
            header::check(&response.headers, one, severity, &mut problems);
        }
        if body::is_asked(&checks.body) {
            body::check(text(), &checks.body, severity, &mut problems);
        }
        if let Some(most) = checks.latency {
            latency::check((response.trace.elapsed, response.trace.stalled), most, severity, &mut problems);
        }
        if let (Some(wanted), Some(one)) = (checks.cert, &response.trace.cert) {
            cert::check(one, wanted, severity, now, &mut problems);
        }
    }

    let mut without = Vec::new();
    let metrics = match &document {
        Some(Ok(parsed)) => metrics::read(&parsed.value, rules, Say::new(redactor), &mut without),
        Some(Err(words)) if !rules.metrics.is_empty() => {
            let names: Vec<&str> = rules.metrics.keys().map(String::as_str).collect();
            without.push(Say::new(redactor).message(&format!("metric {}: {words}", names.join(", "))));
            metrics::none(rules)
        }
        Some(Err(_)) | None => metrics::none(rules),
    };
    let problems = problems.finish();
    let verdict = match problems.iter().map(|problem| problem.severity).next() {
        None => Verdict::Up,
        Some(Severity::Degraded) => Verdict::Degraded,
        Some(Severity::Down) => Verdict::Down,
        Some(Severity::Unknown) => Verdict::Unknown,
    };
    match verdict {
        Verdict::Up | Verdict::Degraded | Verdict::Skipped => warnings.append(&mut without),
        // An answer that is wrong as a whole has no numbers either: that is no news.
        Verdict::Unknown | Verdict::Down => notes.append(&mut without),
    }
    let failed = verdict != Verdict::Up;
    Judgement {
        verdict,
        reason: problems.first().map(|problem| problem.kind),
        blame: failed.then_some(Blame::Target),
        message: problems.first().map(|problem| problem.message.clone()),
        problems,
        metrics,
        warnings,
        notes,
        evidence: if failed && rules.capture { evidence::of(&response.body, content_type, redactor) } else { None },
        cert_days_left: None,
    }
}

fn needs_json(checks: &Checks) -> bool {
    checks.schema.is_some() || !checks.json.is_empty()
}

fn json_checks(root: &Value, checks: &Checks, severity: Severity, now: Timestamp, problems: &mut Problems<'_>) {
    if let Some(one) = &checks.schema {
        schema::check(root, one, severity, problems);
    }
    for one in &checks.json {
        jsonpath::check(root, one, severity, now, problems);
    }
}

/// The body as JSON, or what to say about it instead.
fn read(response: &Response, content_type: Option<&str>) -> Result<json::Parsed, String> {
    if response.body.is_empty() {
        return Err(format!("no body ({})", response.status));
    }
    json::parse(&response.body).map_err(|words| {
        let html = content_type.is_some_and(|kind| kind.to_ascii_lowercase().contains("html"));
        let start = response.body.trim_ascii_start();
        let tag = |name: &str| start.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()));
        if html || tag("<!doctype html") || tag("<html") { format!("HTML, not JSON ({words})") } else { words }
    })
}
