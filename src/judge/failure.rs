//! A failed attempt: its stage, kind and fault to verdict, reason and blame.

use super::problems::{Problems, Words};
use super::rules::Rules;
use super::{Judgement, metrics};
use crate::model::{Blame, Failure, FailureKind, Fault, Reason, Redactor, Severity, Stage, Verdict};

/// Judges a failure. Only the target's fault says down.
pub(super) fn judge(failure: &Failure, rules: &Rules, redactor: &Redactor) -> Judgement {
    let (reason, blame) = classify(failure.stage, failure.kind, failure.fault);
    let (verdict, severity) = match failure.fault {
        Fault::Target => (Verdict::Down, Severity::Down),
        Fault::Exit | Fault::Resolver | Fault::Network | Fault::Local | Fault::Cut => {
            (Verdict::Unknown, Severity::Unknown)
        }
    };
    let mut problems = Problems::new(redactor);
    problems.push(reason, severity, |_| Words::new(words(failure)));
    let problems = problems.finish();
    Judgement {
        verdict,
        reason: Some(reason),
        blame,
        message: problems.first().map(|problem| problem.message.clone()),
        problems,
        metrics: metrics::none(rules),
        warnings: Vec::new(),
        notes: Vec::new(),
        evidence: None,
        cert_days_left: None,
    }
}

/// The table of the contract. A token that can't be fetched is nobody's fault but the token URL's own refusal.
fn classify(stage: Stage, kind: FailureKind, fault: Fault) -> (Reason, Option<Blame>) {
    match (fault, stage) {
        (Fault::Target, _) => (reason(stage, kind), Some(Blame::Target)),
        (Fault::Local, _) => (Reason::Local, Some(Blame::Local)),
        (Fault::Cut, _) => (Reason::Deadline, None),
        (Fault::Exit | Fault::Resolver | Fault::Network, Stage::Auth) => (Reason::Auth, None),
        (Fault::Exit, _) => (Reason::Proxy, Some(Blame::Exit)),
        (Fault::Resolver, _) => (Reason::Dns, Some(Blame::Resolver)),
        (Fault::Network, _) => (Reason::Offline, Some(Blame::Network)),
    }
}

fn reason(stage: Stage, kind: FailureKind) -> Reason {
    match (kind, stage) {
        (FailureKind::Decode, _) => Reason::Decode,
        (FailureKind::TooLarge, _) => Reason::BodyTooLarge,
        (FailureKind::Timeout | FailureKind::Broken | FailureKind::Untimely { .. }, Stage::Auth) => Reason::Auth,
        (FailureKind::Timeout, _) => Reason::Timeout,
        (FailureKind::Broken, Stage::Dns) => Reason::Dns,
        (FailureKind::Broken, Stage::Connect) => Reason::Connect,
        (FailureKind::Broken, Stage::Proxy) => Reason::Proxy,
        (FailureKind::Broken, Stage::Tls) | (FailureKind::Untimely { .. }, _) => Reason::Tls,
        (FailureKind::Broken, Stage::Send | Stage::Head | Stage::Body) => Reason::Protocol,
        (FailureKind::Broken, Stage::Redirect) => Reason::Redirect,
    }
}

/// The prober's own words, and which exit the request went through when the target is blamed.
fn words(failure: &Failure) -> String {
    let during = match failure.stage {
        Stage::Dns => "looking the host up",
        Stage::Connect => "connecting",
        Stage::Proxy => "opening the tunnel",
        Stage::Tls => "shaking hands in TLS",
        Stage::Send => "sending the request",
        Stage::Head => "waiting for the response",
        Stage::Body => "reading the body",
        Stage::Redirect => "following a redirect",
        Stage::Auth => "getting a token",
    };
    let mut message = if failure.detail.is_empty() { format!("failed while {during}") } else { failure.detail.clone() };
    if let (Fault::Target, Some(proxy)) = (failure.fault, &failure.trace.proxy)
        && !message.contains(proxy.as_str())
    {
        message.push_str(" (via exit ");
        message.push_str(proxy);
        message.push(')');
    }
    message
}
