//! The newest result of an endpoint, as far as the metrics tell of it.

use crate::model::{Phases, Record};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Kept as the history line has it, and taken apart when it is asked for: most newest results are soon the second.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Latest {
    /// HTTP status.
    #[serde(rename = "s")]
    pub status: Option<u16>,
    /// Milliseconds to the last byte.
    #[serde(rename = "l")]
    pub latency_ms: Option<f64>,
    /// Whole days left on the certificate.
    #[serde(rename = "c")]
    pub cert_days_left: Option<i64>,
    #[serde(rename = "p")]
    phases: String,
    #[serde(rename = "m")]
    metrics: String,
}

#[derive(Deserialize)]
struct Written {
    #[serde(rename = "dns_ms")]
    dns: Option<f64>,
    #[serde(rename = "connect_ms")]
    connect: Option<f64>,
    #[serde(rename = "tls_ms")]
    tls: Option<f64>,
    #[serde(rename = "ttfb_ms")]
    ttfb: Option<f64>,
    #[serde(rename = "download_ms")]
    download: Option<f64>,
}

impl Latest {
    pub(super) fn take(&mut self, record: &Record<'_>) {
        (self.status, self.latency_ms, self.cert_days_left) = (record.status, record.latency_ms, record.cert_days_left);
        record.phases().clone_into(&mut self.phases);
        record.metrics().clone_into(&mut self.metrics);
    }

    /// How long each stage took; none of what is not known.
    pub fn phases(&self) -> Phases {
        let took = |ms: Option<f64>| Duration::try_from_secs_f64(ms? / 1e3).ok();
        serde_json::from_str::<Written>(&self.phases).map_or_else(
            |_| Phases::default(),
            |written| Phases {
                dns: took(written.dns),
                connect: took(written.connect),
                tls: took(written.tls),
                ttfb: took(written.ttfb),
                download: took(written.download),
            },
        )
    }

    /// The numbers read from the response.
    pub fn metrics(&self) -> Vec<(String, f64)> {
        let all = serde_json::from_str::<IndexMap<String, serde_json::Value>>(&self.metrics).unwrap_or_default();
        let finite = |value: serde_json::Value| value.as_f64().filter(|number| number.is_finite());
        all.into_iter().filter_map(|(name, value)| Some((name, finite(value)?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Latest;
    use crate::model::Record;
    use std::time::Duration;

    #[test]
    fn takes_a_line_apart() {
        let line = br#"{"ts":"2026-11-23T10:00:00Z","channel":"vk","endpoint":"health","verdict":"up","status":200,"latency_ms":12.5,"phases":{"dns_ms":0.1,"connect_ms":0.3,"tls_ms":null,"ttfb_ms":11.2,"download_ms":0.8},"cert_days_left":-3,"metrics":{"health_score":97,"queue":null,"huge":1e400}}"#;
        let mut latest = Latest::default();
        assert_eq!((latest.phases().dns, latest.metrics().len()), (None, 0));
        latest.take(&Record::parse(line).expect("a record"));
        assert_eq!((latest.status, latest.latency_ms, latest.cert_days_left), (Some(200), Some(12.5), Some(-3)));
        assert_eq!((latest.phases().ttfb, latest.phases().tls), (Some(Duration::from_micros(11_200)), None));
        assert_eq!(latest.metrics(), [("health_score".to_owned(), 97.0)]);
    }
}
