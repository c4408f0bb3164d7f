//! What one attempt through an exit is worth as a witness.

use crate::model::{Failure, FailureKind, Fault, Observation, Response, Stage};

/// What an attempt through an exit says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sight {
    /// The target spoke; its answer is judged as it is.
    Clean,
    /// The target failed before the exit was contacted: judged as it is, and no word about the exit.
    NoWord,
    /// The exit failed before its tunnel stood: the exit is to blame.
    ExitBroken,
    /// The target failed, or the exit only says so; the words name which.
    Doubtful(&'static str),
    /// Neither of them: this machine, or the deadline.
    Neither,
}

/// Reads an observation made through an exit. `json_due` says whether anything needs the body to be JSON.
pub fn sight(observation: &Observation, json_due: bool) -> Sight {
    match observation {
        Observation::Response(response) => of_response(response, json_due),
        Observation::Failure(failure) => of_failure(failure),
    }
}

fn of_response(response: &Response, json_due: bool) -> Sight {
    let content = response.headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let content = content.unwrap_or_default().to_ascii_lowercase();
    let html = content.contains("html");
    // Over a verified handshake it is the target, or its own gateway, that says so.
    let anybody = response.trace.cert.is_none();
    match response.status {
        403 => Sight::Doubtful("status 403"),
        407 => Sight::Doubtful("status 407"),
        429 => Sight::Doubtful("status 429"),
        502..=504 if anybody && !content.contains("json") => Sight::Doubtful("an answer as a proxy's own"),
        _ if json_due && html => Sight::Doubtful("HTML where JSON is due"),
        _ => Sight::Clean,
    }
}

fn of_failure(failure: &Failure) -> Sight {
    match failure.fault {
        Fault::Local | Fault::Cut | Fault::Network | Fault::Resolver => return Sight::Neither,
        Fault::Target | Fault::Exit => {}
    }
    match failure.stage {
        Stage::Proxy => match failure.trace.refusal {
            Some(refusal) if refusal.cannot_reach_target() => Sight::Doubtful("the exit says it can't reach it"),
            Some(_) | None => Sight::ExitBroken,
        },
        Stage::Connect => Sight::ExitBroken,
        Stage::Tls if failure.kind == FailureKind::Timeout => Sight::Doubtful("the TLS handshake timed out"),
        Stage::Tls => Sight::Doubtful("the TLS handshake failed"),
        Stage::Send | Stage::Head | Stage::Body => match failure.kind {
            FailureKind::Timeout => Sight::Doubtful("no whole answer in time"),
            FailureKind::Broken | FailureKind::Untimely { .. } => Sight::Doubtful("no valid answer"),
            FailureKind::Decode | FailureKind::TooLarge => Sight::Clean,
        },
        // With `socks5://` the name is looked up here: that says nothing of the exit.
        Stage::Dns => Sight::NoWord,
        // A redirect, or what a token server said, came through the exit.
        Stage::Redirect | Stage::Auth => Sight::Clean,
    }
}

#[cfg(test)]
mod tests {
    use super::{Sight, sight};
    use crate::model::{Failure, FailureKind, Fault, Observation, Stage, Trace};

    #[test]
    fn a_name_looked_up_here_says_nothing_of_the_exit() {
        for (stage, wanted) in
            [(Stage::Dns, Sight::NoWord), (Stage::Redirect, Sight::Clean), (Stage::Auth, Sight::Clean)]
        {
            let (trace, detail) = (Trace::default(), String::new());
            let failure = Failure {
                trace,
                status: None,
                stage,
                kind: FailureKind::Broken,
                fault: Fault::Target,
                sent: false,
                detail,
            };
            assert_eq!(sight(&Observation::Failure(Box::new(failure)), false), wanted, "{stage:?}");
        }
    }
}
