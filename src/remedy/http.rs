//! `run: {http: …}`: what the answer means. The request itself is carried as a probe's is, never along a redirect.

use super::Done;
use crate::config::settings::{Endpoint, Request, Tls, Transport};
use crate::heal::Outcome;
use crate::model::{FailureKind, Observation, Redactor};
use crate::text::escape::shorten;
use crate::text::origin;

/// The most of an answer that is kept.
const KEPT: usize = 16 * 1024;
/// Characters of an answer that stand in the message.
const FIRST: usize = 120;

/// How the request is carried: as the endpoint's, with its TLS settings only where it goes to the same origin.
pub fn transport(endpoint: &Endpoint, request: &Request) -> Transport {
    let same = origin::same(&endpoint.request.url, &request.url);
    let tls = if same { endpoint.transport.tls.clone() } else { Tls::default() };
    Transport { tls, max_redirects: 0, ..endpoint.transport.clone() }
}

/// What came of the request: yes is a 2xx.
pub fn answered(seen: &Observation, redactor: &Redactor) -> Done {
    match seen {
        Observation::Response(response) => {
            let output = redactor.end(&String::from_utf8_lossy(&response.body), KEPT);
            let line = output.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
            let said = if line.is_empty() { String::new() } else { format!(": {}", shorten(line, FIRST)) };
            let status = response.status;
            let (outcome, message) = match status {
                200..=299 => (Outcome::Succeeded, format!("HTTP {status}")),
                300..=399 => (
                    Outcome::Failed,
                    format!("HTTP {status}: it redirects, and canary does not follow: correct the URL"),
                ),
                _ => (Outcome::Failed, format!("HTTP {status}{said}")),
            };
            Done { outcome, message, exit_code: None, status: Some(status), output }
        }
        Observation::Failure(failure) => {
            let outcome = match failure.kind {
                FailureKind::Timeout => Outcome::Timeout,
                FailureKind::Broken | FailureKind::Decode | FailureKind::TooLarge | FailureKind::Untimely { .. } => {
                    Outcome::Failed
                }
            };
            let message = redactor.redact(&failure.detail).into_owned();
            Done { outcome, message, exit_code: None, status: failure.status, output: String::new() }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{KEPT, answered};
    use crate::model::{Observation, Redactor, Response, Trace};

    #[test]
    fn no_half_of_a_secret_is_kept_or_shown() {
        let redactor = Redactor::new(["s3cr3t-t0ken"]);
        let said = |body: String| {
            let (trace, headers) = (Trace::default(), http::HeaderMap::new());
            let response = Response { trace, status: 500, headers, body: body.into() };
            answered(&Observation::Response(Box::new(response)), &redactor)
        };
        for cut in 1..12 {
            let done = said(format!("s3cr3t-t0ken{}", "x".repeat(KEPT - cut)));
            assert_eq!(done.output.trim_end_matches('x'), "***", "{cut} bytes of it are behind the cut");
            let done = said(format!("{}s3cr3t-t0ken", "x".repeat(120 - cut)));
            assert!(!done.message.contains('s'), "{}", done.message);
        }
    }
}
