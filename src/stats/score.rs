//! The health score of a channel, 0–100, as a weighted mean of parts that are shown beside it.
//!
//! | part | weight | 100 means | 0 means |
//! |---|---|---|---|
//! | state | 50 | every endpoint is up (degraded: 50) | every endpoint is down |
//! | uptime | 30 | no time down in the last 24 hours | all of it down |
//! | latency | 10 | p95 of 24 hours within `warn.latency` | twice as long, or longer |
//! | reported | 10 | the services' own `health_score` metric says 100 | it says 0 |
//!
//! A part is the mean over the channel's endpoints that know it. One that no endpoint knows (nothing was probed, no
//! `warn.latency`, no such metric; for the state: unknown) is left out, and the other weights count for more.

use crate::model::Verdict;
use serde::Serialize;

/// What one endpoint adds to its channel's score; none is "not known".
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Signs {
    /// The verdict that holds.
    pub verdict: Option<Verdict>,
    /// Uptime of the last 24 hours, 0–1.
    pub uptime: Option<f64>,
    /// The 95th percentile of the last 24 hours, milliseconds.
    pub p95_ms: Option<f64>,
    /// `warn.latency`, milliseconds.
    pub warn_ms: Option<f64>,
    /// The last `health_score` metric.
    pub reported: Option<f64>,
}

/// One part of a score.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Part {
    /// 0–100; none when no endpoint knows it.
    pub score: Option<f64>,
    /// Out of 100, when every part is known.
    pub weight: u32,
}

/// The parts of a score.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Parts {
    /// Which verdicts hold now.
    pub state: Part,
    /// Uptime of the last 24 hours.
    pub uptime: Part,
    /// Latency against `warn.latency`.
    pub latency: Part,
    /// What the services say of themselves.
    pub reported: Part,
}

impl Parts {
    /// Of a channel's endpoints.
    pub fn of(signs: &[Signs]) -> Self {
        let part = |weight, one: fn(&Signs) -> Option<f64>| {
            let known: Vec<f64> = signs.iter().filter_map(one).collect();
            #[expect(clippy::cast_precision_loss, reason = "a channel has few endpoints")]
            let mean = (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64);
            Part { score: mean.map(|mean| tenth(mean * 100.0)), weight }
        };
        Self {
            state: part(50, |one| one.verdict.and_then(state)),
            uptime: part(30, |one| one.uptime),
            latency: part(10, |one| {
                Some((2.0 - one.p95_ms? / one.warn_ms.filter(|warn| *warn > 0.0)?).clamp(0.0, 1.0))
            }),
            reported: part(10, |one| one.reported.map(|own| (own / 100.0).clamp(0.0, 1.0))),
        }
    }

    /// By name, in the order of the table.
    pub fn named(&self) -> [(&'static str, Part); 4] {
        [("state", self.state), ("uptime", self.uptime), ("latency", self.latency), ("reported", self.reported)]
    }

    /// 0–100; none when nothing is known. One decimal.
    pub fn score(&self) -> Option<f64> {
        let known = self.named().into_iter().filter_map(|(_, part)| Some((part.score?, f64::from(part.weight))));
        let (sum, weights) = known.fold((0.0, 0.0), |(sum, all), (score, weight)| (sum + score * weight, all + weight));
        (weights > 0.0).then(|| tenth(sum / weights))
    }
}

fn state(verdict: Verdict) -> Option<f64> {
    match verdict {
        Verdict::Up => Some(1.0),
        Verdict::Degraded => Some(0.5),
        Verdict::Down => Some(0.0),
        Verdict::Unknown | Verdict::Skipped => None,
    }
}

fn tenth(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::{Parts, Signs};
    use crate::model::Verdict;

    const FINE: Signs = Signs {
        verdict: Some(Verdict::Up),
        uptime: Some(1.0),
        p95_ms: Some(200.0),
        warn_ms: Some(1_000.0),
        reported: Some(100.0),
    };

    #[test]
    fn adds_up_as_the_table_says() {
        let nothing = Signs::default();
        let down = Signs { verdict: Some(Verdict::Down), uptime: Some(0.0), p95_ms: None, reported: None, ..FINE };
        let slow = Signs { p95_ms: Some(1_500.0), ..FINE };
        let cases: [(&str, &[Signs], Option<f64>); 9] = [
            ("all is well", &[FINE, FINE], Some(100.0)),
            ("nothing was ever probed", &[nothing], None),
            ("no endpoints", &[], None),
            ("all down", &[down], Some(0.0)),
            ("one of two down: (50·50 + 50·30 + 100·10 + 100·10) ÷ 100", &[FINE, down], Some(60.0)),
            ("half of the latency part", &[slow], Some(95.0)),
            ("far beyond the warning", &[Signs { p95_ms: Some(9e9), ..FINE }], Some(90.0)),
            ("says 40 of itself", &[Signs { reported: Some(40.0), ..FINE }], Some(94.0)),
            (
                "unknown leaves the state out: 50 · 100 ÷ 50",
                &[Signs { verdict: Some(Verdict::Unknown), ..FINE }],
                Some(100.0),
            ),
        ];
        for (case, signs, score) in cases {
            assert_eq!(Parts::of(signs).score(), score, "{case}");
        }
        let degraded = Parts::of(&[Signs { verdict: Some(Verdict::Degraded), ..nothing }]);
        assert_eq!(degraded.score(), Some(50.0), "the only part weighs all");
        assert_eq!(degraded.uptime.score, None);
    }
}
