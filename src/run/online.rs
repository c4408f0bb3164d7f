//! The connectivity targets: asked once a round, and only after a failure that may be this machine's.

use super::inquiry::{answers_rightly, plain_get};
use super::probe::Prober;
use crate::config::settings::{Endpoint, Route, Transport};
use crate::judge::Judgement;
use crate::judge::online::{self, Said, Sign};
use crate::model::{Observation, Problem, Reason, Secret, Severity, Verdict};
use crate::probe::{Via, is_private, names_private};
use futures_util::future::join_all;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio::time::Instant;
use url::{Host, Url};

/// How long one connectivity target may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The targets and what they said, once somebody asked.
#[derive(Debug)]
pub struct Online {
    targets: Vec<Url>,
    said: RefCell<Rc<OnceCell<Vec<Said>>>>,
}

impl Online {
    /// Nothing is asked yet.
    pub fn new(targets: &[Secret]) -> Self {
        let targets = targets.iter().filter_map(|target| Url::parse(target.expose()).ok()).collect();
        Self { targets, said: RefCell::default() }
    }

    /// What they said holds no longer: whoever asks next asks anew.
    pub fn forget(&self) {
        self.said.take();
    }
}

/// Turns a verdict into unknown/offline when the targets say that it is this machine, or its network, that is cut off.
/// Loopback, link-local and private addresses, and endpoints that say `connectivity: false`, are never excused.
pub async fn excuse(prober: &Prober, endpoint: &Endpoint, seen: &Observation, judgement: &mut Judgement, cut: Instant) {
    let from_here = match judgement.verdict {
        Verdict::Down | Verdict::Unknown => endpoint.proxy == Route::Direct && endpoint.connectivity,
        Verdict::Up | Verdict::Degraded | Verdict::Skipped => false,
    };
    if !from_here || prober.online.targets.is_empty() || is_local(endpoint, seen) {
        return;
    }
    let Some(failed) = online::may_be_excused(seen) else { return };
    let said = Rc::clone(&prober.online.said.borrow());
    let said = said.get_or_init(|| ask_all(prober, cut)).await;
    let Some(excuse) = online::excuse(said, failed, prober.engine.no_name_found()) else { return };
    let warning = excuse.words.to_owned();
    let mut warnings = prober.warnings.borrow_mut();
    if !warnings.contains(&warning) {
        warnings.push(warning);
    }
    let before = judgement.message.take().unwrap_or_default();
    let message = format!("{} (seen here: {before})", excuse.words);
    judgement.verdict = Verdict::Unknown;
    judgement.reason = Some(Reason::Offline);
    judgement.blame = Some(excuse.blame);
    judgement.problems =
        vec![Problem { kind: Reason::Offline, severity: Severity::Unknown, path: None, message: message.clone() }];
    judgement.message = Some(message);
}

fn is_local(endpoint: &Endpoint, seen: &Observation) -> bool {
    let address = seen.trace().remote_addr.map(|address| address.ip());
    address.is_some_and(is_private)
        || names_private(&endpoint.request.url)
        || endpoint.transport.resolve.iter().any(|(_, ip, _)| is_private(*ip))
}

/// Asks all at once.
async fn ask_all(prober: &Prober, cut: Instant) -> Vec<Said> {
    let patient = Instant::now() + PATIENCE;
    let (is_hurried, cut) = (cut < patient, cut.min(patient));
    let mut said = Vec::new();
    let asked = join_all(prober.online.targets.iter().map(|target| ask(prober, target, cut))).await;
    let is_cut = is_hurried && Instant::now() >= cut;
    for (target, sign) in prober.online.targets.iter().zip(asked) {
        let sign = if is_cut { sign.cut() } else { sign };
        let is_named = matches!(target.host(), Some(Host::Domain(_)))
            && target.host_str().is_none_or(|host| host.parse::<std::net::IpAddr>().is_err());
        prober.decisions.note(|| format!("connectivity {}: {sign:?}", target.host_str().unwrap_or_default()));
        said.push(Said { sign, is_named });
    }
    said
}

async fn ask(prober: &Prober, target: &Url, cut: Instant) -> Sign {
    if target.scheme() == "tcp" {
        let transport = Transport { timeout: PATIENCE, connect_timeout: PATIENCE, ..Transport::default() };
        return match prober.engine.reach(target, &transport, cut).await {
            Ok(_) => Sign::Works,
            Err(stage) => Sign::failed_at(stage),
        };
    }
    // A portal answers with a redirect to itself: it is not followed.
    let transport = Transport { timeout: PATIENCE, max_redirects: 0, ..Transport::default() };
    let seen = Box::pin(prober.engine.attempt(&plain_get(target), &transport, &Via::Direct, cut)).await;
    // Who answers over a verified handshake is the target itself, whatever it says.
    let verified = target.scheme() == "https" && matches!(seen, Observation::Response(_));
    let right = answers_rightly(target, &seen);
    Sign::of(&seen, verified || right, verified || target.path().ends_with("204"))
}
